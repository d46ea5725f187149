// SPDX-License-Identifier: GPL-3.0-or-later
/// The reports that `report KIND` knows: one file a kind.
#pragma once

#include "app/command_line/load.h"
#include "app/command_line/table.h"

#include <string>
#include <utility>
#include <vector>

namespace kscope::app {

/// Counts by a word: an object in JSON, nothing elsewhere.
struct ReportCounts {
    std::string name;
    std::vector<std::pair<std::string, std::int64_t>> counts;
};
/// What a report says: its rows, lists beside them (JSON only), and single numbers.
struct ReportResult {
    Table rows;
    std::vector<Table> lists;
    std::vector<std::pair<std::string, std::int64_t>> numbers;
    std::vector<std::pair<std::string, std::string>> objects;  ///< Key and JSON.
    std::vector<ReportCounts> counts;
    std::string sortForPeople;  ///< --sort of the text where none was given.
    /// What the rows leave out: lines on stderr, not with --quiet.
    std::vector<std::string> notes;
};
[[nodiscard]] ReportResult reportEvents(const LoadedTrace& loaded, const ReportOptions& options);
[[nodiscard]] ReportResult reportSched(const LoadedTrace& loaded, const ReportOptions& options);
[[nodiscard]] ReportResult reportIrq(const LoadedTrace& loaded, const ReportOptions& options);
[[nodiscard]] ReportResult reportMemory(const LoadedTrace& loaded, const ReportOptions& options);
[[nodiscard]] ReportResult reportWakeups(const LoadedTrace& loaded, const ReportOptions& options);
[[nodiscard]] ReportResult reportBlock(const LoadedTrace& loaded, const ReportOptions& options);
[[nodiscard]] ReportResult reportStacks(const LoadedTrace& loaded, const ReportOptions& options);
[[nodiscard]] ReportResult reportCalls(const LoadedTrace& loaded, const ReportOptions& options);

/// What is taken from times: with one source they are printed on its own clock, else on the axis
/// (cli.md section 5).
[[nodiscard]] inline std::int64_t ownClockOffset(const model::Trace& trace) {
    return trace.sources().size() == 1 ? trace.sources()[0].offsetNs : 0;
}

}  // namespace kscope::app
