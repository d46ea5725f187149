// SPDX-License-Identifier: GPL-3.0-or-later
/// Intervals of block requests as btt defines them, and what lies in a range.
#pragma once

#include "model/core/thread_pool.h"
#include "model/derive/block_requests.h"
#include "model/derive/sched_report.h"

#include <span>
#include <string_view>
#include <vector>

namespace kscope::model {

/// From one stage to another, per bio.
enum class BlockInterval : std::uint8_t { Q2Q, Q2G, G2I, Q2M, I2D, M2D, D2C, Q2C, Count_ };
inline constexpr std::size_t kBlockIntervals = static_cast<std::size_t>(BlockInterval::Count_);
[[nodiscard]] std::string_view intervalName(BlockInterval interval);

/// Length of `interval` in a bio; kNoTime where it lacks an end. Q2Q is none of one bio.
[[nodiscard]] std::int64_t intervalOf(const BlockBio& bio, BlockInterval interval);

struct BlockSummaryRow {
    DeviceId device = kNoDevice;
    char direction = 0;  ///< First letter behind a preflush; 0: every direction.
    BlockInterval interval{};
    SpanSum length;
};
/// Intervals per device and direction of the chosen bios (ascending indices into model.bios, which
/// must be in order of Q): ascending by device, directions by letter and all of them last. Only
/// rows with a count.
[[nodiscard]] std::vector<BlockSummaryRow>
blockSummary(const BlockModel& model, std::span<const std::uint32_t> bios, ThreadPool& pool);

/// Indices of bios in order of Q (tails of a split behind their heads).
[[nodiscard]] std::vector<std::uint32_t> biosInOrder(const BlockModel& model);

}  // namespace kscope::model
