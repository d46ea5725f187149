// SPDX-License-Identifier: GPL-3.0-or-later
/// `export` of calls and stacks into other viewers' files: no picture.
#include "app/command_line/call_choice.h"
#include "app/command_line/call_files.h"
#include "app/command_line/output.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/flame_graph/stack_tree.h"

namespace kscope::app {
namespace {

/// One line why there is nothing to write.
int nothing(CommandStreams streams, const std::string& why) {
    complain(streams, "export: " + why);
    return kFailed;
}

int written(const model::Result<void>& done, const ExportOptions& options,
            const LoadedTrace& loaded, CommandStreams streams) {
    if (done) return strictStatus(options.common, loaded);
    complain(streams, done.error().message);
    return kFailed;
}

int exportStacks(const ExportOptions& options, CallFile kind, const LoadedTrace& loaded,
                 CommandStreams streams) {
    if (kind == CallFile::Chrome || !views::hasStacks(*loaded.trace))
        return nothing(streams, fmt::format("{} has no calls{}; {} holds calls",
                                            options.common.sources.front(),
                                            kind == CallFile::Chrome ? "" : " and no stacks",
                                            options.output));
    const auto tree = stacksOf(loaded, loaded.selection.eventFilter());
    if (tree->calls.nodes.size() < 2)
        return nothing(streams, "no stack is left by the options, so nothing was written");
    return written(writeStackFile(options.output, kind, *tree), options, loaded, streams);
}

}  // namespace

std::optional<int> exportData(const ExportOptions& options, CommandStreams streams) {
    const auto kind = callFileOf(options.output, options.pane);
    if (kind == CallFile::None) return std::nullopt;
    const auto refused = [&](const model::Result<model::CallFilter>& filter) {
        if (!filter) complain(streams, filter.error().message);
        return !filter;
    };
    if (refused(readCallFilter(options.calls))) return kUsage;
    int status = kDone;
    const auto loaded = loadTrace(options.common, streams, status);
    if (!loaded) return status;
    const auto filter = readCallFilter(options.calls, &*loaded);
    if (refused(filter)) return kUsage;
    if (!views::hasCalls(*loaded->trace)) return exportStacks(options, kind, *loaded, streams);
    const auto calls = chooseCalls(*loaded, *filter, chosenRows(*loaded, loaded->selection.filter));
    if (!calls.any())
        return nothing(streams, "no call is left by the options, so nothing was written");
    return written(writeCallFile(options.output, kind, *calls.forest, calls.scope, *loaded->pool),
                   options, *loaded, streams);
}

}  // namespace kscope::app
