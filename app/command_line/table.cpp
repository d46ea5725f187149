// SPDX-License-Identifier: GPL-3.0-or-later
/// Arranging and writing tables of facts.
#include "app/command_line/table.h"

#include "app/command_line/output.h"
#include "model/core/format.h"
#include "model/query/filter_node.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace kscope::app {
namespace {

using model::failure;

std::optional<std::size_t> columnOf(const Table& table, std::string_view key) {
    const auto at = std::ranges::find(table.columns, key, &TableColumn::key);
    if (at == table.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(at - table.columns.begin());
}

std::string noColumn(const Table& table, std::string_view option, std::string_view key) {
    std::string all;
    for (const auto& column : table.columns) all += (all.empty() ? "" : " ") + column.key;
    return fmt::format("{}: no column '{}' here; there are: {}", option, key, all);
}

/// Nothing, then numbers, then text.
bool before(const Cell& a, const Cell& b) {
    const auto number = [](const Cell& cell) -> std::optional<double> {
        if (const auto* whole = std::get_if<std::int64_t>(&cell))
            return static_cast<double>(*whole);
        if (const auto* real = std::get_if<double>(&cell)) return *real;
        return std::nullopt;
    };
    if (const auto* left = std::get_if<std::int64_t>(&a))
        if (const auto* right = std::get_if<std::int64_t>(&b)) return *left < *right;
    const auto left = number(a);
    const auto right = number(b);
    if (left && right) return *left < *right;
    if (a.index() != b.index()) return a.index() < b.index();
    if (const auto* text = std::get_if<std::string>(&a)) return *text < std::get<std::string>(b);
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&a))
        return *list < std::get<std::vector<std::int64_t>>(b);
    return false;
}

bool leafHolds(const model::Filter::Node& leaf, const Cell& cell) {
    if (const auto* whole = std::get_if<std::int64_t>(&cell))
        return compareNumber(leaf, static_cast<model::FilterNumber>(*whole));
    if (const auto* real = std::get_if<double>(&cell)) return compareNumber(leaf, *real);
    if (const auto* yes = std::get_if<bool>(&cell))
        return compareNumber(leaf, static_cast<model::FilterNumber>(*yes));
    if (const auto* text = std::get_if<std::string>(&cell)) return compareField(leaf, *text);
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&cell))
        return std::ranges::any_of(*list, [&](auto value) {
            return compareNumber(leaf, static_cast<model::FilterNumber>(value));
        });
    return false;
}

bool rowHolds(const Table& table, const std::vector<Cell>& row, const model::Filter::Node& node) {
    using Kind = model::Filter::Node::Kind;
    const auto holds = [&](const auto& child) { return rowHolds(table, row, *child); };
    switch (node.kind) {
    case Kind::And: return std::ranges::all_of(node.children, holds);
    case Kind::Or: return std::ranges::any_of(node.children, holds);
    case Kind::Not: return !rowHolds(table, row, *node.children.front());
    case Kind::Compare: break;
    }
    const auto column = columnOf(table, node.name);
    return column && leafHolds(node, row[*column]);
}

model::Result<void> sortRows(Table& table, std::string_view how) {
    const auto colon = how.rfind(':');
    const auto order =
        colon == std::string_view::npos ? std::string_view("desc") : how.substr(colon + 1);
    const auto key = how.substr(0, colon);
    if (order != "asc" && order != "desc")
        return failure(fmt::format("--sort: '{}' is neither asc nor desc", order));
    const auto column = columnOf(table, key);
    if (!column) return failure(noColumn(table, "--sort", key));
    std::vector<Cell> keys(table.rows);
    std::vector<Cell> row;
    for (const auto index : table.order) {
        table.fill(index, row);
        keys[index] = std::move(row[*column]);
    }
    std::ranges::stable_sort(table.order, [&](std::size_t a, std::size_t b) {
        return order == "asc" ? before(keys[a], keys[b]) : before(keys[b], keys[a]);
    });
    return {};
}

model::Result<void> chooseColumns(Table& table, std::string_view keys) {
    table.shown.clear();
    table.chosen = true;
    while (true) {
        const auto comma = std::min(keys.find(','), keys.size());
        const auto column = columnOf(table, keys.substr(0, comma));
        if (!column) return failure(noColumn(table, "--columns", keys.substr(0, comma)));
        table.shown.push_back(*column);
        if (comma == keys.size()) return {};
        keys.remove_prefix(comma + 1);
    }
}

/// The shortest text that reads back as the same number.
std::string realText(double value) {
    if (!std::isfinite(value)) return "null";
    return fmt::format("{}", value);
}

std::string listText(const std::vector<std::int64_t>& list, std::string_view between) {
    std::string text;
    for (const auto value : list) text += fmt::format("{}{}", text.empty() ? "" : between, value);
    return text;
}

std::string mapText(const CellMap& map) {
    std::string text;
    for (const auto& [name, value] : map.entries)
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
    return text;
}

std::string shownCell(const Cell& cell, CellUnit unit) {
    if (const auto* map = std::get_if<CellMap>(&cell)) return mapText(*map);
    if (std::holds_alternative<Absent>(cell)) return "";
    if (std::holds_alternative<Never>(cell)) return "-";
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    if (const auto* yes = std::get_if<bool>(&cell)) return *yes ? "yes" : "-";
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&cell))
        return listText(*list, ",");
    if (const auto* real = std::get_if<double>(&cell))
        return unit == CellUnit::Share ? model::formatShare(*real) : fmt::format("{:.1f}", *real);
    if (const auto* truth = std::get_if<bool>(&cell)) return *truth ? "yes" : "no";
    const auto value = std::get<std::int64_t>(cell);
    if (unit == CellUnit::Time) return model::formatSeconds(model::timestampNs(value));
    if (unit == CellUnit::Length) return model::formatDuration(model::Duration{value});
    return std::to_string(value);
}

void jsonCell(std::string& json, const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) appendJson(json, *text);
    else if (const auto* truth = std::get_if<bool>(&cell)) json += *truth ? "true" : "false";
    else if (const auto* whole = std::get_if<std::int64_t>(&cell))
        fmt::format_to(std::back_inserter(json), "{}", *whole);
    else if (const auto* real = std::get_if<double>(&cell)) json += realText(*real);
    else if (const auto* list = std::get_if<std::vector<std::int64_t>>(&cell))
        json += '[' + listText(*list, ",") + ']';
    else if (const auto* map = std::get_if<CellMap>(&cell)) {
        json += '{';
        for (std::size_t i = 0; i < map->entries.size(); ++i) {
            if (i > 0) json += ',';
            appendJson(json, map->entries[i].first);
            json += fmt::format(":{}", map->entries[i].second);
        }
        json += '}';
    } else json += "null";
}

/// Text for `streams` in pieces.
class Pieces {
public:
    explicit Pieces(CommandStreams streams) : m_streams(streams) {}
    std::string text;
    void rowEnds() {
        if (text.size() >= kPiece) flush();
    }
    bool flush() {
        m_good = m_good && write(m_streams, text);
        text.clear();
        return m_good;
    }
    [[nodiscard]] bool good() const { return m_good; }

private:
    static constexpr std::size_t kPiece = 1 << 20;
    CommandStreams m_streams;
    bool m_good = true;
};

std::vector<std::size_t> machineColumns(const Table& table) {
    auto columns = table.shown;
    if (!table.chosen)
        std::erase_if(columns, [&](std::size_t index) {
            return table.columns[index].shown == Shown::People;
        });
    return columns;
}

/// A column of the text for people.
struct TextColumn {
    std::size_t index = 0;
    std::size_t width = 0;
    bool words = false;  ///< Aligned to the left.
    bool any = false;    ///< Some row has it.
};

std::vector<TextColumn> textColumns(const Table& table) {
    std::vector<TextColumn> columns;
    for (const auto index : table.shown)
        if (table.chosen || table.columns[index].shown != Shown::Machines)
            columns.push_back(
                {index, shownWidth(table.columns[index].key), false, table.order.empty()});
    std::vector<Cell> row;
    for (const auto index : table.order) {
        table.fill(index, row);
        for (auto& column : columns) {
            const Cell& cell = row[column.index];
            column.width = std::max(column.width,
                                    shownWidth(shownCell(cell, table.columns[column.index].unit)));
            column.words = column.words || std::holds_alternative<std::string>(cell);
            column.any = column.any || !std::holds_alternative<Absent>(cell);
        }
    }
    std::erase_if(columns, [](const TextColumn& column) { return !column.any; });
    return columns;
}

void appendAligned(std::string& into, const std::vector<TextColumn>& columns,
                   const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string fill(columns[i].width - shownWidth(cells[i]), ' ');
        into += (i == 0 ? "" : "  ") + (columns[i].words ? cells[i] + fill : fill + cells[i]);
    }
    while (!into.empty() && into.back() == ' ') into.pop_back();
    into += '\n';
}

}  // namespace

model::Result<void> arrange(Table& table, const ReportOptions& options,
                            const model::Filter& filter) {
    table.order.clear();
    std::vector<Cell> row;
    for (std::size_t i = 0; i < table.rows; ++i) {
        if (!filter.all()) {
            table.fill(i, row);
            if (!rowHolds(table, row, *filter.root())) continue;
        }
        table.order.push_back(i);
    }
    table.shown.clear();
    for (std::size_t i = 0; i < table.columns.size(); ++i) table.shown.push_back(i);
    if (!options.sort.empty())
        if (auto sorted = sortRows(table, options.sort); !sorted) return sorted;
    if (options.top && table.order.size() > *options.top) table.order.resize(*options.top);
    if (!options.columns.empty()) return chooseColumns(table, options.columns);
    return {};
}

bool writeText(CommandStreams streams, const Table& table) {
    const auto columns = textColumns(table);
    Pieces out(streams);
    std::vector<std::string> cells;
    for (const auto& column : columns) cells.push_back(table.columns[column.index].key);
    appendAligned(out.text, columns, cells);
    std::vector<Cell> row;
    for (const auto index : table.order) {
        table.fill(index, row);
        cells.clear();
        for (const auto& column : columns)
            cells.push_back(shownCell(row[column.index], table.columns[column.index].unit));
        appendAligned(out.text, columns, cells);
        out.rowEnds();
    }
    if (table.order.empty()) out.text += "(nothing)\n";
    return out.flush();
}

bool writeCsv(CommandStreams streams, const Table& table) {
    Pieces out(streams);
    const auto shown = machineColumns(table);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (i > 0) out.text += ',';
        appendCsv(out.text, table.columns[shown[i]].key);
    }
    out.text += '\n';
    std::vector<Cell> row;
    for (const auto index : table.order) {
        table.fill(index, row);
        for (std::size_t i = 0; i < shown.size(); ++i) {
            const Cell& cell = row[shown[i]];
            if (i > 0) out.text += ',';
            if (const auto* list = std::get_if<std::vector<std::int64_t>>(&cell))
                appendCsv(out.text, listText(*list, " "));
            else if (const auto* text = std::get_if<std::string>(&cell)) appendCsv(out.text, *text);
            else if (const auto* map = std::get_if<CellMap>(&cell))
                appendCsv(out.text, mapText(*map));
            else if (!std::holds_alternative<Absent>(cell) && !std::holds_alternative<Never>(cell))
                jsonCell(out.text, cell);
        }
        out.text += '\n';
        out.rowEnds();
    }
    return out.flush();
}

bool writeJson(CommandStreams streams, const Table& table) {
    Pieces out(streams);
    appendJson(out.text, table.name);
    out.text += ":[";
    const auto shown = machineColumns(table);
    std::vector<Cell> row;
    for (std::size_t r = 0; r < table.order.size(); ++r) {
        table.fill(table.order[r], row);
        out.text += r == 0 ? "\n{" : ",\n{";
        bool first = true;
        for (const auto column : shown) {
            if (std::holds_alternative<Absent>(row[column])) continue;
            if (!first) out.text += ',';
            first = false;
            appendJson(out.text, table.columns[column].key);
            out.text += ':';
            jsonCell(out.text, row[column]);
        }
        out.text += '}';
        out.rowEnds();
    }
    out.text += ']';
    return out.flush();
}

}  // namespace kscope::app
