// SPDX-License-Identifier: GPL-3.0-or-later
/// Exact percentiles without sorting: one walk over lengths counts them in buckets, a second one
/// picks what lies in the buckets of the percentiles.
#pragma once

#include "model/derive/block_report.h"
#include "model/derive/length_counts.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace kscope::model {

/// Per mille: p50 and p99.
inline constexpr std::array<unsigned, 2> kSumShares{500, 990};

/// The bucket that a percentile lies in.
struct WantedRank {
    std::uint64_t rank = 0;
    std::uint64_t before = 0;  ///< Lengths in the buckets before.
    std::int64_t begin = 0;    ///< Lengths of the bucket: [begin, end).
    std::int64_t end = 0;
    std::vector<std::int64_t> near;  ///< All of them.
};
struct IntervalSum {
    LengthCounts counts;
    std::array<WantedRank, kSumShares.size()> wanted;
    std::uint32_t row = kNoIndex;

    void want() {
        for (std::size_t share = 0; share < kSumShares.size(); ++share) {
            auto& one = wanted[share];
            one.rank = nearestRank(counts.count, kSumShares[share]);
            const auto place = counts.placeOf(one.rank);
            one.before = place.before;
            // What is below zero lies in the first.
            one.begin = place.bucket == 0 ? INT64_MIN : bucketBegin(place.bucket);
            one.end = bucketBegin(place.bucket + 1);
        }
    }
    [[nodiscard]] std::int64_t valueOf(std::size_t share) {
        auto& one = wanted[share];
        const auto at = one.near.begin() + static_cast<std::ptrdiff_t>(one.rank - one.before - 1);
        std::ranges::nth_element(one.near, at);
        return *at;
    }
};

/// Walks a range of lengths for up to four buckets at once.
class NearLengths {
public:
    void want(WantedRank& wanted) {
        const auto least = std::clamp<std::int64_t>(wanted.begin, 0, std::int64_t{UINT32_MAX} + 1);
        const auto end = std::clamp<std::int64_t>(wanted.end, least, std::int64_t{UINT32_MAX} + 1);
        m_least[m_count] = static_cast<std::uint32_t>(least);
        m_width[m_count] = static_cast<std::uint32_t>(end - least);
        m_wanted[m_count++] = &wanted;
    }
    void look(std::span<const std::uint32_t> lengths) {
        for (const auto ns : lengths) {
            bool any = false;
            for (std::size_t i = 0; i < m_width.size(); ++i) any |= ns - m_least[i] < m_width[i];
            if (any) look(std::int64_t{ns});
        }
    }
    /// As look(), of one length that is seldom wanted.
    void lookAt(std::int64_t ns) {
        const auto low = static_cast<std::uint32_t>(ns);
        bool any = static_cast<std::uint64_t>(ns) > UINT32_MAX;
        for (std::size_t i = 0; i < m_width.size(); ++i) any |= low - m_least[i] < m_width[i];
        if (any) look(ns);
    }
    void look(std::int64_t ns) {
        for (std::size_t i = 0; i < m_count; ++i)
            if (ns >= m_wanted[i]->begin && ns < m_wanted[i]->end) m_found[i].push_back(ns);
    }
    void give() {
        for (std::size_t i = 0; i < m_count; ++i)
            m_wanted[i]->near.insert(m_wanted[i]->near.end(), m_found[i].begin(), m_found[i].end());
    }

private:
    std::size_t m_count = 0;
    std::array<std::uint32_t, 4> m_least{};
    std::array<std::uint32_t, 4> m_width{};  // 0: none
    std::array<WantedRank*, 4> m_wanted{};
    std::array<std::vector<std::int64_t>, 4> m_found;
};

}  // namespace kscope::model
