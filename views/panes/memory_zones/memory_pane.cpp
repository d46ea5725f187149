// SPDX-License-Identifier: GPL-3.0-or-later
/// zoneinfo, buddyinfo, vmstat and reclaim events to tracks.
#include "views/panes/memory_zones/memory_pane.h"

#include "model/core/format.h"
#include "model/store/counter_table.h"
#include "views/panes/memory_zones/buddy_track.h"
#include "views/panes/memory_zones/rate_tracks.h"
#include "views/panes/memory_zones/reclaim_track.h"
#include "views/panes/memory_zones/zone_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace kscope::views {
namespace {

using model::CounterFile;
using model::CounterTable;
using model::CounterTablePtr;

/// "node0/DMA32" → "Node 0 DMA32"
std::string zoneTitle(std::string_view row) {
    const auto slash = row.find('/');
    if (!row.starts_with("node") || slash == row.npos) return std::string(row);
    return fmt::format("Node {} {}", row.substr(4, slash - 4), row.substr(slash + 1));
}

void addZones(TrackSet& set, const CounterTablePtr& table, std::int64_t endNs,
              const model::ReclaimReport& reclaims) {
    const model::Trace& trace = *set.trace;
    SeriesWalk walk(table);
    struct Zone {
        std::string name;
        std::array<StepSeries*, 7> series{};
    };
    constexpr std::array<std::string_view, 7> kColumns{"free",    "min",     "low",    "high",
                                                       "managed", "present", "spanned"};
    std::vector<Zone> zones;
    for (const auto& [row, columns] : columnsOf(trace, *table)) {
        if (!columns.contains("free") || !columns.contains("min")) continue;
        Zone zone{zoneTitle(trace.text(table->rows()[row].name)), {}};
        for (std::size_t i = 0; i < kColumns.size(); ++i)
            if (const auto found = columns.find(kColumns[i]); found != columns.end())
                zone.series[i] = &walk.follow(found->second);
        zones.push_back(std::move(zone));
    }
    walk.run();
    const auto last = [](const StepSeries* series) {
        return series && series->size() > 0 ? series->value.back() : 0.0;
    };
    std::erase_if(zones, [&](const Zone& zone) {  // Movable without pages, and the like
        return zone.series[4] != nullptr && last(zone.series[4]) == 0;
    });
    std::ranges::stable_sort(zones, std::ranges::greater{},
                             [&](const Zone& zone) { return last(zone.series[4]); });
    for (Zone& zone : zones) {
        set.tracks.push_back(std::make_unique<GroupTrack>(
            zone.name, zone.series[4] ? pagesText(last(zone.series[4])) : ""));
        ZoneSeries series{.name = zone.name,
                          .free = {},
                          .min = {},
                          .low = {},
                          .high = {},
                          .managed = last(zone.series[4]),
                          .present = last(zone.series[5]),
                          .spanned = last(zone.series[6])};
        StepSeries* const into[] = {&series.free, &series.min, &series.low, &series.high};
        for (std::size_t i = 0; i < 4; ++i)
            if (zone.series[i] != nullptr) *into[i] = std::move(*zone.series[i]);
        set.tracks.push_back(std::make_unique<ZoneTrack>(std::move(series), endNs));
        if (reclaims.any && &zone == &zones.front())
            set.tracks.push_back(std::make_unique<ReclaimTrack>(set.trace, reclaims));
    }
}

void addBuddy(TrackSet& set, const CounterTablePtr& table, std::int64_t endNs) {
    const model::Trace& trace = *set.trace;
    for (const auto& [row, columns] : columnsOf(trace, *table)) {
        if (!columns.contains("order0")) continue;
        SeriesWalk walk(table);
        std::vector<StepSeries*> orders;
        for (int order = 0;; ++order) {
            const auto found = columns.find(fmt::format("order{}", order));
            if (found == columns.end()) break;
            orders.push_back(&walk.follow(found->second));
        }
        walk.run();
        TrackSet fragmentation;
        addFragmentation(fragmentation, {orders.begin(), orders.end()}, endNs);
        double most = 1;
        for (const StepSeries* order : orders)
            for (const double value : order->value) most = std::max(most, value);
        set.tracks.push_back(std::make_unique<GroupTrack>(
            "Buddy lists", zoneTitle(trace.text(table->rows()[row].name)) +
                               fmt::format(" · 1 to {} blocks, logarithmic",
                                           model::formatCount(static_cast<std::uint64_t>(most)))));
        for (std::size_t i = orders.size(); i-- > 0;)
            set.tracks.push_back(std::make_unique<BuddyTrack>(static_cast<int>(i),
                                                              std::move(*orders[i]), most, endNs));
        for (auto& track : fragmentation.tracks) set.tracks.push_back(std::move(track));
    }
}

std::vector<TrackLegend> memoryLegend(const Theme& t) {
    return {{"free pages", t.seriesNeutral},
            {"high", t.text2},
            {"low", t.statusWarn},
            {"min", t.statusError}};
}

}  // namespace

bool hasMemoryCounters(const model::Trace& trace) {
    return std::ranges::any_of(trace.counters(), [](const CounterTablePtr& table) {
        return (table->file() == CounterFile::Zoneinfo || table->file() == CounterFile::Buddyinfo ||
                table->file() == CounterFile::Vmstat || table->file() == CounterFile::Meminfo ||
                table->file() == CounterFile::Pressure) &&
               table->rounds() > 0;
    });
}

std::shared_ptr<const TrackSet> memoryTracks(const model::TracePtr& trace) {
    auto set = std::make_shared<TrackSet>();
    set->trace = trace;
    set->title = "Memory zones";
    set->csvHead = "lane,begin_ns,end_ns,value,min,low,high";
    set->legend = memoryLegend;
    set->empty = "This trace has no zoneinfo, buddyinfo or vmstat. Record some with: "
                 "kernelscope record -o FILE --files zoneinfo,buddyinfo,vmstat";
    const model::ReclaimReport reclaims = model::reclaimReport(*trace, {});
    if (!hasMemoryCounters(*trace) && !reclaims.any) return set;
    const std::int64_t endNs = model::toNs(trace->range().end);
    std::size_t rounds = 0;
    bool zones = false;
    for (const CounterTablePtr& table : trace->counters()) {
        if (table->file() != CounterFile::Zoneinfo) continue;
        addZones(*set, table, endNs, zones ? model::ReclaimReport{} : reclaims);
        zones = true;
        rounds = std::max(rounds, table->rounds());
    }
    if (!zones && reclaims.any)
        set->tracks.push_back(std::make_unique<ReclaimTrack>(trace, reclaims));
    for (const CounterTablePtr& table : trace->counters())
        if (table->file() == CounterFile::Buddyinfo) addBuddy(*set, table, endNs);
    for (const CounterTablePtr& table : trace->counters())
        if (table->file() == CounterFile::Vmstat) addVmstatRates(*set, table, endNs);
    bool pressure = false;
    for (const CounterTablePtr& table : trace->counters()) {
        if (table->file() != CounterFile::Pressure) continue;
        if (!pressure)
            set->tracks.push_back(std::make_unique<GroupTrack>("Pressure", "tasks that waited"));
        pressure = true;
        addPressure(*set, table, endNs);
    }
    for (const CounterTablePtr& table : trace->counters())
        if (table->file() == CounterFile::Meminfo) addMeminfo(*set, table, endNs);
    set->status =
        fmt::format("{} rounds of zoneinfo, {} direct reclaims", model::formatCount(rounds),
                    model::formatCount(reclaims.spans.size()));
    return set;
}

}  // namespace kscope::views
