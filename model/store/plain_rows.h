// SPDX-License-Identifier: GPL-3.0-or-later
/// Puts two small chunks together that have rows and nothing else: live sources bring a few rows at
/// a time, and thousands of tiny chunks would cost more than the rows.
#pragma once

#include "model/store/event_chunk.h"

#include <memory>

namespace kscope::model {

/// Whether a chunk has nothing that lanes would know of.
[[nodiscard]] bool isPlain(const EventChunk& chunk);

/// The rows of `first` and behind them those of `second`, which must not be earlier. Null where
/// they do not fit into one chunk (its columns have 32 bits).
[[nodiscard]] std::shared_ptr<const EventChunk> joinPlain(const EventChunk& first,
                                                          const EventChunk& second);

}  // namespace kscope::model
