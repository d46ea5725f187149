// SPDX-License-Identifier: GPL-3.0-or-later
/// What View > Show, Colour Running by and Lanes change in the picture.
#include "tests/views/timeline/made_trace.h"
#include "views/timeline/item_at.h"
#include "views/timeline/item_words.h"
#include "views/timeline/run_colour.h"
#include "views/timeline/scene.h"
#include "views/timeline/wakeup.h"

#include <gmock/gmock.h>

using namespace kscope;
using namespace kscope::views;
using tests::MadeTrace;

namespace {

struct Look {
    model::TracePtr trace;
    ViewState state;
    model::EventTicks ticks;
    TaskPriorities priorities;
    TimelineScene scene;
    TextCache texts{1};
    DrawList list;

    explicit Look(model::TracePtr made) : trace(std::move(made)) {
        ticks.update(trace);
        priorities.update(trace);
        scene.trace = trace.get();
        scene.ticks = &ticks;
        scene.priorities = &priorities;
        scene.state = &state;
        scene.body = {0, 0, 1220, 600};
        scene.window = trace->range();
        draw();
    }
    void draw() {
        scene.layout = LaneLayout(*trace, state, Pane::Timeline);
        list.clear();
        drawTimeline(scene, texts, list, nullptr);
    }
    [[nodiscard]] Box lane(LaneKey key) const { return scene.laneBox(*scene.layout.find(key)); }
    [[nodiscard]] bool filled(Rgb colour, const Box& inside) const {
        return std::ranges::any_of(list.items(), [&](const DrawItem& item) {
            return item.shape == Shape::Fill && item.colour == colour &&
                   !item.box.cut(inside).empty();
        });
    }
    [[nodiscard]] std::ptrdiff_t paths() const {
        return std::ranges::count_if(list.items(),
                                     [](const DrawItem& i) { return i.shape == Shape::Path; });
    }
};

LaneKey cpuKey(std::uint32_t id) { return {LaneKey::Kind::Cpu, id}; }

/// Two CPUs, on each a task that the other one wakes, with the given kernel priorities.
model::TracePtr twoCpus() {
    using model::TaskState;
    MadeTrace made;
    made.switchTo(0, 0, 0, TaskState::Yielded, 1);
    made.wake(100, 0, 1, 2);
    made.switchTo(150, 1, 0, TaskState::Yielded, 2);
    made.switchTo(500, 0, 1, TaskState::Sleeping, 0);
    made.wake(600, 1, 2, 1);
    made.switchTo(700, 0, 0, TaskState::Yielded, 1);
    made.switchTo(900, 1, 2, TaskState::Sleeping, 0);
    made.switchTo(1000, 0, 1, TaskState::Sleeping, 0);
    return made.finish();
}

}  // namespace

TEST(ColourRunning, ByCpuGivesEachCpuOneColour) {
    Look look(twoCpus());
    look.state.colourBy = ColourBy::Cpu;
    look.draw();
    const Theme& t = look.scene.colours();
    const Rgb first = cpuFill(t, model::CpuId{0}), second = cpuFill(t, model::CpuId{1});
    EXPECT_NE(first, second);
    EXPECT_TRUE(look.filled(first, look.lane(cpuKey(0))));
    EXPECT_TRUE(look.filled(second, look.lane(cpuKey(1))));
    EXPECT_FALSE(look.filled(first, look.lane(cpuKey(1))));
    const LaneKey task{LaneKey::Kind::Task, model::raw(look.trace->findTask(model::Tid{2}))};
    EXPECT_TRUE(look.filled(second, look.lane(task))) << "a task's runs have their CPU's colour";
}

TEST(ColourRunning, ByPriorityTellsTheClassesApart) {
    EXPECT_EQ(priorityClass(255), PriorityClass::Deadline);
    EXPECT_EQ(priorityClass(0), PriorityClass::RealTime);
    EXPECT_EQ(priorityClass(99), PriorityClass::RealTime);
    EXPECT_EQ(priorityClass(100), PriorityClass::Raised);
    EXPECT_EQ(priorityClass(120), PriorityClass::Normal);
    EXPECT_EQ(priorityClass(139), PriorityClass::Low);
    MadeTrace made;
    const auto prio = [&](std::int64_t us, int prev, int next, std::uint8_t prioOfNext,
                          model::ChunkWriter& writer) {
        made.event(us, 0, "sched_switch", prev);
        writer.addSwitch(made.task(prev, 0), made.task(next, 0), model::TaskState::Sleeping,
                         prioOfNext);
    };
    prio(0, 0, 1, 49, made.writer());
    prio(400, 1, 2, 120, made.writer());
    prio(800, 2, 0, 120, made.writer());
    Look look(made.finish());
    EXPECT_EQ(look.priorities.of(look.trace->findTask(model::Tid{1})), PriorityClass::RealTime);
    EXPECT_EQ(look.priorities.of(look.trace->findTask(model::Tid{2})), PriorityClass::Normal);
    look.state.colourBy = ColourBy::Priority;
    look.draw();
    const Theme& t = look.scene.colours();
    EXPECT_TRUE(look.filled(priorityFill(t, PriorityClass::RealTime), look.lane(cpuKey(0))));
    EXPECT_TRUE(look.filled(priorityFill(t, PriorityClass::Normal), look.lane(cpuKey(0))));
    EXPECT_NE(priorityFill(t, PriorityClass::RealTime), priorityFill(t, PriorityClass::Normal));
}

TEST(Show, IdleRunsAreDrawnAndPickedWhereAskedFor) {
    Look look(twoCpus());
    const Box lane = look.lane(cpuKey(0));
    const int x = lane.x + look.scene.viewport().x(600'000);
    EXPECT_EQ(itemAt(look.scene, x, lane.y + 12).kind, Item::Kind::None);
    look.state.idleTasks = Presence::Shown;
    look.draw();
    const Item idle = itemAt(look.scene, x, lane.y + 12);
    ASSERT_EQ(idle.kind, Item::Kind::Slice);
    EXPECT_TRUE(look.trace->task(idle.task).idle());
    EXPECT_TRUE(look.filled(look.scene.colours().bgHover, {x, lane.y, 1, lane.h}));
}

TEST(Show, ArrowsOfAllWakeupsInView) {
    Look look(twoCpus());
    EXPECT_EQ(countWakes(*look.trace, 0, 1'000'000), 2u);
    EXPECT_EQ(countWakes(*look.trace, 0, 600'000), 1u);
    const auto links = wakesBetween(*look.trace, 0, 1'000'000, 10);
    ASSERT_EQ(links.size(), 2u);
    EXPECT_EQ(links[0].wakee, look.trace->findTask(model::Tid{2}));
    EXPECT_EQ(links[1].ranNs, 700'000);
    const auto before = look.paths();
    look.state.arrows = Arrows::All;
    look.draw();
    EXPECT_EQ(look.paths() - before, 4) << "a line and a tip each";
}

TEST(Lanes, OwnBarsAndTickedKinds) {
    Look look(tests::switchStory());
    const int usual = look.scene.layout.find(cpuKey(0))->height;
    look.state.ownBars = {{cpuKey(0), 60}};
    look.draw();
    EXPECT_EQ(look.scene.layout.find(cpuKey(0))->height, usual + 40);
    EXPECT_EQ(look.scene.layout.find(cpuKey(1))->height, usual);
    const LaneKey marks{LaneKey::Kind::EventName, model::raw(look.trace->findString("mark"))};
    look.state.onlyNames = {look.trace->findString("mark")};
    look.draw();
    std::size_t names = 0;
    for (const LaneRow& row : look.scene.layout.rows())
        names += row.key.kind == LaneKey::Kind::EventName;
    EXPECT_EQ(names, 1u);
    EXPECT_TRUE(look.scene.layout.find(marks));
}

TEST(FoldedBlock, SaysWhatItStandsFor) {
    using model::TaskState;
    MadeTrace made;
    // 5000 runs of 1 µs, 1 µs apart, of two tasks in turns, in 10 ms: 10 µs a pixel.
    for (int i = 0; i < 5000; ++i) {
        const int tid = 1 + i % 2;
        made.switchTo(i * 2, 0, 0, TaskState::Yielded, tid);
        made.switchTo(i * 2 + 1, 0, tid, TaskState::Sleeping, 0);
    }
    Look look(made.finish());
    const Box lane = look.lane(cpuKey(0));
    const auto words = blockWords(look.scene, lane.x + 500, lane.y + 12);
    ASSERT_TRUE(words);
    ASSERT_FALSE(words->lines.isEmpty());
    EXPECT_THAT(words->lines[0].toStdString(), testing::HasSubstr("slices of 2 tasks"));
    EXPECT_THAT(words->lines[0].toStdString(), testing::HasSubstr("50"));
    look.scene.window = {model::timestampNs(0), model::timestampNs(20'000)};
    look.draw();
    EXPECT_FALSE(blockWords(look.scene, lane.x + 10, lane.y + 12)) << "slices stand apart now";
}

TEST(Tooltip, HasRawFieldsOnlyWhereAskedFor) {
    Look look(tests::switchStory());
    const auto item = eventItem(*look.trace, cpuKey(0), model::EventIndex{0});
    EXPECT_TRUE(
        itemWords(look.scene, item, QStringLiteral("prev_comm=a prev_pid=1")).raw.isEmpty());
    look.state.rawFields = Presence::Shown;
    EXPECT_EQ(itemWords(look.scene, item, QStringLiteral("prev_comm=a prev_pid=1")).raw,
              QStringLiteral("prev_comm=a prev_pid=1"));
}
