// SPDX-License-Identifier: GPL-3.0-or-later
/// The tree of all paths of calls: stretches of each task's calls are merged side by side, then
/// their trees in order, so that the tree does not depend on the threads.
#include "model/derive/call_paths.h"

#include <algorithm>

namespace kscope::model {
namespace {

constexpr std::size_t kLeastStretch = 64 << 10;  // calls

struct CallStretch {
    const CallTask* task = nullptr;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// Call by call.
PathTree walkPaths(const CallForest& forest, const CallScope& scope, ThreadPool& pool,
                   CallRoots roots) {
    // A few stretches a thread: they do not take the same time.
    const auto wanted = forest.size() / ((pool.threads() + 1) * 4);
    const auto most = std::max<std::size_t>(kLeastStretch, wanted);
    std::vector<CallStretch> stretches;
    for (const auto& task : forest.tasks()) {
        if (scope.task && !scope.task(task)) continue;
        for (std::size_t at = 0; at < task.calls.size(); at += most)
            stretches.push_back(
                {&task, static_cast<std::uint32_t>(at),
                 static_cast<std::uint32_t>(std::min(at + most, task.calls.size()))});
    }
    std::vector<PathTree> parts(std::max<std::size_t>(stretches.size(), 1));
    parallelFor(pool, stretches.size(), [&](std::size_t i) {
        const auto& stretch = stretches[i];
        ScopedWalk<PathTree> walk(forest, scope, parts[i]);
        walk.begin(*stretch.task, roots);
        for (auto call = stretch.begin; call < stretch.end && walk.take(call);) ++call;
    });
    for (std::size_t i = 1; i < parts.size(); ++i) mergePaths(parts[0], parts[i]);
    return std::move(parts[0]);
}

std::vector<CallTreeNode> pathsIn(const CallForest& forest, const CallScope& scope,
                                  ThreadPool& pool, CallRoots roots) {
    auto kept = forest.paths();
    const bool all = !scope.range && !scope.task && roots == CallRoots::Merged;
    if (!scope.cpus.empty() || scope.rows || (!kept && !all))
        return walkPaths(forest, scope, pool, roots).nodes;
    if (kept && all) return kept->paths;
    if (kept) return selectPaths(forest, *kept, scope, pool, roots).nodes;
    auto tree = growAllPaths(forest, pool, kept);
    if (kept) forest.keepPaths(std::move(kept));
    return std::move(tree.nodes);
}

}  // namespace

void finishTree(CallTree& tree) {
    auto& nodes = tree.nodes;
    std::vector<std::uint32_t> below(nodes.size(), 0);
    std::vector<std::int64_t> callees(nodes.size(), 0);
    for (std::size_t i = nodes.size(); i-- > 1;) {  // children stand behind their parents
        auto& above = nodes[nodes[i].parent];
        ++below[nodes[i].parent];
        // Where only calls below it are in the scope: what those weigh.
        if (nodes[i].total == 0) nodes[i].total = callees[i];
        callees[nodes[i].parent] += nodes[i].total;
        if (nodes[i].parent != 0 && !above.function.isTask()) continue;
        above.calls += nodes[i].calls;
        above.total += nodes[i].total;
        above.first = std::min(above.first, nodes[i].first);
    }
    for (auto& node : nodes) node.self = node.total;
    tree.children.resize(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) tree.children[i].reserve(below[i]);
    for (std::uint32_t i = 1; i < nodes.size(); ++i) {
        nodes[nodes[i].parent].self -= nodes[i].total;
        tree.children[nodes[i].parent].push_back(i);
    }
    nodes[0].self = 0;
    for (auto& node : nodes) node.self = std::max<std::int64_t>(node.self, 0);
}

void mergePaths(PathTree& into, const PathTree& from) {
    std::vector<std::uint32_t> placeOf(from.nodes.size(), 0);
    for (std::size_t i = 1; i < from.nodes.size(); ++i) {
        const auto& node = from.nodes[i];
        placeOf[i] = into.child(placeOf[node.parent], node.function);
        auto& sum = into.nodes[placeOf[i]];
        sum.calls += node.calls;
        sum.open += node.open;
        sum.total += node.total;
        sum.first = std::min(sum.first, node.first);
    }
}

CallTree callTree(const CallForest& forest, const CallScope& scope, ThreadPool& pool,
                  CallRoots roots) {
    CallTree tree;
    tree.nodes = pathsIn(forest, scope, pool, roots);
    finishTree(tree);
    for (auto& children : tree.children)
        if (children.size() > 1)
            std::ranges::stable_sort(children, std::greater<>{},
                                     [&](auto i) { return tree.nodes[i].total; });
    return tree;
}

}  // namespace kscope::model
