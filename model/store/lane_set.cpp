// SPDX-License-Identifier: GPL-3.0-or-later
/// What each CPU and each task was doing.
#include "model/store/lane_set.h"

#include "model/core/thread_pool.h"
#include "model/store/task_colors.h"

#include <algorithm>
#include <functional>

namespace kscope::model {

namespace {
constexpr std::int64_t kLongWaitNs = 1'000'000;
constexpr std::size_t kLongWaits = 5;
constexpr std::size_t kAhead = 4;  // rows of one kind that a lane is asked for in advance
}  // namespace

LaneSet::LaneSet(TaskRegistry& tasks, std::int64_t tickNs)
    : m_runnable(runnableVector()),
      m_blocked(blockedVector()),
      m_tasks(tasks),
      m_tick(tickNs) {
    for (std::size_t slot = 0; slot < m_hues.size(); ++slot)
        m_hues[slot] = slotVector(static_cast<std::uint8_t>(slot));
}

LaneSet::Cpu& LaneSet::cpu(std::uint16_t number) {
    if (number >= m_cpu.size()) m_cpu.resize(number + std::size_t{1});
    return m_cpu[number];
}

LaneSet::Task& LaneSet::task(TaskId id) {
    if (raw(id) >= m_task.size())
        m_task.resize(std::max<std::size_t>(raw(id) + std::size_t{1}, m_tasks.size()));
    return m_task[raw(id)];
}

StateLane::Style LaneSet::cpuStyle(std::uint32_t value) const {
    const auto id = cpuTask(value);
    if (id == kNoTask) return {};
    const auto& info = m_tasks.peek(id);
    return {m_hues[info.hueSlot], !info.idle()};
}

StateLane::Style LaneSet::taskStyle(TaskId id, std::uint32_t value) const {
    const auto state = valueState(value);
    if (state == TaskState::Running) return {m_hues[m_tasks.peek(id).hueSlot], true};
    if (isRunnable(state)) return {m_runnable, true};
    if (state == TaskState::Uninterruptible) return {m_blocked, true};
    return {};
}

void LaneSet::append(const EventChunk& chunk, std::span<const ParsedPart::Piece::CpuEnds> ends) {
    noteCpus(ends);
    noteSources(chunk);
    const auto nextRow = [](const auto& rows, std::size_t at) {
        return at < rows.size() ? std::uint32_t{rows[at].row} : UINT32_MAX;
    };
    std::size_t s = 0, w = 0, t = 0, l = 0;
    while (true) {
        const auto atSwitch = nextRow(chunk.switches, s);
        const auto atWake = nextRow(chunk.wakes, w);
        const auto atTask = nextRow(chunk.taskRows, t);
        const auto atLost = nextRow(chunk.lost, l);
        const auto next = std::min({atSwitch, atWake, atTask, atLost});
        if (next == UINT32_MAX) break;
        if (next == atLost) {  // Lost lines stand before their row.
            onLost(chunk, chunk.lost[l++]);
        } else if (next == atSwitch) {
            if (s + kAhead < chunk.switches.size())
                expect(chunk, chunk.switches[s + kAhead].next, chunk.switches[s + kAhead / 2].next);
            onSwitch(chunk, chunk.switches[s++]);
        } else if (next == atWake) {
            if (w + kAhead < chunk.wakes.size())
                expect(chunk, chunk.wakes[w + kAhead].wakee, chunk.wakes[w + kAhead / 2].wakee);
            onWake(chunk, chunk.wakes[w++]);
        } else {
            onTaskRow(chunk, chunk.taskRows[t++]);
        }
    }
    noteIrqs(chunk);
    for (const auto& end : ends) m_cpu[raw(end.cpu)].lastNs = end.lastNs;
    m_tables.switches += chunk.switches.size();
    m_tables.wakeups += chunk.wakes.size();
    m_tables.raises += chunk.raises.size();
    m_tables.taskRows += chunk.taskRows.size();
    m_tables.stacks += chunk.stacks.size();
    m_tables.calls += chunk.callEntries;
}

/// The lanes of two tasks of the chunk will be written, that of the second one first.
void LaneSet::expect(const EventChunk& chunk, std::uint16_t later, std::uint16_t sooner) const {
    const auto laneOf = [&](std::uint16_t local) -> const StateLane* {
        if (local == kNoRow) return nullptr;
        const auto id = raw(chunk.tasks[local].task);
        return id < m_task.size() ? m_task[id].lane.get() : nullptr;
    };
    if (const auto* const lane = laneOf(later)) lane->expectAppend();
    if (const auto* const lane = laneOf(sooner)) lane->expectSpan();
}

void LaneSet::noteCpus(std::span<const ParsedPart::Piece::CpuEnds> ends) {
    for (const auto& end : ends) {
        auto& found = cpu(raw(end.cpu));
        if (!found.seen) {
            found.seen = true;
            found.firstNs = end.firstNs;
            found.since = end.firstNs;
            m_cpus.insert(std::ranges::lower_bound(m_cpus, end.cpu), end.cpu);
        }
        for (const auto gap : found.openGaps) m_gaps[gap].end = end.firstNs;
        found.openGaps.clear();
    }
}

/// When the first event of each source is.
void LaneSet::noteSources(const EventChunk& chunk) {
    const auto note = [&](SourceId source, std::size_t row) {
        m_sourceFirst.try_emplace(source, chunk.timeNs(row));
    };
    if (chunk.originOf.empty()) {
        if (!chunk.origins.empty()) note(chunk.origins.front().source, 0);
        return;
    }
    if (std::ranges::all_of(chunk.origins, [&](const Origin& origin) {
            return m_sourceFirst.contains(origin.source);
        }))
        return;
    for (std::size_t row = 0; row < chunk.rows(); ++row) note(chunk.origin(row).source, row);
}

void LaneSet::noteIrqs(const EventChunk& chunk) {
    for (const auto& segment : chunk.irqSegments) {
        if (segment.cpu == kUnknownCpu) continue;
        auto& found = cpu(raw(segment.cpu));
        auto& lane = segment.soft ? found.softirq : found.irq;
        if (!lane)
            lane = std::make_unique<PairLane>(segment.soft ? PairLane::Kind::Soft
                                                           : PairLane::Kind::Hard);
        lane->append(chunk, segment);
        (segment.soft ? m_tables.softirqPairs : m_tables.irqPairs) += segment.pairs.size();
    }
    for (const auto& irq : chunk.irqs) {
        if (irq.name == kNoString) continue;
        const auto at = std::ranges::lower_bound(m_irqNames, irq.number, {},
                                                 &std::pair<std::uint32_t, StringId>::first);
        if (at == m_irqNames.end() || at->first != irq.number)
            m_irqNames.insert(at, {irq.number, irq.name});
    }
}

void LaneSet::enter(Task& lane, TaskId id, TaskState state, CpuId on, std::int64_t now,
                    std::uint32_t bits) {
    if (!lane.lane) {
        lane.lane = std::make_unique<StateLane>(m_tick);
    } else {
        const auto value = taskValue(lane.state, lane.cpu) | bits;
        lane.lane->append(lane.since, now, value, taskStyle(id, value));
        if (bits == 0) noteWait(id, lane, now);
    }
    lane.state = state;
    lane.cpu = on;
    lane.since = now;
}

/// Events of the CPU it was seen on were lost since its last change: what it did then is not known.
void LaneSet::settle(Task& lane, TaskId id) {
    if (!lane.lane || lane.cpu == kUnknownCpu || raw(lane.cpu) >= m_cpu.size()) return;
    const auto lost = m_cpu[raw(lane.cpu)].lostNs;
    if (lost >= lane.since && lane.state != TaskState::Unknown) {
        enter(lane, id, TaskState::Unknown, lane.cpu, std::max(lost, lane.since), kTaskGuessed);
    }
}

void LaneSet::noteWait(TaskId id, const Task& lane, std::int64_t now) {
    const auto length = now - lane.since;
    if (length < kLongWaitNs ||
        !(isRunnable(lane.state) || lane.state == TaskState::Uninterruptible))
        return;
    if (m_longWaits.size() == kLongWaits &&
        length <= m_longWaits.back().end - m_longWaits.back().begin)
        return;
    const auto at = std::ranges::find_if(
        m_longWaits, [&](const LongWait& other) { return other.end - other.begin < length; });
    m_longWaits.insert(at, {id, lane.state, lane.since, now});
    if (m_longWaits.size() > kLongWaits) m_longWaits.pop_back();
}

void LaneSet::leaveCpu(Cpu& on, TaskId prev, std::int64_t now) {
    if (!on.lane) on.lane = std::make_unique<StateLane>(m_tick);
    std::uint32_t value = on.value;
    if (value == kCpuUnknown) {
        // Before the first switch prev had been running for a time that nobody recorded.
        if (on.lane->size() == 0 && on.lostNs == INT64_MIN && prev != kNoTask)
            value = raw(prev) | kCpuOpen;
    } else if (cpuTask(value) != prev) {
        value |= kCpuGuessed;
    } else if (auto& info = m_tasks.task(prev); !info.idle()) {
        info.runNs += now - on.since;
    }
    on.lane->append(on.since, now, value, cpuStyle(value));
}

void LaneSet::switchOut(TaskId id, CpuId on, TaskState state, std::int64_t now,
                        std::int64_t cpuFirst) {
    auto& lane = task(id);
    settle(lane, id);
    if (!lane.lane) {
        const bool ranBefore = cpuFirst < now && cpuFirst != INT64_MIN;
        if (ranBefore) {
            enter(lane, id, TaskState::Running, on, cpuFirst, 0);
            enter(lane, id, state, on, now, kTaskGuessed);
        } else {
            enter(lane, id, state, on, now, 0);
        }
        return;
    }
    const bool ranHere = lane.state == TaskState::Running && lane.cpu == on;
    enter(lane, id, state, on, now, ranHere ? 0 : kTaskGuessed);
}

void LaneSet::switchIn(TaskId id, CpuId on, std::int64_t now) {
    auto& lane = task(id);
    settle(lane, id);
    const bool impossible = lane.lane && lane.state == TaskState::Running;
    enter(lane, id, TaskState::Running, on, now, impossible ? kTaskGuessed : 0);
    ++m_tasks.task(id).runs;
}

void LaneSet::onSwitch(const EventChunk& chunk, const SwitchRow& row) {
    const auto number = chunk.cpu[row.row];
    if (number >= kMaxCpus) return;
    const auto now = chunk.timeNs(row.row);
    const auto prev = row.prev == kNoRow ? kNoTask : chunk.tasks[row.prev].task;
    const auto next = row.next == kNoRow ? kNoTask : chunk.tasks[row.next].task;
    auto& on = cpu(number);
    const bool first = !on.lane && on.lostNs == INT64_MIN;
    if (prev != kNoTask) m_tasks.called(prev, chunk.tasks[row.prev].comm);
    if (next != kNoTask) m_tasks.called(next, chunk.tasks[row.next].comm);
    leaveCpu(on, prev, now);
    const auto ran = cpuTask(on.value);
    if (ran != kNoTask && ran != prev) {
        ++m_missing;
        if (m_firstMissing.size() < Diagnostic::kKept) {
            const auto& origin = chunk.origin(row.row);
            m_firstMissing.push_back({origin.source, 0, origin.position + chunk.position[row.row]});
        }
        // It left the CPU unseen: nothing is known of it from here on.
        auto& lost = task(ran);
        if (!m_tasks.peek(ran).idle() && lost.state == TaskState::Running &&
            lost.cpu == CpuId{number})
            enter(lost, ran, TaskState::Unknown, CpuId{number}, now, kTaskGuessed);
    }
    if (prev != kNoTask && !m_tasks.peek(prev).idle())
        switchOut(prev, CpuId{number}, row.state, now, first ? on.firstNs : INT64_MIN);
    if (next != kNoTask && !m_tasks.peek(next).idle()) switchIn(next, CpuId{number}, now);
    on.value = next == kNoTask ? kCpuUnknown : raw(next);
    on.since = now;
}

void LaneSet::onWake(const EventChunk& chunk, const WakeRow& row) {
    if (row.wakee == kNoRow) return;
    const auto id = chunk.tasks[row.wakee].task;
    if (id == kNoTask || m_tasks.peek(id).idle()) return;
    auto& lane = task(id);
    settle(lane, id);
    // Events for a task that runs, waits or is dead start nothing.
    if (lane.state == TaskState::Running || isRunnable(lane.state) || lane.state == TaskState::Dead)
        return;
    enter(lane, id, TaskState::Woken, lane.lane ? lane.cpu : row.target, chunk.timeNs(row.row), 0);
}

void LaneSet::onTaskRow(const EventChunk& chunk, const TaskRow& row) {
    const auto idOf = [&](std::uint16_t local) {
        return local == kNoRow ? kNoTask : chunk.tasks[local].task;
    };
    const auto id = idOf(row.other);
    if (id == kNoTask) return;
    auto& info = m_tasks.task(id);
    const auto now = chunk.timeNs(row.row);
    switch (row.kind) {
    case TaskRowKind::Fork:
    case TaskRowKind::NewTask: {
        const auto parent = idOf(row.task);
        if (info.bornNs == TaskInfo::kNever || row.kind == TaskRowKind::Fork) info.bornNs = now;
        info.thread = info.thread || row.thread != 0;
        if (parent == kNoTask) break;
        info.parent = parent;
        const auto& from = m_tasks.peek(parent);
        info.kernelThread = info.kernelThread || from.tid == Tid{2};
        if (info.kernelThread) info.hueSlot = TaskInfo::kNoHue;
        if (info.thread && raw(info.tgid) < 0)
            info.tgid = raw(from.tgid) >= 0 ? from.tgid : from.tid;
        break;
    }
    case TaskRowKind::Exit: info.diedNs = now; break;
    case TaskRowKind::Rename: m_tasks.called(id, row.text); break;
    case TaskRowKind::Exec:
    case TaskRowKind::Free: break;
    }
}

void LaneSet::onLost(const EventChunk& chunk, const LostRow& row) {
    const auto number = raw(row.cpu);
    if (number >= kMaxCpus) return;
    std::int64_t begin = cpu(number).lastNs;
    for (std::size_t back = row.row; back-- > 0;) {
        if (chunk.cpu[back] != number) continue;
        begin = chunk.timeNs(back);
        break;
    }
    std::int64_t end = INT64_MAX;
    for (std::size_t ahead = row.row; ahead < chunk.rows(); ++ahead) {
        if (chunk.cpu[ahead] != number) continue;
        end = chunk.timeNs(ahead);
        break;
    }
    if (begin == INT64_MIN) begin = row.row < chunk.rows() ? chunk.timeNs(row.row) : chunk.lastNs();
    // What was lost lies in the source that says so, not in the time of one that ended before.
    if (!chunk.origins.empty() && chunk.rows() > 0) {
        const auto at = std::min<std::size_t>(row.row, chunk.rows() - 1);
        const auto& origin = chunk.origin(at);
        if (const auto first = m_sourceFirst.find(origin.source); first != m_sourceFirst.end())
            begin = std::max(begin, first->second);
    }
    lose(number, begin, end, row.count);
}

void LaneSet::lose(std::uint16_t number, std::int64_t begin, std::int64_t end,
                   std::uint64_t count) {
    auto& on = cpu(number);
    if (end == INT64_MAX) on.openGaps.push_back(m_gaps.size());
    m_gaps.push_back({CpuId{number}, begin, end, count});
    on.lostNs = begin;
    if (on.lane && on.value != kCpuUnknown && begin >= on.since) {
        // The run is known up to the last event before the gap, and counts up to there.
        on.lane->append(on.since, begin, on.value, cpuStyle(on.value));
        const auto ran = cpuTask(on.value);
        if (ran != kNoTask && !m_tasks.peek(ran).idle())
            m_tasks.task(ran).runNs += begin - on.since;
        on.since = begin;
        stopRun(ran, CpuId{number}, begin);
    }
    on.value = kCpuUnknown;
    if (on.irq) on.irq->forgetOpen();
    if (on.softirq) on.softirq->forgetOpen();
}

/// Lost events end what a task was doing on the CPU; from `now` on its state is not known.
void LaneSet::stopRun(TaskId id, CpuId on, std::int64_t now) {
    if (id == kNoTask || m_tasks.peek(id).idle()) return;
    auto& lane = task(id);
    if (lane.state != TaskState::Running || lane.cpu != on || lane.since > now) return;
    enter(lane, id, TaskState::Unknown, on, now, 0);
}

void LaneSet::loseAtEnd(CpuId number, std::uint64_t count) {
    if (raw(number) >= kMaxCpus) return;
    const auto last = cpu(raw(number)).lastNs;
    if (last != INT64_MIN) lose(raw(number), last, INT64_MAX, count);
}

void LaneSet::restyle(const std::vector<bool>& recoloured) {
    if (std::ranges::find(recoloured, true) == recoloured.end()) return;
    std::vector<std::function<void()>> lanes;
    for (auto& on : m_cpu) {
        if (!on.lane) continue;
        m_retired.push_back(on.lane->levels());
        lanes.emplace_back([this, &on] {
            on.lane->restyle(on.since, [this](std::uint32_t value) { return cpuStyle(value); });
        });
    }
    for (std::size_t i = 0; i < m_task.size(); ++i) {
        auto& lane = m_task[i];
        if (!lane.lane || i >= recoloured.size() || !recoloured[i]) continue;
        m_retired.push_back(lane.lane->levels());
        lanes.emplace_back([this, &lane, id = TaskId{static_cast<std::uint32_t>(i)}] {
            lane.lane->restyle(lane.since,
                               [&](std::uint32_t value) { return taskStyle(id, value); });
        });
    }
    // Whoever finishes a load may be a job of a pool, which must not wait for itself.
    ThreadPool hands(1);
    parallelFor(hands, lanes.size(), [&](std::size_t i) { lanes[i](); });
}

LaneSet::Views LaneSet::views(std::int64_t endNs) const {
    Views all;
    all.cpu.resize(m_cpu.size());
    all.irq.resize(m_cpu.size());
    all.softirq.resize(m_cpu.size());
    const auto pairs = [&](const PairLane& lane) {
        return LaneView(lane, lane.size(), lane.segments().size(), lane.closed().size(), endNs);
    };
    for (std::size_t i = 0; i < m_cpu.size(); ++i) {
        const auto& on = m_cpu[i];
        if (on.lane) all.cpu[i] = LaneView(*on.lane, on.lane->size(), {on.since, on.value}, endNs);
        if (on.irq) all.irq[i] = pairs(*on.irq);
        if (on.softirq) all.softirq[i] = pairs(*on.softirq);
    }
    all.task.resize(m_task.size());
    for (std::size_t i = 0; i < m_task.size(); ++i) {
        const auto& lane = m_task[i];
        if (lane.lane)
            all.task[i] = LaneView(*lane.lane, lane.lane->size(),
                                   {lane.since, taskValue(lane.state, lane.cpu)}, endNs);
    }
    return all;
}

std::vector<LostGap> LaneSet::gaps(std::int64_t endNs) const {
    auto sorted = m_gaps;
    for (auto& gap : sorted) gap.end = std::min(gap.end, endNs);
    std::ranges::stable_sort(sorted, {}, &LostGap::begin);
    return sorted;
}

std::size_t LaneSet::bytes() const {
    std::size_t sum = 0;
    for (const auto& on : m_cpu)
        if (on.lane) sum += on.lane->bytes();
    for (const auto& lane : m_task)
        if (lane.lane) sum += lane.lane->bytes();
    return sum;
}

}  // namespace kscope::model
