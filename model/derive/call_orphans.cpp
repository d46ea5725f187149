// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls that are only known by their exits, put in order.
#include "model/derive/call_orphans.h"

#include "model/derive/call_cursor.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace kscope::model {

namespace {

/// A call where it begins; of those that begin together the outer one comes first.
struct PlacedCall {
    std::int64_t begin;
    std::uint32_t depth;
    std::uint32_t call;
    friend auto operator<=>(const PlacedCall&, const PlacedCall&) = default;
};

/// Where calls without an entry begin, in order.
std::vector<PlacedCall> orphansOf(std::span<const Call> calls, CallCursor& cursor) {
    struct Inside {
        std::int64_t begin;
        std::uint32_t depth;
    };
    // An orphan begins no later than the first call inside it: its begin may be rounded.
    constexpr std::int64_t kRounding = 1000;
    std::vector<PlacedCall> orphans;
    std::vector<Inside> inside;  // calls without a parent that may still be an orphan's
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        const auto& call = calls[i];
        auto begin = cursor.begin(call);
        if (!call.has(Call::NoEntry)) {
            while (!inside.empty() && inside.back().depth >= call.depth()) inside.pop_back();
            inside.push_back({begin, call.depth()});
            continue;
        }
        while (!inside.empty() && inside.back().depth > call.depth()) {
            if (inside.back().begin >= begin - kRounding)
                begin = std::min(begin, inside.back().begin);
            inside.pop_back();
        }
        orphans.push_back({begin, call.depth(), i});
    }
    std::ranges::sort(orphans);
    return orphans;
}

}  // namespace

void placeOrphans(CallArray& calls, const Trace& trace) {
    CallCursor cursor(trace);
    const auto orphans = orphansOf(calls, cursor);
    CallArray sorted;
    sorted.reserve(calls.size());
    struct OpenCall {
        std::uint32_t call;
        std::uint32_t depth;
        std::int64_t end;
    };
    std::vector<OpenCall> open;
    const auto put = [&](Call call, std::int64_t begin) {
        while (!open.empty() && (open.back().depth >= call.depth() || open.back().end < begin))
            open.pop_back();
        call.parent = open.empty() ? kNoCall : open.back().call;
        open.push_back({static_cast<std::uint32_t>(sorted.size()), call.depth(), cursor.end(call)});
        sorted.push_back(call);
    };
    auto orphan = orphans.begin();
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        if (calls[i].has(Call::NoEntry)) continue;
        const PlacedCall here{cursor.begin(calls[i]), calls[i].depth(), i};
        for (; orphan != orphans.end() && *orphan < here; ++orphan)
            put(calls[orphan->call], orphan->begin);
        put(calls[i], here.begin);
    }
    for (; orphan != orphans.end(); ++orphan) put(calls[orphan->call], orphan->begin);
    calls = std::move(sorted);
}

}  // namespace kscope::model
