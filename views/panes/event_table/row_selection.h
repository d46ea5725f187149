// SPDX-License-Identifier: GPL-3.0-or-later
/// Which events are selected in the table, as runs: selecting 100 M rows takes one run.
#pragma once

#include "model/items/row_text.h"

#include <vector>

namespace kscope::views {

class RowSelection {
public:
    using Run = items::RowRun;  ///< Both ends belong to it.
    void clear() { m_runs.clear(); }
    void set(Run run) { m_runs = {run}; }
    void add(Run run);
    void remove(Run run);
    void toggle(model::EventIndex event);
    [[nodiscard]] bool contains(model::EventIndex event) const;
    [[nodiscard]] bool empty() const noexcept { return m_runs.empty(); }
    /// Ascending, apart by at least one event.
    [[nodiscard]] const std::vector<Run>& runs() const noexcept { return m_runs; }

private:
    std::vector<Run> m_runs;
};

}  // namespace kscope::views
