// SPDX-License-Identifier: GPL-3.0-or-later
/// PNG files written in bands on all threads.
#pragma once

#include "model/core/result.h"
#include "model/core/thread_pool.h"

#include <QImage>

#include <string>
#include <vector>

namespace kscope::views {

/// The image (Format_RGB32) as a PNG file: 8-bit palette where 256 colours are enough, else 8-bit
/// RGB. `pool` may be null.
[[nodiscard]] std::vector<std::uint8_t> encodePng(const QImage& image, double ratio,
                                                  model::ThreadPool* pool);
/// Writes `bytes` to a temporary file beside `path` and renames it.
[[nodiscard]] model::Result<void> writeFile(const std::string& path, const void* data,
                                            std::size_t size);

}  // namespace kscope::views
