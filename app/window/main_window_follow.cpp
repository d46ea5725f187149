// SPDX-License-Identifier: GPL-3.0-or-later
/// How the window follows the session, the view and its own fields.
#include "app/session/shift_history.h"
#include "app/session/task_count.h"
#include "app/window/main_window.h"
#include "app/window/qt_text.h"
#include "app/window/query_field.h"
#include "app/window/start_page.h"
#include "app/window/status_line.h"
#include "model/core/format.h"
#include "model/words/axis_words.h"
#include "model/words/words.h"
#include "views/panes/pane_look.h"
#include "views/timeline/source_drag.h"
#include "views/timeline/timeline_widget.h"

#include <QApplication>
#include <QLabel>
#include <QMenuBar>
#include <QResizeEvent>

namespace kscope::app {

void MainWindow::connectSession() {
    auto* session = m_session.get();
    connect(session, &Session::loadBegan, this, [this] {
        m_notice->hide();
        m_lookAtLoad = false;
        m_progressTimer.start(100);
        updatePages();
        updateTitle();
    });
    connect(session, &Session::loadEnded, this, [this] {
        m_progressTimer.stop();
        m_status->followLoad();
        updatePages();
        updateTitle();
        tellLoadEnd();
        // Who went elsewhere meanwhile is told that it is done.
        constexpr auto kLong = std::chrono::seconds{10};
        if (m_session->progress().elapsed > kLong && !isActiveWindow()) QApplication::alert(this);
        refreshSoon();
        m_session->readRecentTraces();
    });
    connect(session, &Session::closed, this, [this] {
        m_progressTimer.stop();
        m_viewPath.clear();
        m_notice->hide();
        m_search->setText({});
        updatePages();
        updateTitle();
        m_session->readRecentTraces();
    });
    if (session->loading()) m_progressTimer.start(100);
    connect(&m_progressTimer, &QTimer::timeout, this, [this] {
        m_status->followLoad();
        updatePages();
    });
    connect(session, &Session::filterChecked, this,
            [this] { m_filter->setFault(m_session->filterFault()); });
    connect(session, &Session::searchDone, this, &MainWindow::updateSearchNote);
    connect(session, &Session::failed, this,
            [this](const QString& what) { m_notice->tell(NoticeBar::Sign::Error, what); });
    connect(session, &Session::saved, this, [this](const QString& path) {
        m_viewPath = path;
        say(tr("View written to %1").arg(path));
    });
    connect(session, &Session::viewLoaded, this, [this](const QStringList& misfits) {
        if (misfits.isEmpty()) return say(tr("View loaded"));
        m_notice->tell(
            NoticeBar::Sign::Info,
            tr("The view was loaded but for: %1.").arg(misfits.join(QStringLiteral("; "))));
    });
}

void MainWindow::connectView() {
    using views::TraceView;
    auto* view = &m_session->view();
    connect(view, &TraceView::traceChanged, this, [this] {
        updatePages();
        updateTabRow();
        refreshSoon();
    });
    connect(view, &TraceView::windowChanged, this, &MainWindow::updateTabRow);
    connect(view, &TraceView::formatChanged, this, &MainWindow::updateTabRow);
    connect(view, &TraceView::tabChanged, this, &MainWindow::updatePanes);
    connect(view, &TraceView::undoChanged, this, &MainWindow::refreshSoon);
    connect(view, &TraceView::lanesChanged, this, &MainWindow::refreshSoon);
    connect(view, &TraceView::bookmarksChanged, this, &MainWindow::refreshSoon);
    connect(view, &TraceView::searchChanged, this, &MainWindow::refreshSoon);
    connect(view, &TraceView::itemChanged, this, [this] {
        updateSearchNote();
        refreshSoon();
    });
    connect(view, &TraceView::rangeChanged, this, [this] {
        refreshSoon();
        const auto hint = tr("F fits the range into the window, X clears it.");
        if (!m_session->view().range() && m_notice->text() == hint) m_notice->hide();
        if (!m_session->view().range() || m_settings.rangeHintSeen) return;
        m_settings.rangeHintSeen = true;
        m_settings.save(*m_actions);
        m_notice->tell(NoticeBar::Sign::Info, hint);
    });
    connect(view, &TraceView::filterChanged, this, [this] {
        m_filter->setText(m_session->view().state().filter);
        refreshSoon();
    });
    connect(view, &TraceView::status, this, &MainWindow::say);
    connect(m_timeline, &views::TimelineWidget::contextMenuWanted, this,
            &MainWindow::showContextMenu);
    connect(m_timeline, &views::TimelineWidget::placeMenuWanted, this, &MainWindow::showPlaceMenu);
    connect(m_timeline, &views::TimelineWidget::bookmarkMade, this, &MainWindow::nameBookmark);
    connect(m_timeline->findChild<views::SourceDrag*>(), &views::SourceDrag::shifted, this,
            [this](int source, qint64 ns) {
                const auto fault =
                    ShiftHistory::of(*m_session).shift(static_cast<std::size_t>(source), ns);
                if (!fault.isEmpty()) say(fault);
                refreshSoon();
            });
    connect(m_timeline, &views::TimelineWidget::detailsWanted, this, [this] {
        m_detailsWanted = true;
        updatePanes();
    });
}

void MainWindow::connectFields() {
    // While someone types, nothing is computed for every key.
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(120);
    m_filterTimer.setSingleShot(true);
    m_filterTimer.setInterval(350);
    connect(&m_searchTimer, &QTimer::timeout, this, [this] {
        m_session->setSearch(m_search->text());
        updateSearchNote();
    });
    connect(&m_filterTimer, &QTimer::timeout, this,
            [this] { m_session->setFilter(m_filter->text()); });
    connect(m_search, &QueryField::edited, &m_searchTimer, qOverload<>(&QTimer::start));
    connect(m_filter, &QueryField::edited, &m_filterTimer, qOverload<>(&QTimer::start));
    connect(m_search, &QueryField::accepted, this, [this](Qt::KeyboardModifiers modifiers) {
        if (m_searchTimer.isActive()) {
            m_searchTimer.stop();
            m_session->setSearch(m_search->text());
        }
        if (modifiers.testFlag(Qt::ShiftModifier)) m_timeline->previousHit();
        else m_timeline->nextHit();
    });
    connect(m_filter, &QueryField::accepted, this, [this] {
        m_filterTimer.stop();
        m_session->setFilter(m_filter->text());
        if (!m_session->filterFault() && showsTrace()) m_timeline->setFocus();
    });
    connect(m_filter, &QueryField::cleared, this, [this] {
        m_filterTimer.stop();
        m_session->setFilter({});
    });
}

void MainWindow::updateTitle() {
    const auto name = m_session->title();
    const auto whole =
        (name.isEmpty() ? tr("No trace open") : name) + QStringLiteral(" — KernelScope");
    setWindowTitle(whole);
    m_title->setText(whole);
    // A menu bar lays its corner out when it changes its own size alone.
    m_title->resize(m_title->sizeHint());
    QResizeEvent again(menuBar()->size(), menuBar()->size());
    QCoreApplication::sendEvent(menuBar(), &again);
    updateTabRow();
}

void MainWindow::updateTabRow() {
    const auto& view = m_session->view();
    const auto& trace = view.trace();
    if (m_tabs[static_cast<std::size_t>(Tab::Notes)] != nullptr)
        m_tabs[static_cast<std::size_t>(Tab::Notes)]->setCount(
            trace ? trace->diagnostics().all().size() : 0);
    if (!trace || trace->events() == 0) {
        m_countedTrace.reset();
        m_plotWords.clear();
        m_summary->clear();
        m_windowTimes->clear();
        return;
    }
    const auto window = view.window();
    const auto length = text(model::lengthText(*trace, window.length()));
    if (m_countedTrace != trace) {
        m_countedTrace = trace;
        m_taskCount = taskCount(*trace);
    }
    const auto whole = text(model::lengthText(*trace, trace->range().length()));
    m_windowTimes->setText(tr("%1   +%2").arg(views::timeString(view, window.begin), length));
    // A view of its own says what it holds; the others, who ran where.
    const auto words = m_plotWords.value(static_cast<int>(tab()));
    if (!words.isEmpty()) {
        m_summary->setText(tr("%1 of %2 · %3").arg(length, whole, words));
        return;
    }
    if (trace->cpus().empty() && m_taskCount == 0) {
        m_summary->setText(tr("%1 of %2").arg(length, whole));
        return;
    }
    const auto tasks = m_taskCount;
    m_summary->setText(
        tr("%1 of %2 · %3 · %4")
            .arg(length, whole,
                 trace->cpus().size() == 1
                     ? tr("1 CPU")
                     : tr("%n CPUs", nullptr, static_cast<int>(trace->cpus().size())),
                 tasks == 1 ? tr("1 task") : tr("%n tasks", nullptr, static_cast<int>(tasks))));
}

void MainWindow::updateSearchNote() {
    m_search->setFault(m_session->searchFault());
    const auto& rows = m_session->view().searchRows();
    if (m_session->searchText().isEmpty()) return m_search->setNote(QStringLiteral("/"));
    if (m_session->searching()) return m_search->setNote(QStringLiteral("…"));
    if (!rows || rows->size() == 0)
        return m_search->setNote(m_session->searchFault() ? QString() : tr("none"));
    const auto count = text(model::formatCount(rows->size()));
    const auto& item = m_session->view().item();
    const bool onHit = item.kind == views::Item::Kind::Event && rows->contains(item.event);
    m_search->setNote(
        onHit ? tr("%1 of %2").arg(text(model::formatCount(rows->rank(item.event) + 1)), count)
              : count);
}

void MainWindow::refreshSoon() {
    if (!m_refresh.isActive()) m_refresh.start(0);
}

void MainWindow::say(const QString& words) {
    constexpr int kReadMs = 8000;
    m_status->showMessage(words, kReadMs);
}

void MainWindow::tell(const QString& what) { m_notice->tell(NoticeBar::Sign::Error, what); }

void MainWindow::tellLoadEnd() {
    const auto& trace = m_session->view().trace();
    QStringList lines;
    bool onlySymbols = true;
    for (const auto& error : m_session->errors()) {
        lines << text(errorLine(error));
        onlySymbols = onlySymbols && error.path == m_session->symbols();
    }
    if (!lines.isEmpty()) {
        m_notice->tell(NoticeBar::Sign::Error, lines.join(QLatin1Char('\n')),
                       onlySymbols ? tr("Other symbols…") : tr("Open another…"),
                       [this, onlySymbols] { onlySymbols ? symbolsDialog() : openDialog(); });
    } else if (trace && m_session->partial()) {
        m_notice->tell(NoticeBar::Sign::Loss,
                       tr("Reading was cancelled: the first %1 are here.")
                           .arg(text(model::formatDuration(trace->range().length()))),
                       tr("Read all"), [this] { m_session->reload(); });
    } else if (trace && trace->events() == 0) {
        m_notice->tell(NoticeBar::Sign::Info,
                       tr("This trace has no events. Was tracing switched on when it was written?"),
                       tr("Notes"), [this] { showTab(Tab::Notes); });
    }
    std::vector<StartPage::Note> notes;
    for (const auto& line : lines)
        notes.push_back(
            {QStringLiteral("err"),
             onlySymbols ? tr("Symbols could not be read") : tr("A trace could not be read"),
             line});
    if (trace) {
        for (const auto& diagnostic : trace->diagnostics().all()) {
            const char* const signs[] = {"err", "note", "guess", "info"};
            const auto words = model::diagnosticWords(diagnostic);
            notes.push_back(
                {QString::fromLatin1(signs[static_cast<int>(model::severity(diagnostic.kind))]),
                 text(words.title), text(words.reason)});
        }
    }
    if (m_start != nullptr || !notes.empty()) startPage().setNotes(std::move(notes));
}

}  // namespace kscope::app
