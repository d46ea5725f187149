// SPDX-License-Identifier: GPL-3.0-or-later
/// Composing the picture: ground, lanes, arrows, marks, headers, in look.md's order.
#include "views/timeline/scene.h"

#include "model/words/axis_words.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/lane_painters.h"
#include "views/timeline/scene_parts.h"

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kOverviewHeight = 50;
constexpr int kRulerHeight = 25;
constexpr int kNarrowest = 200;  // Below this width of plot the headers give way.

struct LanePart {
    std::size_t row;
    std::size_t part;
};

}  // namespace

int TimelineScene::px(double logical) const {
    const auto rounded = static_cast<int>(std::lround(logical * ratio));
    if (rounded == 0 && logical != 0) return logical > 0 ? 1 : -1;
    return rounded;
}

TimelineFrame TimelineScene::frame() const {
    const int left = std::min(px(headerWidth), std::max(0, body.w - px(kNarrowest)));
    const int overviewBottom = body.y + px(kOverviewHeight);
    const int rulerBottom = overviewBottom + px(kRulerHeight);
    const int right = body.w - left;
    const int below = std::max(0, body.bottom() - rulerBottom);
    return {.overviewHeader = {body.x, body.y, left, overviewBottom - body.y},
            .overview = {body.x + left, body.y, right, overviewBottom - body.y},
            .rulerHeader = {body.x, overviewBottom, left, rulerBottom - overviewBottom},
            .ruler = {body.x + left, overviewBottom, right, rulerBottom - overviewBottom},
            .headers = {body.x, rulerBottom, left, below},
            .plot = {body.x + left, rulerBottom, right, below}};
}

Viewport TimelineScene::viewport() const { return {window, frame().plot.w}; }

Box TimelineScene::laneBox(const LaneRow& row) const {
    const Box plot = frame().plot;
    const int above = row.pinned ? 0 : layout.pinnedHeight() - scroll;
    const int top = plot.y + px(above + row.y);
    return {plot.x, top, plot.w, plot.y + px(above + row.y + row.height) - top};
}

model::LaneView TimelineScene::cpuLane(model::CpuId cpu) const {
    if (!cpuLanes) return trace->cpuLane(cpu);
    return model::raw(cpu) < cpuLanes->size() ? (*cpuLanes)[model::raw(cpu)] : model::LaneView{};
}

model::Timestamp TimelineScene::timeOrigin() const {
    switch (state->timeFormat) {
    case TimeFormat::SinceStart: return trace->range().begin;
    case TimeFormat::SinceCursorA: return state->cursorA.value_or(trace->range().begin);
    case TimeFormat::WallClock: return model::timestampNs(-trace->wallZeroNs().value_or(0));
    case TimeFormat::Absolute: break;
    }
    return model::timestampNs(0);
}

TimeLabels TimelineScene::timeLabels() const {
    if (!countUnit().empty()) return TimeLabels::Counts;
    return state->timeFormat == TimeFormat::WallClock && trace->wallZeroNs() ? TimeLabels::TimeOfDay
                                                                             : TimeLabels::Seconds;
}

std::string_view TimelineScene::countUnit() const { return model::countUnit(*trace); }

FilterCells::FilterCells(const model::Trace& trace, const model::RowSet& rows, const Viewport& view,
                         std::int64_t cell)
    : m_begin(model::toNs(view.range().begin) / cell * cell),
      m_cell(cell) {
    const std::int64_t end = model::toNs(view.range().end);
    m_passes.resize(static_cast<std::size_t>((end - m_begin) / cell) + 2);
    auto row = rows.next(trace.lowerBound(model::timestampNs(m_begin)));
    while (row) {
        const std::int64_t ns = model::toNs(trace.event(*row).time);
        if (ns >= end) break;
        const std::int64_t number = (ns - m_begin) / cell;
        m_passes[static_cast<std::size_t>(number)] = true;
        row = rows.next(trace.lowerBound(model::timestampNs(m_begin + (number + 1) * cell)));
    }
}

bool FilterCells::passes(std::int64_t ns) const {
    const std::int64_t number = (ns - m_begin) / m_cell;
    return number >= 0 && number < static_cast<std::int64_t>(m_passes.size()) &&
           m_passes[static_cast<std::size_t>(number)];
}

void drawTimeline(const TimelineScene& given, TextCache& texts, DrawList& list,
                  model::ThreadPool* pool) {
    TimelineScene scene = given;
    std::optional<FilterCells> filterCells;
    if (scene.filterRows) {
        const Viewport view = scene.viewport();
        filterCells.emplace(*scene.trace, *scene.filterRows, view,
                            FoldCells(view, scene.foldPx / 2.2).cell());
        scene.filterCells = &*filterCells;
    }
    const auto& rows = scene.layout.rows();
    const Box plot = scene.frame().plot;
    const int pinned = scene.px(scene.layout.pinnedHeight());
    const Box scrolling{plot.x, plot.y + pinned, plot.w, plot.h - pinned};
    std::vector<LaneInk> inks(rows.size());
    std::vector<std::size_t> seen;
    std::vector<LanePart> parts;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (scene.laneBox(rows[i]).cut(rows[i].pinned ? plot : scrolling).empty()) continue;
        seen.push_back(i);
        inks[i].more.resize(rows[i].key.kind == LaneKey::Kind::Device ? kDeviceLaneParts - 1 : 0);
        for (std::size_t part = 0; part <= inks[i].more.size(); ++part) parts.push_back({i, part});
    }
    const auto paint = [&](std::size_t n) {
        const LaneRow& row = rows[parts[n].row];
        paintLane(scene, row, scene.laneBox(row), parts[n].part, inks[parts[n].row]);
    };
    if (pool) {
        model::parallelFor(*pool, parts.size(), paint);
    } else {
        for (std::size_t n = 0; n < parts.size(); ++n) paint(n);
    }

    drawGround(scene, list);
    list.clip(scrolling);
    bool inPinned = false;
    // Pinned lanes come first among the rows but lie above the others.
    std::stable_partition(seen.begin(), seen.end(), [&](std::size_t i) { return !rows[i].pinned; });
    for (const std::size_t i : seen) {
        if (rows[i].pinned && !inPinned) {
            inPinned = true;
            list.clip({plot.x, plot.y, plot.w, pinned});
            list.fill({plot.x, plot.y, plot.w, pinned}, scene.colours().bgCanvas);
        }
        list.append(inks[i].list);
        for (const DrawList& more : inks[i].more) list.append(more);
        placeLabels(scene, texts, inks[i], list);
    }
    list.clip(plot);
    drawWakeup(scene, texts, list);
    drawHeaders(scene, texts, list, inks);
    drawOverview(scene, texts, list);
    drawRuler(scene, texts, list);
    drawMarks(scene, texts, list);
    list.clip(scene.body);
}

}  // namespace kscope::views
