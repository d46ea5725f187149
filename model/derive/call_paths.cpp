// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums of paths block by block, made with the tree of all calls, and trees of selections made of
/// them.
#include "model/derive/call_paths.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace kscope::model {
namespace {

/// With fewer blocks a walk over all calls is as fast.
constexpr std::size_t kLeastBlocks = 4;
constexpr std::uint32_t kNoSumPlace = UINT32_MAX;

using PathBlock = CallPaths::Block;
using PathSum = CallPaths::Sum;

/// Some blocks of a task.
struct BlockRun {
    std::size_t task = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// Fills the blocks of a run one after the other; the tree is the run's own.
class BlockGrower {
public:
    BlockGrower(const CallForest& forest, const CallTask& task, PathTree& tree)
        : m_calls(task.calls),
          m_tree(tree),
          m_task(task),
          m_walk(forest, tree) {}
    void run(PathBlock& block) {
        m_walk.begin(m_task, CallRoots::Merged);  // whoever is above has a sum in each block
        m_block = &block;
        m_touched.clear();
        ++m_number;
        const auto next =
            block.end < m_calls.size() ? m_walk.cursor.begin(m_calls[block.end]) : INT64_MAX;
        for (auto i = block.begin; i < block.end; ++i) take(i, next);
        block.sums.reserve(m_touched.size());
        for (const auto at : m_touched) {
            const auto& seat = m_seats[at];
            auto& node = m_tree.nodes[at];
            node.calls += seat.calls;
            node.total += seat.total;
            if (node.first == INT64_MAX) node.first = m_walk.cursor.begin(m_calls[seat.first]);
            PathSum sum{.path = at, .calls = 0, .first = seat.first};
            sum.add(seat.calls, seat.total);
            block.sums.push_back(sum);
        }
    }

private:
    /// Sums of a node in the block at hand.
    struct Seat {
        std::uint32_t block = 0;  // by number, from 1
        std::uint32_t first = 0;
        std::uint32_t calls = 0;
        std::int64_t total = 0;
    };
    void take(std::uint32_t index, std::int64_t next) {
        const auto& call = m_calls[index];
        // Times and node are each waited for: asked for together they come together.
        const auto begin = m_walk.cursor.begin(call);
        auto end = m_walk.cursor.end(call);
        const auto node = m_walk.node(
            index, [this](std::uint32_t opened, std::uint32_t of) { touch(opened, of); });
        m_block->from = std::min(m_block->from, begin);
        if (call.has(Call::NotCounted)) return;
        auto length = end - begin;
        if (call.has(Call::UnknownLength | Call::ExactLength)) [[unlikely]] {
            length = 0;
            (void)m_walk.cursor.length(call, length);
            end = std::max(end, begin + length);
        }
        // Sums tell no calls of unknown length: these are few, and walked as well.
        if (end > next || call.has(Call::UnknownLength)) [[unlikely]] {
            m_block->longer.push_back(index);
            auto& sums = m_tree.nodes[node];
            ++sums.calls;
            if (call.has(Call::UnknownLength)) {
                ++sums.open;
                return;
            }
            sums.total += length;
            m_walk.lend([&](std::uint32_t above) { m_tree.nodes[above].total += length; });
            return;
        }
        m_block->to = std::max(m_block->to, end);
        auto& seat = m_seats[node];
        ++seat.calls;
        seat.total += length;
        m_walk.lend([&](std::uint32_t above) { m_seats[above].total += length; });
    }
    void touch(std::uint32_t node, std::uint32_t call) {
        if (node >= m_seats.size()) [[unlikely]]
            m_seats.resize(std::size_t{node} * 2 + 256);
        auto& seat = m_seats[node];
        if (seat.block == m_number) return;
        seat = {.block = m_number, .first = call};
        m_touched.push_back(node);
    }

    std::span<const Call> m_calls;
    PathTree& m_tree;
    const CallTask& m_task;
    PathWalk<PathTree> m_walk;
    PathBlock* m_block = nullptr;
    std::uint32_t m_number = 0;
    std::vector<Seat> m_seats;             // by node
    std::vector<std::uint32_t> m_touched;  // nodes that the block at hand has
};

std::size_t pathBytesOf(const PathBlock& block) {
    return sizeof block + block.sums.size() * sizeof(PathSum) + block.longer.size() * 4;
}

/// Two neighbours to one. Calls of the first that end in the second stay in `longer`.
void joinBlocks(PathBlock& first, PathBlock& second, std::vector<std::uint32_t>& placeOf) {
    for (std::uint32_t i = 0; i < first.sums.size(); ++i) placeOf[first.sums[i].path] = i;
    for (const auto& sum : second.sums) {
        auto& place = placeOf[sum.path];
        if (place == kNoSumPlace) first.sums.push_back(sum);
        else first.sums[place].add(sum.calls, sum.total());
    }
    for (const auto& sum : first.sums) placeOf[sum.path] = kNoSumPlace;
    first.end = second.end;
    first.from = std::min(first.from, second.from);
    first.to = std::max(first.to, second.to);
    first.longer.insert(first.longer.end(), second.longer.begin(), second.longer.end());
    second = {};
}

/// Keeps to the bytes that a run may have: by larger blocks, at last by none.
void fitBlocks(std::vector<PathBlock>& blocks, std::size_t room, std::size_t paths) {
    std::vector<std::uint32_t> placeOf(paths, kNoSumPlace);
    for (;;) {
        std::size_t bytes = 0;
        for (const auto& block : blocks) bytes += pathBytesOf(block);
        if (bytes <= room) return;
        if (blocks.size() < 2) break;
        std::vector<PathBlock> joined;
        for (std::size_t i = 0; i < blocks.size(); i += 2) {
            if (i + 1 < blocks.size()) joinBlocks(blocks[i], blocks[i + 1], placeOf);
            blocks[i].sums.shrink_to_fit();
            joined.push_back(std::move(blocks[i]));
        }
        blocks = std::move(joined);
    }
    for (auto& block : blocks) {
        block.summed = false;
        block.sums = {};
        block.longer = {};
    }
}

/// Grows runs side by side and joins them in their order as they come, so that few are held at
/// once and no number depends on the threads.
class AllPaths {
public:
    AllPaths(const CallForest& forest, std::size_t runCalls, PathLimits limits)
        : m_forest(forest),
          m_limits(limits) {
        const auto tasks = forest.tasks();
        for (std::size_t task = 0; task < tasks.size(); ++task)
            for (std::size_t at = 0; at < tasks[task].calls.size(); at += runCalls)
                m_runs.push_back({task, static_cast<std::uint32_t>(at),
                                  static_cast<std::uint32_t>(
                                      std::min(at + runCalls, tasks[task].calls.size()))});
        m_blocks.resize(tasks.size());
    }
    void grow(ThreadPool& pool) {
        parallelFor(pool, m_runs.size(), [this](std::size_t run) { growRun(run); });
    }
    PathTree tree;
    [[nodiscard]] std::vector<std::vector<PathBlock>> takeBlocks() { return std::move(m_blocks); }

private:
    struct Grown {
        PathTree tree;
        std::vector<PathBlock> blocks;
    };
    void growRun(std::size_t number) {
        const auto& run = m_runs[number];
        Grown grown;
        {
            BlockGrower grower(m_forest, m_forest.tasks()[run.task], grown.tree);
            for (auto at = run.begin; at < run.end;) {
                auto& block = grown.blocks.emplace_back();
                block.begin = at;
                block.end = at += std::min(m_limits.blockCalls, run.end - at);
                grower.run(block);
            }
        }
        fitBlocks(grown.blocks, (run.end - run.begin) * m_limits.bytesACall,
                  grown.tree.nodes.size());
        const std::lock_guard lock(m_mutex);
        m_waiting.emplace(number, std::move(grown));
        for (; !m_waiting.empty() && m_waiting.begin()->first == m_joined; ++m_joined) {
            join(m_runs[m_joined].task, m_waiting.begin()->second);
            m_waiting.erase(m_waiting.begin());
        }
    }
    void join(std::size_t task, Grown& grown) {
        const auto& nodes = grown.tree.nodes;
        std::vector<std::uint32_t> placeOf(nodes.size(), 0);
        for (std::size_t i = 1; i < nodes.size(); ++i) {
            const auto& node = nodes[i];
            placeOf[i] = tree.child(placeOf[node.parent], node.function);
            auto& sum = tree.nodes[placeOf[i]];
            sum.calls += node.calls;
            sum.open += node.open;
            sum.total += node.total;
            sum.first = std::min(sum.first, node.first);
        }
        for (auto& block : grown.blocks)
            for (auto& sum : block.sums) sum.path = placeOf[sum.path];
        std::ranges::move(grown.blocks, std::back_inserter(m_blocks[task]));
    }

    const CallForest& m_forest;
    PathLimits m_limits;
    std::vector<BlockRun> m_runs;
    std::mutex m_mutex;  // guards `tree` while it grows, and what follows
    std::map<std::size_t, Grown> m_waiting;
    std::size_t m_joined = 0;
    std::vector<std::vector<PathBlock>> m_blocks;
};

/// How a block lies to a selection.
enum class BlockPlace : std::uint8_t { Before, Inside, Across, Behind };

BlockPlace blockPlaceOf(const PathBlock& block, std::int64_t from, std::int64_t to) {
    if (block.from > to) return BlockPlace::Behind;
    if (!block.summed) return BlockPlace::Across;
    // A call without length that ends where the selection begins is in it.
    if (block.to < from) return BlockPlace::Before;
    return block.from >= from && block.to <= to ? BlockPlace::Inside : BlockPlace::Across;
}

/// Sums of blocks by path, for one root of the tree.
class PathSums {
public:
    PathSums(const CallForest& forest, const CallPaths& paths)
        : m_forest(forest),
          m_paths(paths),
          m_rows(paths.paths.size()) {}
    void add(const CallTask& task, const PathBlock& block) {
        CallCursor cursor(m_forest);
        for (const auto& sum : block.sums) {
            auto& row = m_rows[sum.path];
            row.calls += sum.calls;
            row.total += sum.total();
            // Blocks of a task come in order: only its first one can tell an earlier call.
            if (row.task == &task) continue;
            row.task = &task;
            row.first = std::min(row.first, cursor.begin(task.calls[sum.first]));
        }
        m_any = true;
    }
    /// Puts them below `root` and forgets them. `bare`: paths that no call took that counts.
    enum class Bare : std::uint8_t { Left, Taken };
    void finish(PathTree& tree, FunctionKey root, Bare bare) {
        if (!std::exchange(m_any, false)) return;
        const auto& paths = m_paths.paths;
        std::vector<std::uint8_t> there(paths.size(), 0);
        for (std::size_t i = paths.size(); i-- > 1;) {
            const auto& row = m_rows[i];
            if (row.calls > 0 || (bare == Bare::Taken && row.task != nullptr)) there[i] = 1;
            if (there[i] != 0) there[paths[i].parent] = 1;
        }
        std::vector<std::uint32_t> places(paths.size(), 0);
        if (root.isTask()) places[0] = tree.child(0, root);
        for (std::size_t i = 1; i < paths.size(); ++i) {
            auto& row = m_rows[i];
            if (there[i] != 0) {
                places[i] = tree.child(places[paths[i].parent], paths[i].function);
                auto& node = tree.nodes[places[i]];
                node.calls += row.calls;
                node.total += row.total;
                node.first = std::min(node.first, row.first);
            }
            row = {};
        }
    }

private:
    struct Row {
        std::uint64_t calls = 0;
        std::int64_t total = 0;
        std::int64_t first = INT64_MAX;
        const CallTask* task = nullptr;
    };
    const CallForest& m_forest;
    const CallPaths& m_paths;
    std::vector<Row> m_rows;  // by path
    bool m_any = false;
};

/// Calls that are walked one by one: a block across an end of the selection, or the longer calls of
/// the others.
struct WalkedPart {
    const CallTask* task = nullptr;
    const std::vector<PathBlock>* blocks = nullptr;
    std::size_t block = SIZE_MAX;  ///< SIZE_MAX: the longer calls of all that are not walked.
};

void walkPart(ScopedWalk<PathTree>& walk, const WalkedPart& part, std::int64_t from,
              std::int64_t to, CallRoots roots) {
    walk.begin(*part.task, roots);
    if (part.block != SIZE_MAX) {
        const auto& block = (*part.blocks)[part.block];
        for (auto call = block.begin; call < block.end && walk.take(call);) ++call;
        return;
    }
    for (const auto& block : *part.blocks) {
        const auto place = blockPlaceOf(block, from, to);
        if (place == BlockPlace::Behind) return;
        if (place == BlockPlace::Across) continue;
        for (const auto call : block.longer) (void)walk.take(call);
    }
}

}  // namespace

PathTree growAllPaths(const CallForest& forest, ThreadPool& pool,
                      std::shared_ptr<const CallPaths>& kept, PathLimits limits) {
    // A few runs a thread: they do not take the same time.
    const auto wanted = forest.size() / ((pool.threads() + 1) * 4) / limits.blockCalls;
    AllPaths all(forest, std::max<std::size_t>(wanted, 1) * limits.blockCalls, limits);
    all.grow(pool);
    auto tree = std::move(all.tree);
    if (forest.size() < kLeastBlocks * limits.blockCalls ||
        tree.nodes.size() * sizeof(CallTreeNode) > forest.size() * limits.bytesACall)
        return tree;
    auto made = std::make_shared<CallPaths>();
    made->paths = tree.nodes;
    made->blocks = all.takeBlocks();
    kept = std::move(made);
    return tree;
}

PathTree selectPaths(const CallForest& forest, const CallPaths& paths, const CallScope& scope,
                     ThreadPool& pool, CallRoots roots) {
    const auto from = scope.range ? toNs(scope.range->begin) : INT64_MIN;
    const auto to = scope.range ? toNs(scope.range->end) : INT64_MAX;
    std::vector<WalkedPart> walked;
    for (std::size_t t = 0; t < forest.tasks().size(); ++t) {
        const auto& task = forest.tasks()[t];
        if (scope.task && !scope.task(task)) continue;
        walked.push_back({&task, &paths.blocks[t]});
        for (std::size_t b = 0; b < paths.blocks[t].size(); ++b)
            if (blockPlaceOf(paths.blocks[t][b], from, to) == BlockPlace::Across)
                walked.push_back({&task, &paths.blocks[t], b});
    }
    std::vector<PathTree> parts(walked.size() + 1);
    parallelFor(pool, parts.size(), [&](std::size_t i) {
        if (i > 0) {
            ScopedWalk<PathTree> walk(forest, scope, parts[i]);
            return walkPart(walk, walked[i - 1], from, to, roots);
        }
        PathSums sums(forest, paths);
        const auto bare = scope.range ? PathSums::Bare::Left : PathSums::Bare::Taken;
        FunctionKey root;
        for (std::size_t t = 0; t < forest.tasks().size(); ++t) {
            const auto& task = forest.tasks()[t];
            if (scope.task && !scope.task(task)) continue;
            const auto of = roots == CallRoots::Merged ? FunctionKey{}
                                                       : FunctionKey::ofTask(task.task, task.cpu);
            if (of != root) sums.finish(parts[0], std::exchange(root, of), bare);
            for (const auto& block : paths.blocks[t])
                if (blockPlaceOf(block, from, to) == BlockPlace::Inside) sums.add(task, block);
        }
        sums.finish(parts[0], root, bare);
    });
    for (std::size_t i = 1; i < parts.size(); ++i) mergePaths(parts[0], parts[i]);
    return std::move(parts[0]);
}

}  // namespace kscope::model
