// SPDX-License-Identifier: GPL-3.0-or-later
/// `report memory`: zones against their watermarks, free blocks, reclaim.
#include "app/command_line/output.h"
#include "app/command_line/reports/reports.h"
#include "model/derive/memory_report.h"

#include <memory>

namespace kscope::app {
namespace {

using model::CounterFile;
using model::CounterTablePtr;

/// Of which round of a log the free blocks and marks are shown beside the rows: an early one, or
/// the last where there are fewer.
constexpr std::size_t kShownRound = 20;

std::int64_t asWhole(std::uint64_t value) { return static_cast<std::int64_t>(value); }
Cell orAbsent(const std::optional<std::uint64_t>& value) {
    return value ? Cell(asWhole(*value)) : Cell(Absent{});
}

CounterTablePtr tableOf(const model::Trace& trace, CounterFile file) {
    for (const auto& table : trace.counters())
        if (table->file() == file && table->rounds() > 0) return table;
    return nullptr;
}

Table zoneTable(const LoadedTrace& loaded, const CounterTablePtr& zoneinfo,
                const model::ReportScope& scope) {
    auto zones = std::make_shared<std::vector<model::ZoneTimes>>();
    if (zoneinfo) *zones = zoneTimes(*loaded.trace, zoneinfo, scope);
    Table table;
    table.name = "rows";
    const auto people = [](std::string key) {
        return TableColumn{std::move(key), CellUnit::Plain, Shown::People};
    };
    table.columns = {{"node"},
                     {"zone"},
                     people("free"),
                     {"lowest_free"},
                     people("free_avg"),
                     people("free_max"),
                     people("min"),
                     people("low"),
                     people("high"),
                     people("boost"),
                     {"below_min", CellUnit::Length},
                     {"below_low", CellUnit::Length},
                     {"below_high", CellUnit::Length},
                     {"rounds"},
                     {"rounds_below_min", CellUnit::Plain, Shown::Machines},
                     {"rounds_below_low", CellUnit::Plain, Shown::Machines},
                     {"rounds_below_high", CellUnit::Plain, Shown::Machines}};
    table.rows = zones->size();
    table.fill = [zones](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = (*zones)[index];
        cells.assign(
            {std::int64_t{row.node}, row.zone, asWhole(row.lastFree), asWhole(row.lowestFree),
             asWhole(row.freeSum / std::max<std::uint64_t>(row.rounds, 1)),
             asWhole(row.highestFree), asWhole(row.last.min), asWhole(row.last.low),
             asWhole(row.last.high), orAbsent(row.last.boost), row.belowNs[0], row.belowNs[1],
             row.belowNs[2], asWhole(row.rounds), asWhole(row.roundsBelow[0]),
             asWhole(row.roundsBelow[1]), asWhole(row.roundsBelow[2])});
    };
    return table;
}

/// --rounds: one row a round and zone.
Table roundTable(const LoadedTrace& loaded, const CounterTablePtr& zoneinfo,
                 const model::ReportScope& scope) {
    struct Row {
        std::int64_t ns;
        std::int64_t round;
        model::ZoneMarks zone;
    };
    auto rows = std::make_shared<std::vector<Row>>();
    if (zoneinfo) {
        model::CounterCursor cursor(zoneinfo);
        for (std::size_t round = 0; round < zoneinfo->rounds(); ++round) {
            const auto ns = zoneinfo->timeNs(round);
            if (!scope.covers(ns)) continue;
            cursor.seek(round);
            for (auto& zone : zoneMarks(*loaded.trace, cursor))
                if (zone.populated())
                    rows->push_back({ns, static_cast<std::int64_t>(round), std::move(zone)});
        }
    }
    Table table;
    table.name = "rows";
    table.columns = {{"time", CellUnit::Time},
                     {"round"},
                     {"node"},
                     {"zone"},
                     {"free"},
                     {"min"},
                     {"low"},
                     {"high"},
                     {"boost"}};
    table.rows = rows->size();
    const auto offset = ownClockOffset(*loaded.trace);
    table.fill = [rows, offset](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = (*rows)[index];
        cells.assign({row.ns - offset, row.round, std::int64_t{row.zone.node}, row.zone.zone,
                      asWhole(row.zone.free), asWhole(row.zone.min), asWhole(row.zone.low),
                      asWhole(row.zone.high), orAbsent(row.zone.boost)});
    };
    return table;
}

Table marksTable(const LoadedTrace& loaded, const CounterTablePtr& zoneinfo, std::size_t round) {
    auto zones = std::make_shared<std::vector<model::ZoneMarks>>();
    model::CounterCursor cursor(zoneinfo);
    cursor.seek(round);
    *zones = zoneMarks(*loaded.trace, cursor);
    std::erase_if(*zones, [](const auto& zone) { return !zone.populated(); });
    Table table;
    table.name = "marks";
    table.columns = {{"node"}, {"zone"}, {"free"},  {"min"},
                     {"low"},  {"high"}, {"boost"}, {"managed"}};
    table.rows = zones->size();
    table.fill = [zones](std::size_t index, std::vector<Cell>& cells) {
        const auto& zone = (*zones)[index];
        cells.assign({std::int64_t{zone.node}, zone.zone, asWhole(zone.free), asWhole(zone.min),
                      asWhole(zone.low), asWhole(zone.high), orAbsent(zone.boost),
                      orAbsent(zone.managed)});
    };
    return table;
}

Table fragTable(const LoadedTrace& loaded, const CounterTablePtr& buddyinfo, std::size_t round) {
    model::CounterCursor cursor(buddyinfo);
    cursor.seek(round);
    const auto zones =
        std::make_shared<const std::vector<model::FreeBlocks>>(freeBlocks(*loaded.trace, cursor));
    Table table;
    table.name = "frag";
    table.columns = {{"node"},   {"zone"},     {"free"},         {"largest_order"},
                     {"blocks"}, {"unusable"}, {"fragmentation"}};
    table.rows = zones->size();
    table.fill = [zones](std::size_t index, std::vector<Cell>& cells) {
        const auto& zone = (*zones)[index];
        cells.assign({std::int64_t{zone.node}, zone.zone, asWhole(zone.free),
                      zone.largestOrder < 0 ? Cell(Never{}) : Cell(zone.largestOrder), zone.blocks,
                      zone.unusable, zone.fragmentation});
    };
    return table;
}

void addReclaim(const LoadedTrace& loaded, const model::ReportScope& scope, ReportResult& result) {
    const auto report =
        std::make_shared<const model::ReclaimReport>(reclaimReport(*loaded.trace, scope));
    if (!report->any) return;
    const auto trace = loaded.trace;
    const auto offset = ownClockOffset(*trace);
    const auto tid = [trace](model::TaskId task) {
        return task == model::kNoTask ? Cell(Never{})
                                      : Cell(std::int64_t{raw(trace->task(task).tid)});
    };
    Table tasks;
    tasks.name = "direct_reclaim";
    tasks.columns = {
        {"tid"}, {"comm"}, {"count"}, {"total", CellUnit::Length}, {"max", CellUnit::Length}};
    tasks.rows = report->tasks.size();
    tasks.fill = [report, trace, tid](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = report->tasks[index];
        cells.assign({tid(row.task), std::string(trace->text(row.comm)), asWhole(row.spans.count),
                      row.spans.total, row.spans.max});
    };
    Table spans;
    spans.name = "reclaim_spans";
    spans.columns = {{"start", CellUnit::Time},
                     {"duration", CellUnit::Length},
                     {"order"},
                     {"reclaimed"},
                     {"tid"}};
    spans.rows = report->spans.size();
    spans.fill = [report, tid, offset](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = report->spans[index];
        cells.assign({row.startNs - offset, row.duration, row.order, row.reclaimed, tid(row.task)});
    };
    Table nodes;
    nodes.name = "nodes";
    nodes.columns = {{"nid"},
                     {"kswapd_wakes"},
                     {"kswapd_sleeps"},
                     {"wakeup_kswapd"},
                     {"first_wake", CellUnit::Time}};
    nodes.rows = report->nodes.size();
    nodes.fill = [report, offset](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = report->nodes[index];
        cells.assign({row.node, asWhole(row.wakes), asWhole(row.sleeps), asWhole(row.wakeupCalls),
                      row.firstWakeNs ? Cell(*row.firstWakeNs - offset) : Cell(Never{})});
    };
    result.numbers.emplace_back("reclaim_open", asWhole(report->open));
    result.lists.push_back(std::move(nodes));
    result.lists.push_back(std::move(tasks));
    result.lists.push_back(std::move(spans));
}

/// {"/proc/zoneinfo":150,…}
std::string roundsPerFile(const model::Trace& trace) {
    std::string json = "{";
    for (const auto& table : trace.counters()) {
        if (json.size() > 1) json += ',';
        appendJson(json, trace.text(table->path()));
        json += fmt::format(":{}", table->rounds());
    }
    return json + "}";
}

}  // namespace

ReportResult reportMemory(const LoadedTrace& loaded, const ReportOptions& options) {
    const auto& trace = *loaded.trace;
    const model::ReportScope scope{loaded.selection.timeRange(trace), loaded.selection.cpus};
    const auto zoneinfo = tableOf(trace, CounterFile::Zoneinfo);
    const auto buddyinfo = tableOf(trace, CounterFile::Buddyinfo);
    ReportResult result;
    const bool single = trace.events() == 1 && trace.counters().size() == 1;
    if (options.rounds) {
        result.rows = roundTable(loaded, zoneinfo, scope);
        return result;
    }
    if (single && (zoneinfo || buddyinfo)) {
        result.rows = zoneinfo ? marksTable(loaded, zoneinfo, 0) : fragTable(loaded, buddyinfo, 0);
        result.lists.push_back(result.rows);
        result.rows.name = "rows";
        return result;
    }
    result.rows = zoneTable(loaded, zoneinfo, scope);
    if (!trace.counters().empty())
        result.objects.emplace_back("rounds_per_file", roundsPerFile(trace));
    if (zoneinfo) {
        const auto round = std::min(kShownRound, zoneinfo->rounds() - 1);
        result.lists.push_back(marksTable(loaded, zoneinfo, round));
        result.numbers.emplace_back("round", asWhole(round));
        const auto& stamped = buddyinfo && round < buddyinfo->rounds() ? buddyinfo : zoneinfo;
        result.numbers.emplace_back("round_before", stamped->timeNs(round) - ownClockOffset(trace));
    }
    if (buddyinfo)
        result.lists.push_back(
            fragTable(loaded, buddyinfo, std::min(kShownRound, buddyinfo->rounds() - 1)));
    addReclaim(loaded, scope, result);
    return result;
}

}  // namespace kscope::app
