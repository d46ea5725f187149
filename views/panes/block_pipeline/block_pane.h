// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Blocks: a group a device with its requests, what is in flight, rates and sectors.
#pragma once

#include "views/panes/tracks/track.h"

namespace kscope::views {

[[nodiscard]] std::shared_ptr<const TrackSet> blockTracks(const model::TracePtr& trace);
[[nodiscard]] bool hasBlocks(const model::Trace& trace);

}  // namespace kscope::views
