// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums up intervals.
#include "model/derive/block_report.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

namespace kscope::model {

namespace {
constexpr std::array<std::string_view, kBlockIntervals> kIntervalNames{"Q2Q", "Q2G", "G2I", "Q2M",
                                                                       "I2D", "M2D", "D2C", "Q2C"};

std::int64_t lengthBetween(std::int64_t from, std::int64_t to) {
    return from == kNoTime || to == kNoTime ? kNoTime : to - from;
}

/// Lengths of one device and direction.
struct Lengths {
    std::array<std::vector<std::int64_t>, kBlockIntervals> of;
    std::int64_t lastQ = kNoTime;

    void take(const BlockBio& bio) {
        if (!bio.split) {
            if (lastQ != kNoTime) of[0].push_back(bio.q - lastQ);
            lastQ = bio.q;
        }
        for (std::size_t i = 1; i < kBlockIntervals; ++i)
            if (const auto length = intervalOf(bio, static_cast<BlockInterval>(i));
                length != kNoTime)
                of[i].push_back(length);
    }
};
}  // namespace

std::string_view intervalName(BlockInterval interval) {
    return kIntervalNames[static_cast<std::size_t>(interval)];
}

std::int64_t intervalOf(const BlockBio& bio, BlockInterval interval) {
    switch (interval) {
    case BlockInterval::Q2G: return lengthBetween(bio.q, bio.g);
    case BlockInterval::G2I: return lengthBetween(bio.g, bio.i);
    case BlockInterval::Q2M: return lengthBetween(bio.q, bio.m);
    case BlockInterval::I2D: return lengthBetween(bio.i, bio.d);
    case BlockInterval::M2D: return bio.i == kNoTime ? lengthBetween(bio.m, bio.d) : kNoTime;
    case BlockInterval::D2C: return lengthBetween(bio.d, bio.c);
    case BlockInterval::Q2C: return lengthBetween(bio.q, bio.c);
    default: return kNoTime;
    }
}

std::vector<std::uint32_t> biosInOrder(const BlockModel& model) {
    std::vector<std::uint32_t> order(model.bios.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto ascends = std::ranges::is_sorted(model.bios, {}, &BlockBio::q);
    if (!ascends)
        std::ranges::stable_sort(order, {}, [&](auto index) { return model.bios[index].q; });
    return order;
}

std::vector<BlockSummaryRow> blockSummary(const BlockModel& model,
                                          std::span<const std::uint32_t> bios, ThreadPool& pool) {
    constexpr char kAll = '\x7f';  // behind every letter
    std::map<std::pair<DeviceId, char>, Lengths> groups;
    std::pair<DeviceId, char> lastKey{kNoDevice, 0};
    Lengths* last = nullptr;
    Lengths* all = nullptr;
    for (const auto index : bios) {
        const auto& bio = model.bios[index];
        const std::pair key{bio.device, directionLetter(bio.rwbs)};
        if (last == nullptr || key != lastKey) {
            last = &groups[key];
            all = &groups[{bio.device, kAll}];
            lastKey = key;
        }
        last->take(bio);
        all->take(bio);
    }
    std::vector<BlockSummaryRow> rows;
    std::vector<std::vector<std::int64_t>*> lengths;
    for (auto& [key, group] : groups) {
        for (std::size_t i = 0; i < kBlockIntervals; ++i) {
            if (group.of[i].empty()) continue;
            rows.push_back({key.first,
                            key.second == kAll ? '\0' : key.second,
                            static_cast<BlockInterval>(i),
                            {}});
            lengths.push_back(&group.of[i]);
        }
    }
    parallelFor(pool, rows.size(),
                [&](std::size_t row) { rows[row].length = sumSpans(*lengths[row]); });
    return rows;
}

}  // namespace kscope::model
