// SPDX-License-Identifier: GPL-3.0-or-later
/// The replay with its title row: which task, search, folding.
#pragma once

#include "views/panes/pane_work.h"
#include "views/panes/replay/replay_body.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;

namespace kscope::views {

/// Shows the task of the selected item, else the one with most calls, within the range between the
/// cursors where there is one.
class ReplayPanel : public QWidget {
    Q_OBJECT
public:
    explicit ReplayPanel(TraceView* view, QWidget* parent = nullptr);

    void setForest(model::CallForestPtr forest);  ///< Null: none.
    void setMarked(std::optional<model::FunctionKey> function) { m_body->setMarked(function); }
    void setTask(std::size_t task);  ///< Index of CallForest::tasks().
    [[nodiscard]] ReplayBody& body() { return *m_body; }
    [[nodiscard]] QLineEdit& searchField() { return *m_search; }
    /// To the next (−1: previous) call whose name has the words of the search field.
    void stepFound(int direction);
    void copyPage();

private:
    void build();
    void fillTasks();
    void load();
    void followItem();
    void leadTo(std::uint32_t call);
    void leadToEvent(model::EventIndex event);
    [[nodiscard]] QString taskWords(const model::CallTask& task) const;

    TraceView* m_view;
    PaneWork* m_work;
    ReplayBody* m_body = nullptr;
    QComboBox* m_tasks = nullptr;
    QLineEdit* m_search = nullptr;
    QLabel* m_note = nullptr;
    model::CallForestPtr m_forest;
    std::size_t m_task = 0;
    model::TaskId m_wantedTask = model::kNoTask;
    std::optional<std::uint32_t> m_pending;  // call to show when its task's lines are there
    bool m_leading = false;
    QTimer m_rangeRest;
    LatestJob m_job, m_find;
};

}  // namespace kscope::views
