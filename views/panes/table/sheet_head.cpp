// SPDX-License-Identifier: GPL-3.0-or-later
/// The head of a TablePanel.
#include "views/panes/table/sheet_head.h"

#include "views/panes/table/cell_painter.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace kscope::views {
namespace {

constexpr int kSheetEdgeReach = 4;  // px at each side of a column's edge that catch the pointer

}  // namespace

void SheetColumns::setColumns(std::span<const TableColumn> columns) {
    const bool fresh = columns.size() != m_columns.size();
    if (fresh) m_columns.assign(columns.size(), {});
    bool stretches = false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (fresh || m_columns[i].title != columns[i].title) m_columns[i].width = columns[i].width;
        m_columns[i].title = columns[i].title;
        m_columns[i].stretch = columns[i].stretch && !stretches;
        stretches = stretches || columns[i].stretch;
    }
    if (!stretches && !m_columns.empty()) m_columns.back().stretch = true;
}

void SheetColumns::setWidth(int column, int width) {
    m_columns[static_cast<std::size_t>(column)].width = std::clamp(width, kLeastWidth, 4000);
}

void SheetColumns::setShown(int column, bool shown) {
    const auto count = std::ranges::count_if(m_columns, &Column::shown);
    if (!shown && count == 1) return;
    m_columns[static_cast<std::size_t>(column)].shown = shown;
}

/// The stretching one gives way down to a width at which a name is still told.
int SheetColumns::least(const Column& column) {
    return column.stretch ? std::min(column.width, kLeastStretch) : column.width;
}

int SheetColumns::total() const {
    int sum = 0;
    for (const auto& column : m_columns) sum += column.shown ? least(column) : 0;
    return sum;
}

std::vector<SheetColumns::Place> SheetColumns::places(int viewWidth) const {
    std::vector<Place> places;
    const int rest = std::max(0, viewWidth - total());
    const bool stretches = std::ranges::any_of(
        m_columns, [](const Column& column) { return column.shown && column.stretch; });
    int x = 0;
    for (int i = 0; i < size(); ++i) {
        if (!at(i).shown) continue;
        const int width = least(at(i)) + (at(i).stretch ? rest : 0);
        places.push_back({i, x, width});
        x += width;
    }
    if (!stretches && !places.empty()) places.back().width += rest;
    return places;
}

SheetHead::SheetHead(SheetColumns* columns, QWidget* parent) : QWidget(parent), m_columns(columns) {
    setMouseTracking(true);
}

void SheetHead::setRows(TableRowsPtr rows) {
    m_rows = std::move(rows);
    update();
}

void SheetHead::setSorted(int column, TableDirection direction) {
    m_sorted = column;
    m_direction = direction;
    update();
}

void SheetHead::setScroll(int x) {
    if (x == m_scroll) return;
    m_scroll = x;
    update();
}

std::optional<int> SheetHead::edgeAt(int x) const {
    const auto places = m_columns->places(width());
    for (const auto& place : places) {
        if (&place == &places.back() && place.x + place.width >= width() + m_scroll) break;
        if (std::abs(x + m_scroll - (place.x + place.width)) <= kSheetEdgeReach)
            return place.column;
    }
    return std::nullopt;
}

std::optional<int> SheetHead::columnAt(int x) const {
    for (const auto& place : m_columns->places(width()))
        if (x + m_scroll >= place.x && x + m_scroll < place.x + place.width) return place.column;
    return std::nullopt;
}

bool SheetHead::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && m_rows) {
        auto* help = static_cast<QHelpEvent*>(event);
        const auto column = columnAt(help->pos().x());
        const auto words =
            column ? m_rows->columns()[static_cast<std::size_t>(*column)].help : QString();
        if (words.isEmpty()) QToolTip::hideText();
        else QToolTip::showText(help->globalPos(), words, this);
        return true;
    }
    return QWidget::event(event);
}

void SheetHead::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    std::vector<HeadCell> cells;
    for (const auto& place : m_columns->places(width())) {
        const auto& column = m_rows->columns()[static_cast<std::size_t>(place.column)];
        const int arrow = place.column != m_sorted                   ? 0
                          : m_direction == TableDirection::Ascending ? -1
                                                                     : 1;
        cells.push_back({.box = {place.x - m_scroll + kTablePadding, 0,
                                 place.width - 2 * kTablePadding, height()},
                         .text = column.title,
                         .side = column.side,
                         .arrow = arrow});
    }
    paintTableHead(painter, *this, cells);
}

void SheetHead::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    const int x = event->position().toPoint().x();
    m_dragged = edgeAt(x);
    m_pressed = m_dragged ? std::nullopt : columnAt(x);
    if (!m_dragged) return;
    m_dragX = x;
    m_dragWidth = m_columns->width(*m_dragged);
}

void SheetHead::mouseMoveEvent(QMouseEvent* event) {
    const int x = event->position().toPoint().x();
    if (!m_dragged) {
        setCursor(edgeAt(x) ? Qt::SplitHCursor : Qt::ArrowCursor);
        return;
    }
    m_columns->setWidth(*m_dragged, m_dragWidth + x - m_dragX);
    update();
    emit changed();
}

void SheetHead::mouseReleaseEvent(QMouseEvent* event) {
    const auto column = columnAt(event->position().toPoint().x());
    const auto pressed = std::exchange(m_pressed, std::nullopt);
    m_dragged.reset();
    if (pressed && pressed == column) emit clicked(*pressed);
}

void SheetHead::mouseDoubleClickEvent(QMouseEvent* event) {
    const int x = event->position().toPoint().x();
    if (const auto edge = edgeAt(x)) emit fitRequested(*edge);
    else m_pressed = columnAt(x);  // two quick clicks sort twice
}

void SheetHead::contextMenuEvent(QContextMenuEvent* event) {
    if (!m_rows) return;
    QMenu menu(this);
    for (int i = 0; i < m_columns->size(); ++i) {
        auto* action = menu.addAction(m_rows->columns()[static_cast<std::size_t>(i)].title);
        action->setCheckable(true);
        action->setChecked(m_columns->shown(i));
        connect(action, &QAction::toggled, this, [this, i](bool on) {
            m_columns->setShown(i, on);
            update();
            emit changed();
        });
    }
    menu.exec(event->globalPos());
}

}  // namespace kscope::views
