// SPDX-License-Identifier: GPL-3.0-or-later
/// The event table as a Qt item model.
#include "model/items/event_item_model.h"

#include <algorithm>

namespace kscope::items {
namespace {

QString fromBytes(std::string_view bytes) {
    auto text = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
    for (auto& c : text)
        if (c.unicode() < 0x20 || c.unicode() == 0x7f) c = QLatin1Char(' ');
    return text;
}

}  // namespace

EventItemModel::EventItemModel(TextFetcher* texts, QObject* parent)
    : QAbstractItemModel(parent),
      m_texts(texts) {
    if (m_texts == nullptr) return;
    connect(m_texts, &TextFetcher::arrived, this, [this] {
        if (rowCount() == 0) return;
        // Which of the page's rows have arrived does not matter: what is not shown costs nothing.
        emit dataChanged(index(0, static_cast<int>(EventColumn::What)),
                         index(rowCount() - 1, static_cast<int>(EventColumn::Fields)));
    });
}

void EventItemModel::setTrace(model::TracePtr trace, model::RowSetPtr rows) {
    beginResetModel();
    m_trace = std::move(trace);
    m_rows = std::move(rows);
    if (m_texts != nullptr) m_texts->setTrace(m_trace);
    recount();
    endResetModel();
}

void EventItemModel::forgetTexts() {
    if (m_texts == nullptr) return;
    m_texts->forget();
    if (rowCount() > 0)
        emit dataChanged(index(0, static_cast<int>(EventColumn::What)),
                         index(rowCount() - 1, static_cast<int>(EventColumn::Fields)));
}

void EventItemModel::setRows(model::RowSetPtr rows) {
    if (rows == m_rows) return;
    beginResetModel();
    m_rows = std::move(rows);
    recount();
    endResetModel();
}

void EventItemModel::setBounds(std::optional<model::TimeRange> range) {
    if (range == m_range) return;
    beginResetModel();
    m_range = range;
    recount();
    endResetModel();
}

void EventItemModel::setTimeStyle(const TimeStyle& style) {
    if (style == m_style) return;
    m_style = style;
    emit headerDataChanged(Qt::Horizontal, 0, kEventColumns - 1);
    if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, 1));
}

void EventItemModel::setPage(std::uint64_t first) {
    first = std::min(first, rows());
    if (first == m_page) return;
    beginResetModel();
    m_page = first;
    endResetModel();
}

std::uint64_t EventItemModel::total() const {
    if (!m_trace) return 0;
    // A row set of an older snapshot may not know all rows; it never knows more than the trace has.
    return m_rows ? m_rows->size() : m_trace->events();
}

std::uint64_t EventItemModel::rank(std::uint64_t event) const {
    return m_rows ? m_rows->rank(model::EventIndex{event}) : event;
}

void EventItemModel::recount() {
    m_begin = 0;
    m_end = total();
    m_page = 0;
    if (!m_trace || !m_range) return;
    m_begin = std::min(m_end, rank(raw(m_trace->lowerBound(m_range->begin))));
    m_end = std::max(m_begin, std::min(m_end, rank(raw(m_trace->lowerBound(m_range->end)))));
}

model::EventIndex EventItemModel::eventAt(std::uint64_t row) const {
    const auto at = std::min(m_begin + row, m_end - 1);
    const auto event = m_rows ? m_rows->at(at) : model::EventIndex{at};
    return std::min(event, model::EventIndex{m_trace->events() - 1});
}

std::uint64_t EventItemModel::rowAtOrAfter(model::EventIndex event) const {
    const auto at = m_trace ? rank(std::min(raw(event), m_trace->events())) : 0;
    return std::clamp(at, m_begin, m_end) - m_begin;
}

bool EventItemModel::shows(model::EventIndex event) const {
    if (!m_trace || raw(event) >= m_trace->events()) return false;
    const auto row = rowAtOrAfter(event);
    return row < rows() && eventAt(row) == event;
}

std::optional<RowRun> EventItemModel::span() const {
    if (rows() == 0) return std::nullopt;
    return RowRun{eventAt(0), eventAt(rows() - 1)};
}

std::optional<model::Duration> EventItemModel::deltaBefore(std::uint64_t row) const {
    if (row == 0 || row >= rows()) return std::nullopt;
    return m_trace->event(eventAt(row)).time - m_trace->event(eventAt(row - 1)).time;
}

QString EventItemModel::deltaString(std::optional<model::Duration> delta) const {
    return delta ? QString::fromStdString(deltaText(m_style, *delta)) : QString();
}

QString EventItemModel::text(const model::Event& event, EventColumn column) const {
    switch (column) {
    case EventColumn::Time: return QString::fromStdString(timeText(m_style, event.time));
    case EventColumn::Delta: return {};
    case EventColumn::Cpu:
        return event.cpu == model::kUnknownCpu ? QString() : QString::number(raw(event.cpu));
    case EventColumn::Task: return fromBytes(eventComm(*m_trace, event));
    case EventColumn::Event: return fromBytes(m_trace->text(event.name));
    case EventColumn::What:
    case EventColumn::Fields: break;
    }
    const auto* row = m_texts != nullptr ? m_texts->find(event.index) : nullptr;
    if (row == nullptr) return {};
    return column == EventColumn::What ? row->sentence : row->fields;
}

QString EventItemModel::columnName(EventColumn column, const TimeStyle& style) {
    const auto unit = [](std::string_view text) {
        return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    };
    switch (column) {
    case EventColumn::Time:
        return style.unit == TimeStyle::Unit::TimeOfDay
                   ? tr("Time of day")
                   : tr("Time, %1").arg(unit(timeUnitText(style)));
    case EventColumn::Delta: return tr("\u0394 %1").arg(unit(deltaUnitText(style)));
    case EventColumn::Cpu: return tr("CPU");
    case EventColumn::Task: return tr("Task");
    case EventColumn::Event: return tr("Event");
    case EventColumn::What: return tr("What happened");
    case EventColumn::Fields: return tr("Fields");
    }
    return {};
}

QModelIndex EventItemModel::index(int row, int column, const QModelIndex& parent) const {
    if (parent.isValid() || row < 0 || row >= rowCount() || column < 0 || column >= kEventColumns)
        return {};
    return createIndex(row, column);
}

QModelIndex EventItemModel::parent(const QModelIndex&) const { return {}; }

int EventItemModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid()) return 0;
    return static_cast<int>(std::min<std::uint64_t>(kPageRows, rows() - m_page));
}

int EventItemModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kEventColumns;
}

QVariant EventItemModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const auto row = m_page + static_cast<std::uint64_t>(index.row());
    const auto column = static_cast<EventColumn>(index.column());
    const auto event = m_trace->event(eventAt(row));
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return column == EventColumn::Delta ? deltaString(deltaBefore(row)) : text(event, column);
    case Qt::TextAlignmentRole:
        return int(column <= EventColumn::Cpu ? Qt::AlignRight | Qt::AlignVCenter
                                              : Qt::AlignLeft | Qt::AlignVCenter);
    case EventRole: return QVariant::fromValue<qulonglong>(raw(event.index));
    case TaskRole:
        return event.task == model::kNoTask ? QVariant()
                                            : QVariant::fromValue<uint>(raw(event.task));
    case PendingRole: return m_texts != nullptr && m_texts->find(event.index) == nullptr;
    default: return {};
    }
}

QVariant EventItemModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= kEventColumns ||
        role != Qt::DisplayRole)
        return {};
    return columnName(static_cast<EventColumn>(section), m_style);
}

}  // namespace kscope::items
