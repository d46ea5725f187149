// SPDX-License-Identifier: GPL-3.0-or-later
/// Lanes of block devices: requests as bars in the stages' colours, piled up from the lane's foot,
/// so that the pile is as high as there are requests under way.
#pragma once

#include "views/panes/block_pipeline/request_rows.h"
#include "views/panes/pane_work.h"
#include "views/timeline/lane_ink.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace kscope::views {

/// Where the rows of a pile lie in a lane's bar. Rows that have no line of their own share one.
class PileLines {
public:
    PileLines(const TimelineScene& scene, Box bar, std::size_t rows);
    [[nodiscard]] int lines() const { return m_lines; }
    [[nodiscard]] Box box(int line) const;
    [[nodiscard]] int lineOf(std::size_t row) const;
    /// Rows [first, end) of a line.
    [[nodiscard]] std::pair<std::size_t, std::size_t> rowsOf(int line) const;
    /// The line at `y`, which may lie outside of all.
    [[nodiscard]] int lineAt(int y) const;

private:
    Box m_bar;
    std::size_t m_rows;
    int m_lines;
    int m_pitch;
    int m_gap;
};

/// In so many parts, as far as there are lines: one lane may hold a million requests.
inline constexpr std::size_t kDeviceLaneParts = 4;
void paintDeviceLane(const TimelineScene& scene, const LaneRow& row, Box lane, std::size_t part,
                     LaneInk& ink);
/// The request at a device pixel of a device lane, thin ones from 3 px around them.
[[nodiscard]] Item requestAt(const TimelineScene& scene, const LaneRow& row, int x, int y);
/// The line that a request lies on; nothing where `item` is no request of this lane.
[[nodiscard]] std::optional<Box> requestBar(const TimelineScene& scene, const LaneRow& row,
                                            const Item& item);
/// Number of the request that `item` is; nothing where it is none of these.
[[nodiscard]] std::optional<std::uint32_t> requestOfItem(const DeviceRequests* devices,
                                                         const Item& item);
/// The lane of the device that a block event is of; one that no trace has where it is of none.
[[nodiscard]] LaneKey deviceLaneOf(const model::Event& event);

/// Keeps the requests of the trace that is shown, packed off the GUI thread.
class DeviceLanes {
public:
    /// `changed` runs on the thread of `owner`, which lives longer than this.
    DeviceLanes(QObject* owner, std::function<void()> changed);
    /// Begins where the trace has requests. Of a trace that grows the requests of an older snapshot
    /// stay until there are new ones, which are made as often as that takes a twentieth of a CPU.
    void update(model::ThreadPool& pool, const model::TracePtr& trace);
    /// Null: there are none, or not yet.
    [[nodiscard]] const DeviceRequests* requests() const { return m_requests.get(); }

private:
    std::function<void()> m_changed;
    LatestJob m_job;
    QTimer m_rest;
    QElapsedTimer m_since;
    model::ThreadPool* m_pool = nullptr;
    qint64 m_costMs = 0;
    model::TracePtr m_wanted;
    model::TracePtr m_of;
    std::shared_ptr<const DeviceRequests> m_requests;
};

}  // namespace kscope::views
