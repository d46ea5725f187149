// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums over a range, one job a lane or a few chunks.
#include "model/query/statistics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>

namespace kscope::model {
namespace {

constexpr std::size_t kBins = 24;  ///< Up to 8 s a bin of its own.

std::size_t binOf(std::int64_t ns) {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)) / 1000;
    return std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(us)), kBins - 1);
}

/// Length of the part of [begin, end) inside `range`.
std::int64_t inside(TimeRange range, std::int64_t begin, std::int64_t end) {
    return std::max<std::int64_t>(0, std::min(end, toNs(range.end)) -
                                         std::max(begin, toNs(range.begin)));
}

/// What one job found out.
struct Part {
    std::vector<std::int64_t> run;  ///< ns by TaskId; empty: nothing
    std::vector<std::int64_t> latencies;
    std::int64_t worst = -1;
    TaskId worstTask = kNoTask;
};

struct Work {
    const Trace& trace;
    TimeRange range;
    RangeStatistics& result;
    std::mutex mutex;
    std::vector<Part> parts;
};

/// First span of the lane that may reach into the range.
std::size_t firstSpan(const LaneView& lane, TimeRange range) {
    const auto at = lane.indexAt(toNs(range.begin));
    return at >= lane.size() ? 0 : at;
}

void sumCpu(Work& work, std::size_t index) {
    CpuTime& cpu = work.result.cpus[index];
    const LaneView lane = work.trace.cpuLane(cpu.cpu);
    Part part;
    part.run.resize(work.trace.tasks().size());
    const auto end = toNs(work.range.end);
    lane.forEach(firstSpan(lane, work.range), end, [&](const LaneSpan& span) {
        if (span.open || (span.value & (kCpuGuessed | kCpuOpen)) != 0)
            return;  // kCpuUnknown has them too
        part.run[span.value] += inside(work.range, span.begin, span.end);
    });
    const auto tasks = work.trace.tasks();
    for (std::size_t task = 0; task < part.run.size(); ++task)
        if (part.run[task] != 0)
            (tasks[task].idle() ? cpu.idle : cpu.busy) += Duration{part.run[task]};
    const std::lock_guard lock(work.mutex);
    work.parts.push_back(std::move(part));
}

/// Time with at least one handler open: handlers nest, so only what reaches beyond the last end
/// counts.
void sumHandlers(Work& work, std::size_t index) {
    CpuTime& cpu = work.result.cpus[index];
    for (const bool soft : {false, true}) {
        const LaneView lane = soft ? work.trace.softirqLane(cpu.cpu) : work.trace.irqLane(cpu.cpu);
        std::int64_t covered = toNs(work.range.begin);
        std::int64_t sum = 0;
        std::uint64_t count = 0;
        Duration longest{};
        std::uint32_t worst = 0;
        auto first = firstSpan(lane, work.range);
        constexpr std::size_t kDeepest = 8;  // an outer handler may have begun a few spans earlier
        first -= std::min(first, kDeepest);
        lane.forEach(first, toNs(work.range.end), [&](const LaneSpan& span) {
            if (span.open || span.end <= toNs(work.range.begin)) return;
            ++count;
            const auto end = std::min(span.end, toNs(work.range.end));
            const auto begin = std::max(span.begin, covered);
            if (end > begin) sum += end - begin, covered = end;
            const Duration part{inside(work.range, span.begin, span.end)};
            if (count == 1 || part > longest) longest = part, worst = span.value;
        });
        (soft ? cpu.softirq : cpu.irq) = Duration{sum};
        if (soft || count == 0) continue;
        const std::lock_guard lock(work.mutex);
        if (work.result.irqs == 0 || longest > work.result.irqMax)
            work.result.irqMax = longest, work.result.irqWorst = worst;
        work.result.irqs += count;
    }
}

/// Woken spans that a switch-in ends inside the range.
void sumWaits(Work& work, std::size_t first, std::size_t last) {
    Part part;
    const auto begin = toNs(work.range.begin);
    const auto end = toNs(work.range.end);
    for (auto task = first; task < last; ++task) {
        const TaskId id{static_cast<std::uint32_t>(task)};
        const LaneView lane = work.trace.taskLane(id);
        bool woken = false;
        std::int64_t since = 0;
        // A wait whose switch-in is the begin of the range ended in it: its span lies before.
        const auto from = firstSpan(lane, work.range);
        lane.forEach(from - std::min<std::size_t>(from, 1), end, [&](const LaneSpan& span) {
            const auto state = valueState(span.value);
            if (woken && state == TaskState::Running && span.begin >= begin) {
                const auto latency = span.begin - since;
                part.latencies.push_back(latency);
                if (latency > part.worst) part.worst = latency, part.worstTask = id;
            }
            woken = state == TaskState::Woken;
            since = span.begin;
        });
    }
    const std::lock_guard lock(work.mutex);
    work.parts.push_back(std::move(part));
}

void countSwitches(Work& work) {
    const auto& trace = work.trace;
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const EventChunk& chunk = trace.chunk(c);
        if (chunk.rows() == 0 || chunk.lastNs() < toNs(work.range.begin) ||
            chunk.firstNs() >= toNs(work.range.end))
            continue;
        const auto firstRow = chunk.lowerBound(toNs(work.range.begin));
        const auto lastRow = chunk.lowerBound(toNs(work.range.end));
        work.result.events += lastRow - firstRow;
        const auto place = [&](std::size_t row) {
            return std::ranges::lower_bound(chunk.switches, row, {}, &SwitchRow::row) -
                   chunk.switches.begin();
        };
        work.result.switches += static_cast<std::uint64_t>(place(lastRow) - place(firstRow));
    }
}

/// Nearest rank: the smallest value with at least `percent` % of the values at or below it.
std::int64_t percentile(std::vector<std::int64_t>& values, std::size_t percent) {
    const auto rank = (values.size() * percent + 99) / 100;
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

void joinWaits(Work& work) {
    RangeStatistics& result = work.result;
    std::size_t count = 0;
    for (const Part& part : work.parts) count += part.latencies.size();
    result.wakeups = count;
    result.wakeHistogram.assign(kBins, 0);
    if (count == 0) return;
    std::vector<std::int64_t> all;
    all.reserve(count);
    std::int64_t worst = -1;
    for (const Part& part : work.parts) {
        for (const auto ns : part.latencies) ++result.wakeHistogram[binOf(ns)];
        all.insert(all.end(), part.latencies.begin(), part.latencies.end());
        if (part.worst > worst ||
            (part.worst == worst && part.worst >= 0 && part.worstTask < result.wakeWorst))
            worst = part.worst, result.wakeWorst = part.worstTask;
    }
    result.wakeMax = Duration{worst};
    // The 99th percentile lies among the slowest: looked for there once the median has parted the
    // values.
    result.wakeMedian = Duration{percentile(all, 50)};
    result.wakeP99 = Duration{percentile(all, 99)};
}

void joinTasks(Work& work) {
    const auto tasks = work.trace.tasks();
    std::vector<std::int64_t> run(tasks.size());
    for (const Part& part : work.parts)
        for (std::size_t task = 0; task < part.run.size(); ++task) run[task] += part.run[task];
    for (std::size_t task = 0; task < run.size(); ++task)
        if (run[task] > 0 && !tasks[task].idle())
            work.result.tasks.push_back(
                {TaskId{static_cast<std::uint32_t>(task)}, Duration{run[task]}});
    std::ranges::stable_sort(work.result.tasks, std::ranges::greater{}, &TaskTime::run);
}

}  // namespace

RangeStatistics rangeStatistics(const Trace& trace, TimeRange range, ThreadPool& pool) {
    RangeStatistics result;
    result.range = range;
    if (range.empty()) return result;
    for (const CpuId cpu : trace.cpus()) result.cpus.push_back({cpu, {}, {}, {}, {}});
    Work work{trace, range, result, {}, {}};
    constexpr std::size_t kTasksAJob = 16;
    const auto cpus = result.cpus.size();
    const auto groups = (trace.tasks().size() + kTasksAJob - 1) / kTasksAJob;
    parallelFor(pool, 2 * cpus + groups + 1, [&](std::size_t job) {
        if (job < cpus) return sumCpu(work, job);
        if (job < 2 * cpus) return sumHandlers(work, job - cpus);
        job -= 2 * cpus;
        if (job < groups)
            sumWaits(work, job * kTasksAJob,
                     std::min((job + 1) * kTasksAJob, trace.tasks().size()));
        else countSwitches(work);
    });
    joinWaits(work);
    joinTasks(work);
    return result;
}

}  // namespace kscope::model
