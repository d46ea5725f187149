// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Functions: nested calls, a track a task.
#pragma once

#include "views/panes/tracks/track.h"

namespace kscope::views {

[[nodiscard]] std::shared_ptr<const TrackSet> callTracks(const model::TracePtr& trace);
[[nodiscard]] bool hasCalls(const model::Trace& trace);

}  // namespace kscope::views
