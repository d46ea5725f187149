// SPDX-License-Identifier: GPL-3.0-or-later
/// All that a picture of the timeline follows from, and where its parts lie.
#pragma once

#include "model/derive/event_lane.h"
#include "views/canvas/draw_list.h"
#include "views/canvas/text_cache.h"
#include "views/canvas/viewport.h"
#include "views/timeline/lane_layout.h"
#include "views/timeline/time_axis.h"

#include <optional>

namespace kscope::views {

/// Where the parts lie, device pixels.
struct TimelineFrame {
    Box overviewHeader;
    Box overview;
    Box rulerHeader;
    Box ruler;
    Box headers;
    Box plot;  ///< Lanes.
};

/// How busy each row of the overview is, a share a pixel; kept while trace and size stay.
struct OverviewCache {
    const model::Trace* trace = nullptr;
    std::uint64_t generation = 0;
    int width = 0;
    std::vector<std::vector<float>> rows;
};

/// Which cells of the fold grid hold a row that the filter lets through; of any CPU and task, since
/// folded slices are of many.
class FilterCells {
public:
    FilterCells(const model::Trace& trace, const model::RowSet& rows, const Viewport& view,
                std::int64_t cell);
    [[nodiscard]] bool passes(std::int64_t ns) const;

private:
    std::int64_t m_begin = 0;
    std::int64_t m_cell = 1;
    std::vector<bool> m_passes;
};

class TaskPriorities;
struct DeviceRequests;

/// One picture of the body: overview, ruler, headers, lanes. Values only, so that the same scene
/// gives the same list.
struct TimelineScene {
    const model::Trace* trace = nullptr;
    const model::EventTicks* ticks = nullptr;    ///< May be null: event lanes stay blank.
    const TaskPriorities* priorities = nullptr;  ///< May be null: all are normal.
    const DeviceRequests* devices = nullptr;     ///< May be null: device lanes stay blank.
    OverviewCache* overviewCache = nullptr;      ///< May be null.
    /// CPU lanes to draw instead of the trace's, by number of the CPU: benchmarks have more slices
    /// than a file. May be null.
    const std::vector<model::LaneView>* cpuLanes = nullptr;
    const ViewState* state = nullptr;
    LaneLayout layout;
    ThemeKind theme = ThemeKind::Dark;
    double ratio = 1;       ///< Device pixels a logical one.
    Box body;               ///< Device pixels.
    int headerWidth = 220;  ///< Logical.
    int scroll = 0;         ///< Logical.
    model::TimeRange window;
    Item item;
    Item hover;
    model::TaskId lifted = model::kNoTask;  ///< Others go to 55 %.
    std::optional<LaneKey> focus;  ///< Lane with the keyboard's focus, while that is shown.
    std::optional<model::Timestamp> pointer;
    model::RowSetPtr filterRows;
    Presence filteredOut = Presence::Shown;    ///< Shown: at kFilteredShare.
    const FilterCells* filterCells = nullptr;  ///< Set while lanes are drawn under a filter.
    model::RowSetPtr searchRows;
    double foldPx = 2.2;  ///< Thinner slices fold; more for a smaller SVG.
    double foldPlay = 1;  ///< 0.9 to 1.1 times foldPx: where the zoom came from.

    static constexpr double kFilteredShare = 0.25;  ///< Of its colour, interaction.md.
    [[nodiscard]] bool hides(bool passes) const {
        return !passes && filteredOut == Presence::Hidden;
    }
    [[nodiscard]] const Theme& colours() const { return views::theme(theme); }
    [[nodiscard]] int px(double logical) const;  ///< Rounded to the nearest; only 0 becomes 0.
    [[nodiscard]] int hairline() const { return ratio >= 2 ? static_cast<int>(ratio) : 1; }
    [[nodiscard]] TimelineFrame frame() const;
    [[nodiscard]] Viewport viewport() const;  ///< Relative to frame().plot.x.
    [[nodiscard]] Box laneBox(
        const LaneRow& row) const;  ///< On the plot, which may not show all of it; device pixels.
    [[nodiscard]] model::LaneView cpuLane(model::CpuId cpu) const;
    /// Origin of "since start", "since cursor A" or the axis, by the state's time format.
    [[nodiscard]] model::Timestamp timeOrigin() const;
    [[nodiscard]] TimeLabels timeLabels() const;
    [[nodiscard]] std::string_view countUnit() const;  ///< Of TimeLabels::Counts: "samples".
};

/// Appends the picture to `list`. `pool` may be null.
void drawTimeline(const TimelineScene& scene, TextCache& texts, DrawList& list,
                  model::ThreadPool* pool);
/// What lies over it while the pointer moves: pointer line and hover outline.
void drawPointer(const TimelineScene& scene, TextCache& texts, DrawList& list);

}  // namespace kscope::views
