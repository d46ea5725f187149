// SPDX-License-Identifier: GPL-3.0-or-later
/// Trees of selections made of the sums of blocks, against sums made call by call, also of damaged
/// traces.
#include "model/derive/call_paths.h"
#include "model/store/trace_builder.h"
#include "tests/support/call_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace {

using namespace kscope::model;

struct Taken {
    std::uint64_t calls = 0;
    std::int64_t total = 0;
    friend bool operator==(const Taken&, const Taken&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Taken& taken) {
        return out << taken.calls << " calls, " << taken.total << " ns";
    }
};
using TakenByPath = std::map<std::string, Taken>;

/// Three tasks whose calls nest; `lostOf` of 100 entries and exits are missing.
CallForestPtr damagedCalls(unsigned seed, unsigned lostOf, ThreadPool& pool) {
    std::minstd_rand random(seed);
    kscope::support::CallRows rows;
    std::map<int, std::vector<int>> open;
    std::int64_t now = 1000;
    for (int step = 0; step < 2500; ++step) {
        now += static_cast<std::int64_t>(random() % 4 == 0 ? 0 : random() % 90);
        const int tid = 7 + static_cast<int>(random() % 3);
        auto& stack = open[tid];
        const bool leave = !stack.empty() && (stack.size() > 4 || random() % 2 == 0);
        if (!leave) stack.push_back(static_cast<int>(random() % 2));
        const auto function = stack.back();
        const auto depth = static_cast<std::uint32_t>(stack.size() - 1);
        if (leave) stack.pop_back();
        if (random() % 100 < lostOf) continue;
        rows.add({now, "f" + std::to_string(function),
                  callFlags(leave ? CallEdge::Exit : CallEdge::Entry, CallSpace::User, depth),
                  tid});
        // A length of its own, as function_graph prints it.
        if (leave && lostOf > 0 && random() % 3 == 0)
            rows.addDuration(random() % 5 == 0 ? kUnknownDuration
                                               : static_cast<std::int64_t>(random() % 200));
    }
    return rows.calls(pool);
}

std::string pathOf(const CallForest& forest, const CallTask& task, std::uint32_t call) {
    std::string path;
    for (auto at = call; at != kNoCall; at = task.calls[at].parent)
        path =
            ";" + std::string(forest.trace().text(forest.function(task.calls[at]).name())) + path;
    return path;
}

/// Call by call, as cli.md says what counts: with its part inside the range.
TakenByPath takenOf(const CallForest& forest, const TimeRange& range, bool byTask) {
    TakenByPath taken;
    for (const auto& task : forest.tasks()) {
        const auto root = byTask ? std::to_string(raw(task.task)) : "";
        for (std::uint32_t i = 0; i < task.calls.size(); ++i) {
            const auto& call = task.calls[i];
            if (call.has(Call::NotCounted)) continue;
            const auto length = forest.length(call);
            const auto begin = forest.begin(call);
            const auto end = std::max(forest.end(call), begin + length.value_or(0));
            const auto from = std::max(begin, toNs(range.begin));
            const auto to = std::min(end, toNs(range.end));
            if (to < from || (to == from && begin != end)) continue;
            const auto path = pathOf(forest, task, i);
            for (auto at = path.size(); at != path.npos && at > 0; at = path.rfind(';', at - 1))
                (void)taken[root + path.substr(0, at)];  // who is above is there
            ++taken[root + path].calls;
            if (!length) continue;
            const auto part = from == begin && to == end ? *length : to - from;
            taken[root + path].total += part;
            // Those above it whose length nothing tells weigh what is in them.
            for (auto up = call.parent; up != kNoCall; up = task.calls[up].parent) {
                if (!task.calls[up].has(Call::UnknownLength | Call::NoExit)) break;
                taken[root + pathOf(forest, task, up)].total += part;
            }
        }
    }
    return taken;
}

TakenByPath sumsOf(const PathTree& tree, const Trace& trace) {
    TakenByPath sums;
    for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
        std::string path;
        for (auto at = i; at != 0; at = tree.nodes[at].parent) {
            const auto function = tree.nodes[at].function;
            path = function.isTask() ? std::to_string(raw(function.task())) + path
                                     : ";" + std::string(trace.text(function.name())) + path;
        }
        if (!tree.nodes[i].function.isTask())
            sums[path] = {tree.nodes[i].calls, tree.nodes[i].total};
    }
    return sums;
}

void expectSameNodes(const PathTree& one, const PathTree& other) {
    ASSERT_EQ(one.nodes.size(), other.nodes.size());
    PathTree left, right;
    // Ids differ; joined to one tree each path has one.
    mergePaths(left, one);
    right = left;
    for (auto& node : right.nodes) node.calls = 0, node.total = 0, node.first = INT64_MAX;
    mergePaths(right, other);
    ASSERT_EQ(left.nodes.size(), right.nodes.size());
    for (std::size_t i = 1; i < left.nodes.size(); ++i) {
        EXPECT_EQ(left.nodes[i].calls, right.nodes[i].calls);
        EXPECT_EQ(left.nodes[i].total, right.nodes[i].total);
        EXPECT_EQ(left.nodes[i].first, right.nodes[i].first);
    }
}

TEST(CallPaths, SelectWhatAWalkOverAllCallsSelects) {
    ThreadPool pool(2);
    for (unsigned seed = 1; seed < 40; ++seed) {
        std::minstd_rand random(seed);
        const auto forest = damagedCalls(seed, seed % 4 == 0 ? 0 : seed % 7, pool);
        const auto whole = forest->trace().range();
        // Blocks without sums, joined ones, and those as they were cut.
        const PathLimits limits{.blockCalls = 8u << seed % 3,
                                .bytesACall = seed % 5 == 0 ? 20u : 1000u};
        std::shared_ptr<const CallPaths> kept;
        (void)growAllPaths(*forest, pool, kept, limits);
        ASSERT_NE(kept, nullptr);
        for (int round = 0; round < 30; ++round) {
            const auto span = static_cast<std::uint64_t>(toNs(whole.end) - toNs(whole.begin)) + 2;
            auto begin = toNs(whole.begin) - 1 + static_cast<std::int64_t>(random() % span);
            auto end = toNs(whole.begin) - 1 + static_cast<std::int64_t>(random() % span);
            if (begin > end) std::swap(begin, end);
            if (round == 0) begin = toNs(whole.begin), end = toNs(whole.end);
            CallScope scope;
            scope.range = {timestampNs(begin), timestampNs(end)};
            for (const auto roots : {CallRoots::Merged, CallRoots::ByTask}) {
                const auto tree = selectPaths(*forest, *kept, scope, pool, roots);
                EXPECT_EQ(sumsOf(tree, forest->trace()),
                          takenOf(*forest, *scope.range, roots == CallRoots::ByTask))
                    << "seed " << seed << ", " << begin << " to " << end;
            }
        }
    }
}

TEST(CallPaths, MakeTheWholeTreeAgainOfItsTasks) {
    ThreadPool pool(2);
    for (unsigned seed = 1; seed < 20; ++seed) {
        const auto forest = damagedCalls(seed, seed % 7, pool);
        std::shared_ptr<const CallPaths> kept;
        const auto grown =
            growAllPaths(*forest, pool, kept, {.blockCalls = 16, .bytesACall = 1000});
        ASSERT_NE(kept, nullptr);
        expectSameNodes(grown, selectPaths(*forest, *kept, {}, pool, CallRoots::Merged));
        PathTree walked;
        const CallScope all;
        for (const auto& task : forest->tasks()) {
            PathTree ofTask;
            ScopedWalk<PathTree> walk(*forest, all, ofTask);
            walk.begin(task, CallRoots::Merged);
            for (std::uint32_t i = 0; i < task.calls.size(); ++i) (void)walk.take(i);
            mergePaths(walked, ofTask);
        }
        expectSameNodes(grown, walked);
    }
}

TEST(CallPaths, AreKeptInFewBytesOrNotAtAll) {
    ThreadPool pool(2);
    const auto forest = damagedCalls(5, 0, pool);
    std::shared_ptr<const CallPaths> kept;
    (void)growAllPaths(*forest, pool, kept, {.blockCalls = 16, .bytesACall = 100});
    ASSERT_NE(kept, nullptr);
    std::size_t bytes = 0;
    for (const auto& task : kept->blocks)
        for (const auto& block : task)
            bytes += block.sums.size() * sizeof(CallPaths::Sum) + block.longer.size() * 4;
    EXPECT_LE(bytes, forest->size() * 100);
    EXPECT_GT(bytes, 0u);
    kept.reset();
    (void)growAllPaths(*forest, pool, kept, {.blockCalls = 16, .bytesACall = 1});
    EXPECT_EQ(kept, nullptr);  // the paths alone are more
}

}  // namespace
