// SPDX-License-Identifier: GPL-3.0-or-later
/// Sources to a trace, with progress on a terminal and one line for what fails.
#include "app/command_line/load.h"

#include "app/command_line/interrupt.h"
#include "app/command_line/output.h"
#include "app/session/source_spec.h"
#include "model/core/format.h"
#include "model/derive/align.h"
#include "parsers/bytes/open_input.h"
#include "parsers/importers.h"
#include "parsers/kernel_names.h"

#include <algorithm>
#include <cstdlib>
#include <span>

namespace kscope::app {
namespace {

/// Shifts sources that saw the same block requests onto each other, and says how sure that is.
void alignAll(model::TraceBuilder& builder, const CommonOptions& options, CommandStreams streams) {
    const auto say = [&](const std::string& words) {
        if (!options.quiet) complain(streams, "--auto-align: " + words);
    };
    const auto trace = builder.finish();  // A snapshot may lack what is not merged yet.
    const auto found = model::sourcesWithBlocks(*trace);
    if (found.size() < 2)
        return say("needs two sources with block requests; shift one with SOURCE@+1.5s");
    const auto& fixed = trace->sources()[raw(found.front())].path;
    for (const auto id : std::span(found).subspan(1)) {
        const auto& moved = trace->sources()[raw(id)].path;
        const auto alignment = model::alignByBlocks(*trace, found.front(), id);
        if (!alignment.found) {
            say(fmt::format("{} and {} share no requests ({} of {} records agree); shift one with "
                            "SOURCE@+1.5s",
                            moved, fixed, alignment.matches, alignment.records));
            continue;
        }
        builder.shift(id, alignment.shift);
        say(fmt::format("{} shifted by {}{} s onto {}: {} of {} records match, residual {}", moved,
                        alignment.shift < 0 ? "-" : "+",
                        model::formatSeconds(model::timestampNs(std::abs(alignment.shift))), fixed,
                        alignment.matches, alignment.records,
                        model::formatDuration(model::Duration{alignment.residual})));
    }
}

/// Reads all sources into `loaded`; returns how many could be read. Ctrl-C ends a source that may
/// go on for ever, and then what came of it is shown, unless `stop` says that the caller sees to
/// that.
std::size_t readSources(const std::vector<SourceSpec>& sources, const CommonOptions& options,
                        const model::AddressNamesPtr& addresses, CommandStreams streams,
                        LoadedTrace& loaded, const std::stop_token& stop) {
    std::optional<InterruptWatch> watch;
    if (!stop.stop_possible()) watch.emplace();
    // After the watch: their threads leave SIGINT to it.
    loaded.pool = std::make_unique<model::ThreadPool>(options.threads);
    model::TraceBuilder builder;
    builder.nameAddresses(addresses);
    std::size_t read = 0;
    ProgressLine line(streams, options.quiet);
    parsers::ImportOptions how;
    how.as = options.as;
    how.stop = watch ? watch->token() : stop;
    how.progress = [&](std::uint64_t done, std::uint64_t total) {
        line.show("reading", done, total);
    };
    how.added = [&](model::SourceId, parsers::SourceReach reach) {
        if (watch && reach == parsers::SourceReach::Ends) watch->letItKill();
    };
    for (const auto& source : sources) {
        if (watch) watch->takeIt();
        how.offsetNs = source.offsetNs;
        const auto result = parsers::importSource(source.path, builder, *loaded.pool, how);
        const bool interrupted = watch && watch->interrupted();
        if (!result || interrupted) line.clear();
        if (result) {
            ++read;
        } else {
            complain(streams, result.error().message);
            loaded.status = kFailed;
        }
        if (!interrupted) continue;
        if (result && !options.quiet)
            complain(streams, fmt::format("{}: reading was ended by Ctrl-C; what came until then "
                                          "is shown",
                                          parsers::shownPath(source.path)));
        break;
    }
    if (watch) watch->letItKill();
    if (options.autoAlign && read > 0) alignAll(builder, options, streams);
    if (read > 1) model::placeRelativeSources(builder);
    loaded.trace = builder.finish();
    return read;
}

}  // namespace

std::optional<LoadedTrace> loadTrace(const CommonOptions& options, CommandStreams streams,
                                     int& status, std::stop_token stop) {
    LoadedTrace loaded;
    status = kUsage;
    auto selection = readSelection(options);
    if (!selection) {
        complain(streams, selection.error().message);
        return std::nullopt;
    }
    loaded.selection = std::move(*selection);
    if (!options.as.empty() && !parsers::isKnownKind(options.as)) {
        complain(streams,
                 fmt::format("--as: '{}' is no kind of source (man kernelscope lists them)",
                             options.as));
        return std::nullopt;
    }
    std::vector<SourceSpec> sources;
    for (const auto& text : options.sources) {
        auto source = parseSourceSpec(text);
        if (!source) {
            complain(streams, source.error().message);
            return std::nullopt;
        }
        sources.push_back(std::move(*source));
    }
    status = kFailed;
    model::AddressNamesPtr addresses;
    if (!options.kallsyms.empty()) {
        auto read = parsers::readKernelNames(options.kallsyms);
        if (!read) {
            complain(streams, "--kallsyms " + read.error().message);
            return std::nullopt;
        }
        addresses = std::move(*read);
    }
    if (readSources(sources, options, addresses, streams, loaded, stop) == 0) return std::nullopt;
    status = kDone;
    // A command ends with its trace, and the kernel takes memory back faster than destructors do:
    // the newest trace is kept until the process is gone.
    static auto& kept = *new model::TracePtr;
    kept = loaded.trace;
    return loaded;
}

int strictStatus(const CommonOptions& options, const LoadedTrace& loaded) {
    if (loaded.status != kDone || !options.strict) return loaded.status;
    const bool lost = std::ranges::any_of(
        loaded.trace->diagnostics().all(), [](const model::Diagnostic& diagnostic) {
            return model::severity(diagnostic.kind) != model::Severity::Note;
        });
    return lost ? kLost : kDone;
}

}  // namespace kscope::app
