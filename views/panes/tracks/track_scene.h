// SPDX-License-Identifier: GPL-3.0-or-later
/// One picture of a pane of tracks: where each track lies, and all of them as a draw list.
#pragma once

#include "views/panes/tracks/track.h"

namespace kscope::views {

struct TrackScene {
    TimelineScene base;  ///< Without lanes; body as in bodyFor().
    const TrackSet* set = nullptr;

    /// The body whose plot and headers are exactly `area`: overview and ruler lie above it.
    [[nodiscard]] static Box bodyFor(const TimelineScene& scene, Box area);
    [[nodiscard]] int contentHeight() const;  ///< Logical.
    /// Header and plot of a track, which may lie outside of the area; device pixels.
    [[nodiscard]] TrackCanvas canvas(std::size_t index, TextCache& texts, DrawList& list) const;
    /// Number of the track at `y`; nothing below the last.
    [[nodiscard]] std::optional<std::size_t> trackAt(int y) const;
    [[nodiscard]] std::optional<TrackHit> hit(TextCache& texts, int x, int y) const;
};

/// Ground, tracks in view, cursors and bookmarks.
void drawTracks(const TrackScene& scene, TextCache& texts, DrawList& list);

}  // namespace kscope::views
