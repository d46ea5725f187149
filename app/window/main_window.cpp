// SPDX-License-Identifier: GPL-3.0-or-later
/// The window: its parts, and how they follow the session.
#include "app/window/main_window.h"

#include "app/window/command_palette.h"
#include "app/window/dialogs.h"
#include "app/window/file_troubles.h"
#include "app/window/keys_page.h"
#include "app/window/lanes_dialog.h"
#include "app/window/live_bar.h"
#include "app/window/plot_pages.h"
#include "app/window/qt_text.h"
#include "app/window/query_field.h"
#include "app/window/sentences_dialog.h"
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
#include <QScreen>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>
#include <QWheelEvent>

namespace kscope::app {

namespace {

// look.md, Space and layout.
constexpr int kSearchWidth = 430;
constexpr int kFilterWidth = 300;
constexpr int kTimesLeast = 110;

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
    // With large text a screen may be smaller than that.
    setMinimumSize(QSize(960, 600).boundedTo(screen()->availableSize()).expandedTo({480, 320}));
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
    connectLive();
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
    if (!m_settings.geometry.isEmpty()) restoreGeometry(m_settings.geometry);
}

MainWindow::~MainWindow() {
    // Parts that look at the session go before it does; their last signals must find nobody.
    m_session->disconnect(this);
    delete m_plots;
    m_session->view().disconnect(this);
    disconnect(qApp, nullptr, this, nullptr);
    delete takeCentralWidget();
    delete m_tableDock;
    delete m_detailsDock;
    delete m_bookmarks;
    delete m_lanes;
    for (auto* picks : m_picks) delete picks;
    delete m_sentences;
    delete m_status;
    m_live = nullptr;
    m_jump = nullptr;
    m_liveLine = nullptr;
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
    auto* head = new QHBoxLayout;
    head->setSpacing(0);
    head->addWidget(m_timeline, 1);
    m_besideRuler = new QWidget(m_tracePage);
    m_besideRuler->setMaximumHeight(1);  // takes the width alone
    m_besideRuler->hide();
    head->addWidget(m_besideRuler);
    m_traceColumn->addLayout(head, 1);
    m_traceColumn->addWidget(new FileTroubles(*m_session, m_tracePage));
    m_plots = new PlotPages(&m_session->view(), m_traceColumn, this);
    connect(m_plots, &PlotPages::plotWidthChanged, this, [this](int tab, int width) {
        if (tab == static_cast<int>(this->tab()))
            m_besideRuler->setFixedWidth(std::max(0, m_tracePage->width() - width));
    });
    connect(m_plots, &PlotPages::statusChanged, this, [this](int tab, const QString& words) {
        m_plotWords[tab] = words;
        updateTabRow();
    });
    connect(m_plots, &PlotPages::menuWanted, this, &MainWindow::showPlotMenu);
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
    m_title->setContentsMargins(0, 0, 12, 4);  // On the line of the menus' names.
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
    m_liveLine = new LiveLine(*m_session, m_status);
    m_status->addWidget(m_liveLine);
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
    m_windowTimes = new ElidedLabel(kTimesLeast, m_toolbar);
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
    m_jump = new JumpToNow(*m_session, row);
    line->addWidget(m_jump);
    m_live = new LiveButton(*m_session, row);
    line->addWidget(m_live);
    connect(m_live, &LiveButton::clicked, this, &MainWindow::togglePicture);
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
    add(Tab::Blocks, QStringLiteral("disk"), tr("Blocks"));
    add(Tab::Functions, QStringLiteral("flame"), tr("Functions"));
    add(Tab::Interrupts, QStringLiteral("heat"), tr("Interrupts"));
    add(Tab::Memory, QStringLiteral("mem"), tr("Memory"));
    add(Tab::Processes, QStringLiteral("cpu"), tr("Processes"));
    add(Tab::Events, QStringLiteral("list"), tr("Events"));
    add(Tab::Notes, QStringLiteral("note"), tr("Notes"));
    m_summary = new ElidedLabel(0, row);
    m_summary->setFont(views::font(views::TextRole::Small));
    line->addStretch(1);
    line->addWidget(m_summary);
    m_tabBar->addWidget(row);
}

void MainWindow::applySettings() {
    const auto kind = themeKind(m_settings.theme);
    views::setContrast(contrastOf(m_settings.contrast));
    applyTheme(*qApp, kind);
    m_timeline->setThemeKind(kind);
    m_timeline->setMotion(m_settings.reducedMotion ? views::Motion::Reduced : views::Motion::Full);
    m_timeline->setRawFields(m_settings.rawFields);
    m_session->view().setFilteredOut(m_settings.filteredOut);
    model::setSentenceRules(m_settings.sentences);
    m_plots->setThemeKind(kind);
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
                m_status->setFocusHints(StatusLine::Focus::Plot);
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

void MainWindow::changeEvent(QEvent* event) {
    // The desktop went dark, or light: who follows it follows at once.
    if (event->type() == QEvent::ThemeChange && m_timeline != nullptr) {
        readSystemLook(systemPalette(*qApp));
        applySettings();
    }
    QMainWindow::changeEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    updateNarrow();
    if (m_drop != nullptr && m_drop->isVisible()) m_drop->setGeometry(rect());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!mayDropLive()) return event->ignore();
    m_session->cancel();
    m_session->keepViewNow();
    m_settings.geometry = saveGeometry();
    keepDockSizes();
    m_settings.save(*m_actions);
    event->accept();
}

}  // namespace kscope::app
