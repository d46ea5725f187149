// SPDX-License-Identifier: GPL-3.0-or-later
/// Which panes of the window are there, and where.
#include "app/live/core/process_sampler.h"
#include "app/live/live_feed.h"
#include "app/window/main_window.h"
#include "app/window/plot_pages.h"
#include "app/window/query_field.h"
#include "app/window/start_page.h"
#include "views/panes/details/details_pane.h"
#include "views/panes/event_table/event_rows.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/notes/notes_pane.h"
#include "views/panes/processes/processes_panel.h"
#include "views/panes/strip/selection_strip.h"
#include "views/timeline/timeline_widget.h"

#include <QDockWidget>
#include <QLineEdit>
#include <QMenuBar>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>

namespace kscope::app {

namespace {

// look.md, Space and layout.
constexpr int kDetailsWidth = 332;
constexpr int kDetailsLeast = 260;
constexpr int kDetailsMost = 640;
constexpr int kTableHeight = 28 + 24 + 10 * 20;
constexpr int kNarrow = 1200;
constexpr int kLow = 720;
constexpr int kOverviewAndRuler = 50 + 25;

}  // namespace

/// Everything but the timeline waits until the first picture stands.
void MainWindow::ensurePanes() {
    if (m_table != nullptr) return;
    auto* view = &m_session->view();
    m_table = new views::EventTable(view, m_tableDock);
    m_table->setMinimumHeight(28 + 24 + 3 * 20);
    m_tableDock->setWidget(m_table);
    m_details = new views::DetailsPane(view, m_detailsDock);
    m_details->setMinimumWidth(kDetailsLeast);
    m_detailsDock->setWidget(m_details);
    limitDetails(dockWidgetArea(m_detailsDock));
    connect(m_detailsDock, &QDockWidget::dockLocationChanged, this, &MainWindow::limitDetails);
    connect(m_detailsDock, &QDockWidget::topLevelChanged, this,
            [this] { limitDetails(dockWidgetArea(m_detailsDock)); });
    m_stripHolder = new QWidget(m_tracePage);
    auto* holder = new QVBoxLayout(m_stripHolder);
    holder->setContentsMargins(0, 0, 0, 0);
    m_strip = new views::SelectionStrip(view, m_stripHolder);
    holder->addWidget(m_strip);
    m_traceColumn->insertWidget(1, m_stripHolder);
    connect(m_table, &views::EventTable::detailsRequested, this, [this] {
        m_detailsWanted = true;
        updatePanes();
    });
    updatePanes();
    takeDockSizes();
}

views::EventTable& MainWindow::table() {
    ensurePanes();
    return *m_table;
}

views::DetailsPane& MainWindow::details() {
    ensurePanes();
    return *m_details;
}

views::NotesPane& MainWindow::notes() {
    if (m_notes == nullptr) {
        m_notes = new views::NotesPane(&m_session->view(), m_tracePage);
        m_notes->hide();
        m_traceColumn->addWidget(m_notes, 1);
    }
    return *m_notes;
}

views::ProcessesPanel& MainWindow::processes() {
    if (m_processes == nullptr) {
        m_processes = new views::ProcessesPanel(&m_session->view(), m_tracePage);
        m_processes->hide();
        connect(m_processes, &views::ProcessesPanel::machineToggled, this,
                &MainWindow::updateProcesses);
        m_traceColumn->addWidget(m_processes, 1);
        updateProcesses();
    }
    return *m_processes;
}

/// The table reads the machine that is polled; else this one, where that is wanted.
void MainWindow::updateProcesses() {
    if (m_processes == nullptr) return;
    const bool live = m_session->liveRunning();
    m_processes->machineButton().setVisible(!live);
    if (!live && !m_processes->machineButton().isChecked()) return m_processes->setReader({});
    using Panel = views::ProcessesPanel;
    auto sampler =
        std::make_shared<ProcessSampler>(live ? m_session->live()->root() : std::string());
    m_processes->setReader([sampler](Panel::Threads threads) {
        return sampler->sample(threads == Panel::Threads::Read ? ProcessSampler::Threads::Read
                                                               : ProcessSampler::Threads::Leave);
    });
}

StartPage& MainWindow::startPage() {
    if (m_start == nullptr) {
        m_start = new StartPage(*m_session, m_pages);
        m_pages->addWidget(m_start);
        m_start->setHint(m_settings.startHintSeen ? StartPage::Hint::Hide : StartPage::Hint::Show);
        connect(m_start, &StartPage::openWanted, this, &MainWindow::openDialog);
        connect(m_start, &StartPage::folderWanted, this, &MainWindow::openFolderDialog);
        connect(m_start, &StartPage::liveWanted, this, [this] { startLive({}); });
        connect(m_start, &StartPage::traceWanted, this, &MainWindow::openSources);
        connect(m_start, &StartPage::said, this, &MainWindow::say);
        connect(m_start, &StartPage::lookWanted, this, [this] {
            m_lookAtLoad = true;
            updatePages();
        });
        connect(m_start, &StartPage::hintClosed, this, [this] {
            m_settings.startHintSeen = true;
            m_settings.save(*m_actions);
        });
    }
    return *m_start;
}

bool MainWindow::showsTrace() const {
    return m_pages->currentWidget() == m_tracePage && m_session->view().trace() != nullptr;
}

Tab MainWindow::tab() const {
    const auto number = m_session->view().state().tab;
    if (number == static_cast<int>(Tab::Events)) return Tab::Events;
    if (PlotPages::isPlot(number)) return static_cast<Tab>(number);
    if (number == static_cast<int>(Tab::Processes)) return Tab::Processes;
    return number == static_cast<int>(Tab::Notes) ? Tab::Notes : Tab::Timeline;
}

QString MainWindow::noticeText() const { return m_notice->text(); }

void MainWindow::updatePages() {
    const bool trace = m_session->view().trace() != nullptr;
    // A load that is over at once must not flash the start page: from 0.4 s on its card is shown
    // there.
    const bool waiting = m_session->loading() && m_session->loadingForMs() < 400;
    if (trace || (waiting && m_start == nullptr)) m_pages->setCurrentWidget(m_tracePage);
    else if (!waiting || m_start != nullptr) m_pages->setCurrentWidget(&startPage());
    if (m_start != nullptr && m_pages->currentWidget() == m_start) m_start->followLoad();
    updatePanes();
}

void MainWindow::updatePanes() {
    const bool trace = showsTrace();
    const auto now = tab();
    m_search->setEnabled(trace);
    m_filter->setEnabled(trace);
    for (std::size_t i = 0; i < m_tabs.size(); ++i) {
        if (m_tabs[i] == nullptr) continue;
        m_tabs[i]->setEnabled(trace);
        if (static_cast<std::size_t>(now) == i) m_tabs[i]->setChecked(true);
    }
    // Overview and ruler stay the same in every view.
    if (trace && now != Tab::Timeline) m_timeline->setFixedHeight(kOverviewAndRuler);
    else {
        m_timeline->setMinimumHeight(0);
        m_timeline->setMaximumHeight(QWIDGETSIZE_MAX);
    }
    m_besideRuler->setVisible(trace && (now == Tab::Interrupts || now == Tab::Blocks));
    if (trace && now == Tab::Notes) static_cast<void>(notes());
    m_plots->show(trace ? static_cast<int>(now) : -1);
    if (m_notes != nullptr) m_notes->setVisible(trace && now == Tab::Notes);
    if (trace && now == Tab::Processes) static_cast<void>(processes());
    if (m_processes != nullptr) m_processes->setVisible(trace && now == Tab::Processes);
    if (trace && now == Tab::Events) ensurePanes();
    if (m_table == nullptr) return;
    const bool tableInCentre = trace && now == Tab::Events;
    if (tableInCentre && m_traceColumn->indexOf(m_table) < 0) {
        m_traceColumn->insertWidget(2, m_table, 1);
        m_table->show();
    } else if (!tableInCentre && m_traceColumn->indexOf(m_table) >= 0) {
        m_traceColumn->removeWidget(m_table);
        m_tableDock->setWidget(m_table);
        m_table->show();
    }
    const bool otherTab = trace && m_sizedTab != static_cast<int>(now);
    if (otherTab) keepDockSizes();
    m_tableDock->setVisible(trace && now == Tab::Timeline && m_tableWanted);
    m_detailsDock->setVisible(trace && now != Tab::Notes && m_detailsWanted);
    m_stripHolder->setVisible(m_stripWanted && now == Tab::Timeline);
    if (otherTab) takeDockSizes();
    refreshSoon();
}

/// Below 1200 px the details become a tab beside the table; below 720 px the strip one line.
void MainWindow::updateNarrow() {
    if (m_strip != nullptr)
        m_strip->setLines(height() < kLow ? views::SelectionStrip::Lines::One
                                          : views::SelectionStrip::Lines::Full);
    const bool narrow = width() < kNarrow;
    if (narrow == m_narrow || m_detailsDock == nullptr) return;
    m_narrow = narrow;
    if (m_detailsDock->isFloating()) return;
    if (narrow) {
        tabifyDockWidget(m_tableDock, m_detailsDock);
        m_tableDock->raise();
        limitDetails(Qt::BottomDockWidgetArea);
    } else {
        addDockWidget(Qt::RightDockWidgetArea, m_detailsDock);
        limitDetails(Qt::RightDockWidgetArea);
        resizeDocks({m_detailsDock}, {kDetailsWidth}, Qt::Horizontal);
    }
    updatePanes();
}

/// At a side the details stay a column; under the plot they take the width that is there.
void MainWindow::limitDetails(Qt::DockWidgetArea area) {
    if (m_details == nullptr) return;
    const bool wide = area == Qt::BottomDockWidgetArea || area == Qt::TopDockWidgetArea ||
                      m_detailsDock->isFloating();
    m_details->setMaximumWidth(wide ? QWIDGETSIZE_MAX : kDetailsMost);
}

void MainWindow::resetLayout() {
    m_tableWanted = m_detailsWanted = m_stripWanted = true;
    m_settings.docks.clear();
    for (auto* dock : {m_tableDock, m_detailsDock}) dock->setFloating(false);
    addDockWidget(Qt::BottomDockWidgetArea, m_tableDock);
    addDockWidget(Qt::RightDockWidgetArea, m_detailsDock);
    m_narrow = false;
    for (auto* shown : {static_cast<QWidget*>(menuBar()), static_cast<QWidget*>(m_toolbar)})
        shown->show();
    limitDetails(Qt::RightDockWidgetArea);
    updatePanes();
    updateNarrow();
    m_sizedTab = -1;
    takeDockSizes();
}

/// Each view has sizes of its own: what is in force belongs to the view that is left.
void MainWindow::keepDockSizes() {
    if (m_sizedTab < 0 || m_table == nullptr || m_narrow) return;
    auto& kept = m_settings.docks[m_sizedTab];
    if (m_detailsDock->isVisible() && !m_detailsDock->isFloating())
        kept.setWidth(m_detailsDock->width());
    if (m_tableDock->isVisible() && !m_tableDock->isFloating())
        kept.setHeight(m_tableDock->height());
}

void MainWindow::takeDockSizes() {
    if (m_table == nullptr || m_narrow) return;
    m_sizedTab = static_cast<int>(tab());
    const auto found = m_settings.docks.find(m_sizedTab);
    const auto kept = found == m_settings.docks.end() ? QSize() : found->second;
    const int wide = kept.width() > 0 ? kept.width() : kDetailsWidth;
    const int tall = kept.height() > 0 ? kept.height() : std::min(kTableHeight, height() / 3);
    resizeDocks({m_detailsDock}, {wide}, Qt::Horizontal);
    if (tab() == Tab::Timeline) resizeDocks({m_tableDock}, {tall}, Qt::Vertical);
}

void MainWindow::showTab(Tab tab) {
    if (!m_session->view().trace()) return;
    m_session->view().setTab(static_cast<int>(tab));
    if (tab == Tab::Events) table().rows().setFocus();
    else if (tab == Tab::Notes) notes().setFocus();
    else if (tab == Tab::Processes) processes().setFocus();
    else m_timeline->setFocus();
}

void MainWindow::nextPane(int direction) {
    std::vector<QWidget*> panes;
    for (QWidget* pane :
         {static_cast<QWidget*>(m_search->edit()), static_cast<QWidget*>(m_filter->edit()),
          static_cast<QWidget*>(m_tabs[0]), static_cast<QWidget*>(m_timeline),
          m_table == nullptr ? nullptr : static_cast<QWidget*>(&m_table->rows()),
          static_cast<QWidget*>(m_details), static_cast<QWidget*>(m_notes)}) {
        if (pane != nullptr && pane->isVisible() && pane->isEnabled()) panes.push_back(pane);
    }
    if (panes.empty()) return;
    const auto now = std::find_if(panes.begin(), panes.end(), [this](QWidget* pane) {
        return pane == focusWidget() || pane->isAncestorOf(focusWidget());
    });
    const auto count = static_cast<std::ptrdiff_t>(panes.size());
    const auto at = now == panes.end() ? (direction > 0 ? count - 1 : 0) : now - panes.begin();
    panes[static_cast<std::size_t>((at + direction + count) % count)]->setFocus(Qt::TabFocusReason);
}

}  // namespace kscope::app
