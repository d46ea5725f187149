// SPDX-License-Identifier: GPL-3.0-or-later
/// Files of counters to groups of heatmap rows.
#include "views/panes/interrupt_heatmap/heatmap_pane.h"

#include "model/core/format.h"
#include "model/derive/interrupt_report.h"
#include "model/derive/interrupt_words.h"
#include "views/panes/interrupt_heatmap/count_track.h"
#include "views/panes/interrupt_heatmap/heat_track.h"
#include "views/panes/interrupt_heatmap/matrix_sheet.h"
#include "views/panes/tracks/step_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace kscope::views {
namespace {

using model::InterruptGroup;

struct HeatGroup {
    InterruptGroup group{};
    std::vector<std::size_t> rows;
    std::size_t silent = 0;
};

HeatTrack::Words wordsOf(const model::Trace& trace, const model::CounterRow& row,
                         model::CounterFile file) {
    const std::string name(trace.text(row.name));
    const std::string_view detail = trace.text(row.detail);
    if (file == model::CounterFile::Softirqs)
        return {name, "softirq", std::string(model::softirqWords(name))};
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) == 0)
        return {name, std::string(detail), std::string(model::interruptRowWords(name))};
    const auto line = model::interruptLine(detail);
    const std::string device(line.actions.empty() ? std::string_view(name) : line.actions);
    return {device, line.actions.empty() ? std::string(line.chip) : "irq " + name,
            model::interruptLineWords(line)};
}

std::string folded(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower;
}

/// Whether name, device, facts or words of the row hold the filter's text.
bool passes(const model::Trace& trace, const model::CounterRow& row, const HeatTrack::Words& words,
            const std::string& wanted) {
    if (wanted.empty()) return true;
    for (const std::string_view text :
         {trace.text(row.name), trace.text(row.detail), std::string_view(words.name),
          std::string_view(words.meaning)})
        if (folded(text).find(wanted) != std::string::npos) return true;
    return false;
}

/// The rows of one file, of many readings or of one.
struct HeatRows {
    std::shared_ptr<const HeatTrack::Data> data;  // null: of one
    std::shared_ptr<const CountReading> reading;  // null: of many
    const model::CounterTable& table;
    [[nodiscard]] std::size_t size() const {
        return data ? data->rates.rows.size() : reading->rows.size();
    }
    [[nodiscard]] std::uint32_t rowOf(std::size_t index) const {
        return data ? data->rates.rows[index].row : static_cast<std::uint32_t>(index);
    }
    [[nodiscard]] const model::CounterRow& named(std::size_t index) const {
        return table.rows()[rowOf(index)];
    }
    [[nodiscard]] std::uint64_t total(std::size_t index) const {
        return data ? data->rates.rows[index].total() : reading->rows[index].total;
    }
};

void addGroup(TrackSet& set, const HeatGroup& group, const HeatOptions& options,
              const PlotChoice& choice, const HeatRows& rows) {
    if (group.rows.empty()) return;
    constexpr std::array<std::string_view, 3> kOrder{"busiest first", "by name", "by number"};
    std::string facts =
        fmt::format("{} {}, {}", group.rows.size(), group.rows.size() == 1 ? "line" : "lines",
                    kOrder[static_cast<std::size_t>(options.sort)]);
    if (group.silent > 0) facts += fmt::format(" · {} never counted", group.silent);
    if (options.groups == HeatOptions::Groups::Shown)
        set.tracks.push_back(std::make_unique<GroupTrack>(
            std::string(model::interruptGroupName(group.group)), facts));
    for (const std::size_t row : group.rows) {
        auto words = wordsOf(*set.trace, rows.named(row), rows.table.file());
        std::unique_ptr<Track> track;
        if (rows.data) track = std::make_unique<HeatTrack>(rows.data, row, std::move(words));
        else track = std::make_unique<CountTrack>(rows.reading, row, std::move(words));
        addTrack(set, std::move(track),
                 choice.series.hasRow(rows.table, rows.rowOf(row)) ? Passes::Yes : Passes::No);
    }
}

/// "9" before "10", numbers before names.
bool numberLess(std::string_view a, std::string_view b) {
    const auto isNumber = [](std::string_view text) {
        return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0;
    };
    if (isNumber(a) != isNumber(b)) return isNumber(a);
    if (isNumber(a) && a.size() != b.size()) return a.size() < b.size();
    return isNumber(a) ? a < b : false;  // names keep the order of the file
}

void sortRows(std::vector<std::size_t>& rows, const HeatOptions& options, const model::Trace& trace,
              const HeatRows& of) {
    switch (options.sort) {
    case HeatSort::Rate:
        std::ranges::stable_sort(rows, std::ranges::greater{},
                                 [&](std::size_t row) { return of.total(row); });
        break;
    case HeatSort::Name:
        std::ranges::stable_sort(rows, {}, [&](std::size_t row) {
            return folded(wordsOf(trace, of.named(row), of.table.file()).name);
        });
        break;
    case HeatSort::Number:
        std::ranges::stable_sort(rows, [&](std::size_t a, std::size_t b) {
            return numberLess(trace.text(of.named(a).name), trace.text(of.named(b).name));
        });
        break;
    }
}

/// Rows of one file in their groups; a filter also shows those that never counted.
std::vector<HeatGroup> groupsOf(const model::Trace& trace, const HeatRows& of,
                                const HeatOptions& options) {
    const bool soft = of.table.file() == model::CounterFile::Softirqs;
    const auto wanted = folded(options.filter);
    std::vector<HeatGroup> groups;
    for (std::size_t row = 0; row < of.size(); ++row) {
        const auto& named = of.named(row);
        if (!passes(trace, named, wordsOf(trace, named, of.table.file()), wanted)) continue;
        auto kind = soft ? InterruptGroup::Softirq
                         : model::interruptGroup(trace.text(named.name), trace.text(named.detail));
        if (options.groups == HeatOptions::Groups::None) kind = InterruptGroup::Device;
        auto at = std::ranges::find(groups, kind, &HeatGroup::group);
        if (at == groups.end()) at = groups.insert(groups.end(), HeatGroup{kind, {}, 0});
        if (of.total(row) > 0 || !wanted.empty()) at->rows.push_back(row);
        else ++at->silent;
    }
    std::ranges::sort(groups, {}, &HeatGroup::group);
    for (auto& group : groups) sortRows(group.rows, options, trace, of);
    return groups;
}

/// Twice the usual distance of two readings.
std::int64_t gapOf(const std::vector<std::int64_t>& ns) {
    if (ns.size() < 4) return INT64_MAX;
    std::vector<std::int64_t> steps;
    for (std::size_t i = 1; i < ns.size(); ++i) steps.push_back(ns[i] - ns[i - 1]);
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::ranges::nth_element(steps, middle);
    return 2 * *middle;
}

/// The greatest rate between two rounds of any row.
double greatestRate(const model::CounterRates& rates) {
    double most = 1;
    for (const model::RateRow& row : rates.rows)
        for (std::size_t i = 0; i + 1 < rates.ns.size(); ++i)
            most = std::max(most, static_cast<double>(row.grown[i + 1] - row.grown[i]) * 1e9 /
                                      static_cast<double>(std::max<std::int64_t>(
                                          1, rates.ns[i + 1] - rates.ns[i])));
    return most;
}

/// Files of interrupts with at least one reading.
std::vector<model::CounterTablePtr> interruptTables(const model::Trace& trace) {
    std::vector<model::CounterTablePtr> tables;
    for (const model::CounterTablePtr& table : trace.counters())
        if ((table->file() == model::CounterFile::Interrupts ||
             table->file() == model::CounterFile::Softirqs) &&
            table->rounds() > 0)
            tables.push_back(table);
    return tables;
}

std::string linesStatus(std::size_t lines, const HeatOptions& options) {
    return fmt::format("{} {}{}", model::formatCount(lines), lines == 1 ? "line" : "lines",
                       options.filter.empty() ? " counted" : " found");
}

/// A group for what no row is left of, in words.
void sayNothing(TrackSet& set, const HeatOptions& options) {
    set.tracks.push_back(std::make_unique<GroupTrack>(
        options.filter.empty() ? "Nothing counted" : "No such line",
        options.filter.empty() ? "no row grew between the readings"
                               : fmt::format("no row that grew holds “{}”", options.filter)));
}

/// All files with rates, on one scale. Returns the number of lines.
std::size_t addRates(TrackSet& set, const std::vector<model::CounterTablePtr>& tables,
                     const HeatOptions& options, const PlotChoice& choice, HeatCache* cache) {
    std::vector<std::shared_ptr<HeatTrack::Data>> all;
    HeatScale scale;
    scale.kind = options.scale;
    for (const model::CounterTablePtr& table : tables) {
        if (table->rounds() < 2) continue;
        auto data = std::make_shared<HeatTrack::Data>();
        data->table = table;
        data->cpus = choice.cpus;
        data->rates = cache == nullptr || !choice.cpus.empty()
                          ? model::counterRates(*table, model::kMostRatePoints, choice.cpus)
                          : cache->rates(*table);
        data->gapNs = gapOf(data->rates.ns);
        scale.most = std::max(scale.most, greatestRate(data->rates));
        all.push_back(std::move(data));
    }
    if (all.empty()) return 0;
    set.side = matrixSide;
    scale.most = niceTop(scale.most);
    set.tracks.push_back(std::make_unique<HeatLegendTrack>("Interrupts", scale));
    std::size_t lines = 0;
    for (const auto& data : all) {
        data->scale = scale;
        const HeatRows rows{data, nullptr, *data->table};
        for (const auto& group : groupsOf(*set.trace, rows, options)) {
            addGroup(set, group, options, choice, rows);
            lines += group.rows.size();
        }
    }
    if (lines == 0) sayNothing(set, options);
    return lines;
}

/// Files that were read once. Returns the number of lines.
std::size_t addCounts(TrackSet& set, const std::vector<model::CounterTablePtr>& tables,
                      const HeatOptions& options, const PlotChoice& choice) {
    std::size_t lines = 0;
    for (const model::CounterTablePtr& table : tables) {
        if (table->rounds() != 1) continue;
        const HeatRows rows{nullptr,
                            std::make_shared<const CountReading>(countReading(table, choice.cpus)),
                            *table};
        set.tracks.push_back(std::make_unique<CountHeadTrack>(rows.reading));
        const auto before = lines;
        for (const auto& group : groupsOf(*set.trace, rows, options)) {
            addGroup(set, group, options, choice, rows);
            lines += group.rows.size();
        }
        if (lines == before) sayNothing(set, options);
    }
    return lines;
}

}  // namespace

bool hasInterruptCounters(const model::Trace& trace) { return !interruptTables(trace).empty(); }

model::CounterRates HeatCache::rates(const model::CounterTable& table) {
    const std::lock_guard lock(m_mutex);
    return m_walks[{model::raw(table.source()), model::raw(table.path())}].follow(table);
}

std::shared_ptr<const TrackSet> heatmapTracks(const model::TracePtr& trace,
                                              const HeatOptions& options, const PlotChoice& choice,
                                              HeatCache* cache) {
    auto set = std::make_shared<TrackSet>();
    set->trace = trace;
    set->title = "Interrupts";
    set->csvHead = "row,begin_ns,end_ns,count,cpu";  // cpu: of all together none
    set->empty = "This trace has no /proc/interrupts or /proc/softirqs. Record some with: "
                 "kernelscope record -o FILE --files interrupts,softirqs";
    const auto tables = interruptTables(*trace);
    if (tables.empty()) return set;
    const auto lines =
        addRates(*set, tables, options, choice, cache) + addCounts(*set, tables, options, choice);
    set->status = linesStatus(lines, options);
    if (choice.filtered == PlotChoice::Filtered::LeaveOut) leaveOutFiltered(*set);
    return set;
}

}  // namespace kscope::views
