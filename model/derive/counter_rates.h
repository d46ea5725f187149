// SPDX-License-Identifier: GPL-3.0-or-later
/// How fast the rows of a file of counters grow: one sum a row over time, wraps and resets minded.
#pragma once

#include "model/store/counter_table.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace kscope::model {

/// Times that are kept of hours of polling.
inline constexpr std::size_t kMostRatePoints = 8192;

/// Until when the last reading speaks, ns: to the trace's end, unless that lies more than two of
/// the usual distances behind it. A single reading is taken to last.
[[nodiscard]] std::int64_t readingsEnd(const CounterTable& table, std::int64_t traceEndNs);

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

/// The rates of a table that grows: what a longer snapshot adds is walked alone.
class CounterRateWalk {
public:
    /// `only`: of these CPUs alone, ascending; empty: of all, and of numbers without a CPU.
    explicit CounterRateWalk(std::size_t mostPoints = kMostRatePoints, std::vector<CpuId> only = {})
        : m_mostPoints(mostPoints),
          m_only(std::move(only)) {}
    /// Takes the rounds of `table` that it has not seen; begins anew where the table is another
    /// one, lost its oldest rounds, or has too many of them for the distance that is kept.
    const CounterRates& follow(const CounterTable& table);

private:
    void restart(const CounterTable& table);
    void chunk(const CounterTable& table, const CounterChunk& chunk);
    void changed(const CounterTable& table, std::uint32_t id, std::uint64_t value);
    void keep(std::int64_t ns);
    /// All that the chunks before the newest one gave: that one may come again, longer.
    struct Sums {
        std::size_t round = 0;
        std::size_t points = 0;
        std::uint64_t resets = 0;
        std::vector<std::uint64_t> value;  ///< By series.
        std::vector<bool> seen;
        std::vector<std::uint64_t> grown;
        std::vector<std::uint64_t> rowSum;  ///< By row.
    };
    std::size_t m_mostPoints;
    std::vector<CpuId> m_only;
    std::size_t m_stride = 1;
    std::vector<std::shared_ptr<const CounterChunk>> m_chunks;  // those that m_closed holds
    Sums m_closed;
    Sums m_now;
    CounterRates m_rates;
};

/// What every CPU counted of every row between two readings.
struct CpuGrowth {
    static constexpr std::int64_t kUnknown = INT64_MIN;  ///< The CPU or row was not there.
    std::vector<CpuId> cpus;                             ///< Ascending.
    std::vector<std::int64_t> delta;                     ///< [row][cpu]
    std::int64_t beginNs = 0;                            ///< Times of the two readings.
    std::int64_t endNs = 0;
    [[nodiscard]] std::span<const std::int64_t> row(std::size_t index) const {
        return std::span(delta).subspan(index * cpus.size(), cpus.size());
    }
    [[nodiscard]] double seconds() const { return static_cast<double>(endNs - beginNs) / 1e9; }
};
/// From the first to the last reading in [beginNs, endNs), as `report irq` counts; where that are
/// fewer than two, the readings around. Empty for a table with fewer than two.
/// `only`: of these CPUs alone; empty: of all.
[[nodiscard]] CpuGrowth cpuGrowth(const CounterTablePtr& table, std::int64_t beginNs,
                                  std::int64_t endNs, std::span<const CpuId> only = {});

/// One walk over the changes of all rounds; keeps at most `mostPoints` of their times, so that
/// hours of polling take some megabytes. A series counts from the round that it is first seen in.
[[nodiscard]] CounterRates counterRates(const CounterTable& table,
                                        std::size_t mostPoints = kMostRatePoints,
                                        std::vector<CpuId> only = {});

/// (largest share − 1/n) / (1 − 1/n) of the values: 0 even, 1 all in one (cli.md section 5). 0 for
/// fewer than two values or nothing counted.
[[nodiscard]] double imbalance(const std::vector<std::uint64_t>& values);

}  // namespace kscope::model
