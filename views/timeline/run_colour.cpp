// SPDX-License-Identifier: GPL-3.0-or-later
/// The colour of a running slice: of its task, its CPU or its priority.
#include "views/timeline/run_colour.h"

#include <algorithm>
#include <array>

namespace kscope::views {
namespace {

constexpr std::uint8_t kNormalPrio = 120;  // Nice 0: MAX_RT_PRIO + 20 (include/linux/sched/prio.h).
constexpr std::uint8_t kSlots = 11;

/// Slot and lightness step as a task of that hue would have them.
Rgb slotFill(const Theme& theme, std::uint8_t slot, int step) {
    model::TaskInfo hue;
    hue.hueSlot = slot;
    hue.tid = model::Tid{step};
    return theme.taskFill(hue);
}

}  // namespace

PriorityClass priorityClass(std::uint8_t prio) {
    if (prio == 255) return PriorityClass::Deadline;
    if (prio < 100) return PriorityClass::RealTime;
    if (prio == kNormalPrio) return PriorityClass::Normal;
    return prio < kNormalPrio ? PriorityClass::Raised : PriorityClass::Low;
}

std::string_view priorityWords(PriorityClass which) {
    constexpr std::array<std::string_view, kPriorityClasses> kWords{
        "deadline", "real-time", "above normal (nice < 0)", "normal", "below normal (nice > 0)"};
    return kWords[static_cast<std::size_t>(which)];
}

bool TaskPriorities::update(const model::TracePtr& trace, std::size_t mostRows) {
    if (!trace) {
        *this = TaskPriorities();
        return true;
    }
    if (trace != m_trace) {
        // A growing trace keeps its first chunks; another one begins with another.
        const auto* first = trace->chunks() > 0 ? &trace->chunk(0) : nullptr;
        if (first != m_first || trace->chunks() < m_done) {
            m_done = 0;
            m_prio.clear();
        }
        m_first = first;
        m_trace = trace;
    }
    m_prio.resize(trace->tasks().size(), kNormalPrio);
    std::size_t rows = 0;
    for (; m_done < trace->chunks() && rows < mostRows; ++m_done) {
        const auto& chunk = trace->chunk(m_done);
        for (const auto& change : chunk.switches) {
            if (change.next >= chunk.tasks.size()) continue;
            const auto task = model::raw(chunk.tasks[change.next].task);
            if (task < m_prio.size()) m_prio[task] = change.nextPrio;
        }
        rows += chunk.switches.size();
    }
    return m_done >= trace->chunks();
}

PriorityClass TaskPriorities::of(model::TaskId task) const {
    return model::raw(task) < m_prio.size() ? priorityClass(m_prio[model::raw(task)])
                                            : PriorityClass::Normal;
}

Rgb cpuFill(const Theme& theme, model::CpuId cpu) {
    const int number = model::raw(cpu);
    // Neighbours are three slots apart, so that they are told from each other.
    return slotFill(theme, static_cast<std::uint8_t>(number * 3 % kSlots), number / kSlots % 3);
}

Rgb priorityFill(const Theme& theme, PriorityClass which) {
    constexpr std::array<std::uint8_t, kPriorityClasses> kSlotOf{10, 8, 5, 1, 255};
    return slotFill(theme, kSlotOf[static_cast<std::size_t>(which)], 1);
}

Rgb runFill(const TimelineScene& scene, model::TaskId task, model::CpuId cpu) {
    switch (scene.state->colourBy) {
    case ColourBy::Cpu: return cpuFill(scene.colours(), cpu);
    case ColourBy::Priority:
        return priorityFill(scene.colours(), scene.priorities != nullptr
                                                 ? scene.priorities->of(task)
                                                 : PriorityClass::Normal);
    case ColourBy::Task: break;
    }
    return scene.colours().taskFill(scene.trace->task(task));
}

std::optional<Rgb> foldedRunFill(const TimelineScene& scene, const LaneKey& lane) {
    if (lane.kind != LaneKey::Kind::Cpu || scene.state->colourBy == ColourBy::Task)
        return std::nullopt;
    if (scene.state->colourBy == ColourBy::Cpu)
        return cpuFill(scene.colours(), model::CpuId{static_cast<std::uint16_t>(lane.id)});
    return scene.colours().hueFill({});  // Several priorities: grey.
}

}  // namespace kscope::views
