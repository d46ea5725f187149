// SPDX-License-Identifier: GPL-3.0-or-later
/// The sentences of events with their own values, on lines as kernels 6.1 to 6.18 print them.
#include "model/store/trace_builder.h"
#include "model/words/words.h"

#include <gtest/gtest.h>

namespace kscope::model {
namespace {

/// The sentence of one event of bash-2416 on CPU 1.
std::string sentence(std::string_view name, std::string_view args, Tid tid = Tid{2416},
                     std::string_view comm = "bash") {
    TraceBuilder builder;
    SourceInfo info;
    info.path = "one.txt";
    const auto source = builder.addSource(std::move(info));
    ChunkWriter writer;
    writer.beginPart(source, 0, 1000);
    static_cast<void>(writer.prepare(5, 0));
    const auto nameIndex = writer.name(name);
    const auto task = writer.task(tid, comm, CpuId{1});
    writer.add(5, 0, nameIndex, CpuId{1}, task, kNoFlags);
    builder.deliver(source, 0, writer.finishPart(1, 80));
    builder.endSource(source);
    const auto trace = builder.finish();
    return eventSentence(*trace, trace->event(EventIndex{0}), args);
}

TEST(EventSentence, ASwitchSaysWhoLeavesWhyAndWhoRuns) {
    EXPECT_EQ(sentence("sched_switch",
                       "prev_comm=jbd2/nvme0n1p2 prev_pid=412 prev_prio=120 prev_state=S ==> "
                       "next_comm=postgres next_pid=2211 next_prio=120"),
              "jbd2/nvme0n1p2 (412) sleeps; postgres (2211) runs");
    EXPECT_EQ(
        sentence("sched_switch",
                 "prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a b "
                 "next_pid=7 next_prio=120"),
        "CPU 1 leaves idle; a b (7) runs");
    EXPECT_EQ(
        sentence("sched_switch",
                 "prev_comm=x prev_pid=7 prev_prio=120 prev_state=D|K ==> next_comm=swapper/1 "
                 "next_pid=0 next_prio=120"),
        "x (7) is blocked; CPU 1 goes idle");
    EXPECT_EQ(
        sentence("sched_switch",
                 "prev_comm=x prev_pid=7 prev_prio=120 prev_state=R+ ==> next_comm=y next_pid=8 "
                 "next_prio=120"),
        "x (7) is pushed aside, still runnable; y (8) runs");
}

TEST(EventSentence, CommonEventsSpeakOfTheirValues) {
    struct Case {
        std::string_view name, args, want;
    };
    for (const auto& [name, args, want] :
         {Case{"sched_waking", "comm=postgres pid=2211 prio=120 target_cpu=003",
               "bash (2416) wakes postgres (2211) for CPU 3"},
          {"sched_process_fork", "comm=bash pid=2416 child_comm=bash child_pid=2500",
           "bash (2416) creates bash (2500)"},
          {"sched_process_exec", "filename=/bin/sleep pid=2500 old_pid=2500",
           "task 2500 now runs /bin/sleep"},
          {"irq_handler_entry", "irq=38 name=ahci[0000:00:02.0]",
           "interrupt 38 (ahci[0000:00:02.0]) interrupts bash (2416)"},
          {"irq_handler_exit", "irq=38 ret=handled",
           "the handler of interrupt 38 returns: handled"},
          {"softirq_entry", "vec=3 [action=NET_RX]",
           "CPU 1 starts softirq NET_RX: packets that came in"},
          {"softirq_raise", "vec=9 [action=RCU]", "softirq RCU is asked for on CPU 1"},
          {"signal_generate", "sig=9 errno=0 code=0 comm=sleep pid=2500 grp=1 res=0",
           "bash (2416) sends SIGKILL (9) to sleep (2500); will be delivered"},
          {"signal_deliver", "sig=9 errno=0 code=0 sa_handler=0 sa_flags=0",
           "bash (2416) receives SIGKILL (9); default action"},
          {"workqueue_queue_work",
           "work struct=00000000ff32f2cc function=vmstat_update workqueue=mm_percpu_wq req_cpu=2 "
           "cpu=2",
           "bash (2416) queues vmstat_update on mm_percpu_wq"},
          {"workqueue_execute_start", "work struct 00000000ff32f2cc: function vmstat_update",
           "bash (2416) starts vmstat_update"},
          {"timer_start",
           "timer=000000006d0a7028 function=process_timeout expires=4294897410 [timeout=1] cpu=1 "
           "idx=3 flags=",
           "bash (2416) starts a timer for process_timeout, timeout in ticks: 1"},
          {"hrtimer_expire_entry",
           "hrtimer=00000000c0bb0aed function=hrtimer_wakeup now=20708005000",
           "timer function hrtimer_wakeup runs"},
          {"page_fault_user", "address=0x5637016f23d8 ip=0x7f1aef414109 error_code=0x6",
           "bash (2416) writes to 0x5637016f23d8 and faults: no page is mapped there yet, a write, "
           "from user mode"},
          {"mm_page_alloc",
           "page=00000000eace3018 pfn=0x371d order=0 migratetype=1 gfp_flags=GFP_HIGHUSER_MOVABLE",
           "bash (2416) gets 1 page, 4.00 KiB"},
          {"sys_enter_openat", "(dfd: ffffff9c, filename: 7ffd00, flags: 80000, mode: 0)",
           "bash (2416) calls openat: open a file"},
          {"sys_exit_openat", "-> 0xfffffffffffffffe",
           "openat of bash (2416) returns ENOENT: no such file or directory"},
          {"sys_enter", "NR 33 (a, 1, 55ebada809bc, 0, 7, a)",
           "bash (2416) calls dup2, system call 33"},
          {"block_rq_issue", "8,0 WS 65536 () 1017858 + 128 [work]",
           "a request goes to 8,0: write, somebody waits for it, 64.0 KiB at sector 1017858"},
          {"block_rq_complete", "8,0 WS () 1017858 + 128 [0]",
           "8,0 has done 64.0 KiB at sector 1017858"},
          {"block_rq_issue", "254,0 FF 0 () 0 + 0 [kworker/0:1H]",
           "a request goes to 254,0: flush the disk's cache, 0 B at sector 0"},
          {"block_rq_complete", "254,0 FF () 18446744073709551615 + 0 [0]",
           "254,0 has done 0 B at no sector"},
          {"mm_vmscan_kswapd_wake", "nid=0 order=3",
           "kswapd of node 0 wakes up to free memory, order 3"},
          {"cpu_idle", "state=4294967295 cpu_id=1", "CPU 1 leaves idle"},
          {"cpu_frequency", "state=1800000 cpu_id=3", "CPU 3 now runs at 1.80 GHz"}}) {
        EXPECT_EQ(sentence(name, args), want) << name;
    }
}

TEST(EventSentence, EventsBesideCallsOfUftraceSpeakToo) {
    // As uftrace dump prints them: sched events of perf, and what -T FUNCTION@read= reads.
    EXPECT_EQ(sentence("linux:sched-in", ""), "bash (2416) gets CPU 1");
    EXPECT_EQ(sentence("linux:sched-out", ""), "bash (2416) gives CPU 1 up");
    EXPECT_EQ(sentence("linux:sched-out (pre-empted)", ""), "bash (2416) is pushed off CPU 1");
    EXPECT_EQ(sentence("linux:task-new", ""), "bash (2416) begins");
    EXPECT_EQ(sentence("linux:task-exit", ""), "bash (2416) ends");
    EXPECT_EQ(sentence("linux:task-name", "comm=\"wrk-0\""), "bash (2416) is named \"wrk-0\"");
    EXPECT_EQ(sentence("read:proc/statm", "vmsize=15488KB vmrss=7456KB shared=5348KB"),
              "the process of bash (2416) has 15488KB of addresses, 7456KB in memory");
    EXPECT_EQ(sentence("diff:page-fault", "major=0 minor=3"),
              "0 major and 3 minor page faults within the function");
    for (const std::string_view name :
         {"linux:schedule", "linux:schedule (pre-empted)", "diff:proc/statm", "read:page-fault",
          "read:pmu-cycle", "diff:pmu-branch", "watch:cpu"})
        EXPECT_FALSE(eventWords(name).next.empty()) << name;
}

TEST(EventSentence, WithoutItsFieldsAnEventSaysWhatItIs) {
    EXPECT_EQ(sentence("sched_switch", ""), "A CPU stops running one task and starts another.");
    EXPECT_EQ(sentence("sched_waking", "???"),
              "A task is about to be made runnable; this line stands on the waker's CPU.");
    EXPECT_EQ(sentence("my_own_event", "a=1"), "");
}

TEST(EventSentence, IdleAndUnknownNamesAreSaid) {
    EXPECT_EQ(sentence("irq_handler_entry", "irq=1 name=i8042", Tid{0}, "<idle>"),
              "interrupt 1 (i8042) interrupts idle CPU 1");
    EXPECT_EQ(sentence("sched_waking", "comm=bash pid=7 prio=120 target_cpu=000", Tid{0}, "<idle>"),
              "idle CPU 1 wakes bash (7) for CPU 0");
    EXPECT_EQ(sentence("sched_waking", "comm=swapper/0 pid=0 prio=120 target_cpu=000"),
              "bash (2416) wakes the idle task of CPU 0 for CPU 0");
    EXPECT_EQ(sentence("irq_handler_entry", "irq=1 name=i8042", Tid{77}, "<...>"),
              "interrupt 1 (i8042) interrupts task 77");
}

}  // namespace
}  // namespace kscope::model
