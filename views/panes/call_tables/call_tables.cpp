// SPDX-License-Identifier: GPL-3.0-or-later
/// Counting in the background, and what a row leads to.
#include "views/panes/call_tables/call_tables.h"

#include "model/core/format.h"
#include "model/derive/call_longest.h"
#include "views/panes/call_tables/call_site_rows.h"
#include "views/panes/pane_look.h"
#include "views/panes/table/table_body.h"
#include "views/state/trace_view.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace kscope::views {
namespace {

constexpr int kTablesRestMs = 120;  // a drag makes many ranges: the last one counts
constexpr std::uint32_t kUnfoldedLevels = 3;

model::CallScope scopeOf(const TraceView& view) {
    model::CallScope scope;
    scope.range = view.range();
    scope.rows = view.filterRows();
    return scope;
}

}  // namespace

CallTables::CallTables(TraceView* view, QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_report(this),
      m_pairJob(this),
      m_longest(this) {
    build();
    m_rangeRest.setSingleShot(true);
    m_rangeRest.setInterval(kTablesRestMs);
    connect(&m_rangeRest, &QTimer::timeout, this, &CallTables::count);
    for (const auto signal : {&TraceView::rangeChanged, &TraceView::filterChanged})
        connect(view, signal, &m_rangeRest, qOverload<>(&QTimer::start));
}

TablePanel* CallTables::addTable(const QString& title, QWidget* parent) {
    auto* panel = new TablePanel(m_view, title, parent);
    connect(panel, &TablePanel::currentChanged, this,
            [this, panel](quint32 row) { pickRow(*panel, row); });
    panel->setMenuMaker([this, panel](QMenu& menu, std::uint32_t row) {
        const auto& rows = static_cast<const CallRows&>(*panel->rows());
        const auto key = rows.function(row);
        if (raw(key.name()) == 0) return;
        const auto name = shown(m_view->trace()->text(key.name()));
        connect(menu.addAction(tr("Longest Call on the Timeline")), &QAction::triggered, this,
                [this, key] { goToLongest(key); });
        connect(menu.addAction(tr("Callers and Callees")), &QAction::triggered, this, [this, key] {
            setFunction(key);
            showPage(Page::Callers);
        });
        connect(menu.addAction(tr("Show Only This and Below")), &QAction::triggered, this,
                [this, name] { emit onlyAsked(name); });
        connect(menu.addAction(tr("Hide This and Below")), &QAction::triggered, this,
                [this, name] { emit hideAsked(name); });
    });
    return panel;
}

void CallTables::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 2, 12, 0);
    row->setSpacing(4);
    m_pages = new QButtonGroup(this);
    m_stack = new QStackedWidget(this);
    int number = 0;
    for (const auto& word : {tr("Functions"), tr("Call tree"), tr("Callers and callees")}) {
        auto* button = new QToolButton(this);
        button->setText(word);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        m_pages->addButton(button, number++);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    column->addWidget(m_stack, 1);
    m_functions = addTable(tr("Function table"), this);
    m_functions->setExportName(QStringLiteral("functions"));
    m_functions->sortBy(FunctionRows::Total, TableDirection::Descending);
    m_tree = addTable(tr("Call tree"), this);
    m_tree->setNote(tr("from the top, slowest first"));
    m_tree->setExportName(QStringLiteral("call-tree"));
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->setChildrenCollapsible(false);
    m_callers = addTable(tr("Called by"), both);
    m_callees = addTable(tr("Calls"), both);
    both->addWidget(m_callers);
    both->addWidget(m_callees);
    m_stack->addWidget(m_functions);
    m_stack->addWidget(m_tree);
    m_stack->addWidget(both);
    for (auto* panel : {m_callers, m_callees}) {
        panel->setEmptyText(tr("Choose a function in the flame graph or in a table."));
        // From a caller to its callers, and so on.
        connect(panel, &TablePanel::activated, this, [this, panel](quint32 line) {
            const auto key = static_cast<const CallRows&>(*panel->rows()).function(line);
            if (raw(key.name()) == 0) return;
            setFunction(key);
            emit functionPicked(key);
        });
    }
    connect(m_functions, &TablePanel::activated, this, [this](quint32 line) {
        const auto& rows = *m_functions->rows();
        if (m_sites) goToSite(static_cast<const CallSiteRows&>(rows).site(line));
        else goToLongest(static_cast<const CallRows&>(rows).function(line));
    });
    connect(m_tree, &TablePanel::activated, this,
            [this](quint32 line) { emit nodeActivated(CallTreeRows::nodeOf(line)); });
    connect(m_pages, &QButtonGroup::idClicked, this,
            [this](int id) { showPage(static_cast<Page>(id)); });
    showPage(Page::Functions);
}

bool CallTables::event(QEvent* event) {
    if (event->type() == QEvent::Show && m_pairsWanted && page() == Page::Callers) countPairs();
    return QWidget::event(event);
}

void CallTables::showPage(Page page) {
    m_stack->setCurrentIndex(static_cast<int>(page));
    m_pages->button(static_cast<int>(page))->setChecked(true);
    if (page != Page::Callers) return;
    if (!m_function) showPairs();
    if (m_pairsWanted) countPairs();
}

CallTables::Page CallTables::page() const { return static_cast<Page>(m_stack->currentIndex()); }

QString CallTables::scopeNote() const {
    return m_view->range() ? tr("in the selected range") : tr("in the whole trace");
}

void CallTables::setForest(model::CallForestPtr forest) {
    if (forest == m_forest) return;
    const bool other = !forest || !m_forest || forest->tracePtr() != m_forest->tracePtr();
    m_forest = std::move(forest);
    if (other && !m_forest) m_function.reset();
    if (!m_forest) {
        m_treeFresh = true;
        for (auto* panel : {m_tree, m_callers, m_callees}) panel->setRows(nullptr);
        if (!m_sites) m_functions->setRows(nullptr);
    }
    count();
}

void CallTables::count() {
    m_pairs.reset();
    m_pairsWanted = true;
    if (!m_forest) {
        m_report.cancel();
        m_pairJob.cancel();
        return;
    }
    m_report.run(m_work->jobs(), [this, forest = m_forest, scope = scopeOf(*m_view),
                                  &inner = m_work->inner()](std::stop_token stop) {
        auto report = model::functionReport(*forest, scope, inner);
        if (stop.stop_requested()) return LatestJob::Delivery();
        auto rows = std::make_shared<FunctionRows>(forest->tracePtr(), std::move(report));
        return LatestJob::Delivery([this, rows] {
            if (m_sites) return;
            m_functions->setNote(tr("%1 %2").arg(
                QString::fromStdString(model::formatCount(rows->size())), scopeNote()));
            m_functions->setEmptyText(m_view->range() ? tr("No call lies in the selected range.")
                                      : m_view->filterRows()
                                          ? tr("No call is left by the filter of the toolbar.")
                                          : tr("No call is left by the filter above."));
            m_functions->setRows(rows);
        });
    });
    if (page() == Page::Callers) countPairs();
}

void CallTables::countPairs() {
    if (!m_forest) return;
    m_pairsWanted = false;
    m_pairJob.run(m_work->jobs(), [this, forest = m_forest, scope = scopeOf(*m_view),
                                   &inner = m_work->inner()](std::stop_token) {
        auto pairs = std::make_shared<const std::vector<model::CallPair>>(
            model::callPairs(*forest, scope, inner));
        return LatestJob::Delivery([this, pairs] {
            m_pairs = pairs;
            showPairs();
            emit pairsCounted();
        });
    });
}

void CallTables::setTree(std::shared_ptr<const FlameTree> tree) {
    if (!tree || tree->calls.nodes.empty()) return m_tree->setRows(nullptr);
    m_tree->setRows(std::make_shared<CallTreeRows>(std::move(tree)));
    if (!std::exchange(m_treeFresh, false)) return;
    m_tree->unfoldTo(kUnfoldedLevels);
    // Measured by the first line alone until now.
    for (int i = 0; i < static_cast<int>(m_tree->rows()->columns().size()); ++i)
        m_tree->body().fitColumn(i);
}

void CallTables::setSites(std::shared_ptr<const FlameTree> tree) {
    if (!tree) {
        if (!std::exchange(m_sites, false)) return;
        m_functions->setRows(nullptr);
        return count();
    }
    m_sites = true;
    m_report.cancel();
    const auto rows = std::make_shared<CallSiteRows>(std::move(tree));
    m_functions->setNote(
        tr("%1 call sites %2")
            .arg(QString::fromStdString(model::formatCount(rows->size())), scopeNote()));
    m_functions->setEmptyText(tr("No stack here has a function that another one called."));
    m_functions->setRows(rows);
}

void CallTables::setFunction(model::FunctionKey function) {
    m_function = function;
    showPairs();
    const auto* counted = report();
    if (counted == nullptr) return;
    const auto row = std::ranges::find(counted->rows, function, &model::FunctionRow::function);
    if (row != counted->rows.end())
        m_functions->setCurrent(static_cast<std::uint32_t>(row - counted->rows.begin()));
}

void CallTables::showNode(std::uint32_t node) {
    const auto* rows = dynamic_cast<const CallTreeRows*>(m_tree->rows().get());
    if (rows == nullptr || node == 0 || node > rows->size()) return;
    for (auto up = rows->parentOf(node); up != 0; up = rows->parentOf(up))
        m_tree->setUnfolded(CallTreeRows::rowOf(up), true);
    m_tree->setCurrent(CallTreeRows::rowOf(node));
}

const model::FunctionReport* CallTables::report() const {
    const auto* rows = dynamic_cast<const FunctionRows*>(m_functions->rows().get());
    return rows == nullptr ? nullptr : &rows->report();
}

std::span<const model::CallPair> CallTables::pairs() {
    if (m_pairs) return *m_pairs;
    if (m_pairsWanted) countPairs();
    return {};
}

void CallTables::showPairs() {
    if (!m_forest) return;
    if (!m_function) {  // a table without rows shows its sentence
        for (auto* panel : {m_callers, m_callees})
            panel->setRows(std::make_shared<CallPairRows>(
                m_forest->tracePtr(), CallPairRows::Side::Callers, model::FunctionKey{},
                std::vector<model::CallPair>{}));
        return;
    }
    if (!m_pairs) return;
    const auto& trace = m_forest->tracePtr();
    const auto name = shown(trace->text(m_function->name()));
    m_callers->setNote(name);
    m_callees->setNote(name);
    m_callers->setRows(
        std::make_shared<CallPairRows>(trace, CallPairRows::Side::Callers, *m_function, *m_pairs));
    m_callees->setEmptyText(tr("It calls nothing that the trace has."));
    m_callees->setRows(
        std::make_shared<CallPairRows>(trace, CallPairRows::Side::Callees, *m_function, *m_pairs));
}

void CallTables::pickRow(const TablePanel& panel, std::uint32_t row) {
    const auto key = static_cast<const CallRows&>(*panel.rows()).function(row);
    if (raw(key.name()) == 0) return;
    // Choosing a caller must not take away the table that it was chosen in.
    if (&panel != m_callers && &panel != m_callees) setFunction(key);
    emit functionPicked(key);
}

void CallTables::goToLongest(model::FunctionKey function) {
    if (!m_forest) return;
    m_longest.run(m_work->jobs(), [this, forest = m_forest, function,
                                   scope = scopeOf(*m_view)](std::stop_token) {
        const auto place = model::longestCall(*forest, function, scope);
        return LatestJob::Delivery([this, forest, place] {
            if (!place) {
                emit m_view->status(tr("The trace does not tell how long its calls took."));
                return;
            }
            if (forest == m_forest) goToCall(*place);
        });
    });
}

void CallTables::goToSite(const CallSite& site) {
    const auto trace = m_view->trace();
    if (!trace || trace->events() == 0) return;
    const auto& item = m_view->item();
    const auto after =
        item.kind == Item::Kind::Event ? item.event : model::EventIndex{trace->events() - 1};
    m_longest.run(m_work->jobs(), [this, trace, site, after, range = m_view->range(),
                                   rows = m_view->filterRows()](std::stop_token stop) {
        const auto next = nextCallSite(*trace, site, after, range, stop, rows);
        if (!next) return LatestJob::Delivery();
        return LatestJob::Delivery([this, trace, next] {
            if (trace == m_view->trace()) m_view->selectEvent(*next);
        });
    });
}

void CallTables::goToCall(model::CallPlace place) {
    if (!m_forest) return;
    const auto& task = m_forest->tasks()[place.task];
    const auto& call = task.calls[place.call];
    const auto begin = m_forest->begin(call);
    const model::TimeRange span{model::timestampNs(begin),
                                model::timestampNs(std::max(m_forest->end(call), begin + 1))};
    m_view->setItem({.kind = Item::Kind::Event,
                     .lane = {},
                     .event = m_forest->eventOf(model::CallForest::namingRow(call)),
                     .span = span,
                     .value = 0,
                     .task = task.task,
                     .cpu = model::kUnknownCpu});
    m_view->fit(span, 0.1);
}

}  // namespace kscope::views
