// SPDX-License-Identifier: GPL-3.0-or-later
/// Summing spans into nodes.
#include "model/store/lod.h"

#include <algorithm>
#include <bit>

namespace kscope::model {

void LodSum::add(const LodNode& node) noexcept {
    if (!m_any) m_start = node.start;
    m_any = true;
    m_busy += node.busy;
    m_a += node.busy * static_cast<float>(node.hue.a);
    m_b += node.busy * static_cast<float>(node.hue.b);
    m_bits = std::max(m_bits, static_cast<unsigned>(node.longest));
    m_spans += node.spans;
}

LodNode LodSum::node() const noexcept {
    const float share = m_busy > 0 ? 1.0f / m_busy : 0.0f;
    const auto longest = std::max(m_bits, static_cast<unsigned>(std::bit_width(m_longest)));
    const auto rounded = [](float value) {
        return static_cast<std::int8_t>(value + (value < 0 ? -0.5f : 0.5f));
    };
    return {.start = m_start,
            .busy = m_busy,
            .hue = {rounded(m_a * share), rounded(m_b * share)},
            // A drawn span of no length still is one: it must not vanish.
            .longest = static_cast<std::uint8_t>(m_spans > 0 ? std::max(longest, 1u) : 0),
            .spans = static_cast<std::uint8_t>(std::min(m_spans, 255u))};
}

}  // namespace kscope::model
