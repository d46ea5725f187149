// SPDX-License-Identifier: GPL-3.0-or-later
/// Pairing of calls: what is lost must never make a pair of strangers.
#include "model/derive/call_export.h"
#include "model/derive/call_functions.h"
#include "model/store/trace_builder.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace {

using namespace kscope::model;

/// An entry or exit; `call` tells which call it is of, whatever became of the other end.
struct Edge {
    std::int64_t time;
    int function;
    std::uint32_t depth;
    CallEdge edge;
    std::uint64_t call;
    std::int64_t exact = -1;
};

TracePtr traceOf(const std::vector<Edge>& edges, const std::string& kind = "uftrace") {
    TraceBuilder builder;
    SourceInfo info;
    info.path = "made";
    info.kind = kind;
    const auto source = builder.addSource(std::move(info));
    ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    for (const auto& edge : edges) {
        (void)writer.prepare(edge.time, edge.call);
        const auto task = writer.task(Tid{7}, "made", kUnknownCpu);
        writer.add(edge.time, edge.call, writer.name("f" + std::to_string(edge.function)),
                   kUnknownCpu, task, callFlags(edge.edge, CallSpace::User, edge.depth));
        if (edge.exact >= 0) writer.addDuration(edge.exact);
    }
    builder.deliver(source, 0, writer.finishPart(0, 0));
    builder.endSource(source);
    return builder.finish();
}

std::vector<Edge> randomCalls(std::minstd_rand& random, std::size_t count) {
    std::vector<Edge> edges;
    std::vector<Edge> open;
    std::int64_t now = 1000;
    std::uint64_t call = 0;
    while (edges.size() < count) {
        now += 1 + static_cast<std::int64_t>(random() % 50);
        if (!open.empty() && random() % 5 < (open.size() > 8 ? 4U : 2U)) {
            auto exit = open.back();
            open.pop_back();
            exit.time = now;
            exit.edge = CallEdge::Exit;
            edges.push_back(exit);
        } else {
            const Edge entry{now, static_cast<int>(random() % 4),
                             static_cast<std::uint32_t>(open.size()), CallEdge::Entry, ++call};
            open.push_back(entry);
            edges.push_back(entry);
        }
    }
    return edges;
}

std::uint64_t callAt(const CallForest& forest, RowRef row) {
    return forest.trace().chunk(row.chunk()).position[row.row()] +
           forest.trace().chunk(row.chunk()).origin(row.row()).position;
}

TEST(Calls, PairsAllThatIsWhole) {
    std::minstd_rand random(1);
    ThreadPool pool(2);
    for (int round = 0; round < 50; ++round) {
        const auto edges = randomCalls(random, 400);
        const auto forest = deriveCalls(traceOf(edges), pool);
        ASSERT_EQ(forest->tasks().size(), 1U);
        std::map<std::uint64_t, std::pair<std::int64_t, std::int64_t>> times;
        for (const auto& edge : edges) {
            if (edge.edge == CallEdge::Entry) times[edge.call] = {edge.time, INT64_MAX};
            else times[edge.call].second = edge.time;
        }
        EXPECT_EQ(forest->size(), times.size());
        for (const auto& call : forest->tasks()[0].calls) {
            const auto [begin, end] = times[callAt(*forest, call.entry)];
            EXPECT_EQ(forest->begin(call), begin);
            EXPECT_EQ(call.has(Call::Open), end == INT64_MAX);
            EXPECT_EQ(forest->end(call), std::min(end, edges.back().time));
            EXPECT_FALSE(call.has(Call::NoEntry | Call::NoExit | Call::Lost));
        }
    }
}

TEST(Calls, LossesNeverPairStrangersOfOtherNames) {
    // Where rows vanish without a mark, two calls of one name and depth cannot be told apart by
    // anything; a pair of two names, depths or in the wrong order must never be.
    std::minstd_rand random(2);
    ThreadPool pool(1);
    for (int round = 0; round < 200; ++round) {
        auto edges = randomCalls(random, 300);
        std::erase_if(edges, [&](const Edge&) { return random() % 10 == 0; });
        const auto trace = traceOf(edges);
        const auto forest = deriveCalls(trace, pool);
        std::uint64_t ends = 0;
        for (const auto& task : forest->tasks())
            for (const auto& call : task.calls) {
                const bool paired =
                    call.entry.known() && !call.has(Call::Open | Call::NoExit | Call::Lost);
                ends += (call.entry.known() ? 1U : 0U) + (paired || !call.entry.known() ? 1U : 0U);
                if (!paired) continue;
                const auto& chunk = trace->chunk(0);
                EXPECT_EQ(chunk.name[call.entry.row()], chunk.name[call.exit.row()]);
                EXPECT_EQ(callDepth(chunk.flags[call.entry.row()]),
                          callDepth(chunk.flags[call.exit.row()]));
                EXPECT_LT(call.entry.row(), call.exit.row());
            }
        EXPECT_EQ(ends, edges.size());  // every row is in exactly one call
    }
}

TEST(Calls, MarkedLossEndsWhatIsOpen) {
    // a { b { LOSS } b } a: neither length is known, and the exits behind are nobody's.
    ThreadPool pool(1);
    const auto forest = deriveCalls(traceOf({{10, 0, 0, CallEdge::Entry, 1},
                                             {20, 1, 1, CallEdge::Entry, 2},
                                             {25, 9, 0, CallEdge::Loss, 9},
                                             {30, 1, 1, CallEdge::Exit, 2},
                                             {40, 0, 0, CallEdge::Exit, 1}}),
                                    pool);
    const auto& calls = forest->tasks()[0].calls;
    ASSERT_EQ(calls.size(), 4U);
    EXPECT_TRUE(calls[0].has(Call::Lost));
    EXPECT_EQ(forest->end(calls[0]), 20);
    EXPECT_TRUE(calls[1].has(Call::Lost));
    EXPECT_TRUE(calls[2].has(Call::NoEntry));
    EXPECT_TRUE(calls[3].has(Call::NoEntry));
    const auto report = functionReport(*forest, {}, pool);
    for (const auto& row : report.rows) EXPECT_FALSE(row.totalExact);
}

TEST(Calls, LongjmpLeavesCallsWithoutExit) {
    // setjmp in main, deep() twice, and back: formats.md 5.4.
    ThreadPool pool(1);
    const auto forest = deriveCalls(traceOf({{0, 0, 0, CallEdge::Entry, 1},
                                             {1, 1, 1, CallEdge::Entry, 2},
                                             {2, 1, 1, CallEdge::Exit, 2},
                                             {3, 2, 1, CallEdge::Entry, 3},
                                             {4, 2, 2, CallEdge::Entry, 4},
                                             {9, 1, 1, CallEdge::Exit, 2},
                                             {12, 0, 0, CallEdge::Exit, 1}}),
                                    pool);
    const auto report = functionReport(*forest, {}, pool);
    ASSERT_EQ(report.rows.size(), 3U);
    EXPECT_EQ(report.rows[0].calls, 1U);
    EXPECT_EQ(report.rows[0].total, 12);
    EXPECT_EQ(report.rows[1].calls, 2U);
    EXPECT_EQ(report.rows[1].withoutEntry, 1U);
    EXPECT_FALSE(report.rows[1].totalExact);
    EXPECT_EQ(report.rows[2].calls, 0U);
    EXPECT_EQ(report.rows[2].entriesWithoutExit, 2U);
}

TEST(Calls, RecursionCountsOnceAndExactLengthsWin) {
    // f { f { } } with lengths finer than the rows' times.
    ThreadPool pool(1);
    const auto forest = deriveCalls(traceOf({{0, 0, 0, CallEdge::Entry, 1},
                                             {10, 0, 1, CallEdge::Entry, 2},
                                             {20, 0, 1, CallEdge::Exit, 2, 7},
                                             {30, 0, 0, CallEdge::Exit, 1, 31}}),
                                    pool);
    const auto report = functionReport(*forest, {}, pool);
    ASSERT_EQ(report.rows.size(), 1U);
    EXPECT_EQ(report.rows[0].calls, 2U);
    EXPECT_EQ(report.rows[0].total, 31);
    EXPECT_EQ(report.rows[0].self, 31);
    EXPECT_EQ(report.rows[0].sum, 38);
    EXPECT_EQ(report.rows[0].avg(), 19);
    EXPECT_EQ(report.rows[0].min, 7);
    EXPECT_EQ(report.rows[0].p99, 31);
}

TEST(Calls, ReportsAndFoldedEqualBruteForce) {
    std::minstd_rand random(3);
    ThreadPool pool(2);
    for (int round = 0; round < 30; ++round) {
        const auto edges = randomCalls(random, 500);
        const auto forest = deriveCalls(traceOf(edges), pool);
        // By hand: the open stack at each moment owns the time up to the next edge.
        std::map<std::string, std::int64_t> paths;
        std::map<int, std::int64_t> selves;
        std::vector<int> stack;
        for (std::size_t i = 0; i < edges.size(); ++i) {
            if (edges[i].edge == CallEdge::Entry) stack.push_back(edges[i].function);
            else stack.pop_back();
            if (i + 1 == edges.size() || stack.empty()) continue;
            std::string path;
            for (const auto f : stack) path += (path.empty() ? "f" : ";f") + std::to_string(f);
            const auto span = edges[i + 1].time - edges[i].time;
            paths[path] += span;
            selves[stack.back()] += span;
        }
        std::map<std::string, std::int64_t> written;
        (void)writeFolded(*forest, {}, pool, [&](std::string_view text) {
            while (!text.empty()) {
                const auto line = text.substr(0, text.find('\n'));
                const auto blank = line.rfind(' ');
                written[std::string(line.substr(0, blank))] =
                    std::stoll(std::string(line.substr(blank + 1)));
                text.remove_prefix(line.size() + 1);
            }
            return true;
        });
        EXPECT_EQ(written, paths);
        for (const auto& row : functionReport(*forest, {}, pool).rows) {
            const auto name = forest->trace().text(row.function.name());
            EXPECT_EQ(row.self, selves[std::stoi(std::string(name.substr(1)))]);
        }
    }
}

TEST(Calls, DepthBeyondTheGreatestNestsByOrder) {
    std::vector<Edge> edges;
    constexpr std::uint32_t kDeep = 3000;
    for (std::uint32_t i = 0; i < kDeep; ++i)
        edges.push_back({i, 0, i, CallEdge::Entry, i + std::uint64_t{1}});
    for (std::uint32_t i = kDeep; i-- > 0;)
        edges.push_back({std::int64_t{2} * kDeep - i, 0, i, CallEdge::Exit, i + std::uint64_t{1}});
    ThreadPool pool(1);
    const auto forest = deriveCalls(traceOf(edges), pool);
    for (const auto& call : forest->tasks()[0].calls) {
        EXPECT_FALSE(call.has(Call::NoEntry | Call::NoExit | Call::Open));
        EXPECT_EQ(callAt(*forest, call.entry), callAt(*forest, call.exit));
    }
}

TEST(CallFlags, KeepDepthEdgeAndSpaceAndAreNoIrqFlags) {
    for (std::uint32_t depth = 0; depth < 1100; ++depth)
        for (const auto edge : {CallEdge::Entry, CallEdge::Exit, CallEdge::Loss})
            for (const auto space : {CallSpace::Kernel, CallSpace::User}) {
                const auto flags = static_cast<std::uint16_t>(callFlags(edge, space, depth));
                EXPECT_TRUE(isCallEdge(flags));
                EXPECT_EQ(callDepth(flags), std::min(depth, kMaxCallDepth));
                EXPECT_EQ(callEdge(flags), edge);
                EXPECT_EQ(callSpace(flags), space);
                EXPECT_EQ(flagsText(EventFlags{flags}), "");
            }
    EXPECT_FALSE(isCallEdge(kNoFlags));
}

}  // namespace
