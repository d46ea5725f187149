// SPDX-License-Identifier: GPL-3.0-or-later
/// Steps, distances and labels of the ruler.
#include "views/timeline/time_axis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <random>

using namespace kscope;
using namespace kscope::views;

namespace {
Viewport view(std::int64_t begin, std::int64_t length, int width = 1700) {
    return {{model::timestampNs(begin), model::timestampNs(begin + length)}, width};
}
}  // namespace

TEST(TimeAxis, LabelsAreNeverCloserThanAskedAndStepsAre125) {
    std::minstd_rand random(1);
    for (int round = 0; round < 500; ++round) {
        const std::int64_t length = 16 + (static_cast<std::int64_t>(random()) << (random() % 25));
        const TimeAxis axis(view(static_cast<std::int64_t>(random()) * 1000, length), 0, 64);
        std::int64_t digit = axis.stepNs();
        while (digit % 10 == 0) digit /= 10;
        ASSERT_TRUE(digit == 1 || digit == 2 || digit == 5) << axis.stepNs();
        int last = INT32_MIN / 2;
        for (const TimeTick& tick : axis.ticks()) {
            if (!tick.major) continue;
            ASSERT_GE(tick.x - last, 63) << length;  // One less by rounding to whole pixels.
            ASSERT_EQ(tick.ns % axis.stepNs(), 0);
            last = tick.x;
        }
    }
}

TEST(TimeAxis, LabelsAreOffsetsFromABaseThatStaysWhilePanning) {
    const TimeAxis axis(view(4'811'204'000'000, 42'600'000), 0, 64);
    EXPECT_EQ(axis.unitText(), "+ ms");
    EXPECT_EQ(axis.baseNs(), 4'811'200'000'000);
    EXPECT_EQ(axis.label(4'811'210'000'000), "10");
    const TimeAxis panned(view(4'811'204'900'000, 42'600'000), 0, 64);
    EXPECT_EQ(panned.baseNs(), axis.baseNs());
}

TEST(TimeAxis, CountsFromItsOrigin) {
    const TimeAxis axis(view(1'000'000'000'123, 5'000'000'000), 1'000'000'000'123, 64);
    EXPECT_EQ(axis.unitText(), "+ ms");
    const auto ticks = axis.ticks();
    ASSERT_FALSE(ticks.empty());
    EXPECT_EQ(ticks.front().ns, 1'000'000'000'123);
    EXPECT_EQ(axis.label(ticks.front().ns), "0");
}

TEST(TimeAxis, CountsHaveNoTime) {
    const TimeAxis axis(view(0, 5'000'000), 0, 64, TimeLabels::Counts);
    EXPECT_EQ(axis.unitText(), "");
    EXPECT_EQ(axis.baseText(), "");
    EXPECT_EQ(axis.label(2'000'000), "2\u2009000\u2009000");
    EXPECT_EQ(axis.label(0), "0");
}

TEST(TimeAxis, BeforeItsOriginItCountsDown) {
    constexpr std::int64_t kOrigin = 50'000'000'000;
    // Panned before the start: 0.4 s before it to 3.2 s after it.
    const TimeAxis around(view(kOrigin - 400'000'000, 3'600'000'000), kOrigin, 64);
    EXPECT_EQ(around.unitText(), "+ ms");
    EXPECT_EQ(around.baseNs(), kOrigin);
    EXPECT_EQ(around.baseText(), "0.000 s");
    for (const auto& tick : around.ticks()) {
        if (tick.major) {
            EXPECT_EQ(around.label(tick.ns), std::to_string((tick.ns - kOrigin) / 1'000'000));
        }
    }
    // Wholly before it: from a base below the window's begin.
    const TimeAxis before(view(kOrigin - 9'750'000'000, 50'000'000), kOrigin, 64);
    EXPECT_EQ(before.baseText(), "-9.800 s");
    EXPECT_EQ(before.label(kOrigin - 9'740'000'000), "60");
}

TEST(TimeAxis, LabelsTheTimeOfDay) {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    constexpr std::int64_t kEpoch = 1'795'305'104'538'566'600;  // at 0 of the axis
    const TimeAxis seconds(view(87'450'248'690, 20'000'000'000), -kEpoch, 64,
                           TimeLabels::TimeOfDay);
    EXPECT_EQ(seconds.baseText(), "2026-11-21");
    EXPECT_EQ(seconds.unitText(), "");
    EXPECT_EQ(seconds.label(1'795'305'192'000'000'000 - kEpoch), "23:53:12");
    for (const auto& tick : seconds.ticks())
        EXPECT_EQ((tick.ns + kEpoch) % 100'000'000, 0) << tick.ns;
    const TimeAxis fine(view(87'450'248'690, 20'000'000), -kEpoch, 64, TimeLabels::TimeOfDay);
    EXPECT_EQ(fine.baseText(), "2026-11-21 23:53:11.900");
    EXPECT_EQ(fine.unitText(), "+ ms");
    EXPECT_EQ(fine.label(1'795'305'191'990'000'000 - kEpoch), "90");
    ::unsetenv("TZ");
    ::tzset();
}
