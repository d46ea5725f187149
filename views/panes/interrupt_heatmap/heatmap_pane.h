// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Interrupts: lines of /proc/interrupts and /proc/softirqs by rate.
#pragma once

#include "views/panes/tracks/track.h"

namespace kscope::views {

[[nodiscard]] std::shared_ptr<const TrackSet> heatmapTracks(const model::TracePtr& trace);
[[nodiscard]] bool hasInterruptCounters(const model::Trace& trace);

}  // namespace kscope::views
