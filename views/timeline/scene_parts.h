// SPDX-License-Identifier: GPL-3.0-or-later
/// The parts of a timeline picture that are not lanes.
#pragma once

#include "views/timeline/lane_ink.h"
#include "views/timeline/scene.h"
#include "views/timeline/time_axis.h"

namespace kscope::views {

/// Writes `text` at `at`, cut to `at.w`. Returns the width used.
int drawText(const TimelineScene& scene, TextCache& texts, DrawList& list, Box at,
             std::string_view text, TextRole role, Rgb ink);
/// The same, ending at the box's right edge.
int drawTextRight(const TimelineScene& scene, TextCache& texts, DrawList& list, Box at,
                  std::string_view text, TextRole role, Rgb ink);

void drawOverview(const TimelineScene& scene, TextCache& texts, DrawList& list);
void drawRuler(const TimelineScene& scene, TextCache& texts, DrawList& list);
/// Canvas, grid lines, group strips, hairlines between lanes and the range's tint.
void drawGround(const TimelineScene& scene, DrawList& list);
/// Header column: group rows, lane headers. `inks` in the order of layout.rows(), empty for lanes
/// out of view.
void drawHeaders(const TimelineScene& scene, TextCache& texts, DrawList& list,
                 const std::vector<LaneInk>& inks);
/// Search marks, outlines of item and focus, bookmarks, cursors with flags and Δ.
void drawMarks(const TimelineScene& scene, TextCache& texts, DrawList& list);
/// Waker to wakee of the selected task slice.
void drawWakeup(const TimelineScene& scene, TextCache& texts, DrawList& list);
/// Where the span of an item lies on the picture, in its lane; empty where it is not in view.
[[nodiscard]] Box itemBox(const TimelineScene& scene, const LaneRow& row, const Item& item);
/// Lanes that show an item: its own, and the task's.
[[nodiscard]] std::vector<const LaneRow*> lanesOf(const TimelineScene& scene, const Item& item);
/// "12.345 ms" from the origin of the state's time format, with the digits that a pixel is worth.
[[nodiscard]] std::string timeText(const TimelineScene& scene, model::Timestamp time);

}  // namespace kscope::views
