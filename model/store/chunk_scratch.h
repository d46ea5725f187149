// SPDX-License-Identifier: GPL-3.0-or-later
/// The columns a chunk is filled in, and how they become a chunk: sorted, paired, copied to their
/// exact length.
#pragma once

#include "model/core/diagnostics.h"
#include "model/store/event_chunk.h"

#include <array>
#include <cassert>
#include <memory>
#include <vector>

namespace kscope::model {

enum class IrqMark : std::uint8_t { HardEntry, HardExit, SoftEntry, SoftExit };
[[nodiscard]] constexpr bool isSoft(IrqMark mark) { return mark >= IrqMark::SoftEntry; }
[[nodiscard]] constexpr bool isExit(IrqMark mark) {
    return mark == IrqMark::HardExit || mark == IrqMark::SoftExit;
}
struct IrqRow {
    Row row;
    std::uint16_t id;
    std::uint16_t cpu;
    IrqMark mark;
};

/// Rows of a kind that a row of the chunk has one of at most: room for all, so adding asks nothing.
template <class T> class ScratchRows {
public:
    void push(const T& value) noexcept {
        assert(m_size <= kMaxChunkRows);
        m_rows[m_size++] = value;
    }
    void clear() noexcept { m_size = 0; }
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    [[nodiscard]] T* begin() const noexcept { return m_rows.get(); }
    [[nodiscard]] T* end() const noexcept { return m_rows.get() + m_size; }
    [[nodiscard]] const T* data() const noexcept { return m_rows.get(); }

private:
    std::size_t m_size = 0;
    std::unique_ptr<T[]> m_rows{new T[kMaxChunkRows + 1]};
};

/// Scratch of one chunk; stays in the CPU's cache from chunk to chunk.
struct ChunkScratch {
    ChunkScratch();
    void clear();

    std::size_t rows = 0;
    std::int64_t timeBase =
        0;  ///< Ticks at which the time column counts 0; biased so that earlier rows fit.
    std::int64_t tick = 1;  ///< ns a tick.
    std::unique_ptr<std::uint32_t[]> time, position;
    std::unique_ptr<std::uint16_t[]> name, cpu, task, flags;
    std::vector<std::uint8_t> originOf;  ///< Empty: all of origin 0.
    std::vector<SwitchRow> switches;
    std::vector<WakeRow> wakes;
    std::vector<TaskRow> taskRows;
    ScratchRows<RaiseRow> raises;
    std::vector<StackRow> stacks;
    std::vector<LostRow> lost;
    std::vector<BlockRow> blocks;
    std::vector<BlockExtra> blockExtras;
    std::vector<DurationRow> durations;
    ScratchRows<IrqRow> irqRows;

    /// Pairing's own scratch: what one kind on one CPU has.
    struct IrqSlot {
        std::uint16_t cpu = 0;
        std::uint8_t soft = 0;
        std::vector<IrqPair> pairs;
        std::vector<IrqPair> orphans;
        std::vector<std::uint16_t> open;  ///< Indices into pairs, innermost last.
    };
    std::vector<IrqSlot> irqSlots;  ///< The first `usedSlots` belong to the chunk at hand.
    std::size_t usedSlots = 0;
    std::vector<std::uint16_t> slotOf;  ///< By 2 · cpu + soft; kNoRow: none yet.
};

/// Rows that came earlier than a row before them, and where the first few stood.
struct Displaced {
    std::uint64_t rows = 0;
    std::array<std::uint32_t, Diagnostic::kKept> first{};  ///< Positions, of `rows` at most.
};
/// Makes the chunk's columns and typed rows of `scratch` (at least one row); origins and
/// dictionaries are the caller's.
[[nodiscard]] std::shared_ptr<EventChunk> storeChunk(ChunkScratch& scratch, Displaced& displaced);

/// Events by name (index into EventChunk::names).
[[nodiscard]] std::vector<std::uint32_t> countNames(const EventChunk& chunk);

}  // namespace kscope::model
