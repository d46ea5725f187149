// SPDX-License-Identifier: GPL-3.0-or-later
/// Sorting with keys that are taken out once, and walking of trees without recursion.
#include "views/panes/table/table_order.h"

#include <algorithm>
#include <numeric>

namespace kscope::views {
namespace {

constexpr std::uint32_t kRowsBetweenStops = 4096;

template <class Key> struct KeyedRow {
    Key key;
    std::uint32_t row;
};

/// Sorts `order` by keys of its rows; `last` says which keys stand at the end in both directions.
template <class Key, class Take, class Last>
void sortByKey(std::vector<std::uint32_t>& order, TableDirection direction, Take&& take,
               Last&& last) {
    std::vector<KeyedRow<Key>> keyed;
    keyed.reserve(order.size());
    for (const auto row : order) keyed.push_back({take(row), row});
    const bool up = direction == TableDirection::Ascending;
    std::ranges::sort(keyed, [&](const KeyedRow<Key>& a, const KeyedRow<Key>& b) {
        const bool lastA = last(a.key), lastB = last(b.key);
        if (lastA != lastB) return lastB;
        if (a.key != b.key) return up ? a.key < b.key : b.key < a.key;
        return a.row < b.row;
    });
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = keyed[i].row;
}

void sortTableRows(const TableRows& rows, const TableWish& wish,
                   std::vector<std::uint32_t>& order) {
    if (wish.column < 0 || wish.column >= static_cast<int>(rows.columns().size())) return;
    const auto& column = rows.columns()[static_cast<std::size_t>(wish.column)];
    if (column.sort == TableSort::Number)
        sortByKey<std::int64_t>(
            order, wish.direction, [&](auto row) { return rows.number(row, wish.column); },
            [](std::int64_t key) { return key == TableRows::kNoNumber; });
    else
        sortByKey<std::string_view>(
            order, wish.direction, [&](auto row) { return rows.name(row, wish.column); },
            [](std::string_view key) { return key.empty(); });
}

/// Trees with words: rows that hold them, and all above those. None: stopped.
std::optional<std::vector<bool>> heldRows(const TableRows& rows, const QString& words,
                                          const std::stop_token& stop) {
    std::vector<bool> held(rows.size());
    struct Step {
        std::uint32_t row, from;  // `from`: place of the step above it
    };
    std::vector<Step> steps;
    std::vector<std::uint32_t> below;
    rows.children(TableRows::kRoot, below);
    steps.reserve(below.size());
    for (const auto row : below) steps.push_back({row, UINT32_MAX});
    for (std::uint32_t at = 0; at < steps.size(); ++at) {
        if (at % kRowsBetweenStops == 0 && stop.stop_requested()) return std::nullopt;
        const auto row = steps[at].row;
        if (rows.holds(row, words))
            for (auto up = at; up != UINT32_MAX && !held[steps[up].row]; up = steps[up].from)
                held[steps[up].row] = true;
        below.clear();
        rows.children(row, below);
        for (const auto child : below) steps.push_back({child, at});
    }
    return held;
}

std::optional<TableOrder> orderTree(const TableRows& rows, const TableWish& wish,
                                    const std::stop_token& stop) {
    std::optional<std::vector<bool>> held;
    if (!wish.words.isEmpty()) {
        held = heldRows(rows, wish.words, stop);
        if (!held) return std::nullopt;
    }
    TableOrder order;
    order.plain = false;
    std::vector<std::pair<std::uint32_t, std::uint16_t>> next;  // a stack: the next line last
    std::vector<std::uint32_t> below;
    const auto push = [&](std::uint32_t row, std::uint16_t depth) {
        below.clear();
        rows.children(row, below);
        if (held) std::erase_if(below, [&](auto child) { return !(*held)[child]; });
        sortTableRows(rows, wish, below);
        for (auto child = below.rbegin(); child != below.rend(); ++child)
            next.emplace_back(*child, depth);
    };
    push(TableRows::kRoot, 0);
    while (!next.empty()) {
        if (order.lines.size() % kRowsBetweenStops == 0 && stop.stop_requested())
            return std::nullopt;
        const auto [row, depth] = next.back();
        next.pop_back();
        order.lines.push_back(row);
        order.depths.push_back(depth);
        if ((held || wish.open.contains(rows.identity(row))) && depth < UINT16_MAX)
            push(row, static_cast<std::uint16_t>(depth + 1));
    }
    return order;
}

}  // namespace

std::optional<std::uint32_t> TableOrder::lineOf(std::uint32_t row) const {
    if (plain) return row < rows ? std::optional{row} : std::nullopt;
    const auto found = std::ranges::find(lines, row);
    if (found == lines.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - lines.begin());
}

std::optional<TableOrder> orderTable(const TableRows& rows, const TableWish& wish,
                                     const std::stop_token& stop) {
    if (rows.tree()) return orderTree(rows, wish, stop);
    TableOrder order;
    order.rows = rows.size();
    if (wish.plain()) return order;
    order.plain = false;
    if (wish.words.isEmpty()) {
        order.lines.resize(order.rows);
        std::iota(order.lines.begin(), order.lines.end(), 0u);
    } else {
        for (std::uint32_t row = 0; row < order.rows; ++row) {
            if (row % kRowsBetweenStops == 0 && stop.stop_requested()) return std::nullopt;
            if (rows.holds(row, wish.words)) order.lines.push_back(row);
        }
    }
    if (stop.stop_requested()) return std::nullopt;
    sortTableRows(rows, wish, order.lines);
    return order;
}

}  // namespace kscope::views
