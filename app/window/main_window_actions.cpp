// SPDX-License-Identifier: GPL-3.0-or-later
/// The table of all that the window can do, with keys, menus and reasons.
#include "app/window/command_palette.h"
#include "app/window/dialogs.h"
#include "app/window/keys_page.h"
#include "app/window/main_window.h"
#include "app/window/query_field.h"
#include "app/window/status_line.h"
#include "views/panes/details/details_pane.h"
#include "views/panes/event_table/event_rows.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/notes/notes_pane.h"
#include "views/timeline/timeline_widget.h"

#include <QDockWidget>
#include <QLineEdit>
#include <QMenuBar>
#include <QToolBar>

namespace kscope::app {

using views::TimelineWidget;
using Item = views::Item;

std::function<void()> MainWindow::plot(TimelineSlot slot) {
    return [this, slot] { (m_timeline->*slot)(); };
}

std::function<QString()> MainWindow::needTrace() const {
    return [this] { return m_session->view().trace() ? QString() : tr("No trace is open."); };
}

std::function<QString()> MainWindow::needEvents() const {
    return [this] {
        const auto& trace = m_session->view().trace();
        if (!trace) return tr("No trace is open.");
        return trace->events() > 0 ? QString() : tr("This trace has no events.");
    };
}

std::function<QString()> MainWindow::needRange() const {
    return [this] {
        const auto& state = m_session->view().state();
        return state.cursorA || state.cursorB
                   ? QString()
                   : tr("There is no cursor and no range. Drag over the lanes to make one.");
    };
}

std::function<QString()> MainWindow::needItem() const {
    return [this] {
        if (!m_session->view().trace()) return tr("No trace is open.");
        return m_session->view().item().kind != Item::Kind::None ? QString()
                                                                 : tr("Nothing is selected.");
    };
}

std::function<QString()> MainWindow::needSearch() const {
    return [this] {
        if (m_session->searchText().isEmpty()) return tr("Nothing is searched for.");
        const auto& rows = m_session->view().searchRows();
        return rows && rows->size() > 0 ? QString() : tr("The search has found nothing.");
    };
}

void MainWindow::buildActions() {
    for (auto make : {&MainWindow::fileActions, &MainWindow::editActions, &MainWindow::viewActions,
                      &MainWindow::laneActions, &MainWindow::showActions, &MainWindow::goActions,
                      &MainWindow::stepActions, &MainWindow::otherActions}) {
        m_actions->add((this->*make)());
    }
    m_actions->setPlot(m_timeline);
}

std::vector<ActionSpec> MainWindow::fileActions() {
    const auto file = tr("File");
    const auto readAgain = [this] {
        if (m_session->sources().empty()) return tr("No trace is open.");
        for (const auto& source : m_session->sources()) {
            if (source.path == "-") return tr("Standard input can be read only once.");
        }
        return QString();
    };
    return {
        {.id = "file.open",
         .text = tr("Open…"),
         .keys = "Ctrl+O",
         .menu = file,
         .run = [this] { openDialog(); },
         .icon = "open"},
        {.id = "file.recent",
         .text = tr("Show All on the Start Page"),
         .keys = "",
         .menu = file + '/' + tr("Open Recent"),
         .run = [this] { m_session->close(); },
         .whyNot =
             [this] {
                 return m_session->view().trace() || m_session->loading()
                            ? QString()
                            : tr("The start page is shown.");
             }},
        {.id = "file.add",
         .text = tr("Add Trace to This Time Axis…"),
         .keys = "",
         .menu = file,
         .run = [this] { addDialog({}); },
         .whyNot = readAgain},
        {.id = "file.sample",
         .text = tr("First Sample"),
         .keys = "",
         .menu = file + '/' + tr("Open Sample"),
         .run =
             [this] {
                 openSources({SourceSpec{m_session->samples().front().path, 0}});
             },
         .whyNot =
             [this] {
                 return m_session->samples().empty()
                            ? tr("No sample traces are installed beside the program.")
                            : QString();
             }},
        {.id = "file.save_view",
         .text = tr("Save View"),
         .keys = "Ctrl+S",
         .menu = file,
         .run = [this] { saveView(); },
         .whyNot = needTrace(),
         .icon = "save",
         .gap = MenuGap::Before},
        {.id = "file.save_view_as",
         .text = tr("Save View As…"),
         .keys = "Ctrl+Shift+S",
         .menu = file,
         .run = [this] { saveViewAs(); },
         .whyNot = needTrace()},
        {.id = "file.load_view",
         .text = tr("Load View…"),
         .keys = "",
         .menu = file,
         .run = [this] { loadViewDialog(); },
         .whyNot = needTrace()},
        {.id = "file.export",
         .text = tr("Export Picture or Table…"),
         .keys = "Ctrl+E",
         .menu = file,
         .run = [this] { exportDialog(); },
         .whyNot = needEvents(),
         .icon = "export",
         .gap = MenuGap::Before},
        {.id = "file.properties",
         .text = tr("Properties…"),
         .keys = "",
         .menu = file,
         .run = [this] { showProperties(); },
         .whyNot = needTrace()},
        {.id = "file.cancel",
         .text = tr("Cancel Reading"),
         .keys = "",
         .menu = file,
         .run = [this] { m_session->cancel(); },
         .whyNot =
             [this] { return m_session->loading() ? QString() : tr("Nothing is being read."); }},
        {.id = "file.new_window",
         .text = tr("New Window"),
         .keys = "Ctrl+N",
         .menu = file,
         .run = [this] { newWindow(); },
         .gap = MenuGap::Before},
        {.id = "file.close",
         .text = tr("Close Trace"),
         .keys = "Ctrl+W",
         .menu = file,
         .run = [this] { m_session->close(); },
         .whyNot =
             [this] {
                 return m_session->view().trace() || m_session->loading() ? QString()
                                                                          : tr("No trace is open.");
             }},
        {.id = "file.quit",
         .text = tr("Quit"),
         .keys = "Ctrl+Q",
         .menu = file,
         .run = [] { QApplication::closeAllWindows(); }},
    };
}

std::vector<ActionSpec> MainWindow::editActions() {
    const auto edit = tr("Edit");
    auto& view = m_session->view();
    const auto named = [](const QString& verb, const QString& step) {
        return step.isEmpty() ? verb : verb + QLatin1Char(' ') + step;
    };
    return {
        {.id = "edit.undo",
         .text = tr("Undo View"),
         .keys = "Ctrl+Z Alt+Left",
         .menu = edit,
         .run = [&view] { view.undo(); },
         .whyNot =
             [&view] {
                 return view.undoName().isEmpty() ? tr("The view has not been changed.")
                                                  : QString();
             },
         .liveText =
             [&view, named] {
                 return view.undoName().isEmpty() ? tr("Undo View")
                                                  : named(tr("Undo"), view.undoName());
             },
         .icon = "back"},
        {.id = "edit.redo",
         .text = tr("Redo View"),
         .keys = "Ctrl+Y Ctrl+Shift+Z Alt+Right",
         .menu = edit,
         .run = [&view] { view.redo(); },
         .whyNot =
             [&view] {
                 return view.redoName().isEmpty() ? tr("Nothing has been undone.") : QString();
             },
         .liveText =
             [&view, named] {
                 return view.redoName().isEmpty() ? tr("Redo View")
                                                  : named(tr("Redo"), view.redoName());
             },
         .icon = "fwd"},
        {.id = "edit.copy",
         .text = tr("Copy"),
         .keys = "Ctrl+C",
         .menu = edit,
         .run = [this] { copyPicture(); },
         .whyNot = needTrace(),
         .icon = "copy",
         .gap = MenuGap::Before},
        {.id = "edit.copy_time",
         .text = tr("Copy Time or Name"),
         .keys = "Ctrl+Shift+C",
         .menu = edit,
         .run = [this] { copyTimeOrName(); },
         .whyNot = needTrace()},
        {.id = "edit.copy_sentence",
         .text = tr("Copy Sentence"),
         .keys = "",
         .menu = edit,
         .run = [this] { copySentence(); },
         .whyNot = needItem()},
        {.id = "edit.select_all",
         .text = tr("Select All"),
         .keys = "Ctrl+A",
         .menu = edit,
         .run = plot(&TimelineWidget::selectAllLanes),
         .whyNot = needTrace()},
        {.id = "edit.clear_range",
         .text = tr("Clear Selection"),
         .keys = "X",
         .menu = edit,
         .run = [&view] { view.clearRange(); },
         .whyNot = needRange()},
        {.id = "edit.find",
         .text = tr("Find…"),
         .keys = "/ Ctrl+F",
         .menu = edit,
         .run = [this] { m_search->focusField(); },
         .whyNot = needTrace(),
         .icon = "search",
         .gap = MenuGap::Before},
        {.id = "edit.find_next",
         .text = tr("Find Next"),
         .keys = "N",
         .menu = edit,
         .run = plot(&TimelineWidget::nextHit),
         .whyNot = needSearch()},
        {.id = "edit.find_previous",
         .text = tr("Find Previous"),
         .keys = "Shift+N",
         .menu = edit,
         .run = plot(&TimelineWidget::previousHit),
         .whyNot = needSearch()},
        {.id = "edit.filter",
         .text = tr("Filter…"),
         .keys = "Ctrl+Shift+F",
         .menu = edit,
         .run = [this] { m_filter->focusField(); },
         .whyNot = needTrace(),
         .icon = "filter"},
        {.id = "edit.only_this",
         .text = tr("Only This"),
         .keys = "O",
         .menu = edit,
         .run = plot(&TimelineWidget::showOnlyThis),
         .whyNot = needTrace()},
        {.id = "edit.clear_filter",
         .text = tr("Clear Filter"),
         .keys = "Shift+O",
         .menu = edit,
         .run =
             [this] {
                 m_timeline->showAllAgain();
                 m_session->setFilter({});
             },
         .whyNot =
             [&view] {
                 const auto& state = view.state();
                 return state.filter.isEmpty() && state.onlyCpus.empty() && state.onlyTasks.empty()
                            ? tr("All events are shown.")
                            : QString();
             }},
        {.id = "go.bookmark",
         .text = tr("Bookmark"),
         .keys = "M",
         .menu = edit,
         .run = plot(&TimelineWidget::bookmarkHere),
         .whyNot = needEvents(),
         .icon = "flag",
         .gap = MenuGap::Before},
        {.id = "edit.bookmarks",
         .text = tr("Bookmarks…"),
         .keys = "Shift+M",
         .menu = edit,
         .run = [this] { showBookmarks(); },
         .whyNot = needTrace()},
        {.id = "edit.settings",
         .text = tr("Settings…"),
         .keys = "Ctrl+,",
         .menu = edit,
         .run = [this] { showSettings(); },
         .gap = MenuGap::Before},
        {.id = "edit.escape",
         .text = tr("One Step Back"),
         .keys = "Esc",
         .menu = edit,
         .run = [this] { escape(); }},
    };
}

std::vector<ActionSpec> MainWindow::viewActions() {
    const auto view = tr("View");
    const auto tabAction = [&](const char* id, const QString& name, const char* key, Tab which,
                               const char* iconName) {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = QLatin1String(key),
                          .menu = view,
                          .run = [this, which] { showTab(which); },
                          .whyNot = needTrace(),
                          .checked = [this, which] { return tab() == which; },
                          .icon = QLatin1String(iconName)};
    };
    const auto step = [this](int direction) {
        constexpr Tab kOrder[] = {Tab::Timeline, Tab::Events, Tab::Notes};
        int at = 0;
        while (kOrder[at] != tab()) ++at;
        showTab(kOrder[(at + direction + 3) % 3]);
    };
    return {
        tabAction("view.timeline", tr("Timeline"), "Ctrl+1", Tab::Timeline, "task"),
        tabAction("view.events", tr("Events"), "Ctrl+7", Tab::Events, "list"),
        tabAction("view.notes", tr("Notes"), "Ctrl+8", Tab::Notes, "note"),
        {.id = "view.next",
         .text = tr("Next View"),
         .keys = "Ctrl+Tab",
         .menu = view,
         .run = [step] { step(1); },
         .whyNot = needTrace()},
        {.id = "view.previous",
         .text = tr("Previous View"),
         .keys = "Ctrl+Shift+Tab",
         .menu = view,
         .run = [step] { step(-1); },
         .whyNot = needTrace()},
        {.id = "view.zoom_in",
         .text = tr("Zoom In"),
         .keys = "W + = Ctrl++ Ctrl+=",
         .menu = view,
         .run = plot(&TimelineWidget::zoomIn),
         .whyNot = needEvents(),
         .icon = "zin",
         .gap = MenuGap::Before},
        {.id = "view.zoom_out",
         .text = tr("Zoom Out"),
         .keys = "S - Ctrl+-",
         .menu = view,
         .run = plot(&TimelineWidget::zoomOut),
         .whyNot = needEvents(),
         .icon = "zout"},
        {.id = "view.fit",
         .text = tr("Fit Selection"),
         .keys = "F",
         .menu = view,
         .run = plot(&TimelineWidget::fitSelection),
         .whyNot = needEvents(),
         .icon = "fit"},
        {.id = "view.whole",
         .text = tr("Whole Trace"),
         .keys = "0 Ctrl+0",
         .menu = view,
         .run = plot(&TimelineWidget::showWhole),
         .whyNot = needEvents(),
         .icon = "whole"},
        {.id = "view.whole_home",
         .text = tr("Whole Trace"),
         .keys = "Home",
         .menu = "",
         .run = plot(&TimelineWidget::showWhole),
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
        {.id = "view.pan_left",
         .text = tr("Pan Left"),
         .keys = "A",
         .menu = view,
         .run = plot(&TimelineWidget::panLeft),
         .whyNot = needEvents()},
        {.id = "view.pan_right",
         .text = tr("Pan Right"),
         .keys = "D",
         .menu = view,
         .run = plot(&TimelineWidget::panRight),
         .whyNot = needEvents()},
        {.id = "view.page_left",
         .text = tr("One Window Left"),
         .keys = "Shift+A",
         .menu = view,
         .run = plot(&TimelineWidget::pageLeft),
         .whyNot = needEvents()},
        {.id = "view.page_right",
         .text = tr("One Window Right"),
         .keys = "Shift+D",
         .menu = view,
         .run = plot(&TimelineWidget::pageRight),
         .whyNot = needEvents()},
        {.id = "plot.left",
         .text = tr("Pan Left"),
         .keys = "Left",
         .menu = "",
         .run = plot(&TimelineWidget::panLeft),
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
        {.id = "plot.right",
         .text = tr("Pan Right"),
         .keys = "Right",
         .menu = "",
         .run = plot(&TimelineWidget::panRight),
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
        {.id = "plot.page_left",
         .text = tr("One Window Left"),
         .keys = "Shift+Left",
         .menu = "",
         .run = plot(&TimelineWidget::pageLeft),
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
        {.id = "plot.page_right",
         .text = tr("One Window Right"),
         .keys = "Shift+Right",
         .menu = "",
         .run = plot(&TimelineWidget::pageRight),
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
    };
}

std::vector<ActionSpec> MainWindow::laneActions() {
    const auto view = tr("View");
    const auto lanes = view + '/' + tr("Lanes");
    const auto heights = view + '/' + tr("Lane Height");
    const auto formats = view + '/' + tr("Time Format");
    const auto height = [&](const char* id, const QString& name, views::LaneHeight which) {
        return ActionSpec{
            .id = QLatin1String(id),
            .text = name,
            .keys = "",
            .menu = heights,
            .run = [this, which] { m_timeline->setLaneHeight(which); },
            .whyNot = needTrace(),
            .checked = [this, which] { return m_session->view().state().height == which; }};
    };
    const auto format = [&](const char* id, const QString& name, views::TimeFormat which,
                            std::function<QString()> whyNot) {
        return ActionSpec{
            .id = QLatin1String(id),
            .text = name,
            .keys = "",
            .menu = formats,
            .run = [this, which] { m_session->view().setTimeFormat(which); },
            .whyNot = std::move(whyNot),
            .checked = [this, which] { return m_session->view().state().timeFormat == which; }};
    };
    const auto lane = [&](const char* id, const QString& name, const char* keys, TimelineSlot slot,
                          const char* iconName = "") {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = QLatin1String(keys),
                          .menu = lanes,
                          .run = plot(slot),
                          .whyNot = needTrace(),
                          .icon = QLatin1String(iconName)};
    };
    const auto onPlot = [&](const char* id, const QString& name, const char* keys,
                            TimelineSlot slot) {
        auto spec = lane(id, name, keys, slot);
        spec.scope = KeyScope::Plot;
        return spec;
    };
    return {
        height("lanes.compact", tr("Compact"), views::LaneHeight::Compact),
        height("lanes.normal", tr("Normal"), views::LaneHeight::Normal),
        height("lanes.tall", tr("Tall"), views::LaneHeight::Tall),
        lane("lanes.pin", tr("Pin or Release"), "T", &TimelineWidget::togglePin, "pin"),
        lane("lanes.hide", tr("Hide"), "H", &TimelineWidget::hideLanes),
        lane("lanes.show_hidden", tr("Show Hidden"), "Shift+H", &TimelineWidget::showHiddenLanes),
        lane("lanes.fold", tr("Fold or Unfold"), "E", &TimelineWidget::toggleFold),
        lane("lanes.fold_all", tr("Fold or Unfold All"), "Shift+E", &TimelineWidget::toggleFoldAll),
        onPlot("lanes.up", tr("Lane Above"), "Up", &TimelineWidget::focusLaneUp),
        onPlot("lanes.down", tr("Lane Below"), "Down", &TimelineWidget::focusLaneDown),
        onPlot("lanes.page_up", tr("Page of Lanes Up"), "PgUp", &TimelineWidget::pageLanesUp),
        onPlot("lanes.page_down", tr("Page of Lanes Down"), "PgDown",
               &TimelineWidget::pageLanesDown),
        onPlot("lanes.extend_up", tr("Extend Selection Up"), "Shift+Up",
               &TimelineWidget::extendLanesUp),
        onPlot("lanes.extend_down", tr("Extend Selection Down"), "Shift+Down",
               &TimelineWidget::extendLanesDown),
        onPlot("lanes.move_up", tr("Move Lane Up"), "Ctrl+Shift+Up", &TimelineWidget::moveLaneUp),
        onPlot("lanes.move_down", tr("Move Lane Down"), "Ctrl+Shift+Down",
               &TimelineWidget::moveLaneDown),
        format("time.start", tr("Since Start"), views::TimeFormat::SinceStart, needTrace()),
        format("time.absolute", tr("Absolute"), views::TimeFormat::Absolute, needTrace()),
        format("time.cursor", tr("Since Cursor A"), views::TimeFormat::SinceCursorA,
               [this] {
                   return m_session->view().state().cursorA
                              ? QString()
                              : tr("There is no cursor A. A click on an empty lane places it.");
               }),
        format("time.wall", tr("Wall Clock"), views::TimeFormat::WallClock,
               [this] {
                   return m_session->view().trace() ? tr("No source of this trace tells the time "
                                                         "of day: ftrace text has no known epoch.")
                                                    : tr("No trace is open.");
               }),
    };
}

std::vector<ActionSpec> MainWindow::showActions() {
    const auto view = tr("View");
    const auto themes = view + '/' + tr("Theme");
    const auto pane = [&](const char* id, const QString& name, const char* keys,
                          bool MainWindow::*wanted, std::function<QString()> whyNot) {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = QLatin1String(keys),
                          .menu = view,
                          .run =
                              [this, wanted] {
                                  this->*wanted = !(this->*wanted);
                                  ensurePanes();
                                  updatePanes();
                              },
                          .whyNot = std::move(whyNot),
                          .checked = [this, wanted] { return this->*wanted; }};
    };
    const auto bar = [&](const char* id, const QString& name, const char* keys,
                         std::function<QWidget*()> which) {
        return ActionSpec{
            .id = QLatin1String(id),
            .text = name,
            .keys = QLatin1String(keys),
            .menu = view,
            .run = [which] { which()->setVisible(which()->isHidden()); },
            .checked = [which] { return which() != nullptr && !which()->isHidden(); }};
    };
    const auto chooseTheme = [&](const char* id, const QString& name, ThemeChoice choice) {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = "",
                          .menu = themes,
                          .run =
                              [this, choice] {
                                  m_settings.theme = choice;
                                  m_settings.save(*m_actions);
                                  applySettings();
                              },
                          .checked = [this, choice] { return m_settings.theme == choice; }};
    };
    auto table = pane("show.table", tr("Table"), "F8", &MainWindow::m_tableWanted, needTrace());
    table.gap = MenuGap::Before;
    return {
        std::move(table),
        pane("show.details", tr("Details"), "F9", &MainWindow::m_detailsWanted, needTrace()),
        pane("show.strip", tr("Selection Strip"), "", &MainWindow::m_stripWanted, needTrace()),
        bar("show.menu", tr("Menu Bar"), "Ctrl+M", [this] { return menuBar(); }),
        bar("show.toolbar", tr("Toolbar"), "", [this] { return m_toolbar; }),
        bar("show.status", tr("Status Bar"), "", [this] { return m_status; }),
        {.id = "show.reset",
         .text = tr("Reset Layout"),
         .keys = "",
         .menu = view,
         .run =
             [this] {
                 m_tableWanted = m_detailsWanted = m_stripWanted = true;
                 for (auto* dock : {m_tableDock, m_detailsDock}) dock->setFloating(false);
                 addDockWidget(Qt::BottomDockWidgetArea, m_tableDock);
                 addDockWidget(Qt::RightDockWidgetArea, m_detailsDock);
                 m_narrow = false;
                 for (auto* shown :
                      {static_cast<QWidget*>(menuBar()), static_cast<QWidget*>(m_toolbar)})
                     shown->show();
                 updatePanes();
                 updateNarrow();
                 resizeDocks({m_detailsDock}, {332}, Qt::Horizontal);
             }},
        chooseTheme("theme.system", tr("System"), ThemeChoice::System),
        chooseTheme("theme.light", tr("Light"), ThemeChoice::Light),
        chooseTheme("theme.dark", tr("Dark"), ThemeChoice::Dark),
        {.id = "show.full_screen",
         .text = tr("Full Screen"),
         .keys = "F11",
         .menu = view,
         .run = [this] { isFullScreen() ? showNormal() : showFullScreen(); },
         .checked = [this] { return isFullScreen(); }},
        {.id = "show.next_pane",
         .text = tr("Next Pane"),
         .keys = "F6",
         .menu = view,
         .run = [this] { nextPane(1); }},
        {.id = "show.previous_pane",
         .text = tr("Previous Pane"),
         .keys = "Shift+F6",
         .menu = view,
         .run = [this] { nextPane(-1); }},
        {.id = "show.into_menu",
         .text = tr("Into the Menu Bar"),
         .keys = "F10",
         .menu = view,
         .run =
             [this] {
                 menuBar()->show();
                 menuBar()->setFocus();
                 menuBar()->setActiveAction(menuBar()->actions().front());
             }},
    };
}

std::vector<ActionSpec> MainWindow::goActions() {
    const auto go = tr("Go");
    std::vector<ActionSpec> specs{
        {.id = "go.time",
         .text = tr("Time…"),
         .keys = "Ctrl+G",
         .menu = go,
         .run = [this] { goToLine().ask({}); },
         .whyNot = needEvents(),
         .icon = "clock"},
        {.id = "go.first",
         .text = tr("First Event"),
         .keys = "G",
         .menu = go,
         .run = plot(&TimelineWidget::firstEvent),
         .whyNot = needEvents()},
        {.id = "go.last",
         .text = tr("Last Event"),
         .keys = "Shift+G",
         .menu = go,
         .run = plot(&TimelineWidget::lastEvent),
         .whyNot = needEvents()},
        {.id = "go.end",
         .text = tr("Last Event"),
         .keys = "End",
         .menu = "",
         .run = plot(&TimelineWidget::lastEvent),
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
    };
    const auto bookmarks = go + '/' + tr("Bookmark");
    for (int number = 1; number <= 9; ++number) {
        const auto index = static_cast<std::size_t>(number - 1);
        specs.push_back(
            {.id = QStringLiteral("go.bookmark%1").arg(number),
             .text = tr("Bookmark %1").arg(number),
             .keys = QString::number(number),
             .menu = bookmarks,
             .run = [this, index] { goToBookmark(m_session->view(), index); },
             .whyNot =
                 [this, index] {
                     return index < m_session->view().state().bookmarks.size()
                                ? QString()
                                : tr("There is no bookmark with this number. M makes one.");
                 },
             .liveText =
                 [this, index, number] {
                     const auto& all = m_session->view().state().bookmarks;
                     return index < all.size() && !all[index].text.isEmpty()
                                ? tr("Bookmark %1: %2").arg(number).arg(all[index].text)
                                : tr("Bookmark %1").arg(number);
                 }});
    }
    return specs;
}

std::vector<ActionSpec> MainWindow::stepActions() {
    const auto go = tr("Go");
    const auto step = [&](const char* id, const QString& name, const char* keys, TimelineSlot slot,
                          MenuGap gap = MenuGap::None) {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = QLatin1String(keys),
                          .menu = go,
                          .run = plot(slot),
                          .whyNot = needEvents(),
                          .gap = gap};
    };
    auto waker =
        step("go.waker", tr("What Woke It"), "U", &TimelineWidget::gotoWaker, MenuGap::Before);
    waker.icon = QStringLiteral("chain");
    waker.whyNot = needItem();
    auto woken = step("go.woken", tr("What It Woke"), "Shift+U", &TimelineWidget::gotoWoken);
    woken.whyNot = needItem();
    auto longWait = step("go.next_wait", tr("Next Long Wait"), "", &TimelineWidget::nextLongWait,
                         MenuGap::Before);
    auto longWaitBack =
        step("go.previous_wait", tr("Previous Long Wait"), "", &TimelineWidget::previousLongWait);
    longWait.whyNot = longWaitBack.whyNot = [this] {
        const auto& trace = m_session->view().trace();
        if (!trace) return tr("No trace is open.");
        return trace->longWaits().empty() ? tr("No task waited longer than 1 ms in this trace.")
                                          : QString();
    };
    auto gap = step("go.next_gap", tr("Next Lost-Event Gap"), "", &TimelineWidget::nextGap);
    gap.whyNot = [this] {
        const auto& trace = m_session->view().trace();
        if (!trace) return tr("No trace is open.");
        return trace->gaps().empty() ? tr("No events were lost in this trace.") : QString();
    };
    return {
        step("go.next", tr("Next Event"), "] Ctrl+Right J", &TimelineWidget::nextEvent,
             MenuGap::Before),
        step("go.previous", tr("Previous Event"), "[ Ctrl+Left K", &TimelineWidget::previousEvent),
        step("go.next_kind", tr("Next of This Kind"), "} Ctrl+Shift+Right",
             &TimelineWidget::nextOfKind),
        step("go.previous_kind", tr("Previous of This Kind"), "{ Ctrl+Shift+Left",
             &TimelineWidget::previousOfKind),
        {.id = "go.details",
         .text = tr("Details of the Focused Item"),
         .keys = "Return Enter",
         .menu = go,
         .run =
             [this] {
                 if (m_session->view().item().kind == Item::Kind::None) m_timeline->selectFocused();
                 m_detailsWanted = true;
                 ensurePanes();
                 updatePanes();
             },
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
        {.id = "go.select",
         .text = tr("Select the Focused Item"),
         .keys = "Space",
         .menu = go,
         .run = plot(&TimelineWidget::selectFocused),
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
        std::move(waker),
        std::move(woken),
        {.id = "go.cursor_a",
         .text = tr("Cursor A Here"),
         .keys = ",",
         .menu = go,
         .run = plot(&TimelineWidget::cursorAHere),
         .whyNot = needEvents(),
         .gap = MenuGap::Before},
        {.id = "go.cursor_b",
         .text = tr("Cursor B Here"),
         .keys = ".",
         .menu = go,
         .run = plot(&TimelineWidget::cursorBHere),
         .whyNot = needEvents()},
        std::move(longWait),
        std::move(longWaitBack),
        std::move(gap),
    };
}

std::vector<ActionSpec> MainWindow::otherActions() {
    const auto trace = tr("Trace");
    const auto help = tr("Help");
    const auto record = help + '/' + tr("How to Record");
    const auto openFile = [this] {
        return m_session->sources().empty() ? tr("No trace is open.")
               : m_session->sources().front().path == "-"
                   ? tr("Standard input can be read only once.")
                   : QString();
    };
    const auto command = [&](const char* id, const QString& name, const char* words) {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = "",
                          .menu = record,
                          .run = [this, words] { copyCommand(QLatin1String(words)); }};
    };
    return {
        {.id = "trace.reload",
         .text = tr("Read Again"),
         .keys = "F5",
         .menu = trace,
         .run = [this] { m_session->reload(); },
         .whyNot = openFile},
        {.id = "trace.offsets",
         .text = tr("Clock and Offsets…"),
         .keys = "",
         .menu = trace,
         .run = [this] { shiftsDialog(); },
         .whyNot = openFile},
        {.id = "trace.notes",
         .text = tr("Notes"),
         .keys = "",
         .menu = trace,
         .run = [this] { showTab(Tab::Notes); },
         .whyNot = needTrace()},
        {.id = "help.keys",
         .text = tr("Keys"),
         .keys = "? F1",
         .menu = help,
         .run =
             [this] { keysPage().isOpen() ? keysPage().closeOverlay() : keysPage().showKeys(); }},
        {.id = "help.commands",
         .text = tr("All Commands"),
         .keys = "Ctrl+Shift+P",
         .menu = help,
         .run = [this] { palette_().ask(); }},
        {.id = "help.first_steps",
         .text = tr("First Steps"),
         .keys = "",
         .menu = help,
         .run = [this] { showHints(); }},
        command("record.sched", tr("Scheduling, with trace-cmd"),
                "sudo trace-cmd record -e sched sleep 5 && trace-cmd report > report.txt"),
        command("record.irq", tr("Interrupts, with trace-cmd"),
                "sudo trace-cmd record -e sched -e irq sleep 5 && trace-cmd report > report.txt"),
        command("record.tracefs", tr("Scheduling, without tools"),
                "sudo sh -c 'cd /sys/kernel/tracing && echo 1 > events/sched/enable && sleep 5 && "
                "echo 0 > events/sched/enable && cat trace' > trace.txt"),
        command("record.pipe", tr("As It Comes, into This Program"),
                "sudo cat /sys/kernel/tracing/trace_pipe | kernelscope -"),
        {.id = "help.about",
         .text = tr("About"),
         .keys = "",
         .menu = help,
         .run = [this] { showAbout(); }},
    };
}

// What needs more than a line

void MainWindow::showTab(Tab tab) {
    if (!m_session->view().trace()) return;
    m_session->view().setTab(static_cast<int>(tab));
    if (tab == Tab::Events) table().rows().setFocus();
    else if (tab == Tab::Notes) notes().setFocus();
    else m_timeline->setFocus();
}

/// One step back: the first that applies (interaction.md, Esc). Overlays and menus close by
/// themselves.
void MainWindow::escape() {
    auto& view = m_session->view();
    if (m_timeline->escape()) return;
    if (auto* field = qobject_cast<QLineEdit*>(focusWidget())) {
        field->clearFocus();
        if (showsTrace())
            (tab() == Tab::Events ? static_cast<QWidget*>(&table().rows()) : m_timeline)
                ->setFocus();
        return;
    }
    if (!m_session->searchText().isEmpty()) {
        m_searchTimer.stop();
        m_search->setText({});
        m_session->setSearch({});
        return;
    }
    if (view.item().kind != Item::Kind::None) return view.setItem({});
    if (view.state().cursorA || view.state().cursorB) view.clearRange();
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

void MainWindow::showContextMenu(const QPoint& at, const views::LaneKey& lane, const Item& item) {
    m_actions->refresh();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const auto add = [&](std::initializer_list<const char*> ids) {
        for (const char* id : ids) menu->addAction(m_actions->action(QLatin1String(id)));
        menu->addSeparator();
    };
    if (item.kind != Item::Kind::None) {
        add({"view.fit", "go.waker", "go.woken"});
        if (item.span.length().count() > 1) {
            menu->addAction(tr("Range from This"), this, [this, item] {
                m_session->view().setCursors(item.span.begin, item.span.end, tr("Range from This"));
            });
        }
        add({"edit.only_this", "lanes.pin"});
        add({"go.next_kind", "go.cursor_a", "go.cursor_b", "go.bookmark"});
        add({"edit.copy_sentence", "edit.copy_time"});
    } else if (lane.kind != views::LaneKey::Kind::Group) {
        add({"edit.only_this", "lanes.pin", "lanes.hide", "lanes.show_hidden"});
        add({"lanes.fold", "lanes.move_up", "lanes.move_down"});
        add({"lanes.compact", "lanes.normal", "lanes.tall"});
        add({"go.cursor_a", "go.cursor_b", "go.bookmark"});
    } else {
        add({"lanes.fold", "lanes.fold_all", "lanes.show_hidden"});
        add({"view.fit", "view.whole"});
    }
    menu->popup(at);
}

}  // namespace kscope::app
