// SPDX-License-Identifier: GPL-3.0-or-later
/// Numbers of rounds on their way out.
#include "app/command_line/dump_rounds.h"

#include "app/command_line/output.h"
#include "model/core/format.h"
#include "model/derive/counter_path.h"

namespace kscope::app {

RoundPrinter::RoundPrinter(const model::Trace& trace, OutputFormat format,
                           const model::Filter& filter)
    : m_trace(trace),
      m_format(format),
      m_filter(filter),
      m_matcher(trace) {}

RoundPrinter::Table* RoundPrinter::tableOf(const model::Event& event, std::size_t& round) {
    if (m_trace.counters().empty()) return nullptr;
    if (m_tables.empty())
        for (const auto& table : m_trace.counters())
            m_tables.push_back(
                {table, model::CounterCursor(table), model::counterPaths(m_trace, *table)});
    for (auto& table : m_tables) {
        if (table.table->source() != event.source || table.table->event() != event.name) continue;
        const auto found = table.table->roundAt(event.position);
        if (!found) continue;
        round = *found;
        return &table;
    }
    return nullptr;
}

void RoundPrinter::number(const Table& table, std::size_t place, std::int64_t timeNs,
                          const model::Event& event, std::string& into) const {
    const auto id = table.cursor.series()[place];
    const auto value = model::counterText(table.table->series()[id], table.cursor.values()[place]);
    const auto file = m_trace.text(table.table->path());
    switch (m_format) {
    case OutputFormat::Text:
        into += fmt::format("{:>16}   - {:<22} -     {}: {}={}\n",
                            model::formatSeconds(model::timestampNs(timeNs)), "-",
                            m_trace.text(event.name), table.paths[id], value);
        return;
    case OutputFormat::Csv:
        into += fmt::format("{},,,,,", timeNs);
        appendCsv(into, m_trace.text(event.name));
        into += ',';
        appendCsv(into, table.paths[id] + "=" + value);
        into += ',';
        appendCsv(into, m_trace.sources()[raw(event.source)].path);
        into += fmt::format(",{}\n", event.position);
        return;
    case OutputFormat::Json:
        into += fmt::format("{{\"time_ns\":{},\"file\":", timeNs);
        appendJson(into, file);
        into += ",\"path\":";
        appendJson(into, table.paths[id]);
        into += fmt::format(",\"value\":{},\"source\":", value);
        appendJson(into, m_trace.sources()[raw(event.source)].path);
        into += fmt::format(",\"position\":{}}}\n", event.position);
        return;
    }
}

bool RoundPrinter::print(const model::Event& event, std::string& into) {
    std::size_t round = 0;
    auto* const table = tableOf(event, round);
    if (table == nullptr) return false;
    table->cursor.seek(round);
    const auto timeNs = table->table->timeNs(round);
    if (!m_filter.all() && !m_matcher.numbers(*m_filter.root(), event, m_chosen)) return true;
    const auto series = table->cursor.series();
    for (std::size_t place = 0; place < table->cursor.values().size(); ++place) {
        const auto id = series[place];
        if (m_filter.all() || (id < m_chosen.size() && m_chosen[id]))
            number(*table, place, timeNs, event, into);
    }
    return true;
}

}  // namespace kscope::app
