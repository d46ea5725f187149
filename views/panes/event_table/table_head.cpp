// SPDX-License-Identifier: GPL-3.0-or-later
/// The head of the event table.
#include "views/panes/event_table/table_head.h"

#include "views/panes/event_table/event_rows.h"
#include "views/panes/pane_look.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace kscope::views {
namespace {

constexpr int kEdgeReach = 4;  // px at each side of a column's edge that catch the pointer

}  // namespace

TableColumns::TableColumns() {
    // Widths before the first rows are measured, of picture 01.
    constexpr std::array kWidths{84, 62, 44, 176, 172, 540, 320};
    for (int i = 0; i < kEventColumns; ++i)
        m_columns[static_cast<std::size_t>(i)] = {static_cast<EventColumn>(i),
                                                  kWidths[static_cast<std::size_t>(i)], true};
}

void TableColumns::setWidth(EventColumn id, int width) {
    m_columns[static_cast<std::size_t>(id)].width = std::clamp(width, kLeastWidth, 4000);
}

void TableColumns::setShown(EventColumn id, bool shown) {
    const auto count = std::ranges::count_if(m_columns, &Column::shown);
    if (!shown && count == 1) return;
    m_columns[static_cast<std::size_t>(id)].shown = shown;
}

int TableColumns::total() const {
    int sum = 0;
    for (const auto& column : m_columns) sum += column.shown ? column.width : 0;
    return sum;
}

std::vector<TableColumns::Place> TableColumns::places(int viewWidth) const {
    std::vector<Place> places;
    int x = 0;
    for (const auto& column : m_columns) {
        if (!column.shown) continue;
        places.push_back({column.id, x, column.width});
        x += column.width;
    }
    if (x < viewWidth) places.back().width += viewWidth - x;
    return places;
}

TableHead::TableHead(TableColumns* columns, items::EventItemModel* model, QWidget* parent)
    : QWidget(parent),
      m_columns(columns),
      m_model(model) {
    setMouseTracking(true);
    connect(model, &QAbstractItemModel::headerDataChanged, this, qOverload<>(&QWidget::update));
}

void TableHead::setScroll(int x) {
    if (x == m_scroll) return;
    m_scroll = x;
    update();
}

QSize TableHead::sizeHint() const { return {200, EventRows::kHeadHeight}; }

std::optional<EventColumn> TableHead::edgeAt(int x) const {
    const auto places = m_columns->places(width());
    for (const auto& place : places) {
        if (&place == &places.back()) break;  // it reaches to the edge of the view by itself
        if (std::abs(x + m_scroll - (place.x + place.width)) <= kEdgeReach) return place.id;
    }
    return std::nullopt;
}

void TableHead::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    std::vector<HeadCell> cells;
    for (const auto& place : m_columns->places(width()))
        cells.push_back(
            {.box = {place.x - m_scroll + EventRows::kPadding, 0,
                     place.width - 2 * EventRows::kPadding, height()},
             .text = items::EventItemModel::columnName(place.id, m_model->timeStyle()),
             .side = place.id <= EventColumn::Cpu ? TableSide::Right : TableSide::Left});
    paintTableHead(painter, *this, cells);
}

void TableHead::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_dragged = edgeAt(event->position().toPoint().x());
    if (!m_dragged) return;
    m_dragX = event->position().toPoint().x();
    m_dragWidth = (*m_columns)[*m_dragged].width;
}

void TableHead::mouseMoveEvent(QMouseEvent* event) {
    const int x = event->position().toPoint().x();
    if (!m_dragged) {
        setCursor(edgeAt(x) ? Qt::SplitHCursor : Qt::ArrowCursor);
        return;
    }
    m_columns->setWidth(*m_dragged, m_dragWidth + x - m_dragX);
    update();
    emit changed();
}

void TableHead::mouseReleaseEvent(QMouseEvent*) { m_dragged.reset(); }

void TableHead::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const auto edge = edgeAt(event->position().toPoint().x())) emit fitRequested(*edge);
}

void TableHead::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    for (int i = 0; i < kEventColumns; ++i) {
        const auto id = static_cast<EventColumn>(i);
        auto* action = menu.addAction(items::EventItemModel::columnName(id, m_model->timeStyle()));
        action->setCheckable(true);
        action->setChecked((*m_columns)[id].shown);
        connect(action, &QAction::toggled, this, [this, id](bool on) {
            m_columns->setShown(id, on);
            update();
            emit changed();
        });
    }
    menu.exec(event->globalPos());
}

}  // namespace kscope::views
