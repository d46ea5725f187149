// SPDX-License-Identifier: GPL-3.0-or-later
/// Block traces of 1 M records: opened with all matching, intervals, queue depth and rates; their
/// text; what an event takes; intervals of another selection. blkparse and btt run beside, where
/// they are installed.
#include "model/derive/block_rates.h"
#include "model/derive/block_report.h"
#include "parsers/block/blktrace_record.h"
#include "parsers/importers.h"
#include "tests/bench/figures.h"
#include "tests/support/block_generator.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <utility>

namespace {

using namespace kscope;
namespace fs = std::filesystem;

constexpr std::uint64_t kRecords = 1'000'000;
constexpr int kRounds = 15;

/// The files, written once for all benchmarks and removed at the end.
class BlockFiles {
public:
    BlockFiles() : m_folder(fs::temp_directory_path() / "kernelscope-block-bench") {
        fs::create_directories(m_folder);
        const auto files = support::generateBlktrace({.records = kRecords});
        std::multimap<std::uint64_t, std::string> lines;
        for (std::size_t i = 0; i < files.size(); ++i) {
            std::ofstream(m_folder / ("gen.blktrace." + std::to_string(i)), std::ios::binary)
                << files[i];
            addLines(files[i], lines);
        }
        std::ofstream text(m_folder / "gen.blkparse.txt");
        for (const auto& [time, line] : lines) text << line << '\n';
    }
    ~BlockFiles() {
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }
    BlockFiles(const BlockFiles&) = delete;
    BlockFiles& operator=(const BlockFiles&) = delete;

    [[nodiscard]] std::string set() const { return (m_folder / "gen").string(); }
    [[nodiscard]] std::string text() const { return (m_folder / "gen.blkparse.txt").string(); }
    [[nodiscard]] std::string folder() const { return m_folder.string(); }

private:
    static void addLines(std::string_view bytes, std::multimap<std::uint64_t, std::string>& lines) {
        std::map<std::uint32_t, std::string> names;
        while (const auto record = parsers::readBlktraceRecord(bytes)) {
            const auto payload = bytes.substr(record->header, record->payload);
            if (record->isNote()) {
                if (noteOf(*record) == parsers::BlktraceNote::Process)
                    names[record->pid] = noteText(*record, payload);
            } else {
                const auto& comm = record->pid == 0 ? "0" : names[record->pid];
                lines.emplace(record->time, blkparseHead(*record, payload, 1'000'000'000) +
                                                blkparseText(*record, payload, comm));
            }
            bytes.remove_prefix(record->size());
        }
    }
    fs::path m_folder;
};
const BlockFiles& inputs() {
    static const BlockFiles files;
    return files;
}
model::ThreadPool& benchPool() {
    static model::ThreadPool pool(2);
    return pool;
}

model::TracePtr open(const std::string& path) {
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path, builder, benchPool(), {});
    return source ? builder.finish() : nullptr;
}

/// All that Blocks shows of a trace at first.
std::size_t deriveAll(const model::Trace& trace) {
    const auto blocks = model::blockRequests(trace);
    const auto order = model::biosInOrder(blocks);
    return model::blockSummary(blocks, order, benchPool()).size() +
           model::blockRates(blocks, trace.range()).size();
}

void openBinary(benchmark::State& state) {
    (void)inputs();
    for (auto _ : state) {
        const auto trace = open(inputs().set());
        if (!trace) return state.SkipWithError("the set can't be opened");
        benchmark::DoNotOptimize(deriveAll(*trace));
    }
}
BENCHMARK(openBinary)->Iterations(kRounds)->UseRealTime()->Unit(benchmark::kMillisecond);

void readBinary(benchmark::State& state) {
    (void)inputs();
    for (auto _ : state) benchmark::DoNotOptimize(open(inputs().set()));
}
BENCHMARK(readBinary)->Iterations(kRounds)->UseRealTime()->Unit(benchmark::kMillisecond);

void matchRequests(benchmark::State& state) {
    const auto trace = open(inputs().set());
    for (auto _ : state) benchmark::DoNotOptimize(model::blockRequests(*trace).requests.size());
}
BENCHMARK(matchRequests)->Iterations(kRounds)->UseRealTime()->Unit(benchmark::kMillisecond);

void openText(benchmark::State& state) {
    const auto bytes = static_cast<double>(fs::file_size(inputs().text()));
    for (auto _ : state) benchmark::DoNotOptimize(open(inputs().text()));
    // performance.md: 0.8 GB/s, at least 0.4.
    state.counters["goal_ms"] = bytes / 0.8e6;
    state.counters["floor_ms"] = bytes / 0.4e6;
    state.counters["GBps"] =
        benchmark::Counter(bytes / 1e9, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(openText)->Iterations(kRounds)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Of the trace, and of what is derived from it.
void memory(benchmark::State& state) {
    const auto trace = open(inputs().set());
    const auto blocks = model::blockRequests(*trace);
    auto derived = blocks.bios.size() * sizeof(model::BlockBio) +
                   blocks.requests.size() * sizeof(model::BlockRequest) + blocks.held.size() * 4 +
                   blocks.remaps.size() * sizeof(model::BlockRemap);
    for (const auto& device : blocks.devices)
        derived += device.steps.size() * sizeof(model::BlockStep);
    const auto events = static_cast<double>(trace->events());
    for (auto _ : state) {
        state.counters["store"] = static_cast<double>(trace->memoryBytes()) / events;
        state.counters["requests"] = static_cast<double>(derived) / events;
    }
}
BENCHMARK(memory)->Iterations(1)->Unit(benchmark::kMillisecond);

/// The requests of the generated files one behind the other until there are a million.
const model::BlockModel& manyRequests() {
    static const model::BlockModel many = [] {
        const auto one = model::blockRequests(*open(inputs().set()));
        model::BlockModel all;
        constexpr std::int64_t kLater = 3'600'000'000'000;
        while (all.bios.size() < kRecords)
            for (auto bio : one.bios) {
                if (bio.m != model::kNoTime) continue;
                const auto by = static_cast<std::int64_t>(all.bios.size() / 65536) * kLater / 1000;
                for (auto* time : {&bio.q, &bio.g, &bio.u, &bio.i, &bio.d, &bio.c})
                    if (*time != model::kNoTime) *time += by;
                all.bios.push_back(bio);
                if (all.bios.size() == kRecords) break;
            }
        return all;
    }();
    return many;
}
void selectionIntervals(benchmark::State& state) {
    const auto& many = manyRequests();
    const auto order = model::biosInOrder(many);
    const model::BlockIntervals intervals(many);
    for (auto _ : state) benchmark::DoNotOptimize(intervals.summary(order, benchPool()).size());
}
BENCHMARK(selectionIntervals)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Another program over the same files; its output is thrown away.
void beside(benchmark::State& state, const char* program, const std::string& arguments) {
    if (std::system(("command -v " + std::string(program) + " > /dev/null").c_str()) != 0)
        return state.SkipWithError("NOT INSTALLED, nothing to compare with");
    const auto command =
        "cd '" + inputs().folder() + "' && " + program + arguments + " > /dev/null 2>&1";
    for (auto _ : state)
        if (std::system(command.c_str()) != 0) return state.SkipWithError("it failed");
}
BENCHMARK_CAPTURE(beside, blkparse, "blkparse", " -i gen")
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(beside, blkparse_merge, "blkparse", " -q -i gen -d gen.bin -O")
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(beside, btt, "btt", " -A -i gen.bin")
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int count, char** values) {
    benchmark::Initialize(&count, values);
    kscope::bench::runFigures();
    return 0;
}
