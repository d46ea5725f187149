// SPDX-License-Identifier: GPL-3.0-or-later
/// Which frames a forked child began in, and what became of them.
#include "model/derive/call_forks.h"

#include "model/derive/call_cursor.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace kscope::model {
namespace {

/// An exit without entry, at the begin of a child: fork() returns in it, too.
struct FirstCall {
    FunctionKey function;
    std::uint32_t depth = 0;
    bool returns = false;
};

/// Nothing where it begins with a stack of its own.
std::optional<FirstCall> firstOf(const CallTask& child, CallCursor& cursor) {
    for (const auto& call : child.calls) {
        const FirstCall first{cursor.function(call), call.depth(), call.has(Call::NoEntry)};
        if (first.function.space() != CallSpace::User) continue;
        if (first.depth == 0 && !first.returns) return std::nullopt;
        return first;
    }
    return std::nullopt;
}

/// The parent's calls around the place where the child began, outermost first.
std::vector<Call> framesFor(const FirstCall& first, const CallTask& parent, std::int64_t time,
                            CallCursor& cursor) {
    const auto& calls = parent.calls;
    const auto behind = std::ranges::partition_point(
        calls, [&](const Call& call) { return cursor.begin(call) <= time; });
    auto found =
        behind == calls.begin() ? kNoCall : static_cast<std::uint32_t>(behind - calls.begin() - 1);
    if (first.returns) {
        // The parent's own return from it may come before the child's first word.
        const auto fits = [&](const Call& call) {
            return call.depth() == first.depth && cursor.function(call) == first.function;
        };
        while (found != kNoCall && !fits(calls[found])) found = found == 0 ? kNoCall : found - 1;
    } else {
        const auto isOver = [&](const Call& call) {
            return call.depth() >= first.depth || (!call.inherited() && cursor.end(call) < time);
        };
        while (found != kNoCall && isOver(calls[found])) found = calls[found].parent;
    }
    std::vector<Call> frames;
    for (; found != kNoCall; found = calls[found].parent)
        if (calls[found].entry.known()) frames.push_back(calls[found]);
    std::ranges::reverse(frames);
    return frames;
}

/// Lays the frames above the child's calls. One that the child returns from is a call of unknown
/// length; what comes at its depth or above it lies in what is left.
CallArray laidBelow(const std::vector<Call>& frames, const CallArray& own, CallCursor& cursor) {
    CallArray made;
    made.reserve(frames.size() + own.size());
    for (const auto& frame : frames) {
        auto call = frame;
        call.exit = CallForest::namingRow(own.back());
        for (const auto& each : own)
            if (each.exit.known()) call.exit.value = std::max(call.exit.value, each.exit.value);
        call.parent = made.empty() ? kNoCall : static_cast<std::uint32_t>(made.size() - 1);
        call.bits = frame.depth() << 8 | Call::Inherited | Call::UnknownLength | Call::UnsureSelf;
        made.push_back(call);
    }
    auto open = made.size();  // frames that the child is still in
    std::vector<std::uint32_t> placeOf(own.size());
    for (std::uint32_t i = 0; i < own.size(); ++i) {
        auto call = own[i];
        if (call.parent != kNoCall) {
            call.parent = placeOf[call.parent];
        } else {
            const bool returns = call.has(Call::NoEntry);
            while (open > 0 && made[open - 1].depth() > call.depth()) --open;
            if (open > 0 && made[open - 1].depth() == call.depth()) {
                auto& frame = made[--open];
                if (returns && cursor.function(frame) == cursor.function(call)) {
                    frame.exit = call.exit;
                    frame.bits = call.bits | Call::UnknownLength;
                    frame.bits &= ~std::uint32_t{Call::ExactLength};
                    placeOf[i] = static_cast<std::uint32_t>(open);
                    continue;
                }
            }
            call.parent = open == 0 ? kNoCall : static_cast<std::uint32_t>(open - 1);
        }
        placeOf[i] = static_cast<std::uint32_t>(made.size());
        made.push_back(call);
    }
    return made;
}

}  // namespace

void inheritCalls(std::span<CallTask> made, const Trace& trace) {
    std::map<std::pair<SourceId, Tid>, std::size_t> places;
    for (std::size_t s = 0; s < trace.sources().size(); ++s) {
        const auto& source = trace.sources()[s];
        if (source.forks.empty()) continue;
        if (places.empty())
            for (std::size_t i = 0; i < made.size(); ++i)
                if (made[i].task != kNoTask && !made[i].calls.empty())
                    places[{made[i].source, trace.task(made[i].task).tid}] = i;
        const SourceId id{static_cast<std::uint16_t>(s)};
        CallCursor cursor(trace);
        for (const auto& fork : source.forks) {
            const auto child = places.find({id, fork.child});
            const auto parent = places.find({id, fork.parent});
            if (child == places.end() || parent == places.end() || child == parent) continue;
            auto& calls = made[child->second].calls;
            const auto first = firstOf(made[child->second], cursor);
            if (!first) continue;
            const auto frames =
                framesFor(*first, made[parent->second], fork.timeNs + source.offsetNs, cursor);
            if (frames.empty()) continue;
            calls = laidBelow(frames, calls, cursor);
        }
    }
}

}  // namespace kscope::model
