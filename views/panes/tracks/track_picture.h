// SPDX-License-Identifier: GPL-3.0-or-later
/// A pane of tracks as a file: the same tracks as in the window, with ruler, title, range, clock
/// and legend.
#pragma once

#include "views/panes/tracks/track.h"
#include "views/timeline/picture.h"

namespace kscope::views {

/// All need a QGuiApplication (the offscreen platform will do); `request.pane` and lanes are not
/// looked at. They fail on sizes out of range, and where the set has no tracks, with its words.
[[nodiscard]] model::Result<QImage> renderTracks(const TrackSet& set, const ExportRequest& request);
[[nodiscard]] model::Result<void> writeTracksPng(const TrackSet& set, const ExportRequest& request,
                                                 const std::string& path);
[[nodiscard]] model::Result<void> writeTracksSvg(const TrackSet& set, const ExportRequest& request,
                                                 const std::string& path);
/// The set's `csvHead`, then the rows of its tracks that touch the window.
[[nodiscard]] model::Result<void> writeTracksCsv(const TrackSet& set, const ExportRequest& request,
                                                 const std::string& path);

}  // namespace kscope::views
