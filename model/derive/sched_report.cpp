// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums what the tracker tells by task and by CPU.
#include "model/derive/sched_report.h"

#include "model/derive/sched_tracker.h"
#include "model/query/field_scan.h"
#include "model/query/filter_node.h"
#include "model/query/text_reader.h"

#include <unordered_map>

namespace kscope::model {
namespace {

class SchedSums {
public:
    SchedSums(const Trace& trace, const ReportScope& scope)
        : m_trace(trace),
          m_scope(scope),
          m_limited(scope.range || !scope.cpus.empty()),
          m_tasks(trace.tasks().size()) {}

    struct TaskSums {
        SchedTaskRow row;
        std::vector<std::int64_t> waits;
        std::vector<std::uint64_t> cpus;  // bits
        CpuId lastCpu = kUnknownCpu;
        bool seen = false;
    };

    void ran(TaskId id, CpuId cpu, std::int64_t begin, std::int64_t end) {
        const auto part = length(cpu, begin, end);
        if (!part) return;
        auto& on = cpuOf(cpu);
        if (m_trace.task(id).idle()) {
            on.idle += *part;
        } else {
            on.busy += *part;
            hasPart(id, cpu).row.run += *part;
        }
    }
    void ranUnknown(TaskId id, CpuId cpu, std::int64_t begin, std::int64_t end) {
        if (inside(cpu, end)) ++prevNotRunning;
        const auto part = length(cpu, begin, end);
        if (!part) return;
        cpuOf(cpu).unknown += *part;
        hasPart(id, cpu).row.runUnknown += *part;
    }
    void switched(const EventChunk& chunk, const SwitchRow& row, CpuId cpu, std::int64_t now) {
        const bool counts = !m_limited || inside(cpu, now);
        if (counts) {
            auto& on = cpuOf(cpu);
            if (on.switches++ == 0) on.first = now;
            on.last = now;
        }
        if (auto* const prev = appears(chunk, row.prev, cpu, counts); prev != nullptr && counts) {
            if (row.state == TaskState::Preempted) ++prev->row.preempted;
            if (row.state == TaskState::Yielded) ++prev->row.yielded;
        }
        if (auto* const next = appears(chunk, row.next, cpu, counts); next != nullptr && counts)
            ++next->row.runs;
    }
    std::uint64_t woken(const EventChunk&, const WakeRow&, std::int64_t) { return 0; }
    void waited(const SchedWait& wait, CpuId cpu, std::int64_t end) {
        if (const auto part = length(cpu, wait.begin, end))
            hasPart(wait.task, kUnknownCpu).waits.push_back(*part);
    }
    void waitDropped(const SchedWait&) {}
    void slept(TaskId id, TaskState state, std::int64_t begin, std::int64_t end) {
        auto& task = m_tasks[raw(id)];
        const auto part = length(task.lastCpu, begin, end);
        if (!part) return;
        (void)hasPart(id, kUnknownCpu);
        if (state == TaskState::Sleeping) task.row.sleep += *part;
        else if (state == TaskState::Uninterruptible) task.row.uninterruptible += *part;
        else task.row.otherSleep += *part;
    }
    void lost(CpuId, std::uint64_t) {}

    std::vector<TaskSums>& tasks() { return m_tasks; }
    std::vector<SchedCpuRow>& cpus() { return m_cpus; }
    std::uint64_t prevNotRunning = 0;

private:
    [[nodiscard]] bool inside(CpuId cpu, std::int64_t ns) const {
        return m_scope.covers(cpu) && m_scope.covers(ns);
    }
    [[nodiscard]] std::optional<std::int64_t> length(CpuId cpu, std::int64_t begin,
                                                     std::int64_t end) const {
        if (!m_limited) return end - begin;
        return m_scope.covers(cpu) ? m_scope.part(begin, end) : std::nullopt;
    }
    SchedCpuRow& cpuOf(CpuId cpu) {
        if (raw(cpu) >= m_cpus.size()) m_cpus.resize(std::size_t{raw(cpu)} + 1);
        return m_cpus[raw(cpu)];
    }
    /// Sums of a task with a span that reaches into the range, though none of its switches may;
    /// `cpu` where it ran.
    TaskSums& hasPart(TaskId id, CpuId cpu) {
        TaskSums& task = m_tasks[raw(id)];
        if (!m_limited) return task;  // a row is a task that sched_switch names
        if (!task.seen) task.row.comm = m_trace.task(id).comm;
        task.seen = true;
        standsOn(task, cpu);
        return task;
    }
    static void standsOn(TaskSums& task, CpuId cpu) {
        if (cpu == kUnknownCpu) return;
        if (task.cpus.size() <= raw(cpu) / 64u) task.cpus.resize(raw(cpu) / 64u + 1);
        task.cpus[raw(cpu) / 64u] |= std::uint64_t{1} << (raw(cpu) % 64u);
    }
    TaskSums* appears(const EventChunk& chunk, std::uint16_t entry, CpuId cpu, bool counts) {
        if (entry >= chunk.tasks.size() || chunk.tasks[entry].task == kNoTask) return nullptr;
        const ChunkTask& named = chunk.tasks[entry];
        if (m_trace.task(named.task).idle()) return nullptr;
        TaskSums& task = m_tasks[raw(named.task)];
        if (counts) {
            task.seen = true;
            task.row.comm = named.comm;
            if (task.lastCpu != cpu && task.lastCpu != kUnknownCpu) ++task.row.migrations;
            standsOn(task, cpu);
        }
        task.lastCpu = cpu;
        return &task;
    }

    const Trace& m_trace;
    const ReportScope& m_scope;
    bool m_limited;
    std::vector<TaskSums> m_tasks;    // by TaskId
    std::vector<SchedCpuRow> m_cpus;  // by number
};

/// The task that a sched_migrate_task line names, by pid and time.
class TasksByTid {
public:
    explicit TasksByTid(const Trace& trace) : m_trace(trace) {
        for (std::size_t i = 0; i < trace.tasks().size(); ++i)
            m_byTid[raw(trace.tasks()[i].tid)].push_back(TaskId{static_cast<std::uint32_t>(i)});
    }
    [[nodiscard]] TaskId find(std::int32_t tid, std::int64_t now) const {
        const auto found = m_byTid.find(tid);
        if (found == m_byTid.end()) return kNoTask;
        TaskId best = found->second.front();  // lives of a tid are numbered in order of time
        for (const TaskId id : found->second)
            if (const auto born = m_trace.task(id).bornNs; born == TaskInfo::kNever || born <= now)
                best = id;
        return best;
    }

private:
    const Trace& m_trace;
    std::unordered_map<std::int32_t, std::vector<TaskId>> m_byTid;
};

void countMigrateEvents(const Trace& trace, const ReportScope& scope,
                        std::vector<SchedSums::TaskSums>& tasks) {
    constexpr StringId kName = nameId(KnownEvent::SchedMigrateTask);
    if (trace.nameCounts().size() <= raw(kName) || trace.nameCounts()[raw(kName)] == 0) return;
    const TasksByTid byTid(trace);
    EventTextReader reader(trace);
    FieldList fields;
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const EventChunk& chunk = trace.chunk(c);
        const auto name =
            static_cast<std::size_t>(std::ranges::find(chunk.names, kName) - chunk.names.begin());
        if (name == chunk.names.size()) continue;
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            if (chunk.name[row] != name) continue;
            const Event event = trace.event(c, static_cast<Row>(row));
            if (!scope.covers(event.cpu) || !scope.covers(toNs(event.time))) continue;
            scanFields(kKnownEventNames[raw(kName)], reader.args(event), fields);
            const auto pid = fields.find("pid");
            const auto number = pid ? fieldNumber(*pid) : std::nullopt;
            if (!number || *number < INT32_MIN || *number > INT32_MAX) continue;
            const TaskId task = byTid.find(static_cast<std::int32_t>(*number), toNs(event.time));
            if (task != kNoTask) ++tasks[raw(task)].row.migrateEvents;
        }
    }
}

void keepTasks(const Trace& trace, std::vector<SchedSums::TaskSums>& sums, ThreadPool& pool,
               SchedReport& report) {
    parallelFor(pool, sums.size(), [&](std::size_t i) {
        if (sums[i].seen) sums[i].row.wait = sumSpans(sums[i].waits);
    });
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (!sums[i].seen) continue;
        auto row = std::move(sums[i].row);
        row.task = TaskId{static_cast<std::uint32_t>(i)};
        for (std::size_t cpu = 0; cpu < sums[i].cpus.size() * 64; ++cpu)
            if ((sums[i].cpus[cpu / 64] >> (cpu % 64) & 1) != 0)
                row.cpus.push_back(CpuId{static_cast<std::uint16_t>(cpu)});
        report.tasks.push_back(std::move(row));
    }
    std::ranges::stable_sort(
        report.tasks, {}, [&](const SchedTaskRow& row) { return raw(trace.task(row.task).tid); });
}

}  // namespace

SpanSum sumSpans(std::vector<std::int64_t>& values) {
    SpanSum sum;
    sum.count = values.size();
    if (values.empty()) return sum;
    sum.min = sum.max = values.front();
    for (const auto value : values) {
        sum.total += value;
        sum.min = std::min(sum.min, value);
        sum.max = std::max(sum.max, value);
    }
    const auto rank = [&](std::size_t percent) {
        const auto at =
            values.begin() + static_cast<std::ptrdiff_t>((values.size() * percent + 99) / 100 - 1);
        std::nth_element(values.begin(), at, values.end());
        return *at;
    };
    sum.p50 = rank(50);
    sum.p99 = rank(99);
    return sum;
}

std::int64_t coveredTime(const LaneView& lane, const ReportScope& scope) {
    std::int64_t covered = INT64_MIN;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < lane.size(); ++i) {
        const LaneSpan span = lane.span(i);
        if (span.open || span.end <= covered) continue;
        sum += scope.part(std::max(span.begin, covered), span.end).value_or(0);
        covered = span.end;
    }
    return sum;
}

SchedReport schedReport(const Trace& trace, const ReportScope& scope, ThreadPool& pool) {
    SchedSums sums(trace, scope);
    SchedTracker<SchedSums>(trace, sums).run();
    SchedReport report;
    report.prevNotRunning = sums.prevNotRunning;
    for (const SourceInfo& source : trace.sources()) report.lostLines += source.lostLines;
    countMigrateEvents(trace, scope, sums.tasks());
    keepTasks(trace, sums.tasks(), pool, report);
    sums.cpus().resize(std::max<std::size_t>(
        sums.cpus().size(), trace.cpus().empty() ? 0 : raw(trace.cpus().back()) + 1u));
    parallelFor(pool, sums.cpus().size(), [&](std::size_t i) {
        const CpuId cpu{static_cast<std::uint16_t>(i)};
        if (!scope.covers(cpu)) return;
        sums.cpus()[i].irq = coveredTime(trace.irqLane(cpu), scope);
        sums.cpus()[i].softirq = coveredTime(trace.softirqLane(cpu), scope);
    });
    for (std::size_t i = 0; i < sums.cpus().size(); ++i) {
        auto row = sums.cpus()[i];
        row.cpu = CpuId{static_cast<std::uint16_t>(i)};
        if (row.switches != 0 || row.busy + row.idle + row.unknown > 0) report.cpus.push_back(row);
    }
    return report;
}

}  // namespace kscope::model
