// SPDX-License-Identifier: GPL-3.0-or-later
/// What the compaction, oom and kmem events of a trace say beside reclaim: compaction and kcompactd
/// as spans, kills as marks, page allocations counted by order.
#pragma once

#include "model/store/trace.h"

#include <array>
#include <string>
#include <vector>

namespace kscope::model {

/// A task that moves pages together (mm_compaction_begin to _end), or kcompactd awake
/// (mm_compaction_kcompactd_wake to _sleep). include/trace/events/compaction.h, 6.1 and 6.12.
struct CompactionSpan {
    enum class Kind : std::uint8_t { Run, Kcompactd };
    Kind kind = Kind::Run;
    bool open = false;  ///< Had not ended when the trace did.
    std::int64_t beginNs = 0;
    std::int64_t endNs = 0;
    std::int64_t node = -1;   ///< −1: the events do not say it.
    std::int64_t order = -1;  ///< That is wanted; −1: not said.
    TaskId task = kNoTask;
    EventIndex event{};  ///< Its begin.
    std::string mode;    ///< "sync", "async"
    std::string status;  ///< "complete", "partial_skipped" … as its end says.
};

/// An event of the group oom: who was chosen, who was reaped, what was tried again before.
struct OomMark {
    enum class Kind : std::uint8_t { Victim, Reaper, Score, Retry };
    Kind kind = Kind::Victim;
    std::int64_t ns = 0;
    EventIndex event{};
    StringId name{};       ///< mark_victim
    std::int64_t tid = 0;  ///< Of the task that it is about; 0: not said.
    std::string comm;      ///< Where the event says it (since 6.8).
};

/// mm_page_alloc of one order, counted over a grid of equal pieces of the trace.
class AllocationGrid {
public:
    static constexpr std::size_t kPieces = 1 << 15;
    static constexpr std::size_t kOrders = 16;
    AllocationGrid() = default;
    explicit AllocationGrid(TimeRange range);
    void count(std::int64_t ns, std::int64_t order);
    void finish();  ///< After the last count().
    [[nodiscard]] std::uint64_t total() const { return m_total; }
    [[nodiscard]] std::size_t orders() const { return m_orders; }  ///< Highest seen and one.
    [[nodiscard]] std::int64_t pieceNs() const { return m_piece; }
    struct Count {
        std::uint64_t allocations = 0;
        std::int64_t lengthNs = 0;  ///< Of the pieces that were counted.
    };
    /// Allocations in the pieces from that of `begin` up to that of `end`, at least one. What
    /// stretches of more than a piece count side by side adds up. O(1)
    [[nodiscard]] Count between(std::size_t order, std::int64_t begin, std::int64_t end) const;

private:
    [[nodiscard]] std::size_t pieceOf(std::int64_t ns) const;
    std::int64_t m_begin = 0;
    std::int64_t m_piece = 1;
    std::size_t m_orders = 0;
    std::uint64_t m_total = 0;
    std::array<std::vector<std::uint32_t>, kOrders> m_sums;  // before each piece; empty: none
};

struct MemoryActivity {
    std::vector<CompactionSpan> compaction;  ///< By begin.
    std::vector<OomMark> oom;                ///< By time.
    AllocationGrid allocations;
    [[nodiscard]] bool any() const {
        return !compaction.empty() || !oom.empty() || allocations.total() > 0;
    }
};
/// Reads the text of those events; one walk over the trace.
[[nodiscard]] MemoryActivity memoryActivity(const Trace& trace);

}  // namespace kscope::model
