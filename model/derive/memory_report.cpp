// SPDX-License-Identifier: GPL-3.0-or-later
/// Zones and their watermarks over rounds, and reclaim out of events.
#include "model/derive/memory_report.h"

#include "model/derive/counter_path.h"
#include "model/query/text_reader.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace kscope::model {

std::vector<ZoneMarks> zoneMarks(const Trace& trace, const CounterCursor& cursor) {
    std::vector<ZoneMarks> zones;
    std::uint32_t row = UINT32_MAX;
    const auto& table = cursor.table();
    for (std::size_t i = 0; i < cursor.values().size(); ++i) {
        const auto& series = table.series()[cursor.series()[i]];
        const auto name = zoneOfRow(trace.text(table.rows()[series.row].name));
        if (name.node < 0) continue;
        if (series.row != row) {
            row = series.row;
            zones.push_back({name.node, std::string(name.zone), 0, 0, 0, 0, {}, {}});
        }
        const auto column = trace.text(series.column);
        const auto value = cursor.values()[i];
        auto& zone = zones.back();
        if (column == "free") zone.free = value;
        else if (column == "min") zone.min = value;
        else if (column == "low") zone.low = value;
        else if (column == "high") zone.high = value;
        else if (column == "boost") zone.boost = value;
        else if (column == "managed") zone.managed = value;
    }
    return zones;
}

namespace {

void countRound(ZoneTimes& times, const ZoneMarks& zone, std::int64_t holdsNs) {
    ++times.rounds;
    const std::array marks{zone.min, zone.low, zone.high};
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (zone.free >= marks[i]) continue;
        ++times.roundsBelow[i];
        times.belowNs[i] += holdsNs;
    }
    times.lowestFree = std::min(times.lowestFree, zone.free);
    times.highestFree = std::max(times.highestFree, zone.free);
    times.lastFree = zone.free;
    times.freeSum += zone.free;
    times.last = zone;
}

}  // namespace

std::vector<ZoneTimes> zoneTimes(const Trace& trace, const CounterTablePtr& zoneinfo,
                                 const ReportScope& scope) {
    std::vector<ZoneTimes> all;
    CounterCursor cursor(zoneinfo);
    for (std::size_t round = 0; round < zoneinfo->rounds(); ++round) {
        const auto begin = zoneinfo->timeNs(round);
        const auto end = round + 1 < zoneinfo->rounds() ? zoneinfo->timeNs(round + 1) : begin;
        const auto holds = scope.part(begin, end);
        if (!holds) continue;
        cursor.seek(round);
        for (const auto& zone : zoneMarks(trace, cursor)) {
            if (!zone.populated()) continue;
            auto at = std::ranges::find_if(all, [&](const ZoneTimes& one) {
                return one.node == zone.node && one.zone == zone.zone;
            });
            if (at == all.end()) {
                all.push_back({});
                at = all.end() - 1;
                at->node = zone.node;
                at->zone = zone.zone;
            }
            countRound(*at, zone, *holds);
        }
    }
    return all;
}

namespace {

struct BlockSums {
    std::int64_t free = 0;      // pages
    std::int64_t blocks = 0;    // of any order
    std::int64_t suitable = 0;  // blocks of the wanted order that are there
};
BlockSums sumBlocks(std::span<const std::int64_t> blocks, unsigned order) {
    BlockSums sums;
    for (unsigned i = 0; i < blocks.size() && i < 40; ++i) {
        // A damaged count must not overflow: no machine has 2^50 pages.
        const auto count = std::clamp<std::int64_t>(blocks[i], 0, std::int64_t{1} << (50 - i));
        sums.free += count << i;
        sums.blocks += count;
        if (i >= order) sums.suitable += count << (i - order);
    }
    return sums;
}

}  // namespace

std::int64_t unusableIndex(std::span<const std::int64_t> blocks, unsigned order) {
    const auto sums = sumBlocks(blocks, order);
    if (sums.free == 0) return 1000;
    return (sums.free - (sums.suitable << order)) * 1000 / sums.free;
}

std::int64_t fragmentationIndex(std::span<const std::int64_t> blocks, unsigned order) {
    const auto sums = sumBlocks(blocks, order);
    if (sums.blocks == 0) return 0;
    if (sums.suitable > 0) return -1000;
    return 1000 - (1000 + sums.free * 1000 / (std::int64_t{1} << order)) / sums.blocks;
}

std::vector<FreeBlocks> freeBlocks(const Trace& trace, const CounterCursor& cursor) {
    std::vector<FreeBlocks> zones;
    std::uint32_t row = UINT32_MAX;
    const auto& table = cursor.table();
    for (std::size_t i = 0; i < cursor.values().size(); ++i) {
        const auto& series = table.series()[cursor.series()[i]];
        const auto name = zoneOfRow(trace.text(table.rows()[series.row].name));
        if (name.node < 0 || !trace.text(series.column).starts_with("order")) continue;
        if (series.row != row) {
            row = series.row;
            zones.push_back({name.node, std::string(name.zone), {}, 0, -1, {}, {}});
        }
        zones.back().blocks.push_back(static_cast<std::int64_t>(cursor.values()[i]));
    }
    for (auto& zone : zones) {
        zone.free = static_cast<std::uint64_t>(sumBlocks(zone.blocks, 0).free);
        for (unsigned order = 0; order < zone.blocks.size(); ++order) {
            if (zone.blocks[order] > 0) zone.largestOrder = order;
            zone.unusable.push_back(unusableIndex(zone.blocks, order));
            zone.fragmentation.push_back(fragmentationIndex(zone.blocks, order));
        }
    }
    return zones;
}

namespace {

enum class VmscanEvent : std::uint8_t { None, Wake, Sleep, Wakeup, Begin, End, Shrink };

class ReclaimFollower {
public:
    ReclaimFollower(const Trace& trace, const ReportScope& scope)
        : m_trace(trace),
          m_scope(scope),
          m_reader(trace),
          m_kinds(trace.strings()) {
        const auto kind = [&](std::string_view name, VmscanEvent event) {
            if (const auto id = trace.findString(name); id != kNoString) m_kinds[raw(id)] = event;
        };
        kind("mm_vmscan_kswapd_wake", VmscanEvent::Wake);
        kind("mm_vmscan_kswapd_sleep", VmscanEvent::Sleep);
        kind("mm_vmscan_wakeup_kswapd", VmscanEvent::Wakeup);
        kind("mm_vmscan_direct_reclaim_begin", VmscanEvent::Begin);
        kind("mm_vmscan_direct_reclaim_end", VmscanEvent::End);
        kind("mm_vmscan_lru_shrink_inactive", VmscanEvent::Shrink);
    }

    ReclaimReport run() {
        for (std::size_t i = 0; i < m_trace.chunks(); ++i) {
            const auto& chunk = m_trace.chunk(i);
            std::vector<VmscanEvent> kinds;
            for (const auto name : chunk.names) kinds.push_back(m_kinds[raw(name)]);
            if (std::ranges::all_of(kinds, [](auto one) { return one == VmscanEvent::None; }))
                continue;
            for (std::size_t row = 0; row < chunk.rows(); ++row)
                if (const auto kind = kinds[chunk.name[row]]; kind != VmscanEvent::None)
                    take(m_trace.event(i, static_cast<Row>(row)), kind);
        }
        return finish();
    }

private:
    NodeReclaim& nodeOf(std::int64_t node) {
        auto at = std::ranges::find(m_report.nodes, node, &NodeReclaim::node);
        if (at != m_report.nodes.end()) return *at;
        m_report.nodes.push_back({node, {}, 0, 0, 0});
        return m_report.nodes.back();
    }
    void take(const Event& event, VmscanEvent kind);
    void end(const Event& event, std::string_view args);
    void shrink(const Event& event, std::string_view args);
    ReclaimReport finish();

    struct Begun {
        std::int64_t ns = 0;
        std::int64_t order = 0;
        EventIndex event{};
        std::int64_t scanned = 0;
        std::int64_t freed = 0;
        std::int64_t node = -1;
    };
    struct Awake {
        std::int64_t since = 0;
        std::int64_t scanned = 0;
        std::int64_t freed = 0;
    };
    struct TaskSpans {
        StringId comm{};
        std::vector<std::int64_t> lengths;
    };
    const Trace& m_trace;
    const ReportScope& m_scope;
    EventTextReader m_reader;
    std::vector<VmscanEvent> m_kinds;
    std::map<std::uint32_t, Begun> m_begun;  // by task
    std::map<std::uint32_t, TaskSpans> m_tasks;
    std::map<std::int64_t, Awake> m_awake;  // by node
    ReclaimReport m_report;
};

void ReclaimFollower::take(const Event& event, VmscanEvent kind) {
    m_report.any = true;
    const auto args = m_reader.args(event);
    const auto now = toNs(event.time);
    if (!m_report.firstNs) m_report.firstNs = now;
    if (kind == VmscanEvent::Begin) {
        m_begun[raw(event.task)] = {
            .ns = now, .order = numberArgument(args, "order"), .event = event.index};
        return;
    }
    if (kind == VmscanEvent::End) return end(event, args);
    if (kind == VmscanEvent::Shrink) return shrink(event, args);
    const auto id = numberArgument(args, "nid");
    if (kind == VmscanEvent::Wake) m_awake.try_emplace(id, Awake{now, 0, 0});
    if (kind == VmscanEvent::Sleep) {
        const auto since = m_awake.find(id);
        if (since != m_awake.end()) {
            const auto& awake = since->second;
            m_report.kswapd.push_back({id, awake.since, now, false, awake.scanned, awake.freed});
            m_awake.erase(since);
        }
    }
    if (!m_scope.covers(now) || !m_scope.covers(event.cpu)) return;
    auto& node = nodeOf(id);
    if (kind == VmscanEvent::Wake) {
        ++node.wakes;
        if (!node.firstWakeNs) node.firstWakeNs = now;
    } else {
        ++(kind == VmscanEvent::Sleep ? node.sleeps : node.wakeupCalls);
    }
}

void ReclaimFollower::end(const Event& event, std::string_view args) {
    const auto begun = m_begun.find(raw(event.task));
    if (begun == m_begun.end()) return;
    const auto now = toNs(event.time);
    const Begun was = begun->second;
    m_begun.erase(begun);
    const auto length = m_scope.part(was.ns, now);
    if (!length || !m_scope.covers(event.cpu)) return;
    m_report.spans.push_back({was.ns, *length, was.order, numberArgument(args, "nr_reclaimed"),
                              event.task, was.event, was.scanned, was.freed, was.node});
    auto& task = m_tasks[raw(event.task)];
    task.comm = event.comm;
    task.lengths.push_back(*length);
}

/// Whose pass it was says the task: one in direct reclaim, or a node's kswapd; others (a limit of a
/// control group) are neither.
void ReclaimFollower::shrink(const Event& event, std::string_view args) {
    const ReclaimScan scan{.ns = toNs(event.time),
                           .node = static_cast<std::int32_t>(numberArgument(args, "nid")),
                           .by = ReclaimScan::By::Direct,
                           .scanned = std::max<std::int64_t>(0, numberArgument(args, "nr_scanned")),
                           .freed =
                               std::max<std::int64_t>(0, numberArgument(args, "nr_reclaimed"))};
    if (const auto direct = m_begun.find(raw(event.task)); direct != m_begun.end()) {
        Begun& begun = direct->second;
        if (begun.node < 0) begun.node = scan.node;
        begun.scanned += scan.scanned;
        begun.freed += scan.freed;
        m_report.scans.push_back(scan);
        return;
    }
    if (!m_trace.text(event.comm).starts_with("kswapd")) return;
    m_report.scans.push_back(scan);
    m_report.scans.back().by = ReclaimScan::By::Kswapd;
    if (const auto awake = m_awake.find(scan.node); awake != m_awake.end()) {
        awake->second.scanned += scan.scanned;
        awake->second.freed += scan.freed;
    }
}

ReclaimReport ReclaimFollower::finish() {
    for (auto& [task, spans] : m_tasks)
        m_report.tasks.push_back({TaskId{task}, spans.comm, sumSpans(spans.lengths)});
    std::ranges::stable_sort(m_report.tasks, {}, [&](const ReclaimTask& one) {
        return one.task == kNoTask ? -1 : raw(m_trace.task(one.task).tid);
    });
    for (const auto& [node, awake] : m_awake)
        m_report.kswapd.push_back(
            {node, awake.since, toNs(m_trace.range().end), true, awake.scanned, awake.freed});
    std::ranges::sort(m_report.kswapd, {}, &KswapdSpan::beginNs);
    std::ranges::sort(m_report.nodes, {}, &NodeReclaim::node);
    m_report.open = m_begun.size();
    return std::move(m_report);
}

}  // namespace

std::int64_t numberArgument(std::string_view args, std::string_view key) {
    for (auto at = args.find(key); at != args.npos; at = args.find(key, at + 1)) {
        const auto value = at + key.size();
        if ((at > 0 && args[at - 1] != ' ') || value >= args.size() || args[value] != '=') continue;
        std::int64_t number = 0;
        std::from_chars(args.data() + value + 1, args.data() + args.size(), number);
        return number;
    }
    return 0;
}

ReclaimReport reclaimReport(const Trace& trace, const ReportScope& scope) {
    return ReclaimFollower(trace, scope).run();
}

}  // namespace kscope::model
