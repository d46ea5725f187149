// SPDX-License-Identifier: GPL-3.0-or-later
/// "Only this CPU, only this task, only these events": a set of rows made smaller. No Qt.
#pragma once

#include "model/query/row_set.h"
#include "model/store/trace.h"

#include <span>
#include <stop_token>

namespace kscope::items {

struct Restriction {
    std::vector<model::CpuId> cpus;      ///< Empty: all.
    std::vector<model::TaskId> tasks;    ///< Empty: all.
    std::vector<model::StringId> names;  ///< Kinds of events; empty: all.
    [[nodiscard]] bool empty() const { return cpus.empty() && tasks.empty() && names.empty(); }
    friend bool operator==(const Restriction&, const Restriction&) = default;
};
/// The rows of `base` (null: all) on one of the CPUs, of one of the tasks and of one of the kinds;
/// a switch also belongs to the task that it brings in, a wakeup to the one it wakes. Null where
/// stopped. Two compares a row.
[[nodiscard]] model::RowSetPtr restrictRows(const model::Trace& trace, const model::RowSetPtr& base,
                                            const Restriction& restriction, std::stop_token stop);

}  // namespace kscope::items
