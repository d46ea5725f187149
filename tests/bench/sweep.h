// SPDX-License-Identifier: GPL-3.0-or-later
/// The windows that every drawing benchmark walks through.
#pragma once

#include "model/core/types.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

namespace kscope::bench {

inline constexpr int kSweepFrames = 900;

/// Window number `frame` of the sweep over [0, end): zooms over seven decades, pans at each, and
/// random jumps.
inline model::TimeRange sweepWindow(int frame, std::int64_t end, std::minstd_rand& random) {
    const double depth = 7.0 * (frame % 300) / 300;
    const auto length = std::max<std::int64_t>(
        2000, static_cast<std::int64_t>(static_cast<double>(end) / std::pow(10.0, depth)));
    std::int64_t begin = (end - length) / 2;
    if (frame >= 300)
        begin += static_cast<std::int64_t>(0.05 * static_cast<double>(length) * (frame % 7 - 3));
    if (frame >= 600)
        begin = static_cast<std::int64_t>(static_cast<double>(random()) / 2147483647.0 *
                                          static_cast<double>(end - length));
    begin = std::clamp<std::int64_t>(begin, 0, end - length);
    return {model::timestampNs(begin), model::timestampNs(begin + length)};
}

}  // namespace kscope::bench
