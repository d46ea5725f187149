// SPDX-License-Identifier: GPL-3.0-or-later
/// What the selection strip and reports say of a range.
#pragma once

#include "model/core/thread_pool.h"
#include "model/store/trace.h"

#include <cstdint>
#include <vector>

namespace kscope::model {

struct TaskTime {
    TaskId task = kNoTask;
    Duration run{};
};
struct CpuTime {
    CpuId cpu{};
    Duration busy{};
    Duration idle{};
    Duration irq{};
    Duration softirq{};
};
/// Of the parts of spans inside `range`.
struct RangeStatistics {
    TimeRange range;
    std::uint64_t events = 0;
    std::uint64_t switches = 0;
    std::uint64_t wakeups = 0;  ///< Wakeups whose switch-in lies in the range.
    Duration wakeMedian{};
    Duration wakeP99{};
    Duration wakeMax{};
    TaskId wakeWorst = kNoTask;
    std::vector<std::uint32_t>
        wakeHistogram;  ///< Power-of-two bins of latency, from 1 µs (bin 0: below).
    std::uint64_t irqs = 0;
    Duration irqMax{};
    std::uint32_t irqWorst = 0;  ///< Its irq number.
    std::vector<CpuTime> cpus;
    std::vector<TaskTime> tasks;  ///< Most time first; idle tasks apart.
};
[[nodiscard]] RangeStatistics rangeStatistics(const Trace& trace, TimeRange range,
                                              ThreadPool& pool);

}  // namespace kscope::model
