// SPDX-License-Identifier: GPL-3.0-or-later
/// Layout and drawing of flame graphs.
#include "views/panes/flame_graph/flame_scene.h"

#include "model/core/format.h"
#include "model/derive/timed_tree.h"
#include "views/panes/call_timeline/call_colours.h"
#include "views/panes/flame_graph/flame_diff.h"
#include "views/timeline/scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kFrameRowPx = 18;

bool holds(std::string_view name, std::string_view words) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const auto found =
        std::search(name.begin(), name.end(), words.begin(), words.end(),
                    [&](char left, char right) { return lower(left) == lower(right); });
    return !words.empty() && found != name.end();
}

/// A task stands above its calls and does nothing itself.
std::uint64_t ownSelf(const FlameTree& tree, std::uint32_t node) {
    const auto& of = tree.calls.nodes[node];
    return of.function.isTask() ? 0
                                : static_cast<std::uint64_t>(std::max<std::int64_t>(of.self, 0));
}

class FlameLayout {
public:
    explicit FlameLayout(const FlameScene& scene)
        : m_scene(scene),
          m_row(std::max(1, static_cast<int>(std::lround(kFrameRowPx * scene.ratio)))),
          m_scroll(static_cast<int>(std::lround(scene.scroll * scene.ratio))) {}

    std::vector<FlameBox> run() {
        const auto& nodes = m_scene.tree->calls.nodes;
        if (nodes.empty() || m_scene.root >= nodes.size()) return {};
        // Callers of the zoomed frame: as wide as it, so that a click leads back.
        std::vector<std::uint32_t> above;
        for (std::uint32_t at = m_scene.root; at != 0; at = nodes[at].parent)
            above.push_back(nodes[at].parent);
        std::ranges::reverse(above);
        int row = 0;
        for (const std::uint32_t node : above)
            if (node != 0) place(node, row++, m_scene.area.x, m_scene.area.w);
        descend(m_scene.root, m_scene.root == 0 ? row - 1 : row, m_scene.area.x,
                static_cast<double>(m_scene.area.w));
        return std::move(m_boxes);
    }

private:
    void place(std::uint32_t node, int row, double x, double width) {
        placeBox({.box = boxOf(row, x, width), .node = node, .x = x, .w = width});
    }
    void placeBox(const FlameBox& frame) {
        if (!frame.box.cut(m_scene.area).empty()) m_boxes.push_back(frame);
    }
    [[nodiscard]] Box boxOf(int row, double x, double width) const {
        const int y = m_scene.growth == FlameGrowth::Down
                          ? m_scene.area.y + row * m_row - m_scroll
                          : m_scene.area.bottom() - (row + 1) * m_row + m_scroll;
        const int left = static_cast<int>(std::lround(x));
        return {left, y, std::max(1, static_cast<int>(std::lround(x + width)) - left), m_row};
    }
    /// The root of all has no frame of its own.
    void descend(std::uint32_t node, int row, double x, double width) {
        const auto& tree = m_scene.tree->calls;
        if (node != 0) place(node, row, x, width);
        if (m_scene.growth == FlameGrowth::Down &&
            m_scene.area.y + (row + 1) * m_row - m_scroll >= m_scene.area.bottom())
            return;
        const auto whole = static_cast<double>(wholeOf(node));
        if (!(whole > 0)) return;
        double at = x;
        FlameBox folded{.node = node};
        const auto flush = [&](double end) {
            if (folded.folded == 0) return;
            folded.w = end - folded.x;
            folded.box = boxOf(row + 1, folded.x, folded.w);
            placeBox(folded);
            folded.folded = 0;
        };
        const auto& children = tree.children[node];
        for (std::size_t i = 0; i < children.size(); ++i) {
            const std::uint32_t child = children[i];
            const double part = width * static_cast<double>(m_scene.weightOf(child)) / whole;
            if (part <
                m_scene.leastPx) {  // never vanishes: counted in a box that stands for several
                if (folded.folded++ == 0) {
                    folded.x = at;
                    folded.first = static_cast<std::uint32_t>(i);
                }
                at += part;
                if (m_scene.weight != FlameWeight::Total ||
                    m_scene.tree->order != FlameOrder::Largest)
                    continue;
                // The largest stand first: all that follow are thinner still.
                folded.folded += static_cast<std::uint32_t>(children.size() - i - 1);
                at = x + width * static_cast<double>(childrenOf(node)) / whole;
                break;
            }
            flush(at);
            descend(child, row + 1, at, part);
            at += part;
        }
        flush(at);
    }
    /// What the children share: at least their sum, since a path may be shorter than what it calls
    /// where lengths are not known.
    std::uint64_t wholeOf(std::uint32_t node) const {
        return std::max(childrenOf(node), m_scene.weightOf(node));
    }
    std::uint64_t childrenOf(std::uint32_t node) const {
        const FlameTree& tree = *m_scene.tree;
        if (m_scene.weight == FlameWeight::Total) return tree.childTotals[node];
        if (m_scene.weight == FlameWeight::Self)
            return tree.selfBelow[node] - (node == 0 ? 0 : ownSelf(tree, node));
        return tree.callsBelow[node] - tree.ownCalls(node);
    }

    const FlameScene& m_scene;
    int m_row;
    int m_scroll;
    std::vector<FlameBox> m_boxes;
};

}  // namespace

void sumFlameTree(FlameTree& tree) {
    const auto& nodes = tree.calls.nodes;
    tree.callsBelow.assign(nodes.size(), 0);
    tree.childTotals.assign(nodes.size(), 0);
    tree.selfBelow.assign(nodes.size(), 0);
    tree.deepest = 0;
    for (std::size_t i = nodes.size(); i-- > 1;) {  // children stand behind their parents
        tree.callsBelow[i] += tree.ownCalls(static_cast<std::uint32_t>(i));
        tree.deepest = std::max(tree.deepest, nodes[i].depth);
        tree.callsBelow[nodes[i].parent] += tree.callsBelow[i];
        tree.selfBelow[i] += ownSelf(tree, static_cast<std::uint32_t>(i));
        tree.selfBelow[nodes[i].parent] += tree.selfBelow[i];
        tree.childTotals[nodes[i].parent] +=
            static_cast<std::uint64_t>(std::max<std::int64_t>(nodes[i].total, 0));
    }
}

void orderFrames(FlameTree& tree, FlameOrder order) {
    const auto& nodes = tree.calls.nodes;
    tree.order = order;
    for (auto& children : tree.calls.children) {
        if (children.size() < 2) continue;
        if (order == FlameOrder::Time)
            std::ranges::stable_sort(children, {}, [&](auto i) { return nodes[i].first; });
        else
            std::ranges::stable_sort(children, std::greater<>{},
                                     [&](auto i) { return nodes[i].total; });
    }
}

namespace {

std::string frameTaskName(const model::Trace& trace, model::FunctionKey frame) {
    if (frame.task() == model::kNoTask && frame.cpu() == model::kUnknownCpu) return "Calls";
    if (frame.task() == model::kNoTask) return fmt::format("CPU {}", raw(frame.cpu()));
    return fmt::format("{} {}", trace.comm(frame.task()), raw(trace.task(frame.task()).tid));
}

}  // namespace

std::shared_ptr<const FlameTree> makeFlameTree(const model::CallForest& forest,
                                               const model::CallScope& scope,
                                               model::ThreadPool& pool, FlameShape shape) {
    auto made = std::make_shared<FlameTree>();
    made->trace = forest.tracePtr();
    made->order = shape.order;
    if (shape.order == FlameOrder::Time) {
        auto timed = model::callsInTime(forest, scope, pool, shape.roots);
        made->calls = std::move(timed.tree);
        made->joinedBelow = timed.joinedBelow;
        made->byPath = makeFlameTree(forest, scope, pool, {.roots = shape.roots});
    } else {
        made->calls = model::callTree(forest, scope, pool, shape.roots);
    }
    sumFlameTree(*made);
    if (shape.roots == model::CallRoots::ByTask)
        for (const auto child : made->calls.children[0]) {
            const auto task = made->calls.nodes[child].function;
            made->taskNames[task] = frameTaskName(forest.trace(), task);
        }
    return made;
}

namespace {

bool isEventFrame(const FlameTree& tree, model::FunctionKey function) {
    return tree.counts() && function.space() == model::CallSpace::User &&
           tree.events.contains(std::string(tree.nameOf(function)));
}

}  // namespace

Rgb frameFill(const Theme& theme, const FlameTree& tree, model::FunctionKey function) {
    if (function.isTask() && function.task() != model::kNoTask)
        return theme.taskFill(tree.trace->task(function.task()));
    if (isEventFrame(tree, function)) return theme.seriesNeutral;
    return functionFill(theme, tree.nameOf(function), function.space());
}

std::string FlameTree::name(std::uint32_t node) const {
    if (node == 0) return "all";
    return std::string(nameOf(calls.nodes[node].function));
}

std::uint64_t FlameTree::ownCalls(std::uint32_t node) const {
    return node == 0 || calls.nodes[node].function.isTask() ? 0 : calls.nodes[node].calls;
}

std::string_view FlameTree::nameOf(model::FunctionKey function) const {
    if (function.isTask()) {
        const auto found = taskNames.find(function);
        return found == taskNames.end() ? std::string_view() : found->second;
    }
    if (names.empty()) return trace->text(function.name());
    return names[std::min<std::size_t>(raw(function.name()), names.size() - 1)];
}

std::uint64_t FlameScene::weightOf(std::uint32_t node) const {
    const model::CallTreeNode& of = tree->calls.nodes[node];
    if (weight == FlameWeight::Calls) return tree->callsBelow[node];
    if (weight == FlameWeight::Self) return tree->selfBelow[node];
    return static_cast<std::uint64_t>(std::max<std::int64_t>(of.total, 0));
}

double FlameScene::whole() const {
    double sum = 0;
    if (tree->calls.children.empty()) return sum;
    for (const std::uint32_t child : tree->calls.children[0])
        sum += static_cast<double>(weightOf(child));
    return sum;
}

std::vector<FlameBox> FlameScene::layout() const { return FlameLayout(*this).run(); }

int FlameScene::contentHeight() const {
    return static_cast<int>(std::min<std::uint32_t>(tree->deepest, 100'000)) * kFrameRowPx;
}

bool FlameScene::lights(model::FunctionKey function) const {
    return holds(tree->nameOf(function), search) || (found && found->contains(function));
}

double FlameScene::matchedShare() const {
    const auto& shownTree = tree->calls;
    if (!searches() || shownTree.nodes.empty()) return 0;
    std::uint64_t matched = 0;
    std::uint64_t whole = 0;
    for (const std::uint32_t child : shownTree.children[0]) whole += weightOf(child);
    std::vector<std::uint32_t> open{0};
    while (!open.empty()) {
        const std::uint32_t node = open.back();
        open.pop_back();
        if (node != 0 && lights(shownTree.nodes[node].function)) {
            matched += weightOf(node);  // what it calls is inside it
            continue;
        }
        open.insert(open.end(), shownTree.children[node].begin(), shownTree.children[node].end());
    }
    return whole == 0 ? 0 : static_cast<double>(matched) / static_cast<double>(whole);
}

std::vector<std::pair<std::string, Rgb>> flameLegend(const FlameTree& tree, const Theme& theme) {
    std::vector<std::pair<std::string, Rgb>> legend;
    if (tree.calls.nodes.empty()) return legend;
    if (tree.compares())
        return {{"grew", changeFill(theme, 1)},
                {"as before", changeFill(theme, 0)},
                {"shrank", changeFill(theme, -1)}};
    std::map<model::FunctionKey, std::uint64_t> weights;  // a name is looked up once
    for (std::uint32_t i = 1; i < tree.calls.nodes.size(); ++i) {
        const auto function = tree.calls.nodes[i].function;
        if (!function.isTask())
            weights[function] += std::max<std::uint64_t>(ownSelf(tree, i), tree.ownCalls(i));
    }
    std::map<std::string, std::pair<std::uint64_t, Rgb>> homes;
    for (const auto& [function, weight] : weights) {
        if (isEventFrame(tree, function)) continue;
        const auto home = functionHome(tree.nameOf(function), function.space());
        auto& of = homes[homeWord(home)];
        of.first += weight;
        of.second = homeFill(theme, home);
    }
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [word, of] : homes) order.emplace_back(of.first, word);
    std::ranges::sort(order, std::ranges::greater{});
    constexpr std::size_t kMostHomes = 8;
    if (order.size() > kMostHomes) order.resize(kMostHomes);
    for (const auto& [weight, word] : order) legend.emplace_back(word, homes[word].second);
    if (tree.counts() && !tree.events.empty()) legend.emplace_back("event", theme.seriesNeutral);
    return legend;
}

namespace {

/// Lines behind the frames, and the percentages at their feet.
void drawAxis(const FlameScene& scene, TextCache& texts, DrawList& list) {
    const Theme& t = views::theme(scene.theme);
    if (scene.axis.empty()) return;
    const int hair = scene.ratio >= 2 ? static_cast<int>(scene.ratio) : 1;
    list.clip({scene.area.x, scene.area.y, scene.area.w, scene.area.h + scene.axis.h});
    list.fill(scene.axis, t.bgCanvas);
    for (int quarter = 0; quarter <= 4; ++quarter) {
        const int x = scene.axis.x + scene.axis.w * quarter / 4;
        if (quarter % 4 != 0) list.fill({x, scene.area.y, hair, scene.area.h}, t.lineGrid);
        const std::string words = fmt::format("{} %", quarter * 25);
        const int width = texts.width(TextRole::Small, words);
        const int left = std::clamp(x - width / 2, scene.axis.x, scene.axis.right() - width);
        list.text({left, scene.axis.y, width, scene.axis.h}, words, words.size(), width,
                  TextRole::Small, t.text3);
    }
    list.clip(scene.area);
}

class FlameDrawer {
public:
    FlameDrawer(const FlameScene& scene, TextCache& texts, DrawList& list)
        : m_scene(scene),
          m_theme(views::theme(scene.theme)),
          m_texts(texts),
          m_list(list),
          m_whole(scene.whole()) {}

    void draw(const FlameBox& frame) {
        const Box box{frame.box.x, frame.box.y,
                      std::max(1, frame.box.w - (frame.box.w >= 3 ? px(1) : 0)),
                      frame.box.h - px(1)};
        if (frame.folded > 0) return m_list.fill(box, m_theme.bgRaised);
        const auto function = m_scene.tree->calls.nodes[frame.node].function;
        const std::string_view name = m_scene.tree->nameOf(function);
        const Rgb fill = fillOf(frame, function);
        const int radius = box.w >= px(8) ? px(2) : 0;
        m_list.fill(box, fill, radius);
        const Rgb edge = m_theme.edgeOf(fill);
        if (edge != fill && box.w >= px(3)) m_list.outline(box, edge, px(1));
        if (m_scene.marked == function) m_list.outline(box, m_theme.accent, px(m_theme.ringPx));
        if (m_scene.chosen == frame.node) m_list.outline(box, m_theme.text1, px(m_theme.ringPx));
        label(frame, box, fill, name);
    }

private:
    [[nodiscard]] int px(double logical) const {
        return std::max(1, static_cast<int>(std::lround(logical * m_scene.ratio)));
    }
    [[nodiscard]] Rgb fillOf(const FlameBox& frame, model::FunctionKey function) const {
        const FlameTree& tree = *m_scene.tree;
        const Rgb fill = tree.compares()
                             ? changeFill(m_theme, flameChange(tree, frame.node, m_scene.weight))
                             : frameFill(m_theme, tree, function);
        if (m_scene.searches())
            return m_scene.lights(function) ? m_theme.accent : mix(m_theme.bgCanvas, fill, 0.35);
        const bool left =
            !m_scene.passing || function.isTask() || m_scene.passing->contains(function);
        return left ? fill : mix(m_theme.bgCanvas, fill, TimelineScene::kFilteredShare);
    }
    void label(const FlameBox& frame, Box box, Rgb fill, std::string_view name) {
        const int room = box.w - px(8);
        if (room < px(14)) return;
        const TextCut cut = m_texts.fit(TextRole::Small, name, room);
        if (!cut.shown()) return;
        m_list.text({box.x + px(4), box.y, cut.width, box.h}, name, cut.bytes, cut.prefixWidth,
                    TextRole::Small, m_theme.inkOn(fill));
        if (!(m_whole > 0)) return;
        const std::string share =
            model::formatShare(static_cast<double>(m_scene.weightOf(frame.node)) / m_whole);
        const int width = m_texts.width(TextRole::Small, share);
        if (cut.bytes == name.size() && cut.width + px(10) + width <= room)
            m_list.text({box.x + px(10) + cut.width, box.y, width, box.h}, share, share.size(),
                        width, TextRole::Small, mix(fill, m_theme.inkOn(fill), 0.85));
    }

    const FlameScene& m_scene;
    const Theme& m_theme;
    TextCache& m_texts;
    DrawList& m_list;
    double m_whole;
};

}  // namespace

void drawFlame(const FlameScene& scene, const std::vector<FlameBox>& boxes, TextCache& texts,
               DrawList& list) {
    list.clip(scene.area);
    list.fill(scene.area, views::theme(scene.theme).bgCanvas);
    drawAxis(scene, texts, list);
    FlameDrawer drawer(scene, texts, list);
    for (const FlameBox& frame : boxes) drawer.draw(frame);
}

}  // namespace kscope::views
