// SPDX-License-Identifier: GPL-3.0-or-later
/// Requests of one device as bars in coloured stages, stacked so that none lie over each other.
#pragma once

#include "model/derive/block_requests.h"
#include "views/panes/tracks/track.h"

#include <algorithm>
#include <memory>

namespace kscope::views {

using BlockModelPtr = std::shared_ptr<const model::BlockModel>;

/// Requests in rows: the first that is free when a request is queued.
class RequestRows {
public:
    /// `endNs`: where requests that are still open end.
    RequestRows(const model::BlockModel& model, model::DeviceId device, std::int64_t endNs);
    struct Place {
        std::int64_t begin;
        std::int64_t end;
        std::uint32_t request;
    };
    /// Of anything that has a begin and an end.
    explicit RequestRows(std::vector<Place> places) { pack(std::move(places)); }
    [[nodiscard]] std::size_t rows() const noexcept { return m_rows.size(); }
    /// Ascending, not touching each other.
    [[nodiscard]] const std::vector<Place>& row(std::size_t number) const { return m_rows[number]; }
    [[nodiscard]] std::size_t requests() const noexcept { return m_requests; }
    /// The first that begins after `ns`.
    [[nodiscard]] const Place* next(std::int64_t ns) const;
    /// Calls visit(row, place) for what meets (begin, end), row by row; false as soon as there are
    /// more than `most`.
    template <class Visit>
    [[nodiscard]] bool eachIn(std::int64_t begin, std::int64_t end, std::size_t most,
                              Visit&& visit) const {
        for (std::size_t r = 0; r < m_rows.size(); ++r) {
            auto at = std::ranges::upper_bound(m_rows[r], begin, {}, &Place::end);
            for (; at != m_rows[r].end() && at->begin < end; ++at) {
                if (most-- == 0) return false;
                visit(r, *at);
            }
        }
        return true;
    }

private:
    void pack(std::vector<Place> places);
    std::vector<std::vector<Place>> m_rows;
    std::size_t m_requests = 0;
};

class RequestTrack : public Track {
public:
    RequestTrack(model::TracePtr trace, BlockModelPtr blocks, model::DeviceId device,
                 std::int64_t endNs);
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
    void drawMerges(const TrackCanvas& canvas, const RequestRows::Place& place, int top,
                    int height) const;
    model::TracePtr m_trace;
    BlockModelPtr m_blocks;
    model::DeviceId m_device;
    RequestRows m_rows;
};

/// "Write, sync, meta" for the rwbs letters.
[[nodiscard]] std::string rwbsWords(model::Rwbs rwbs);
/// Selects the request's issue, with its whole life as the span.
[[nodiscard]] TrackHit requestHit(const model::Trace& trace, const model::BlockModel& blocks,
                                  std::uint32_t request, std::int64_t endNs);

}  // namespace kscope::views
