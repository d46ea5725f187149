// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Memory: zones against their watermarks, reclaim, free blocks by order, rates.
#pragma once

#include "views/panes/tracks/plot_choice.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

[[nodiscard]] std::shared_ptr<const TrackSet> memoryTracks(const model::TracePtr& trace,
                                                           const PlotChoice& choice = {});
[[nodiscard]] bool hasMemoryCounters(const model::Trace& trace);

}  // namespace kscope::views
