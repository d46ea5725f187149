// SPDX-License-Identifier: GPL-3.0-or-later
/// What an event begins: the length of its span, and of the wait that it starts (cli.md section 1).
#pragma once

#include "model/store/trace.h"

#include <optional>

namespace kscope::model {

/// Of a switch the next task's run, of an irq or softirq entry the time until its exit. Nothing
/// where the event begins no span, or its end was not recorded or is a guess. O(log spans).
[[nodiscard]] std::optional<Duration> eventDuration(const Trace& trace, const Event& event);
/// Of a wake event, or a switch-out with R or R+, the time until the switch-in. Nothing where it
/// starts no wait.
[[nodiscard]] std::optional<Duration> eventLatency(const Trace& trace, const Event& event);

/// Typed row of an event; nullptr where it has none. O(log rows).
[[nodiscard]] const SwitchRow* switchOf(const Event& event);
[[nodiscard]] const WakeRow* wakeOf(const Event& event);

}  // namespace kscope::model
