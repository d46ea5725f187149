// SPDX-License-Identifier: GPL-3.0-or-later
/// Names of what stands behind a context part.
#include "parsers/ftrace/event_name.h"

#include <gtest/gtest.h>

namespace kscope::parsers {
namespace {

std::string shown(std::string_view text, std::string_view tracer = "nop") {
    std::string scratch;
    return std::string(shownName(readEventName(text), tracer, scratch));
}
std::string_view arguments(std::string_view text) { return text.substr(readEventName(text).args); }

TEST(EventName, TakesTheEventsOwnName) {
    EXPECT_EQ(shown("sched_switch: prev_comm=a"), "sched_switch");
    EXPECT_EQ(arguments("sched_switch: prev_comm=a"), "prev_comm=a");
    EXPECT_EQ(shown("sched_switch:         swapper/0:0 [120] R ==> bash:1 [120]"), "sched_switch");
    EXPECT_EQ(shown("console:"), "console");
    EXPECT_EQ(shown("my: (pci_enable_ats+0x0/0xa0) a=8"), "my");
}

TEST(EventName, NamesFunctionLines) {
    for (const auto* const text :
         {"mutex_unlock <-rb_simple_write",
          "do_exit+0x0/0xb10 <ffffffff9d4a7010> <-do_group_exit+0x2d/0x80 <ffffffff9d4a7c1d>",
          "ext4_getattr", "copy_process.part.5+0x14/0x17d8 <-_do_fork+0xb0/0x3ec",
          "0xffffffffc0471083 <-do_exit",
          "vfs_open <-path_openat (repeats: 1, last_ts:   103.273073)",
          "ext4_file_open [ext4] <-do_dentry_open", "foo(a=0x1, b=3 [ENUM], ...) <-bar",
          "smp_reschedule_interrupt (reschedule_interrupt)",
          "effective_prio <<...>-2043> (-10 -10)", "_raw_spin_lock_irq+0x1a/0x40"}) {
        EXPECT_EQ(shown(text), "function") << text;
    }
}

TEST(EventName, NamesMarkersAndPrints) {
    for (const auto* const text :
         {"tracing_mark_write: hello", "tracing_mark_write+0x10/0x20: hello", "0: hello",
          "bprint:               0xc042f8a0f: thermal: x", "bputs: a", "print: a"}) {
        EXPECT_EQ(shown(text), "print") << text;
    }
    EXPECT_EQ(arguments("tracing_mark_write: B|123|slice name"), "B|123|slice name");
    EXPECT_EQ(arguments("tracing_mark_write: "), "");
    EXPECT_EQ(shown("# 1a buf: 68 65 6c"), "raw_data");
}

TEST(EventName, TurnsSyscallFunctionsIntoTheirEvents) {
    EXPECT_EQ(shown("sys_openat(dfd: ffffff9c, filename: 7ffd, flags: 80000, mode: 0)"),
              "sys_enter_openat");
    EXPECT_EQ(shown("sys_openat -> 0x3"), "sys_exit_openat");
    EXPECT_EQ(shown("sys_enter: NR 59 (0, 0, 0, 0, 0, 0)"), "sys_enter");
    EXPECT_EQ(shown("sys_exit_write:       0x1"), "sys_exit_write");
    EXPECT_EQ(shown("sys_read <-do_syscall_64"), "function");
}

TEST(EventName, NamesNamelessLinesByTheirTracer) {
    EXPECT_EQ(shown("#1     inner/outer(us):    0/388   ts:1.5 count:1", "hwlat"), "hwlat");
    EXPECT_EQ(shown("   100000      1  99.999 1 0 0 0 0 0", "osnoise"), "osnoise");
    EXPECT_EQ(shown("#1     context    irq timer_latency       830 ns", "timerlat"), "timerlat");
    EXPECT_EQ(shown("     232:120:R   + [000]     217:  0:R cyclictest", "wakeup_rt"), "wakeup_rt");
    EXPECT_EQ(shown("     232:120:R   + [000]     217:  0:R cyclictest", ""), "unknown");
    EXPECT_EQ(shown("Unknown type 12"), "unknown");
    EXPECT_EQ(shown("type: 319"), "type");
    EXPECT_EQ(shown("  8,0   1,0  A  WS 1018754 + 128 <- (8,2) 885634", "blk"), "blk");
}

TEST(EventName, KnowsStackHeaders) {
    EXPECT_EQ(readEventName("<stack trace>").kind, EventName::Kind::KernelStack);
    EXPECT_EQ(readEventName("<user stack trace>").kind, EventName::Kind::UserStack);
    EXPECT_EQ(readEventName("kernel_stack:         <stack trace >").kind,
              EventName::Kind::KernelStack);
    EXPECT_EQ(readEventName("kernel_stack:          size=5 caller=ARRAY[69]").kind,
              EventName::Kind::Named);
}

}  // namespace
}  // namespace kscope::parsers
