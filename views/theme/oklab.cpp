// SPDX-License-Identifier: GPL-3.0-or-later
/// Colour arithmetic behind the tokens.
#include "views/theme/oklab.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kscope::views {
namespace {

double toLinear(std::uint32_t byte) {
    const double value = byte / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}
std::uint32_t toByte(double linear) {
    const double value =
        linear <= 0.0031308 ? linear * 12.92 : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
    return static_cast<std::uint32_t>(std::lround(std::clamp(value, 0.0, 1.0) * 255));
}
bool insideSrgb(LinearRgb c) {
    constexpr double kSlack = 1e-5;  // Less than half a step of a byte.
    const auto inside = [](double v) { return v >= -kSlack && v <= 1 + kSlack; };
    return inside(c.red) && inside(c.green) && inside(c.blue);
}
double luminance(std::uint32_t rgb) {
    const LinearRgb c = linearRgb(rgb);
    return 0.2126 * c.red + 0.7152 * c.green + 0.0722 * c.blue;
}

}  // namespace

LinearRgb linearRgb(std::uint32_t rgb) {
    return {toLinear(rgb >> 16 & 0xff), toLinear(rgb >> 8 & 0xff), toLinear(rgb & 0xff)};
}

std::uint32_t srgb(LinearRgb colour) {
    return 0xff000000u | toByte(colour.red) << 16 | toByte(colour.green) << 8 | toByte(colour.blue);
}

Oklab oklab(LinearRgb c) {
    const double l =
        std::cbrt(0.4122214708 * c.red + 0.5363325363 * c.green + 0.0514459929 * c.blue);
    const double m =
        std::cbrt(0.2119034982 * c.red + 0.6806995451 * c.green + 0.1073969566 * c.blue);
    const double s =
        std::cbrt(0.0883024619 * c.red + 0.2817188376 * c.green + 0.6299787005 * c.blue);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

LinearRgb linearRgb(Oklab c) {
    const auto cube = [](double v) { return v * v * v; };
    const double l = cube(c.lightness + 0.3963377774 * c.a + 0.2158037573 * c.b);
    const double m = cube(c.lightness - 0.1055613458 * c.a - 0.0638541728 * c.b);
    const double s = cube(c.lightness - 0.0894841775 * c.a - 1.2914855480 * c.b);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

std::uint32_t oklchRgb(double lightness, double chroma, double hueDegrees) {
    const double angle = hueDegrees * std::numbers::pi / 180;
    const auto at = [&](double c) {
        return linearRgb(Oklab{lightness, c * std::cos(angle), c * std::sin(angle)});
    };
    if (insideSrgb(at(chroma))) return srgb(at(chroma));
    double low = 0;
    double high = chroma;
    for (int step = 0; step < 20; ++step) {
        const double middle = (low + high) / 2;
        (insideSrgb(at(middle)) ? low : high) = middle;
    }
    return srgb(at(low));
}

double oklabDistance(LinearRgb left, LinearRgb right) {
    const Oklab x = oklab(left);
    const Oklab y = oklab(right);
    return 100 * std::hypot(x.lightness - y.lightness, x.a - y.a, x.b - y.b);
}

double contrast(std::uint32_t left, std::uint32_t right) {
    const double one = luminance(left);
    const double other = luminance(right);
    return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

}  // namespace kscope::views
