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

std::shared_ptr<const TrackSet> chosenHeatmap(const model::TracePtr& trace,
                                              const PlotChoice& choice) {
    return heatmapTracks(trace, {}, choice);
}

/// Calls and requests have filters of their own: nothing here is chosen by number.
template <auto Make>
std::shared_ptr<const TrackSet> whole(const model::TracePtr& trace, const PlotChoice&) {
    return Make(trace);
}

bool hasCallsOrStacks(const model::Trace& trace) { return hasCalls(trace) || hasStacks(trace); }

}  // namespace

std::span<const TrackPane> trackPanes() {
    static constexpr std::array<TrackPane, 4> kPanes{
        {{"block_pipeline", 1, whole<blockTracks>, hasBlocks},
         {"call_timeline", 2, whole<callTracks>, hasCallsOrStacks},
         {"interrupt_heatmap", 3, chosenHeatmap, hasInterruptCounters},
         {"memory_zones", 4, memoryTracks, hasMemoryCounters}}};
    return kPanes;
}

int firstTab(const model::Trace& trace) {
    constexpr std::array<std::string_view, 2> kBlocks{"blkparse", "blktrace"};
    constexpr std::array<std::string_view, 5> kCalls{"uftrace", "uftrace-replay", "uftrace-chrome",
                                                     "function_graph", "folded"};
    const auto all = [&](const auto& is) {
        return !trace.sources().empty() &&
               std::ranges::all_of(trace.sources(), [&](const model::SourceInfo& source) {
                   return is(std::string_view(source.kind));
               });
    };
    const auto among = [](const auto& kinds) {
        return [&kinds](std::string_view kind) {
            return std::ranges::find(kinds, kind) != kinds.end();
        };
    };
    const auto hasData = [&](const TrackPane& pane) { return pane.hasData(trace); };
    std::span<const TrackPane> wanted;
    if (all(among(kBlocks))) wanted = trackPanes().subspan(0, 1);
    else if (all(among(kCalls))) wanted = trackPanes().subspan(1, 1);
    else if (all([](std::string_view kind) { return kind.starts_with("proc-"); }))
        wanted = trackPanes().subspan(2, 2);
    const auto found = std::ranges::find_if(wanted, hasData);
    return found == wanted.end() ? 0 : found->tab;
}

const TrackPane* findTrackPane(std::string_view name) {
    const auto panes = trackPanes();
    const auto found = std::ranges::find(panes, name, &TrackPane::name);
    return found == panes.end() ? nullptr : &*found;
}

}  // namespace kscope::views
