// SPDX-License-Identifier: GPL-3.0-or-later
/// A flame graph as an SVG that a browser can work with: words on hover, zoom by click, search with
/// its share.
#pragma once

#include "views/panes/flame_graph/flame_scene.h"
#include "views/timeline/picture.h"

#include <string>

namespace kscope::views {

struct FlamePaperWords {
    std::string title, range, foot;
};
/// `scene.area` is the paper at ratio 1; the frames lie below two lines of words.
[[nodiscard]] std::string flameSvg(FlameScene scene, const FlamePaperWords& words, Legend legend,
                                   TextCache& texts);

}  // namespace kscope::views
