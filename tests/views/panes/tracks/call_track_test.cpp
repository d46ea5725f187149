// SPDX-License-Identifier: GPL-3.0-or-later
/// What the call timeline says of a call, and of the calls that one pixel holds.
#include "model/query/row_set.h"
#include "model/store/call_edge.h"
#include "model/store/chunk_writer.h"
#include "model/store/trace_builder.h"
#include "tests/support/call_rows.h"
#include "views/panes/call_timeline/call_track.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace kscope;
using namespace kscope::views;

namespace {

/// Tells the arguments of the call that enters at 0 and the result of its exit.
class OneCallsText : public model::EventSource {
public:
    [[nodiscard]] model::Result<model::EventText> eventText(std::uint64_t position) const override {
        model::EventText text;
        if (position == 0) text.args = "[entry] (4011b6) depth: 0 (3, \"x\")";
        if (position == 1) text.args = "[exit ] (4011b6) depth: 0 = 0";
        if (position == 3) text.args = "prev_pid=7 next_pid=0";
        return text;
    }
    [[nodiscard]] model::Result<std::size_t> bytes(std::uint64_t, std::span<char>) const override {
        return std::size_t{0};
    }
    [[nodiscard]] std::uint64_t size() const override { return 0; }
};

/// "outer" from 0 to 1 ms, in it "inner" of 100 ns each microsecond, the one at 505 µs of 300 ns;
/// at 700.5 µs the task is switched out.
model::CallForestPtr story() {
    using model::CallEdge;
    using model::CallSpace;
    model::TraceBuilder builder;
    model::SourceInfo info;
    info.path = "made";
    info.text = std::make_shared<OneCallsText>();
    const auto source = builder.addSource(info);
    model::ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    const auto add = [&](std::int64_t ns, std::uint64_t position, const char* name, CallEdge edge,
                         std::uint32_t depth) {
        (void)writer.prepare(ns, position);
        const auto task = writer.task(model::Tid{7}, "made", model::kUnknownCpu);
        writer.add(ns, position, writer.name(name), model::kUnknownCpu, task,
                   model::callFlags(edge, CallSpace::User, depth));
    };
    add(0, 0, "outer", CallEdge::Entry, 0);
    for (int i = 1; i < 1000; ++i) {
        if (i == 701) {
            (void)writer.prepare(700'500, 3);
            const auto task = writer.task(model::Tid{7}, "made", model::kUnknownCpu);
            writer.add(700'500, 3, writer.name("sched_switch"), model::kUnknownCpu, task,
                       model::kNoFlags);
        }
        add(i * 1000, 2, "inner", CallEdge::Entry, 1);
        add(i * 1000 + (i == 505 ? 300 : 100), 2, "inner", CallEdge::Exit, 1);
    }
    add(1'000'000, 1, "outer", CallEdge::Exit, 0);
    builder.deliver(source, 0, writer.finishPart(0, 0));
    builder.endSource(source);
    model::ThreadPool pool(1);
    return model::deriveCalls(builder.finish(), pool);
}

class CallTrackTest : public testing::Test {
protected:
    CallTrackTest() { scene.window = {model::timestampNs(0), model::timestampNs(1'000'000)}; }
    [[nodiscard]] std::optional<TrackHit> at(int x, int row) {
        const TrackCanvas canvas{scene, texts, list, {}, {0, 0, 100, 60}};
        return track.at(canvas, x, 6 + 15 * row + 5);
    }
    model::CallForestPtr forest = story();
    CallTrack track{forest, 0};
    TimelineScene scene;
    TextCache texts{1};
    DrawList list;
};

TEST_F(CallTrackTest, ACallTellsItsArgumentsAndResultOnceTheyAreRead) {
    const auto hit = at(50, 0);
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->words.title, QStringLiteral("outer"));
    ASSERT_TRUE(hit->readMore);
    EXPECT_EQ(hit->readMore(), QStringLiteral("(3, \"x\") = 0"));
}

// 10 µs a pixel: ten calls begin in each.
TEST_F(CallTrackTest, APixelOfSeveralCallsTellsHowManyAndTheLongest) {
    const auto hit = at(50, 1);
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->words.title, QStringLiteral("10 calls in one pixel"));
    ASSERT_FALSE(hit->words.lines.isEmpty());
    EXPECT_EQ(hit->words.lines.front(), QStringLiteral("the longest: inner, 300 ns"));
    EXPECT_EQ(hit->span.begin, model::timestampNs(500'000));
    EXPECT_EQ(hit->span.end, model::timestampNs(509'100));
    scene.window = {model::timestampNs(505'000), model::timestampNs(505'400)};
    const auto one = at(20, 1);
    ASSERT_TRUE(one);
    EXPECT_EQ(one->words.title, QStringLiteral("inner"));
}

TEST_F(CallTrackTest, AnEventInsideACallIsATickInItThatTellsItself) {
    scene.window = {model::timestampNs(700'200), model::timestampNs(700'800)};
    const CallTrack told{forest, 0, model::eventsInCalls(*forest)[0]};
    const TrackCanvas canvas{scene, texts, list, {}, {0, 0, 100, 60}};
    const auto foot = told.at(canvas, 50, 6 + 12);
    ASSERT_TRUE(foot);
    EXPECT_EQ(foot->words.title, QStringLiteral("sched_switch"));
    EXPECT_EQ(foot->words.lines, QStringList{QStringLiteral("inside outer")});
    EXPECT_EQ(foot->span.begin, model::timestampNs(700'500));
    ASSERT_TRUE(foot->readMore);
    EXPECT_EQ(foot->readMore(), QStringLiteral("prev_pid=7 next_pid=0"));
    // Above its foot the call itself answers, and says what it holds.
    const auto head = told.at(canvas, 50, 6 + 3);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->words.title, QStringLiteral("outer"));
    EXPECT_TRUE(head->words.lines.contains(QStringLiteral("with sched_switch inside")));
    // One stroke more is drawn than without events, where the event is.
    DrawList with, without;
    told.draw({scene, texts, with, {}, {0, 0, 100, 60}});
    track.draw({scene, texts, without, {}, {0, 0, 100, 60}});
    ASSERT_EQ(with.items().size(), without.items().size() + 1);
}

/// "outer" is open when records are lost at 500 µs, the last row before that is at 490 µs; "after"
/// runs from 800 to 900 µs.
TEST_F(CallTrackTest, LostRecordsAreAHatchedBoxThatTellsItself) {
    using model::CallEdge;
    const auto edge = [](CallEdge kind, std::uint32_t depth = 0) {
        return callFlags(kind, model::CallSpace::User, depth);
    };
    support::CallRows rows;
    rows.add({.timeNs = 0, .name = "outer", .flags = edge(CallEdge::Entry)});
    rows.add({.timeNs = 100'000, .name = "inner", .flags = edge(CallEdge::Entry, 1)});
    rows.add({.timeNs = 490'000, .name = "inner", .flags = edge(CallEdge::Exit, 1)});
    rows.add({.timeNs = 500'000, .name = "lost", .flags = edge(CallEdge::Loss)});
    rows.add({.timeNs = 800'000, .name = "after", .flags = edge(CallEdge::Entry)});
    rows.add({.timeNs = 900'000, .name = "after", .flags = edge(CallEdge::Exit)});
    model::ThreadPool pool(1);
    const CallTrack torn{rows.calls(pool), 0};
    const TrackCanvas canvas{scene, texts, list, {}, {0, 0, 100, 60}};
    const auto loss = torn.at(canvas, 50, 30);
    ASSERT_TRUE(loss);
    EXPECT_EQ(loss->words.title, QStringLiteral("Records were lost here"));
    EXPECT_EQ(loss->span.begin, model::timestampNs(490'000));  // the last that is known
    const auto before = torn.at(canvas, 20, 8), behind = torn.at(canvas, 85, 8);
    ASSERT_TRUE(before && behind);
    EXPECT_EQ(before->words.title, QStringLiteral("outer"));
    EXPECT_EQ(behind->words.title, QStringLiteral("after"));
    torn.draw(canvas);
    const auto hatches = std::ranges::count_if(
        list.items(), [](const auto& item) { return item.shape == Shape::Hatch; });
    EXPECT_EQ(hatches, 1);
    // Nothing was lost in the other story.
    DrawList whole;
    track.draw({scene, texts, whole, {}, {0, 0, 100, 60}});
    EXPECT_TRUE(std::ranges::none_of(whole.items(),
                                     [](const auto& item) { return item.shape == Shape::Hatch; }));
}

TEST_F(CallTrackTest, WhatTheFilterLeavesOutIsPaleAndHasNoLabel) {
    const auto strokes = [&](const model::RowSetPtr& rows) {
        scene.filterRows = rows;
        DrawList drawn;
        track.draw({scene, texts, drawn, {}, {0, 0, 100, 60}});
        return drawn.items().size();
    };
    const auto all = strokes(nullptr);
    const auto none = std::make_shared<model::RowSet>(std::vector<model::RowSet::ChunkRows>{
        {.firstRow = 0,
         .hitsBefore = 0,
         .rows = static_cast<std::uint32_t>(forest->trace().events()),
         .hits = 0,
         .set = std::vector<std::uint16_t>{}}});
    EXPECT_LT(strokes(none), all);
}

}  // namespace
