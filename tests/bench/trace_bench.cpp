// SPDX-License-Identifier: GPL-3.0-or-later
/// The importer, the store and questions asked of a trace of 10 M events: KSCOPE_BENCH_TRACE names
/// the file (kscope_generate --events 10020000 -o FILE). Filters run over 100 M rows made here.
#include "model/query/filter.h"
#include "model/query/search.h"
#include "model/query/statistics.h"
#include "parsers/importers.h"
#include "parsers/part_feeder.h"
#include "tests/bench/figures.h"
#include "tests/items/small_trace.h"
#include "tests/support/trace_generator.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace {

using namespace kscope;
using SteadyClock = std::chrono::steady_clock;

std::string benchTrace() {
    const char* const path = std::getenv("KSCOPE_BENCH_TRACE");
    return path != nullptr ? path : "";
}

model::TracePtr importTrace(model::ThreadPool& pool) {
    model::TraceBuilder builder;
    const auto source = parsers::importSource(benchTrace(), builder, pool, {});
    return source ? builder.finish() : nullptr;
}

void import(benchmark::State& state) {
    model::ThreadPool pool(static_cast<std::size_t>(state.range(0)));
    std::uint64_t events = 0;
    for (auto _ : state) {
        const auto trace = importTrace(pool);
        if (!trace) return state.SkipWithError("KSCOPE_BENCH_TRACE can't be opened");
        events += trace->events();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(std::filesystem::file_size(benchTrace())));
}
BENCHMARK(import)->Arg(1)->Arg(2)->Iterations(5)->UseRealTime()->Unit(benchmark::kMillisecond);

model::ThreadPool& queryPool() {
    static model::ThreadPool pool(2);
    return pool;
}
const model::TracePtr& tenMillion() {
    static const model::TracePtr trace = importTrace(queryPool());
    return trace;
}

void searchNextHit(benchmark::State& state, const char* words) {
    const auto filter = model::Filter::parse(words);
    if (!tenMillion() || !filter) return state.SkipWithError("no trace or no filter");
    for (auto _ : state) {
        benchmark::DoNotOptimize(model::findNext(*tenMillion(), *filter, model::EventIndex{0},
                                                 model::Direction::Forward));
    }
}
// Names that no event has: the whole trace is passed.
BENCHMARK_CAPTURE(searchNextHit, name, "event == nothing_like_it")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(searchNextHit, field, "next_pid == 4711")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void searchAnywhere(benchmark::State& state) {
    if (!tenMillion()) return state.SkipWithError("no trace");
    for (auto _ : state)
        benchmark::DoNotOptimize(model::searchText(*tenMillion(), "prev_comm=nobody", queryPool()));
}
BENCHMARK(searchAnywhere)->UseRealTime()->Unit(benchmark::kMillisecond);

void selectionStatistics(benchmark::State& state) {
    if (!tenMillion()) return state.SkipWithError("no trace");
    for (auto _ : state)
        benchmark::DoNotOptimize(
            model::rangeStatistics(*tenMillion(), tenMillion()->range(), queryPool()));
}
BENCHMARK(selectionStatistics)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Parts of `rows` rows each, as the importer hands them over, of one long trace.
std::vector<model::ParsedPart> parsedParts(std::size_t count, std::uint64_t rows) {
    support::TraceGenerator generator({.events = count * rows});
    std::string text;
    generator.fill(text, 1 << 16);
    const auto layout = parsers::detectLayout(text);
    parsers::PartFeeder feeder(layout);
    std::vector<model::ParsedPart> parts;
    std::uint64_t position = 0;
    while (parts.size() < count) {
        const auto bytes = rows * 94;  // Of a mean line; the chunk's limit of 65 535 rows is kept.
        while (text.size() < bytes && generator.fill(text, bytes)) {
        }
        if (text.empty()) break;
        feeder.clear();
        feeder.preload(text);
        feeder.begin(model::SourceId{0}, position,
                     parts.empty() ? parsers::PartPlace::FirstOfSource : parsers::PartPlace::Later);
        feeder.add(0, parsers::MoreBytes::None, UINT64_MAX);
        parts.push_back(feeder.finish());
        position += text.size();
        text.clear();
    }
    return parts;
}

/// Joins parts of 64 Ki rows with their spans and index up to 10 M rows; snapshots are cut in
/// between.
void growingTrace(benchmark::State& state) {
    std::vector<double> append;
    std::vector<double> snapshot;
    for (auto _ : state) {
        state.PauseTiming();
        auto parts = parsedParts(150, 64 << 10);
        model::TraceBuilder builder;
        const auto source = builder.addSource({});
        state.ResumeTiming();
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const auto begin = SteadyClock::now();
            builder.deliver(source, i, std::move(parts[i]));
            const auto middle = SteadyClock::now();
            benchmark::DoNotOptimize(builder.snapshot());
            append.push_back(std::chrono::duration<double, std::micro>(middle - begin).count());
            snapshot.push_back(
                std::chrono::duration<double, std::micro>(SteadyClock::now() - middle).count());
        }
    }
    std::sort(append.begin(), append.end());
    std::sort(snapshot.begin(), snapshot.end());
    state.counters["append_us"] = append[append.size() / 2];
    state.counters["append_p99_us"] = append[append.size() * 99 / 100];
    state.counters["snapshot_us"] = snapshot[snapshot.size() / 2];
    state.counters["snapshot_p99_us"] = snapshot[snapshot.size() * 99 / 100];
}
BENCHMARK(growingTrace)->Iterations(1)->Unit(benchmark::kMillisecond);

void filterHundredMillion(benchmark::State& state) {
    static const auto rows = tests::rowTrace(100'000'000, 60'000);
    const auto filter = model::Filter::parse("event == alpha && cpu == 0 && comm != red");
    if (!filter) return state.SkipWithError("no filter");
    std::size_t bytes = 0;
    for (auto _ : state) bytes = model::filterRows(*rows.trace, *filter, queryPool())->bytes();
    state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(filterHundredMillion)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace

int main(int count, char** values) {
    benchmark::Initialize(&count, values);
    kscope::bench::runFigures();
    return 0;
}
