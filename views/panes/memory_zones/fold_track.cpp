// SPDX-License-Identifier: GPL-3.0-or-later
/// Drawing of a group's row and its scale.
#include "views/panes/memory_zones/fold_track.h"

#include "views/timeline/scene_parts.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace kscope::views {

std::vector<double> logTicks(double most) {
    std::vector<double> ticks;
    for (double power = 1; power <= most && ticks.size() < 20; power *= 10)
        ticks.push_back(std::log1p(power) / std::log1p(most));
    return ticks;
}

int heatStep(double share) { return std::clamp(static_cast<int>(share * 8), 0, 7); }

void drawColourScale(const TrackCanvas& canvas, Box row, const ColourScale& scale) {
    const Theme& t = canvas.theme();
    const auto width = [&](const std::string& text) {
        return text.empty() ? 0 : canvas.texts.width(TextRole::Small, text);
    };
    const int gap = canvas.px(8);
    const int barWidth = canvas.px(128);
    const int dot = scale.empty.empty() ? 0 : canvas.px(14) + width(scale.empty) + 2 * gap;
    const int all = width(scale.least) + barWidth + width(scale.most) + 2 * gap + dot;
    if (all + 2 * gap > row.w) return;
    int x = row.right() - gap - all;
    const auto write = [&](const std::string& text) {
        x += drawText(canvas.scene, canvas.texts, canvas.list, {x, row.y, width(text) + 2, row.h},
                      text, TextRole::Small, t.text2);
    };
    write(scale.least);
    x += gap;
    const Box bar{x, row.y + (row.h - canvas.px(10)) / 2, barWidth, canvas.px(10)};
    for (int step = 0; step < 8; ++step) {
        const int from = bar.w * step / 8;
        canvas.list.fill({bar.x + from, bar.y, bar.w * (step + 1) / 8 - from, bar.h},
                         t.heat[static_cast<std::size_t>(step)]);
    }
    for (const double tick : scale.ticks)
        canvas.list.fill({bar.x + std::clamp(static_cast<int>(tick * bar.w), 0, bar.w - 1),
                          bar.bottom(), canvas.scene.hairline(), canvas.px(3)},
                         t.text3);
    x = bar.right() + gap;
    write(scale.most);
    if (scale.empty.empty()) return;
    x += 2 * gap;
    const Box cell{x, row.y + (row.h - canvas.px(10)) / 2, canvas.px(10), canvas.px(10)};
    canvas.list.fill(cell, t.bgCanvas);
    canvas.list.outline(cell, t.lineStrong, canvas.scene.hairline());
    canvas.list.fill({cell.x + cell.w / 2, cell.y + cell.h / 2, canvas.px(1), canvas.px(1)},
                     t.text3);
    x = cell.right() + canvas.px(4);
    write(scale.empty);
}

void FoldTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    canvas.list.fill(canvas.plot, t.bgWindow);
    const Box& header = canvas.header;
    canvas.list.fill({header.x, header.y, header.w + canvas.plot.w, canvas.scene.hairline()},
                     t.lineEdge);
    const int size = canvas.px(6);
    const double x = header.x + canvas.px(10);
    const double y = header.y + (header.h - size) / 2.0;
    QPainterPath arrow(QPointF(x, y));
    if (m_fold->folded) {
        arrow.lineTo(x + size * 0.75, y + size / 2.0);
        arrow.lineTo(x, y + size);
    } else {
        arrow.lineTo(x + size, y);
        arrow.lineTo(x + size / 2.0, y + size * 0.75);
    }
    arrow.closeSubpath();
    canvas.list.path(arrow, t.text2, 0);
    // The row is one: its text may go on over the plot's column, where only the scale stands.
    const int room = m_scale ? canvas.px(140) : canvas.px(300);
    const Box text{header.x + canvas.px(22), header.y,
                   header.w - canvas.px(28) + std::clamp(canvas.plot.w / 4, 0, room), header.h};
    const int used =
        drawText(canvas.scene, canvas.texts, canvas.list, text, m_name, TextRole::Head, t.text1) +
        canvas.px(7);
    if (used < text.w)
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {text.x + used, text.y, text.w - used, text.h}, m_facts, TextRole::Small, t.text3);
    if (m_scale && !m_fold->folded) drawColourScale(canvas, canvas.plot, m_scale(canvas));
}

std::optional<TrackHit> FoldTrack::at(const TrackCanvas& canvas, int, int) const {
    TrackHit hit;
    hit.box = {canvas.plot.x, canvas.plot.y, canvas.plot.w, canvas.plot.h};
    hit.words.title = QString::fromStdString(m_name);
    hit.words.lines << QString::fromStdString(m_facts)
                    << (m_fold->folded ? QStringLiteral("A click unfolds what is below it.")
                                       : QStringLiteral("A click folds what is below it."));
    if (!m_scale) return hit;
    const ColourScale scale = m_scale(canvas);
    hit.words.lines << QString::fromStdString(
        "Colours from " + scale.least + " to " + scale.most +
        (scale.empty.empty() ? "" : "; a dot: " + scale.empty));
    return hit;
}

void FoldedTrack::csv(model::TimeRange window, std::string& out) const {
    if (m_owner.empty()) return m_track->csv(window, out);
    std::string rows;
    m_track->csv(window, rows);
    for (std::size_t at = 0; at < rows.size();) {
        const auto end = std::min(rows.find('\n', at), rows.size() - 1) + 1;
        out += m_owner;
        out += ' ';
        out.append(rows, at, end - at);
        at = end;
    }
}

}  // namespace kscope::views
