// SPDX-License-Identifier: GPL-3.0-or-later
/// kswapd awake, and tasks in direct reclaim: spans below the curve of free pages.
#pragma once

#include "model/derive/memory_report.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

class ReclaimTrack : public Track {
public:
    ReclaimTrack(model::TracePtr trace, const model::ReclaimReport& report);
    [[nodiscard]] int height() const override { return 40; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    [[nodiscard]] std::optional<TrackHit> next(model::Timestamp time) const override;
    void csv(model::TimeRange window, std::string& out) const override;

private:
    enum class Row : std::uint8_t { Kswapd, Direct };
    struct Stretch {
        std::int64_t begin;
        std::int64_t end;
        Row row;
        bool open;
        std::int64_t number;  ///< kswapd: node. Direct: pages freed.
        std::int64_t order;
        model::TaskId task;
    };
    [[nodiscard]] Box rowOf(const TrackCanvas& canvas, Row row) const;
    [[nodiscard]] TrackHit hit(const Stretch& span) const;
    model::TracePtr m_trace;
    std::vector<Stretch> m_spans;  // ascending by begin
};

}  // namespace kscope::views
