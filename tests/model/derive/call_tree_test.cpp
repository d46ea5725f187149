// SPDX-License-Identifier: GPL-3.0-or-later
/// Trees of paths against sums made call by call, with tasks of one number in two sources.
#include "model/derive/call_functions.h"
#include "model/store/trace_builder.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace {

using namespace kscope::model;

/// What a path of names was taken for, as the maker of the calls counts it.
struct PathSums {
    std::uint64_t calls = 0;
    std::int64_t total = 0;
    std::int64_t first = INT64_MAX;
    friend bool operator==(const PathSums&, const PathSums&) = default;
    friend std::ostream& operator<<(std::ostream& out, const PathSums& sums) {
        return out << sums.calls << " calls, " << sums.total << " ns, first " << sums.first;
    }
};
using SumsByPath = std::map<std::string, PathSums>;

/// Two sources at the same time, each with the same two tids and calls of its own.
class TwoSources {
public:
    explicit TwoSources(unsigned seed) : m_random(seed) {
        for (int source = 0; source < 2; ++source) addSource();
    }
    TracePtr trace() { return m_builder.finish(); }
    SumsByPath merged, byTask, ofSecond;

private:
    struct OpenCall {
        int function;
        std::int64_t begin;
    };
    void addSource() {
        SourceInfo info;
        info.path = "made";
        info.kind = "uftrace";
        const auto source = m_builder.addSource(std::move(info));
        ChunkWriter writer;
        writer.beginPart(source, 0, 1);
        std::map<int, std::vector<OpenCall>> open;
        std::uint64_t position = 0;
        std::int64_t now = 1000;
        for (int step = 0; step < 600 || !open[7].empty() || !open[8].empty(); ++step) {
            now += 1 + static_cast<std::int64_t>(m_random() % 90);
            const int tid = 7 + static_cast<int>(m_random() % 2);
            auto& stack = open[tid];
            const bool leave =
                !stack.empty() && (step >= 600 || stack.size() > 5 || m_random() % 2 == 0);
            if (!leave && step >= 600) continue;
            if (!leave) stack.push_back({static_cast<int>(m_random() % 4), now});
            const auto call = stack.back();
            (void)writer.prepare(now, ++position);
            const auto task = writer.task(Tid{tid}, "made", kUnknownCpu);
            writer.add(now, position, writer.name("f" + std::to_string(call.function)), kUnknownCpu,
                       task,
                       callFlags(leave ? CallEdge::Exit : CallEdge::Entry, CallSpace::User,
                                 static_cast<std::uint32_t>(stack.size() - 1)));
            if (!leave) continue;
            std::string path;
            for (const auto& each : stack) path += ";f" + std::to_string(each.function);
            count(merged[path], call.begin, now);
            count(byTask[std::to_string(tid) + path], call.begin, now);
            if (raw(source) == 1) count(ofSecond[path], call.begin, now);
            stack.pop_back();
        }
        m_builder.deliver(source, 0, writer.finishPart(0, 0));
        m_builder.endSource(source);
    }
    static void count(PathSums& sums, std::int64_t begin, std::int64_t end) {
        ++sums.calls;
        sums.total += end - begin;
        sums.first = std::min(sums.first, begin);
    }
    std::minstd_rand m_random;
    TraceBuilder m_builder;
};

SumsByPath sumsOf(const CallTree& tree, const Trace& trace) {
    SumsByPath sums;
    for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
        std::string path;
        for (auto at = i; at != 0; at = tree.nodes[at].parent) {
            const auto function = tree.nodes[at].function;
            path = function.isTask() ? std::to_string(raw(trace.task(function.task()).tid)) + path
                                     : ";" + std::string(trace.text(function.name())) + path;
        }
        if (!tree.nodes[i].function.isTask())
            sums[path] = {tree.nodes[i].calls, tree.nodes[i].total, tree.nodes[i].first};
    }
    return sums;
}

TEST(CallTrees, AreTheSumsOfTheirPaths) {
    ThreadPool pool(2);
    for (unsigned seed = 1; seed < 12; ++seed) {
        TwoSources made(seed);
        const auto trace = made.trace();
        const auto forest = deriveCalls(trace, pool);
        EXPECT_EQ(sumsOf(callTree(*forest, {}, pool), *trace), made.merged);
        const auto tree = callTree(*forest, {}, pool, CallRoots::ByTask);
        EXPECT_EQ(sumsOf(tree, *trace), made.byTask);
        ASSERT_EQ(tree.children[0].size(), 2u);
        std::int64_t total = 0;
        for (const auto task : tree.children[0]) {
            EXPECT_TRUE(tree.nodes[task].function.isTask());
            std::int64_t below = 0;
            for (const auto child : tree.children[task]) below += tree.nodes[child].total;
            EXPECT_EQ(tree.nodes[task].total, below);
            EXPECT_EQ(tree.nodes[task].self, 0);
            total += below;
        }
        EXPECT_EQ(tree.nodes[0].total, total);
    }
}

TEST(CallTrees, AreOfOneSourceWhereThatIsWanted) {
    ThreadPool pool(2);
    TwoSources made(77);
    const auto trace = made.trace();
    const auto forest = deriveCalls(trace, pool);
    ASSERT_EQ(forest->tasks().size(), 4u);
    CallScope scope;
    scope.task = [](const CallTask& task) { return task.source == SourceId{1}; };
    EXPECT_EQ(sumsOf(callTree(*forest, scope, pool), *trace), made.ofSecond);
}

}  // namespace
