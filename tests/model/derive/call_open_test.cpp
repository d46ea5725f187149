// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls of which something is missing: their end, their entry, all their lengths.
#include "model/derive/call_export.h"
#include "model/derive/call_filter.h"
#include "model/derive/call_functions.h"
#include "model/store/trace_builder.h"
#include "tests/support/call_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace {

using namespace kscope::model;

struct TextEdge {
    std::int64_t time;
    const char* name;
    std::uint32_t depth;
    CallEdge edge;
    std::int64_t length = -1;  // that the line tells
};

constexpr auto kIn = CallEdge::Entry;
constexpr auto kOut = CallEdge::Exit;

/// Rows as function_graph's lines make them: nothing tells how long an open call went on.
CallForestPtr graphCalls(const std::vector<TextEdge>& edges, ThreadPool& pool) {
    kscope::support::CallRows rows("function_graph");
    for (const auto& edge : edges) {
        rows.add({edge.time, edge.name, callFlags(edge.edge, CallSpace::Kernel, edge.depth)});
        if (edge.length >= 0) rows.addDuration(edge.length);
    }
    return rows.calls(pool);
}

/// "path calls total self", outermost first.
std::map<std::string, std::string> nodesOf(const CallForest& forest, ThreadPool& pool) {
    const auto tree = callTree(forest, {}, pool);
    std::map<std::string, std::string> told;
    std::vector<std::string> paths(tree.nodes.size());
    for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
        const auto& node = tree.nodes[i];
        paths[i] =
            paths[node.parent] + ";" + std::string(forest.trace().text(node.function.name()));
        told[paths[i]] = std::to_string(node.calls) + " " + std::to_string(node.total) + " " +
                         std::to_string(node.self) + (node.exact() ? "" : " at least");
    }
    return told;
}

std::string foldedOf(const CallForest& forest, ThreadPool& pool) {
    std::string text;
    EXPECT_TRUE(writeFolded(forest, {}, pool, [&](std::string_view piece) {
        text += piece;
        return true;
    }));
    return text;
}

TEST(OpenCalls, WeighAtLeastWhatTheyCalled) {
    ThreadPool pool(2);
    // do_exit never ends; one of its two calls of mm is left by none either.
    const auto forest = graphCalls({{0, "write", 0, kIn},
                                    {10, "write", 0, kOut},
                                    {20, "do_exit", 0, kIn},
                                    {30, "mm", 1, kIn},
                                    {35, "free", 2, kIn},
                                    {45, "free", 2, kOut},
                                    {50, "mm", 1, kOut},
                                    {60, "mm", 1, kIn},
                                    {61, "free", 2, kIn},
                                    {64, "free", 2, kOut}},
                                   pool);
    const std::map<std::string, std::string> wanted{
        {";write", "1 10 10"},
        {";do_exit", "1 23 0 at least"},
        {";do_exit;mm", "2 23 10 at least"},
        {";do_exit;mm;free", "2 13 13"},
    };
    EXPECT_EQ(nodesOf(*forest, pool), wanted);
    EXPECT_EQ(callTree(*forest, {}, pool).nodes[0].total, 33);
    EXPECT_EQ(foldedOf(*forest, pool), "write 10\ndo_exit;mm 10\ndo_exit;mm;free 13\n");
}

TEST(OpenCalls, ArePairsWithoutALength) {
    ThreadPool pool(2);
    const auto forest = graphCalls(
        {{0, "a", 0, kIn}, {5, "b", 1, kIn}, {9, "b", 1, kOut}, {12, "b", 1, kIn}}, pool);
    for (const auto& pair : callPairs(*forest, {}, pool)) {
        const auto name = forest->trace().text(pair.callee.name());
        EXPECT_EQ(pair.calls, name == "a" ? 1u : 2u);
        EXPECT_EQ(pair.open, 1u) << name;
    }
}

TEST(OpenCalls, AreCountedInFoldedStacksWhereNothingHasALength) {
    ThreadPool pool(2);
    const auto forest = graphCalls({{0, "a", 0, kIn},
                                    {1, "b", 1, kIn},
                                    {2, "b", 1, kOut, kUnknownDuration},
                                    {3, "b", 1, kIn},
                                    {4, "b", 1, kOut, kUnknownDuration},
                                    {5, "a", 0, kOut, kUnknownDuration}},
                                   pool);
    EXPECT_EQ(foldedOf(*forest, pool), "a 1\na;b 2\n");
}

/// tracing_thresh prints closings alone; formats.md 2.1: each line is a complete call of its depth.
TEST(Closings, AreNestedByTheirOrderAndDepth) {
    ThreadPool pool(2);
    const auto forest = graphCalls({{600, "ext4_file_write_iter", 1, kOut, 593},
                                    {626, "vfs_write", 0, kOut, 626},
                                    {2700, "tick_sched_handle", 9, kOut, 2080},
                                    {2740, "tick_sched_timer", 8, kOut, 2110},
                                    {25000, "generic_perform_write", 3, kOut, 24431},
                                    {25100, "vfs_write", 0, kOut, 24448},
                                    // Too long for what follows: its own caller is missing.
                                    {90000, "lost", 2, kOut, 60000},
                                    {91000, "short", 1, kOut, 1010}},
                                   pool);
    const std::map<std::string, std::string> wanted{
        {";vfs_write", "2 25074 50"},
        {";vfs_write;ext4_file_write_iter", "1 593 593"},
        {";vfs_write;generic_perform_write", "1 24431 22321"},
        {";vfs_write;generic_perform_write;tick_sched_timer", "1 2110 30"},
        {";vfs_write;generic_perform_write;tick_sched_timer;tick_sched_handle", "1 2080 2080"},
        {";lost", "1 60000 60000"},
        {";short", "1 1010 1010"},
    };
    EXPECT_EQ(nodesOf(*forest, pool), wanted);
    // Callees shorter than the threshold are nowhere: nobody's self time is known.
    for (const auto& row : functionReport(*forest, {}, pool).rows) {
        EXPECT_TRUE(row.totalExact);
        EXPECT_FALSE(row.selfExact);
    }
    for (const auto& task : forest->tasks())
        for (std::uint32_t i = 0; i < task.calls.size(); ++i) {
            EXPECT_TRUE(task.calls[i].parent == kNoCall || task.calls[i].parent < i);
        }
}

TEST(CallFilters, KeepTheSourceOfACall) {
    ThreadPool pool(2);
    TraceBuilder builder;
    for (int each = 0; each < 2; ++each) {
        SourceInfo info;
        info.path = "made";
        info.kind = "uftrace";
        const auto source = builder.addSource(std::move(info));
        ChunkWriter writer;
        writer.beginPart(source, 0, 1);
        for (const std::int64_t time : {10, 20}) {
            (void)writer.prepare(time + each, static_cast<std::uint64_t>(time));
            const auto task = writer.task(Tid{7}, "made", kUnknownCpu);
            writer.add(time + each, static_cast<std::uint64_t>(time), writer.name("f"), kUnknownCpu,
                       task, callFlags(time == 10 ? kIn : kOut, CallSpace::User, 0));
        }
        builder.deliver(source, 0, writer.finishPart(0, 0));
        builder.endSource(source);
    }
    const auto forest = deriveCalls(builder.finish(), pool);
    CallFilter filter;
    filter.only = {"f"};
    const auto left = filterCalls(forest, filter, pool);
    ASSERT_EQ(left->tasks().size(), 2u);
    EXPECT_EQ(left->tasks()[0].source, SourceId{0});
    EXPECT_EQ(left->tasks()[1].source, SourceId{1});
}

}  // namespace
