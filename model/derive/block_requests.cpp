// SPDX-License-Identifier: GPL-3.0-or-later
/// Walks the block rows of a trace through the tracker.
#include "model/derive/block_requests.h"

#include "model/derive/block_tracker.h"

#include <algorithm>

namespace kscope::model {

namespace {

/// Where a clock lost records: each CPU's gaps count for all, a request moves between CPUs.
std::vector<std::int64_t> lossTimes(const Trace& trace) {
    std::vector<std::int64_t> times;
    for (const auto& gap : trace.gaps()) times.push_back(gap.end);
    std::ranges::sort(times);
    return times;
}

DeviceId deviceAt(const EventChunk& chunk, std::uint16_t index) {
    return index < chunk.devices.size() ? chunk.devices[index] : kNoDevice;
}

void readExtra(const EventChunk& chunk, const BlockExtra& extra, BlockFact& fact) {
    fact.value = extra.value;
    fact.otherSector = extra.sector;
    fact.fromDevice = deviceAt(chunk, extra.device);
}

}  // namespace

BlockModel blockRequests(const Trace& trace) {
    BlockTracker tracker;
    std::array<std::size_t, 256> actions{};
    for (std::size_t c = 0; c < trace.chunks(); ++c)
        for (const auto& row : trace.chunk(c).blocks)
            ++actions[static_cast<std::size_t>(row.action)];
    const auto counted = [&](BlockAction action) {
        return actions[static_cast<std::size_t>(action)];
    };
    tracker.reserve(counted(BlockAction::Queue) + counted(BlockAction::Split),
                    counted(BlockAction::Issue), counted(BlockAction::Remap));
    const auto losses = lossTimes(trace);
    std::size_t loss = 0;
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        const auto first = raw(trace.firstRow(c));
        std::size_t extra = 0;
        BlockFact fact;
        for (const auto& row : chunk.blocks) {
            fact.time = chunk.timeNs(row.row);
            fact.event = EventIndex{first + row.row};
            const auto task = chunk.task[row.row];
            const auto who = task < chunk.tasks.size() ? chunk.tasks[task] : ChunkTask{};
            fact.task = who.task;
            fact.comm = who.comm;
            fact.device = deviceAt(chunk, row.device);
            fact.action = row.action;
            fact.rwbs = row.rwbs;
            fact.marks = row.marks;
            fact.sectors = row.sectors;
            fact.sector = row.sector();
            const bool has = (row.marks & kBlockExtra) != 0 && extra < chunk.blockExtras.size();
            readExtra(chunk, has ? chunk.blockExtras[extra++] : BlockExtra{}, fact);
            for (; loss < losses.size() && losses[loss] <= fact.time; ++loss) tracker.lose();
            tracker.take(fact);
        }
    }
    return tracker.finish();
}

}  // namespace kscope::model
