// SPDX-License-Identifier: GPL-3.0-or-later
/// Layout and drawing of flame graphs.
#include "views/panes/flame_graph/flame_scene.h"

#include "model/core/format.h"
#include "model/derive/timed_tree.h"
#include "views/panes/call_timeline/call_colours.h"
#include "views/panes/flame_graph/flame_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kFrameRowPx = 18;

bool holds(std::string_view name, std::string_view words) {
    return !words.empty() && name.find(words) != name.npos;
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
            if (node != 0) place(node, row++, m_scene.area.x, m_scene.area.w, 0);
        descend(m_scene.root, m_scene.root == 0 ? row - 1 : row, m_scene.area.x,
                static_cast<double>(m_scene.area.w));
        return std::move(m_boxes);
    }

private:
    void place(std::uint32_t node, int row, int x, int width, std::uint32_t folded) {
        const int y = m_scene.growth == FlameGrowth::Down
                          ? m_scene.area.y + row * m_row - m_scroll
                          : m_scene.area.bottom() - (row + 1) * m_row + m_scroll;
        const Box box{x, y, width, m_row};
        if (!box.cut(m_scene.area).empty()) m_boxes.push_back({box, node, folded});
    }
    /// The root of all has no frame of its own.
    void descend(std::uint32_t node, int row, int x, double width) {
        const auto& tree = m_scene.tree->calls;
        if (node != 0) place(node, row, x, std::max(1, static_cast<int>(std::lround(width))), 0);
        if (m_scene.growth == FlameGrowth::Down &&
            m_scene.area.y + (row + 1) * m_row - m_scroll >= m_scene.area.bottom())
            return;
        const auto whole = static_cast<double>(wholeOf(node));
        if (!(whole > 0)) return;
        double at = x;
        std::uint32_t folded = 0;
        double foldedBegin = 0;
        const auto flush = [&](double end) {
            if (folded == 0) return;
            const int begin = static_cast<int>(std::lround(foldedBegin));
            place(node, row + 1, begin, std::max(1, static_cast<int>(std::lround(end)) - begin),
                  folded);
            folded = 0;
        };
        const auto& children = tree.children[node];
        for (std::size_t i = 0; i < children.size(); ++i) {
            const std::uint32_t child = children[i];
            const double part = width * static_cast<double>(m_scene.weightOf(child)) / whole;
            if (part < 1) {  // never vanishes: counted in a box that stands for several
                if (folded++ == 0) foldedBegin = at;
                at += part;
                if (m_scene.weight != FlameWeight::Total ||
                    m_scene.tree->order != FlameOrder::Largest)
                    continue;
                // The largest stand first: all that follow are thinner still.
                folded += static_cast<std::uint32_t>(children.size() - i - 1);
                at = x + width * static_cast<double>(childrenOf(node)) / whole;
                break;
            }
            flush(at);
            const int begin = static_cast<int>(std::lround(at));
            descend(child, row + 1, begin, part);
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
    tree.deepest = 0;
    for (std::size_t i = nodes.size(); i-- > 1;) {  // children stand behind their parents
        tree.callsBelow[i] += tree.ownCalls(static_cast<std::uint32_t>(i));
        tree.deepest = std::max(tree.deepest, nodes[i].depth);
        tree.callsBelow[nodes[i].parent] += tree.callsBelow[i];
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

Rgb frameFill(const Theme& theme, const FlameTree& tree, model::FunctionKey function) {
    if (function.isTask() && function.task() != model::kNoTask)
        return theme.taskFill(tree.trace->task(function.task()));
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
    return static_cast<std::uint64_t>(std::max<std::int64_t>(of.total, 0));
}

std::vector<FlameBox> FlameScene::layout() const { return FlameLayout(*this).run(); }

int FlameScene::contentHeight() const {
    return static_cast<int>(std::min<std::uint32_t>(tree->deepest, 100'000)) * kFrameRowPx;
}

double FlameScene::matchedShare() const {
    const auto& shownTree = tree->calls;
    if (search.empty() || shownTree.nodes.empty()) return 0;
    std::uint64_t matched = 0;
    std::uint64_t whole = 0;
    for (const std::uint32_t child : shownTree.children[0]) whole += weightOf(child);
    std::vector<std::uint32_t> open{0};
    while (!open.empty()) {
        const std::uint32_t node = open.back();
        open.pop_back();
        if (node != 0 && holds(tree->nameOf(shownTree.nodes[node].function), search)) {
            matched += weightOf(node);  // what it calls is inside it
            continue;
        }
        open.insert(open.end(), shownTree.children[node].begin(), shownTree.children[node].end());
    }
    return whole == 0 ? 0 : static_cast<double>(matched) / static_cast<double>(whole);
}

void drawFlame(const FlameScene& scene, const std::vector<FlameBox>& boxes, TextCache& texts,
               DrawList& list) {
    const Theme& t = views::theme(scene.theme);
    list.clip(scene.area);
    list.fill(scene.area, t.bgCanvas);
    const auto px = [&](double logical) {
        return std::max(1, static_cast<int>(std::lround(logical * scene.ratio)));
    };
    double whole = 0;
    for (const std::uint32_t child : scene.tree->calls.children.empty()
                                         ? std::vector<std::uint32_t>{}
                                         : scene.tree->calls.children[0])
        whole += static_cast<double>(scene.weightOf(child));
    for (const FlameBox& frame : boxes) {
        const Box box{frame.box.x, frame.box.y,
                      std::max(1, frame.box.w - (frame.box.w >= 3 ? px(1) : 0)),
                      frame.box.h - px(1)};
        if (frame.folded > 0) {
            list.fill(box, t.bgRaised);
            continue;
        }
        const auto function = scene.tree->calls.nodes[frame.node].function;
        Rgb fill = scene.tree->compares()
                       ? changeFill(t, flameChange(*scene.tree, frame.node, scene.weight))
                       : frameFill(t, *scene.tree, function);
        const std::string_view name = scene.tree->nameOf(function);
        if (!scene.search.empty())
            fill = holds(name, scene.search) ? t.accent : mix(t.bgCanvas, fill, 0.35);
        list.fill(box, fill, box.w >= px(8) ? px(2) : 0);
        if (scene.marked == function) list.outline(box, t.accent, px(t.ringPx));
        const int room = box.w - px(8);
        if (room < px(14)) continue;
        const TextCut cut = texts.fit(TextRole::Small, name, room);
        if (!cut.shown()) continue;
        list.text({box.x + px(4), box.y, cut.width, box.h}, name, cut.bytes, cut.prefixWidth,
                  TextRole::Small, t.inkOn(fill));
        const std::string share =
            whole > 0 ? model::formatShare(static_cast<double>(scene.weightOf(frame.node)) / whole)
                      : "";
        const int width = texts.width(TextRole::Small, share);
        if (cut.bytes == name.size() && cut.width + px(10) + width <= room)
            list.text({box.x + px(10) + cut.width, box.y, width, box.h}, share, share.size(), width,
                      TextRole::Small, mix(fill, t.inkOn(fill), 0.72));
    }
}

}  // namespace kscope::views
