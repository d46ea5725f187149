// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls that are only known by their exits, put in order.
#include "model/derive/call_orphans.h"

#include "model/derive/call_cursor.h"

#include <algorithm>
#include <span>
#include <unordered_map>
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

// Lengths are finer than times, which makes a begin wrong by that much.
constexpr std::int64_t kRounding = 1000;
constexpr std::uint32_t kMostLookedAt = 1u << 16;

/// An exit of another name left a call behind at its own depth: the one's exit and the other's
/// entry are missing. What lies between them is the former's callees first, then the latter's; the
/// latter's length tells which can be its own.
class TornPairs {
public:
    TornPairs(std::span<const Call> calls, const Trace& trace, CallCursor& cursor)
        : m_calls(calls),
          m_cursor(cursor) {
        const auto row = CallForest::namingRow(calls.front());
        const auto source = trace.chunk(row.chunk()).origin(row.row()).source;
        m_madeUp = trace.sources()[raw(source)].clock.relative;
    }
    void note(std::uint32_t call) {
        if (m_calls[call].has(Call::NoExit)) m_leftBy[m_calls[call].exit.value] = call;
    }
    /// When `orphan`, which begins at `begin`, does so at the earliest.
    [[nodiscard]] std::int64_t split(std::uint32_t orphan, std::int64_t begin) {
        const auto left = m_leftBy.find(m_calls[orphan].exit.value);
        if (left == m_leftBy.end() || !m_calls[orphan].has(Call::ExactLength)) return begin;
        const auto former = left->second;
        if (m_calls[former].depth() != m_calls[orphan].depth()) return begin;
        std::int64_t room = 0;
        (void)m_cursor.length(m_calls[orphan], room);
        room += kRounding;
        const auto last = orphan - std::min(orphan - former, kMostLookedAt);
        auto earliest = begin;
        for (auto at = orphan; --at > last;) {
            const auto& callee = m_calls[at];
            if (callee.parent != former || callee.has(Call::NoEntry)) continue;
            const auto from = m_cursor.begin(callee);
            if (m_madeUp) {
                // Their order is all that is known: those that fit are neither's for sure.
                std::int64_t length = 0;
                (void)m_cursor.length(callee, length);
                if ((room -= length) < 0) break;
                m_endOf[former] = from - 1;
            } else {
                if (from < begin - kRounding || m_cursor.end(callee) <= begin + kRounding) break;
                earliest = std::min(earliest, from);
            }
        }
        return earliest;
    }
    /// Until when a call may have callees.
    [[nodiscard]] std::int64_t endOf(std::uint32_t call, std::int64_t otherwise) const {
        const auto found = m_endOf.find(call);
        return found == m_endOf.end() ? otherwise : found->second;
    }

private:
    std::span<const Call> m_calls;
    CallCursor& m_cursor;
    bool m_madeUp = false;                                      // times are
    std::unordered_map<std::uint32_t, std::uint32_t> m_leftBy;  // row of an exit → call
    std::unordered_map<std::uint32_t, std::int64_t> m_endOf;    // by call
};

/// Where calls without an entry begin, in order.
std::vector<PlacedCall> orphansOf(std::span<const Call> calls, CallCursor& cursor,
                                  TornPairs& torn) {
    struct Inside {
        std::int64_t begin;
        std::uint32_t depth;
    };
    // An orphan begins no later than the first call inside it.
    std::vector<PlacedCall> orphans;
    std::vector<Inside> inside;  // calls without a parent that may still be an orphan's
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        const auto& call = calls[i];
        auto begin = cursor.begin(call);
        if (!call.has(Call::NoEntry)) {
            torn.note(i);
            while (!inside.empty() && inside.back().depth >= call.depth()) inside.pop_back();
            inside.push_back({begin, call.depth()});
            continue;
        }
        while (!inside.empty() && inside.back().depth > call.depth()) {
            if (inside.back().begin >= begin - kRounding)
                begin = std::min(begin, inside.back().begin);
            inside.pop_back();
        }
        orphans.push_back({torn.split(i, begin), call.depth(), i});
    }
    std::ranges::sort(orphans);
    return orphans;
}

}  // namespace

void placeOrphans(CallArray& calls, const Trace& trace) {
    CallCursor cursor(trace);
    TornPairs torn(calls, trace, cursor);
    const auto orphans = orphansOf(calls, cursor, torn);
    CallArray sorted;
    sorted.reserve(calls.size());
    struct OpenCall {
        std::uint32_t call;
        std::uint32_t depth;
        std::int64_t end;
    };
    std::vector<OpenCall> open;
    const auto put = [&](std::uint32_t index, std::int64_t begin) {
        auto call = calls[index];
        while (!open.empty() && (open.back().depth >= call.depth() || open.back().end < begin))
            open.pop_back();
        call.parent = open.empty() ? kNoCall : open.back().call;
        open.push_back({static_cast<std::uint32_t>(sorted.size()), call.depth(),
                        torn.endOf(index, cursor.end(call))});
        sorted.push_back(call);
    };
    auto orphan = orphans.begin();
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        if (calls[i].has(Call::NoEntry)) continue;
        const PlacedCall here{cursor.begin(calls[i]), calls[i].depth(), i};
        for (; orphan != orphans.end() && *orphan < here; ++orphan)
            put(orphan->call, orphan->begin);
        put(i, here.begin);
    }
    for (; orphan != orphans.end(); ++orphan) put(orphan->call, orphan->begin);
    calls = std::move(sorted);
}

}  // namespace kscope::model
