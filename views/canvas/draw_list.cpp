// SPDX-License-Identifier: GPL-3.0-or-later
/// Filling and reading a draw list.
#include "views/canvas/draw_list.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kscope::views {

Box Box::cut(const Box& other) const {
    const int left = std::max(x, other.x);
    const int top = std::max(y, other.y);
    return {left, top, std::min(right(), other.right()) - left,
            std::min(bottom(), other.bottom()) - top};
}

void DrawList::clear() {
    m_items.clear();
    m_columnColours.clear();
    m_columnHeights.clear();
    m_runs.clear();
    m_chars.clear();
    m_paths.clear();
    m_hits.clear();
}

void DrawList::fill(Box box, Rgb colour, int radius) {
    if (box.empty()) return;
    m_items.push_back({.shape = Shape::Fill,
                       .radius = static_cast<std::uint8_t>(radius),
                       .box = box,
                       .colour = colour});
}

Columns DrawList::columns(Box box) {
    if (box.empty()) return {};
    const auto first = m_columnColours.size();
    m_columnColours.resize(first + static_cast<std::size_t>(box.w));
    m_columnHeights.resize(first + static_cast<std::size_t>(box.w));
    m_items.push_back(
        {.shape = Shape::Columns, .box = box, .extra = static_cast<std::uint32_t>(first)});
    return {std::span(m_columnColours).subspan(first), std::span(m_columnHeights).subspan(first)};
}

void DrawList::hatch(Box box, Rgb ground, Rgb line, int distance, int thickness, int phase) {
    if (box.empty()) return;
    m_items.push_back({.shape = Shape::Hatch,
                       .radius = static_cast<std::uint8_t>(thickness),
                       .size = static_cast<std::uint8_t>(distance),
                       .box = box,
                       .colour = ground,
                       .other = line,
                       .extra = static_cast<std::uint32_t>(phase)});
}

void DrawList::outline(Box box, Rgb colour, int thickness, LineStyle style, int radius) {
    if (box.empty()) return;
    m_items.push_back({.shape = Shape::Outline,
                       .style = style,
                       .radius = static_cast<std::uint8_t>(radius),
                       .size = static_cast<std::uint8_t>(thickness),
                       .box = box,
                       .colour = colour});
}

void DrawList::text(Box box, std::string_view text, std::size_t shown, int prefixWidth,
                    TextRole role, Rgb ink) {
    if (text.empty()) return;
    m_runs.push_back({.begin = static_cast<std::uint32_t>(m_chars.size()),
                      .bytes = static_cast<std::uint32_t>(text.size()),
                      .shown = static_cast<std::uint32_t>(std::min(shown, text.size())),
                      .prefixWidth = prefixWidth,
                      .role = role});
    m_chars.append(text);
    m_items.push_back({.shape = Shape::Text,
                       .box = box,
                       .colour = ink,
                       .extra = static_cast<std::uint32_t>(m_runs.size() - 1)});
}

void DrawList::path(const QPainterPath& path, Rgb colour, double stroke) {
    const QRectF bounds = path.boundingRect().adjusted(-stroke, -stroke, stroke, stroke);
    const Box box{static_cast<int>(std::floor(bounds.left())),
                  static_cast<int>(std::floor(bounds.top())),
                  static_cast<int>(std::ceil(bounds.width())) + 1,
                  static_cast<int>(std::ceil(bounds.height())) + 1};
    m_paths.push_back({path, stroke});
    m_items.push_back({.shape = Shape::Path,
                       .box = box,
                       .colour = colour,
                       .extra = static_cast<std::uint32_t>(m_paths.size() - 1)});
}

void DrawList::clip(Box box) { m_items.push_back({.shape = Shape::Clip, .box = box}); }

void DrawList::hit(Box box, HitKind kind, std::uint32_t index) {
    if (!box.empty()) m_hits.push_back({box, kind, index});
}

void DrawList::append(const DrawList& other) {
    const auto columnsBefore = static_cast<std::uint32_t>(m_columnColours.size());
    const auto runsBefore = static_cast<std::uint32_t>(m_runs.size());
    const auto charsBefore = static_cast<std::uint32_t>(m_chars.size());
    const auto pathsBefore = static_cast<std::uint32_t>(m_paths.size());
    m_columnColours.insert(m_columnColours.end(), other.m_columnColours.begin(),
                           other.m_columnColours.end());
    m_columnHeights.insert(m_columnHeights.end(), other.m_columnHeights.begin(),
                           other.m_columnHeights.end());
    m_chars += other.m_chars;
    for (TextRun run : other.m_runs) {
        run.begin += charsBefore;
        m_runs.push_back(run);
    }
    m_paths.insert(m_paths.end(), other.m_paths.begin(), other.m_paths.end());
    m_hits.insert(m_hits.end(), other.m_hits.begin(), other.m_hits.end());
    m_items.reserve(m_items.size() + other.m_items.size());
    for (DrawItem item : other.m_items) {
        if (item.shape == Shape::Columns) item.extra += columnsBefore;
        if (item.shape == Shape::Text) item.extra += runsBefore;
        if (item.shape == Shape::Path) item.extra += pathsBefore;
        m_items.push_back(item);
    }
}

ColumnsView DrawList::columnsOf(const DrawItem& item) const {
    const auto count = static_cast<std::size_t>(item.box.w);
    return {std::span(m_columnColours).subspan(item.extra, count),
            std::span(m_columnHeights).subspan(item.extra, count)};
}

std::string DrawList::shownText(const DrawItem& item) const {
    const TextRun& run = m_runs[item.extra];
    std::string text(m_chars, run.begin, run.shown);
    if (run.shown < run.bytes) text += "…";
    return text;
}

const HitRegion* DrawList::hitAt(int x, int y, int reach) const {
    const HitRegion* nearest = nullptr;
    int least = std::numeric_limits<int>::max();
    for (auto it = m_hits.rbegin(); it != m_hits.rend(); ++it) {
        const Box& box = it->box;
        if (y < box.y || y >= box.bottom()) continue;
        if (x >= box.x && x < box.right())
            return nearest && it->kind == HitKind::Plot ? nearest : &*it;
        const int away = x < box.x ? box.x - x : x - box.right() + 1;
        if (box.w <= 2 * reach && away <= reach && away < least) {
            least = away;
            nearest = &*it;
        }
    }
    return nearest;
}

}  // namespace kscope::views
