// SPDX-License-Identifier: GPL-3.0-or-later
/// Lengths counted in buckets narrow enough that exact percentiles cost one look more.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace kscope::model {

/// Buckets of lengths in ns: one a ns below 64, then 64 an octave (1.6 % wide at most). What is
/// below zero lies in the first.
[[nodiscard]] constexpr std::size_t lengthBucket(std::int64_t ns) {
    if (ns < 64) return ns < 0 ? 0 : static_cast<std::size_t>(ns);
    const auto value = static_cast<std::uint64_t>(ns);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 7;
    return (std::size_t{shift} + 1) * 64 + (static_cast<std::size_t>(value >> shift) & 63);
}
/// The least length in a bucket.
[[nodiscard]] constexpr std::int64_t bucketBegin(std::size_t bucket) {
    if (bucket < 64) return static_cast<std::int64_t>(bucket);
    return static_cast<std::int64_t>((64 + bucket % 64) << (bucket / 64 - 1));
}

/// 1-based nearest rank of a share in thousandths: the smallest value with at least that share at
/// or below it.
[[nodiscard]] constexpr std::uint64_t nearestRank(std::uint64_t count, unsigned perMille) {
    return std::max<std::uint64_t>((count * perMille + 999) / 1000, 1);
}

/// Sum, extremes and buckets of lengths.
struct LengthCounts {
    std::uint64_t count = 0;
    std::int64_t total = 0;
    std::int64_t min = INT64_MAX;
    std::int64_t max = INT64_MIN;
    std::vector<std::uint32_t> buckets;  ///< As long as the greatest needs.

    void add(std::int64_t ns) {
        const auto bucket = lengthBucket(ns);
        if (bucket >= buckets.size()) buckets.resize(bucket + 1);
        ++buckets[bucket];
        ++count;
        total += ns;
        min = std::min(min, ns);
        max = std::max(max, ns);
    }
    /// Many at once: what is summed stays in registers.
    void add(std::span<const std::uint32_t> lengths) {
        if (lengths.empty()) return;
        std::uint64_t sum = 0;
        std::uint32_t least = UINT32_MAX;
        std::uint32_t most = 0;
        for (const auto ns : lengths) {
            sum += ns;
            least = std::min(least, ns);
            most = std::max(most, ns);
        }
        if (buckets.size() <= lengthBucket(most)) buckets.resize(lengthBucket(most) + 1);
        auto* const into = buckets.data();
        for (const auto ns : lengths) ++into[lengthBucket(ns)];
        count += lengths.size();
        total += static_cast<std::int64_t>(sum);
        min = std::min<std::int64_t>(min, least);
        max = std::max<std::int64_t>(max, most);
    }
    void add(const LengthCounts& other) {
        if (other.buckets.size() > buckets.size()) buckets.resize(other.buckets.size());
        for (std::size_t i = 0; i < other.buckets.size(); ++i) buckets[i] += other.buckets[i];
        count += other.count;
        total += other.total;
        min = std::min(min, other.min);
        max = std::max(max, other.max);
    }
    struct Place {
        std::size_t bucket = 0;
        std::uint64_t before = 0;  ///< Values in the buckets before.
    };
    /// Where the value of a rank (1 … count) lies.
    [[nodiscard]] Place placeOf(std::uint64_t rank) const {
        Place place;
        while (place.bucket + 1 < buckets.size() && place.before + buckets[place.bucket] < rank)
            place.before += buckets[place.bucket++];
        return place;
    }
};

}  // namespace kscope::model
