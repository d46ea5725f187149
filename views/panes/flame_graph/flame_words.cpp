// SPDX-License-Identifier: GPL-3.0-or-later
/// Words of frames.
#include "views/panes/flame_graph/flame_words.h"

#include "model/core/format.h"
#include "model/words/function_words.h"
#include "views/panes/call_timeline/call_pane.h"

#include <fmt/format.h>

#include <algorithm>

namespace kscope::views {
namespace {

QString flameWord(const std::string& text) { return QString::fromStdString(text); }

/// A tree that was made by hand has no trace.
std::string flameTime(const FlameTree& tree, std::int64_t ns) {
    return tree.trace ? callWeight(*tree.trace, ns) : model::formatDuration(model::Duration{ns});
}

std::string times(std::uint64_t count, const char* one, const char* several) {
    return fmt::format("{} {}", model::formatCount(count), count == 1 ? one : several);
}

std::string frameShare(const FlameScene& scene, std::uint32_t node) {
    const double whole = scene.whole();
    return model::formatShare(whole > 0 ? static_cast<double>(scene.weightOf(node)) / whole : 0);
}

/// Of a comparison: now and before.
void compareWords(ItemWords& told, const FlameTree& tree, std::uint32_t of) {
    const auto& node = tree.calls.nodes[of];
    const auto& first = tree.before[of];
    const auto lasting = [&](std::int64_t ns) { return flameTime(tree, ns); };
    if (tree.counts())
        told.time = flameWord(fmt::format(
            "{} times now, {} before", model::formatCount(tree.callsBelow[of] - first.callsBelow),
            model::formatCount(first.callsBelow)));
    else
        told.time = flameWord(
            fmt::format("{} in {} now; {} in {} before", lasting(node.total - first.total),
                        times(node.calls - first.calls, "call", "calls"), lasting(first.total),
                        times(first.calls, "call", "calls")));
}

void pathWords(ItemWords& told, const FlameScene& scene, std::uint32_t of) {
    const FlameTree& tree = *scene.tree;
    const auto& node = tree.calls.nodes[of];
    const auto lasting = [&](std::int64_t ns) { return flameTime(tree, ns); };
    const bool called = node.parent != 0 && node.parent != model::kNoCall;
    if (tree.counts()) {
        told.time = flameWord(fmt::format(
            "{} times, {} of all", model::formatCount(tree.callsBelow[of]), frameShare(scene, of)));
        return;
    }
    told.time = flameWord(fmt::format("{}, {} of all; self {}", lasting(node.total),
                                      frameShare(scene, of), lasting(node.self)));
    told.lines << flameWord(times(node.calls, "call", "calls") +
                            (called ? " from " + tree.name(node.parent) : ""));
    const auto fact = [&](const char* name, const std::string& value) {
        told.facts.emplace_back(QString::fromLatin1(name), flameWord(value));
    };
    fact("total", lasting(node.total));
    fact("share", frameShare(scene, of) + " of all");
    fact("self", lasting(node.self));
    fact("calls", model::formatCount(node.calls));
    if (node.calls > 0) fact("mean", lasting(node.total / static_cast<std::int64_t>(node.calls)));
    fact("caller", called ? tree.name(node.parent) : "nothing that is in the trace");
}

}  // namespace

std::string flameWeightText(const FlameTree& tree, FlameWeight weight, std::uint64_t value) {
    if (tree.counts()) return times(value, "stack", "stacks");
    if (weight == FlameWeight::Calls) return times(value, "call", "calls");
    return flameTime(tree, static_cast<std::int64_t>(value));
}

ItemWords frameWords(const FlameScene& scene, const FlameBox& frame) {
    const FlameTree& tree = *scene.tree;
    ItemWords told;
    if (frame.folded > 0) {
        told.title = flameWord(fmt::format(
            "{} below {}", times(frame.folded, "function", "functions"), tree.name(frame.node)));
        told.lines << QStringLiteral("Each is thinner than a pixel: zoom to the frame above.");
        return told;
    }
    const auto name = tree.name(frame.node);
    told.title = flameWord(name);
    if (tree.compares()) compareWords(told, tree, frame.node);
    else pathWords(told, scene, frame.node);
    if (const auto known =
            model::functionWords(name, tree.calls.nodes[frame.node].function.space());
        !known.area.empty())
        told.lines << flameWord(fmt::format("{}: {}", known.area, known.what));
    return told;
}

std::uint32_t samePath(const FlameTree& from, std::uint32_t node, const FlameTree& to) {
    std::vector<std::uint32_t> path;
    for (; node != 0; node = from.calls.nodes[node].parent) path.push_back(node);
    std::uint32_t at = 0;
    if (to.calls.children.empty()) return at;
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
        const auto name = from.nameOf(from.calls.nodes[*step].function);
        const auto space = from.calls.nodes[*step].function.space();
        const auto& below = to.calls.children[at];
        const auto next = std::ranges::find_if(below, [&](std::uint32_t child) {
            const auto function = to.calls.nodes[child].function;
            return function.space() == space && to.nameOf(function) == name;
        });
        if (next == below.end()) return at;
        at = *next;
    }
    return at;
}

QStringList frameStack(const FlameTree& tree, std::uint32_t node) {
    QStringList names;
    for (; node != 0 && node != model::kNoCall; node = tree.calls.nodes[node].parent)
        names.prepend(flameWord(tree.name(node)));
    return names;
}

}  // namespace kscope::views
