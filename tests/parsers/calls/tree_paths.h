// SPDX-License-Identifier: GPL-3.0-or-later
/// Nodes of a call tree by path, for tests that hold them against lists.
#pragma once

#include "model/derive/call_functions.h"

#include <string>
#include <vector>

namespace kscope::tests {

/// Calls `take(path, node)` for every node of the calls' tree, parents first. A path is the names
/// from the outermost call on, joined by ';'; `shorten` may replace a name.
template <class Take, class Shorten>
void eachPath(const model::CallForest& forest, Take take, Shorten shorten) {
    model::ThreadPool pool(2);
    const auto tree = model::callTree(forest, {}, pool);
    std::vector<std::string> paths(tree.nodes.size());
    for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
        const auto& node = tree.nodes[i];
        const auto name = shorten(std::string(forest.trace().text(node.function.name())));
        paths[i] = node.parent == 0 ? name : paths[node.parent] + ";" + name;
        take(paths[i], node);
    }
}
template <class Take> void eachPath(const model::CallForest& forest, Take take) {
    eachPath(forest, take, [](std::string name) { return name; });
}

}  // namespace kscope::tests
