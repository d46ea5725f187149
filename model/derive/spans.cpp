// SPDX-License-Identifier: GPL-3.0-or-later
/// Finds an event's span in the lanes by its time.
#include "model/derive/spans.h"

#include <algorithm>

namespace kscope::model {
namespace {

template <class T> const T* rowOf(std::span<const T> rows, Row row) {
    const auto found = std::ranges::lower_bound(rows, row, {}, &T::row);
    return found != rows.end() && found->row == row ? &*found : nullptr;
}

/// Length of the closed span that begins at `ns` and that `wanted` takes; of several the last.
template <class Wanted>
std::optional<Duration> lengthAt(const LaneView& lane, std::int64_t ns, Wanted&& wanted) {
    if (lane.empty()) return std::nullopt;
    auto index = lane.indexAt(ns);
    if (index >= lane.size()) return std::nullopt;
    for (;; --index) {
        const LaneSpan span = lane.span(index);
        if (span.begin != ns) return std::nullopt;
        if (wanted(span))
            return span.open ? std::nullopt : std::optional(Duration{span.end - span.begin});
        if (index == 0) return std::nullopt;
    }
}

/// Hard irq number of the handler that begins at the event's row.
std::optional<std::uint32_t> irqOf(const Event& event) {
    for (const IrqSegment& segment : event.chunk->irqSegments) {
        if (segment.soft || segment.cpu != event.cpu) continue;
        const auto pair = std::ranges::lower_bound(segment.pairs, event.row, {}, &IrqPair::entry);
        if (pair != segment.pairs.end() && pair->entry == event.row)
            return event.chunk->irqs[pair->id].number;
    }
    return std::nullopt;
}
std::optional<std::uint32_t> softirqOf(const Event& event) {
    for (const IrqSegment& segment : event.chunk->irqSegments) {
        if (!segment.soft || segment.cpu != event.cpu) continue;
        const auto pair = std::ranges::lower_bound(segment.pairs, event.row, {}, &IrqPair::entry);
        if (pair != segment.pairs.end() && pair->entry == event.row) return pair->id;
    }
    return std::nullopt;
}

}  // namespace

const SwitchRow* switchOf(const Event& event) {
    return event.name == nameId(KnownEvent::SchedSwitch) ? rowOf(event.chunk->switches, event.row)
                                                         : nullptr;
}
const WakeRow* wakeOf(const Event& event) { return rowOf(event.chunk->wakes, event.row); }

std::optional<Duration> eventDuration(const Trace& trace, const Event& event) {
    const auto ns = toNs(event.time);
    if (event.name == nameId(KnownEvent::SchedSwitch)) {
        const SwitchRow* row = switchOf(event);
        if (row == nullptr) return std::nullopt;
        const auto next = raw(event.chunk->tasks[row->next].task);
        return lengthAt(trace.cpuLane(event.cpu), ns,
                        [next](const LaneSpan& span) { return span.value == next; });
    }
    if (event.name == nameId(KnownEvent::IrqHandlerEntry)) {
        const auto irq = irqOf(event);
        if (!irq) return std::nullopt;
        return lengthAt(trace.irqLane(event.cpu), ns,
                        [&](const LaneSpan& span) { return span.value == *irq; });
    }
    if (event.name == nameId(KnownEvent::SoftirqEntry)) {
        const auto vector = softirqOf(event);
        if (!vector) return std::nullopt;
        return lengthAt(trace.softirqLane(event.cpu), ns,
                        [&](const LaneSpan& span) { return span.value == *vector; });
    }
    return std::nullopt;
}

std::optional<Duration> eventLatency(const Trace& trace, const Event& event) {
    std::uint16_t entry = kNoRow;
    bool woken = false;
    if (const SwitchRow* row = switchOf(event); row != nullptr && isRunnable(row->state))
        entry = row->prev;
    else if (const WakeRow* wake = wakeOf(event); wake != nullptr)
        entry = wake->wakee, woken = true;
    if (entry == kNoRow) return std::nullopt;
    const TaskId task = event.chunk->tasks[entry].task;
    if (task == kNoTask || trace.task(task).idle()) return std::nullopt;
    return lengthAt(trace.taskLane(task), toNs(event.time), [&](const LaneSpan& span) {
        const TaskState state = valueState(span.value);
        return woken ? state == TaskState::Woken : isRunnable(state);
    });
}

}  // namespace kscope::model
