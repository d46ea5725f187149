// SPDX-License-Identifier: GPL-3.0-or-later
/// Thin lines from a partition's transfers to the requests of the disk that carry them.
#pragma once

#include "views/panes/tracks/track_scene.h"

namespace kscope::views {

/// Only where they are few enough to be followed by eye.
void drawRemapLinks(const TrackScene& scene, TextCache& texts, DrawList& list);

}  // namespace kscope::views
