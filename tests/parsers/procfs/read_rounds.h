// SPDX-License-Identifier: GPL-3.0-or-later
/// Texts of files of /proc into a trace, and its numbers by path, for the tests.
#pragma once

#include "model/store/trace_builder.h"
#include "parsers/importers.h"
#include "parsers/procfs/round_collector.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kscope::test {

/// Readings of one file, one a text, a second apart from second 1 on.
inline model::TracePtr readRounds(const std::string& path, const std::vector<std::string>& texts) {
    model::TraceBuilder builder;
    const auto source = builder.addSource({});
    parsers::RoundCollector rounds;
    rounds.begin(source, 0);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i + 1) * 1'000'000'000;
        rounds.add({path, at, at + 1000, i * 100'000, texts[i]});
    }
    builder.deliver(source, 0, rounds.finish(0, 0));
    builder.endSource(source);
    return builder.finish();
}

/// A file, as the program opens it.
inline model::TracePtr openSource(const std::string& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path, builder, pool, {});
    EXPECT_TRUE(source.has_value()) << path << ": " << (source ? "" : source.error().message);
    return builder.finish();
}

/// The table of "/proc/vmstat"; null where there is none.
inline model::CounterTablePtr tableOf(const model::Trace& trace, const std::string& path) {
    for (const auto& table : trace.counters())
        if (trace.text(table->path()) == path) return table;
    return nullptr;
}

/// "node0/DMA32/free" → value, of one round.
inline std::map<std::string, std::string>
numbersAt(const model::Trace& trace, const model::CounterTablePtr& table, std::size_t round = 0) {
    model::CounterCursor cursor(table);
    cursor.seek(round);
    std::map<std::string, std::string> values;
    for (std::size_t i = 0; i < cursor.values().size(); ++i) {
        const auto& series = table->series()[cursor.series()[i]];
        std::string path(trace.text(table->rows()[series.row].name));
        if (!path.empty() && series.column != model::kNoString) path += '/';
        path += trace.text(series.column);
        values[path] = model::counterText(series, cursor.values()[i]);
    }
    return values;
}

/// What a number grew by from `round` to the next one; nothing where that is not known.
inline std::optional<std::int64_t> growthAt(const model::Trace& trace,
                                            const model::CounterTablePtr& table,
                                            const std::string& row, const std::string& column,
                                            std::size_t round = 0) {
    const auto series = table->find(trace.findString(row), trace.findString(column));
    EXPECT_TRUE(series.has_value()) << row << "/" << column;
    if (!series) return std::nullopt;
    model::CounterCursor before(table);
    model::CounterCursor after(table);
    before.seek(round);
    after.seek(round + 1);
    const auto old = before.value(*series);
    const auto now = after.value(*series);
    if (!old || !now) return std::nullopt;
    return model::counterDelta(table->series()[*series].kind, *old, *now);
}

}  // namespace kscope::test
