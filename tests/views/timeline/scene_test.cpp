// SPDX-License-Identifier: GPL-3.0-or-later
/// What a timeline draws, asserted on its draw list.
#include "tests/views/timeline/made_trace.h"
#include "views/timeline/item_at.h"
#include "views/timeline/lane_match.h"
#include "views/timeline/picture.h"
#include "views/timeline/scene.h"
#include "views/timeline/scene_parts.h"
#include "views/timeline/wakeup.h"

#include <QFile>
#include <QTemporaryDir>

#include <gmock/gmock.h>

#include <random>
#include <set>

using namespace kscope;
using namespace kscope::views;
using tests::MadeTrace;
using tests::switchStory;

namespace {

struct Shot {
    model::TracePtr trace;
    ViewState state;
    model::EventTicks ticks;
    TimelineScene scene;
    TextCache texts;
    DrawList list;

    explicit Shot(model::TracePtr made, ThemeKind kind = ThemeKind::Dark, double ratio = 1)
        : trace(std::move(made)),
          texts(ratio) {
        ticks.update(trace);
        scene.trace = trace.get();
        scene.ticks = &ticks;
        scene.state = &state;
        scene.theme = kind;
        scene.ratio = ratio;
        scene.body = {0, 0, static_cast<int>(1220 * ratio), static_cast<int>(600 * ratio)};
        scene.window = trace->range();
    }
    void draw() {
        scene.layout = LaneLayout(*trace, state, Pane::Timeline);
        list.clear();
        drawTimeline(scene, texts, list, nullptr);
    }
    [[nodiscard]] Box lane(LaneKey key) const { return scene.laneBox(*scene.layout.find(key)); }
    [[nodiscard]] std::vector<Box> fills(Rgb colour, const Box& inside) const {
        std::vector<Box> found;
        for (const DrawItem& item : list.items())
            if (item.shape == Shape::Fill && item.colour == colour && !item.box.cut(inside).empty())
                found.push_back(item.box);
        return found;
    }
    [[nodiscard]] std::vector<std::string> texts_(const Box& inside) const {
        std::vector<std::string> found;
        for (const DrawItem& item : list.items())
            if (item.shape == Shape::Text && !item.box.cut(inside).empty())
                found.push_back(list.shownText(item));
        return found;
    }
    [[nodiscard]] Rgb fillOf(int tid) const {
        return scene.colours().taskFill(trace->task(trace->findTask(model::Tid{tid})));
    }
};

LaneKey cpu(std::uint32_t id) { return {LaneKey::Kind::Cpu, id}; }
LaneKey taskLane(const Shot& shot, int tid) {
    return {LaneKey::Kind::Task, model::raw(shot.trace->findTask(model::Tid{tid}))};
}

}  // namespace

TEST(Scene, DrawsASliceWhereTheTaskRanWithItsName) {
    Shot shot(switchStory());
    shot.draw();
    const Box lane = shot.lane(cpu(0));
    const auto slices = shot.fills(shot.fillOf(1), lane);
    ASSERT_EQ(slices.size(), 2u);
    EXPECT_EQ(slices[0].x, 220);
    EXPECT_EQ(slices[0].right(),
              220 + shot.scene.viewport().x(400'000) - 1);  // A gap of one pixel to the neighbour.
    EXPECT_EQ(slices[0].y, lane.y + 6);
    EXPECT_EQ(slices[0].h, 20);
    EXPECT_THAT(shot.texts_(lane), testing::Contains("task1"));
    EXPECT_THAT(shot.texts_(lane), testing::Contains("task2"));
}

TEST(Scene, GivesEachStateItsShape) {
    Shot shot(switchStory());
    shot.draw();
    const Theme& t = shot.scene.colours();
    const Box lane = shot.lane(taskLane(shot, 1));
    EXPECT_EQ(shot.fills(shot.fillOf(1), lane).size(), 2u);
    ASSERT_FALSE(shot.fills(t.stateBlocked, lane).empty());
    EXPECT_EQ(shot.fills(t.stateBlocked, lane)[0].h, 16);
    ASSERT_EQ(shot.fills(t.stateRunnable, lane).size(), 1u);
    EXPECT_EQ(shot.fills(t.stateRunnable, lane)[0].h, 10);  // 60 %.
    EXPECT_THAT(shot.texts_(lane), testing::Contains(testing::HasSubstr("blocked · 200 µs")));
    const bool hatched = std::ranges::any_of(shot.list.items(), [&](const DrawItem& item) {
        return item.shape == Shape::Hatch && !item.box.cut(lane).empty();
    });
    EXPECT_TRUE(hatched);
}

TEST(Scene, LeavesIdleBlank) {
    MadeTrace made;
    made.switchTo(0, 0, 0, model::TaskState::Yielded, 1);
    made.switchTo(100, 0, 1, model::TaskState::Sleeping, 0);
    made.event(1000, 0, "mark");
    Shot shot(made.finish());
    shot.draw();
    const Box lane = shot.lane(cpu(0));
    const Box idle{lane.x + 200, lane.y + 6, lane.w - 200, 20};
    for (const DrawItem& item : shot.list.items()) {
        if (item.shape != Shape::Fill || item.box.cut(idle).empty()) continue;
        const Theme& t = shot.scene.colours();
        EXPECT_THAT((std::vector<Rgb>{t.bgCanvas, t.lineGrid}), testing::Contains(item.colour));
    }
}

TEST(Scene, SlicesHaveADarkerEdgeInTheLightThemeOnly) {
    Shot light(switchStory(), ThemeKind::Light);
    light.draw();
    EXPECT_FALSE(light.fills(mix(light.fillOf(1), 0xff000000u, 0.26), light.lane(cpu(0))).empty());
    Shot dark(switchStory());
    dark.draw();
    EXPECT_TRUE(dark.fills(mix(dark.fillOf(1), 0xff000000u, 0.26), dark.lane(cpu(0))).empty());
}

TEST(Scene, TextFollowsTheWidthOfItsBar) {
    Shot shot(switchStory());
    const auto labels = [&](std::int64_t windowNs) {
        shot.scene.window = {model::timestampNs(0), model::timestampNs(windowNs)};
        shot.draw();
        return shot.texts_(shot.lane(cpu(0)));
    };
    EXPECT_THAT(labels(1'000'000), testing::Contains("1"));      // 400 px: name and id.
    EXPECT_THAT(labels(5'000'000), testing::Contains("task1"));  // 80 px: name.
    EXPECT_THAT(labels(5'000'000), testing::Not(testing::Contains("1")));
    for (const std::string& text : labels(9'000'000))
        EXPECT_TRUE(text == "task1" || text.ends_with("…") || text.starts_with("CPU")) << text;
    EXPECT_THAT(labels(30'000'000), testing::Not(testing::Contains("task1")));  // 13 px: none.
}

TEST(Scene, ThinSlicesFoldIntoBlocksThatDoNotMoveWhilePanning) {
    MadeTrace made;
    std::int64_t us = 0;
    for (int i = 0; i < 20000; ++i) {
        made.switchTo(us, 0, i % 2 == 0 ? 0 : 1 + i / 2 % 3,
                      i % 2 == 0 ? model::TaskState::Yielded : model::TaskState::Sleeping,
                      i % 2 == 0 ? 1 + i / 2 % 3 : 0);
        us += i % 2 == 0 ? 3 : 2;
    }
    Shot shot(made.finish());
    const auto blocks = [&](std::int64_t shiftNs) {
        const std::int64_t length = 40'000'000;
        shot.scene.window = {model::timestampNs(5'000'000 + shiftNs),
                             model::timestampNs(5'000'000 + shiftNs + length)};
        shot.draw();
        for (const DrawItem& item : shot.list.items())
            if (item.shape == Shape::Columns && item.box.y == shot.lane(cpu(0)).y + 6) {
                const ColumnsView columns = shot.list.columnsOf(item);
                std::vector<std::pair<Rgb, std::uint32_t>> result;
                for (std::size_t x = 0; x < columns.size(); ++x)
                    result.emplace_back(columns.colour[x], columns.height[x]);
                return result;
            }
        return std::vector<std::pair<Rgb, std::uint32_t>>{};
    };
    const auto before = blocks(0);
    ASSERT_EQ(before.size(), 1000u);
    int inked = 0;
    for (const auto& [colour, height] : before) {
        if (height == 0) continue;
        ++inked;
        EXPECT_GE(height, 7u);  // 35 % of 20 rows.
        EXPECT_LE(height, 20u);
    }
    EXPECT_GT(inked, 950);
    // Ten pixels further all is the same, ten pixels to the left.
    const auto after = blocks(10 * 40'000);
    int equal = 0;
    for (std::size_t x = 50; x < 900; ++x) equal += after[x] == before[x + 10];
    EXPECT_GE(equal, 840);
}

TEST(Scene, IrqsNeverVanish) {
    MadeTrace made;
    for (int i = 0; i < 50; ++i) made.irq(i * 20000, i * 20000 + 1, 0);
    Shot shot(made.finish());
    shot.draw();
    EXPECT_EQ(shot.fills(shot.scene.colours().irqHard, shot.lane(cpu(0))).size(), 50u);
}

TEST(Scene, LostEventsAreAHatchedBoxWithTheirCount) {
    MadeTrace made;
    made.switchTo(0, 0, 0, model::TaskState::Yielded, 1);
    made.event(100, 0, "mark");
    made.lose(0, 1204);
    made.event(900, 0, "mark");
    Shot shot(made.finish());
    shot.draw();
    EXPECT_THAT(shot.texts_(shot.lane(cpu(0))), testing::Contains("1\u2009204 lost"));
}

TEST(Scene, TicksAreWhereTheEventsAre) {
    std::minstd_rand random(9);
    MadeTrace made;
    std::int64_t us = 0;
    std::vector<std::int64_t> times;
    for (int i = 0; i < 3000; ++i) {
        us += static_cast<std::int64_t>(random() % 500);
        const bool mark = random() % 5 == 0;
        made.event(us, 0, mark ? "mark" : "other");
        if (mark) times.push_back(us * 1000);
    }
    Shot shot(made.finish());
    shot.draw();
    const LaneKey key{LaneKey::Kind::EventName, model::raw(shot.trace->findString("mark"))};
    const Box lane = shot.lane(key);
    std::set<int> drawn;
    for (const Box& box : shot.fills(shot.scene.colours().seriesNeutral, lane)) drawn.insert(box.x);
    const Viewport view = shot.scene.viewport();
    for (const std::int64_t ns : times) {
        const int x = lane.x + view.x(ns);
        EXPECT_TRUE(drawn.contains(x) || drawn.contains(x - 1) || drawn.contains(x - 2)) << ns;
    }
    for (const int x : drawn)
        EXPECT_TRUE(std::ranges::any_of(times, [&](std::int64_t ns) {
            return lane.x + view.x(ns) == x;
        })) << x;
}

TEST(Scene, OverviewShowsEventsWhereNothingTellsWhoRan) {
    MadeTrace made;
    for (int i = 0; i < 4; ++i) made.event(i, 0, "mark", 3);
    made.event(500, 1, "mark", 3);
    made.event(1000, 1, "mark", 3);
    Shot shot(made.finish());
    OverviewCache cache;
    shot.scene.overviewCache = &cache;
    shot.draw();
    ASSERT_EQ(cache.rows.size(), 1u);
    const auto& shares = cache.rows.front();
    const auto middle = shares.begin() + static_cast<std::ptrdiff_t>(shares.size() / 2);
    EXPECT_EQ(*std::max_element(shares.begin(), shares.begin() + 8), 1.0f);
    EXPECT_GT(*std::max_element(middle - 2, middle + 3), 0.0f);
    EXPECT_GT(*std::max_element(shares.end() - 3, shares.end()), 0.0f);
    EXPECT_EQ(*std::max_element(shares.begin() + 8, middle - 2), 0.0f);
    EXPECT_EQ(*std::max_element(middle + 3, shares.end() - 3), 0.0f);

    Shot running(switchStory());
    OverviewCache busy;
    running.scene.overviewCache = &busy;
    running.draw();
    EXPECT_EQ(busy.rows.size(), 2u);
}

TEST(Scene, ACpuOfWhichNoSwitchIsKnownHasNoShare) {
    const auto headerTexts = [](model::TracePtr trace) {
        Shot shot(std::move(trace));
        shot.draw();
        Box header = shot.lane(cpu(0));
        header.w = header.x;
        header.x = 0;
        return shot.texts_(header);
    };
    EXPECT_THAT(headerTexts(switchStory()), testing::Contains(testing::HasSubstr(" %")));
    MadeTrace made;
    made.event(100, 0, "mark", 7);
    made.event(200, 0, "mark", 7);
    const auto alone = headerTexts(made.finish());
    EXPECT_THAT(alone, testing::Contains("CPU 0"));
    EXPECT_THAT(alone, testing::Not(testing::Contains(testing::HasSubstr("%"))));
}

TEST(Scene, WhatTheFilterLeavesOutIsPaleOrNotThere) {
    Shot shot(switchStory());
    std::vector<model::RowSet::ChunkRows> none(1);
    none[0].rows = static_cast<std::uint32_t>(shot.trace->events());
    shot.scene.filterRows = std::make_shared<const model::RowSet>(std::move(none));
    const Rgb ground = shot.scene.colours().bgCanvas;
    const Rgb pale = mix(ground, shot.fillOf(1), 0.25);
    const auto counts = [&](Rgb colour) {
        return std::pair(shot.fills(colour, shot.lane(cpu(0))).size(),
                         shot.fills(colour, shot.lane(taskLane(shot, 1))).size());
    };
    shot.draw();
    EXPECT_EQ(counts(pale), std::pair(std::size_t{2}, std::size_t{2}));
    EXPECT_EQ(counts(shot.fillOf(1)), std::pair(std::size_t{0}, std::size_t{0}));
    shot.scene.filteredOut = Presence::Hidden;
    shot.draw();
    EXPECT_EQ(counts(pale), std::pair(std::size_t{0}, std::size_t{0}));
    EXPECT_EQ(counts(shot.fillOf(1)), std::pair(std::size_t{0}, std::size_t{0}));
}

TEST(Scene, NothingIsDrawnOutsideOfTheBody) {
    for (const double ratio : {1.0, 1.25, 1.5, 2.0}) {
        Shot shot(switchStory(), ThemeKind::Dark, ratio);
        shot.state.cursorA = model::timestampNs(100'000);
        shot.state.cursorB = model::timestampNs(700'000);
        shot.state.bookmarks.push_back({model::timestampNs(500'000), "here", 3});
        shot.draw();
        Box clip = shot.scene.body;
        for (const DrawItem& item : shot.list.items()) {
            if (item.shape == Shape::Clip) clip = item.box;
            EXPECT_TRUE(clip.cut(shot.scene.body) == clip || clip.empty());
        }
    }
}

TEST(ItemAt, FindsWhatIsDrawnThere) {
    Shot shot(switchStory());
    shot.draw();
    const Box lane = shot.lane(cpu(0));
    const Item slice = itemAt(shot.scene, lane.x + 100, lane.y + 12);
    EXPECT_EQ(slice.kind, Item::Kind::Slice);
    EXPECT_EQ(slice.task, shot.trace->findTask(model::Tid{1}));
    EXPECT_EQ(slice.span.end, model::timestampNs(400'000));
    EXPECT_EQ(itemAt(shot.scene, lane.x + 100, lane.y + 1200).kind, Item::Kind::None);
    const Box other = shot.lane(cpu(1));
    const Item irq = itemAt(shot.scene, other.x + shot.scene.viewport().x(204'000), other.y + 28);
    EXPECT_EQ(irq.kind, Item::Kind::Irq);
    EXPECT_EQ(irq.value, 42u);
}

TEST(ItemAt, StepsForthAndBackThroughALane) {
    Shot shot(switchStory());
    const auto first = stepInLane(*shot.trace, &shot.ticks, cpu(0), 0, Step::Forward);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->span.begin, model::timestampNs(400'000));
    const auto back = stepInLane(*shot.trace, &shot.ticks, cpu(0), 400'000, Step::Backward);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->span.begin, model::timestampNs(0));
    const LaneKey marks{LaneKey::Kind::EventName, model::raw(shot.trace->findString("mark"))};
    const auto mark = stepInLane(*shot.trace, &shot.ticks, marks, 100'000, Step::Forward);
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->span.begin, model::timestampNs(900'000));
    EXPECT_FALSE(stepInLane(*shot.trace, &shot.ticks, marks, 900'000, Step::Forward));
    EXPECT_EQ(stepInLane(*shot.trace, &shot.ticks, marks, 900'000, Step::Backward)->span.begin,
              model::timestampNs(100'000));
}

TEST(Wakeup, LinksWakerAndWakee) {
    const auto trace = switchStory();
    const auto wake = findWake(*trace, trace->findTask(model::Tid{1}), 650'000);
    ASSERT_TRUE(wake);
    EXPECT_EQ(wake->waker, trace->findTask(model::Tid{2}));
    EXPECT_EQ(wake->wokenNs, 600'000);
    EXPECT_EQ(wake->ranNs, 650'000);
    const auto woken = findWoken(*trace, trace->findTask(model::Tid{2}), 400'000, 650'000);
    ASSERT_TRUE(woken);
    EXPECT_EQ(woken->wakee, trace->findTask(model::Tid{1}));
}

TEST(Lanes, MatchPatternsInTheirOrder) {
    const auto trace = switchStory();
    const auto lanes = matchLanes(*trace, "task:task2,cpu,event:mar*,task:1");
    ASSERT_TRUE(lanes);
    ASSERT_EQ(lanes->size(), 5u);
    EXPECT_EQ((*lanes)[0],
              (LaneKey{LaneKey::Kind::Task, model::raw(trace->findTask(model::Tid{2}))}));
    EXPECT_EQ((*lanes)[1].kind, LaneKey::Kind::Cpu);
    EXPECT_EQ((*lanes)[3].kind, LaneKey::Kind::EventName);
    EXPECT_FALSE(matchLanes(*trace, "task:nobody"));
    EXPECT_FALSE(matchLanes(*trace, "disk"));
    EXPECT_TRUE(globMatches("a*b?c", "axxbyc"));
    EXPECT_FALSE(globMatches("a*b?c", "axxbc"));
}

TEST(Lanes, AnswerToTheirPlaceWhateverIsPinnedHiddenOrFolded) {
    Shot shot(switchStory());
    shot.state.pinned = {taskLane(shot, 2)};
    shot.state.hidden = {cpu(1)};
    shot.state.folded = {cpu(0), {LaneKey::Kind::Group, 2}};
    shot.draw();
    EXPECT_EQ(shot.scene.layout.pinned(), 1u);
    EXPECT_FALSE(shot.scene.layout.find(cpu(1)));
    EXPECT_EQ(shot.scene.layout.find(cpu(0))->height, 26);
    for (const LaneRow& row : shot.scene.layout.rows()) {
        const int y = row.pinned ? row.y : row.y + shot.scene.layout.pinnedHeight();
        EXPECT_EQ(shot.scene.layout.rowAt(y + row.height / 2, 0), &row);
    }
    EXPECT_TRUE(shot.scene.layout.sectionAt(shot.scene.layout.pinnedHeight() + 3, 0));
    EXPECT_EQ(shot.scene.layout.sectionAt(shot.scene.layout.pinnedHeight() + 3, 30)->group,
              LaneGroup::Cpus);  // Stuck.
}

TEST(Picture, WritesPngSvgAndCsv) {
    const auto trace = switchStory();
    QTemporaryDir dir;
    ExportRequest request;
    request.width = 800;
    request.height = 500;
    request.version = "KernelScope test";
    const std::string base = dir.path().toStdString();
    ASSERT_TRUE(writePng(*trace, request, base + "/a.png"));
    const QImage image(QString::fromStdString(base + "/a.png"));
    EXPECT_EQ(image.size(), QSize(800, 500));
    EXPECT_EQ(image.pixel(2, 2), 0xffffffffu);  // Margin, light theme.
    request.scale = 2;
    EXPECT_EQ(renderPicture(*trace, request)->size(), QSize(1600, 1000));
    request.scale = 1;
    ASSERT_TRUE(writeSvg(*trace, request, base + "/a.svg"));
    QFile svg(QString::fromStdString(base + "/a.svg"));
    ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
    const QByteArray text = svg.readAll();
    EXPECT_TRUE(text.contains("switches.txt"));
    EXPECT_TRUE(text.contains(">task1</text>"));
    EXPECT_TRUE(text.contains("KernelScope test"));
    request.lanes = "cpu:0";
    ASSERT_TRUE(writeCsv(*trace, request, base + "/a.csv"));
    QFile csv(QString::fromStdString(base + "/a.csv"));
    ASSERT_TRUE(csv.open(QIODevice::ReadOnly));
    const QByteArray rows = csv.readAll();
    EXPECT_TRUE(rows.startsWith(
        "lane,begin_ns,end_ns,kind,tid,comm,label\nCPU 0,0,400000,running,1,task1,task1\n"))
        << rows.toStdString();
    request.lanes = "task:nobody";
    EXPECT_FALSE(writePng(*trace, request, base + "/b.png"));
    request.lanes.clear();
    EXPECT_FALSE(writePng(*trace, request, base + "/none/b.png"));
    request.width = 100'000;
    EXPECT_FALSE(writePng(*trace, request, base + "/b.png"));
}
