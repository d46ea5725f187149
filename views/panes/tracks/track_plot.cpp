// SPDX-License-Identifier: GPL-3.0-or-later
/// Painting, wheel, drags and tooltip of a pane of tracks; the mouse means what it means on the
/// timeline.
#include "views/panes/tracks/track_plot.h"

#include "views/canvas/raster.h"
#include "views/panes/pane_work.h"
#include "views/panes/tracks/track_scene.h"
#include "views/timeline/scene_parts.h"
#include "views/timeline/timeline_tooltip.h"

#include <QKeyEvent>
#include <QPainter>
#include <QTimer>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kTooltipDelayMs = 350;
constexpr int kDragPx = 4;
constexpr int kWheelPx = 60;

}  // namespace

struct TrackPlot::Impl {
    Impl(TrackPlot& widget, TraceView& traceView, model::ThreadPool* threads)
        : q(widget),
          view(traceView),
          pool(threads) {
        tooltipTimer.setSingleShot(true);
        tooltipTimer.setInterval(kTooltipDelayMs);
        connect(&tooltipTimer, &QTimer::timeout, &q, [this] { showTooltip(); });
        for (const auto signal :
             {&TraceView::traceChanged, &TraceView::windowChanged, &TraceView::rangeChanged,
              &TraceView::itemChanged, &TraceView::bookmarksChanged, &TraceView::formatChanged,
              &TraceView::filterChanged, &TraceView::searchChanged, &TraceView::hoverChanged})
            connect(&view, signal, &q, [this] { invalidate(); });
        connect(&view, &TraceView::pointerChanged, &q, [this] { q.update(); });
    }

    enum class DragKind : std::uint8_t { None, Range, Zoom, Pan };
    struct Drag {
        DragKind kind = DragKind::None;
        bool moved = false;
        Qt::MouseButton button = Qt::NoButton;
        QPoint from;
        std::int64_t anchorNs = 0;
        model::TimeRange window;
        int scroll = 0;
    };

    [[nodiscard]] double ratio() const { return q.devicePixelRatioF(); }
    [[nodiscard]] bool ready() const { return view.trace() && set && set->trace; }
    [[nodiscard]] QPoint device(QPoint logical) const {
        return {static_cast<int>(std::floor(logical.x() * ratio())),
                static_cast<int>(std::floor(logical.y() * ratio()))};
    }
    [[nodiscard]] TrackScene scene() const {
        TrackScene s;
        s.set = set.get();
        TimelineScene& base = s.base;
        base.trace = view.trace().get();
        base.state = drag.moved && drag.kind != DragKind::Pan ? &preview : &view.state();
        base.theme = theme;
        base.ratio = ratio();
        base.scroll = scroll;
        base.window = view.window();
        base.pointer = view.pointer();
        base.item = view.item();
        base.lifted = view.lifted();
        base.filterRows = view.filterRows();
        base.filteredOut = view.filteredOut();
        base.searchRows = view.searchRows();
        const Box area{0, 0, static_cast<int>(std::ceil(q.width() * base.ratio)),
                       static_cast<int>(std::ceil(q.height() * base.ratio))};
        base.body = TrackScene::bodyFor(base, area);
        return s;
    }
    void invalidate() {
        stale = true;
        q.update();
    }
    [[nodiscard]] std::int64_t nsAt(QPoint logical) const {
        const TrackScene now = scene();
        return now.base.viewport().ns(device(logical).x() - now.base.frame().plot.x);
    }
    void drawBase() {
        const TrackScene s = scene();
        if (!texts || texts->ratio() != s.base.ratio)
            texts = std::make_unique<TextCache>(s.base.ratio);
        texts->prune();
        DrawList list;
        drawTracks(s, *texts, list);
        const QSize size(static_cast<int>(std::ceil(q.width() * s.base.ratio)),
                         static_cast<int>(std::ceil(q.height() * s.base.ratio)));
        if (image.size() != size) image = QImage(size, QImage::Format_RGB32);
        rasterize(list, image, *texts, pool);
        stale = false;
    }
    void setScroll(int value) {
        const int most = ready() ? std::max(0, scene().contentHeight() - q.height()) : 0;
        const int next = std::clamp(value, 0, most);
        if (next == scroll) return;
        scroll = next;
        invalidate();
        emit q.scrolled();
    }
    void hoverAt(QPoint logical) {
        pointer = logical;
        if (!ready() || !texts) return;
        const TrackScene now = scene();
        const QPoint at = device(logical);
        const bool overPlot = now.base.frame().plot.contains(at.x(), at.y());
        view.setPointer(overPlot ? std::optional(model::timestampNs(nsAt(logical))) : std::nullopt);
        auto under = overPlot ? now.hit(*texts, at.x(), at.y()) : std::nullopt;
        // What was read for the tooltip stays as long as the pointer is on the same thing.
        const bool same =
            hover && under && hover->readMore && under->readMore && hover->item == under->item;
        if (same) under->words = hover->words;
        else asked = false;
        hover = std::move(under);
        q.update();
        if (!hover) hideTooltip();
        else if (tooltip && tooltip->isVisible()) showTooltip();
        else tooltipTimer.start();
    }
    void showTooltip() {
        if (!hover || drag.button != Qt::NoButton || !q.isVisible()) return;
        if (!tooltip) tooltip = new TimelineTooltip(&q);
        tooltip->setThemeKind(theme);
        tooltip->setWords(hover->words);
        const double r = ratio();
        const QRect around(
            q.mapToGlobal(
                QPoint(static_cast<int>(hover->box.x / r), static_cast<int>(hover->box.y / r))),
            QSize(static_cast<int>(hover->box.w / r) + 1, static_cast<int>(hover->box.h / r) + 1));
        tooltip->place(q.mapToGlobal(pointer), around);
        readMore();
    }
    void readMore() {
        if (asked || !hover->readMore) return;
        asked = true;
        more.run(PaneWork::of(&view)->jobs(),
                 [this, item = hover->item, read = hover->readMore](const std::stop_token&) {
                     const QString line = read();
                     return LatestJob::Delivery([this, item, line] {
                         if (!hover || !asked || !(hover->item == item) || line.isEmpty()) return;
                         hover->words.lines.prepend(line);
                         if (hover->words.lines.size() > 3) hover->words.lines.removeLast();
                         if (tooltip && tooltip->isVisible()) showTooltip();
                     });
                 });
    }
    void hideTooltip() {
        tooltipTimer.stop();
        if (tooltip) tooltip->hide();
    }
    /// `ns`: where it was taken, for what says no span of its own.
    void take(const TrackHit& hit, std::int64_t ns) {
        if (hit.item.kind == Item::Kind::Told) {
            view.setItem(hit.item, hit.words.told());
        } else if (hit.item.kind != Item::Kind::None) {
            view.setItem(hit.item);
        } else {
            const auto at = model::timestampNs(ns);
            const auto span =
                hit.span.empty() ? model::TimeRange{at, at + model::Duration{1}} : hit.span;
            Item item;
            item.kind = Item::Kind::Told;
            item.span = span;
            view.setItem(item, hit.words.told());
        }
        emit q.picked(hit.item);
    }
    void drawSelected(const TrackScene& now, DrawList& over) {
        if (selected < 0 || static_cast<std::size_t>(selected) >= set->tracks.size()) return;
        const TimelineFrame frame = now.base.frame();
        const Box header = now.canvas(static_cast<std::size_t>(selected), *texts, over).header;
        const Box all{frame.headers.x, frame.plot.y, frame.headers.w + frame.plot.w, frame.plot.h};
        over.clip(all);
        over.fill({header.x, header.y, now.base.px(3), header.h - now.base.hairline()},
                  now.base.colours().accent);
        over.outline({header.x, header.y, all.w, header.h - now.base.hairline()},
                     now.base.colours().accent, now.base.hairline());
    }
    /// A click that was no drag: on a header, a thing, or an empty place of a track.
    void click(QPoint at);
    void dragTo(QPoint at);
    void step(int direction);

    TrackPlot& q;
    TraceView& view;
    model::ThreadPool* pool;
    std::shared_ptr<const TrackSet> set;
    ThemeKind theme = ThemeKind::Dark;
    std::unique_ptr<TextCache> texts;
    QImage image;
    bool stale = true;
    int scroll = 0;
    Drag drag;
    ViewState preview;
    QPoint pointer;
    std::optional<TrackHit> hover;
    int selected = -1;  // track
    MenuFiller filler;
    QTimer tooltipTimer;
    TimelineTooltip* tooltip = nullptr;
    bool asked = false;  // readMore, for what is under the pointer
    LatestJob more{&q};
};

void TrackPlot::Impl::dragTo(QPoint at) {
    if (!drag.moved && (at - drag.from).manhattanLength() < kDragPx) return;
    drag.moved = true;
    if (drag.kind == DragKind::Pan) {
        const TrackScene now = scene();
        const double ns = Viewport(drag.window, now.base.frame().plot.w).nsPerPixel();
        const auto by =
            static_cast<std::int64_t>(std::llround((drag.from.x() - at.x()) * ratio() * ns));
        view.setWindow(
            {drag.window.begin + model::Duration{by}, drag.window.end + model::Duration{by}});
        setScroll(drag.scroll + drag.from.y() - at.y());
        return;
    }
    preview = view.state();
    preview.cursorA = model::timestampNs(drag.anchorNs);
    preview.cursorB = model::timestampNs(nsAt(at));
    invalidate();
}

void TrackPlot::Impl::step(int direction) {
    if (!ready()) return;
    const auto from =
        view.item().kind != Item::Kind::None
            ? view.item().span.begin
            : model::timestampNs(
                  (model::toNs(view.window().begin) + model::toNs(view.window().end)) / 2);
    const auto under = scene().trackAt(device(pointer).y());
    const auto ask = [&](const Track& track) {
        // The one before: the last that begins earlier, found by halving the time in front of it.
        if (direction > 0) return track.next(from);
        std::optional<TrackHit> best;
        std::int64_t low = model::toNs(view.trace()->range().begin) - 1;
        std::int64_t high = model::toNs(from);
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            const auto found = track.next(model::timestampNs(middle));
            if (found && found->span.begin < from) {
                best = found;
                low = model::toNs(found->span.begin) > middle ? model::toNs(found->span.begin)
                                                              : middle + 1;
            } else {
                high = middle;
            }
        }
        return best;
    };
    std::optional<TrackHit> found;
    if (under) found = ask(*set->tracks[*under]);
    for (std::size_t i = 0; !found && i < set->tracks.size(); ++i) found = ask(*set->tracks[i]);
    if (!found) return;
    take(*found, model::toNs(found->span.begin));
    view.reveal(found->span);
}

void TrackPlot::Impl::click(QPoint at) {
    const TrackScene now = scene();
    const QPoint place = device(at);
    const auto track = now.trackAt(place.y());
    q.setSelectedTrack(track ? static_cast<int>(*track) : -1);
    if (place.x() < now.base.frame().plot.x) {
        if (track) emit q.headerPicked(static_cast<int>(*track));
        return;
    }
    hoverAt(at);
    if (hover) {
        take(*hover, nsAt(at));
    } else {
        view.setItem({});
        view.setCursors(model::timestampNs(nsAt(at)), view.state().cursorB, tr("Cursor A"));
    }
    if (track) emit q.trackPicked(static_cast<int>(*track));
}

TrackPlot::TrackPlot(TraceView* view, model::ThreadPool* pool, QWidget* parent)
    : QWidget(parent),
      m_impl(std::make_unique<Impl>(*this, *view, pool)) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
}
TrackPlot::~TrackPlot() = default;

void TrackPlot::setTracks(std::shared_ptr<const TrackSet> tracks) {
    m_impl->set = std::move(tracks);
    m_impl->hover.reset();
    if (!m_impl->set || m_impl->selected >= std::ssize(m_impl->set->tracks)) m_impl->selected = -1;
    m_impl->setScroll(m_impl->scroll);
    m_impl->invalidate();
}
const TrackSet* TrackPlot::tracks() const { return m_impl->set.get(); }
void TrackPlot::setThemeKind(ThemeKind kind) {
    m_impl->theme = kind;
    m_impl->invalidate();
}
int TrackPlot::scrollPosition() const { return m_impl->scroll; }
void TrackPlot::setScrollPosition(int position) { m_impl->setScroll(position); }
QSize TrackPlot::sizeHint() const { return {1200, 600}; }
QSize TrackPlot::minimumSizeHint() const { return {420, 120}; }

QImage TrackPlot::picture() {
    if (!m_impl->ready()) return {};
    m_impl->drawBase();
    QImage copy = m_impl->image;
    copy.setDevicePixelRatio(m_impl->ratio());
    return copy;
}

void TrackPlot::nextItem() { m_impl->step(1); }
void TrackPlot::previousItem() { m_impl->step(-1); }

void TrackPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    Impl& d = *m_impl;
    const Theme& t = views::theme(d.theme);
    if (!d.ready() || d.set->tracks.empty()) {
        painter.fillRect(rect(), QColor::fromRgb(t.bgCanvas));
        if (!d.set || d.set->empty.empty()) return;
        painter.setPen(QColor::fromRgb(t.text2));
        painter.setFont(views::font(TextRole::Body));
        painter.drawText(rect().adjusted(48, 48, -48, -48),
                         Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextWordWrap,
                         QString::fromStdString(d.set->empty));
        return;
    }
    const QSize size(static_cast<int>(std::ceil(width() * d.ratio())),
                     static_cast<int>(std::ceil(height() * d.ratio())));
    if (d.stale || d.image.size() != size) d.drawBase();
    QImage shown = d.image;
    if (d.hover || d.view.pointer() || d.selected >= 0) {
        DrawList over;
        const TrackScene scene = d.scene();
        d.drawSelected(scene, over);
        over.clip(scene.base.frame().plot);
        if (d.hover) over.outline(d.hover->box, t.text1, scene.base.hairline());
        drawPointer(scene.base, *d.texts, over);
        shown = d.image.copy();
        rasterize(over, shown, *d.texts, nullptr);
    }
    shown.setDevicePixelRatio(d.ratio());
    painter.drawImage(0, 0, shown);
}

void TrackPlot::resizeEvent(QResizeEvent*) {
    m_impl->setScroll(m_impl->scroll);
    m_impl->invalidate();
}

void TrackPlot::wheelEvent(QWheelEvent* event) {
    Impl& d = *m_impl;
    event->accept();
    if (!d.ready()) return;
    const QPoint turn = event->angleDelta();
    const double notches = (turn.y() != 0 ? turn.y() : turn.x()) / 120.0;
    if (event->modifiers().testFlag(Qt::ControlModifier))
        d.view.zoomAt(model::timestampNs(d.nsAt(event->position().toPoint())),
                      std::pow(1.25, notches));
    else if (event->modifiers().testFlag(Qt::ShiftModifier) || turn.y() == 0)
        d.view.panBy(-0.1 * notches);
    else d.setScroll(d.scroll - static_cast<int>(std::lround(notches * kWheelPx)));
    d.hoverAt(event->position().toPoint());
}

void TrackPlot::mousePressEvent(QMouseEvent* event) {
    Impl& d = *m_impl;
    d.hideTooltip();
    if (!d.ready() || d.drag.button != Qt::NoButton) return;
    const QPoint at = event->position().toPoint();
    const bool pan =
        event->button() == Qt::MiddleButton ||
        (event->button() == Qt::LeftButton && event->modifiers().testFlag(Qt::ShiftModifier));
    if (!pan && event->button() != Qt::LeftButton) return;
    d.drag = {.kind = pan                                                ? Impl::DragKind::Pan
                      : event->modifiers().testFlag(Qt::ControlModifier) ? Impl::DragKind::Zoom
                                                                         : Impl::DragKind::Range,
              .moved = false,
              .button = event->button(),
              .from = at,
              .anchorNs = d.nsAt(at),
              .window = d.view.window(),
              .scroll = d.scroll};
}

void TrackPlot::mouseMoveEvent(QMouseEvent* event) {
    if (m_impl->drag.button != Qt::NoButton) m_impl->dragTo(event->position().toPoint());
    else m_impl->hoverAt(event->position().toPoint());
}

void TrackPlot::mouseReleaseEvent(QMouseEvent* event) {
    Impl& d = *m_impl;
    if (d.drag.button != event->button() || d.drag.button == Qt::NoButton) return;
    const Impl::Drag drag = d.drag;
    d.drag = {};
    const QPoint at = event->position().toPoint();
    const auto a = model::timestampNs(std::min(drag.anchorNs, d.nsAt(at)));
    const auto b = model::timestampNs(std::max(drag.anchorNs, d.nsAt(at)));
    if (drag.moved && drag.kind == Impl::DragKind::Range) d.view.setCursors(a, b, tr("Range"));
    else if (drag.moved && drag.kind == Impl::DragKind::Zoom && a < b)
        d.view.setWindow({a, b}, tr("Zoom"), TraceView::Undo::Record);
    else if (!drag.moved && event->modifiers().testFlag(Qt::ShiftModifier))
        d.view.setCursors(d.view.state().cursorA, model::timestampNs(d.nsAt(at)), tr("Cursor B"));
    else if (!drag.moved) {
        d.click(at);
        if (event->button() == Qt::LeftButton && d.selected >= 0) emit trackClicked(d.selected);
    }
    d.invalidate();
}

void TrackPlot::contextMenuEvent(QContextMenuEvent* event) {
    Impl& d = *m_impl;
    d.hideTooltip();
    if (!d.ready()) return;
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QPoint at = byKey ? d.pointer : event->pos();
    const TrackScene now = d.scene();
    const auto track = now.trackAt(d.device(at).y());
    if (byKey) {  // of what is selected
        emit menuWanted(mapToGlobal(at), d.selected);
        return;
    }
    // A place without anything keeps cursor and item: the menu is of the place.
    d.hoverAt(at);
    setSelectedTrack(track ? static_cast<int>(*track) : -1);
    if (d.hover) d.take(*d.hover, d.nsAt(at));
    else if (track && d.device(at).x() < now.base.frame().plot.x)
        emit headerPicked(static_cast<int>(*track));
    emit menuWanted(event->globalPos(), d.selected);
}

void TrackPlot::setSelectedTrack(int track) {
    if (track == m_impl->selected) return;
    m_impl->selected = track;
    update();
}
int TrackPlot::selectedTrack() const { return m_impl->selected; }
void TrackPlot::setMenuFiller(MenuFiller filler) { m_impl->filler = std::move(filler); }
void TrackPlot::fillMenu(QMenu& menu, int track) const {
    if (m_impl->filler) m_impl->filler(menu, track);
}

void TrackPlot::mouseDoubleClickEvent(QMouseEvent* event) {
    Impl& d = *m_impl;
    if (event->button() != Qt::LeftButton || !d.ready()) return;
    d.hoverAt(event->position().toPoint());
    if (d.hover && !d.hover->span.empty()) d.view.fit(d.hover->span, 0.1);
    else d.view.zoomAt(model::timestampNs(d.nsAt(event->position().toPoint())), 4);
}

void TrackPlot::leaveEvent(QEvent*) {
    if (m_impl->drag.button != Qt::NoButton) return;
    m_impl->hideTooltip();
    m_impl->hover.reset();
    m_impl->view.setPointer(std::nullopt);
    update();
}

void TrackPlot::keyPressEvent(QKeyEvent* event) {
    Impl& d = *m_impl;
    d.hideTooltip();
    if (event->key() == Qt::Key_Escape && d.drag.button != Qt::NoButton) {
        if (d.drag.kind == Impl::DragKind::Pan) d.view.setWindow(d.drag.window);
        d.drag = {};
        d.invalidate();
        return;
    }
    const int page = std::max(60, height() - 60);
    if (event->key() == Qt::Key_PageDown) return d.setScroll(d.scroll + page);
    if (event->key() == Qt::Key_PageUp) return d.setScroll(d.scroll - page);
    if (event->key() == Qt::Key_Down) return d.setScroll(d.scroll + 40);
    if (event->key() == Qt::Key_Up) return d.setScroll(d.scroll - 40);
    QWidget::keyPressEvent(event);
}

}  // namespace kscope::views
