// SPDX-License-Identifier: GPL-3.0-or-later
/// Lanes against brute force.
#include "model/store/lane.h"

#include <gtest/gtest.h>

#include <random>

using namespace kscope::model;

namespace {
struct Plain {
    std::int64_t begin, end;
    std::uint32_t value;  // odd: drawn
};
StateLane::Style styleOf(std::uint32_t value) {
    return {{static_cast<std::int8_t>(value % 100), 0}, value % 2 == 1};
}

struct Collected {
    std::vector<LaneSpan> slices;
    double busy = 0;
    std::int64_t widest = 0;
    std::int64_t last = INT64_MIN;
    bool ordered = true;
    std::size_t calls = 0;
    TimeRange range;
    void at(std::int64_t begin) {
        ordered = ordered && begin >= last;
        last = begin;
        ++calls;
    }
    void slice(const LaneSpan& span) {
        at(span.begin);
        slices.push_back(span);
    }
    void small(const LaneSpan& span) {
        at(span.begin);
        if (span.value % 2 == 1) busy += static_cast<double>(span.end - span.begin);
    }
    void fold(std::int64_t begin, std::int64_t end, const LodNode& node) {
        at(begin);
        widest = std::max(widest, end - begin);
        busy += static_cast<double>(node.busy);
    }
};

std::vector<Plain> randomSpans(std::minstd_rand& random, std::size_t count, std::int64_t tick) {
    std::vector<Plain> spans;
    std::int64_t now = 1'000'000'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        std::int64_t length = static_cast<std::int64_t>(random() % 50) * tick;
        if (random() % 40 == 0) length *= 1000;
        if (random() % 3000 == 0)
            length = 9'000'000'000'000 +
                     static_cast<std::int64_t>(random() % 7);  // beyond 32 bits, off the tick
        spans.push_back({now, now + length, static_cast<std::uint32_t>(random() % 1000)});
        now += length;
    }
    return spans;
}
}  // namespace

TEST(StateLane, GivesBackWhatWasAppended) {
    std::minstd_rand random(1);
    for (const std::int64_t tick : {1, 1000}) {
        const auto spans = randomSpans(random, 10'000, tick);
        StateLane lane(tick);
        for (const auto& span : spans)
            lane.append(span.begin, span.end, span.value, styleOf(span.value));
        const LaneView view(lane, lane.size(), {spans.back().end, 7}, spans.back().end + 50);
        ASSERT_EQ(view.size(), spans.size() + 1);
        for (std::size_t i = 0; i < spans.size(); ++i) {
            const auto span = view.span(i);
            ASSERT_EQ(span.begin, spans[i].begin) << i;
            ASSERT_EQ(span.end, spans[i].end) << i;
            ASSERT_EQ(span.value, spans[i].value) << i;
        }
        EXPECT_TRUE(view.span(spans.size()).open);
        EXPECT_EQ(view.span(spans.size()).end, spans.back().end + 50);
        for (int probe = 0; probe < 200; ++probe) {
            const auto at = spans[random() % spans.size()].begin;
            const auto index = view.indexAt(at);
            ASSERT_LE(view.span(index).begin, at);
            ASSERT_TRUE(index + 1 == view.size() || view.span(index + 1).begin > at);
        }
        EXPECT_EQ(view.indexAt(spans.front().begin - 1), view.size());
    }
}

TEST(LaneView, WalkAgreesWithBruteForce) {
    std::minstd_rand random(20240229);
    for (int round = 0; round < 150; ++round) {
        const auto spans = randomSpans(random, 1 + random() % 3000, 1000);
        StateLane lane(1000);
        for (const auto& span : spans)
            lane.append(span.begin, span.end, span.value, styleOf(span.value));
        const LaneView view(lane, lane.size(), {spans.back().end, 0}, spans.back().end);
        const auto total = spans.back().end - spans.front().begin + 1;
        const auto from = spans.front().begin + static_cast<std::int64_t>(random()) % total;
        const TimeRange range{timestampNs(from),
                              timestampNs(from + 1 + static_cast<std::int64_t>(random()) % total)};
        const std::int64_t cell = std::int64_t{1} << (random() % 24);
        const std::int64_t minSlice = cell + cell / 2;
        Collected got;
        view.walk(range, cell, minSlice, got);
        EXPECT_TRUE(got.ordered);
        EXPECT_LE(got.widest, 2 * cell);
        std::vector<Plain> want;
        double insideBusy = 0, touchedBusy = 0;
        for (const auto& span : spans) {
            const auto begin = toNs(range.begin), end = toNs(range.end);
            if (span.begin >= end || (span.end <= begin && span.end > span.begin)) continue;
            if (span.end - span.begin >= minSlice && span.value % 2 == 1) want.push_back(span);
            if (span.end - span.begin < minSlice && span.value % 2 == 1) {
                touchedBusy += static_cast<double>(span.end - span.begin);
                if (span.begin >= begin + 2 * cell && span.end <= end - 2 * cell)
                    insideBusy += static_cast<double>(span.end - span.begin);
            }
        }
        std::vector<LaneSpan> drawn;
        for (const auto& slice : got.slices)
            if (slice.value % 2 == 1) drawn.push_back(slice);
        ASSERT_EQ(drawn.size(), want.size()) << round;
        for (std::size_t i = 0; i < want.size(); ++i) ASSERT_EQ(drawn[i].begin, want[i].begin);
        // Folds at the edges may reach up to two cells over the range.
        EXPECT_GE(got.busy * 1.001 + 1, insideBusy) << round;
        EXPECT_LE(got.busy, (touchedBusy + 8.0 * static_cast<double>(cell)) * 1.001 + 1) << round;
    }
}

TEST(LaneView, ATailThatIsNoLeafYetIsWalkedToo) {
    StateLane lane(1);
    std::int64_t now = 0;
    for (int i = 0; i < 16 * 4 * 3 + 7; ++i, now += 10) lane.append(now, now + 10, 1, styleOf(1));
    for (std::size_t count = 0; count <= lane.size(); ++count) {
        const auto end = static_cast<std::int64_t>(count) * 10;
        const LaneView view(lane, count, {end, 0}, end);
        Collected got;
        view.walk({timestampNs(0), timestampNs(INT64_MAX)}, 64, 100, got);
        ASSERT_NEAR(got.busy, static_cast<double>(end), 0.5) << count;
    }
}

TEST(LaneView, AFrameTouchesPixelsNotSpans) {
    StateLane lane(1);
    std::int64_t now = 0;
    for (int i = 0; i < 1'000'000; ++i, now += 10) lane.append(now, now + 10, 1, styleOf(1));
    const LaneView view(lane, lane.size(), {now, 0}, now);
    Collected got;
    std::int64_t cell = 1;
    while (cell < now / 1920) cell *= 2;
    view.walk({timestampNs(0), timestampNs(now)}, cell, cell * 2, got);
    EXPECT_LT(got.calls, 8u * 1920u);
    EXPECT_NEAR(got.busy, static_cast<double>(now), static_cast<double>(now) * 0.001);
}
