// SPDX-License-Identifier: GPL-3.0-or-later
/// Counting sort of each chunk's rows by name, and searching in it.
#include "model/derive/event_lane.h"

#include <algorithm>

namespace kscope::model {

void EventTicks::index(const EventChunk& chunk, ChunkRows& into) {
    into.starts.assign(chunk.names.size() + 1, 0);
    for (const std::uint16_t name : chunk.name)
        if (name < chunk.names.size()) ++into.starts[name + 1u];
    for (std::size_t i = 1; i < into.starts.size(); ++i) into.starts[i] += into.starts[i - 1];
    into.rows.reset(new Row[chunk.rows()]);
    std::vector<std::uint32_t> next(into.starts.begin(), into.starts.end() - 1);
    for (std::size_t row = 0; row < chunk.rows(); ++row)
        if (const std::uint16_t name = chunk.name[row]; name < next.size())
            into.rows[next[name]++] = static_cast<Row>(row);
    m_bytes += chunk.rows() * sizeof(Row) + into.starts.size() * sizeof(std::uint32_t);
}

bool EventTicks::update(const TracePtr& trace, std::size_t mostRows) {
    if (!trace) {
        *this = EventTicks();
        return true;
    }
    if (trace != m_trace) {
        // Keep what both snapshots share at their front; a merge of sources may have made new
        // chunks.
        std::size_t same = 0;
        while (same < m_done && same < trace->chunks() && m_chunks[same] == &trace->chunk(same))
            ++same;
        for (std::size_t i = same; i < m_rows.size(); ++i)
            m_bytes -= m_rows[i].starts.empty()
                           ? 0
                           : m_rows[i].starts.back() * sizeof(Row) +
                                 m_rows[i].starts.size() * sizeof(std::uint32_t);
        m_rows.resize(same);
        m_chunks.resize(same);
        m_done = same;
        m_trace = trace;
    }
    std::size_t rows = 0;
    while (m_done < trace->chunks() && rows < mostRows) {
        const EventChunk& chunk = trace->chunk(m_done);
        m_chunks.push_back(&chunk);
        index(chunk, m_rows.emplace_back());
        rows += chunk.rows();
        ++m_done;
    }
    return complete();
}

std::span<const Row> EventTicks::rowsOf(std::size_t chunk, std::uint32_t name) const {
    const auto& names = m_chunks[chunk]->names;
    const auto found = std::ranges::find(names, StringId{name});
    if (found == names.end()) return {};
    const auto at = static_cast<std::size_t>(found - names.begin());
    const ChunkRows& rows = m_rows[chunk];
    return {rows.rows.get() + rows.starts[at], rows.starts[at + 1] - rows.starts[at]};
}

EventTicks::Walk::Walk(const EventTicks& ticks, StringId name)
    : m_ticks(ticks),
      m_name(raw(name)) {}

bool EventTicks::Walk::enter(std::size_t chunk) {
    for (; chunk < m_ticks.m_done; ++chunk) {
        m_rows = m_ticks.rowsOf(chunk, m_name);
        if (m_rows.empty()) continue;
        m_tick = {.chunk = chunk,
                  .rank = 0,
                  .row = m_rows[0],
                  .ns = m_ticks.m_chunks[chunk]->timeNs(m_rows[0]),
                  .before = m_before};
        return m_valid = true;
    }
    return m_valid = false;
}

const EventTicks::Tick* EventTicks::Walk::seek(std::int64_t ns) {
    if (!m_started) {
        m_started = true;
        enter(0);
    }
    while (m_valid && m_tick.ns < ns) {
        const EventChunk& chunk = *m_ticks.m_chunks[m_tick.chunk];
        if (chunk.lastNs() < ns) {
            m_before += m_rows.size();
            enter(m_tick.chunk + 1);
            continue;
        }
        // Galloping: the next cell is most often a few rows away.
        std::size_t step = 1;
        std::size_t low = m_tick.rank;
        while (low + step < m_rows.size() && chunk.timeNs(m_rows[low + step]) < ns)
            low += step, step *= 2;
        const auto first = m_rows.begin() + static_cast<std::ptrdiff_t>(low);
        const auto last =
            m_rows.begin() + static_cast<std::ptrdiff_t>(std::min(low + step + 1, m_rows.size()));
        const auto at =
            std::partition_point(first, last, [&](Row row) { return chunk.timeNs(row) < ns; });
        if (at == m_rows.end()) {
            m_before += m_rows.size();
            enter(m_tick.chunk + 1);
            continue;
        }
        const auto rank = static_cast<std::size_t>(at - m_rows.begin());
        m_tick = {m_tick.chunk, rank, *at, chunk.timeNs(*at), m_before + rank};
    }
    return m_valid ? &m_tick : nullptr;
}

std::optional<EventTicks::Tick> EventTicks::before(StringId name, std::int64_t ns) const {
    std::size_t chunk = static_cast<std::size_t>(
        std::partition_point(m_chunks.begin(),
                             m_chunks.begin() + static_cast<std::ptrdiff_t>(m_done),
                             [&](const EventChunk* c) { return c->firstNs() < ns; }) -
        m_chunks.begin());
    while (chunk-- > 0) {
        const EventChunk& rows = *m_chunks[chunk];
        const auto of = rowsOf(chunk, raw(name));
        const auto after = std::partition_point(of.begin(), of.end(),
                                                [&](Row row) { return rows.timeNs(row) < ns; });
        if (after == of.begin()) continue;
        return Tick{.chunk = chunk,
                    .rank = static_cast<std::size_t>(after - of.begin()) - 1,
                    .row = *(after - 1),
                    .ns = rows.timeNs(*(after - 1))};
    }
    return std::nullopt;
}

bool EventTicks::nearest(StringId name, std::int64_t ns, std::int64_t reach, Tick& found) const {
    Walk walk(*this, name);
    const Tick* tick = walk.seek(ns > INT64_MIN + reach ? ns - reach : INT64_MIN);
    bool any = false;
    while (tick && tick->ns <= ns + reach) {
        if (!any || std::abs(tick->ns - ns) < std::abs(found.ns - ns)) {
            found = *tick;
            any = true;
        }
        if (tick->ns >= ns) break;
        // Jump over all that lies before the pointer but the last one.
        const std::int64_t middle = tick->ns + (ns - tick->ns) / 2;
        tick = walk.seek(std::max(tick->ns + 1, middle));
    }
    return any;
}

}  // namespace kscope::model
