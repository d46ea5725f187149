// SPDX-License-Identifier: GPL-3.0-or-later
/// Spreads lengths over a log axis.
#include "model/derive/block_latency.h"

#include "model/derive/length_counts.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace kscope::model {

namespace {
constexpr int kBarsADecade = 10;
constexpr std::array kLatencyStages{BlockInterval::Q2G, BlockInterval::Q2M, BlockInterval::G2I,
                                    BlockInterval::I2D, BlockInterval::M2D, BlockInterval::D2C};

/// Bounds of bars: 1 ns, 10^0.1, … as whole ns, each once.
const std::vector<std::int64_t>& barBounds() {
    static const std::vector<std::int64_t> bounds = [] {
        std::vector<std::int64_t> all{0};
        for (int i = 0; i < 18 * kBarsADecade; ++i) {
            const auto ns = std::llround(std::pow(10.0, static_cast<double>(i) / kBarsADecade));
            if (ns > all.back()) all.push_back(ns);
        }
        all.push_back(INT64_MAX);
        return all;
    }();
    return bounds;
}
std::size_t barOf(std::int64_t ns) {
    const auto& bounds = barBounds();
    const auto after = std::ranges::upper_bound(bounds, std::max<std::int64_t>(ns, 0));
    return std::min(static_cast<std::size_t>(after - bounds.begin()), bounds.size() - 1) - 1;
}

struct SideLengths {
    std::vector<std::int64_t> values;
    LatencySpread spread;
    void add(std::int64_t length, std::uint32_t bio) {
        values.push_back(length);
        if (spread.slowest == kNoIndex || length > spread.max) {
            spread.max = length;
            spread.slowest = bio;
        }
        spread.min = spread.count == 0 ? length : std::min(spread.min, length);
        ++spread.count;
        spread.total += length;
    }
    LatencySpread finish() {
        auto from = values.begin();
        for (std::size_t i = 0; i < kLatencyShares.size() && !values.empty(); ++i) {
            const auto rank = nearestRank(values.size(), kLatencyShares[i]);
            const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
            // What lies below the percentile before is below this one too.
            std::nth_element(from, at, values.end());
            spread.percentiles[i] = *at;
            from = at;
        }
        return spread;
    }
};

bool meetsRange(const BlockChoice& choice, std::int64_t begin, std::int64_t end) {
    if (!choice.range) return true;
    return begin < toNs(choice.range->end) && (end == kNoTime || end >= toNs(choice.range->begin));
}

template <class Item> bool chosen(const BlockChoice& choice, const Item& item, std::int64_t begin) {
    return (choice.device == kNoDevice || item.device == choice.device) &&
           (choice.task == kNoTask || item.task == choice.task) &&
           (choice.direction == 0 || directionLetter(item.rwbs) == choice.direction) &&
           meetsRange(choice, begin, item.c);
}

void fillBars(BlockLatency& latency, const std::array<SideLengths, kBlockSides>& sides) {
    const auto& bounds = barBounds();
    const auto first = barOf(latency.all.min);
    const auto last = barOf(latency.all.max);
    for (auto i = first; i <= last; ++i) latency.bars.push_back({bounds[i], bounds[i + 1], {}});
    for (std::size_t side = 0; side < kBlockSides; ++side)
        for (const auto value : sides[side].values)
            ++latency.bars[barOf(value) - first].count[side];
}

void fillStages(BlockLatency& latency, const BlockModel& blocks,
                std::span<const std::uint32_t> bios) {
    for (auto& stages : latency.stages)
        for (const auto stage : kLatencyStages) stages.push_back({stage, 0, 0});
    for (const auto index : bios) {
        const auto& bio = blocks.bios[index];
        for (auto& share : latency.stages[static_cast<std::size_t>(sideOf(bio.rwbs))]) {
            const auto length = intervalOf(bio, share.stage);
            if (length == kNoTime) continue;
            share.total += length;
            ++share.count;
        }
    }
}
}  // namespace

BlockSide sideOf(Rwbs rwbs) {
    return operationOf(rwbs) == BlockOp::Read ? BlockSide::Reads : BlockSide::Writes;
}

namespace {

bool edgePasses(const RowSet& rows, const BlockRequest& request) {
    return rows.contains(request.issue) ||
           (request.c != kNoTime && rows.contains(request.completion));
}

}  // namespace

bool requestPasses(const RowSet& rows, const BlockModel& blocks, const BlockRequest& request) {
    if (edgePasses(rows, request)) return true;
    constexpr std::uint32_t kMostBios = 16;
    for (std::uint32_t i = 0; i < std::min(request.bios, kMostBios); ++i)
        if (rows.contains(blocks.bios[blocks.held[request.firstBio + i]].event)) return true;
    return false;
}

bool bioPasses(const RowSet& rows, const BlockModel& blocks, const BlockBio& bio) {
    return rows.contains(bio.event) ||
           (bio.request != kNoIndex && edgePasses(rows, blocks.requests[bio.request]));
}

std::vector<std::uint32_t> chosenBios(const BlockModel& blocks, const BlockChoice& choice) {
    auto bios = biosInOrder(blocks);
    std::erase_if(bios, [&](auto index) {
        const BlockBio& bio = blocks.bios[index];
        return !chosen(choice, bio, bio.q) ||
               (choice.rows && !bioPasses(*choice.rows, blocks, bio));
    });
    return bios;
}

std::vector<std::uint32_t> chosenRequests(const BlockModel& blocks, const BlockChoice& choice) {
    std::vector<std::uint32_t> requests;
    for (std::uint32_t i = 0; i < blocks.requests.size(); ++i)
        if (chosen(choice, blocks.requests[i], requestBegin(blocks.requests[i])) &&
            (!choice.rows || requestPasses(*choice.rows, blocks, blocks.requests[i])))
            requests.push_back(i);
    return requests;
}

BlockLatency blockLatency(const BlockModel& blocks, std::span<const std::uint32_t> bios,
                          BlockInterval interval) {
    BlockLatency latency;
    latency.interval = interval;
    std::array<SideLengths, kBlockSides> sides;
    std::map<DeviceId, std::int64_t> lastQ;
    for (const auto index : bios) {
        const auto& bio = blocks.bios[index];
        auto length = intervalOf(bio, interval);
        if (interval == BlockInterval::Q2Q && !bio.split) {
            const auto [before, first] = lastQ.try_emplace(bio.device, bio.q);
            if (!first) length = bio.q - before->second;
            before->second = bio.q;
        }
        if (length != kNoTime) sides[static_cast<std::size_t>(sideOf(bio.rwbs))].add(length, index);
    }
    SideLengths both;
    for (std::size_t side = 0; side < kBlockSides; ++side) {
        const auto& one = sides[side];
        both.values.insert(both.values.end(), one.values.begin(), one.values.end());
        if (one.spread.count == 0) continue;
        auto& spread = both.spread;
        spread.min = spread.count == 0 ? one.spread.min : std::min(spread.min, one.spread.min);
        if (spread.slowest == kNoIndex || one.spread.max > spread.max) {
            spread.max = one.spread.max;
            spread.slowest = one.spread.slowest;
        }
        spread.count += one.spread.count;
        spread.total += one.spread.total;
    }
    latency.all = both.finish();
    if (latency.all.count > 0) fillBars(latency, sides);
    for (std::size_t side = 0; side < kBlockSides; ++side)
        latency.side[side] = sides[side].finish();
    fillStages(latency, blocks, bios);
    return latency;
}

}  // namespace kscope::model
