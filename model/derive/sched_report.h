// SPDX-License-Identifier: GPL-3.0-or-later
/// What `report sched` and the tables of tasks say: cli.md section 5, fields as in
/// shared/data/facts.
#pragma once

#include "model/core/thread_pool.h"
#include "model/store/trace.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kscope::model {

/// Which part of a trace is counted, after everything was derived from all of it: spans with their
/// part inside.
struct ReportScope {
    std::optional<TimeRange> range;
    std::vector<CpuId> cpus;  ///< Empty: all.

    [[nodiscard]] bool covers(CpuId cpu) const {
        return cpus.empty() || std::ranges::find(cpus, cpu) != cpus.end();
    }
    [[nodiscard]] bool covers(std::int64_t ns) const {
        return !range || range->contains(timestampNs(ns));
    }
    /// The part of [begin, end) inside, as a length; nothing where they do not meet.
    [[nodiscard]] std::optional<std::int64_t> part(std::int64_t begin, std::int64_t end) const {
        if (!range) return end - begin;
        const auto from = std::max(begin, toNs(range->begin));
        const auto to = std::min(end, toNs(range->end));
        // A span without length counts where it stands.
        if (from > to || (from == to && !(begin == end && covers(begin)))) return std::nullopt;
        return to - from;
    }
};

/// Lengths of spans of one kind, ns.
struct SpanSum {
    std::int64_t total = 0;
    std::uint64_t count = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::int64_t p50 = 0;
    std::int64_t p99 = 0;
    [[nodiscard]] std::int64_t avg() const {
        return count == 0 ? 0 : total / static_cast<std::int64_t>(count);
    }
};
/// Sums `values` and takes nearest-rank percentiles; their order is lost. O(n).
[[nodiscard]] SpanSum sumSpans(std::vector<std::int64_t>& values);

struct SchedTaskRow {
    TaskId task = kNoTask;
    StringId comm{};  ///< Last one that a switch gave it.
    std::int64_t run = 0;
    std::uint64_t runs = 0;
    std::int64_t runUnknown = 0;
    SpanSum wait;
    std::int64_t sleep = 0;
    std::int64_t uninterruptible = 0;
    std::int64_t otherSleep = 0;
    std::uint64_t preempted = 0;
    std::uint64_t yielded = 0;
    std::uint64_t migrations = 0;
    std::uint64_t migrateEvents = 0;
    std::vector<CpuId> cpus;  ///< Ascending.
};
struct SchedCpuRow {
    CpuId cpu{};
    std::int64_t busy = 0;
    std::int64_t idle = 0;
    std::int64_t unknown = 0;
    std::int64_t irq = 0;      ///< At least one hard interrupt open.
    std::int64_t softirq = 0;  ///< At least one softirq open.
    std::uint64_t switches = 0;
    std::int64_t first = 0;  ///< Of its switches.
    std::int64_t last = 0;
};
struct SchedReport {
    std::vector<SchedTaskRow>
        tasks;  ///< Without idle tasks, those that a switch names; ascending by tid, then by life.
    std::vector<SchedCpuRow> cpus;  ///< With a switch or a handler; ascending.
    std::uint64_t lostLines = 0;    ///< Then of a task only run and runs, of a CPU only busy, idle
                                    ///< and switches are defined.
    std::uint64_t prevNotRunning = 0;
};
/// One walk over the typed rows; sched_migrate_task has its text read, where it occurs.
[[nodiscard]] SchedReport schedReport(const Trace& trace, const ReportScope& scope,
                                      ThreadPool& pool);

/// Time with at least one span of `lane` open, closed ones only, inside the scope's range.
[[nodiscard]] std::int64_t coveredTime(const LaneView& lane, const ReportScope& scope);

}  // namespace kscope::model
