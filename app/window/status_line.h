// SPDX-License-Identifier: GPL-3.0-or-later
/// The status bar: place, cursors, selection, counts, lost events; hints for the pane that has the
/// focus.
#pragma once

#include "app/window/bars.h"

#include <QStatusBar>

namespace kscope::app {

class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    StatusLine(Session& session, QWidget* parent);
    [[nodiscard]] QString plainText() const;  ///< All parts, for tests and readers.
    enum class Focus : std::uint8_t { Start, Plot, Table, Field, Other };
    void setFocusHints(Focus focus);
    void followLoad();
    void retheme();  ///< Rich text holds colours: made anew.

signals:
    void notesWanted();  ///< Click on the lost events.

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void updatePointer();
    void updateCursors();
    void updateItem();
    void updateCounts();
    [[nodiscard]] QLabel* part();
    void reveal(QWidget& label, bool shown);

    Focus m_focus = Focus::Start;
    Session& m_session;
    QLabel* m_pointer;
    QLabel* m_cursors;
    QLabel* m_item;
    QLabel* m_counts;
    QLabel* m_lost;
    QLabel* m_hints;
    LoadLine* m_load;
};

}  // namespace kscope::app
