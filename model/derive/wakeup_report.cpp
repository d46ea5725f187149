// SPDX-License-Identifier: GPL-3.0-or-later
/// Collects the wake events that start a wait, then what became of them.
#include "model/derive/wakeup_report.h"

#include "model/derive/sched_tracker.h"

namespace kscope::model {
namespace {

class WakeupList {
public:
    static constexpr std::int64_t kStartedNothing = -2;
    void ran(TaskId, CpuId, std::int64_t, std::int64_t) {}
    void ranUnknown(TaskId, CpuId, std::int64_t, std::int64_t) {}
    void switched(const EventChunk&, const SwitchRow&, CpuId, std::int64_t) {}
    void slept(TaskId, TaskState, std::int64_t, std::int64_t) {}
    void lost(CpuId, std::uint64_t) {}
    /// It ran all the time, unseen: the event started nothing.
    void waitDropped(const SchedWait& wait) {
        if (wait.guessed) rows[wait.wake].latency = kStartedNothing;
    }

    std::uint64_t woken(const EventChunk& chunk, const WakeRow& row, std::int64_t now) {
        const ChunkTask& wakee = chunk.tasks[row.wakee];
        const auto line = chunk.task[row.row];
        const TaskId waker = line < chunk.tasks.size() ? chunk.tasks[line].task : kNoTask;
        rows.push_back({now, row.kind, waker, wakee.task, wakee.comm, CpuId{chunk.cpu[row.row]},
                        row.target, kUnknownCpu, -1});
        return rows.size() - 1;
    }
    void waited(const SchedWait& wait, CpuId cpu, std::int64_t end) {
        if (wait.kind != TaskState::Woken) return;
        rows[wait.wake].to = cpu;
        rows[wait.wake].latency = end - wait.begin;
    }
    std::vector<WakeupRow> rows;
};

}  // namespace

std::vector<WakeupSummary> summarize(const Trace& trace, const std::vector<WakeupRow>& rows,
                                     ThreadPool& pool) {
    std::vector<std::vector<std::int64_t>> latencies(trace.tasks().size());
    for (const WakeupRow& row : rows)
        if (row.latency >= 0) latencies[raw(row.wakee)].push_back(row.latency);
    std::vector<WakeupSummary> summary;
    for (std::size_t i = 0; i < latencies.size(); ++i)
        if (!latencies[i].empty()) summary.push_back({TaskId{static_cast<std::uint32_t>(i)}, {}});
    parallelFor(pool, summary.size(), [&](std::size_t i) {
        summary[i].latency = sumSpans(latencies[raw(summary[i].wakee)]);
    });
    std::ranges::stable_sort(
        summary, {}, [&](const WakeupSummary& row) { return raw(trace.task(row.wakee).tid); });
    return summary;
}

WakeupReport wakeupReport(const Trace& trace, const ReportScope& scope, ThreadPool& pool) {
    WakeupList list;
    SchedTracker<WakeupList>(trace, list).run();
    WakeupReport report;
    report.rows = std::move(list.rows);
    std::erase_if(report.rows,
                  [](const WakeupRow& row) { return row.latency == WakeupList::kStartedNothing; });
    if (scope.range || !scope.cpus.empty())
        std::erase_if(report.rows, [&](const WakeupRow& row) {
            return !scope.covers(row.time) ||
                   !scope.covers(row.to == kUnknownCpu ? row.from : row.to);
        });
    report.summary = summarize(trace, report.rows, pool);
    return report;
}

}  // namespace kscope::model
