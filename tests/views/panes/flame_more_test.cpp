// SPDX-License-Identifier: GPL-3.0-or-later
/// Comparisons of two flame graphs against sums of paths, and flame graphs as SVG for a browser.
#include "model/store/trace_builder.h"
#include "views/panes/flame_graph/flame_diff.h"
#include "views/panes/flame_graph/flame_svg.h"

#include <QXmlStreamReader>

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace kscope::tests {
namespace {

using namespace kscope::views;

/// A trace whose only use is its names.
model::TracePtr namedTrace(const std::vector<std::string>& names,
                           std::vector<model::FunctionKey>& keys) {
    model::TraceBuilder builder;
    model::SourceInfo info;
    info.path = "made";
    info.kind = "uftrace";
    const auto source = builder.addSource(std::move(info));
    model::ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    std::int64_t now = 0;
    for (const auto& name : names) {
        ++now;
        (void)writer.prepare(now, static_cast<std::uint64_t>(now));
        const auto task = writer.task(model::Tid{7}, "made", model::kUnknownCpu);
        writer.add(now, static_cast<std::uint64_t>(now), writer.name(name), model::kUnknownCpu,
                   task, model::callFlags(model::CallEdge::Entry, model::CallSpace::User, 0));
    }
    builder.deliver(source, 0, writer.finishPart(0, 0));
    builder.endSource(source);
    auto trace = builder.finish();
    for (std::uint64_t i = 0; i < names.size(); ++i)
        keys.push_back(model::FunctionKey::of(trace->event(model::EventIndex{i}).name,
                                              model::CallSpace::User));
    return trace;
}

FlameTree grownTree(std::minstd_rand& random, const model::TracePtr& trace,
                    const std::vector<model::FunctionKey>& keys, std::size_t steps) {
    FlameTree tree;
    tree.trace = trace;
    tree.calls.nodes.resize(1);
    for (std::size_t i = 0; i < steps; ++i) {
        const auto parent = static_cast<std::uint32_t>(random() % tree.calls.nodes.size());
        const auto key = keys[random() % keys.size()];
        const bool known = std::ranges::any_of(tree.calls.nodes, [&](const auto& node) {
            return node.parent == parent && node.function == key;
        });
        if (known) continue;
        tree.calls.nodes.push_back(
            {.function = key, .parent = parent, .depth = tree.calls.nodes[parent].depth + 1});
    }
    auto& nodes = tree.calls.nodes;
    tree.calls.children.resize(nodes.size());
    for (auto& node : nodes) {
        node.self = static_cast<std::int64_t>(random() % 1000);
        node.calls = 1 + random() % 5;
    }
    for (std::size_t i = nodes.size(); i-- > 0;) {
        nodes[i].total += nodes[i].self;
        if (i > 0) nodes[nodes[i].parent].total += nodes[i].total;
    }
    for (std::uint32_t i = 1; i < nodes.size(); ++i)
        tree.calls.children[nodes[i].parent].push_back(i);
    for (auto& children : tree.calls.children)
        std::ranges::stable_sort(children, std::greater<>{},
                                 [&](auto i) { return nodes[i].total; });
    sumFlameTree(tree);
    return tree;
}

std::string pathOf(const FlameTree& tree, std::uint32_t node) {
    std::string path;
    for (; node != 0; node = tree.calls.nodes[node].parent)
        path = ";" + std::to_string(tree.calls.nodes[node].function.value) + path;
    return path;
}

TEST(FlameDiff, HasEveryPathOfBothWithBothWeights) {
    std::minstd_rand random(41);
    std::vector<model::FunctionKey> keys;
    const auto trace = namedTrace({"a", "b", "c", "d", "e"}, keys);
    for (int round = 0; round < 40; ++round) {
        const auto before = grownTree(random, trace, keys, 40);
        const auto after = grownTree(random, trace, keys, 40);
        std::map<std::string, std::pair<std::int64_t, std::int64_t>> expected;
        for (std::uint32_t i = 1; i < before.calls.nodes.size(); ++i)
            expected[pathOf(before, i)].first = before.calls.nodes[i].total;
        for (std::uint32_t i = 1; i < after.calls.nodes.size(); ++i)
            expected[pathOf(after, i)].second = after.calls.nodes[i].total;
        const auto both = makeFlameDiff(before, after);
        ASSERT_EQ(both->calls.nodes.size(), expected.size() + 1);
        for (std::uint32_t i = 1; i < both->calls.nodes.size(); ++i) {
            const auto [first, second] = expected.at(pathOf(*both, i));
            EXPECT_EQ(both->before[i].total, first);
            EXPECT_EQ(both->calls.nodes[i].total, first + second);
            const double change = flameChange(*both, i, FlameWeight::Total);
            if (first + second > 0) {
                EXPECT_NEAR(change,
                            static_cast<double>(second - first) /
                                static_cast<double>(first + second),
                            1e-9);
            }
        }
        EXPECT_EQ(both->callsBelow[0], before.callsBelow[0] + after.callsBelow[0]);
        EXPECT_EQ(both->before[0].callsBelow, before.callsBelow[0]);
    }
}

TEST(FlameDiff, ColoursTellGrowthFromShrinking) {
    for (const auto kind : {ThemeKind::Dark, ThemeKind::Light}) {
        const auto& t = theme(kind);
        EXPECT_EQ(changeFill(t, 1), t.dirWrite);
        EXPECT_EQ(changeFill(t, -1), t.dirRead);
        EXPECT_NE(changeFill(t, 0.1), changeFill(t, -0.1));
        EXPECT_NE(changeFill(t, 0), changeFill(t, 0.1));
    }
}

TEST(FlameSvg, IsWellFormedAndHasWordsForEveryFrame) {
    std::minstd_rand random(43);
    std::vector<model::FunctionKey> keys;
    const auto trace =
        namedTrace({"std::map<int, char&>::at", "vfs_read", "a \"b\" \x01\xff", "]]>"}, keys);
    const auto tree = grownTree(random, trace, keys, 60);
    FlameScene scene;
    scene.tree = &tree;
    scene.theme = ThemeKind::Light;
    scene.area = {0, 0, 1200, 700};
    TextCache texts(1.0);
    const auto svg = flameSvg(scene, {"Title & more", "range", "foot"}, Legend::Show, texts);
    QXmlStreamReader reader(QByteArray::fromStdString(svg));
    int groups = 0, titles = 0, rects = 0, scripts = 0;
    QString explained;
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement) continue;
        const auto name = reader.name();
        if (name == QLatin1String("g") && reader.attributes().hasAttribute("data-name")) {
            ++groups;
            EXPECT_TRUE(reader.attributes().hasAttribute("data-v"));
        } else if (name == QLatin1String("title")) {
            ++titles;
            const auto words = reader.readElementText();
            EXPECT_FALSE(words.isEmpty());
            if (words.startsWith(QLatin1String("vfs_read"))) explained = words;
        } else if (name == QLatin1String("rect")) ++rects;
        else if (name == QLatin1String("script")) {
            ++scripts;
            EXPECT_TRUE(reader.readElementText().contains(QLatin1String("function search(")));
        }
    }
    EXPECT_FALSE(reader.hasError()) << reader.errorString().toStdString();
    EXPECT_GT(groups, 5);
    EXPECT_EQ(titles, groups);
    EXPECT_EQ(rects, groups + 1);  // and the paper
    EXPECT_EQ(scripts, 1);
    EXPECT_TRUE(explained.contains(QLatin1Char('\n')));  // a line a fact
    EXPECT_FALSE(explained.contains(QLatin1String("1 calls")));
    EXPECT_TRUE(explained.contains(QLatin1String("VFS"))) << explained.toStdString();
}

/// One caller of 3000 functions that share 1000 pixels: none has a pixel of its own.
TEST(FlameSvg, FunctionsThinnerThanAPixelAreFoundByTheirNames) {
    std::vector<model::FunctionKey> keys;
    std::vector<std::string> names{"caller"};
    for (int i = 0; i < 3000; ++i)
        names.push_back((i % 3 == 0 ? "memcg_" : "other_") + std::to_string(i));
    const auto trace = namedTrace(names, keys);
    FlameTree tree;
    tree.trace = trace;
    tree.calls.nodes.resize(1);
    tree.calls.children.resize(2);
    tree.calls.children[0] = {1};
    tree.calls.nodes.push_back({.function = keys[0], .parent = 0, .depth = 1});
    tree.calls.nodes[1].total = tree.calls.nodes[0].total = 3000;
    for (std::uint32_t i = 1; i <= 3000; ++i) {
        tree.calls.nodes.push_back({.function = keys[i], .parent = 1, .depth = 2, .calls = 1});
        tree.calls.nodes.back().total = 1;
        tree.calls.children[1].push_back(i + 1);
        tree.calls.children.emplace_back();
    }
    sumFlameTree(tree);
    FlameScene scene;
    scene.tree = &tree;
    scene.area = {0, 0, 1048, 400};
    TextCache texts(1.0);
    QXmlStreamReader reader(
        QByteArray::fromStdString(flameSvg(scene, {"t", "r", "f"}, Legend::Show, texts)));
    std::uint64_t all = 0, matched = 0;
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement) continue;
        const auto about = reader.attributes();
        if (!about.hasAttribute("data-name")) continue;
        const auto weight = about.value("data-v").toULongLong();
        if (about.value("data-row") == QLatin1String("0")) all += weight;
        if (about.value("data-name").startsWith(QLatin1String("memcg_"))) matched += weight;
    }
    EXPECT_FALSE(reader.hasError()) << reader.errorString().toStdString();
    EXPECT_EQ(all, 3000u);
    EXPECT_EQ(matched, 1000u);
}

}  // namespace
}  // namespace kscope::tests
