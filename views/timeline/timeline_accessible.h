// SPDX-License-Identifier: GPL-3.0-or-later
/// The timeline as assistive programs see it: a list of the lanes in view, each a list of its
/// items.
#pragma once

namespace kscope::views {

/// Makes Qt ask here for TimelineWidget's accessible interface; call it as often as you like.
void installTimelineAccessible();

}  // namespace kscope::views
