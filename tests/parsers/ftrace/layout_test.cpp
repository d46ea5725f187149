// SPDX-License-Identifier: GPL-3.0-or-later
/// What the head of a source tells.
#include "parsers/ftrace/evidence.h"
#include "parsers/ftrace/part_parser.h"
#include "tests/support/trace_generator.h"

#include <gtest/gtest.h>

namespace kscope::parsers {
namespace {

using Form = FtraceLayout::Form;

TEST(Evidence, SeesFtraceTextByHeaderOrLines) {
    const auto empty =
        weighFtrace("# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:4\n");
    EXPECT_EQ(empty.kind, "ftrace-text");
    EXPECT_EQ(empty.why, "tracer header and 0 context lines");
    EXPECT_EQ(weighFtrace("  a-5 [001] d..2. 1.000003: x: y\n").kind, "ftrace-text");
    EXPECT_EQ(weighFtrace("           <...>-2389 : signal_deliver: sig=9\n").kind, "ftrace-text");
    EXPECT_EQ(weighFtrace("\xef\xbb\xbf# tracer: nop\n").kind, "ftrace-text");
    EXPECT_EQ(weighFtrace(" => f\n => g\n").kind, "ftrace-text");
}

TEST(Evidence, TellsReportsAndGraphsApart) {
    EXPECT_EQ(
        weighFtrace(
            "cpus=4\n          <idle>-0     [000]    40.852246: sched_waking:         comm=a\n")
            .kind,
        "trace-cmd-report");
    EXPECT_EQ(
        weighFtrace(
            " a-4734  [002] 106439.675591: sched_switch:         x:4734 [120] R ==> m:18 [0]\n")
            .kind,
        "trace-cmd-report");
    EXPECT_EQ(weighFtrace("cpus=4\n a-287   [003]    48.802717: funcgraph_entry:                   "
                          "|  vfs_open() {\n"
                          " a-287   [003]    48.802816: funcgraph_entry:      + 79.367 us  |    "
                          "ext4_file_open();\n"
                          " a-287   [003]    48.803067: funcgraph_exit:       ! 352.366 us |  }\n")
                  .kind,
              "trace-cmd-report");
    EXPECT_EQ(weighFtrace("# tracer: function_graph\n").kind, "function_graph");
    EXPECT_EQ(
        weighFtrace(
            " 0)               |  do_IRQ() {\n 0)   0.5 us    |    f();\n 0)   1.2 us    |  }\n")
            .kind,
        "function_graph");
    EXPECT_EQ(weighFtrace("# tracer: irqsoff\n        0 us |   0)   bash-1507    |  d... |   0.000 "
                          "us    |  f();\n"
                          "        0 us |   0)   bash-1507    |  d... |   0.000 us    |  f();\n"
                          "        0 us |   0)   bash-1507    |  d... |   0.000 us    |  f();\n")
                  .kind,
              "ftrace-text");  // option display-graph of a latency tracer
}

TEST(Evidence, SeesNothingInOtherText) {
    for (const auto* const text :
         {"", "hello\nworld\n", "int main() {\n    return 0;\n}\n",
          "# event histogram\n#\n{ next_pid: 1 } hitcount: 2\n",
          " 337.910 us [   472] |     fill();\n            [   472] |   put() {\n            [   "
          "472] | } /* x */\n",
          "bash 1234 [001] 12.500000: sched:sched_switch: prev_comm=a\nbash 1234 [001] 12.500001: "
          "sched:sched_switch: x\n",
          "---------------------------------------\n--------------------------------\n-------------"
          "----------------\n"}) {
        EXPECT_EQ(weighFtrace(text).kind, "") << text;
    }
}

TEST(Layout, FindsTheColumnsOfEveryVariant) {
    const auto of = [](support::TraceLayout layout) {
        return detectLayout(support::generateTrace({.events = 200, .seed = 1, .layout = layout}));
    };
    const auto plain = of(support::TraceLayout::Default);
    EXPECT_TRUE(plain.fixedColumns);
    EXPECT_EQ(plain.bracketColumn, 25);
    EXPECT_EQ(plain.flagWidth, 5);
    EXPECT_EQ(plain.clock.tickNs, 1000);
    EXPECT_EQ(plain.legendWidth, 5);
    const auto tgid = of(support::TraceLayout::Tgid);
    EXPECT_TRUE(tgid.commAt16);
    EXPECT_EQ(tgid.bracketColumn, 35);
    EXPECT_EQ(of(support::TraceLayout::FourFlags).flagWidth, 4);
    EXPECT_EQ(of(support::TraceLayout::NoIrqInfo).flagWidth, 0);
    EXPECT_EQ(of(support::TraceLayout::Nanoseconds).clock.tickNs, 1);
    EXPECT_FALSE(of(support::TraceLayout::Unpadded).commAt16);
}

TEST(Layout, KnowsOptionsByTheirLines) {
    EXPECT_EQ(detectLayout("# tracer: nop\n0 3 105365607650 type: 319\n").form, Form::Raw);
    EXPECT_EQ(detectLayout("# tracer: nop\n0000047b 00000000 00000018fd631b2f type: 313\n\n").form,
              Form::Hex);
    EXPECT_EQ(detectLayout("# tracer: nop\nsched_switch: prev_comm=a\n").form, Form::NoContext);
    EXPECT_EQ(detectLayout("# tracer: blk\n  8,0    2   110.296455670   662  A  WS 1 + 1\n").form,
              Form::Blk);
    EXPECT_EQ(detectLayout("# tracer: nop\n            bash-1 [001] .....          392: a: b\n")
                  .clock.counter,
              true);
    const auto latency = detectLayout("# tracer: nop\n    bash-607       0d.s3. 483990us!: a: b\n");
    EXPECT_TRUE(latency.latency);
    EXPECT_TRUE(latency.clock.relative);
    EXPECT_TRUE(
        detectLayout(
            "1 bash-895 [003] .... 909.253260: a: b\n2 bash-895 [003] .... 909.253298: a: b\n")
            .lineNumbers);
    EXPECT_FALSE(detectLayout("            2 b-895 [003] .... 909.253260: a: b\n            1 "
                              "b-895 [003] .... 909.253298: a: b\n")
                     .lineNumbers);
}

}  // namespace
}  // namespace kscope::parsers
