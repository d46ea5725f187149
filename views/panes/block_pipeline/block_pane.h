// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Blocks: a group a device with its requests, what is in flight, rates and sectors.
#pragma once

#include "model/derive/block_requests.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

/// Tracks with the requests that they show.
struct BlockTrackSet : TrackSet {
    std::shared_ptr<const model::BlockModel> blocks;  ///< Null where the trace has none.
};

/// Always a BlockTrackSet.
[[nodiscard]] std::shared_ptr<const TrackSet> blockTracks(const model::TracePtr& trace);
[[nodiscard]] bool hasBlocks(const model::Trace& trace);

}  // namespace kscope::views
