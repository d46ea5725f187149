// SPDX-License-Identifier: GPL-3.0-or-later
/// Processes of the machine that is watched: a table that follows, as a tree where wanted.
#pragma once

#include "model/derive/process_list.h"
#include "views/state/trace_view.h"

#include <QWidget>

#include <functional>

class QTimer;
class QToolButton;

namespace kscope::views {

class TablePanel;

class ProcessesPanel : public QWidget {
    Q_OBJECT
public:
    enum class Threads : std::uint8_t { Leave, Read };
    /// Reads them, on a thread of the pool; never two at once.
    using Reader = std::function<model::ProcessListPtr(Threads threads)>;
    explicit ProcessesPanel(TraceView* view, QWidget* parent = nullptr);
    ~ProcessesPanel() override;

    /// From now on, each second while it is seen. None: the table says how to begin.
    void setReader(Reader reader);
    [[nodiscard]] TablePanel& table() { return *m_table; }
    [[nodiscard]] QToolButton& treeButton() { return *m_tree; }
    [[nodiscard]] QToolButton& threadsButton() { return *m_threads; }
    /// While nothing is polled: whether this machine's processes are read beside what is open.
    [[nodiscard]] QToolButton& machineButton() { return *m_machine; }

signals:
    void machineToggled();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    struct Work;
    void read();
    void take(model::ProcessListPtr list);
    void showRows();
    void pick(quint32 row);

    TraceView& m_view;
    std::unique_ptr<Work> m_work;
    TablePanel* m_table;
    QToolButton* m_tree;
    QToolButton* m_threads;
    QToolButton* m_machine;
    QTimer* m_timer;
    Reader m_reader;
    model::ProcessListPtr m_list;
    model::ProcessListPtr m_before;
    bool m_fresh = true;  // a tree is unfolded once
};

}  // namespace kscope::views
