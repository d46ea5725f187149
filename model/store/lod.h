// SPDX-License-Identifier: GPL-3.0-or-later
/// Level of detail over the spans of a lane: 16 spans a leaf, 4 nodes a node above (performance.md
/// section 7).
#pragma once

#include "model/core/types.h"

#include <algorithm>
#include <cstdint>

namespace kscope::model {

/// A colour that knows no theme: a vector in the hue plane (OKLab a and b as shares of the role's
/// chroma), each −1…1 in steps of 1/127. (0, 0) is grey: kernel threads. The theme makes RGB of it.
struct HueVector {
    std::int8_t a = 0;
    std::int8_t b = 0;
    friend constexpr bool operator==(HueVector, HueVector) = default;
};

/// What a stretch of spans looks like from far away.
struct LodNode {
    std::int64_t start = 0;    ///< Begin of its first span, ns.
    float busy = 0;            ///< Sum of the drawn spans' lengths, ns.
    HueVector hue;             ///< Mean, weighted by time.
    std::uint8_t longest = 0;  ///< bit_width of its longest drawn span in ns; 0: nothing drawn.
    std::uint8_t spans = 0;    ///< Drawn spans, at most 255.
};
static_assert(sizeof(LodNode) == 16);
inline constexpr std::size_t kLeafSpans = 16;
inline constexpr std::size_t kNodeChildren = 4;

/// Sums spans or nodes into one node.
class LodSum {
public:
    void add(std::int64_t begin, std::int64_t end, HueVector hue, bool drawn) noexcept {
        if (!m_any) m_start = begin;
        m_any = true;
        if (!drawn || end < begin) return;
        const auto length = static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin);
        const auto weight = static_cast<float>(length);
        m_busy += weight;
        m_a += weight * static_cast<float>(hue.a);
        m_b += weight * static_cast<float>(hue.b);
        m_longest = std::max(m_longest, length);
        ++m_spans;
    }
    void add(const LodNode& node) noexcept;
    [[nodiscard]] LodNode node() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return !m_any; }

private:
    std::int64_t m_start = 0;
    float m_busy = 0;
    float m_a = 0;
    float m_b = 0;
    std::uint64_t m_longest = 0;
    unsigned m_spans = 0;
    unsigned m_bits = 0;
    bool m_any = false;
};

}  // namespace kscope::model
