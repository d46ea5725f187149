// SPDX-License-Identifier: GPL-3.0-or-later
/// Two flame graphs in one: which paths took more, which less.
#pragma once

#include "views/panes/flame_graph/flame_scene.h"

namespace kscope::views {

/// Paths of either tree, both of one trace, as wide as both together, so that none vanishes: what
/// is gone is as visible as what is new. `before` of the result has the weights of the first.
[[nodiscard]] std::shared_ptr<const FlameTree>
makeFlameDiff(const FlameTree& before, const FlameTree& after,
              FlameMeasure measure = FlameMeasure::Amounts);

/// −1: only before; 0: as much as before; 1: only after.
[[nodiscard]] double flameChange(const FlameTree& tree, std::uint32_t node, FlameWeight weight);
/// Fill of a change: the hue of writes where it grew, of reads where it shrank, grey where it
/// stayed.
[[nodiscard]] Rgb changeFill(const Theme& theme, double change);

}  // namespace kscope::views
