// SPDX-License-Identifier: GPL-3.0-or-later
/// Which numbers of /proc a filter ever lets through: plots of counters leave the others out, or
/// dim them.
#pragma once

#include "model/query/filter.h"

#include <map>
#include <stop_token>
#include <utility>
#include <vector>

namespace kscope::model {

class ChosenSeries {
public:
    /// All of them.
    ChosenSeries() = default;
    /// Those of which `filter` lets a sample through, of the readings among `rows` (null: of all).
    /// Stops early when asked, and then knows too few. Not for the GUI thread.
    ChosenSeries(const Trace& trace, const Filter& filter, const RowSetPtr& rows,
                 const std::stop_token& stop = {});

    [[nodiscard]] bool all() const { return m_all; }
    [[nodiscard]] bool has(const CounterTable& table, std::uint32_t series) const;
    /// Whether any number of the row is among them.
    [[nodiscard]] bool hasRow(const CounterTable& table, std::uint32_t row) const;

private:
    using Place = std::pair<SourceId, StringId>;  // and the file's path
    [[nodiscard]] const std::vector<bool>* of(const CounterTable& table) const;
    bool m_all = true;
    std::map<Place, std::vector<bool>> m_chosen;  // by series
};

}  // namespace kscope::model
