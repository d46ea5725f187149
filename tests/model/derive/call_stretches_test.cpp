// SPDX-License-Identifier: GPL-3.0-or-later
/// Pairing of stretches of time side by side gives what pairing from begin to end gives, and a
/// kernel function may end in another user function than it began in.
#include "model/derive/call_functions.h"
#include "model/store/trace_builder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace kscope::model;

struct StretchEdge {
    int task;
    int function;
    std::uint32_t depth;
    CallEdge edge;
    CallSpace space = CallSpace::User;
};

/// Chunks of `rows` rows each: with many of them threads share their pairing.
TracePtr chunksOf(const std::vector<StretchEdge>& edges, std::size_t rows) {
    TraceBuilder builder;
    SourceInfo info;
    info.path = "made";
    info.kind = "uftrace";
    const auto source = builder.addSource(std::move(info));
    std::uint64_t part = 0;
    for (std::size_t at = 0; at < edges.size(); at += rows) {
        ChunkWriter writer;
        writer.beginPart(source, 0, 1);
        for (auto i = at; i < std::min(at + rows, edges.size()); ++i) {
            const auto& edge = edges[i];
            const auto time = static_cast<std::int64_t>(10 * i);
            (void)writer.prepare(time, i);
            const auto task = writer.task(Tid{7 + edge.task}, "made", kUnknownCpu);
            const auto name = writer.name("f" + std::to_string(edge.function));
            writer.add(time, i, name, kUnknownCpu, task,
                       callFlags(edge.edge, edge.space, edge.depth));
        }
        builder.deliver(source, part++, writer.finishPart(0, 0));
    }
    builder.endSource(source);
    return builder.finish();
}

/// Three tasks that run in turn; the first never leaves its outermost function.
std::vector<StretchEdge> edgesOf(std::minstd_rand& random, std::size_t count) {
    std::vector<StretchEdge> edges;
    std::vector<int> open[3];
    while (edges.size() < count) {
        const int task = static_cast<int>(random() % 3);
        auto& stack = open[task];
        const std::size_t least = task == 0 ? 1 : 0;
        if (stack.size() > least && random() % 9 < (stack.size() > 8 ? 8U : 4U)) {
            edges.push_back(
                {task, stack.back(), static_cast<std::uint32_t>(stack.size() - 1), CallEdge::Exit});
            stack.pop_back();
        } else {
            const int function = static_cast<int>(random() % 5);
            edges.push_back(
                {task, function, static_cast<std::uint32_t>(stack.size()), CallEdge::Entry});
            stack.push_back(function);
        }
    }
    return edges;
}

void expectSameForests(const std::vector<StretchEdge>& edges) {
    const auto trace = chunksOf(edges, 40);
    ThreadPool one(1);
    ThreadPool many(5);
    const auto whole = deriveCalls(trace, one);
    const auto shared = deriveCalls(trace, many);
    EXPECT_EQ(shared->entries(), whole->entries());
    EXPECT_EQ(shared->exits(), whole->exits());
    ASSERT_EQ(shared->tasks().size(), whole->tasks().size());
    for (std::size_t t = 0; t < whole->tasks().size(); ++t) {
        const auto& a = whole->tasks()[t];
        const auto& b = shared->tasks()[t];
        EXPECT_EQ(b.task, a.task);
        EXPECT_EQ(b.maxDepth, a.maxDepth);
        ASSERT_EQ(b.calls.size(), a.calls.size());
        for (std::size_t i = 0; i < a.calls.size(); ++i) {
            EXPECT_EQ(b.calls[i].entry, a.calls[i].entry);
            EXPECT_EQ(b.calls[i].exit, a.calls[i].exit);
            EXPECT_EQ(b.calls[i].parent, a.calls[i].parent);
            EXPECT_EQ(b.calls[i].bits, a.calls[i].bits);
        }
    }
}

TEST(CallStretches, PairWhatOneWalkPairs) {
    std::minstd_rand random(11);
    for (int round = 0; round < 20; ++round) expectSameForests(edgesOf(random, 4000));
}

TEST(CallStretches, PairWhatOneWalkPairsOfDamagedRows) {
    std::minstd_rand random(12);
    for (int round = 0; round < 60; ++round) {
        auto edges = edgesOf(random, 4000);
        // Entries alone vanish, exits alone, both; or calls are left as by a longjmp.
        const auto kind = round % 4;
        std::erase_if(edges, [&](const StretchEdge& edge) {
            const bool exit = edge.edge == CallEdge::Exit;
            return random() % 300 == 0 && (kind == 2 || (kind == 0 ? exit : !exit));
        });
        if (kind == 3)
            for (auto& edge : edges)
                if (random() % 500 == 0) edge.edge = CallEdge::Loss;
        expectSameForests(edges);
    }
}

TEST(CallStretches, PairWhatOneWalkPairsOfGreatDepths) {
    std::vector<StretchEdge> edges;
    for (std::uint32_t i = 0; i < 3000; ++i) edges.push_back({0, 1, i, CallEdge::Entry});
    for (std::uint32_t i = 3000; i-- > 0;) edges.push_back({0, 1, i, CallEdge::Exit});
    expectSameForests(edges);
}

TEST(CallSpaces, AKernelFunctionMayEndInAnotherUserFunction) {
    using enum CallEdge;
    const auto kernel = CallSpace::Kernel;
    // main { [sys { [read_tsc] } of the clock: f's record is written inside of it ] f { } }
    const std::vector<StretchEdge> edges{
        {0, 0, 0, Entry},        {0, 1, 1, Entry, kernel}, {0, 2, 2, Entry, kernel},
        {0, 3, 1, Entry},        {0, 2, 2, Exit, kernel},  {0, 4, 2, Entry, kernel},
        {0, 4, 2, Exit, kernel}, {0, 1, 1, Exit, kernel},  {0, 5, 2, Entry},
        {0, 5, 2, Exit},         {0, 3, 1, Exit},          {0, 0, 0, Exit}};
    ThreadPool pool(1);
    const auto forest = deriveCalls(chunksOf(edges, 100), pool);
    ASSERT_EQ(forest->size(), 6U);
    const auto& calls = forest->tasks()[0].calls;
    const std::vector<std::uint32_t> parents{kNoCall, 0, 1, 0, 3, 3};
    const std::vector<std::int64_t> lengths{110, 60, 20, 70, 10, 10};
    for (std::size_t i = 0; i < calls.size(); ++i) {
        EXPECT_FALSE(calls[i].has(Call::NoEntry | Call::NoExit | Call::Open)) << i;
        EXPECT_EQ(calls[i].parent, parents[i]) << i;
        EXPECT_EQ(forest->length(calls[i]), lengths[i]) << i;
    }
    const auto report = functionReport(*forest, {}, pool);
    for (const auto& row : report.rows) EXPECT_TRUE(row.totalExact && row.selfExact);
}

TEST(CallSpaces, FramesOfFoldedStacksLieInEachOther) {
    using enum CallEdge;
    const auto kernel = CallSpace::Kernel;
    // k0 { u1 { u2 { } k2 { } } k1 { } }
    const std::vector<StretchEdge> edges{{0, 0, 0, Entry, kernel}, {0, 1, 1, Entry},
                                         {0, 2, 2, Entry},         {0, 2, 2, Exit},
                                         {0, 3, 2, Entry, kernel}, {0, 3, 2, Exit, kernel},
                                         {0, 1, 1, Exit},          {0, 4, 1, Entry, kernel},
                                         {0, 4, 1, Exit, kernel},  {0, 0, 0, Exit, kernel}};
    ThreadPool pool(1);
    const auto forest = deriveCalls(chunksOf(edges, 100), pool);
    ASSERT_EQ(forest->size(), 5U);
    const auto& calls = forest->tasks()[0].calls;
    const std::vector<std::uint32_t> parents{kNoCall, 0, 1, 1, 0};
    for (std::size_t i = 0; i < calls.size(); ++i) {
        EXPECT_FALSE(calls[i].has(Call::NoEntry | Call::NoExit | Call::Open)) << i;
        EXPECT_EQ(calls[i].parent, parents[i]) << i;
    }
}

TEST(PositionColumn, CountsStepsOfEachTask) {
    TraceBuilder builder;
    const auto source = builder.addSource({});
    ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    std::minstd_rand random(5);
    std::vector<std::uint64_t> next{1000, 500'000, 90'000'016};
    std::vector<std::uint64_t> positions;
    for (std::int64_t i = 0; i < 5000; ++i) {
        const auto task = random() % 3;
        positions.push_back(next[task]);
        next[task] += 16;
        (void)writer.prepare(i, positions.back());
        const auto index = writer.task(Tid{static_cast<std::int32_t>(task) + 1}, "t", kUnknownCpu);
        writer.add(i, positions.back(), writer.name("f"), kUnknownCpu, index,
                   callFlags(CallEdge::Entry, CallSpace::User, 0));
    }
    builder.deliver(source, 0, writer.finishPart(0, 0));
    builder.endSource(source);
    const auto trace = builder.finish();
    ASSERT_EQ(trace->chunks(), 1U);
    const auto& chunk = trace->chunk(0);
    for (std::size_t row = 0; row < chunk.rows(); ++row)
        ASSERT_EQ(chunk.origin(row).position + chunk.position[row], positions[row]) << row;
}

}  // namespace
