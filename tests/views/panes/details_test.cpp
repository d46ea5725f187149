// SPDX-License-Identifier: GPL-3.0-or-later
/// Details, notes and strip over a story of two tasks and an interrupt.
#include "tests/items/qt_application.h"
#include "tests/items/small_trace.h"
#include "views/panes/details/details_content.h"
#include "views/panes/details/details_pane.h"
#include "views/panes/notes/notes_pane.h"
#include "views/panes/pane_look.h"
#include "views/panes/strip/selection_strip.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kscope::tests {
namespace {

using namespace kscope::views;
using model::Duration;
using model::EventIndex;
using model::TaskState;
using model::timestampNs;

DetailsQuestion ask(const model::TracePtr& trace, Item item) {
    return {.trace = trace,
            .item = item,
            .told = {},
            .window = trace->range(),
            .filterRows = nullptr,
            .style = items::timeStyle(*trace, 0)};
}
Item eventItem(std::uint64_t row) {
    Item item;
    item.kind = Item::Kind::Event;
    item.event = EventIndex{row};
    return item;
}

TEST(StateShares, SumToTheNanosecond) {
    const auto made = storyTrace();
    const auto red = made.trace->findTask(model::Tid{10});
    const auto shares =
        stateShares(*made.trace, red, {timestampNs(50'000), timestampNs(400'000)}, {});
    ASSERT_EQ(shares.size(), 3U);
    EXPECT_EQ(shares[0].state, TaskState::Running);
    EXPECT_EQ(shares[0].time, Duration{50'000 + 80'000});
    EXPECT_EQ(shares[1].state, TaskState::Woken);
    EXPECT_EQ(shares[1].time, Duration{20'000});
    EXPECT_EQ(shares[2].state, TaskState::Uninterruptible);
    EXPECT_EQ(shares[2].time, Duration{200'000});
}

TEST(Chain, TellsRunWaitWakeRun) {
    const auto made = storyTrace();
    const auto red = made.trace->findTask(model::Tid{10});
    const auto chain = chainOf(ask(made.trace, eventItem(5)), red, timestampNs(320'000));
    ASSERT_EQ(chain.size(), 4U);
    EXPECT_EQ(chain[0].text, "red 10 ran on CPU 0");
    EXPECT_EQ(chain[0].event, EventIndex{0});
    EXPECT_EQ(chain[1].text, "red 10: Uninterruptible");
    EXPECT_EQ(chain[1].event, EventIndex{1});
    EXPECT_EQ(chain[2].text, "Interrupt 42 disk on CPU 0 woke it");
    EXPECT_EQ(chain[2].event, EventIndex{3});
    EXPECT_TRUE(chain[2].second.contains(QString::fromUtf8("ready for 20 µs")))
        << chain[2].second.toStdString();
    EXPECT_EQ(chain[3].text, "red 10 ran on CPU 0");
    EXPECT_EQ(chain[3].event, EventIndex{5});
}

TEST(Details, OfASwitchSpeakOfWhoComes) {
    const auto made = storyTrace();
    const auto content = detailsOf(ask(made.trace, eventItem(5)), {});
    EXPECT_EQ(content.title, "sched_switch on CPU 0");
    EXPECT_EQ(content.shareTitle, "red 10 in this view");
    EXPECT_FALSE(content.fields.empty());
    const auto source = std::ranges::find(content.fields, "source", &DetailsField::name);
    ASSERT_NE(source, content.fields.end());
    EXPECT_EQ(source->value, "story.txt line 6");
    ASSERT_GE(content.links.size(), 2U);
    EXPECT_EQ(content.links[0].target, "event:0");  // previous switch to red
    EXPECT_EQ(content.links[1].target, "event:3");  // what woke it
}

TEST(Details, TimesFollowTheViewsFormat) {
    const auto made = storyTrace();
    auto question = ask(made.trace, eventItem(3));
    const auto time = made.trace->event(EventIndex{3}).time;
    for (const std::int64_t zero : {std::int64_t{0}, toNs(time) - 1'500'000}) {
        question.style = items::timeStyle(*made.trace, zero);
        const auto content = detailsAtOnce(question);
        ASSERT_FALSE(content.fields.empty());
        EXPECT_EQ(content.fields[0].name, "time");
        EXPECT_TRUE(
            content.fields[0].value.startsWith(shown(items::timeText(question.style, time))))
            << content.fields[0].value.toStdString();
    }
}

TEST(DetailsPane, KnowsTheItemThatWasChosenBeforeIt) {
    const auto made = storyTrace();
    TraceView view;
    view.setTrace(made.trace);
    view.selectEvent(EventIndex{5});
    DetailsPane pane(&view);
    ASSERT_TRUE(waitFor([&] { return !pane.content().title.isEmpty(); }));
}

TEST(Details, SayWhatCouldNotBeRead) {
    const auto made = storyTrace();
    made.source->gone = true;
    const auto content = detailsOf(ask(made.trace, eventItem(5)), {});
    EXPECT_TRUE(content.fault.contains("vanished"));
    EXPECT_EQ(content.title, "sched_switch on CPU 0");
}

TEST(Details, ExplainEveryKindOfItem) {
    const auto made = storyTrace();
    const auto red = made.trace->findTask(model::Tid{10});
    Item item;
    item.lane = {LaneKey::Kind::Cpu, 0};
    item.cpu = model::CpuId{0};
    item.task = red;
    item.value = raw(red);
    item.span = {timestampNs(320'000), timestampNs(500'000)};
    item.kind = Item::Kind::Slice;
    EXPECT_EQ(detailsOf(ask(made.trace, item), {}).title, "red 10 on CPU 0");
    EXPECT_TRUE(detailsOf(ask(made.trace, item), {})
                    .sentence.contains(QString::fromUtf8("ready for 20 µs")));
    item.value = model::kCpuUnknown;
    EXPECT_EQ(detailsOf(ask(made.trace, item), {}).title, "CPU 0, not known");
    item.lane = {LaneKey::Kind::Task, raw(red)};
    item.value = model::taskValue(TaskState::Uninterruptible, model::CpuId{0});
    EXPECT_EQ(detailsOf(ask(made.trace, item), {}).title, "red 10: Uninterruptible");
    item.kind = Item::Kind::Irq;
    item.value = 42;
    EXPECT_EQ(detailsOf(ask(made.trace, item), {}).title, "Interrupt 42 disk on CPU 0");
    item.kind = Item::Kind::Softirq;
    item.value = 3;
    EXPECT_EQ(detailsOf(ask(made.trace, item), {}).title, "Softirq NET_RX on CPU 0");
    item.kind = Item::Kind::Gap;
    EXPECT_EQ(detailsOf(ask(made.trace, item), {}).title, "Lost events on CPU 0");
    item.kind = Item::Kind::Task;
    EXPECT_EQ(detailsOf(ask(made.trace, item), {}).title, "red 10");
    item.kind = Item::Kind::Note;
    item.value = 0;
    EXPECT_FALSE(detailsOf(ask(made.trace, item), {}).fields.empty());
    item.value = 99;
    EXPECT_TRUE(detailsOf(ask(made.trace, item), {}).fields.empty());
}

TEST(DetailsPane, ShowsTheSelectedEventAndFollowsItsLinks) {
    const auto made = storyTrace();
    TraceView view;
    DetailsPane pane(&view);
    pane.resize(332, 600);
    pane.show();
    EXPECT_TRUE(pane.content().title.isEmpty());
    view.setTrace(made.trace);
    view.selectEvent(EventIndex{5});
    ASSERT_TRUE(waitFor([&] { return !pane.content().chain.empty(); }));
    EXPECT_TRUE(pane.plainText().contains("Interrupt 42 disk on CPU 0 woke it"));
    pane.copyAll();
    EXPECT_EQ(QApplication::clipboard()->text(), pane.plainText());
    bool followed = false;
    for (auto* label : pane.findChildren<QLabel*>()) {
        if (!label->text().contains("event:3'")) continue;
        emit label->linkActivated("event:3");
        followed = true;
        break;
    }
    ASSERT_TRUE(followed);
    ASSERT_TRUE(waitFor([&] { return view.item().event == EventIndex{3}; }));
    view.setItem({});
    EXPECT_TRUE(pane.content().title.isEmpty());
}

TEST(NotesPane, ListsHidesAndLeadsToTheLine) {
    const auto made = storyTrace();
    TraceView view;
    NotesPane pane(&view);
    pane.resize(680, 300);
    pane.show();
    EXPECT_EQ(pane.shownNotes(), 0);
    view.setTrace(made.trace);
    const int all = pane.model().rowCount();
    ASSERT_GE(all, 2);
    EXPECT_EQ(pane.shownNotes(), all);
    pane.hideKind(model::DiagnosticKind::UnparsedLine);
    EXPECT_EQ(pane.shownNotes(), all - 1);
    EXPECT_TRUE(pane.plainText().contains("unparsed_line"));  // copied all the same
    pane.showAllKinds();
    EXPECT_EQ(pane.shownNotes(), all);
    pane.setSeverityShown(model::Severity::Loss, NotesPane::Shown::No);
    EXPECT_LT(pane.shownNotes(), all);
    pane.goTo({model::SourceId{0}, 6, 0});
    ASSERT_TRUE(waitFor([&] { return view.item().kind == Item::Kind::Event; }));
    EXPECT_EQ(view.item().event, EventIndex{5});
}

TEST(SelectionStrip, IsThereOnlyWithARangeAndCountsIt) {
    const auto made = storyTrace();
    TraceView view;
    view.setTrace(made.trace);
    SelectionStrip strip(&view);
    EXPECT_FALSE(strip.isVisibleTo(nullptr));
    const QSignalSpy ready(&strip, &SelectionStrip::statisticsReady);
    view.setCursors(timestampNs(0), timestampNs(500'000), "Range");
    ASSERT_TRUE(waitFor([&] { return ready.count() > 0; }));
    EXPECT_TRUE(strip.isVisible());
    EXPECT_EQ(strip.height(), 82);
    ASSERT_TRUE(strip.statistics());
    EXPECT_EQ(strip.statistics()->switches, 3U);
    EXPECT_TRUE(strip.plainText().contains(QString::fromUtf8("Selection 500 µs")))
        << strip.plainText().toStdString();
    strip.resize(1000, 82);
    EXPECT_FALSE(strip.grab().isNull());
    strip.setLines(SelectionStrip::Lines::One);
    EXPECT_EQ(strip.height(), 24);
    view.clearRange();
    EXPECT_FALSE(strip.isVisible());
    EXPECT_FALSE(strip.statistics());
}

}  // namespace
}  // namespace kscope::tests
