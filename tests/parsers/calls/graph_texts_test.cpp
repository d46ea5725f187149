// SPDX-License-Identifier: GPL-3.0-or-later
/// Small texts of the function_graph tracer whose calls can be told by looking at them.
#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "tests/parsers/calls/tree_paths.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace {

using namespace kscope;
using model::DiagnosticKind;

const std::string kPlainHeader = "# tracer: function_graph\n"
                                 "#\n"
                                 "# CPU  DURATION                  FUNCTION CALLS\n"
                                 "# |     |   |                     |   |   |   |\n";
const std::string kTimeHeader = "# tracer: function_graph\n"
                                "#\n"
                                "#     TIME        CPU  DURATION                  FUNCTION CALLS\n"
                                "#      |          |     |   |                     |   |   |   |\n";

struct OpenedGraph {
    model::TracePtr trace;
    model::CallForestPtr forest;
};

OpenedGraph openGraph(const std::string& text) {
    const support::TemporaryFolder folder;
    const auto path = folder.write("trace.txt", text);
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    parsers::ImportOptions options;
    EXPECT_TRUE(parsers::importSource(path, builder, pool, options).has_value());
    auto trace = builder.finish();
    EXPECT_EQ(trace->sources()[0].kind, "function_graph");
    return {trace, model::deriveCalls(trace, pool)};
}

/// By path: "calls total self", with "open" where a length is not known.
std::map<std::string, std::string> graphPaths(const OpenedGraph& opened) {
    std::map<std::string, std::string> told;
    tests::eachPath(*opened.forest, [&](const std::string& path, const auto& node) {
        told[path] = std::to_string(node.calls) + " " + std::to_string(node.total) + " " +
                     std::to_string(node.self) + (node.exact() ? "" : " open");
    });
    return told;
}

using PathWords = std::map<std::string, std::string>;

TEST(GraphTexts, AMarkMayBeTheFirstByteOfALine) {
    const auto opened = openGraph("# tracer: function_graph\n"
                                  "#\n"
                                  "#     DURATION                  FUNCTION CALLS\n"
                                  "#      |   |                     |   |   |   |\n"
                                  "              |  vfs_fsync() {\n"
                                  "# 1234.567 us |    schedule();\n"
                                  "+ 28.810 us   |    mutex_unlock();\n"
                                  "# 2000.000 us |  } /* vfs_fsync */\n");
    EXPECT_EQ(graphPaths(opened), (PathWords{{"vfs_fsync", "1 2000000 736623"},
                                             {"vfs_fsync;schedule", "1 1234567 1234567"},
                                             {"vfs_fsync;mutex_unlock", "1 28810 28810"}}));
}

TEST(GraphTexts, NotesNameTheLineTheyAreAbout) {
    const auto opened = openGraph(kPlainHeader + " 0)               |  outer() {\n"  // line 5
                                                 " 0)   1.000 us    |    a();\n"
                                                 "this is no line of a trace\n"  // 7
                                                 " 0) + 10.000 us   |  }\n"
                                                 "nor is this");  // 9
    std::vector<std::uint64_t> lines;
    for (const auto& found : opened.trace->diagnostics().all())
        if (found.kind == DiagnosticKind::UnparsedLine)
            for (const auto& place : found.first) lines.push_back(place.line);
    EXPECT_EQ(lines, (std::vector<std::uint64_t>{7, 9}));
    EXPECT_EQ(opened.trace->diagnostics().count(DiagnosticKind::UnparsedLine), 2u);
}

/// Two captures in one file, the second with other columns: a brace of one closes nothing of the
/// other.
TEST(GraphTexts, DumpsBehindEachOtherAreTraces) {
    const auto opened = openGraph(kPlainHeader +
                                  " 0)               |  outer() {\n"
                                  " 0)   1.000 us    |    a();\n" +
                                  kTimeHeader +
                                  "  100.000005 |   0)   5.000 us    |    b();\n"
                                  "  100.000011 |   0) + 10.000 us   |  }\n"
                                  "  100.000012 |   0)               |  c() {\n"
                                  "  100.000013 |   0)   1.500 us    |    d();\n"
                                  "  100.000020 |   0)   8.000 us    |  }\n" +
                                  kPlainHeader + " 1)   3.000 us    |  e();\n");
    EXPECT_EQ(opened.trace->diagnostics().count(DiagnosticKind::UnparsedLine), 0u);
    EXPECT_EQ(opened.trace->diagnostics().count(DiagnosticKind::Concatenated), 2u);
    EXPECT_EQ(graphPaths(opened), (PathWords{{"outer", "1 1000 0 open"},
                                             {"outer;a", "1 1000 1000"},
                                             {"unknown", "1 10000 5000"},
                                             {"unknown;b", "1 5000 5000"},
                                             {"c", "1 8000 6500"},
                                             {"c;d", "1 1500 1500"},
                                             {"e", "1 3000 3000"}}));
    // The rows' text is read with the columns of their dump.
    const auto& source = *opened.trace->sources()[0].text;
    for (std::uint64_t i = 0; i < opened.trace->events(); ++i) {
        const auto event = opened.trace->event(model::EventIndex{i});
        const auto read = source.eventText(event.position);
        ASSERT_TRUE(read.has_value());
        if (opened.trace->text(event.name) == "d") {
            EXPECT_EQ(read->args, "1.500 us  d();");
        }
    }
}

TEST(GraphTexts, BracesTellWhereTheIndentationIsLost) {
    const auto opened = openGraph(kPlainHeader + " 0)               |  outer() {\n"
                                                 " 0)   1.000 us    |  a();\n"
                                                 " 0)               |  b() {\n"
                                                 " 0)   2.000 us    |  c();\n"
                                                 " 0)   5.000 us    |  }\n"
                                                 " 0) + 10.000 us   |  }\n");
    EXPECT_EQ(graphPaths(opened), (PathWords{{"outer", "1 10000 4000"},
                                             {"outer;a", "1 1000 1000"},
                                             {"outer;b", "1 5000 3000"},
                                             {"outer;b;c", "1 2000 2000"}}));
}

/// kernel/trace/fgraph.c prints the task's sum so far with each closing.
TEST(GraphTexts, OverrunsAreLosses) {
    const auto opened = openGraph(kPlainHeader + " 0)               |  a() {\n"
                                                 " 0)   1.000 us    |    b();\n"
                                                 " 0)   2.000 us    |  }\n"
                                                 " (Overruns: 0)\n"
                                                 " 0)               |  a() {\n"
                                                 " 0)   1.000 us    |    b();\n"
                                                 " 0)   2.000 us    |  }\n"
                                                 " (Overruns: 3)\n"
                                                 " 0)               |  a() {\n"
                                                 " 0)   1.000 us    |    b();\n"
                                                 " 0)   2.000 us    |  }\n"
                                                 " (Overruns: 5)\n");
    EXPECT_EQ(opened.trace->diagnostics().count(DiagnosticKind::LostEvents), 5u);
    EXPECT_EQ(graphPaths(opened), (PathWords{{"a", "3 6000 3000"}, {"a;b", "3 3000 3000"}}));
}

/// tracing_thresh: closings alone, callees first.
TEST(GraphTexts, ClosingsAloneNest) {
    const auto opened = openGraph(
        kPlainHeader + " 1) ! 555.483 us  |      } /* ext4_buffered_write_iter [ext4] */\n"
                       " 1) ! 593.161 us  |    } /* ext4_file_write_iter [ext4] */\n"
                       " 1) ! 626.068 us  |  } /* vfs_write */\n"
                       " 1) # 2080.328 us |                    } /* tick_sched_handle */\n"
                       " 1) * 24256.52 us |          } /* ext4_da_write_begin [ext4] */\n"
                       " 1) * 24448.36 us |  } /* vfs_write */\n");
    EXPECT_EQ(opened.trace->tables().calls, 0u);
    const std::string write = "vfs_write;ext4_file_write_iter [ext4]";
    const std::string begin = "vfs_write;ext4_da_write_begin [ext4]";
    EXPECT_EQ(graphPaths(opened),
              (PathWords{{"vfs_write", "2 25074428 224747"},
                         {write, "1 593161 37678"},
                         {write + ";ext4_buffered_write_iter [ext4]", "1 555483 555483"},
                         {begin, "1 24256520 22176192"},
                         {begin + ";tick_sched_handle", "1 2080328 2080328"}}));
    for (const auto& task : opened.forest->tasks())
        for (const auto& call : task.calls) {
            if (call.parent == model::kNoCall) continue;
            const auto& caller = task.calls[call.parent];
            EXPECT_GE(opened.forest->begin(call), opened.forest->begin(caller));
            EXPECT_LE(opened.forest->end(call), opened.forest->end(caller));
        }
}

}  // namespace
