// SPDX-License-Identifier: GPL-3.0-or-later
/// The exported picture as a draw list: the timeline with its frame of title, range, clock and
/// legend.
#pragma once

#include "views/timeline/device_lane.h"
#include "views/timeline/picture.h"
#include "views/timeline/run_colour.h"
#include "views/timeline/scene.h"

namespace kscope::views {

/// A request with its lanes, window and ticks found.
struct ExportScene {
    ViewState state;
    model::EventTicks ticks;
    TaskPriorities priorities;
    std::shared_ptr<const DeviceRequests> devices;
    TimelineScene scene;
    Box paper;
};
[[nodiscard]] model::Result<std::unique_ptr<ExportScene>>
prepareExport(const model::Trace& trace, const ExportRequest& request);
void drawExport(const ExportScene& prepared, const ExportRequest& request, TextCache& texts,
                DrawList& list, model::ThreadPool* pool);

}  // namespace kscope::views
