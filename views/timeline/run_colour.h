// SPDX-License-Identifier: GPL-3.0-or-later
/// The colour of a running slice: of its task, its CPU or its priority.
#pragma once

#include "views/timeline/scene.h"

#include <string_view>

namespace kscope::views {

/// Classes of the kernel's priority numbers: deadline (-1), real-time (0 to 99), above 120, 120,
/// below 120 (nice values).
enum class PriorityClass : std::uint8_t { Deadline, RealTime, Raised, Normal, Low };
inline constexpr std::size_t kPriorityClasses = 5;
[[nodiscard]] PriorityClass priorityClass(std::uint8_t prio);
[[nodiscard]] std::string_view priorityWords(PriorityClass which);

/// The priority that each task was last switched in with. Built chunk by chunk when somebody looks.
class TaskPriorities {
public:
    /// Follows `trace`; reads at most `mostRows` more switches. False: more is left to do.
    bool update(const model::TracePtr& trace, std::size_t mostRows = SIZE_MAX);
    /// Normal where the task was never switched in.
    [[nodiscard]] PriorityClass of(model::TaskId task) const;

private:
    model::TracePtr m_trace;
    const model::EventChunk* m_first = nullptr;
    std::size_t m_done = 0;
    std::vector<std::uint8_t> m_prio;  // by task; 120 where nothing is known
};

[[nodiscard]] Rgb cpuFill(const Theme& theme, model::CpuId cpu);
[[nodiscard]] Rgb priorityFill(const Theme& theme, PriorityClass which);
/// Of a run of `task` on `cpu`, as the state's colourBy says.
[[nodiscard]] Rgb runFill(const TimelineScene& scene, model::TaskId task, model::CpuId cpu);
/// What folded runs of a CPU lane have instead of the mean of their tasks' hues; none: that mean.
[[nodiscard]] std::optional<Rgb> foldedRunFill(const TimelineScene& scene, const LaneKey& lane);

}  // namespace kscope::views
