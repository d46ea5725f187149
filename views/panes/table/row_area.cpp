// SPDX-License-Identifier: GPL-3.0-or-later
/// Bars, wheel and head.
#include "views/panes/table/row_area.h"

#include "views/panes/table/cell_painter.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>

namespace kscope::views {

RowArea::RowArea(QWidget* parent) : QAbstractScrollArea(parent), m_empty(new QLabel(viewport())) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setViewportMargins(0, kTableHeadHeight, 0, 0);
    verticalScrollBar()->setSingleStep(1);
    horizontalScrollBar()->setSingleStep(20);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setTextFormat(Qt::RichText);
    m_empty->hide();
}

int RowArea::pageLines() const { return std::max(1, viewport()->height() / kTableRowHeight); }

void RowArea::updateBars() {
    m_scroll.setRows(lineCount(), static_cast<std::uint64_t>(pageLines()));
    auto* const vertical = verticalScrollBar();
    const QSignalBlocker blocker(vertical);
    vertical->setRange(0, m_scroll.maxBar());
    vertical->setPageStep(pageLines());
    vertical->setValue(m_scroll.bar());
    auto* const horizontal = horizontalScrollBar();
    horizontal->setRange(0, std::max(0, contentWidth() - viewport()->width()));
    horizontal->setPageStep(viewport()->width());
    scrolledAcross(horizontal->value());
}

bool RowArea::event(QEvent* event) {
    // The window has these keys as shortcuts of its own; with the focus here they are ours.
    if (event->type() == QEvent::ShortcutOverride && handlesKey(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    return QAbstractScrollArea::event(event);
}

void RowArea::resizeEvent(QResizeEvent*) {
    if (m_headWidget) m_headWidget->setGeometry(0, 0, viewport()->width(), kTableHeadHeight);
    m_empty->setGeometry(viewport()->rect().adjusted(24, 0, -24, 0));
    updateBars();
}

void RowArea::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange) {
        resetFonts();
        if (m_headWidget) m_headWidget->update();
        viewport()->update();
    }
    QAbstractScrollArea::changeEvent(event);
}

void RowArea::scrollContentsBy(int, int) {
    m_scroll.setBar(verticalScrollBar()->value());
    scrolledAcross(horizontalScrollBar()->value());
    viewport()->update();
}

void RowArea::wheelEvent(QWheelEvent* event) {
    const auto lines = m_wheel.take(*event, kTableRowHeight);
    if (!lines) {
        QApplication::sendEvent(horizontalScrollBar(), event);
        return;
    }
    if (m_scroll.moveBy(*lines)) {
        updateBars();
        viewport()->update();
    }
    event->accept();
}

void RowArea::focusInEvent(QFocusEvent*) { viewport()->update(); }
void RowArea::focusOutEvent(QFocusEvent*) { viewport()->update(); }

}  // namespace kscope::views
