// SPDX-License-Identifier: GPL-3.0-or-later
/// The event table over 10 M and 100 M rows: open it with its first frame, scroll frames, bytes a
/// row.
#include "tests/bench/figures.h"
#include "tests/items/small_trace.h"
#include "views/panes/event_table/event_rows.h"
#include "views/panes/event_table/event_table.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QImage>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <map>
#include <random>

namespace {

using namespace kscope;

constexpr QSize kFullHd(1920, 1080), kUltraHd(3840, 2160);

/// Traces are made once and kept: 100 M rows take 1.6 GB.
const model::TracePtr& traceOf(std::int64_t rows) {
    static std::map<std::int64_t, model::TracePtr> made;
    auto& trace = made[rows];
    if (!trace) trace = tests::rowTrace(static_cast<std::uint64_t>(rows), 60'000).trace;
    return trace;
}

QSize sizeOf(const benchmark::State& state) { return state.range(1) == 1080 ? kFullHd : kUltraHd; }

void tableOpen(benchmark::State& state) {
    const auto& trace = traceOf(state.range(0));
    double bytesPerRow = 0;
    for (auto _ : state) {
        state.PauseTiming();
        views::TraceView view;
        const auto before = mallinfo2().uordblks;
        state.ResumeTiming();
        views::EventTable table(&view);
        table.resize(sizeOf(state));
        view.setTrace(trace);
        QImage image(sizeOf(state), QImage::Format_RGB32);
        table.render(&image);
        state.PauseTiming();
        bytesPerRow = static_cast<double>(mallinfo2().uordblks - before) /
                      static_cast<double>(state.range(0));
        state.ResumeTiming();
    }
    state.counters["bytes_per_row"] = bytesPerRow;
}

enum class Jump : std::uint8_t { Line, Random };

void tableScroll(benchmark::State& state, Jump jump) {
    views::TraceView view;
    view.setTrace(traceOf(state.range(0)));
    views::EventTable table(&view);
    table.resize(sizeOf(state));
    table.show();
    auto& rows = table.rows();
    QImage image(rows.viewport()->size(), QImage::Format_RGB32);
    std::minstd_rand random(1);
    std::uint64_t top = 1000;
    double worst = 0;
    for (auto _ : state) {
        top = jump == Jump::Line ? top + 3 : random() % static_cast<std::uint64_t>(state.range(0));
        const auto start = std::chrono::steady_clock::now();
        rows.setTopRow(top);
        rows.viewport()->render(&image);
        worst = std::max(worst, std::chrono::duration<double, std::milli>(
                                    std::chrono::steady_clock::now() - start)
                                    .count());
        state.PauseTiming();
        QCoreApplication::processEvents();  // texts arrive, as they would
        state.ResumeTiming();
    }
    state.counters["worst_ms"] = worst;
}

void sizes(benchmark::internal::Benchmark* bench) {
    for (const std::int64_t rows : {10'000'000, 100'000'000})
        for (const std::int64_t height : {1080, 2160}) bench->Args({rows, height});
    bench->Unit(benchmark::kMillisecond);
}

void tableScrollLine(benchmark::State& state) { tableScroll(state, Jump::Line); }
void tableScrollRandom(benchmark::State& state) { tableScroll(state, Jump::Random); }

BENCHMARK(tableOpen)->Apply(sizes);
BENCHMARK(tableScrollLine)->Apply(sizes)->Iterations(300);
BENCHMARK(tableScrollRandom)->Apply(sizes)->Iterations(300);

}  // namespace

int main(int count, char** values) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(count, values);
    benchmark::Initialize(&count, values);
    kscope::bench::runFigures();
    return 0;
}
