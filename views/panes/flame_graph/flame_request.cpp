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
        auto name = tailOf(path, parts);
        const auto same = std::ranges::count_if(
            sources, [&](const auto& other) { return tailOf(other.path, parts) == name; });
        if (same == 1) return name;
    }
    // The same file twice.
    return tailOf(path, 1) + " (" + std::to_string(raw(source) + 1) + ")";
}

namespace {

FunctionSet functionsIn(const FlameRequest& wanted, const model::RowSetPtr& rows,
                        model::ThreadPool& hands) {
    if (!rows) return nullptr;
    model::CallScope scope;
    scope.range = wanted.range;
    scope.rows = rows;
    auto functions = std::make_shared<std::set<model::FunctionKey>>();
    for (const auto& row : model::functionReport(*wanted.forest, scope, hands).rows)
        if (row.calls > 0) functions->insert(row.function);
    return functions;
}

}  // namespace

FlameMade makeFlames(const FlameRequest& wanted) {
    // Jobs of a pool must not wait for it: this one brings its own hands.
    model::ThreadPool hands;
    model::CallScope scope;
    scope.range = wanted.range;
    FlameMade made;
    const auto of = [&](model::SourceId source) {
        scope.task = [source](const model::CallTask& task) { return task.source == source; };
        return makeFlameTree(*wanted.forest, scope, hands, wanted.shape);
    };
    auto baseline = wanted.baseline;
    if (wanted.stacks) {
        made.own = makeStackTree(wanted.stacks, wanted.range, {}, wanted.filterRows);
    } else if (wanted.sources) {
        baseline = of(wanted.sources->first);
        made.own = of(wanted.sources->second);
    } else {
        made.own = makeFlameTree(*wanted.forest, scope, hands, wanted.shape);
    }
    made.shown = baseline ? makeFlameDiff(*baseline, *made.own, wanted.measure) : made.own;
    if (wanted.stacks) return made;
    made.passing = functionsIn(wanted, wanted.filterRows, hands);
    made.found = functionsIn(wanted, wanted.searchRows, hands);
    return made;
}

}  // namespace kscope::views
