// SPDX-License-Identifier: GPL-3.0-or-later
/// buddyinfo's rounds to series by order.
#include "views/panes/memory_zones/buddy_series.h"

#include "model/derive/memory_report.h"
#include "views/panes/memory_zones/series_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace kscope::views {
namespace {

/// No kernel has more; what a damaged line says beyond is not shown.
constexpr int kMostOrders = 24;

void addChange(StepSeries& series, std::int64_t ns, double now) {
    if (series.size() == 0 || series.value.back() != now) series.add(ns, now);
}

struct BuddyRow {
    std::vector<std::uint32_t> series;  // by order
    std::vector<std::int64_t> blocks;   // of the round before
    BuddySeries made;
};

void takeRound(BuddyRow& row, const model::CounterCursor& cursor, std::int64_t ns) {
    std::vector<std::int64_t> blocks;
    for (const auto id : row.series) {
        const auto value = cursor.value(id);
        if (!value) return;  // the zone had gone by then
        blocks.push_back(static_cast<std::int64_t>(*value));
    }
    if (blocks == row.blocks) return;
    row.blocks = std::move(blocks);
    double pages = 0;
    double largest = -1;
    for (std::size_t order = 0; order < row.blocks.size(); ++order) {
        const auto count = static_cast<double>(row.blocks[order]);
        addChange(row.made.blocks[order], ns, count);
        pages += count * static_cast<double>(std::uint64_t{1} << order);
        if (count > 0) largest = static_cast<double>(order);
        row.made.mostBlocks = std::max(row.made.mostBlocks, count);
        const auto wanted = static_cast<unsigned>(order);
        addChange(row.made.unusable[order], ns,
                  static_cast<double>(model::unusableIndex(row.blocks, wanted)) / 1000);
        addChange(row.made.fragmentation[order], ns,
                  static_cast<double>(model::fragmentationIndex(row.blocks, wanted)) / 1000);
    }
    addChange(row.made.largest, ns, largest);
    row.made.mostPages = std::max(row.made.mostPages, pages);
}

}  // namespace

std::string zoneTitle(std::string_view row) {
    const auto slash = row.find('/');
    if (!row.starts_with("node") || slash == row.npos) return std::string(row);
    return fmt::format("Node {} {}", row.substr(4, slash - 4), row.substr(slash + 1));
}

std::vector<BuddySeries> buddySeries(const model::Trace& trace,
                                     const model::CounterTablePtr& table) {
    std::vector<BuddyRow> rows;
    for (const auto& [row, columns] : columnsOf(trace, *table)) {
        BuddyRow made;
        for (int order = 0; order < kMostOrders; ++order) {
            const auto found = columns.find(fmt::format("order{}", order));
            if (found == columns.end()) break;
            made.series.push_back(found->second);
        }
        if (made.series.empty()) continue;
        made.made.row = row;
        made.made.series = made.series;
        made.made.name = zoneTitle(trace.text(table->rows()[row].name));
        made.made.blocks.resize(made.series.size());
        made.made.unusable.resize(made.series.size());
        made.made.fragmentation.resize(made.series.size());
        rows.push_back(std::move(made));
    }
    model::CounterCursor cursor(table);
    for (std::size_t round = 0; round < table->rounds(); ++round) {
        cursor.seek(round);
        for (BuddyRow& row : rows) takeRound(row, cursor, table->timeNs(round));
    }
    std::ranges::stable_sort(rows, std::ranges::greater{},
                             [](const BuddyRow& row) { return row.made.mostPages; });
    std::vector<BuddySeries> all;
    for (BuddyRow& row : rows) all.push_back(std::move(row.made));
    return all;
}

}  // namespace kscope::views
