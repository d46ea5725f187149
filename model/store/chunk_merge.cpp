// SPDX-License-Identifier: GPL-3.0-or-later
/// A k-way merge by runs: what stays in front is copied until another stream comes first.
#include "model/store/chunk_merge.h"

#include <queue>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace kscope::model {

namespace {
/// Chunks that ascend: one stream of the merge.
struct Stream {
    std::vector<const JoinedChunk*> chunks;
    std::size_t chunk = 0;
    std::size_t row = 0;
    // How far the typed rows of the chunk at hand are taken.
    std::size_t switches = 0, wakes = 0, taskRows = 0, raises = 0, stacks = 0, lost = 0, irqs = 0;
    std::size_t blocks = 0, blockExtras = 0;
    std::size_t durations = 0;
    std::vector<IrqRow> irqRows;  // of the chunk at hand, ascending
    // Local dictionary numbers → those of the chunk that is being written; kNoRow: not yet.
    std::vector<std::uint16_t> names, tasks, irqIds, devices;
    std::uint32_t written = 0;  // number of the output chunk that the maps above are for
    std::uint8_t origin = 0;

    [[nodiscard]] const EventChunk& at() const { return *chunks[chunk]->chunk; }
    [[nodiscard]] bool done() const { return chunk == chunks.size(); }
    [[nodiscard]] std::int64_t now() const { return at().timeNs(row); }
};

std::vector<IrqRow> irqRowsOf(const EventChunk& chunk) {
    std::vector<IrqRow> rows;
    for (const auto& segment : chunk.irqSegments) {
        const auto cpu = raw(segment.cpu);
        const auto entry = segment.soft ? IrqMark::SoftEntry : IrqMark::HardEntry;
        const auto exit = segment.soft ? IrqMark::SoftExit : IrqMark::HardExit;
        for (const auto& pair : segment.pairs) {
            rows.push_back({pair.entry, pair.id, cpu, entry});
            if (pair.exit != kNoRow) rows.push_back({pair.exit, pair.id, cpu, exit});
        }
        for (const auto& orphan : segment.orphans)
            rows.push_back({orphan.exit, orphan.id, cpu, exit});
    }
    std::ranges::sort(rows, {}, &IrqRow::row);
    return rows;
}

class Merger {
public:
    explicit Merger(std::vector<Stream> streams) : m_streams(std::move(streams)) {
        m_tick = 1000;
        for (const auto& stream : m_streams)
            for (const auto* joined : stream.chunks)
                if (joined->chunk->tick % 1000 != 0 || joined->chunk->base % 1000 != 0) m_tick = 1;
    }

    std::vector<JoinedChunk> run() {
        using Head = std::pair<std::int64_t, std::size_t>;  // time, stream: ties go to the stream
                                                            // that comes first
        std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
        for (std::size_t i = 0; i < m_streams.size(); ++i) {
            enterChunk(m_streams[i]);
            heads.emplace(m_streams[i].now(), i);
        }
        while (!heads.empty()) {
            const auto index = heads.top().second;
            heads.pop();
            auto& stream = m_streams[index];
            const Head limit = heads.empty() ? Head{INT64_MAX, SIZE_MAX} : heads.top();
            while (!stream.done() && Head{stream.now(), index} < limit) step(stream);
            if (!stream.done()) heads.emplace(stream.now(), index);
        }
        close();
        return std::move(m_out);
    }

private:
    static void enterChunk(Stream& stream) {
        stream.row = 0;
        stream.switches = stream.wakes = stream.taskRows = stream.raises = stream.stacks =
            stream.lost = stream.irqs = stream.blocks = stream.blockExtras = stream.durations = 0;
        stream.irqRows = irqRowsOf(stream.at());
        stream.written = 0;
    }
    /// Takes one row of `stream`.
    void step(Stream& stream) {
        const auto& chunk = stream.at();
        const auto ns = stream.now();
        if (!fits(stream, ns)) close();
        if (m_scratch.rows == 0) open(ns);
        if (stream.written != m_number) bind(stream);
        takeLost(stream);
        const auto row = m_scratch.rows++;
        const auto from = stream.row;
        const auto& origin = originFor(stream, chunk.origin(from), chunk.position[from]);
        m_scratch.time[row] = static_cast<std::uint32_t>(ns / m_tick - m_scratch.timeBase);
        m_scratch.position[row] = static_cast<std::uint32_t>(
            chunk.origin(from).position + chunk.position[from] - origin.position);
        m_scratch.originOf.push_back(stream.origin);
        m_scratch.name[row] = nameFor(stream, chunk.name[from]);
        m_scratch.cpu[row] = chunk.cpu[from];
        m_scratch.task[row] = taskFor(stream, chunk.task[from]);
        m_scratch.flags[row] = chunk.flags[from];
        takeTyped(stream, static_cast<Row>(row));
        if (++stream.row < chunk.rows()) return;
        takeLost(stream);
        if (++stream.chunk < stream.chunks.size()) enterChunk(stream);
    }
    [[nodiscard]] bool fits(const Stream& stream, std::int64_t ns) const {
        if (m_scratch.rows == 0) return true;
        constexpr std::size_t kRoom = 65535 - 64;
        const auto ticks = ns / m_tick - m_scratch.timeBase;
        const auto& chunk = stream.at();
        return m_scratch.rows < kMaxChunkRows && ticks <= UINT32_MAX &&
               m_tasks.size() + chunk.tasks.size() < kRoom &&
               m_names.size() + chunk.names.size() < kRoom &&
               m_irqs.size() + chunk.irqs.size() < kRoom &&
               m_devices.size() + chunk.devices.size() < kRoom && m_origins.size() < 250;
    }
    void open(std::int64_t ns) {
        m_scratch.clear();
        m_scratch.tick = m_tick;
        m_scratch.timeBase = ns / m_tick;
        ++m_number;
    }
    void bind(Stream& stream) {
        stream.written = m_number;
        stream.names.assign(stream.at().names.size(), kNoRow);
        stream.tasks.assign(stream.at().tasks.size(), kNoRow);
        stream.irqIds.assign(stream.at().irqs.size(), kNoRow);
        stream.devices.assign(stream.at().devices.size(), kNoRow);
        stream.origin = 255;
    }
    const Origin& originFor(Stream& stream, const Origin& from, std::uint32_t position) {
        const auto holds = [&](const Origin& origin) {
            const auto absolute = from.position + position;
            return origin.source == from.source && absolute >= origin.position &&
                   absolute - origin.position <= UINT32_MAX;
        };
        if (stream.origin < m_origins.size() && holds(m_origins[stream.origin]))
            return m_origins[stream.origin];
        const auto found = std::ranges::find_if(m_origins, holds);
        stream.origin = static_cast<std::uint8_t>(found - m_origins.begin());
        if (found == m_origins.end()) m_origins.push_back(from);
        return m_origins[stream.origin];
    }
    std::uint16_t nameFor(Stream& stream, std::uint16_t local) {
        auto& mapped = stream.names[local];
        if (mapped == kNoRow) {
            const auto [entry, fresh] = m_names.try_emplace(
                raw(stream.at().names[local]), static_cast<std::uint16_t>(m_names.size()));
            mapped = entry->second;
        }
        return mapped;
    }
    std::uint16_t taskFor(Stream& stream, std::uint16_t local) {
        if (local == kNoRow) return kNoRow;
        auto& mapped = stream.tasks[local];
        if (mapped == kNoRow) {
            const auto& who = stream.at().tasks[local];
            const auto key = std::uint64_t{raw(who.task)} << 32 | raw(who.comm);
            mapped =
                m_tasks.try_emplace(key, static_cast<std::uint16_t>(m_tasks.size())).first->second;
        }
        return mapped;
    }
    std::uint16_t irqFor(Stream& stream, const IrqRow& irq) {
        if (isSoft(irq.mark)) return irq.id;
        auto& mapped = stream.irqIds[irq.id];
        if (mapped == kNoRow) {
            const auto& local = stream.at().irqs[irq.id];
            const auto [entry, fresh] =
                m_irqIndex.try_emplace(local.number, static_cast<std::uint16_t>(m_irqs.size()));
            if (fresh) m_irqs.push_back(local);
            mapped = entry->second;
        }
        return mapped;
    }
    std::uint16_t deviceFor(Stream& stream, std::uint16_t local) {
        if (local == kNoRow) return kNoRow;
        auto& mapped = stream.devices[local];
        if (mapped == kNoRow) {
            const auto id = stream.at().devices[local];
            const auto found = std::ranges::find(m_devices, id);
            mapped = static_cast<std::uint16_t>(found - m_devices.begin());
            if (found == m_devices.end()) m_devices.push_back(id);
        }
        return mapped;
    }
    void takeLost(Stream& stream) {
        const auto& lost = stream.at().lost;
        for (; stream.lost < lost.size() && lost[stream.lost].row <= stream.row; ++stream.lost)
            m_scratch.lost.push_back(
                {static_cast<Row>(m_scratch.rows), lost[stream.lost].cpu, lost[stream.lost].count});
    }
    /// Typed rows of the row just written.
    void takeTyped(Stream& stream, Row row) {
        const auto& chunk = stream.at();
        const auto each = [&](const auto& rows, std::size_t& at, auto&& take) {
            for (; at < rows.size() && rows[at].row <= stream.row; ++at) {
                auto entry = rows[at];
                entry.row = row;
                take(entry);
            }
        };
        each(chunk.switches, stream.switches, [&](SwitchRow& entry) {
            entry.prev = taskFor(stream, entry.prev);
            entry.next = taskFor(stream, entry.next);
            m_scratch.switches.push_back(entry);
        });
        each(chunk.wakes, stream.wakes, [&](WakeRow& entry) {
            entry.wakee = taskFor(stream, entry.wakee);
            m_scratch.wakes.push_back(entry);
        });
        each(chunk.taskRows, stream.taskRows, [&](TaskRow& entry) {
            entry.task = taskFor(stream, entry.task);
            entry.other = taskFor(stream, entry.other);
            m_scratch.taskRows.push_back(entry);
        });
        each(chunk.raises, stream.raises, [&](RaiseRow& entry) { m_scratch.raises.push(entry); });
        each(chunk.stacks, stream.stacks, [&](StackRow& entry) {
            const auto& origin = m_origins[stream.origin];
            entry.position = static_cast<std::uint32_t>(chunk.origin(stream.row).position +
                                                        entry.position - origin.position);
            m_scratch.stacks.push_back(entry);
        });
        each(chunk.blocks, stream.blocks, [&](BlockRow& entry) {
            entry.device = deviceFor(stream, entry.device);
            m_scratch.blocks.push_back(entry);
        });
        each(chunk.blockExtras, stream.blockExtras, [&](BlockExtra& entry) {
            entry.device = deviceFor(stream, entry.device);
            m_scratch.blockExtras.push_back(entry);
        });
        each(chunk.durations, stream.durations,
             [&](DurationRow& entry) { m_scratch.durations.push_back(entry); });
        each(stream.irqRows, stream.irqs, [&](IrqRow& entry) {
            entry.id = irqFor(stream, entry);
            m_scratch.irqRows.push(entry);
        });
    }
    void close() {
        if (m_scratch.rows == 0) return;
        // A single origin needs no column.
        if (m_origins.size() == 1) m_scratch.originOf.clear();
        Displaced displaced;
        auto chunk = storeChunk(m_scratch, displaced);
        // Shared positions count from the chunk's first row.
        const auto skipped = chunk->origins.empty() ? 0 : chunk->origins.front().position;
        chunk->origins = std::exchange(m_origins, {});
        chunk->origins.front().position += skipped;
        chunk->names.resize(m_names.size());
        for (const auto& [id, local] : m_names) chunk->names[local] = StringId{id};
        chunk->nameCounts = countNames(*chunk);
        chunk->tasks.resize(m_tasks.size());
        for (const auto& [key, local] : m_tasks)
            chunk->tasks[local] = {TaskId{static_cast<std::uint32_t>(key >> 32)},
                                   StringId{static_cast<std::uint32_t>(key)}};
        chunk->irqs = std::exchange(m_irqs, {});
        chunk->devices = std::exchange(m_devices, {});
        m_names.clear();
        m_tasks.clear();
        m_irqIndex.clear();
        auto ends = cpuEnds(*chunk);
        m_out.push_back({std::move(chunk), std::move(ends)});
        m_scratch.clear();
    }

    std::vector<Stream> m_streams;
    std::vector<JoinedChunk> m_out;
    ChunkScratch m_scratch;
    std::int64_t m_tick = 1;
    std::uint32_t m_number = 0;
    std::vector<Origin> m_origins;
    std::unordered_map<std::uint32_t, std::uint16_t> m_names;
    std::unordered_map<std::uint64_t, std::uint16_t> m_tasks;
    std::unordered_map<std::uint32_t, std::uint16_t> m_irqIndex;
    std::vector<ChunkIrq> m_irqs;
    std::vector<DeviceId> m_devices;
};

/// Maximal runs of chunks that ascend.
std::vector<Stream> streamsOf(std::span<const JoinedChunk* const> chunks) {
    std::vector<Stream> streams;
    SourceId source{};
    for (const auto* joined : chunks) {
        const auto& chunk = *joined->chunk;
        const bool goesOn = !streams.empty() && chunk.origins.front().source == source &&
                            chunk.firstNs() >= streams.back().chunks.back()->chunk->lastNs();
        if (!goesOn) streams.emplace_back();
        streams.back().chunks.push_back(joined);
        source = chunk.origins.front().source;
    }
    return streams;
}
}  // namespace

std::vector<ParsedPart::Piece::CpuEnds> cpuEnds(const EventChunk& chunk) {
    if (chunk.rows() == 0) return {};
    // Of one CPU, or of none, as calls are.
    const auto only = chunk.cpu.front();
    unsigned other = 0;
    for (const auto cpu : chunk.cpu) other |= static_cast<unsigned>(cpu ^ only);
    if (other == 0 && only >= kMaxCpus) return {};
    if (other == 0) return {{CpuId{only}, chunk.firstNs(), chunk.lastNs()}};
    // Two passes of plain stores: the last row of a CPU is what the pass forward leaves, the first
    // what the one back does.
    thread_local std::vector<Row> last(65536, kNoRow);
    thread_local std::vector<Row> first(65536, kNoRow);
    const auto rows = chunk.rows();
    for (std::size_t row = 0; row < rows; ++row) last[chunk.cpu[row]] = static_cast<Row>(row);
    for (std::size_t row = rows; row-- > 0;) first[chunk.cpu[row]] = static_cast<Row>(row);
    std::vector<ParsedPart::Piece::CpuEnds> ends;
    for (std::size_t cpu = 0; cpu < kMaxCpus; ++cpu) {
        if (last[cpu] == kNoRow) continue;
        ends.push_back({CpuId{static_cast<std::uint16_t>(cpu)}, chunk.timeNs(first[cpu]),
                        chunk.timeNs(last[cpu])});
        last[cpu] = first[cpu] = kNoRow;
    }
    last[raw(kUnknownCpu)] = first[raw(kUnknownCpu)] = kNoRow;
    return ends;
}

std::vector<JoinedChunk> mergeChunks(const std::vector<JoinedChunk>& chunks) {
    // By first time; what overlaps nothing else is passed on, each knot of overlapping chunks is
    // merged on its own.
    std::vector<std::size_t> order(chunks.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return chunks[i].chunk->firstNs(); });
    std::vector<JoinedChunk> out;
    for (std::size_t i = 0; i < order.size();) {
        std::int64_t last = chunks[order[i]].chunk->lastNs();
        std::size_t j = i + 1;
        for (; j < order.size() && chunks[order[j]].chunk->firstNs() <= last; ++j)
            last = std::max(last, chunks[order[j]].chunk->lastNs());
        std::vector<std::size_t> knot(order.begin() + static_cast<std::ptrdiff_t>(i),
                                      order.begin() + static_cast<std::ptrdiff_t>(j));
        std::ranges::sort(knot);
        std::vector<const JoinedChunk*> members;
        members.reserve(knot.size());
        for (const auto member : knot) members.push_back(&chunks[member]);
        auto streams = streamsOf(members);
        if (streams.size() == 1) {
            for (const auto* member : members) out.push_back(*member);
        } else {
            auto merged = Merger(std::move(streams)).run();
            std::ranges::move(merged, std::back_inserter(out));
        }
        i = j;
    }
    return out;
}

}  // namespace kscope::model
