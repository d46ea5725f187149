// SPDX-License-Identifier: GPL-3.0-or-later
/// The rows of a TablePanel: scrolling, selecting, keys and mouse. Painting is in
/// table_body_paint.cpp.
#include "views/panes/table/table_body.h"

#include "views/panes/pane_look.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>

namespace kscope::views {

TableBody::TableBody(QWidget* parent) : RowArea(parent), m_head(new SheetHead(&m_columns, this)) {
    setHead(m_head);
    viewport()->setMouseTracking(true);
    // Queued: what follows sets this label's text, which must not happen under its own signal.
    connect(m_empty, &QLabel::linkActivated, this, &TableBody::linkClicked, Qt::QueuedConnection);
    connect(m_head, &SheetHead::changed, this, &TableBody::columnsChanged);
    connect(m_head, &SheetHead::fitRequested, this, &TableBody::fitColumn);
}

TableBody::~TableBody() = default;

void TableBody::setRows(TableRowsPtr rows, TableOrder order) {
    const bool fresh = rows != m_rows;
    m_rows = std::move(rows);
    m_order = std::move(order);
    if (fresh) {
        m_columns.setColumns(m_rows ? m_rows->columns() : std::span<const TableColumn>());
        m_head->setRows(m_rows);
        m_cells.forget();
        if (m_order.size() > 0)
            for (int i = 0; i < m_columns.size(); ++i)
                if (!m_columns.fitted(i)) fitColumn(i);
    }
    m_currentLine = m_current ? m_order.lineOf(*m_current) : std::nullopt;
    m_anchorLine = m_currentLine;
    setHover(std::nullopt);
    m_empty->setVisible(m_order.size() == 0);
    updateBars();
    viewport()->update();
}

void TableBody::setEmptyText(const QString& text) { m_empty->setText(text); }

void TableBody::setTopLine(std::uint32_t line) {
    if (!m_scroll.setTop(line)) return;
    updateBars();
    viewport()->update();
}

void TableBody::reveal(std::uint32_t line) {
    const auto page = static_cast<std::uint32_t>(pageLines());
    if (line < topLine()) setTopLine(line);
    else if (line >= topLine() + page) setTopLine(line - page + 1);
}

void TableBody::setCurrentRow(std::optional<std::uint32_t> row) {
    m_current = row;
    m_currentLine = row ? m_order.lineOf(*row) : std::nullopt;
    m_anchorLine = m_currentLine;
    if (m_currentLine) reveal(*m_currentLine);
    viewport()->update();
}

std::optional<TableBody::Run> TableBody::run() const {
    if (!m_currentLine || !m_anchorLine) return std::nullopt;
    return Run{std::min(*m_currentLine, *m_anchorLine), std::max(*m_currentLine, *m_anchorLine)};
}

void TableBody::selectAll() {
    if (m_order.size() == 0) return;
    m_anchorLine = 0;
    m_currentLine = m_order.size() - 1;
    m_current = m_order.row(*m_currentLine);
    viewport()->update();
}

void TableBody::pick(std::uint32_t line, Extend extend) {
    const auto row = m_order.row(line);
    m_current = row;
    m_currentLine = line;
    if (extend == Extend::Replace || !m_anchorLine) m_anchorLine = line;
    viewport()->update();
    emit picked(row);
}

void TableBody::stepLine(std::int64_t lines) { moveCurrent(lines, Extend::Replace); }

void TableBody::moveCurrent(std::int64_t lines, Extend extend) {
    if (m_order.size() == 0) return;
    // Without a current line the first step lands on the first one in view.
    const auto last = static_cast<std::int64_t>(m_order.size()) - 1;
    const auto at = m_currentLine
                        ? std::clamp<std::int64_t>(std::int64_t{*m_currentLine} + lines, 0, last)
                        : std::min<std::int64_t>(topLine(), last);
    pick(static_cast<std::uint32_t>(at), extend);
    reveal(static_cast<std::uint32_t>(at));
}

bool TableBody::unfolded(std::uint32_t line) const {
    return line + 1 < m_order.size() && m_order.depth(line + 1) > m_order.depth(line);
}

/// Right unfolds, then goes into it; left folds, then goes to what is above it.
void TableBody::stepTree(int key) {
    if (!m_currentLine) return moveCurrent(0, Extend::Replace);
    const auto line = *m_currentLine;
    const bool open = unfolded(line);
    if (key == Qt::Key_Right) {
        if (open) moveCurrent(1, Extend::Replace);
        else if (m_rows->hasChildren(m_order.row(line))) emit foldAsked(m_order.row(line));
        return;
    }
    if (open) {
        emit foldAsked(m_order.row(line));
        return;
    }
    for (auto up = line; up-- > 0;) {
        if (m_order.depth(up) >= m_order.depth(line)) continue;
        pick(up, Extend::Replace);
        reveal(up);
        return;
    }
}

void TableBody::columnsChanged() {
    m_cells.forget();
    updateBars();
    m_head->update();
    viewport()->update();
}

std::optional<std::uint32_t> TableBody::lineAt(QPoint pos) const {
    if (pos.y() < 0) return std::nullopt;
    const auto line = topLine() + static_cast<std::uint32_t>(pos.y() / kTableRowHeight);
    return line < m_order.size() ? std::optional{line} : std::nullopt;
}

void TableBody::setHover(std::optional<std::uint32_t> line) {
    if (line == m_hover) return;
    m_hover = line;
    viewport()->update();
}

// Events of Qt.

bool TableBody::handlesKey(const QKeyEvent& event) const {
    const bool plain = (event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == 0;
    switch (event.key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_BracketLeft:
    case Qt::Key_BracketRight:
    case Qt::Key_J:
    case Qt::Key_K: return plain;
    default: return event.matches(QKeySequence::Copy) || event.matches(QKeySequence::SelectAll);
    }
}

void TableBody::keyPressEvent(QKeyEvent* event) {
    if (!handlesKey(*event) || !m_rows) {
        RowArea::keyPressEvent(event);
        if (event->key() != Qt::Key_Tab) event->ignore();
        return;
    }
    const auto extend =
        event->modifiers().testFlag(Qt::ShiftModifier) ? Extend::Run : Extend::Replace;
    const auto all = static_cast<std::int64_t>(m_order.size());
    switch (event->key()) {
    case Qt::Key_Up: return moveCurrent(-1, extend);
    case Qt::Key_Down: return moveCurrent(1, extend);
    case Qt::Key_PageUp: return moveCurrent(-pageLines(), extend);
    case Qt::Key_PageDown: return moveCurrent(pageLines(), extend);
    case Qt::Key_Home: return moveCurrent(-all, extend);
    case Qt::Key_End: return moveCurrent(all, extend);
    case Qt::Key_BracketLeft:
    case Qt::Key_K: return stepLine(-1);
    case Qt::Key_BracketRight:
    case Qt::Key_J: return stepLine(1);
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (m_rows->tree()) stepTree(event->key());
        else stepLine(event->key() == Qt::Key_Left ? -1 : 1);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_currentLine) emit activated(*m_current);
        return;
    default: break;
    }
    if (event->matches(QKeySequence::SelectAll)) selectAll();
    else emit copyRequested();
}

void TableBody::resizeEvent(QResizeEvent* event) {
    m_cells.forget();
    RowArea::resizeEvent(event);
}

void TableBody::resetFonts() { m_cells.resetFonts(); }
void TableBody::scrolledAcross(int px) { m_head->setScroll(px); }

bool TableBody::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) setHover(std::nullopt);
    if (event->type() == QEvent::ToolTip && m_rows) {
        auto* help = static_cast<QHelpEvent*>(event);
        const auto line = lineAt(help->pos());
        const auto words = line ? m_rows->tip(m_order.row(*line)) : QString();
        if (words.isEmpty()) QToolTip::hideText();
        else QToolTip::showText(help->globalPos(), words, viewport());
        return true;
    }
    return RowArea::viewportEvent(event);
}

void TableBody::mousePressEvent(QMouseEvent* event) {
    const auto pos = event->position().toPoint();
    const auto line = lineAt(pos);
    if (!line) return;
    if (event->button() == Qt::RightButton) {
        const auto chosen = run();
        if (!chosen || *line < chosen->first || *line > chosen->last) pick(*line, Extend::Replace);
        return;
    }
    if (event->button() != Qt::LeftButton) return;
    if (onFoldSign(*line, pos.x())) {
        emit foldAsked(m_order.row(*line));
        return;
    }
    pick(*line, event->modifiers().testFlag(Qt::ShiftModifier) ? Extend::Run : Extend::Replace);
}

void TableBody::mouseMoveEvent(QMouseEvent* event) {
    const auto pos = event->position().toPoint();
    if (!event->buttons().testFlag(Qt::LeftButton)) return setHover(lineAt(pos));
    if (!m_anchorLine) return;
    if (pos.y() < 0) m_scroll.moveBy(-1);
    else if (pos.y() >= viewport()->height()) m_scroll.moveBy(1);
    updateBars();
    const auto line =
        lineAt({pos.x(), std::clamp(pos.y(), 0, std::max(0, viewport()->height() - 1))});
    if (line && line != m_currentLine) pick(*line, Extend::Run);
}

void TableBody::mouseDoubleClickEvent(QMouseEvent* event) {
    const auto pos = event->position().toPoint();
    const auto line = lineAt(pos);
    if (!line || event->button() != Qt::LeftButton) return;
    if (onFoldSign(*line, pos.x())) emit foldAsked(m_order.row(*line));
    else emit activated(m_order.row(*line));
}

void TableBody::contextMenuEvent(QContextMenuEvent* event) {
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const auto line = m_currentLine.value_or(topLine());
        const int y = line >= topLine() ? static_cast<int>(line - topLine() + 1) * kTableRowHeight
                                        : kTableRowHeight;
        emit menuRequested(viewport()->mapToGlobal(QPoint(100, std::min(y, viewport()->height()))));
        return;
    }
    emit menuRequested(event->globalPos());
}

}  // namespace kscope::views
