// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls: uftrace data and function_graph text opened by processes of their own, and flame graphs
/// of new selections. Inputs are made once in $KSCOPE_BENCH_DIR (default: kscope-bench in the
/// temporary folder). Lines: "name value unit"; goals and floors stand in the names' comments
/// below.
#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "tests/bench/call_walk.h"
#include "tests/bench/figures.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace kscope;
using bench::functionName, bench::kFunctions, bench::Walk;
using SteadyClock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::uint64_t kRecords = 10'800'000;  // 173 MB
constexpr std::uint64_t kManyRecords = 20'000'000;
constexpr std::uint64_t kTextBytes = 300'000'000;

double since(SteadyClock::time_point begin) {
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count();
}

fs::path folder() {
    const char* const named = std::getenv("KSCOPE_BENCH_DIR");
    return named != nullptr ? fs::path(named) : fs::temp_directory_path() / "kscope-bench";
}

void put(std::string& to, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) to += static_cast<char>(value >> 8 * i);
}
void write(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// A data directory of uftrace (version 4) without arguments.
std::string uftraceData(std::uint64_t records, int tasks) {
    const auto path = folder() / fmt::format("uftrace-{}-{}.data", records, tasks);
    if (fs::exists(path / "info")) return path.string();
    fs::create_directories(path);
    std::string taskText = "SESS timestamp=0.000000001 pid=100 sid=aa exename=\"/bin/lab\"\n";
    for (int task = 0; task < tasks; ++task) {
        taskText += fmt::format("TASK timestamp=0.000000002 tid={} pid=100\n", 100 + task);
        Walk walk(static_cast<unsigned>(task) + 1);
        std::ofstream file(path / fmt::format("{}.dat", 100 + task), std::ios::binary);
        std::string bytes;
        for (std::uint64_t i = 0; i < records / static_cast<std::uint64_t>(tasks); ++i) {
            const auto step = walk.next();
            put(bytes, static_cast<std::uint64_t>(step.time), 8);
            put(bytes,
                (step.exit ? 1u : 0u) | 5u << 3 | step.depth << 6 |
                    (0x400000 + step.function * 64) << 16,
                8);
            if (bytes.size() < 1 << 20) continue;
            file << bytes;
            bytes.clear();
        }
        file << bytes;
    }
    std::string symbols = "# path name: /bin/lab\n";
    for (std::size_t i = 0; i < kFunctions; ++i)
        symbols += fmt::format("{:016x} T {}\n", 0x400000 + i * 64, functionName(i));
    write(path / "lab.sym",
          symbols + fmt::format("{:016x} T __sym_end\n", 0x400000 + kFunctions * 64));
    write(path / "sid-aa.map", "00400000-00500000 r-xp 00000000 00:00 0 /bin/lab\n");
    write(path / "task.txt", taskText);
    std::string info("Ftrace!\0", 8);
    put(info, 4, 4);
    put(info, 40, 2);
    put(info, 0x0201, 2);
    put(info, 2, 8);    // features: task.txt has sessions
    put(info, 128, 8);  // of the lines below: tasks, without which uftrace reads nothing
    put(info, 0, 8);
    info += fmt::format("taskinfo:lines=2\ntaskinfo:nr_tid={}\ntaskinfo:tids=100", tasks);
    for (int task = 1; task < tasks; ++task) info += fmt::format(",{}", 100 + task);
    write(path / "info", info + "\n");
    return path.string();
}

std::string durationColumn(std::int64_t ns) {
    const char mark = ns > 100'000 ? '!' : ns > 10'000 ? '+' : ' ';
    auto text = fmt::format(" {} {}.{:03} us", mark, ns / 1000, ns % 1000);
    text.resize(std::max<std::size_t>(text.size(), 15), ' ');
    return text + "|";
}

enum class GraphColumns { Default, All };

/// What the tracer writes of four CPUs in turn, a few hundred calls each.
std::string graphText(GraphColumns columns) {
    const bool all = columns == GraphColumns::All;
    const auto path = folder() / (all ? "graph-all.txt" : "graph-default.txt");
    if (fs::exists(path)) return path.string();
    fs::create_directories(folder());
    std::string text = "# tracer: function_graph\n#\n";
    text += all ? "#     TIME        CPU  TASK/PID       ||||     DURATION                  "
                  "FUNCTION CALLS\n"
                : "# CPU  DURATION                  FUNCTION CALLS\n";
    text += all ? "#      |          |     |    |        ||||      |   |                     |   | "
                  "  |   |\n"
                : "# |     |   |                     |   |   |   |\n";
    struct Cpu {
        Walk walk;
        Walk::Step step;
    };
    std::vector<Cpu> cpus;
    for (unsigned cpu = 0; cpu < 4; ++cpu) {
        cpus.push_back({Walk(cpu + 1), {}});
        cpus.back().step = cpus.back().walk.next();
    }
    std::ofstream file(path.string() + ".part", std::ios::binary);
    std::uint64_t written = 0;
    std::minstd_rand random(9);
    std::int64_t clock = 220'000'000'000;
    for (std::size_t turn = 0; written < kTextBytes; ++turn) {
        const auto cpu = turn % cpus.size();
        auto& [walk, step] = cpus[cpu];
        auto last = step.time;
        for (auto lines = 100 + random() % 300; lines > 0; --lines) {
            const auto next = walk.next();
            clock += std::min<std::int64_t>(next.time - last, 20'000);
            last = next.time;
            const bool leaf = !step.exit && next.exit && next.depth == step.depth;
            if (all)
                text +=
                    fmt::format("{:5}.{:06} |   {})    bash-{}    |  ...1. |",
                                clock / 1'000'000'000, clock / 1000 % 1'000'000, cpu, 470 + cpu);
            else text += fmt::format(" {})", cpu);
            if (leaf) text += durationColumn(next.length);
            else if (step.exit) text += durationColumn(step.length);
            else text += "               |";
            text.append(2 + 2 * step.depth, ' ');
            const auto name = functionName(step.function);
            text += leaf         ? name + "();\n"
                    : !step.exit ? name + "() {\n"
                    : all        ? fmt::format("}} /* {} */\n", name)
                                 : std::string("}\n");
            step = leaf ? walk.next() : next;
        }
        if (!all)
            text +=
                fmt::format(" ------------------------------------------\n {})    bash-{}    =>   "
                            "bash-{}    \n ------------------------------------------\n\n",
                            cpu, 470 + cpu, 470 + cpu);
        file << text;
        written += text.size();
        text.clear();
    }
    file.close();
    fs::rename(path.string() + ".part", path);
    return path.string();
}

/// What a process does that opens `path` and, where wanted, makes the tree that a flame graph
/// shows.
int openOnce(const std::string& path, bool tree) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    auto begin = SteadyClock::now();
    const auto source = parsers::importSource(path, builder, pool, {});
    if (!source) return fmt::print(stderr, "{}\n", source.error().message), 1;
    const auto trace = builder.finish();
    fmt::print(stderr, "import {:.1f} ms, {} rows", since(begin), trace->events());
    std::uint64_t calls = trace->tables().calls;
    if (tree) {
        begin = SteadyClock::now();
        const auto forest = model::deriveCalls(trace, pool);
        fmt::print(stderr, ", pairing {:.1f} ms, {} calls", since(begin), forest->size());
        calls = forest->size();
        begin = SteadyClock::now();
        const auto made = model::callTree(*forest, {}, pool);
        fmt::print(stderr, ", tree {:.1f} ms, {} nodes", since(begin), made.nodes.size());
    }
    fmt::print(stderr, "\n");
    fmt::print("{}\n", calls);
    std::fflush(nullptr);
    ::_exit(0);  // as the program leaves: nothing is taken apart
}

struct Ran {
    double wallMs = -1;  ///< Negative: it failed.
    double peakBytes = 0;
    double calls = 0;
};

Ran runProgram(std::vector<std::string> words) {
    std::vector<char*> command;
    for (auto& word : words) command.push_back(word.data());
    command.push_back(nullptr);
    int ends[2];
    if (::pipe(ends) != 0) return {};
    const auto begin = SteadyClock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        if (std::getenv("KSCOPE_BENCH_TELL") == nullptr &&
            std::freopen("/dev/null", "w", stderr) == nullptr)
            ::_exit(127);
        ::execvp(command[0], command.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string said;
    char piece[65536];
    for (ssize_t count = 0; (count = ::read(ends[0], piece, sizeof piece)) > 0;)
        if (said.size() < 100) said.append(piece, static_cast<std::size_t>(count));
    ::close(ends[0]);
    rusage usage{};
    int status = 0;
    ::wait4(child, &status, 0, &usage);
    Ran ran;
    if (status == 0) ran.wallMs = since(begin);
    ran.peakBytes = static_cast<double>(usage.ru_maxrss) * 1024;
    ran.calls = std::strtod(said.c_str(), nullptr);
    return ran;
}

/// Median of five, the files in the page cache.
void timeProgram(benchmark::State& state, const std::vector<std::string>& words, double bytes) {
    (void)runProgram(words);
    std::vector<Ran> runs;
    for (int i = 0; i < 5; ++i) runs.push_back(runProgram(words));
    std::ranges::sort(runs, {}, &Ran::wallMs);
    const auto& middle = runs[2];
    if (runs.front().wallMs < 0) return state.SkipWithError("the program is not there, or failed");
    for (auto _ : state) state.SetIterationTime(middle.wallMs / 1000);
    if (bytes > 0) state.counters["GB_per_s"] = bytes / middle.wallMs / 1e6;
    if (middle.calls > 0) state.counters["bytes_a_call"] = middle.peakBytes / middle.calls;
}

const std::string kSelf = "/proc/self/exe";

/// Goal 300 ms, floor 600; its memory 24 and 48 bytes a call.
void uftraceWithTree(benchmark::State& state) {
    timeProgram(state, {kSelf, "--calls", uftraceData(kRecords, static_cast<int>(state.range(0)))},
                0);
}
BENCHMARK(uftraceWithTree)
    ->Arg(1)
    ->Arg(4)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
void uftraceGraphYardstick(benchmark::State& state) {
    timeProgram(state, {"uftrace", "graph", "-d", uftraceData(kRecords, 1)}, 0);
}
BENCHMARK(uftraceGraphYardstick)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);

void uftraceReportYardstick(benchmark::State& state) {
    timeProgram(state, {"uftrace", "report", "-d", uftraceData(kRecords, 1)}, 0);
}
BENCHMARK(uftraceReportYardstick)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Goal 0.8 GB/s, floor 0.4.
void graphOpen(benchmark::State& state) {
    const auto path = graphText(state.range(0) == 0 ? GraphColumns::Default : GraphColumns::All);
    timeProgram(state, {kSelf, "--open", path}, static_cast<double>(fs::file_size(path)));
}
BENCHMARK(graphOpen)->Arg(0)->Arg(1)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
void wcYardstick(benchmark::State& state) {
    const auto path = graphText(GraphColumns::Default);
    timeProgram(state, {"wc", "-l", path}, static_cast<double>(fs::file_size(path)));
}
BENCHMARK(wcYardstick)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);

/// A new selection over 10 M calls: goal 100 ms, floor 250. Argument: percent of the time selected.
void selectionTree(benchmark::State& state) {
    static model::ThreadPool pool(2);
    static const auto forest = [] {
        model::TraceBuilder builder;
        (void)parsers::importSource(uftraceData(kManyRecords, 4), builder, pool, {});
        auto made = model::deriveCalls(builder.finish(), pool);
        (void)model::callTree(*made, {}, pool);  // what stands there before a selection is made
        return made;
    }();
    const auto whole = forest->trace().range();
    const auto begin = toNs(whole.begin);
    const auto span = toNs(whole.end) - begin;
    const auto cut = span * (100 - state.range(0)) / 200;
    model::CallScope scope;
    scope.range = {model::timestampNs(begin + cut), model::timestampNs(begin + span - cut)};
    for (auto _ : state) benchmark::DoNotOptimize(model::callTree(*forest, scope, pool));
    state.counters["calls"] = static_cast<double>(forest->size());
}
BENCHMARK(selectionTree)
    ->Arg(100)
    ->Arg(50)
    ->Arg(1)
    ->Iterations(5)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int count, char** values) {
    if (count == 3 && std::strcmp(values[1], "--open") == 0) return openOnce(values[2], false);
    if (count == 3 && std::strcmp(values[1], "--calls") == 0) return openOnce(values[2], true);
    benchmark::Initialize(&count, values);
    kscope::bench::runFigures();
    return 0;
}
