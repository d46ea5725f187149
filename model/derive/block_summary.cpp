// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums up intervals: one walk counts lengths in buckets, a second one picks what lies in the
/// buckets of the percentiles, so that they are exact without sorting.
#include "model/derive/block_report.h"
#include "model/derive/length_counts.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace kscope::model {

namespace {
constexpr std::array<unsigned, 2> kShares{500, 990};
constexpr std::size_t kBiosAPart = 1 << 14;
constexpr std::size_t kStages = kBlockIntervals - 1;  // all but Q2Q
constexpr std::uint32_t kNoLength = 0xffffffff;
constexpr std::uint32_t kFarLength = 0xfffffffe;  // does not fit: the bio is asked
constexpr std::uint32_t kTail = 0x80000000;       // of a split

/// What falls into a percentile's bucket.
struct WantedRank {
    LengthCounts::Place place;
    std::uint64_t rank = 0;
};
struct IntervalSum {
    LengthCounts counts;
    std::array<WantedRank, kShares.size()> wanted;
    std::uint32_t row = kNoIndex;
};
/// Of a device and direction, or (with Q2Q alone at first) of a device.
struct IntervalGroup {
    std::array<IntervalSum, kBlockIntervals> of;
    std::int64_t firstQ = kNoTime;
    std::int64_t lastQ = kNoTime;
    /// The length since the Q before; kNoTime of the first.
    std::int64_t sinceLastQ(std::int64_t q) {
        const auto before = lastQ;
        lastQ = q;
        if (firstQ == kNoTime) firstQ = q;
        return before == kNoTime ? kNoTime : q - before;
    }
};
using IntervalGroups = std::vector<IntervalGroup>;

/// Values near the percentiles, by row and share.
using Picked = std::vector<std::array<std::vector<std::int64_t>, kShares.size()>>;

/// By bucket: whether anything there is wanted. A length is asked further only where it is.
struct WantedMarks {
    std::array<std::vector<char>, kBlockIntervals> of;
    void mark(std::size_t interval, const IntervalSum& sum) {
        if (sum.row == kNoIndex) return;
        for (const auto& wanted : sum.wanted) {
            auto& marks = of[interval];
            if (wanted.place.bucket >= marks.size()) marks.resize(wanted.place.bucket + 1);
            marks[wanted.place.bucket] = 1;
        }
    }
    [[nodiscard]] bool wants(std::size_t interval, std::size_t bucket) const {
        return bucket < of[interval].size() && of[interval][bucket] != 0;
    }
};

void pick(const IntervalSum& sum, std::int64_t length, Picked& picked) {
    const auto bucket = lengthBucket(length);
    for (std::size_t share = 0; share < kShares.size(); ++share)
        if (sum.wanted[share].place.bucket == bucket) picked[sum.row][share].push_back(length);
}

std::int64_t valueOf(const WantedRank& wanted, std::size_t share, std::size_t row,
                     const std::vector<Picked>& picked) {
    std::vector<std::int64_t> values;
    for (const auto& part : picked)
        values.insert(values.end(), part[row][share].begin(), part[row][share].end());
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(wanted.rank - wanted.place.before - 1);
    std::ranges::nth_element(values, at);
    return *at;
}
}  // namespace

BlockIntervals::BlockIntervals(const BlockModel& model) : m_model(model) {
    // Few groups take turns: the last one of each operation is kept at hand.
    std::map<std::pair<DeviceId, char>, std::uint32_t> known;
    std::array<std::map<std::pair<DeviceId, char>, std::uint32_t>::iterator, 16> last;
    last.fill(known.end());
    const auto groupOf = [&](const BlockBio& bio) {
        auto& found = last[static_cast<std::size_t>(operationOf(bio.rwbs))];
        if (found == known.end() || found->first.first != bio.device)
            found = known.try_emplace({bio.device, directionLetter(bio.rwbs)}).first;
        return found;
    };
    for (const auto& bio : model.bios) (void)groupOf(bio);
    for (auto& [key, number] : known) {
        if (m_groups.empty() || m_groups.back().device != key.first)
            m_disks.push_back(static_cast<std::uint32_t>(m_groups.size()));
        number = static_cast<std::uint32_t>(m_groups.size());
        m_groups.push_back({key.first, key.second, static_cast<std::uint32_t>(m_disks.size() - 1)});
    }
    m_rows.resize(model.bios.size());
    m_queued.resize(model.bios.size());
    for (std::size_t i = 0; i < model.bios.size(); ++i) {
        const auto& bio = model.bios[i];
        auto& row = m_rows[i];
        m_queued[i] = bio.q;
        row.group = groupOf(bio)->second | (bio.split ? kTail : 0);
        for (std::size_t stage = 0; stage < kStages; ++stage) {
            const auto length = intervalOf(bio, static_cast<BlockInterval>(stage + 1));
            row.lengths[stage] = length == kNoTime ? kNoLength
                                 : length < 0 || length >= kFarLength
                                     ? kFarLength
                                     : static_cast<std::uint32_t>(length);
        }
    }
}

/// One selection's sums on their way.
class BlockIntervals::Summing {
public:
    Summing(const BlockIntervals& index, std::span<const std::uint32_t> bios, ThreadPool& pool)
        : m_index(index),
          m_bios(bios),
          m_pool(pool),
          m_step(std::max(kBiosAPart, bios.size() / (4 * (pool.threads() + 1)))),
          m_parts((bios.size() + m_step - 1) / m_step) {}

    std::vector<BlockSummaryRow> run() {
        parallelFor(m_pool, m_parts.size(), [&](std::size_t i) { count(part(i), m_parts[i]); });
        join();
        auto rows = makeRows();
        std::vector<Picked> picked(m_parts.size(), Picked(rows.size()));
        const auto begins = partBegins();
        const auto marks = makeMarks();
        parallelFor(m_pool, m_parts.size(),
                    [&](std::size_t i) { pickPart(part(i), begins[i], marks, picked[i]); });
        parallelFor(m_pool, rows.size(), [&](std::size_t i) {
            rows[i].length.p50 = valueOf(m_sumOf[i]->wanted[0], 0, i, picked);
            rows[i].length.p99 = valueOf(m_sumOf[i]->wanted[1], 1, i, picked);
        });
        return rows;
    }

private:
    [[nodiscard]] std::span<const std::uint32_t> part(std::size_t i) const {
        return m_bios.subspan(i * m_step, std::min(m_step, m_bios.size() - i * m_step));
    }
    [[nodiscard]] std::size_t groups() const { return m_index.m_groups.size(); }
    [[nodiscard]] std::size_t diskOf(std::size_t group) const {
        return groups() + m_index.m_groups[group].disk;
    }
    /// Behind groups and disks.
    [[nodiscard]] std::size_t nobody() const { return groups() + m_index.m_disks.size(); }
    [[nodiscard]] std::int64_t far(std::uint32_t bio, std::size_t interval) const {
        return intervalOf(m_index.m_model.bios[bio], static_cast<BlockInterval>(interval));
    }
    /// Calls take(group, interval, length, disk) for all lengths of the bios of a part; Q2Q of a
    /// group and of its disk come apart.
    template <class Groups, class Take>
    void each(std::span<const std::uint32_t> bios, Groups& groups, Take&& take) const {
        for (const auto bio : bios) {
            const auto& row = m_index.m_rows[bio];
            const std::size_t group = row.group & ~kTail;
            if ((row.group & kTail) == 0) {
                const auto q = m_index.m_queued[bio];
                for (const auto one : {group, diskOf(group)})
                    if (const auto length = groups[one].sinceLastQ(q); length != kNoTime)
                        take(one, 0, length);
            }
            for (std::size_t stage = 0; stage < kStages; ++stage) {
                const auto length = row.lengths[stage];
                // Whether a bio has a stage is as good as chance: what it lacks is counted where
                // nobody looks, which costs less than a branch that is guessed wrong.
                take(length == kNoLength ? nobody() : group, stage + 1,
                     length == kFarLength ? far(bio, stage + 1) : std::int64_t{length});
            }
        }
    }
    void count(std::span<const std::uint32_t> bios, IntervalGroups& sums) const {
        sums.resize(nobody() + 1);
        each(bios, sums, [&](std::size_t group, std::size_t interval, std::int64_t length) {
            sums[group].of[interval].counts.add(length);
        });
    }
    /// Lays the parts together; the Q before a part's first is that of the parts before.
    void join() {
        m_sums.resize(nobody() + 1);
        for (const auto& part : m_parts) {
            for (std::size_t g = 0; g < nobody(); ++g) {
                auto& sum = m_sums[g];
                for (std::size_t i = 0; i < kBlockIntervals; ++i)
                    sum.of[i].counts.add(part[g].of[i].counts);
                if (part[g].firstQ == kNoTime) continue;
                if (sum.lastQ != kNoTime) sum.of[0].counts.add(part[g].firstQ - sum.lastQ);
                sum.lastQ = part[g].lastQ;
            }
        }
        for (std::size_t g = 0; g < groups(); ++g)
            for (std::size_t i = 1; i < kBlockIntervals; ++i)
                m_sums[diskOf(g)].of[i].counts.add(m_sums[g].of[i].counts);
    }
    /// By device, its directions before all of them.
    std::vector<BlockSummaryRow> makeRows() {
        std::vector<BlockSummaryRow> rows;
        for (std::size_t g = 0; g < groups(); ++g) {
            const auto& group = m_index.m_groups[g];
            addRows(m_sums[g], group.device, group.direction, rows);
            if (g + 1 == groups() || m_index.m_groups[g + 1].disk != group.disk)
                addRows(m_sums[diskOf(g)], group.device, 0, rows);
        }
        return rows;
    }
    void addRows(IntervalGroup& group, DeviceId device, char direction,
                 std::vector<BlockSummaryRow>& rows) {
        for (std::size_t i = 0; i < kBlockIntervals; ++i) {
            auto& sum = group.of[i];
            if (sum.counts.count == 0) continue;
            sum.row = static_cast<std::uint32_t>(rows.size());
            m_sumOf.push_back(&sum);
            for (std::size_t share = 0; share < kShares.size(); ++share) {
                const auto rank = nearestRank(sum.counts.count, kShares[share]);
                sum.wanted[share] = {sum.counts.placeOf(rank), rank};
            }
            auto& row = rows.emplace_back();
            row.device = device;
            row.direction = direction;
            row.interval = static_cast<BlockInterval>(i);
            row.length.count = sum.counts.count;
            row.length.total = sum.counts.total;
            row.length.min = sum.counts.min;
            row.length.max = sum.counts.max;
        }
    }
    struct LastQ {
        std::int64_t firstQ = kNoTime;
        std::int64_t lastQ = kNoTime;
        std::int64_t sinceLastQ(std::int64_t q) {
            const auto before = std::exchange(lastQ, q);
            return before == kNoTime ? kNoTime : q - before;
        }
    };
    /// The last Q of each group before each part.
    [[nodiscard]] std::vector<std::vector<LastQ>> partBegins() const {
        std::vector<std::vector<LastQ>> begins;
        std::vector<LastQ> now(m_sums.size());
        for (const auto& part : m_parts) {
            begins.push_back(now);
            for (std::size_t g = 0; g < part.size(); ++g)
                if (part[g].lastQ != kNoTime) now[g].lastQ = part[g].lastQ;
        }
        return begins;
    }
    [[nodiscard]] std::vector<WantedMarks> makeMarks() const {
        std::vector<WantedMarks> marks(m_sums.size());
        for (std::size_t g = 0; g < m_sums.size(); ++g)
            for (std::size_t i = 0; i < kBlockIntervals; ++i) {
                marks[g].mark(i, m_sums[g].of[i]);
                if (g < groups() && i > 0) marks[g].mark(i, m_sums[diskOf(g)].of[i]);
            }
        return marks;
    }
    void pickPart(std::span<const std::uint32_t> bios, std::vector<LastQ> begins,
                  const std::vector<WantedMarks>& marks, Picked& picked) const {
        each(bios, begins, [&](std::size_t group, std::size_t interval, std::int64_t length) {
            if (!marks[group].wants(interval, lengthBucket(length))) return;
            pick(m_sums[group].of[interval], length, picked);
            if (group < groups() && interval > 0)
                pick(m_sums[diskOf(group)].of[interval], length, picked);
        });
    }

    const BlockIntervals& m_index;
    std::span<const std::uint32_t> m_bios;
    ThreadPool& m_pool;
    std::size_t m_step;
    std::vector<IntervalGroups> m_parts;
    IntervalGroups m_sums;  // groups, then disks
    std::vector<const IntervalSum*> m_sumOf;
};

std::vector<BlockSummaryRow> BlockIntervals::summary(std::span<const std::uint32_t> bios,
                                                     ThreadPool& pool) const {
    return Summing(*this, bios, pool).run();
}

std::vector<BlockSummaryRow> blockSummary(const BlockModel& model,
                                          std::span<const std::uint32_t> bios, ThreadPool& pool) {
    return BlockIntervals(model).summary(bios, pool);
}

}  // namespace kscope::model
