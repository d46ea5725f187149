// SPDX-License-Identifier: GPL-3.0-or-later
/// What a TablePanel shows: rows that are not events (functions, requests, processes, slabs), flat
/// or as a tree, told cell by cell.
#pragma once

#include "views/theme/theme.h"

#include <QString>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace kscope::views {

enum class TableSide : std::uint8_t { Left, Right };
enum class TableFace : std::uint8_t { Body, Mono };
/// By what a click on the head sorts: TableRows::number(), largest first; or TableRows::name().
enum class TableSort : std::uint8_t { Number, Name };

struct TableColumn {
    QString title;  ///< With its unit: "Total, ms".
    QString help;   ///< Words on hover over the head.
    TableSide side = TableSide::Left;
    TableFace face = TableFace::Body;
    TableSort sort = TableSort::Name;
    /// Name in exported rows; a Number column that has one is exported as its raw number
    /// ("total_ns").
    QString exportName{};
    int width = 0;         ///< Logical pixels; 0: fits its head and the first hundred rows.
    bool stretch = false;  ///< Takes the room that is left; of none the last one does.
};

/// A bar before a cell's text: shares of the column's width.
struct TableBar {
    double share = 0;  ///< 0…1
    double dark = 0;   ///< The part of it that is drawn darker (self time of a total).
};

/// Immutable: made once, then asked from the GUI thread and from a pool thread at the same time.
/// Nothing of it is copied by the table, so that a row costs no memory until the rows are sorted.
class TableRows {
public:
    static constexpr std::uint32_t kRoot = UINT32_MAX;
    static constexpr std::int64_t kNoNumber = std::numeric_limits<std::int64_t>::min();

    TableRows() = default;
    TableRows(const TableRows&) = delete;
    TableRows& operator=(const TableRows&) = delete;
    virtual ~TableRows();

    [[nodiscard]] virtual std::span<const TableColumn> columns() const = 0;
    [[nodiscard]] virtual std::uint32_t size() const = 0;  ///< Rows are 0 … size − 1.
    [[nodiscard]] virtual QString text(std::uint32_t row, int column) const = 0;
    /// What a Number column sorts by; kNoNumber stands last in both directions.
    [[nodiscard]] virtual std::int64_t number(std::uint32_t row, int column) const;
    /// What a Name column sorts by, as bytes that live as long as the rows.
    [[nodiscard]] virtual std::string_view name(std::uint32_t row, int column) const;
    /// Whether the filter field's words are in the row. Without an override: in any cell's text.
    [[nodiscard]] virtual bool holds(std::uint32_t row, const QString& words) const;
    /// The same thing in later rows (live): keeps its selection and what is unfolded.
    [[nodiscard]] virtual std::uint64_t identity(std::uint32_t row) const { return row; }

    /// A square before the text of the first column.
    [[nodiscard]] virtual std::optional<Rgb> swatch(std::uint32_t row, const Theme& theme) const;
    [[nodiscard]] virtual std::optional<TableBar> bar(std::uint32_t row, int column) const;
    /// Ink of a cell; none: text.1.
    [[nodiscard]] virtual std::optional<Rgb> ink(std::uint32_t row, int column,
                                                 const Theme& theme) const;
    [[nodiscard]] virtual QString tip(std::uint32_t row) const;  ///< Words on hover; rich text.

    // A tree: rows under rows, those under kRoot at the left.
    [[nodiscard]] virtual bool tree() const { return false; }
    [[nodiscard]] virtual bool hasChildren(std::uint32_t row) const;
    virtual void children(std::uint32_t row, std::vector<std::uint32_t>& into) const;
};
using TableRowsPtr = std::shared_ptr<const TableRows>;

}  // namespace kscope::views
