// SPDX-License-Identifier: GPL-3.0-or-later
/// Stacking of block requests: none lie over each other, none is left out, slots are reused.
#include "views/panes/block_pipeline/request_track.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace kscope;
using namespace kscope::views;

namespace {

constexpr auto kDisk = model::deviceId(8, 0);

model::BlockRequest requestAt(std::int64_t q, std::int64_t d, std::int64_t c) {
    model::BlockRequest request;
    request.q = q;
    request.d = d;
    request.c = c;
    request.device = kDisk;
    request.sectors = 8;
    return request;
}

}  // namespace

TEST(RequestRows, RandomRequestsShareNoSlotAtOnce) {
    std::minstd_rand random(11);
    for (int round = 0; round < 50; ++round) {
        model::BlockModel blocks;
        std::int64_t now = 0;
        for (int i = 0; i < 200; ++i) {
            now += static_cast<std::int64_t>(random() % 20);
            const auto issued = now + static_cast<std::int64_t>(random() % 50);
            const bool open = random() % 17 == 0;
            blocks.requests.push_back(requestAt(
                now, issued,
                open ? model::kNoTime : issued + static_cast<std::int64_t>(random() % 90)));
        }
        const std::int64_t end = now + 500;
        const RequestRows rows(blocks, kDisk, end);
        EXPECT_EQ(rows.requests(), blocks.requests.size());
        std::size_t placed = 0;
        for (std::size_t r = 0; r < rows.rows(); ++r) {
            const auto& row = rows.row(r);
            placed += row.size();
            for (std::size_t i = 1; i < row.size(); ++i) EXPECT_LE(row[i - 1].end, row[i].begin);
        }
        EXPECT_EQ(placed, blocks.requests.size());
        // As many rows as requests that are there at once, and no more.
        std::size_t most = 0;
        for (const auto& request : blocks.requests) {
            const auto there = std::ranges::count_if(blocks.requests, [&](const auto& other) {
                const auto until = std::max(other.q + 1, other.c == model::kNoTime ? end : other.c);
                return other.q <= request.q && until > request.q;
            });
            most = std::max(most, static_cast<std::size_t>(there));
        }
        EXPECT_EQ(rows.rows(), most);
    }
}

TEST(RequestRows, TheNextOneIsTheFirstThatBeginsLater) {
    model::BlockModel blocks;
    blocks.requests = {requestAt(10, 12, 40), requestAt(20, 25, 30), requestAt(50, 51, 52)};
    const RequestRows rows(blocks, kDisk, 100);
    EXPECT_EQ(rows.next(0)->begin, 10);
    EXPECT_EQ(rows.next(10)->begin, 20);
    EXPECT_EQ(rows.next(20)->begin, 50);
    EXPECT_EQ(rows.next(50), nullptr);
    EXPECT_EQ(RequestRows(blocks, model::deviceId(8, 16), 100).rows(), 0u);
}

TEST(RequestRows, LettersAreSaidInWords) {
    EXPECT_EQ(rwbsWords(model::rwbsOf("WSM")), "Write, sync, metadata");
    EXPECT_EQ(rwbsWords(model::rwbsOf("FWFS")), "Write, flush first, forced to the medium, sync");
    EXPECT_EQ(rwbsWords(model::rwbsOf("RA")), "Read, read ahead");
    EXPECT_EQ(rwbsWords(model::rwbsOf("D")), "Discard");
}
