// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums over changes, chunk by chunk.
#include "model/derive/counter_rates.h"

#include <algorithm>

namespace kscope::model {
void CounterRateWalk::restart(const CounterTable& table) {
    m_chunks.clear();
    m_closed = {};
    m_rates = {};
    m_stride = 1;
    while (table.rounds() > m_stride * m_mostPoints) m_stride *= 2;
}

const CounterRates& CounterRateWalk::follow(const CounterTable& table) {
    const auto chunks = table.chunks();
    bool same = chunks >= m_chunks.size() && table.rounds() <= m_stride * m_mostPoints;
    for (std::size_t i = 0; same && i < m_chunks.size(); ++i) same = m_chunks[i] == table.chunk(i);
    if (!same) restart(table);
    // Back to where the newest chunk began.
    m_now = m_closed;
    m_rates.resets = m_now.resets;
    m_rates.ns.resize(m_now.points);
    for (auto& row : m_rates.rows) row.grown.resize(m_now.points);
    // A row that came later grew by nothing before.
    while (m_rates.rows.size() < table.rows().size()) {
        auto& row = m_rates.rows.emplace_back();
        row.row = static_cast<std::uint32_t>(m_rates.rows.size() - 1);
        row.grown.resize(m_now.points);
    }
    const auto grow = [&](Sums& sums) {
        sums.value.resize(table.series().size());
        sums.seen.resize(table.series().size());
        sums.grown.resize(table.series().size());
        sums.rowSum.resize(table.rows().size());
    };
    grow(m_now);
    for (std::size_t i = m_chunks.size(); i < chunks; ++i) {
        if (i + 1 == chunks) {
            m_now.points = m_rates.ns.size();
            m_now.resets = m_rates.resets;
            m_closed = m_now;
            for (std::size_t closed = m_chunks.size(); closed < i; ++closed)
                m_chunks.push_back(table.chunk(closed));
        }
        chunk(table, *table.chunk(i));
    }
    // The newest reading is shown wherever it lies.
    if (table.rounds() > 0 && (table.rounds() - 1) % m_stride != 0)
        keep(table.timeNs(table.rounds() - 1));
    for (auto& row : m_rates.rows) row.bySeries.clear();
    for (std::uint32_t id = 0; id < m_now.grown.size(); ++id)
        m_rates.rows[table.series()[id].row].bySeries.emplace_back(id, m_now.grown[id]);
    return m_rates;
}

void CounterRateWalk::chunk(const CounterTable& table, const CounterChunk& chunk) {
    // The first round is coded against zeros: it gives the values, what changed is found by
    // comparing.
    std::vector<std::uint64_t> now(chunk.width);
    const auto& series = chunk.layout->series;
    for (std::size_t round = 0; round < chunk.rounds.size(); ++round, ++m_now.round) {
        forEachChange(chunk, round, [&](std::size_t place, std::uint64_t difference) {
            if (place >= now.size()) return;
            now[place] += difference;
            if (round > 0) changed(table, series[place], now[place]);
        });
        if (round == 0)
            for (std::size_t place = 0; place < now.size(); ++place)
                changed(table, series[place], now[place]);
        if (m_now.round % m_stride == 0) keep(table.timeNs(m_now.round));
    }
}

void CounterRateWalk::changed(const CounterTable& table, std::uint32_t id, std::uint64_t value) {
    const auto& series = table.series()[id];
    if (!m_only.empty() && !std::ranges::binary_search(m_only, series.cpu)) return;
    if (m_now.seen[id]) {
        const auto delta = counterDelta(series.kind, m_now.value[id], value);
        if (!delta) ++m_rates.resets;
        else if (*delta > 0) {
            m_now.grown[id] += static_cast<std::uint64_t>(*delta);
            m_now.rowSum[series.row] += static_cast<std::uint64_t>(*delta);
        }
    }
    m_now.seen[id] = true;
    m_now.value[id] = value;
}

void CounterRateWalk::keep(std::int64_t ns) {
    m_rates.ns.push_back(ns);
    for (std::size_t row = 0; row < m_now.rowSum.size(); ++row)
        m_rates.rows[row].grown.push_back(m_now.rowSum[row]);
}

CounterRates counterRates(const CounterTable& table, std::size_t mostPoints,
                          std::vector<CpuId> only) {
    return CounterRateWalk(mostPoints, std::move(only)).follow(table);
}

CpuGrowth cpuGrowth(const CounterTablePtr& table, std::int64_t beginNs, std::int64_t endNs,
                    std::span<const CpuId> only) {
    CpuGrowth growth;
    const auto rounds = table->rounds();
    if (rounds < 2) return growth;
    auto from = std::min(table->lowerBound(beginNs), rounds - 1);
    auto to = table->lowerBound(endNs);
    to = to > 0 ? to - 1 : 0;
    if (to <= from) {
        from = from > 0 ? from - 1 : 0;
        to = from + 1;
    }
    growth.beginNs = table->timeNs(from);
    growth.endNs = table->timeNs(to);
    const auto series = table->series();
    const auto chosen = [&](CpuId cpu) {
        return cpu != kUnknownCpu && (only.empty() || std::ranges::find(only, cpu) != only.end());
    };
    for (const auto& each : series)
        if (chosen(each.cpu)) growth.cpus.push_back(each.cpu);
    std::ranges::sort(growth.cpus);
    growth.cpus.erase(std::unique(growth.cpus.begin(), growth.cpus.end()), growth.cpus.end());
    growth.delta.assign(table->rows().size() * growth.cpus.size(), CpuGrowth::kUnknown);
    CounterCursor cursor(table);
    cursor.seek(from);
    std::vector<std::optional<std::uint64_t>> before(series.size());
    for (std::uint32_t id = 0; id < series.size(); ++id) before[id] = cursor.value(id);
    cursor.seek(to);
    for (std::uint32_t id = 0; id < series.size(); ++id) {
        const auto after = cursor.value(id);
        if (!chosen(series[id].cpu) || !before[id] || !after) continue;
        const auto delta = counterDelta(series[id].kind, *before[id], *after);
        const auto column = std::ranges::lower_bound(growth.cpus, series[id].cpu);
        growth.delta[series[id].row * growth.cpus.size() +
                     static_cast<std::size_t>(column - growth.cpus.begin())] =
            delta.value_or(CpuGrowth::kUnknown);
    }
    return growth;
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

std::int64_t readingsEnd(const CounterTable& table, std::int64_t traceEndNs) {
    constexpr std::size_t kMostSteps = 255;
    if (table.rounds() < 2) return traceEndNs;
    const std::size_t last = table.rounds() - 1;
    std::vector<std::int64_t> steps;
    for (std::size_t round = last; round > 0 && steps.size() < kMostSteps; --round)
        steps.push_back(table.timeNs(round) - table.timeNs(round - 1));
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::ranges::nth_element(steps, middle);
    const std::int64_t until = table.timeNs(last) + 2 * *middle;
    return until < traceEndNs ? table.timeNs(last) + 1 : traceEndNs;
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
