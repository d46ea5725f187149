// SPDX-License-Identifier: GPL-3.0-or-later
/// Counters to rates, gauges to lines.
#include "views/panes/memory_zones/rate_tracks.h"

#include "model/core/format.h"
#include "views/panes/memory_zones/zone_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kscope::views {

namespace {

using NameAndMeaning = std::pair<std::string_view, std::string_view>;

std::string perSecond(double value) {
    return value >= 1e4 ? fmt::format("{:.0f} k", value / 1e3) : fmt::format("{:.0f}", value);
}
std::string percentText(double share) { return fmt::format("{:.1f} %", share * 100); }
std::string indexText(double value) { return fmt::format("{:.2f}", value); }
std::string kibText(double kib) {
    return model::formatBytes(static_cast<std::uint64_t>(std::max(0.0, kib) * 1024));
}

double kibTop(double kib) { return niceBytesTop(kib * 1024) / 1024; }

/// What reclaim, faults and swap do, of vmstat's hundred names.
constexpr std::array<NameAndMeaning, 13> kRateNames{
    {{"pgscan_kswapd", "pages that kswapd looked at"},
     {"pgsteal_kswapd", "pages that kswapd freed"},
     {"pgscan_direct", "pages that allocating tasks looked at"},
     {"pgsteal_direct", "pages that allocating tasks freed"},
     {"allocstall_normal", "allocations that had to reclaim"},
     {"allocstall_movable", "movable allocations that had to reclaim"},
     {"allocstall_dma32", "allocations in DMA32 that had to reclaim"},
     {"compact_stall", "allocations that had to compact"},
     {"pgfault", "page faults"},
     {"pgmajfault", "faults that waited for a device"},
     {"pswpin", "pages read from swap"},
     {"pswpout", "pages written to swap"},
     {"oom_kill", "tasks killed for want of memory"}}};

constexpr std::array<NameAndMeaning, 9> kMeminfoNames{
    {{"MemAvailable", "can be had without swapping"},
     {"MemFree", "in no use at all"},
     {"Cached", "contents of files"},
     {"Buffers", "contents of devices"},
     {"AnonPages", "memory of tasks"},
     {"Dirty", "to be written back"},
     {"Writeback", "being written back"},
     {"Slab", "objects of the kernel"},
     {"SwapFree", "swap that is free"}}};

/// Series of a table by the text of their column, rows alike.
std::map<std::string, std::uint32_t, std::less<>> byColumn(const model::Trace& trace,
                                                           const model::CounterTable& table) {
    std::map<std::string, std::uint32_t, std::less<>> columns;
    for (const auto& [row, each] : columnsOf(trace, table))
        for (const auto& [name, id] : each) columns.emplace(name, id);
    return columns;
}

template <class Name> struct Followed {
    Name name;
    StepSeries* values;
    Passes passes;
};

Passes passesFilter(const PlotChoice& choice, const model::CounterTable& table,
                    std::uint32_t series) {
    return choice.series.has(table, series) ? Passes::Yes : Passes::No;
}

}  // namespace

StepSeries& SeriesWalk::follow(std::uint32_t series) {
    m_wanted.push_back({series, std::make_unique<StepSeries>()});
    return *m_wanted.back().steps;
}

void SeriesWalk::run() {
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

RowColumns columnsOf(const model::Trace& trace, const model::CounterTable& table) {
    RowColumns rows;
    for (std::uint32_t id = 0; id < table.series().size(); ++id) {
        const model::CounterSeries& series = table.series()[id];
        rows[series.row].emplace(trace.text(series.column), id);
    }
    return rows;
}

StepSeries rateOf(const model::CounterTable& table, const StepSeries& values, double scale) {
    StepSeries rate;
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        const double grown = values.value[i + 1] - values.value[i];
        // It grew within the round before the change was read: the step stands there.
        const std::size_t round = table.lowerBound(values.ns[i + 1]);
        const std::int64_t begin = round > 0 ? table.timeNs(round - 1) : values.ns[i];
        if (rate.size() == 0 && begin > table.timeNs(0)) rate.add(table.timeNs(0), 0);
        if (begin > values.ns[i] && rate.size() > 0) rate.add(values.ns[i], 0);
        rate.add(begin,
                 std::max(0.0, grown) * scale * 1e9 /
                     static_cast<double>(std::max<std::int64_t>(1, values.ns[i + 1] - begin)));
    }
    if (values.size() > 0) rate.add(values.ns.back(), 0);
    return rate;
}

void addVmstatRates(TrackSet& set, const model::CounterTablePtr& table, const PlotChoice& choice,
                    std::int64_t endNs) {
    const auto columns = byColumn(*set.trace, *table);
    SeriesWalk walk(table);
    std::vector<Followed<NameAndMeaning>> followed;
    for (const auto& name : kRateNames)
        if (const auto found = columns.find(name.first); found != columns.end())
            followed.push_back(
                {name, &walk.follow(found->second), passesFilter(choice, *table, found->second)});
    walk.run();
    bool grouped = false;
    for (const auto& [name, values, passes] : followed) {
        if (values->size() < 2) continue;  // never changed
        if (!grouped) set.tracks.push_back(std::make_unique<GroupTrack>("vmstat", "a second"));
        grouped = true;
        addTrack(set,
                 std::make_unique<StepTrack>(
                     StepTrack::Words{std::string(name.first), std::string(name.second), perSecond},
                     rateOf(*table, *values, 1), endNs, &Theme::seriesNeutral),
                 passes);
    }
}

void addPressure(TrackSet& set, const model::CounterTablePtr& table, const PlotChoice& choice,
                 std::int64_t endNs) {
    const model::Trace& trace = *set.trace;
    const auto path = trace.text(table->path());
    const std::string what(path.substr(path.rfind('/') + 1));
    SeriesWalk walk(table);
    std::vector<Followed<std::string>> followed;
    for (const auto& [row, columns] : columnsOf(trace, *table))
        if (const auto total = columns.find("total"); total != columns.end())
            followed.push_back({std::string(trace.text(table->rows()[row].name)),
                                &walk.follow(total->second),
                                passesFilter(choice, *table, total->second)});
    walk.run();
    for (const auto& [row, values, passes] : followed) {
        if (values->size() < 2) continue;
        const auto words =
            row == "full" ? "share of time that all waited" : "share of time that some waited";
        addTrack(set,
                 std::make_unique<StepTrack>(
                     StepTrack::Words{what + ' ' + row, words, percentText},
                     rateOf(*table, *values, 1e-6),  // the kernel counts µs
                     endNs, row == "full" ? &Theme::stateBlocked : &Theme::statusWarn),
                 passes);
    }
}

void addMeminfo(TrackSet& set, const model::CounterTablePtr& table, const PlotChoice& choice,
                std::int64_t endNs) {
    const auto columns = byColumn(*set.trace, *table);
    SeriesWalk walk(table);
    std::vector<Followed<NameAndMeaning>> followed;
    for (const auto& name : kMeminfoNames)
        if (const auto found = columns.find(name.first); found != columns.end())
            followed.push_back(
                {name, &walk.follow(found->second), passesFilter(choice, *table, found->second)});
    walk.run();
    if (followed.empty()) return;
    set.tracks.push_back(std::make_unique<GroupTrack>("meminfo", ""));
    for (auto& [name, values, passes] : followed)
        addTrack(
            set,
            std::make_unique<StepTrack>(StepTrack::Words{std::string(name.first),
                                                         std::string(name.second), kibText, kibTop},
                                        std::move(*values), endNs, &Theme::seriesNeutral),
            passes);
}

std::unique_ptr<Track> fragmentationTrack(StepSeries unusable, std::int64_t endNs) {
    return std::make_unique<StepTrack>(
        StepTrack::Words{"Fragmentation", "unusable index, order 4", indexText},
        std::move(unusable), endNs, &Theme::dirWrite);
}

}  // namespace kscope::views
