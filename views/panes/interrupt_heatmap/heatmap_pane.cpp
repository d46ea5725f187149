// SPDX-License-Identifier: GPL-3.0-or-later
/// Files of counters to groups of heatmap rows.
#include "views/panes/interrupt_heatmap/heatmap_pane.h"

#include "model/core/format.h"
#include "views/panes/interrupt_heatmap/heat_track.h"
#include "views/panes/tracks/step_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace kscope::views {
namespace {

/// Device lines are numbered; the kernel's own have letters (LOC, RES, TLB …).
bool isDeviceLine(std::string_view name) {
    return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) != 0;
}

/// "IO-APIC 2-edge timer" → the last word names the device.
std::string lastWord(std::string_view detail) {
    const auto blank = detail.find_last_of(" \t");
    return std::string(blank == detail.npos ? detail : detail.substr(blank + 1));
}

struct HeatGroup {
    std::string name;
    std::vector<std::size_t> rows;  // busiest first
    std::size_t silent = 0;
};

HeatTrack::Words wordsOf(const model::Trace& trace, const model::CounterRow& row,
                         model::CounterFile file) {
    const std::string name(trace.text(row.name));
    const std::string detail(trace.text(row.detail));
    if (file == model::CounterFile::Softirqs) return {name, "softirq", ""};
    if (!isDeviceLine(name)) return {name, detail, ""};
    const std::string device = lastWord(detail);
    return {device.empty() ? name : device, "irq " + name, detail};
}

void addGroup(TrackSet& set, const HeatGroup& group,
              const std::shared_ptr<const HeatTrack::Data>& data) {
    if (group.rows.empty()) return;
    std::string facts = fmt::format("{} lines, busiest first", group.rows.size());
    if (group.silent > 0) facts += fmt::format(" · {} never counted", group.silent);
    set.tracks.push_back(std::make_unique<GroupTrack>(group.name, facts));
    for (const std::size_t row : group.rows)
        set.tracks.push_back(std::make_unique<HeatTrack>(
            data, row,
            wordsOf(*set.trace, data->table->rows()[data->rates.rows[row].row],
                    data->table->file())));
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

}  // namespace

bool hasInterruptCounters(const model::Trace& trace) {
    return std::ranges::any_of(trace.counters(), [](const model::CounterTablePtr& table) {
        return (table->file() == model::CounterFile::Interrupts ||
                table->file() == model::CounterFile::Softirqs) &&
               table->rounds() > 1;
    });
}

std::shared_ptr<const TrackSet> heatmapTracks(const model::TracePtr& trace) {
    auto set = std::make_shared<TrackSet>();
    set->trace = trace;
    set->title = "Interrupts";
    set->csvHead = "row,begin_ns,end_ns,count";
    set->empty = "This trace has no two rounds of /proc/interrupts or /proc/softirqs. Record some "
                 "with: kernelscope record -o FILE --files interrupts,softirqs";
    if (!hasInterruptCounters(*trace)) return set;
    std::vector<std::shared_ptr<HeatTrack::Data>> all;
    HeatScale scale;
    for (const model::CounterTablePtr& table : trace->counters()) {
        if ((table->file() != model::CounterFile::Interrupts &&
             table->file() != model::CounterFile::Softirqs) ||
            table->rounds() < 2)
            continue;
        auto data = std::make_shared<HeatTrack::Data>();
        data->table = table;
        data->rates = model::counterRates(*table);
        scale.most = std::max(scale.most, greatestRate(data->rates));
        all.push_back(std::move(data));
    }
    scale.most = niceTop(scale.most);
    set->tracks.push_back(std::make_unique<HeatLegendTrack>("Interrupts", scale));
    std::size_t lines = 0;
    for (const auto& data : all) {
        data->scale = scale;
        const bool soft = data->table->file() == model::CounterFile::Softirqs;
        HeatGroup device{"Device lines", {}, 0};
        HeatGroup own{soft ? "Softirqs" : "Per-CPU lines", {}, 0};
        for (std::size_t row = 0; row < data->rates.rows.size(); ++row) {
            const auto& named = data->table->rows()[data->rates.rows[row].row];
            HeatGroup& group = !soft && isDeviceLine(trace->text(named.name)) ? device : own;
            if (data->rates.rows[row].total() > 0) group.rows.push_back(row);
            else ++group.silent;
        }
        for (HeatGroup* const group : {&device, &own}) {
            std::ranges::stable_sort(group->rows, std::ranges::greater{}, [&](std::size_t row) {
                return data->rates.rows[row].total();
            });
            addGroup(*set, *group, data);
            lines += group->rows.size();
        }
    }
    set->status = fmt::format("{} lines counted", model::formatCount(lines));
    return set;
}

}  // namespace kscope::views
