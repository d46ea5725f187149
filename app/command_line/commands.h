// SPDX-License-Identifier: GPL-3.0-or-later
/// What the subcommands share: their options, and how they are called. One file a subcommand.
#pragma once

#include "app/command_line/command_line.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kscope::app {

// What the program ends with (cli.md).
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kLost = 3;

enum class OutputFormat : std::uint8_t { Text, Csv, Json };

/// Of every command that takes sources.
struct CommonOptions {
    std::vector<std::string> sources;
    std::string range;
    std::string filter;
    std::string cpus;
    std::string tasks;
    std::string kallsyms;
    std::string as;
    std::size_t threads = 0;
    OutputFormat format = OutputFormat::Text;
    bool autoAlign = false;
    bool strict = false;
    bool quiet = false;
};
/// uftrace's filters, of commands that show calls.
struct CallOptions {
    std::string only;     ///< -F, patterns divided by ';'
    std::string hide;     ///< -N
    std::string depth;    ///< -D
    std::string atLeast;  ///< -t
    [[nodiscard]] bool given() const {
        return !only.empty() || !hide.empty() || !depth.empty() || !atLeast.empty();
    }
};
struct ReportOptions {
    CommonOptions common;
    std::string kind;
    std::string by;  ///< "cpu", "task" or "".
    bool summary = false;
    bool rounds = false;  ///< Of memory: one row a round.
    std::string sort;     ///< COLUMN[:asc|:desc]
    std::optional<std::uint64_t> top;
    std::string columns;  ///< a,b
    bool tree = false;    ///< calls: one row a path
    std::string caller;   ///< calls: what this function calls
    std::string callee;   ///< calls: what calls this function
    CallOptions calls;
};
struct ExportOptions {
    CommonOptions common;
    std::string output;
    std::string pane = "timeline";
    std::string size = "1920x1080";
    double scale = 1.0;
    std::string theme = "light";
    std::string lanes;
    std::string title;
    bool noLegend = false;
    std::string view;
    CallOptions calls;
};

struct RecordOptions {
    std::string output;
    std::string files;  ///< interrupts,softirqs,…; "" takes the default set.
    std::string interval = "200ms";
    std::string duration;  ///< "": until Ctrl-C.
    bool quiet = false;
};

[[nodiscard]] int runInfo(const CommonOptions& options, CommandStreams streams);
[[nodiscard]] int runDump(const CommonOptions& options, CommandStreams streams);
[[nodiscard]] int runReport(const ReportOptions& options, CommandStreams streams);
[[nodiscard]] int runRecord(const RecordOptions& options, CommandStreams streams);
[[nodiscard]] int runExport(const ExportOptions& options, CommandStreams streams);
/// The part of it that writes calls for other viewers (.folded, .chrome.json, and .json of the
/// flame graph); nothing where the output is none of these.
[[nodiscard]] std::optional<int> exportData(const ExportOptions& options, CommandStreams streams);

}  // namespace kscope::app
