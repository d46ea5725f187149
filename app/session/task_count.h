// SPDX-License-Identifier: GPL-3.0-or-later
/// How many tasks a trace has: every place that tells the number tells the same.
#pragma once

#include "model/store/trace.h"

#include <algorithm>

namespace kscope::app {

/// Without the idle tasks of the CPUs, which are no tasks of anybody.
[[nodiscard]] inline std::int64_t taskCount(const model::Trace& trace) {
    return std::ranges::count_if(trace.tasks(),
                                 [](const model::TaskInfo& task) { return !task.idle(); });
}

}  // namespace kscope::app
