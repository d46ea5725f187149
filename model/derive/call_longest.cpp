// SPDX-License-Identifier: GPL-3.0-or-later
/// Looks through all calls for the longest one of a function.
#include "model/derive/call_longest.h"

#include <algorithm>

namespace kscope::model {

std::optional<CallPlace> longestCall(const CallForest& forest, FunctionKey function,
                                     const CallScope& scope) {
    std::optional<CallPlace> best;
    std::int64_t bestLength = -1;
    const auto tasks = forest.tasks();
    for (std::uint32_t t = 0; t < tasks.size(); ++t) {
        if (scope.task && !scope.task(tasks[t])) continue;
        const auto& calls = tasks[t].calls;
        for (std::uint32_t i = 0; i < calls.size(); ++i) {
            if (calls[i].has(Call::NotCounted) || forest.function(calls[i]) != function) continue;
            const auto length = forest.length(calls[i]);
            if (!length || *length <= bestLength) continue;
            const auto begin = forest.begin(calls[i]);
            const auto end = std::max(forest.end(calls[i]), begin + *length);
            if (scope.range && (end <= toNs(scope.range->begin) || begin >= toNs(scope.range->end)))
                continue;
            best = CallPlace{t, i};
            bestLength = *length;
        }
    }
    return best;
}

}  // namespace kscope::model
