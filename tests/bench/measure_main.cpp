// SPDX-License-Identifier: GPL-3.0-or-later
/// kscope_measure RUNS COMMAND…: runs it, output thrown away, and prints medians: wall ms, CPU ms,
/// peak KiB of the process (ru_maxrss), and what its standard output said behind "first_frame_ms",
/// else 0.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

struct Run {
    double wallMs = 0;
    double cpuMs = 0;
    long peakKib = 0;
    double saidMs = 0;
    int status = 0;
};

double milliseconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

Run runOnce(char** command) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::exit(2);
    const auto begun = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execvp(command[0], command);
        std::perror(command[0]);
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string said;
    std::array<char, 65536> piece{};
    for (ssize_t count = 0; (count = ::read(ends[0], piece.data(), piece.size())) > 0;) {
        if (said.size() < piece.size()) said.append(piece.data(), static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    rusage usage{};
    Run run;
    ::wait4(child, &run.status, 0, &usage);
    run.wallMs =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
    run.cpuMs = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
    run.peakKib = usage.ru_maxrss;
    constexpr const char* kSaid = "first_frame_ms ";
    if (const auto at = said.find(kSaid); at != said.npos)
        run.saidMs = std::atof(said.c_str() + at + std::strlen(kSaid));
    return run;
}

template <class Value> Value medianOf(const std::vector<Run>& runs, Value Run::*member) {
    std::vector<Value> values;
    for (const auto& run : runs) values.push_back(run.*member);
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    std::vector<Run> runs(static_cast<std::size_t>(std::max(1, std::atoi(argv[1]))));
    for (auto& run : runs) {
        run = runOnce(argv + 2);
        if (run.status != 0) {
            std::fprintf(stderr, "kscope_measure: %s ended with status %d\n", argv[2], run.status);
            return 1;
        }
    }
    std::printf("%.1f %.1f %ld %.1f\n", medianOf(runs, &Run::wallMs), medianOf(runs, &Run::cpuMs),
                medianOf(runs, &Run::peakKib), medianOf(runs, &Run::saidMs));
    return 0;
}
