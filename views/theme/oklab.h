// SPDX-License-Identifier: GPL-3.0-or-later
/// OKLab and OKLCH (Björn Ottosson, 2020) to sRGB and back, contrast as WCAG 2 counts it.
#pragma once

#include <cstdint>

namespace kscope::views {

struct Oklab {
    double lightness = 0;
    double a = 0;
    double b = 0;
};
struct LinearRgb {
    double red = 0;
    double green = 0;
    double blue = 0;
};

[[nodiscard]] LinearRgb linearRgb(std::uint32_t rgb);
[[nodiscard]] std::uint32_t srgb(LinearRgb colour);  ///< 0xffRRGGBB, clipped to 0…255.
[[nodiscard]] Oklab oklab(LinearRgb colour);
[[nodiscard]] LinearRgb linearRgb(Oklab colour);
/// The colour of this lightness and hue; chroma is reduced until it fits into sRGB.
[[nodiscard]] std::uint32_t oklchRgb(double lightness, double chroma, double hueDegrees);
/// Distance in OKLab × 100.
[[nodiscard]] double oklabDistance(LinearRgb left, LinearRgb right);
/// WCAG 2 contrast, 1…21.
[[nodiscard]] double contrast(std::uint32_t left, std::uint32_t right);

}  // namespace kscope::views
