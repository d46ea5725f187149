// SPDX-License-Identifier: GPL-3.0-or-later
/// A stretch of the event table: at most 65 535 rows in columns, with the typed rows that belong to
/// them. Immutable once joined to a trace, and shared by every snapshot that holds it.
#pragma once

#include "model/core/types.h"
#include "model/store/block_row.h"
#include "model/store/lod.h"
#include "model/store/task_state.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kscope::model {

using Row = std::uint16_t;  ///< Row inside its chunk.
inline constexpr Row kNoRow = 0xffff;
inline constexpr std::size_t kMaxChunkRows = 65535;

/// Where rows of a chunk came from; a chunk merged of several streams has several.
struct Origin {
    SourceId source{};
    std::uint64_t position = 0;  ///< Added to the rows' position column.
    std::uint64_t line = 0;      ///< 1-based number of the line at `position`; 0: not known.
};
/// Entry of the chunk's dictionary of (tid, comm) pairs.
struct ChunkTask {
    TaskId task = kNoTask;
    StringId comm{};
};
/// Entry of the chunk's dictionary of hard interrupts.
struct ChunkIrq {
    std::uint32_t number = 0;
    StringId name{};
};

struct SwitchRow {  ///< sched_switch; cpu and time are the row's.
    Row row;
    std::uint16_t prev;  ///< Dictionary index of the task that leaves.
    std::uint16_t next;
    TaskState state;        ///< Of prev from now on.
    std::uint8_t nextPrio;  ///< Kernel priority 0…139; 255 for deadline (−1).
};
enum class WakeKind : std::uint8_t { Waking, Wakeup, WakeupNew };
struct WakeRow {  ///< sched_waking, sched_wakeup, sched_wakeup_new (success=0 leaves no row).
    Row row;
    std::uint16_t wakee;
    CpuId target;
    WakeKind kind;
    std::uint8_t prio;
};
enum class TaskRowKind : std::uint8_t { Fork, NewTask, Exec, Exit, Free, Rename };
struct TaskRow {
    Row row;
    TaskRowKind kind;
    std::uint8_t thread = 0;  ///< NewTask: CLONE_THREAD was set.
    std::uint16_t task;       ///< Fork, NewTask: the parent (the line's task for NewTask).
    std::uint16_t other;      ///< Fork, NewTask: the child; else = task.
    StringId text;            ///< Exec: file name; Rename: new comm.
    StringId oldText;         ///< Rename: old comm.
};
/// One handler run: entry and exit rows in this chunk, kNoRow where the other end is in another
/// chunk or was not recorded. `id`: dictionary index (hard irq) or vector (softirq).
struct IrqPair {
    Row entry;
    Row exit;
    std::uint16_t id;
};
struct RaiseRow {
    Row row;
    std::uint16_t vector;
};
struct StackRow {
    Row row;                 ///< The event it belongs to.
    std::uint16_t user;      ///< 1: user stack.
    std::uint32_t position;  ///< First byte of the stack header line, relative to the row's origin.
};
/// How long the call lasted that a row (its exit) ends, where the source tells that finer or other
/// than the times of its rows do, or kUnknownDuration where it tells nothing. Of an entry: the row
/// is a whole call, which called nothing (trace-cmd report).
inline constexpr std::int64_t kUnknownDuration = (std::int64_t{1} << 48) - 1;
struct DurationRow {
    Row row;
    std::uint16_t high;  ///< Bits 32–47 of the nanoseconds.
    std::uint32_t low;
    [[nodiscard]] constexpr std::int64_t ns() const {
        return static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
    }
};
/// Lost events of one CPU, before `row` (which may be one past the last).
struct LostRow {
    Row row;
    CpuId cpu;
    std::uint64_t count;  ///< 0: the number is not known.
};

/// The pairs of one CPU and kind inside this chunk, in order of entry.
struct IrqSegment {
    CpuId cpu;
    bool soft;
    std::span<const IrqPair> pairs;    ///< Entry known; exit may be kNoRow.
    std::span<const LodNode> leaves;   ///< One a kLeafSpans pairs; open ones count as nothing.
    std::span<const IrqPair> orphans;  ///< Exits without entry in this chunk, in order: they close
                                       ///< pairs of chunks before.
};

/// Positions by row: an array, or, where each task's rows stand in equal steps (records of calls,
/// one file a task), what they are counted from.
class PositionColumn {
public:
    /// Of the rows of task t the nth (from 0) has the position first[t] + n · step.
    struct Steps {
        const std::uint16_t* task = nullptr;    ///< By row.
        const std::uint32_t* first = nullptr;   ///< By task.
        const std::uint16_t* before = nullptr;  ///< Rows before each block of rows, by task.
        std::uint32_t step = 0;
        std::uint16_t tasks = 0;
        std::uint8_t blockBits = 0;  ///< Rows of a block: 2^blockBits.
    };
    PositionColumn() = default;
    // NOLINTNEXTLINE(google-explicit-constructor)
    PositionColumn(std::span<const std::uint32_t> plain) : m_plain(plain.data()) {}
    PositionColumn(const Steps& steps) : m_steps(steps) {}  // NOLINT(google-explicit-constructor)
    [[nodiscard]] std::uint32_t operator[](std::size_t row) const noexcept {
        return m_plain != nullptr ? m_plain[row] : counted(row);
    }

private:
    [[nodiscard]] std::uint32_t counted(std::size_t row) const noexcept;
    const std::uint32_t* m_plain = nullptr;
    Steps m_steps;
};

class EventChunk {
public:
    [[nodiscard]] std::size_t rows() const noexcept { return time.size(); }
    [[nodiscard]] std::int64_t timeNs(std::size_t row) const noexcept {
        return base + static_cast<std::int64_t>(time[row]) * tick;
    }
    [[nodiscard]] const Origin& origin(std::size_t row) const noexcept {
        return origins[originOf.empty() ? 0 : originOf[row]];
    }
    /// First row at or after `ns`.
    [[nodiscard]] std::size_t lowerBound(std::int64_t ns) const noexcept;
    [[nodiscard]] std::int64_t firstNs() const noexcept { return timeNs(0); }
    [[nodiscard]] std::int64_t lastNs() const noexcept { return timeNs(rows() - 1); }

    // Columns, all of rows() elements; times ascend (equal times keep the order of the source).
    std::int64_t base = 0;  ///< ns on the axis.
    std::int64_t tick = 1;  ///< ns a unit of the time column.
    std::span<const std::uint32_t> time;
    PositionColumn position;
    std::span<const std::uint16_t> name;
    std::span<const std::uint16_t> cpu;  ///< raw(kUnknownCpu) where none.
    std::span<const std::uint16_t> task;
    std::span<const std::uint16_t> flags;    ///< EventFlags
    std::span<const std::uint8_t> originOf;  ///< Empty: all rows are of origins[0].
    std::vector<Origin> origins;

    // Dictionaries: column value → the trace's id.
    std::vector<StringId> names;
    std::vector<std::uint32_t> nameCounts;
    std::vector<ChunkTask> tasks;
    std::vector<ChunkIrq> irqs;
    std::vector<DeviceId> devices;

    // Typed rows, each ascending by row.
    std::span<const SwitchRow> switches;
    std::span<const WakeRow> wakes;
    std::span<const TaskRow> taskRows;
    std::span<const RaiseRow> raises;
    std::span<const StackRow> stacks;
    std::span<const LostRow> lost;
    std::span<const BlockRow> blocks;
    std::span<const BlockExtra> blockExtras;  ///< Of the blocks with kBlockExtra, one each.
    std::span<const DurationRow> durations;
    std::vector<IrqSegment> irqSegments;  ///< Ascending by (soft, cpu).
    std::uint32_t callEntries = 0;        ///< Rows that are the entry of a function (call_edge.h).

    std::shared_ptr<const void> memory;  ///< Keeps the arrays alive.
};

/// ns that the row's DurationRow tells; −1: it has none.
[[nodiscard]] inline std::int64_t durationOf(const EventChunk& chunk, Row row) {
    const auto at = std::ranges::lower_bound(chunk.durations, row, {}, &DurationRow::row);
    return at != chunk.durations.end() && at->row == row ? at->ns() : -1;
}

}  // namespace kscope::model
