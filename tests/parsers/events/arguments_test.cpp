// SPDX-License-Identifier: GPL-3.0-or-later
/// Arguments in the kernel's words, in trace-cmd's and raw.
#include "parsers/events/arguments.h"

#include <gtest/gtest.h>

namespace kscope::parsers {
namespace {

using model::TaskState;

TEST(SwitchArguments, SurviveHostileTaskNames) {
    const auto found = readSwitch(
        "prev_comm=x prev_pid=1 prev_pid=77 prev_prio=120 prev_state=S ==> next_comm=a next_pid=3 "
        "b next_pid=9 next_prio=98");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->prevComm, "x prev_pid=1");
    EXPECT_EQ(found->prevPid, 77);
    EXPECT_EQ(found->nextComm, "a next_pid=3 b");
    EXPECT_EQ(found->nextPid, 9);
    EXPECT_EQ(found->nextPrio, 98);
    const auto arrow = readSwitch("prev_comm=kthr [x] ==> prev_pid=5 prev_prio=120 prev_state=R+ "
                                  "==> next_comm= ==>  next_pid=0 next_prio=120");
    ASSERT_TRUE(arrow);
    EXPECT_EQ(arrow->prevComm, "kthr [x] ==>");
    EXPECT_EQ(arrow->prevState, TaskState::Preempted);
    EXPECT_EQ(arrow->nextComm, " ==> ");
}

TEST(SwitchArguments, IgnoreWhatNewerKernelsAppend) {
    const auto found = readSwitch("prev_comm=a prev_pid=1 prev_prio=120 prev_state=D|K ==> "
                                  "next_comm=b next_pid=2 next_prio=-1 mm=7 x=y");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->prevState, TaskState::Uninterruptible);
    EXPECT_EQ(found->nextPrio, -1);
}

TEST(SwitchArguments, ReadTraceCmdPluginText) {
    const auto found = readSwitch("a-b 1:2 (x):353 [120] S ==> swapper/1:0 [120]");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->prevComm, "a-b 1:2 (x)");
    EXPECT_EQ(found->prevPid, 353);
    EXPECT_EQ(found->nextComm, "swapper/1");
    EXPECT_EQ(readSwitch("kthr [x] ==>:513 [120] S ==> kthr [x] ==>:0 [120]")->prevComm,
              "kthr [x] ==>");
    // The plugin's letters come from the table of 3.x.
    EXPECT_EQ(readSwitch("rcu_preempt:15 [120] W ==> swapper/0:0 [120]")->prevState,
              TaskState::IdleSleep);
    EXPECT_EQ(readSwitch("a:15 [120] x ==> swapper/0:0 [120]")->prevState, TaskState::Parked);
    EXPECT_EQ(readSwitch("a:15 [120] X ==> swapper/0:0 [120]")->prevState, TaskState::Dead);
    EXPECT_EQ(readSwitch("a:15 [120] R ==> b:-1 [-1]")->nextPrio, -1);
}

TEST(SwitchArguments, ReadRawFields) {
    const auto state = [](std::string_view bits) {
        const auto found =
            readSwitch("prev_comm=a prev_pid=1 prev_prio=120 prev_state=" + std::string(bits) +
                       " next_comm=b next_pid=2 next_prio=120");
        return found ? found->prevState : TaskState::Unknown;
    };
    EXPECT_EQ(state("0"), TaskState::Yielded);
    EXPECT_EQ(state("1"), TaskState::Sleeping);
    EXPECT_EQ(state("2"), TaskState::Uninterruptible);
    EXPECT_EQ(state("32"), TaskState::Dead);
    EXPECT_EQ(state("128"), TaskState::IdleSleep);
    EXPECT_EQ(state("256"), TaskState::Preempted);
    EXPECT_EQ(state("4096"), TaskState::Preempted);
    const auto fields = readSwitch("prev_comm=bash prev_pid=0x3 (3) prev_prio=0x78 (120) "
                                   "prev_state=0x2 (2) next_comm=b next_pid=0x10 (16) "
                                   "next_prio=0x78 (120)");
    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->nextPid, 16);
    EXPECT_EQ(fields->prevState, TaskState::Uninterruptible);
}

TEST(SwitchArguments, RefuseWhatIsCut) {
    const std::string_view whole = "prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> "
                                   "next_comm=b next_pid=2 next_prio=120";
    for (std::size_t size = 0; size < whole.size() - 3; ++size)
        EXPECT_FALSE(readSwitch(whole.substr(0, size))) << size;
    EXPECT_TRUE(readSwitch(whole));
}

TEST(WakeArguments, ReadAllShapes) {
    const auto found = readWake("comm=a pid=3 b pid=15 prio=120 target_cpu=002");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->comm, "a pid=3 b");
    EXPECT_EQ(found->pid, 15);
    EXPECT_EQ(found->targetCpu, 2);
    EXPECT_FALSE(readWake("comm=a pid=15 prio=120 success=0 target_cpu=002")->success);
    EXPECT_TRUE(readWake("comm=a pid=15 prio=120 success=1 target_cpu=2")->success);
    EXPECT_EQ(readWake("comm=a pid=15 prio=120 success=1 target_cpu=2")->prio, 120);
    const auto plugin = readWake("kworker/0:1:15 [98] success=1 CPU:003");
    ASSERT_TRUE(plugin);
    EXPECT_EQ(plugin->comm, "kworker/0:1");
    EXPECT_EQ(plugin->prio, 98);
    EXPECT_EQ(plugin->targetCpu, 3);
    EXPECT_EQ(readWake("a:15 [98] CPU:003")->pid, 15);
    EXPECT_FALSE(readWake("comm=a pid=15 prio=120"));
}

TEST(TaskArguments, ReadBirthsDeathsAndNames) {
    const auto fork =
        readTask(Meaning::Fork, "comm=ba sh pid=895 child_comm=ba sh child_pid=17082");
    ASSERT_TRUE(fork);
    EXPECT_EQ(fork->pid, 895);
    EXPECT_EQ(fork->text, "ba sh");
    EXPECT_EQ(fork->child, 17082);
    EXPECT_EQ(readTask(Meaning::Fork, "parent_comm=a parent_pid=1 child_comm=b child_pid=2")->child,
              2);
    const auto thread =
        readTask(Meaning::NewTask, "pid=7 comm=java clone_flags=3d0f00 oom_score_adj=0");
    ASSERT_TRUE(thread);
    EXPECT_EQ(thread->child, 7);
    EXPECT_TRUE(thread->thread);
    EXPECT_FALSE(
        readTask(Meaning::NewTask, "pid=7 comm=bash clone_flags=1200011 oom_score_adj=0")->thread);
    EXPECT_EQ(readTask(Meaning::Exec, "filename=/bin/a b pid=7 old_pid=7")->text, "/bin/a b");
    EXPECT_EQ(readTask(Meaning::Exit, "comm=a pid=7 prio=120 group_dead=true")->pid, 7);
    const auto rename =
        readTask(Meaning::Rename, "pid=7 oldcomm=bash newcomm=ls -l oom_score_adj=0");
    ASSERT_TRUE(rename);
    EXPECT_EQ(rename->comm, "bash");
    EXPECT_EQ(rename->text, "ls -l");
}

TEST(IrqArguments, ReadHandlersAndVectors) {
    EXPECT_EQ(readIrq(Meaning::IrqEntry, "irq=24 name=nvme 0 q1")->name, "nvme 0 q1");
    EXPECT_EQ(readIrq(Meaning::IrqExit, "irq=24 ret=handled")->number, 24);
    EXPECT_EQ(readSoftirq("vec=9 [action=RCU]"), 9);
    EXPECT_EQ(readSoftirq("softirq=1 action=TIMER"), 1);
    EXPECT_EQ(readSoftirq("vec=1"), 1);
    EXPECT_FALSE(readSoftirq("vec="));
}

TEST(Vocabulary, KnowsEachTypedEventOnce) {
    ASSERT_NE(findEventWords("sched_switch"), nullptr);
    EXPECT_EQ(findEventWords("sched_switch")->meaning, Meaning::Switch);
    EXPECT_EQ(findEventWords("sched_switc"), nullptr);
    EXPECT_EQ(findEventWords(""), nullptr);
    for (int meaning = 1; meaning <= static_cast<int>(Meaning::SoftirqRaise); ++meaning) {
        const auto one = static_cast<Meaning>(meaning);
        // The text of block events has no keys.
        EXPECT_EQ(fieldsOf(one).empty(), isBlockMeaning(one)) << meaning;
    }
}

}  // namespace
}  // namespace kscope::parsers
