// SPDX-License-Identifier: GPL-3.0-or-later
/// A source that is dragged along the axis: whose events they are, and where they will stand.
#pragma once

#include "views/timeline/scene.h"

#include <QObject>

#include <optional>
#include <utility>
#include <vector>

namespace kscope::views {

/// Tells of sources that were dragged; a child of the timeline.
class SourceDrag : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    /// By `ns` along the axis (its number in the trace).
    void shifted(int source, qint64 ns);
};

/// The source of the item at a device pixel of the plot, else of the event next to it in its lane,
/// else of the event next to it in time. Nothing where there is no event.
[[nodiscard]] std::optional<model::SourceId> sourceAt(const TimelineScene& scene, int x, int y);

/// Where the events of one source stand in the lanes that are shown, a mark a pixel column.
struct SourceMarks {
    model::SourceId source{};
    /// Ascending columns from the plot's left edge; from a window before it to a window behind.
    std::vector<std::pair<LaneKey, std::vector<int>>> lanes;
};
/// Looks at no more than a million rows: of more it takes one of several.
[[nodiscard]] SourceMarks marksOf(const TimelineScene& scene, model::SourceId source);

/// Draws them `shift` later, and in words by how much at `x`, `y` (device pixels).
void drawShifted(const TimelineScene& scene, const SourceMarks& marks, model::Duration shift, int x,
                 int y, TextCache& texts, DrawList& list);
/// "sdb.txt +12.3 ms", and where it was shifted before "(+1.5 s in all)".
[[nodiscard]] std::string shiftWords(const model::SourceInfo& source, model::Duration shift);

}  // namespace kscope::views
