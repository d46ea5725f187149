// SPDX-License-Identifier: GPL-3.0-or-later
/// Merging of two trees by their paths.
#include "views/panes/flame_graph/flame_diff.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace kscope::views {
namespace {

/// Nodes of the sum, found by (parent, function).
class MergedTree {
public:
    MergedTree() {
        nodes.emplace_back();
        before.emplace_back();
    }
    enum class Side : std::uint8_t { Before, After };
    void add(const FlameTree& whole, Side side) {
        const auto& tree = whole.calls;
        std::vector<std::uint32_t> placeOf(tree.nodes.size(), 0);
        for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
            const auto& from = tree.nodes[i];
            if (i > 0) placeOf[i] = child(placeOf[from.parent], keyOf(whole, from.function));
            auto& into = nodes[placeOf[i]];
            into.calls += from.calls;
            into.total += from.total;
            into.self += from.self;
            into.first = std::min(into.first, from.first);
            if (side == Side::Before) {
                before[placeOf[i]].total += from.total;
                before[placeOf[i]].calls += from.calls;
            }
        }
    }
    std::vector<model::CallTreeNode> nodes;
    std::vector<FlameTree::Before> before;
    std::vector<std::string> names;  // of trees that bring their own

private:
    /// Two trees with names of their own number them each in its way: here by the letters.
    model::FunctionKey keyOf(const FlameTree& tree, model::FunctionKey function) {
        if (tree.names.empty()) return function;
        const auto [found, fresh] = m_nameOf.try_emplace(std::string(tree.nameOf(function)),
                                                         static_cast<std::uint32_t>(names.size()));
        if (fresh) names.emplace_back(found->first);
        return model::FunctionKey::of(model::StringId{found->second}, function.space());
    }
    std::uint32_t child(std::uint32_t parent, model::FunctionKey function) {
        const auto key = std::uint64_t{parent} << 32 | function.value;
        const auto [found, fresh] =
            m_index.try_emplace(key, static_cast<std::uint32_t>(nodes.size()));
        if (fresh) {
            nodes.push_back(
                {.function = function, .parent = parent, .depth = nodes[parent].depth + 1});
            before.emplace_back();
        }
        return found->second;
    }
    std::unordered_map<std::uint64_t, std::uint32_t> m_index;
    std::unordered_map<std::string, std::uint32_t> m_nameOf;
};

}  // namespace

std::shared_ptr<const FlameTree> makeFlameDiff(const FlameTree& before, const FlameTree& after,
                                               FlameMeasure measure) {
    MergedTree merged;
    if (after.counts()) merged.names.emplace_back();  // of the root
    merged.add(before, MergedTree::Side::Before);
    merged.add(after, MergedTree::Side::After);
    auto made = std::make_shared<FlameTree>();
    made->trace = after.trace;
    made->measure = measure;
    made->names = std::move(merged.names);
    made->events = after.events;
    made->events.insert(before.events.begin(), before.events.end());
    made->taskNames = after.taskNames;
    made->taskNames.insert(before.taskNames.begin(), before.taskNames.end());
    made->calls.nodes = std::move(merged.nodes);
    made->before = std::move(merged.before);
    const auto& nodes = made->calls.nodes;
    made->calls.children.resize(nodes.size());
    for (std::uint32_t i = 1; i < nodes.size(); ++i)
        made->calls.children[nodes[i].parent].push_back(i);
    for (auto& children : made->calls.children)
        std::ranges::stable_sort(children, std::greater<>{},
                                 [&](auto i) { return nodes[i].total; });
    sumFlameTree(*made);
    for (std::size_t i = nodes.size(); i-- > 1;) {  // children stand behind their parents
        if (!nodes[i].function.isTask()) made->before[i].callsBelow += made->before[i].calls;
        made->before[nodes[i].parent].callsBelow += made->before[i].callsBelow;
    }
    if (after.order != FlameOrder::Largest) orderFrames(*made, after.order);
    return made;
}

double flameChange(const FlameTree& tree, std::uint32_t node, FlameWeight weight) {
    if (tree.before.empty()) return 0;
    const bool byTime = weight != FlameWeight::Calls;
    const double both = byTime ? static_cast<double>(tree.calls.nodes[node].total)
                               : static_cast<double>(tree.callsBelow[node]);
    const double first = byTime ? static_cast<double>(tree.before[node].total)
                                : static_cast<double>(tree.before[node].callsBelow);
    if (tree.measure == FlameMeasure::Amounts)
        return both > 0 ? std::clamp((both - 2 * first) / both, -1.0, 1.0) : 0;
    const auto& whole = tree.calls.nodes[0];
    const double wholeFirst = byTime ? static_cast<double>(tree.before[0].total)
                                     : static_cast<double>(tree.before[0].callsBelow);
    const double wholeBoth =
        byTime ? static_cast<double>(whole.total) : static_cast<double>(tree.callsBelow[0]);
    if (!(wholeFirst > 0) || !(wholeBoth > wholeFirst)) return 0;
    const double was = first / wholeFirst;
    const double is = (both - first) / (wholeBoth - wholeFirst);
    return was + is > 0 ? std::clamp((is - was) / (is + was), -1.0, 1.0) : 0;
}

Rgb changeFill(const Theme& theme, double change) {
    const Rgb grey = mix(theme.bgCanvas, theme.text3, 0.4);
    // A change of a quarter is already half of the hue: small ones matter in long paths.
    const double strength = std::sqrt(std::min(1.0, std::abs(change)));
    return mix(grey, change > 0 ? theme.dirWrite : theme.dirRead, strength);
}

}  // namespace kscope::views
