// SPDX-License-Identifier: GPL-3.0-or-later
/// The diagnostics of a trace as a Qt item model.
#include "model/items/note_item_model.h"

#include "model/core/format.h"

#include <algorithm>
#include <numeric>

namespace kscope::items {
namespace {

QString shown(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

}  // namespace

NoteItemModel::NoteItemModel(QObject* parent) : QAbstractItemModel(parent) {}

void NoteItemModel::setTrace(model::TracePtr trace) {
    beginResetModel();
    m_trace = std::move(trace);
    m_all.clear();
    m_order.clear();
    if (m_trace) {
        m_all = m_trace->diagnostics().all();
        const auto& all = m_all;
        m_order.resize(all.size());
        std::iota(m_order.begin(), m_order.end(), 0);
        const auto rank = [&all](int i) {
            return model::severity(all[static_cast<std::size_t>(i)].kind);
        };
        std::ranges::stable_sort(m_order, {}, rank);
    }
    endResetModel();
}

const model::Diagnostic& NoteItemModel::diagnostic(int row) const {
    return m_all[static_cast<std::size_t>(diagnosticIndex(row))];
}

void NoteItemModel::setPlaces(std::vector<model::Diagnostic> all) {
    if (!std::ranges::equal(all, m_all, {}, &model::Diagnostic::kind, &model::Diagnostic::kind))
        return;
    m_all = std::move(all);
    if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, kNoteColumns - 1));
}

int NoteItemModel::count(model::Severity severity) const {
    int sum = 0;
    for (int row = 0; row < rowCount(); ++row)
        sum += model::severity(diagnostic(row).kind) == severity;
    return sum;
}

QString NoteItemModel::placeText(const model::DiagnosticPlace& place) const {
    auto where = place.line > 0 ? tr("line %1").arg(shown(model::formatCount(place.line)))
                                : tr("byte %1").arg(shown(model::formatCount(place.offset)));
    if (!m_trace || m_trace->sources().size() < 2 || raw(place.source) >= m_trace->sources().size())
        return where;
    const auto path = shown(m_trace->sources()[raw(place.source)].path);
    return tr("%1 %2").arg(path.mid(path.lastIndexOf(QLatin1Char('/')) + 1), where);
}

QModelIndex NoteItemModel::index(int row, int column, const QModelIndex& parent) const {
    if (parent.isValid() || row < 0 || row >= rowCount() || column < 0 || column >= kNoteColumns)
        return {};
    return createIndex(row, column);
}

QModelIndex NoteItemModel::parent(const QModelIndex&) const { return {}; }

int NoteItemModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int NoteItemModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kNoteColumns;
}

QVariant NoteItemModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const auto& note = diagnostic(index.row());
    if (role == KindRole) return static_cast<int>(note.kind);
    if (role == SeverityRole) return static_cast<int>(model::severity(note.kind));
    if (role == DiagnosticRole) return diagnosticIndex(index.row());
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    switch (static_cast<NoteColumn>(index.column())) {
    case NoteColumn::Severity: return shown(model::severityName(model::severity(note.kind)));
    case NoteColumn::Title: return shown(words(index.row()).title);
    case NoteColumn::Reason: return shown(words(index.row()).reason);
    case NoteColumn::Count: return shown(model::formatCount(note.count));
    case NoteColumn::Place: return note.first.empty() ? QString() : placeText(note.first.front());
    }
    return {};
}

QVariant NoteItemModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (static_cast<NoteColumn>(section)) {
    case NoteColumn::Severity: return tr("Severity");
    case NoteColumn::Title: return tr("Note");
    case NoteColumn::Reason: return tr("Reason");
    case NoteColumn::Count: return tr("Count");
    case NoteColumn::Place: return tr("First place");
    }
    return {};
}

}  // namespace kscope::items
