// SPDX-License-Identifier: GPL-3.0-or-later
/// Switches above the flame graph.
#include "views/panes/flame_graph/flame_panel.h"

#include "views/panes/flame_graph/flame_request.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
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
    addWeights(*row);
    addArranging(*row);
    auto* back = addButton(*row, tr("Back"));
    back->setToolTip(tr("The frame that was zoomed to before (Esc)"));
    connect(back, &QToolButton::clicked, m_graph, [this] { m_graph->zoomOut(); });
    auto* all = addButton(*row, tr("All"));
    all->setToolTip(tr("The whole graph"));
    connect(all, &QToolButton::clicked, m_graph, [this] { m_graph->reset(); });
    addComparing(*row);
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

QToolButton* FlamePanel::addButton(QHBoxLayout& row, const QString& text) {
    auto* made = new QToolButton(this);
    made->setText(text);
    made->setAutoRaise(true);
    made->setFocusPolicy(Qt::TabFocus);
    row.addWidget(made);
    return made;
}

void FlamePanel::addWeights(QHBoxLayout& row) {
    auto* weights = new QButtonGroup(this);
    const auto weight = [&](const QString& text, const QString& help, FlameContent content,
                            FlameWeight by) {
        auto* button = addButton(row, text);
        button->setToolTip(help);
        button->setCheckable(true);
        weights->addButton(button);
        connect(button, &QToolButton::clicked, m_graph, [this, content, by] {
            m_graph->setContent(content);
            m_graph->setWeight(by);
        });
        return button;
    };
    m_byTotal = weight({}, {}, FlameContent::Calls, FlameWeight::Total);
    m_byTotal->setChecked(true);
    auto* byCalls = weight(tr("By calls"), tr("Widths are numbers of calls"), FlameContent::Calls,
                           FlameWeight::Calls);
    m_bySelf = weight({}, {}, FlameContent::Calls, FlameWeight::Self);
    setCountUnit({});
    auto* stacks = weight(
        tr("Stacks"),
        tr("Stacks recorded with events, and functions of the function tracer, by their number"),
        FlameContent::Stacks, FlameWeight::Calls);
    stacks->hide();
    connect(m_graph, &FlameGraph::treeChanged, stacks,
            [this, stacks, byCalls] {
                stacks->setVisible(m_graph->hasBoth());
                // Of what has no times there is one weight.
                for (auto* button : {m_byTotal, byCalls, m_bySelf})
                    button->setVisible(!m_graph->onlyCounts());
            });
}

void FlamePanel::setCountUnit(const QString& unit) {
    const bool time = unit.isEmpty();
    m_byTotal->setText(time ? tr("By time") : tr("By %1").arg(unit));
    m_byTotal->setToolTip(time ? tr("Widths are time") : tr("Widths are %1").arg(unit));
    m_bySelf->setText(time ? tr("By self time") : tr("By self %1").arg(unit));
    m_bySelf->setToolTip(time ? tr("Widths are time spent in the functions themselves")
                              : tr("Widths are %1 of the functions themselves").arg(unit));
}

void FlamePanel::addArranging(QHBoxLayout& row) {
    auto* arrange = addButton(row, tr("Arrange"));
    auto* menu = new QMenu(arrange);
    arrange->setMenu(menu);
    arrange->setPopupMode(QToolButton::InstantPopup);
    const auto option = [&](const QString& text, const QString& help) {
        auto* action = menu->addAction(text);
        action->setCheckable(true);
        action->setToolTip(help);
        return action;
    };
    menu->setToolTipsVisible(true);
    auto* up = option(tr("Flames"), tr("Callers at the foot, as flames; else at the top"));
    auto* byTask = option(tr("By Thread"), tr("The calls of each thread below its name"));
    auto* inTime =
        option(tr("In Order of Time"),
               tr("What was first called stands left, and only calls that follow each other "
                  "are one frame; else what took most"));
    connect(up, &QAction::toggled, m_graph,
            [this](bool on) { m_graph->setGrowth(on ? FlameGrowth::Up : FlameGrowth::Down); });
    const auto shape = [this, byTask, inTime] {
        m_graph->setShape(
            {byTask->isChecked() ? model::CallRoots::ByTask : model::CallRoots::Merged,
             inTime->isChecked() ? FlameOrder::Time : FlameOrder::Largest});
    };
    connect(byTask, &QAction::toggled, m_graph, shape);
    connect(inTime, &QAction::toggled, m_graph, shape);
    connect(m_graph, &FlameGraph::treeChanged, menu, [this, byTask, inTime] {
        const bool calls = m_graph->tree() != nullptr && !m_graph->tree()->counts();
        byTask->setEnabled(calls);
        inTime->setEnabled(calls);
    });
}

void FlamePanel::addComparing(QHBoxLayout& row) {
    auto* compare = addButton(row, tr("Compare"));
    compare->setToolTip(tr("What grew and what shrank against another range or another file"));
    auto* menu = new QMenu(compare);
    compare->setMenu(menu);
    menu->setToolTipsVisible(true);
    compare->setPopupMode(QToolButton::InstantPopup);
    connect(menu, &QMenu::aboutToShow, menu, [this, menu] {
        menu->clear();
        if (m_graph->comparing())
            connect(menu->addAction(tr("End Comparison")), &QAction::triggered, m_graph,
                    &FlameGraph::endComparison);
        connect(menu->addAction(tr("With a Range That I Select Next")), &QAction::triggered,
                m_graph, &FlameGraph::keepForComparison);
        auto* shares = menu->addAction(tr("Compare Shares of Each Whole"));
        shares->setCheckable(true);
        shares->setChecked(m_graph->measure() == FlameMeasure::Shares);
        shares->setToolTip(tr("Where the two lasted differently: colours tell whose share grew"));
        connect(shares, &QAction::toggled, m_graph, [this](bool on) {
            m_graph->setMeasure(on ? FlameMeasure::Shares : FlameMeasure::Amounts);
        });
        const auto sources = m_graph->callSources();
        const auto fileOf = [this](model::SourceId source) {
            return QString::fromStdString(sourceName(*m_graph->tree()->trace, source));
        };
        if (m_graph->tree() == nullptr || sources.size() < 2) return;
        menu->addSeparator();
        constexpr std::size_t kMostPairs = 12;
        std::size_t pairs = 0;
        for (const auto before : sources)
            for (const auto after : sources)
                if (before != after && pairs++ < kMostPairs)
                    connect(menu->addAction(tr("%1 Against %2").arg(fileOf(after), fileOf(before))),
                            &QAction::triggered, m_graph,
                            [this, before, after] { m_graph->compareSources(before, after); });
    });
}

void FlamePanel::setThemeKind(ThemeKind kind) { m_graph->setThemeKind(kind); }

}  // namespace kscope::views
