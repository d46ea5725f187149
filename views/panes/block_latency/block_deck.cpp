// SPDX-License-Identifier: GPL-3.0-or-later
/// Keeps plot, panel and table at one selection.
#include "views/panes/block_latency/block_deck.h"

#include "model/core/format.h"
#include "views/panes/block_latency/latency_panel.h"
#include "views/panes/block_latency/request_table.h"
#include "views/panes/block_pipeline/block_pane.h"
#include "views/panes/table/table_panel.h"
#include "views/panes/tracks/track_plot.h"

#include <QEvent>
#include <QMenu>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace kscope::views {
namespace {
constexpr int kTableRestMs = 150;
constexpr int kLatencyWidth = 440;      // six columns of times
constexpr double kLatencyShare = 0.35;  // of a narrow pane: the plot is what one came for
}  // namespace

BlockDeck::BlockDeck(TraceView* view, TrackPlot* plot, QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_plot(plot),
      m_across(new QSplitter(Qt::Horizontal, this)),
      m_latency(new LatencyPanel(view, this)),
      m_table(new TablePanel(view, tr("Requests"), this)),
      m_fill(this) {
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* const down = new QSplitter(Qt::Vertical, m_across);
    down->addWidget(plot);
    down->addWidget(m_table);
    down->setStretchFactor(0, 3);
    down->setStretchFactor(1, 2);
    down->setSizes({420, 240});
    m_across->addWidget(down);
    m_across->addWidget(m_latency);
    m_across->setStretchFactor(0, 1);
    m_across->setStretchFactor(1, 0);
    for (auto* const splitter : {m_across, down}) splitter->setChildrenCollapsible(false);
    connect(m_across, &QSplitter::splitterMoved, this, [this] { m_moved = true; });
    column->addWidget(m_across);
    m_table->setExportName(QStringLiteral("requests"));
    m_table->setEmptyText(
        tr("No request of these. Choose more at the right, or another part of the "
           "trace."));
    plot->installEventFilter(this);
    m_rest.setSingleShot(true);
    m_rest.setInterval(kTableRestMs);
    connect(&m_rest, &QTimer::timeout, this, &BlockDeck::fillTable);
    connect(view, &TraceView::windowChanged, this, [this] {
        if (m_latency->choice().range) m_rest.start();
    });
    connect(view, &TraceView::rangeChanged, this, [this] { m_rest.start(); });
    connect(m_latency, &LatencyPanel::choiceChanged, this, &BlockDeck::fillTable);
    connect(m_latency, &LatencyPanel::requestChosen, this, &BlockDeck::goTo);
    connect(view, &TraceView::itemChanged, this, &BlockDeck::follow);
    const auto requestAt = [this](quint32 row) {
        return std::static_pointer_cast<const RequestTableRows>(m_table->rows())->request(row);
    };
    connect(m_table, &TablePanel::currentChanged, this, [this, requestAt](quint32 row) {
        m_view->setItem(requestItem(*m_trace, *m_blocks, requestAt(row)));
    });
    connect(m_table, &TablePanel::activated, this, [this, requestAt](quint32 row) {
        goTo(requestAt(row));
        m_view->setTab(0);
    });
    m_table->setMenuMaker([this, requestAt](QMenu& menu, std::uint32_t row) {
        const auto request = requestAt(row);
        menu.addAction(tr("Show in timeline"), this, [this, request] {
            goTo(request);
            m_view->setTab(0);
        });
        menu.addAction(tr("Fit it in view"), this, [this, request] {
            m_view->fit(requestSpan(*m_trace, m_blocks->requests[request]), 0.2);
        });
        menu.addAction(tr("Who waited for it?"), this, [this, request] {
            m_latency->showRequest(request);
            m_latency->goToSleeper();
        });
    });
}

void BlockDeck::setTracks(std::shared_ptr<const TrackSet> tracks) {
    m_trace = tracks ? tracks->trace : nullptr;
    m_blocks = tracks ? std::static_pointer_cast<const BlockTrackSet>(tracks)->blocks : nullptr;
    m_plot->setTracks(std::move(tracks));
    m_latency->setBlocks(m_trace, m_blocks);
    fillTable();
    follow();
}

void BlockDeck::setThemeKind(ThemeKind kind) { m_latency->setThemeKind(kind); }

bool BlockDeck::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_plot && event->type() == QEvent::Resize)
        QMetaObject::invokeMethod(
            this, [this] { emit plotWidthChanged(m_plot->width()); }, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

void BlockDeck::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (m_moved) return;
    const int latency = std::clamp(static_cast<int>(width() * kLatencyShare),
                                   m_latency->minimumWidth(), kLatencyWidth);
    m_across->setSizes({std::max(1, width() - latency), latency});
}

void BlockDeck::fillTable() {
    m_rest.stop();
    if (!m_blocks) {
        m_fill.cancel();
        m_table->setRows(nullptr);
        return;
    }
    m_fill.run(PaneWork::of(m_view)->jobs(),
               [this, trace = m_trace, blocks = m_blocks,
                choice = m_latency->choice()](const std::stop_token&) {
                   auto rows = std::make_shared<const RequestTableRows>(
                       trace, blocks, model::chosenRequests(*blocks, choice));
                   return LatestJob::Delivery([this, rows] {
                       m_table->setRows(rows);
                       follow();
                   });
               });
}

void BlockDeck::goTo(std::uint32_t request) {
    if (!m_blocks || request >= m_blocks->requests.size()) return;
    const auto span = requestSpan(*m_trace, m_blocks->requests[request]);
    m_view->setItem(requestItem(*m_trace, *m_blocks, request));
    if (span.length() > m_view->window().length()) m_view->fit(span, 0.2);
    else m_view->reveal(span);
}

/// The request of the shared selection, in panel and table.
void BlockDeck::follow() {
    if (!m_blocks || !m_trace) return;
    const auto& item = m_view->item();
    std::optional<std::uint32_t> request;
    if (item.kind == Item::Kind::Event && model::raw(item.event) < m_trace->events())
        request = model::requestOf(*m_trace, *m_blocks, item.event);
    else if (item.kind == Item::Kind::Slice && item.task != model::kNoTask)
        request = model::requestSleptOn(*m_trace, *m_blocks, item.task, item.span);
    if (!request) return;
    m_latency->showRequest(*request);
    const auto rows = std::static_pointer_cast<const RequestTableRows>(m_table->rows());
    if (!rows) return;
    if (const auto row = rows->rowOf(*request); row && m_table->current() != row)
        m_table->setCurrent(row);
}

}  // namespace kscope::views
