// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Functions: nested calls, a track a task.
#pragma once

#include "model/derive/calls.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

[[nodiscard]] std::shared_ptr<const TrackSet> callTracks(const model::TracePtr& trace);
/// The same of calls that are derived already, or are what a filter left of them.
[[nodiscard]] std::shared_ptr<const TrackSet> callTracksOf(const model::CallForestPtr& forest);
[[nodiscard]] bool hasCalls(const model::Trace& trace);

}  // namespace kscope::views
