// SPDX-License-Identifier: GPL-3.0-or-later
/// "Only this CPU, only this task, only these events".
#include "model/items/row_restriction.h"

#include <algorithm>
#include <bit>

namespace kscope::items {
namespace {

using Bits = std::vector<std::uint64_t>;

void setBit(Bits& bits, std::size_t row) { bits[row / 64] |= std::uint64_t{1} << (row % 64); }

/// Which rows of a chunk are of the wanted tasks: the line's own, and those that typed rows name.
void markTasks(const model::EventChunk& chunk, const std::vector<std::uint8_t>& chosen,
               Bits& bits) {
    std::vector<std::uint8_t> wanted(std::size_t{1} << 16, 0);
    for (std::size_t i = 0; i < chunk.tasks.size(); ++i)
        wanted[i] = raw(chunk.tasks[i].task) < chosen.size() && chosen[raw(chunk.tasks[i].task)];
    for (std::size_t row = 0; row < chunk.rows(); ++row)
        bits[row / 64] |= std::uint64_t{wanted[chunk.task[row]]} << (row % 64);
    for (const auto& change : chunk.switches)
        if (wanted[change.next] || wanted[change.prev]) setBit(bits, change.row);
    for (const auto& wake : chunk.wakes)
        if (wanted[wake.wakee]) setBit(bits, wake.row);
    for (const auto& row : chunk.taskRows)
        if (wanted[row.task] || wanted[row.other]) setBit(bits, row.row);
}

void keepCpus(const model::EventChunk& chunk, const std::vector<model::CpuId>& cpus, Bits& bits) {
    std::vector<std::uint8_t> wanted(std::size_t{1} << 16, 0);
    for (const auto cpu : cpus) wanted[raw(cpu)] = 1;
    for (std::size_t row = 0; row < chunk.rows(); ++row)
        if (!wanted[chunk.cpu[row]]) bits[row / 64] &= ~(std::uint64_t{1} << (row % 64));
}

void keepNames(const model::EventChunk& chunk, const std::vector<std::uint8_t>& chosen,
               Bits& bits) {
    std::vector<std::uint8_t> wanted(std::size_t{1} << 16, 0);
    for (std::size_t i = 0; i < chunk.names.size(); ++i)
        wanted[i] = raw(chunk.names[i]) < chosen.size() && chosen[raw(chunk.names[i])];
    for (std::size_t row = 0; row < chunk.rows(); ++row)
        if (!wanted[chunk.name[row]]) bits[row / 64] &= ~(std::uint64_t{1} << (row % 64));
}

/// Which of `count` ids are among `ids`: asked once a dictionary entry of each chunk.
template <class Id>
std::vector<std::uint8_t> tableOf(const std::vector<Id>& ids, std::size_t count) {
    std::vector<std::uint8_t> table(ids.empty() ? 0 : count, 0);
    for (const auto id : ids)
        if (raw(id) < table.size()) table[raw(id)] = 1;
    return table;
}

void keepBase(const model::RowSet& base, std::uint64_t firstRow, std::size_t rows, Bits& bits) {
    Bits kept(bits.size(), 0);
    auto next = base.next(model::EventIndex{firstRow});
    while (next && raw(*next) < firstRow + rows) {
        setBit(kept, raw(*next) - firstRow);
        next = base.next(model::EventIndex{raw(*next) + 1});
    }
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] &= kept[i];
}

/// The smaller of the two shapes that a RowSet knows.
model::RowSet::ChunkRows chunkRows(std::uint64_t firstRow, std::uint64_t hitsBefore,
                                   std::size_t rows, Bits bits) {
    model::RowSet::ChunkRows out;
    out.firstRow = firstRow;
    out.hitsBefore = hitsBefore;
    out.rows = static_cast<std::uint32_t>(rows);
    for (const auto word : bits) out.hits += static_cast<std::uint32_t>(std::popcount(word));
    if (std::size_t{out.hits} * 16 >= rows) {
        out.set = std::move(bits);
        return out;
    }
    std::vector<std::uint16_t> list;
    list.reserve(out.hits);
    for (std::size_t i = 0; i < bits.size(); ++i)
        for (auto word = bits[i]; word != 0; word &= word - 1)
            list.push_back(static_cast<std::uint16_t>(
                i * 64 + static_cast<std::size_t>(std::countr_zero(word))));
    out.set = std::move(list);
    return out;
}

}  // namespace

model::RowSetPtr restrictRows(const model::Trace& trace, const model::RowSetPtr& base,
                              const Restriction& restriction, std::stop_token stop) {
    if (restriction.empty()) return base;
    std::vector<model::RowSet::ChunkRows> chunks;
    chunks.reserve(trace.chunks());
    std::uint64_t hits = 0;
    const auto tasks = tableOf(restriction.tasks, trace.tasks().size());
    const auto names = tableOf(restriction.names, trace.strings());
    for (std::size_t i = 0; i < trace.chunks(); ++i) {
        if (stop.stop_requested()) return nullptr;
        const auto& chunk = trace.chunk(i);
        const auto firstRow = raw(trace.firstRow(i));
        Bits bits((chunk.rows() + 63) / 64, 0);
        if (restriction.tasks.empty())
            for (std::size_t row = 0; row < chunk.rows(); ++row) setBit(bits, row);
        else markTasks(chunk, tasks, bits);
        if (!restriction.cpus.empty()) keepCpus(chunk, restriction.cpus, bits);
        if (!restriction.names.empty()) keepNames(chunk, names, bits);
        if (base) keepBase(*base, firstRow, chunk.rows(), bits);
        chunks.push_back(chunkRows(firstRow, hits, chunk.rows(), std::move(bits)));
        hits += chunks.back().hits;
    }
    return std::make_shared<const model::RowSet>(std::move(chunks));
}

}  // namespace kscope::items
