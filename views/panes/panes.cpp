// SPDX-License-Identifier: GPL-3.0-or-later
/// Panes of tracks, one line each.
#include "views/panes/panes.h"

#include "views/panes/block_pipeline/block_pane.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/flame_graph/stack_tree.h"
#include "views/panes/interrupt_heatmap/heatmap_pane.h"
#include "views/panes/memory_zones/memory_pane.h"

#include <algorithm>
#include <array>

namespace kscope::views {

namespace {

bool hasCallsOrStacks(const model::Trace& trace) { return hasCalls(trace) || hasStacks(trace); }

}  // namespace

std::span<const TrackPane> trackPanes() {
    static constexpr std::array<TrackPane, 4> kPanes{
        {{"block_pipeline", 1, blockTracks, hasBlocks},
         {"call_timeline", 2, callTracks, hasCallsOrStacks},
         {"interrupt_heatmap", 3, heatmapTracks, hasInterruptCounters},
         {"memory_zones", 4, memoryTracks, hasMemoryCounters}}};
    return kPanes;
}

const TrackPane* findTrackPane(std::string_view name) {
    const auto panes = trackPanes();
    const auto found = std::ranges::find(panes, name, &TrackPane::name);
    return found == panes.end() ? nullptr : &*found;
}

}  // namespace kscope::views
