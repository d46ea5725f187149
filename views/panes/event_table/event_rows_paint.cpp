// SPDX-License-Identifier: GPL-3.0-or-later
/// How the rows of the event table are painted: only those in view, column by column.
#include "views/panes/event_table/event_rows.h"
#include "views/panes/pane_look.h"

#include <QFontMetricsF>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <cmath>

namespace kscope::views {
namespace {

constexpr int kFoundBar = 3;  // px, look.md "found"
constexpr int kSwatch = 9;    // px, the square in the task's colour
constexpr int kSwatchGap = 5;

Rgb rangeTint(const Theme& colours, Rgb under) {
    return mix(under, colours.accent, colours.kind == ThemeKind::Dark ? 0.10 : 0.075);
}

}  // namespace

struct EventRows::Line {
    std::uint64_t row;
    model::Event event;
    std::optional<model::Duration> delta;
    int y;
    Rgb fill;
    bool selected;
    bool back;  // of another task than the one that is picked
    /// `ink` as far as the row stands out.
    [[nodiscard]] Rgb inkOf(Rgb ink) const { return back ? mix(fill, ink, 0.55) : ink; }
};

void EventRows::resetFonts() {
    m_cells.resetFonts();
    m_advances.clear();
}

std::vector<EventRows::Line> EventRows::linesInView() const {
    std::vector<Line> lines;
    const auto& colours = themeOf(*this);
    const auto end =
        std::min(m_model->rows(),
                 topRow() + static_cast<std::uint64_t>(viewport()->height() / kRowHeight + 1));
    lines.reserve(end - std::min(end, topRow()));
    std::optional<model::Timestamp> before;
    if (topRow() > 0 && topRow() < end)
        before = m_model->trace()->event(m_model->eventAt(topRow() - 1)).time;
    for (auto row = topRow(); row < end; ++row) {
        Line line{.row = row,
                  .event = m_model->trace()->event(m_model->eventAt(row)),
                  .delta = std::nullopt,
                  .y = static_cast<int>(row - topRow()) * kRowHeight,
                  .fill = row % 2 == 0 ? colours.bgCanvas : colours.bgStripe,
                  .selected = false,
                  .back = false};
        line.back = m_marked != model::kNoTask && line.event.task != m_marked;
        if (before) line.delta = line.event.time - *before;
        before = line.event.time;
        line.selected = m_selection.contains(line.event.index);
        if (m_range && m_range->contains(line.event.time))
            line.fill = rangeTint(colours, line.fill);
        if (m_hoverRow == row) line.fill = colours.bgHover;
        if (line.selected) line.fill = colours.accentFill;
        lines.push_back(line);
    }
    return lines;
}

void EventRows::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), QColor::fromRgb(themeOf(*this).bgCanvas));
    const auto lines = linesInView();
    paintBackground(painter, lines);
    for (auto place : m_columns.places(viewport()->width())) {
        place.x -= horizontalScrollBar()->value();
        if (place.x + place.width > 0 && place.x < viewport()->width())
            paintColumn(painter, place, lines);
    }
    if (m_model->texts() == nullptr) return;
    for (const auto& line : lines) {
        if (m_model->texts()->find(line.event.index) != nullptr) continue;
        m_wantTimer.start(0);
        break;
    }
}

void EventRows::paintBackground(QPainter& painter, const std::vector<Line>& lines) const {
    const auto& colours = themeOf(*this);
    const int width = viewport()->width();
    for (const auto& line : lines) {
        painter.fillRect(0, line.y, width, kRowHeight, QColor::fromRgb(line.fill));
        if (m_found && m_found->contains(line.event.index))
            painter.fillRect(0, line.y, kFoundBar, kRowHeight, QColor::fromRgb(colours.text1));
        if (line.event.index != m_current || !hasFocus()) continue;
        const double thin = hairline(*this);
        painter.setPen(QPen(QColor::fromRgb(colours.accent), thin));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(thin / 2, line.y + thin / 2, width - thin, kRowHeight - thin));
    }
}

QString EventRows::lineText(const Line& line, EventColumn column) const {
    if (column == EventColumn::Delta) return m_model->deltaString(line.delta);
    return m_model->text(line.event, column);
}

void EventRows::paintColumn(QPainter& painter, const TableColumns::Place& place,
                            const std::vector<Line>& lines) {
    const auto& colours = themeOf(*this);
    const auto side = place.id <= EventColumn::Cpu ? TableSide::Right : TableSide::Left;
    const auto face = place.id == EventColumn::What ? TableFace::Body : TableFace::Mono;
    painter.setFont(m_cells.font(face));
    for (const auto& line : lines) {
        const QRect box(place.x + kPadding, line.y, place.width - 2 * kPadding, kRowHeight);
        if (place.id == EventColumn::Task) {
            paintTask(painter, box, line);
            continue;
        }
        auto ink = place.id == EventColumn::Delta || place.id == EventColumn::Fields
                       ? colours.text2
                       : colours.text1;
        if (line.selected) {
            ink = colours.accentInk;
        } else if (place.id == EventColumn::Fields && m_model->texts() != nullptr) {
            const auto* text = m_model->texts()->find(line.event.index);
            if (text != nullptr && text->state == items::RowText::State::Failed)
                ink = colours.statusWarn;
        }
        m_cells.paint(painter, {box, lineText(line, place.id), face, side, line.inkOf(ink)});
    }
}

void EventRows::paintTask(QPainter& painter, const QRect& box, const Line& line) {
    if (line.event.task == model::kNoTask && line.event.comm == model::kNoString) return;
    const auto& colours = themeOf(*this);
    const auto* task =
        line.event.task == model::kNoTask ? nullptr : &m_model->trace()->task(line.event.task);
    const bool outlined = task == nullptr || task->idle();
    const QRectF swatch(box.x(), box.y() + (kRowHeight - kSwatch) / 2.0, kSwatch, kSwatch);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(outlined ? QPen(QColor::fromRgb(colours.lineStrong), hairline(*this))
                            : QPen(Qt::NoPen));
    painter.setBrush(outlined ? QBrush(Qt::NoBrush)
                              : QBrush(QColor::fromRgb(line.inkOf(colours.taskFill(*task)))));
    painter.drawRoundedRect(outlined ? swatch.adjusted(0.5, 0.5, -0.5, -0.5) : swatch, 2, 2);
    painter.setRenderHint(QPainter::Antialiasing, false);

    // The id stands behind the name, and gives way where both do not fit.
    const auto id = outlined ? QString() : QString::number(raw(task->tid));
    const double idWidth =
        id.isEmpty() ? 0 : m_cells.digit() * static_cast<double>(id.size()) + kSwatchGap;
    const auto comm = m_model->text(line.event, EventColumn::Task);
    QRect name = box.adjusted(kSwatch + kSwatchGap, 0, 0, 0);
    const double nameWidth = advance(comm);
    const bool idFits = nameWidth + idWidth <= name.width();
    const auto ink = outlined ? colours.text3 : colours.text1;
    m_cells.paint(painter, {name, comm, TableFace::Body, TableSide::Left,
                            line.inkOf(line.selected ? colours.accentInk : ink)});
    if (id.isEmpty() || !idFits) return;
    name.setLeft(name.left() + static_cast<int>(std::ceil(nameWidth)) + kSwatchGap);
    m_cells.paint(painter, {name, id, TableFace::Mono, TableSide::Left,
                            line.inkOf(line.selected ? colours.accentInk : colours.text2)});
}

double EventRows::advance(const QString& name) {
    if (const auto* known = m_advances.object(name)) return *known;
    const double width = QFontMetricsF(m_cells.font(TableFace::Body)).horizontalAdvance(name);
    m_advances.insert(name, new double(width));
    return width;
}

void EventRows::fitColumn(EventColumn column) {
    const auto name = items::EventItemModel::columnName(column, m_model->timeStyle());
    double widest = QFontMetricsF(views::font(TextRole::Small)).horizontalAdvance(name) * 1.05;
    const QFontMetricsF metrics(column == EventColumn::Task || column == EventColumn::What
                                    ? m_cells.font(TableFace::Body)
                                    : m_cells.font(TableFace::Mono));
    const auto end = std::min(m_model->rows(), topRow() + 100);
    const auto measure = [&](auto row) {
        const auto event = m_model->trace()->event(m_model->eventAt(row));
        const auto text = column == EventColumn::Delta
                              ? m_model->deltaString(m_model->deltaBefore(row))
                              : m_model->text(event, column);
        double width = metrics.horizontalAdvance(text);
        if (column == EventColumn::Task) {
            width += kSwatch + kSwatchGap;
            if (event.task != model::kNoTask && !m_model->trace()->task(event.task).idle())
                width += kSwatchGap + QFontMetricsF(m_cells.font(TableFace::Mono))
                                          .horizontalAdvance(QString::number(
                                              raw(m_model->trace()->task(event.task).tid)));
        }
        widest = std::max(widest, width);
    };
    for (auto row = topRow(); row < end; ++row) measure(row);
    // The latest time is the longest, and a growing trace comes to it.
    if (column == EventColumn::Time && end < m_model->rows()) measure(m_model->rows() - 1);
    m_columns.setWidth(column, static_cast<int>(std::ceil(widest)) + 2 * kPadding + 2);
    columnsChanged();
}

}  // namespace kscope::views
