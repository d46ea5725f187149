// SPDX-License-Identifier: GPL-3.0-or-later
/// Intervals of a selection that is asked for once: two walks over its bios, each in parts side by
/// side, without laying their lengths out first as BlockIntervals does.
#include "model/derive/interval_sum.h"

#include <map>
#include <memory>
#include <utility>

namespace kscope::model {

namespace {
constexpr std::size_t kLeastOfAPart = 16'384;  // bios

/// A device and a direction; 0: all of them.
using SumKey = std::pair<DeviceId, char>;
/// By device, its directions before all of them.
struct SumOrder {
    bool operator()(const SumKey& a, const SumKey& b) const {
        const auto rank = [](char direction) { return direction == 0 ? 256 : int{direction}; };
        return std::pair(a.first, rank(a.second)) < std::pair(b.first, rank(b.second));
    }
};

/// First and last Q of some bios, for the Q2Q between them and the next ones.
struct QueueEnds {
    std::int64_t first = kNoTime;
    std::int64_t last = kNoTime;
    /// The length since the Q before; kNoTime of the first, and of tails, which have no Q.
    std::int64_t pass(const BlockBio& bio) {
        if (bio.split) return kNoTime;
        if (first == kNoTime) first = bio.q;
        const auto before = std::exchange(last, bio.q);
        return before == kNoTime ? kNoTime : bio.q - before;
    }
};

/// What one walk keeps of a key.
struct PartGroup {
    QueueEnds ends;
    std::array<LengthCounts, kBlockIntervals> counts;  // of all directions: Q2Q alone
    std::vector<NearLengths> near;  // of each interval; empty where nothing was counted
};

/// Some of the selected bios.
class SumPart {
public:
    using Groups = std::map<SumKey, std::unique_ptr<PartGroup>, SumOrder>;

    SumPart(const BlockModel& model, std::span<const std::uint32_t> bios)
        : m_model(model),
          m_bios(bios) {}
    void count() {
        each([](PartGroup& group, std::size_t interval, std::int64_t length) {
            group.counts[interval].add(length);
        });
    }
    void look() {
        for (auto& [key, group] : m_groups) group->ends = {};
        each([](PartGroup& group, std::size_t interval, std::int64_t length) {
            group.near[interval].lookAt(length);
        });
    }
    [[nodiscard]] Groups& groups() { return m_groups; }

private:
    template <class Take> void each(Take&& take) {
        for (const auto index : m_bios) {
            const auto& bio = m_model.bios[index];
            auto& group = groupOf(bio);
            if (const auto length = group.own->ends.pass(bio); length != kNoTime)
                take(*group.own, 0, length);
            if (const auto length = group.all->ends.pass(bio); length != kNoTime)
                take(*group.all, 0, length);
            for (std::size_t i = 1; i < kBlockIntervals; ++i)
                if (const auto length = intervalOf(bio, static_cast<BlockInterval>(i));
                    length != kNoTime)
                    take(*group.own, i, length);
        }
    }
    struct Found {
        DeviceId device = kNoDevice;
        PartGroup* own = nullptr;
        PartGroup* all = nullptr;
    };
    /// Few take turns: the last one of each operation is kept at hand.
    Found& groupOf(const BlockBio& bio) {
        auto& found = m_last[static_cast<std::size_t>(operationOf(bio.rwbs))];
        if (found.own == nullptr || found.device != bio.device)
            found = {bio.device, &groupAt({bio.device, directionLetter(bio.rwbs)}),
                     &groupAt({bio.device, '\0'})};
        return found;
    }
    PartGroup& groupAt(const SumKey& key) {
        auto& group = m_groups[key];
        if (!group) group = std::make_unique<PartGroup>();
        return *group;
    }

    const BlockModel& m_model;
    std::span<const std::uint32_t> m_bios;
    Groups m_groups;
    std::array<Found, 16> m_last{};
};

/// All parts' sums of a key, and what lies between the parts.
struct JoinedGroup {
    std::array<IntervalSum, kBlockIntervals> of;
    std::vector<std::int64_t> between;  // Q2Q
    std::int64_t lastQueued = kNoTime;
};
using JoinedGroups = std::map<SumKey, JoinedGroup, SumOrder>;

JoinedGroups joinParts(std::span<SumPart> parts) {
    JoinedGroups joined;
    for (auto& part : parts)
        for (auto& [key, group] : part.groups()) {
            auto& into = joined[key];
            if (into.lastQueued != kNoTime && group->ends.first != kNoTime) {
                into.between.push_back(group->ends.first - into.lastQueued);
                into.of[0].counts.add(into.between.back());
            }
            if (group->ends.last != kNoTime) into.lastQueued = group->ends.last;
            into.of[0].counts.add(group->counts[0]);
            if (key.second == 0) continue;
            auto& all = joined[{key.first, '\0'}];
            for (std::size_t i = 1; i < kBlockIntervals; ++i) {
                into.of[i].counts.add(group->counts[i]);
                all.of[i].counts.add(group->counts[i]);
            }
        }
    return joined;
}

/// Tells each part which lengths the percentiles lie among.
void wantNear(JoinedGroups& joined, std::span<SumPart> parts) {
    for (auto& [key, group] : joined)
        for (auto& sum : group.of)
            if (sum.counts.count > 0) sum.want();
    const auto want = [](IntervalSum& sum, NearLengths& near) {
        if (sum.counts.count == 0) return;
        for (auto& wanted : sum.wanted) near.want(wanted);
    };
    for (auto& part : parts)
        for (auto& [key, group] : part.groups()) {
            if (std::ranges::all_of(group->counts, [](const auto& of) { return of.count == 0; }))
                continue;
            group->near.resize(kBlockIntervals);
            want(joined[key].of[0], group->near[0]);
            if (key.second == 0) continue;
            auto& all = joined[{key.first, '\0'}];
            for (std::size_t i = 1; i < kBlockIntervals; ++i) {
                want(joined[key].of[i], group->near[i]);
                want(all.of[i], group->near[i]);
            }
        }
}

void giveNear(JoinedGroups& joined, std::span<SumPart> parts) {
    for (auto& part : parts)
        for (auto& [key, group] : part.groups())
            for (auto& near : group->near) near.give();
    for (auto& [key, group] : joined)
        for (auto& wanted : group.of[0].wanted)
            for (const auto length : group.between)
                if (length >= wanted.begin && length < wanted.end) wanted.near.push_back(length);
}

std::vector<BlockSummaryRow> rowsOf(JoinedGroups& joined) {
    std::vector<BlockSummaryRow> rows;
    for (auto& [key, group] : joined)
        for (std::size_t i = 0; i < kBlockIntervals; ++i) {
            auto& sum = group.of[i];
            if (sum.counts.count == 0) continue;
            auto& row = rows.emplace_back();
            row.device = key.first;
            row.direction = key.second;
            row.interval = static_cast<BlockInterval>(i);
            row.length.count = sum.counts.count;
            row.length.total = sum.counts.total;
            row.length.min = sum.counts.min;
            row.length.max = sum.counts.max;
            row.length.p50 = sum.valueOf(0);
            row.length.p99 = sum.valueOf(1);
        }
    return rows;
}
}  // namespace

std::vector<BlockSummaryRow> blockSummary(const BlockModel& model,
                                          std::span<const std::uint32_t> bios, ThreadPool& pool) {
    const auto most = std::max<std::size_t>(2 * pool.threads(), 1);
    const auto count = std::clamp<std::size_t>(bios.size() / kLeastOfAPart, 1, most);
    std::vector<SumPart> parts;
    for (std::size_t i = 0; i < count; ++i) {
        const auto begin = bios.size() / count * i;
        const auto end = i + 1 == count ? bios.size() : bios.size() / count * (i + 1);
        parts.emplace_back(model, bios.subspan(begin, end - begin));
    }
    parallelFor(pool, count, [&](std::size_t i) { parts[i].count(); });
    auto joined = joinParts(parts);
    wantNear(joined, parts);
    parallelFor(pool, count, [&](std::size_t i) { parts[i].look(); });
    giveNear(joined, parts);
    return rowsOf(joined);
}

}  // namespace kscope::model
