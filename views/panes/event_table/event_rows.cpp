// SPDX-License-Identifier: GPL-3.0-or-later
/// The rows of the event table: scrolling, selecting, keys and mouse. Painting is in
/// event_rows_paint.cpp.
#include "views/panes/event_table/event_rows.h"

#include "views/panes/event_table/kind_step.h"
#include "views/panes/pane_look.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>

#include <algorithm>

namespace kscope::views {

using model::EventIndex;

EventRows::EventRows(items::EventItemModel* model, QWidget* parent)
    : RowArea(parent),
      m_model(model),
      m_head(new TableHead(&m_columns, model, this)) {
    setHead(m_head);
    setAccessibleName(tr("Events"));
    viewport()->setMouseTracking(true);
    // Queued: what follows sets this label's text, which must not happen under its own signal.
    connect(m_empty, &QLabel::linkActivated, this, &EventRows::emptyLinkClicked,
            Qt::QueuedConnection);
    m_wantTimer.setSingleShot(true);
    m_hoverTimer.setSingleShot(true);
    m_hoverTimer.setInterval(150);
    connect(&m_wantTimer, &QTimer::timeout, this, &EventRows::wantTexts);
    connect(&m_hoverTimer, &QTimer::timeout, this, [this] {
        if (!m_hoverRow || *m_hoverRow >= m_model->rows()) return;
        emit hovered(m_model->trace()->event(m_model->eventAt(*m_hoverRow)).task);
    });
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        if (m_model->rows() > 0)
            m_topEvent = m_model->eventAt(std::min(topRow(), m_model->rows() - 1));
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, &EventRows::rowsChanged);
    connect(m_model, &QAbstractItemModel::dataChanged, viewport(), qOverload<>(&QWidget::update));
    connect(m_head, &TableHead::changed, this, &EventRows::columnsChanged);
    connect(m_head, &TableHead::fitRequested, this, &EventRows::fitColumn);
    EventRows::resetFonts();  // Nothing derives from it that could have others.
}

EventRows::~EventRows() = default;

void EventRows::setEmptyText(const QString& text) {
    m_empty->setText(text);
    m_empty->setVisible(m_model->rows() == 0);
}

QString EventRows::emptyText() const { return m_model->rows() == 0 ? m_empty->text() : QString(); }

bool EventRows::rowInView(std::uint64_t row) const {
    return row >= topRow() && row < topRow() + static_cast<std::uint64_t>(pageLines());
}

void EventRows::rowsChanged() {
    m_empty->setVisible(m_model->rows() == 0);
    updateBars();
    // What was at the top stays at the top, as long as it is shown.
    if (m_topEvent && m_model->rows() > 0) {
        m_scroll.setTop(m_model->rowAtOrAfter(*m_topEvent));
        updateBars();
    }
    m_topEvent.reset();
    setHoverRow(std::nullopt);
    viewport()->update();
}

void EventRows::setTopRow(std::uint64_t row) {
    if (!m_scroll.setTop(row)) return;
    updateBars();
    viewport()->update();
}

void EventRows::scrollToEvent(EventIndex event) {
    if (m_model->rows() == 0) return;
    const auto row = std::min(m_model->rowAtOrAfter(event), m_model->rows() - 1);
    if (rowInView(row)) return;
    const auto page = static_cast<std::uint64_t>(pageLines());
    const bool near = row + page >= topRow() && row < topRow() + 2 * page;
    if (!near) setTopRow(row > page / 2 ? row - page / 2 : 0);
    else setTopRow(row < topRow() ? row : row - page + 1);
}

void EventRows::setCurrent(std::optional<EventIndex> event) {
    m_current = event;
    m_anchor = event;
    if (event) m_selection.set({*event, *event});
    else m_selection.clear();
    viewport()->update();
}

void EventRows::selectAll() {
    const auto span = m_model->span();
    if (!span) return;
    m_selection.set(*span);
    viewport()->update();
    emit runPicked();
}

void EventRows::clearSelection() { setCurrent(std::nullopt); }

std::uint64_t EventRows::currentRow() const {
    return m_current ? std::min(m_model->rowAtOrAfter(*m_current), m_model->rows() - 1) : topRow();
}

void EventRows::pick(std::uint64_t row, Extend extend) {
    const auto event = m_model->eventAt(row);
    m_current = event;
    if (extend == Extend::Run && m_anchor) {
        m_selection.set({std::min(*m_anchor, event), std::max(*m_anchor, event)});
    } else if (extend == Extend::Toggle) {
        m_selection.toggle(event);
        m_anchor = event;
    } else {
        m_selection.set({event, event});
        m_anchor = event;
    }
    viewport()->update();
    const auto& runs = m_selection.runs();
    if (runs.size() == 1 && runs.front().first == runs.front().last) emit picked(raw(event));
    else if (!runs.empty()) emit runPicked();
}

void EventRows::stepRow(std::int64_t rows) { moveCurrent(rows, Qt::NoModifier); }

void EventRows::moveCurrent(std::int64_t rows, Qt::KeyboardModifiers modifiers) {
    const auto count = m_model->rows();
    if (count == 0) return;
    auto row = currentRow();
    // Without a current row the first step lands on the first row in view. A filtered-out one
    // stands between rows: the step forward lands on the row that took its place.
    const bool between = m_current && !m_model->shows(*m_current);
    if (!m_current) rows = 0;
    else if (between && rows > 0) --rows;
    if (rows < 0) row -= std::min(row, static_cast<std::uint64_t>(-rows));
    else row = std::min(row + static_cast<std::uint64_t>(rows), count - 1);
    pick(row, modifiers.testFlag(Qt::ShiftModifier) ? Extend::Run : Extend::Replace);
    scrollToEvent(m_model->eventAt(row));
}

bool EventRows::stepKind(int direction) {
    if (!m_current || m_model->rows() == 0) return false;
    const auto span = m_model->span();
    const auto found = nextOfKind(*m_model->trace(), m_model->rowSet(), *m_current,
                                  direction > 0 ? StepTo::Next : StepTo::Previous);
    if (!found || *found < span->first || *found > span->last) return false;
    pick(m_model->rowAtOrAfter(*found), Extend::Replace);
    scrollToEvent(*found);
    return true;
}

void EventRows::setFound(model::RowSetPtr rows) {
    m_found = std::move(rows);
    viewport()->update();
}

void EventRows::setMarked(model::TaskId task) {
    if (task == m_marked) return;
    m_marked = task;
    viewport()->update();
}

void EventRows::setRange(std::optional<model::TimeRange> range) {
    m_range = range;
    viewport()->update();
}

void EventRows::columnsChanged() {
    m_cells.forget();
    updateBars();
    m_head->update();
    viewport()->update();
}

std::optional<std::uint64_t> EventRows::rowAt(QPoint pos) const {
    if (pos.y() < 0) return std::nullopt;
    const auto row = topRow() + static_cast<std::uint64_t>(pos.y() / kRowHeight);
    return row < m_model->rows() ? std::optional{row} : std::nullopt;
}

void EventRows::setHoverRow(std::optional<std::uint64_t> row) {
    if (row == m_hoverRow) return;
    if (!row) emit hovered(model::kNoTask);
    m_hoverRow = row;
    if (row) m_hoverTimer.start();
    else m_hoverTimer.stop();
    viewport()->update();
}

void EventRows::wantTexts() {
    if (m_model->texts() == nullptr || m_model->rows() == 0) return;
    const auto page = static_cast<std::uint64_t>(pageLines()) + 1;
    std::vector<EventIndex> wanted;
    wanted.reserve(3 * page);
    const auto add = [&](std::uint64_t from, std::uint64_t to) {
        for (auto row = from; row < std::min(to, m_model->rows()); ++row)
            wanted.push_back(m_model->eventAt(row));
    };
    // What is seen first, then where scrolling leads.
    add(topRow(), topRow() + page);
    add(topRow() + page, topRow() + 2 * page);
    add(topRow() > page ? topRow() - page : 0, topRow());
    m_model->texts()->want(wanted);
}

// Events of Qt.

bool EventRows::handlesKey(const QKeyEvent& event) const {
    const bool plain = (event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == 0;
    switch (event.key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_BracketLeft:
    case Qt::Key_BracketRight:
    case Qt::Key_BraceLeft:
    case Qt::Key_BraceRight:
    case Qt::Key_J:
    case Qt::Key_K: return plain;
    case Qt::Key_Left:
    case Qt::Key_Right:
        // In a table they step, alone and with Ctrl; Shift alone belongs to the plot.
        return plain ? !event.modifiers().testFlag(Qt::ShiftModifier)
                     : (event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) ==
                           Qt::ControlModifier;
    default: return event.matches(QKeySequence::Copy) || event.matches(QKeySequence::SelectAll);
    }
}

void EventRows::keyPressEvent(QKeyEvent* event) {
    if (!handlesKey(*event)) {
        RowArea::keyPressEvent(event);
        if (event->key() != Qt::Key_Tab) event->ignore();
        return;
    }
    const auto modifiers = event->modifiers();
    const bool shift = modifiers.testFlag(Qt::ShiftModifier);
    const auto all = static_cast<std::int64_t>(std::min<std::uint64_t>(m_model->rows(), INT64_MAX));
    switch (event->key()) {
    case Qt::Key_Up: return moveCurrent(-1, modifiers);
    case Qt::Key_Down: return moveCurrent(1, modifiers);
    case Qt::Key_PageUp: return moveCurrent(-pageLines(), modifiers);
    case Qt::Key_PageDown: return moveCurrent(pageLines(), modifiers);
    case Qt::Key_Home: return moveCurrent(-all, modifiers);
    case Qt::Key_End: return moveCurrent(all, modifiers);
    case Qt::Key_Return:
    case Qt::Key_Enter: emit detailsRequested(); return;
    case Qt::Key_BraceLeft: stepKind(-1); return;
    case Qt::Key_BraceRight: stepKind(1); return;
    // Shift on the bracket keys gives braces on many keyboards; some deliver the bracket with
    // Shift.
    case Qt::Key_BracketLeft: shift ? void(stepKind(-1)) : stepRow(-1); return;
    case Qt::Key_BracketRight: shift ? void(stepKind(1)) : stepRow(1); return;
    case Qt::Key_K: return stepRow(-1);
    case Qt::Key_J: return stepRow(1);
    case Qt::Key_Left: shift ? void(stepKind(-1)) : stepRow(-1); return;
    case Qt::Key_Right: shift ? void(stepKind(1)) : stepRow(1); return;
    default: break;
    }
    if (event->matches(QKeySequence::SelectAll)) selectAll();
    else emit copyRequested();
}

bool EventRows::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) setHoverRow(std::nullopt);
    return RowArea::viewportEvent(event);
}

void EventRows::resizeEvent(QResizeEvent* event) {
    m_cells.forget();
    RowArea::resizeEvent(event);
}

void EventRows::scrolledAcross(int px) { m_head->setScroll(px); }

void EventRows::mousePressEvent(QMouseEvent* event) {
    const auto row = rowAt(event->position().toPoint());
    m_pressPos = event->position().toPoint();
    m_mayDrag = false;
    m_selecting = false;
    if (!row) return;
    const auto modifiers = event->modifiers();
    const bool chosen = m_selection.contains(m_model->eventAt(*row));
    if (event->button() == Qt::RightButton) {
        if (!chosen) pick(*row, Extend::Replace);
        return;
    }
    if (event->button() != Qt::LeftButton) return;
    if (chosen && modifiers == Qt::NoModifier && !m_selection.runs().empty()) {
        m_mayDrag = true;  // a click takes it on release, a move drags the rows away
        return;
    }
    m_selecting = true;
    pick(*row, modifiers.testFlag(Qt::ShiftModifier)     ? Extend::Run
               : modifiers.testFlag(Qt::ControlModifier) ? Extend::Toggle
                                                         : Extend::Replace);
}

void EventRows::mouseMoveEvent(QMouseEvent* event) {
    const auto pos = event->position().toPoint();
    const bool far = (pos - m_pressPos).manhattanLength() >=
                     4;  // interaction.md: a press becomes a drag after 4 px
    if (m_mayDrag && far && event->buttons().testFlag(Qt::LeftButton)) {
        m_mayDrag = false;
        emit dragged();
        return;
    }
    if (m_selecting && event->buttons().testFlag(Qt::LeftButton)) {
        if (pos.y() < 0) m_scroll.moveBy(-1);
        else if (pos.y() >= viewport()->height()) m_scroll.moveBy(1);
        updateBars();
        const int y = std::clamp(pos.y(), 0, std::max(0, viewport()->height() - 1));
        const auto row = rowAt({pos.x(), y});
        if (row && far && m_model->eventAt(*row) != m_current) pick(*row, Extend::Run);
        return;
    }
    setHoverRow(rowAt(pos));
}

void EventRows::mouseReleaseEvent(QMouseEvent* event) {
    if (m_mayDrag)
        if (const auto row = rowAt(event->position().toPoint())) pick(*row, Extend::Replace);
    m_mayDrag = false;
    m_selecting = false;
}

void EventRows::mouseDoubleClickEvent(QMouseEvent* event) {
    m_selecting = false;
    const auto row = rowAt(event->position().toPoint());
    if (row && event->button() == Qt::LeftButton) emit opened(raw(m_model->eventAt(*row)));
}

void EventRows::contextMenuEvent(QContextMenuEvent* event) {
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const auto row = currentRow();
        const int y =
            rowInView(row) ? static_cast<int>(row - topRow() + 1) * kRowHeight : kRowHeight;
        emit menuRequested(viewport()->mapToGlobal(QPoint(100, y)));
        return;
    }
    if (rowAt(viewport()->mapFromGlobal(event->globalPos())))
        emit menuRequested(event->globalPos());
}

}  // namespace kscope::views
