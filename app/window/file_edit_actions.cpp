// SPDX-License-Identifier: GPL-3.0-or-later
/// What the menus File and Edit can do.
#include "app/session/shift_history.h"
#include "app/window/main_window.h"
#include "app/window/query_field.h"
#include "views/timeline/timeline_widget.h"

#include <QApplication>

namespace kscope::app {

using views::TimelineWidget;

std::vector<ActionSpec> MainWindow::openActions() {
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
        {.id = "file.open_folder",
         .text = tr("Open Folder…"),
         .keys = "Ctrl+Shift+O",
         .menu = file,
         .run = [this] { openFolderDialog(); }},
        {.id = "file.recent",
         .text = tr("Show All on the Start Page"),
         .keys = "",
         .menu = file + '/' + tr("Open Recent"),
         .run = [this] { closeTrace(); },
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
    };
}

std::vector<ActionSpec> MainWindow::saveActions() {
    const auto file = tr("File");
    return {
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
        {.id = "file.export_range",
         .text = tr("Export Range as Trace…"),
         .keys = "",
         .menu = file,
         .run = [this] { exportRange(); },
         .whyNot = [this] { return whyNoRangeExport(); }},
        {.id = "file.print",
         .text = tr("Print…"),
         .keys = "Ctrl+P",
         .menu = file,
         .run = [this] { printView(); },
         .whyNot = needEvents()},
        {.id = "file.properties",
         .text = tr("Properties…"),
         .keys = "",
         .menu = file,
         .run = [this] { showProperties(); },
         .whyNot = needTrace()},
    };
}

std::vector<ActionSpec> MainWindow::windowActions() {
    const auto file = tr("File");
    return {
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
         .run = [this] { closeTrace(); },
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

std::vector<ActionSpec> MainWindow::undoActions() {
    const auto edit = tr("Edit");
    // Shifts of sources stand among the steps of the view.
    auto& view = ShiftHistory::of(*m_session);
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
    };
}

std::vector<ActionSpec> MainWindow::copyActions() {
    const auto edit = tr("Edit");
    return {
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
         .run = [this] { m_session->view().clearRange(); },
         .whyNot = needRange()},
    };
}

std::vector<ActionSpec> MainWindow::findActions() {
    const auto edit = tr("Edit");
    auto& view = m_session->view();
    return {
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
                 return state.filter.isEmpty() && !state.restricted() ? tr("All events are shown.")
                                                                      : QString();
             }},
    };
}

std::vector<ActionSpec> MainWindow::markActions() {
    const auto edit = tr("Edit");
    return {
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

}  // namespace kscope::app
