// SPDX-License-Identifier: GPL-3.0-or-later
/// zoneinfo, buddyinfo, vmstat and reclaim events to tracks.
#include "views/panes/memory_zones/memory_pane.h"

#include "model/core/format.h"
#include "model/store/counter_table.h"
#include "views/panes/memory_zones/buddy_track.h"
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

/// Values of chosen series, one walk over all rounds; only changes are kept.
class SeriesWalk {
public:
    explicit SeriesWalk(CounterTablePtr table) : m_table(std::move(table)) {}
    StepSeries& follow(std::uint32_t series) {
        m_wanted.push_back({series, std::make_unique<StepSeries>()});
        return *m_wanted.back().steps;
    }
    void run() {
        model::CounterCursor cursor(m_table);
        for (std::size_t round = 0; round < m_table->rounds(); ++round) {
            cursor.seek(round);
            const std::int64_t ns = m_table->timeNs(round);
            for (Wanted& wanted : m_wanted) {
                const auto value = cursor.value(wanted.series);
                if (!value) continue;
                const double now = model::counterValue(m_table->series()[wanted.series], *value);
                if (wanted.steps->size() == 0 || wanted.steps->value.back() != now)
                    wanted.steps->add(ns, now);
            }
        }
    }

private:
    struct Wanted {
        std::uint32_t series;
        std::unique_ptr<StepSeries> steps;
    };
    CounterTablePtr m_table;
    std::vector<Wanted> m_wanted;
};

/// Series by the text of its column, of each row that has them.
using RowColumns = std::map<std::uint32_t, std::map<std::string, std::uint32_t, std::less<>>>;
RowColumns columnsOf(const model::Trace& trace, const CounterTable& table) {
    RowColumns rows;
    for (std::uint32_t id = 0; id < table.series().size(); ++id) {
        const model::CounterSeries& series = table.series()[id];
        rows[series.row].emplace(trace.text(series.column), id);
    }
    return rows;
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
    }
}

std::string perSecond(double value) {
    return value >= 1e4 ? fmt::format("{:.0f} k", value / 1e3) : fmt::format("{:.0f}", value);
}

/// What reclaim, faults and swap do, of vmstat's hundred names.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kRateNames{
    {{"pgscan_kswapd", "pages that kswapd looked at"},
     {"pgsteal_kswapd", "pages that kswapd freed"},
     {"pgscan_direct", "pages that allocating tasks looked at"},
     {"pgsteal_direct", "pages that allocating tasks freed"},
     {"allocstall_normal", "allocations that had to reclaim"},
     {"compact_stall", "allocations that had to compact"},
     {"pgmajfault", "faults that waited for a device"},
     {"pswpin", "pages read from swap"},
     {"pswpout", "pages written to swap"}}};

void addRates(TrackSet& set, const CounterTablePtr& table, std::int64_t endNs) {
    const model::Trace& trace = *set.trace;
    const auto rows = columnsOf(trace, *table);
    bool grouped = false;
    for (const auto& [name, meaning] : kRateNames) {
        const auto row = std::ranges::find_if(rows, [&](const auto& entry) {
            return trace.text(table->rows()[entry.first].name) == name;
        });
        if (row == rows.end() || row->second.empty()) continue;
        SeriesWalk walk(table);
        const StepSeries& values = walk.follow(row->second.begin()->second);
        walk.run();
        if (values.size() < 2) continue;  // never changed
        StepSeries rate;
        for (std::size_t i = 0; i + 1 < values.size(); ++i) {
            const double grown = values.value[i + 1] - values.value[i];
            // It grew within the round before the change was read: the step stands there.
            const std::size_t round = table->lowerBound(values.ns[i + 1]);
            const std::int64_t begin = round > 0 ? table->timeNs(round - 1) : values.ns[i];
            if (rate.size() == 0 && begin > table->timeNs(0)) rate.add(table->timeNs(0), 0);
            if (begin > values.ns[i] && rate.size() > 0) rate.add(values.ns[i], 0);
            rate.add(begin,
                     std::max(0.0, grown) * 1e9 /
                         static_cast<double>(std::max<std::int64_t>(1, values.ns[i + 1] - begin)));
        }
        rate.add(values.ns.back(), 0);
        if (!grouped) set.tracks.push_back(std::make_unique<GroupTrack>("vmstat", "a second"));
        grouped = true;
        set.tracks.push_back(std::make_unique<StepTrack>(
            StepTrack::Words{std::string(name), std::string(meaning), perSecond}, std::move(rate),
            endNs, &Theme::seriesNeutral));
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
                table->file() == CounterFile::Vmstat) &&
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
        if (table->file() == CounterFile::Vmstat) addRates(*set, table, endNs);
    set->status =
        fmt::format("{} rounds of zoneinfo, {} direct reclaims", model::formatCount(rounds),
                    model::formatCount(reclaims.spans.size()));
    return set;
}

}  // namespace kscope::views
