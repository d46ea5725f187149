// SPDX-License-Identifier: GPL-3.0-or-later
/// Switches above the flame graph.
#include "views/panes/flame_graph/flame_panel.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace kscope::views {

FlamePanel::FlamePanel(TraceView* view, model::ThreadPool* pool, QWidget* parent)
    : QWidget(parent),
      m_graph(new FlameGraph(view, pool, this)),
      m_status(new QLabel(this)),
      m_search(new QLineEdit(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 4, 12, 4);
    row->setSpacing(6);
    auto* title = new QLabel(tr("Flame graph"), this);
    title->setFont(views::font(TextRole::Head));
    m_status->setFont(views::font(TextRole::Small));
    row->addWidget(title);
    row->addWidget(m_status);
    row->addStretch(1);
    const auto button = [&](const QString& text, bool checkable) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setCheckable(checkable);
        made->setAutoRaise(true);
        made->setFocusPolicy(Qt::TabFocus);
        row->addWidget(made);
        return made;
    };
    auto* weights = new QButtonGroup(this);
    auto* byTime = button(tr("By time"), true);
    auto* byCalls = button(tr("By calls"), true);
    weights->addButton(byTime);
    weights->addButton(byCalls);
    byTime->setChecked(true);
    connect(byTime, &QToolButton::clicked, m_graph,
            [this] { m_graph->setWeight(FlameWeight::Total); });
    connect(byCalls, &QToolButton::clicked, m_graph,
            [this] { m_graph->setWeight(FlameWeight::Calls); });
    auto* up = button(tr("Flames"), true);
    up->setToolTip(tr("Callers at the foot, as flames; else at the top, as icicles"));
    connect(up, &QToolButton::toggled, m_graph,
            [this](bool on) { m_graph->setGrowth(on ? FlameGrowth::Up : FlameGrowth::Down); });
    auto* back = button(tr("Back"), false);
    back->setToolTip(tr("The frame that was zoomed to before (Esc)"));
    connect(back, &QToolButton::clicked, m_graph, [this] { m_graph->zoomOut(); });
    auto* all = button(tr("All"), false);
    all->setToolTip(tr("The whole graph"));
    connect(all, &QToolButton::clicked, m_graph, [this] { m_graph->reset(); });
    auto* compare = button(tr("Compare"), true);
    compare->setToolTip(tr("Keeps this graph; then select another range: what grew and what shrank "
                           "against it is shown"));
    connect(compare, &QToolButton::clicked, m_graph, [this](bool on) {
        if (on) m_graph->keepForComparison();
        else m_graph->endComparison();
    });
    connect(m_graph, &FlameGraph::treeChanged, compare, [this, compare] {
        compare->setChecked(m_graph->comparing());
        // Two trees of stacks have names of their own each.
        compare->setEnabled(m_graph->tree() != nullptr && !m_graph->tree()->counts());
    });
    m_search->setPlaceholderText(tr("Find functions"));
    m_search->setAccessibleName(tr("Find functions in the flame graph"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(220);
    row->addWidget(m_search);
    connect(m_search, &QLineEdit::textChanged, m_graph, &FlameGraph::setSearch);
    connect(m_graph, &FlameGraph::statusChanged, m_status, &QLabel::setText);
    column->addLayout(row);
    column->addWidget(m_graph, 1);
}

void FlamePanel::setThemeKind(ThemeKind kind) { m_graph->setThemeKind(kind); }

}  // namespace kscope::views
