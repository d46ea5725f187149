// SPDX-License-Identifier: GPL-3.0-or-later
/// `report events`: one row an event name.
#include "app/command_line/reports/reports.h"

#include <algorithm>

namespace kscope::app {
namespace {

struct NameRow {
    model::StringId name{};
    std::int64_t count = 0;
    std::int64_t firstNs = 0;
    std::int64_t lastNs = 0;
};

std::vector<NameRow> countNames(const LoadedTrace& loaded) {
    const auto& trace = *loaded.trace;
    std::vector<NameRow> rows(trace.strings());
    Selection rowsOnly = loaded.selection;
    rowsOnly.filter = {};  // of a report the filter chooses rows, not events
    const ChosenRows chosen(trace, rowsOnly, *loaded.pool);
    chosen.forEach(0, trace.events(), [&](std::size_t index, model::Row at) {
        const auto& chunk = trace.chunk(index);
        auto& row = rows[raw(chunk.names[chunk.name[at]])];
        const auto ns = chunk.timeNs(at);
        if (row.count++ == 0) row.firstNs = ns;
        row.lastNs = ns;
    });
    for (std::size_t id = 0; id < rows.size(); ++id)
        rows[id].name = model::StringId{static_cast<std::uint32_t>(id)};
    std::erase_if(rows, [](const NameRow& row) { return row.count == 0; });
    std::ranges::sort(rows, [&](const NameRow& a, const NameRow& b) {
        return a.count != b.count ? a.count > b.count : trace.text(a.name) < trace.text(b.name);
    });
    return rows;
}

}  // namespace

ReportResult reportEvents(const LoadedTrace& loaded, const ReportOptions&) {
    const auto rows = countNames(loaded);
    std::int64_t all = 0;
    for (const auto& row : rows) all += row.count;
    ReportResult result;
    result.numbers.emplace_back("events", all);
    result.rows.name = "rows";
    result.rows.columns = {{"name"},
                           {"count"},
                           {"share", CellUnit::Share},
                           {"first", CellUnit::Time},
                           {"last", CellUnit::Time},
                           {"rate"}};
    result.rows.rows = rows.size();
    const auto trace = loaded.trace;
    const auto offset = ownClockOffset(*trace);
    result.rows.fill = [rows, all, trace, offset](std::size_t index, std::vector<Cell>& cells) {
        const NameRow& row = rows[index];
        const auto length = static_cast<double>(row.lastNs - row.firstNs) / 1e9;
        Cell rate = Never{};
        if (length > 0) rate = static_cast<double>(row.count) / length;
        cells.assign({std::string(trace->text(row.name)), row.count,
                      static_cast<double>(row.count) / static_cast<double>(all),
                      row.firstNs - offset, row.lastNs - offset, rate});
    };
    return result;
}

}  // namespace kscope::app
