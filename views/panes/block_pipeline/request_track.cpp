// SPDX-License-Identifier: GPL-3.0-or-later
/// Stacking, drawing and naming of block requests.
#include "views/panes/block_pipeline/request_track.h"

#include "model/core/format.h"
#include "model/core/quoting.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kscope::views {
namespace {

using model::BlockRequest;
using model::kNoTime;

constexpr int kRowPx = 7;
constexpr int kLeastPx = 48;
constexpr int kMostPx = 220;
constexpr int kMergePx = 24;  // bars from this width on show what was merged into them
constexpr std::uint32_t kMostMerges = 64;
constexpr std::uint32_t kMostToldMerges = 3;

std::string stageWords(const BlockRequest& request) {
    const std::array<std::pair<const char*, std::int64_t>, 5> moments{
        {{"Q", request.q}, {"G", request.g}, {"I", request.i}, {"D", request.d}, {"C", request.c}}};
    std::string words;
    const std::pair<const char*, std::int64_t>* before = nullptr;
    for (const auto& moment : moments) {
        if (moment.second == kNoTime) continue;
        if (before != nullptr)
            words +=
                fmt::format("{}{}→{} {}", words.empty() ? "" : "  ", before->first, moment.first,
                            model::formatDuration(model::Duration{moment.second - before->second}));
        before = &moment;
    }
    return words;
}

}  // namespace

RequestTrack::RequestTrack(model::TracePtr trace, std::shared_ptr<const DeviceRequests> requests,
                           model::DeviceId device)
    : m_trace(std::move(trace)),
      m_requests(std::move(requests)),
      m_blocks(m_requests->blocks),
      m_device(device),
      m_rows(*m_requests->of(device)) {}

int RequestTrack::height() const {
    const auto wanted = static_cast<int>(std::min<std::size_t>(m_rows.rows(), 1000)) * kRowPx + 12;
    return std::clamp(wanted, kLeastPx + 30, kMostPx);
}

Box RequestTrack::area(const TrackCanvas& canvas) const {
    const int pad = canvas.px(5);
    return {canvas.plot.x, canvas.plot.y + pad, canvas.plot.w,
            std::max(1, canvas.plot.h - 2 * pad)};
}

Box RequestTrack::rowBox(const TrackCanvas& canvas, std::size_t row) const {
    const Box place = area(canvas);
    const auto rows = static_cast<std::int64_t>(std::max<std::size_t>(m_rows.rows(), 1));
    const auto number = static_cast<std::int64_t>(row);
    const int full = canvas.px(kRowPx);
    if (rows * full <= place.h)
        return {place.x, place.y + static_cast<int>(number * full), place.w, full - canvas.px(2)};
    const int top = static_cast<int>(number * place.h / rows);
    const int bottom = static_cast<int>((number + 1) * place.h / rows);
    return {place.x, place.y + top, place.w, std::max(1, bottom - top)};
}

void RequestTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    drawTrackHeader(canvas, {.name = "Requests",
                             .facts = {},
                             .value = fmt::format("max {}", m_rows.rows()),
                             .lines = {"one row is one slot in use", "Q→G  G→I  I→D  D→C"}});
    // The stages' colours below their letters.
    const std::array<Rgb, 4> stages{t.stageQG, t.stageGI, t.stageID, t.stageDC};
    for (std::size_t i = 0; i < stages.size(); ++i)
        canvas.list.fill({canvas.header.x + canvas.px(12 + 26 * static_cast<double>(i)),
                          canvas.header.y + canvas.px(52), canvas.px(20), canvas.px(5)},
                         stages[i], canvas.px(1));
    for (const RequestLayer layer : requestLayers(canvas.scene))
        for (std::size_t r = 0; r < m_rows.rows(); ++r) drawRow(canvas, layer, r);
}

void RequestTrack::drawRow(const TrackCanvas& canvas, RequestLayer layer, std::size_t row) const {
    const Viewport view = canvas.viewport();
    const Box bars = rowBox(canvas, row);
    StageLine line(canvas.theme(), view, canvas.list, bars);
    SweptColumns free(bars.w);
    m_rows.eachSeen(row, view, free, [&](const RequestRows::Place& place, int first, int past) {
        const double share = requestShareIn(layer, canvas.scene, *m_blocks, place.request);
        if (share == 0) return 0;
        const int right = line.add(*m_blocks, place, first, past, share);
        if (layer == RequestLayer::Full && right - std::max(first, 0) >= canvas.px(kMergePx)) {
            line.flush();
            drawMerges(canvas, place, bars.y, bars.h);
        }
        return right;
    });
}

/// A notch where each merged bio joined, with a line from its own begin.
void RequestTrack::drawMerges(const TrackCanvas& canvas, const RequestRows::Place& place, int top,
                              int height) const {
    const Theme& t = canvas.theme();
    const BlockRequest& request = m_blocks->requests[place.request];
    const Viewport view = canvas.viewport();
    const int line = canvas.scene.hairline();
    for (std::uint32_t i = 0; i < std::min<std::uint32_t>(request.bios, kMostMerges); ++i) {
        const model::BlockBio& bio = m_blocks->bios[m_blocks->held[request.firstBio + i]];
        if (bio.m == kNoTime) continue;
        const int x = view.x(bio.m);
        const int from = std::clamp(view.x(bio.q), 0, canvas.plot.w);
        if (x < 0 || x >= canvas.plot.w) continue;
        canvas.list.fill({canvas.plot.x + x, top, std::max(line, canvas.px(1)), height},
                         t.bgCanvas);
        if (x > from)
            canvas.list.fill({canvas.plot.x + from, top - canvas.px(1), x - from, canvas.px(1)},
                             t.text2);
    }
}

TrackHit requestHit(const model::Trace& trace, const model::BlockModel& blocks,
                    std::uint32_t number, std::int64_t endNs) {
    const BlockRequest& request = blocks.requests[number];
    const std::int64_t begin = requestBegin(request);
    const std::int64_t end = request.c == kNoTime ? endNs : request.c;
    TrackHit hit;
    hit.span = {model::timestampNs(begin), model::timestampNs(std::max(end, begin + 1))};
    hit.item = {.kind = Item::Kind::Event,
                .lane = {LaneKey::Kind::Device, model::raw(request.device)},
                .event = request.issue,
                .span = hit.span,
                .value = number,
                .task = request.task,
                .cpu = model::kUnknownCpu};
    const std::string comm(trace.text(request.comm));
    hit.words.title =
        QString::fromStdString(fmt::format("{}, {} at sector {}", rwbsWords(request.rwbs),
                                           model::formatBytes(std::uint64_t{request.sectors} * 512),
                                           model::formatCount(request.sector)));
    const std::string who =
        request.task == model::kNoTask
            ? comm
            : fmt::format("{} {}", comm, model::raw(trace.task(request.task).tid));
    hit.words.time = QString::fromStdString(
        fmt::format("{} · {}{}", who, model::formatDuration(model::Duration{end - begin}),
                    request.c == kNoTime ? ", not completed in the trace" : ""));
    hit.words.lines << QString::fromStdString(stageWords(request));
    if (request.bios > 1)
        hit.words.lines << QString::fromStdString(
            fmt::format("{} bios were merged into it", request.bios));
    std::uint32_t told = 0;
    for (std::uint32_t i = 0; i < request.bios && told < kMostToldMerges; ++i) {
        const model::BlockBio& bio = blocks.bios[blocks.held[request.firstBio + i]];
        if (bio.m == kNoTime) continue;
        ++told;
        hit.words.lines << QString::fromStdString(
            fmt::format("  {} at sector {} joined {} it {} later",
                        model::formatBytes(std::uint64_t{bio.sectors} * 512),
                        model::formatCount(bio.sector), bio.front ? "in front of" : "behind",
                        model::formatDuration(model::Duration{bio.m - begin})));
    }
    if (request.error != 0)
        hit.words.lines << QString::fromStdString(fmt::format("failed with {}", request.error));
    else if (request.requeues > 0)
        hit.words.lines << QString::fromStdString(
            fmt::format("requeued {} times", request.requeues));
    return hit;
}

TrackHit RequestTrack::hit(const RequestRows::Place& place) const {
    return requestHit(*m_trace, *m_blocks, place.request, place.end);
}

std::optional<TrackHit> RequestTrack::at(const TrackCanvas& canvas, int x, int y) const {
    const Box place = area(canvas);
    if (y < place.y || y >= place.bottom() || m_rows.rows() == 0) return std::nullopt;
    const auto rows = static_cast<std::int64_t>(m_rows.rows());
    const int full = canvas.px(kRowPx);
    const std::int64_t number = rows * full <= place.h
                                    ? (y - place.y) / full
                                    : static_cast<std::int64_t>(y - place.y) * rows / place.h;
    if (number >= rows) return std::nullopt;
    const Viewport view = canvas.viewport();
    const int reach = canvas.px(3);
    const auto& row = m_rows.row(static_cast<std::size_t>(number));
    auto at =
        std::ranges::upper_bound(row, view.ns(x - place.x - reach), {}, &RequestRows::Place::end);
    if (at == row.end() || at->begin >= view.ns(x - place.x + reach)) return std::nullopt;
    TrackHit found = hit(*at);
    const int x0 = view.x(at->begin);
    found.box = {place.x + x0,
                 place.y + static_cast<int>(rows * full <= place.h ? number * full
                                                                   : number * place.h / rows),
                 std::max(view.x(at->end) - x0, 1), std::max(full - canvas.px(2), 1)};
    return found;
}

std::optional<TrackHit> RequestTrack::next(model::Timestamp time) const {
    const RequestRows::Place* const place = m_rows.next(model::toNs(time));
    if (place == nullptr) return std::nullopt;
    return hit(*place);
}

void RequestTrack::csv(model::TimeRange window, std::string& out) const {
    const std::string name = model::csvField(model::deviceText(m_device));
    for (std::uint32_t i = 0; i < m_blocks->requests.size(); ++i) {
        const BlockRequest& request = m_blocks->requests[i];
        if (request.device != m_device) continue;
        const std::int64_t end =
            request.c == kNoTime ? model::toNs(m_trace->range().end) : request.c;
        if (end < model::toNs(window.begin) || requestBegin(request) >= model::toNs(window.end))
            continue;
        appendStageRows(*m_trace, *m_blocks, i, name, out);
    }
}

std::string rwbsWords(model::Rwbs rwbs) {
    static constexpr std::array<const char*, static_cast<std::size_t>(model::BlockOp::Count_)>
        kNames{"No data",     "Read",         "Write",       "Discard",    "Secure erase",
               "Flush",       "Write zeroes", "Zone append", "Zone reset", "Reset of all zones",
               "Zone finish", "Zone open",    "Zone close"};
    std::string words = kNames[static_cast<std::size_t>(model::operationOf(rwbs))];
    static constexpr std::array<std::pair<std::uint16_t, const char*>, 6> kFlags{
        {{model::kRwbsPreflush, "flush first"},
         {model::kRwbsFua, "forced to the medium"},
         {model::kRwbsAhead, "read ahead"},
         {model::kRwbsSync, "sync"},
         {model::kRwbsMeta, "metadata"},
         {model::kRwbsAtomic, "atomic"}}};
    for (const auto& [flag, name] : kFlags)
        if (model::hasFlag(rwbs, flag)) words += fmt::format(", {}", name);
    return words;
}

}  // namespace kscope::views
