// SPDX-License-Identifier: GPL-3.0-or-later
/// Which rows of a table stand where: sorted, filtered, and as a tree unfolded.
#pragma once

#include "views/panes/table/table_rows.h"

#include <stop_token>
#include <unordered_set>

namespace kscope::views {

enum class TableDirection : std::uint8_t { Ascending, Descending };

struct TableWish {
    int column = -1;  ///< Sorted by; −1: as the rows come.
    TableDirection direction = TableDirection::Ascending;
    QString words;  ///< Of the filter; empty: all rows.
    /// Trees: identities of the rows whose children are shown.
    std::unordered_set<std::uint64_t> open;
    [[nodiscard]] bool plain() const { return column < 0 && words.isEmpty(); }
};

/// Lines from top to bottom. A flat table without wishes keeps no line: line n is row n.
struct TableOrder {
    bool plain = true;
    std::uint32_t rows = 0;             ///< Of a plain order.
    std::vector<std::uint32_t> lines;   ///< Row of each line.
    std::vector<std::uint16_t> depths;  ///< Trees: of each line.
    [[nodiscard]] std::uint32_t size() const {
        return plain ? rows : static_cast<std::uint32_t>(lines.size());
    }
    [[nodiscard]] std::uint32_t row(std::uint32_t line) const { return plain ? line : lines[line]; }
    [[nodiscard]] int depth(std::uint32_t line) const {
        return line < depths.size() ? depths[line] : 0;
    }
    /// O(lines); none: the row is not shown.
    [[nodiscard]] std::optional<std::uint32_t> lineOf(std::uint32_t row) const;
};

/// Equal keys stay in the order of the rows. In a tree the rows under each row are sorted, and
/// words show what holds them with all above it. None: stopped.
[[nodiscard]] std::optional<TableOrder> orderTable(const TableRows& rows, const TableWish& wish,
                                                   const std::stop_token& stop = {});

}  // namespace kscope::views
