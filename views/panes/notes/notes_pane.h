// SPDX-License-Identifier: GPL-3.0-or-later
/// The notes pane: what was odd about the sources, why, and where; nothing is dropped in silence.
#pragma once

#include "model/items/note_item_model.h"
#include "views/panes/pane_work.h"

#include <QWidget>

#include <array>
#include <set>
#include <vector>

class QLabel;
class QScrollArea;
class QToolButton;

namespace kscope::views {

class TraceView;

class NotesPane : public QWidget {
    Q_OBJECT
public:
    explicit NotesPane(TraceView* view, QWidget* parent = nullptr);
    ~NotesPane() override;

    [[nodiscard]] const items::NoteItemModel& model() const { return *m_model; }
    /// Notes that are shown: neither hidden by kind nor by severity.
    [[nodiscard]] int shownNotes() const;
    [[nodiscard]] QString plainText() const;  ///< Of all notes, hidden ones too.
    void copyAll() const;
    void hideKind(model::DiagnosticKind kind);
    void showAllKinds();
    enum class Shown : std::uint8_t { Yes, No };
    void setSeverityShown(model::Severity severity, Shown shown);
    /// Selects the event at or before a place, and moves the window there.
    void goTo(const model::DiagnosticPlace& place);

protected:
    void changeEvent(QEvent* event) override;

private:
    void build();
    void findLines();
    void rebuild();
    [[nodiscard]] QWidget* noteWidget(int row);
    void noteMenu(int row, const QPoint& globalPos);
    void follow(const QString& link);
    void showNote(int diagnostic);  ///< Scrolls to it.
    [[nodiscard]] QString placesHtml(int row) const;
    [[nodiscard]] QString noteText(int row) const;
    [[nodiscard]] QString emptyText() const;
    [[nodiscard]] QString shownText() const;  ///< Changes whenever the page has to be built anew.
    [[nodiscard]] bool isShown(int row) const;

    TraceView* m_view;
    PaneWork* m_work;
    items::NoteItemModel* m_model;
    LatestJob m_goJob;
    LatestJob m_linesJob;
    std::array<QToolButton*, 4> m_severities{};
    std::set<model::DiagnosticKind> m_hidden;
    QLabel* m_links = nullptr;
    QScrollArea* m_area = nullptr;
    QString m_built;                      // shownText() of the page
    std::vector<QWidget*> m_noteWidgets;  // by row; null: not shown
};

}  // namespace kscope::views
