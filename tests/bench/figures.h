// SPDX-License-Identifier: GPL-3.0-or-later
/// Runs Google Benchmarks and prints what tests/bench/run reads: "name value unit" a line, counters
/// as name/counter.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

namespace kscope::bench {

class FigureReporter : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs) {
            const std::string name = plain(run.benchmark_name());
            if (run.error_occurred) {
                std::fprintf(stderr, "%s: %s\n", name.c_str(), run.error_message.c_str());
                continue;
            }
            std::printf("%s %.6g %s\n", name.c_str(), run.GetAdjustedRealTime(),
                        benchmark::GetTimeUnitString(run.time_unit));
            for (const auto& [counter, value] : run.counters)
                std::printf("%s/%s %.6g -\n", name.c_str(), counter.c_str(), double{value});
        }
        std::fflush(stdout);
    }

private:
    /// Without what says how often it was run.
    static std::string plain(std::string name) {
        for (const char* const tail : {"/real_time", "/iterations:"})
            if (const auto at = name.find(tail); at != name.npos) {
                const auto end = name.find('/', at + 1);
                name.erase(at, end == name.npos ? name.npos : end - at);
            }
        return name;
    }
};

/// Call after the arguments were given to benchmark::Initialize().
inline void runFigures() {
    FigureReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
}

}  // namespace kscope::bench
