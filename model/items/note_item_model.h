// SPDX-License-Identifier: GPL-3.0-or-later
/// The diagnostics of a trace as a Qt item model: gravest first.
#pragma once

#include "model/core/diagnostics.h"
#include "model/store/trace.h"
#include "model/words/words.h"

#include <QAbstractItemModel>

#include <vector>

namespace kscope::items {

enum class NoteColumn : std::uint8_t { Severity, Title, Reason, Count, Place };
inline constexpr int kNoteColumns = 5;

/// Holds the snapshot and the order of its diagnostics (at most one a kind), nothing else.
class NoteItemModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role : int { KindRole = Qt::UserRole, SeverityRole, DiagnosticRole };
    explicit NoteItemModel(QObject* parent = nullptr);

    void setTrace(model::TracePtr trace);
    [[nodiscard]] const model::TracePtr& trace() const { return m_trace; }
    /// The same diagnostics with what was found out of their places since; others are dropped.
    void setPlaces(std::vector<model::Diagnostic> all);
    [[nodiscard]] const model::Diagnostic& diagnostic(int row) const;
    [[nodiscard]] int diagnosticIndex(int row) const {
        return m_order[static_cast<std::size_t>(row)];
    }
    [[nodiscard]] model::DiagnosticWords words(int row) const {
        return model::diagnosticWords(diagnostic(row));
    }
    [[nodiscard]] int count(model::Severity severity) const;  ///< Kinds of notes, not their sum.
    /// "line 412", "trace.txt line 412" where the trace has several sources, "byte 412" without a
    /// line.
    [[nodiscard]] QString placeText(const model::DiagnosticPlace& place) const;

    [[nodiscard]] QModelIndex index(int row, int column,
                                    const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index,
                                int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    model::TracePtr m_trace;
    std::vector<model::Diagnostic> m_all;
    std::vector<int> m_order;  // row → place in Diagnostics::all()
};

}  // namespace kscope::items
