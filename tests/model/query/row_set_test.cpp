// SPDX-License-Identifier: GPL-3.0-or-later
/// A set of rows against std::set, in both of its shapes.
#include "model/query/row_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

using namespace kscope::model;

namespace {
RowSet made(const std::set<std::uint64_t>& rows, const std::vector<std::uint32_t>& chunkRows,
            std::minstd_rand& random) {
    std::vector<RowSet::ChunkRows> chunks;
    std::uint64_t first = 0;
    std::uint64_t before = 0;
    for (const auto size : chunkRows) {
        RowSet::ChunkRows chunk;
        chunk.firstRow = first;
        chunk.hitsBefore = before;
        chunk.rows = size;
        std::vector<std::uint64_t> bits((size + 63) / 64);
        std::vector<std::uint16_t> list;
        for (auto row = rows.lower_bound(first); row != rows.end() && *row < first + size; ++row) {
            bits[(*row - first) / 64] |= std::uint64_t{1} << ((*row - first) % 64);
            list.push_back(static_cast<std::uint16_t>(*row - first));
        }
        chunk.hits = static_cast<std::uint32_t>(list.size());
        if (random() % 2 == 0) chunk.set = bits;
        else chunk.set = list;
        first += size;
        before += chunk.hits;
        chunks.push_back(std::move(chunk));
    }
    return RowSet(std::move(chunks));
}
}  // namespace

TEST(RowSet, AgreesWithASet) {
    std::minstd_rand random(9);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint32_t> sizes(1 + random() % 5);
        std::uint64_t total = 0;
        for (auto& size : sizes) total += size = static_cast<std::uint32_t>(random() % 300);
        std::set<std::uint64_t> rows;
        const auto density = 1 + random() % 40;
        for (std::uint64_t row = 0; row < total; ++row)
            if (random() % density == 0) rows.insert(row);
        const RowSet set = made(rows, sizes, random);
        ASSERT_EQ(set.size(), rows.size());
        std::uint64_t n = 0;
        for (const auto row : rows) ASSERT_EQ(raw(set.at(n++)), row);
        for (std::uint64_t row = 0; row <= total + 1; ++row) {
            const auto after = rows.lower_bound(row);
            ASSERT_EQ(set.rank(EventIndex{row}),
                      static_cast<std::uint64_t>(std::distance(rows.begin(), after)));
            ASSERT_EQ(set.contains(EventIndex{row}), rows.contains(row));
            const auto next = set.next(EventIndex{row});
            ASSERT_EQ(next.has_value(), after != rows.end());
            if (next) {
                ASSERT_EQ(raw(*next), *after);
            }
            const auto previous = set.previous(EventIndex{row});
            ASSERT_EQ(previous.has_value(), after != rows.begin());
            if (previous) {
                ASSERT_EQ(raw(*previous), *std::prev(after));
            }
        }
    }
}
