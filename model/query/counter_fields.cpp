// SPDX-License-Identifier: GPL-3.0-or-later
/// Fields of samples by name.
#include "model/query/counter_fields.h"

#include "model/derive/counter_path.h"

#include <algorithm>
#include <array>

namespace kscope::model {

CounterFields::Place::Place(const CounterTablePtr& of) : table(of), now(of), before(of) {
    rows.resize(of->rows().size());
    const auto series = of->series();
    for (std::uint32_t id = 0; id < series.size(); ++id)
        if (series[id].row < rows.size())
            rows[series[id].row].columns.emplace_back(series[id].column, id);
    for (auto& row : rows) std::ranges::sort(row.columns);
}

bool CounterFields::isOfOneNumber(std::string_view field) {
    constexpr std::array<std::string_view, 5> kOfOne{"name", "value", "delta", "rate", "cpu"};
    return std::ranges::find(kOfOne, field) != kOfOne.end();
}

bool CounterFields::enter(const Event& event) {
    const auto tables = m_trace.counters();
    if (tables.empty()) return false;
    m_places.resize(tables.size());
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const auto& table = tables[i];
        if (table->source() != event.source || table->event() != event.name) continue;
        const auto round = table->roundAt(event.position);
        if (!round) continue;
        if (!m_places[i]) m_places[i] = std::make_unique<Place>(table);
        m_place = m_places[i].get();
        m_place->now.seek(*round);
        m_place->round = *round;
        m_place->hasBefore = false;
        return true;
    }
    return false;
}

StringId CounterFields::columnId(std::string_view field) const {
    const auto known = m_ids.find(field);
    if (known != m_ids.end()) return known->second;
    return m_ids.emplace(std::string(field), m_trace.findString(field)).first->second;
}

std::optional<FilterNumber> CounterFields::column(std::string_view field) const {
    const auto id = columnId(field);
    if (id == kNoString) return std::nullopt;
    const auto& columns = m_place->rows[m_row].columns;
    const auto at = std::ranges::lower_bound(columns, std::pair{id, std::uint32_t{0}});
    if (at == columns.end() || at->first != id) return std::nullopt;
    const auto value = m_place->now.value(at->second);
    if (!value) return std::nullopt;
    return counterValue(m_place->table->series()[at->second], *value);
}

std::optional<std::int64_t> CounterFields::delta() {
    auto& place = *m_place;
    if (!m_series || place.round == 0) return std::nullopt;
    if (!place.hasBefore) place.before.seek(place.round - 1);
    place.hasBefore = true;
    const auto old = place.before.value(*m_series);
    const auto value = place.now.value(*m_series);
    if (!old || !value) return std::nullopt;
    return counterDelta(place.table->series()[*m_series].kind, *old, *value);
}

std::optional<std::string_view> CounterFields::text(std::string_view field) {
    const auto& table = *m_place->table;
    const auto& row = table.rows()[m_row];
    const auto name = m_trace.text(row.name);
    if (field == "file") return m_trace.text(table.event());
    if (field == "row" || field == "irq" || field == "softirq") {
        if ((field == "irq" && table.file() != CounterFile::Interrupts) ||
            (field == "softirq" && table.file() != CounterFile::Softirqs))
            return std::nullopt;
        return name;
    }
    if (field == "detail") return m_trace.text(row.detail);
    if (field == "zone") {
        const auto zone = zoneOfRow(name);
        return zone.node < 0 ? std::nullopt : std::optional(zone.zone);
    }
    if (field == "name" && m_series) {
        m_text = counterPath(m_trace, table, *m_series);
        return m_text;
    }
    return std::nullopt;
}

std::optional<FilterNumber> CounterFields::number(std::string_view field) {
    const auto& table = *m_place->table;
    if (field == "node") {
        const auto zone = zoneOfRow(m_trace.text(table.rows()[m_row].name));
        return zone.node < 0 ? std::nullopt : std::optional<FilterNumber>(zone.node);
    }
    if (m_series && isOfOneNumber(field)) {
        const auto& series = table.series()[*m_series];
        if (field == "cpu")
            return series.cpu == kUnknownCpu ? std::nullopt
                                             : std::optional<FilterNumber>(raw(series.cpu));
        if (field == "value") {
            const auto value = m_place->now.value(*m_series);
            return value ? std::optional<FilterNumber>(counterValue(series, *value)) : std::nullopt;
        }
        const auto grown = field == "name" ? std::nullopt : delta();
        if (!grown) return std::nullopt;
        if (field == "delta") return static_cast<FilterNumber>(*grown);
        const auto ns = table.timeNs(m_place->round) - table.timeNs(m_place->round - 1);
        return ns > 0 ? std::optional(static_cast<FilterNumber>(*grown) * 1'000'000'000 / ns)
                      : std::nullopt;
    }
    return column(field);
}

std::vector<std::string> unknownCounterNames(const Trace& trace, const Filter& filter) {
    constexpr std::array<std::string_view, 8> kAlways{"file", "row",    "irq",  "softirq",
                                                      "zone", "detail", "node", "duration"};
    std::vector<std::string> unknown;
    const auto check = [&](std::string_view name) {
        if (std::ranges::find(kAlways, name) != kAlways.end() ||
            CounterFields::isOfOneNumber(name) || trace.findString(name) != kNoString)
            return;
        unknown.emplace_back(name);
    };
    const auto walk = [&](const auto& self, const Filter::Node& node) -> void {
        for (const auto& child : node.children) self(self, *child);
        if (node.kind != Filter::Node::Kind::Compare || node.field != FilterField::Own) return;
        check(node.name);
        // `free < low`: the right side names a column, too.
        const bool compares = node.op == FilterOp::Less || node.op == FilterOp::LessEqual ||
                              node.op == FilterOp::Greater || node.op == FilterOp::GreaterEqual;
        for (const auto& value : node.values)
            if (compares && !value.number) check(value.text);
    };
    if (filter.root() != nullptr) walk(walk, *filter.root());
    return unknown;
}

}  // namespace kscope::model
