// SPDX-License-Identifier: GPL-3.0-or-later
/// The stages of one request with who did them and where, who slept on it, and how long what a
/// block event begins lasted.
#pragma once

#include "model/derive/block_requests.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace kscope::model {

/// A record that belongs to a request.
struct RequestStage {
    char letter = 0;  ///< A Q X G M F U I D C
    std::int64_t time = 0;
    std::optional<EventIndex> event;  ///< None where no row of that time and sector was found.
    CpuId cpu = kUnknownCpu;
    TaskId task = kNoTask;
    StringId comm{};
    std::uint32_t bio = kNoIndex;  ///< Whose stage; kNoIndex: the request's own.
};
/// In order of time. O(bios inside · log rows); at most 4096 bios are told.
[[nodiscard]] std::vector<RequestStage> requestStages(const Trace& trace, const BlockModel& blocks,
                                                      std::uint32_t request);

/// The typed row of a block event; null where it has none. O(log rows).
[[nodiscard]] const BlockRow* blockRowOf(const Event& event);

/// The request that a block event belongs to; nothing where it is none's. O(bios + requests).
[[nodiscard]] std::optional<std::uint32_t> requestOf(const Trace& trace, const BlockModel& blocks,
                                                     EventIndex event);

/// A task that slept until a request was complete.
struct BlockSleeper {
    TaskId task = kNoTask;
    TimeRange sleep;                   ///< Its span in the task's lane.
    std::optional<EventIndex> wakeup;  ///< The event that ended it.
};
/// Who the completion woke: the first wakeup on its CPU before another completion, within a
/// millisecond, of a task that slept before the completion; else the submitter, where it slept
/// through the completion. Needs sched events.
[[nodiscard]] std::optional<BlockSleeper> sleeperOn(const Trace& trace, const BlockModel& blocks,
                                                    std::uint32_t request);
/// The request that a sleep of `task` ended with: of those that were completed in the millisecond
/// before `end` the latest whose sleeper it is.
[[nodiscard]] std::optional<std::uint32_t>
requestSleptOn(const Trace& trace, const BlockModel& blocks, TaskId task, TimeRange sleep);

/// Lengths of what block events begin, for filters: `duration` of a Q is its transfer to the end
/// (Q2C), of a D the device's part (D2C); `latency` of a Q the wait until its D, of an I that until
/// its D.
class BlockLengths {
public:
    explicit BlockLengths(const Trace& trace);
    [[nodiscard]] std::optional<Duration> duration(EventIndex event) const;
    [[nodiscard]] std::optional<Duration> latency(EventIndex event) const;

private:
    struct Length {
        std::uint64_t event;
        std::int64_t ns;
    };
    static std::optional<Duration> find(std::span<const Length> lengths, EventIndex event);
    void addInserts(const Trace& trace, const BlockModel& blocks);
    std::vector<Length> m_durations;  // ascending by event
    std::vector<Length> m_latencies;
};

}  // namespace kscope::model
