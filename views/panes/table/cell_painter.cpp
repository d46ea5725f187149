// SPDX-License-Identifier: GPL-3.0-or-later
/// Cells and heads of tables.
#include "views/panes/table/cell_painter.h"

#include "views/panes/pane_look.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace kscope::views {
namespace {

constexpr int kKeptTexts = 4096;
constexpr int kSortArrow = 7;  // px

QFont plainMono() {
    auto mono = views::font(TextRole::Mono);
    // Ligatures off (look.md, Type): "==>" must not become an arrow. Qt 6.4 has no switch for them
    // but shaping as a whole.
    mono.setStyleStrategy(
        static_cast<QFont::StyleStrategy>(QFont::PreferAntialias | QFont::PreferNoShaping));
    mono.setKerning(false);
    return mono;
}

void paintSortArrow(QPainter& painter, const HeadCell& cell, double textWidth, Rgb ink) {
    const double x = cell.side == TableSide::Right ? cell.box.right() - textWidth - kSortArrow - 4
                                                   : cell.box.x() + textWidth + 5;
    const double y = cell.box.center().y() + 1;
    const double tip = cell.arrow > 0 ? 2 : -2;
    QPainterPath path;
    path.moveTo(x, y - tip);
    path.lineTo(x + kSortArrow / 2.0, y + tip);
    path.lineTo(x + kSortArrow, y - tip);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor::fromRgb(ink), 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.restore();
}

}  // namespace

CellPainter::CellPainter() : m_texts(kKeptTexts) { resetFonts(); }

void CellPainter::resetFonts() {
    m_body = views::font(TextRole::Body);
    m_mono = plainMono();
    m_digit = QFontMetricsF(m_mono).horizontalAdvance(QLatin1Char('0'));
    m_texts.clear();
}

/// Texts are laid out once and kept, elided to their width: names and numbers recur on most rows.
void CellPainter::paint(QPainter& painter, const TableCell& cell) {
    if (cell.text.isEmpty() || cell.box.width() <= 4) return;
    const auto& face = font(cell.face);
    const QString key =
        cell.text + QChar(0xe000 + static_cast<int>(cell.face)) + QChar(cell.box.width());
    auto* laid = m_texts.object(key);
    if (laid == nullptr) {
        laid = new QStaticText(
            QFontMetricsF(face).elidedText(cell.text, cell.cut, cell.box.width() + 0.5));
        laid->setTextFormat(Qt::PlainText);
        laid->setPerformanceHint(QStaticText::AggressiveCaching);
        laid->prepare(QTransform(), face);
        m_texts.insert(key, laid);
    }
    painter.setFont(face);
    painter.setPen(QColor::fromRgb(cell.ink));
    const auto size = laid->size();
    const double x = cell.side == TableSide::Right ? cell.box.x() + cell.box.width() - size.width()
                                                   : cell.box.x();
    painter.drawStaticText(
        QPointF(x, cell.box.y() + std::round((kTableRowHeight - size.height()) / 2)), *laid);
}

void paintTableHead(QPainter& painter, const QWidget& widget, std::span<const HeadCell> cells) {
    const auto& colours = themeOf(widget);
    painter.fillRect(widget.rect(), QColor::fromRgb(colours.bgWindow));
    auto headFont = views::font(TextRole::Small);
    headFont.setWeight(QFont::Medium);
    painter.setFont(headFont);
    for (const auto& cell : cells) {
        const auto ink = cell.arrow == 0 ? colours.text3 : colours.text1;
        const int room = cell.box.width() - (cell.arrow == 0 ? 0 : kSortArrow + 5);
        const auto text = painter.fontMetrics().elidedText(cell.text, Qt::ElideRight, room);
        painter.setPen(QColor::fromRgb(ink));
        const auto side = cell.side == TableSide::Right ? Qt::AlignRight : Qt::AlignLeft;
        painter.drawText(cell.box, int(side | Qt::AlignVCenter), text);
        if (cell.arrow != 0)
            paintSortArrow(painter, cell, painter.fontMetrics().horizontalAdvance(text), ink);
    }
    const double line = hairline(widget);
    painter.fillRect(QRectF(0, widget.height() - line, widget.width(), line),
                     QColor::fromRgb(colours.lineEdge));
}

}  // namespace kscope::views
