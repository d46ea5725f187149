// SPDX-License-Identifier: GPL-3.0-or-later
/// What `report memory` and the memory pane say: zones against their watermarks, free blocks by
/// order, and reclaim out of events.
#pragma once

#include "model/derive/sched_report.h"

#include <array>
#include <string>

namespace kscope::model {

/// A zone in one round of zoneinfo, pages.
struct ZoneMarks {
    int node = 0;
    std::string zone;
    std::uint64_t free = 0;
    std::uint64_t min = 0;
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::optional<std::uint64_t> boost;  ///< Older kernels have none.
    std::optional<std::uint64_t> managed;
    [[nodiscard]] bool populated() const { return !managed || *managed > 0; }
};
/// Zones of a round, in order of the file.
[[nodiscard]] std::vector<ZoneMarks> zoneMarks(const Trace& trace, const CounterCursor& cursor);

/// A zone over the rounds of a log. A round holds until the next one begins, the last for nothing.
struct ZoneTimes {
    static constexpr std::size_t kMin = 0, kLow = 1, kHigh = 2;
    int node = 0;
    std::string zone;
    std::uint64_t rounds = 0;
    std::array<std::int64_t, 3> belowNs{};  ///< Free pages below min, low, high.
    std::array<std::uint64_t, 3> roundsBelow{};
    std::uint64_t lowestFree = UINT64_MAX;
    std::uint64_t highestFree = 0;
    std::uint64_t lastFree = 0;
    std::uint64_t freeSum = 0;  ///< Of all rounds.
    ZoneMarks last;
};
[[nodiscard]] std::vector<ZoneTimes> zoneTimes(const Trace& trace, const CounterTablePtr& zoneinfo,
                                               const ReportScope& scope);

/// Free blocks of a zone in one round of buddyinfo, with the kernel's fragmentation numbers
/// (mm/vmstat.c, formats.md 6.11) in thousandths.
struct FreeBlocks {
    int node = 0;
    std::string zone;
    std::vector<std::int64_t> blocks;  ///< By order.
    std::uint64_t free = 0;            ///< Pages.
    std::int64_t largestOrder = -1;    ///< With a free block; −1: none is free.
    std::vector<std::int64_t> unusable;
    std::vector<std::int64_t> fragmentation;  ///< −1000: an allocation would succeed.
};
[[nodiscard]] std::int64_t unusableIndex(std::span<const std::int64_t> blocks, unsigned order);
[[nodiscard]] std::int64_t fragmentationIndex(std::span<const std::int64_t> blocks, unsigned order);
[[nodiscard]] std::vector<FreeBlocks> freeBlocks(const Trace& trace, const CounterCursor& cursor);

/// Reclaim out of vmscan's events.
struct ReclaimSpan {
    std::int64_t startNs = 0;
    std::int64_t duration = 0;
    std::int64_t order = 0;
    std::int64_t reclaimed = 0;
    TaskId task = kNoTask;
    EventIndex event{};        ///< Its begin.
    std::int64_t scanned = 0;  ///< Pages, by mm_vmscan_lru_shrink_inactive between begin and end.
    std::int64_t freed = 0;    ///< Of those.
    std::int64_t node = -1;    ///< Of the first of those events; −1: there was none.
};
/// Pages that one pass over a node's lists looked at and freed (mm_vmscan_lru_shrink_inactive).
struct ReclaimScan {
    enum class By : std::uint8_t { Kswapd, Direct };
    std::int64_t ns = 0;
    std::int32_t node = 0;
    By by = By::Kswapd;
    std::int64_t scanned = 0;
    std::int64_t freed = 0;
};
struct ReclaimTask {
    TaskId task = kNoTask;
    StringId comm{};  ///< As on its lines.
    SpanSum spans;
};
struct NodeReclaim {
    std::int64_t node = 0;
    std::optional<std::int64_t> firstWakeNs;
    std::uint64_t wakes = 0;        ///< mm_vmscan_kswapd_wake
    std::uint64_t sleeps = 0;       ///< mm_vmscan_kswapd_sleep
    std::uint64_t wakeupCalls = 0;  ///< mm_vmscan_wakeup_kswapd
};
/// Time that kswapd of a node was awake: from a wake while it slept to its sleep.
struct KswapdSpan {
    std::int64_t node = 0;
    std::int64_t beginNs = 0;
    std::int64_t endNs = 0;
    bool open = false;  ///< Still awake at the trace's end.
    std::int64_t scanned = 0;
    std::int64_t freed = 0;
};
struct ReclaimReport {
    std::vector<ReclaimSpan> spans;  ///< In order of their ends.
    std::vector<ReclaimTask> tasks;  ///< By tid.
    std::vector<NodeReclaim> nodes;
    std::vector<KswapdSpan> kswapd;
    std::vector<ReclaimScan> scans;       ///< In order of time, as the trace's rows.
    std::optional<std::int64_t> firstNs;  ///< Of the first event of vmscan.
    std::uint64_t open = 0;               ///< Begins without an end.
    bool any = false;                     ///< The trace has vmscan events.
};
[[nodiscard]] ReclaimReport reclaimReport(const Trace& trace, const ReportScope& scope);

/// The whole number behind " KEY=" in an event's arguments; 0 where there is none.
[[nodiscard]] std::int64_t numberArgument(std::string_view args, std::string_view key);

}  // namespace kscope::model
