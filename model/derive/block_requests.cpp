// SPDX-License-Identifier: GPL-3.0-or-later
/// Walks the block rows of a trace through the tracker.
#include "model/derive/block_requests.h"

#include "model/core/page_toucher.h"
#include "model/derive/block_tracker.h"

#include <algorithm>
#include <map>
#include <thread>

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

/// Records by device and action.
using ActionCounts =
    std::map<DeviceId, std::array<std::size_t, static_cast<std::size_t>(BlockAction::Count_)>>;

void countActions(const EventChunk& chunk, ActionCounts& counts) {
    std::vector<std::array<std::uint32_t, 32>> found(chunk.devices.size() + 1);
    static_assert(static_cast<std::size_t>(BlockAction::Count_) <= 32);
    for (const auto& row : chunk.blocks)
        ++found[std::min<std::size_t>(row.device, chunk.devices.size())]
               [static_cast<std::size_t>(row.action) % 32];
    for (std::size_t device = 0; device < chunk.devices.size(); ++device) {
        auto& of = counts[chunk.devices[device]];
        for (std::size_t action = 0; action < of.size(); ++action)
            of[action] += found[device][action];
    }
}

ActionCounts countActions(const Trace& trace) {
    ActionCounts counts;
    ActionCounts others;
    const auto half = trace.chunks() / 2;
    {
        const auto count = [&](std::size_t begin, std::size_t end, ActionCounts& into) {
            for (auto c = begin; c < end; ++c) countActions(trace.chunk(c), into);
        };
        std::jthread beside;
        if (half > 0) beside = std::jthread([&] { count(0, half, others); });
        count(half, trace.chunks(), counts);
    }
    for (const auto& [device, found] : others)
        for (std::size_t action = 0; action < found.size(); ++action)
            counts[device][action] += found[action];
    return counts;
}

/// Which records of a device are another source's view of what is followed already.
class Twins {
public:
    explicit Twins(const Trace& trace) {
        if (trace.sources().size() < 2) return;
        std::map<DeviceId, std::map<SourceId, Seen>> devices;
        for (std::size_t c = 0; c < trace.chunks(); ++c) {
            const auto& chunk = trace.chunk(c);
            for (const auto& row : chunk.blocks)
                devices[deviceAt(chunk, row.device)][chunk.origin(row.row).source].add(
                    chunk.timeNs(row.row));
        }
        for (auto& [device, sources] : devices) compare(device, sources);
    }
    [[nodiscard]] bool any() const { return !m_twins.empty(); }
    [[nodiscard]] bool leavesOut(DeviceId device, SourceId source) const {
        return std::ranges::any_of(m_twins, [&](const BlockTwin& twin) {
            return twin.device == device && twin.other == source;
        });
    }
    [[nodiscard]] std::vector<BlockTwin> take() { return std::move(m_twins); }

private:
    struct Seen {
        std::uint64_t records = 0;
        std::int64_t first = INT64_MAX;
        std::int64_t last = INT64_MIN;
        void add(std::int64_t ns) {
            ++records;
            first = std::min(first, ns);
            last = std::max(last, ns);
        }
    };
    void compare(DeviceId device, const std::map<SourceId, Seen>& sources) {
        std::vector<std::pair<SourceId, Seen>> order(sources.begin(), sources.end());
        std::ranges::stable_sort(order, std::greater{},
                                 [](const auto& entry) { return entry.second.records; });
        for (std::size_t i = 1; i < order.size(); ++i) {
            const SourceId other = order[i].first;
            const Seen seen = order[i].second;
            const auto kept = std::find_if(
                order.begin(), order.begin() + static_cast<std::ptrdiff_t>(i), [&](const auto& of) {
                    return of.second.first <= seen.last && seen.first <= of.second.last &&
                           !leavesOut(device, of.first);
                });
            if (kept != order.begin() + static_cast<std::ptrdiff_t>(i))
                m_twins.push_back({device, kept->first, other, seen.records});
        }
    }
    std::vector<BlockTwin> m_twins;
};

/// Makes room for what the records say there will be.
void makeRoom(BlockTracker& tracker, const ActionCounts& counts) {
    BlockTracker::Room all;
    for (const auto& [device, found] : counts) {
        const auto of = [&found = found](BlockAction action) {
            return found[static_cast<std::size_t>(action)];
        };
        const auto bios = of(BlockAction::Queue) + of(BlockAction::Split);
        all.bios += bios;
        all.requests += of(BlockAction::Issue);
        all.remaps += of(BlockAction::Remap);
        const auto steps =
            bios + of(BlockAction::Issue) + of(BlockAction::Complete) + of(BlockAction::Requeue);
        // A damaged trace may name thousands of devices, with a record each.
        constexpr std::size_t kManySteps = 4096;
        if (steps >= kManySteps) tracker.reserveSteps(device, steps);
    }
    tracker.reserve(all);
}

}  // namespace

BlockModel blockRequests(const Trace& trace) {
    BlockTracker tracker;
    makeRoom(tracker, countActions(trace));
    PageToucher toucher(tracker.room());
    Twins twins(trace);
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
            if (twins.any() && twins.leavesOut(fact.device, chunk.origin(row.row).source)) continue;
            for (; loss < losses.size() && losses[loss] <= fact.time; ++loss) tracker.lose();
            tracker.take(fact);
        }
    }
    auto blocks = tracker.finish();
    blocks.twins = twins.take();
    return blocks;
}

std::shared_ptr<const BlockModel> sharedBlockRequests(const Trace& trace) {
    return trace.derived().of<BlockModel>([&] { return blockRequests(trace); });
}

}  // namespace kscope::model
