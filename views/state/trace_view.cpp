// SPDX-License-Identifier: GPL-3.0-or-later
/// The one selection that every pane follows and can set: window, cursors, item, lanes, filter,
/// search, bookmarks.
#include "views/state/trace_view.h"

#include "model/core/format.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kscope::views {

namespace {

using model::Duration;
using model::TimeRange;
using model::Timestamp;

// interaction.md, Undo.
constexpr qint64 kMergeMs = 600;
constexpr std::size_t kSteps = 200;
// Below that a pixel is less than a nanosecond's share of any screen, and integer pixels would
// repeat.
constexpr Duration kLeastWindow{16};

const QString kWindowStep = QStringLiteral("window");

QString text(const std::string& utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

/// `length` times `share`, rounded; saturates far inside 64 bits.
Duration scaled(Duration length, double share) {
    constexpr double kMost = 4.0e18;
    return Duration{
        std::llround(std::clamp(static_cast<double>(length.count()) * share, -kMost, kMost))};
}

}  // namespace

TraceView::TraceView(QObject* parent) : QObject(parent) { m_clock.start(); }

void TraceView::setTrace(model::TracePtr trace) {
    const bool fresh = m_trace == nullptr || trace == nullptr;
    const bool whole = m_trace != nullptr && m_state.window == m_trace->range();
    const auto before = m_state;
    m_trace = std::move(trace);
    if (!m_trace) m_state = ViewState{};
    else if (fresh || whole || m_state.window.empty()) m_state.window = m_trace->range();
    if (fresh) {
        m_undo.clear();
        m_redo.clear();
        m_pointer.reset();
        m_hover = model::kNoTask;
        m_filterRows.reset();
        m_searchRows.reset();
        setItem({});
    }
    // Panes meet the new rows together with the window that belongs to them.
    emit traceChanged();
    tellChanges(before);
    if (!fresh) return;
    emit filterChanged();
    emit searchChanged();
    emit undoChanged();
}

TimeRange TraceView::clamped(TimeRange window) const {
    if (!m_trace) return window;
    const auto whole = m_trace->range();
    const auto most = std::max(whole.length() + whole.length() / 4, kLeastWindow);
    const auto length = std::clamp(window.length(), kLeastWindow, most);
    const auto first = whole.begin - length / 2;
    const auto last = std::max(first, whole.end + length / 2 - length);
    const auto begin = std::clamp(window.begin, first, last);
    return {begin, begin + length};
}

void TraceView::record(const QString& name, const QString& kind) {
    const auto now = m_clock.elapsed();
    m_redo.clear();
    if (!kind.isEmpty() && !m_undo.empty() && m_undo.back().kind == kind &&
        now - m_undo.back().atMs <= kMergeMs) {
        m_undo.back().name = name;
        m_undo.back().atMs = now;
    } else {
        m_undo.push_back({name, kind, m_state, now});
        if (m_undo.size() > kSteps) m_undo.erase(m_undo.begin());
    }
    emit undoChanged();
}

void TraceView::change(const ViewState& next, const QString& name, const QString& kind, Undo undo) {
    if (next == m_state) return;
    if (undo != Undo::Skip) record(name, undo == Undo::Merge ? kind : QString());
    apply(next);
}

void TraceView::setState(const ViewState& state, const QString& undoName, Undo undo) {
    auto next = state;
    next.window = clamped(next.window);
    change(next, undoName, undoName, undo);
}

void TraceView::apply(const ViewState& next) {
    const auto before = std::exchange(m_state, next);
    tellChanges(before);
}

void TraceView::tellChanges(const ViewState& before) {
    const auto differs = [&](auto part) { return before.*part != m_state.*part; };
    if (differs(&ViewState::tab)) emit tabChanged();
    if (differs(&ViewState::timeFormat)) emit formatChanged();
    if (differs(&ViewState::lanes) || differs(&ViewState::pinned) || differs(&ViewState::hidden) ||
        differs(&ViewState::folded) || differs(&ViewState::selectedLanes) ||
        differs(&ViewState::height) || differs(&ViewState::ownBars) ||
        differs(&ViewState::colourBy) || differs(&ViewState::arrows) ||
        differs(&ViewState::rawFields) || differs(&ViewState::idleTasks) ||
        differs(&ViewState::onlyCpus) || differs(&ViewState::onlyTasks) ||
        differs(&ViewState::onlyNames) || differs(&ViewState::onlyDevices)) {
        emit lanesChanged();
    }
    if (differs(&ViewState::window)) emit windowChanged();
    if (differs(&ViewState::cursorA) || differs(&ViewState::cursorB)) emit rangeChanged();
    if (differs(&ViewState::filter) || differs(&ViewState::onlyCpus) ||
        differs(&ViewState::onlyTasks) || differs(&ViewState::onlyNames)) {
        emit filterChanged();
    }
    if (differs(&ViewState::callFilter)) emit callFilterChanged();
    if (differs(&ViewState::bookmarks)) emit bookmarksChanged();
}

// Window

void TraceView::setWindow(TimeRange window, const QString& undoName, Undo undo) {
    auto next = m_state;
    next.window = clamped(window);
    const auto name = undoName.isEmpty()
                          ? tr("Zoom to %1").arg(text(model::formatDuration(next.window.length())))
                          : undoName;
    change(next, name, kWindowStep, undo);
}

void TraceView::zoomAt(Timestamp centre, double factor) {
    if (!(factor > 0.0) || !std::isfinite(factor)) return;
    const auto now = m_state.window;
    const auto length = scaled(now.length(), 1.0 / factor);
    if (m_trace && factor < 1.0 && length >= m_trace->range().length()) return showWhole();
    const auto begin = centre - scaled(centre - now.begin, 1.0 / factor);
    // From 16 ns on nothing zooms in: the place must not wander off instead.
    if (factor > 1.0 && now.length() <= kLeastWindow) return;
    setWindow({begin, begin + std::max(length, kLeastWindow)});
}

void TraceView::panBy(double windows) {
    const auto shift = scaled(m_state.window.length(), windows);
    setWindow({m_state.window.begin + shift, m_state.window.end + shift}, tr("Pan"));
}

void TraceView::showWhole() {
    if (m_trace) setWindow(m_trace->range(), tr("Whole Trace"), Undo::Record);
}

void TraceView::fit(TimeRange range, double margin) {
    auto length = std::max(range.length(), kLeastWindow);
    const auto begin = range.begin - (length - range.length()) / 2;
    const auto around = scaled(length, margin);
    const TimeRange window{begin - around, begin + length + around};
    setWindow(window, tr("Fit %1").arg(text(model::formatDuration(range.length()))), Undo::Record);
}

void TraceView::reveal(TimeRange range) {
    const auto now = m_state.window;
    const bool inside = range.begin >= now.begin && range.end <= now.end;
    const bool around = range.begin <= now.begin && range.end >= now.end;
    if (inside || around) return;
    // Towards the range until its nearer edge, or all of it where it fits, is in the window.
    auto shift = range.begin < now.begin ? range.begin - now.begin : range.end - now.end;
    if (range.length() > now.length())
        shift = range.begin < now.begin ? range.end - now.end : range.begin - now.begin;
    setWindow({now.begin + shift, now.end + shift}, tr("Pan"));
}

// Range and pointer

std::optional<TimeRange> TraceView::range() const {
    if (!m_state.cursorA || !m_state.cursorB) return std::nullopt;
    return TimeRange{std::min(*m_state.cursorA, *m_state.cursorB),
                     std::max(*m_state.cursorA, *m_state.cursorB)};
}

void TraceView::setCursors(std::optional<Timestamp> a, std::optional<Timestamp> b,
                           const QString& undoName) {
    auto next = m_state;
    next.cursorA = a;
    next.cursorB = b;
    const auto name = !undoName.isEmpty() ? undoName : a && b ? tr("Range") : tr("Cursor");
    change(next, name, QStringLiteral("cursors"), Undo::Merge);
}

void TraceView::clearRange() {
    auto next = m_state;
    next.cursorA.reset();
    next.cursorB.reset();
    change(next, tr("Clear Range"), {}, Undo::Record);
}

void TraceView::setPointer(std::optional<Timestamp> time) {
    if (time == m_pointer) return;
    m_pointer = time;
    emit pointerChanged();
}

// Item

void TraceView::setItem(const Item& item, const ItemTold& told) {
    if (item == m_item && told == m_told) return;
    m_item = item;
    m_told = told;
    emit itemChanged();
}

void TraceView::selectEvent(model::EventIndex event) {
    if (!m_trace || raw(event) >= m_trace->events()) return;
    const auto row = m_trace->event(event);
    Item item;
    item.kind = Item::Kind::Event;
    item.event = event;
    item.span = {row.time, row.time + Duration{1}};
    item.task = row.task;
    item.cpu = row.cpu;
    if (row.cpu != model::kUnknownCpu) item.lane = {LaneKey::Kind::Cpu, raw(row.cpu)};
    else if (row.task != model::kNoTask) item.lane = {LaneKey::Kind::Task, raw(row.task)};
    else item.lane = {LaneKey::Kind::EventName, raw(row.name)};
    setItem(item);
    reveal(item.span);
}

void TraceView::setHover(model::TaskId task) {
    if (task == m_hover) return;
    m_hover = task;
    emit hoverChanged();
}

// Filter and search

void TraceView::setFilterRows(model::RowSetPtr rows) {
    if (rows == m_filterRows) return;
    m_filterRows = std::move(rows);
    emit filterChanged();
}

void TraceView::setFilteredOut(Presence presence) {
    if (presence == m_filteredOut) return;
    m_filteredOut = presence;
    emit filterChanged();
}

void TraceView::setSearchRows(model::RowSetPtr rows) {
    if (rows == m_searchRows) return;
    m_searchRows = std::move(rows);
    emit searchChanged();
}

void TraceView::setFilterText(const QString& filter) {
    auto next = m_state;
    next.filter = filter;
    change(next, filter.isEmpty() ? tr("Clear Filter") : tr("Filter"), QStringLiteral("filter"),
           Undo::Merge);
}

void TraceView::setCallFilter(const CallFilterText& filter) {
    auto next = m_state;
    next.callFilter = filter;
    change(next, filter == CallFilterText{} ? tr("Show All Calls") : tr("Filter Functions"),
           QStringLiteral("call filter"), Undo::Merge);
}

// The rest of the state

void TraceView::addBookmark(Timestamp time, const QString& words) {
    auto bookmarks = m_state.bookmarks;
    bookmarks.push_back({time, words, -1});
    setBookmarks(std::move(bookmarks), tr("Bookmark"));
}

void TraceView::setBookmarks(std::vector<Bookmark> bookmarks, const QString& undoName) {
    auto next = m_state;
    next.bookmarks = std::move(bookmarks);
    change(next, undoName, {}, Undo::Record);
}

void TraceView::setTimeFormat(TimeFormat format) {
    auto next = m_state;
    next.timeFormat = format;
    change(next, tr("Time Format"), {}, Undo::Record);
}

void TraceView::setTab(int tab) {
    auto next = m_state;
    next.tab = tab;
    change(next, tr("View"), {}, Undo::Record);
}

// Undo

void TraceView::undo() {
    if (m_undo.empty()) return;
    auto step = std::move(m_undo.back());
    m_undo.pop_back();
    const bool marks = step.state.bookmarks != m_state.bookmarks;
    auto target = std::exchange(step.state, m_state);
    const auto name = step.name;
    m_redo.push_back(std::move(step));
    apply(target);
    emit undoChanged();
    if (marks) emit status(tr("Undone: %1").arg(name));
}

void TraceView::redo() {
    if (m_redo.empty()) return;
    auto step = std::move(m_redo.back());
    m_redo.pop_back();
    auto target = std::exchange(step.state, m_state);
    // Nothing joins a step that was undone and redone.
    m_undo.push_back({step.name, {}, std::move(step.state), m_clock.elapsed()});
    apply(target);
    emit undoChanged();
}

QString TraceView::undoName() const { return m_undo.empty() ? QString() : m_undo.back().name; }

QString TraceView::redoName() const { return m_redo.empty() ? QString() : m_redo.back().name; }

}  // namespace kscope::views
