// SPDX-License-Identifier: GPL-3.0-or-later
/// From scratch to an immutable chunk.
#include "model/store/chunk_scratch.h"

#include "model/store/call_edge.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <numeric>

namespace kscope::model {

namespace {
/// Exact lengths are cut out of large blocks of huge pages: 56 k page faults less for a 1 GB trace.
/// A block lives as long as one of its chunks.
class BlockArena {
public:
    struct Piece {
        std::byte* bytes;
        std::shared_ptr<const void> owner;
    };
    Piece take(std::size_t size) {
        size = (size + 63) & ~std::size_t{63};
        if (size > kBlockBytes / 4) return fresh(size);
        if (!m_block || m_used + size > kBlockBytes) {
            const auto block = fresh(kBlockBytes);
            m_block = block.owner;
            m_bytes = block.bytes;
            m_used = 0;
        }
        Piece piece{m_bytes + m_used, m_block};
        m_used += size;
        return piece;
    }

private:
    /// Chunks of calls take up to 0.9 MB: what is left of a block at its end is a hundredth.
    /// Nothing of it is there before it is written.
    static constexpr std::size_t kBlockBytes = std::size_t{32} << 20;
    static Piece fresh(std::size_t size) {
        constexpr std::size_t kHuge = std::size_t{2} << 20;
        const std::size_t align = size >= kHuge ? kHuge : 64;
        auto* const bytes = static_cast<std::byte*>(::operator new (size, std::align_val_t{align}));
        if (align == kHuge) ::madvise(bytes, size, MADV_HUGEPAGE);
        return {bytes, std::shared_ptr<const void>(bytes, [align](const void* block) {
                    ::operator delete (const_cast<void*>(block), std::align_val_t{align});
                })};
    }
    std::shared_ptr<const void> m_block;
    std::byte* m_bytes = nullptr;
    std::size_t m_used = 0;
};

BlockArena::Piece takeMemory(std::size_t size) {
    // One arena for all writers: a chunk asks once, the lock is nothing beside filling it.
    static std::mutex mutex;
    static BlockArena arena;
    const std::lock_guard lock(mutex);
    return arena.take(size);
}

/// Cuts arrays out of a piece of memory.
class Cutter {
public:
    explicit Cutter(std::byte* bytes) : m_bytes(bytes) {}
    template <class T> std::span<const T> copy(const T* from, std::size_t count) {
        auto* const to = place<T>(count);
        if (count > 0) std::memcpy(to, from, count * sizeof(T));
        return {to, count};
    }
    template <class T> T* place(std::size_t count) {
        m_bytes +=
            (alignof(T) - reinterpret_cast<std::uintptr_t>(m_bytes) % alignof(T)) % alignof(T);
        auto* const at = reinterpret_cast<T*>(m_bytes);
        m_bytes += count * sizeof(T);
        return at;
    }

private:
    std::byte* m_bytes;
};

/// Puts rows in order of time, equal times as they came, and renumbers the typed rows.
void sortRows(ChunkScratch& scratch) {
    const auto rows = scratch.rows;
    std::vector<Row> order(rows);
    std::iota(order.begin(), order.end(), Row{0});
    std::ranges::stable_sort(order, {}, [&](Row row) { return scratch.time[row]; });
    std::vector<Row> placeOf(rows + 1);
    for (std::size_t i = 0; i < rows; ++i) placeOf[order[i]] = static_cast<Row>(i);
    placeOf[rows] = static_cast<Row>(rows);
    const auto permute = [&](auto* column) {
        std::vector<std::remove_reference_t<decltype(*column)>> sorted(rows);
        for (std::size_t i = 0; i < rows; ++i) sorted[i] = column[order[i]];
        std::ranges::copy(sorted, column);
    };
    permute(scratch.time.get());
    permute(scratch.position.get());
    permute(scratch.name.get());
    permute(scratch.cpu.get());
    permute(scratch.task.get());
    permute(scratch.flags.get());
    if (!scratch.originOf.empty()) permute(scratch.originOf.data());
    const auto renumber = [&](auto& typed) {
        for (auto& entry : typed) entry.row = placeOf[entry.row];
        std::ranges::stable_sort(typed, {}, [](const auto& entry) { return entry.row; });
    };
    renumber(scratch.switches);
    renumber(scratch.wakes);
    renumber(scratch.taskRows);
    renumber(scratch.raises);
    renumber(scratch.stacks);
    renumber(scratch.lost);
    renumber(scratch.blocks);
    renumber(scratch.blockExtras);
    renumber(scratch.durations);
    renumber(scratch.irqRows);
}

bool ascends(const ChunkScratch& scratch) {
    const auto* const time = scratch.time.get();
    unsigned bad = 0;
    for (std::size_t i = 1; i < scratch.rows; ++i) bad |= time[i] < time[i - 1];
    return bad == 0;
}

Displaced findDisplaced(const ChunkScratch& scratch) {
    Displaced found;
    std::uint32_t latest = 0;
    for (std::size_t i = 0; i < scratch.rows; ++i) {
        if (scratch.time[i] < latest) {
            if (found.rows++ < found.first.size())
                found.first[found.rows - 1] = scratch.position[i];
        }
        latest = std::max(latest, scratch.time[i]);
    }
    return found;
}

/// Pairs entries with exits per kind and CPU, innermost first.
class Pairer {
public:
    explicit Pairer(ChunkScratch& scratch) : m_scratch(scratch) {
        scratch.usedSlots = 0;
        for (const auto& irq : scratch.irqRows) take(irq);
        for (std::size_t s = 0; s < scratch.usedSlots; ++s)
            scratch.slotOf[key(scratch.irqSlots[s])] = kNoRow;
        const auto used = std::span(scratch.irqSlots).first(scratch.usedSlots);
        std::ranges::sort(used, {},
                          [](const auto& slot) { return std::pair(slot.soft, slot.cpu); });
    }
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const auto& slot : used())
            sum += (slot.pairs.size() + slot.orphans.size()) * sizeof(IrqPair) +
                   (slot.pairs.size() / kLeafSpans + 1) * sizeof(LodNode) + 32;
        return sum;
    }
    void store(EventChunk& chunk, Cutter& cut) const {
        chunk.irqSegments.reserve(m_scratch.usedSlots);
        for (const auto& slot : used()) {
            const auto& pairs = slot.pairs;
            auto* const leaves = cut.place<LodNode>((pairs.size() + kLeafSpans - 1) / kLeafSpans);
            std::size_t count = 0;
            for (std::size_t i = 0; i < pairs.size(); i += kLeafSpans)
                leaves[count++] = leaf(
                    chunk, std::span(pairs).subspan(i, std::min(kLeafSpans, pairs.size() - i)));
            chunk.irqSegments.push_back(
                {.cpu = CpuId{slot.cpu},
                 .soft = slot.soft != 0,
                 .pairs = cut.copy(pairs.data(), pairs.size()),
                 .leaves = {leaves, count},
                 .orphans = cut.copy(slot.orphans.data(), slot.orphans.size())});
        }
    }

private:
    using Slot = ChunkScratch::IrqSlot;
    static std::size_t key(const Slot& slot) { return 2u * slot.cpu + slot.soft; }
    [[nodiscard]] std::span<const Slot> used() const {
        return std::span(m_scratch.irqSlots).first(m_scratch.usedSlots);
    }
    Slot& slotFor(const IrqRow& irq) {
        const auto soft = static_cast<std::uint8_t>(isSoft(irq.mark));
        const std::size_t index = 2u * irq.cpu + soft;
        if (index >= m_scratch.slotOf.size()) m_scratch.slotOf.resize(index + 2, kNoRow);
        auto& place = m_scratch.slotOf[index];
        if (place == kNoRow) {
            place = static_cast<std::uint16_t>(m_scratch.usedSlots++);
            if (place == m_scratch.irqSlots.size()) m_scratch.irqSlots.emplace_back();
            auto& slot = m_scratch.irqSlots[place];
            slot.cpu = irq.cpu;
            slot.soft = soft;
            slot.pairs.clear();
            slot.orphans.clear();
            slot.open.clear();
        }
        return m_scratch.irqSlots[place];
    }
    void take(const IrqRow& irq) {
        auto& slot = slotFor(irq);
        if (!isExit(irq.mark)) {
            slot.open.push_back(static_cast<std::uint16_t>(slot.pairs.size()));
            slot.pairs.push_back({irq.row, kNoRow, irq.id});
            return;
        }
        for (auto at = slot.open.size(); at-- > 0;) {
            auto& pair = slot.pairs[slot.open[at]];
            if (pair.id != irq.id) continue;
            pair.exit = irq.row;
            slot.open.resize(at);  // What was entered inside it never exited.
            return;
        }
        slot.orphans.push_back({kNoRow, irq.row, irq.id});
    }
    static LodNode leaf(const EventChunk& chunk, std::span<const IrqPair> pairs) {
        LodSum sum;
        for (const auto& pair : pairs) {
            const auto begin = chunk.timeNs(pair.entry);
            const bool closed = pair.exit != kNoRow;
            sum.add(begin, closed ? chunk.timeNs(pair.exit) : begin, {}, closed);
        }
        return sum.node();
    }
    ChunkScratch& m_scratch;
};

/// Columns that all chunks share whose rows have one value throughout: rows without a CPU, of one
/// CPU, or of one task, as calls often are.
std::span<const std::uint16_t> sharedColumn(const std::uint16_t* column, std::size_t rows) {
    constexpr auto kUnknown = raw(kUnknownCpu);
    static const std::vector<std::uint16_t> unknown(kMaxChunkRows, kUnknown);
    static std::uint16_t zeros[kMaxChunkRows];  // never written
    const auto value = column[0];
    if (value != 0 && value != kUnknown) return {};
    unsigned other = 0;
    for (std::size_t row = 0; row < rows; ++row) other |= column[row] ^ value;
    if (other != 0) return {};
    return {value == 0 ? zeros : unknown.data(), rows};
}

/// Positions in equal steps, as records of calls of one task have them: columns that all chunks
/// share, counted from the first row's position. Empty: they are not so.
std::span<const std::uint32_t> sharedPositions(const ChunkScratch& scratch) {
    constexpr std::size_t kLeastRows = 1024;
    constexpr std::uint32_t kSteps[] = {16, 2};  // uftrace: bytes, or steps of eight
    if (scratch.rows < kLeastRows || !isCallEdge(scratch.flags[0]) || !scratch.originOf.empty() ||
        !scratch.stacks.empty())
        return {};
    static const auto columns = [&] {
        std::vector<std::uint32_t> made[std::size(kSteps)];
        for (std::size_t i = 0; i < std::size(kSteps); ++i)
            for (std::uint32_t row = 0; row < kMaxChunkRows; ++row)
                made[i].push_back(row * kSteps[i]);
        return std::to_array(std::move(made));
    }();
    const auto first = scratch.position[0];
    const auto step = scratch.position[1] - first;
    const auto found = std::ranges::find(kSteps, step);
    if (found == std::end(kSteps)) return {};
    std::uint32_t other = 0;
    for (std::uint32_t row = 0; row < scratch.rows; ++row)
        other |= scratch.position[row] ^ (first + row * step);
    if (other != 0) return {};
    return std::span(columns[static_cast<std::size_t>(found - kSteps)]).first(scratch.rows);
}

/// Positions in equal steps of each task, as records of calls of several tasks have them. Nothing
/// kept: they are not so.
struct TaskSteps {
    static constexpr std::size_t kMostTasks = 64;
    std::vector<std::uint32_t> first;  ///< By task.
    std::uint32_t step = 0;
    std::uint8_t blockBits = 6;

    TaskSteps() = default;
    explicit TaskSteps(const ChunkScratch& scratch) {
        constexpr std::size_t kLeastRows = 1024;
        if (scratch.rows < kLeastRows || !isCallEdge(scratch.flags[0]) ||
            !scratch.originOf.empty() || !scratch.stacks.empty())
            return;
        unsigned highest = 0;
        for (std::size_t row = 0; row < scratch.rows; ++row)
            highest = std::max<unsigned>(highest, scratch.task[row]);
        if (highest >= kMostTasks) return;
        std::array<std::uint32_t, kMostTasks> begin{}, next{};
        std::array<std::uint8_t, kMostTasks> seen{};
        std::size_t left = highest + 1;
        for (std::size_t row = 0; row < scratch.rows && left > 0; ++row) {
            const auto task = scratch.task[row];
            if (seen[task] == 2) continue;
            const auto position = scratch.position[row];
            if (seen[task]++ == 0) begin[task] = next[task] = position;
            else --left, step = step == 0 ? position - begin[task] : step;
        }
        if (step != 16 && step != 2) return;  // uftrace: bytes, or steps of eight
        std::uint32_t other = 0;
        for (std::size_t row = 0; row < scratch.rows; ++row) {
            auto& expected = next[scratch.task[row]];
            other |= scratch.position[row] ^ expected;
            expected += step;
        }
        if (other != 0) return;
        while ((std::size_t{8} << (blockBits - 6)) <= highest) ++blockBits;
        first.assign(begin.begin(), begin.begin() + highest + 1);
    }
    [[nodiscard]] std::size_t blocks(std::size_t rows) const { return (rows >> blockBits) + 1; }
    [[nodiscard]] std::size_t bytes(std::size_t rows) const {
        return first.size() * (sizeof(std::uint32_t) + blocks(rows) * sizeof(std::uint16_t)) + 16;
    }
    [[nodiscard]] PositionColumn::Steps store(Cutter& cut,
                                              std::span<const std::uint16_t> task) const {
        const auto tasks = first.size();
        auto* const before = cut.place<std::uint16_t>(blocks(task.size()) * tasks);
        std::array<std::uint16_t, kMostTasks> counts{};
        for (std::size_t row = 0; row <= task.size(); ++row) {
            if ((row & ((std::size_t{1} << blockBits) - 1)) == 0)
                std::copy_n(counts.begin(), tasks, before + (row >> blockBits) * tasks);
            if (row < task.size()) ++counts[task[row]];
        }
        return {.task = task.data(),
                .first = cut.copy(first.data(), tasks).data(),
                .before = before,
                .step = step,
                .tasks = static_cast<std::uint16_t>(tasks),
                .blockBits = blockBits};
    }
};

std::uint32_t countEntries(std::span<const std::uint16_t> flags) {
    constexpr std::uint16_t kMask = kEdgeMask | kEdgeExit | kEdgeLoss;
    std::uint32_t entries = 0;
    for (const auto value : flags) entries += (value & kMask) == kEdgeValue ? 1u : 0u;
    return entries;
}

template <class Rows> std::size_t bytesOf(const Rows& typed) {
    return typed.size() * sizeof(*typed.data()) + 16;
}
}  // namespace

ChunkScratch::ChunkScratch()
    : time(new std::uint32_t[kMaxChunkRows + 1]),
      position(new std::uint32_t[kMaxChunkRows + 1]),
      name(new std::uint16_t[kMaxChunkRows + 1]),
      cpu(new std::uint16_t[kMaxChunkRows + 1]),
      task(new std::uint16_t[kMaxChunkRows + 1]),
      flags(new std::uint16_t[kMaxChunkRows + 1]) {}

void ChunkScratch::clear() {
    rows = 0;
    originOf.clear();
    switches.clear();
    wakes.clear();
    taskRows.clear();
    raises.clear();
    stacks.clear();
    lost.clear();
    blocks.clear();
    blockExtras.clear();
    durations.clear();
    irqRows.clear();
}

std::shared_ptr<EventChunk> storeChunk(ChunkScratch& scratch, Displaced& displaced) {
    displaced = ascends(scratch) ? Displaced{} : findDisplaced(scratch);
    if (displaced.rows > 0) sortRows(scratch);
    const auto rows = scratch.rows;
    const Pairer pairer(scratch);
    const auto cpu = sharedColumn(scratch.cpu.get(), rows);
    const auto task = sharedColumn(scratch.task.get(), rows);
    const std::size_t shared = (cpu.empty() ? 0u : 1u) + (task.empty() ? 0u : 1u);
    const auto position = sharedPositions(scratch);
    // Of one task: only where the shared columns do not fit.
    const auto steps = position.empty() ? TaskSteps(scratch) : TaskSteps();
    const bool plain = position.empty() && steps.first.empty();
    const std::size_t size =
        rows * ((plain ? 2 : 1) * sizeof(std::uint32_t) + (4 - shared) * sizeof(std::uint16_t)) +
        scratch.originOf.size() + bytesOf(scratch.switches) + bytesOf(scratch.wakes) +
        bytesOf(scratch.taskRows) + bytesOf(scratch.raises) + bytesOf(scratch.stacks) +
        bytesOf(scratch.lost) + bytesOf(scratch.blocks) + bytesOf(scratch.blockExtras) +
        bytesOf(scratch.durations) + pairer.bytes() + steps.bytes(rows) + 128;
    auto [bytes, owner] = takeMemory(size);
    Cutter cut(bytes);
    auto chunk = std::make_shared<EventChunk>();
    chunk->memory = std::move(owner);
    chunk->tick = scratch.tick;
    const auto first = scratch.time[0];
    chunk->base = (scratch.timeBase + first) * scratch.tick;
    auto* const time = cut.place<std::uint32_t>(rows);
    for (std::size_t i = 0; i < rows; ++i) time[i] = scratch.time[i] - first;
    chunk->time = {time, rows};
    chunk->position = plain ? cut.copy(scratch.position.get(), rows) : position;
    if (!position.empty()) chunk->origins.push_back({.position = scratch.position[0]});
    chunk->name = cut.copy(scratch.name.get(), rows);
    chunk->cpu = cpu.empty() ? cut.copy(scratch.cpu.get(), rows) : cpu;
    chunk->task = task.empty() ? cut.copy(scratch.task.get(), rows) : task;
    chunk->flags = cut.copy(scratch.flags.get(), rows);
    chunk->originOf = cut.copy(scratch.originOf.data(), scratch.originOf.size());
    chunk->switches = cut.copy(scratch.switches.data(), scratch.switches.size());
    chunk->wakes = cut.copy(scratch.wakes.data(), scratch.wakes.size());
    chunk->taskRows = cut.copy(scratch.taskRows.data(), scratch.taskRows.size());
    chunk->raises = cut.copy(scratch.raises.data(), scratch.raises.size());
    chunk->stacks = cut.copy(scratch.stacks.data(), scratch.stacks.size());
    chunk->lost = cut.copy(scratch.lost.data(), scratch.lost.size());
    chunk->blocks = cut.copy(scratch.blocks.data(), scratch.blocks.size());
    chunk->blockExtras = cut.copy(scratch.blockExtras.data(), scratch.blockExtras.size());
    chunk->durations = cut.copy(scratch.durations.data(), scratch.durations.size());
    if (!steps.first.empty()) chunk->position = steps.store(cut, chunk->task);
    chunk->callEntries = countEntries(chunk->flags);
    pairer.store(*chunk, cut);
    return chunk;
}

std::vector<std::uint32_t> countNames(const EventChunk& chunk) {
    // Two tables: a run of one name would make every count wait for the one before.
    const auto names = chunk.names.size();
    std::vector<std::uint32_t> even(names), odd(names);
    const auto rows = chunk.rows();
    std::size_t row = 0;
    for (; row + 1 < rows; row += 2) {
        ++even[chunk.name[row]];
        ++odd[chunk.name[row + 1]];
    }
    if (row < rows) ++even[chunk.name[row]];
    for (std::size_t i = 0; i < names; ++i) even[i] += odd[i];
    return even;
}

std::uint32_t PositionColumn::counted(std::size_t row) const noexcept {
    const auto& steps = m_steps;
    const auto task = steps.task[row];
    const auto block = row >> steps.blockBits;
    std::uint32_t nth = steps.before[block * steps.tasks + task];
    for (auto at = block << steps.blockBits; at < row; ++at) nth += steps.task[at] == task;
    return steps.first[task] + nth * steps.step;
}

std::size_t EventChunk::lowerBound(std::int64_t ns) const noexcept {
    if (ns <= base) return 0;
    const auto ticks = (ns - base + tick - 1) / tick;
    if (ticks > UINT32_MAX) return rows();
    return static_cast<std::size_t>(
        std::ranges::lower_bound(time, static_cast<std::uint32_t>(ticks)) - time.begin());
}

}  // namespace kscope::model
