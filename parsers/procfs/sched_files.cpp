// SPDX-License-Identifier: GPL-3.0-or-later
/// schedstat, stat and loadavg, of the machine and of one process (formats.md 6.7, 6.8).
#include "model/store/known_events.h"
#include "parsers/procfs/proc_shape.h"
#include "parsers/text/scan.h"

#include <array>
#include <span>
#include <string>

namespace kscope::parsers {

using model::SeriesKind;

namespace {
using namespace std::string_view_literals;

/// The numbers of a line get the names of `columns`, further ones "fieldN".
void namedNumbers(ProcShape& shape, std::string_view rest,
                  std::span<const std::string_view> columns, SeriesKind kind) {
    std::size_t index = 0;
    for (auto word = takeWord(rest); !word.empty(); word = takeWord(rest), ++index) {
        const auto column =
            index < columns.size() ? std::string(columns[index]) : "field" + std::to_string(index);
        if (!shape.number(column, word, kind)) {
            ++shape.odd.annotated;
            return;
        }
    }
}

constexpr std::array kRunColumns{"yld_count"sv,    "unused"sv,     "sched_count"sv,
                                 "sched_goidle"sv, "ttwu_count"sv, "ttwu_local"sv,
                                 "rq_cpu_time"sv,  "run_delay"sv,  "pcount"sv};

/// Columns of a domain line: a block for each way of balancing, then twelve more
/// (Documentation/scheduler/sched-stats.rst).
std::vector<std::string> domainColumns(int version) {
    constexpr std::array kBlock{"lb_count"sv,  "lb_balanced"sv,   "lb_failed"sv,  "lb_imbalance"sv,
                                "lb_gained"sv, "lb_hot_gained"sv, "lb_nobusyq"sv, "lb_nobusyg"sv};
    constexpr std::array kLongBlock{"lb_count"sv,
                                    "lb_balanced"sv,
                                    "lb_failed"sv,
                                    "lb_imbalance_load"sv,
                                    "lb_imbalance_util"sv,
                                    "lb_imbalance_task"sv,
                                    "lb_imbalance_misfit"sv,
                                    "lb_gained"sv,
                                    "lb_hot_gained"sv,
                                    "lb_nobusyq"sv,
                                    "lb_nobusyg"sv};
    constexpr std::array kRest{"alb_count"sv,        "alb_failed"sv,       "alb_pushed"sv,
                               "sbe_count"sv,        "sbe_balanced"sv,     "sbe_pushed"sv,
                               "sbf_count"sv,        "sbf_balanced"sv,     "sbf_pushed"sv,
                               "ttwu_wake_remote"sv, "ttwu_move_affine"sv, "ttwu_move_balance"sv};
    // Version 16 put the block of a busy CPU in front.
    const std::array<std::string_view, 3> order =
        version >= 16 ? std::array{"busy"sv, "idle"sv, "newly_idle"sv}
                      : std::array{"idle"sv, "busy"sv, "newly_idle"sv};
    std::vector<std::string> columns;
    for (const auto type : order) {
        if (version >= 17)
            for (const auto name : kLongBlock)
                columns.push_back(std::string(type) + "/" + std::string(name));
        else
            for (const auto name : kBlock)
                columns.push_back(std::string(type) + "/" + std::string(name));
    }
    for (const auto name : kRest) columns.emplace_back(name);
    return columns;
}

void domainLine(ProcShape& shape, const std::string& cpu, std::string_view name,
                std::string_view rest, int version) {
    shape.row(cpu + "/" + std::string(name));
    std::string words;
    if (version >= 17) words = std::string(takeWord(rest)) + " ";
    words += takeWord(rest);  // the mask of CPUs
    const auto columns = domainColumns(version);
    const std::vector<std::string_view> views(columns.begin(), columns.end());
    namedNumbers(shape, rest, views, SeriesKind::Counter64);
    shape.detail(words);
}

}  // namespace

void readSchedstat(ProcShape& shape) {
    std::string cpu = "cpu";
    int version = 15;
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        auto rest = trim(line);
        const auto first = takeWord(rest);
        if (first == "version" || first == "timestamp") {
            auto ahead = rest;
            const auto value = takeWord(ahead);
            shape.sameRow("");
            if (!shape.number(first, value,
                              first == "version" ? SeriesKind::Gauge : SeriesKind::Counter64))
                countUnread(shape, line);
            else if (first == "version") {
                version = static_cast<int>(shape.values.back() & 0xffff);
                shape.fields.back().decides = true;
            }
        } else if (first.starts_with("cpu") && isDigits(first.substr(3))) {
            cpu = first;
            shape.row(cpu);
            namedNumbers(shape, rest, kRunColumns, SeriesKind::Counter64);
        } else if (first.starts_with("domain") && isDigits(first.substr(6))) {
            domainLine(shape, cpu, first, rest, version);
        } else if (isDigits(first)) {  // /proc/PID/schedstat
            constexpr std::array kTaskColumns{"run_time"sv, "run_delay"sv, "timeslices"sv};
            shape.sameRow("");
            namedNumbers(shape, line, kTaskColumns, SeriesKind::Counter64);
        } else {
            countUnread(shape, line);
        }
    }
}

namespace {

/// One line of /proc/PID/stat: "26231 (vim) R 5392 …"; the comm may hold anything.
bool readTaskStat(ProcShape& shape) {
    constexpr std::array kColumns{"ppid"sv,        "pgrp"sv,        "session"sv,
                                  "tty_nr"sv,      "tpgid"sv,       "flags"sv,
                                  "minflt"sv,      "cminflt"sv,     "majflt"sv,
                                  "cmajflt"sv,     "utime"sv,       "stime"sv,
                                  "cutime"sv,      "cstime"sv,      "priority"sv,
                                  "nice"sv,        "num_threads"sv, "itrealvalue"sv,
                                  "starttime"sv,   "vsize"sv,       "rss"sv,
                                  "rsslim"sv,      "startcode"sv,   "endcode"sv,
                                  "startstack"sv,  "kstkesp"sv,     "kstkeip"sv,
                                  "signal"sv,      "blocked"sv,     "sigignore"sv,
                                  "sigcatch"sv,    "wchan"sv,       "nswap"sv,
                                  "cnswap"sv,      "exit_signal"sv, "processor"sv,
                                  "rt_priority"sv, "policy"sv,      "delayacct_blkio_ticks"sv,
                                  "guest_time"sv,  "cguest_time"sv, "start_data"sv,
                                  "end_data"sv,    "start_brk"sv,   "arg_start"sv,
                                  "arg_end"sv,     "env_start"sv,   "env_end"sv,
                                  "exit_code"sv};
    const auto open = shape.text.find('(');
    const auto close = shape.text.rfind(')');
    if (open == shape.text.npos || close == shape.text.npos || close < open) return false;
    auto before = shape.text.substr(0, open);
    const auto pid = takeWord(before);
    if (!isDigits(pid) || !trim(before).empty()) return false;
    shape.sameRow("");
    shape.number("pid", pid);
    auto rest = shape.text.substr(close + 1);
    const auto state = takeWord(rest);
    shape.detail(std::string(shape.text.substr(open, close + 1 - open)) + " " + std::string(state));
    std::size_t index = 0;
    rest = trimRight(rest.substr(0, rest.find('\n')));
    for (auto word = takeWord(rest); !word.empty(); word = takeWord(rest), ++index) {
        const auto name = index < kColumns.size() ? std::string(kColumns[index])
                                                  : "field" + std::to_string(index);
        // Only these may be negative; others use all 64 bits (rsslim).
        const bool isSigned = name == "tpgid" || name == "priority" || name == "nice" ||
                              name == "exit_signal" || name == "tty_nr" || name == "ppid" ||
                              name == "rss" || name == "cutime" || name == "cstime";
        if (!shape.number(name, word, isSigned ? SeriesKind::Signed : SeriesKind::Gauge)) break;
    }
    return true;
}

/// Ticks of one CPU, or of all.
void cpuTimes(ProcShape& shape, std::string_view rest) {
    constexpr std::array kTimes{"user"sv, "nice"sv,    "system"sv, "idle"sv,  "iowait"sv,
                                "irq"sv,  "softirq"sv, "steal"sv,  "guest"sv, "guest_nice"sv};
    std::size_t index = 0;
    for (auto word = takeWord(rest); !word.empty(); word = takeWord(rest), ++index) {
        const auto column =
            index < kTimes.size() ? std::string(kTimes[index]) : "field" + std::to_string(index);
        // Of a tickless CPU the kernel tells these two by its clock, and takes some back when a
        // tick corrects it (proc(5): "this value may decrease").
        const bool settles = column == "idle" || column == "iowait";
        if (!shape.number(column, word, settles ? SeriesKind::Settling : SeriesKind::Counter64)) {
            ++shape.odd.annotated;
            return;
        }
    }
}

}  // namespace

void readStat(ProcShape& shape) {
    if (!shape.text.empty() && isDigit(shape.text.front()) && readTaskStat(shape)) return;
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        auto rest = trim(line);
        const auto first = takeWord(rest);
        if (first.starts_with("cpu") && (first.size() == 3 || isDigits(first.substr(3)))) {
            shape.row(first);
            cpuTimes(shape, rest);
        } else if (first == "intr" || first == "softirq") {
            shape.row(first);
            auto word = takeWord(rest);
            if (!shape.number("total", word, SeriesKind::Counter64)) continue;
            std::size_t index = 0;
            for (word = takeWord(rest); !word.empty(); word = takeWord(rest), ++index) {
                const bool named = first == "softirq" && index < model::kSoftirqNames.size();
                const auto column =
                    named ? std::string(model::kSoftirqNames[index]) : std::to_string(index);
                if (!shape.number(column, word, SeriesKind::Counter64)) break;
            }
        } else if (auto ahead = rest; isDigits(takeWord(ahead)) && trim(ahead).empty()) {
            const bool gauge = first.starts_with("procs_") || first == "btime";
            shape.sameRow("");
            shape.number(first, trim(rest), gauge ? SeriesKind::Gauge : SeriesKind::Counter64);
        } else {
            countUnread(shape, line);
        }
    }
}

void readLoadavg(ProcShape& shape) {
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        auto rest = line;
        const std::array words{takeWord(rest), takeWord(rest), takeWord(rest), takeWord(rest),
                               takeWord(rest)};
        const auto slash = words[3].find('/');
        if (slash == words[3].npos || words[4].empty()) {
            countUnread(shape, line);
            continue;
        }
        if (shape.numbers() > 0) return countUnread(shape, line);
        shape.sameRow("");
        shape.number("load1", words[0]);
        shape.number("load5", words[1]);
        shape.number("load15", words[2]);
        shape.number("running", words[3].substr(0, slash));
        shape.number("total", words[3].substr(slash + 1));
        shape.number("last_pid", words[4]);
    }
}

}  // namespace kscope::parsers
