// SPDX-License-Identifier: GPL-3.0-or-later
/// Compares a reading with the one before it.
#include "model/words/reading_words.h"

#include "model/core/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

namespace kscope::model {

namespace {

/// What changed between two readings.
struct ReadingChange {
    std::size_t numbers = 0;  ///< How many are others than before.
    std::int64_t sum = 0;     ///< Of all that grew.
    std::int64_t most = 0;    ///< The greatest change, and whose it is.
    std::string name;
};

std::string signedCount(std::int64_t value) {
    const auto text = formatCount(static_cast<std::uint64_t>(std::abs(value)));
    return value < 0 ? "−" + text : text;
}

bool countsPerCpu(CounterFile file) {
    return file == CounterFile::Interrupts || file == CounterFile::Softirqs;
}

/// Of the row, where its columns are CPUs; else of the number alone.
std::string nameOf(const Trace& trace, const CounterTable& table, const CounterSeries& series) {
    const auto row = trace.text(table.rows()[series.row].name);
    if (countsPerCpu(table.file()) || series.column == kNoString) return std::string(row);
    const auto column = trace.text(series.column);
    return row.empty() || column.empty() ? std::string(row.empty() ? column : row)
                                         : fmt::format("{} {}", row, column);
}

ReadingChange changeAt(const Trace& trace, const CounterTablePtr& table, std::size_t round) {
    CounterCursor cursor(table);
    cursor.seek(round - 1);
    std::map<std::uint32_t, std::uint64_t> before;  // by series
    for (std::size_t i = 0; i < cursor.values().size(); ++i)
        before.emplace(cursor.series()[i], cursor.values()[i]);
    cursor.seek(round);
    ReadingChange change;
    std::map<std::uint32_t, std::pair<std::int64_t, std::uint32_t>> grown;  // by row, or series
    for (std::size_t i = 0; i < cursor.values().size(); ++i) {
        const auto id = cursor.series()[i];
        const auto found = before.find(id);
        if (found == before.end() || found->second == cursor.values()[i]) continue;
        const auto& series = table->series()[id];
        const auto delta = counterDelta(series.kind, found->second, cursor.values()[i]);
        if (!delta) continue;
        ++change.numbers;
        change.sum += std::max<std::int64_t>(*delta, 0);
        auto& sum = grown[countsPerCpu(table->file()) ? series.row : id];
        sum.first += *delta;
        sum.second = id;
    }
    for (const auto& [key, sum] : grown)
        if (std::abs(sum.first) > std::abs(change.most)) {
            change.most = sum.first;
            change.name = nameOf(trace, *table, table->series()[sum.second]);
        }
    return change;
}

}  // namespace

std::string readingSentence(const Trace& trace, const Event& event) {
    for (const auto& table : trace.counters()) {
        if (table->source() != event.source || table->event() != event.name) continue;
        const auto round = table->roundAt(event.position);
        if (!round) continue;
        if (*round == 0) return "the first reading: what follows is told against it";
        const auto change = changeAt(trace, table, *round);
        if (change.numbers == 0) return "nothing changed since the reading before";
        if (countsPerCpu(table->file()))
            return fmt::format("{} {} since the reading before, most {} ({})",
                               signedCount(change.sum), trace.text(event.name), change.name,
                               signedCount(change.most));
        return fmt::format("{} {} since the reading before, most {} by {}",
                           formatCount(change.numbers),
                           change.numbers == 1 ? "number changed" : "numbers changed", change.name,
                           signedCount(change.most));
    }
    return {};
}

}  // namespace kscope::model
