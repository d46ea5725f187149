// SPDX-License-Identifier: GPL-3.0-or-later
/// Follows switches and wake events through a trace and tells what each CPU and each task did: the
/// definitions of cli.md section 5 and the choices of the facts that come with the captures, in one
/// place.
#pragma once

#include "model/store/trace.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace kscope::model {

/// A wait from its beginning to the switch-in.
struct SchedWait {
    TaskId task = kNoTask;
    TaskState kind{};  ///< Woken, Preempted or Yielded.
    std::int64_t begin = 0;
    std::uint64_t wake = 0;  ///< Woken: number that `Sink::woken` returned.
    bool guessed =
        false;  ///< Woken: nothing was known of the task before; it was taken as sleeping.
};

/// `Sink` is told, in order of the rows:
///   `ran(task, cpu, begin, end)`          a closed running span, of idle tasks too
///   `ranUnknown(task, cpu, begin, end)`   the next switch of that CPU names another prev: switches
///   are missing `switched(chunk, row, cpu, time)`     each switch, before what follows of it
///   `woken(chunk, wakeRow, time)`         a wake event that starts a wait; returns a number for it
///   `waited(wait, cpu, end)`              that wait ended by a switch-in on `cpu`
///   `waitDropped(wait)`                   the task was switched out without having been switched
///   in `slept(task, state, begin, end)`      any blocked state, ended by the wake event or else by
///   the switch-in `lost(cpu, count)`
/// Cost: a few ns a typed row; no other row is touched.
template <class Sink> class SchedTracker {
public:
    SchedTracker(const Trace& trace, Sink& sink)
        : m_trace(trace),
          m_sink(sink),
          m_tasks(trace.tasks().size()) {}

    void run() {
        for (std::size_t i = 0; i < m_trace.chunks(); ++i) add(m_trace.chunk(i));
    }

private:
    struct Cpu {
        TaskId task = kNoTask;  // whom the last switch put there; kNoTask: not known
        std::int64_t since = 0;
        std::uint32_t losses = 0;  // gaps so far
    };
    struct Task {
        std::int64_t since = 0;
        std::uint64_t wake = 0;
        TaskState state = TaskState::Unknown;
        CpuId cpu = kUnknownCpu;   // where it was seen last
        std::uint32_t losses = 0;  // gaps of that CPU by then
        bool guessed = false;      // Woken out of Unknown
    };

    static std::uint32_t rowAt(const auto& rows, std::size_t at) {
        return at < rows.size() ? std::uint32_t{rows[at].row} : UINT32_MAX;
    }

    void add(const EventChunk& chunk) {
        std::size_t s = 0;
        std::size_t w = 0;
        std::size_t l = 0;
        auto atSwitch = rowAt(chunk.switches, s);
        auto atWake = rowAt(chunk.wakes, w);
        auto atLost = rowAt(chunk.lost, l);
        while (true) {
            if (atLost != UINT32_MAX &&
                atLost <= std::min(atSwitch, atWake)) {  // a loss stands before its row
                onLost(chunk, chunk.lost[l]);
                atLost = rowAt(chunk.lost, ++l);
            } else if (atSwitch < atWake) {
                onSwitch(chunk, chunk.switches[s]);
                atSwitch = rowAt(chunk.switches, ++s);
            } else if (atWake != UINT32_MAX) {
                onWake(chunk, chunk.wakes[w]);
                atWake = rowAt(chunk.wakes, ++w);
            } else {
                break;
            }
        }
        m_before.push_back(&chunk);
        if (chunk.lost.empty() && m_before.size() > kKept) m_before.erase(m_before.begin());
    }

    static TaskId taskOf(const EventChunk& chunk, std::uint16_t entry) {
        return entry < chunk.tasks.size() ? chunk.tasks[entry].task : kNoTask;
    }
    Cpu& cpuOf(std::uint16_t number) {
        if (number >= m_cpus.size()) m_cpus.resize(std::size_t{number} + 1);
        return m_cpus[number];
    }
    /// Events of the CPU where it was seen were lost since: its state is not known.
    void settle(Task& task) {
        if (task.cpu != kUnknownCpu && m_cpus[raw(task.cpu)].losses != task.losses)
            task.state = TaskState::Unknown;
    }
    void enter(Task& task, TaskState state, std::int64_t now) {
        task.state = state;
        task.since = now;
    }
    static SchedWait waitOf(TaskId id, const Task& task) {
        return {id, task.state, task.since, task.wake,
                task.state == TaskState::Woken && task.guessed};
    }
    void seen(Task& task, CpuId cpu, std::uint32_t losses) {
        task.cpu = cpu;
        task.losses = losses;
    }
    [[nodiscard]] bool follows(TaskId id) const {
        return id != kNoTask && !m_trace.task(id).idle();
    }

    void onSwitch(const EventChunk& chunk, const SwitchRow& row) {
        const auto number = chunk.cpu[row.row];
        if (number >= kMaxCpus) return;
        const CpuId cpu{number};
        const auto now = chunk.timeNs(row.row);
        const TaskId prev = taskOf(chunk, row.prev);
        const TaskId next = taskOf(chunk, row.next);
        Cpu& on = cpuOf(number);
        m_sink.switched(chunk, row, cpu, now);
        if (on.task != kNoTask) {
            if (on.task == prev) {
                m_sink.ran(prev, cpu, on.since, now);
            } else {
                m_sink.ranUnknown(on.task, cpu, on.since, now);
                Task& ran = m_tasks[raw(on.task)];
                if (ran.state == TaskState::Running && ran.cpu == cpu)
                    ran.state = TaskState::Unknown;
            }
        }
        if (follows(prev)) switchOut(prev, cpu, on, row.state, now);
        if (follows(next)) switchIn(next, cpu, on, now);
        on.task = next;
        on.since = now;
    }
    void switchOut(TaskId id, CpuId cpu, const Cpu& on, TaskState state, std::int64_t now) {
        Task& task = m_tasks[raw(id)];
        settle(task);
        if (isRunnable(task.state)) m_sink.waitDropped(waitOf(id, task));
        enter(task, state, now);
        seen(task, cpu, on.losses);
    }
    void switchIn(TaskId id, CpuId cpu, const Cpu& on, std::int64_t now) {
        Task& task = m_tasks[raw(id)];
        settle(task);
        if (isRunnable(task.state)) m_sink.waited(waitOf(id, task), cpu, now);
        else if (isBlocked(task.state)) m_sink.slept(id, task.state, task.since, now);
        enter(task, TaskState::Running, now);
        seen(task, cpu, on.losses);
    }
    static bool isBlocked(TaskState state) {
        return state >= TaskState::Sleeping && state != TaskState::Dead;
    }

    void onWake(const EventChunk& chunk, const WakeRow& row) {
        const TaskId id = taskOf(chunk, row.wakee);
        if (!follows(id)) return;
        Task& task = m_tasks[raw(id)];
        settle(task);
        if (task.state == TaskState::Running || isRunnable(task.state) ||
            task.state == TaskState::Dead)
            return;
        const auto now = chunk.timeNs(row.row);
        if (isBlocked(task.state)) m_sink.slept(id, task.state, task.since, now);
        task.wake = m_sink.woken(chunk, row, now);
        task.guessed = task.state == TaskState::Unknown;
        enter(task, TaskState::Woken, now);
        if (task.cpu != kUnknownCpu) task.losses = m_cpus[raw(task.cpu)].losses;
    }

    /// Time of the CPU's last event before `row` of the chunk; INT64_MIN where there is none near
    /// enough.
    [[nodiscard]] std::int64_t lastEvent(const EventChunk& chunk, std::uint16_t number,
                                         Row row) const {
        for (std::size_t back = row; back-- > 0;)
            if (chunk.cpu[back] == number) return chunk.timeNs(back);
        for (auto before = m_before.rbegin(); before != m_before.rend(); ++before)
            for (std::size_t back = (*before)->rows(); back-- > 0;)
                if ((*before)->cpu[back] == number) return (*before)->timeNs(back);
        return INT64_MIN;
    }
    void onLost(const EventChunk& chunk, const LostRow& row) {
        const auto number = raw(row.cpu);
        if (number >= kMaxCpus) return;
        Cpu& on = cpuOf(number);
        if (on.task != kNoTask) {
            const auto end = lastEvent(chunk, number, row.row);
            if (end > on.since) m_sink.ran(on.task, row.cpu, on.since, end);
        }
        on.task = kNoTask;
        ++on.losses;
        m_sink.lost(row.cpu, row.count);
    }

    static constexpr std::size_t kKept =
        64;  ///< Chunks that are looked back at for a CPU's last event.
    const Trace& m_trace;
    Sink& m_sink;
    std::vector<Cpu> m_cpus;    // by number
    std::vector<Task> m_tasks;  // by TaskId
    std::vector<const EventChunk*> m_before;
};

}  // namespace kscope::model
