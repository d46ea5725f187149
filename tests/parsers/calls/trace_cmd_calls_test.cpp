// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls of function_graph as `trace-cmd report` prints them: a leaf is one line, braces have no
/// name.
#include "model/derive/call_functions.h"
#include "model/words/call_sentence.h"
#include "parsers/ftrace/graph_edges.h"
#include "parsers/importers.h"
#include "tests/parsers/calls/tree_paths.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>

namespace {

using namespace kscope;
using model::CallEdge;

struct TraceCmdCalls {
    model::TracePtr trace;
    model::CallForestPtr forest;
};

TraceCmdCalls openTraceCmd(const std::string& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    EXPECT_TRUE(parsers::importSource(path, builder, pool, {}).has_value()) << path;
    auto trace = builder.finish();
    EXPECT_EQ(trace->sources()[0].kind, "trace-cmd-report") << path;
    return {trace, model::deriveCalls(trace, pool)};
}

/// By path: calls, total and self in ns.
using TraceCmdSums = std::map<std::string, std::tuple<std::uint64_t, std::int64_t, std::int64_t>>;
TraceCmdSums sumsOf(const TraceCmdCalls& opened) {
    TraceCmdSums sums;
    tests::eachPath(*opened.forest, [&](const std::string& path, const auto& node) {
        sums[path] = {node.calls, node.total, node.self};
    });
    return sums;
}

const std::string kTwoTasks =
    "cpus=2\n"
    "            work-287   [001]    48.802700: funcgraph_entry:                   |  vfs_open() "
    "{\n"
    "            work-287   [001]    48.802800: funcgraph_entry:      + 79.367 us  |    "
    "ext4_file_open();\n"
    "             cat-9     [000]    48.802810: funcgraph_entry:        1.000 us   |  leaf();\n"
    "            work-287   [001]    48.802900: funcgraph_entry:                   |    inner() {\n"
    "            work-287   [001]    48.802901: sched_wakeup:         cat:9 [120] CPU:000\n"
    "            work-287   [001]    48.802950: funcgraph_exit:       + 50.500 us  |    }\n"
    "            work-287   [001]    48.803052: funcgraph_exit:       ! 352.366 us |  }\n"
    "            work-287   [001]    48.803060: funcgraph_exit:         9.000 us   |  }\n"
    "            work-287   [001]    48.803070: funcgraph_entry:                   |  last() {\n";

TEST(TraceCmdGraph, ALineIsAnEntryAnExitOrALeaf) {
    const auto entry =
        parsers::readGraphEdge("funcgraph_entry", "                   |  vfs_open() {");
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->name, "vfs_open");
    EXPECT_EQ(entry->depth, 0u);
    EXPECT_EQ(entry->duration, -1);
    const auto leaf =
        parsers::readGraphEdge("funcgraph_entry", "      # 1234.567 us |      f [ext4]();");
    ASSERT_TRUE(leaf);
    EXPECT_EQ(leaf->name, "f [ext4]");
    EXPECT_EQ(leaf->depth, 2u);
    EXPECT_EQ(leaf->duration, 1'234'567);
    const auto named = parsers::readGraphEdge("funcgraph_exit", " ! 352.366 us |    } /* g */");
    ASSERT_TRUE(named);
    EXPECT_EQ(named->edge, CallEdge::Exit);
    EXPECT_EQ(named->name, "g");
    EXPECT_EQ(named->depth, 1u);
    const auto raw = parsers::readGraphEdge(
        "funcgraph_exit", " func=f depth=1 overrun=0 calltime=b72463285 rettime=b7247688c");
    ASSERT_TRUE(raw);
    EXPECT_EQ(raw->name, "f");
    EXPECT_EQ(raw->duration, 79'367);
    for (const std::string_view odd :
         {"", "|", "  |  f()", "  |  }", "3 us | f", "func= depth=1", "func=f depth=-1", "func=f"})
        EXPECT_FALSE(parsers::readGraphEdge("funcgraph_entry", odd)) << odd;
    EXPECT_FALSE(parsers::readGraphEdge("funcgraph_exit", " 1.0 us | f();"));
}

TEST(TraceCmdGraph, LinesMakeCallsAndStayOneEventEach) {
    const support::TemporaryFolder folder;
    const auto opened = openTraceCmd(folder.write("report.txt", kTwoTasks));
    EXPECT_EQ(opened.trace->events(), 9u);
    const auto closing = opened.trace->event(model::EventIndex{6});
    EXPECT_TRUE(model::callSentence(*opened.trace, closing, "").starts_with("vfs_open returns"));
    const TraceCmdSums expected{
        {"vfs_open", {1, 352'366, 352'366 - 79'367 - 50'500}},
        {"vfs_open;ext4_file_open", {1, 79'367, 79'367}},
        {"vfs_open;inner", {1, 50'500, 50'500}},
        {"leaf", {1, 1'000, 1'000}},
        {"unknown", {1, 9'000, 9'000}},
    };
    auto sums = sumsOf(opened);
    EXPECT_EQ(std::get<0>(sums["last"]), 1u);  // open at the end: its length is not known
    sums.erase("last");
    EXPECT_EQ(sums, expected);
}

TEST(TraceCmdGraph, ALeafLastsAsLongAsItsLineSays) {
    const support::TemporaryFolder folder;
    const auto opened = openTraceCmd(folder.write("report.txt", kTwoTasks));
    std::size_t found = 0;
    for (const auto& task : opened.forest->tasks())
        for (const auto& call : task.calls) {
            const auto name = opened.trace->text(opened.forest->function(call).name());
            if (name != "ext4_file_open") continue;
            ++found;
            EXPECT_EQ(opened.forest->end(call) - opened.forest->begin(call), 79'367);
            const auto event = opened.trace->event(opened.forest->eventOf(call.entry));
            EXPECT_TRUE(
                model::callSentence(*opened.trace, event, "")
                    .starts_with("ext4_file_open begins, called by vfs_open, and returns after 79"))
                << model::callSentence(*opened.trace, event, "");
        }
    EXPECT_EQ(found, 1u);
}

TEST(TraceCmdGraph, EveryWayToPrintACaptureGivesTheSameCalls) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "the folder of captures is not there: set KSCOPE_SHARED";
    for (const std::string folder : {"function-graph", "function-graph-v6"}) {
        const auto home = *data / "guest/trace-cmd" / folder;
        const auto plain = sumsOf(openTraceCmd(home / "report.txt"));
        EXPECT_GT(plain.size(), 5u);
        EXPECT_EQ(sumsOf(openTraceCmd(home / "report-t.txt")), plain) << folder;
        const bool packed = std::filesystem::exists(home / "report-R.txt.xz");
        EXPECT_EQ(sumsOf(openTraceCmd(home / (packed ? "report-R.txt.xz" : "report-R.txt"))), plain)
            << folder;
        if (packed) {
            EXPECT_EQ(sumsOf(openTraceCmd(home / "report-fgraph-opts.txt")), plain);
        }
    }
}

}  // namespace
