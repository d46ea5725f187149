// SPDX-License-Identifier: GPL-3.0-or-later
/// How fast the rows of a file of counters grow: one sum a row over time, wraps and resets minded.
#pragma once

#include "model/store/counter_table.h"

#include <cstdint>
#include <vector>

namespace kscope::model {

struct RateRow {
    std::uint32_t row = 0;  ///< Index into CounterTable::rows().
    /// What the row grew by since the first round, at each of CounterRates::ns. Ascends.
    std::vector<std::uint64_t> grown;
    /// Over the whole table, by column: series and what it grew by.
    std::vector<std::pair<std::uint32_t, std::uint64_t>> bySeries;
    [[nodiscard]] std::uint64_t total() const { return grown.empty() ? 0 : grown.back(); }
};

struct CounterRates {
    std::vector<std::int64_t> ns;  ///< Times of the rounds that are kept; ascend.
    std::vector<RateRow> rows;     ///< All rows of the table, in its order.
    std::uint64_t resets = 0;      ///< Counters that went backwards: they start anew.

    /// Growth of `row` from the first round up to `ns`, spread evenly between two rounds.
    [[nodiscard]] double grownAt(const RateRow& row, std::int64_t ns) const;
};

/// One walk over the changes of all rounds; keeps at most `mostPoints` of their times, so that
/// hours of polling take some megabytes. A series counts from the round that it is first seen in.
[[nodiscard]] CounterRates counterRates(const CounterTable& table, std::size_t mostPoints = 8192);

/// (largest share − 1/n) / (1 − 1/n) of the values: 0 even, 1 all in one (cli.md section 5). 0 for
/// fewer than two values or nothing counted.
[[nodiscard]] double imbalance(const std::vector<std::uint64_t>& values);

}  // namespace kscope::model
