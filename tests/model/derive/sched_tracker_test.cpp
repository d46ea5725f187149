// SPDX-License-Identifier: GPL-3.0-or-later
/// The definitions of cli.md section 5 and the choices of the facts, one small trace each.
#include "model/derive/sched_report.h"
#include "model/derive/spans.h"
#include "model/derive/wakeup_report.h"
#include "tests/support/query_trace.h"

#include <gtest/gtest.h>

using namespace kscope::model;
using kscope::support::TraceWriter;

namespace {

struct Told {
    TracePtr trace;
    SchedReport sched;
    WakeupReport wakeups;
    [[nodiscard]] const SchedTaskRow& task(int tid) const {
        for (const auto& row : sched.tasks)
            if (raw(trace->task(row.task).tid) == tid) return row;
        static const SchedTaskRow none;
        ADD_FAILURE() << "no row for " << tid;
        return none;
    }
};
Told told(TraceWriter& writer, const ReportScope& scope = {}) {
    ThreadPool pool(1);
    Told all;
    all.trace = writer.finish();
    all.sched = schedReport(*all.trace, scope, pool);
    all.wakeups = wakeupReport(*all.trace, scope, pool);
    return all;
}
constexpr std::int64_t kUs = 1000;

}  // namespace

TEST(SchedTracker, RunIsOfClosedSpansRunsOfAllSwitchIns) {
    TraceWriter w;
    w.switchTask(100, 0, 0, "R", 1);
    w.switchTask(130, 0, 1, "S", 2);
    w.switchTask(150, 0, 2, "S", 1);  // open at the end
    const auto all = told(w);
    EXPECT_EQ(all.task(1).run, 30 * kUs);
    EXPECT_EQ(all.task(1).runs, 2u);
    EXPECT_EQ(all.task(1).sleep, 20 * kUs);  // no wake event: until the switch-in
    EXPECT_EQ(all.task(2).run, 20 * kUs);
    EXPECT_EQ(all.sched.cpus.at(0).busy, 50 * kUs);
    EXPECT_EQ(all.sched.cpus.at(0).first, 100 * kUs);
    EXPECT_EQ(all.sched.cpus.at(0).last, 150 * kUs);
}

TEST(SchedTracker, AMissingSwitchCountsNeitherRunNorState) {
    TraceWriter w;
    w.switchTask(100, 0, 0, "R", 1);
    w.switchTask(130, 0, 7, "S", 2);  // 1 left unseen
    w.wake(140, 0, 2, 1, 0);
    w.switchTask(150, 0, 2, "S", 1);
    const auto all = told(w);
    EXPECT_EQ(all.task(1).run, 0);
    EXPECT_EQ(all.task(1).runUnknown, 30 * kUs);
    EXPECT_EQ(all.sched.prevNotRunning, 1u);
    EXPECT_EQ(all.sched.cpus.at(0).unknown, 30 * kUs);
    EXPECT_EQ(all.task(1).wait.total, 10 * kUs);
    EXPECT_EQ(all.task(1).sleep, 0);
}

TEST(SchedTracker, AWaitBeginsAtTheFirstEventAfterTheSwitchOut) {
    TraceWriter w;
    w.switchTask(100, 0, 0, "R", 1);
    w.wake(120, 1, 9, 1, 0);  // it still runs: starts nothing
    w.switchTask(130, 0, 1, "S", 0);
    w.wake(140, 1, 9, 1, 0, "sched_wakeup");
    w.wake(145, 1, 9, 1, 0, "sched_waking");  // waits already
    w.switchTask(160, 0, 0, "R", 1);
    const auto all = told(w);
    ASSERT_EQ(all.wakeups.rows.size(), 1u);
    EXPECT_EQ(all.wakeups.rows[0].kind, WakeKind::Wakeup);
    EXPECT_EQ(all.wakeups.rows[0].latency, 20 * kUs);
    EXPECT_EQ(raw(all.wakeups.rows[0].from), 1);
    EXPECT_EQ(raw(all.wakeups.rows[0].to), 0);
    EXPECT_EQ(all.task(1).sleep, 10 * kUs);
    EXPECT_EQ(all.task(1).wait.total, 20 * kUs);
}

TEST(SchedTracker, PreemptedAndYieldedWait) {
    TraceWriter w;
    w.switchTask(100, 0, 0, "R", 1);
    w.switchTask(110, 0, 1, "R+", 2);
    w.switchTask(125, 0, 2, "R", 1);
    w.switchTask(130, 0, 1, "D|K", 2);
    w.switchTask(150, 1, 0, "R", 1);
    const auto all = told(w);
    EXPECT_EQ(all.task(1).preempted, 1u);
    EXPECT_EQ(all.task(2).yielded, 1u);
    EXPECT_EQ(all.task(1).wait.total, 15 * kUs);
    EXPECT_EQ(all.task(2).wait.total, 5 * kUs);
    EXPECT_EQ(all.task(1).uninterruptible, 20 * kUs);
    EXPECT_EQ(all.task(1).migrations, 1u);
    EXPECT_EQ(all.task(1).cpus, (std::vector<CpuId>{CpuId{0}, CpuId{1}}));
    EXPECT_TRUE(all.wakeups.rows.empty());
}

TEST(SchedTracker, AnUnknownTaskIsTakenAsSleepingUntilItsSwitchOutTellsOtherwise) {
    TraceWriter w;
    w.wake(90, 0, 9, 1, 0);  // 1 runs on CPU 1 all the time, unseen
    w.wake(95, 0, 9, 2, 0);
    w.switchTask(100, 1, 1, "S", 0);
    w.switchTask(120, 0, 9, "S", 2);
    const auto all = told(w);
    ASSERT_EQ(all.wakeups.rows.size(), 1u);
    EXPECT_EQ(raw(all.trace->task(all.wakeups.rows[0].wakee).tid), 2);
    EXPECT_EQ(all.wakeups.rows[0].latency, 25 * kUs);
    EXPECT_EQ(all.task(1).wait.count, 0u);
}

TEST(SchedTracker, TheDeadAreNotWoken) {
    TraceWriter w;
    w.switchTask(100, 0, 0, "R", 1);
    w.switchTask(110, 0, 1, "X", 0);
    w.wake(120, 0, 0, 1, 0);
    const auto all = told(w);
    EXPECT_TRUE(all.wakeups.rows.empty());
}

TEST(SchedTracker, LossEndsTheRunAtTheLastEventBefore) {
    TraceWriter w;
    w.switchTask(100, 0, 0, "R", 1);
    w.event(118, 0, 1, "print", "x");
    w.lost(0);
    w.event(200, 0, 5, "print", "y");
    w.switchTask(210, 0, 5, "S", 1);
    w.switchTask(220, 0, 1, "S", 0);
    const auto all = told(w);
    EXPECT_EQ(all.task(1).run, 28 * kUs);
    EXPECT_EQ(all.task(1).runs, 2u);
    EXPECT_EQ(all.sched.prevNotRunning, 0u);
}

TEST(SchedTracker, ARangeCountsThePartsInside) {
    TraceWriter w;
    w.switchTask(100, 0, 0, "R", 1);
    w.switchTask(130, 0, 1, "R+", 2);
    w.switchTask(150, 0, 2, "S", 1);
    w.switchTask(170, 0, 1, "S", 0);
    const auto all = told(w, {TimeRange{timestampNs(120 * kUs), timestampNs(160 * kUs)}, {}});
    EXPECT_EQ(all.task(1).run, 20 * kUs);
    EXPECT_EQ(all.task(1).runs, 1u);
    EXPECT_EQ(all.task(1).wait.total, 20 * kUs);
    EXPECT_EQ(all.sched.cpus.at(0).switches, 2u);
}

TEST(Spans, EventsKnowWhatTheyBegin) {
    TraceWriter w;
    w.switchTask(100, 0, 0, "R", 1);
    w.irqEntry(105, 0, 1, 19);
    w.irqExit(109, 0, 1, 19);
    w.switchTask(130, 0, 1, "S", 0);
    w.wake(140, 1, 9, 1, 0);
    w.switchTask(155, 0, 0, "R", 1);
    const auto trace = w.finish();
    EXPECT_EQ(eventDuration(*trace, trace->event(EventIndex{0})), Duration{30 * kUs});
    EXPECT_EQ(eventDuration(*trace, trace->event(EventIndex{1})), Duration{4 * kUs});
    EXPECT_EQ(eventLatency(*trace, trace->event(EventIndex{4})), Duration{15 * kUs});
    EXPECT_FALSE(eventLatency(*trace, trace->event(EventIndex{0})));
    EXPECT_FALSE(eventDuration(*trace, trace->event(EventIndex{5})));  // open
}

TEST(SpanSums, PercentilesAreNearestRank) {
    std::vector<std::int64_t> values{57, 61};
    const auto sum = sumSpans(values);
    EXPECT_EQ(sum.p50, 57);
    EXPECT_EQ(sum.p99, 61);
    EXPECT_EQ(sum.avg(), 59);
    std::vector<std::int64_t> none;
    EXPECT_EQ(sumSpans(none).count, 0u);
}
