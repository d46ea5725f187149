// SPDX-License-Identifier: GPL-3.0-or-later
/// What a range holds, against sums made event by event.
#include "model/query/statistics.h"
#include "tests/support/query_trace.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace kscope::model {
namespace {

constexpr int kCpus = 3;
constexpr int kTasks = 7;  // tids 1…7; 0 is idle

struct Interval {
    std::int64_t begin = 0;  // us
    std::int64_t end = 0;
};
struct RunOf : Interval {
    int cpu = 0;
    int tid = 0;
};
struct HandlerOf : Interval {
    int cpu = 0;
    unsigned irq = 0;
};

/// A small machine that writes its trace, and remembers what was true.
class Machine {
public:
    explicit Machine(unsigned seed) : m_random(seed) {
        for (auto& on : m_running) on = 0;
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            m_us += 1 + below(40);
            const int cpu = below(kCpus);
            switch (below(4)) {
            case 0: wakeSomebody(cpu); break;
            case 1: handler(cpu); break;
            default: switchTo(cpu); break;
            }
        }
    }

    support::TraceWriter writer;
    std::vector<std::int64_t> events;  // us of each
    std::vector<std::int64_t> switches;
    std::vector<RunOf> runs;   // closed ones
    std::vector<RunOf> waits;  // from a wake to the switch-in
    std::vector<HandlerOf> handlers;
    [[nodiscard]] std::int64_t now() const { return m_us; }

private:
    int below(int limit) { return static_cast<int>(m_random() % static_cast<unsigned>(limit)); }
    [[nodiscard]] bool runsNow(int tid) const {
        return std::ranges::find(m_running, tid) != std::end(m_running);
    }
    void wakeSomebody(int cpu) {
        const int tid = 1 + below(kTasks);
        writer.wake(m_us, cpu, m_running[cpu], tid, cpu);
        events.push_back(m_us);
        // The first wake after the switch-out counts; who runs or waits is not woken.
        if (!runsNow(tid) && !m_ready.contains(tid)) m_ready[tid] = m_us;
    }
    void handler(int cpu) {
        const auto irq = 10U + static_cast<unsigned>(below(3));
        const auto begin = m_us;
        const int tid = m_running[cpu];
        writer.irqEntry(m_us, cpu, tid, irq);
        events.push_back(m_us);
        m_us += 1 + below(9);
        if (below(3) == 0) {  // another one nests in it
            const auto inner = m_us;
            writer.irqEntry(m_us, cpu, tid, irq + 5);
            m_us += 1 + below(9);
            writer.irqExit(m_us, cpu, tid, irq + 5);
            events.insert(events.end(), {inner, m_us});
            handlers.push_back({{inner, m_us}, cpu, irq + 5});
            m_us += 1 + below(9);
        }
        writer.irqExit(m_us, cpu, tid, irq);
        events.push_back(m_us);
        handlers.push_back({{begin, m_us}, cpu, irq});
    }
    void switchTo(int cpu) {
        const int prev = m_running[cpu];
        int next = 0;
        if (!m_ready.empty() && below(4) != 0) {
            auto chosen = m_ready.begin();
            std::advance(chosen, below(static_cast<int>(m_ready.size())));
            next = chosen->first;
        }
        if (next == prev) return;
        const bool preempted = prev != 0 && next != 0 && below(3) == 0;
        writer.switchTask(m_us, cpu, prev, prev == 0 ? "R" : preempted ? "R+" : "S", next);
        events.push_back(m_us);
        switches.push_back(m_us);
        if (m_seen[cpu]) runs.push_back({{m_since[cpu], m_us}, cpu, prev});
        if (next != 0) {
            // Who was pushed aside waits too, but nobody woke it.
            if (m_ready[next] >= 0) waits.push_back({{m_ready[next], m_us}, cpu, next});
            m_ready.erase(next);
        }
        if (preempted) m_ready[prev] = -1;
        m_running[cpu] = next;
        m_since[cpu] = m_us;
        m_seen[cpu] = true;
    }

    std::minstd_rand m_random;
    std::int64_t m_us = 1000;
    int m_running[kCpus];
    std::int64_t m_since[kCpus]{};
    bool m_seen[kCpus]{};
    std::map<int, std::int64_t> m_ready;  // since when; −1: not woken
};

std::int64_t part(const Interval& span, std::int64_t begin, std::int64_t end) {
    return std::max<std::int64_t>(0, std::min(span.end, end) - std::max(span.begin, begin));
}

/// Microseconds of [begin, end) with at least one handler of `cpu` open.
std::int64_t covered(const Machine& machine, int cpu, std::int64_t begin, std::int64_t end) {
    std::int64_t sum = 0;
    for (auto us = begin; us < end; ++us)
        sum += std::ranges::any_of(machine.handlers, [&](const HandlerOf& one) {
            return one.cpu == cpu && one.begin <= us && us < one.end;
        });
    return sum;
}

void expectTasks(const Machine& machine, const Trace& trace, const RangeStatistics& got,
                 std::int64_t begin, std::int64_t end) {
    std::map<int, std::int64_t> want;
    for (const auto& run : machine.runs)
        if (run.tid != 0 && part(run, begin, end) > 0) want[run.tid] += part(run, begin, end);
    ASSERT_EQ(got.tasks.size(), want.size());
    for (std::size_t i = 0; i < got.tasks.size(); ++i) {
        const auto tid = raw(trace.task(got.tasks[i].task).tid);
        EXPECT_EQ(got.tasks[i].run.count(), want[tid] * 1000) << tid;
        if (i > 0) {
            EXPECT_LE(got.tasks[i].run, got.tasks[i - 1].run);
        }
    }
}

void expectCpus(const Machine& machine, const RangeStatistics& got, std::int64_t begin,
                std::int64_t end) {
    for (const auto& cpu : got.cpus) {
        const int number = raw(cpu.cpu);
        std::int64_t busy = 0;
        std::int64_t idle = 0;
        for (const auto& run : machine.runs)
            if (run.cpu == number) (run.tid == 0 ? idle : busy) += part(run, begin, end);
        EXPECT_EQ(cpu.busy.count(), busy * 1000) << number;
        EXPECT_EQ(cpu.idle.count(), idle * 1000) << number;
        EXPECT_EQ(cpu.irq.count(), covered(machine, number, begin, end) * 1000) << number;
        EXPECT_EQ(cpu.softirq.count(), 0);
    }
}

void expectWakeups(const Machine& machine, const Trace& trace, const RangeStatistics& got,
                   std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> latencies;
    for (const auto& wait : machine.waits)
        if (wait.end >= begin && wait.end < end) latencies.push_back(wait.end - wait.begin);
    ASSERT_EQ(got.wakeups, latencies.size());
    if (latencies.empty()) return;
    std::ranges::sort(latencies);
    const auto rank = [&](std::size_t percent) {
        return latencies[(latencies.size() * percent + 99) / 100 - 1] * 1000;
    };
    EXPECT_EQ(got.wakeMedian.count(), rank(50));
    EXPECT_EQ(got.wakeP99.count(), rank(99));
    EXPECT_EQ(got.wakeMax.count(), latencies.back() * 1000);
    const auto worst = raw(trace.task(got.wakeWorst).tid);
    EXPECT_TRUE(std::ranges::any_of(machine.waits, [&](const RunOf& wait) {
        return wait.tid == worst && wait.end - wait.begin == latencies.back() &&
               wait.end >= begin && wait.end < end;
    }));
    std::uint64_t inBins = 0;
    for (const auto count : got.wakeHistogram) inBins += count;
    EXPECT_EQ(inBins, latencies.size());
    for (const auto us : latencies) {
        const auto bin = std::min<std::size_t>(
            static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(us))), 23);
        EXPECT_GT(got.wakeHistogram[bin], 0U) << us;
    }
}

void expectHandlers(const Machine& machine, const RangeStatistics& got, std::int64_t begin,
                    std::int64_t end) {
    std::uint64_t count = 0;
    std::int64_t longest = 0;
    for (const auto& one : machine.handlers) {
        if (one.begin >= end || one.end <= begin) continue;
        ++count;
        longest = std::max(longest, part(one, begin, end));
    }
    EXPECT_EQ(got.irqs, count);
    EXPECT_EQ(got.irqMax.count(), longest * 1000);
}

TEST(Statistics, AgreeWithSumsMadeEventByEvent) {
    ThreadPool pool(2);
    for (unsigned seed = 1; seed <= 12; ++seed) {
        Machine machine(seed);
        machine.run(150 + static_cast<int>(seed) * 40);
        const auto trace = machine.writer.finish();
        std::minstd_rand random(seed);
        for (int round = 0; round < 12; ++round) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " round " << round);
            auto begin = static_cast<std::int64_t>(900 + random() % (machine.now() - 800));
            auto end = begin + static_cast<std::int64_t>(random() % (machine.now() - 800));
            if (round == 0) begin = 0, end = machine.now() + 1;
            if (round == 1) begin = machine.switches.front(), end = machine.switches.back();
            const auto got =
                rangeStatistics(*trace, {timestampNs(begin * 1000), timestampNs(end * 1000)}, pool);
            if (begin >= end) {
                EXPECT_EQ(got.events, 0U);
                continue;
            }
            const auto inside = [&](std::int64_t us) { return us >= begin && us < end; };
            EXPECT_EQ(got.events,
                      static_cast<std::uint64_t>(std::ranges::count_if(machine.events, inside)));
            EXPECT_EQ(got.switches,
                      static_cast<std::uint64_t>(std::ranges::count_if(machine.switches, inside)));
            expectTasks(machine, *trace, got, begin, end);
            expectCpus(machine, got, begin, end);
            expectWakeups(machine, *trace, got, begin, end);
            expectHandlers(machine, got, begin, end);
        }
    }
}

TEST(Statistics, AnEmptyRangeAndAnEmptyTraceHoldNothing) {
    ThreadPool pool(1);
    support::TraceWriter writer;
    const auto none = writer.finish();
    EXPECT_EQ(rangeStatistics(*none, {timestampNs(0), timestampNs(1000)}, pool).events, 0U);
    Machine machine(3);
    machine.run(50);
    const auto trace = machine.writer.finish();
    const auto at = timestampNs(machine.switches.front() * 1000);
    const auto empty = rangeStatistics(*trace, {at, at}, pool);
    EXPECT_EQ(empty.events, 0U);
    EXPECT_TRUE(empty.tasks.empty());
    const auto after = rangeStatistics(
        *trace, {timestampNs(machine.now() * 2000), timestampNs(machine.now() * 3000)}, pool);
    EXPECT_EQ(after.events, 0U);
    EXPECT_EQ(after.wakeups, 0U);
}

}  // namespace
}  // namespace kscope::model
