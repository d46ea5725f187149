// SPDX-License-Identifier: GPL-3.0-or-later
/// Draw list to SVG: text stays text.
#pragma once

#include "views/canvas/draw_list.h"
#include "views/canvas/text_cache.h"

#include <string>

namespace kscope::views {

/// Elements that svgText() will write; columns count as runs of equal ones.
[[nodiscard]] std::size_t svgShapes(const DrawList& list);
[[nodiscard]] std::string svgText(const DrawList& list, Box paper, double ratio,
                                  const TextCache& texts);

}  // namespace kscope::views
