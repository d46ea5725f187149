// SPDX-License-Identifier: GPL-3.0-or-later
/// What keys and menu entries do to the timeline (interaction.md, "Keys").
#include "views/panes/event_table/kind_step.h"
#include "views/timeline/timeline_impl.h"
#include "views/timeline/wakeup.h"

#include <algorithm>

namespace kscope::views {

std::optional<std::size_t> TimelineWidget::Impl::focusIndex() const {
    if (!focus) return std::nullopt;
    const LaneRow* const row = layout.find(*focus);
    return row ? std::optional(static_cast<std::size_t>(row - layout.rows().data())) : std::nullopt;
}

void TimelineWidget::Impl::revealLane(const LaneRow& row) {
    if (row.pinned) return;
    if (row.y - kGroupRowHeight < scroll) setScroll(row.y - kGroupRowHeight);
    else if (row.y + row.height > scroll + lanesHeight())
        setScroll(row.y + row.height - lanesHeight());
}

void TimelineWidget::Impl::setFocusLane(LaneKey key) {
    focus = key;
    ViewState next = view.state();
    next.selectedLanes = {key};
    if (!(next == view.state())) view.setState(next, tr("Select Lane"), TraceView::Undo::Skip);
    if (const LaneRow* const row = layout.find(key)) revealLane(*row);
    q.setAccessibleName(
        view.trace()
            ? tr("Timeline, lane %1").arg(QString::fromStdString(laneName(*view.trace(), key)))
            : tr("Timeline"));
    invalidate();
}

void TimelineWidget::Impl::moveFocus(int lanes, bool extend) {
    if (layout.rows().empty()) return;
    const auto now = focusIndex();
    const auto last = static_cast<int>(layout.rows().size()) - 1;
    const int to = now ? std::clamp(static_cast<int>(*now) + lanes, 0, last) : 0;
    const LaneKey key = layout.rows()[static_cast<std::size_t>(to)].key;
    keyMovedLast = ringed = true;
    if (!extend) {
        setFocusLane(key);
        return;
    }
    ViewState next = view.state();
    if (now && std::ranges::find(next.selectedLanes, *focus) == next.selectedLanes.end())
        next.selectedLanes.push_back(*focus);
    if (std::ranges::find(next.selectedLanes, key) == next.selectedLanes.end())
        next.selectedLanes.push_back(key);
    focus = key;
    view.setState(next, tr("Select Lanes"), TraceView::Undo::Skip);
    revealLane(layout.rows()[static_cast<std::size_t>(to)]);
    invalidate();
}

std::vector<LaneKey> TimelineWidget::Impl::chosenLanes() const {
    if (!view.state().selectedLanes.empty()) return view.state().selectedLanes;
    return focus ? std::vector{*focus} : std::vector<LaneKey>{};
}

void TimelineWidget::Impl::toggleKey(std::vector<LaneKey> ViewState::*member,
                                     const std::vector<LaneKey>& keys, const QString& undo) {
    ViewState next = view.state();
    auto& all = next.*member;
    for (const LaneKey& key : keys)
        if (std::erase(all, key) == 0) all.push_back(key);
    view.setState(next, undo, undo.isEmpty() ? TraceView::Undo::Skip : TraceView::Undo::Record);
}

/// To where the lane at `place` is; from the pinned area to the others and back, too.
void TimelineWidget::Impl::moveLaneTo(const LaneKey& key, std::size_t place) {
    ViewState next = view.state();
    if (next.lanes.empty()) next.lanes = defaultLanes(*view.trace(), Pane::Timeline);
    const LaneRow target = layout.rows()[place];
    const auto pinned = std::ranges::find(next.pinned, key);
    const bool was = pinned != next.pinned.end();
    if (target.pinned && !was) {
        const auto before = std::ranges::find(next.pinned, target.key);
        next.pinned.insert(before, key);
        view.setState(next, tr("Pin Lane"));
        return;
    }
    if (was && !target.pinned) next.pinned.erase(pinned);
    auto& lanes = target.pinned ? next.pinned : next.lanes;
    const auto from = std::ranges::find(lanes, key);
    const auto to = std::ranges::find(lanes, target.key);
    const bool same = target.pinned || target.key.kind == key.kind;
    if (from != lanes.end() && to != lanes.end() && same) {
        if (from < to) std::rotate(from, from + 1, to + 1);
        else std::rotate(to, from, from + 1);
    } else if (!was || target.pinned) {
        return;
    }
    view.setState(next, tr("Move Lane"));
}

void TimelineWidget::Impl::moveLane(int by) {
    const auto at = focusIndex();
    if (!at || !view.trace()) return;
    const auto to = static_cast<std::ptrdiff_t>(*at) + by;
    if (to < 0 || to >= static_cast<std::ptrdiff_t>(layout.rows().size())) return;
    moveLaneTo(*focus, static_cast<std::size_t>(to));
}

void TimelineWidget::Impl::select(const Item& item) {
    if (item.lane.kind != LaneKey::Kind::Group) focus = item.lane;
    view.setItem(item);
    view.reveal(item.span);
    const TimelineScene drawn = scene();  // Owns the rows that lanesOf() points to.
    for (const LaneRow* row : lanesOf(drawn, item))
        if (row->key == item.lane) revealLane(*row);
}

model::Timestamp TimelineWidget::Impl::here() const {
    if (!keyMovedLast && view.pointer()) return *view.pointer();
    const Item& item = view.item();
    const bool seen = item.kind != Item::Kind::None && view.window().contains(item.span.begin);
    if (seen && (keyMovedLast || !view.pointer())) return item.span.begin;
    return view.window().begin + view.window().length() / 2;
}

void TimelineWidget::zoomIn() { m_impl->view.zoomAt(m_impl->here(), 1.25); }
void TimelineWidget::zoomOut() { m_impl->view.zoomAt(m_impl->here(), 1 / 1.25); }
void TimelineWidget::panLeft() { m_impl->view.panBy(-0.1); }
void TimelineWidget::panRight() { m_impl->view.panBy(0.1); }
void TimelineWidget::pageLeft() { m_impl->view.panBy(-1); }
void TimelineWidget::pageRight() { m_impl->view.panBy(1); }
void TimelineWidget::focusLaneUp() { m_impl->moveFocus(-1, false); }
void TimelineWidget::focusLaneDown() { m_impl->moveFocus(1, false); }
void TimelineWidget::extendLanesUp() { m_impl->moveFocus(-1, true); }
void TimelineWidget::extendLanesDown() { m_impl->moveFocus(1, true); }
void TimelineWidget::pageLanesUp() { m_impl->setScroll(m_impl->scroll - m_impl->lanesHeight()); }
void TimelineWidget::pageLanesDown() { m_impl->setScroll(m_impl->scroll + m_impl->lanesHeight()); }
void TimelineWidget::showWhole() { m_impl->view.showWhole(); }

void TimelineWidget::fitSelection() {
    Impl& d = *m_impl;
    if (!d.view.trace()) return;
    const bool again = d.fitAgain;
    const Item& item = d.view.item();
    model::TimeRange range;
    if (item.kind != Item::Kind::None && !item.span.empty()) range = item.span;
    else if (const auto chosen = d.view.range()) range = *chosen;
    else if (d.focus) {
        const LaneKey key = *d.focus;
        const LaneSources sources(&d.ticks, d.devices.requests());
        const auto first = stepInLane(*d.view.trace(), sources, key, INT64_MIN / 2, Step::Forward);
        const auto last = stepInLane(*d.view.trace(), sources, key, INT64_MAX / 2, Step::Backward);
        if (first && last) range = {first->span.begin, last->span.end};
    }
    if (range.empty()) return;
    d.view.fit(range, again ? 0.1 : 0.0);
    d.fitAgain = !again;
}

void TimelineWidget::firstEvent() {
    if (!m_impl->view.trace()) return;
    const auto length = m_impl->view.window().length();
    const auto begin = m_impl->view.trace()->range().begin;
    m_impl->view.setWindow({begin, begin + length}, tr("First Event"));
}
void TimelineWidget::lastEvent() {
    if (!m_impl->view.trace()) return;
    const auto length = m_impl->view.window().length();
    const auto end = m_impl->view.trace()->range().end;
    m_impl->view.setWindow({end - length, end}, tr("Last Event"));
}

namespace {
/// Where stepping goes on from: the item if it is in this lane, else the place that keys act at.
std::int64_t stepFrom(const Item& item, model::Timestamp here) {
    return item.kind == Item::Kind::None ? model::toNs(here) : model::toNs(item.span.begin);
}
}  // namespace

void TimelineWidget::Impl::stepEvent(Step step) {
    keyMovedLast = ringed = true;
    if (!view.trace() || !focus) return;
    const Item& now = view.item();
    std::optional<Item> found;
    // From an event of this lane by row, since several may have one time.
    const bool row = focus->kind == LaneKey::Kind::EventName && now.kind == Item::Kind::Event &&
                     model::raw(now.event) < view.trace()->events() &&
                     model::raw(view.trace()->event(now.event).name) == focus->id;
    if (row) {
        const auto next =
            views::nextOfKind(*view.trace(), nullptr, now.event,
                              step == Step::Forward ? StepTo::Next : StepTo::Previous);
        if (next) found = eventItem(*view.trace(), *focus, *next);
    } else {
        const LaneSources sources(&ticks, devices.requests());
        found = now.kind != Item::Kind::None && now.lane == *focus
                    ? stepFromItem(*view.trace(), sources, *focus, now, step)
                    : stepInLane(*view.trace(), sources, *focus, stepFrom(now, here()), step);
    }
    if (found) select(*found);
    else
        emit view.status(step == Step::Forward ? tr("No later event in this lane")
                                               : tr("No earlier event in this lane"));
}
void TimelineWidget::nextEvent() { m_impl->stepEvent(Step::Forward); }
void TimelineWidget::previousEvent() { m_impl->stepEvent(Step::Backward); }

void TimelineWidget::Impl::stepKind(Step step) {
    const Item now = view.item();
    if (!view.trace() || now.kind == Item::Kind::None ||
        model::raw(now.event) >= view.trace()->events())
        return;
    keyMovedLast = true;
    const model::Event event = view.trace()->event(now.event);
    const LaneKey kind{LaneKey::Kind::EventName, model::raw(event.name)};
    const auto found = views::nextOfKind(*view.trace(), nullptr, now.event,
                                         step == Step::Forward ? StepTo::Next : StepTo::Previous);
    if (!found) {
        emit view.status(tr("No other event of this kind"));
        return;
    }
    Item item = eventItem(*view.trace(), kind, *found);
    if (!layout.find(kind)) item.lane = focus.value_or(kind);
    view.setItem(item);
    view.reveal(item.span);
}
void TimelineWidget::nextOfKind() { m_impl->stepKind(Step::Forward); }
void TimelineWidget::previousOfKind() { m_impl->stepKind(Step::Backward); }

void TimelineWidget::Impl::follow(const Item& item) {
    constexpr std::size_t kMostChain = 200;
    if (view.item().kind != Item::Kind::None) chain.push_back(view.item());
    if (chain.size() > kMostChain) chain.erase(chain.begin());
    select(item);
}

void TimelineWidget::backAlongChain() {
    Impl& d = *m_impl;
    if (d.chain.empty()) {
        emit d.view.status(tr("No wakeup has been followed: U goes to what woke the item"));
        return;
    }
    const Item last = d.chain.back();
    d.chain.pop_back();
    d.select(last);
}

void TimelineWidget::gotoWaker() {
    Impl& d = *m_impl;
    const Item item = d.view.item();
    if (!d.view.trace() || item.task == model::kNoTask) return;
    const auto wake = findWake(*d.view.trace(), item.task, model::toNs(item.span.begin));
    if (!wake) {
        emit d.view.status(tr("Nothing recorded woke it: it was pushed off the CPU, or its wakeup "
                              "is not in the trace"));
        return;
    }
    const LaneKey lane = d.layout.find({LaneKey::Kind::Task, model::raw(wake->waker)})
                             ? LaneKey{LaneKey::Kind::Task, model::raw(wake->waker)}
                             : LaneKey{LaneKey::Kind::Cpu, model::raw(wake->wakerCpu)};
    d.follow(eventItem(*d.view.trace(), lane, wake->event));
}

void TimelineWidget::gotoWoken() {
    Impl& d = *m_impl;
    const Item item = d.view.item();
    if (!d.view.trace() || item.task == model::kNoTask) return;
    const auto end = std::max(model::toNs(item.span.end), model::toNs(item.span.begin) + 1);
    const auto wake = findWoken(*d.view.trace(), item.task, model::toNs(item.span.begin), end);
    if (!wake || wake->wakee == model::kNoTask || wake->ranOn == model::kUnknownCpu) {
        emit d.view.status(tr("It woke nothing here"));
        return;
    }
    const LaneKey lane{LaneKey::Kind::Cpu, model::raw(wake->ranOn)};
    const model::LaneView spans = d.view.trace()->cpuLane(wake->ranOn);
    const std::size_t at = spans.indexAt(wake->ranNs);
    if (at < spans.size()) d.follow(sliceItem(*d.view.trace(), lane, spans.span(at)));
}

void TimelineWidget::Impl::stepWait(Step step) {
    if (!view.trace()) return;
    const auto waits = view.trace()->longWaits();
    const std::int64_t now = model::toNs(
        view.item().kind == Item::Kind::None ? view.window().begin : view.item().span.begin);
    const model::LongWait* best = nullptr;
    for (const model::LongWait& wait : waits) {
        const bool after = step == Step::Forward ? wait.begin > now : wait.begin < now;
        if (after && (!best || (step == Step::Forward ? wait.begin < best->begin
                                                      : wait.begin > best->begin)))
            best = &wait;
    }
    if (!best) {
        emit view.status(tr("No further long wait"));
        return;
    }
    const model::LaneView lane = view.trace()->taskLane(best->task);
    const std::size_t at = lane.empty() ? 0 : lane.indexAt(best->begin);
    if (at >= lane.size()) return;
    view.setItem(
        sliceItem(*view.trace(), {LaneKey::Kind::Task, model::raw(best->task)}, lane.span(at)));
    view.fit({model::timestampNs(best->begin), model::timestampNs(best->end)}, 0.1);
}
void TimelineWidget::nextLongWait() { m_impl->stepWait(Step::Forward); }
void TimelineWidget::previousLongWait() { m_impl->stepWait(Step::Backward); }

void TimelineWidget::nextGap() {
    Impl& d = *m_impl;
    if (!d.view.trace()) return;
    const std::int64_t now = model::toNs(
        d.view.item().kind == Item::Kind::Gap ? d.view.item().span.begin : d.view.window().begin);
    const auto gaps = d.view.trace()->gaps();
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        if (gaps[i].begin <= now) continue;
        d.select({.kind = Item::Kind::Gap,
                  .lane = {LaneKey::Kind::Cpu, model::raw(gaps[i].cpu)},
                  .span = {model::timestampNs(gaps[i].begin), model::timestampNs(gaps[i].end)},
                  .value = static_cast<std::uint32_t>(i),
                  .cpu = gaps[i].cpu});
        return;
    }
    emit d.view.status(tr("No further lost events"));
}

void TimelineWidget::selectFocused() {
    Impl& d = *m_impl;
    if (!d.keyMovedLast && d.hover.kind != Item::Kind::None) d.select(d.hover);
    else if (d.view.item().kind == Item::Kind::None) nextEvent();
    else emit detailsWanted();
}

void TimelineWidget::showItem() {
    const Item item = m_impl->view.item();
    if (!m_impl->view.trace() || item.kind == Item::Kind::None) return;
    // What has no row here has a time all the same.
    if (item.kind == Item::Kind::Told) m_impl->view.reveal(item.span);
    else m_impl->select(item);
}

void TimelineWidget::Impl::stepHit(Step step) {
    const auto& hits = view.searchRows();
    if (!view.trace() || !hits || hits->size() == 0) return;
    const Item& now = view.item();
    const auto from =
        now.kind == Item::Kind::None ? view.trace()->lowerBound(view.window().begin) : now.event;
    auto found = step == Step::Forward ? hits->next(now.kind == Item::Kind::None
                                                        ? from
                                                        : model::EventIndex{model::raw(from) + 1})
                                       : hits->previous(from);
    if (!found)
        found = step == Step::Forward ? hits->at(0) : hits->at(hits->size() - 1);  // Around.
    view.selectEvent(*found);
}
void TimelineWidget::nextHit() { m_impl->stepHit(Step::Forward); }
void TimelineWidget::previousHit() { m_impl->stepHit(Step::Backward); }

void TimelineWidget::cursorAHere() {
    m_impl->view.setCursors(m_impl->here(), m_impl->view.state().cursorB, tr("Place Cursor A"));
}
void TimelineWidget::cursorBHere() {
    m_impl->view.setCursors(m_impl->view.state().cursorA, m_impl->here(), tr("Place Cursor B"));
}
void TimelineWidget::bookmarkHere() {
    const model::Timestamp time = m_impl->here();
    m_impl->view.addBookmark(time, {});
    const auto& all = m_impl->view.state().bookmarks;
    const auto found = std::ranges::find(all, time, &Bookmark::time);
    if (found != all.end()) emit bookmarkMade(static_cast<int>(found - all.begin()));
}

void TimelineWidget::togglePin() {
    m_impl->toggleKey(&ViewState::pinned, m_impl->chosenLanes(), tr("Pin Lane"));
}
void TimelineWidget::hideLanes() {
    ViewState next = m_impl->view.state();
    for (const LaneKey& key : m_impl->chosenLanes())
        if (std::ranges::find(next.hidden, key) == next.hidden.end()) next.hidden.push_back(key);
    next.selectedLanes.clear();
    m_impl->view.setState(next, tr("Hide Lanes"));
}
void TimelineWidget::showHiddenLanes() {
    ViewState next = m_impl->view.state();
    next.hidden.clear();
    m_impl->view.setState(next, tr("Show Hidden Lanes"));
}
void TimelineWidget::toggleFold() {
    m_impl->toggleKey(&ViewState::folded, m_impl->chosenLanes(), tr("Fold"));
}
void TimelineWidget::toggleFoldAll() {
    ViewState next = m_impl->view.state();
    bool anyOpen = false;
    for (const LaneSection& section : m_impl->layout.sections()) anyOpen |= !section.folded;
    for (const LaneSection& section : m_impl->layout.sections()) {
        const LaneKey key{LaneKey::Kind::Group, static_cast<std::uint32_t>(section.group)};
        std::erase(next.folded, key);
        if (anyOpen) next.folded.push_back(key);
    }
    m_impl->view.setState(next, tr("Fold All"));
}
void TimelineWidget::moveLaneUp() { m_impl->moveLane(-1); }
void TimelineWidget::moveLaneDown() { m_impl->moveLane(1); }

void TimelineWidget::selectAllLanes() {
    ViewState next = m_impl->view.state();
    next.selectedLanes.clear();
    for (const LaneRow& row : m_impl->layout.rows()) next.selectedLanes.push_back(row.key);
    m_impl->view.setState(next, tr("Select Lanes"), TraceView::Undo::Skip);
}

void TimelineWidget::showOnlyThis() {
    Impl& d = *m_impl;
    ViewState next = d.view.state();
    const Item& item = d.view.item();
    const std::optional<LaneKey> lane = d.focus;
    if (item.task != model::kNoTask) next.onlyTasks = {item.task};
    else if (lane && lane->kind == LaneKey::Kind::Task) next.onlyTasks = {model::TaskId{lane->id}};
    else if (lane && lane->kind == LaneKey::Kind::Cpu)
        next.onlyCpus = {model::CpuId{static_cast<std::uint16_t>(lane->id)}};
    else if (lane && lane->kind == LaneKey::Kind::EventName)
        next.onlyNames = {model::StringId{lane->id}};
    else if (lane && lane->kind == LaneKey::Kind::Device)
        next.onlyDevices = {model::DeviceId{lane->id}};
    d.view.setState(next, tr("Only This"));
}
void TimelineWidget::showAllAgain() {
    ViewState next = m_impl->view.state();
    next.onlyTasks.clear();
    next.onlyCpus.clear();
    next.onlyNames.clear();
    next.onlyDevices.clear();
    m_impl->view.setState(next, tr("Show All"));
}
void TimelineWidget::setLaneHeight(LaneHeight height) {
    ViewState next = m_impl->view.state();
    next.height = height;
    next.ownBars.clear();
    m_impl->view.setState(next, tr("Lane Height"), TraceView::Undo::Merge);
}

bool TimelineWidget::escape() {
    Impl& d = *m_impl;
    if (d.drag.button != Qt::NoButton) {
        d.cancelDrag();
        return true;
    }
    if (d.tooltip && d.tooltip->isVisible()) {
        d.hideTooltip();
        return true;
    }
    return false;
}

}  // namespace kscope::views
