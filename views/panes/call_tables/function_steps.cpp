// SPDX-License-Identifier: GPL-3.0-or-later
/// From an item to its function, from call to call, and what the menus of Functions offer.
#include "views/panes/call_tables/call_tables.h"
#include "views/panes/call_tables/function_deck.h"
#include "views/panes/call_tables/function_told.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/call_timeline/call_track.h"
#include "views/panes/details/details_calls.h"
#include "views/panes/flame_graph/flame_graph.h"
#include "views/panes/pane_look.h"
#include "views/panes/replay/replay_panel.h"
#include "views/panes/tracks/track_plot.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>

#include <algorithm>

namespace kscope::views {
namespace {

/// The innermost call of the task that runs at `ns`; none there: the next one that begins before
/// `until`.
std::optional<CallFound> callAt(const model::CallForest& forest, model::TaskId task,
                                std::int64_t ns, std::int64_t until) {
    for (std::size_t t = 0; t < forest.tasks().size(); ++t) {
        const auto& calls = forest.tasks()[t].calls;
        if (forest.tasks()[t].task != task || calls.empty()) continue;
        const auto after = std::ranges::partition_point(
            calls, [&](const model::Call& call) { return forest.begin(call) <= ns; });
        const auto next = static_cast<std::uint32_t>(after - calls.begin());
        for (auto up = next == 0 ? model::kNoCall : next - 1; up != model::kNoCall;
             up = calls[up].parent)
            if (forest.end(calls[up]) > ns) return CallFound{t, up};
        if (next < calls.size() && forest.begin(calls[next]) < until) return CallFound{t, next};
    }
    return std::nullopt;
}

std::optional<CallFound> callOfItem(const model::CallForest& forest, const Item& item) {
    const auto begin = model::toNs(item.span.begin);
    const auto until = std::max(model::toNs(item.span.end), begin + 1);
    if (item.kind == Item::Kind::Event) {
        if (const auto found = callOfEvent(forest, item.event)) return found;
        if (raw(item.event) >= forest.trace().events()) return std::nullopt;
        return callAt(forest, forest.trace().event(item.event).task, begin, until);
    }
    if (item.task == model::kNoTask) return std::nullopt;
    return callAt(forest, item.task, begin, until);
}

}  // namespace

bool FunctionDeck::showFunctionOf(const Item& item) {
    if (!m_shown) {  // when the calls are there
        m_wanted = item;
        return true;
    }
    const auto found = callOfItem(*m_shown, item);
    if (!found) {
        emit m_view->status(tr("No call of a function lies there."));
        return false;
    }
    const auto& call = m_shown->tasks()[found->task].calls[found->call];
    const auto function = m_shown->function(call);
    lead(*found);
    m_tables->setFunction(function);
    pick(function, std::nullopt, Tell::No);
    return true;
}

/// Selects a call without moving the window where it is in view.
void FunctionDeck::lead(CallFound to) {
    const auto& task = m_shown->tasks()[to.task];
    const auto& call = task.calls[to.call];
    const auto begin = m_shown->begin(call);
    const model::TimeRange span{model::timestampNs(begin),
                                model::timestampNs(std::max(m_shown->end(call), begin + 1))};
    Item item;
    item.kind = Item::Kind::Event;
    item.event = m_shown->eventOf(model::CallForest::namingRow(call));
    item.span = span;
    item.task = task.task;
    m_view->setItem(item);
    m_view->reveal(span);
    showLane();
}

void FunctionDeck::stepInLane(CallStep step) {
    if (!m_shown || m_shown->size() == 0) return;
    const auto& item = m_view->item();
    auto found = item.kind == Item::Kind::Event ? callOfEvent(*m_shown, item.event) : std::nullopt;
    if (!found) {
        found = item.kind == Item::Kind::None ? std::nullopt : callOfItem(*m_shown, item);
        return lead(found.value_or(CallFound{}));
    }
    const auto& calls = m_shown->tasks()[found->task].calls;
    const bool last = step == CallStep::Next ? found->call + 1 >= calls.size() : found->call == 0;
    if (last) {
        emit m_view->status(step == CallStep::Next ? tr("No later call in this lane")
                                                   : tr("No earlier call in this lane"));
        return;
    }
    lead({found->task, step == CallStep::Next ? found->call + 1 : found->call - 1});
}

void FunctionDeck::stepOfKind(CallStep step) {
    if (!m_shown) return;
    const auto& item = m_view->item();
    const auto found = item.kind == Item::Kind::None || item.kind == Item::Kind::Told
                           ? std::nullopt
                           : callOfItem(*m_shown, item);
    if (found)
        return this->step(m_shown->function(m_shown->tasks()[found->task].calls[found->call]),
                          step);
    if (m_picked && !m_picked->function.isTask()) return this->step(m_picked->function, step);
    stepInLane(step);
}

void FunctionDeck::fillCallMenu(QMenu& menu, std::size_t task, std::uint32_t index) {
    const auto forest = m_shown;
    const auto& calls = forest->tasks()[task].calls;
    const auto function = forest->function(calls[index]);
    const auto ask = [&](const QString& words, FrameAsk what) {
        connect(menu.addAction(words), &QAction::triggered, this,
                [this, what, function] { answer(what, function); });
    };
    ask(tr("Callers"), FrameAsk::Callers);
    ask(tr("Callees"), FrameAsk::Callees);
    ask(tr("Slowest Call"), FrameAsk::SlowestCall);
    ask(tr("Next Call"), FrameAsk::NextCall);
    ask(tr("Only This and Below"), FrameAsk::Only);
    ask(tr("Hide and Charge Caller"), FrameAsk::Hide);
    menu.addSeparator();
    QStringList stack;
    for (auto up = index; up != model::kNoCall; up = calls[up].parent)
        stack.prepend(shown(forest->trace().text(forest->function(calls[up]).name())));
    const auto copy = [&](const QString& words, const QString& text) {
        connect(menu.addAction(words), &QAction::triggered, this,
                [text] { QApplication::clipboard()->setText(text); });
    };
    copy(tr("Copy Name"), stack.constLast());
    copy(tr("Copy Stack"), stack.join(QLatin1Char('\n')));
    menu.addSeparator();
}

void FunctionDeck::fillLaneMenu(QMenu& menu, std::size_t task) {
    connect(menu.addAction(tr("Replay of This Task")), &QAction::triggered, m_replay,
            [this, task] { m_replay->setTask(task); });
    const auto name =
        QString::fromStdString(callTaskName(m_shown->trace(), m_shown->tasks()[task]));
    connect(menu.addAction(tr("Copy Name")), &QAction::triggered, this,
            [name] { QApplication::clipboard()->setText(name); });
    menu.addSeparator();
}

void FunctionDeck::buildMenus() {
    m_plot->setMenuFiller([this](QMenu& menu, int track) {
        const auto* set = m_plot->tracks();
        if (!m_shown || set == nullptr) return;
        const auto& item = m_view->item();
        if (item.kind == Item::Kind::Event)
            if (const auto found = callOfEvent(*m_shown, item.event))
                return fillCallMenu(menu, found->task, found->call);
        if (track < 0 || track >= static_cast<int>(set->tracks.size())) return;
        if (const auto* lane =
                dynamic_cast<const CallTrack*>(set->tracks[static_cast<std::size_t>(track)].get()))
            fillLaneMenu(menu, lane->task());
    });
    // The menu of a lane's header is the lane's, not of what was selected before.
    connect(m_plot, &TrackPlot::headerPicked, this, [this] {
        if (m_view->item().kind == Item::Kind::Event) m_view->setItem({});
    });
    m_replay->body().setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&m_replay->body(), &QWidget::customContextMenuRequested, this, [this](QPoint at) {
        auto& body = m_replay->body();
        // The lines follow the calls a moment later.
        if (body.lines() == nullptr || &body.lines()->forest() != m_shown.get()) return;
        const auto line = body.pickAt(at);
        if (!line) return;
        const auto place = body.lines()->at(*line);
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        if (place.task < m_shown->tasks().size() &&
            place.call < m_shown->tasks()[place.task].calls.size())
            fillCallMenu(*menu, place.task, place.call);
        connect(menu->addAction(tr("Fold or Unfold")), &QAction::triggered, &body,
                [&body, line] { body.toggleFold(*line); });
        connect(menu->addAction(tr("Copy Line")), &QAction::triggered, &body, [&body, line] {
            QApplication::clipboard()->setText(body.textOf(*line).trimmed());
        });
        menu->popup(body.viewport()->mapToGlobal(at));
    });
}

void FunctionDeck::takeHeights() {
    const auto* set = m_plot->tracks();
    if (set == nullptr) return;
    const auto height = m_view->state().height;
    const int px = height == LaneHeight::Compact ? 13 : height == LaneHeight::Tall ? 20 : 15;
    for (const auto& track : set->tracks)
        if (const auto* calls = dynamic_cast<const CallTrack*>(track.get()))
            calls->setRowHeight(px);
    m_plot->update();
    m_plot->setScrollPosition(m_plot->scrollPosition());
}

}  // namespace kscope::views
