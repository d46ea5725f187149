// SPDX-License-Identifier: GPL-3.0-or-later
/// What the lanes draw as counted time is what `report sched` sums: two walks over the same rows,
/// held to one meaning on every real capture.
#include "app/session/loader.h"
#include "model/derive/sched_report.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

namespace {

using namespace kscope;
using namespace kscope::model;

TracePtr load(const std::string& path, ThreadPool& pool) {
    app::Loader loader(pool);
    TracePtr trace;
    app::LoadRequest request;
    request.sources.push_back({path, 0});
    loader.load(std::move(request),
                {.snapshot = [](TracePtr) {},
                 .progress = [](const app::LoadProgress&) {},
                 .finished = [&](app::LoadResult result) { trace = std::move(result.trace); }});
    loader.wait();
    return trace;
}

/// Time that a CPU's lane counts: of all tasks but the idle one, and of that.
std::pair<std::int64_t, std::int64_t> busyAndIdle(const Trace& trace, CpuId cpu) {
    std::int64_t busy = 0;
    std::int64_t idle = 0;
    const LaneView lane = trace.cpuLane(cpu);
    for (std::size_t i = 0; i < lane.size(); ++i) {
        const LaneSpan span = lane.span(i);
        if (span.open || !cpuCounted(span.value)) continue;
        (trace.task(cpuTask(span.value)).idle() ? idle : busy) += span.end - span.begin;
    }
    return {busy, idle};
}

std::int64_t ran(const Trace& trace, TaskId task) {
    std::int64_t sum = 0;
    const LaneView lane = trace.taskLane(task);
    for (std::size_t i = 0; i < lane.size(); ++i) {
        const LaneSpan span = lane.span(i);
        if (!span.open && (span.value & kTaskGuessed) == 0 &&
            valueState(span.value) == TaskState::Running)
            sum += span.end - span.begin;
    }
    return sum;
}

void compare(const std::string& path, const Trace& trace, ThreadPool& pool) {
    const SchedReport report = schedReport(trace, {}, pool);
    for (const SchedCpuRow& row : report.cpus) {
        const auto [busy, idle] = busyAndIdle(trace, row.cpu);
        EXPECT_EQ(busy, row.busy) << path << " cpu " << raw(row.cpu);
        EXPECT_EQ(idle, row.idle) << path << " cpu " << raw(row.cpu);
    }
    for (const SchedTaskRow& row : report.tasks) {
        // By a clock of jiffies a task may run on two CPUs at once; its lane shows one of them.
        if (!trace.sources()[0].clock.counter) {
            EXPECT_EQ(ran(trace, row.task), row.run)
                << path << " tid " << raw(trace.task(row.task).tid);
        }
        EXPECT_EQ(trace.task(row.task).runNs, row.run)
            << path << " tid " << raw(trace.task(row.task).tid);
    }
}

TEST(LanesAgree, WithTheReportOnEverySharedTextCapture) {
    const auto folder = support::sharedData();
    if (!folder) GTEST_SKIP() << "no shared captures: set KSCOPE_SHARED";
    ThreadPool pool(2);
    std::size_t compared = 0;
    for (const auto& row : support::readIndex(*folder)) {
        if (row.kind != "ftrace-text" && row.kind != "trace-cmd-report") continue;
        const TracePtr trace = load((*folder / row.path).string(), pool);
        ASSERT_NE(trace, nullptr) << row.path;
        if (trace->tables().switches == 0) continue;
        compare(row.path, *trace, pool);
        ++compared;
    }
    EXPECT_GT(compared, 20u);
}

TEST(LanesAgree, WithTheReportOnTheCommittedCaptures) {
    ThreadPool pool(2);
    std::size_t compared = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(KSCOPE_TEST_DATA) + "/ftrace")) {
        const TracePtr trace = load(entry.path().string(), pool);
        if (!trace || trace->tables().switches == 0) continue;
        compare(entry.path().filename().string(), *trace, pool);
        ++compared;
    }
    EXPECT_GT(compared, 2u);
}

}  // namespace
