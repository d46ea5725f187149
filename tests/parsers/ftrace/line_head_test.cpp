// SPDX-License-Identifier: GPL-3.0-or-later
/// Context parts of every layout.
#include "parsers/ftrace/line_head.h"

#include <gtest/gtest.h>

#include <random>

namespace kscope::parsers {
namespace {

LineHead headOf(std::string_view line) { return readLineHead(line, LineNumbers::No); }

TEST(LineHead, ReadsTheDefaultLayout) {
    const auto head = headOf(
        "            bash-29531   [001] d.h1.   671.744957: softirq_raise: vec=1 [action=TIMER]");
    EXPECT_EQ(head.shape, LineHead::Shape::Context);
    EXPECT_EQ(head.comm, "bash");
    EXPECT_EQ(head.pid, 29531U);
    EXPECT_EQ(head.cpu, 1U);
    EXPECT_EQ(head.flags, "d.h1.");
    EXPECT_EQ(head.time.value, 671'744'957'000);
    EXPECT_EQ(head.text, 51U);
    EXPECT_FALSE(head.repaired);
}

TEST(LineHead, ReadsTgidsKnownAndUnknown) {
    EXPECT_EQ(headOf("            bash-29531   (-------) [001] d.h1.   671.744957: x: y").tgid, -1);
    EXPECT_EQ(
        headOf("            bash-29559   (  29559) [001] .....          392: sys_exit: NR 3 = 0")
            .tgid,
        29559);
    EXPECT_EQ(headOf("com.google.android.youtube-23071 (23071) [002] d..5  9.5: a: b").tgid, 23071);
    EXPECT_EQ(headOf("<idle>-0     (-----) [000] d..2  9.5: a: b").tgid, -1);
}

TEST(LineHead, ReadsCounterClocksWithAndWithoutFlags) {
    const auto head =
        headOf("            bash-29559   (  29559) [001] .....          392: sys_exit: NR 3 = 0");
    EXPECT_EQ(head.time.kind, LineTime::Kind::Counter);
    EXPECT_EQ(head.time.value, 392);
    const auto glued =
        headOf("            work-786   [001]162664166816: block_rq_issue:       8,0 WS");
    EXPECT_EQ(glued.cpu, 1U);
    EXPECT_EQ(glued.time.value, 162664166816);
}

TEST(LineHead, TakesTheTimeForNoFlags) {
    const auto head =
        headOf("          <idle>-0       [000]    671.744963: softirq_raise: vec=9 [action=RCU]");
    EXPECT_EQ(head.flags, "");
    EXPECT_EQ(head.time.value, 671'744'963'000);
}

TEST(LineHead, KeepsHostileCommsWholeByTheColumn) {
    EXPECT_EQ(headOf("     a-1 [000] b-55      [001] d..2.    12.500000: x: y").comm,
              "a-1 [000] b");
    EXPECT_EQ(headOf("     a-1 [000] b-55      [001] d..2.    12.500000: x: y").pid, 55U);
    EXPECT_EQ(headOf("    kthr [x] ==>-789     [000] d..2.    12.500000: x: y").comm,
              "kthr [x] ==>");
    EXPECT_EQ(headOf("              -7-790     [002] d..2.    12.500000: x: y").comm, "-7");
    EXPECT_EQ(headOf("  memfd:sealed-91        [002] d..2.    12.500000: x: y").comm,
              "memfd:sealed");
    EXPECT_EQ(
        headOf("  \xc3\xa4-\xe2\x9c\x93 [001] \xc3\xa9-91        [002] d..2.    12.500000: x: y")
            .pid,
        91U);
    // A comm that quotes a whole context part: the column decides.
    EXPECT_EQ(headOf(" x-1 [000] 1.5: -9       [003] d..2.    12.500000: x: y").cpu, 3U);
    EXPECT_EQ(headOf("     Web Content-9       [003] d..2.    12.500000: x: y").comm,
              "Web Content");
}

TEST(LineHead, CutsGarbageInFrontOfUnpaddedLines) {
    EXPECT_EQ(headOf("<idle>-0       [000] d..2.    12.500000: x: y").comm, "<idle>");
    EXPECT_EQ(headOf(">bash-930   [003] d...  6288.896762: x: y").comm, "bash");
    EXPECT_TRUE(headOf(">bash-930   [003] d...  6288.896762: x: y").repaired);
    EXPECT_EQ(headOf("[  133.837510] rcu_pree-15        0d..2. 528980us : sched_switch: x").comm,
              "rcu_pree");
    EXPECT_EQ(headOf("   disk:             work-352   [000]   12.500000: x: y").comm, "work");
    EXPECT_FALSE(headOf("   disk:             work-352   [000]   12.500000: x: y").repaired);
    EXPECT_EQ(headOf("\tbash-12 [000] .... 12.500000: x: y").comm, "bash");
    EXPECT_EQ(headOf("-2389  [001] .... 12.500000: x: y").comm, "");
    EXPECT_EQ(headOf("com.google.android.youtube-23071 (23071) [002] d..5  9.5: a: b").comm,
              "com.google.android.youtube");
}

TEST(LineHead, ReadsPastedLineNumbersOnlyWhereTheyAre) {
    EXPECT_EQ(
        readLineHead("12 <idle>-0 [000] dnh. 909.254206: sched_wakeup: c", LineNumbers::Pasted)
            .comm,
        "<idle>");
    EXPECT_EQ(
        readLineHead("12 <idle>-0 [000] dnh. 909.254206: sched_wakeup: c", LineNumbers::No).comm,
        "12 <idle>");
    // 16 bytes in front of the '-': no column of the kernel's.
    EXPECT_EQ(
        readLineHead("15 raspbian_proc-17082 [002] d.s. 909.254409: x: y", LineNumbers::Pasted)
            .comm,
        "raspbian_proc");
}

TEST(LineHead, ReadsTheLatencyLayout) {
    const auto head = headOf("    bash-29531     1d.h1. 671744957us+: text");
    EXPECT_EQ(head.shape, LineHead::Shape::Latency);
    EXPECT_EQ(head.comm, "bash");
    EXPECT_EQ(head.cpu, 1U);
    EXPECT_EQ(head.flags, "d.h1.");
    EXPECT_EQ(head.time.value, 671'744'957'000);
    EXPECT_EQ(headOf("irqbalan-963      28...1.    0us!: a <-b").cpu, 28U);
    EXPECT_EQ(headOf("stress-n-232       0dn.h413   19us#: 0").flags, "dn.h413");
    EXPECT_EQ(headOf("stress-n-232       0dn.h413   19us#: 0").comm, "stress-n");
    EXPECT_EQ(headOf("      -7-13572     1d..2. 161351us : x: y").comm, "-7");
    EXPECT_EQ(headOf("    bash-607       0.....          392: x: y").time.kind,
              LineTime::Kind::Counter);
}

TEST(LineHead, ReadsTheVerboseLayout) {
    const auto head =
        headOf("            bash     636   3 17 00000003 00000000 [035971da] 491.908ms "
               "(+0.244ms): sched_waking: comm=a");
    EXPECT_EQ(head.shape, LineHead::Shape::Verbose);
    EXPECT_EQ(head.comm, "bash");
    EXPECT_EQ(head.pid, 636U);
    EXPECT_EQ(head.cpu, 3U);
    EXPECT_EQ(head.time.value,
              0x035971da *
                  std::int64_t{1000});  // the clock itself, not the time since the buffer's start
    const auto counter = headOf(
        "            bash     636   3 17 00000003 00000000 [00000000035971da] 12 (+1): x: y");
    EXPECT_EQ(counter.time.kind, LineTime::Kind::Counter);
    EXPECT_EQ(counter.time.value, 0x035971da);
}

TEST(LineHead, SkipsTraceCmdTimeDifferences) {
    const auto head = headOf("            work-786   [001]  162.664166 (+12): sched_switch: x");
    EXPECT_EQ(head.time.value, 162'664'166'000);
    EXPECT_EQ(head.comm, "work");
}

TEST(LineHead, ReadsLinesWithoutCpuOrTime) {
    const auto bare = headOf("           <...>-2389 : signal_deliver: sig=9 errno=0");
    EXPECT_EQ(bare.shape, LineHead::Shape::Reduced);
    EXPECT_EQ(bare.pid, 2389U);
    EXPECT_FALSE(bare.hasCpu);
    const auto timeless = headOf("bash-12 [001] sched_switch: prev_comm=a");
    EXPECT_EQ(timeless.cpu, 1U);
    EXPECT_EQ(timeless.time.kind, LineTime::Kind::None);
    const auto colonless =
        headOf("raspbian_proc-17083  [003] .... 909.253836 task_rename: pid=17082 oldcomm=bash");
    EXPECT_EQ(colonless.time.value, 909'253'836'000);
    EXPECT_EQ(colonless.comm, "raspbian_proc");
}

TEST(LineHead, FindsNoneInProse) {
    for (const auto* const line :
         {"see figure-12 : it shows", "a foo-1 bar: baz", " => schedule_timeout", "", "-", ":",
          ": ", "[001]", "perf 1234 [001] 12.5: sched:sched_switch: x",
          "   0.633 us    |  } /* foo-12 [001] */"}) {
        EXPECT_FALSE(headOf(line).found()) << line;
    }
}

TEST(LineHead, ReadsUpToNineDecimalsToTheNanosecond) {
    EXPECT_EQ(readTime("1.048957").value, 1'048'957'000);
    EXPECT_EQ(readTime("31536000.700432462").value, 31'536'000'700'432'462);
    EXPECT_EQ(readTime("1.5").value, 1'500'000'000);
    EXPECT_EQ(readTime("1795305017.748415").value, 1'795'305'017'748'415'000);
    EXPECT_EQ(readTime("1.0000000019").value, 1'000'000'001);
    EXPECT_FALSE(readTime("1.048957").fine);
    EXPECT_TRUE(readTime("1.0489571").fine);
    EXPECT_TRUE(readTime("99999999999.0").bad);
    EXPECT_TRUE(readTime("99999999999999999999999").bad);
    EXPECT_EQ(readTime("1.").kind, LineTime::Kind::None);
    EXPECT_EQ(readTime("x").kind, LineTime::Kind::None);
    EXPECT_EQ(readTime("1.5x").kind, LineTime::Kind::None);
}

TEST(LineHead, UndoesWhatWebPagesDo) {
    std::string repaired;
    EXPECT_TRUE(undoTypography("&lt;idle&gt;-0 =&gt; a &amp; b", repaired));
    EXPECT_EQ(repaired, "<idle>-0 => a & b");
    EXPECT_TRUE(undoTypography("a\xc2\xa0"
                               "b",
                               repaired));
    EXPECT_EQ(repaired, "a  b");  // as long as before
    EXPECT_TRUE(undoTypography("bash\xe2\x80\x93"
                               "12",
                               repaired));
    EXPECT_EQ(repaired, "bash-12");
    EXPECT_FALSE(undoTypography("plain", repaired));
}

}  // namespace
}  // namespace kscope::parsers
