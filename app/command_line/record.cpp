// SPDX-License-Identifier: GPL-3.0-or-later
/// `record`: writes a proc log of this machine (cli.md section 6).
#include "app/command_line/commands.h"
#include "app/command_line/output.h"
#include "app/live/core/log_writer.h"
#include "app/live/core/proc_sampler.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <set>
#include <thread>

namespace kscope::app {
namespace {

using namespace std::chrono_literals;

std::atomic<bool> recordStopped{false};  // NOLINT: a signal handler has no other way

/// Ctrl-C and an end asked for by a script stop a recording; what was before comes back.
class StopSignals {
public:
    StopSignals() {
        recordStopped = false;
        struct sigaction action {};
        action.sa_handler = [](int) { recordStopped = true; };
        sigemptyset(&action.sa_mask);
        sigaction(SIGINT, &action, &m_interrupt);
        sigaction(SIGTERM, &action, &m_terminate);
        struct sigaction ignore {};
        ignore.sa_handler = SIG_IGN;  // a reader of the pipe that went away is an error of writing
        sigaction(SIGPIPE, &ignore, &m_pipe);
    }
    ~StopSignals() {
        sigaction(SIGINT, &m_interrupt, nullptr);
        sigaction(SIGTERM, &m_terminate, nullptr);
        sigaction(SIGPIPE, &m_pipe, nullptr);
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

private:
    struct sigaction m_interrupt {};
    struct sigaction m_terminate {};
    struct sigaction m_pipe {};
};

/// The files of --files, or the default ones.
std::vector<PollFile> filesOf(const RecordOptions& options, std::chrono::milliseconds interval) {
    if (options.files.empty()) return defaultPollFiles(interval);
    std::vector<PollFile> files;
    std::string_view rest = options.files;
    while (!rest.empty()) {
        const auto name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        if (name == "pressure") {
            for (const char* const what : {"cpu", "io", "memory"})
                files.push_back({std::string("/proc/pressure/") + what, interval});
        } else if (!name.empty()) {
            files.push_back({(name.front() == '/' ? "" : "/proc/") + std::string(name), interval});
        }
    }
    return files;
}

/// Until `due`, or a signal: whoever sleeps wakes every 20 ms to see.
void sleepUntil(LiveClock::time_point due) {
    while (!recordStopped && LiveClock::now() < due)
        std::this_thread::sleep_until(std::min(due, LiveClock::now() + 20ms));
}

void sayProblems(const ProcSampler& sampler, std::set<std::string>& said, CommandStreams streams) {
    for (const auto& file : sampler.files()) {
        if (file.problem.empty() || !said.insert(file.file.path).second) continue;
        complain(streams, fmt::format("{}: {}; the others go on", file.file.path, file.problem));
    }
}

int recordLoop(ProcSampler& sampler, LogWriter& writer, std::chrono::nanoseconds duration,
               bool quiet, CommandStreams streams) {
    std::set<std::string> said;
    const auto begun = LiveClock::now();
    sampler.begin(begun);
    std::uint64_t records = 0;
    const auto end = duration.count() > 0 ? begun + duration : LiveClock::time_point::max();
    while (!recordStopped && LiveClock::now() < end) {
        for (const auto& sample : sampler.readDue(LiveClock::now())) {
            writer.add(sample.path, sample.beforeNs, sample.afterNs, sample.text);
            ++records;
        }
        if (const auto done = writer.flush(); !done) {
            complain(streams, done.error().message);
            return kFailed;
        }
        if (!quiet) sayProblems(sampler, said, streams);
        sleepUntil(std::min(sampler.nextDue(), end));
    }
    if (const auto done = writer.finish(); !done) {
        complain(streams, done.error().message);
        return kFailed;
    }
    if (records > 0) return kDone;
    complain(streams, "record: none of the files could be read; name others with --files");
    return kFailed;
}

}  // namespace

int runRecord(const RecordOptions& options, CommandStreams streams) {
    std::chrono::nanoseconds interval{};
    std::chrono::nanoseconds duration{};
    if (!parseInterval(options.interval, interval) || interval < kLeastInterval ||
        interval > kMostInterval) {
        complain(streams,
                 fmt::format("--interval: '{}' is no time from 50ms to 60s", options.interval));
        return kUsage;
    }
    if (!options.duration.empty() && !parseInterval(options.duration, duration)) {
        complain(streams,
                 fmt::format("--duration: '{}' is no length of time (10s, 5m)", options.duration));
        return kUsage;
    }
    auto files = filesOf(options, std::chrono::duration_cast<std::chrono::milliseconds>(interval));
    if (files.empty()) {
        complain(streams, "record: this machine has none of the files of /proc");
        return kFailed;
    }
    auto writer = LogWriter::create(options.output);
    if (!writer) {
        complain(streams, writer.error().message);
        return kFailed;
    }
    const StopSignals stopSignals;
    ProcSampler sampler(std::move(files));
    return recordLoop(sampler, **writer, duration, options.quiet, streams);
}

}  // namespace kscope::app
