// SPDX-License-Identifier: GPL-3.0-or-later
/// Nested calls of one task: a row a depth, with the events that happened inside them.
#pragma once

#include "model/derive/call_events.h"
#include "views/panes/tracks/track.h"

#include <atomic>

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
    [[nodiscard]] std::size_t task() const { return m_task; }  ///< Of CallForest::tasks().
    /// Where the row of a call lies below the track's top, logical; none: it has no row.
    [[nodiscard]] std::optional<int> rowTop(std::uint32_t call) const;
    /// Logical, of a level of calls: look.md's 13, 15 or 20, from the next drawing on.
    void setRowHeight(int px) const;
    [[nodiscard]] int rowHeight() const { return m_rowPx; }
    /// Marks all calls of a function from the next drawing on; none: no call.
    void mark(std::optional<model::FunctionKey> function) const;
    [[nodiscard]] model::TaskId owner() const override;
    /// The columns of kCallCsvHead. Reads the source.
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
    [[nodiscard]] std::vector<std::string> headerLines() const;
    /// Nothing is known of the task's CPU, or of the task, between the two; ns on the axis.
    struct Loss {
        std::int64_t begin, end;
        std::uint64_t count;  // 0: not known
        std::size_t gap;      // of Trace::gaps()
    };
    static constexpr std::size_t kNoGap = SIZE_MAX;
    void findLosses();
    [[nodiscard]] std::optional<std::pair<int, int>> lossSpan(const TrackCanvas& canvas,
                                                              const Loss& loss) const;
    [[nodiscard]] std::optional<TrackHit> lossAt(const TrackCanvas& canvas, int x) const;
    void drawLosses(const TrackCanvas& canvas) const;
    void drawRow(const TrackCanvas& canvas, const DepthRow& row, Box place) const;
    void drawCall(const TrackCanvas& canvas, const model::Call& made, Box box) const;
    void drawLabel(const TrackCanvas& canvas, const model::Call& made, Box box, Rgb fill) const;
    [[nodiscard]] int rowPx(const TrackCanvas& canvas) const;
    [[nodiscard]] bool letThrough(const TrackCanvas& canvas, const model::Call& made, Box box,
                                  const model::RowSetPtr& rows) const;
    void drawSelected(const TrackCanvas& canvas) const;
    [[nodiscard]] std::optional<std::size_t> rowOf(std::uint32_t index) const;
    model::CallForestPtr m_forest;
    std::size_t m_task;
    std::uint32_t m_least = 0;   // depth of the first row
    std::uint64_t m_deeper = 0;  // calls below the last row
    static constexpr std::uint32_t kNoFunction = UINT32_MAX;
    mutable std::atomic<std::uint32_t> m_marked = kNoFunction;  // tracks are shared as they are
    mutable std::atomic<int> m_rowPx = 15;
    std::vector<Loss> m_losses;  // in order
    std::uint64_t m_lost = 0;    // events in them, where counted
    std::vector<DepthRow> m_rows;
    std::vector<EventRow> m_events;  // by row; empty where the task has none
};

}  // namespace kscope::views
