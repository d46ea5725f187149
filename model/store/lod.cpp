// SPDX-License-Identifier: GPL-3.0-or-later
/// Summing spans into nodes.
#include "model/store/lod.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace kscope::model {

void LodSum::add(std::int64_t begin, std::int64_t end, HueVector hue, bool drawn) noexcept {
    if (!m_any) m_start = begin;
    m_any = true;
    if (!drawn || end < begin) return;
    const auto length = static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin);
    const auto weight = static_cast<float>(length);
    m_busy += weight;
    m_a += weight * hue.a;
    m_b += weight * hue.b;
    m_longest = std::max(m_longest, length);
    ++m_spans;
}

void LodSum::add(const LodNode& node) noexcept {
    if (!m_any) m_start = node.start;
    m_any = true;
    m_busy += node.busy;
    m_a += node.busy * node.hue.a;
    m_b += node.busy * node.hue.b;
    m_bits = std::max(m_bits, static_cast<unsigned>(node.longest));
    m_spans += node.spans;
}

LodNode LodSum::node() const noexcept {
    const float share = m_busy > 0 ? 1.0f / m_busy : 0.0f;
    const auto longest = std::max(m_bits, static_cast<unsigned>(std::bit_width(m_longest)));
    return {.start = m_start,
            .busy = m_busy,
            .hue = {static_cast<std::int8_t>(std::lround(m_a * share)), static_cast<std::int8_t>(std::lround(m_b * share))},
            // A drawn span of no length still is one: it must not vanish.
            .longest = static_cast<std::uint8_t>(m_spans > 0 ? std::max(longest, 1u) : 0),
            .spans = static_cast<std::uint8_t>(std::min(m_spans, 255u))};
}

}  // namespace kscope::model
