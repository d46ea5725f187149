// SPDX-License-Identifier: GPL-3.0-or-later
/// The tree of all paths of calls: stretches of each task's calls are merged side by side, then
/// their trees in order, so that the tree does not depend on the threads.
#include "model/derive/call_cursor.h"
#include "model/derive/call_functions.h"

#include <algorithm>
#include <bit>

namespace kscope::model {
namespace {

constexpr std::size_t kLeastStretch = 64 << 10;  // calls

/// Nodes found by (parent, function).
class GrowingTree {
public:
    GrowingTree() : m_slots(256) { nodes.emplace_back(); }
    std::vector<CallTreeNode> nodes;
    std::uint32_t child(std::uint32_t parent, FunctionKey function) {
        const auto key = std::uint64_t{parent} << 32 | function.value;
        const auto mask = m_slots.size() - 1;
        for (auto at = hash(key) & mask;; at = (at + 1) & mask) {
            const auto& slot = m_slots[at];
            if (slot.node == 0) return grow(parent, function, at);
            if (slot.key == key) return slot.node;
        }
    }

private:
    /// The key stands beside the node, so that a look-up does not wait for the node's own line.
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t node = 0;  ///< 0: free; the root is nobody's child
    };
    static std::size_t hash(std::uint64_t key) {
        const auto mixed = key * 0x9e3779b97f4a7c15u;
        return static_cast<std::size_t>(mixed ^ mixed >> 32);
    }
    std::uint32_t grow(std::uint32_t parent, FunctionKey function, std::size_t at) {
        const auto index = static_cast<std::uint32_t>(nodes.size());
        nodes.push_back({.function = function, .parent = parent, .depth = nodes[parent].depth + 1});
        m_slots[at] = {std::uint64_t{parent} << 32 | function.value, index};
        if (nodes.size() * 2 <= m_slots.size()) return index;
        std::vector<Slot> larger(m_slots.size() * 4);
        const auto mask = larger.size() - 1;
        for (const auto& slot : m_slots) {
            if (slot.node == 0) continue;
            auto to = hash(slot.key) & mask;
            while (larger[to].node != 0) to = (to + 1) & mask;
            larger[to] = slot;
        }
        m_slots = std::move(larger);
        return index;
    }
    std::vector<Slot> m_slots;
};

struct Stretch {
    const CallTask* task = nullptr;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

class TreeGrower {
public:
    TreeGrower(const CallForest& forest, const CallScope& scope, GrowingTree& tree)
        : m_scope(scope),
          m_cursor(forest),
          m_tree(tree),
          m_all(!scope.range && scope.cpus.empty()) {}

    void run(const Stretch& stretch, CallRoots roots) {
        const auto& calls = stretch.task->calls;
        m_calls = calls.data();
        m_above = roots == CallRoots::Merged
                      ? FunctionKey{}
                      : FunctionKey::ofTask(stretch.task->task, stretch.task->cpu);
        m_stack.clear();
        if (m_all) {
            for (auto i = stretch.begin; i < stretch.end; ++i) takeAny(i);
            return;
        }
        const auto from = m_scope.range ? toNs(m_scope.range->begin) : INT64_MIN;
        const auto last = m_scope.range ? toNs(m_scope.range->end) : INT64_MAX;
        for (auto i = stretch.begin; i < stretch.end; ++i) {
            const auto& call = calls[i];
            // Most calls of a short range ended before it: nothing else of them is looked at.
            if (call.has(Call::NoExit)) continue;
            const auto end = m_cursor.end(call);
            if (end < from && !call.has(Call::ExactLength)) continue;
            const auto begin = m_cursor.begin(call);
            if (begin > last && call.entry.known()) break;  // and so all that follow
            takeCut(i, begin, end);
        }
    }

private:
    struct Open {
        std::uint32_t call;
        std::uint32_t node;
    };
    /// Of a call that counts: a path is in the tree when such a call took it. Calls are asked for
    /// in their order, so the stack has what is above, or some of it.
    CallTreeNode& node(std::uint32_t call) {
        m_missing.clear();
        auto above = m_calls[call].parent;
        for (; above != kNoCall; above = m_calls[above].parent) {
            while (!m_stack.empty() && m_stack.back().call > above) m_stack.pop_back();
            if (!m_stack.empty() && m_stack.back().call == above) break;
            m_missing.push_back(above);
        }
        if (above == kNoCall) m_stack.clear();
        for (auto each = m_missing.rbegin(); each != m_missing.rend(); ++each) open(*each);
        open(call);
        return m_tree.nodes[m_stack.back().node];
    }
    void open(std::uint32_t call) {
        const auto above = m_stack.empty() ? root() : m_stack.back().node;
        const auto at = m_tree.child(above, m_cursor.function(m_calls[call]));
        m_stack.push_back({call, at});
        // Calls of a task stand in order of begin: whoever comes first was first.
        auto& first = m_tree.nodes[at].first;
        if (first == INT64_MAX) first = m_cursor.begin(m_calls[call]);
    }
    std::uint32_t root() { return m_above.isTask() ? m_tree.child(0, m_above) : 0; }
    void takeAny(std::uint32_t index) {
        const auto& call = m_calls[index];
        auto& sums = node(index);
        if (call.has(Call::NoExit)) return;
        ++sums.calls;
        std::int64_t length = 0;
        if (m_cursor.length(call, length)) sums.total += length;
    }
    void takeCut(std::uint32_t index, std::int64_t begin, std::int64_t end) {
        const auto& call = m_calls[index];
        auto length = end - begin;
        const bool known = !call.has(Call::UnknownLength);
        if (call.has(Call::UnknownLength | Call::ExactLength)) {
            length = 0;
            (void)m_cursor.length(call, length);
        }
        if (m_scope.range) {
            end = std::max(end, begin + length);
            const auto from = std::max(begin, toNs(m_scope.range->begin));
            const auto to = std::min(end, toNs(m_scope.range->end));
            if (to < from || (to == from && begin != end)) return;
            if (from != begin || to != end) length = to - from;
        }
        if (!m_scope.cpus.empty() &&
            std::ranges::find(m_scope.cpus, m_cursor.cpu(call)) == m_scope.cpus.end())
            return;
        auto& sums = node(index);
        ++sums.calls;
        if (known) sums.total += length;
    }

    const CallScope& m_scope;
    CallCursor m_cursor;
    GrowingTree& m_tree;
    bool m_all;
    const Call* m_calls = nullptr;
    FunctionKey m_above;  // a task's node, where the tree has such
    std::vector<Open> m_stack;
    std::vector<std::uint32_t> m_missing;  // above a call and not in the stack, callee first
};

void mergeTree(GrowingTree& into, const GrowingTree& from) {
    std::vector<std::uint32_t> placeOf(from.nodes.size(), 0);
    for (std::size_t i = 1; i < from.nodes.size(); ++i) {
        const auto& node = from.nodes[i];
        placeOf[i] = into.child(placeOf[node.parent], node.function);
        auto& sum = into.nodes[placeOf[i]];
        sum.calls += node.calls;
        sum.total += node.total;
        sum.first = std::min(sum.first, node.first);
    }
}

/// Sums of the root and of tasks, which are no calls, self times, and who stands below whom.
void finishTree(CallTree& tree) {
    auto& nodes = tree.nodes;
    std::vector<std::uint32_t> below(nodes.size(), 0);
    for (std::size_t i = nodes.size(); i-- > 1;) {  // children stand behind their parents
        auto& above = nodes[nodes[i].parent];
        ++below[nodes[i].parent];
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
    for (auto& children : tree.children)
        if (children.size() > 1)
            std::ranges::stable_sort(children, std::greater<>{},
                                     [&](auto i) { return nodes[i].total; });
}

}  // namespace

CallTree callTree(const CallForest& forest, const CallScope& scope, ThreadPool& pool,
                  CallRoots roots) {
    // A few stretches a thread: they do not take the same time.
    const auto wanted = forest.size() / ((pool.threads() + 1) * 4);
    const auto most = std::max<std::size_t>(kLeastStretch, wanted);
    std::vector<Stretch> stretches;
    for (const auto& task : forest.tasks()) {
        if (scope.task && !scope.task(task)) continue;
        for (std::size_t at = 0; at < task.calls.size(); at += most)
            stretches.push_back(
                {&task, static_cast<std::uint32_t>(at),
                 static_cast<std::uint32_t>(std::min(at + most, task.calls.size()))});
    }
    std::vector<GrowingTree> parts(std::max<std::size_t>(stretches.size(), 1));
    parallelFor(pool, stretches.size(), [&](std::size_t i) {
        TreeGrower(forest, scope, parts[i]).run(stretches[i], roots);
    });
    for (std::size_t i = 1; i < parts.size(); ++i) mergeTree(parts[0], parts[i]);
    CallTree tree;
    tree.nodes = std::move(parts[0].nodes);
    finishTree(tree);
    return tree;
}

}  // namespace kscope::model
