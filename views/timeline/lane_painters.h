// SPDX-License-Identifier: GPL-3.0-or-later
/// What each kind of lane looks like.
#pragma once

#include "views/timeline/lane_ink.h"

namespace kscope::views {

/// `lane`: the whole lane, device pixels, as wide as the plot.
void paintCpuLane(const TimelineScene& scene, const LaneRow& row, Box lane, LaneInk& ink);
void paintTaskLane(const TimelineScene& scene, const LaneRow& row, Box lane, LaneInk& ink);
void paintEventLane(const TimelineScene& scene, const LaneRow& row, Box lane, LaneInk& ink);
/// By kind.
/// `part`: of 1 + ink.more.size(), each of which may be painted on a thread of its own.
void paintLane(const TimelineScene& scene, const LaneRow& row, Box lane, std::size_t part,
               LaneInk& ink);

/// The bar inside of a lane.
[[nodiscard]] Box barOf(const TimelineScene& scene, const LaneRow& row, Box lane);
/// Texts of bars by look.md's widths: name and id from 120 px, name from 42, whole or nothing
/// from 20.
void placeLabels(const TimelineScene& scene, TextCache& texts, const LaneInk& ink, DrawList& list);
/// Does the filter let something of this stretch through? True without a filter. kUnknownCpu,
/// kNoTask: of any CPU, of any task.
[[nodiscard]] bool passesFilter(const TimelineScene& scene, std::int64_t begin, std::int64_t end,
                                model::CpuId cpu, model::TaskId task);

}  // namespace kscope::views
