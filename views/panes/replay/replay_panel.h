// SPDX-License-Identifier: GPL-3.0-or-later
/// The replay with its title row: which task, search, folding.
#pragma once

#include "views/panes/details/details_calls.h"
#include "views/panes/pane_work.h"
#include "views/panes/replay/replay_body.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;

namespace kscope::views {

struct Item;

/// Shows the task of the selected item, else the one with most calls, within the range between the
/// cursors where there is one.
class ReplayPanel : public QWidget {
    Q_OBJECT
public:
    explicit ReplayPanel(TraceView* view, QWidget* parent = nullptr);

    void setForest(model::CallForestPtr forest);  ///< Null: none.
    void setMarked(std::optional<model::FunctionKey> function) { m_body->setMarked(function); }
    static constexpr std::size_t kAllTasks = SIZE_MAX;
    void setTask(std::size_t task);  ///< Index of CallForest::tasks(), or kAllTasks.
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
    void loadAll();
    void showNote(std::uint64_t lines, bool inRange);
    [[nodiscard]] Item itemOf(const model::ReplayLine& line) const;
    void leadTo(const model::ReplayLine& line);
    void followCall(CallFound found);
    void showPending();
    [[nodiscard]] QString taskWords(const model::CallTask& task) const;

    TraceView* m_view;
    PaneWork* m_work;
    ReplayBody* m_body = nullptr;
    QComboBox* m_tasks = nullptr;
    QLineEdit* m_search = nullptr;
    QLabel* m_note = nullptr;
    model::CallForestPtr m_forest;
    std::size_t m_task = 0;  // or kAllTasks
    model::TaskId m_wantedTask = model::kNoTask;
    std::optional<CallFound> m_pending;  // to show when its task's lines are there
    bool m_loading = false;              // the lines shown are not those asked for last
    bool m_owed = false;                 // the item came before the calls
    bool m_leading = false;
    QTimer m_rangeRest;
    LatestJob m_job, m_find;
};

}  // namespace kscope::views
