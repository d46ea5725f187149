// SPDX-License-Identifier: GPL-3.0-or-later
/// Takes an importer's rows one after the other and makes chunks of them. The hot path of opening:
/// one writer a thread, its scratch is kept from chunk to chunk so that it stays in the CPU's
/// cache.
#pragma once

#include "model/core/diagnostics.h"
#include "model/store/chunk_scratch.h"
#include "model/store/counter_join.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

/// What one parse task hands to the builder: chunks in order, and what was odd. Dictionaries hold
/// local text until the builder joins them.
struct ParsedPart {
    struct Names {  ///< The dictionaries' texts, aside of a chunk until it is joined.
        std::vector<std::string> texts;  ///< Every StringId in the chunk indexes this until joined.
        struct Task {
            Tid tid;
            Tid tgid;
            std::uint32_t comm;  ///< Into texts.
            CpuId idleCpu;       ///< For tid 0.
            bool bornHere;       ///< A fork in this chunk began this life of the tid.
            bool used;           ///< It did something else in this chunk too.
        };
        std::vector<Task> tasks;
    };
    struct Piece {
        std::shared_ptr<EventChunk> chunk;
        Names names;
        /// Per CPU of the chunk: its first and last event, to place lost gaps.
        struct CpuEnds {
            CpuId cpu;
            std::int64_t firstNs;
            std::int64_t lastNs;
        };
        std::vector<CpuEnds> cpuEnds;
    };
    struct Lost {  ///< LOST lines behind the part's last row have no chunk.
        CpuId cpu;
        std::uint64_t count;
    };
    std::vector<Piece> pieces;
    std::vector<Lost> lostAtEnd;
    std::vector<CounterPart> counters;  ///< Rounds of files of /proc; each has a row in `pieces`.
    /// What the part added to its last times because the source's clock stepped back inside of it;
    /// the builder adds it to the parts behind.
    std::int64_t shiftNs = 0;
    std::int64_t firstRoundNs = 0;  ///< Of the rounds in order of the source; with counters only.
    std::int64_t lastRoundNs = 0;
    Diagnostics diagnostics;  ///< Lines count from 1 at the part's begin; the builder adds the
                              ///< lines before.
    std::uint64_t lines = 0;  ///< Line ends in the part.
    std::uint64_t bytes = 0;
};

class ChunkWriter {
public:
    ChunkWriter();
    ~ChunkWriter();
    ChunkWriter(const ChunkWriter&) = delete;
    ChunkWriter& operator=(const ChunkWriter&) = delete;

    /// Begins a part whose positions count from `position` in `source`. `tickNs`: ns a unit of the
    /// times given to `add`.
    void beginPart(SourceId source, std::uint64_t position, std::int64_t tickNs);

    // Dictionaries of the current chunk. Indices are valid until a call of add() returns
    // Fit::NewChunk.
    /// Index of an event name.
    [[nodiscard]] std::uint16_t name(std::string_view text);
    /// Index of a (tid, comm). For tid 0 the idle task of `cpu` is meant. `tgid` −1: not known.
    /// Returns kNoRow for a task that does not fit (the row then has none).
    [[nodiscard]] std::uint16_t task(Tid tid, std::string_view comm, CpuId cpu, Tid tgid = Tid{-1});
    /// Index of a hard interrupt; `name` empty where the line does not tell it (exit).
    [[nodiscard]] std::uint16_t irq(std::uint32_t number, std::string_view name);

    /// Call before a line's dictionary look-ups and add(): makes sure that a row at (ticks,
    /// position) fits and that each dictionary has room for eight more; otherwise closes the chunk
    /// and begins another. True: a new chunk began, so cached indices are void. |ticks · tickNs|
    /// must be below 2^62 (the importer counts BadTime otherwise).
    [[nodiscard]] bool prepare(std::int64_t ticks, std::uint64_t position) {
        const auto sinceTime =
            static_cast<std::uint64_t>(ticks) - static_cast<std::uint64_t>(m_scratch.timeBase);
        if (m_roomy && m_scratch.rows < kMaxChunkRows && sinceTime <= UINT32_MAX &&
            position - m_positionBase <= UINT32_MAX) {
            return false;
        }
        return prepareNew(ticks, position);
    }
    /// Adds an event row. `position` is absolute in the source.
    void add(std::int64_t ticks, std::uint64_t position, std::uint16_t name, CpuId cpu,
             std::uint16_t task, EventFlags flags) {
        const auto row = m_scratch.rows++;
        m_scratch.time[row] = static_cast<std::uint32_t>(ticks - m_scratch.timeBase);
        m_scratch.position[row] = static_cast<std::uint32_t>(position - m_positionBase);
        m_scratch.name[row] = name;
        m_scratch.cpu[row] = raw(cpu);
        m_scratch.task[row] = task;
        m_scratch.flags[row] = static_cast<std::uint16_t>(flags);
    }
    [[nodiscard]] std::size_t rows() const noexcept {
        return m_scratch.rows;
    }  ///< Of the current chunk.

    // Typed rows of the row added last.
    void addSwitch(std::uint16_t prev, std::uint16_t next, TaskState state, std::uint8_t nextPrio);
    void addWake(std::uint16_t wakee, CpuId target, WakeKind kind, std::uint8_t prio);
    void addFork(TaskRowKind kind, std::uint16_t parent, Tid child, std::string_view childComm,
                 bool thread);
    void addTaskRow(TaskRowKind kind, std::uint16_t task, std::string_view text,
                    std::string_view oldText = {});
    void addIrqEdge(std::uint16_t irq, bool exit) {
        pushIrq(irq, exit ? IrqMark::HardExit : IrqMark::HardEntry);
    }
    void addSoftirqEdge(std::uint16_t vector, bool exit) {
        pushIrq(vector, exit ? IrqMark::SoftExit : IrqMark::SoftEntry);
    }
    void addRaise(std::uint16_t vector) {
        m_scratch.raises.push({static_cast<Row>(m_scratch.rows - 1), vector});
    }
    void addBlock(const BlockRecord& record);
    /// A stack header line at `position` that belongs to the last row of `cpu` and `task` (usually
    /// the row before). False: the part has no such row, the stack is nobody's.
    [[nodiscard]] bool addStack(std::uint64_t position, CpuId cpu, std::uint16_t task, bool user);
    /// The call that the row added last ends lasted so long (0 … 2^48 − 2 ns, or kUnknownDuration).
    void addDuration(std::int64_t ns) {
        m_scratch.durations.push_back({static_cast<Row>(m_scratch.rows - 1),
                                       static_cast<std::uint16_t>(ns >> 32),
                                       static_cast<std::uint32_t>(ns)});
    }
    /// LOST EVENTS of `cpu` before the next row.
    void addLost(CpuId cpu, std::uint64_t count);

    [[nodiscard]] Diagnostics& diagnostics() noexcept { return m_part.diagnostics; }
    /// Puts rows in order, pairs irqs, builds leaves; the writer is ready for the next part.
    [[nodiscard]] ParsedPart finishPart(std::uint64_t lines, std::uint64_t bytes);

private:
    [[nodiscard]] std::uint16_t device(DeviceId id) {
        if (id == kNoDevice) return kNoRow;
        if (m_lastDevice < m_devices.size() && m_devices[m_lastDevice] == id)
            return static_cast<std::uint16_t>(m_lastDevice);
        return findDevice(id);
    }
    [[nodiscard]] std::uint16_t findDevice(DeviceId id);
    void pushIrq(std::uint16_t id, IrqMark mark) {
        const auto row = static_cast<Row>(m_scratch.rows - 1);
        m_scratch.irqRows.push({row, id, m_scratch.cpu[row], mark});
    }
    [[nodiscard]] bool prepareNew(std::int64_t ticks, std::uint64_t position);
    void beginChunk(std::int64_t ticks, std::uint64_t position);
    void closeChunk();
    [[nodiscard]] std::uint16_t addTask(Tid tid, std::string_view comm, CpuId idleCpu, Tid tgid,
                                        std::uint32_t life);

    struct Dictionaries;
    /// What was asked for last under a tid: a switch names two tasks, and hashing their comms would
    /// cost more than the rest of its line.
    struct AskedTask {
        std::uint32_t chunk = 0;  ///< m_chunkNumber at that time.
        Tid tid{};
        Tid tgid{-1};
        CpuId cpu{};
        std::uint16_t index = 0;
        std::uint8_t length = 0;
        char comm[19] = {};
    };
    static constexpr std::size_t kAsked = 1024;
    [[nodiscard]] AskedTask& asked(Tid tid, CpuId cpu) {
        return m_asked[(static_cast<std::uint32_t>(tid) + (tid == Tid{0} ? raw(cpu) : 0u)) %
                       kAsked];
    }
    std::unique_ptr<AskedTask[]> m_asked;
    std::uint32_t m_chunkNumber = 1;  // 0: of no chunk
    std::vector<DeviceId> m_devices;  // of the current chunk
    std::size_t m_lastDevice = 0;     // index of the one asked for last
    ChunkScratch m_scratch;
    std::uint64_t m_partPosition = 0;
    std::uint64_t m_positionBase = 0;
    std::unique_ptr<Dictionaries> m_dictionaries;
    SourceId m_source{};
    bool m_open = false;   // a chunk has begun
    bool m_roomy = false;  // a chunk has begun and its dictionaries have room for eight more
    ParsedPart m_part;
};

}  // namespace kscope::model
