// SPDX-License-Identifier: GPL-3.0-or-later
/// Inside of the timeline widget: what it keeps beside the shared view.
#pragma once

#include "views/canvas/raster.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/item_at.h"
#include "views/timeline/item_words.h"
#include "views/timeline/run_colour.h"
#include "views/timeline/scene.h"
#include "views/timeline/scene_parts.h"
#include "views/timeline/source_drag.h"
#include "views/timeline/timeline_tooltip.h"
#include "views/timeline/timeline_widget.h"

#include <QElapsedTimer>
#include <QPoint>
#include <QTimer>

#include <optional>

namespace kscope::views {

/// What a press on the widget is about.
enum class DragKind : std::uint8_t {
    None,
    Range,
    Zoom,
    Pan,
    CursorA,
    CursorB,
    Bookmark,
    BracketMove,
    BracketLeft,
    BracketRight,
    BracketNew,
    Lane,
    LaneHeight,
    Picture,
    Source,
    HeaderWidth
};

struct Drag {
    DragKind kind = DragKind::None;
    bool moved = false;  ///< Beyond 4 px.
    QPoint from;         ///< Logical.
    QPoint at;
    Qt::KeyboardModifiers modifiers;
    Qt::MouseButton button = Qt::NoButton;
    model::TimeRange window;  ///< At the press.
    int scroll = 0;
    std::int64_t anchorNs = 0;  ///< Time at the press.
    std::int64_t nowNs = 0;
    std::size_t index = 0;  ///< Of the lane or bookmark.
    int bar = 0;            ///< Height of the lane's bar, as it will be set.
};

struct TimelineWidget::Impl {
    explicit Impl(TimelineWidget& widget, TraceView& traceView);

    // Picture.
    [[nodiscard]] TimelineScene scene() const;
    void drawBase();
    void invalidate();  ///< The base picture is out of date.
    void relayout();
    [[nodiscard]] double ratio() const { return q.devicePixelRatioF(); }
    [[nodiscard]] QPoint device(QPoint logical) const;
    [[nodiscard]] Viewport viewport() const { return scene().viewport(); }
    [[nodiscard]] std::int64_t nsAt(QPoint logical) const;

    // Window, with its 120 ms.
    void windowChanged();
    void animate();
    void stopAnimation();

    // Pointer.
    Presence rawFields = Presence::Hidden;  ///< Of all tooltips, beside what the state says.
    void pointerMoved(QPoint logical, Qt::KeyboardModifiers modifiers);
    void pointerLeft();
    void updateCursorShape(QPoint logical);
    void showTooltip();
    void hideTooltip();
    [[nodiscard]] const HitRegion* hitAt(QPoint logical) const;

    // Press, drag, release.
    void press(QPoint logical, Qt::MouseButton button, Qt::KeyboardModifiers modifiers);
    void dragTo(QPoint logical, Qt::KeyboardModifiers modifiers);
    void release();
    void cancelDrag();
    void rightPress(QPoint logical, const HitRegion* region);
    void follow(const Item& item);  ///< Selects it as the next step of the chain.
    void click();
    void doubleClick(QPoint logical);
    void clickPlot();
    void clickHeader();
    void dragPan(QPoint logical);
    void dragBracket(QPoint logical);
    void dragPicture();
    void beginSourceDrag();
    void finishSourceDrag(const Drag& done);
    void finishLaneDrag();
    void dragLaneHeight(QPoint logical);
    [[nodiscard]] ViewState withBar(const LaneKey& lane, int height) const;
    void followEdge();
    [[nodiscard]] std::int64_t snapped(std::int64_t ns, QPoint logical,
                                       Qt::KeyboardModifiers modifiers) const;
    [[nodiscard]] DragKind dragKindOf(const HitRegion& region) const;

    // Lanes.
    void setScroll(int value);
    [[nodiscard]] int lanesHeight() const;
    void setFocusLane(LaneKey key);  ///< By value: the rows that name it are laid out anew.
    void moveFocus(int lanes, bool extend);
    [[nodiscard]] std::optional<std::size_t> focusIndex() const;
    void revealLane(const LaneRow& row);
    void toggleKey(std::vector<LaneKey> ViewState::*member, const std::vector<LaneKey>& keys,
                   const QString& undo);
    [[nodiscard]] std::vector<LaneKey> chosenLanes() const;  ///< Selected, else the focused one.
    void moveLane(int by);
    void moveLaneTo(const LaneKey& key, std::size_t place);
    void select(const Item& item);
    void stepKind(Step step);
    void stepEvent(Step step);
    void stepWait(Step step);
    void stepHit(Step step);
    /// Time that keys act at: the pointer's, else the item's, else the middle.
    [[nodiscard]] model::Timestamp here() const;
    void describe();

    TimelineWidget& q;
    TraceView& view;
    ThemeKind theme = ThemeKind::Dark;
    Motion motion = Motion::Full;
    model::ThreadPool& pool;  ///< The view's.
    model::EventTicks ticks;
    TaskPriorities priorities;
    DeviceLanes devices;
    OverviewCache overview;
    std::unique_ptr<TextCache> texts;
    LaneLayout layout;
    int scroll = 0;
    int headerWidth = 220;
    model::TimeRange shown;  ///< Window on the screen, on its way to the view's.
    model::TimeRange animateFrom;
    QElapsedTimer animation;
    QTimer frameTimer;
    DrawList list;  ///< Of the base picture, for its hit regions.
    QImage base;
    QImage frame;
    bool stale = true;
    bool keyMovedLast = false;
    bool ringed = false;  // keys were used since the last press of the mouse: the focus is framed
    bool fitAgain = false;
    mutable double foldNs = 0;  ///< Slices thinner than that fold; moves only as far as it must.
    std::optional<LaneKey> focus;
    std::optional<std::size_t> dropPlace;
    SourceDrag* sourceDrag = new SourceDrag(&q);  ///< The widget's.
    std::optional<SourceMarks> draggedSource;     ///< The source under the hand.
    Item hover;
    QPoint pointer;
    bool pointerInside = false;
    Drag drag;
    QTimer followTimer;
    QTimer tooltipTimer;
    QTimer liftTimer;
    TimelineTooltip* tooltip = nullptr;
    QString tooltipArgs;
    std::vector<Item> chain;  ///< Items left by following wakeups, the latest last.
};

}  // namespace kscope::views
