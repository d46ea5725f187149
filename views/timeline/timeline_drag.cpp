// SPDX-License-Identifier: GPL-3.0-or-later
/// Clicks and drags (interaction.md, "Mouse").
#include "views/timeline/timeline_impl.h"

#include <QDrag>
#include <QMimeData>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kDragFrom = 4;  // px before a press becomes a drag
constexpr int kSnapPx = 6;
constexpr int kNarrowestHeader = 140;
constexpr int kWidestHeader = 480;

model::TimeRange ordered(std::int64_t a, std::int64_t b) {
    return {model::timestampNs(std::min(a, b)), model::timestampNs(std::max(a, b))};
}

}  // namespace

DragKind TimelineWidget::Impl::dragKindOf(const HitRegion& region) const {
    switch (region.kind) {
    case HitKind::CursorA: return DragKind::CursorA;
    case HitKind::CursorB: return DragKind::CursorB;
    case HitKind::Bookmark: return DragKind::Bookmark;
    case HitKind::Bracket: return DragKind::BracketMove;
    case HitKind::BracketLeft: return DragKind::BracketLeft;
    case HitKind::BracketRight: return DragKind::BracketRight;
    case HitKind::Overview: return DragKind::BracketNew;
    case HitKind::LaneHeader: return DragKind::Lane;
    case HitKind::HeaderEdge: return DragKind::HeaderWidth;
    case HitKind::LaneBorder: return DragKind::LaneHeight;
    case HitKind::Ruler:
    case HitKind::Plot: return DragKind::Range;
    case HitKind::OverviewTick:
    case HitKind::GroupRow: break;
    }
    return DragKind::None;
}

void TimelineWidget::Impl::rightPress(QPoint logical, const HitRegion* region) {
    const QPoint global = q.mapToGlobal(logical);
    const auto index = region ? static_cast<int>(region->index) : 0;
    if (region && region->kind == HitKind::Bookmark) {
        emit q.placeMenuWanted(global, MenuPlace::Bookmark, index);
        return;
    }
    if (region && region->kind == HitKind::GroupRow) {
        const auto group = layout.sections()[region->index].group;
        emit q.placeMenuWanted(global, MenuPlace::Section, static_cast<int>(group));
        return;
    }
    const TimelineScene now = scene();
    const QPoint at = device(logical);
    if (now.frame().ruler.contains(at.x(), at.y())) {
        emit q.placeMenuWanted(global, MenuPlace::Ruler, 0);
        return;
    }
    const Item item = itemAt(now, at.x(), at.y());
    const int y = static_cast<int>((at.y() - now.frame().plot.y) / now.ratio);
    const LaneRow* const row = layout.rowAt(y, scroll);
    // Selecting lays the rows out anew.
    const LaneKey lane = row ? row->key : LaneKey{LaneKey::Kind::Group, 0};
    if (item.kind != Item::Kind::None && !(item == view.item())) select(item);
    else if (row && item.kind == Item::Kind::None) setFocusLane(lane);
    emit q.contextMenuWanted(global, lane, item);
}

void TimelineWidget::Impl::press(QPoint logical, Qt::MouseButton button,
                                 Qt::KeyboardModifiers modifiers) {
    if (drag.button != Qt::NoButton) return;
    const HitRegion* const region = hitAt(logical);
    const TimelineScene now = scene();
    const QPoint at = device(logical);
    if (button == Qt::RightButton) return rightPress(logical, region);
    drag = {.from = logical,
            .at = logical,
            .modifiers = modifiers,
            .button = button,
            .window = view.window(),
            .scroll = scroll};
    drag.anchorNs = drag.nowNs = nsAt(logical);
    if (!region) return;
    drag.index = region->index;
    drag.kind = dragKindOf(*region);
    if (drag.kind == DragKind::Range && region->kind == HitKind::Plot) {
        if (modifiers.testFlag(Qt::ControlModifier)) drag.kind = DragKind::Zoom;
        if (modifiers.testFlag(Qt::ShiftModifier)) drag.kind = DragKind::Pan;
        constexpr auto kOut = Qt::ControlModifier | Qt::AltModifier;
        if ((modifiers & kOut) == kOut) drag.kind = DragKind::Picture;
        constexpr auto kSource = Qt::ControlModifier | Qt::ShiftModifier;
        if ((modifiers & kSource) == kSource) drag.kind = DragKind::Source;
    }
    if (drag.kind == DragKind::LaneHeight && drag.index < layout.rows().size())
        drag.bar = layout.rows()[drag.index].parts.bar;
    const bool plot = now.frame().plot.contains(at.x(), at.y());
    if (button == Qt::MiddleButton) drag.kind = plot ? DragKind::Pan : DragKind::None;
    if (drag.kind == DragKind::BracketNew) {
        const Viewport whole(view.trace()->range(), now.frame().overview.w);
        drag.anchorNs = drag.nowNs = whole.ns(at.x() - now.frame().overview.x);
    }
}

std::int64_t TimelineWidget::Impl::snapped(std::int64_t ns, QPoint logical,
                                           Qt::KeyboardModifiers modifiers) const {
    if (modifiers.testFlag(Qt::AltModifier)) return ns;
    const TimelineScene now = scene();
    const int y = static_cast<int>((device(logical).y() - now.frame().plot.y) / now.ratio);
    const LaneRow* const row = layout.rowAt(y, scroll);
    if (!row) return ns;
    return nearestEdge(*view.trace(), {&ticks, devices.requests()}, row->key, ns,
                       now.viewport().nsOf(kSnapPx * now.ratio))
        .value_or(ns);
}

void TimelineWidget::Impl::dragTo(QPoint logical, Qt::KeyboardModifiers modifiers) {
    drag.at = logical;
    if (!drag.moved && (logical - drag.from).manhattanLength() < kDragFrom) return;
    if (!drag.moved) {
        drag.moved = true;
        hover = {};
        liftTimer.stop();
        if (drag.kind == DragKind::Source) beginSourceDrag();
        updateCursorShape(logical);
    }
    const std::int64_t ns = nsAt(logical);
    switch (drag.kind) {
    case DragKind::Range:
    case DragKind::Zoom:
    case DragKind::CursorA:
    case DragKind::CursorB:
        drag.nowNs = snapped(ns, logical, modifiers);
        if (!followTimer.isActive()) followTimer.start();
        invalidate();
        break;
    case DragKind::Bookmark:
    case DragKind::Source:
        drag.nowNs = ns;
        invalidate();
        break;
    case DragKind::Pan: dragPan(logical); break;
    case DragKind::BracketMove:
    case DragKind::BracketLeft:
    case DragKind::BracketRight:
    case DragKind::BracketNew: dragBracket(logical); break;
    case DragKind::LaneHeight: dragLaneHeight(logical); break;
    case DragKind::Picture: dragPicture(); break;
    case DragKind::HeaderWidth:
        headerWidth = std::clamp(logical.x(), kNarrowestHeader, kWidestHeader);
        invalidate();
        break;
    case DragKind::Lane: {
        const int y = logical.y() - static_cast<int>(scene().frame().plot.y / ratio());
        const LaneRow* const row = layout.rowAt(y, scroll);
        const LaneRow& dragged = layout.rows()[drag.index];
        if (row && (row->pinned || dragged.pinned || row->key.kind == dragged.key.kind))
            dropPlace = static_cast<std::size_t>(row - layout.rows().data());
        invalidate();
        break;
    }
    case DragKind::None: break;
    }
}

void TimelineWidget::Impl::dragPan(QPoint logical) {
    const TimelineScene now = scene();
    const double pixels = (logical.x() - drag.from.x()) * now.ratio;
    const auto shift =
        static_cast<std::int64_t>(pixels * static_cast<double>(drag.window.length().count()) /
                                  std::max(1, now.frame().plot.w));
    view.setWindow(
        {drag.window.begin - model::Duration{shift}, drag.window.end - model::Duration{shift}},
        tr("Pan"));
    setScroll(drag.scroll - (logical.y() - drag.from.y()));
}

void TimelineWidget::Impl::dragBracket(QPoint logical) {
    const TimelineScene now = scene();
    const Box overviewBox = now.frame().overview;
    const Viewport whole(view.trace()->range(), overviewBox.w);
    const std::int64_t here = whole.ns(device(logical).x() - overviewBox.x);
    const std::int64_t from = whole.ns(device(drag.from).x() - overviewBox.x);
    const model::Duration shift{here - from};
    model::TimeRange next = drag.window;
    switch (drag.kind) {
    case DragKind::BracketMove: next = {drag.window.begin + shift, drag.window.end + shift}; break;
    case DragKind::BracketLeft:
        next.begin = std::min(drag.window.begin + shift, drag.window.end - model::Duration{16});
        break;
    case DragKind::BracketRight:
        next.end = std::max(drag.window.end + shift, drag.window.begin + model::Duration{16});
        break;
    default: next = ordered(drag.anchorNs, here); break;
    }
    if (!next.empty()) view.setWindow(next, tr("Move Window"));
}

/// Finds whose events are dragged; a drag that can't be says why.
void TimelineWidget::Impl::beginSourceDrag() {
    const auto& trace = view.trace();
    const QPoint at = device(drag.from);
    const auto source = trace ? sourceAt(scene(), at.x(), at.y()) : std::nullopt;
    QString why;
    if (!source) why = tr("No event stands here whose trace could be shifted");
    else if (trace->sources().size() < 2)
        why = tr("Only one trace is open: there is nothing to shift it against");
    else if (!trace->complete()) why = tr("The traces are still being read");
    if (why.isEmpty()) {
        draggedSource = marksOf(scene(), *source);
        return;
    }
    drag.kind = DragKind::None;
    emit view.status(why);
}

void TimelineWidget::Impl::finishSourceDrag(const Drag& done) {
    if (!draggedSource) return;
    const auto source = static_cast<int>(model::raw(draggedSource->source));
    draggedSource.reset();
    if (done.nowNs != done.anchorNs) emit sourceDrag->shifted(source, done.nowNs - done.anchorNs);
}

/// What is seen, as a picture for another program. The drag itself ends here: the system has it.
void TimelineWidget::Impl::dragPicture() {
    drag = {};
    auto* const data = new QMimeData;
    data->setImageData(q.picture());
    auto* const out = new QDrag(&q);
    out->setMimeData(data);
    out->exec(Qt::CopyAction);
}

void TimelineWidget::Impl::followEdge() {
    if (drag.kind == DragKind::None || !drag.moved) {
        followTimer.stop();
        return;
    }
    const TimelineScene now = scene();
    const Box plot = now.frame().plot;
    const int x = device(drag.at).x();
    const int out = x < plot.x ? x - plot.x : x >= plot.right() ? x - plot.right() + 1 : 0;
    if (out == 0) return;
    // A tenth of the window a second at the edge, faster the further out.
    view.panBy(std::clamp(out / 2000.0, -0.1, 0.1));
    shown = view.window();
    drag.nowNs = nsAt(drag.at);
    invalidate();
}

void TimelineWidget::Impl::release() {
    followTimer.stop();
    const Drag done = drag;
    drag = {};
    if (!done.moved) {
        drag = done;
        click();
        drag = {};
        updateCursorShape(done.at);
        return;
    }
    const model::TimeRange range = ordered(done.anchorNs, done.nowNs);
    const auto& state = view.state();
    switch (done.kind) {
    case DragKind::Range: {
        view.setCursors(range.begin, range.end, tr("Select Range"));
        // The lanes crossed; on the ruler it is all of them.
        const int top = scene().frame().plot.y;
        if (device(done.from).y() < top) break;
        const int y0 = std::min(done.from.y(), done.at.y()) - static_cast<int>(top / ratio());
        const int y1 = std::max(done.from.y(), done.at.y()) - static_cast<int>(top / ratio());
        ViewState next = state;
        next.selectedLanes.clear();
        for (const LaneRow& row : layout.rows()) {
            const int y = row.pinned ? row.y : row.y - scroll + layout.pinnedHeight();
            if (y <= y1 && y + row.height > y0) next.selectedLanes.push_back(row.key);
        }
        view.setState(next, tr("Select Lanes"), TraceView::Undo::Skip);
        break;
    }
    case DragKind::Zoom: view.fit(range); break;
    case DragKind::CursorA:
        view.setCursors(model::timestampNs(done.nowNs), state.cursorB, tr("Move Cursor A"));
        break;
    case DragKind::CursorB:
        view.setCursors(state.cursorA, model::timestampNs(done.nowNs), tr("Move Cursor B"));
        break;
    case DragKind::Bookmark: {
        ViewState next = state;
        if (done.index < next.bookmarks.size())
            next.bookmarks[done.index].time = model::timestampNs(done.nowNs);
        view.setState(next, tr("Move Bookmark"));
        break;
    }
    case DragKind::LaneHeight:
        if (done.index < layout.rows().size())
            view.setState(withBar(layout.rows()[done.index].key, done.bar),
                          tr("Height of This Lane"));
        break;
    case DragKind::Lane:
        drag = done;
        finishLaneDrag();
        drag = {};
        break;
    case DragKind::Source: finishSourceDrag(done); break;
    default: break;
    }
    dropPlace.reset();
    invalidate();
    updateCursorShape(done.at);
}

void TimelineWidget::Impl::finishLaneDrag() {
    if (!dropPlace || drag.index >= layout.rows().size() || *dropPlace >= layout.rows().size())
        return;
    moveLaneTo(layout.rows()[drag.index].key, *dropPlace);
}

ViewState TimelineWidget::Impl::withBar(const LaneKey& lane, int height) const {
    ViewState next = view.state();
    std::erase_if(next.ownBars, [&](const LaneBar& bar) { return bar.lane == lane; });
    if (height > 0) next.ownBars.push_back({lane, std::clamp(height, kLeastBar, kMostBar)});
    return next;
}

/// The lane grows under the hand; the state is set once, at the release.
void TimelineWidget::Impl::dragLaneHeight(QPoint logical) {
    if (drag.index >= layout.rows().size() || !view.trace()) return;
    const LaneRow row = layout.rows()[drag.index];
    const int y = logical.y() - static_cast<int>(scene().frame().plot.y / ratio());
    const int top = row.pinned ? row.y : row.y - scroll + layout.pinnedHeight();
    const int rest = row.height - row.parts.bar;
    drag.bar = std::clamp(y - top - rest, kLeastBar, kMostBar);
    layout = LaneLayout(*view.trace(), withBar(row.key, drag.bar), Pane::Timeline);
    invalidate();
}

void TimelineWidget::Impl::cancelDrag() {
    const Drag before = drag;
    drag = {};
    followTimer.stop();
    dropPlace.reset();
    draggedSource.reset();
    if (before.moved && !(view.window() == before.window)) view.setWindow(before.window, tr("Pan"));
    if (before.kind == DragKind::LaneHeight) relayout();
    setScroll(before.scroll);
    invalidate();
}

void TimelineWidget::Impl::click() {
    const HitRegion* const region = hitAt(drag.from);
    if (!region || drag.button != Qt::LeftButton) return;
    const auto& state = view.state();
    const model::Timestamp here = model::timestampNs(nsAt(drag.from));
    switch (region->kind) {
    case HitKind::CursorA:
    case HitKind::CursorB:
    case HitKind::Plot: clickPlot(); break;
    case HitKind::Ruler:
        if (drag.modifiers.testFlag(Qt::ShiftModifier))
            view.setCursors(state.cursorA, here, tr("Place Cursor B"));
        else view.setCursors(here, state.cursorB, tr("Place Cursor A"));
        break;
    case HitKind::Bookmark:
        if (region->index < state.bookmarks.size())
            view.reveal({state.bookmarks[region->index].time, state.bookmarks[region->index].time});
        break;
    case HitKind::Overview: {
        const Viewport whole(view.trace()->range(), scene().frame().overview.w);
        const model::Timestamp centre =
            whole.time(device(drag.from).x() - scene().frame().overview.x);
        const model::Duration half = view.window().length() / 2;
        view.setWindow({centre - half, centre - half + view.window().length()}, tr("Move Window"));
        break;
    }
    case HitKind::OverviewTick:
        if (const auto waits = view.trace()->longWaits(); region->index < waits.size())
            view.fit({model::timestampNs(waits[region->index].begin),
                      model::timestampNs(waits[region->index].end)},
                     0.1);
        break;
    case HitKind::LaneHeader: clickHeader(); break;
    case HitKind::GroupRow: {
        const LaneGroup group = layout.sections()[region->index].group;
        std::vector<LaneKey> keys{{LaneKey::Kind::Group, static_cast<std::uint32_t>(group)}};
        if (drag.modifiers.testFlag(Qt::AltModifier)) q.toggleFoldAll();
        else toggleKey(&ViewState::folded, keys, tr("Fold"));
        break;
    }
    case HitKind::LaneBorder:
    case HitKind::HeaderEdge:
    case HitKind::Bracket:
    case HitKind::BracketLeft:
    case HitKind::BracketRight: break;
    }
}

void TimelineWidget::Impl::clickPlot() {
    const TimelineScene now = scene();
    const QPoint at = device(drag.from);
    const model::Timestamp time = model::timestampNs(nsAt(drag.from));
    const LaneRow* const row =
        layout.rowAt(static_cast<int>((at.y() - now.frame().plot.y) / now.ratio), scroll);
    if (drag.modifiers.testFlag(Qt::ShiftModifier)) {
        view.setCursors(view.state().cursorA.value_or(time), time, tr("Place Cursor B"));
        return;
    }
    if (drag.modifiers.testFlag(Qt::ControlModifier)) {
        if (row) toggleKey(&ViewState::selectedLanes, {row->key}, {});
        return;
    }
    const auto lane =
        row ? std::optional(row->key) : std::nullopt;  // The rows may be laid out anew.
    if (lane) focus = lane;
    const Item item = itemAt(now, at.x(), at.y());
    if (item.kind != Item::Kind::None) {
        select(item);
        return;
    }
    view.setItem({});
    if (lane) setFocusLane(*lane);
    view.setCursors(time, view.state().cursorB, tr("Place Cursor A"));
}

void TimelineWidget::Impl::clickHeader() {
    if (drag.index >= layout.rows().size()) return;
    const LaneKey key = layout.rows()[drag.index].key;
    if (drag.modifiers.testFlag(Qt::ControlModifier)) {
        toggleKey(&ViewState::selectedLanes, {key}, {});
        focus = key;
        return;
    }
    const auto from = focusIndex();
    if (!drag.modifiers.testFlag(Qt::ShiftModifier) || !from) {
        setFocusLane(key);
        return;
    }
    ViewState next = view.state();
    next.selectedLanes.clear();
    for (std::size_t i = std::min(*from, drag.index); i <= std::max(*from, drag.index); ++i)
        next.selectedLanes.push_back(layout.rows()[i].key);
    view.setState(next, tr("Select Lanes"), TraceView::Undo::Skip);
}

void TimelineWidget::Impl::doubleClick(QPoint logical) {
    drag = {};
    const HitRegion* const region = hitAt(logical);
    if (!region) return;
    const TimelineScene now = scene();
    const QPoint at = device(logical);
    switch (region->kind) {
    case HitKind::Overview:
    case HitKind::Bracket: view.showWhole(); break;
    case HitKind::Ruler:
        if (const auto range = view.range()) view.fit(*range);
        else view.showWhole();
        break;
    case HitKind::LaneHeader:
        if (region->index < layout.rows().size())
            toggleKey(&ViewState::folded, {layout.rows()[region->index].key}, tr("Fold"));
        break;
    case HitKind::LaneBorder:  // Back to the height that all lanes have.
        if (region->index < layout.rows().size())
            view.setState(withBar(layout.rows()[region->index].key, 0), tr("Height of This Lane"));
        break;
    case HitKind::Plot:
    case HitKind::CursorA:
    case HitKind::CursorB: {
        const Item item = itemAt(now, at.x(), at.y());
        if (item.kind != Item::Kind::None && !item.span.empty()) view.fit(item.span);
        else view.zoomAt(model::timestampNs(nsAt(logical)), 4);
        break;
    }
    default: break;
    }
}

}  // namespace kscope::views
