// SPDX-License-Identifier: GPL-3.0-or-later
/// Nested calls of one task: a row a depth, with the events that happened inside them.
#pragma once

#include "model/derive/call_events.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

class CallTrack : public Track {
public:
    /// `events`: those of the task, from eventsInCalls().
    CallTrack(model::CallForestPtr forest, std::size_t task,
              std::vector<model::CallEvent> events = {});
    [[nodiscard]] int height() const override;
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    [[nodiscard]] std::optional<TrackHit> next(model::Timestamp time) const override;
    /// `task,depth,begin_ns,end_ns,function,marks`
    void csv(model::TimeRange window, std::string& out) const override;

private:
    /// Calls of one depth in order of begin; none of them overlap.
    using DepthRow = std::vector<std::uint32_t>;
    /// Events inside the calls of one depth, in order of time.
    using EventRow = std::vector<model::CallEvent>;
    [[nodiscard]] const model::Call& call(std::uint32_t index) const {
        return m_forest->tasks()[m_task].calls[index];
    }
    /// First call of the row that ends after `ns`.
    [[nodiscard]] std::size_t firstAfter(const DepthRow& row, std::int64_t ns) const;
    [[nodiscard]] TrackHit hit(std::uint32_t index) const;
    [[nodiscard]] std::int64_t timeOf(const model::CallEvent& event) const;
    /// First event of the row at `ns` or later.
    [[nodiscard]] std::size_t firstEventAt(const EventRow& row, std::int64_t ns) const;
    void drawEvents(const TrackCanvas& canvas, std::size_t row, int y, int height) const;
    /// The event whose tick is near x, or the several that have one pixel.
    [[nodiscard]] std::optional<TrackHit> eventAt(const TrackCanvas& canvas, std::size_t row,
                                                  int x) const;
    [[nodiscard]] QString eventsInside(std::uint32_t index) const;
    /// What one pixel holds, if that is several calls.
    [[nodiscard]] std::optional<TrackHit> fold(const DepthRow& row, const Viewport& view,
                                               int x) const;
    [[nodiscard]] std::string taskName() const;
    model::CallForestPtr m_forest;
    std::size_t m_task;
    std::vector<DepthRow> m_rows;
    std::vector<EventRow> m_events;  // by row; empty where the task has none
};

}  // namespace kscope::views
