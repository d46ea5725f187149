// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums, percentiles and bars against sorting everything.
#include "model/derive/block_latency.h"
#include "model/derive/block_rates.h"
#include "model/derive/length_counts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

using namespace kscope::model;

namespace {

constexpr std::array kDisks{deviceId(8, 0), deviceId(8, 16), deviceId(259, 0)};

/// Bios of any shape: stages that are missing, lengths beyond 32 bits, below zero, of zero.
BlockModel randomBios(std::mt19937_64& random, std::size_t count) {
    BlockModel model;
    std::int64_t now = 1000;
    const auto later = [&](std::int64_t from) {
        switch (random() % 8) {
        case 0: return kNoTime;
        case 1: return from;
        case 2: return from + static_cast<std::int64_t>(random() % 20'000'000'000);
        case 3: return from - 5;
        default: return from + static_cast<std::int64_t>(random() % 100'000);
        }
    };
    for (std::size_t i = 0; i < count; ++i) {
        auto& bio = model.bios.emplace_back();
        bio.q = now += static_cast<std::int64_t>(random() % 1000);
        if (random() % 2 == 0) bio.g = later(bio.q);
        else bio.m = later(bio.q);
        if (random() % 3 != 0) bio.i = later(bio.q);
        bio.d = later(bio.q);
        bio.c = later(bio.q);
        bio.device = kDisks[random() % kDisks.size()];
        bio.task = TaskId{static_cast<std::uint32_t>(random() % 4)};
        bio.rwbs = rwbsOf(std::array{"R", "WS", "FWS", "D"}[random() % 4]);
        bio.split = random() % 20 == 0;
    }
    return model;
}

std::int64_t oracleRank(std::vector<std::int64_t> values, unsigned perMille) {
    std::ranges::sort(values);
    for (std::size_t i = 0; i < values.size(); ++i)
        if ((i + 1) * 1000 >= values.size() * perMille) return values[i];
    return 0;
}

/// Lengths by device, direction (0: all) and interval.
using OracleKey = std::tuple<DeviceId, char, BlockInterval>;
std::map<OracleKey, std::vector<std::int64_t>> oracleLengths(const BlockModel& model,
                                                             std::span<const std::uint32_t> bios) {
    std::map<OracleKey, std::vector<std::int64_t>> lengths;
    std::map<std::pair<DeviceId, char>, std::int64_t> last;
    for (const auto index : bios) {
        const auto& bio = model.bios[index];
        for (const char direction : {directionLetter(bio.rwbs), '\0'}) {
            for (std::size_t i = 1; i < kBlockIntervals; ++i) {
                const auto interval = static_cast<BlockInterval>(i);
                if (const auto length = intervalOf(bio, interval); length != kNoTime)
                    lengths[{bio.device, direction, interval}].push_back(length);
            }
            if (bio.split) continue;
            const auto [before, first] = last.try_emplace({bio.device, direction}, bio.q);
            if (!first)
                lengths[{bio.device, direction, BlockInterval::Q2Q}].push_back(bio.q -
                                                                               before->second);
            before->second = bio.q;
        }
    }
    return lengths;
}

}  // namespace

TEST(LengthCounts, BucketsAreNarrowAscendAndBeginWhereTheySay) {
    std::size_t before = 0;
    for (std::int64_t ns = 0; ns >= 0 && ns < INT64_MAX / 4; ns += 1 + ns / 300) {
        const auto bucket = lengthBucket(ns);
        EXPECT_GE(bucket, before);
        EXPECT_LE(bucketBegin(bucket), ns);
        EXPECT_GT(bucketBegin(bucket + 1), ns);
        before = bucket;
    }
    EXPECT_EQ(lengthBucket(-7), 0U);
    EXPECT_EQ(nearestRank(1, 1), 1U);
    EXPECT_EQ(nearestRank(200, 990), 198U);
    EXPECT_EQ(nearestRank(201, 990), 199U);
}

TEST(BlockReport, EqualsSortingAllLengthsOfAnySelection) {
    std::mt19937_64 random(11);
    ThreadPool pool(2);
    for (const std::size_t count : {0, 1, 2, 700, 90'000}) {
        const auto model = randomBios(random, count);
        const BlockIntervals intervals(model);
        // Laid out once, or asked for once.
        for (int round = 0; round < 3; ++round) {
            auto bios = biosInOrder(model);
            std::erase_if(bios, [&](auto) { return round > 0 && random() % 3 == 0; });
            auto wanted = oracleLengths(model, bios);
            const auto rows =
                round == 2 ? blockSummary(model, bios, pool) : intervals.summary(bios, pool);
            ASSERT_EQ(rows.size(), wanted.size());
            for (const auto& row : rows) {
                const auto& values = wanted.at({row.device, row.direction, row.interval});
                EXPECT_EQ(row.length.count, values.size());
                EXPECT_EQ(row.length.total,
                          std::accumulate(values.begin(), values.end(), std::int64_t{0}));
                EXPECT_EQ(row.length.min, std::ranges::min(values));
                EXPECT_EQ(row.length.max, std::ranges::max(values));
                EXPECT_EQ(row.length.p50, oracleRank(values, 500));
                EXPECT_EQ(row.length.p99, oracleRank(values, 990));
            }
            EXPECT_TRUE(std::ranges::is_sorted(rows, {}, [](const auto& row) {
                return std::tuple(row.device, row.direction == 0 ? '\x7f' : row.direction,
                                  row.interval);
            }));
        }
    }
}

TEST(BlockLatency, SpreadsWhatWasChosen) {
    std::mt19937_64 random(5);
    const auto model = randomBios(random, 4000);
    for (int round = 0; round < 40; ++round) {
        BlockChoice choice;
        if (random() % 2 == 0) choice.device = kDisks[random() % kDisks.size()];
        if (random() % 2 == 0) choice.task = TaskId{static_cast<std::uint32_t>(random() % 4)};
        if (random() % 2 == 0) choice.direction = "RWD"[random() % 3];
        const auto begin = static_cast<std::int64_t>(random() % 2'000'000);
        if (random() % 2 == 0)
            choice.range = TimeRange{timestampNs(begin), timestampNs(begin + 300'000)};
        std::vector<std::uint32_t> wanted;
        for (std::uint32_t i = 0; i < model.bios.size(); ++i) {
            const auto& bio = model.bios[i];
            if (choice.device != kNoDevice && bio.device != choice.device) continue;
            if (choice.task != kNoTask && bio.task != choice.task) continue;
            if (choice.direction != 0 && directionLetter(bio.rwbs) != choice.direction) continue;
            if (choice.range && (bio.q >= begin + 300'000 || (bio.c != kNoTime && bio.c < begin)))
                continue;
            wanted.push_back(i);
        }
        ASSERT_EQ(chosenBios(model, choice), wanted);
        const auto latency = blockLatency(model, wanted, BlockInterval::Q2C);
        std::vector<std::int64_t> values;
        for (const auto i : wanted)
            if (model.bios[i].c != kNoTime) values.push_back(model.bios[i].c - model.bios[i].q);
        ASSERT_EQ(latency.all.count, values.size());
        if (values.empty()) continue;
        EXPECT_EQ(latency.all.max, std::ranges::max(values));
        EXPECT_EQ(latency.all.min, std::ranges::min(values));
        const auto& slowest = model.bios[latency.all.slowest];
        EXPECT_EQ(slowest.c - slowest.q, latency.all.max);
        for (std::size_t i = 0; i < kLatencyShares.size(); ++i)
            EXPECT_EQ(latency.all.percentiles[i], oracleRank(values, kLatencyShares[i]));
        std::uint64_t inBars = 0;
        for (const auto& bar : latency.bars) {
            const auto inside = std::ranges::count_if(values, [&](auto value) {
                return std::max<std::int64_t>(value, 0) >= bar.begin && value < bar.end;
            });
            EXPECT_EQ(bar.count[0] + bar.count[1], static_cast<std::uint64_t>(inside));
            inBars += bar.count[0] + bar.count[1];
        }
        EXPECT_EQ(inBars, values.size());
    }
}

TEST(BlockRates, SumsCompletionsInSteps) {
    BlockModel model;
    model.devices.push_back({kDisks[0], {}});
    for (int i = 0; i < 10; ++i) {
        auto& request = model.requests.emplace_back();
        request.device = kDisks[0];
        request.sectors = 8;
        request.c = 1'000'000 * (i + 1);
    }
    model.requests[3].c = kNoTime;
    model.requests[4].device = kDisks[1];  // of no device that has steps
    const auto rates = blockRates(model, {timestampNs(0), timestampNs(20'000'000)});
    ASSERT_EQ(rates.size(), 1U);
    EXPECT_EQ(rates[0].length, 10'000);
    ASSERT_EQ(rates[0].steps.size(), 2000U);
    EXPECT_EQ(rates[0].steps[100].completions, 1U);
    EXPECT_EQ(rates[0].steps[100].bytes, 4096U);
    EXPECT_EQ(rates[0].steps[400].completions, 0U);
    EXPECT_EQ(rates[0].perSecond(1), 100'000);
}
