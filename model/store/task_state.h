// SPDX-License-Identifier: GPL-3.0-or-later
/// What a task can be doing, and the flags column of an event.
#pragma once

#include "model/core/types.h"

#include <string>
#include <string_view>

namespace kscope::model {

/// State of a task from one moment on. The first three after Running wait for a CPU (all are drawn
/// runnable).
enum class TaskState : std::uint8_t {
    Unknown,  ///< Before its first event, after lost events, after a missing switch.
    Running,
    Woken,            ///< Runnable since a wake event.
    Preempted,        ///< Runnable since a switch-out with R+.
    Yielded,          ///< Runnable since a switch-out with plain R.
    Sleeping,         ///< S
    Uninterruptible,  ///< D, D|K
    Stopped,          ///< T
    Traced,           ///< t
    IdleSleep,        ///< I: idle kernel thread
    Parked,           ///< P
    Dead,             ///< X, Z, x, or sched_process_exit
    OtherSleep,       ///< K, W, N alone and unknown letters
};
[[nodiscard]] constexpr bool isRunnable(TaskState state) {
    return state == TaskState::Woken || state == TaskState::Preempted ||
           state == TaskState::Yielded;
}
/// "running", "runnable", "preempted", "sleeping", "uninterruptible", … (stable keys; shown words
/// are in resources/words).
[[nodiscard]] std::string_view taskStateName(TaskState state);
/// prev_state of sched_switch as text ("S", "D|K", "R+", "R"):
/// linux/include/trace/events/sched.h 6.1–7.2.
[[nodiscard]] TaskState switchOutState(std::string_view prevState);

/// irq-info of an event line in 16 bits: 0–1 irqs-off (0 '.', 1 d, 2 b, 3 D), 2–4 need-resched (0
/// '.', 1 N, 2 n, 3 p, 4 l, 5 b, 6 L, 7 B), 5–7 context (0 '.', 1 s, 2 h, 3 H, 4 z, 5 Z, 7: the
/// line has no flags, 6: the row is a function's entry or exit and the rest means what
/// model/store/call_edge.h says), 8–11 preempt-depth, 12–15 migrate-disable.
/// Documentation/trace/ftrace.rst; kernel/trace/trace_output.c trace_print_lat_fmt.
enum class EventFlags : std::uint16_t {};
inline constexpr EventFlags kNoFlags{7u << 5};
/// Five characters as the kernel prints them ("d.h1."), empty for kNoFlags.
[[nodiscard]] std::string flagsText(EventFlags flags);

}  // namespace kscope::model
