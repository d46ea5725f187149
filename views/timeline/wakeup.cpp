// SPDX-License-Identifier: GPL-3.0-or-later
/// Following wakeups through task lanes and wake rows.
#include "views/timeline/wakeup.h"

#include <algorithm>
#include <span>

namespace kscope::views {
namespace {

using model::TaskState;

/// Where the run after a wakeup begins, from the task's own lane.
void fillRun(const model::LaneView& lane, WakeLink& link) {
    link.ranNs = link.wokenNs;
    for (std::size_t i = lane.indexAt(link.wokenNs); i < lane.size(); ++i) {
        const model::LaneSpan span = lane.span(i);
        const TaskState state = model::valueState(span.value);
        if (state == TaskState::Running) {
            link.ranNs = span.begin;
            link.ranOn = model::valueCpu(span.value);
            return;
        }
        if (!model::isRunnable(state) && span.begin > link.wokenNs) return;
    }
}

WakeLink linkOf(const model::Trace& trace, std::size_t chunk, const model::WakeRow& wake) {
    const model::Event event = trace.event(chunk, wake.row);
    WakeLink link{.event = event.index,
                  .waker = event.task,
                  .wakerCpu = event.cpu,
                  .wokenNs = model::toNs(event.time)};
    const auto& tasks = trace.chunk(chunk).tasks;
    link.wakee = wake.wakee < tasks.size() ? tasks[wake.wakee].task : model::kNoTask;
    if (link.wakee != model::kNoTask) fillRun(trace.taskLane(link.wakee), link);
    return link;
}

}  // namespace

std::optional<WakeLink> findWake(const model::Trace& trace, model::TaskId task, std::int64_t ns) {
    const model::LaneView lane = trace.taskLane(task);
    std::size_t i = lane.empty() ? 0 : lane.indexAt(ns);
    if (i >= lane.size()) return std::nullopt;
    // Back from the run to the moment it became runnable.
    while (i > 0 && model::valueState(lane.span(i).value) != TaskState::Woken) {
        const TaskState state = model::valueState(lane.span(i).value);
        if (state != TaskState::Running && !model::isRunnable(state)) return std::nullopt;
        if (state != TaskState::Running)
            return std::nullopt;  // Preempted or yielded: nobody woke it.
        --i;
    }
    const model::LaneSpan woken = lane.span(i);
    if (model::valueState(woken.value) != TaskState::Woken) return std::nullopt;
    auto index = trace.lowerBound(model::timestampNs(woken.begin));
    for (; model::raw(index) < trace.events(); index = model::EventIndex{model::raw(index) + 1}) {
        const std::size_t chunkNumber = trace.chunkOf(index);
        const model::EventChunk& chunk = trace.chunk(chunkNumber);
        const auto row =
            static_cast<model::Row>(model::raw(index) - model::raw(trace.firstRow(chunkNumber)));
        if (chunk.timeNs(row) > woken.begin) return std::nullopt;
        const auto found = std::ranges::lower_bound(chunk.wakes, row, {}, &model::WakeRow::row);
        if (found == chunk.wakes.end() || found->row != row) continue;
        WakeLink link = linkOf(trace, chunkNumber, *found);
        if (link.wakee == task) return link;
    }
    return std::nullopt;
}

std::optional<WakeLink> findWoken(const model::Trace& trace, model::TaskId task, std::int64_t begin,
                                  std::int64_t end) {
    const auto first = trace.lowerBound(model::timestampNs(begin));
    if (model::raw(first) >= trace.events()) return std::nullopt;
    for (std::size_t number = trace.chunkOf(first); number < trace.chunks(); ++number) {
        const model::EventChunk& chunk = trace.chunk(number);
        if (chunk.firstNs() >= end) break;
        const auto from = static_cast<std::uint32_t>(chunk.lowerBound(begin));
        auto wake = std::ranges::lower_bound(
            chunk.wakes, from, {}, [](const model::WakeRow& w) { return std::uint32_t{w.row}; });
        for (; wake != chunk.wakes.end() && chunk.timeNs(wake->row) < end; ++wake)
            if (trace.event(number, wake->row).task == task) return linkOf(trace, number, *wake);
    }
    return std::nullopt;
}

namespace {
/// Calls `use(chunk number, its wake rows in the stretch)` for each chunk that has some.
template <class Use>
void eachWakeRun(const model::Trace& trace, std::int64_t begin, std::int64_t end, Use&& use) {
    const auto first = trace.lowerBound(model::timestampNs(begin));
    if (model::raw(first) >= trace.events()) return;
    const auto rowOf = [](const model::WakeRow& wake) { return std::size_t{wake.row}; };
    for (std::size_t number = trace.chunkOf(first); number < trace.chunks(); ++number) {
        const model::EventChunk& chunk = trace.chunk(number);
        if (chunk.firstNs() >= end) break;
        const auto from = std::ranges::lower_bound(chunk.wakes, chunk.lowerBound(begin), {}, rowOf);
        const auto to =
            chunk.lastNs() < end
                ? chunk.wakes.end()
                : std::ranges::lower_bound(chunk.wakes, chunk.lowerBound(end), {}, rowOf);
        if (from < to) use(number, std::span(from, to));
    }
}
}  // namespace

std::size_t countWakes(const model::Trace& trace, std::int64_t begin, std::int64_t end) {
    std::size_t count = 0;
    eachWakeRun(trace, begin, end, [&](std::size_t, auto wakes) { count += wakes.size(); });
    return count;
}

std::vector<WakeLink> wakesBetween(const model::Trace& trace, std::int64_t begin, std::int64_t end,
                                   std::size_t most) {
    std::vector<WakeLink> links;
    eachWakeRun(trace, begin, end, [&](std::size_t number, auto wakes) {
        for (const model::WakeRow& wake : wakes) {
            if (links.size() == most) return;
            links.push_back(linkOf(trace, number, wake));
        }
    });
    return links;
}

}  // namespace kscope::views
