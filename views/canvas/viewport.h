// SPDX-License-Identifier: GPL-3.0-or-later
/// Time to device pixels and back, in whole numbers.
#pragma once

#include "model/core/types.h"

namespace kscope::views {

/// Pixel x shows [time(x), time(x + 1)). With at least a nanosecond a pixel x(time(p)) == p; with
/// at most one, time(x(t)) == t. Exact for any 64-bit times and any width up to 2^20.
class Viewport {
public:
    static constexpr int kFar = 1 << 24;  ///< Pixels outside are clamped to ±kFar around the view.
    Viewport() = default;
    Viewport(model::TimeRange range, int widthPx);

    [[nodiscard]] model::TimeRange range() const noexcept { return m_range; }
    [[nodiscard]] int width() const noexcept { return m_width; }
    /// Pixel that shows `ns`; 0…width-1 inside the range.
    [[nodiscard]] int x(std::int64_t ns) const noexcept;
    [[nodiscard]] int x(model::Timestamp time) const noexcept { return x(model::toNs(time)); }
    /// First nanosecond of pixel `x`, which may lie outside of the view.
    [[nodiscard]] std::int64_t ns(int x) const noexcept;
    [[nodiscard]] model::Timestamp time(int x) const noexcept { return model::timestampNs(ns(x)); }
    /// Length of `pixels`, rounded up, at least 1 ns.
    [[nodiscard]] std::int64_t nsOf(double pixels) const noexcept;
    [[nodiscard]] double nsPerPixel() const noexcept { return m_nsPerPixel; }

private:
    model::TimeRange m_range{model::timestampNs(0), model::timestampNs(1)};
    int m_width = 1;
    std::int64_t m_length = 1;
    double m_pixelsPerNs = 1;
    double m_nsPerPixel = 1;
};

}  // namespace kscope::views
