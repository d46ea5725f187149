// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines that become rows, and lines that are only counted.
#include "tests/parsers/ftrace/parsed.h"
#include "tests/support/trace_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kscope::tests {
namespace {

using model::DiagnosticKind;
using testing::ElementsAre;

constexpr std::string_view kHeader =
    "# tracer: nop\n#\n# entries-in-buffer/entries-written: 9/9   #P:2\n#\n";

std::string withHeader(std::string_view lines) { return std::string(kHeader) + std::string(lines); }

TEST(PartParser, MakesARowOfEachContextLine) {
    const auto parsed = parseText(withHeader(
        "            bash-12      [001] d.h1.     9.000001: irq_handler_entry: irq=24 "
        "name=nvme0q1\n"
        "            bash-12      [001] d.h1.     9.000003: softirq_raise: vec=4 [action=BLOCK]\n"
        "            bash-12      [001] d.h1.     9.000004: irq_handler_exit: irq=24 ret=handled\n"
        "            bash-12      [001] d..2.     9.000009: sched_switch: prev_comm=bash "
        "prev_pid=12 prev_prio=120 prev_state=S ==> "
        "next_comm=swapper/1 next_pid=0 next_prio=120\n"
        "          <idle>-0       [001] d.h3.     9.000011: sched_waking: comm=bash pid=12 "
        "prio=120 target_cpu=001\n"));
    ASSERT_EQ(parsed.rows.size(), 5U);
    EXPECT_EQ(parsed.rows[0], (ParsedRow{9'000'001'000, 1, 12, "bash", "irq_handler_entry", "d.h1.",
                                         66, "entry irq 24 nvme0q1"}));
    EXPECT_EQ(parsed.rows[1].typed, "raise 4");
    EXPECT_EQ(parsed.rows[2].typed, "exit irq 24 nvme0q1");
    EXPECT_EQ(parsed.rows[3].typed, "switch bash-12 sleeping > swapper/1-0 prio 120");
    EXPECT_EQ(parsed.rows[4].typed, "waking bash-12 on 1 prio 120");
    EXPECT_EQ(parsed.lines, 9U);
    EXPECT_TRUE(parsed.diagnostics.empty());
}

TEST(PartParser, KeepsTheNanosecondsOfALineThatIsFinerThanTheHead) {
    std::string text(kHeader);
    for (int i = 0; i < 3; ++i)
        text += "            bash-12      [001] d.h1.     9.00000" + std::to_string(i) + ": a: b\n";
    const auto layout = parsers::detectLayout(text);
    EXPECT_EQ(layout.clock.tickNs, 1000);
    text += "            bash-12      [001] d.h1.     9.000003123: a: b\n            bash-12      "
            "[001] d.h1.     9.000004: a: b\n";
    const auto parsed = parseText(text, layout);
    ASSERT_EQ(parsed.rows.size(), 5U);
    EXPECT_EQ(parsed.rows[3].ns, 9'000'003'123);
    EXPECT_EQ(parsed.rows[4].ns, 9'000'004'000);
    EXPECT_EQ(parsed.rows[0].ns, 9'000'000'000);
}

TEST(PartParser, CountsWhatIsOutOfRangeAndKeepsTheRow) {
    const auto parsed = parseText(
        "  a-4294967295 [001] d..2. 1.000001: x: y\n"
        "  a-5 [100000] d..2. 1.000002: x: y\n"
        "  a-5 [001] d..2. 99999999999999.000002: x: y\n"
        "  a-5 [001] d..2. 1.000003: sched_waking: comm=b pid=4294967295 prio=1 target_cpu=001\n"
        "  a-5 [001] d..2. 1.000004: sched_waking: comm=b pid=6 prio=1 target_cpu=99999\n");
    ASSERT_EQ(parsed.rows.size(), 5U);
    EXPECT_EQ(parsed.rows[0].tid, -1);
    EXPECT_EQ(parsed.rows[1].cpu, -1);
    EXPECT_EQ(parsed.rows[2].ns, 1'000'002'000);  // that of the line before
    EXPECT_EQ(parsed.rows[4].typed, "waking b-6 on ? prio 1");
    EXPECT_EQ(parsed.count(DiagnosticKind::PidOutOfRange), 2U);
    EXPECT_EQ(parsed.count(DiagnosticKind::CpuOutOfRange), 2U);
    EXPECT_EQ(parsed.count(DiagnosticKind::BadTime), 1U);
}

TEST(PartParser, LeavesOutAWakeupThatDidNotHappen) {
    const auto parsed = parseText(
        "  a-5 [001] d..2. 1.000003: sched_wakeup: comm=b pid=6 prio=1 success=0 target_cpu=001\n"
        "  a-5 [001] d..2. 1.000004: sched_wakeup: comm=b pid=6 prio=1 success=1 target_cpu=001\n");
    EXPECT_EQ(parsed.rows[0].typed, "");
    EXPECT_EQ(parsed.rows[1].typed, "wakeup b-6 on 1 prio 1");
}

TEST(PartParser, TellsThreadsFromProcesses) {
    const auto parsed = parseText(
        "  a-5 [001] d..2. 1.000003: task_newtask: pid=6 comm=a clone_flags=3d0f00 "
        "oom_score_adj=0\n"
        "  a-5 [001] d..2. 1.000004: sched_process_fork: comm=a pid=5 child_comm=a child_pid=6\n"
        "  a-6 [000] d..2. 1.000005: task_rename: pid=6 oldcomm=a newcomm=b oom_score_adj=0\n"
        "  b-6 [000] d..2. 1.000006: sched_process_exec: filename=/bin/b pid=6 old_pid=6\n"
        "  b-6 [000] d..2. 1.000007: sched_process_exit: comm=b pid=6 prio=120\n");
    EXPECT_EQ(parsed.rows[0].typed, "newtask a-5 > a-6 thread '' ''");
    EXPECT_EQ(parsed.rows[1].typed, "fork a-5 > a-6 '' ''");
    EXPECT_EQ(parsed.rows[2].typed, "rename a-6 > a-6 'b' 'a'");
    EXPECT_EQ(parsed.rows[3].typed, "exec b-6 > b-6 '/bin/b' ''");
    EXPECT_EQ(parsed.rows[4].typed, "exit b-6 > b-6 '' ''");
}

TEST(PartParser, CountsLostEventsInEveryWording) {
    const auto parsed = parseText(
        "CPU:1 [LOST 12 EVENTS]\n  a-5 [001] d..2. 1.000003: x: y\nCPU:0 [LOST EVENTS]\n"
        "CPU:1 [3 EVENTS DROPPED]\nCPU:2 [EVENTS DROPPED]\n##### CPU 2 buffer started ####\n"
        "  a-5 [002] d..2. 1.000004: x: y\n");
    EXPECT_THAT(parsed.lost, ElementsAre("cpu 1: 12", "cpu 0: 0", "cpu 1: 3", "cpu 2: 0"));
    EXPECT_EQ(parsed.count(DiagnosticKind::LostEvents), 17U);
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::BufferStarted), ElementsAre(6U));
    EXPECT_EQ(parsed.rows.size(), 2U);
}

TEST(PartParser, AttachesStacksToTheEventOfTheSameCpuAndPid) {
    const std::string text =
        withHeader("            bash-12      [001] d.h1.     9.000001: a: b\n"
                   "            java-13      [000] d.h1.     9.000002: c: d\n"
                   "            bash-12      [001] d.h1.     9.000003: <stack trace>\n"
                   " => schedule\n => nf_hook [nf_tables] <ffff>\n"
                   "            java-13      [000] d.h1.     9.000004: <user stack trace>\n"
                   " =>  <00007f95c5463ad7>\n");
    const auto parsed = parseText(text);
    ASSERT_EQ(parsed.rows.size(), 2U);
    const auto header = [&](std::string_view words) {
        return text.rfind('\n', text.find(words)) + 1;
    };
    EXPECT_THAT(parsed.stacks,
                ElementsAre(ParsedStack{parsed.rows[0].position, header("<stack trace>"), false},
                            ParsedStack{parsed.rows[1].position, header("<user stack"), true}));
    EXPECT_TRUE(parsed.diagnostics.empty());
}

TEST(PartParser, CountsFramesBeforeAnyEvent) {
    const auto parsed =
        parseText("=> enqueue_task_fair\n=> ttwu_do_activate\n"
                  "           sshd-1417    [002] d... 16634.918520: a: b\n => frame\n");
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::OrphanStack), ElementsAre(1U, 2U));
    EXPECT_EQ(parsed.stacks.size(), 1U);  // a frame right behind its event needs no header
}

TEST(PartParser, SaysHowManyEventsWereOverwritten) {
    for (const auto* const header :
         {"# entries-in-buffer/entries-written: 1/13   #P:4\n",
          "# latency: 0 us, #1/13, CPU#0 | (M:PREEMPT(none) VP:0, KP:0, SP:0 HP:0 #P:2)\n"}) {
        const auto parsed = parseText(std::string("# tracer: nop\n#\n") + header +
                                      "            bash-12      [001] d.h1.     9.000001: a: b\n");
        EXPECT_EQ(parsed.count(DiagnosticKind::Overwritten), 12U) << header;
        EXPECT_THAT(parsed.linesOf(DiagnosticKind::Overwritten), ElementsAre(3U));
    }
    EXPECT_TRUE(parseText(withHeader("            bash-12      [001] d.h1.     9.1: a: b\n"))
                    .diagnostics.empty());
}

TEST(PartParser, SaysTheLineOfAStackWhoseEventIsNotThere) {
    const auto parsed =
        parseText(withHeader("            bash-12      [001] d.h1.     9.000001: a: b\n"
                             "            java-13      [000] d.h1.     9.000003: <stack trace>\n"
                             " => schedule\n"));
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::OrphanStack), ElementsAre(6U));
    EXPECT_EQ(parsed.stacks.size(), 0U);
}

TEST(PartParser, KeepsAMarkersFurtherLinesWithIt) {
    const auto parsed = parseText(
        withHeader("            bash-12      [001] .....     9.000001: tracing_mark_write: first\n"
                   "\n[000] x\nsecond: line\n"
                   "            bash-12      [001] .....     9.000002: a: b\nodd\n"));
    EXPECT_THAT(parsed.names(), ElementsAre("print", "a"));
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::UnparsedLine), ElementsAre(10U));
}

TEST(PartParser, JoinsWrappedLines) {
    const auto parsed = parseText("bash-1709  [003] d... 15710.528734: workqueue_queue_work: work "
                                  "struct=000000006ed0833c \nfunction=flush_to_ldisc cpu=3\n"
                                  "bash-1709  [003] d... 15710.528735: sched_switch: "
                                  "prev_comm=bash prev_pid=1709 prev_prio=120 prev_state=S\n"
                                  "==> next_comm=a next_pid=2 next_prio=120\n"
                                  "bash-1709  [003] d... \n15710.528736: sched_waking: comm=a "
                                  "pid=2 prio=120 target_cpu=001\n");
    ASSERT_EQ(parsed.rows.size(), 3U);
    EXPECT_EQ(parsed.rows[1].typed, "switch bash-1709 sleeping > a-2 prio 120");
    EXPECT_EQ(parsed.rows[2].typed, "waking a-2 on 1 prio 120");
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::WrappedLine), ElementsAre(2U, 4U, 6U));
    EXPECT_EQ(parsed.count(DiagnosticKind::UnparsedLine), 0U);
}

TEST(PartParser, SaysWhereTheFileIsCut) {
    const auto half = parseText("  a-5 [001] d..2. 1.000003: x: y\n  a-5 [001] d..2. 1.000004: "
                                "sched_switch: prev_comm=b prev");
    EXPECT_EQ(half.rows.size(), 2U);
    EXPECT_THAT(half.linesOf(DiagnosticKind::CutLine), ElementsAre(2U));
    const auto torn = parseText("  a-5 [001] d..2. 1.000003: x: y\n  a-5 [001] d..");
    EXPECT_EQ(torn.rows.size(), 1U);
    EXPECT_THAT(torn.linesOf(DiagnosticKind::CutLine), ElementsAre(2U));
    EXPECT_EQ(torn.lines, 1U);
}

TEST(PartParser, CountsElisionsAndNullBytes) {
    const auto parsed =
        parseText(std::string("  a-5 [001] d..2. 1.000003: x: y\n...\n[snip]\n\xe2\x80\xa6\n  a-5 "
                              "[001] d..2. 1.000004: x: \0\0\n",
                              82));
    EXPECT_EQ(parsed.rows.size(), 2U);
    EXPECT_EQ(parsed.count(DiagnosticKind::Elision), 3U);
    EXPECT_EQ(parsed.count(DiagnosticKind::NulBytes), 2U);
}

TEST(PartParser, GivesLinesWithoutTimeThatOfTheirNeighbour) {
    const auto parsed = parseText(
        "           <...>-2389 : signal_deliver: sig=9 errno=0 code=0 sa_handler=0 sa_flags=0\n"
        "  a-5 [001] d..2. 1.000003: x: y\n  a-5 [001] sched_waking: comm=b pid=6 prio=1 "
        "target_cpu=001\n");
    ASSERT_EQ(parsed.rows.size(), 3U);
    EXPECT_EQ(parsed.rows[0].ns, 1'000'003'000);
    EXPECT_EQ(parsed.rows[0].cpu, -1);
    EXPECT_EQ(parsed.rows[2].ns, 1'000'003'000);
    EXPECT_EQ(parsed.count(DiagnosticKind::MissingTime), 2U);
    EXPECT_EQ(parsed.count(DiagnosticKind::MissingCpu), 1U);
}

TEST(PartParser, ReadsCarriageReturns) {
    const auto parsed =
        parseText("  a-5 [001] d..2. 1.000003: softirq_entry: vec=1 [action=TIMER]\r\n"
                  "  a-5 [001] d..2. 1.000004: irq_handler_entry: irq=3 name=x\r\n\r\n"
                  "  a-5 [001] d..2. 1.000005: irq_handler_exit: irq=3 ret=handled\r\n"
                  "  a-5 [001] d..2. 1.000006: irq_handler_entry: irq=3 name=x\r\n");
    EXPECT_EQ(parsed.rows[0].typed, "entry soft 1");
    EXPECT_EQ(parsed.rows[3].typed, "entry irq 3 x");
    EXPECT_TRUE(parsed.diagnostics.empty());
}

TEST(PartParser, SaysThatDumpsWereJoined) {
    const auto parsed =
        parseText(withHeader("  a-5 [001] d..2. 5.000003: x: y\n# tracer: hwlat\n  a-5 [001] d..2. "
                             "1.000003: #1 inner/outer(us): 1/2\n"));
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::Concatenated), ElementsAre(6U));
    EXPECT_THAT(parsed.names(), ElementsAre("hwlat", "x"));  // in order of time
    EXPECT_EQ(parsed.count(DiagnosticKind::TimeBackwards), 1U);
}

TEST(PartParser, ReadsTheOptionsWithoutContext) {
    const auto raw =
        parseText(withHeader("0 3 105365607650 type: 319\n15 2 105365728102 type: 319\n"));
    ASSERT_EQ(raw.rows.size(), 2U);
    EXPECT_EQ(raw.rows[1],
              (ParsedRow{105'365'728'102, 2, 15, "<...>", "type", "", raw.rows[1].position, ""}));
    const auto hex =
        parseText(withHeader("0000047b 00000001 00000018fd631b2f type: 313\n\n00000000 00000001 "
                             "00000018fd68554e type: 319\n\n"));
    ASSERT_EQ(hex.rows.size(), 2U);
    EXPECT_EQ(hex.rows[0].ns, 0x18fd631b2f);
    EXPECT_EQ(hex.rows[0].tid, 0x47b);
    const auto bare =
        parseText("# tracer: nop\n#\nsched_switch: prev_comm=a prev_pid=0 prev_prio=120 "
                  "prev_state=R ==> next_comm=b next_pid=1 next_prio=1\n"
                  "sys_read(fd: 3)\n");
    ASSERT_THAT(bare.names(), ElementsAre("sched_switch", "sys_enter_read"));
    EXPECT_EQ(bare.rows[0].cpu, -1);
    const auto blk =
        parseText("# tracer: blk\n#\n# DEV   CPU TIMESTAMP     PID ACT FLG\n"
                  "  8,0    2   110.296455670   662  A  WS 1018626 + 128 <- (8,2) 885506\n");
    ASSERT_EQ(blk.rows.size(), 1U);
    EXPECT_EQ(blk.rows[0],
              (ParsedRow{110'296'455'670, 2, 662, "<...>", "blk", "", blk.rows[0].position,
                         "8,0 A WS 1018626+128 from 8,2 at 885506"}));
}

TEST(PartParser, CountsGraphLinesAndReadsTheEventsBetween) {
    const auto parsed = parseText(
        "# tracer: function_graph\n#\n# CPU  DURATION                  FUNCTION CALLS\n"
        " 0)               |  vfs_write() {\n 0)   1.5 us      |    f();\n CPU:0 [LOST 5 EVENTS]\n"
        "            bash-12      [001] .....     9.000002: a: b\n 0) + 21.074 us   |  }\n"
        " ------------------------------------------\n 0)    <idle>-0    =>   rcu_pre-15  \n"
        " ------------------------------------------\n\n 0)   ==========> |\n");
    EXPECT_THAT(parsed.names(), ElementsAre("a"));
    EXPECT_EQ(parsed.count(DiagnosticKind::GraphLine), 7U);
    EXPECT_EQ(parsed.count(DiagnosticKind::UnparsedLine), 0U);
}

TEST(PartParser, ReadsTraceCmdReports) {
    const auto parsed =
        parseText("CPU 3 is empty\ncpus=4\n"
                  "          <idle>-0     [000]    40.852246: sched_switch:         swapper/0:0 "
                  "[120] R ==> a-b 1:2 (x):353 [120]\n"
                  "     a-b 1:2 (x)-353   [000]    40.852250: sched_wakeup:         work:352 [98] "
                  "success=1 CPU:001\n"
                  "     a-b 1:2 (x)-353   [000]    40.852251: thermal_power:        [FAILED TO "
                  "PARSE] cpumask=ARRAY[0f]\n"
                  "[UNKNOWN EVENT][UNKNOWN EVENT] (NULL):               [UNKNOWN EVENT]\n"
                  "     a-b 1:2 (x)-353   [000]    40.852252: sys_exit_write:       0x1\n"
                  "     a-b 1:2 (x)-353   [000]    40.852253: kernel_stack:         <stack trace "
                  ">\n=> do_exit (ffffffffa48a7511)\n");
    EXPECT_THAT(parsed.names(),
                ElementsAre("sched_switch", "sched_wakeup", "thermal_power", "sys_exit_write"));
    EXPECT_EQ(parsed.rows[0].typed, "switch swapper/0-0 yielded > a-b 1:2 (x)-353 prio 120");
    EXPECT_EQ(parsed.rows[1].typed, "wakeup work-352 on 1 prio 98");
    EXPECT_EQ(parsed.count(DiagnosticKind::FailedToParse), 2U);
    EXPECT_EQ(parsed.stacks.size(), 1U);
    EXPECT_EQ(parsed.count(DiagnosticKind::UnparsedLine), 0U);
}

TEST(PartParser, CountsALineThatIsTooLong) {
    parsers::FtracePartParser parser(parsers::detectLayout(kHeader));
    parser.beginPart(model::SourceId{0}, 0, true);
    parser.longLine("  a-5 [001] d..2. 1.000003: x: yyyyyy", 1000);
    const std::string next =
        "  a-5 [001] d..2. 1.000004: x: y\n" + std::string(parsers::kPiecePadding, ' ');
    EXPECT_EQ(parser.parse(std::string_view(next).substr(0, 33), true), 33U);
    const auto part = parser.finishPart();
    ASSERT_EQ(part.pieces.size(), 1U);
    EXPECT_EQ(part.pieces[0].chunk->rows(), 2U);
    EXPECT_EQ(part.pieces[0].chunk->position[1], 1037U);
    EXPECT_EQ(part.lines, 2U);
    EXPECT_EQ(part.diagnostics.count(DiagnosticKind::LongLine), 1U);
}

TEST(PartParser, CountsLinesThatAreNoUtf8) {
    const auto parsed = parseText("  caf\xc3\xa9-5 [001] d..2. 1.000003: x: y\n"
                                  "  caf\xe9-5 [001] d..2. 1.000004: x: y\n"
                                  "  a-5 [001] d..2. 1.000005: x: \xed\xa0\x80 \xc0\xaf\n"
                                  "  a-5 [001] d..2. 1.000006: x: \xf0\x9f\x90\xa7\n");
    EXPECT_EQ(parsed.rows.size(), 4U);
    EXPECT_EQ(parsed.count(DiagnosticKind::InvalidUtf8), 2U);
    EXPECT_EQ(parsed.linesOf(DiagnosticKind::InvalidUtf8), (std::vector<std::uint64_t>{2, 3}));
}

// A head that is known but whose task must be learnt anew (a fork gave new lives) keeps its own
// seconds, whatever line was read in between.
TEST(PartParser, KnownHeadKeepsItsSecondsAfterALineOfAnother) {
    const std::string fork = "sched_process_fork: comm=bash pid=10 child_comm=bash child_pid=";
    std::string text;
    const auto add = [&text](const char* cpu, const char* time, const std::string& event) {
        text += std::string("            bash-10      [") + cpu + "] d..2.  " + time + ": " +
                event + "\n";
    };
    for (int i = 0; i < 3; ++i) {  // names and heads are learnt
        add("000", "4812.000001", "x: y");
        add("001", "4812.000002", fork + std::to_string(100 + i));
    }
    for (int i = 0; i < 4; ++i) {
        add("000", "4812.000003", "x: y");
        add("002", "4811.999999", "x: y");
        add("001", "4812.000004", fork + std::to_string(200 + i));
        add("000", "4812.000005", "x: y");
        add("000", "4812.000006", "x: y");
    }
    for (int i = 0; i < 9; ++i) add("000", "4812.000007", "x: y");  // not the window's last ones
    const auto layout = parsers::detectLayout(std::string(kHeader) + text);
    auto general = layout;
    general.fastPath = false;
    const auto fast = parseText(text, layout);
    const auto expected = parseText(text, general);
    ASSERT_EQ(fast.rows.size(), expected.rows.size());
    for (std::size_t i = 0; i < fast.rows.size(); ++i)
        EXPECT_EQ(fast.rows[i], expected.rows[i]) << i;
}

// A task that was learnt of a line of other columns does not hide what stands in front of it where
// the columns are as usual.
TEST(PartParser, WhatStandsInFrontOfAKnownTaskCounts) {
    const std::string head = "foo-123   [003] d..2.  4812.000001: x: y\n";
    const std::string usual = "            bash-10      [000] d..2.  4812.000001: x: y\n";
    std::string text;
    for (int i = 0; i < 9; ++i) text += usual;
    for (const char* const front :
         {"12: 345: abcd", "some words ab", "7            ", "a-4 [001] b-5"})
        text += "   " + head + "   " + head + "   " + head + "#\n" + front + "  " + head + usual;
    for (int i = 0; i < 9; ++i) text += usual;  // not the window's last ones
    const auto layout = parsers::detectLayout(std::string(kHeader) + text);
    ASSERT_TRUE(layout.commAt16);
    auto general = layout;
    general.fastPath = false;
    const auto fast = parseText(text, layout);
    const auto expected = parseText(text, general);
    ASSERT_EQ(fast.rows.size(), expected.rows.size());
    for (std::size_t i = 0; i < fast.rows.size(); ++i)
        EXPECT_EQ(fast.rows[i], expected.rows[i]) << i;
    EXPECT_EQ(fast.count(DiagnosticKind::RepairedLine),
              expected.count(DiagnosticKind::RepairedLine));
}

// Every way of cutting a text into pieces and parts gives the same rows, and the fast path decides
// nothing differently.
class AnyCut : public testing::TestWithParam<support::TraceLayout> {};

TEST_P(AnyCut, GivesTheSameRows) {
    const auto text = support::generateTrace(
        {.events = 4000, .seed = 7, .layout = GetParam(), .corruptPerMillion = 40000});
    const auto layout = parsers::detectLayout(std::string_view(text).substr(0, 64 * 1024));
    auto general = layout;
    general.fastPath = false;
    const auto expected = parseText(text, general);
    EXPECT_GT(expected.rows.size(), 3900U);
    const auto check = [&](const Parsed& found, const char* what) {
        ASSERT_EQ(found.rows.size(), expected.rows.size()) << what;
        for (std::size_t i = 0; i < found.rows.size(); ++i)
            ASSERT_EQ(found.rows[i], expected.rows[i]) << what << " row " << i;
        EXPECT_EQ(found.lines, expected.lines) << what;
        EXPECT_EQ(found.bytes, text.size()) << what;
        for (const auto& one : expected.diagnostics.all()) {
            if (one.kind == DiagnosticKind::TimeBackwards)
                continue;  // parts do not see each other's times
            EXPECT_EQ(found.count(one.kind), one.count)
                << what << ' ' << model::diagnosticName(one.kind);
            EXPECT_EQ(found.linesOf(one.kind), expected.linesOf(one.kind))
                << what << ' ' << model::diagnosticName(one.kind);
        }
    };
    check(parseText(text, layout), "fast");
    for (const std::size_t piece : {1U, 700U, 4097U})
        check(parseText(text, layout, {.piece = piece}), "small pieces");
    // Rows of one part are in order of time; of parts, the builder makes one order.
    if (expected.count(DiagnosticKind::TimeBackwards) == 0) {
        for (const std::size_t part : {5000U, 50000U})
            check(parseText(text, layout, {.piece = 3000, .part = part}), "parts");
    }
}

INSTANTIATE_TEST_SUITE_P(Layouts, AnyCut,
                         testing::Values(support::TraceLayout::Default, support::TraceLayout::Tgid,
                                         support::TraceLayout::NoIrqInfo,
                                         support::TraceLayout::FourFlags,
                                         support::TraceLayout::Nanoseconds,
                                         support::TraceLayout::Unpadded,
                                         support::TraceLayout::Damaged));

}  // namespace
}  // namespace kscope::tests
