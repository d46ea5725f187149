// SPDX-License-Identifier: GPL-3.0-or-later
/// A table of facts on its way out: chosen, sorted, and written as text, CSV or JSON.
#pragma once

#include "app/command_line/commands.h"
#include "model/core/result.h"
#include "model/query/filter.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kscope::app {

/// The capture cannot tell: no key in JSON.
struct Absent {};
/// It never happened within the capture: null in JSON.
struct Never {};
/// Numbers by name: an object in JSON.
struct CellMap {
    std::vector<std::pair<std::string, std::int64_t>> entries;
};
using Cell = std::variant<Absent, Never, std::int64_t, double, std::string,
                          std::vector<std::int64_t>, CellMap, bool>;

/// How people see it. Machines always see the exact number.
enum class CellUnit : std::uint8_t { Plain, Time, Length, Share };
/// Where a column stands when none was named: text for people is as wide as a screen, CSV and JSON
/// have the fields of the facts, no more.
enum class Shown : std::uint8_t { Always, Machines, People };

struct TableColumn {
    std::string key;
    CellUnit unit = CellUnit::Plain;
    Shown shown = Shown::Always;
};
/// Rows are made when they are written: a report of millions of rows keeps no cell of them.
struct Table {
    std::string name;  ///< Its key in JSON.
    std::vector<TableColumn> columns;
    std::size_t rows = 0;  ///< That `fill` knows.
    std::function<void(std::size_t, std::vector<Cell>&)>
        fill;                        ///< Cells of a row, as many as columns there are.
    std::vector<std::size_t> order;  ///< Rows to show, after arrange().
    std::vector<std::size_t> shown;  ///< Columns to show, after arrange().
    bool chosen = false;             ///< The columns were named: all of them stand everywhere.
};

/// --filter, --sort, --top and --columns, in that order. Fails where a column is not there: then
/// the message names those that are.
[[nodiscard]] model::Result<void> arrange(Table& table, const ReportOptions& options,
                                          const model::Filter& filter);

/// Aligned, with a header line; an empty table says so. All need arrange() first; false where
/// `streams` takes no more.
bool writeText(CommandStreams streams, const Table& table);
bool writeCsv(CommandStreams streams, const Table& table);
/// `"NAME":[{…},…]`, a row a line.
bool writeJson(CommandStreams streams, const Table& table);

}  // namespace kscope::app
