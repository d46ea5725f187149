// SPDX-License-Identifier: GPL-3.0-or-later
/// Where on the device requests go over time: seeks jump, sequential runs make lines.
#pragma once

#include "views/panes/block_pipeline/request_track.h"

namespace kscope::views {

class SectorTrack : public Track {
public:
    SectorTrack(model::TracePtr trace, BlockModelPtr blocks, model::DeviceId device,
                std::int64_t endNs);
    [[nodiscard]] int height() const override { return 130; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;

private:
    struct Dot {
        std::int64_t issued;
        std::uint64_t sector;
        std::uint32_t sectors;
        std::uint32_t request;
        bool write;
    };
    [[nodiscard]] Box area(const TrackCanvas& canvas) const;
    [[nodiscard]] int rowOf(const Box& area, std::uint64_t sector) const;
    model::TracePtr m_trace;
    BlockModelPtr m_blocks;
    std::int64_t m_end;
    std::vector<Dot> m_dots;  // ascending by issue
    std::uint64_t m_least = 0;
    std::uint64_t m_most = 1;
};

}  // namespace kscope::views
