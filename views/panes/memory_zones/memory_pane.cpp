// SPDX-License-Identifier: GPL-3.0-or-later
/// zoneinfo, buddyinfo, vmstat and reclaim events to tracks.
#include "views/panes/memory_zones/memory_pane.h"

#include "model/core/format.h"
#include "model/derive/counter_path.h"
#include "model/derive/counter_rates.h"
#include "model/store/counter_table.h"
#include "views/panes/memory_zones/buddy_series.h"
#include "views/panes/memory_zones/buddy_track.h"
#include "views/panes/memory_zones/order_tracks.h"
#include "views/panes/memory_zones/rate_tracks.h"
#include "views/panes/memory_zones/reclaim_track.h"
#include "views/panes/memory_zones/sentence_track.h"
#include "views/panes/memory_zones/zone_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kscope::views {
namespace {

using model::CounterFile;
using model::CounterTable;
using model::CounterTablePtr;

/// What the trace's events say, read once for all tracks.
struct MemoryEvents {
    std::shared_ptr<const model::ReclaimReport> reclaims;
    std::shared_ptr<const model::MemoryActivity> activity;
    std::vector<std::pair<std::int64_t, std::int64_t>> killsRead;
    [[nodiscard]] bool any() const {
        return reclaims->any || !activity->compaction.empty() || !activity->oom.empty();
    }
};

/// When vmstat's oom_kill had grown, and by how much.
std::vector<std::pair<std::int64_t, std::int64_t>> killsOf(const model::Trace& trace) {
    std::vector<std::pair<std::int64_t, std::int64_t>> kills;
    for (const CounterTablePtr& table : trace.counters()) {
        if (table->file() != CounterFile::Vmstat) continue;
        SeriesWalk walk(table);
        const StepSeries* series = nullptr;
        for (const auto& [row, columns] : columnsOf(trace, *table))
            if (const auto found = columns.find("oom_kill"); found != columns.end())
                series = &walk.follow(found->second);
        if (series == nullptr) continue;
        walk.run();
        for (std::size_t i = 1; i < series->size(); ++i)
            if (series->value[i] > series->value[i - 1])
                kills.emplace_back(series->ns[i], static_cast<std::int64_t>(series->value[i] -
                                                                            series->value[i - 1]));
        break;
    }
    return kills;
}

Passes passes(bool through) { return through ? Passes::Yes : Passes::No; }

struct FollowedZone {
    std::uint32_t row = 0;  // of the table
    std::string name;
    int node = 0;
    std::array<StepSeries*, 9> series{};  // as kZoneColumns
    [[nodiscard]] double managed() const {
        return series[4] && series[4]->size() > 0 ? series[4]->value.back() : 0.0;
    }
};
constexpr std::array<std::string_view, 9> kZoneColumns{
    "free", "min", "low", "high", "managed", "present", "spanned", "boost", "cma"};

std::vector<FollowedZone> followZones(const model::Trace& trace, const CounterTable& table,
                                      SeriesWalk& walk) {
    std::vector<FollowedZone> zones;
    for (const auto& [row, columns] : columnsOf(trace, table)) {
        if (!columns.contains("free") || !columns.contains("min")) continue;
        const auto name = trace.text(table.rows()[row].name);
        FollowedZone zone{row, zoneTitle(name), std::max(0, model::zoneOfRow(name).node), {}};
        for (std::size_t i = 0; i < kZoneColumns.size(); ++i)
            if (const auto found = columns.find(kZoneColumns[i]); found != columns.end())
                zone.series[i] = &walk.follow(found->second);
        zones.push_back(std::move(zone));
    }
    walk.run();
    std::erase_if(zones, [&](const FollowedZone& zone) {  // Movable without pages, and the like
        return zone.series[4] != nullptr && zone.managed() == 0;
    });
    std::ranges::stable_sort(zones, std::ranges::greater{}, &FollowedZone::managed);
    return zones;
}

/// Nodes that got their rows of reclaim, each below its largest zone.
void addZones(TrackSet& set, const CounterTablePtr& table, std::int64_t endNs,
              const MemoryEvents& events, const PlotChoice& choice,
              std::vector<std::int64_t>& nodes) {
    SeriesWalk walk(table);
    for (FollowedZone& zone : followZones(*set.trace, *table, walk)) {
        set.tracks.push_back(std::make_unique<GroupTrack>(
            zone.name, zone.managed() > 0 ? pagesText(zone.managed()) : ""));
        ZoneSeries series;
        series.name = zone.name;
        StepSeries* const into[] = {&series.free,    &series.min,     &series.low,
                                    &series.high,    &series.managed, &series.present,
                                    &series.spanned, &series.boost,   &series.cma};
        for (std::size_t i = 0; i < zone.series.size(); ++i)
            if (zone.series[i] != nullptr) *into[i] = std::move(*zone.series[i]);
        addTrack(set, std::make_unique<ZoneTrack>(std::move(series), endNs),
                 passes(choice.series.hasRow(*table, zone.row)));
        if (!events.any() && events.killsRead.empty()) continue;
        if (std::ranges::find(nodes, zone.node) != nodes.end()) continue;
        set.tracks.push_back(
            std::make_unique<ReclaimTrack>(ReclaimSource{.trace = set.trace,
                                                         .reclaims = events.reclaims,
                                                         .activity = events.activity,
                                                         .killsRead = events.killsRead,
                                                         .node = zone.node,
                                                         .first = nodes.empty()}));
        nodes.push_back(zone.node);
    }
}

/// Nodes of events that no zoneinfo names.
void addOtherNodes(TrackSet& set, const MemoryEvents& events, std::vector<std::int64_t>& nodes) {
    std::vector<std::int64_t> named;
    for (const auto& span : events.reclaims->kswapd) named.push_back(span.node);
    for (const auto& span : events.reclaims->spans)
        named.push_back(std::max<std::int64_t>(0, span.node));
    for (const auto& span : events.activity->compaction)
        named.push_back(std::max<std::int64_t>(0, span.node));
    if (named.empty() && events.any()) named.push_back(0);
    std::ranges::sort(named);
    named.erase(std::unique(named.begin(), named.end()), named.end());
    for (const std::int64_t node : named) {
        if (std::ranges::find(nodes, node) != nodes.end()) continue;
        set.tracks.push_back(std::make_unique<GroupTrack>("Reclaim", fmt::format("node {}", node)));
        set.tracks.push_back(
            std::make_unique<ReclaimTrack>(ReclaimSource{.trace = set.trace,
                                                         .reclaims = events.reclaims,
                                                         .activity = events.activity,
                                                         .killsRead = events.killsRead,
                                                         .node = node,
                                                         .first = nodes.empty()}));
        nodes.push_back(node);
    }
}

enum class Unfolded : std::uint8_t { No, Yes };

/// A group row and what folds below it.
class FoldGroup {
public:
    FoldGroup(TrackSet& set, std::string name, std::string facts, FoldTrack::ScaleOf scale,
              Unfolded unfolded)
        : m_set(set),
          m_fold(std::make_shared<FoldState>()) {
        m_fold->folded = unfolded == Unfolded::No;
        set.tracks.push_back(std::make_unique<FoldTrack>(std::move(name), std::move(facts), m_fold,
                                                         std::move(scale)));
    }
    void add(std::unique_ptr<Track> track, std::string owner = {}, Passes passes = Passes::Yes) {
        addTrack(m_set, std::make_unique<FoldedTrack>(std::move(track), m_fold, std::move(owner)),
                 passes);
    }

private:
    TrackSet& m_set;
    FoldPtr m_fold;
};

constexpr std::size_t kShownOrder = 4;  // a kernel stack, a larger slab

std::string orderText(double order) {
    return order < 0 ? std::string("none") : fmt::format("{:.0f}", order);
}

void addBuddyZone(TrackSet& set, BuddySeries zone, const CounterTable& table,
                  const PlotChoice& choice, std::int64_t endNs, Unfolded unfolded) {
    const double most = zone.mostBlocks;
    const auto any = passes(choice.series.hasRow(table, zone.row));
    FoldGroup lists(
        set, "Buddy lists", zone.name,
        [most](const TrackCanvas&) {
            return ColourScale{.least = "1",
                               .most = model::formatCount(static_cast<std::uint64_t>(most)) +
                                       " free blocks, logarithmic",
                               .empty = "none left",
                               .ticks = logTicks(most)};
        },
        Unfolded::Yes);
    for (std::size_t i = zone.blocks.size(); i-- > 0;)
        lists.add(std::make_unique<BuddyTrack>(zone.name, static_cast<int>(i), zone.blocks[i], most,
                                               endNs),
                  {}, passes(choice.series.has(table, zone.series[i])));
    lists.add(
        std::make_unique<StepTrack>(
            StepTrack::Words{"Largest order", "of the free blocks; −1: nothing is free", orderText},
            std::move(zone.largest), endNs, &Theme::seriesNeutral),
        zone.name, any);
    if (zone.unusable.size() > kShownOrder)
        lists.add(fragmentationTrack(zone.unusable[kShownOrder], endNs), zone.name, any);
    FoldGroup pages(
        set, "Pages by order", zone.name,
        [](const TrackCanvas&) {
            return ColourScale{
                .least = "order 0", .most = "greatest order", .empty = {}, .ticks = {}};
        },
        unfolded);
    pages.add(std::make_unique<PageStackTrack>(zone.name, std::move(zone.blocks), endNs), {}, any);
    const auto index = [&](const char* name, IndexKind kind, std::vector<StepSeries>& series) {
        FoldGroup group(
            set, name, zone.name, [kind](const TrackCanvas&) { return IndexTrack::scale(kind); },
            unfolded);
        group.add(std::make_unique<IndexTrack>(zone.name, kind, std::move(series), endNs), {}, any);
    };
    index("Unusable free index", IndexKind::Unusable, zone.unusable);
    index("Fragmentation index", IndexKind::Fragmentation, zone.fragmentation);
}

void addBuddy(TrackSet& set, const CounterTablePtr& table, const PlotChoice& choice,
              std::int64_t endNs) {
    auto unfolded = Unfolded::Yes;
    for (BuddySeries& zone : buddySeries(*set.trace, table)) {
        addBuddyZone(set, std::move(zone), *table, choice, endNs, unfolded);
        unfolded = Unfolded::No;
    }
}

void addAllocations(TrackSet& set, const MemoryEvents& events, std::int64_t endNs) {
    const auto& grid = events.activity->allocations;
    if (grid.total() == 0) return;
    auto track = std::make_unique<AllocationTrack>(events.activity, endNs);
    FoldGroup group(
        set, "Page allocations", model::formatCount(grid.total()),
        [raw = track.get()](const TrackCanvas& canvas) { return raw->scale(canvas); },
        Unfolded::Yes);
    group.add(std::move(track));
}

void addCounters(TrackSet& set, const PlotChoice& choice, std::int64_t endNs) {
    const model::Trace& trace = *set.trace;
    for (const CounterTablePtr& table : trace.counters())
        if (table->file() == CounterFile::Vmstat)
            addVmstatRates(set, table, choice, model::readingsEnd(*table, endNs));
    bool pressure = false;
    for (const CounterTablePtr& table : trace.counters()) {
        if (table->file() != CounterFile::Pressure) continue;
        if (!pressure)
            set.tracks.push_back(std::make_unique<GroupTrack>("Pressure", "tasks that waited"));
        pressure = true;
        addPressure(set, table, choice, model::readingsEnd(*table, endNs));
    }
    for (const CounterTablePtr& table : trace.counters())
        if (table->file() == CounterFile::Meminfo)
            addMeminfo(set, table, choice, model::readingsEnd(*table, endNs));
}

std::vector<TrackLegend> memoryLegend(const Theme& t) {
    return {{"free pages", t.seriesNeutral}, {"high", t.text2},
            {"low", t.statusWarn},           {"min", t.statusError},
            {"kswapd awake", t.stageGI},     {"direct reclaim", t.statusError},
            {"compaction", t.dirWrite},      {"killed", t.stateBlocked}};
}

}  // namespace

bool hasMemoryCounters(const model::Trace& trace) {
    // Names are kept once, so that looking them up tells whether such an event is there.
    constexpr std::array<std::string_view, 6> kEvents{
        "mm_vmscan_kswapd_wake", "mm_vmscan_direct_reclaim_begin",
        "mm_compaction_begin",   "mark_victim",
        "mm_page_alloc",         "mm_vmscan_kswapd_sleep"};
    if (std::ranges::any_of(kEvents, [&](std::string_view name) {
            return trace.findString(name) != model::kNoString;
        }))
        return true;
    return std::ranges::any_of(trace.counters(), [](const CounterTablePtr& table) {
        return (table->file() == CounterFile::Zoneinfo || table->file() == CounterFile::Buddyinfo ||
                table->file() == CounterFile::Vmstat || table->file() == CounterFile::Meminfo ||
                table->file() == CounterFile::Pressure) &&
               table->rounds() > 0;
    });
}

std::shared_ptr<const TrackSet> memoryTracks(const model::TracePtr& trace,
                                             const PlotChoice& choice) {
    auto set = std::make_shared<TrackSet>();
    set->trace = trace;
    set->title = "Memory zones";
    set->csvHead = "lane,begin_ns,end_ns,value,min,low,high";
    set->legend = memoryLegend;
    set->empty = "This trace has no zoneinfo, buddyinfo or vmstat. Record some with: "
                 "kernelscope record -o FILE --files zoneinfo,buddyinfo,vmstat";
    MemoryEvents events{
        .reclaims = std::make_shared<const model::ReclaimReport>(model::reclaimReport(*trace, {})),
        .activity = std::make_shared<const model::MemoryActivity>(model::memoryActivity(*trace)),
        .killsRead = killsOf(*trace)};
    if (!hasMemoryCounters(*trace) && !events.reclaims->any && !events.activity->any()) return set;
    const std::int64_t endNs = model::toNs(trace->range().end);
    auto story = std::make_shared<model::MemoryStory>(*trace, *events.reclaims, *events.activity);
    if (!story->empty()) set->tracks.push_back(std::make_unique<SentenceTrack>(story, endNs));
    std::size_t rounds = 0;
    std::vector<std::int64_t> nodes;
    for (const CounterTablePtr& table : trace->counters()) {
        if (table->file() != CounterFile::Zoneinfo) continue;
        addZones(*set, table, model::readingsEnd(*table, endNs), events, choice, nodes);
        rounds = std::max(rounds, table->rounds());
    }
    addOtherNodes(*set, events, nodes);
    for (const CounterTablePtr& table : trace->counters())
        if (table->file() == CounterFile::Buddyinfo)
            addBuddy(*set, table, choice, model::readingsEnd(*table, endNs));
    addAllocations(*set, events, endNs);
    addCounters(*set, choice, endNs);
    set->status =
        fmt::format("{} rounds of zoneinfo, {} direct reclaims", model::formatCount(rounds),
                    model::formatCount(events.reclaims->spans.size()));
    if (choice.filtered == PlotChoice::Filtered::LeaveOut) leaveOutFiltered(*set);
    if (set->tracks.empty()) set->empty = "The filter lets nothing of Memory through. Clear it.";
    return set;
}

}  // namespace kscope::views
