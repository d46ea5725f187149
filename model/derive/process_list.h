// SPDX-License-Identifier: GPL-3.0-or-later
/// The processes (or threads) of a machine at one moment, as a table of them shows them.
#pragma once

#include "model/core/types.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

struct ProcessRow {
    static constexpr std::int64_t kNotSaid = INT64_MIN;
    Tid tid{};   ///< Of a process its pid.
    Tid tgid{};  ///< The process; of a process its own pid.
    Tid parent{};
    std::string comm;
    char state = '?';        ///< As /proc/PID/stat prints it.
    double cpu = 0;          ///< Share of one CPU since the sample before; 0 in the first one.
    std::int64_t cpuNs = 0;  ///< Since it began.
    int lastCpu = -1;
    int nice = 0;
    int policy = 0;    ///< SCHED_ number.
    int priority = 0;  ///< Of real-time policies 1…99.
    int threads = 1;
    std::int64_t rssBytes = 0;
    std::int64_t vszBytes = 0;
    std::int64_t minorFaults = 0;
    std::int64_t majorFaults = 0;
    std::int64_t voluntary = kNotSaid;  ///< Switches, from status.
    std::int64_t forced = kNotSaid;
    std::int64_t uid = kNotSaid;
    std::string wchan;             ///< Where in the kernel it sleeps; empty: nowhere, or not said.
    std::uint64_t startTicks = 0;  ///< Since boot: with the tid it names one process for good.
};

struct ProcessList {
    std::vector<ProcessRow> rows;  ///< Ascending by tid.
    std::int64_t takenNs = 0;      ///< CLOCK_MONOTONIC when it was begun.
    std::int64_t costNs = 0;       ///< That reading took.
    std::uint64_t unread = 0;      ///< That went away meanwhile or cannot be read.
    std::uint64_t noRight = 0;     ///< Of those: that this person may not read (hidepid=noaccess).
    /// /proc is mounted so that this person does not see others' processes (proc(5), hidepid).
    bool othersHidden = false;
};
using ProcessListPtr = std::shared_ptr<const ProcessList>;

/// "S" → "sleeping". The letter itself where it is not known.
[[nodiscard]] std::string_view processStateWords(char state);
/// "normal", "fifo 50", "batch", "idle", "deadline".
[[nodiscard]] std::string policyWords(const ProcessRow& row);
/// Reads one line of /proc/PID/stat (proc(5)); nothing where it is none. `tickNs`, `pageBytes`:
/// what the machine counts in.
struct ProcessUnits {
    std::int64_t tickNs = 10'000'000;
    std::int64_t pageBytes = 4096;
};
[[nodiscard]] std::optional<ProcessRow> readProcessStat(std::string_view text, ProcessUnits units);
/// Adds what /proc/PID/status says: tgid, uid, switches.
void addProcessStatus(std::string_view text, ProcessRow& row);

}  // namespace kscope::model
