// SPDX-License-Identifier: GPL-3.0-or-later
/// Functions follows what other views pick and what is undone.
#include "tests/views/panes/call_tables/made_functions.h"

namespace kscope::tests {
namespace {

class FunctionFollow : public FunctionPanes {};

TEST_F(FunctionFollow, TheStripsFieldsAreOfTheViewAndOfItsUndo) {
    openCalls();
    deck->filters().setOnly(QStringLiteral("work"));
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 12; }));
    EXPECT_EQ(view().state().callFilter.only, "work");
    EXPECT_EQ(view().undoName(), "Filter Functions");
    view().undo();
    EXPECT_EQ(deck->filters().onlyField().text(), "");
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 13; }));
    auto state = view().state();
    state.callFilter = {.only = {}, .hide = "step", .atLeast = "30us", .depth = 0};
    view().setState(state, QStringLiteral("Load View"));
    EXPECT_EQ(deck->filters().hideField().text(), "step");
    EXPECT_EQ(deck->filters().thresholdField().text(), "30us");
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 5; }));
    EXPECT_EQ(view().state(), state) << "what was loaded is not changed by being shown";
}

TEST_F(FunctionFollow, ACallOfAnotherTaskIsFollowedWhereverItWasPicked) {
    MadeCalls calls;
    for (int tid = 1; tid <= 30; ++tid)
        for (int i = 0; i < 40 - tid; ++i)
            calls.call(1000 * tid + 20 * i, 3, tid == 30 ? "rare" : "often", tid);
    const auto trace = calls.finish();
    m_deck.hide();
    view().setTrace(trace);
    // The exit of the last task's last call, picked before the calls are there, in another view.
    view().selectEvent(model::EventIndex{trace->events() - 1});
    deck->setTracks(callTracksOf(model::deriveCalls(trace, m_pool)));
    auto& body = deck->replay().body();
    ASSERT_TRUE(eventually([&] { return body.current().has_value(); }));
    EXPECT_EQ(body.textOf(*body.current()), "rare();");
    EXPECT_EQ(m_plot->scrollPosition(), 0);
    m_deck.show();
    ASSERT_TRUE(eventually([&] { return m_plot->scrollPosition() > 0; }));
    EXPECT_EQ(m_plot->selectedTrack(), 30);
    // Two picks of two tasks faster than lines are made: the last one counts.
    view().selectEvent(model::EventIndex{0});
    view().selectEvent(model::EventIndex{trace->events() - 3});
    ASSERT_TRUE(eventually([&] {
        return body.current() && body.lines()->at(*body.current()).call == 8 &&
               body.textOf(*body.current()) == "rare();";
    }));
}

TEST_F(FunctionFollow, TheLaneOfAChosenCallIsScrolledTo) {
    MadeCalls calls;
    for (int tid = 1; tid <= 30; ++tid)
        for (int i = 0; i < 40 - tid; ++i)
            calls.call(1000 * tid + 20 * i, tid == 30 && i == 5 ? 9 : 3,
                       tid == 30 ? "rare" : "often", tid);
    const auto trace = calls.finish();
    view().setTrace(trace);
    deck->setTracks(callTracksOf(model::deriveCalls(trace, m_pool)));
    ASSERT_TRUE(eventually([&] { return functions().rows() && functions().rows()->size() == 2; }));
    EXPECT_EQ(m_plot->scrollPosition(), 0);
    const auto& rows = static_cast<const FunctionRows&>(*functions().rows());
    for (std::uint32_t row = 0; row < rows.size(); ++row)
        if (rows.text(row, 0) == "rare") functions().setCurrent(row);
    functions().body().setFocus();
    key(Qt::Key_Return);
    ASSERT_TRUE(eventually([&] { return view().item().kind == Item::Kind::Event; }));
    EXPECT_EQ(view().item().span.length(), model::Duration{9000});
    EXPECT_GT(m_plot->scrollPosition(), 0);
    EXPECT_EQ(m_plot->selectedTrack(), 30);  // the last lane, below the row that names them all
}

}  // namespace
}  // namespace kscope::tests
