// SPDX-License-Identifier: GPL-3.0-or-later
/// Which wakeup a run began with, and what a task woke.
#pragma once

#include "model/store/trace.h"

#include <optional>
#include <vector>

namespace kscope::views {

struct WakeLink {
    model::EventIndex event{};  ///< The wake event.
    model::TaskId waker = model::kNoTask;
    model::CpuId wakerCpu = model::kUnknownCpu;
    model::TaskId wakee = model::kNoTask;
    std::int64_t wokenNs = 0;
    std::int64_t ranNs = 0;  ///< When the wakee got a CPU; = wokenNs where it never did.
    model::CpuId ranOn = model::kUnknownCpu;
};
/// The wakeup that ended the wait before what `task` did at `ns`. None: it was preempted, or
/// nothing was recorded.
[[nodiscard]] std::optional<WakeLink> findWake(const model::Trace& trace, model::TaskId task,
                                               std::int64_t ns);
/// The first wake event that `task` caused in [begin, end).
[[nodiscard]] std::optional<WakeLink> findWoken(const model::Trace& trace, model::TaskId task,
                                                std::int64_t begin, std::int64_t end);

/// How many wake events lie in [begin, end). O(chunks).
[[nodiscard]] std::size_t countWakes(const model::Trace& trace, std::int64_t begin,
                                     std::int64_t end);
/// Wakeups in [begin, end), at most `most`.
[[nodiscard]] std::vector<WakeLink> wakesBetween(const model::Trace& trace, std::int64_t begin,
                                                 std::int64_t end, std::size_t most);

}  // namespace kscope::views
