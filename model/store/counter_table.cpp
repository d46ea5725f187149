// SPDX-License-Identifier: GPL-3.0-or-later
/// Looking up rounds and decoding them.
#include "model/store/counter_table.h"

#include <algorithm>
#include <array>

namespace kscope::model {

std::optional<std::uint32_t> CounterTable::find(StringId row, StringId column) const {
    const auto& all = m_dictionary->series;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].column == column && m_dictionary->rows[all[i].row].name == row)
            return static_cast<std::uint32_t>(i);
    return std::nullopt;
}

std::size_t CounterTable::chunkOf(std::size_t round) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(m_firstRounds, round) -
                                    m_firstRounds.begin()) -
           1;
}

std::int64_t CounterTable::timeNs(std::size_t round) const {
    const auto chunk = chunkOf(round);
    return m_chunks[chunk]->timeNs(round - m_firstRounds[chunk]) + m_offsetNs;
}

std::uint32_t CounterTable::tookNs(std::size_t round) const {
    const auto chunk = chunkOf(round);
    return m_chunks[chunk]->rounds[round - m_firstRounds[chunk]].tookNs;
}

std::pair<std::uint64_t, std::uint32_t> CounterTable::textOf(std::size_t round) const {
    const auto chunk = chunkOf(round);
    const auto& found = m_chunks[chunk]->rounds[round - m_firstRounds[chunk]];
    return {found.position, found.length};
}

std::size_t CounterTable::lowerBound(std::int64_t ns) const {
    const auto own = ns - m_offsetNs;
    const auto at = std::ranges::partition_point(
        m_chunks, [&](const auto& chunk) { return chunk->timeNs(chunk->rounds.size() - 1) < own; });
    if (at == m_chunks.end()) return m_rounds;
    const auto& rounds = (*at)->rounds;
    const auto first = std::ranges::partition_point(rounds, [&](const CounterChunk::Round& round) {
        return round.beforeNs + (*at)->shiftNs < own;
    });
    return m_firstRounds[static_cast<std::size_t>(at - m_chunks.begin())] +
           static_cast<std::size_t>(first - rounds.begin());
}

std::optional<std::size_t> CounterTable::roundAt(std::uint64_t position) const {
    const auto at = std::ranges::partition_point(
        m_chunks, [&](const auto& chunk) { return chunk->rounds.back().position < position; });
    if (at == m_chunks.end()) return std::nullopt;
    const auto& rounds = (*at)->rounds;
    const auto found =
        std::ranges::lower_bound(rounds, position, {}, &CounterChunk::Round::position);
    if (found == rounds.end() || found->position != position) return std::nullopt;
    return m_firstRounds[static_cast<std::size_t>(at - m_chunks.begin())] +
           static_cast<std::size_t>(found - rounds.begin());
}

void CounterCursor::seek(std::size_t round) {
    const auto index = m_table->chunkOf(round);
    const auto first = m_table->firstRound(index);
    const bool stay = m_chunk && m_chunkIndex == index && round >= m_round;
    auto next = m_round + 1;
    if (!stay) {
        m_chunk = m_table->chunk(index);
        m_chunkIndex = index;
        m_values.assign(m_chunk->width, 0);
        next = first;
    }
    for (; next <= round; ++next) {
        forEachChange(*m_chunk, next - first, [&](std::size_t place, std::uint64_t difference) {
            if (place < m_values.size()) m_values[place] += difference;
        });
    }
    m_round = round;
}

std::optional<std::uint64_t> CounterCursor::value(std::uint32_t series) const {
    const auto place = m_chunk ? m_chunk->layout->place(series) : CounterLayout::kNoPlace;
    if (place >= m_values.size()) return std::nullopt;
    return m_values[place];
}

std::optional<std::int64_t> counterDelta(SeriesKind kind, std::uint64_t before,
                                         std::uint64_t after) {
    switch (kind) {
    case SeriesKind::Gauge:
    case SeriesKind::Signed: return static_cast<std::int64_t>(after - before);
    case SeriesKind::Counter32: {
        // A machine of another width may print more: then it is no 32-bit counter.
        if (after >= before) return static_cast<std::int64_t>(after - before);
        if (before > UINT32_MAX) return std::nullopt;
        const auto delta = static_cast<std::uint32_t>(after - before);
        if (delta >= 1u << 31) return std::nullopt;
        return delta;
    }
    case SeriesKind::Counter64:
        if (after < before) return std::nullopt;
        return static_cast<std::int64_t>(after - before);
    case SeriesKind::Settling:
        return after < before ? 0 : static_cast<std::int64_t>(after - before);
    }
    return std::nullopt;
}

std::string counterText(const CounterSeries& series, std::uint64_t value) {
    const bool negative = series.kind == SeriesKind::Signed && static_cast<std::int64_t>(value) < 0;
    std::string text = std::to_string(negative ? ~value + 1 : value);
    if (series.decimals == 0) return negative ? "-" + text : text;
    if (text.size() <= series.decimals) text.insert(0, series.decimals + 1u - text.size(), '0');
    text.insert(text.size() - series.decimals, 1, '.');
    if (negative) text.insert(0, 1, '-');
    return text;
}

double counterValue(const CounterSeries& series, std::uint64_t value) {
    const auto number = series.kind == SeriesKind::Signed
                            ? static_cast<double>(static_cast<std::int64_t>(value))
                            : static_cast<double>(value);
    constexpr std::array kScale{1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    return number / kScale[std::min<std::size_t>(series.decimals, 9)];
}

}  // namespace kscope::model
