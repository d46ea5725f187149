// SPDX-License-Identifier: GPL-3.0-or-later
/// Requests of one device as bars in coloured stages, stacked so that none lie over each other.
#pragma once

#include "views/panes/block_pipeline/request_rows.h"
#include "views/panes/tracks/track.h"

#include <memory>

namespace kscope::views {

class RequestTrack : public Track {
public:
    /// `requests` has rows of `device`.
    RequestTrack(model::TracePtr trace, std::shared_ptr<const DeviceRequests> requests,
                 model::DeviceId device);
    [[nodiscard]] int height() const override;
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    [[nodiscard]] std::optional<TrackHit> next(model::Timestamp time) const override;
    /// `device,begin_ns,end_ns,kind,tid,comm,label`: one row a stage.
    void csv(model::TimeRange window, std::string& out) const override;
    [[nodiscard]] model::DeviceId device() const { return m_device; }
    [[nodiscard]] const RequestRows& rows() const { return m_rows; }
    /// Where a row's bars lie.
    [[nodiscard]] Box rowBox(const TrackCanvas& canvas, std::size_t row) const;

private:
    [[nodiscard]] Box area(const TrackCanvas& canvas) const;
    [[nodiscard]] TrackHit hit(const RequestRows::Place& place) const;
    void drawRow(const TrackCanvas& canvas, RequestLayer layer, std::size_t row) const;
    void drawMerges(const TrackCanvas& canvas, const RequestRows::Place& place, int top,
                    int height) const;
    model::TracePtr m_trace;
    std::shared_ptr<const DeviceRequests> m_requests;
    BlockModelPtr m_blocks;
    model::DeviceId m_device;
    const RequestRows& m_rows;  // of m_requests
};

/// "Write, sync, meta" for the rwbs letters.
[[nodiscard]] std::string rwbsWords(model::Rwbs rwbs);
/// Selects the request's issue, with its whole life as the span.
[[nodiscard]] TrackHit requestHit(const model::Trace& trace, const model::BlockModel& blocks,
                                  std::uint32_t request, std::int64_t endNs);

}  // namespace kscope::views
