// SPDX-License-Identifier: GPL-3.0-or-later
/// The table of all that the window can do, why something can’t be done now, and Esc.
#include "app/window/auto_align.h"
#include "app/window/command_palette.h"
#include "app/window/keys_page.h"
#include "app/window/main_window.h"
#include "app/window/plot_pages.h"
#include "app/window/query_field.h"
#include "views/panes/call_tables/function_deck.h"
#include "views/panes/event_table/event_rows.h"
#include "views/panes/event_table/event_table.h"
#include "views/timeline/timeline_widget.h"

#include <QLineEdit>

#include <functional>

namespace kscope::app {

using views::TimelineWidget;

using Item = views::Item;

std::function<void()> MainWindow::plot(TimelineSlot slot) {
    return [this, slot] { std::invoke(slot, m_timeline); };
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
    // Menus and their entries stand in this order.
    for (auto make :
         {&MainWindow::openActions,        &MainWindow::saveActions,  &MainWindow::windowActions,
          &MainWindow::undoActions,        &MainWindow::copyActions,  &MainWindow::findActions,
          &MainWindow::markActions,        &MainWindow::tabActions,   &MainWindow::zoomActions,
          &MainWindow::panActions,         &MainWindow::lookActions,  &MainWindow::laneActions,
          &MainWindow::timeActions,        &MainWindow::paneActions,  &MainWindow::screenActions,
          &MainWindow::goActions,          &MainWindow::stepActions,  &MainWindow::chainActions,
          &MainWindow::bookmarkActions,    &MainWindow::traceActions, &MainWindow::liveActions,
          &MainWindow::liveReadingActions, &MainWindow::liveChoices,  &MainWindow::helpActions}) {
        m_actions->add((this->*make)());
    }
    m_actions->setPlot(m_timeline);
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
    if (auto* functions = m_plots->functions();
        functions != nullptr && tab() == Tab::Functions && functions->zoomOut())
        return;
    if (!m_session->searchText().isEmpty()) {
        m_searchTimer.stop();
        m_search->setText({});
        m_session->setSearch({});
        return;
    }
    if (view.item().kind != Item::Kind::None) return view.setItem({});
    if (view.state().cursorA || view.state().cursorB) view.clearRange();
}

std::vector<ActionSpec> MainWindow::traceActions() {
    const auto trace = tr("Trace");
    const auto openFile = [this] {
        return m_session->sources().empty() ? tr("No trace is open.")
               : m_session->sources().front().path == "-"
                   ? tr("Standard input can be read only once.")
                   : QString();
    };
    const auto picks = [&](const char* id, const QString& name, Picked what, MenuGap gap) {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = "",
                          .menu = trace,
                          .run = [this, what] { showPicks(what); },
                          .whyNot = needEvents(),
                          .gap = gap};
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
        {.id = "trace.symbols",
         .text = tr("Symbols…"),
         .keys = "",
         .menu = trace,
         .run = [this] { symbolsDialog(); },
         .whyNot = openFile},
        {.id = "trace.align",
         .text = tr("Align by Block Requests"),
         .keys = "",
         .menu = trace,
         .run = [this] { autoAlign(*m_session, [this](const QString& words) { say(words); }); },
         .whyNot =
             [this] {
                 if (m_session->sources().size() < 2)
                     return tr("Open a second trace of the same requests first");
                 return m_session->loading() ? tr("The traces are still being read") : QString();
             }},
        {.id = "trace.notes",
         .text = tr("Notes"),
         .keys = "",
         .menu = trace,
         .run = [this] { showTab(Tab::Notes); },
         .whyNot = needTrace()},
        picks("trace.tasks", tr("Tasks…"), Picked::Tasks, MenuGap::Before),
        picks("trace.cpus", tr("CPUs…"), Picked::Cpus, MenuGap::None),
        picks("trace.kinds", tr("Event Kinds…"), Picked::Kinds, MenuGap::None),
        {.id = "trace.words",
         .text = tr("Plain Words for Events…"),
         .keys = "",
         .menu = trace,
         .run = [this] { showSentences(); },
         .whyNot = needEvents(),
         .gap = MenuGap::Before},
    };
}

std::vector<ActionSpec> MainWindow::helpActions() {
    const auto help = tr("Help");
    const auto record = help + '/' + tr("How to Record");
    const auto command = [&](const char* id, const QString& name, const char* words) {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = "",
                          .menu = record,
                          .run = [this, words] { copyCommand(QLatin1String(words)); }};
    };
    return {
        {.id = "help.keys",
         .text = tr("Keys"),
         .keys = "?",
         .menu = help,
         .run =
             [this] { keysPage().isOpen() ? keysPage().closeOverlay() : keysPage().showKeys(); }},
        {.id = "help.manual",
         .text = tr("Manual"),
         .keys = "F1",
         .menu = help,
         .run = [this] { showManual(); }},
        {.id = "help.commands",
         .text = tr("All Commands"),
         .keys = "Ctrl+Shift+P",
         .menu = help,
         .run = [this] { commandPalette().ask(); }},
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
        {.id = "help.report",
         .text = tr("Report a Problem…"),
         .keys = "",
         .menu = help,
         .run = [this] { showReport(); },
         .gap = MenuGap::Before},
        {.id = "help.about",
         .text = tr("About"),
         .keys = "",
         .menu = help,
         .run = [this] { showAbout(); }},
    };
}

}  // namespace kscope::app
