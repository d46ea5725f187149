// SPDX-License-Identifier: GPL-3.0-or-later
/// A flame graph as values: a tree with weights, laid out and drawn, in the window and in pictures.
#pragma once

#include "model/derive/call_functions.h"
#include "views/canvas/draw_list.h"
#include "views/canvas/text_cache.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kscope::views {

enum class FlameWeight : std::uint8_t {
    Total,  ///< Time of a frame's calls from entry to exit.
    Calls,
    Self,  ///< Time that the frame and all below it spent in themselves.
};
enum class FlameGrowth : std::uint8_t { Up, Down };  ///< Flames, or icicles.
enum class FlameOrder : std::uint8_t {
    Largest,  ///< Of the frames below one the one with most time stands left.
    Time,     ///< The one that was first called; only calls that follow each other are one frame.
};

/// What a comparison calls more: times and numbers as they are, or each side's share of its whole,
/// where the two lasted differently.
enum class FlameMeasure : std::uint8_t { Amounts, Shares };

struct FlameTree {
    model::TracePtr trace;
    model::CallTree calls;
    FlameOrder order = FlameOrder::Largest;  ///< Of all lists of children.
    /// In order of time: calls below this (ns) are joined by path, as there are too many; 0: none.
    std::int64_t joinedBelow = 0;
    /// In order of time: the same calls joined by path, for tables. Else null: this is it.
    std::shared_ptr<const FlameTree> byPath{};
    /// Where frames are no names of the trace (stacks): FunctionKey::name() counts in these, and
    /// weights are counts. Else empty.
    std::vector<std::string> names{};
    /// Of those the names of events, below which their stacks stand: no functions.
    std::set<std::string> events{};
    /// What frames that stand for a task are called.
    std::map<model::FunctionKey, std::string> taskNames{};
    std::vector<std::uint64_t> callsBelow;  ///< By node: its calls and those of all below it.
    /// By node, where this is a comparison of two trees: what the first had. Else empty.
    struct Before {
        std::int64_t total = 0;
        std::uint64_t calls = 0;
        std::uint64_t callsBelow = 0;
    };
    std::vector<Before> before{};
    [[nodiscard]] bool compares() const { return !before.empty(); }
    FlameMeasure measure = FlameMeasure::Amounts;  ///< Of a comparison.
    [[nodiscard]] bool counts() const { return !names.empty(); }
    /// Fragments of texts may tell of no call how long it took: then calls are what there is.
    [[nodiscard]] bool lengthless() const {
        return !compares() && !counts() && !calls.nodes.empty() && calls.nodes[0].total == 0;
    }
    /// The weight that widths can have, where `wanted` is asked for.
    [[nodiscard]] FlameWeight weightFor(FlameWeight wanted) const {
        return counts() || lengthless() ? FlameWeight::Calls : wanted;
    }
    std::vector<std::uint64_t> childTotals;  ///< By node: the totals of its children.
    std::vector<std::uint64_t> selfBelow;    ///< By node: its self time and that of all below it.
    std::uint32_t deepest = 0;
    [[nodiscard]] std::string name(std::uint32_t node) const;
    [[nodiscard]] std::string_view nameOf(model::FunctionKey function) const;
    /// Calls that the frame stands for itself; the root and a task have none.
    [[nodiscard]] std::uint64_t ownCalls(std::uint32_t node) const;
};

/// Fills in what is summed over `tree.calls`, whose children stand largest total first.
void sumFlameTree(FlameTree& tree);
/// Puts the children into this order.
void orderFrames(FlameTree& tree, FlameOrder order);

struct FlameShape {
    model::CallRoots roots = model::CallRoots::Merged;
    FlameOrder order = FlameOrder::Largest;
    friend bool operator==(const FlameShape&, const FlameShape&) = default;
};
/// The tree of the calls in scope. Not for the GUI thread.
[[nodiscard]] std::shared_ptr<const FlameTree> makeFlameTree(const model::CallForest& forest,
                                                             const model::CallScope& scope,
                                                             model::ThreadPool& pool,
                                                             FlameShape shape = {});
/// A task has the colour that it has everywhere.
[[nodiscard]] Rgb frameFill(const Theme& theme, const FlameTree& tree, model::FunctionKey function);

using FunctionSet = std::shared_ptr<const std::set<model::FunctionKey>>;

/// Where a frame lies, device pixels.
struct FlameBox {
    Box box{};
    std::uint32_t node = 0;
    std::uint32_t folded = 0;  ///< More than 0: that many frames that are too thin stand here.
    std::uint32_t first = 0;   ///< Folded: the first of them, among the node's children.
    double x = 0, w = 0;       ///< Device pixels, not rounded.
};

struct FlameScene {
    const FlameTree* tree = nullptr;
    ThemeKind theme = ThemeKind::Dark;
    double ratio = 1;
    Box area;                ///< Device pixels.
    Box axis{};              ///< Of the percentages below the frames; empty: none.
    double leastPx = 1;      ///< Frames thinner than this are folded; device pixels.
    std::uint32_t root = 0;  ///< What is zoomed to: as wide as the area, its callers above it.
    FlameWeight weight = FlameWeight::Total;
    FlameGrowth growth = FlameGrowth::Down;
    int scroll = 0;      ///< Logical.
    std::string search;  ///< Frames whose name holds it are lit; empty: none.
    /// Functions with calls that the window's search has found, which are lit too, and those with
    /// calls that its filter lets through: others are dimmed. Null: none, all.
    FunctionSet found{};
    FunctionSet passing{};
    std::optional<model::FunctionKey> marked{};  ///< Its frames are outlined.
    std::uint32_t chosen = UINT32_MAX;           ///< The frame that keys begin at; none.

    [[nodiscard]] bool searches() const { return !search.empty() || found; }
    [[nodiscard]] bool lights(model::FunctionKey function) const;
    [[nodiscard]] std::uint64_t weightOf(std::uint32_t node) const;
    /// Of all frames that stand for no other's callees.
    [[nodiscard]] double whole() const;
    /// Frames in view, callers before callees. O(pixels): subtrees thinner than one are one box.
    [[nodiscard]] std::vector<FlameBox> layout() const;
    [[nodiscard]] int contentHeight() const;  ///< Logical, of the frames below the root.
    /// Share of the root's weight in frames that the search lights, each counted once.
    [[nodiscard]] double matchedShare() const;
};

/// What its colours stand for, most weight first: of a comparison what grew and what shrank.
[[nodiscard]] std::vector<std::pair<std::string, Rgb>> flameLegend(const FlameTree& tree,
                                                                   const Theme& theme);

inline constexpr int kFlameAxisPx = 16;  ///< Logical height of the axis.

void drawFlame(const FlameScene& scene, const std::vector<FlameBox>& boxes, TextCache& texts,
               DrawList& list);

}  // namespace kscope::views
