// SPDX-License-Identifier: GPL-3.0-or-later
/// Every name that formats.md section 1 speaks of has words, and the words say what they should.
#include "model/store/trace_builder.h"
#include "model/words/block_words.h"
#include "model/words/function_words.h"
#include "model/words/value_words.h"
#include "model/words/word_table.h"
#include "model/words/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace kscope::model {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// formats.md 1.10 and 1.12 to 1.14, each name written out.
constexpr std::string_view kNamedEvents = R"(
sched_switch sched_waking sched_wakeup sched_wakeup_new sched_migrate_task sched_process_fork sched_process_exec
sched_prepare_exec sched_process_exit sched_process_free sched_wait_task sched_process_wait sched_process_hang
sched_pi_setprio sched_stat_wait sched_stat_sleep sched_stat_iowait sched_stat_blocked sched_stat_runtime
sched_move_numa sched_stick_numa sched_swap_numa sched_wake_idle_without_ipi sched_kthread_stop
sched_kthread_stop_ret sched_kthread_work_queue_work sched_kthread_work_execute_start sched_kthread_work_execute_end
task_newtask task_rename irq_handler_entry irq_handler_exit softirq_raise softirq_entry softirq_exit tasklet_entry
tasklet_exit local_timer_entry local_timer_exit reschedule_entry reschedule_exit call_function_entry
call_function_exit call_function_single_entry call_function_single_exit irq_work_entry irq_work_exit
x86_platform_ipi_entry x86_platform_ipi_exit error_apic_entry spurious_apic_entry thermal_apic_entry
threshold_apic_entry deferred_error_apic_entry vector_config vector_activate ipi_send_cpu ipi_send_cpumask ipi_raise
ipi_entry ipi_exit workqueue_queue_work workqueue_activate_work workqueue_execute_start workqueue_execute_end
timer_init timer_cancel timer_start timer_expire_entry timer_expire_exit hrtimer_init hrtimer_setup hrtimer_start
hrtimer_expire_entry hrtimer_expire_exit hrtimer_cancel itimer_state itimer_expire tick_stop signal_generate
signal_deliver page_fault_user page_fault_kernel mm_page_alloc mm_page_free mm_page_free_batched mm_page_free_direct
mm_pagevec_free mm_page_alloc_zone_locked mm_page_pcpu_drain mm_page_alloc_extfrag kmalloc kmem_cache_alloc
kmalloc_node kmem_cache_alloc_node kfree kmem_cache_free rss_stat sys_enter sys_exit sys_enter_openat sys_exit_openat
block_rq_insert block_rq_issue block_rq_merge block_io_start block_io_done block_rq_complete block_rq_error
block_rq_requeue block_bio_queue block_bio_backmerge block_bio_frontmerge block_getrq block_sleeprq
block_bio_complete block_bio_remap block_rq_remap block_split block_plug block_unplug block_touch_buffer
block_dirty_buffer cpu_idle cpu_frequency cpu_frequency_limits cpu_idle_miss pstate_sample suspend_resume
wakeup_source_activate wakeup_source_deactivate clock_enable clock_disable clock_set_rate device_pm_callback_start
device_pm_callback_end power_start power_end mm_vmscan_kswapd_wake mm_vmscan_kswapd_sleep mm_vmscan_wakeup_kswapd
mm_vmscan_direct_reclaim_begin mm_vmscan_direct_reclaim_end mm_vmscan_lru_isolate mm_vmscan_lru_shrink_inactive
mm_vmscan_lru_shrink_active mm_shrink_slab_start mm_shrink_slab_end mm_vmscan_throttled mm_compaction_begin
mm_compaction_end mm_compaction_isolate_migratepages mm_compaction_isolate_freepages mm_compaction_migratepages
mm_compaction_finished mm_compaction_suitable mm_compaction_kcompactd_wake mark_victim oom_score_adj_update
reclaim_retry_zone compact_retry wake_reaper start_task_reaping finish_task_reaping skip_task_reaping
writeback_dirty_page writeback_start writeback_pages_written mm_filemap_add_to_page_cache
mm_filemap_delete_from_page_cache ext4_da_write_begin ext4_sync_file_enter jbd2_start_commit jbd2_run_stats
net_dev_queue netif_receive_skb netif_rx net_dev_xmit netif_rx_entry napi_gro_receive_exit napi_poll kfree_skb
consume_skb console rcu_utilization tlb_flush inet_sock_set_state tcp_retransmit_skb function print raw_data hwlat
osnoise timerlat wakeup wakeup_rt wakeup_dl irqsoff preemptoff preemptirqsoff unknown blk kernel_stack user_stack)";

std::vector<std::string> namedEvents() {
    std::istringstream stream{std::string(kNamedEvents)};
    return {std::istream_iterator<std::string>(stream), {}};
}

TEST(Words, EveryNamedEventHasThem) {
    for (const auto& name : namedEvents()) {
        const auto words = eventWords(name);
        EXPECT_THAT(words.what, Not(IsEmpty())) << name;
        EXPECT_THAT(words.why, Not(IsEmpty())) << name;
        EXPECT_THAT(words.next, Not(IsEmpty())) << name;
        EXPECT_THAT(words.system, Not(IsEmpty())) << name;
    }
    EXPECT_THAT(eventWords("my_own_event").what, IsEmpty());
}

TEST(Words, EveryPlaceIntervalAndStageOfABlockRequestHasThem) {
    for (std::size_t i = 0; i < kBlockLayers; ++i)
        EXPECT_THAT(layerWords(static_cast<BlockLayer>(i)).meaning, Not(IsEmpty())) << i;
    for (std::size_t i = 0; i < kBlockIntervals; ++i) {
        const auto interval = static_cast<BlockInterval>(i);
        EXPECT_THAT(intervalWords(interval).look, Not(IsEmpty())) << i;
        EXPECT_LE(layersOf(interval).first, layersOf(interval).last) << i;
        EXPECT_LT(layersOf(interval).last, BlockLayer::Count_) << i;
    }
    for (const char letter : std::string_view("QGMUIDCRAX"))
        EXPECT_THAT(stageWords(letter).meaning, Not(IsEmpty())) << letter;
    // Each letter that blkparse prints is explained as an event of its own.
    for (std::size_t i = 1; i < static_cast<std::size_t>(BlockAction::Count_); ++i) {
        const auto letters = actionLetters(static_cast<BlockAction>(i));
        if (letters != "?") {
            EXPECT_THAT(eventWords(letters).what, Not(IsEmpty())) << letters;
        }
    }
}

TEST(Words, EveryTableIsWholeAndSaysNothingTwice) {
    struct Shape {
        const WordTable& table;
        std::size_t keys;
        std::size_t columns;
    };
    for (const auto& [table, keys, columns] :
         {Shape{blockTable(), 1, 4}, Shape{diagnosticTable(), 1, 4}, Shape{errnoTable(), 1, 3},
          Shape{eventTable(), 1, 6}, Shape{flagTable(), 1, 2}, Shape{fieldTable(), 2, 5},
          Shape{functionTable(), 1, 3}, Shape{gfpTable(), 1, 2}, Shape{letterTable(), 1, 3},
          Shape{signalTable(), 1, 3}, Shape{softirqTable(), 1, 3}, Shape{stateTable(), 1, 2},
          Shape{syscallTable(), 1, 3}}) {
        std::set<std::string> seen;
        for (const auto& row : table.rows()) {
            std::string key(row[0]);
            if (keys == 2) key.append("\t").append(row[1]);
            EXPECT_TRUE(seen.insert(key).second) << key;
            if (&table != &syscallTable()) {  // rare calls have a number only
                EXPECT_FALSE(row[columns - 1].empty()) << key;
            }
            for (std::size_t i = columns; i < row.size(); ++i) EXPECT_TRUE(row[i].empty()) << key;
        }
        EXPECT_FALSE(seen.empty());
    }
}

TEST(Words, EveryKindNamedInATableExists) {
    // A value that each kind has words for.
    const std::map<std::string_view, std::string_view> values{
        {"access", "0x6"},   {"bytes", "4096"},    {"clone", "3d0f00"},     {"cpu", "003"},
        {"errno", "-2"},     {"fault", "0x6"},     {"gfp", "GFP_KERNEL"},   {"handler", "0"},
        {"idle", "1"},       {"khz", "1800000"},   {"leaves", "S"},         {"migratetype", "1"},
        {"ns", "1500"},      {"order", "0"},       {"place", "8"},          {"prio", "120"},
        {"return", "0x3"},   {"rwbs", "WS"},       {"saflags", "14000000"}, {"sectors", "8"},
        {"sigcode", "0"},    {"signal", "9"},      {"signame", "9"},        {"sigresult", "0"},
        {"softirq", "3"},    {"softirqname", "3"}, {"state", "D|K"},        {"syscall", "0"},
        {"thread", "10000"}, {"task", ""}};
    const auto check = [&](std::string_view kind, std::string_view where) {
        const auto value = values.find(kind);
        ASSERT_NE(value, values.end()) << kind << " in " << where;
        if (kind == "task") return;  // names are joined by event_sentence.cpp
        EXPECT_THAT(valueWords(kind, value->second), Not(IsEmpty())) << kind;
    };
    for (const auto& row : fieldTable().rows())
        if (!row[3].empty()) check(row[3], row[1]);
    for (const auto& row : eventTable().rows()) {
        const auto sentence = row[2];
        for (auto open = sentence.find('{'); open != sentence.npos;
             open = sentence.find('{', open + 1)) {
            const auto inner = sentence.substr(open + 1, sentence.find('}', open) - open - 1);
            if (const auto colon = inner.find(':'); colon != inner.npos)
                check(inner.substr(colon + 1), row[0]);
        }
    }
    for (const auto& [kind, value] : values)  // no words for what is no value
        EXPECT_THAT(valueWords(kind, "?"),
                    testing::AnyOf(IsEmpty(), testing::StrEq("task"), testing::StrEq("touches")))
            << kind;
}

TEST(Words, EveryDiagnosticHasTitleReasonAndAdvice) {
    for (std::size_t kind = 0; kind < kDiagnosticKinds; ++kind) {
        const Diagnostic diagnostic{static_cast<DiagnosticKind>(kind), 2847, "CPU 1.", {}};
        const auto words = diagnosticWords(diagnostic);
        const auto name = diagnosticName(diagnostic.kind);
        EXPECT_NE(words.title, name) << name;
        for (const auto& text : {words.title, words.reason, words.advice}) {
            EXPECT_THAT(text, Not(IsEmpty())) << name;
            EXPECT_EQ(text.find_first_of("{}[]"), std::string::npos) << text;
        }
    }
    EXPECT_EQ(diagnosticWords({DiagnosticKind::UnparsedLine, 1, {}, {}}).title,
              "1 line could not be read");
    EXPECT_EQ(diagnosticWords({DiagnosticKind::UnparsedLine, 2, {}, {}}).title,
              "2 lines could not be read");
    EXPECT_THAT(diagnosticWords({DiagnosticKind::Overwritten, 2, "Of 10.", {}}).reason,
                HasSubstr("old ones. Of 10."));
}

TEST(Words, SignalsPrioritiesAndErrorsAreThoseOfLinux) {
    for (int signal = 1; signal <= 64; ++signal)
        EXPECT_THAT(signalWords(signal), Not(IsEmpty())) << signal;
    EXPECT_EQ(signalWords(9), "SIGKILL (9): ends the process, cannot be caught");
    EXPECT_THAT(signalWords(34), HasSubstr("SIGRTMIN (34)"));
    EXPECT_THAT(signalWords(64), HasSubstr("SIGRTMAX (64)"));
    EXPECT_THAT(signalWords(65), IsEmpty());
    EXPECT_EQ(priorityWords(120), "nice 0");
    EXPECT_EQ(priorityWords(100), "nice -20");
    EXPECT_EQ(priorityWords(98), "real-time 1");
    EXPECT_EQ(priorityWords(0), "real-time 99");
    EXPECT_EQ(priorityWords(-1), "deadline");
    EXPECT_EQ(errnoWords(2), "ENOENT: no such file or directory");
    EXPECT_EQ(softirqWords(3), "packets that came in");
    EXPECT_THAT(softirqWords(10), IsEmpty());
    EXPECT_THAT(gfpWords("GFP_ATOMIC"), HasSubstr("must not wait"));
    for (int state = 0; state <= static_cast<int>(TaskState::OtherSleep); ++state)
        EXPECT_THAT(stateWords(static_cast<TaskState>(state)), Not(IsEmpty())) << state;
}

TEST(Words, FunctionsAreFoundByPatternAndPastSuffixes) {
    EXPECT_EQ(functionWords("submit_bio").area, "block layer");
    EXPECT_EQ(functionWords("ext4_file_read_iter").area, "ext4");
    EXPECT_EQ(functionWords("ext4_some_new_function").area, "ext4");
    EXPECT_EQ(functionWords("blk_mq_run_hw_queue").area, "block layer");
    EXPECT_THAT(functionWords("ext4_sync_file").what, HasSubstr("fsync()"));
    EXPECT_EQ(functionWords("ext4_sync_file [ext4]").what, functionWords("ext4_sync_file").what);
    EXPECT_EQ(functionWords("do_IRQ").area, "interrupt");
    EXPECT_EQ(functionWords("send_signal_locked").area, "signal");
    EXPECT_EQ(functionWords("try_to_wake_up.part.0").area, "scheduler");
    EXPECT_EQ(functionWords("__x64_sys_write").area, "system call");
    EXPECT_EQ(functionWords("std::vector<int>::push_back(int const&)").area, "C++");
    EXPECT_EQ(functionWords("ext4_sync_file [ext4]").what, functionWords("ext4_sync_file").what);
    EXPECT_EQ(functionWords("ext4_sync_file\t[ext4]").what, functionWords("ext4_sync_file").what);
    EXPECT_NE(functionWords("ext4_sync_file").what, functionWords("ext4_other").what);
    EXPECT_EQ(functionWords("do_work_pending+0xb4/0xcc").area, "system call");
    EXPECT_EQ(functionWords("vfs_read@kernel").area, "VFS");
    EXPECT_EQ(functionWords("malloc@plt").area, "C library");
    EXPECT_EQ(functionWords("malloc@@GLIBC_2.2.5").area, "C library");
    EXPECT_EQ(functionWords("[unknown]").area, "program");
    EXPECT_THAT(functionWords("my_own_function").area, IsEmpty());
    using model::CallSpace;
    EXPECT_EQ(functionWords("schedule", CallSpace::Kernel).area, "scheduler");
    EXPECT_THAT(functionWords("schedule", CallSpace::User).area, IsEmpty());
    EXPECT_THAT(functionWords("schedule", CallSpace::User).what, IsEmpty());
    EXPECT_EQ(functionWords("malloc", CallSpace::User).area, "C library");
    EXPECT_EQ(functionWords("vfs_read", CallSpace::User).area, "VFS");  // of a fragment
    EXPECT_EQ(functionWords("linux:schedule", CallSpace::User).area, "scheduler");
    EXPECT_EQ(functionWords("std::string::size() const", CallSpace::User).area, "C++");
    EXPECT_EQ(functionWords("vfs_read@kernel", CallSpace::User).area, "VFS");
    EXPECT_THAT(functionWords("").what, IsEmpty());
    EXPECT_THAT(functionWords("(").what, IsEmpty());
}

TEST(Words, EveryFunctionOfTheLabsHasWordsOfItsOwn) {
    // As the captures of the labs name them, with the area that a reader expects.
    for (const auto& [area, names] : std::map<std::string_view, std::string_view>{
             {"VFS", "__vfs_read __vfs_write touch_atime"},
             {"procfs", "devinfo_show"},
             {"page cache", "__generic_file_write_iter __block_write_begin "
                            "__block_write_begin_int generic_write_end"},
             {"interrupt", "handle_irq ret_from_intr"},
             {"network", "e1000_intr __napi_schedule"},
             {"block layer", "__blk_mq_delay_run_hw_queue"},
             {"process", "__task_pid_nr_ns do_notify_parent do_notify_parent_cldstop"},
             {"security", "audit_signal_info"},
             {"signal", "do_signal_stop do_tkill"},
             {"system call", "SyS_clone ret_fast_syscall slow_work_pending do_work_pending "
                             "exit_to_usermode_loop"},
             {"start", "start_secondary"},
             {"idle", "cpu_startup_entry do_idle default_idle"},
             {"memory", "handle_pte_fault __handle_mm_fault __do_page_fault"},
             {"workqueue", "__queue_work"},
             {"C library", "write fsync nanosleep waitpid snprintf atoi _setjmp"}}) {
        std::istringstream stream{std::string(names)};
        for (std::string name; stream >> name;) {
            EXPECT_EQ(functionWords(name).area, area) << name;
            EXPECT_THAT(functionWords(name).what, testing::EndsWith(".")) << name;
        }
    }
}

TEST(Words, FunctionsOfAProgramAreNotTakenForTheKernels) {
    // Names as learners give them: a pattern that is too wide would explain them wrongly.
    for (const std::string_view name : {"step",
                                        "worker",
                                        "fill",
                                        "put",
                                        "rest",
                                        "commit",
                                        "spin",
                                        "leaf",
                                        "spawn",
                                        "account_deposit",
                                        "swap_elements",
                                        "test_state_machine",
                                        "update_score",
                                        "get_value",
                                        "sys_init",
                                        "asm_add",
                                        "policy_check",
                                        "page_add_row",
                                        "pick_task",
                                        "add_timer_row",
                                        "lab::Base::~Base"})
        EXPECT_THAT(functionWords(name).what, IsEmpty()) << name;
}

TEST(Words, FlagsAreOneClauseEach) {
    const EventFlags flags{1u | 1u << 2 | 2u << 5 | 3u << 8 | 1u << 12};
    EXPECT_EQ(
        flagsSentence(flags),
        "interrupts off, should switch soon, in a hard interrupt, preemption disabled 3 deep, "
        "migration disabled 1 deep");
    EXPECT_EQ(flagsSentence(EventFlags{0}), "nothing switched off, in a task");
    EXPECT_THAT(flagsSentence(kNoFlags), IsEmpty());
}

TEST(Words, AFieldOfAnEventWinsOverTheSameNameElsewhere) {
    EXPECT_THAT(fieldWords("sched_switch", {"prev_state", "D|K"}).value,
                HasSubstr("signals do not wake it"));
    EXPECT_EQ(fieldWords("sched_switch", {"next_prio", "98"}).value, "real-time 1");
    EXPECT_EQ(fieldWords("cpu_idle", {"state", "4294967295"}).value, "leaves idle");
    EXPECT_EQ(fieldWords("cpu_frequency", {"state", "1800000"}).unit, "kHz");
    EXPECT_EQ(fieldWords("signal_deliver", {"sa_handler", "0"}).value, "default action");
    EXPECT_EQ(fieldWords("signal_deliver", {"sa_handler", "1"}).value, "ignored");
    EXPECT_EQ(fieldWords("irq_handler_exit", {"ret", "handled"}).value, "");
    EXPECT_THAT(fieldWords("hrtimer_start", {"expires", "12"}).unit, "ns");
    EXPECT_THAT(fieldWords("timer_start", {"expires", "12"}).unit, "");
    EXPECT_THAT(fieldWords("my_own_event", {"my_own_field", "1"}).meaning, IsEmpty());
}

TEST(ValueWords, ReadTheKernelsBits) {
    EXPECT_EQ(valueWords("fault", "0x6"), "no page is mapped there yet, a write, from user mode");
    EXPECT_THAT(valueWords("fault", "0x4"), testing::StartsWith("a read"));
    EXPECT_EQ(valueWords("rwbs", "FWFSM"), "flush the disk's cache first, write, must reach the "
                                           "medium, somebody waits for it, metadata");
    EXPECT_EQ(valueWords("rwbs", "FF"), "flush the disk's cache");
    EXPECT_EQ(valueWords("rwbs", "FFS"), "flush the disk's cache, somebody waits for it");
    EXPECT_EQ(valueWords("rwbs", "WFS"), "write, must reach the medium, somebody waits for it");
    EXPECT_EQ(valueWords("place", "18446744073709551615"), "at no sector");
    EXPECT_EQ(valueWords("place", "1017858"), "at sector 1017858");
    EXPECT_EQ(valueWords("return", "0xfffffffffffffffe"), "ENOENT: no such file or directory");
    EXPECT_EQ(valueWords("return", "-11").substr(0, 6), "EAGAIN");
    EXPECT_EQ(valueWords("return", "0x3"), "3");
    EXPECT_EQ(valueWords("order", "3"), "8 pages in a row, 32.0 KiB");
    EXPECT_EQ(valueWords("thread", "3d0f00"), "thread");
    EXPECT_EQ(valueWords("syscall", "1"), "write");
    EXPECT_EQ(valueWords("leaves", "R+"), "is pushed aside, still runnable");
}

}  // namespace
}  // namespace kscope::model
