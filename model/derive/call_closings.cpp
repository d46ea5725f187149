// SPDX-License-Identifier: GPL-3.0-or-later
/// One pass over exits, and one that lays callers before their callees.
#include "model/derive/call_closings.h"

#include "model/derive/call_cursor.h"

#include <algorithm>
#include <vector>

namespace kscope::model {

namespace {
constexpr std::int64_t kLengthRounding = 1000;  // ns: lengths have seven digits, of µs
}

void nestClosings(CallArray& calls, const Trace& trace) {
    CallCursor cursor(trace);
    struct Waiting {
        std::uint32_t call;
        std::int64_t length;  // −1: not known
    };
    std::vector<Waiting> waiting;  // nobody's callees so far
    std::vector<std::vector<std::uint32_t>> below(calls.size());
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        std::int64_t length = -1;
        if (!cursor.length(calls[i], length)) length = -1;
        auto room = length + kLengthRounding;
        while (!waiting.empty() && calls[waiting.back().call].depth() > calls[i].depth()) {
            const auto inner = std::max<std::int64_t>(waiting.back().length, 0);
            if (length >= 0 && inner > room) break;  // its own caller's exit was lost
            room -= inner;
            below[i].push_back(waiting.back().call);
            waiting.pop_back();
        }
        waiting.push_back({i, length});
    }
    CallArray ordered;
    ordered.reserve(calls.size());
    struct Next {
        std::uint32_t call;
        std::uint32_t parent;
    };
    std::vector<Next> todo;
    for (auto root = waiting.rbegin(); root != waiting.rend(); ++root)
        todo.push_back({root->call, kNoCall});
    while (!todo.empty()) {
        const auto next = todo.back();
        todo.pop_back();
        auto call = calls[next.call];
        call.parent = next.parent;
        call.bits |= Call::UnsureSelf;
        const auto place = static_cast<std::uint32_t>(ordered.size());
        ordered.push_back(call);
        for (const auto callee : below[next.call]) todo.push_back({callee, place});
    }
    calls = std::move(ordered);
}

}  // namespace kscope::model
