// SPDX-License-Identifier: GPL-3.0-or-later
/// The flame graph with its row of switches: weight, direction, search, back and reset.
#pragma once

#include "views/panes/flame_graph/flame_graph.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace kscope::views {

class FlamePanel : public QWidget {
    Q_OBJECT
public:
    FlamePanel(TraceView* view, model::ThreadPool* pool, QWidget* parent = nullptr);
    [[nodiscard]] FlameGraph& graph() { return *m_graph; }
    void setThemeKind(ThemeKind kind);
    /// Folded stacks have no time: widths are "samples". Empty: they are times.
    void setCountUnit(const QString& unit);

private:
    void addWeights(QHBoxLayout& row);
    void addArranging(QHBoxLayout& row);
    void addComparing(QHBoxLayout& row);
    QToolButton* addButton(QHBoxLayout& row, const QString& text);
    FlameGraph* m_graph;
    QToolButton* m_byTotal = nullptr;
    QToolButton* m_bySelf = nullptr;
    QLabel* m_status;
    QLineEdit* m_search;
};

}  // namespace kscope::views
