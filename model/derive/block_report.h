// SPDX-License-Identifier: GPL-3.0-or-later
/// Intervals of block requests as btt defines them, and what lies in a range.
#pragma once

#include "model/core/thread_pool.h"
#include "model/derive/block_requests.h"
#include "model/derive/length_column.h"
#include "model/derive/sched_report.h"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace kscope::model {

/// From one stage to another, per bio.
enum class BlockInterval : std::uint8_t { Q2Q, Q2G, G2I, Q2M, I2D, M2D, D2C, Q2C, Count_ };
inline constexpr std::size_t kBlockIntervals = static_cast<std::size_t>(BlockInterval::Count_);
[[nodiscard]] std::string_view intervalName(BlockInterval interval);

/// Length of `interval` in a bio; kNoTime where it lacks an end. Q2Q is none of one bio.
[[nodiscard]] inline std::int64_t intervalOf(const BlockBio& bio, BlockInterval interval) {
    const auto between = [](std::int64_t from, std::int64_t to) {
        return from == kNoTime || to == kNoTime ? kNoTime : to - from;
    };
    switch (interval) {
    case BlockInterval::Q2G: return between(bio.q, bio.g);
    case BlockInterval::G2I: return between(bio.g, bio.i);
    case BlockInterval::Q2M: return between(bio.q, bio.m);
    case BlockInterval::I2D: return between(bio.i, bio.d);
    case BlockInterval::M2D: return bio.i == kNoTime ? between(bio.m, bio.d) : kNoTime;
    case BlockInterval::D2C: return between(bio.d, bio.c);
    case BlockInterval::Q2C: return between(bio.q, bio.c);
    default: return kNoTime;
    }
}

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

/// Lengths of all bios, laid out once so that every further selection costs little: a column an
/// interval for every device and direction, some 45 bytes a bio.
class BlockIntervals {
public:
    /// `model` outlives this. O(bios).
    explicit BlockIntervals(const BlockModel& model);
    /// As blockSummary().
    [[nodiscard]] std::vector<BlockSummaryRow> summary(std::span<const std::uint32_t> bios,
                                                       ThreadPool& pool) const;

private:
    class Summing;
    /// Bios of a device and direction; or of a device, for Q2Q alone.
    struct Group {
        DeviceId device = kNoDevice;
        char direction = 0;
        std::uint32_t disk = 0;          // index of its device's group; of a device's its own
        HugeVector<std::uint32_t> bios;  // in order of Q: a bio's place is its index here
        std::array<LengthColumn, kBlockIntervals> columns;  // by place
    };
    struct Place {
        std::uint32_t group = 0;
        std::uint32_t inGroup = 0;
        std::uint32_t onDisk = 0;
    };
    void findGroups();
    void layOut(std::span<const std::uint32_t> order);

    const BlockModel& m_model;
    std::vector<Group> m_groups;   // by device and direction, then the devices'
    std::uint32_t m_directed = 0;  // how many have a direction
    HugeVector<Place> m_places;    // of each bio
};

/// Indices of bios in order of Q (tails of a split behind their heads).
[[nodiscard]] std::vector<std::uint32_t> biosInOrder(const BlockModel& model);

}  // namespace kscope::model
