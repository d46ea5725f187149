// SPDX-License-Identifier: GPL-3.0-or-later
/// Sources to a trace, with progress on a terminal and one line for what fails.
#include "app/command_line/load.h"

#include "app/command_line/output.h"
#include "app/session/source_spec.h"
#include "parsers/importers.h"

#include <algorithm>

namespace kscope::app {
namespace {

void sayNotYet(const CommonOptions& options, CommandStreams streams) {
    if (options.quiet) return;
    if (!options.kallsyms.empty())
        complain(streams, "--kallsyms: raw addresses are not named yet, they stay as they are");
    if (options.autoAlign)
        complain(streams, "--auto-align: sources are not aligned by their events yet; shift one "
                          "with SOURCE@+1.5s");
}

}  // namespace

std::optional<LoadedTrace> loadTrace(const CommonOptions& options, CommandStreams streams,
                                     int& status, std::stop_token stop) {
    LoadedTrace loaded;
    auto selection = readSelection(options);
    if (!selection) {
        complain(streams, selection.error().message);
        status = kUsage;
        return std::nullopt;
    }
    loaded.selection = std::move(*selection);
    if (!options.as.empty() && !parsers::isKnownKind(options.as)) {
        complain(streams,
                 fmt::format("--as: '{}' is no kind of source (man kernelscope lists them)",
                             options.as));
        status = kUsage;
        return std::nullopt;
    }
    sayNotYet(options, streams);
    loaded.pool = std::make_unique<model::ThreadPool>(options.threads);
    model::TraceBuilder builder;
    std::size_t read = 0;
    {
        ProgressLine line(streams, options.quiet);
        for (const auto& text : options.sources) {
            const auto spec = parseSourceSpec(text);
            auto result = spec.map_error([](auto error) {
                return error; }).and_then([&](const SourceSpec& source) {
                parsers::ImportOptions import;
                import.as = options.as;
                import.offsetNs = source.offsetNs;
                import.stop = stop;
                import.progress = [&](std::uint64_t done, std::uint64_t total) {
                    line.show("reading", done, total); };
                return parsers::importSource(source.path, builder, *loaded.pool, import);
        });
        if (result) {
            ++read;
            continue;
        }
        line.clear();
        complain(streams, result.error().message);
        loaded.status = kFailed;
    }
}
loaded.trace = builder.finish();
if (read == 0) {
    status = kFailed;
    return std::nullopt;
}
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
