// SPDX-License-Identifier: GPL-3.0-or-later
/// Time to pixel and back, against plain 128-bit arithmetic.
#include "views/canvas/viewport.h"

#include <gtest/gtest.h>

#include <random>

using namespace kscope;
using namespace kscope::views;

namespace {
__extension__ using Wide = __int128;

model::TimeRange range(std::int64_t begin, std::int64_t end) {
    return {model::timestampNs(begin), model::timestampNs(end)};
}

std::int64_t floorX(std::int64_t ns, std::int64_t begin, std::int64_t length, int width) {
    const Wide value = (Wide{ns} - begin) * width;
    Wide quotient = value / length;
    if (quotient * length > value) --quotient;
    return static_cast<std::int64_t>(quotient);
}
}  // namespace

TEST(Viewport, RoundTripsEveryPixelWhereAPixelIsAtLeastANanosecond) {
    std::minstd_rand random(7);
    for (int round = 0; round < 300; ++round) {
        const int width = 1 + static_cast<int>(random() % 4000);
        const std::int64_t begin =
            static_cast<std::int64_t>(random()) * 1'000'003 - 1'000'000'000'000;
        const std::int64_t length =
            width + static_cast<std::int64_t>(random()) * (1 + random() % 100'000);
        const Viewport view(range(begin, begin + length), width);
        for (int x = -width; x < 2 * width; x += 1 + width / 50)
            ASSERT_EQ(view.x(view.ns(x)), x) << width << ' ' << length;
    }
}

TEST(Viewport, RoundTripsEveryNanosecondWhereANanosecondIsAtLeastAPixel) {
    for (const int length : {1, 2, 3, 16, 17, 100, 640}) {
        const Viewport view(range(5'000'000'007, 5'000'000'007 + length), 1920);
        for (std::int64_t ns = 5'000'000'000; ns < 5'000'000'700; ++ns)
            ASSERT_EQ(view.ns(view.x(ns)), ns) << length;
    }
}

TEST(Viewport, AgreesWithWideArithmetic) {
    std::minstd_rand random(11);
    for (int round = 0; round < 20000; ++round) {
        const int width = 1 + static_cast<int>(random() % 5000);
        const std::int64_t begin = static_cast<std::int64_t>(random()) << (random() % 30);
        const std::int64_t length = 1 + (static_cast<std::int64_t>(random()) << (random() % 28));
        const std::int64_t ns = begin + static_cast<std::int64_t>(
                                            (static_cast<double>(random()) / 2147483647.0 * 3 - 1) *
                                            static_cast<double>(length));
        const Viewport view(range(begin, begin + length), width);
        ASSERT_EQ(view.x(ns), floorX(ns, begin, length, width))
            << ns << ' ' << begin << ' ' << length << ' ' << width;
    }
}

TEST(Viewport, ClampsFarTimesInsteadOfOverflowing) {
    const Viewport view(range(1000, 1016), 4096);
    EXPECT_EQ(view.x(INT64_MAX), Viewport::kFar);
    EXPECT_EQ(view.x(INT64_MIN), -Viewport::kFar);
    const Viewport wide(range(INT64_MIN / 4, INT64_MAX / 4), 1920);
    EXPECT_EQ(wide.x(INT64_MIN / 4), 0);
    EXPECT_EQ(wide.x(INT64_MAX / 4 - 1), 1919);
}

TEST(Viewport, MakesAnEmptyRangeOneNanosecondLong) {
    const Viewport view(range(50, 50), 100);
    EXPECT_EQ(view.range().length().count(), 1);
    EXPECT_EQ(view.x(50), 0);
}
