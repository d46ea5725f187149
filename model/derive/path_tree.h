// SPDX-License-Identifier: GPL-3.0-or-later
/// Paths of calls as they are met: a tree that grows by (parent, function), and the walk that finds
/// each call's place in it. Internal to model/derive.
#pragma once

#include "model/derive/call_cursor.h"
#include "model/derive/call_functions.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace kscope::model {

/// Nodes found by (parent, function).
class PathTree {
public:
    PathTree() : m_slots(256), m_near(1) { nodes.emplace_back(); }
    std::vector<CallTreeNode> nodes;
    std::uint32_t child(std::uint32_t parent, FunctionKey function) {
        // What a function calls is mostly what it called before.
        const auto& near = m_near[parent];
        if (near.function[0] == function.value && near.child[0] != 0) return near.child[0];
        if (near.function[1] == function.value && near.child[1] != 0) return near.child[1];
        const auto found = find(parent, function);
        auto& kept = m_near[parent];  // find() may have moved it
        kept.function[1] = kept.function[0];
        kept.child[1] = kept.child[0];
        kept.function[0] = function.value;
        kept.child[0] = found;
        return found;
    }

private:
    /// Of a node: the children asked for last; 0: none.
    struct Near {
        std::uint32_t function[2] = {};
        std::uint32_t child[2] = {};
    };
    std::uint32_t find(std::uint32_t parent, FunctionKey function) {
        const auto key = std::uint64_t{parent} << 32 | function.value;
        const auto mask = m_slots.size() - 1;
        for (auto at = hash(key) & mask;; at = (at + 1) & mask) {
            const auto& slot = m_slots[at];
            if (slot.node == 0) return grow(parent, function, at);
            if (slot.key == key) return slot.node;
        }
    }
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
        m_near.emplace_back();
        m_slots[at] = {std::uint64_t{parent} << 32 | function.value, index};
        if (nodes.size() * 2 <= m_slots.size()) return index;
        std::vector<Slot> larger(m_slots.size() * 2);
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
    std::vector<Near> m_near;  // by node
};

/// Nothing tells how long it lasted: it weighs what its callees do, so that they are not lost from
/// sight below something that has no length.
[[nodiscard]] inline bool weighsAsItsCallees(const Call& call) {
    return call.has(Call::UnknownLength | Call::NoExit);
}

/// Finds the nodes of a task's calls, which are asked for in their order. `Tree` has child().
template <class Tree> class PathWalk {
public:
    PathWalk(const CallForest& forest, Tree& tree) : cursor(forest), m_tree(tree) {}
    CallCursor cursor;

    void begin(const CallTask& task, CallRoots roots) {
        m_calls = task.calls.data();
        m_above =
            roots == CallRoots::Merged ? FunctionKey{} : FunctionKey::ofTask(task.task, task.cpu);
        m_stack.clear();
    }
    /// `opened(node, call)` is told of the nodes on the way that were not asked for just before,
    /// caller first.
    template <class Opened> std::uint32_t node(std::uint32_t call, Opened&& opened) {
        m_missing.clear();
        auto above = m_calls[call].parent;
        for (; above != kNoCall; above = m_calls[above].parent) {
            while (!m_stack.empty() && m_stack.back().call > above) m_stack.pop_back();
            if (!m_stack.empty() && m_stack.back().call == above) break;
            m_missing.push_back(above);
        }
        if (above == kNoCall) m_stack.clear();
        for (auto each = m_missing.rbegin(); each != m_missing.rend(); ++each) open(*each, opened);
        open(call, opened);
        return m_stack.back().node;
    }

    struct Open {
        std::uint32_t call;
        std::uint32_t node;
    };
    /// The calls above the next one, as far as they are known; the tree may number them anew.
    [[nodiscard]] std::vector<Open>& open() { return m_stack; }
    /// Calls `add(node)` for the calls right above the one asked for last that weigh what it does.
    template <class Add> void lend(Add&& add) const {
        for (auto at = m_stack.size(); at-- > 1;) {
            const auto& above = m_stack[at - 1];
            if (!weighsAsItsCallees(m_calls[above.call])) return;
            add(above.node);
        }
    }

private:
    template <class Opened> void open(std::uint32_t call, Opened& opened) {
        const auto above = m_stack.empty() ? root() : m_stack.back().node;
        const auto at = m_tree.child(above, cursor.function(m_calls[call]));
        m_stack.push_back({call, at});
        opened(at, call);
    }
    std::uint32_t root() { return m_above.isTask() ? m_tree.child(0, m_above) : 0; }

    Tree& m_tree;
    const Call* m_calls = nullptr;
    FunctionKey m_above;  // a task's node, where the tree has such
    std::vector<Open> m_stack;
    std::vector<std::uint32_t> m_missing;  // above a call and not in the stack, callee first
};

/// Adds calls to a tree that lie in a scope, with their part inside it. A path is in the tree when
/// a call that counts took it.
template <class Tree> class ScopedWalk {
public:
    ScopedWalk(const CallForest& forest, const CallScope& scope, Tree& tree)
        : m_forest(forest),
          m_scope(scope),
          m_tree(tree),
          m_walk(forest, tree),
          m_all(!scope.range && scope.cpus.empty() && !scope.rows),
          m_from(scope.range ? toNs(scope.range->begin) : INT64_MIN),
          m_to(scope.range ? toNs(scope.range->end) : INT64_MAX) {}

    void begin(const CallTask& task, CallRoots roots) {
        m_calls = task.calls.data();
        m_walk.begin(task, roots);
    }
    /// In ascending order, once each. False: it and all that follow begin behind the scope.
    bool take(std::uint32_t index) {
        const auto& call = m_calls[index];
        if (m_all) return takeWhole(index), true;
        // Most calls of a short range ended before it: nothing else of them is looked at.
        if (call.has(Call::NotCounted)) return true;
        const auto end = m_walk.cursor.end(call);
        if (end < m_from && !call.has(Call::ExactLength)) return true;
        const auto begin = m_walk.cursor.begin(call);
        if (begin > m_to && call.entry.known()) return false;
        takePart(index, begin, end);
        return true;
    }
    [[nodiscard]] PathWalk<Tree>& walk() { return m_walk; }

private:
    CallTreeNode& node(std::uint32_t index) {
        const auto at = m_walk.node(index, [this](std::uint32_t opened, std::uint32_t call) {
            // Calls of a task stand in order of begin: whoever comes first was first.
            auto& first = m_tree.nodes[opened].first;
            if (first == INT64_MAX) first = m_walk.cursor.begin(m_calls[call]);
        });
        return m_tree.nodes[at];
    }
    void takeWhole(std::uint32_t index) {
        const auto& call = m_calls[index];
        auto& sums = node(index);
        if (call.has(Call::NotCounted)) return;
        std::int64_t length = 0;
        const bool known = m_walk.cursor.length(call, length);
        add(sums, known, length);
    }
    void add(CallTreeNode& sums, bool known, std::int64_t length) {
        ++sums.calls;
        if (!known) {
            ++sums.open;
            return;
        }
        sums.total += length;
        m_walk.lend([&](std::uint32_t above) { m_tree.nodes[above].total += length; });
    }
    void takePart(std::uint32_t index, std::int64_t begin, std::int64_t end) {
        const auto& call = m_calls[index];
        auto length = end - begin;
        const bool known = !call.has(Call::UnknownLength);
        if (call.has(Call::UnknownLength | Call::ExactLength)) {
            length = 0;
            (void)m_walk.cursor.length(call, length);
        }
        if (m_scope.range) {
            end = std::max(end, begin + length);
            const auto from = std::max(begin, m_from);
            const auto to = std::min(end, m_to);
            if (to < from || (to == from && begin != end)) return;
            if (from != begin || to != end) length = to - from;
        }
        if (!m_scope.cpus.empty() &&
            std::ranges::find(m_scope.cpus, m_walk.cursor.cpu(call)) == m_scope.cpus.end())
            return;
        if (m_scope.rows && !m_scope.rows->contains(m_forest.eventOf(CallForest::namingRow(call))))
            return;
        add(node(index), known, length);
    }

    const CallForest& m_forest;
    const CallScope& m_scope;
    Tree& m_tree;
    PathWalk<Tree> m_walk;
    bool m_all;
    std::int64_t m_from;
    std::int64_t m_to;
    const Call* m_calls = nullptr;
};

/// What is summed over the nodes of a tree whose calls are counted: the root's and the tasks' sums,
/// self times, and the children in order of their numbers.
void finishTree(CallTree& tree);

/// Adds all of `from`, whose nodes above come before those below.
void mergePaths(PathTree& into, const PathTree& from);

}  // namespace kscope::model
