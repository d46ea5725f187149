// SPDX-License-Identifier: GPL-3.0-or-later
/// The timeline as a screen reader finds it.
#include "tests/views/timeline/made_trace.h"
#include "views/timeline/timeline_widget.h"

#include <QAccessible>

#include <gtest/gtest.h>

using namespace kscope;
using namespace kscope::views;

namespace {

class TimelineAccessibleTest : public testing::Test {
protected:
    TimelineAccessibleTest() : widget(&view) {
        widget.setMotion(Motion::Reduced);
        widget.resize(1220, 500);
        widget.show();
        view.setTrace(tests::switchStory());
        view.showWhole();
        (void)widget.picture();
    }
    [[nodiscard]] QAccessibleInterface* root() {
        return QAccessible::queryAccessibleInterface(&widget);
    }
    TraceView view;
    TimelineWidget widget;
};

TEST_F(TimelineAccessibleTest, ListsTheLanesInViewFromTopToBottom) {
    auto* const timeline = root();
    ASSERT_NE(timeline, nullptr);
    EXPECT_EQ(timeline->role(), QAccessible::List);
    ASSERT_GE(timeline->childCount(), 3);
    EXPECT_EQ(timeline->child(0)->text(QAccessible::Name), QStringLiteral("CPU 0"));
    EXPECT_EQ(timeline->child(1)->text(QAccessible::Name), QStringLiteral("CPU 1"));
    int bottom = 0;
    for (int i = 0; i < timeline->childCount(); ++i) {
        auto* const lane = timeline->child(i);
        EXPECT_EQ(lane->role(), QAccessible::List);
        EXPECT_EQ(lane->parent(), timeline);
        EXPECT_EQ(timeline->indexOfChild(lane), i);
        EXPECT_TRUE(timeline->rect().contains(lane->rect())) << i;
        EXPECT_GE(lane->rect().top(), bottom) << i;
        bottom = lane->rect().bottom();
    }
    EXPECT_EQ(timeline->child(timeline->childCount()), nullptr);
    EXPECT_EQ(timeline->child(-1), nullptr);
}

TEST_F(TimelineAccessibleTest, ALaneListsItsItemsAsTheTooltipSaysThem) {
    auto* const lane = root()->child(0);
    ASSERT_GT(lane->childCount(), 1);
    int last = INT_MIN;
    for (int i = 0; i < lane->childCount(); ++i) {
        auto* const item = lane->child(i);
        EXPECT_EQ(item->role(), QAccessible::ListItem);
        EXPECT_FALSE(item->text(QAccessible::Name).isEmpty());
        EXPECT_GE(item->rect().left(), last);
        last = item->rect().left();
        EXPECT_EQ(lane->childAt(item->rect().center().x(), item->rect().center().y()), item);
    }
}

TEST_F(TimelineAccessibleTest, PressingAnItemSelectsItEverywhere) {
    auto* const item = root()->child(0)->child(0);
    EXPECT_FALSE(item->state().selected);
    auto* const actions = item->actionInterface();
    ASSERT_NE(actions, nullptr);
    actions->doAction(QAccessibleActionInterface::pressAction());
    EXPECT_EQ(view.item().kind, Item::Kind::Slice);
    EXPECT_TRUE(root()->child(0)->child(0)->state().selected);
}

TEST_F(TimelineAccessibleTest, ThePageFollowsTheWindow) {
    const int all = root()->child(0)->childCount();
    const auto window = view.window();
    view.setWindow({window.begin, window.begin + window.length() / 4});
    (void)widget.picture();
    const int some = root()->child(0)->childCount();
    EXPECT_GT(some, 0);
    EXPECT_LT(some, all);
    const auto items = widget.itemsInView({LaneKey::Kind::Cpu, 0}, 200);
    for (const auto& item : items) {
        EXPECT_LT(item.span.begin, view.window().end);
        EXPECT_GT(item.span.end, view.window().begin);
    }
    EXPECT_EQ(static_cast<int>(items.size()), some);
    EXPECT_EQ(widget.itemsInView({LaneKey::Kind::Cpu, 0}, 1).size(), 1u);
}

TEST_F(TimelineAccessibleTest, HasNoLanesWithoutATrace) {
    view.setTrace(nullptr);
    EXPECT_EQ(root()->childCount(), 0);
}

}  // namespace
