// SPDX-License-Identifier: GPL-3.0-or-later
/// Names to ids, chunks to tables.
#include "model/store/counter_join.h"

#include <algorithm>
#include <functional>

namespace kscope::model {

namespace {
/// Of "CPU12"; kUnknownCpu for anything else.
CpuId cpuOfColumn(std::string_view column) {
    if (column.size() < 4 || column.size() > 8 || !column.starts_with("CPU")) return kUnknownCpu;
    std::uint32_t number = 0;
    for (const char c : column.substr(3)) {
        if (c < '0' || c > '9') return kUnknownCpu;
        number = number * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return number < kMaxCpus ? CpuId{static_cast<std::uint16_t>(number)} : kUnknownCpu;
}
/// Layouts that are kept for files whose rows come and go.
constexpr std::size_t kLayoutsKept = 64;
}  // namespace

CounterJoin::Table& CounterJoin::tableOf(SourceId source, const CounterNames& names) {
    const auto [found, fresh] = m_byPath.try_emplace({raw(source), names.path}, m_tables.size());
    if (fresh) {
        auto table = std::make_unique<Table>();
        table->file = names.file;
        table->source = source;
        table->path = m_strings.intern(names.path);
        std::string_view event = names.path;
        if (event.starts_with("/proc/")) event.remove_prefix(6);
        table->event = m_strings.intern(event);
        m_tables.push_back(std::move(table));
    }
    return *m_tables[found->second];
}

CounterDictionary& CounterJoin::writable(Table& table) {
    if (table.shared) {
        table.dictionary = std::make_shared<CounterDictionary>(*table.dictionary);
        table.shared = false;
    }
    return *table.dictionary;
}

std::shared_ptr<const CounterLayout>
CounterJoin::layoutOf(Table& table, const std::shared_ptr<const CounterNames>& names) {
    for (const auto& [known, layout] : table.layouts)
        if (known == names) return layout;
    auto& dictionary = writable(table);
    std::vector<std::uint32_t> rows;
    rows.reserve(names->rows.size());
    for (const auto& row : names->rows) {
        const auto name = m_strings.intern(row.name);
        const auto [found, fresh] =
            table.rowOf.try_emplace(raw(name), static_cast<std::uint32_t>(dictionary.rows.size()));
        if (fresh) dictionary.rows.push_back({name, kNoString});
        if (!row.detail.empty())
            dictionary.rows[found->second].detail = m_strings.intern(row.detail);
        rows.push_back(found->second);
    }
    auto layout = std::make_shared<CounterLayout>();
    layout->series.reserve(names->series.size());
    for (const auto& series : names->series) {
        const auto column = m_strings.intern(series.column);
        const auto row = rows[series.row];
        const auto [found, fresh] =
            table.seriesOf.try_emplace(std::uint64_t{row} << 32 | raw(column),
                                       static_cast<std::uint32_t>(dictionary.series.size()));
        if (fresh)
            dictionary.series.push_back(
                {row, column, cpuOfColumn(series.column), series.kind, series.decimals});
        layout->series.push_back(found->second);
    }
    layout->placeOf.assign(dictionary.series.size(), CounterLayout::kNoPlace);
    for (std::size_t i = 0; i < layout->series.size(); ++i)
        layout->placeOf[layout->series[i]] = static_cast<std::uint32_t>(i);
    if (table.layouts.size() >= kLayoutsKept) table.layouts.erase(table.layouts.begin());
    table.layouts.emplace_back(names, layout);
    return layout;
}

/// Counters that the chunk begins with below what the table's newest one ended with.
std::uint64_t CounterJoin::resetsAt(const Table& table, const CounterChunk& chunk) {
    if (table.chunks.empty()) return 0;
    const auto& old = *table.chunks.back()->layout;
    std::uint64_t resets = 0;
    std::vector<std::uint64_t> values(chunk.width);
    forEachChange(chunk, 0, [&](std::size_t place, std::uint64_t value) {
        if (place < values.size()) values[place] = value;
    });
    for (std::size_t place = 0; place < values.size(); ++place) {
        const auto id = chunk.layout->series[place];
        const auto before = old.place(id);
        if (before < table.last.size() &&
            !counterDelta(table.dictionary->series[id].kind, table.last[before], values[place]))
            ++resets;
    }
    return resets;
}

std::uint64_t CounterJoin::add(SourceId source, CounterPart part, std::int64_t shiftNs) {
    if (part.chunk.rounds.empty()) return 0;
    auto& table = tableOf(source, *part.names);
    auto chunk = std::make_shared<CounterChunk>(std::move(part.chunk));
    chunk->layout = layoutOf(table, part.names);
    chunk->shiftNs += shiftNs;
    // A chunk that is given again was compared the first time.
    const auto resets = part.replacesNewest ? 0 : resetsAt(table, *chunk);
    table.last = std::move(part.last);
    if (part.replacesNewest && !table.chunks.empty()) {
        const auto& old = *table.chunks.back();
        table.numbers -= old.rounds.size() * old.width;
        table.memory -= old.memoryBytes();
        table.chunks.pop_back();
    }
    table.numbers += chunk->rounds.size() * chunk->width;
    table.memory += chunk->memoryBytes();
    table.chunks.push_back(std::move(chunk));
    table.newest = nullptr;
    return resets;
}

void CounterJoin::remove(Table& table, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto& old = *table.chunks[i];
        table.numbers -= old.rounds.size() * old.width;
        table.memory -= old.memoryBytes();
    }
    table.chunks.erase(table.chunks.begin(),
                       table.chunks.begin() + static_cast<std::ptrdiff_t>(count));
    table.newest = nullptr;
}

void CounterJoin::dropBefore(SourceId source, std::int64_t ns) {
    for (const auto& table : m_tables) {
        if (table->source != source) continue;
        std::size_t old = 0;
        while (old + 1 < table->chunks.size() &&
               table->chunks[old]->timeNs(table->chunks[old]->rounds.size() - 1) < ns)
            ++old;
        if (old > 0) remove(*table, old);
    }
}

std::uint64_t CounterJoin::numbers(SourceId source) const {
    std::uint64_t sum = 0;
    for (const auto& table : m_tables)
        if (table->source == source) sum += table->numbers;
    return sum;
}

std::uint64_t CounterJoin::numbers() const {
    std::uint64_t sum = 0;
    for (const auto& table : m_tables) sum += table->numbers;
    return sum;
}

std::size_t CounterJoin::memoryBytes() const {
    std::size_t sum = 0;
    for (const auto& table : m_tables) sum += table->memory;
    return sum;
}

std::vector<CounterTablePtr>
CounterJoin::cut(const std::function<std::int64_t(SourceId)>& offsetNs) {
    std::vector<CounterTablePtr> tables;
    for (const auto& from : m_tables) {
        const auto offset = offsetNs(from->source);
        if (!from->newest || from->newest->m_offsetNs != offset) {
            auto table = std::make_shared<CounterTable>();
            table->m_file = from->file;
            table->m_path = from->path;
            table->m_event = from->event;
            table->m_source = from->source;
            table->m_offsetNs = offset;
            table->m_dictionary = from->dictionary;
            from->shared = true;
            table->m_chunks = from->chunks;
            for (const auto& chunk : from->chunks) {
                table->m_firstRounds.push_back(table->m_rounds);
                table->m_rounds += chunk->rounds.size();
            }
            table->m_numbers = from->numbers;
            table->m_memory = from->memory;
            from->newest = std::move(table);
        }
        tables.push_back(from->newest);
    }
    std::ranges::stable_sort(tables, {}, [](const auto& table) { return raw(table->source()); });
    return tables;
}

}  // namespace kscope::model
