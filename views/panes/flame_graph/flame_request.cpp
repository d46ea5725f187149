// SPDX-License-Identifier: GPL-3.0-or-later
/// From calls or stacks to the tree that is shown.
#include "views/panes/flame_graph/flame_request.h"

#include "views/panes/flame_graph/flame_diff.h"
#include "views/panes/flame_graph/stack_tree.h"

#include <algorithm>

namespace kscope::views {
namespace {

/// The last `parts` parts of a path.
std::string tailOf(std::string_view path, std::size_t parts) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    auto from = path.size();
    for (; parts > 0 && from != path.npos && from > 0; --parts) from = path.rfind('/', from - 1);
    return std::string(from == path.npos || parts > 0 ? path : path.substr(from + 1));
}

}  // namespace

std::string sourceName(const model::Trace& trace, model::SourceId source) {
    const auto& sources = trace.sources();
    const auto& path = sources[raw(source)].path;
    constexpr std::size_t kMostFolders = 8;
    for (std::size_t parts = 1; parts <= kMostFolders; ++parts) {
        const auto name = tailOf(path, parts);
        const auto same = std::ranges::count_if(
            sources, [&](const auto& other) { return tailOf(other.path, parts) == name; });
        if (same == 1) return name;
    }
    // The same file twice.
    return tailOf(path, 1) + " (" + std::to_string(raw(source) + 1) + ")";
}

FlameMade makeFlames(const FlameRequest& wanted) {
    // Jobs of a pool must not wait for it: this one brings its own hands.
    model::ThreadPool hands;
    model::CallScope scope;
    scope.range = wanted.range;
    if (wanted.stacks) {
        FlameMade made{makeStackTree(wanted.stacks, wanted.range), nullptr};
        made.shown = wanted.baseline ? makeFlameDiff(*wanted.baseline, *made.own) : made.own;
        return made;
    }
    if (!wanted.sources) {
        FlameMade made{makeFlameTree(*wanted.forest, scope, hands, wanted.shape), nullptr};
        made.shown = wanted.baseline ? makeFlameDiff(*wanted.baseline, *made.own) : made.own;
        return made;
    }
    const auto of = [&](model::SourceId source) {
        scope.task = [source](const model::CallTask& task) { return task.source == source; };
        return makeFlameTree(*wanted.forest, scope, hands, wanted.shape);
    };
    const auto before = of(wanted.sources->first);
    FlameMade made{of(wanted.sources->second), nullptr};
    made.shown = makeFlameDiff(*before, *made.own);
    return made;
}

}  // namespace kscope::views
