// SPDX-License-Identifier: GPL-3.0-or-later
/// Free blocks of one order over time, as a row of a heatmap that visibly empties.
#pragma once

#include "views/panes/tracks/step_track.h"

namespace kscope::views {

class BuddyTrack : public Track {
public:
    /// `most`: blocks of the brightest colour, alike for all orders of the zone.
    BuddyTrack(std::string zone, int order, StepSeries blocks, double most, std::int64_t endNs)
        : m_zone(std::move(zone)),
          m_order(order),
          m_blocks(std::move(blocks)),
          m_most(most),
          m_end(endNs) {}
    [[nodiscard]] int height() const override { return 16; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    void csv(model::TimeRange window, std::string& out) const override;

private:
    std::string m_zone;  ///< "Node 0 DMA32"
    int m_order;
    StepSeries m_blocks;
    double m_most;
    std::int64_t m_end;
};

}  // namespace kscope::views
