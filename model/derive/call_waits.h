// SPDX-License-Identifier: GPL-3.0-or-later
/// When a task was off the CPU inside its calls, as uftrace tells it: linux:sched-out and
/// linux:sched-in, or linux:schedule with a length.
#pragma once

#include "model/derive/calls.h"

#include <string_view>
#include <vector>

namespace kscope::model {

struct CallWait {
    std::int64_t begin = 0;  ///< ns on the axis
    std::int64_t end = 0;
    std::string_view name;  ///< "linux:schedule", or "linux:schedule (pre-empted)".
    friend bool operator==(const CallWait&, const CallWait&) = default;
};

/// By task of the forest, in order of time. A wait that begins before a call and one that does not
/// end are none.
[[nodiscard]] std::vector<std::vector<CallWait>> waitsInCalls(const CallForest& forest);

}  // namespace kscope::model
