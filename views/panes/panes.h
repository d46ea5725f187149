// SPDX-License-Identifier: GPL-3.0-or-later
/// The one table of panes made of tracks: a new one is a folder beside this and a line in
/// panes.cpp, and has its tab, its export and its theme from there.
#pragma once

#include "views/panes/tracks/plot_choice.h"
#include "views/panes/tracks/track.h"

#include <memory>
#include <span>
#include <string_view>

namespace kscope::views {

struct TrackPane {
    std::string_view name;  ///< Of `export --pane`.
    int tab = 0;            ///< Number of its view (Ctrl+2 is 1): several panes may share one.
    /// All tracks over a snapshot; without any where the trace has nothing for them, `empty` then
    /// says what to record. Not for the GUI thread.
    std::shared_ptr<const TrackSet> (*make)(const model::TracePtr& trace,
                                            const PlotChoice& choice);
    bool (*hasData)(const model::Trace& trace);
};

/// The view that a trace is best first seen in: where its sources are all of one kind, that kind's
/// pane; else the timeline, 0.
[[nodiscard]] int firstTab(const model::Trace& trace);

[[nodiscard]] std::span<const TrackPane> trackPanes();
/// Null: no pane of tracks has that name.
[[nodiscard]] const TrackPane* findTrackPane(std::string_view name);

}  // namespace kscope::views
