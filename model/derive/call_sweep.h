// SPDX-License-Identifier: GPL-3.0-or-later
/// Walks the calls of a task with the stack that each has above it. Internal to model/derive.
#pragma once

#include "model/derive/call_functions.h"

#include <algorithm>

namespace kscope::model {

/// Whether it counts as a call, and for how long.
struct SweptCall {
    const Call* call = nullptr;
    std::uint32_t index = 0;
    FunctionKey function;
    bool counted = false;
    bool known = false;        ///< `length` is.
    std::int64_t length = 0;   ///< ns inside the range
    std::int64_t callees = 0;  ///< ns of its calls exactly one level deeper
    bool calleesKnown = true;
};

/// Calls `enter(swept, stack)` when a call begins and `leave(swept, stack)` when all inside it were
/// seen; the stack holds the calls above it, outermost first.
template <class Enter, class Leave>
void sweepCalls(const CallForest& forest, const CallTask& task, const CallScope& scope,
                Enter&& enter, Leave&& leave) {
    if (scope.task && !scope.task(task)) return;
    std::vector<SweptCall> stack;
    const auto pop = [&] {
        const auto done = stack.back();
        stack.pop_back();
        if (!stack.empty() && done.counted &&
            done.call->depth() == stack.back().call->depth() + 1) {
            stack.back().callees += done.length;
            stack.back().calleesKnown = stack.back().calleesKnown && done.known;
        }
        leave(done, stack);
    };
    for (std::uint32_t i = 0; i < task.calls.size(); ++i) {
        const auto& call = task.calls[i];
        while (!stack.empty() && stack.back().index != call.parent) pop();
        SweptCall swept{.call = &call, .index = i, .function = forest.function(call)};
        swept.counted = !call.has(Call::NotCounted);
        const auto length = swept.counted ? forest.length(call) : std::nullopt;
        swept.known = length.has_value();
        swept.length = length.value_or(0);
        if (scope.range) {
            const auto begin = forest.begin(call);
            const auto end = std::max(forest.end(call), begin + swept.length);
            const auto from = std::max(begin, toNs(scope.range->begin));
            const auto to = std::min(end, toNs(scope.range->end));
            const bool inside = to > from || (to == from && begin == end);
            swept.counted = swept.counted && inside;
            if (from != begin || to != end) swept.length = std::max<std::int64_t>(to - from, 0);
        }
        if (!scope.cpus.empty() && swept.counted) {
            const auto row = CallForest::namingRow(call);
            const CpuId cpu{forest.trace().chunk(row.chunk()).cpu[row.row()]};
            swept.counted = std::ranges::find(scope.cpus, cpu) != scope.cpus.end();
        }
        if (scope.rows && swept.counted)
            swept.counted = scope.rows->contains(forest.eventOf(CallForest::namingRow(call)));
        enter(swept, std::as_const(stack));
        stack.push_back(swept);
    }
    while (!stack.empty()) pop();
}

/// Tasks split for the pool's threads: `body(share, task)` runs each task once.
template <class Body>
void forEachCallTask(const CallForest& forest, ThreadPool& pool, std::size_t shares, Body&& body) {
    const auto tasks = forest.tasks();
    // Largest first, in turn: the biggest of many tasks do not fall to one thread.
    std::vector<std::size_t> order(tasks.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, std::greater<>{}, [&](auto i) { return tasks[i].calls.size(); });
    parallelFor(pool, shares, [&](std::size_t share) {
        for (std::size_t i = share; i < order.size(); i += shares) body(share, tasks[order[i]]);
    });
}

}  // namespace kscope::model
