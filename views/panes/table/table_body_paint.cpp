// SPDX-License-Identifier: GPL-3.0-or-later
/// How the rows of a TablePanel are painted: only those in view.
#include "views/panes/pane_look.h"
#include "views/panes/table/table_body.h"

#include <QFontMetricsF>
#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kIndentStep = 14;  // px a level of a tree
constexpr int kMostIndent = 40;  // levels; deeper ones stand no further to the right
constexpr int kFoldSign = 16;    // px, the arrow with its room
constexpr int kRowSwatch = 9;    // px, look.md
constexpr int kRowSwatchGap = 5;
constexpr int kShareBarWidth = 54, kShareBarHeight = 7, kShareBarGap = 8;
constexpr std::uint32_t kFittedLines = 100;  // look.md, Type

}  // namespace

int TableBody::indent(std::uint32_t line) const {
    return m_rows->tree() ? std::min(m_order.depth(line), kMostIndent) * kIndentStep : 0;
}

bool TableBody::onFoldSign(std::uint32_t line, int x) const {
    if (!m_rows->tree() || !m_rows->hasChildren(m_order.row(line))) return false;
    for (const auto& place : m_columns.places(viewport()->width())) {
        if (place.column != 0) continue;
        const int left = place.x - horizontalScrollBar()->value() + kTablePadding + indent(line);
        return x >= left - 3 && x < left + kFoldSign;
    }
    return false;
}

void TableBody::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), QColor::fromRgb(themeOf(*this).bgCanvas));
    if (!m_rows) return;
    auto places = m_columns.places(viewport()->width());
    for (auto& place : places) place.x -= horizontalScrollBar()->value();
    const auto end = std::min(
        m_order.size(),
        topLine() + static_cast<std::uint32_t>(viewport()->height() / kTableRowHeight + 1));
    for (auto line = topLine(); line < end; ++line)
        paintLine(painter, line, static_cast<int>(line - topLine()) * kTableRowHeight, places);
}

void TableBody::paintLine(QPainter& painter, std::uint32_t line, int y,
                          std::span<const SheetColumns::Place> places) {
    const auto& colours = themeOf(*this);
    const auto chosen = run();
    const bool selected = chosen && line >= chosen->first && line <= chosen->last;
    const int width = viewport()->width();
    const Rgb fill = selected          ? colours.accentFill
                     : m_hover == line ? colours.bgHover
                     : line % 2 == 0   ? colours.bgCanvas
                                       : colours.bgStripe;
    painter.fillRect(0, y, width, kTableRowHeight, QColor::fromRgb(fill));
    if (line == m_currentLine && hasFocus()) {
        const double thin = hairline(*this);
        painter.setPen(QPen(QColor::fromRgb(colours.accent), thin));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(thin / 2, y + thin / 2, width - thin, kTableRowHeight - thin));
    }
    const auto row = m_order.row(line);
    for (const auto& place : places) {
        if (place.x + place.width <= 0 || place.x >= width) continue;
        const auto& column = m_rows->columns()[static_cast<std::size_t>(place.column)];
        QRect box(place.x + kTablePadding, y, place.width - 2 * kTablePadding, kTableRowHeight);
        const Rgb ink = selected ? colours.accentInk
                                 : m_rows->ink(row, place.column, colours).value_or(colours.text1);
        if (place.column == 0) box.setLeft(box.left() + paintLead(painter, line, box, ink));
        if (const auto bar = m_rows->bar(row, place.column))
            box.setLeft(box.left() + paintBar(painter, *bar, box));
        // Names of functions differ in their last letters as often as in their first.
        const bool name = column.stretch && column.face == TableFace::Mono;
        m_cells.paint(painter, {box, m_rows->text(row, place.column), column.face, column.side, ink,
                                name ? Qt::ElideMiddle : Qt::ElideRight});
    }
}

/// Indent, fold sign and swatch before the text of the first column; tells the room they take.
int TableBody::paintLead(QPainter& painter, std::uint32_t line, const QRect& box, Rgb ink) {
    const auto row = m_order.row(line);
    int x = indent(line);
    if (m_rows->tree()) {
        if (m_rows->hasChildren(row) && x + kFoldSign < box.width()) {
            const double left = box.x() + x + 3, middle = box.y() + kTableRowHeight / 2.0;
            QPainterPath arrow;
            if (unfolded(line)) {
                arrow.moveTo(left, middle - 2);
                arrow.lineTo(left + 3.5, middle + 1.5);
                arrow.lineTo(left + 7, middle - 2);
            } else {
                arrow.moveTo(left + 2, middle - 3.5);
                arrow.lineTo(left + 5.5, middle);
                arrow.lineTo(left + 2, middle + 3.5);
            }
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(
                QPen(QColor::fromRgb(ink), 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter.drawPath(arrow);
            painter.setRenderHint(QPainter::Antialiasing, false);
        }
        x += kFoldSign;
    }
    if (const auto swatch = m_rows->swatch(row, themeOf(*this))) {
        const QRectF square(box.x() + x, box.y() + (kTableRowHeight - kRowSwatch) / 2.0, kRowSwatch,
                            kRowSwatch);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor::fromRgb(*swatch));
        painter.drawRoundedRect(square, 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
        x += kRowSwatch + kRowSwatchGap;
    }
    return x;
}

int TableBody::paintBar(QPainter& painter, const TableBar& bar, const QRect& box) {
    if (box.width() < kShareBarWidth + kShareBarGap) return 0;
    const auto& colours = themeOf(*this);
    const QRectF whole(box.x(), box.y() + (kTableRowHeight - kShareBarHeight) / 2.0, kShareBarWidth,
                       kShareBarHeight);
    painter.fillRect(whole, QColor::fromRgb(mix(colours.bgCanvas, colours.text3, 0.22)));
    const Rgb deep = colours.seriesNeutral;
    const Rgb pale = mix(colours.bgCanvas, deep, 0.55);
    const auto part = [&](double share) {
        const double length = std::clamp(share, 0.0, 1.0) * kShareBarWidth;
        return share > 0 ? std::max(1.0, std::round(length)) : 0.0;
    };
    QRectF filled = whole;
    filled.setWidth(part(bar.share));
    painter.fillRect(filled, QColor::fromRgb(pale));
    filled.setWidth(std::min(part(bar.dark), filled.width()));
    painter.fillRect(filled, QColor::fromRgb(deep));
    if (colours.contrastKind == Contrast::High) {
        const double thin = hairline(*this);
        painter.setPen(QPen(QColor::fromRgb(colours.text1), thin));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(whole.adjusted(thin / 2, thin / 2, -thin / 2, -thin / 2));
    }
    return kShareBarWidth + kShareBarGap;
}

void TableBody::fitColumn(int column) {
    if (!m_rows) return;
    const auto& about = m_rows->columns()[static_cast<std::size_t>(column)];
    auto headFont = views::font(TextRole::Small);
    headFont.setWeight(QFont::Medium);
    // Room for the arrow of the sorted column, so that sorting moves nothing.
    double widest = QFontMetricsF(headFont).horizontalAdvance(about.title) + 14;
    const QFontMetricsF metrics(m_cells.font(about.face));
    const auto end = std::min(m_order.size(), topLine() + kFittedLines);
    for (auto line = topLine(); line < end; ++line) {
        const auto row = m_order.row(line);
        double width = metrics.horizontalAdvance(m_rows->text(row, column));
        if (m_rows->bar(row, column)) width += kShareBarWidth + kShareBarGap;
        if (column == 0) {
            width += indent(line) + (m_rows->tree() ? kFoldSign : 0);
            if (m_rows->swatch(row, themeOf(*this))) width += kRowSwatch + kRowSwatchGap;
        }
        widest = std::max(widest, width);
    }
    // A name of thousands of letters must not push all other columns out of view.
    m_columns.setWidth(column,
                       std::min(640, static_cast<int>(std::ceil(widest)) + 2 * kTablePadding + 2));
    columnsChanged();
}

}  // namespace kscope::views
