// SPDX-License-Identifier: GPL-3.0-or-later
/// The shared selection: where windows end, what undo covers, and who is told.
#include "tests/items/small_trace.h"
#include "views/state/trace_view.h"

#include <QSignalSpy>
#include <QThread>

#include <gtest/gtest.h>

namespace kscope::views {
namespace {

using model::Duration;
using model::TimeRange;
using model::timestampNs;

constexpr std::int64_t kBegin = 100'000'000'000;  // rowTrace's first row

/// A view on a thousand rows, one a µs.
struct Shown {
    tests::RowTrace rows = tests::rowTrace(1000);
    TraceView view;
    Shown() { view.setTrace(rows.trace); }
    [[nodiscard]] TimeRange at(std::int64_t beginUs, std::int64_t endUs) const {
        return {timestampNs(kBegin + beginUs * 1000), timestampNs(kBegin + endUs * 1000)};
    }
};

TEST(TraceView, ShowsTheWholeOfANewTraceAndNothingToUndo) {
    const Shown shown;
    EXPECT_EQ(shown.view.window(), shown.rows.trace->range());
    EXPECT_TRUE(shown.view.undoName().isEmpty());
}

TEST(TraceView, FollowsAGrowingTraceOnlyWhereItShowedTheWhole) {
    Shown shown;
    const auto longer = tests::rowTrace(2000).trace;
    shown.view.setTrace(longer);
    EXPECT_EQ(shown.view.window(), longer->range());
    shown.view.setWindow(shown.at(10, 20));
    shown.view.setTrace(tests::rowTrace(3000).trace);
    EXPECT_EQ(shown.view.window(), shown.at(10, 20));
}

TEST(TraceView, KeepsTheWindowNearTheTrace) {
    Shown shown;
    shown.view.setWindow(shown.at(5000, 5100));
    EXPECT_EQ(shown.view.window().length(), Duration{100'000});
    EXPECT_EQ(shown.view.window().end, shown.rows.trace->range().end + Duration{50'000});
    shown.view.setWindow(shown.at(-5000, -4900));
    EXPECT_EQ(shown.view.window().begin, shown.rows.trace->range().begin - Duration{50'000});
    shown.view.setWindow({timestampNs(kBegin), timestampNs(kBegin)});
    EXPECT_EQ(shown.view.window().length(), Duration{16});
    shown.view.setWindow({timestampNs(INT64_MIN / 2), timestampNs(INT64_MAX / 2)});
    EXPECT_LE(shown.view.window().length(), shown.rows.trace->range().length() * 5 / 4);
}

TEST(TraceView, ZoomsAroundTheGivenPlace) {
    Shown shown;
    const auto centre = timestampNs(kBegin + 250'000);
    shown.view.setWindow(shown.at(0, 1000));
    shown.view.zoomAt(centre, 4.0);
    EXPECT_EQ(shown.view.window().length(), Duration{250'000});
    EXPECT_EQ(centre - shown.view.window().begin, Duration{62'500});
    shown.view.zoomAt(centre, 0.25);
    shown.view.zoomAt(centre, 0.25);
    EXPECT_EQ(shown.view.window(), shown.rows.trace->range())
        << "zooming out ends at the whole trace";
    for (int i = 0; i < 100; ++i) shown.view.zoomAt(centre, 1.25);
    EXPECT_GE(shown.view.window().length(), Duration{16});
    EXPECT_TRUE(shown.view.window().begin <= centre && centre <= shown.view.window().end);
    shown.view.zoomAt(centre, 0.0);
    shown.view.zoomAt(centre, std::nan(""));
}

TEST(TraceView, MergesZoomsAndPansThatFollowFast) {
    Shown shown;
    shown.view.setWindow(shown.at(0, 500));
    shown.view.panBy(0.1);
    shown.view.panBy(0.1);
    shown.view.undo();
    EXPECT_EQ(shown.view.window(), shown.rows.trace->range());
    shown.view.redo();
    EXPECT_EQ(shown.view.window(), shown.at(100, 600));
    EXPECT_EQ(shown.view.undoName(), "Pan");
    EXPECT_TRUE(shown.view.redoName().isEmpty());
}

TEST(TraceView, KeepsStepsApartAfterAPause) {
    Shown shown;
    shown.view.setWindow(shown.at(0, 500));
    QThread::msleep(650);
    shown.view.setWindow(shown.at(0, 250));
    shown.view.undo();
    EXPECT_EQ(shown.view.window(), shown.at(0, 500));
}

TEST(TraceView, NamesTheStep) {
    Shown shown;
    shown.view.setWindow(shown.at(0, 500));
    EXPECT_EQ(shown.view.undoName(), QString::fromUtf8("Zoom to 500 µs"));
}

TEST(TraceView, KeepsTwoHundredSteps) {
    Shown shown;
    for (int i = 0; i < 300; ++i) shown.view.addBookmark(timestampNs(kBegin + i), {});
    int undone = 0;
    while (!shown.view.undoName().isEmpty()) {
        shown.view.undo();
        ++undone;
    }
    EXPECT_EQ(undone, 200);
    EXPECT_EQ(shown.view.state().bookmarks.size(), 100u);
}

TEST(TraceView, SaysThatABookmarkWasUndone) {
    Shown shown;
    QSignalSpy said(&shown.view, &TraceView::status);
    shown.view.setWindow(shown.at(0, 500));
    shown.view.undo();
    EXPECT_EQ(said.count(), 0);
    shown.view.addBookmark(timestampNs(kBegin), "here");
    shown.view.undo();
    EXPECT_EQ(said.count(), 1);
}

TEST(TraceView, RevealsByTheLeastAmount) {
    Shown shown;
    shown.view.setWindow(shown.at(100, 200));
    shown.view.reveal(shown.at(120, 130));
    EXPECT_EQ(shown.view.window(), shown.at(100, 200)) << "in view already";
    shown.view.reveal(shown.at(250, 260));
    EXPECT_EQ(shown.view.window(), shown.at(160, 260));
    shown.view.reveal(shown.at(150, 155));
    EXPECT_EQ(shown.view.window(), shown.at(150, 250));
    shown.view.reveal(shown.at(0, 900));
    EXPECT_EQ(shown.view.window(), shown.at(150, 250)) << "all around";
    shown.view.reveal(shown.at(300, 900));
    EXPECT_EQ(shown.view.window(), shown.at(300, 400)) << "too long: its nearer end";
}

TEST(TraceView, OrdersTheRangeWhicheverCursorIsFirst) {
    Shown shown;
    EXPECT_FALSE(shown.view.range());
    shown.view.setCursors(shown.at(30, 40).end, shown.at(10, 20).begin);
    EXPECT_EQ(shown.view.range(), shown.at(10, 40));
    shown.view.clearRange();
    EXPECT_FALSE(shown.view.range());
    shown.view.undo();
    EXPECT_EQ(shown.view.range(), shown.at(10, 40));
}

TEST(TraceView, SelectsAnEventWithItsCpuAndTaskWithoutZooming) {
    Shown shown;
    shown.view.setWindow(shown.at(0, 100));
    shown.view.selectEvent(model::EventIndex{501});
    EXPECT_EQ(shown.view.item().kind, Item::Kind::Event);
    EXPECT_EQ(shown.view.item().cpu, model::CpuId{1});
    EXPECT_EQ(shown.view.window().length(), Duration{100'000});
    EXPECT_TRUE(shown.view.window().contains(timestampNs(kBegin + 501'000)));
    shown.view.undo();
    EXPECT_EQ(shown.view.item().kind, Item::Kind::Event) << "undo does not cover the item";
    shown.view.selectEvent(model::EventIndex{1'000'000});
    EXPECT_EQ(shown.view.item().event, model::EventIndex{501});
}

TEST(TraceView, TellsOnlyWhatChanged) {
    Shown shown;
    QSignalSpy windows(&shown.view, &TraceView::windowChanged);
    QSignalSpy lanes(&shown.view, &TraceView::lanesChanged);
    QSignalSpy filters(&shown.view, &TraceView::filterChanged);
    auto state = shown.view.state();
    state.pinned.push_back({LaneKey::Kind::Cpu, 1});
    shown.view.setState(state, "Pin");
    shown.view.setState(state, "Pin");
    EXPECT_EQ(lanes.count(), 1);
    EXPECT_EQ(windows.count(), 0);
    shown.view.setFilterText("cpu == 1");
    EXPECT_EQ(filters.count(), 1);
    shown.view.undo();
    EXPECT_EQ(shown.view.state().filter, "");
    EXPECT_EQ(shown.view.undoName(), "Pin");
}

TEST(TraceView, TheFilterOfFunctionsIsAStepOfItsOwn) {
    Shown shown;
    QSignalSpy told(&shown.view, &TraceView::callFilterChanged);
    QSignalSpy filters(&shown.view, &TraceView::filterChanged);
    shown.view.setCallFilter({.only = "vfs_*", .hide = {}, .atLeast = {}, .depth = 3});
    EXPECT_EQ(shown.view.undoName(), "Filter Functions");
    shown.view.undo();
    EXPECT_EQ(shown.view.state().callFilter, CallFilterText{});
    shown.view.redo();
    EXPECT_EQ(shown.view.state().callFilter.depth, 3);
    EXPECT_EQ(told.count(), 3);
    EXPECT_EQ(filters.count(), 0);
}

TEST(TraceView, ForgetsEverythingWithTheTrace) {
    Shown shown;
    shown.view.addBookmark(timestampNs(kBegin), "x");
    shown.view.selectEvent(model::EventIndex{3});
    shown.view.setTrace(nullptr);
    EXPECT_EQ(shown.view.state(), ViewState{});
    EXPECT_EQ(shown.view.item().kind, Item::Kind::None);
    EXPECT_TRUE(shown.view.undoName().isEmpty());
    shown.view.zoomAt({}, 2);
    shown.view.showWhole();
    shown.view.selectEvent(model::EventIndex{0});
}

}  // namespace
}  // namespace kscope::views
