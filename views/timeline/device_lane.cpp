// SPDX-License-Identifier: GPL-3.0-or-later
/// Piles of block requests on the timeline.
#include "views/timeline/device_lane.h"

#include "model/derive/block_stages.h"
#include "views/panes/block_pipeline/request_track.h"
#include "views/timeline/lane_painters.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>

namespace kscope::views {
namespace {

constexpr int kMostPitchPx = 9;  // look.md: row height 9 down to 2, then folded
constexpr int kCatchRequestPx = 3;
constexpr qint64 kRestTimes = 20;  // of what the last round took

}  // namespace

PileLines::PileLines(const TimelineScene& scene, Box bar, std::size_t rows)
    : m_bar(bar),
      m_rows(std::max<std::size_t>(rows, 1)) {
    const int most = std::max(1, bar.h);
    m_lines = static_cast<int>(std::min<std::size_t>(m_rows, static_cast<std::size_t>(most)));
    m_pitch = std::clamp(most / m_lines, 1, scene.px(kMostPitchPx));
    m_gap = m_pitch >= scene.px(3) ? scene.hairline() : 0;
}

Box PileLines::box(int line) const {
    return {m_bar.x, m_bar.bottom() - (line + 1) * m_pitch + m_gap, m_bar.w, m_pitch - m_gap};
}

int PileLines::lineOf(std::size_t row) const {
    return static_cast<int>(row * static_cast<std::size_t>(m_lines) / m_rows);
}

std::pair<std::size_t, std::size_t> PileLines::rowsOf(int line) const {
    const auto lines = static_cast<std::size_t>(m_lines);
    const auto first = [&](std::size_t number) { return (number * m_rows + lines - 1) / lines; };
    return {first(static_cast<std::size_t>(line)), first(static_cast<std::size_t>(line) + 1)};
}

int PileLines::lineAt(int y) const {
    const int up = m_bar.bottom() - 1 - y;
    return up < 0 ? -1 : up / m_pitch;
}

void paintDeviceLane(const TimelineScene& scene, const LaneRow& row, Box lane, std::size_t part,
                     LaneInk& ink) {
    DrawList& list = part == 0 ? ink.list : ink.more[part - 1];
    const auto step = static_cast<int>(ink.more.size() + 1);
    const RequestRows* const rows =
        scene.devices ? scene.devices->of(model::DeviceId{row.key.id}) : nullptr;
    if (rows == nullptr) return;
    const PileLines pile(scene, barOf(scene, row, lane), rows->rows());
    const Viewport view = scene.viewport();
    // Fewer shapes for an SVG: then a column is wider.
    const int least = std::max(1, static_cast<int>(std::lround(scene.foldPx / 2.2)));
    const model::BlockModel& blocks = *scene.devices->blocks;
    const auto drawLine = [&](int number, RequestLayer layer) {
        StageLine line(scene.colours(), view, list, pile.box(number));
        const auto paint = [&](const RequestRows::Place& place, int from, int to) {
            const double share = requestShareIn(layer, scene, blocks, place.request);
            if (share == 0) return 0;
            return std::max(line.add(blocks, place, from, to, share), std::max(from, 0) + least);
        };
        const auto [first, end] = pile.rowsOf(number);
        if (end - first == 1) {
            SweptColumns free(view.width());
            rows->eachSeen(first, view, free, paint);
            return;
        }
        FreeColumns free(view.width());
        for (std::size_t r = first; r < end && free.next(0) < view.width(); ++r)
            rows->eachSeen(r, view, free, paint);
    };
    for (const RequestLayer layer : requestLayers(scene))
        for (int number = static_cast<int>(part); number < pile.lines(); number += step)
            drawLine(number, layer);
}

Item requestAt(const TimelineScene& scene, const LaneRow& row, int x, int y) {
    const RequestRows* const rows =
        scene.devices ? scene.devices->of(model::DeviceId{row.key.id}) : nullptr;
    if (rows == nullptr) return {};
    const Box lane = scene.laneBox(row);
    const PileLines pile(scene, barOf(scene, row, lane), rows->rows());
    const Viewport view = scene.viewport();
    const int reachPx = scene.px(kCatchRequestPx);
    const std::int64_t ns = view.ns(x - lane.x);
    const std::int64_t next = std::max(view.ns(x - lane.x + 1), ns + 1);
    const std::int64_t reach = view.nsOf(reachPx);
    // The nearest line counts first, then the nearest in time.
    std::tuple<int, std::int64_t> least{INT32_MAX, 0};
    const RequestRows::Place* best = nullptr;
    const auto consider = [&](const RequestRows::Place& place, int away) {
        const std::int64_t late = place.begin >= next ? place.begin - next + 1
                                  : place.end <= ns   ? ns - place.end + 1
                                                      : 0;
        if (late > reach || std::tuple(away, late) >= least) return;
        least = {away, late};
        best = &place;
    };
    const int from = std::clamp(pile.lineAt(y + reachPx), 0, pile.lines() - 1);
    const int to = std::clamp(pile.lineAt(y - reachPx), 0, pile.lines() - 1);
    for (int number = from; number <= to; ++number) {
        const Box box = pile.box(number);
        const int away = y < box.y ? box.y - y : std::max(0, y - box.bottom() + 1);
        if (away > reachPx) continue;
        const auto [first, end] = pile.rowsOf(number);
        for (std::size_t r = first; r < end; ++r) {
            const auto& places = rows->row(r);
            const auto at = std::ranges::upper_bound(places, ns, {}, &RequestRows::Place::end);
            if (at != places.end()) consider(*at, away);
            if (at != places.begin()) consider(*std::prev(at), away);
        }
    }
    if (best == nullptr) return {};
    return requestHit(*scene.trace, *scene.devices->blocks, best->request, best->end).item;
}

std::optional<std::uint32_t> requestOfItem(const DeviceRequests* devices, const Item& item) {
    if (devices == nullptr || item.kind != Item::Kind::Event ||
        item.lane.kind != LaneKey::Kind::Device)
        return std::nullopt;
    const auto& requests = devices->blocks->requests;
    if (item.value >= requests.size() || requests[item.value].issue != item.event ||
        model::raw(requests[item.value].device) != item.lane.id)
        return std::nullopt;
    return item.value;
}

std::optional<Box> requestBar(const TimelineScene& scene, const LaneRow& row, const Item& item) {
    const auto request = requestOfItem(scene.devices, item);
    if (!request || item.lane != row.key) return std::nullopt;
    const RequestRows* const rows = scene.devices->of(model::DeviceId{row.key.id});
    if (rows == nullptr) return std::nullopt;
    const auto place = RequestRows::placeOf(*scene.devices->blocks, *request, scene.devices->endNs);
    const auto number = rows->rowOf(place);
    if (!number) return std::nullopt;
    const PileLines pile(scene, barOf(scene, row, scene.laneBox(row)), rows->rows());
    return pile.box(pile.lineOf(*number));
}

LaneKey deviceLaneOf(const model::Event& event) {
    const model::BlockRow* const block = model::blockRowOf(event);
    const bool has = block != nullptr && block->device < event.chunk->devices.size();
    return {LaneKey::Kind::Device,
            model::raw(has ? event.chunk->devices[block->device] : model::kNoDevice)};
}

DeviceLanes::DeviceLanes(QObject* owner, std::function<void()> changed)
    : m_changed(std::move(changed)),
      m_job(owner) {
    m_rest.setSingleShot(true);
    QObject::connect(&m_rest, &QTimer::timeout, owner, [this] { update(*m_pool, m_wanted); });
}

void DeviceLanes::update(model::ThreadPool& pool, const model::TracePtr& trace) {
    m_pool = &pool;
    m_wanted = trace;
    if (!trace || trace->requestDevices().empty() || (m_of && m_of->complete() && m_of != trace)) {
        m_requests.reset();
        m_of.reset();
    }
    if (!trace || trace->requestDevices().empty()) {
        m_rest.stop();
        m_job.cancel();
        return;
    }
    if (m_of == trace || (!trace->complete() && m_job.running())) return;
    if (const auto left = m_since.isValid() ? m_costMs * kRestTimes - m_since.elapsed() : 0;
        !trace->complete() && left > 0) {
        m_rest.start(static_cast<int>(left));
        return;
    }
    m_rest.stop();
    m_job.run(pool, [this, trace](const std::stop_token&) {
        QElapsedTimer took;
        took.start();
        auto requests = sharedDeviceRequests(*trace);
        return LatestJob::Delivery([this, trace, requests, cost = took.elapsed()] {
            m_costMs = cost;
            m_since.start();
            m_requests = requests;
            m_of = trace;
            m_changed();
            if (m_wanted != trace) update(*m_pool, m_wanted);
        });
    });
}

}  // namespace kscope::views
