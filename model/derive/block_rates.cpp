// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums completions up.
#include "model/derive/block_rates.h"

#include <algorithm>

namespace kscope::model {

namespace {
constexpr std::int64_t kRateSteps = 2000;
constexpr std::int64_t kLeastStep = 1000;  // ns

/// At least `wanted`: 1, 2 or 5 times a power of ten.
std::int64_t roundStep(std::int64_t wanted) {
    std::int64_t power = kLeastStep;
    while (power < wanted / 10) power *= 10;
    for (const std::int64_t factor : {1, 2, 5})
        if (power * factor >= wanted) return power * factor;
    return power * 10;
}
}  // namespace

std::vector<BlockRates> blockRates(const BlockModel& blocks, TimeRange range) {
    const auto begin = toNs(range.begin);
    const auto span = std::max<std::int64_t>(range.length().count(), 1);
    const auto length = roundStep((span + kRateSteps - 1) / kRateSteps);
    const auto count = static_cast<std::size_t>((span + length - 1) / length);
    std::vector<BlockRates> rates(blocks.devices.size());
    for (auto& one : rates) {
        one.begin = begin;
        one.length = length;
    }
    std::size_t device = 0;
    for (const BlockRequest& request : blocks.requests) {
        if (request.c == kNoTime || request.c < begin) continue;
        if (device >= rates.size() || blocks.devices[device].device != request.device) {
            const auto found =
                std::ranges::lower_bound(blocks.devices, request.device, {}, &BlockDevice::device);
            if (found == blocks.devices.end() || found->device != request.device) continue;
            device = static_cast<std::size_t>(found - blocks.devices.begin());
        }
        const auto at = static_cast<std::size_t>((request.c - begin) / length);
        if (at >= count) continue;
        if (rates[device].steps.empty()) rates[device].steps.resize(count);
        ++rates[device].steps[at].completions;
        rates[device].steps[at].bytes += std::uint64_t{request.sectors} * 512;
    }
    return rates;
}

}  // namespace kscope::model
