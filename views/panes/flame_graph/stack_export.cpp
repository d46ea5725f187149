// SPDX-License-Identifier: GPL-3.0-or-later
/// Stacks of events in the formats of other viewers.
#include "model/core/quoting.h"
#include "views/panes/flame_graph/stack_tree.h"

#include <fmt/format.h>

namespace kscope::views {

std::string stacksFolded(const FlameTree& tree) {
    std::string out;
    std::vector<std::string> paths(tree.calls.nodes.size());
    for (std::uint32_t i = 1; i < tree.calls.nodes.size(); ++i) {  // callers stand before callees
        const auto& node = tree.calls.nodes[i];
        auto& path = paths[i];
        path = paths[node.parent];
        if (!path.empty()) path += ';';
        for (const char c : tree.nameOf(node.function)) path += c == ';' || c == '\n' ? ':' : c;
        if (node.self > 0) out += fmt::format("{} {}\n", path, node.self);
    }
    return out;
}

std::string stacksSpeedscope(const FlameTree& tree, std::string_view title) {
    std::string out =
        "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"name\":";
    model::appendJson(out, title);
    std::string samples, weights;
    std::int64_t all = 0;
    for (std::uint32_t i = 1; i < tree.calls.nodes.size(); ++i) {
        const auto& node = tree.calls.nodes[i];
        if (node.self <= 0) continue;
        std::string stack;
        for (std::uint32_t up = i; up != 0; up = tree.calls.nodes[up].parent)
            stack.insert(0, fmt::format("{}{}", raw(tree.calls.nodes[up].function.name()),
                                        stack.empty() ? "" : ","));
        samples += fmt::format("{}[{}]", samples.empty() ? "\n" : ",\n", stack);
        weights += fmt::format("{}{}", weights.empty() ? "" : ",", node.self);
        all += node.self;
    }
    out +=
        fmt::format(",\"profiles\":[\n{{\"type\":\"sampled\",\"name\":\"stacks\",\"unit\":\"none\","
                    "\"startValue\":0,\"endValue\":{},\"samples\":[{}],\n\"weights\":[{}]}}],\n"
                    "\"shared\":{{\"frames\":[",
                    all, samples, weights);
    for (std::size_t i = 0; i < tree.names.size(); ++i) {
        out += i == 0 ? "\n{\"name\":" : ",\n{\"name\":";
        model::appendJson(out, tree.names[i]);
        out += '}';
    }
    return out + "]},\"exporter\":\"KernelScope\"}\n";
}

}  // namespace kscope::views
