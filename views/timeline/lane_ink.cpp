// SPDX-License-Identifier: GPL-3.0-or-later
/// Fold cells and bars.
#include "views/timeline/lane_ink.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace kscope::views {

FoldCells::FoldCells(const Viewport& view, double leastPx) {
    const auto least = static_cast<std::uint64_t>(view.nsOf(leastPx));
    m_shift = static_cast<int>(std::bit_width(least - 1));
    const std::int64_t begin = model::toNs(view.range().begin);
    const std::int64_t end = model::toNs(view.range().end);
    m_first = begin >> m_shift;
    m_cells.resize(static_cast<std::size_t>((end >> m_shift) - m_first) + 1);
}

void FoldCells::spread(std::int64_t begin, std::int64_t end, FoldInk all) {
    const auto last = static_cast<std::int64_t>(m_cells.size()) - 1;
    const std::int64_t from = std::clamp<std::int64_t>((begin >> m_shift) - m_first, 0, last);
    const std::int64_t to =
        std::clamp<std::int64_t>((std::max(begin, end - 1) >> m_shift) - m_first, 0, last);
    if (from == to) {
        m_cells[static_cast<std::size_t>(from)] += all;
        return;
    }
    const FoldInk each = all / std::max(1.0f, static_cast<float>(end - begin));
    for (std::int64_t i = from; i <= to; ++i) {
        const std::int64_t cellBegin = (m_first + i) << m_shift;
        m_cells[static_cast<std::size_t>(i)] +=
            each *
            static_cast<float>(std::min(end, cellBegin + cell()) - std::max(begin, cellBegin));
    }
}

LaneBars::LaneBars(const TimelineScene& scene, LaneInk& ink, Box bar)
    : m_scene(scene),
      m_theme(scene.colours()),
      m_ink(ink),
      m_bar(bar),
      m_view(scene.viewport()),
      m_columns(ink.list.columns(bar)),
      m_left(scene.frame().plot.x),
      m_gapFrom(scene.px(3)),
      m_radiusFrom(scene.px(8)),
      m_radius(scene.px(2)),
      m_hairline(scene.hairline()),
      m_thinRows(static_cast<std::uint32_t>(std::max(1L, std::lround(bar.h * 0.85)))) {}

LaneBars::Pixels LaneBars::pixels(std::int64_t begin, std::int64_t end) const {
    const int x0 = m_view.x(begin);
    const int x1 = std::max(m_view.x(end), x0 + 1);
    return {m_left + std::clamp(x0, 0, m_bar.w), m_left + std::clamp(x1, 0, m_bar.w), x0 >= 0};
}

Box LaneBars::slice(Pixels at, Rgb fill, int y, int height) {
    int width = at.width();
    if (width >= m_gapFrom && at.x1 < m_left + m_bar.w) width -= m_hairline;
    const Box box{at.x0, y, width, height};
    const int radius = width >= m_radiusFrom ? m_radius : 0;
    if (radius == 0 && y == m_bar.y && height == m_bar.h) {
        narrow(box, fill);
    } else if (const Rgb edge = m_theme.edgeOf(fill); edge != fill && width >= m_gapFrom) {
        m_ink.list.fill(box, edge, radius);
        m_ink.list.fill({box.x + m_hairline, box.y + m_hairline, box.w - 2 * m_hairline,
                         box.h - 2 * m_hairline},
                        fill, std::max(0, radius - m_hairline));
    } else {
        m_ink.list.fill(box, fill, radius);
    }
    return box;
}

void LaneBars::narrow(const Box& box, Rgb fill) {
    const Rgb edge = box.w >= m_gapFrom ? m_theme.edgeOf(fill) : fill;
    const bool edged = edge != fill;
    const auto rows = static_cast<std::uint32_t>(m_bar.h);
    for (int x = box.x; x < box.right(); ++x) {
        const bool side = x < box.x + m_hairline || x >= box.right() - m_hairline;
        m_columns.set(static_cast<std::size_t>(x - m_left), side ? edge : fill, rows);
    }
    if (!edged) return;
    m_ink.list.fill({box.x, box.y, box.w, m_hairline}, edge);
    m_ink.list.fill({box.x, box.bottom() - m_hairline, box.w, m_hairline}, edge);
}

void LaneBars::thin(std::int64_t begin, std::int64_t end, Rgb fill) {
    const Pixels at = pixels(begin, end);
    if (at.width() <= 0) return;
    for (int x = at.x0; x < at.x1; ++x)
        m_columns.set(static_cast<std::size_t>(x - m_left), fill, m_thinRows);
}

void LaneBars::label(LabelWish::What what, const Box& box, Rgb fill, std::uint32_t value,
                     std::int64_t amount) {
    m_ink.labels.push_back({what, box, fill, value, amount});
}

Rgb LaneBars::shaded(Rgb fill, model::TaskId task, bool passes) const {
    if (!passes) return mix(m_theme.bgCanvas, fill, TimelineScene::kFilteredShare);
    if (m_scene.lifted != model::kNoTask && task != m_scene.lifted)
        return mix(m_theme.bgCanvas, fill, 0.55);
    return fill;
}

void ThinSpans::single(std::int64_t begin, std::int64_t end, FoldInk ink, Rgb fill) {
    if (m_waiting && begin - m_pending.end < m_near) {
        join();
        m_cells.add(begin, end, ink, static_cast<float>(end - begin));
        m_blockEnd = end;
        return;
    }
    flush();
    m_pending = {begin, end, ink, fill};
    m_waiting = true;
}

void ThinSpans::fold(std::int64_t begin, std::int64_t end, const model::LodNode& node) {
    if (m_waiting && begin - m_pending.end < m_near) join();
    flush();
    m_cells.add(begin, end, foldInk(node.hue), node.busy);
    m_blockEnd = end;
}

void ThinSpans::join() {
    m_cells.add(m_pending.begin, m_pending.end, m_pending.ink,
                static_cast<float>(m_pending.end - m_pending.begin));
    m_waiting = false;
}

void ThinSpans::flush() {
    if (m_waiting) m_bars.thin(m_pending.begin, m_pending.end, m_pending.fill);
    m_waiting = false;
}

}  // namespace kscope::views
