// SPDX-License-Identifier: GPL-3.0-or-later
/// The transfers that one device (a partition, a volume) sent on to another: each joins the request
/// of the disk that carries it.
#pragma once

#include "views/panes/block_pipeline/request_track.h"

namespace kscope::views {

class PartitionTrack : public Track {
public:
    /// Transfers that reached `disk` through `from`, at whatever level above it.
    PartitionTrack(model::TracePtr trace, BlockModelPtr blocks, model::DeviceId from,
                   model::DeviceId disk, std::int64_t endNs);
    [[nodiscard]] int height() const override;
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    [[nodiscard]] std::optional<TrackHit> next(model::Timestamp time) const override;
    [[nodiscard]] std::size_t transfers() const { return m_rows.requests(); }
    [[nodiscard]] model::DeviceId disk() const { return m_disk; }
    [[nodiscard]] const RequestRows& rows() const { return m_rows; }
    [[nodiscard]] const model::BlockModel& blocks() const { return *m_blocks; }
    /// Where a row's bars lie.
    [[nodiscard]] Box rowBox(const TrackCanvas& canvas, std::size_t row) const;

private:
    [[nodiscard]] TrackHit hit(const RequestRows::Place& place) const;
    model::TracePtr m_trace;
    BlockModelPtr m_blocks;
    model::DeviceId m_from;
    model::DeviceId m_disk;
    RequestRows m_rows;  // `request` of a place is a bio
};

/// The devices that sent transfers on to `disk`, ascending.
[[nodiscard]] std::vector<model::DeviceId> remapSources(const model::BlockModel& blocks,
                                                        model::DeviceId disk);

}  // namespace kscope::views
