// SPDX-License-Identifier: GPL-3.0-or-later
/// What an event begins, also where its span ends many chunks later.
#include "model/derive/spans.h"
#include "tests/support/query_trace.h"

#include <gtest/gtest.h>

namespace kscope::model {
namespace {

using std::chrono::microseconds;

/// Index of the only event with this name at `us`.
Event eventAt(const Trace& trace, std::int64_t us) {
    return trace.event(trace.lowerBound(timestampNs(us * 1000)));
}

TEST(SpansAcrossChunks, LengthsAreFoundWhereverTheOtherEndLies) {
    support::TraceWriter writer;
    writer.switchTask(10, 0, 0, "R", 1);
    writer.switchTask(11, 1, 0, "R", 5);
    writer.wake(20, 1, 5, 2, 0);
    writer.irqEntry(30, 1, 5, 44);
    writer.irqEntry(31, 1, 5, 45);
    writer.irqExit(32, 1, 5, 45);
    constexpr std::int64_t kFill = 200'000;  // more than three chunks
    for (std::int64_t i = 0; i < kFill; ++i) writer.event(100 + i, 1, 5, "my_event", "a=1");
    const auto late = 100 + kFill;
    writer.irqExit(late, 1, 5, 44);
    writer.switchTask(late + 1, 0, 1, "R+", 2);
    writer.switchTask(late + 9, 0, 2, "S", 1);
    const auto trace = writer.finish();
    ASSERT_GT(trace->chunks(), 3U);

    EXPECT_EQ(eventDuration(*trace, eventAt(*trace, 10)), microseconds(late + 1 - 10));
    EXPECT_EQ(eventDuration(*trace, eventAt(*trace, 11)), std::nullopt);  // its end is not there
    EXPECT_EQ(eventLatency(*trace, eventAt(*trace, 20)), microseconds(late + 1 - 20));
    EXPECT_EQ(eventDuration(*trace, eventAt(*trace, 20)), std::nullopt);
    EXPECT_EQ(eventDuration(*trace, eventAt(*trace, 30)), microseconds(late - 30));
    EXPECT_EQ(eventDuration(*trace, eventAt(*trace, 31)), microseconds(1));
    EXPECT_EQ(eventDuration(*trace, eventAt(*trace, 500)), std::nullopt);
    EXPECT_EQ(eventDuration(*trace, eventAt(*trace, late + 1)), microseconds(8));
    EXPECT_EQ(eventLatency(*trace, eventAt(*trace, late + 1)), microseconds(8));  // pushed aside
    EXPECT_EQ(eventLatency(*trace, eventAt(*trace, late + 9)), std::nullopt);     // sleeps

    const auto lane = trace->cpuLane(CpuId{0});
    ASSERT_GE(lane.size(), 3U);
    const auto run = lane.span(lane.indexAt(late * 1000));
    EXPECT_EQ(run.begin, 10'000);
    EXPECT_EQ(run.end, (late + 1) * 1000);
    const auto handlers = trace->irqLane(CpuId{1});
    ASSERT_EQ(handlers.size(), 2U);
    EXPECT_EQ(handlers.span(0).end, late * 1000);
}

TEST(SpansAcrossChunks, AWaitIsThatOfTheFirstWakeOnly) {
    support::TraceWriter writer;
    writer.switchTask(10, 0, 2, "S", 1);
    writer.wake(20, 0, 1, 2, 0);
    writer.wake(25, 0, 1, 2, 0, "sched_wakeup");
    writer.switchTask(40, 0, 1, "S", 2);
    const auto trace = writer.finish();
    EXPECT_EQ(eventLatency(*trace, eventAt(*trace, 20)), microseconds(20));
    EXPECT_EQ(eventLatency(*trace, eventAt(*trace, 25)), std::nullopt);
}

}  // namespace
}  // namespace kscope::model
