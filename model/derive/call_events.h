// SPDX-License-Identifier: GPL-3.0-or-later
/// The events that happened inside calls: sched_switch in schedule(), a comment of function_graph
/// in the function that it stands in.
#pragma once

#include "model/derive/calls.h"

#include <vector>

namespace kscope::model {

struct CallEvent {
    RowRef row;
    std::uint32_t call = kNoCall;  ///< The innermost one around it, index in its task's calls.
    friend bool operator==(const CallEvent&, const CallEvent&) = default;
};

/// By task of the forest, in order of the rows: rows of the task that are no calls and lie inside
/// one. One walk over all rows where the trace has other rows than calls.
[[nodiscard]] std::vector<std::vector<CallEvent>> eventsInCalls(const CallForest& forest);

}  // namespace kscope::model
