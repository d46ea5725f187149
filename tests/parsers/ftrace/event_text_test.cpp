// SPDX-License-Identifier: GPL-3.0-or-later
/// An event's own text, its further lines and its stacks.
#include "parsers/ftrace/part_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kscope::parsers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

model::EventText readRow(std::string_view text) { return readEventText(detectLayout(text), text); }

TEST(EventText, GivesLineFlagsTgidAndArguments) {
    const auto text = readRow("            bash-29559   (  29559) [001] d.h1.   671.744957: "
                              "sched_waking: comm=a pid=1\n");
    EXPECT_EQ(
        text.line,
        "            bash-29559   (  29559) [001] d.h1.   671.744957: sched_waking: comm=a pid=1");
    EXPECT_EQ(text.flags, "d.h1.");
    EXPECT_EQ(text.args, "comm=a pid=1");
    EXPECT_EQ(text.tgid, model::Tid{29559});
    EXPECT_EQ(readRow("  a-5 [001] d..2. 1.000003: mutex_unlock <-rb_simple_write\r\n").args,
              "mutex_unlock <-rb_simple_write");
    EXPECT_EQ(readRow("  a-5 [001] d..2. 1.000003: sys_read(fd: 3)\n").args, "(fd: 3)");
    EXPECT_EQ(readRow("  a-5 [001] d..2. 1.000003: sys_read -> 0x3\n").args, "-> 0x3");
    EXPECT_EQ(readRow("  a-5 [001] d..2. 1.000003: # 1a buf: 00 01\n").args, "# 1a buf: 00 01");
}

TEST(EventText, TakesStacksOfTheSameTaskOnly) {
    const auto text = readRow(
        "  a-5 [001] d..2. 1.000003: x: y\n  b-6 [000] d..2. 1.000004: x: z\n"
        "  b-6 [000] d..2. 1.000004: <stack trace>\n => other\n"
        "  a-5 [001] d..2. 1.000005: <stack trace>\n => f+0x1a/0x40\n => nf_hook [nf_tables] <ff>\n"
        "  a-5 [001] d..2. 1.000005: <user stack trace>\n =>  <00007f95c5463ad7>\n"
        "  a-5 [001] d..2. 1.000006: x: y\n  a-5 [001] d..2. 1.000007: <stack trace>\n => later\n");
    EXPECT_THAT(text.stack, ElementsAre("f+0x1a/0x40", "nf_hook [nf_tables] <ff>"));
    EXPECT_THAT(text.userStack, ElementsAre("<00007f95c5463ad7>"));
    const auto without =
        readRow("  a-5 [001] d..2. 1.000003: x: y\n  a-5 [001] d..2. 1.000006: x: y\n => frame\n");
    EXPECT_THAT(without.stack, IsEmpty());
    EXPECT_THAT(readRow("  a-5 [001] d..2. 1.000003: x: y\n => frame\n => next\n").stack,
                ElementsAre("frame", "next"));
}

TEST(EventText, KeepsAMarkersLines) {
    const auto text = readRow(
        "  a-5 [001] ..... 1.000003: tracing_mark_write: first  \n\n[000] x\n   indented\n\n"
        "  a-5 [001] d..2. 1.000006: x: y\n");
    EXPECT_EQ(text.args, "first  \n\n[000] x\n   indented");
}

TEST(EventText, JoinsWrappedArguments) {
    EXPECT_EQ(readRow("bash-1709  [003] d... 15710.528734: workqueue_queue_work: work struct=00 "
                      "\nfunction=flush_to_ldisc cpu=3\n")
                  .args,
              "work struct=00 function=flush_to_ldisc cpu=3");
    EXPECT_EQ(readRow("bash-1709  [003] d...\n15710.528736: sched_waking: comm=a pid=2 prio=120 "
                      "target_cpu=001\n")
                  .args,
              "comm=a pid=2 prio=120 target_cpu=001");
}

TEST(EventText, UndoesNoBreakSpaces) {
    const auto text = readRow(
        "lxpanel-730 [002] d.h.\xc2\xa0 \xc2\xa0"
        "909.253310: sched_wakeup: comm=ibus-x11 pid=717 prio=120 target_cpu=002\xc2\xa0 \n");
    EXPECT_EQ(text.args, "comm=ibus-x11 pid=717 prio=120 target_cpu=002");
    EXPECT_EQ(text.flags, "d.h.");
}

TEST(EventText, SurvivesText) {
    for (const auto* const text :
         {"", "\n", "x", " => f\n", "CPU:1 [LOST EVENTS]\n", "-", "# tracer: nop\n"}) {
        EXPECT_THAT(readRow(text).stack, testing::SizeIs(testing::Le(1U))) << text;
    }
}

}  // namespace
}  // namespace kscope::parsers
