// SPDX-License-Identifier: GPL-3.0-or-later
/// Letters of the kernel and what they mean.
#include "model/store/task_state.h"

#include <array>

namespace kscope::model {

std::string_view taskStateName(TaskState state) {
    constexpr std::array<std::string_view, 13> kNames{
        "unknown", "running", "runnable", "preempted", "yielded", "sleeping", "uninterruptible",
        "stopped", "traced",  "idle",     "parked",    "dead",    "other"};
    return kNames[static_cast<std::size_t>(state)];
}

TaskState switchOutState(std::string_view prevState) {
    const bool preempted = !prevState.empty() && prevState.back() == '+';
    if (preempted) prevState.remove_suffix(1);
    if (prevState.empty() || prevState == "R")
        return preempted ? TaskState::Preempted : TaskState::Yielded;
    // Several letters are joined by '|': the first that names a state decides ("D|K", "S|N").
    for (const char letter : prevState) {
        switch (letter) {
        case 'S': return TaskState::Sleeping;
        case 'D': return TaskState::Uninterruptible;
        case 'T': return TaskState::Stopped;
        case 't': return TaskState::Traced;
        case 'X':
        case 'x':
        case 'Z': return TaskState::Dead;
        case 'P': return TaskState::Parked;
        case 'I': return TaskState::IdleSleep;
        default: break;
        }
    }
    return TaskState::OtherSleep;
}

std::string flagsText(EventFlags flags) {
    const auto bits = static_cast<unsigned>(flags);
    if ((bits >> 5 & 7u) >= 6u) return {};  // 7: none; 6: a call edge (call_edge.h)
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto depth = [&](unsigned value) { return value == 0 ? '.' : kHex[value]; };
    std::string text;
    text += ".dbD"[bits & 3u];
    text += ".NnplbLB"[bits >> 2 & 7u];
    text += ".shHzZ."[bits >> 5 & 7u];
    text += depth(bits >> 8 & 15u);
    text += depth(bits >> 12 & 15u);
    return text;
}

}  // namespace kscope::model
