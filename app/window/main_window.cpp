// SPDX-License-Identifier: GPL-3.0-or-later
/// The window: its parts, and how they follow the session.
#include "app/window/main_window.h"

#include "app/window/command_palette.h"
#include "app/window/dialogs.h"
#include "app/window/keys_page.h"
#include "app/window/qt_text.h"
#include "app/window/query_field.h"
#include "app/window/start_page.h"
#include "app/window/status_line.h"
#include "model/core/format.h"
#include "model/words/words.h"
#include "views/panes/details/details_pane.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/notes/notes_pane.h"
#include "views/panes/pane_look.h"
#include "views/panes/strip/selection_strip.h"
#include "views/timeline/timeline_widget.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>
#include <QWheelEvent>

namespace kscope::app {

namespace {

// look.md, Space and layout.
constexpr int kDetailsWidth = 332;
constexpr int kDetailsLeast = 260;
constexpr int kTableHeight = 28 + 24 + 10 * 20;
constexpr int kNarrow = 1200;
constexpr int kLow = 720;
constexpr int kOverviewAndRuler = 50 + 25;
constexpr int kSearchWidth = 430;
constexpr int kFilterWidth = 300;

/// Title row of a dock: 28 px, a name, float and close.
class DockTitle : public QWidget {
public:
    DockTitle(const QString& name, QDockWidget* dock) : QWidget(dock) {
        setObjectName(QStringLiteral("dockTitle"));
        setAttribute(Qt::WA_StyledBackground);
        auto* label = new QLabel(name, this);
        label->setFont(views::font(views::TextRole::Head));
        const auto button = [&](const QString& iconName, const QString& what) {
            auto* made = new QToolButton(this);
            made->setIcon(icon(iconName));
            made->setIconSize(QSize(14, 14));
            made->setAutoRaise(true);
            made->setToolTip(what);
            made->setAccessibleName(what);
            return made;
        };
        auto* floats = button(QStringLiteral("pin"), QDockWidget::tr("Float or dock"));
        auto* close = button(QStringLiteral("close"), QDockWidget::tr("Close"));
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(14, 0, 6, 0);
        row->setSpacing(2);
        row->addWidget(label, 1);
        row->addWidget(floats);
        row->addWidget(close);
        setFixedHeight(28);
        connect(floats, &QToolButton::clicked, dock,
                [dock] { dock->setFloating(!dock->isFloating()); });
        connect(close, &QToolButton::clicked, dock, &QDockWidget::close);
    }
};

}  // namespace

MainWindow::MainWindow(std::unique_ptr<Session> session, Settings::Store store, QWidget* parent)
    : QMainWindow(parent),
      m_session(std::move(session)),
      m_settings(store),
      m_actions(new Actions(this)),
      m_exportJob(this) {
    setMinimumSize(960, 600);
    resize(1600, 900);
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    buildCentre();
    buildActions();
    m_settings.load(*m_actions);
    applySettings();
    buildBars();
    connectSession();
    connectView();
    connectFields();
    m_refresh.setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, m_actions, qOverload<>(&Actions::refresh));
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (now == nullptr || !isAncestorOf(now)) return;
        auto focus = StatusLine::Focus::Other;
        if (!showsTrace()) focus = StatusLine::Focus::Start;
        else if (now == m_timeline) focus = StatusLine::Focus::Plot;
        else if (m_table != nullptr && m_table->isAncestorOf(now)) focus = StatusLine::Focus::Table;
        else if (now == m_search->edit()) focus = StatusLine::Focus::Field;
        m_status->setFocusHints(focus);
    });
    updatePages();
    updateTitle();
    m_actions->refresh();
    if (!m_session->loading()) m_session->readRecentTraces();
}

MainWindow::~MainWindow() {
    // Parts that look at the session go before it does; their last signals must find nobody.
    m_session->disconnect(this);
    m_session->view().disconnect(this);
    disconnect(qApp, nullptr, this, nullptr);
    delete takeCentralWidget();
    delete m_tableDock;
    delete m_detailsDock;
    delete m_bookmarks;
    delete m_status;
    m_timeline = nullptr;
}

void MainWindow::buildCentre() {
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_notice = new NoticeBar(centre);
    m_pages = new QStackedWidget(centre);
    column->addWidget(m_notice);
    column->addWidget(m_pages, 1);
    m_tracePage = new QWidget(m_pages);
    m_traceColumn = new QVBoxLayout(m_tracePage);
    m_traceColumn->setContentsMargins(0, 0, 0, 0);
    m_traceColumn->setSpacing(0);
    m_timeline = new views::TimelineWidget(&m_session->view(), m_tracePage);
    m_timeline->setAccessibleName(tr("Timeline"));
    m_timeline->installEventFilter(this);
    m_traceColumn->addWidget(m_timeline, 1);
    m_pages->addWidget(m_tracePage);
    setCentralWidget(centre);
    // Details stand at the right of all, the table under the rest.
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_tableDock = new QDockWidget(tr("Events"), this);
    m_tableDock->setObjectName(QStringLiteral("table"));
    m_detailsDock = new QDockWidget(tr("Details"), this);
    m_detailsDock->setObjectName(QStringLiteral("details"));
    // The table has a title row of its own; floating is in the View menu.
    auto* none = new QWidget(m_tableDock);
    auto* nothing = new QHBoxLayout(none);
    nothing->setContentsMargins(0, 0, 0, 0);
    setUpDock(*m_tableDock, none);
    setUpDock(*m_detailsDock, new DockTitle(tr("Details"), m_detailsDock));
    addDockWidget(Qt::BottomDockWidgetArea, m_tableDock);
    addDockWidget(Qt::RightDockWidgetArea, m_detailsDock);
    m_tableDock->hide();
    m_detailsDock->hide();
}

void MainWindow::setUpDock(QDockWidget& dock, QWidget* title) {
    dock.setTitleBarWidget(title);
    dock.setAllowedAreas(Qt::AllDockWidgetAreas);
    auto* wanted = &dock == m_tableDock ? &m_tableWanted : &m_detailsWanted;
    connect(&dock, &QDockWidget::visibilityChanged, this, [this, &dock, wanted](bool) {
        // Closed by its own button: remembered like the menu entry's tick.
        if (dock.isHidden() && showsTrace() && tab() == Tab::Timeline && isVisible() &&
            !isMinimized())
            *wanted = false;
        refreshSoon();
    });
}

void MainWindow::buildBars() {
    m_actions->fill(*menuBar());
    menuBar()->setFixedHeight(28);
    m_title = new QLabel(menuBar());
    m_title->setContentsMargins(0, 0, 12, 0);
    m_title->setFixedHeight(28);
    menuBar()->setCornerWidget(m_title, Qt::TopRightCorner);
    for (const auto& path : {tr("File") + QLatin1Char('/') + tr("Open Recent"),
                             tr("File") + QLatin1Char('/') + tr("Open Sample")}) {
        if (auto* menu = m_actions->menu(path))
            connect(menu, &QMenu::aboutToShow, this, &MainWindow::fillOpenMenus);
    }
    buildToolbar();
    buildTabs();
    m_status = new StatusLine(*m_session, this);
    m_status->setFocusHints(StatusLine::Focus::Start);
    setStatusBar(m_status);
    connect(m_status, &StatusLine::notesWanted, this, [this] { showTab(Tab::Notes); });
}

void MainWindow::buildToolbar() {
    m_toolbar = addToolBar(tr("Toolbar"));
    m_toolbar->setObjectName(QStringLiteral("toolbar"));
    m_toolbar->setMovable(false);
    m_toolbar->setFixedHeight(38);
    m_toolbar->setIconSize(QSize(16, 16));
    m_toolbar->setContextMenuPolicy(Qt::PreventContextMenu);
    const char* const groups[] = {
        "file.open",     "file.export",  "",         "edit.undo",  "edit.redo", "",
        "view.zoom_out", "view.zoom_in", "view.fit", "view.whole", "",          "go.bookmark",
        "lanes.pin",     "go.waker",     ""};
    for (const char* id : groups) {
        if (*id == '\0') m_toolbar->addSeparator();
        else m_toolbar->addAction(m_actions->action(QLatin1String(id)));
    }
    m_search = new QueryField(QStringLiteral("search"), tr("Search tasks, events, fields"),
                              tr("Search"), m_toolbar);
    m_search->setWanted(kSearchWidth);
    m_search->setNote(QStringLiteral("/"));
    m_filter = new QueryField(QStringLiteral("filter"), tr("No filter: all events shown"),
                              tr("Filter"), m_toolbar);
    m_filter->setWanted(kFilterWidth);
    m_windowTimes = new QLabel(m_toolbar);
    m_windowTimes->setFont(views::font(views::TextRole::Mono));
    auto* row = new QWidget(m_toolbar);
    row->setMinimumHeight(30);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 4, 0);
    line->setSpacing(8);
    line->addWidget(m_search, kSearchWidth);
    line->addWidget(m_filter, kFilterWidth);
    line->addStretch(100);
    line->addWidget(m_windowTimes);
    m_search->setMaximumWidth(kSearchWidth);
    m_filter->setMaximumWidth(kFilterWidth);
    m_toolbar->addWidget(row);
    addToolBarBreak();
}

void MainWindow::buildTabs() {
    m_tabBar = addToolBar(tr("Views"));
    m_tabBar->setObjectName(QStringLiteral("views"));
    m_tabBar->setMovable(false);
    m_tabBar->setFixedHeight(33);
    m_tabBar->setContextMenuPolicy(Qt::PreventContextMenu);
    auto* row = new QWidget(m_tabBar);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(8, 0, 12, 0);
    line->setSpacing(0);
    const auto add = [&](Tab tab, const QString& iconName, const QString& name) {
        auto* made = new ViewTab(iconName, name, row);
        line->addWidget(made);
        m_tabs[static_cast<std::size_t>(tab)] = made;
        connect(made, &ViewTab::clicked, this, [this, tab] { showTab(tab); });
    };
    add(Tab::Timeline, QStringLiteral("task"), tr("Timeline"));
    add(Tab::Events, QStringLiteral("list"), tr("Events"));
    add(Tab::Notes, QStringLiteral("note"), tr("Notes"));
    m_summary = new QLabel(row);
    m_summary->setFont(views::font(views::TextRole::Small));
    line->addStretch(1);
    line->addWidget(m_summary);
    m_tabBar->addWidget(row);
}

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
    connect(m_timeline, &views::TimelineWidget::bookmarkMade, this, &MainWindow::nameBookmark);
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

// Panes

/// Everything but the timeline waits until the first picture stands.
void MainWindow::ensurePanes() {
    if (m_table != nullptr) return;
    auto* view = &m_session->view();
    m_table = new views::EventTable(view, m_tableDock);
    m_table->setMinimumHeight(28 + 24 + 3 * 20);
    m_tableDock->setWidget(m_table);
    m_details = new views::DetailsPane(view, m_detailsDock);
    m_details->setMinimumWidth(kDetailsLeast);
    m_details->setMaximumWidth(640);
    m_detailsDock->setWidget(m_details);
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
    resizeDocks({m_detailsDock}, {kDetailsWidth}, Qt::Horizontal);
    resizeDocks({m_tableDock}, {std::min(kTableHeight, height() / 3)}, Qt::Vertical);
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

StartPage& MainWindow::startPage() {
    if (m_start == nullptr) {
        m_start = new StartPage(*m_session, m_pages);
        m_pages->addWidget(m_start);
        m_start->setHint(m_settings.startHintSeen ? StartPage::Hint::Hide : StartPage::Hint::Show);
        connect(m_start, &StartPage::openWanted, this, &MainWindow::openDialog);
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
    if (trace && now == Tab::Notes) static_cast<void>(notes());
    if (m_notes != nullptr) m_notes->setVisible(trace && now == Tab::Notes);
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
    m_tableDock->setVisible(trace && now == Tab::Timeline && m_tableWanted);
    m_detailsDock->setVisible(trace && now != Tab::Notes && m_detailsWanted);
    m_stripHolder->setVisible(m_stripWanted && now == Tab::Timeline);
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
    } else {
        addDockWidget(Qt::RightDockWidgetArea, m_detailsDock);
        resizeDocks({m_detailsDock}, {kDetailsWidth}, Qt::Horizontal);
    }
    updatePanes();
}

void MainWindow::updateTitle() {
    const auto name = m_session->title();
    const auto whole =
        (name.isEmpty() ? tr("No trace open") : name) + QStringLiteral(" — KernelScope");
    setWindowTitle(whole);
    m_title->setText(whole);
    updateTabRow();
}

void MainWindow::updateTabRow() {
    const auto& view = m_session->view();
    const auto& trace = view.trace();
    if (m_tabs[static_cast<std::size_t>(Tab::Notes)] != nullptr)
        m_tabs[static_cast<std::size_t>(Tab::Notes)]->setCount(
            trace ? trace->diagnostics().all().size() : 0);
    if (!trace || trace->events() == 0) {
        m_summary->clear();
        m_windowTimes->clear();
        return;
    }
    const auto window = view.window();
    const auto length = text(model::formatDuration(window.length()));
    m_summary->setText(
        tr("%1 of %2 · %3 · %4")
            .arg(length, text(model::formatDuration(trace->range().length())),
                 trace->cpus().size() == 1
                     ? tr("1 CPU")
                     : tr("%n CPUs", nullptr, static_cast<int>(trace->cpus().size())),
                 trace->tasks().size() == 1
                     ? tr("1 task")
                     : tr("%n tasks", nullptr, static_cast<int>(trace->tasks().size()))));
    m_windowTimes->setText(tr("%1   +%2").arg(views::timeString(view, window.begin), length));
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

void MainWindow::tellLoadEnd() {
    const auto& trace = m_session->view().trace();
    QStringList lines;
    for (const auto& error : m_session->errors())
        lines << text(error.path) + QStringLiteral(": ") + text(error.message);
    if (!lines.isEmpty()) {
        m_notice->tell(NoticeBar::Sign::Error, lines.join(QLatin1Char('\n')), tr("Open another…"),
                       [this] { openDialog(); });
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
        notes.push_back({QStringLiteral("err"), tr("A trace could not be read"), line});
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

void MainWindow::applySettings() {
    const auto kind = themeKind(m_settings.theme);
    applyTheme(*qApp, kind);
    m_timeline->setThemeKind(kind);
    m_timeline->setMotion(m_settings.reducedMotion ? views::Motion::Reduced : views::Motion::Full);
    if (m_status != nullptr) m_status->retheme();
    if (m_start != nullptr) m_start->retheme();
    if (m_keysPage != nullptr && m_keysPage->isOpen()) m_keysPage->showKeys();
    for (auto* widget : findChildren<QWidget*>()) widget->update();
}

// Events

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_timeline && event->type() == QEvent::Paint && !m_sawFrame) {
        const auto& trace = m_session->view().trace();
        if (trace && trace->events() > 0) {
            m_sawFrame = true;
            // After this paint has reached the screen.
            QTimer::singleShot(0, this, [this] {
                emit firstFrame();
                ensurePanes();
                updateNarrow();
                if (focusWidget() == nullptr || !focusWidget()->isVisible()) m_timeline->setFocus();
            });
        }
    }
    if (watched == m_timeline && event->type() == QEvent::Wheel &&
        m_settings.wheel == WheelUse::Zooms) {
        auto* wheel = static_cast<QWheelEvent*>(event);
        const auto control =
            wheel->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier | Qt::AltModifier);
        if (wheel->spontaneous() && (control == Qt::NoModifier || control == Qt::ControlModifier)) {
            QWheelEvent swapped(wheel->position(), wheel->globalPosition(), wheel->pixelDelta(),
                                wheel->angleDelta(), wheel->buttons(),
                                wheel->modifiers() ^ Qt::ControlModifier, wheel->phase(),
                                wheel->inverted(), wheel->source());
            QCoreApplication::sendEvent(m_timeline, &swapped);
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    updateNarrow();
    if (m_drop != nullptr && m_drop->isVisible()) m_drop->setGeometry(rect());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_session->cancel();
    m_session->keepViewNow();
    event->accept();
}

}  // namespace kscope::app
