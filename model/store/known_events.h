// SPDX-License-Identifier: GPL-3.0-or-later
/// Event names that the store gives a meaning to; their StringIds are fixed, so a comparison is one
/// number.
#pragma once

#include "model/core/types.h"

#include <array>
#include <string_view>

namespace kscope::model {

/// Value = StringId of the name in every StringTable (0 is the empty string).
enum class KnownEvent : std::uint32_t {
    SchedSwitch = 1,
    SchedWaking,
    SchedWakeup,
    SchedWakeupNew,
    SchedMigrateTask,
    SchedProcessFork,
    SchedProcessExec,
    SchedProcessExit,
    SchedProcessFree,
    TaskNewtask,
    TaskRename,
    IrqHandlerEntry,
    IrqHandlerExit,
    SoftirqEntry,
    SoftirqExit,
    SoftirqRaise,
    Function,
    Print,
    RawData,
    Unknown,
    Blk,
    SignalGenerate,
    SignalDeliver,
    CpuIdle,
    Count_
};
inline constexpr std::array<std::string_view, 25> kKnownEventNames{"",
                                                                   "sched_switch",
                                                                   "sched_waking",
                                                                   "sched_wakeup",
                                                                   "sched_wakeup_new",
                                                                   "sched_migrate_task",
                                                                   "sched_process_fork",
                                                                   "sched_process_exec",
                                                                   "sched_process_exit",
                                                                   "sched_process_free",
                                                                   "task_newtask",
                                                                   "task_rename",
                                                                   "irq_handler_entry",
                                                                   "irq_handler_exit",
                                                                   "softirq_entry",
                                                                   "softirq_exit",
                                                                   "softirq_raise",
                                                                   "function",
                                                                   "print",
                                                                   "raw_data",
                                                                   "unknown",
                                                                   "blk",
                                                                   "signal_generate",
                                                                   "signal_deliver",
                                                                   "cpu_idle"};
static_assert(static_cast<std::size_t>(KnownEvent::Count_) == kKnownEventNames.size());

[[nodiscard]] constexpr StringId nameId(KnownEvent event) {
    return StringId{static_cast<std::uint32_t>(event)};
}

/// Names of the ten softirq vectors, kernel/softirq.c; index = vec.
inline constexpr std::array<std::string_view, 10> kSoftirqNames{
    "HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"};

}  // namespace kscope::model
