// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the arguments and calls the subcommand they name. The only file that knows CLI11.
#include "app/command_line/command_line.h"

#include "app/command_line/commands.h"
#include "app/command_line/output.h"
#include "app/command_line/selection.h"
#include "app/live/core/proc_sampler.h"
#include "parsers/importers.h"

// CLI11 2.3's headers are not clean under -Wconversion and -Wshadow.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop

#include <array>
#include <functional>
#include <map>
#include <sstream>

#ifndef KSCOPE_VERSION
#define KSCOPE_VERSION "0.1.0"
#endif

namespace kscope::app {
namespace {

struct Command {
    std::string_view name;
    std::string_view line;  ///< What it does, for --help.
};
constexpr std::array<Command, 5> kCommands{
    {{"info", "what a source is, what is in it, what was odd about it"},
     {"dump", "every event, one a line"},
     {"report", "tables of facts: events, sched, wakeups, irq, stacks, block, calls, memory"},
     {"export", "pictures and data: .png .svg .csv .json .folded .chrome.json .perfetto.json"},
     {"record", "write a proc log of this machine"}}};

void addCommon(CLI::App& app, CommonOptions& options) {
    app.add_option("SOURCE", options.sources,
                   "Files, folders, a blktrace prefix, or - for standard input; SOURCE@+1.5s "
                   "shifts its times")
        ->required();
    app.add_option("--range", options.range,
                   "A..B in seconds of the axis, or +0.1s..+0.2s from the first event");
    app.add_option("--filter", options.filter,
                   "Only what the expression lets through: 'event == sched_switch && cpu in 0-3'");
    app.add_option("--cpu", options.cpus, "Only these CPUs: 0,2-5");
    app.add_option("--task", options.tasks, "Only these tasks: PID or COMM, separated by commas");
    app.add_option("--kallsyms", options.kallsyms,
                   "kallsyms or System.map that names raw addresses");
    app.add_flag("--auto-align", options.autoAlign,
                 "Shift sources so that what they share lies together");
    app.add_option("--as", options.as, "Kind of the sources, when sniffing is wrong");
    app.add_option("--threads", options.threads, "Threads to use (default: one a CPU)")
        ->check(CLI::Range(0, 1024));
    app.add_option("--format", options.format, "text, csv or json")
        ->transform(CLI::CheckedTransformer(
                        std::map<std::string, OutputFormat>{{"text", OutputFormat::Text},
                                                            {"csv", OutputFormat::Csv},
                                                            {"json", OutputFormat::Json}})
                        .description(""))
        ->type_name("FORMAT");
    app.add_flag("--strict", options.strict, "Exit status 3 where data was lost or guessed");
    app.add_flag("-q,--quiet", options.quiet, "No progress, no notices");
}

/// An option that may stand several times: its values are one list, divided as the window's are.
void addPatterns(CLI::App& app, const char* name, std::string& into, const char* help) {
    app.add_option_function<std::vector<std::string>>(
           name,
           [&into](const std::vector<std::string>& given) {
               for (const auto& each : given) into += (into.empty() ? "" : ";") + each;
           },
           help)
        ->allow_extra_args(false)
        ->type_name("NAME");
}

void addCallFilters(CLI::App& app, CallOptions& options) {
    addPatterns(app, "-F,--function", options.only,
                "Calls: only these functions and what they call; * stands for any letters");
    addPatterns(app, "-N,--notrace", options.hide,
                "Calls: not these functions, nor what they call");
    app.add_option("-D,--depth", options.depth, "Calls: so many levels");
    app.add_option("-t,--time-filter", options.atLeast,
                   "Calls: only those that lasted this long: 50us, 1.5ms");
}

/// Parses; a status where the command ends here (help, or a usage error).
std::optional<int> parse(CLI::App& app, std::vector<std::string> args, CommandStreams streams) {
    try {
        std::ranges::reverse(args);  // as CLI11 wants them
        app.parse(std::move(args));
        return std::nullopt;
    } catch (const CLI::CallForHelp&) {
        write(streams, app.help());
        return finish(streams, kDone);
    } catch (const CLI::ParseError& error) {
        complain(streams, fmt::format("{} (see {} --help)", error.what(), app.get_name()));
        return kUsage;
    }
}

template <class Options> struct CommandApp {
    explicit CommandApp(std::string_view name) : app(std::string(name)) {
        app.name("kernelscope " + std::string(name));
        for (const auto& command : kCommands)
            if (command.name == name) app.description(std::string(command.line));
    }
    CLI::App app;
    Options options;
};

int info(const std::vector<std::string>& args, CommandStreams streams) {
    CommandApp<CommonOptions> command("info");
    addCommon(command.app, command.options);
    const auto ended = parse(command.app, args, streams);
    return ended ? *ended : runInfo(command.options, streams);
}

int dump(const std::vector<std::string>& args, CommandStreams streams) {
    CommandApp<CommonOptions> command("dump");
    addCommon(command.app, command.options);
    const auto ended = parse(command.app, args, streams);
    return ended ? *ended : runDump(command.options, streams);
}

int report(const std::vector<std::string>& args, CommandStreams streams) {
    CommandApp<ReportOptions> command("report");
    auto& options = command.options;
    command.app
        .add_option("KIND", options.kind,
                    "events, sched, wakeups, irq, stacks, block, calls or memory")
        ->required();
    addCommon(command.app, options.common);
    command.app.add_option("--by", options.by, "sched, irq: cpu, one row a CPU")
        ->check(CLI::IsMember({"cpu", "task"}));
    command.app.add_flag("--summary", options.summary, "wakeups, block: the summary as rows");
    command.app.add_flag("--rounds", options.rounds, "memory: one row a round of the log");
    command.app.add_option("--sort", options.sort, "COLUMN, or COLUMN:asc");
    command.app.add_option("--top", options.top, "Only the first N rows")
        ->check([](const std::string& given) {
            const bool digits =
                std::ranges::all_of(given, [](char c) { return c >= '0' && c <= '9'; });
            return digits ? std::string() : fmt::format("'{}' is no number of rows", given);
        });
    command.app.add_flag("--tree", options.tree, "calls: the call tree");
    command.app.add_option("--caller", options.caller, "calls: what this function calls");
    command.app.add_option("--callee", options.callee, "calls: what calls this function");
    addCallFilters(command.app, options.calls);
    command.app.add_option("--columns", options.columns, "Only these columns, in this order: a,b");
    const auto ended = parse(command.app, args, streams);
    return ended ? *ended : runReport(options, streams);
}

int exportPicture(const std::vector<std::string>& args, CommandStreams streams) {
    CommandApp<ExportOptions> command("export");
    auto& options = command.options;
    command.app
        .add_option("-o,--output", options.output,
                    "FILE.png, .svg, .csv, .json, .folded, .chrome.json or .perfetto.json")
        ->required();
    addCommon(command.app, options.common);
    command.app.add_option("--pane", options.pane,
                           "timeline, cpu_sched, block_pipeline, flame_graph, call_timeline, "
                           "interrupt_heatmap or memory_zones (default: timeline)");
    command.app.add_option("--size", options.size, "WIDTHxHEIGHT (default: 1920x1080)");
    command.app.add_option("--scale", options.scale,
                           "Device pixels a pixel, 0.5 to 8 (default: 1)");
    command.app.add_option("--theme", options.theme, "light (default) or dark")
        ->check(CLI::IsMember({"light", "dark"}));
    command.app.add_option("--lanes", options.lanes,
                           "cpu,device:8:0,task:2211,task:java*,event:sched_*, or all");
    command.app.add_option("--title", options.title, "Instead of the sources' names");
    command.app.add_flag("--no-legend", options.noLegend, "Without the legend");
    command.app.add_option("--view", options.view,
                           "Range, lanes, markers and filter of a saved FILE.kscope");
    addCallFilters(command.app, options.calls);
    const auto ended = parse(command.app, args, streams);
    return ended ? *ended : runExport(options, streams);
}

int record(const std::vector<std::string>& args, CommandStreams streams) {
    CommandApp<RecordOptions> command("record");
    auto& options = command.options;
    command.app.add_option("-o,--output", options.output, "FILE, FILE.xz, FILE.zst, FILE.gz or -")
        ->required();
    command.app.add_option(
        "--files", options.files,
        "interrupts,softirqs,pressure/io,... or paths (default: the usual ones)");
    command.app.add_option("--interval", options.interval,
                           "Between two rounds: 50ms to 60s (default: 200ms)");
    command.app.add_option("--duration", options.duration,
                           "Stop after that long: 10s, 5m (default: at Ctrl-C)");
    command.app.add_flag("-q,--quiet", options.quiet, "No notices");
    const auto ended = parse(command.app, args, streams);
    return ended ? *ended : runRecord(options, streams);
}

std::string usage() {
    std::string text = "KernelScope " KSCOPE_VERSION ": Linux traces on one time axis\n\n"
                       "kernelscope [SOURCE...]                the window, on these sources "
                       "together on one axis\n"
                       "kernelscope --live [--interval 200ms]  the window, polling /proc\n";
    for (const auto& command : kCommands)
        text += fmt::format("kernelscope {:<26} {}\n",
                            std::string(command.name) +
                                (command.name == "report"   ? " KIND SOURCE..."
                                 : command.name == "export" ? " -o FILE SOURCE..."
                                 : command.name == "record" ? " -o FILE"
                                                            : " SOURCE..."),
                            command.line);
    return text + "\nkernelscope COMMAND --help lists the options of a command; man kernelscope "
                  "says all.\n"
                  "A SOURCE is a file, a folder (uftrace data, readings of /proc), a blktrace "
                  "prefix, - for\nstandard input, or a tracefs file; SOURCE@+1.5s shifts its "
                  "times.\n";
}

Invocation window(const std::vector<std::string>& args, CommandStreams streams) {
    Invocation invocation;
    CLI::App app;
    app.name("kernelscope");
    app.set_help_flag();
    bool help = false;
    bool version = false;
    std::string interval = "200ms";
    CommonOptions options;
    addCommon(app, options);
    app.get_option("SOURCE")->required(false);
    app.add_flag("-h,--help", help);
    app.add_flag("--version", version);
    app.add_flag("--live", invocation.live);
    app.add_option("--interval", interval);
    app.add_option("--lanes", invocation.lanes,
                   "cpu,device:8:0,task:2211,task:java*,event:sched_*, or all");
    app.add_option("--view", invocation.view,
                   "Range, lanes, markers and filter of a saved FILE.kscope");
    if (const auto ended = parse(app, args, streams)) {
        invocation.exitStatus = *ended;
        return invocation;
    }
    if (help || version) {
        write(streams, help ? usage() : "KernelScope " KSCOPE_VERSION "\n");
        invocation.exitStatus = finish(streams, kDone);
        return invocation;
    }
    const auto refuse = [&](const std::string& message) {
        complain(streams, message);
        invocation.exitStatus = kUsage;
        return invocation;
    };
    if (const auto selection = readSelection(options); !selection)
        return refuse(selection.error().message);
    if (!options.as.empty() && !parsers::isKnownKind(options.as))
        return refuse(fmt::format("--as: '{}' is no kind of source (man kernelscope lists them)",
                                  options.as));
    for (const auto& text : options.sources) {
        auto source = parseSourceSpec(text);
        if (!source) return refuse(source.error().message);
        invocation.sources.push_back(std::move(*source));
    }
    std::chrono::nanoseconds every{};
    if (!parseInterval(interval, every) || every < kLeastInterval || every > kMostInterval)
        return refuse(fmt::format("--interval: '{}' is no time from 50ms to 60s", interval));
    invocation.interval = std::chrono::duration_cast<std::chrono::milliseconds>(every);
    if (invocation.live && !invocation.sources.empty())
        return refuse("--live polls this machine: it takes no SOURCE (open one in another window)");
    invocation.as = options.as;
    invocation.kallsyms = options.kallsyms;
    invocation.threads = options.threads;
    invocation.filter = options.filter;
    invocation.range = options.range;
    invocation.cpus = options.cpus;
    invocation.tasks = options.tasks;
    invocation.window = true;
    return invocation;
}

}  // namespace

Invocation runCommandLine(const std::vector<std::string>& args, CommandStreams streams) {
    using Run = int (*)(const std::vector<std::string>&, CommandStreams);
    const std::map<std::string_view, Run> runs{{"info", info},
                                               {"dump", dump},
                                               {"report", report},
                                               {"export", exportPicture},
                                               {"record", record}};
    const auto found = args.empty() ? runs.end() : runs.find(args.front());
    if (found == runs.end()) return window(args, streams);
    Invocation invocation;
    invocation.exitStatus = found->second({args.begin() + 1, args.end()}, streams);
    return invocation;
}

Invocation runCommandLine(int argc, char** argv) {
    return runCommandLine({argv + 1, argv + argc}, CommandStreams{});
}

}  // namespace kscope::app
