// SPDX-License-Identifier: GPL-3.0-or-later
/// How the panes of Functions lead each other.
#include "views/panes/call_tables/function_deck.h"

#include "model/core/format.h"
#include "views/panes/call_tables/call_tables.h"
#include "views/panes/call_tables/filter_strip.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/flame_graph/flame_panel.h"
#include "views/panes/flame_graph/stack_tree.h"
#include "views/panes/replay/replay_panel.h"
#include "views/panes/tracks/track_plot.h"
#include "views/state/trace_view.h"

#include <QSplitter>
#include <QVBoxLayout>

namespace kscope::views {

FunctionDeck::FunctionDeck(TraceView* view, model::ThreadPool* pool, TrackPlot* plot,
                           QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_plot(plot),
      m_filterJob(this) {
    build(plot, pool);
}

void FunctionDeck::build(TrackPlot* plot, model::ThreadPool* pool) {
    m_filters = new CallFilterStrip(this);
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
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_filters);
    column->addWidget(rows, 1);

    connect(m_filters, &CallFilterStrip::changed, this, &FunctionDeck::applyFilter);
    auto* graph = &m_flames->graph();
    connect(graph, &FlameGraph::treeChanged, this, [this, graph] {
        // Stacks have no times that a table could tell.
        const auto tree = graph->treePtr();
        if (!tree || tree->counts()) m_tables->setTree(nullptr);
        else m_tables->setTree(tree->byPath ? tree->byPath : tree);
    });
    connect(graph, &FlameGraph::picked, this, [this, graph](std::uint32_t node) {
        if (graph->tree()->counts()) return;
        const auto key = graph->tree()->calls.nodes[node].function;
        if (key.isTask()) return;
        m_tables->setFunction(key);
        pick(key);
    });
    connect(m_tables, &CallTables::functionPicked, this, &FunctionDeck::pick);
    connect(m_tables, &CallTables::nodeActivated, graph, [graph](std::uint32_t node) {
        // A comparison and the order of time number their frames in another way than the table.
        if (!graph->comparing() && !graph->tree()->byPath) graph->zoomTo(node);
    });
    connect(graph, &FlameGraph::onlyAsked, m_filters, &CallFilterStrip::setOnly);
    connect(graph, &FlameGraph::hideAsked, m_filters, &CallFilterStrip::addHidden);
    connect(m_tables, &CallTables::onlyAsked, m_filters, &CallFilterStrip::setOnly);
    connect(m_tables, &CallTables::hideAsked, m_filters, &CallFilterStrip::addHidden);
}

void FunctionDeck::pick(model::FunctionKey function) {
    m_flames->graph().setMarked(function);
    m_replay->setMarked(function);
}

void FunctionDeck::setThemeKind(ThemeKind kind) { m_flames->setThemeKind(kind); }

void FunctionDeck::setTracks(std::shared_ptr<const TrackSet> tracks) {
    m_tracks = std::move(tracks);
    if (!m_tracks) {
        m_filterJob.cancel();
        showForest(nullptr);
        return;
    }
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
    m_flames->graph().setForest(m_shown);
    m_tables->setForest(m_shown);
    m_replay->setForest(m_shown);
    emit forestChanged();
}

}  // namespace kscope::views
