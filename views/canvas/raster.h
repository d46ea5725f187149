// SPDX-License-Identifier: GPL-3.0-or-later
/// Draw list to pixels.
#pragma once

#include "model/core/thread_pool.h"
#include "views/canvas/draw_list.h"
#include "views/canvas/text_cache.h"

#include <QImage>

namespace kscope::views {

/// Paints all items of `list` into `image` (Format_RGB32, device pixels). Texts are rendered into
/// `texts` first; then bands of rows are filled at once on the threads of `pool` and the caller's
/// (null: on the caller's alone).
void rasterize(const DrawList& list, QImage& image, TextCache& texts, model::ThreadPool* pool);

}  // namespace kscope::views
