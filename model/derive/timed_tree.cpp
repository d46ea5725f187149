// SPDX-License-Identifier: GPL-3.0-or-later
/// One walk a task; whenever its tree has grown too large the shortest calls are joined.
#include "model/derive/timed_tree.h"

#include "model/derive/path_tree.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

namespace kscope::model {
namespace {

constexpr std::uint32_t kNoNode = UINT32_MAX;
constexpr std::size_t kLeastTimedNodes = 4096;          // of a task
constexpr std::int64_t kLeastJoined = 1000;             // ns
constexpr std::int64_t kLongestJoined = INT64_MAX / 8;  // beyond it all are

/// A tree whose children stand as they came.
class GrowingTimedTree {
public:
    GrowingTimedTree() { add(0, {}); }
    std::vector<CallTreeNode> nodes;
    std::uint32_t child(std::uint32_t parent, FunctionKey function) {
        const auto last = m_last[parent];
        if (last != kNoNode && nodes[last].function == function) return last;
        return add(parent, function);
    }

    /// Joins what is shorter than `ns` by its path, between siblings that are not; the nodes in
    /// `kept` stay for themselves and are renumbered.
    void join(std::int64_t ns, std::span<PathWalk<GrowingTimedTree>::Open> kept);
    [[nodiscard]] std::uint32_t lastChild(std::uint32_t node) const { return m_last[node]; }

private:
    std::uint32_t add(std::uint32_t parent, FunctionKey function) {
        const auto made = static_cast<std::uint32_t>(nodes.size());
        const auto depth = made == 0 ? 0 : nodes[parent].depth + 1;
        nodes.push_back(
            {.function = function, .parent = made == 0 ? kNoCall : parent, .depth = depth});
        m_last.push_back(kNoNode);
        if (made > 0) m_last[parent] = made;
        return made;
    }
    std::vector<std::uint32_t> m_last;  // by node: its last child
};

using TimedWalk = PathWalk<GrowingTimedTree>;

/// Makes the shorter tree beside the one it is made of.
class ShortCallJoin {
public:
    ShortCallJoin(const GrowingTimedTree& from, std::int64_t ns, std::span<TimedWalk::Open> kept)
        : m_from(from.nodes),
          m_ns(ns),
          m_placeOf(from.nodes.size(), 0),
          m_first(from.nodes.size() + 1, 0),
          m_keptOf(from.nodes.size(), false) {
        // Children of a node side by side, in their order.
        for (std::size_t i = 1; i < m_from.size(); ++i) ++m_first[m_from[i].parent + 1];
        for (std::size_t i = 1; i < m_first.size(); ++i) m_first[i] += m_first[i - 1];
        m_children.resize(m_from.size());
        auto next = m_first;
        for (std::uint32_t i = 1; i < m_from.size(); ++i) m_children[next[m_from[i].parent]++] = i;
        for (const auto& each : kept) m_keptOf[each.node] = true;
    }
    void run(GrowingTimedTree& into) {
        m_groups.push_back({0, {0}});
        while (!m_groups.empty()) {
            const auto group = std::move(m_groups.back());
            m_groups.pop_back();
            if (group.of.size() == 1) split(group.node, group.of.front(), into);
            else gather(group.node, group.of, into);
        }
    }
    [[nodiscard]] std::uint32_t placeOf(std::uint32_t node) const { return m_placeOf[node]; }

private:
    /// Nodes that are one.
    struct Group {
        std::uint32_t node;  // in the new tree
        std::vector<std::uint32_t> of;
    };
    using GroupOf = std::unordered_map<std::uint32_t, std::size_t>;  // by function
    [[nodiscard]] std::span<const std::uint32_t> childrenOf(std::uint32_t node) const {
        return std::span(m_children).subspan(m_first[node], m_first[node + 1] - m_first[node]);
    }
    /// Of one node: a long child ends the run of short ones that are joined.
    void split(std::uint32_t node, std::uint32_t of, GrowingTimedTree& into) {
        GroupOf run;
        for (const auto child : childrenOf(of)) {
            if (m_keptOf[child] || m_from[child].total >= m_ns) {
                run.clear();
                put(node, child, into, nullptr);
            } else {
                put(node, child, into, &run);
            }
        }
    }
    void gather(std::uint32_t node, const std::vector<std::uint32_t>& of, GrowingTimedTree& into) {
        GroupOf all;
        for (const auto each : of)
            for (const auto child : childrenOf(each)) put(node, child, into, &all);
    }
    void put(std::uint32_t node, std::uint32_t child, GrowingTimedTree& into, GroupOf* joined) {
        const auto& from = m_from[child];
        std::size_t group = m_groups.size();
        if (joined != nullptr) {
            const auto [found, fresh] = joined->try_emplace(from.function.value, group);
            group = found->second;
        }
        if (group == m_groups.size()) m_groups.push_back({into.child(node, from.function), {}});
        auto& to = m_groups[group];
        to.of.push_back(child);
        m_placeOf[child] = to.node;
        auto& sum = into.nodes[to.node];
        sum.calls += from.calls;
        sum.open += from.open;
        sum.total += from.total;
        sum.first = std::min(sum.first, from.first);
    }

    const std::vector<CallTreeNode>& m_from;
    std::int64_t m_ns;
    std::vector<std::uint32_t> m_placeOf;
    std::vector<std::uint32_t> m_first, m_children;
    std::vector<bool> m_keptOf;
    std::vector<Group> m_groups;  // whose children are still to be put
};

void GrowingTimedTree::join(std::int64_t ns, std::span<TimedWalk::Open> kept) {
    GrowingTimedTree made;
    {
        ShortCallJoin shorter(*this, ns, kept);
        shorter.run(made);
        for (auto& each : kept) each.node = shorter.placeOf(each.node);
    }
    *this = std::move(made);
}

struct GrownTask {
    GrowingTimedTree tree;
    std::int64_t joinedBelow = 0;
};

void growTask(const CallForest& forest, const CallTask& task, const CallScope& scope,
              CallRoots roots, std::size_t most, GrownTask& grown) {
    ScopedWalk<GrowingTimedTree> walk(forest, scope, grown.tree);
    walk.begin(task, roots);
    const auto count = static_cast<std::uint32_t>(task.calls.size());
    // Twice as many as are wanted in the end: so joining costs little a call.
    auto limit = 2 * most;
    for (std::uint32_t i = 0; i < count && walk.take(i); ++i) {
        if (grown.tree.nodes.size() <= limit) continue;
        do {
            if (grown.joinedBelow < kLongestJoined)
                grown.joinedBelow = std::max(grown.joinedBelow * 4, kLeastJoined);
            grown.tree.join(grown.joinedBelow, walk.walk().open());
        } while (grown.tree.nodes.size() > most && grown.joinedBelow < kLongestJoined);
        limit = 2 * std::max(most, grown.tree.nodes.size());
    }
}

/// Puts a task's nodes behind those of the tasks before. A task of two sources has one root.
void appendTask(std::vector<CallTreeNode>& nodes, const GrownTask& grown) {
    const auto& from = grown.tree.nodes;
    std::vector<std::uint32_t> placeOf(from.size(), 0);
    for (std::size_t i = 1; i < from.size(); ++i) {
        auto node = from[i];
        if (node.function.isTask()) {
            const auto same = std::ranges::find(nodes, node.function, &CallTreeNode::function);
            if (same != nodes.end()) {
                placeOf[i] = static_cast<std::uint32_t>(same - nodes.begin());
                continue;
            }
        }
        placeOf[i] = static_cast<std::uint32_t>(nodes.size());
        node.parent = placeOf[node.parent];
        nodes.push_back(node);
    }
}

}  // namespace

TimedTree callsInTime(const CallForest& forest, const CallScope& scope, ThreadPool& pool,
                      CallRoots roots, std::size_t mostNodes) {
    const auto tasks = forest.tasks();
    const auto most = std::max(mostNodes / std::max<std::size_t>(tasks.size(), 1),
                               std::min(mostNodes, kLeastTimedNodes));
    std::vector<GrownTask> grown(tasks.size());
    parallelFor(pool, tasks.size(), [&](std::size_t i) {
        if (!scope.task || scope.task(tasks[i]))
            growTask(forest, tasks[i], scope, roots, most, grown[i]);
    });
    TimedTree made;
    made.tree.nodes.emplace_back();
    for (auto& task : grown) {
        appendTask(made.tree.nodes, task);
        made.joinedBelow = std::max(made.joinedBelow, task.joinedBelow);
        task = {};
    }
    finishTree(made.tree);
    return made;
}

}  // namespace kscope::model
