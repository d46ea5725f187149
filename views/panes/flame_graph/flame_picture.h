// SPDX-License-Identifier: GPL-3.0-or-later
/// A flame graph as a file, with title, range and weights.
#pragma once

#include "views/panes/flame_graph/flame_scene.h"
#include "views/timeline/picture.h"

namespace kscope::views {

/// How the window shows a tree.
struct FlameLook {
    FlameWeight weight = FlameWeight::Total;
    FlameGrowth growth = FlameGrowth::Down;
    std::uint32_t root = 0;  ///< What it is zoomed to.
    std::string search{};
};

/// Icicles of the whole tree by total time, where no other look is asked for; need a
/// QGuiApplication. They fail on sizes out of range and on a tree without calls.
[[nodiscard]] model::Result<void> writeFlamePng(const FlameTree& tree, const ExportRequest& request,
                                                const std::string& path,
                                                const FlameLook& look = {});
[[nodiscard]] model::Result<void> writeFlameSvg(const FlameTree& tree, const ExportRequest& request,
                                                const std::string& path,
                                                const FlameLook& look = {});

}  // namespace kscope::views
