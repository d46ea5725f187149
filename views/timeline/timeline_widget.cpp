// SPDX-License-Identifier: GPL-3.0-or-later
/// Painting, wheel and pointer of the timeline; drags and actions have files of their own.
#include "views/timeline/timeline_widget.h"

#include "views/panes/pane_work.h"
#include "views/timeline/timeline_accessible.h"
#include "views/timeline/timeline_impl.h"

#include <QAccessible>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QPointer>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kAnimationMs = 120;
constexpr int kTooltipMs = 350;
constexpr int kLiftMs = 150;
constexpr int kRulerBottom = 75;                    // Overview and ruler, logical.
constexpr std::size_t kTickRowsAFrame = 1'000'000;  // About 2 ms of indexing.

}  // namespace

TimelineWidget::Impl::Impl(TimelineWidget& widget, TraceView& traceView)
    : q(widget),
      view(traceView),
      pool(PaneWork::of(&traceView)->inner()),
      devices(&q, [this] { invalidate(); }) {
    frameTimer.setInterval(16);
    followTimer.setInterval(16);
    tooltipTimer.setSingleShot(true);
    tooltipTimer.setInterval(kTooltipMs);
    liftTimer.setSingleShot(true);
    liftTimer.setInterval(kLiftMs);
    connect(&frameTimer, &QTimer::timeout, &q, [this] { animate(); });
    connect(&followTimer, &QTimer::timeout, &q, [this] { followEdge(); });
    connect(&tooltipTimer, &QTimer::timeout, &q, [this] { showTooltip(); });
    connect(&liftTimer, &QTimer::timeout, &q, [this] { view.setHover(hover.task); });
    connect(&view, &TraceView::traceChanged, &q, [this] { relayout(); });
    connect(&view, &TraceView::windowChanged, &q, [this] { windowChanged(); });
    connect(&view, &TraceView::lanesChanged, &q, [this] { relayout(); });
    connect(&view, &TraceView::pointerChanged, &q, [this] { q.update(); });
    for (const auto signal :
         {&TraceView::rangeChanged, &TraceView::itemChanged, &TraceView::hoverChanged,
          &TraceView::filterChanged, &TraceView::searchChanged, &TraceView::bookmarksChanged,
          &TraceView::formatChanged})
        connect(&view, signal, &q, [this] { invalidate(); });
    connect(&view, &TraceView::itemChanged, &q, [this] {
        fitAgain = false;
        describe();
    });
    shown = view.window();
    relayout();
}

void TimelineWidget::Impl::relayout() {
    devices.update(PaneWork::of(&view)->jobs(), view.trace());
    if (!view.trace()) {
        ticks.update(nullptr);
        priorities.update(nullptr);
        chain.clear();
        overview = {};
        layout = {};
    } else {
        layout = LaneLayout(*view.trace(), view.state(), Pane::Timeline);
    }
    shown = frameTimer.isActive() ? shown : view.window();
    setScroll(scroll);
    invalidate();
}

void TimelineWidget::Impl::invalidate() {
    stale = true;
    q.update();
}

QPoint TimelineWidget::Impl::device(QPoint logical) const {
    return {static_cast<int>(std::floor(logical.x() * ratio())),
            static_cast<int>(std::floor(logical.y() * ratio()))};
}

std::int64_t TimelineWidget::Impl::nsAt(QPoint logical) const {
    const TimelineScene now = scene();
    return now.viewport().ns(device(logical).x() - now.frame().plot.x);
}

TimelineScene TimelineWidget::Impl::scene() const {
    TimelineScene s;
    s.trace = view.trace().get();
    s.ticks = &ticks;
    s.priorities = &priorities;
    s.devices = devices.requests();
    s.overviewCache = const_cast<OverviewCache*>(&overview);
    s.state = &view.state();
    s.layout = layout;
    s.theme = theme;
    s.ratio = ratio();
    s.body = {0, 0, static_cast<int>(std::ceil(q.width() * s.ratio)),
              static_cast<int>(std::ceil(q.height() * s.ratio))};
    s.headerWidth = headerWidth;
    s.scroll = scroll;
    s.window = shown;
    s.item = view.item();
    s.hover = hover;
    s.lifted = view.lifted();
    if (q.hasFocus() && ringed) s.focus = focus;
    if (drag.kind == DragKind::None) s.pointer = view.pointer();
    s.filterRows = view.filterRows();
    s.filteredOut = view.filteredOut();
    s.searchRows = view.searchRows();
    // The bound follows the zoom only where it would leave 2.2 px by more than a tenth: a small
    // zoom there and back does not fold and unfold the same slices.
    const double nsPerPx = s.viewport().nsPerPixel() * s.ratio;
    if (nsPerPx > 0) {
        foldNs = std::clamp(foldNs, 0.9 * s.foldPx * nsPerPx, 1.1 * s.foldPx * nsPerPx);
        s.foldPlay = foldNs / (s.foldPx * nsPerPx);
    }
    return s;
}

void TimelineWidget::Impl::drawBase() {
    TimelineScene s = scene();
    if (!texts || texts->ratio() != s.ratio) texts = std::make_unique<TextCache>(s.ratio);
    texts->prune();
    // While the ticks of a large trace are built, pictures appear in between.
    const bool events = std::ranges::any_of(
        layout.rows(), [](const LaneRow& row) { return row.key.kind == LaneKey::Kind::EventName; });
    bool more = events && !ticks.update(view.trace(), kTickRowsAFrame);
    if (s.state->colourBy == ColourBy::Priority)
        more |= !priorities.update(view.trace(), kTickRowsAFrame);
    // A drag shows what it will set.
    ViewState preview;
    if (drag.moved && (drag.kind == DragKind::Range || drag.kind == DragKind::Zoom ||
                       drag.kind == DragKind::CursorA || drag.kind == DragKind::CursorB ||
                       drag.kind == DragKind::Bookmark)) {
        preview = view.state();
        const model::Timestamp now = model::timestampNs(drag.nowNs);
        if (drag.kind == DragKind::CursorA) preview.cursorA = now;
        else if (drag.kind == DragKind::CursorB) preview.cursorB = now;
        else if (drag.kind == DragKind::Bookmark && drag.index < preview.bookmarks.size())
            preview.bookmarks[drag.index].time = now;
        else preview.cursorA = model::timestampNs(drag.anchorNs), preview.cursorB = now;
        s.state = &preview;
    }
    list.clear();
    drawTimeline(s, *texts, list, &pool);
    if (dropPlace && *dropPlace <= layout.rows().size() && !layout.rows().empty()) {
        const bool end = *dropPlace == layout.rows().size();
        const Box lane = s.laneBox(layout.rows()[end ? *dropPlace - 1 : *dropPlace]);
        list.fill({0, (end ? lane.bottom() : lane.y) - s.px(1), s.body.w, s.px(2)},
                  s.colours().accent);
    }
    if (drag.kind == DragKind::Source && drag.moved && draggedSource) {
        const QPoint at = device(drag.at);
        drawShifted(s, *draggedSource, model::Duration{drag.nowNs - drag.anchorNs}, at.x(), at.y(),
                    *texts, list);
    }
    const QSize size(s.body.w, s.body.h);
    if (base.size() != size) base = QImage(size, QImage::Format_RGB32);
    rasterize(list, base, *texts, &pool);
    stale = false;
    if (more) QTimer::singleShot(0, &q, [this] { invalidate(); });
}

void TimelineWidget::Impl::windowChanged() {
    const model::TimeRange target = view.window();
    const bool still = drag.kind != DragKind::None || motion == Motion::Reduced || !q.isVisible() ||
                       shown.empty() || target.length() <= model::Duration{0};
    // A pan follows the hand; only zooms and jumps take their time.
    const bool pan = target.length() == shown.length() &&
                     std::abs((target.begin - shown.begin).count()) < target.length().count() / 2;
    if (still || pan) {
        stopAnimation();
        shown = target;
    } else {
        animateFrom = shown;
        animation.restart();
        frameTimer.start();
    }
    fitAgain = false;
    invalidate();
}

void TimelineWidget::Impl::animate() {
    const double t = std::min(1.0, static_cast<double>(animation.elapsed()) / kAnimationMs);
    const double eased = 1 - (1 - t) * (1 - t) * (1 - t);
    const model::TimeRange to = view.window();
    const auto between = [&](model::Timestamp a, model::Timestamp b) {
        return a + model::Duration{
                       static_cast<std::int64_t>(static_cast<double>((b - a).count()) * eased)};
    };
    shown = t >= 1 ? to
                   : model::TimeRange{between(animateFrom.begin, to.begin),
                                      between(animateFrom.end, to.end)};
    if (shown.empty()) shown = to;
    if (t >= 1) frameTimer.stop();
    invalidate();
}

void TimelineWidget::Impl::stopAnimation() {
    if (!frameTimer.isActive()) return;
    frameTimer.stop();
    shown = view.window();
    invalidate();
}

int TimelineWidget::Impl::lanesHeight() const {
    return std::max(0, q.height() - kRulerBottom - layout.pinnedHeight());
}

void TimelineWidget::Impl::setScroll(int value) {
    const int next = std::clamp(value, 0, std::max(0, layout.contentHeight() - lanesHeight()));
    if (next == scroll) return;
    scroll = next;
    invalidate();
}

const HitRegion* TimelineWidget::Impl::hitAt(QPoint logical) const {
    const QPoint at = device(logical);
    return list.hitAt(at.x(), at.y());
}

void TimelineWidget::Impl::pointerMoved(QPoint logical, Qt::KeyboardModifiers) {
    pointer = logical;
    pointerInside = true;
    keyMovedLast = false;
    if (!view.trace()) return;
    const TimelineScene now = scene();
    const QPoint at = device(logical);
    const bool overPlot =
        now.frame().plot.contains(at.x(), at.y()) || now.frame().ruler.contains(at.x(), at.y());
    view.setPointer(overPlot ? std::optional(model::timestampNs(nsAt(logical))) : std::nullopt);
    const Item found = overPlot ? itemAt(now, at.x(), at.y()) : Item{};
    if (!(found == hover)) {
        hover = found;
        tooltipArgs.clear();
        if (view.hover() != model::kNoTask) view.setHover(model::kNoTask);  // Lifting ends at once.
        liftTimer.stop();
        if (hover.task != model::kNoTask) liftTimer.start();
        q.update();
    }
    if (hover.kind == Item::Kind::None) hideTooltip();
    else if (tooltip && tooltip->isVisible()) showTooltip();
    else tooltipTimer.start();
    updateCursorShape(logical);
}

void TimelineWidget::Impl::pointerLeft() {
    pointerInside = false;
    hideTooltip();
    liftTimer.stop();
    hover = {};
    view.setHover(model::kNoTask);
    view.setPointer(std::nullopt);
    q.update();
}

void TimelineWidget::Impl::updateCursorShape(QPoint logical) {
    const HitRegion* const region = hitAt(logical);
    Qt::CursorShape shape = Qt::ArrowCursor;
    if (drag.kind == DragKind::Pan || drag.kind == DragKind::BracketMove)
        shape = Qt::ClosedHandCursor;
    else if (drag.kind == DragKind::Source) shape = Qt::SizeHorCursor;
    else if (region) {
        switch (region->kind) {
        case HitKind::CursorA:
        case HitKind::CursorB:
        case HitKind::BracketLeft:
        case HitKind::BracketRight:
        case HitKind::HeaderEdge: shape = Qt::SizeHorCursor; break;
        case HitKind::LaneBorder: shape = Qt::SizeVerCursor; break;
        case HitKind::Bracket: shape = Qt::OpenHandCursor; break;
        case HitKind::Ruler: shape = Qt::IBeamCursor; break;
        default: break;
        }
    }
    if (q.cursor().shape() != shape) q.setCursor(shape);
}

void TimelineWidget::Impl::showTooltip() {
    if (hover.kind == Item::Kind::None || drag.kind != DragKind::None || !pointerInside ||
        !q.isVisible() || !view.trace())
        return;
    if (!tooltip) tooltip = new TimelineTooltip(&q);
    tooltip->setThemeKind(theme);
    TimelineScene now = scene();
    ViewState told = view.state();
    if (rawFields == Presence::Shown) told.rawFields = Presence::Shown;
    now.state = &told;
    const QPoint at = device(pointer);
    const bool slice = hover.kind == Item::Kind::Slice;
    const auto block = slice ? blockWords(now, at.x(), at.y()) : std::nullopt;
    tooltip->setWords(block ? *block : itemWords(now, hover, tooltipArgs));
    QRect around(q.mapToGlobal(pointer), QSize(1, 1));
    for (const LaneRow* row : lanesOf(now, hover))
        if (row->key == hover.lane) {
            const Box lane = now.laneBox(*row);
            around = QRect(q.mapToGlobal(QPoint(pointer.x(), static_cast<int>(lane.y / now.ratio))),
                           QSize(1, static_cast<int>(lane.h / now.ratio)));
        }
    tooltip->place(q.mapToGlobal(pointer), around);
    const bool raw = slice && !block && told.rawFields == Presence::Shown &&
                     model::raw(hover.event) < view.trace()->events();
    if ((hover.kind != Item::Kind::Event && !raw) || !tooltipArgs.isEmpty()) return;
    // The sentence needs the event's text: read it aside, then complete what is shown.
    const model::TracePtr trace = view.trace();
    const Item wanted = hover;
    PaneWork::of(&view)->jobs().submit([trace, wanted, self = QPointer<TimelineWidget>(&q)] {
        const model::Event event = trace->event(wanted.event);
        const auto& source = trace->sources()[model::raw(event.source)];
        if (!source.text) return;
        const auto read = source.text->eventText(event.position);
        if (!read) return;
        QCoreApplication* const application = QCoreApplication::instance();
        if (!application) return;
        QMetaObject::invokeMethod(
            application, [self, wanted, args = QString::fromStdString(read->args)] {
                if (!self || !(self->m_impl->hover == wanted)) return;
                self->m_impl->tooltipArgs = args;
                if (self->m_impl->tooltip && self->m_impl->tooltip->isVisible() && !args.isEmpty())
                    self->m_impl->showTooltip();
            });
    });
}

void TimelineWidget::setRawFields(Presence presence) { m_impl->rawFields = presence; }

Presence TimelineWidget::rawFields() const { return m_impl->rawFields; }

void TimelineWidget::Impl::hideTooltip() {
    tooltipTimer.stop();
    if (tooltip) tooltip->hide();
}

void TimelineWidget::Impl::describe() {
    if (!view.trace() || view.item().kind == Item::Kind::None) return;
    q.setAccessibleDescription(itemWords(scene(), view.item()).sentence());
    QAccessibleEvent event(&q, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

TimelineWidget::TimelineWidget(TraceView* view, QWidget* parent)
    : QWidget(parent),
      m_impl(std::make_unique<Impl>(*this, *view)) {
    installTimelineAccessible();  // before anything asks for the interface
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Timeline"));
}
TimelineWidget::~TimelineWidget() = default;

void TimelineWidget::setThemeKind(ThemeKind kind) {
    m_impl->theme = kind;
    m_impl->invalidate();
}
void TimelineWidget::setMotion(Motion motion) {
    m_impl->motion = motion;
    if (motion == Motion::Reduced) m_impl->stopAnimation();
}
LaneKey TimelineWidget::focusedLane() const {
    return m_impl->focus.value_or(LaneKey{LaneKey::Kind::Group, 0});
}
QSize TimelineWidget::sizeHint() const { return {1200, 600}; }
QSize TimelineWidget::minimumSizeHint() const { return {420, 160}; }

QImage TimelineWidget::picture() {
    if (!m_impl->view.trace()) return {};
    m_impl->stopAnimation();
    m_impl->shown = m_impl->view.window();
    m_impl->drawBase();
    QImage image = m_impl->base;
    image.setDevicePixelRatio(m_impl->ratio());
    return image;
}

void TimelineWidget::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!m_impl->view.trace()) {
        painter.fillRect(rect(), QColor::fromRgb(views::theme(m_impl->theme).bgCanvas));
        return;
    }
    Impl& d = *m_impl;
    const QSize size(static_cast<int>(std::ceil(width() * d.ratio())),
                     static_cast<int>(std::ceil(height() * d.ratio())));
    if (d.stale || d.base.size() != size || (d.texts && d.texts->ratio() != d.ratio()))
        d.drawBase();
    const TimelineScene scene = d.scene();
    const QImage* shown = &d.base;
    if (scene.pointer || scene.hover.kind != Item::Kind::None) {
        DrawList over;
        drawPointer(scene, *d.texts, over);
        d.frame = d.base.copy();
        rasterize(over, d.frame, *d.texts, nullptr);
        shown = &d.frame;
    }
    QImage image = *shown;
    image.setDevicePixelRatio(d.ratio());
    painter.drawImage(0, 0, image);
}

void TimelineWidget::resizeEvent(QResizeEvent*) {
    m_impl->setScroll(m_impl->scroll);
    m_impl->invalidate();
}

void TimelineWidget::wheelEvent(QWheelEvent* event) {
    Impl& d = *m_impl;
    event->accept();
    if (!d.view.trace()) return;
    d.stopAnimation();
    const QPoint turn = event->angleDelta();
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    const double notches = (turn.y() != 0 ? turn.y() : turn.x()) / 120.0;
    if (control && shift) {
        const int next =
            std::clamp(static_cast<int>(d.view.state().height) + (notches > 0 ? 1 : -1), 0, 2);
        setLaneHeight(static_cast<LaneHeight>(next));
    } else if (control) {
        d.view.zoomAt(model::timestampNs(d.nsAt(event->position().toPoint())),
                      std::pow(1.25, notches));
    } else if (shift || turn.y() == 0) {
        d.view.panBy(-0.1 * notches);
    } else {
        const QPoint pixels = event->pixelDelta();
        if (!pixels.isNull() && pixels.x() != 0)
            d.view.panBy(-static_cast<double>(pixels.x()) / std::max(1, width() - d.headerWidth));
        d.setScroll(d.scroll -
                    (pixels.isNull() ? static_cast<int>(std::lround(notches * 60)) : pixels.y()));
    }
    d.pointerMoved(event->position().toPoint(), event->modifiers());
}

void TimelineWidget::mousePressEvent(QMouseEvent* event) {
    m_impl->stopAnimation();
    m_impl->hideTooltip();
    m_impl->ringed = false;
    if (!m_impl->view.trace()) return;
    m_impl->press(event->position().toPoint(), event->button(), event->modifiers());
}
void TimelineWidget::mouseMoveEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    if (m_impl->drag.kind != DragKind::None || m_impl->drag.button != Qt::NoButton)
        m_impl->dragTo(at, event->modifiers());
    else m_impl->pointerMoved(at, event->modifiers());
}
void TimelineWidget::mouseReleaseEvent(QMouseEvent* event) {
    if (m_impl->drag.button != event->button()) return;
    m_impl->release();
    m_impl->pointerMoved(event->position().toPoint(), event->modifiers());
}
void TimelineWidget::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && m_impl->view.trace())
        m_impl->doubleClick(event->position().toPoint());
}
void TimelineWidget::leaveEvent(QEvent*) {
    if (m_impl->drag.kind == DragKind::None) m_impl->pointerLeft();
}

void TimelineWidget::keyPressEvent(QKeyEvent* event) {
    m_impl->hideTooltip();
    if (event->key() == Qt::Key_Escape && escape()) return;
    if (event->key() == Qt::Key_Menu ||
        (event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier)) {
        emit contextMenuWanted(mapToGlobal(rect().center()), focusedLane(), m_impl->view.item());
        return;
    }
    QWidget::keyPressEvent(event);
}
void TimelineWidget::focusInEvent(QFocusEvent* event) {
    // A focus that came by itself, as at the start, is not framed.
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason)
        m_impl->ringed = true;
    if (!m_impl->focus && !m_impl->layout.rows().empty())
        m_impl->focus = m_impl->layout.rows().front().key;
    m_impl->invalidate();
}
void TimelineWidget::focusOutEvent(QFocusEvent*) { m_impl->invalidate(); }

bool TimelineWidget::event(QEvent* event) {
    if (event->type() == QEvent::NativeGesture) {
        auto* const gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture && m_impl->view.trace()) {
            m_impl->view.zoomAt(model::timestampNs(m_impl->nsAt(gesture->position().toPoint())),
                                1 + gesture->value());
            return true;
        }
    }
    return QWidget::event(event);
}

}  // namespace kscope::views
