// SPDX-License-Identifier: GPL-3.0-or-later
/// How the panes of Functions lead each other.
#include "views/panes/call_tables/function_deck.h"

#include "model/core/format.h"
#include "model/words/axis_words.h"
#include "views/panes/call_tables/call_tables.h"
#include "views/panes/call_tables/colour_legend.h"
#include "views/panes/call_tables/filter_strip.h"
#include "views/panes/call_tables/function_told.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/call_timeline/call_track.h"
#include "views/panes/details/details_calls.h"
#include "views/panes/flame_graph/flame_panel.h"
#include "views/panes/flame_graph/stack_tree.h"
#include "views/panes/pane_look.h"
#include "views/panes/replay/replay_panel.h"
#include "views/panes/table/table_body.h"
#include "views/panes/tracks/track_plot.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QBoxLayout>
#include <QImage>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace kscope::views {

namespace {
constexpr int kLowDeck = 330;  // px
}  // namespace

FunctionDeck::FunctionDeck(TraceView* view, model::ThreadPool* pool, TrackPlot* plot,
                           QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_plot(plot),
      m_filterJob(this),
      m_stepJob(this) {
    build(plot, pool);
}

void FunctionDeck::build(TrackPlot* plot, model::ThreadPool* pool) {
    m_filters = new CallFilterStrip(this);
    m_legend = new ColourLegend(m_filters);
    static_cast<QBoxLayout*>(m_filters->layout())->addWidget(m_legend);
    auto* rows = new QSplitter(Qt::Vertical, this);
    m_flames = new FlamePanel(m_view, pool, rows);
    auto* foot = new QSplitter(Qt::Horizontal, rows);
    m_tables = new CallTables(m_view, foot);
    m_replay = new ReplayPanel(m_view, foot);
    foot->addWidget(m_tables);
    foot->addWidget(m_replay);
    foot->setSizes({580, 420});
    rows->addWidget(plot);
    rows->addWidget(m_flames);
    rows->addWidget(foot);
    rows->setSizes({240, 300, 320});
    for (auto* splitter : {rows, foot}) splitter->setChildrenCollapsible(false);
    // In a small window each has at least a few lines; the call timeline gives way first.
    plot->setMinimumHeight(64);
    m_flames->graph().setMinimumHeight(54);
    foot->setMinimumHeight(132);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_filters);
    column->addWidget(rows, 1);

    m_filters->setTexts(m_view->state().callFilter);
    connect(m_filters, &CallFilterStrip::changed, this, [this] {
        m_view->setCallFilter(m_filters->texts());
        applyFilter();
    });
    connect(m_view, &TraceView::callFilterChanged, m_filters,
            [this] { m_filters->setTexts(m_view->state().callFilter); });
    connect(m_tables, &CallTables::functionPicked, this,
            [this](model::FunctionKey function) { pick(function, std::nullopt); });
    connect(m_tables, &CallTables::pairsCounted, this, [this] {
        if (m_picked && m_view->item() == m_pickedItem) tellPicked();
    });
    connect(m_tables, &CallTables::onlyAsked, m_filters, &CallFilterStrip::setOnly);
    connect(m_tables, &CallTables::hideAsked, m_filters, &CallFilterStrip::addHidden);
    connect(m_view, &TraceView::itemChanged, this, &FunctionDeck::showLane);
    connect(m_view, &TraceView::lanesChanged, this, &FunctionDeck::takeHeights);
    connectGraph();
    buildMenus();
}

/// Where not even a line of each has room, the call timeline is left out: Timeline is the place for
/// time.
void FunctionDeck::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_plot->setVisible(height() >= kLowDeck);
}

void FunctionDeck::connectGraph() {
    auto* graph = &m_flames->graph();
    connect(graph, &FlameGraph::treeChanged, this, [this, graph] {
        // Stacks have no times that a table could tell.
        const auto tree = graph->treePtr();
        const bool counts = tree && tree->counts();
        if (!tree || counts) m_tables->setTree(nullptr);
        else m_tables->setTree(tree->byPath ? tree->byPath : tree);
        m_tables->setSites(counts && !graph->comparing() ? tree : nullptr);
        fillLegend();
    });
    connect(graph, &FlameGraph::picked, this, [this, graph](std::uint32_t node) {
        const auto key = graph->tree()->calls.nodes[node].function;
        if (!graph->tree()->counts() && !key.isTask()) {
            m_tables->setFunction(key);
            // A comparison and the order of time number their frames in another way than the table.
            if (!graph->comparing() && !graph->tree()->byPath) m_tables->showNode(node);
        }
        pick(key, node);
    });
    connect(m_tables, &CallTables::nodeActivated, graph, [graph](std::uint32_t node) {
        if (!graph->comparing() && !graph->tree()->byPath) graph->zoomTo(node);
    });
    connect(graph, &FlameGraph::asked, this, &FunctionDeck::answer);
}

bool FunctionDeck::zoomOut() { return m_flames->graph().zoomOut(); }

bool FunctionDeck::plotFocused() const { return m_plot->hasFocus(); }

QImage FunctionDeck::picture() {
    return plotFocused() ? m_plot->picture() : m_flames->graph().picture();
}

bool FunctionDeck::copyRows() {
    const QWidget* const focus = QApplication::focusWidget();
    for (auto* panel :
         {&m_tables->functions(), &m_tables->tree(), &m_tables->callers(), &m_tables->callees()})
        if (focus == panel || panel->isAncestorOf(focus)) return panel->copySelection(), true;
    if (!m_replay->isAncestorOf(focus)) return false;
    m_replay->copyPage();
    return true;
}

void FunctionDeck::pick(model::FunctionKey function, std::optional<std::uint32_t> node, Tell tell) {
    m_picked = Picked{function, node};
    const auto* tree = m_flames->graph().tree();
    const bool named = !function.isTask() && (!node || (tree != nullptr && !tree->counts()));
    m_flames->graph().setMarked(named ? std::optional(function) : std::nullopt);
    if (named) m_replay->setMarked(function);
    markTracks();
    if (tell == Tell::Yes) tellPicked();
}

/// The details of what was picked; once more when its callers have been counted.
void FunctionDeck::tellPicked() {
    auto& graph = m_flames->graph();
    const auto* tree = graph.tree();
    const auto node = m_picked->node;
    if (!m_view->trace() || (node && (tree == nullptr || *node >= tree->calls.nodes.size())))
        return;
    ItemTold told;
    if (node) told = graph.toldOf(*node);
    const bool named = !m_picked->function.isTask() && !(node && tree->counts());
    if (const auto* report = m_tables->report(); named && report != nullptr) {
        auto whole = functionTold(*m_view->trace(), *report, m_picked->function, m_tables->pairs());
        if (!node) told = std::move(whole);
        else if (!graph.comparing()) addFunction(told, whole);
    }
    m_pickedItem = {};
    m_pickedItem.kind = Item::Kind::Told;
    m_pickedItem.span = m_view->range().value_or(m_view->window());
    m_view->setItem(m_pickedItem, told);
}

void FunctionDeck::markTracks() {
    const auto* set = m_plot->tracks();
    if (set == nullptr) return;
    const bool one = m_picked && !m_picked->function.isTask();
    for (const auto& track : set->tracks)
        if (const auto* calls = dynamic_cast<const CallTrack*>(track.get()))
            calls->mark(one ? std::optional(m_picked->function) : std::nullopt);
}

void FunctionDeck::answer(FrameAsk what, model::FunctionKey function) {
    const auto trace = m_view->trace();
    if (!trace) return;
    const auto name = QString::fromStdString(std::string(trace->text(function.name())));
    const auto pairsOf = [&](TablePanel& panel) {
        m_tables->setFunction(function);
        m_tables->showPage(CallTables::Page::Callers);
        panel.body().setFocus();
    };
    switch (what) {
    case FrameAsk::Only: return m_filters->setOnly(name);
    case FrameAsk::Hide: return m_filters->addHidden(name);
    case FrameAsk::Callers: return pairsOf(m_tables->callers());
    case FrameAsk::Callees: return pairsOf(m_tables->callees());
    case FrameAsk::SlowestCall: return m_tables->goToLongest(function);
    case FrameAsk::NextCall: return step(function, CallStep::Next);
    case FrameAsk::PreviousCall: return step(function, CallStep::Previous);
    }
}

void FunctionDeck::step(model::FunctionKey function, CallStep step) {
    if (!m_shown) return;
    const auto& item = m_view->item();
    const auto from = item.kind == Item::Kind::Event ? std::optional(item.event) : std::nullopt;
    m_stepJob.run(m_work->jobs(), [this, forest = m_shown, function, from, step,
                                   at = m_view->window().begin](const std::stop_token& stop) {
        const auto place = stepToCall(*forest, function, from, at, step, stop);
        return LatestJob::Delivery([this, forest, place, function, step] {
            if (forest != m_shown) return;
            if (place) return m_tables->goToCall(*place);
            const auto name =
                QString::fromStdString(std::string(forest->trace().text(function.name())));
            emit m_view->status(step == CallStep::Next ? tr("No further call of %1").arg(name)
                                                       : tr("No earlier call of %1").arg(name));
        });
    });
}

void FunctionDeck::showLane() {
    const auto& item = m_view->item();
    const auto* set = m_plot->tracks();
    m_laneOwed = item.kind == Item::Kind::Event && (!isVisible() || !m_shown || set == nullptr);
    if (m_laneOwed || item.kind != Item::Kind::Event) return;
    const auto found = callOfEvent(*m_shown, item.event);
    if (!found) return;
    int top = 0;
    for (std::size_t i = 0; i < set->tracks.size(); top += set->tracks[i++]->height()) {
        const auto* calls = dynamic_cast<const CallTrack*>(set->tracks[i].get());
        if (calls == nullptr || calls->task() != found->task) continue;
        m_plot->setSelectedTrack(static_cast<int>(i));
        const int row = top + calls->rowTop(found->call).value_or(0);
        const int now = m_plot->scrollPosition();
        if (row < now) m_plot->setScrollPosition(std::min(row, top));
        else if (row + calls->rowHeight() > now + m_plot->height())
            // The lane's name is seen too where both have room.
            m_plot->setScrollPosition(
                std::max(std::min(top, row), row + 2 * calls->rowHeight() - m_plot->height()));
        return;
    }
}

void FunctionDeck::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    // When the panes have their sizes.
    if (m_laneOwed) QTimer::singleShot(0, this, &FunctionDeck::showLane);
}

void FunctionDeck::fillLegend() {
    const auto* tree = m_flames->graph().tree();
    std::vector<ColourLegend::Entry> entries;
    if (tree != nullptr)
        for (const auto& [word, colour] : flameLegend(*tree, views::theme(m_theme)))
            entries.emplace_back(QString::fromStdString(word), colour);
    m_legend->setEntries(std::move(entries));
}

void FunctionDeck::setThemeKind(ThemeKind kind) {
    m_theme = kind;
    m_flames->setThemeKind(kind);
    fillLegend();
}

void FunctionDeck::setTracks(std::shared_ptr<const TrackSet> tracks) {
    m_tracks = std::move(tracks);
    CallsOfTrace::of(m_view)->set(m_tracks ? m_tracks->calls : nullptr);
    if (!m_tracks) {
        m_filterJob.cancel();
        showForest(nullptr);
        return;
    }
    // Call sites and stacks alone have nothing that the filters of calls could leave out.
    m_filters->setVisible(m_tracks->calls && m_tracks->calls->size() > 0);
    const auto unit = shown(model::countUnit(*m_tracks->trace));
    m_filters->setCountUnit(unit);
    m_flames->setCountUnit(unit);
    applyFilter();
}

void FunctionDeck::applyFilter() {
    if (!m_tracks) return;
    const auto filter = m_filters->filter();
    if (filter.empty() || !m_tracks->calls) {
        m_filterJob.cancel();
        m_filters->setStatus({});
        showForest(m_tracks);
        return;
    }
    m_filterJob.run(m_work->jobs(), [this, whole = m_tracks, filter,
                                     &inner = m_work->inner()](std::stop_token stop) {
        const auto left = model::filterCalls(whole->calls, filter, inner, stop);
        if (!left) return LatestJob::Delivery();
        return LatestJob::Delivery([this, whole, tracks = callTracksOf(left)] {
            m_filters->setStatus(
                tr("%1 of %2 calls")
                    .arg(QString::fromStdString(model::formatCount(tracks->calls->size())),
                         QString::fromStdString(model::formatCount(whole->calls->size()))));
            showForest(tracks);
        });
    });
}

void FunctionDeck::showForest(std::shared_ptr<const TrackSet> tracks) {
    m_shown = tracks ? tracks->calls : nullptr;
    const auto trace = tracks ? tracks->trace : nullptr;
    if (trace != m_stacksOf) {
        m_stacksOf = trace;
        m_flames->graph().setStacks(trace && hasStacks(*trace) ? trace : nullptr);
    }
    m_plot->setTracks(std::move(tracks));
    takeHeights();
    if (!m_shown || (m_picked && trace != m_view->trace())) m_picked.reset();
    markTracks();
    m_flames->graph().setForest(m_shown);
    m_tables->setForest(m_shown);
    m_replay->setForest(m_shown);
    emit forestChanged();
    if (m_laneOwed) showLane();
    if (m_shown && m_wanted) {
        const auto item = *std::exchange(m_wanted, std::nullopt);
        showFunctionOf(item);
    }
}

}  // namespace kscope::views
