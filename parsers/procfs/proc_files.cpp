// SPDX-License-Identifier: GPL-3.0-or-later
/// Kinds of files of /proc by name.
#include "parsers/procfs/proc_files.h"

#include <algorithm>
#include <array>

namespace kscope::parsers {

using model::CounterFile;
using model::SeriesKind;

namespace {
constexpr std::size_t kFiles = static_cast<std::size_t>(CounterFile::Count_);
constexpr std::array<std::string_view, kFiles> kKindNames{
    "proc-interrupts",   "proc-softirqs",      "proc-buddyinfo",     "proc-zoneinfo",
    "proc-pagetypeinfo", "proc-vmstat",        "proc-meminfo",       "proc-slabinfo",
    "proc-schedstat",    "proc-stat",          "proc-loadavg",       "proc-diskstats",
    "proc-pressure",     "proc-extfrag_index", "proc-unusable_index"};
}  // namespace

std::string_view procKindName(CounterFile file) {
    return kKindNames[static_cast<std::size_t>(file)];
}
std::string_view procFileName(CounterFile file) { return procKindName(file).substr(5); }

std::string procFilePath(CounterFile file) {
    const bool debugfs = file == CounterFile::ExtfragIndex || file == CounterFile::UnusableIndex;
    return (debugfs ? "/sys/kernel/debug/extfrag/" : "/proc/") + std::string(procFileName(file));
}

std::optional<CounterFile> procFileOfKind(std::string_view kind) {
    const auto at = std::ranges::find(kKindNames, kind);
    if (at == kKindNames.end()) return std::nullopt;
    return static_cast<CounterFile>(at - kKindNames.begin());
}

std::optional<CounterFile> procFileOfPath(std::string_view path) {
    const auto slash = path.rfind('/');
    const auto name = slash == path.npos ? path : path.substr(slash + 1);
    const auto folder = slash == path.npos ? std::string_view{} : path.substr(0, slash);
    if (name.ends_with(".pressure") || folder == "pressure" || folder.ends_with("/pressure"))
        return CounterFile::Pressure;
    for (std::size_t i = 0; i < kFiles; ++i)
        if (kKindNames[i].substr(5) == name) return static_cast<CounterFile>(i);
    return std::nullopt;
}

SeriesKind vmNameKind(std::string_view name, CounterFile file) {
    using namespace std::string_view_literals;
    constexpr std::array kCounterNames{"nr_dirtied"sv, "nr_written"sv, "nr_throttled_written"sv};
    constexpr std::array kCounterFamilies{"nr_vmscan_"sv, "nr_foll_pin_"sv};
    const bool counter =
        std::ranges::find(kCounterNames, name) != kCounterNames.end() ||
        std::ranges::any_of(kCounterFamilies, [&](auto start) { return name.starts_with(start); });
    if (counter) return SeriesKind::Counter64;
    if (file == CounterFile::Vmstat)
        return name.starts_with("nr_") || name == "workingset_nodes" ? SeriesKind::Gauge
                                                                     : SeriesKind::Counter64;
    // zoneinfo: events count, everything else is a state.
    constexpr std::array kZoneFamilies{"workingset_"sv, "pgpromote_"sv, "pgdemote_"sv, "numa_"sv};
    if (name == "workingset_nodes") return SeriesKind::Gauge;
    return std::ranges::any_of(kZoneFamilies, [&](auto start) { return name.starts_with(start); })
               ? SeriesKind::Counter64
               : SeriesKind::Gauge;
}

}  // namespace kscope::parsers
