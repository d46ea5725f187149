// SPDX-License-Identifier: GPL-3.0-or-later
/// Names of intervals, and bios in order.
#include "model/derive/block_report.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace kscope::model {

namespace {
constexpr std::array<std::string_view, kBlockIntervals> kIntervalNames{"Q2Q", "Q2G", "G2I", "Q2M",
                                                                       "I2D", "M2D", "D2C", "Q2C"};
}  // namespace

std::string_view intervalName(BlockInterval interval) {
    return kIntervalNames[static_cast<std::size_t>(interval)];
}

std::vector<std::uint32_t> biosInOrder(const BlockModel& model) {
    std::vector<std::uint32_t> order(model.bios.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto ascends = std::ranges::is_sorted(model.bios, {}, &BlockBio::q);
    if (!ascends)
        std::ranges::stable_sort(order, {}, [&](auto index) { return model.bios[index].q; });
    return order;
}

}  // namespace kscope::model
