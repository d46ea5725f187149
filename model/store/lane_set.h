// SPDX-License-Identifier: GPL-3.0-or-later
/// The lanes of a trace: fed with joined chunks in order of time, read by count.
#pragma once

#include "model/core/diagnostics.h"
#include "model/store/lane.h"
#include "model/store/task_registry.h"

#include <array>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace kscope::model {

/// Follows sched_switch and wake rows (definitions: cli.md section 5, choices of facts/README.md)
/// and keeps what each CPU and each task was doing. One writer.
class LaneSet {
public:
    LaneSet(TaskRegistry& tasks, std::int64_t tickNs);
    /// Rows must not be earlier than those of the chunk before. `ends`: first and last event of
    /// each CPU in the chunk.
    void append(const EventChunk& chunk, std::span<const ParsedPart::Piece::CpuEnds> ends);
    /// LOST lines behind the last row of all.
    void loseAtEnd(CpuId cpu, std::uint64_t count);
    /// Colours were placed anew; `recoloured`: by TaskId, whether its slot changed.
    void restyle(const std::vector<bool>& recoloured);

    struct Views {
        std::vector<LaneView> cpu;
        std::vector<LaneView> irq;
        std::vector<LaneView> softirq;
        std::vector<LaneView> task;
    };
    [[nodiscard]] Views views(std::int64_t endNs) const;
    [[nodiscard]] std::vector<LostGap> gaps(std::int64_t endNs) const;
    [[nodiscard]] const std::vector<LongWait>& longWaits() const { return m_longWaits; }
    [[nodiscard]] std::uint64_t missingSwitches() const { return m_missing; }
    [[nodiscard]] std::vector<DiagnosticPlace> firstMissing() const { return m_firstMissing; }
    [[nodiscard]] const std::vector<CpuId>& cpus() const { return m_cpus; }
    [[nodiscard]] const std::vector<std::pair<std::uint32_t, StringId>>& irqNames() const {
        return m_irqNames;
    }
    [[nodiscard]] const TableCounts& tables() const { return m_tables; }
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Cpu {
        std::unique_ptr<StateLane> lane;
        std::unique_ptr<PairLane> irq;
        std::unique_ptr<PairLane> softirq;
        bool seen = false;
        std::int64_t firstNs = 0;           // first event of all
        std::int64_t lastNs = INT64_MIN;    // last event before the chunk at hand
        std::uint32_t value = kCpuUnknown;  // what the lane is in since
        std::int64_t since = 0;
        std::int64_t lostNs = INT64_MIN;  // begin of the newest gap
        std::vector<std::size_t> openGaps;
    };
    struct Task {
        std::unique_ptr<StateLane> lane;
        TaskState state = TaskState::Unknown;
        CpuId cpu = kUnknownCpu;  // where it ran last
        std::int64_t since = 0;
    };
    void expect(const EventChunk& chunk, std::uint16_t later, std::uint16_t sooner) const;
    Cpu& cpu(std::uint16_t number);
    Task& task(TaskId id);
    void onSwitch(const EventChunk& chunk, const SwitchRow& row);
    void onWake(const EventChunk& chunk, const WakeRow& row);
    void onTaskRow(const EventChunk& chunk, const TaskRow& row);
    void onLost(const EventChunk& chunk, const LostRow& row);
    void lose(std::uint16_t number, std::int64_t begin, std::int64_t end, std::uint64_t count);
    void stopRun(TaskId id, CpuId on, std::int64_t now);
    void leaveCpu(Cpu& cpu, TaskId prev, std::int64_t now);
    void switchOut(TaskId id, CpuId on, TaskState state, std::int64_t now, std::int64_t cpuFirst);
    void switchIn(TaskId id, CpuId on, std::int64_t now);
    void enter(Task& lane, TaskId id, TaskState state, CpuId on, std::int64_t now,
               std::uint32_t bits);
    void settle(Task& lane, TaskId id);
    void noteWait(TaskId id, const Task& lane, std::int64_t now);
    void noteCpus(std::span<const ParsedPart::Piece::CpuEnds> ends);
    void noteIrqs(const EventChunk& chunk);
    void noteSources(const EventChunk& chunk);
    [[nodiscard]] StateLane::Style cpuStyle(std::uint32_t value) const;
    [[nodiscard]] StateLane::Style taskStyle(TaskId id, std::uint32_t value) const;

    std::array<HueVector, 256> m_hues;  // by slot: spans ask for one each
    HueVector m_runnable;
    HueVector m_blocked;
    TaskRegistry& m_tasks;
    std::int64_t m_tick;
    std::vector<Cpu> m_cpu;    // by number
    std::vector<Task> m_task;  // by TaskId
    std::vector<CpuId> m_cpus;
    std::map<SourceId, std::int64_t> m_sourceFirst;  // time of its first event
    std::vector<LostGap> m_gaps;
    std::vector<LongWait> m_longWaits;
    std::vector<std::pair<std::uint32_t, StringId>> m_irqNames;
    std::vector<DiagnosticPlace> m_firstMissing;
    std::uint64_t m_missing = 0;
    TableCounts m_tables;
    std::vector<std::shared_ptr<const LodLevels>>
        m_retired;  // trees that older snapshots draw from
};

}  // namespace kscope::model
