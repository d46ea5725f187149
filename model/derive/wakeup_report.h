// SPDX-License-Identifier: GPL-3.0-or-later
/// What `report wakeups` says: every wake event that starts a wait, and how long it lasted.
#pragma once

#include "model/derive/sched_report.h"

namespace kscope::model {

struct WakeupRow {
    std::int64_t time = 0;  ///< Of the event that starts the wait, ns on the axis.
    WakeKind kind{};
    TaskId waker = kNoTask;  ///< The line's task.
    TaskId wakee = kNoTask;
    StringId wakeeComm{};
    CpuId from = kUnknownCpu;    ///< Of the line.
    CpuId target = kUnknownCpu;  ///< In its arguments.
    CpuId to = kUnknownCpu;      ///< Of the switch-in; kUnknownCpu: none came.
    std::int64_t latency = -1;   ///< To the switch-in, ns; −1: none came.
};
struct WakeupSummary {
    TaskId wakee = kNoTask;
    SpanSum latency;
};
struct WakeupReport {
    std::vector<WakeupRow> rows;  ///< In order of time.
    std::vector<WakeupSummary>
        summary;  ///< Of rows with a latency; ascending by tid, then by life.
};
/// Rows whose event lies in the range, on the CPUs (of the switch-in, else of the event) of the
/// scope.
[[nodiscard]] WakeupReport wakeupReport(const Trace& trace, const ReportScope& scope,
                                        ThreadPool& pool);
/// The summary of chosen rows.
[[nodiscard]] std::vector<WakeupSummary>
summarize(const Trace& trace, const std::vector<WakeupRow>& rows, ThreadPool& pool);

}  // namespace kscope::model
