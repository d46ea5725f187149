// SPDX-License-Identifier: GPL-3.0-or-later
/// What the menu Go can do.
#include "app/window/dialogs.h"
#include "app/window/main_window.h"
#include "app/window/overlay.h"
#include "app/window/plot_pages.h"
#include "model/derive/block_stages.h"
#include "views/panes/call_tables/function_deck.h"
#include "views/panes/call_tables/function_told.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/timeline/timeline_widget.h"

namespace kscope::app {

using views::TimelineWidget;

std::vector<ActionSpec> MainWindow::goActions() {
    const auto go = tr("Go");
    return {
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
         .run =
             [this] {
                 if (m_session->liveRunning()) m_session->followNow();
                 else m_timeline->lastEvent();
             },
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
    };
}

std::vector<ActionSpec> MainWindow::bookmarkActions() {
    const auto go = tr("Go");
    std::vector<ActionSpec> specs;
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
    using views::CallStep;
    // In Functions from call to call, elsewhere from event to event.
    const auto step = [&](const char* id, const QString& name, const char* keys, TimelineSlot slot,
                          void (views::FunctionDeck::*calls)(CallStep), CallStep way,
                          MenuGap gap = MenuGap::None) {
        return ActionSpec{.id = QLatin1String(id),
                          .text = name,
                          .keys = QLatin1String(keys),
                          .menu = go,
                          .run =
                              [this, slot = plot(slot), calls, way] {
                                  auto* const deck = m_plots->functions();
                                  if (deck != nullptr && tab() == Tab::Functions)
                                      (deck->*calls)(way);
                                  else slot();
                              },
                          .whyNot = needEvents(),
                          .gap = gap};
    };
    using Deck = views::FunctionDeck;
    return {
        step("go.next", tr("Next Event"), "] Ctrl+Right J", &TimelineWidget::nextEvent,
             &Deck::stepInLane, CallStep::Next, MenuGap::Before),
        step("go.previous", tr("Previous Event"), "[ Ctrl+Left K", &TimelineWidget::previousEvent,
             &Deck::stepInLane, CallStep::Previous),
        step("go.next_kind", tr("Next of This Kind"), "} Ctrl+Shift+Right",
             &TimelineWidget::nextOfKind, &Deck::stepOfKind, CallStep::Next),
        step("go.previous_kind", tr("Previous of This Kind"), "{ Ctrl+Shift+Left",
             &TimelineWidget::previousOfKind, &Deck::stepOfKind, CallStep::Previous),
        {.id = "go.details",
         .text = tr("Details of the Focused Item"),
         .keys = "Return Enter",
         .menu = go,
         .run =
             [this] {
                 if (m_session->view().item().kind == views::Item::Kind::None)
                     m_timeline->selectFocused();
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
         .run =
             [this] {
                 if (m_session->liveRunning()) togglePicture();
                 else m_timeline->selectFocused();
             },
         .whyNot = needEvents(),
         .scope = KeyScope::Plot},
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
    };
}

/// Along what woke what, and to what was odd.
std::vector<ActionSpec> MainWindow::chainActions() {
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
    auto back =
        step("go.chain_back", tr("Back along Chain"), "Backspace", &TimelineWidget::backAlongChain);
    auto show = step("go.timeline", tr("Show in Timeline"), "L", &TimelineWidget::showItem);
    show.run = [this] {
        showTab(Tab::Timeline);
        m_timeline->showItem();
    };
    show.whyNot = needItem();
    auto blocks = step("go.blocks", tr("Show in Blocks"), "B", &TimelineWidget::showItem);
    blocks.run = [this] { showTab(Tab::Blocks); };  // it follows the selection
    blocks.whyNot = [this] {
        const auto& view = m_session->view();
        if (!view.trace()) return tr("No trace is open.");
        if (view.trace()->tables().blockActions == 0)
            return tr("This trace has no block events. Record with `-e block` to see them.");
        const auto& item = view.item();
        const bool event = item.kind == views::Item::Kind::Event &&
                           model::raw(item.event) < view.trace()->events();
        // A sleep may have ended with a request.
        if (item.kind == views::Item::Kind::Slice ||
            (event && model::blockRowOf(view.trace()->event(item.event)) != nullptr))
            return QString();
        return tr("Select a block event, a request or a wait first.");
    };
    auto functions = step("go.functions", tr("Show in Functions"), "R", &TimelineWidget::showItem);
    functions.run = [this] {
        const auto item = m_session->view().item();
        showTab(Tab::Functions);
        if (auto* const deck = m_plots->functions()) deck->showFunctionOf(item);
    };
    functions.whyNot = [this] {
        const auto& view = m_session->view();
        if (!view.trace()) return tr("No trace is open.");
        if (!views::hasCalls(*view.trace()))
            return tr("This trace has no calls. Record some with: uftrace record PROGRAM");
        const auto kind = view.item().kind;
        return kind == views::Item::Kind::Event || kind == views::Item::Kind::Slice
                   ? QString()
                   : tr("Select an event or a slice first.");
    };
    return {std::move(back),     std::move(waker),        std::move(woken),
            std::move(show),     std::move(blocks),       std::move(functions),
            std::move(longWait), std::move(longWaitBack), std::move(gap)};
}

}  // namespace kscope::app
