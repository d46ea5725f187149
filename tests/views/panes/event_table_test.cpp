// SPDX-License-Identifier: GPL-3.0-or-later
/// The event table: runs of rows, scrolling over any number, keys, mouse, export, following and
/// leading.
#include "tests/items/qt_application.h"
#include "tests/items/small_trace.h"
#include "views/panes/event_table/event_rows.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/event_table/kind_step.h"
#include "views/panes/event_table/row_selection.h"
#include "views/panes/pane_look.h"
#include "views/panes/table/scroll_map.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace kscope::tests {
namespace {

using namespace kscope::views;
using model::EventIndex;

TEST(RowSelection, AgreesWithASetOfNumbers) {
    std::minstd_rand random(3);
    for (int round = 0; round < 200; ++round) {
        RowSelection selection;
        std::set<std::uint64_t> expected;
        for (int step = 0; step < 20; ++step) {
            const std::uint64_t first = random() % 60, last = first + random() % 8;
            const bool adds = random() % 3 != 0;
            if (adds) selection.add({EventIndex{first}, EventIndex{last}});
            else selection.remove({EventIndex{first}, EventIndex{last}});
            for (auto i = first; i <= last; ++i)
                adds ? void(expected.insert(i)) : void(expected.erase(i));
            const std::uint64_t one = random() % 60;
            selection.toggle(EventIndex{one});
            if (!expected.erase(one)) expected.insert(one);
            for (std::uint64_t i = 0; i < 70; ++i)
                ASSERT_EQ(selection.contains(EventIndex{i}), expected.contains(i))
                    << round << ':' << step;
            for (std::size_t i = 1; i < selection.runs().size(); ++i)
                ASSERT_GT(raw(selection.runs()[i].first), raw(selection.runs()[i - 1].last) + 1);
        }
    }
}

TEST(ScrollMap, ReachesEveryRowOfAHundredMillion) {
    ScrollMap map;
    map.setRows(100'000'000, 40);
    EXPECT_EQ(map.maxBar(), 99'999'960);
    EXPECT_TRUE(map.setBar(12'345'678));
    EXPECT_EQ(map.top(), 12'345'678U);
    EXPECT_TRUE(map.moveBy(1));
    EXPECT_EQ(map.bar(), 12'345'679);
    map.moveBy(INT64_MAX);
    EXPECT_EQ(map.top(), 99'999'960U);
    map.moveBy(INT64_MIN + 1);
    EXPECT_EQ(map.top(), 0U);
}

TEST(ScrollMap, StepsByOneRowWhereTheBarCannot) {
    ScrollMap map;
    map.setRows(std::uint64_t{1} << 40, 40);
    EXPECT_LE(map.maxBar(), static_cast<int>(ScrollMap::kMaxBar) + 1);
    EXPECT_TRUE(map.setBar(1000));
    const auto top = map.top();
    EXPECT_TRUE(map.moveBy(1));
    EXPECT_EQ(map.top(), top + 1);
    EXPECT_FALSE(map.setBar(map.bar()));  // the bar was not moved: the row stays exact
    EXPECT_EQ(map.top(), top + 1);
    EXPECT_TRUE(map.setBar(map.maxBar()));
    EXPECT_EQ(map.top(), map.maxTop());
}

TEST(NextOfKind, FindsTheNeighbourInBothDirections) {
    const auto made = rowTrace(3000, 700);
    EXPECT_EQ(nextOfKind(*made.trace, nullptr, EventIndex{699}, StepTo::Next), EventIndex{702});
    EXPECT_EQ(nextOfKind(*made.trace, nullptr, EventIndex{702}, StepTo::Previous), EventIndex{699});
    EXPECT_FALSE(nextOfKind(*made.trace, nullptr, EventIndex{2999}, StepTo::Next));
    EXPECT_FALSE(nextOfKind(*made.trace, nullptr, EventIndex{2}, StepTo::Previous));
}

class EventTableTest : public testing::Test {
protected:
    void SetUp() override {
        made = rowTrace(3000);
        view.setTrace(made.trace);
        table = std::make_unique<EventTable>(&view);
        table->resize(1200, 300);
        table->show();
        rows = &table->rows();
        QTest::qWait(1);
    }
    [[nodiscard]] QPoint middleOf(int line) const {
        return {300, line * EventRows::kRowHeight + EventRows::kRowHeight / 2};
    }
    void click(int line, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(rows->viewport(), Qt::LeftButton, modifiers, middleOf(line));
    }
    TraceView view;
    RowTrace made;
    std::unique_ptr<EventTable> table;
    EventRows* rows = nullptr;
};

TEST_F(EventTableTest, AClickSelectsTheEventEverywhereAndDoesNotScroll) {
    rows->setTopRow(500);
    click(3);
    EXPECT_EQ(view.item().kind, Item::Kind::Event);
    EXPECT_EQ(view.item().event, EventIndex{503});
    EXPECT_EQ(rows->topRow(), 500U);
    EXPECT_EQ(table->titleText(), QString::fromUtf8("Events 503 of 3\u2009000, ordered by time"));
}

TEST_F(EventTableTest, ShiftAndCtrlMakeRuns) {
    click(2);
    click(5, Qt::ShiftModifier);
    click(8, Qt::ControlModifier);
    const auto& runs = rows->selection().runs();
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0], (RowSelection::Run{EventIndex{2}, EventIndex{5}}));
    EXPECT_EQ(runs[1], (RowSelection::Run{EventIndex{8}, EventIndex{8}}));
    ASSERT_TRUE(view.range());
    EXPECT_EQ(view.range()->begin, made.trace->event(EventIndex{2}).time);
}

TEST_F(EventTableTest, KeysMoveTheCurrentRow) {
    click(0);
    const auto press = [&](Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(rows, key, modifiers);
    };
    press(Qt::Key_Down);
    EXPECT_EQ(rows->current(), EventIndex{1});
    press(Qt::Key_BracketRight);
    press(Qt::Key_J);
    EXPECT_EQ(rows->current(), EventIndex{3});
    press(Qt::Key_K);
    EXPECT_EQ(rows->current(), EventIndex{2});
    press(Qt::Key_BraceRight, Qt::ShiftModifier);
    EXPECT_EQ(rows->current(), EventIndex{5});
    press(Qt::Key_BraceLeft, Qt::ShiftModifier);
    EXPECT_EQ(rows->current(), EventIndex{2});
    press(Qt::Key_End);
    EXPECT_EQ(rows->current(), EventIndex{2999});
    EXPECT_TRUE(rows->rowInView(2999));
    press(Qt::Key_PageUp);
    EXPECT_EQ(raw(*rows->current()), 2999U - static_cast<unsigned>(rows->pageLines()));
    press(Qt::Key_Home, Qt::ShiftModifier);
    EXPECT_EQ(rows->selection().runs().front().first, EventIndex{0});
    press(Qt::Key_A, Qt::ControlModifier);
    EXPECT_EQ(rows->selection().runs().front(),
              (RowSelection::Run{EventIndex{0}, EventIndex{2999}}));
}

TEST_F(EventTableTest, FollowsTheItemAndTheWindow) {
    view.selectEvent(EventIndex{2000});
    EXPECT_EQ(rows->current(), EventIndex{2000});
    EXPECT_TRUE(rows->rowInView(2000));
    const auto start = made.trace->range().begin;
    view.setWindow(
        {start + std::chrono::microseconds(100), start + std::chrono::microseconds(200)});
    EXPECT_GE(rows->topRow() + static_cast<unsigned>(rows->pageLines()), 100U);
    EXPECT_LE(rows->topRow(), 200U);
}

TEST_F(EventTableTest, OnlyThisCpuAndInViewTakeRowsAway) {
    click(4);  // CPU 0
    auto state = view.state();
    state.onlyCpus = {model::CpuId{0}};
    view.setState(state, "Only This CPU");
    ASSERT_TRUE(waitFor([&] { return table->model().rows() == 1500; }));
    EXPECT_EQ(table->titleText(),
              QString::fromUtf8("Events 1\u2009500 of 3\u2009000 shown, ordered by time"));
    EXPECT_EQ(rows->current(), EventIndex{4});
}

TEST_F(EventTableTest, KnowsTheItemThatWasChosenBeforeIt) {
    view.selectEvent(EventIndex{2000});
    EventTable late(&view);
    late.resize(900, 300);
    late.show();
    EXPECT_EQ(late.rows().current(), EventIndex{2000});
}

TEST_F(EventTableTest, OnlyTickedKindsStay) {
    const auto beta = made.trace->findString("beta");
    auto state = view.state();
    state.onlyNames = {beta};
    view.setState(state, "Event Kinds");
    const auto count = made.trace->nameCounts()[raw(beta)];
    ASSERT_GT(count, 0u);
    ASSERT_LT(count, 3000u);
    ASSERT_TRUE(waitFor([&] { return table->model().rows() == count; }));
    for (std::uint64_t row = 0; row < count; row += 37)
        EXPECT_EQ(made.trace->event(table->model().eventAt(row)).name, beta);
}

TEST_F(EventTableTest, ArrowsStepAloneAndHomeAndEndReachTheEnds) {
    const auto press = [&](Qt::Key key) { QTest::keyClick(rows, key); };
    click(4);
    press(Qt::Key_Right);
    EXPECT_EQ(rows->current(), EventIndex{5});
    press(Qt::Key_Left);
    press(Qt::Key_Left);
    EXPECT_EQ(rows->current(), EventIndex{3});
    press(Qt::Key_End);
    EXPECT_EQ(rows->current(), EventIndex{2999});
    press(Qt::Key_Home);
    EXPECT_EQ(rows->current(), EventIndex{0});
}

TEST_F(EventTableTest, AnEmptyResultOffersTheWayOut) {
    view.setFilterRows(
        std::make_shared<const model::RowSet>(std::vector<model::RowSet::ChunkRows>{}));
    EXPECT_EQ(table->model().rows(), 0U);
    EXPECT_TRUE(rows->emptyText().contains("Clear filter"));
    EXPECT_FALSE(table->grab().isNull());
}

TEST_F(EventTableTest, CopiesRowsWithTabs) {
    click(1);
    click(2, Qt::ShiftModifier);
    QApplication::clipboard()->clear();
    table->copySelection();
    ASSERT_TRUE(waitFor([] { return !QApplication::clipboard()->text().isEmpty(); }));
    const auto lines = QApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
    ASSERT_EQ(lines.size(), 2);
    EXPECT_TRUE(lines[0].startsWith("100.000001000\t1\t11\tgreen\tbeta\t"));
    EXPECT_TRUE(lines[0].endsWith("\tn=1"));
}

/// Keeps what was written after it is gone.
class Kept : public QBuffer {
public:
    explicit Kept(QByteArray* bytes) : QBuffer(bytes) { open(QIODevice::WriteOnly); }
};

TEST_F(EventTableTest, ExportsAllRowsOffThisThread) {
    QByteArray bytes;
    QString fault = "not called";
    table->exportTo(std::make_unique<Kept>(&bytes), items::RowTextStyle::Csv,
                    [&](const QString& text) { fault = text; });
    EXPECT_TRUE(table->exporting());
    ASSERT_TRUE(waitFor([&] { return !table->exporting(); }));
    EXPECT_EQ(fault, "");
    EXPECT_EQ(bytes.count('\n'), 3001);
    EXPECT_TRUE(bytes.startsWith("time_ns,cpu,tid,comm,flags,event,args,source,position\r\n"));
}

TEST_F(EventTableTest, ACancelledExportSaysSo) {
    QByteArray bytes;
    QString fault;
    table->exportTo(std::make_unique<Kept>(&bytes), items::RowTextStyle::Csv,
                    [&](const QString& text) { fault = text; });
    table->cancelExport();
    ASSERT_TRUE(waitFor([&] { return !table->exporting(); }));
    // It may have been done before the wish came; then everything is there.
    EXPECT_TRUE(fault.contains("cancelled") || bytes.count('\n') == 3001);
}

TEST_F(EventTableTest, PaintsTheSelectedRowAndNothingBelowTheLast) {
    rows->setTopRow(0);
    click(2);
    const auto image = rows->viewport()->grab().toImage();
    const auto& colours = themeOf(*rows);
    EXPECT_EQ(image.pixel(2, 2 * EventRows::kRowHeight + 3), colours.accentFill);
    EXPECT_NE(image.pixel(2, 3 * EventRows::kRowHeight + 3), colours.accentFill);
    view.setFilterRows(nullptr);
}

TEST_F(EventTableTest, WheelScrollsByLinesOverAnyHeight) {
    rows->setTopRow(0);
    QWheelEvent down(QPointF(50, 50), rows->mapToGlobal(QPointF(50, 50)), {}, QPoint(0, -120),
                     Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(rows->viewport(), &down);
    EXPECT_EQ(rows->topRow(), static_cast<std::uint64_t>(QApplication::wheelScrollLines()));
    rows->verticalScrollBar()->setValue(rows->verticalScrollBar()->maximum());
    EXPECT_EQ(rows->topRow() + static_cast<unsigned>(rows->pageLines()), 3000U);
}

TEST_F(EventTableTest, ColumnsAreWidenedByTheirEdge) {
    const int before = rows->columns()[EventColumn::Cpu].width;
    const auto places = rows->columns().places(rows->viewport()->width());
    const int edge = places[2].x + places[2].width;
    QTest::mousePress(&rows->head(), Qt::LeftButton, {}, QPoint(edge, 10));
    QTest::mouseMove(&rows->head(), QPoint(edge + 30, 10));
    QTest::mouseRelease(&rows->head(), Qt::LeftButton, {}, QPoint(edge + 30, 10));
    EXPECT_EQ(rows->columns()[EventColumn::Cpu].width, before + 30);
    rows->columns().setShown(EventColumn::Cpu, false);
    rows->columnsChanged();
    EXPECT_EQ(rows->columns().places(1200).size(), static_cast<std::size_t>(kEventColumns - 1));
}

}  // namespace
}  // namespace kscope::tests
