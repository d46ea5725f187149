// SPDX-License-Identifier: GPL-3.0-or-later
/// Free blocks of the zones over time, and what follows from them: the largest block that is there,
/// and the kernel's two numbers of fragmentation for each order (mm/vmstat.c, formats.md 6.11).
#pragma once

#include "model/store/counter_table.h"
#include "model/store/trace.h"
#include "views/panes/tracks/step_track.h"

namespace kscope::views {

struct BuddySeries {
    std::string name;                   ///< "Node 0 DMA32"
    std::uint32_t row = 0;              ///< Of the table.
    std::vector<std::uint32_t> series;  ///< Of the table, by order.
    std::vector<StepSeries> blocks;     ///< By order.
    std::vector<StepSeries> unusable;   ///< Share of the free memory in smaller blocks; 0 to 1.
    std::vector<StepSeries>
        fragmentation;      ///< −1: a block is there; near 0 too little, near 1 split.
    StepSeries largest;     ///< Order; −1: nothing is free.
    double mostBlocks = 1;  ///< Of one order.
    double mostPages = 1;   ///< Of all orders together.
};

/// "node0/DMA32" → "Node 0 DMA32"
[[nodiscard]] std::string zoneTitle(std::string_view row);

/// One walk over all rounds of buddyinfo; zones with most free pages first.
[[nodiscard]] std::vector<BuddySeries> buddySeries(const model::Trace& trace,
                                                   const model::CounterTablePtr& table);

}  // namespace kscope::views
