// SPDX-License-Identifier: GPL-3.0-or-later
/// `report KIND`: makes the tables, arranges and writes them (cli.md section 5).
#include "app/command_line/call_choice.h"
#include "app/command_line/output.h"
#include "app/command_line/reports/reports.h"

#include <algorithm>
#include <array>

namespace kscope::app {
namespace {

struct ReportKind {
    std::string_view name;
    ReportResult (*make)(const LoadedTrace&,
                         const ReportOptions&);  ///< Null: known, but not read yet.
    std::string_view by;                         ///< What --by takes, or "".
    bool summary = false;                        ///< Has a --summary.
};
constexpr std::array<ReportKind, 12> kKinds{{{"events", reportEvents, "", false},
                                             {"sched", reportSched, "cpu", false},
                                             {"wakeups", reportWakeups, "", true},
                                             {"irq", reportIrq, "cpu", false},
                                             {"work", nullptr, "", false},
                                             {"signals", nullptr, "", false},
                                             {"syscalls", nullptr, "", false},
                                             {"processes", nullptr, "", false},
                                             {"stacks", reportStacks, "", false},
                                             {"block", reportBlock, "", true},
                                             {"calls", reportCalls, "", false},
                                             {"memory", reportMemory, "", false}}};

/// The usage error of the options, or "".
std::string wrongUse(const ReportKind& kind, const ReportOptions& options) {
    if (!options.by.empty() && options.by != kind.by)
        return fmt::format("--by {}: report {} has no such list", options.by, kind.name);
    if ((options.tree || !options.caller.empty() || !options.callee.empty()) &&
        kind.name != "calls")
        return fmt::format("--tree, --caller and --callee are of report calls, not of {}",
                           kind.name);
    if (options.calls.given() && kind.name != "calls")
        return fmt::format("-F, -N, -D and -t are of report calls, not of {}", kind.name);
    if (const auto filter = readCallFilter(options.calls); !filter) return filter.error().message;
    if (options.summary && !kind.summary)
        return fmt::format("--summary: report {} has none", kind.name);
    if (options.rounds && kind.name != "memory")
        return fmt::format("--rounds: report {} has no rounds", kind.name);
    return {};
}

bool writeAll(const ReportResult& result, const ReportOptions& options, CommandStreams streams) {
    switch (options.common.format) {
    case OutputFormat::Text: return writeText(streams, result.rows);
    case OutputFormat::Csv: return writeCsv(streams, result.rows);
    case OutputFormat::Json: break;
    }
    std::string head = "{\"report\":";
    appendJson(head, options.kind);
    for (const auto& [key, value] : result.numbers) head += fmt::format(",\"{}\":{}", key, value);
    for (const auto& [key, value] : result.objects) head += fmt::format(",\"{}\":{}", key, value);
    for (const auto& [name, counts] : result.counts) {
        head += ',';
        appendJson(head, name);
        head += ":{";
        for (bool first = true; const auto& [word, count] : counts) {
            head += first ? "" : ",";
            first = false;
            appendJson(head, word);
            head += fmt::format(":{}", count);
        }
        head += '}';
    }
    bool good = write(streams, head + ",\n") && writeJson(streams, result.rows);
    for (const auto& list : result.lists)
        good = good && write(streams, ",\n") && writeJson(streams, list);
    return good && write(streams, "}\n");
}

}  // namespace

int runReport(const ReportOptions& options, CommandStreams streams) {
    const auto* const kind = std::ranges::find(kKinds, options.kind, &ReportKind::name);
    if (kind == kKinds.end()) {
        complain(streams, fmt::format("report: '{}' is no kind of report; this version has events, "
                                      "sched, wakeups, irq, block, calls, stacks and memory",
                                      options.kind));
        return kUsage;
    }
    if (kind->make == nullptr) {
        complain(streams, fmt::format("report {}: not read yet by this version; it has events, "
                                      "sched, wakeups, irq, block, calls, stacks and memory",
                                      kind->name));
        return kFailed;
    }
    if (const auto wrong = wrongUse(*kind, options); !wrong.empty()) {
        complain(streams, wrong);
        return kUsage;
    }
    int status = kDone;
    const auto loaded = loadTrace(options.common, streams, status);
    if (!loaded) return status;
    if (const auto filter = readCallFilter(options.calls, &*loaded); !filter) {
        complain(streams, filter.error().message);
        return kUsage;
    }
    ReportResult result = kind->make(*loaded, options);
    if (!options.common.quiet)
        for (const auto& note : result.notes) complain(streams, note);
    ReportOptions arranged = options;
    if (arranged.sort.empty() && options.common.format == OutputFormat::Text)
        arranged.sort = result.sortForPeople;
    if (const auto done = arrange(result.rows, arranged, loaded->selection.filter); !done) {
        complain(streams, done.error().message);
        return kUsage;
    }
    for (auto& list : result.lists)
        if (const auto done = arrange(list, {}, {}); !done) return kUsage;
    writeAll(result, options, streams);
    return finish(streams, strictStatus(options.common, *loaded));
}

}  // namespace kscope::app
