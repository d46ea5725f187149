// SPDX-License-Identifier: GPL-3.0-or-later
/// Widths of a flame graph against brute force: frames lie inside their callers, in proportion, and
/// what is thinner than a pixel is counted, not lost.
#include "views/panes/flame_graph/flame_scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace kscope;
using namespace kscope::views;

namespace {

/// A random tree whose children never weigh more than their parent.
FlameTree randomTree(std::minstd_rand& random, std::size_t nodes) {
    FlameTree tree;
    tree.calls.nodes.resize(1);
    tree.calls.children.resize(1);
    std::vector<std::int64_t> left{1'000'000};
    for (std::size_t i = 1; i < nodes; ++i) {
        const auto parent = static_cast<std::uint32_t>(random() % tree.calls.nodes.size());
        const auto part = static_cast<std::int64_t>(
            random() % static_cast<unsigned>(std::max<std::int64_t>(left[parent], 1)));
        left[parent] -= part;
        model::CallTreeNode node;
        node.parent = parent;
        node.depth = tree.calls.nodes[parent].depth + 1;
        node.calls = 1 + random() % 9;
        node.total = part;
        node.self = part / 3;
        tree.calls.nodes.push_back(node);
        tree.calls.children.emplace_back();
        tree.calls.children[parent].push_back(static_cast<std::uint32_t>(i));
        left.push_back(part);
    }
    for (auto& children : tree.calls.children)
        std::ranges::stable_sort(children, std::greater<>{},
                                 [&](auto i) { return tree.calls.nodes[i].total; });
    sumFlameTree(tree);
    return tree;
}

}  // namespace

TEST(FlameScene, FramesLieInsideTheirCallersAndInProportion) {
    std::minstd_rand random(5);
    for (const auto weight : {FlameWeight::Total, FlameWeight::Calls, FlameWeight::Self}) {
        for (int round = 0; round < 30; ++round) {
            const FlameTree tree = randomTree(random, 120);
            FlameScene scene;
            scene.tree = &tree;
            scene.area = {0, 0, 1000, 100'000};
            scene.weight = weight;
            const auto boxes = scene.layout();
            double whole = 0;
            for (const auto child : tree.calls.children[0])
                whole += static_cast<double>(scene.weightOf(child));
            std::vector<const FlameBox*> of(tree.calls.nodes.size());
            std::size_t seen = 0;
            std::size_t folded = 0;
            for (const FlameBox& box : boxes) {
                if (box.folded > 0) {
                    folded += box.folded;
                    continue;
                }
                ++seen;
                of[box.node] = &box;
            }
            for (std::uint32_t node = 1; node < of.size(); ++node) {
                if (of[node] == nullptr) continue;
                const auto parent = tree.calls.nodes[node].parent;
                if (parent != 0) {
                    ASSERT_NE(of[parent], nullptr);
                    EXPECT_GE(of[node]->box.x, of[parent]->box.x);
                    EXPECT_LE(of[node]->box.right(), of[parent]->box.right() + 1);
                    EXPECT_EQ(of[node]->box.y, of[parent]->box.bottom());
                }
                if (whole > 0 && weight == FlameWeight::Total) {
                    const double wanted = 1000 * static_cast<double>(scene.weightOf(node)) / whole;
                    EXPECT_NEAR(of[node]->box.w, std::max(1.0, wanted), 1.01);
                }
            }
            EXPECT_GT(seen + folded, 0u);
        }
    }
}

TEST(FlameScene, AZoomedFrameIsAsWideAsTheArea) {
    std::minstd_rand random(8);
    const FlameTree tree = randomTree(random, 60);
    FlameScene scene;
    scene.tree = &tree;
    scene.area = {0, 0, 800, 10'000};
    std::uint32_t deep = 1;
    for (std::uint32_t i = 1; i < tree.calls.nodes.size(); ++i)
        if (tree.calls.nodes[i].depth > tree.calls.nodes[deep].depth) deep = i;
    scene.root = deep;
    const auto boxes = scene.layout();
    std::uint32_t wide = 0;
    for (const FlameBox& box : boxes)
        if (box.folded == 0 && box.box.w == 800) ++wide;
    EXPECT_GE(wide, tree.calls.nodes[deep].depth);  // itself and all of its callers
}
