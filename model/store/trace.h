// SPDX-License-Identifier: GPL-3.0-or-later
/// A trace: an immutable value. Nothing outside model/store makes one.
#pragma once

#include "model/core/diagnostics.h"
#include "model/core/strings.h"
#include "model/store/counter_table.h"
#include "model/store/derived_memo.h"
#include "model/store/event_chunk.h"
#include "model/store/known_events.h"
#include "model/store/lane.h"
#include "model/store/source.h"
#include "model/store/task_state.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace kscope::model {

/// One task: a tid during one lifetime.
struct TaskInfo {
    static constexpr std::uint8_t kNoHue = 255;
    Tid tid{};
    Tid tgid{-1};             ///< −1: not known.
    StringId comm{};          ///< Its best known name: last one seen that is not "<...>".
    TaskId parent = kNoTask;  ///< Who forked it.
    std::int64_t bornNs = kNever;
    std::int64_t diedNs = kNever;
    CpuId idleCpu = kUnknownCpu;  ///< Of an idle task (tid 0): there is one a CPU.
    bool thread = false;          ///< Cloned with CLONE_THREAD.
    bool kernelThread = false;
    std::uint8_t hueSlot = kNoHue;  ///< 0…10 (look.md, task colours); kNoHue: kernel threads, grey.
    std::int64_t runNs = 0;         ///< Closed running spans.
    std::uint32_t runs = 0;         ///< Switch-ins.
    static constexpr std::int64_t kNever = INT64_MIN;
    [[nodiscard]] bool idle() const noexcept { return tid == Tid{0}; }
};

/// A row of the event table with its dictionary entries looked up.
struct Event {
    EventIndex index{};
    Timestamp time{};
    StringId name{};
    CpuId cpu = kUnknownCpu;
    TaskId task = kNoTask;  ///< kNoTask where the line names none.
    StringId comm{};        ///< As on this line.
    EventFlags flags = kNoFlags;
    SourceId source{};
    std::uint64_t position = 0;  ///< Of its line in the source.
    const EventChunk* chunk = nullptr;
    Row row = 0;
};

/// Nothing is known of this CPU between begin and end.
struct LostGap {
    CpuId cpu = kUnknownCpu;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::uint64_t count = 0;  ///< 0: the number is not known.
};

/// One of the longest runnable or uninterruptible spans above 1 ms.
struct LongWait {
    TaskId task = kNoTask;
    TaskState state{};
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

/// Value of a CPU lane's span: a TaskId (idle tasks too) with bits, or kCpuUnknown.
inline constexpr std::uint32_t kCpuUnknown =
    0xffffffff;  ///< Lost events, or before anything is known.
inline constexpr std::uint32_t kCpuGuessed =
    0x80000000;  ///< Bit: the next switch named another prev_pid; not counted.
inline constexpr std::uint32_t kCpuOpen =
    0x40000000;  ///< Bit: begin or end was not recorded; drawn, not counted.
[[nodiscard]] constexpr TaskId cpuTask(std::uint32_t value) {
    return value == kCpuUnknown ? kNoTask : TaskId{value & 0x3fffffff};
}
/// Whether a CPU lane's span counts as running (or idle) time.
[[nodiscard]] constexpr bool cpuCounted(std::uint32_t value) { return (value & 0xc0000000) == 0; }
/// Value of a task lane's span.
[[nodiscard]] constexpr std::uint32_t taskValue(TaskState state, CpuId cpu) {
    return static_cast<std::uint32_t>(state) << 16 | raw(cpu);
}
[[nodiscard]] constexpr TaskState valueState(std::uint32_t value) {
    return static_cast<TaskState>(value >> 16 & 0x7f);
}
[[nodiscard]] constexpr CpuId valueCpu(std::uint32_t value) {
    return CpuId{static_cast<std::uint16_t>(value)};
}
inline constexpr std::uint32_t kTaskGuessed =
    0x00800000;  ///< Bit: begin or end was not recorded; drawn, not counted.

struct TableCounts {
    std::uint64_t switches = 0;
    std::uint64_t wakeups = 0;
    std::uint64_t irqPairs = 0;
    std::uint64_t softirqPairs = 0;
    std::uint64_t raises = 0;
    std::uint64_t taskRows = 0;
    std::uint64_t stacks = 0;
    std::uint64_t counterSamples = 0;  ///< Numbers of files of /proc, over all rounds.
    std::uint64_t blockActions = 0;    ///< Without messages.
    std::uint64_t blockMessages = 0;   ///< Notes of blktrace: rows, but no events.
    std::uint64_t calls = 0;           ///< Entries of functions.
};

class Trace {
public:
    [[nodiscard]] std::uint64_t events() const noexcept { return m_events; }
    /// From the first event to one ns (tick) past the last; {0, 0} without events.
    [[nodiscard]] TimeRange range() const noexcept { return m_range; }
    [[nodiscard]] bool complete() const noexcept {
        return m_complete;
    }  ///< All sources read to their ends.
    /// Counts up with each snapshot of one builder: the same number is the same trace.
    [[nodiscard]] std::uint64_t generation() const noexcept { return m_generation; }

    [[nodiscard]] std::span<const SourceInfo> sources() const noexcept { return m_sources; }
    /// Time of day (ns since 1970, UTC) at 0 of the axis, by the first source that tells it.
    [[nodiscard]] std::optional<std::int64_t> wallZeroNs() const;
    [[nodiscard]] std::string_view text(StringId id) const noexcept { return m_strings->view(id); }
    [[nodiscard]] std::size_t strings() const noexcept { return m_stringCount; }
    /// StringId of a name, by search through what the snapshot holds; kNoString where it has none.
    /// O(strings).
    [[nodiscard]] StringId findString(std::string_view text) const;
    [[nodiscard]] std::span<const TaskInfo> tasks() const noexcept { return *m_tasks; }
    [[nodiscard]] const TaskInfo& task(TaskId id) const { return (*m_tasks)[raw(id)]; }
    [[nodiscard]] std::string_view comm(TaskId id) const {
        return id == kNoTask ? std::string_view{} : text(task(id).comm);
    }
    /// The life of `tid` that `time` falls in, else its last one; kNoTask where there is none.
    /// O(tasks).
    [[nodiscard]] TaskId findTask(Tid tid, std::optional<Timestamp> time = std::nullopt) const;
    [[nodiscard]] std::span<const CpuId> cpus() const noexcept {
        return m_cpus;
    }  ///< Ascending; with any event.
    /// Block devices that a record names, ascending.
    [[nodiscard]] std::span<const DeviceId> devices() const noexcept { return m_devices; }
    /// Of those the ones that a driver was given requests with data for, ascending.
    [[nodiscard]] std::span<const DeviceId> requestDevices() const noexcept {
        return m_requestDevices;
    }
    [[nodiscard]] std::span<const std::uint64_t> nameCounts() const noexcept {
        return m_nameCounts;
    }  ///< By StringId.

    // Rows.
    [[nodiscard]] std::size_t chunks() const noexcept { return m_chunks.size(); }
    [[nodiscard]] const EventChunk& chunk(std::size_t index) const { return *m_chunks[index]; }
    [[nodiscard]] EventIndex firstRow(std::size_t chunk) const {
        return EventIndex{m_firstRows[chunk]};
    }
    [[nodiscard]] std::size_t
    chunkOf(EventIndex index) const;  ///< `index` must be below events(). O(log chunks).
    [[nodiscard]] Event event(EventIndex index) const;
    [[nodiscard]] Event event(std::size_t chunk, Row row) const;
    /// First event at or after `time`; events() where there is none.
    [[nodiscard]] EventIndex lowerBound(Timestamp time) const;

    // Lanes. An empty view where there is none.
    [[nodiscard]] LaneView
    cpuLane(CpuId cpu) const;  ///< Values: TaskId | kCpuGuessed, kCpuUnknown.
    [[nodiscard]] LaneView irqLane(CpuId cpu) const;      ///< Values: irq number.
    [[nodiscard]] LaneView softirqLane(CpuId cpu) const;  ///< Values: vector.
    [[nodiscard]] LaneView taskLane(TaskId task) const;   ///< Values: taskValue(state, cpu).
    [[nodiscard]] StringId
    irqName(std::uint32_t number) const;  ///< Handler's name; kNoString where unknown.

    /// What was read of files of /proc, one table a file, in order of (source, first seen).
    [[nodiscard]] std::span<const CounterTablePtr> counters() const noexcept { return m_counters; }

    [[nodiscard]] std::span<const LostGap> gaps() const noexcept {
        return m_gaps;
    }  ///< Ascending by begin.
    [[nodiscard]] std::span<const LongWait> longWaits() const noexcept {
        return m_longWaits;
    }  ///< At most five, longest first.
    [[nodiscard]] const Diagnostics& diagnostics() const noexcept { return m_diagnostics; }
    [[nodiscard]] const TableCounts& tables() const noexcept { return m_tables; }
    /// Tables that pure functions made of this snapshot, for as long as someone holds them.
    [[nodiscard]] const DerivedMemo& derived() const noexcept { return m_derived; }
    /// What the rows, lanes and dictionaries take, bytes.
    [[nodiscard]] std::size_t memoryBytes() const noexcept { return m_memory; }

private:
    friend class TraceBuilder;
    Trace();

public:
    ~Trace();
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;

private:
    std::uint64_t m_events = 0;
    TimeRange m_range{};
    bool m_complete = false;
    std::uint64_t m_generation = 0;
    std::vector<SourceInfo> m_sources;
    std::shared_ptr<const StringTable> m_strings;
    std::size_t m_stringCount = 0;
    std::shared_ptr<const std::vector<TaskInfo>> m_tasks;
    std::vector<CpuId> m_cpus;
    std::vector<DeviceId> m_devices;
    std::vector<DeviceId> m_requestDevices;
    std::vector<std::uint64_t> m_nameCounts;
    std::vector<std::shared_ptr<const EventChunk>> m_chunks;
    std::vector<std::uint64_t> m_firstRows;
    std::shared_ptr<const void> m_laneOwner;
    std::vector<LaneView> m_cpuLanes;  // by raw(CpuId)
    std::vector<LaneView> m_irqLanes;
    std::vector<LaneView> m_softirqLanes;
    std::vector<LaneView> m_taskLanes;                           // by raw(TaskId)
    std::vector<std::pair<std::uint32_t, StringId>> m_irqNames;  // ascending by number
    std::vector<CounterTablePtr> m_counters;
    std::vector<LostGap> m_gaps;
    std::vector<LongWait> m_longWaits;
    Diagnostics m_diagnostics;
    TableCounts m_tables;
    std::size_t m_memory = 0;
    DerivedMemo m_derived;
};
using TracePtr = std::shared_ptr<const Trace>;

}  // namespace kscope::model
