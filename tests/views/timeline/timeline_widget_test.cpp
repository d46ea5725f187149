// SPDX-License-Identifier: GPL-3.0-or-later
/// Real mouse and wheel events on the timeline.
#include "tests/views/timeline/made_trace.h"
#include "views/timeline/timeline_widget.h"

#include <QApplication>
#include <QTest>
#include <QWheelEvent>

#include <gtest/gtest.h>

using namespace kscope;
using namespace kscope::views;

namespace {

class TimelineWidgetTest : public testing::Test {
protected:
    TimelineWidgetTest() : widget(&view) {
        widget.setMotion(Motion::Reduced);
        widget.resize(1220, 500);
        widget.show();
        view.setTrace(tests::switchStory());
        view.showWhole();
        (void)widget.picture();
    }
    void send(QEvent::Type type, QPoint at, Qt::MouseButton button, Qt::MouseButtons held,
              Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QMouseEvent event(type, at, widget.mapToGlobal(at), button, held, modifiers);
        QApplication::sendEvent(&widget, &event);
        (void)widget.picture();
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = Qt::NoModifier,
              Qt::MouseButton button = Qt::LeftButton) {
        send(QEvent::MouseButtonPress, from, button, button, modifiers);
        send(QEvent::MouseMove, from + (to - from) / 2, Qt::NoButton, button, modifiers);
        send(QEvent::MouseMove, to, Qt::NoButton, button, modifiers);
        send(QEvent::MouseButtonRelease, to, button, Qt::NoButton, modifiers);
    }
    void click(QPoint at, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        send(QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton, modifiers);
        send(QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton, modifiers);
    }
    void wheel(QPoint at, int delta, Qt::KeyboardModifiers modifiers) {
        QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&widget, &event);
    }
    [[nodiscard]] std::int64_t begin() const { return model::toNs(view.window().begin); }
    [[nodiscard]] std::int64_t length() const { return view.window().length().count(); }

    TraceView view;
    TimelineWidget widget;
    const QPoint slice{320, 75 + 20 + 12};       // On CPU 0, task 1's first run.
    const QPoint empty{600, 75 + 20 + 34 + 12};  // On CPU 1.
};

}  // namespace

TEST_F(TimelineWidgetTest, ClickOnASliceSelectsItAndNothingMoves) {
    const auto window = view.window();
    click(slice);
    EXPECT_EQ(view.item().kind, Item::Kind::Slice);
    EXPECT_EQ(view.item().task, view.trace()->findTask(model::Tid{1}));
    EXPECT_EQ(view.window(), window);
    EXPECT_FALSE(view.state().cursorA);
}

TEST_F(TimelineWidgetTest, ClickOnAnEmptyLanePlacesCursorAAndClearsTheItem) {
    click(slice);
    click(empty);
    EXPECT_EQ(view.item().kind, Item::Kind::None);
    ASSERT_TRUE(view.state().cursorA);
    EXPECT_NEAR(static_cast<double>(model::toNs(*view.state().cursorA)), 380'000, 1'500);
    EXPECT_EQ(view.state().selectedLanes, (std::vector<LaneKey>{{LaneKey::Kind::Cpu, 1}}));
    click({800, 141}, Qt::ShiftModifier);
    ASSERT_TRUE(view.range());
}

TEST_F(TimelineWidgetTest, DragSelectsARangeOfTimeAndTheLanesCrossed) {
    const auto window = view.window();
    drag({470, 100}, {720, 140}, Qt::AltModifier);
    ASSERT_TRUE(view.range());
    EXPECT_NEAR(static_cast<double>(model::toNs(view.range()->begin)), 250'000, 1'500);
    EXPECT_NEAR(static_cast<double>(view.range()->length().count()), 250'000, 3'000);
    EXPECT_EQ(view.window(), window);
    EXPECT_EQ(view.state().selectedLanes.size(), 2u);
}

TEST_F(TimelineWidgetTest, APressBelowFourPixelsIsAClick) {
    drag(slice, slice + QPoint(2, 1));
    EXPECT_FALSE(view.range());
    EXPECT_EQ(view.item().kind, Item::Kind::Slice);
}

TEST_F(TimelineWidgetTest, ControlDragZoomsAndShiftDragPans) {
    // Alt while dragging: no snap. At the press, Ctrl+Alt would drag the picture away.
    constexpr auto kNoSnap = Qt::ControlModifier | Qt::AltModifier;
    send(QEvent::MouseButtonPress, {470, 141}, Qt::LeftButton, Qt::LeftButton, Qt::ControlModifier);
    send(QEvent::MouseMove, {600, 141}, Qt::NoButton, Qt::LeftButton, kNoSnap);
    send(QEvent::MouseMove, {720, 141}, Qt::NoButton, Qt::LeftButton, kNoSnap);
    send(QEvent::MouseButtonRelease, {720, 141}, Qt::LeftButton, Qt::NoButton, kNoSnap);
    EXPECT_NEAR(static_cast<double>(length()), 250'000, 3'000);
    const auto before = begin();
    const auto whole = length();
    drag({500, 141}, {600, 141}, Qt::ShiftModifier);
    EXPECT_NEAR(static_cast<double>(before - begin()), static_cast<double>(whole) / 10,
                static_cast<double>(whole) / 200);
    EXPECT_EQ(length(), whole);
    EXPECT_FALSE(view.range());
}

TEST_F(TimelineWidgetTest, EscapeCancelsADrag) {
    const auto window = view.window();
    send(QEvent::MouseButtonPress, {500, 141}, Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseMove, {700, 141}, Qt::NoButton, Qt::LeftButton);
    EXPECT_TRUE(widget.escape());
    send(QEvent::MouseButtonRelease, {700, 141}, Qt::LeftButton, Qt::NoButton);
    EXPECT_FALSE(view.range());
    EXPECT_EQ(view.window(), window);
    EXPECT_FALSE(widget.escape());
}

TEST_F(TimelineWidgetTest, ControlWheelZoomsAtThePointer) {
    const QPoint at{720, 141};
    wheel(at, 120, Qt::ControlModifier);
    EXPECT_NEAR(static_cast<double>(length()), 1'001'000 / 1.25, 100);
    EXPECT_NEAR(static_cast<double>(begin()), 500'000 - 500'000 / 1.25,
                1'500);  // The middle stays where it was.
    wheel(at, -120, Qt::ControlModifier);
    EXPECT_NEAR(static_cast<double>(length()), 1'001'000, 200);
}

TEST_F(TimelineWidgetTest, ControlShiftWheelChangesTheLanesHeight) {
    wheel({720, 141}, 120, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(view.state().height, LaneHeight::Tall);
    wheel({720, 141}, -120, Qt::ControlModifier | Qt::ShiftModifier);
    wheel({720, 141}, -120, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(view.state().height, LaneHeight::Compact);
}

TEST_F(TimelineWidgetTest, MovingSetsThePointerTimeAndLeavingClearsIt) {
    send(QEvent::MouseMove, {720, 141}, Qt::NoButton, Qt::NoButton);
    ASSERT_TRUE(view.pointer());
    EXPECT_NEAR(static_cast<double>(model::toNs(*view.pointer())), 500'000, 1'500);
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(&widget, &leave);
    EXPECT_FALSE(view.pointer());
}

TEST_F(TimelineWidgetTest, KeysStepThroughTheFocusedLane) {
    click(slice);
    widget.nextEvent();
    EXPECT_EQ(view.item().task, view.trace()->findTask(model::Tid{2}));
    widget.previousEvent();
    EXPECT_EQ(view.item().task, view.trace()->findTask(model::Tid{1}));
    widget.nextEvent();
    widget.nextEvent();
    widget.gotoWaker();
    EXPECT_EQ(view.item().kind, Item::Kind::Event);
    EXPECT_EQ(view.item().task, view.trace()->findTask(model::Tid{2}));
}

TEST_F(TimelineWidgetTest, FitGoesToTheItemAndAgainLeavesAMargin) {
    click(slice);
    widget.fitSelection();
    EXPECT_EQ(length(), 400'000);
    widget.fitSelection();
    EXPECT_GT(length(), 400'000);
}

TEST_F(TimelineWidgetTest, CursorsAreDraggedByTheirFlags) {
    view.setCursors(model::timestampNs(300'000), model::timestampNs(800'000));
    (void)widget.picture();
    drag({520, 62}, {620, 62}, Qt::AltModifier);
    EXPECT_NEAR(static_cast<double>(model::toNs(*view.state().cursorA)), 400'000, 1'500);
    EXPECT_EQ(view.state().cursorB, model::timestampNs(800'000));
}

TEST_F(TimelineWidgetTest, HeaderClickSelectsGroupClickFolds) {
    click({60, 75 + 20 + 12});
    EXPECT_EQ(view.state().selectedLanes, (std::vector<LaneKey>{{LaneKey::Kind::Cpu, 0}}));
    EXPECT_EQ(widget.focusedLane(), (LaneKey{LaneKey::Kind::Cpu, 0}));
    widget.togglePin();
    EXPECT_EQ(view.state().pinned.size(), 1u);
    widget.togglePin();
    (void)widget.picture();
    click({14, 75 + 10});
    EXPECT_EQ(view.state().folded, (std::vector<LaneKey>{{LaneKey::Kind::Group, 0}}));
}

TEST_F(TimelineWidgetTest, NothingIsFramedBeforeAKeyIsUsed) {
    const auto accents = [&] {
        const auto image = widget.grab().toImage();
        const auto accent = theme(ThemeKind::Dark).accent & 0xffffffu;
        int found = 0;
        for (int y = 75; y < image.height(); ++y)
            for (int x = 6; x < 220; ++x)  // beside the mark of a selected lane
                found += (image.pixel(x, y) & 0xffffffu) == accent;
        return found;
    };
    widget.setThemeKind(ThemeKind::Dark);
    widget.activateWindow();
    QApplication::setActiveWindow(&widget);
    widget.clearFocus();
    const int before = accents();
    widget.setFocus(Qt::OtherFocusReason);
    ASSERT_TRUE(widget.hasFocus());
    EXPECT_EQ(accents(), before) << "a focus that came by itself";
    widget.clearFocus();
    widget.setFocus(Qt::TabFocusReason);
    EXPECT_GT(accents(), before + 20);
    click(empty);
    EXPECT_EQ(accents(), before) << "the mouse needs no frame";
}

TEST_F(TimelineWidgetTest, AHeadersBottomEdgeDragsTheHeightOfThatLaneAlone) {
    const QPoint edge{60, 75 + 20 + 34 - 1};  // Of CPU 0.
    drag(edge, edge + QPoint(0, 30));
    ASSERT_EQ(view.state().ownBars.size(), 1u);
    EXPECT_EQ(view.state().ownBars[0].lane, (LaneKey{LaneKey::Kind::Cpu, 0}));
    EXPECT_NEAR(view.state().ownBars[0].height, 20 + 30, 2);
    EXPECT_EQ(view.undoName(), QStringLiteral("Height of This Lane"));
    view.undo();
    EXPECT_TRUE(view.state().ownBars.empty());
    (void)widget.picture();
    send(QEvent::MouseButtonPress, edge, Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseMove, edge + QPoint(0, 30), Qt::NoButton, Qt::LeftButton);
    EXPECT_TRUE(widget.escape());
    send(QEvent::MouseButtonRelease, edge, Qt::LeftButton, Qt::NoButton);
    EXPECT_TRUE(view.state().ownBars.empty());
}

TEST_F(TimelineWidgetTest, ALaneIsDraggedIntoThePinnedAreaAndOut) {
    click({60, 75 + 20 + 12});
    widget.togglePin();  // CPU 0 stands above all now.
    (void)widget.picture();
    const QPoint pinned{60, 75 + 12}, other{60, 75 + 34 + 20 + 12};
    drag(other, pinned);
    EXPECT_EQ(view.state().pinned,
              (std::vector<LaneKey>{{LaneKey::Kind::Cpu, 1}, {LaneKey::Kind::Cpu, 0}}));
}

TEST_F(TimelineWidgetTest, BackspaceWalksBackAlongTheWakeups) {
    click(slice);
    widget.nextEvent();
    widget.nextEvent();
    const Item run = view.item();
    widget.gotoWaker();
    EXPECT_FALSE(view.item() == run);
    widget.backAlongChain();
    EXPECT_EQ(view.item(), run);
    QString said;
    QObject::connect(&view, &TraceView::status, [&](const QString& text) { said = text; });
    widget.backAlongChain();
    EXPECT_FALSE(said.isEmpty());
}

TEST(TimelineSteps, VisitEachOfSeveralEventsOfOneTime) {
    tests::MadeTrace made;
    for (const int us : {10, 20, 20, 20, 30}) made.event(us, 0, "mark", 3);
    TraceView view;
    TimelineWidget widget(&view);
    widget.setMotion(Motion::Reduced);
    widget.resize(1000, 400);
    widget.show();
    view.setTrace(made.finish());
    (void)widget.picture();
    const LaneKey marks{LaneKey::Kind::EventName, model::raw(view.trace()->findString("mark"))};
    view.setItem({.kind = Item::Kind::Event,
                  .lane = marks,
                  .event = model::EventIndex{0},
                  .span = {model::timestampNs(10'000), model::timestampNs(10'000)}});
    while (!(widget.focusedLane() == marks)) widget.focusLaneDown();
    std::vector<std::uint64_t> seen;
    for (int i = 0; i < 4; ++i) {
        widget.nextEvent();
        seen.push_back(model::raw(view.item().event));
    }
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2, 3, 4}));
    widget.previousEvent();
    widget.previousEvent();
    EXPECT_EQ(model::raw(view.item().event), 2u);
    widget.previousOfKind();
    EXPECT_EQ(model::raw(view.item().event), 1u);
}

TEST_F(TimelineWidgetTest, SurvivesHavingNoTrace) {
    view.setTrace(nullptr);
    click(slice);
    wheel({720, 141}, 120, Qt::ControlModifier);
    widget.nextEvent();
    widget.fitSelection();
    widget.gotoWaker();
    widget.togglePin();
    EXPECT_TRUE(widget.picture().isNull());
    EXPECT_FALSE(widget.grab().isNull());
}
