// SPDX-License-Identifier: GPL-3.0-or-later
/// A frame of a flame graph in words: its tooltip, its details, its title in a picture.
#pragma once

#include "views/panes/flame_graph/flame_scene.h"
#include "views/timeline/item_words.h"

namespace kscope::views {

/// "3.86 s", "125 samples" of a weight by time; "12 calls" of one by calls.
[[nodiscard]] std::string flameWeightText(const FlameTree& tree, FlameWeight weight,
                                          std::uint64_t value);
/// Facts are of the path, for the details.
[[nodiscard]] ItemWords frameWords(const FlameScene& scene, const FlameBox& frame);
/// The frame of `to` with the path of `node`; where there is none, the nearest above it. 0: all.
[[nodiscard]] std::uint32_t samePath(const FlameTree& from, std::uint32_t node,
                                     const FlameTree& to);
/// Names from the first caller to the frame.
[[nodiscard]] QStringList frameStack(const FlameTree& tree, std::uint32_t node);

}  // namespace kscope::views
