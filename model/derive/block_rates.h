// SPDX-License-Identifier: GPL-3.0-or-later
/// Completions and bytes a second of devices, in steps of equal length.
#pragma once

#include "model/derive/block_requests.h"

#include <vector>

namespace kscope::model {

struct BlockRateStep {
    std::uint64_t bytes = 0;        ///< Completed in this step,
    std::uint32_t completions = 0;  ///< and in how many requests.
};
struct BlockRates {
    std::int64_t begin = 0;   ///< ns of the first step.
    std::int64_t length = 1;  ///< ns of each.
    std::vector<BlockRateStep> steps;
    [[nodiscard]] std::size_t size() const noexcept { return steps.size(); }
    [[nodiscard]] double perSecond(double sum) const {
        return sum * 1e9 / static_cast<double>(length);
    }
};

/// Of each of blocks.devices, over `range` in at most 2000 steps of 1, 2 or 5 times a power of ten
/// ns, none below 1 µs.
[[nodiscard]] std::vector<BlockRates> blockRates(const BlockModel& blocks, TimeRange range);

}  // namespace kscope::model
