// SPDX-License-Identifier: GPL-3.0-or-later
/// How long what an event begins lasted, where no lane of the store keeps it: function calls,
/// system calls, and whatever else has an entry and an exit of its own name.
#pragma once

#include "model/store/trace.h"

#include <optional>
#include <string_view>
#include <vector>

namespace kscope::model {

/// Pairs of names: sys_enter_X and sys_exit_X; X_entry or X_enter and X_exit; X_begin and X_end;
/// X_start and X_end, X_done or X_finish. An exit belongs to the latest entry of its name in the
/// same task, on the same CPU where that is idle or not known. Lost records part what is open.
/// Lanes have irq_handler_entry and softirq_entry: eventDuration() tells those.
class EntryLengths {
public:
    explicit EntryLengths(const Trace& trace);
    /// Of an entry the time until its exit; of a function's exit whose entry is not there, what its
    /// line tells. Nothing where the end is not there, or a guess. O(log entries).
    [[nodiscard]] std::optional<Duration> duration(EventIndex event) const;
    /// Whether events of that name may have a length, apart from functions.
    [[nodiscard]] static bool isOpening(std::string_view name);
    /// Entries and exits of functions are there: events of every name may have a length.
    [[nodiscard]] bool anyCalls() const noexcept { return !m_ofCalls.empty(); }

private:
    struct Length {
        std::uint64_t event;
        std::int64_t ns;
    };
    void addCalls(const Trace& trace);
    void addPairs(const Trace& trace);
    const Trace& m_trace;
    std::vector<std::vector<std::uint32_t>> m_ofCalls;  // ns by chunk and row
    std::vector<Length> m_others;                       // ascending by event
};

}  // namespace kscope::model
