// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums over changes, chunk by chunk.
#include "model/derive/counter_rates.h"

#include <algorithm>

namespace kscope::model {
namespace {

class RateSums {
public:
    RateSums(const CounterTable& table, std::size_t mostPoints)
        : m_table(table),
          m_stride(std::max<std::size_t>(1, (table.rounds() + mostPoints - 1) /
                                                std::max<std::size_t>(mostPoints, 1))),
          m_value(table.series().size()),
          m_seen(table.series().size()),
          m_grown(table.series().size()),
          m_rowSum(table.rows().size()) {
        m_rates.rows.resize(table.rows().size());
        for (std::uint32_t row = 0; row < m_rates.rows.size(); ++row) m_rates.rows[row].row = row;
    }

    CounterRates run() {
        for (std::size_t c = 0; c < m_table.chunks(); ++c) chunk(*m_table.chunk(c));
        for (std::uint32_t id = 0; id < m_grown.size(); ++id)
            m_rates.rows[m_table.series()[id].row].bySeries.emplace_back(id, m_grown[id]);
        return std::move(m_rates);
    }

private:
    void chunk(const CounterChunk& chunk) {
        // The first round is coded against zeros: it gives the values, what changed is found by
        // comparing.
        std::vector<std::uint64_t> now(chunk.width);
        const auto& series = chunk.layout->series;
        for (std::size_t round = 0; round < chunk.rounds.size(); ++round, ++m_round) {
            forEachChange(chunk, round, [&](std::size_t place, std::uint64_t difference) {
                if (place >= now.size()) return;
                now[place] += difference;
                if (round > 0) changed(series[place], now[place]);
            });
            if (round == 0)
                for (std::size_t place = 0; place < now.size(); ++place)
                    changed(series[place], now[place]);
            if (m_round % m_stride == 0 || m_round + 1 == m_table.rounds()) keep();
        }
    }
    void changed(std::uint32_t id, std::uint64_t value) {
        if (m_seen[id]) {
            const auto kind = m_table.series()[id].kind;
            const auto delta = counterDelta(kind, m_value[id], value);
            if (!delta) ++m_rates.resets;
            else if (*delta > 0) {
                m_grown[id] += static_cast<std::uint64_t>(*delta);
                m_rowSum[m_table.series()[id].row] += static_cast<std::uint64_t>(*delta);
            }
        }
        m_seen[id] = true;
        m_value[id] = value;
    }
    void keep() {
        m_rates.ns.push_back(m_table.timeNs(m_round));
        for (std::size_t row = 0; row < m_rowSum.size(); ++row)
            m_rates.rows[row].grown.push_back(m_rowSum[row]);
    }

    const CounterTable& m_table;
    std::size_t m_stride;
    std::size_t m_round = 0;
    std::vector<std::uint64_t> m_value;  // by series
    std::vector<bool> m_seen;
    std::vector<std::uint64_t> m_grown;
    std::vector<std::uint64_t> m_rowSum;  // by row
    CounterRates m_rates;
};

}  // namespace

CounterRates counterRates(const CounterTable& table, std::size_t mostPoints) {
    return RateSums(table, mostPoints).run();
}

double CounterRates::grownAt(const RateRow& row, std::int64_t at) const {
    if (ns.empty() || at <= ns.front()) return 0;
    if (at >= ns.back()) return static_cast<double>(row.grown.back());
    const auto after = static_cast<std::size_t>(std::ranges::upper_bound(ns, at) - ns.begin());
    const double share = static_cast<double>(at - ns[after - 1]) /
                         static_cast<double>(std::max<std::int64_t>(1, ns[after] - ns[after - 1]));
    const auto before = static_cast<double>(row.grown[after - 1]);
    return before + share * (static_cast<double>(row.grown[after]) - before);
}

double imbalance(const std::vector<std::uint64_t>& values) {
    if (values.size() < 2) return 0;
    std::uint64_t sum = 0;
    for (const auto value : values) sum += value;
    if (sum == 0) return 0;
    const auto even = 1.0 / static_cast<double>(values.size());
    const double largest = static_cast<double>(std::ranges::max(values)) / static_cast<double>(sum);
    return (largest - even) / (1 - even);
}

}  // namespace kscope::model
