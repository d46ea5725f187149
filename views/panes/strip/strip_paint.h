// SPDX-License-Identifier: GPL-3.0-or-later
/// How the selection strip is painted: cells from left to right, the task bar takes what is left.
#pragma once

#include "model/query/statistics.h"
#include "views/state/trace_view.h"
#include "views/theme/theme.h"

#include <QRect>

#include <utility>
#include <vector>

class QPainter;

namespace kscope::views {

struct StripPicture {
    const TraceView& view;
    const Theme& colours;
    model::TimeRange range;
    const model::RangeStatistics* statistics;  ///< Null: not counted yet.
    const model::Trace* trace;                 ///< That the statistics speak of.
    double hairline;
    model::TaskId hover;
};
/// Share of the CPUs' time in the range that was not idle, 0…1.
[[nodiscard]] double busyShare(const model::RangeStatistics& statistics);
/// Returns where each task's piece of the bar and its legend are.
std::vector<std::pair<QRect, model::TaskId>> paintStrip(QPainter& painter, const QRect& box,
                                                        const StripPicture& picture);

}  // namespace kscope::views
