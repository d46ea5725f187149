// SPDX-License-Identifier: GPL-3.0-or-later
/// One interval of chosen bios: how its lengths are spread, who is slowest, where the time goes.
#pragma once

#include "model/derive/block_report.h"
#include "model/query/row_set.h"

#include <array>
#include <optional>
#include <vector>

namespace kscope::model {

/// Which bios; what is not set chooses all.
struct BlockChoice {
    std::optional<TimeRange> range;  ///< Their life meets it.
    DeviceId device = kNoDevice;
    TaskId task = kNoTask;
    char direction = 0;  ///< As directionLetter() says.
    RowSetPtr rows;      ///< One of their records is among these; null: all.
    friend bool operator==(const BlockChoice&, const BlockChoice&) = default;
};
/// Whether a record of the request is among `rows`: its issue, its completion, or the Q of one of
/// the first bios that it holds.
[[nodiscard]] bool requestPasses(const RowSet& rows, const BlockModel& blocks,
                                 const BlockRequest& request);
/// The same of a bio: its own Q, else its request's issue or completion.
[[nodiscard]] bool bioPasses(const RowSet& rows, const BlockModel& blocks, const BlockBio& bio);
/// Ascending indices of bios in order of Q. O(bios).
[[nodiscard]] std::vector<std::uint32_t> chosenBios(const BlockModel& blocks,
                                                    const BlockChoice& choice);
/// Indices of requests in order of their first issue.
[[nodiscard]] std::vector<std::uint32_t> chosenRequests(const BlockModel& blocks,
                                                        const BlockChoice& choice);

/// Reads, and all that is no read.
enum class BlockSide : std::uint8_t { Reads, Writes, Count_ };
inline constexpr std::size_t kBlockSides = static_cast<std::size_t>(BlockSide::Count_);
[[nodiscard]] BlockSide sideOf(Rwbs rwbs);

/// Per mille of kLatencyShares: p50, p90, p99, p99.9.
inline constexpr std::array<unsigned, 4> kLatencyShares{500, 900, 990, 999};
/// Lengths of one side, or of both; percentiles are nearest-rank.
struct LatencySpread {
    std::uint64_t count = 0;
    std::int64_t total = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::array<std::int64_t, kLatencyShares.size()> percentiles{};
    std::uint32_t slowest = kNoIndex;  ///< Bio of the greatest length; of Q2Q the later one.
    [[nodiscard]] std::int64_t mean() const {
        return count == 0 ? 0 : total / static_cast<std::int64_t>(count);
    }
};
/// Lengths in [begin, end), by side.
struct LatencyBar {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::array<std::uint32_t, kBlockSides> count{};
};
/// Sum of a stage over the bios that passed it.
struct StageShare {
    BlockInterval stage{};
    std::int64_t total = 0;
    std::uint64_t count = 0;
};
struct BlockLatency {
    BlockInterval interval{};
    std::array<LatencySpread, kBlockSides> side;
    LatencySpread all;
    std::vector<LatencyBar>
        bars;  ///< Ten a decade, without a hole, from the least to the greatest.
    /// Q2G, Q2M, G2I, I2D, M2D and D2C of the bios of a side: where the time goes.
    std::array<std::vector<StageShare>, kBlockSides> stages;
};
/// `bios` in order of Q, as chosenBios() gives them. Q2Q is that of consecutive ones of a device.
[[nodiscard]] BlockLatency
blockLatency(const BlockModel& blocks, std::span<const std::uint32_t> bios, BlockInterval interval);

}  // namespace kscope::model
