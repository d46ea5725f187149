// SPDX-License-Identifier: GPL-3.0-or-later
/// What a person chose of a trace, as panes of counters need it: made once, for all their tracks.
#pragma once

#include "model/query/chosen_series.h"

#include <vector>

namespace kscope::views {

struct PlotChoice {
    model::ChosenSeries series;      ///< That the filter lets through.
    std::vector<model::CpuId> cpus;  ///< Empty: all.
    enum class Filtered : std::uint8_t { Dim, LeaveOut } filtered = Filtered::Dim;
};

}  // namespace kscope::views
