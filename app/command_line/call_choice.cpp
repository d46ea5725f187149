// SPDX-License-Identifier: GPL-3.0-or-later
/// Options to filters and scopes of calls.
#include "app/command_line/call_choice.h"

#include "model/derive/call_export.h"
#include "model/words/axis_words.h"
#include "views/panes/flame_graph/stack_tree.h"

#include <fmt/format.h>

#include <charconv>

namespace kscope::app {

model::Result<model::CallFilter> readCallFilter(const CallOptions& options,
                                                const LoadedTrace* loaded) {
    model::CallFilter filter;
    filter.only = model::callPatterns(options.only);
    filter.hide = model::callPatterns(options.hide);
    if (!options.depth.empty()) {
        const auto* const last = options.depth.data() + options.depth.size();
        const auto [end, fault] = std::from_chars(options.depth.data(), last, filter.depth);
        if (fault != std::errc{} || end != last || filter.depth == 0)
            return model::failure(
                fmt::format("-D: '{}' is no number of levels (expected 1 or more)", options.depth));
    }
    const auto unit = loaded != nullptr ? model::countUnit(*loaded->trace) : std::string_view{};
    const auto threshold = model::parseCallThreshold(options.atLeast, unit);
    if (!threshold)
        return model::failure(
            fmt::format("-t: '{}': {}", options.atLeast, threshold.error().message));
    filter.threshold = *threshold;
    return filter;
}

model::CallScope callScope(const LoadedTrace& loaded) {
    model::CallScope scope;
    scope.range = loaded.selection.timeRange(*loaded.trace);
    scope.cpus = loaded.selection.cpus;
    if (!loaded.selection.tasks.empty())
        scope.task = [&loaded](const model::CallTask& task) {
            return task.task != model::kNoTask &&
                   loaded.selection.coversTask(*loaded.trace, task.task,
                                               loaded.trace->task(task.task).comm);
        };
    return scope;
}

bool ChosenCalls::any() const { return model::countsAny(*forest, scope); }

ChosenCalls chooseCalls(const LoadedTrace& loaded, const model::CallFilter& filter,
                        const model::RowSetPtr& rows) {
    ChosenCalls chosen;
    chosen.forest =
        filterCalls(model::deriveCalls(loaded.trace, *loaded.pool), filter, *loaded.pool);
    chosen.scope = callScope(loaded);
    chosen.scope.rows = rows;
    return chosen;
}

model::RowSetPtr chosenRows(const LoadedTrace& loaded, const model::Filter& filter) {
    return filter.all() ? nullptr : filterRows(*loaded.trace, filter, *loaded.pool);
}

std::shared_ptr<const views::FlameTree> stacksOf(const LoadedTrace& loaded,
                                                 const model::Filter& filter) {
    return views::makeStackTree(loaded.trace, loaded.selection.timeRange(*loaded.trace), {},
                                chosenRows(loaded, filter));
}

}  // namespace kscope::app
