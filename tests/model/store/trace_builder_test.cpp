// SPDX-License-Identifier: GPL-3.0-or-later
/// The builder against an oracle: order, typed rows, lanes, lives of tids.
#include "model/store/task_colors.h"
#include "model/store/trace_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

using namespace kscope::model;

namespace {
struct Line {
    std::int64_t us;
    std::uint64_t position;
    int name;  // 0…4, see kNames
    int cpu;
    int tid;
};
constexpr std::array<std::string_view, 5> kNames{"irq_handler_entry", "irq_handler_exit",
                                                 "softirq_raise", "sched_wakeup", "other"};

ParsedPart partOf(const std::vector<Line>& lines, SourceId source) {
    ChunkWriter writer;
    writer.beginPart(source, lines.empty() ? 0 : lines.front().position, 1000);
    for (const auto& line : lines) {
        static_cast<void>(writer.prepare(line.us, line.position));
        const auto name = writer.name(kNames[static_cast<std::size_t>(line.name)]);
        const CpuId cpu{static_cast<std::uint16_t>(line.cpu)};
        const auto task = writer.task(
            Tid{line.tid}, line.tid == 0 ? "<idle>" : "t" + std::to_string(line.tid), cpu);
        writer.add(line.us, line.position, name, cpu, task, kNoFlags);
        if (line.name == 0)
            writer.addIrqEdge(writer.irq(static_cast<std::uint32_t>(line.tid), "nic"), false);
        if (line.name == 1)
            writer.addIrqEdge(writer.irq(static_cast<std::uint32_t>(line.tid), {}), true);
        if (line.name == 2) writer.addRaise(static_cast<std::uint16_t>(line.tid % 10));
        if (line.name == 3) writer.addWake(task, cpu, WakeKind::Wakeup, 120);
    }
    return writer.finishPart(lines.size(), lines.size() * 50);
}

SourceInfo sourceNamed(std::string path) {
    SourceInfo info;
    info.path = std::move(path);
    return info;
}

void expectEqual(const Trace& trace, std::vector<std::pair<int, Line>> want) {
    std::ranges::stable_sort(want, {}, [](const auto& entry) { return entry.second.us; });
    ASSERT_EQ(trace.events(), want.size());
    std::size_t raises = 0;
    for (std::size_t i = 0; i < want.size(); ++i) {
        const auto event = trace.event(EventIndex{i});
        const auto& [source, line] = want[i];
        ASSERT_EQ(toNs(event.time), line.us * 1000) << i;
        ASSERT_EQ(event.position, line.position) << i;
        ASSERT_EQ(raw(event.source), source) << i;
        ASSERT_EQ(trace.text(event.name), kNames[static_cast<std::size_t>(line.name)]) << i;
        ASSERT_EQ(raw(event.cpu), line.cpu) << i;
        ASSERT_EQ(raw(trace.task(event.task).tid), line.tid) << i;
        raises += line.name == 2;
    }
    EXPECT_EQ(trace.tables().raises, raises);
    for (std::size_t c = 0; c < trace.chunks(); ++c)
        for (const auto& raise : trace.chunk(c).raises)
            ASSERT_EQ(trace.text(trace.event(c, raise.row).name), "softirq_raise");
}

std::vector<Line> randomLines(std::minstd_rand& random, std::size_t count, int jitter) {
    std::vector<Line> lines;
    std::int64_t now = 5'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        now += static_cast<int>(random() % 5);
        lines.push_back({now - static_cast<int>(random() % static_cast<unsigned>(jitter + 1)),
                         i * 50, static_cast<int>(random() % 5), static_cast<int>(random() % 4),
                         static_cast<int>(random() % 6)});
    }
    return lines;
}
}  // namespace

TEST(TraceBuilder, PutsEventsInOrderStably) {
    std::minstd_rand random(7);
    for (int round = 0; round < 60; ++round) {
        TraceBuilder builder;
        std::vector<std::pair<int, Line>> want;
        const int sources = 1 + round % 3;
        for (int s = 0; s < sources; ++s) {
            const auto id = builder.addSource(sourceNamed("s" + std::to_string(s)));
            const auto lines = randomLines(random, 1 + random() % 700, round % 2 == 0 ? 0 : 300);
            for (const auto& line : lines) want.emplace_back(s, line);
            const std::size_t step = 1 + random() % 200;
            std::vector<ParsedPart> parts;
            for (std::size_t i = 0; i < lines.size(); i += step)
                parts.push_back(partOf(
                    {lines.begin() + static_cast<std::ptrdiff_t>(i),
                     lines.begin() + static_cast<std::ptrdiff_t>(std::min(i + step, lines.size()))},
                    id));
            // Backwards: the builder waits for the first.
            for (std::size_t i = parts.size(); i-- > 0;)
                builder.deliver(id, i, std::move(parts[i]));
            builder.endSource(id);
            if (random() % 2 == 0) static_cast<void>(builder.snapshot());
        }
        expectEqual(*builder.finish(), want);
    }
}

TEST(TraceBuilder, AChunkHoldsNoMoreThanItsRows) {
    std::vector<Line> lines;
    for (int i = 0; i < 150'000; ++i)
        lines.push_back({i, static_cast<std::uint64_t>(i) * 10, 4, 0, 1});
    TraceBuilder builder;
    const auto id = builder.addSource(sourceNamed("many"));
    builder.deliver(id, 0, partOf(lines, id));
    const auto trace = builder.finish();
    EXPECT_EQ(trace->events(), 150'000u);
    EXPECT_GE(trace->chunks(), 3u);
    EXPECT_EQ(raw(trace->lowerBound(timestampNs(99'999'500))), 100'000u);
    EXPECT_EQ(raw(trace->lowerBound(timestampNs(INT64_MAX))), trace->events());
}

TEST(TraceBuilder, IrqPairsMeetAcrossPartsAndOrder) {
    TraceBuilder builder;
    const auto id = builder.addSource(sourceNamed("irqs"));
    builder.deliver(id, 0, partOf({{10, 0, 0, 1, 5}, {20, 1, 0, 1, 6}}, id));  // 6 nests in 5
    builder.deliver(
        id, 1,
        partOf({{30, 2, 1, 1, 6}, {40, 3, 1, 1, 5}, {50, 4, 1, 1, 9}}, id));  // 9 was never entered
    builder.deliver(id, 2, partOf({{60, 5, 0, 1, 7}}, id));                   // 7 never exits
    const auto trace = builder.finish();
    const auto lane = trace->irqLane(CpuId{1});
    ASSERT_EQ(lane.size(), 3u);
    EXPECT_EQ(lane.span(0).begin, 10'000);
    EXPECT_EQ(lane.span(0).end, 40'000);
    EXPECT_EQ(lane.span(0).value, 5u);
    EXPECT_EQ(lane.span(1).end, 30'000);
    EXPECT_FALSE(lane.span(1).open);
    EXPECT_TRUE(lane.span(2).open);
    EXPECT_EQ(trace->text(trace->irqName(5)), "nic");
}

TEST(TraceBuilder, SnapshotsStayAsTheyWere) {
    TraceBuilder builder;
    const auto id = builder.addSource(sourceNamed("grows"));
    std::minstd_rand random(3);
    const auto lines = randomLines(random, 900, 0);
    std::vector<TracePtr> snapshots;
    for (std::size_t i = 0; i < lines.size(); i += 100) {
        builder.deliver(id, i / 100,
                        partOf({lines.begin() + static_cast<std::ptrdiff_t>(i),
                                lines.begin() + static_cast<std::ptrdiff_t>(i) + 100},
                               id));
        snapshots.push_back(builder.snapshot());
    }
    const auto whole = builder.finish();
    for (std::size_t s = 0; s < snapshots.size(); ++s) {
        ASSERT_EQ(snapshots[s]->events(), (s + 1) * 100);
        EXPECT_EQ(toNs(snapshots[s]->event(EventIndex{s * 100}).time), lines[s * 100].us * 1000);
        EXPECT_EQ(&snapshots[s]->chunk(0), &whole->chunk(0));  // shared, not copied
    }
}

namespace {
/// Writes the rows of one part by hand.
class Sched {
public:
    Sched() { m_writer.beginPart(SourceId{0}, 0, 1000); }
    std::uint16_t task(int tid, int cpu) {
        return m_writer.task(Tid{tid}, tid == 0 ? "<idle>" : "t" + std::to_string(tid),
                             CpuId{static_cast<std::uint16_t>(cpu)});
    }
    void event(std::int64_t us, int cpu, std::string_view name) {
        static_cast<void>(m_writer.prepare(us, m_position));
        const auto id = m_writer.name(name);
        m_writer.add(us, m_position++, id, CpuId{static_cast<std::uint16_t>(cpu)}, kNoRow,
                     kNoFlags);
    }
    void switchTo(std::int64_t us, int cpu, int prev, TaskState state, int next) {
        event(us, cpu, "sched_switch");
        m_writer.addSwitch(task(prev, cpu), task(next, cpu), state, 120);
    }
    void wake(std::int64_t us, int cpu, int wakee) {
        event(us, cpu, "sched_waking");
        m_writer.addWake(task(wakee, cpu), CpuId{0}, WakeKind::Waking, 120);
    }
    void fork(std::int64_t us, TaskRowKind kind, int parent, int child) {
        event(us, 0, kind == TaskRowKind::Fork ? "sched_process_fork" : "task_newtask");
        m_writer.addFork(kind, task(parent, 0), Tid{child}, "t" + std::to_string(child), false);
    }
    void lose(int cpu) { m_writer.addLost(CpuId{static_cast<std::uint16_t>(cpu)}, 3); }
    TracePtr trace() {
        TraceBuilder builder;
        const auto id = builder.addSource(sourceNamed("sched"));
        builder.deliver(id, 0, m_writer.finishPart(0, 0));
        return builder.finish();
    }

private:
    ChunkWriter m_writer;
    std::uint64_t m_position = 0;
};

std::string statesOf(const Trace& trace, int tid) {
    std::string text;
    const auto lane = trace.taskLane(trace.findTask(Tid{tid}));
    for (std::size_t i = 0; i < lane.size(); ++i) {
        const auto span = lane.span(i);
        text += std::string(taskStateName(valueState(span.value))) +
                (span.value & kTaskGuessed ? "?" : "") + " " + std::to_string(span.begin / 1000) +
                ".." + (span.open ? "" : std::to_string(span.end / 1000)) + "; ";
    }
    return text;
}
}  // namespace

TEST(LaneSet, FollowsATaskThroughItsStates) {
    Sched sched;
    sched.switchTo(10, 0, 0, TaskState::Yielded, 7);
    sched.switchTo(20, 0, 7, TaskState::Preempted, 8);
    sched.switchTo(35, 0, 8, TaskState::Sleeping, 7);
    sched.switchTo(40, 0, 7, TaskState::Uninterruptible, 0);
    sched.wake(60, 1, 7);
    sched.wake(61, 1, 7);  // already waiting: starts nothing
    sched.switchTo(66, 0, 0, TaskState::Yielded, 7);
    const auto trace = sched.trace();
    EXPECT_EQ(statesOf(*trace, 7), "running 10..20; preempted 20..35; running 35..40; "
                                   "uninterruptible 40..60; runnable 60..66; running 66..; ");
    EXPECT_EQ(statesOf(*trace, 8), "running 20..35; sleeping 35..; ");
    EXPECT_EQ(trace->task(trace->findTask(Tid{7})).runNs, 15'000);
    EXPECT_EQ(trace->task(trace->findTask(Tid{7})).runs, 3u);
    const auto cpu = trace->cpuLane(CpuId{0});
    ASSERT_EQ(cpu.size(), 6u);
    EXPECT_EQ(trace->task(cpuTask(cpu.span(3).value)).tid, Tid{7});
}

TEST(LaneSet, MissingSwitchesAreGuessedAndCounted) {
    Sched sched;
    sched.switchTo(10, 0, 0, TaskState::Yielded, 7);
    sched.switchTo(30, 0, 9, TaskState::Sleeping, 8);  // who took 7 away was not recorded
    const auto trace = sched.trace();
    EXPECT_EQ(statesOf(*trace, 7), "running? 10..30; unknown 30..; ");
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::MissingSwitch), 1u);
    EXPECT_FALSE(cpuCounted(trace->cpuLane(CpuId{0}).span(1).value));
}

TEST(LaneSet, LostEventsEndWhatRan) {
    Sched sched;
    sched.switchTo(10, 0, 0, TaskState::Yielded, 7);
    sched.event(15, 0, "other");
    sched.lose(0);
    sched.switchTo(40, 0, 7, TaskState::Sleeping, 8);
    const auto trace = sched.trace();
    ASSERT_EQ(trace->gaps().size(), 1u);
    EXPECT_EQ(trace->gaps()[0].begin, 15'000);
    EXPECT_EQ(trace->gaps()[0].end, 40'000);
    EXPECT_EQ(trace->gaps()[0].count, 3u);
    EXPECT_EQ(statesOf(*trace, 7), "running 10..15; unknown? 15..40; sleeping 40..; ");
    const auto cpu = trace->cpuLane(CpuId{0});
    EXPECT_EQ(cpu.span(1).end, 15'000);
    EXPECT_TRUE(cpuCounted(cpu.span(1).value));
    EXPECT_EQ(trace->task(trace->findTask(Tid{7})).runNs, 5'000);
    EXPECT_EQ(cpu.span(2).value, kCpuUnknown);
}

TEST(TaskRegistry, AForkOfAKnownTidBeginsANewLife) {
    Sched sched;
    sched.switchTo(10, 0, 0, TaskState::Yielded, 7);
    sched.switchTo(20, 0, 7, TaskState::Dead, 0);
    sched.fork(30, TaskRowKind::NewTask, 1, 7);
    sched.fork(30, TaskRowKind::Fork, 1, 7);  // the same birth
    sched.switchTo(40, 0, 0, TaskState::Yielded, 7);
    const auto trace = sched.trace();
    const auto lives = std::ranges::count_if(
        trace->tasks(), [](const TaskInfo& task) { return task.tid == Tid{7}; });
    EXPECT_EQ(lives, 2);
    const auto& second = trace->task(trace->findTask(Tid{7}));
    EXPECT_EQ(second.bornNs, 30'000);
    EXPECT_EQ(second.runs, 1u);
    EXPECT_EQ(trace->task(second.parent).tid, Tid{1});
}

TEST(TaskColours, CheckValuesOfTheLookHold) {
    EXPECT_EQ(nameHash("postgres"), 551566985u);
    const auto slots = placeHues({"postgres", "java", "python3", "nginx", "node"});
    EXPECT_EQ(slots, (std::vector<std::uint8_t>{2, 6, 10, 4, 8}));
    EXPECT_EQ(colourKey("kworker/0:1"), "kworker");
    EXPECT_EQ(colourKey("pool-12"), "pool");
    EXPECT_EQ(colourKey("Web Content"), "Web Content");
}

TEST(SwitchOutState, ReadsTheLettersOfTheKernel) {
    EXPECT_EQ(switchOutState("R+"), TaskState::Preempted);
    EXPECT_EQ(switchOutState("R"), TaskState::Yielded);
    EXPECT_EQ(switchOutState("D|K"), TaskState::Uninterruptible);
    EXPECT_EQ(switchOutState("S"), TaskState::Sleeping);
    EXPECT_EQ(switchOutState("I"), TaskState::IdleSleep);
    EXPECT_EQ(switchOutState("x"), TaskState::Dead);
    EXPECT_EQ(switchOutState("K"), TaskState::OtherSleep);
}
