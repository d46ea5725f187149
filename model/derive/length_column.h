// SPDX-License-Identifier: GPL-3.0-or-later
/// Lengths of one interval in order of the bios of a group; who lacks it takes one bit.
#pragma once

#include "model/core/huge_vector.h"
#include "model/derive/block_requests.h"

#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace kscope::model {

class LengthColumn {
public:
    /// Room for so many places.
    void reserve(std::size_t places) {
        m_lengths.resize(places + 1);
        m_words.reserve(places / 64 + 2);
        m_words.assign(1, {});
    }
    /// The length at the next place; kNoTime: there is none.
    void add(std::int64_t length) {
        // Whether a bio has a stage is as good as chance: written always, kept where it fits.
        const bool fits = static_cast<std::uint64_t>(length) <= UINT32_MAX;
        m_lengths[m_count] = static_cast<std::uint32_t>(length);
        m_count += fits ? 1 : 0;
        m_words.back().has |= std::uint64_t{fits ? 1u : 0u} << (m_places % 64);
        if (!fits && length != kNoTime) m_far.emplace_back(m_places, length);
        if (++m_places % 64 == 0) m_words.push_back({0, m_count});
    }
    /// Those of places [begin, end) that fit into 32 bits.
    [[nodiscard]] std::span<const std::uint32_t> lengths(std::uint32_t begin,
                                                         std::uint32_t end) const {
        const auto from = before(begin);
        return std::span(m_lengths).subspan(from, before(end) - from);
    }
    /// The others, place and length; ascending.
    [[nodiscard]] std::span<const std::pair<std::uint32_t, std::int64_t>> far() const {
        return m_far;
    }

private:
    struct Word {
        std::uint64_t has = 0;     // a bit a place
        std::uint32_t before = 0;  // lengths before its first place
    };
    [[nodiscard]] std::uint32_t before(std::uint32_t place) const {
        const auto& word = m_words[place / 64];
        const auto below = (std::uint64_t{1} << (place % 64)) - 1;
        return word.before + static_cast<std::uint32_t>(std::popcount(word.has & below));
    }

    HugeVector<std::uint32_t> m_lengths;
    std::vector<Word> m_words;
    std::vector<std::pair<std::uint32_t, std::int64_t>> m_far;
    std::uint32_t m_count = 0;
    std::uint32_t m_places = 0;
};

}  // namespace kscope::model
