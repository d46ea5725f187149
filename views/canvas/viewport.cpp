// SPDX-License-Identifier: GPL-3.0-or-later
/// Time to pixel arithmetic.
#include "views/canvas/viewport.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace kscope::views {
namespace {

__extension__ using Wide = __int128;  // 2^63 ns times 2^20 px.

constexpr std::int64_t kNear = std::int64_t{1}
                               << 42;  // 73 minutes: times 2^20 px fits into 63 bits.

Wide floorDiv(Wide value, Wide by) {
    const Wide quotient = value / by;
    return quotient * by > value ? quotient - 1 : quotient;
}

}  // namespace

Viewport::Viewport(model::TimeRange range, int widthPx)
    : m_range(range),
      m_width(std::clamp(widthPx, 1, 1 << 20)) {
    // The whole 64-bit line does not fit into a length; nobody can look at 292 years of both signs.
    if (m_range.end <= m_range.begin) m_range.end = m_range.begin + model::Duration{1};
    m_length = std::max<std::int64_t>(m_range.length().count(), 1);
    m_pixelsPerNs = static_cast<double>(m_width) / static_cast<double>(m_length);
    m_nsPerPixel = static_cast<double>(m_length) / m_width;
}

int Viewport::x(std::int64_t ns) const noexcept {
    const std::int64_t begin = model::toNs(m_range.begin);
    const Wide wide = static_cast<Wide>(ns) - begin;
    if (wide < kNear && wide > -kNear && m_length < kNear) {
        // A guess in floating point, made exact by the remainder: a 64-bit division costs ten times
        // as much, and rounding down is a call where SSE 4.1 may be missing.
        const auto since = static_cast<std::int64_t>(wide);
        const double guess = static_cast<double>(since) * m_pixelsPerNs;
        if (guess > kFar) return kFar;
        if (guess < -kFar) return -kFar;
        auto pixel = static_cast<std::int64_t>(guess);
        std::int64_t rest = since * m_width - pixel * m_length;
        while (rest < 0) --pixel, rest += m_length;
        while (rest >= m_length) ++pixel, rest -= m_length;
        return static_cast<int>(pixel);
    }
    return static_cast<int>(std::clamp<Wide>(floorDiv(wide * m_width, m_length), -kFar, kFar));
}

std::int64_t Viewport::ns(int x) const noexcept {
    const Wide up = -floorDiv(-static_cast<Wide>(x) * m_length, m_width);
    return static_cast<std::int64_t>(
        std::clamp<Wide>(up + model::toNs(m_range.begin), INT64_MIN, INT64_MAX));
}

std::int64_t Viewport::nsOf(double pixels) const noexcept {
    return std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::ceil(std::min(pixels * m_nsPerPixel, 9e18))));
}

}  // namespace kscope::views
