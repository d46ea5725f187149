// SPDX-License-Identifier: GPL-3.0-or-later
/// Nested calls of one task: a row a depth.
#pragma once

#include "model/derive/calls.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

class CallTrack : public Track {
public:
    CallTrack(model::CallForestPtr forest, std::size_t task);
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
    [[nodiscard]] const model::Call& call(std::uint32_t index) const {
        return m_forest->tasks()[m_task].calls[index];
    }
    /// First call of the row that ends after `ns`.
    [[nodiscard]] std::size_t firstAfter(const DepthRow& row, std::int64_t ns) const;
    [[nodiscard]] TrackHit hit(std::uint32_t index) const;
    /// What one pixel holds, if that is several calls.
    [[nodiscard]] std::optional<TrackHit> fold(const DepthRow& row, const Viewport& view,
                                               int x) const;
    [[nodiscard]] std::string taskName() const;
    model::CallForestPtr m_forest;
    std::size_t m_task;
    std::vector<DepthRow> m_rows;
};

}  // namespace kscope::views
