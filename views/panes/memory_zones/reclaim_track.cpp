// SPDX-License-Identifier: GPL-3.0-or-later
/// Two rows of spans.
#include "views/panes/memory_zones/reclaim_track.h"

#include "model/core/format.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kscope::views {
namespace {

constexpr std::array<const char*, 2> kReclaimRows{"kswapd", "direct reclaim"};

}  // namespace

ReclaimTrack::ReclaimTrack(model::TracePtr trace, const model::ReclaimReport& report)
    : m_trace(std::move(trace)) {
    for (const model::KswapdSpan& span : report.kswapd)
        m_spans.push_back(
            {span.beginNs, span.endNs, Row::Kswapd, span.open, span.node, 0, model::kNoTask});
    for (const model::ReclaimSpan& span : report.spans)
        m_spans.push_back({span.startNs, span.startNs + span.duration, Row::Direct, false,
                           span.reclaimed, span.order, span.task});
    std::ranges::stable_sort(m_spans, {}, &Stretch::begin);
}

Box ReclaimTrack::rowOf(const TrackCanvas& canvas, Row row) const {
    return {canvas.plot.x, canvas.plot.y + canvas.px(4) + static_cast<int>(row) * canvas.px(16),
            canvas.plot.w, canvas.px(12)};
}

void ReclaimTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    for (std::size_t i = 0; i < kReclaimRows.size(); ++i) {
        const Box row = rowOf(canvas, static_cast<Row>(i));
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {canvas.header.x + canvas.px(18), row.y, canvas.header.w, row.h}, kReclaimRows[i],
                 TextRole::Small, t.text2);
    }
    const std::array<Rgb, 2> colours{t.stageGI, t.statusError};
    const Viewport view = canvas.viewport();
    std::array<int, 2> drawn{-1, -1};
    for (const Stretch& span : m_spans) {
        if (span.begin >= model::toNs(canvas.scene.window.end)) break;
        if (span.end < model::toNs(canvas.scene.window.begin)) continue;
        const auto kind = static_cast<std::size_t>(span.row);
        const Box row = rowOf(canvas, span.row);
        const int x0 = std::clamp(view.x(span.begin), 0, row.w);
        const int x1 = std::clamp(std::max(view.x(span.end), x0 + canvas.px(2)), 0, row.w);
        if (x1 <= drawn[kind]) continue;
        drawn[kind] = x1;
        canvas.list.fill({row.x + x0, row.y, x1 - x0, row.h}, colours[kind], canvas.px(2));
    }
}

TrackHit ReclaimTrack::hit(const Stretch& span) const {
    TrackHit found;
    found.span = {model::timestampNs(span.begin),
                  model::timestampNs(std::max(span.end, span.begin + 1))};
    const std::string length = model::formatDuration(model::Duration{span.end - span.begin});
    if (span.row == Row::Kswapd) {
        found.words.title =
            QString::fromStdString(fmt::format("kswapd{} awake for {}", span.number, length));
        found.words.lines << QStringLiteral("It frees pages in the background: woken below low, "
                                            "asleep again above high.");
        if (span.open) found.words.lines << QStringLiteral("It was still awake at the end.");
    } else {
        found.words.title = QString::fromStdString(
            fmt::format("{} stalled {} in direct reclaim", m_trace->comm(span.task), length));
        found.words.lines << QString::fromStdString(
            fmt::format("It wanted a block of order {} and freed {} pages first.", span.order,
                        model::formatCount(
                            static_cast<std::uint64_t>(std::max<std::int64_t>(span.number, 0)))));
    }
    // The event that begins it, for the details.
    for (auto index = m_trace->lowerBound(found.span.begin); model::raw(index) < m_trace->events();
         index = model::EventIndex{model::raw(index) + 1}) {
        const model::Event event = m_trace->event(index);
        if (event.time != found.span.begin) break;
        if (span.task != model::kNoTask && event.task != span.task) continue;
        found.item = {.kind = Item::Kind::Event,
                      .lane = {},
                      .event = index,
                      .span = found.span,
                      .value = 0,
                      .task = event.task,
                      .cpu = event.cpu};
        break;
    }
    return found;
}

std::optional<TrackHit> ReclaimTrack::at(const TrackCanvas& canvas, int x, int y) const {
    const Viewport view = canvas.viewport();
    const int reach = canvas.px(3);
    for (const Stretch& span : m_spans) {
        const Box row = rowOf(canvas, span.row);
        if (y < row.y || y >= row.bottom()) continue;
        const int x0 = row.x + view.x(span.begin);
        const int x1 = row.x + std::max(view.x(span.end), view.x(span.begin) + canvas.px(2));
        if (x < x0 - reach || x >= x1 + reach) continue;
        TrackHit found = hit(span);
        found.box = {x0, row.y, x1 - x0, row.h};
        return found;
    }
    return std::nullopt;
}

std::optional<TrackHit> ReclaimTrack::next(model::Timestamp time) const {
    const auto found = std::ranges::upper_bound(m_spans, model::toNs(time), {}, &Stretch::begin);
    if (found == m_spans.end()) return std::nullopt;
    return hit(*found);
}

void ReclaimTrack::csv(model::TimeRange window, std::string& out) const {
    for (const Stretch& span : m_spans)
        if (span.end > model::toNs(window.begin) && span.begin < model::toNs(window.end))
            out += fmt::format("{},{},{},{},,,\n", kReclaimRows[static_cast<std::size_t>(span.row)],
                               span.begin, span.end, span.number);
}

}  // namespace kscope::views
