// SPDX-License-Identifier: GPL-3.0-or-later
/// "How it got here": a task's last run, its wait, who woke it, its run, read off its lane.
#include "model/core/format.h"
#include "model/words/words.h"
#include "views/panes/details/details_content.h"
#include "views/panes/details/details_words.h"
#include "views/panes/pane_look.h"

#include <algorithm>

namespace kscope::views {
namespace {

using model::EventIndex;

/// Events at exactly one time that are looked at: µs clocks put some dozens of them there, never
/// thousands.
constexpr std::uint64_t kMostAtOnce = 4096;
constexpr unsigned kContextSoftirq = 1, kContextHardirq = 2,
                   kContextBoth = 3;  // bits 5–7 of EventFlags

template <class Match>
std::optional<EventIndex> findAt(const model::Trace& trace, std::int64_t ns, Match match) {
    auto at = raw(trace.lowerBound(model::timestampNs(ns)));
    const auto end = std::min(trace.events(), at + kMostAtOnce);
    for (; at < end; ++at) {
        const auto event = trace.event(EventIndex{at});
        if (toNs(event.time) != ns) break;
        if (match(event)) return EventIndex{at};
    }
    return std::nullopt;
}

QString when(const DetailsQuestion& question, std::int64_t ns) {
    return shown(items::timeWithUnit(question.style, model::timestampNs(ns)));
}

QString length(const model::LaneSpan& span) {
    return shown(model::formatDuration(model::Duration{span.end - span.begin}));
}

unsigned contextOf(const model::Event& event) {
    return static_cast<unsigned>(event.flags) >> 5 & 7;
}

/// The interrupt or softirq that runs on the CPU at that time, in words.
QString handlerName(const model::Trace& trace, const model::Event& event) {
    const auto ns = toNs(event.time);
    const auto cpu = raw(event.cpu);
    const bool hard = contextOf(event) != kContextSoftirq;
    const auto lane = hard ? trace.irqLane(event.cpu) : trace.softirqLane(event.cpu);
    const auto at = lane.indexAt(ns);
    if (at < lane.size()) {
        const auto span = lane.span(at);
        if (ns <= span.end) {
            if (!hard)
                return Details::tr("Softirq %1 on CPU %2").arg(softirqName(span.value)).arg(cpu);
            return Details::tr("Interrupt %1 on CPU %2").arg(irqName(trace, span.value)).arg(cpu);
        }
    }
    return hard ? Details::tr("An interrupt on CPU %1").arg(cpu)
                : Details::tr("A softirq on CPU %1").arg(cpu);
}

DetailsStep wakeStep(const DetailsQuestion& question, EventIndex index,
                     const model::LaneSpan& ready) {
    const auto& trace = *question.trace;
    const auto event = trace.event(index);
    DetailsStep step;
    step.second = when(question, toNs(event.time));
    step.event = index;
    const auto context = contextOf(event);
    if (context >= kContextSoftirq && context <= kContextBoth) {
        step.text = Details::tr("%1 woke it").arg(handlerName(trace, event));
        step.dot =
            context == kContextSoftirq ? DetailsStep::Dot::SoftIrq : DetailsStep::Dot::HardIrq;
    } else {
        step.text = Details::tr("%1 woke it").arg(taskName(trace, event.task));
        step.task = event.task;
    }
    step.second += QStringLiteral(" \u00b7 ") + Details::tr("ready for %1").arg(length(ready));
    return step;
}

DetailsStep spanStep(const DetailsQuestion& question, model::TaskId task,
                     const model::LaneSpan& span) {
    const auto& trace = *question.trace;
    const auto state = model::valueState(span.value);
    const auto name = taskName(trace, task);
    DetailsStep step;
    step.second = when(question, span.begin) + QStringLiteral(" \u00b7 ") + length(span);
    if (span.open) step.second += QStringLiteral(" \u00b7 ") + Details::tr("end not recorded");
    if (state == model::TaskState::Running) {
        step.text = Details::tr("%1 ran on CPU %2").arg(name).arg(raw(model::valueCpu(span.value)));
        step.task = task;
        step.event = switchInAt(trace, task, span.begin);
        return step;
    }
    step.dot = DetailsStep::Dot::Wait;
    step.state = state;
    step.text = QStringLiteral("%1: %2").arg(name, stateText(state));
    step.event = findAt(trace, span.begin, [&](const model::Event& event) {
        const auto* change = typedRow(event.chunk->switches, event.row);
        return change != nullptr && taskOf(*event.chunk, change->prev) == task;
    });
    return step;
}

}  // namespace

std::optional<EventIndex> switchInAt(const model::Trace& trace, model::TaskId task,
                                     std::int64_t ns) {
    return findAt(trace, ns, [task](const model::Event& event) {
        const auto* change = typedRow(event.chunk->switches, event.row);
        return change != nullptr && taskOf(*event.chunk, change->next) == task;
    });
}

std::optional<EventIndex> wakeAt(const model::Trace& trace, model::TaskId task, std::int64_t ns) {
    return findAt(trace, ns, [task](const model::Event& event) {
        const auto* wake = typedRow(event.chunk->wakes, event.row);
        return wake != nullptr && taskOf(*event.chunk, wake->wakee) == task;
    });
}

std::vector<DetailsStep> chainOf(const DetailsQuestion& question, model::TaskId task,
                                 model::Timestamp time) {
    const auto& trace = *question.trace;
    if (task == model::kNoTask || trace.task(task).idle()) return {};
    const auto lane = trace.taskLane(task);
    auto at = lane.indexAt(toNs(time));
    if (at >= lane.size()) return {};
    // Backwards from the state now to the run before; preempted and runnable stretches lie between.
    constexpr int kMostSteps = 8;
    std::vector<DetailsStep> steps;
    const bool runsNow = model::valueState(lane.span(at).value) == model::TaskState::Running;
    for (int i = 0; i < kMostSteps; ++i) {
        const auto span = lane.span(at);
        const auto state = model::valueState(span.value);
        if (state == model::TaskState::Unknown) break;
        const auto woken =
            state == model::TaskState::Woken ? wakeAt(trace, task, span.begin) : std::nullopt;
        steps.push_back(woken ? wakeStep(question, *woken, span) : spanStep(question, task, span));
        const bool run = state == model::TaskState::Running;
        if (run && (i > 0 || !runsNow)) break;
        if (at == 0) break;
        --at;
    }
    std::ranges::reverse(steps);
    return steps;
}

std::vector<DetailsShare> stateShares(const model::Trace& trace, model::TaskId task,
                                      model::TimeRange window, std::stop_token stop) {
    const auto lane = trace.taskLane(task);
    if (lane.empty() || window.empty()) return {};
    const auto begin = toNs(window.begin), end = toNs(window.end);
    std::array<std::int64_t, 32> sums{};
    auto at = lane.indexAt(begin);
    if (at >= lane.size()) at = 0;
    for (std::size_t steps = 0; at < lane.size(); ++at, ++steps) {
        if (steps % 4096 == 0 && stop.stop_requested()) break;
        const auto span = lane.span(at);
        if (span.begin >= end) break;
        const auto part = std::min(span.end, end) - std::max(span.begin, begin);
        if (part > 0)
            sums[static_cast<std::size_t>(model::valueState(span.value)) % sums.size()] += part;
    }
    std::vector<DetailsShare> shares;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const auto state = static_cast<model::TaskState>(i);
        if (sums[i] > 0) shares.push_back({state, stateText(state), model::Duration{sums[i]}});
    }
    // Running first, as the picture of a task reads; what is not known last.
    std::stable_partition(shares.begin(), shares.end(), [](const auto& share) {
        return share.state != model::TaskState::Unknown;
    });
    return shares;
}

}  // namespace kscope::views
