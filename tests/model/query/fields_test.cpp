// SPDX-License-Identifier: GPL-3.0-or-later
/// Argument texts of every shape: as seen in real captures (formats.md 1.11–1.15).
#include "model/query/field_scan.h"
#include "model/query/fields.h"

#include <gtest/gtest.h>

#include <random>

using namespace kscope::model;

namespace {
/// "name=value|name=value"
std::string shown(std::string_view event, std::string_view args) {
    std::string out;
    for (const auto& field : eventFields(event, args))
        out += (out.empty() ? "" : "|") + field.name + "=" + field.value;
    return out;
}
}  // namespace

TEST(Fields, SwitchIsAnchoredFromBothEnds) {
    EXPECT_EQ(
        shown("sched_switch", "prev_comm=swapper/3 prev_pid=0 prev_prio=120 prev_state=R ==> "
                              "next_comm=rcu_preempt next_pid=15 next_prio=120"),
        "prev_comm=swapper/"
        "3|prev_pid=0|prev_prio=120|prev_state=R|next_comm=rcu_preempt|next_pid=15|next_prio=120");
    EXPECT_EQ(shown("sched_switch",
                    "prev_comm=kthr [x] ==> prev_pid=759 prev_prio=120 prev_state=R+ ==> "
                    "next_comm=a-b 1:2 (x) next_pid=7 next_prio=98"),
              "prev_comm=kthr [x] ==>|prev_pid=759|prev_prio=120|prev_state=R+|next_comm=a-b 1:2 "
              "(x)|next_pid=7|next_prio=98");
    // A comm that looks like a field, and one that is the arrow with all that follows it.
    EXPECT_EQ(
        shown("sched_switch", "prev_comm=x prev_pid=9 prev_pid=1 prev_prio=120 prev_state=S ==> "
                              "next_comm= next_pid=2 next_prio=-1"),
        "prev_comm=x "
        "prev_pid=9|prev_pid=1|prev_prio=120|prev_state=S|next_comm=|next_pid=2|next_prio=-1");
    EXPECT_EQ(
        shown("sched_switch", "prev_comm=a ==> next_comm= prev_pid=1 prev_prio=2 prev_state=D|K "
                              "==> next_comm=b next_pid=3 next_prio=4"),
        "prev_comm=a ==> "
        "next_comm=|prev_pid=1|prev_prio=2|prev_state=D|K|next_comm=b|next_pid=3|next_prio=4");
    EXPECT_EQ(shown("sched_switch", "prev_comm=a prev_pid=1 prev_prio=2 prev_state=S ==> "
                                    "next_comm=b next_pid=3 next_prio=4 vendor_load=7 other=x"),
              "prev_comm=a|prev_pid=1|prev_prio=2|prev_state=S|next_comm=b|next_pid=3|next_prio=4|"
              "vendor_load=7|other=x");
}

TEST(Fields, TraceCmdShapesGetTheKernelsNames) {
    EXPECT_EQ(shown("sched_switch", "swapper/0:0 [120] R ==> bash:2416 [120]"),
              "prev_comm=swapper/"
              "0|prev_pid=0|prev_prio=120|prev_state=R|next_comm=bash|next_pid=2416|next_prio=120");
    EXPECT_EQ(shown("sched_switch", "a-b 1:2 (x):787 [120] S ==> kthr [x] ==>:12 [-1]"),
              "prev_comm=a-b 1:2 (x)|prev_pid=787|prev_prio=120|prev_state=S|next_comm=kthr [x] "
              "==>|next_pid=12|next_prio=-1");
    EXPECT_EQ(shown("sched_wakeup", "a-b 1:2 (x):787 [120] CPU:003"),
              "comm=a-b 1:2 (x)|pid=787|prio=120|target_cpu=003");
    EXPECT_EQ(shown("sched_wakeup", "bash:78 [120] success=1 CPU:001"),
              "comm=bash|pid=78|prio=120|success=1|target_cpu=001");
}

TEST(Fields, CommsMayHoldBlanksAndEqualsSigns) {
    EXPECT_EQ(shown("sched_waking", "comm=a b=c pid=3 pid=12 prio=120 target_cpu=003"),
              "comm=a b=c pid=3|pid=12|prio=120|target_cpu=003");
    EXPECT_EQ(shown("sched_wakeup", "comm=x pid=1 prio=120 success=1 target_cpu=000"),
              "comm=x|pid=1|prio=120|success=1|target_cpu=000");
    EXPECT_EQ(shown("sched_process_fork", "comm=sh -c pid=1 child_comm=a b child_pid=2"),
              "comm=sh -c|pid=1|child_comm=a b|child_pid=2");
    EXPECT_EQ(shown("task_rename", "pid=232 oldcomm=a =b newcomm=naps x oom_score_adj=0"),
              "pid=232|oldcomm=a =b|newcomm=naps x|oom_score_adj=0");
    EXPECT_EQ(
        shown("signal_generate", "sig=9 errno=0 code=0 comm=kthr [x] ==> pid=282 grp=1 res=0"),
        "sig=9|errno=0|code=0|comm=kthr [x] ==>|pid=282|grp=1|res=0");
    EXPECT_EQ(shown("sched_stat_runtime", "comm=bash pid=1 runtime=123 [ns] vruntime=45 [ns]"),
              "comm=bash|pid=1|runtime=123 [ns]|vruntime=45 [ns]");
}

TEST(Fields, InterruptsAndSoftirqs) {
    EXPECT_EQ(shown("irq_handler_entry", "irq=19 name=ahci[0000:00:1f.2] and more"),
              "irq=19|name=ahci[0000:00:1f.2] and more");
    EXPECT_EQ(shown("irq_handler_exit", "irq=19 ret=handled"), "irq=19|ret=handled");
    EXPECT_EQ(shown("softirq_raise", "vec=1 [action=TIMER]"), "vec=1|action=TIMER");
    EXPECT_EQ(shown("tlb_flush", "pages:-1 reason:local mm shootdown (3)"),
              "pages=-1|reason=local mm shootdown (3)");
}

TEST(Fields, BlockShapes) {
    EXPECT_EQ(shown("block_rq_issue", "8,0 WS 16384 () 151778 + 32 [work]"),
              "dev=8,0|rwbs=WS|bytes=16384|cmd=|sector=151778|nr_sector=32|comm=work");
    EXPECT_EQ(
        shown("block_rq_issue", "8,0 WS 16384 () 151778 + 32 none,0,0 [a b]"),
        "dev=8,0|rwbs=WS|bytes=16384|cmd=|sector=151778|nr_sector=32|ioprio=none,0,0|comm=a b");
    EXPECT_EQ(shown("block_rq_complete", "8,0 WS () 151778 + 32 be,0,4 [-5]"),
              "dev=8,0|rwbs=WS|cmd=|sector=151778|nr_sector=32|ioprio=be,0,4|error=-5");
    EXPECT_EQ(shown("Q", "8,0 Q  WS 12 + 8 [a b]"),
              "dev=8,0|action=Q|rwbs=WS|sector=12|nr_sector=8|comm=a b");
    EXPECT_EQ(shown("C", "8,0 C  NS 4656 [0]"), "dev=8,0|action=C|rwbs=NS|sector=4656|error=0");
    EXPECT_EQ(shown("U", "8,0 U   N [dd] 1"), "dev=8,0|action=U|rwbs=N|comm=dd|nr_rq=1");
    EXPECT_EQ(shown("blk", "8,0   1,0  A  WS 18 + 2 <- (8,2) 4"),
              "dev=8,0|cgroup=1,0|action=A|rwbs=WS|sector=18|nr_sector=2|old_dev=8,2|old_sector=4");
    EXPECT_EQ(shown("block_bio_remap", "8,0 R 12 + 8 <- (8,2) 4"),
              "dev=8,0|rwbs=R|sector=12|nr_sector=8|old_dev=8,2|old_sector=4");
    EXPECT_EQ(shown("block_split", "8,0 W 100 / 108 [dd]"),
              "dev=8,0|rwbs=W|sector=100|new_sector=108|comm=dd");
    EXPECT_EQ(shown("block_unplug", "[dd] 3"), "comm=dd|nr_rq=3");
    EXPECT_EQ(shown("block_dirty_buffer", "8,2 sector=12 size=4096"),
              "dev=8,2|sector=12|size=4096");
}

TEST(Fields, SyscallsWorkAndFunctions) {
    EXPECT_EQ(shown("sys_enter_openat", "dfd: ffffff9c, filename: 7ffd, flags: 80000, mode: 0"),
              "dfd=ffffff9c|filename=7ffd|flags=80000|mode=0");
    EXPECT_EQ(shown("sys_enter_openat", "sys_openat(dfd: ffffff9c, flags: 80000)"),
              "dfd=ffffff9c|flags=80000");
    EXPECT_EQ(shown("sys_exit_openat", "sys_openat -> 0x3"), "ret=0x3");
    EXPECT_EQ(shown("sys_exit_openat", "0x3"), "ret=0x3");
    EXPECT_EQ(shown("sys_enter", "NR 1 (1, 7f, 10)"), "id=1|args=1, 7f, 10");
    EXPECT_EQ(shown("sys_exit", "NR 1 = -11"), "id=1|ret=-11");
    EXPECT_EQ(shown("workqueue_queue_work",
                    "work struct=00ff function=vmstat_update workqueue=mm req_cpu=64 cpu=3"),
              "work=00ff|function=vmstat_update|workqueue=mm|req_cpu=64|cpu=3");
    EXPECT_EQ(shown("workqueue_execute_start", "work struct 00ff: function vmstat_update"),
              "work=00ff|function=vmstat_update");
    EXPECT_EQ(shown("function", "nf_hook [nf_tables] <-ip_rcv [ip]"),
              "ip=nf_hook [nf_tables]|parent_ip=ip_rcv [ip]");
    EXPECT_EQ(shown("function", "schedule"), "ip=schedule");
}

TEST(Fields, AnyKeysAndTextsWithoutKeys) {
    EXPECT_EQ(shown("mm_page_alloc",
                    "page=00ff pfn=0x1f order=0 migratetype=1 gfp_flags=GFP_KERNEL|__GFP_ZERO"),
              "page=00ff|pfn=0x1f|order=0|migratetype=1|gfp_flags=GFP_KERNEL|__GFP_ZERO");
    EXPECT_EQ(shown("timer_start", "timer=1 function=f expires=4 cpu=1 idx=2 flags="),
              "timer=1|function=f|expires=4|cpu=1|idx=2|flags=");
    EXPECT_EQ(shown("mm_compaction_begin", "zone_start=0x1 zone_end=0x2, mode=sync"),
              "zone_start=0x1|zone_end=0x2|mode=sync");
    EXPECT_EQ(shown("ext4_da_write_begin", "dev 8,2 ino 12 pos 0 len 4096 flags  lblk"),
              "dev=8,2|ino=12|pos=0|len=4096|flags=|lblk=");
    EXPECT_EQ(shown("mm_filemap_add", "dev 8:2 ino 1f pfn=0x9 ofs=4096"),
              "dev=8:2|ino=1f|pfn=0x9|ofs=4096");
    EXPECT_EQ(shown("print", "a=1 b=2"), "text=a=1 b=2");
    EXPECT_EQ(shown("my_probe", "(do_exit+0x0/0x10) arg1=0x1"), "text=(do_exit+0x0/0x10)|arg1=0x1");
    EXPECT_EQ(shown("unheard_of", "just words"), "text=just words");
    EXPECT_EQ(shown("unheard_of", ""), "");
}

TEST(Fields, HostileTextEndsAndStaysInside) {
    std::minstd_rand random(7);
    const std::string letters = "=: ,[]()>-abpid_comm0";
    FieldList list;
    for (int round = 0; round < 20000; ++round) {
        std::string text(random() % 60, ' ');
        for (auto& c : text) c = letters[random() % letters.size()];
        for (const auto event : {"sched_switch", "sched_waking", "block_rq_issue", "workqueue_x",
                                 "sys_enter_x", "tlb_flush", "other"}) {
            scanFields(event, text, list);
            for (const auto& field : list)
                ASSERT_TRUE(field.value.empty() ||
                            (field.value.data() >= text.data() &&
                             field.value.data() + field.value.size() <= text.data() + text.size()));
        }
    }
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "k=1 ";
    scanFields("other", many, list);
    EXPECT_EQ(list.size(), FieldList::kMost);
}

TEST(Fields, KnowsWhichEventsCannotHaveAField) {
    EXPECT_TRUE(mayHaveField("sched_switch", "prev_state"));
    EXPECT_FALSE(mayHaveField("sched_waking", "prev_state"));
    EXPECT_FALSE(mayHaveField("sched_switch", "target_cpu"));
    EXPECT_TRUE(mayHaveField("sched_switch", "vendor_load"));
    EXPECT_TRUE(mayHaveField("ext4_x", "prev_state"));
    EXPECT_FALSE(mayHaveField("softirq_entry", "irq"));
}
