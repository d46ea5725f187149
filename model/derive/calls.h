// SPDX-License-Identifier: GPL-3.0-or-later
/// The calls of a trace: entries paired with exits, one forest a task.
#pragma once

#include "model/core/huge_pages.h"
#include "model/core/thread_pool.h"
#include "model/store/call_edge.h"
#include "model/store/trace.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace kscope::model {

/// A row of the trace in 32 bits: its chunk and its place there.
struct RowRef {
    std::uint32_t value = UINT32_MAX;
    static constexpr std::size_t kMaxChunks = 65535;
    [[nodiscard]] static constexpr RowRef of(std::size_t chunk, std::size_t row) {
        return {static_cast<std::uint32_t>(chunk << 16 | row)};
    }
    [[nodiscard]] constexpr bool known() const noexcept { return value != UINT32_MAX; }
    [[nodiscard]] constexpr std::size_t chunk() const noexcept { return value >> 16; }
    [[nodiscard]] constexpr Row row() const noexcept { return static_cast<Row>(value); }
    friend constexpr bool operator==(RowRef, RowRef) = default;
};

inline constexpr std::uint32_t kNoCall = UINT32_MAX;

/// One call, 16 bytes; its times and its function are those of its rows.
struct Call {
    enum Mark : std::uint32_t {
        Open = 1,            ///< Not ended when the task's rows end.
        NoEntry = 2,         ///< An exit whose entry is not in the trace.
        NoExit = 4,          ///< Left by a longjmp, an exception, or its exit is missing: no call.
        Lost = 8,            ///< Records were lost while it ran: where it ended is not known.
        Resumed = 16,        ///< Its exit came after lines of an interrupt at the same depth.
        UnknownLength = 32,  ///< Its rows do not tell how long it lasted.
        UnsureSelf = 64,     ///< An interrupt lies in it that is no callee (rule 15 of the facts).
        ExactLength = 128,   ///< The exit's DurationRow tells its length.
        NotCounted = NoExit | Lost,   ///< An entry whose exit is not there, or stands for itself.
        Inherited = NoEntry | NoExit  ///< Both: open in the process that forked this one.
    };
    RowRef entry;  ///< Unknown with NoEntry.
    RowRef exit;   ///< With Open, NoExit and Lost: the row up to which it is drawn.
    std::uint32_t parent = kNoCall;  ///< Index in the task's calls, always lower.
    std::uint32_t bits = 0;          ///< Marks, and the depth from bit 8 on.
    [[nodiscard]] constexpr bool has(std::uint32_t marks) const noexcept {
        return (bits & marks) != 0;
    }
    /// Its row of entry is one of the other process.
    [[nodiscard]] constexpr bool inherited() const noexcept {
        return (bits & Inherited) == Inherited;
    }
    [[nodiscard]] constexpr std::uint32_t depth() const noexcept { return bits >> 8; }
    /// Its row of entry tells its length as well.
    [[nodiscard]] constexpr bool oneRow() const noexcept {
        return has(ExactLength) && entry == exit;
    }
};
static_assert(sizeof(Call) == 16);
using CallArray = std::vector<Call, HugePages<Call>>;

/// A function as it is told from others: user and kernel functions of one name are two.
struct FunctionKey {
    std::uint32_t value = 0;
    [[nodiscard]] static constexpr FunctionKey of(StringId name, CallSpace space) {
        return {raw(name) << 1 | static_cast<std::uint32_t>(space)};
    }
    /// Stands for a task, or for a CPU where rows have none, above its calls in a tree by task. Its
    /// name() is none.
    [[nodiscard]] static constexpr FunctionKey ofTask(TaskId task, CpuId cpu) {
        return {kTaskBit | (task == kNoTask ? kCpuBit | raw(cpu) : raw(task))};
    }
    [[nodiscard]] constexpr bool isTask() const noexcept { return (value & kTaskBit) != 0; }
    [[nodiscard]] constexpr TaskId task() const noexcept {
        return (value & kCpuBit) != 0 ? kNoTask : TaskId{value & ~kTaskBit};
    }
    [[nodiscard]] constexpr CpuId cpu() const noexcept {
        return CpuId{static_cast<std::uint16_t>(value)};
    }
    [[nodiscard]] constexpr StringId name() const noexcept {
        return isTask() ? StringId{} : StringId{value >> 1};
    }
    [[nodiscard]] constexpr CallSpace space() const noexcept {
        return static_cast<CallSpace>(value & 1);
    }
    friend constexpr auto operator<=>(FunctionKey, FunctionKey) = default;

private:
    static constexpr std::uint32_t kTaskBit = 1u << 31;
    static constexpr std::uint32_t kCpuBit = 1u << 30;
};

struct CallTask {
    TaskId task = kNoTask;    ///< kNoTask: rows without a task, one such forest a CPU.
    CpuId cpu = kUnknownCpu;  ///< Of rows without a task.
    SourceId source{};        ///< Sources count depths each for themselves: no call spans two.
    CallArray calls;          ///< In order of begin; a parent stands before its callees.
    std::uint32_t maxDepth = 0;
};

class CallPaths;

class CallForest {
public:
    [[nodiscard]] const Trace& trace() const noexcept { return *m_trace; }
    [[nodiscard]] const TracePtr& tracePtr() const noexcept { return m_trace; }
    /// Tasks with calls, ascending by TaskId, of one by source; those of rows without a task stand
    /// last, by CPU.
    [[nodiscard]] std::span<const CallTask> tasks() const noexcept { return m_tasks; }
    [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }
    [[nodiscard]] std::uint64_t entries() const noexcept { return m_entries; }
    [[nodiscard]] std::uint64_t exits() const noexcept { return m_exits; }
    /// Chunks beyond RowRef::kMaxChunks were left out.
    [[nodiscard]] bool cut() const noexcept { return m_cut; }

    [[nodiscard]] std::int64_t begin(const Call& call) const;  ///< ns on the axis
    [[nodiscard]] std::int64_t end(const Call& call) const;
    /// Nothing where the trace does not tell it. May differ from end − begin: function_graph prints
    /// lengths finer than times.
    [[nodiscard]] std::optional<std::int64_t> length(const Call& call) const;
    [[nodiscard]] FunctionKey function(const Call& call) const;
    /// The row that names it: the entry, else the exit.
    [[nodiscard]] static RowRef namingRow(const Call& call) {
        return call.entry.known() ? call.entry : call.exit;
    }
    [[nodiscard]] EventIndex eventOf(RowRef row) const {
        return EventIndex{raw(m_trace->firstRow(row.chunk())) + row.row()};
    }

    /// What callTree() kept of all calls, for selections to come; null: nothing yet. From any
    /// thread.
    [[nodiscard]] std::shared_ptr<const CallPaths> paths() const;
    void keepPaths(std::shared_ptr<const CallPaths> paths) const;

private:
    friend class CallForestBuilder;
    friend class CallForestFilter;
    TracePtr m_trace;
    std::vector<CallTask> m_tasks;
    std::uint64_t m_size = 0;
    std::uint64_t m_entries = 0;
    std::uint64_t m_exits = 0;
    bool m_cut = false;
    mutable std::mutex m_pathsMutex;  // guards what follows
    mutable std::shared_ptr<const CallPaths> m_paths;
};
using CallForestPtr = std::shared_ptr<const CallForest>;

/// Pairs by task, depth and name. What does not fit is never paired: an exit without its entry and
/// an entry without its exit are calls with marks (formats.md 2.4 and 5.4; the facts' choices 12 to
/// 15).
[[nodiscard]] CallForestPtr deriveCalls(TracePtr trace, ThreadPool& pool);

}  // namespace kscope::model
