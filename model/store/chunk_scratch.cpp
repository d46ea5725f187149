// SPDX-License-Identifier: GPL-3.0-or-later
/// From scratch to an immutable chunk.
#include "model/store/chunk_scratch.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <numeric>

#include <sys/mman.h>

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
        const Piece piece{m_bytes + m_used, m_block};
        m_used += size;
        return piece;
    }

private:
    static constexpr std::size_t kBlockBytes = std::size_t{8} << 20;
    static Piece fresh(std::size_t size) {
        constexpr std::size_t kHuge = std::size_t{2} << 20;
        const std::size_t align = size >= kHuge ? kHuge : 64;
        auto* const bytes = static_cast<std::byte*>(::operator new(size, std::align_val_t{align}));
        if (align == kHuge) ::madvise(bytes, size, MADV_HUGEPAGE);
        return {bytes, std::shared_ptr<const void>(bytes, [align](const void* block) {
                    ::operator delete(const_cast<void*>(block), std::align_val_t{align});
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
        m_bytes += (alignof(T) - reinterpret_cast<std::uintptr_t>(m_bytes) % alignof(T)) % alignof(T);
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
    renumber(scratch.irqRows);
}

std::uint64_t countDisplaced(const ChunkScratch& scratch) {
    std::uint64_t displaced = 0;
    std::uint32_t latest = 0;
    for (std::size_t i = 0; i < scratch.rows; ++i) {
        displaced += scratch.time[i] < latest;
        latest = std::max(latest, scratch.time[i]);
    }
    return displaced;
}

/// Pairs entries with exits per kind and CPU, innermost first.
class Pairer {
public:
    explicit Pairer(const ChunkScratch& scratch) : m_scratch(scratch) {
        findSlots();
        m_entries.resize(m_keys.size());
        m_orphans.resize(m_keys.size());
        for (const auto& irq : scratch.irqRows) take(irq);
    }
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (std::size_t s = 0; s < m_keys.size(); ++s) {
            const auto pairs = m_entries[s].pairs.size();
            sum += (pairs + m_orphans[s].size()) * sizeof(IrqPair) + (pairs / kLeafSpans + 1) * sizeof(LodNode) + 32;
        }
        return sum;
    }
    void store(EventChunk& chunk, Cutter& cut) const {
        for (std::size_t s = 0; s < m_keys.size(); ++s) {
            const auto& pairs = m_entries[s].pairs;
            auto* const leaves = cut.place<LodNode>((pairs.size() + kLeafSpans - 1) / kLeafSpans);
            std::size_t count = 0;
            for (std::size_t i = 0; i < pairs.size(); i += kLeafSpans)
                leaves[count++] = leaf(chunk, std::span(pairs).subspan(i, std::min(kLeafSpans, pairs.size() - i)));
            chunk.irqSegments.push_back({.cpu = CpuId{m_keys[s].second},
                                         .soft = m_keys[s].first,
                                         .pairs = cut.copy(pairs.data(), pairs.size()),
                                         .leaves = {leaves, count},
                                         .orphans = cut.copy(m_orphans[s].data(), m_orphans[s].size())});
        }
    }

private:
    struct Entries {
        std::vector<IrqPair> pairs;
        std::vector<std::uint16_t> open;  // indices into pairs
    };
    void findSlots() {
        std::uint16_t highest = 0;
        for (const auto& irq : m_scratch.irqRows)
            if (irq.cpu < kMaxCpus) highest = std::max(highest, irq.cpu);
        m_stride = highest + 2u;  // the last one: cpu unknown
        m_slotOf.assign(2 * m_stride, kNoRow);
        std::vector<std::uint8_t> seen(2 * m_stride);
        for (const auto& irq : m_scratch.irqRows) seen[index(irq)] = 1;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            if (!seen[i]) continue;
            const auto cpu = i % m_stride;
            m_slotOf[i] = static_cast<std::uint16_t>(m_keys.size());
            m_keys.emplace_back(i >= m_stride, cpu + 1 == m_stride ? raw(kUnknownCpu) : static_cast<std::uint16_t>(cpu));
        }
    }
    [[nodiscard]] std::size_t index(const IrqRow& irq) const {
        return (isSoft(irq.mark) ? m_stride : 0) + (irq.cpu < kMaxCpus ? irq.cpu : m_stride - 1);
    }
    void take(const IrqRow& irq) {
        const auto slot = m_slotOf[index(irq)];
        auto& [pairs, open] = m_entries[slot];
        if (!isExit(irq.mark)) {
            open.push_back(static_cast<std::uint16_t>(pairs.size()));
            pairs.push_back({irq.row, kNoRow, irq.id});
            return;
        }
        for (auto at = open.size(); at-- > 0;) {
            auto& pair = pairs[open[at]];
            if (pair.id != irq.id) continue;
            pair.exit = irq.row;
            open.resize(at);  // What was entered inside it never exited.
            return;
        }
        m_orphans[slot].push_back({kNoRow, irq.row, irq.id});
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
    const ChunkScratch& m_scratch;
    std::size_t m_stride = 0;
    std::vector<std::uint16_t> m_slotOf;
    std::vector<std::pair<bool, std::uint16_t>> m_keys;
    std::vector<Entries> m_entries;
    std::vector<std::vector<IrqPair>> m_orphans;
};

template <class T> std::size_t bytesOf(const std::vector<T>& typed) { return typed.size() * sizeof(T) + 16; }
}  // namespace

ChunkScratch::ChunkScratch()
    : time(new std::uint32_t[kMaxChunkRows + 1])
    , position(new std::uint32_t[kMaxChunkRows + 1])
    , name(new std::uint16_t[kMaxChunkRows + 1])
    , cpu(new std::uint16_t[kMaxChunkRows + 1])
    , task(new std::uint16_t[kMaxChunkRows + 1])
    , flags(new std::uint16_t[kMaxChunkRows + 1]) {}

void ChunkScratch::clear() {
    rows = 0;
    originOf.clear();
    switches.clear();
    wakes.clear();
    taskRows.clear();
    raises.clear();
    stacks.clear();
    lost.clear();
    irqRows.clear();
}

std::shared_ptr<EventChunk> storeChunk(ChunkScratch& scratch, std::uint64_t& displaced) {
    displaced = countDisplaced(scratch);
    if (displaced > 0) sortRows(scratch);
    const auto rows = scratch.rows;
    const Pairer pairer(scratch);
    const std::size_t size = rows * (2 * sizeof(std::uint32_t) + 4 * sizeof(std::uint16_t)) + scratch.originOf.size() +
                             bytesOf(scratch.switches) + bytesOf(scratch.wakes) + bytesOf(scratch.taskRows) +
                             bytesOf(scratch.raises) + bytesOf(scratch.stacks) + bytesOf(scratch.lost) + pairer.bytes() + 128;
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
    chunk->position = cut.copy(scratch.position.get(), rows);
    chunk->name = cut.copy(scratch.name.get(), rows);
    chunk->cpu = cut.copy(scratch.cpu.get(), rows);
    chunk->task = cut.copy(scratch.task.get(), rows);
    chunk->flags = cut.copy(scratch.flags.get(), rows);
    chunk->originOf = cut.copy(scratch.originOf.data(), scratch.originOf.size());
    chunk->switches = cut.copy(scratch.switches.data(), scratch.switches.size());
    chunk->wakes = cut.copy(scratch.wakes.data(), scratch.wakes.size());
    chunk->taskRows = cut.copy(scratch.taskRows.data(), scratch.taskRows.size());
    chunk->raises = cut.copy(scratch.raises.data(), scratch.raises.size());
    chunk->stacks = cut.copy(scratch.stacks.data(), scratch.stacks.size());
    chunk->lost = cut.copy(scratch.lost.data(), scratch.lost.size());
    pairer.store(*chunk, cut);
    return chunk;
}

std::size_t EventChunk::lowerBound(std::int64_t ns) const noexcept {
    if (ns <= base) return 0;
    const auto ticks = (ns - base + tick - 1) / tick;
    if (ticks > UINT32_MAX) return rows();
    return static_cast<std::size_t>(std::ranges::lower_bound(time, static_cast<std::uint32_t>(ticks)) - time.begin());
}

}  // namespace kscope::model
