// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines below the zones: what vmstat counts a second, pressure, meminfo, fragmentation.
#pragma once

#include "views/panes/memory_zones/series_walk.h"
#include "views/panes/tracks/plot_choice.h"

namespace kscope::views {

/// Reclaim, faults, swap and stalls of vmstat; those that never moved are left out.
void addVmstatRates(TrackSet& set, const model::CounterTablePtr& table, const PlotChoice& choice,
                    std::int64_t endNs);
/// The share of time that tasks waited, of one file of /proc/pressure.
void addPressure(TrackSet& set, const model::CounterTablePtr& table, const PlotChoice& choice,
                 std::int64_t endNs);
void addMeminfo(TrackSet& set, const model::CounterTablePtr& table, const PlotChoice& choice,
                std::int64_t endNs);
/// The share of the free memory that lies in blocks too small for order 4, by the kernel's formula
/// (unusable free index), as a curve.
[[nodiscard]] std::unique_ptr<Track> fragmentationTrack(StepSeries unusable, std::int64_t endNs);

}  // namespace kscope::views
