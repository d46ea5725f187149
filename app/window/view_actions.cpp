// SPDX-License-Identifier: GPL-3.0-or-later
/// What the menu View can do.
#include "app/window/main_window.h"
#include "app/window/status_line.h"
#include "views/timeline/timeline_widget.h"

#include <QDockWidget>
#include <QMenuBar>
#include <QToolBar>

namespace kscope::app {

using views::TimelineWidget;

std::vector<ActionSpec> MainWindow::tabActions() {
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
        constexpr Tab kOrder[] = {Tab::Timeline, Tab::Blocks,    Tab::Functions, Tab::Interrupts,
                                  Tab::Memory,   Tab::Processes, Tab::Events,    Tab::Notes};
        constexpr int kTabs = std::size(kOrder);
        int at = 0;
        while (kOrder[at] != tab()) ++at;
        showTab(kOrder[(at + direction + kTabs) % kTabs]);
    };
    return {
        tabAction("view.timeline", tr("Timeline"), "Ctrl+1", Tab::Timeline, "task"),
        tabAction("view.blocks", tr("Blocks"), "Ctrl+2", Tab::Blocks, "disk"),
        tabAction("view.functions", tr("Functions"), "Ctrl+3", Tab::Functions, "flame"),
        tabAction("view.interrupts", tr("Interrupts"), "Ctrl+4", Tab::Interrupts, "heat"),
        tabAction("view.memory", tr("Memory"), "Ctrl+5", Tab::Memory, "mem"),
        tabAction("view.events", tr("Events"), "Ctrl+7", Tab::Events, "list"),
        tabAction("view.notes", tr("Notes"), "Ctrl+8", Tab::Notes, "note"),
        tabAction("view.processes", tr("Processes"), "Ctrl+9", Tab::Processes, "cpu"),
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
    };
}

std::vector<ActionSpec> MainWindow::zoomActions() {
    const auto view = tr("View");
    return {
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
    };
}

std::vector<ActionSpec> MainWindow::panActions() {
    const auto view = tr("View");
    const auto pan = [&](const char* id, const QString& name, const char* keys, TimelineSlot slot,
                         KeyScope scope) {
        // The arrows are a second key of the same thing, and only while the plot has the focus.
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = QLatin1String(keys),
                          .menu = scope == KeyScope::Window ? view : QString(),
                          .run = plot(slot),
                          .whyNot = needEvents(),
                          .scope = scope};
    };
    const auto left = tr("Pan Left"), right = tr("Pan Right");
    const auto pageLeft = tr("One Window Left"), pageRight = tr("One Window Right");
    constexpr auto kAll = KeyScope::Window;
    constexpr auto kPlot = KeyScope::Plot;
    return {
        pan("view.pan_left", left, "A", &TimelineWidget::panLeft, kAll),
        pan("view.pan_right", right, "D", &TimelineWidget::panRight, kAll),
        pan("view.page_left", pageLeft, "Shift+A", &TimelineWidget::pageLeft, kAll),
        pan("view.page_right", pageRight, "Shift+D", &TimelineWidget::pageRight, kAll),
        pan("plot.left", left, "Left", &TimelineWidget::panLeft, kPlot),
        pan("plot.right", right, "Right", &TimelineWidget::panRight, kPlot),
        pan("plot.page_left", pageLeft, "Shift+Left", &TimelineWidget::pageLeft, kPlot),
        pan("plot.page_right", pageRight, "Shift+Right", &TimelineWidget::pageRight, kPlot),
    };
}

/// A tick of one value of the view's state; its name is the step's in undo.
template <class Value>
ActionSpec MainWindow::stateTick(const char* id, const QString& name, const QString& menu,
                                 Value views::ViewState::*member, Value value, Value off) {
    return ActionSpec{
        .id = QLatin1String(id),
        .text = name,
        .keys = "",
        .menu = menu,
        .run =
            [this, member, value, off, name] {
                auto state = m_session->view().state();
                state.*member = state.*member == value ? off : value;
                m_session->view().setState(state, name);
            },
        .whyNot = needTrace(),
        .checked = [this, member, value] { return m_session->view().state().*member == value; }};
}

/// What lanes look like: height, colour, and what is drawn beside the slices.
std::vector<ActionSpec> MainWindow::lookActions() {
    using views::Arrows, views::ColourBy, views::Presence, views::ViewState;
    const auto view = tr("View");
    const auto heights = view + '/' + tr("Lane Height");
    const auto colours = view + '/' + tr("Colour Running by");
    const auto shown = view + '/' + tr("Show");
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
    const auto colour = [&](const char* id, const QString& name, ColourBy by) {
        return stateTick(id, name, colours, &ViewState::colourBy, by, by);
    };
    return {
        height("lanes.compact", tr("Compact"), views::LaneHeight::Compact),
        height("lanes.normal", tr("Normal"), views::LaneHeight::Normal),
        height("lanes.tall", tr("Tall"), views::LaneHeight::Tall),
        colour("colour.task", tr("Task"), ColourBy::Task),
        colour("colour.cpu", tr("CPU"), ColourBy::Cpu),
        colour("colour.priority", tr("Priority"), ColourBy::Priority),
        stateTick("shown.arrows", tr("Wakeup Arrows of Selection"), shown, &ViewState::arrows,
                  Arrows::OfItem, Arrows::None),
        stateTick("shown.all_arrows", tr("All Wakeup Arrows"), shown, &ViewState::arrows,
                  Arrows::All, Arrows::OfItem),
        stateTick("shown.raw", tr("Raw Fields"), shown, &ViewState::rawFields, Presence::Shown,
                  Presence::Hidden),
        stateTick("shown.idle", tr("Idle Tasks"), shown, &ViewState::idleTasks, Presence::Shown,
                  Presence::Hidden),
    };
}

std::vector<ActionSpec> MainWindow::laneActions() {
    const auto view = tr("View");
    const auto lanes = view + '/' + tr("Lanes");
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
        {.id = "lanes.choose",
         .text = tr("Lanes…"),
         .keys = "",
         .menu = view,
         .run = [this] { showLanes(); },
         .whyNot = needTrace()},
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
    };
}

std::vector<ActionSpec> MainWindow::timeActions() {
    const auto formats = tr("View") + '/' + tr("Time Format");
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
    return {
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
                   const auto trace = m_session->view().trace();
                   if (!trace) return tr("No trace is open.");
                   return trace->wallZeroNs() ? QString()
                                              : tr("No source of this trace tells the time of day: "
                                                   "text of ftrace has no known epoch.");
               }),
    };
}

std::vector<ActionSpec> MainWindow::paneActions() {
    const auto view = tr("View");
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
                         const std::function<QWidget*()>& which) {
        return ActionSpec{
            .id = QLatin1String(id),
            .text = name,
            .keys = QLatin1String(keys),
            .menu = view,
            .run = [which] { which()->setVisible(which()->isHidden()); },
            .checked = [which] { return which() != nullptr && !which()->isHidden(); }};
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
         .run = [this] { resetLayout(); }},
    };
}

std::vector<ActionSpec> MainWindow::screenActions() {
    const auto view = tr("View");
    const auto themes = view + '/' + tr("Theme");
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
    return {
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

}  // namespace kscope::app
