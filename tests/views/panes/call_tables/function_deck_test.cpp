// SPDX-License-Identifier: GPL-3.0-or-later
/// The panes of Functions together, with real keys and clicks: tables, filters, flame graph and
/// replay lead each other.
#include "tests/views/panes/call_tables/made_functions.h"

namespace kscope::tests {
namespace {

class Functions : public FunctionPanes {};

TEST_F(Functions, TheTableCountsAndEnterShowsTheLongestCall) {
    openCalls();
    EXPECT_EQ(cell(functions(), 0, FunctionRows::Function), "main");  // by total, largest first
    EXPECT_EQ(cell(functions(), 1, FunctionRows::Function), "work");
    EXPECT_EQ(cell(functions(), 1, FunctionRows::Calls), "3");
    const auto& rows = static_cast<const FunctionRows&>(*functions().rows());
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        if (cell(functions(), row, 0) != "read") continue;
        const auto at = functions().body().order().row(row);
        EXPECT_EQ(rows.number(at, FunctionRows::Total), 90'000);
        EXPECT_EQ(rows.number(at, FunctionRows::Max), 40'000);
        functions().setCurrent(at);
    }
    functions().body().setFocus();
    key(Qt::Key_Return);
    ASSERT_TRUE(eventually([&] { return view().item().kind == Item::Kind::Event; }));
    EXPECT_EQ(view().item().span.end - view().item().span.begin, model::Duration{40'000});
    EXPECT_TRUE(view().window().contains(view().item().span.begin));
    // The replay has followed to that call.
    ASSERT_TRUE(eventually([&] { return deck->replay().body().current().has_value(); }));
    EXPECT_EQ(deck->replay().body().textOf(*deck->replay().body().current()), "    read();");
}

TEST_F(Functions, FiltersAreLiveOnAllPanes) {
    openCalls();
    const auto calls = [&] { return deck->forest()->size(); };
    EXPECT_EQ(calls(), 13u);
    deck->filters().hideField().setFocus();
    type(QStringLiteral("st*"));
    ASSERT_TRUE(eventually([&] { return calls() == 7; }));
    ASSERT_TRUE(eventually([&] { return functions().rows()->size() == 3; }));
    ASSERT_TRUE(eventually([&] { return deck->replay().body().lines()->size() == 11; }));
    ASSERT_TRUE(eventually([&] { return deck->flames().graph().tree()->calls.nodes.size() == 4; }));
    EXPECT_EQ(m_plot->tracks()->calls->size(), 7u);
    deck->filters().thresholdField().setFocus();
    type(QStringLiteral("30us"));
    ASSERT_TRUE(eventually([&] { return calls() == 5; }));  // main, two works, two reads
    deck->filters().depthField().setValue(1);
    ASSERT_TRUE(eventually([&] { return calls() == 1; }));
    deck->filters().clear();
    ASSERT_TRUE(eventually([&] { return calls() == 13; }));
    deck->filters().onlyField().setFocus();
    type(QStringLiteral("work"));
    ASSERT_TRUE(eventually([&] { return calls() == 12; }));
}

TEST_F(Functions, TheCallTreeLeadsTheFlameGraphAndCallersFollow) {
    openCalls();
    auto& tree = deck->tables().tree();
    deck->tables().showPage(CallTables::Page::Tree);
    ASSERT_EQ(tree.body().order().size(), 4u);  // main, work, and what that calls
    EXPECT_EQ(cell(tree, 1, 0), "work");
    tree.setCurrent(tree.body().order().row(1));
    tree.body().setFocus();
    key(Qt::Key_Return);
    EXPECT_EQ(deck->flames().graph().zoomed(), 2u);
    key(Qt::Key_Down);  // read
    deck->tables().showPage(CallTables::Page::Callers);
    auto& callers = deck->tables().callers();
    ASSERT_TRUE(eventually([&] { return callers.rows() && callers.rows()->size() == 1; }));
    EXPECT_EQ(cell(callers, 0, 0), "work");
    EXPECT_EQ(cell(callers, 0, CallPairRows::Calls), "3");
    QTest::mouseDClick(callers.body().viewport(), Qt::LeftButton, {}, {60, 8});
    auto& callees = deck->tables().callees();
    ASSERT_TRUE(eventually([&] { return callees.rows() && callees.rows()->size() == 2; }));
}

TEST_F(Functions, ARangeIsCountedAlone) {
    openCalls();
    const auto begin = view().trace()->range().begin;
    view().setCursors(begin, begin + model::Duration{22'000});
    ASSERT_TRUE(eventually([&] {
        const auto& rows = static_cast<const FunctionRows&>(*functions().rows());
        const auto& counted = rows.report().rows;  // by name: main, read, …
        return counted.size() >= 2 && counted[1].calls == 1 &&
               deck->replay().body().lines()->size() < 15;
    }));
}

TEST_F(Functions, StacksAndTracedFunctionsMakeAFlameGraphByCount) {
    const auto trace = stackedTrace();
    view().setTrace(trace);
    deck->setTracks(callTracks(trace));
    auto& graph = deck->flames().graph();
    ASSERT_TRUE(eventually([&] { return graph.tree() != nullptr && graph.tree()->counts(); }));
    std::map<std::string, std::uint64_t> counted;
    const auto& tree = *graph.tree();
    for (std::uint32_t node = 1; node < tree.calls.nodes.size(); ++node) {
        std::string path;
        for (auto up = node; up != 0; up = tree.calls.nodes[up].parent)
            path = tree.name(up) + (path.empty() ? "" : ";" + path);
        counted[path] = tree.callsBelow[node];
    }
    const std::map<std::string, std::uint64_t> expected{
        {"function", 3},
        {"function;rb_simple_write", 3},
        {"function;rb_simple_write;mutex_lock", 2},
        {"function;rb_simple_write;mutex_unlock", 1},
        {"sched_waking", 1},
        {"sched_waking;pipe_write", 1},
        {"sched_waking;pipe_write;__wake_up", 1},
        {"sched_waking;pipe_write;__wake_up;try_to_wake_up", 1}};
    EXPECT_EQ(counted, expected);
}

std::vector<std::string> namesBelow(const FlameTree& tree, std::uint32_t node) {
    std::vector<std::string> names;
    for (const auto child : tree.calls.children[node]) names.push_back(tree.name(child));
    return names;
}

TEST_F(Functions, TheFlameGraphIsArrangedByThreadAndByTime) {
    openCalls();
    auto& graph = deck->flames().graph();
    ASSERT_TRUE(eventually([&] { return graph.tree() != nullptr; }));
    graph.setShape({model::CallRoots::ByTask, FlameOrder::Time});
    ASSERT_TRUE(eventually([&] { return graph.tree()->order == FlameOrder::Time; }));
    EXPECT_EQ(namesBelow(*graph.tree(), 0), std::vector<std::string>{"made 4100"});
    const auto task = graph.tree()->calls.children[0][0];
    EXPECT_EQ(namesBelow(*graph.tree(), task), std::vector<std::string>{"main"});
    EXPECT_EQ(graph.tree()->callsBelow[task], 13u);
    EXPECT_FALSE(graph.picture().isNull());
    auto& tree = deck->tables().tree();
    deck->tables().showPage(CallTables::Page::Tree);
    ASSERT_TRUE(eventually([&] { return tree.rows() && tree.rows()->size() == 5; }));
    EXPECT_EQ(cell(tree, 0, 0), "made 4100");
}

TEST_F(Functions, InOrderOfTimeWhatCameFirstStandsLeft) {
    MadeCalls calls;
    calls.call(0, 1, "short_one");
    calls.call(5, 40, "long_one");
    calls.call(50, 1, "short_one");
    const auto trace = calls.finish();
    const auto forest = model::deriveCalls(trace, m_pool);
    const auto largest = makeFlameTree(*forest, {}, m_pool);
    const auto timed = makeFlameTree(*forest, {}, m_pool, {.order = FlameOrder::Time});
    EXPECT_EQ(namesBelow(*largest, 0), (std::vector<std::string>{"long_one", "short_one"}));
    // The two short ones do not follow each other: each is a frame of its own.
    EXPECT_EQ(namesBelow(*timed, 0),
              (std::vector<std::string>{"short_one", "long_one", "short_one"}));
}

TEST_F(Functions, TwoSourcesCompare) {
    // The second source calls work once more, and so longer.
    model::TraceBuilder builder;
    for (int source = 0; source < 2; ++source) {
        MadeCalls calls(builder, source == 0 ? "before.data" : "after.data");
        calls.enter(source * 1000, "main");
        for (int i = 0; i < 2 + source; ++i) calls.call(source * 1000 + 1 + 12 * i, 10, "work");
        calls.leave(source * 1000 + 60, "main");
        calls.deliver();
    }
    const auto trace = builder.finish();
    view().setTrace(trace);
    deck->setTracks(callTracksOf(model::deriveCalls(trace, m_pool)));
    auto& graph = deck->flames().graph();
    ASSERT_TRUE(eventually([&] { return graph.tree() != nullptr; }));
    const auto sources = graph.callSources();
    ASSERT_EQ(sources.size(), 2u);
    graph.compareSources(sources[0], sources[1]);
    ASSERT_TRUE(eventually([&] { return graph.tree()->compares(); }));
    const auto& tree = *graph.tree();
    ASSERT_EQ(tree.calls.nodes.size(), 3u);
    EXPECT_EQ(tree.name(2), "work");
    EXPECT_EQ(tree.before[2].total, 20'000);
    EXPECT_EQ(tree.calls.nodes[2].total, 50'000);
    EXPECT_DOUBLE_EQ(flameChange(tree, 1, FlameWeight::Total), 0);
    graph.endComparison();
    ASSERT_TRUE(eventually([&] { return !graph.tree()->compares(); }));
    EXPECT_EQ(graph.tree()->calls.nodes[2].calls, 5u);
}

TEST_F(Functions, AFrameHidesItsFunctionOrShowsItAlone) {
    openCalls();
    auto& graph = deck->flames().graph();
    ASSERT_TRUE(eventually([&] { return graph.tree() != nullptr; }));
    const auto keyOf = [&](const char* name) {
        for (std::uint32_t node = 1; node < graph.tree()->calls.nodes.size(); ++node)
            if (graph.tree()->name(node) == name) return graph.tree()->calls.nodes[node].function;
        return model::FunctionKey{};
    };
    const auto read = keyOf("read");
    emit graph.asked(FrameAsk::Hide, keyOf("step"));
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 7; }));
    emit graph.asked(FrameAsk::Only, read);
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 3; }));
}

TEST_F(Functions, TheReplayOfAllTasksIsInOrderOfTime) {
    model::TraceBuilder builder;
    MadeCalls calls(builder, "made");
    calls.enter(1, "one", 4100);
    calls.call(2, 1, "inner", 4100);
    calls.call(4, 3, "two", 4200);
    calls.call(8, 1, "inner", 4100);
    calls.leave(10, "one", 4100);
    calls.deliver();
    const auto trace = builder.finish();
    view().setTrace(trace);
    deck->setTracks(callTracksOf(model::deriveCalls(trace, m_pool)));
    auto& body = deck->replay().body();
    deck->replay().setTask(ReplayPanel::kAllTasks);
    ASSERT_TRUE(eventually([&] { return body.lines() != nullptr && body.lines()->several(); }));
    std::vector<std::string> texts;
    for (std::uint64_t line = 0; line < body.lines()->size(); ++line)
        texts.push_back(body.textOf(line).toStdString());
    EXPECT_EQ(texts,
              (std::vector<std::string>{"[4100] one() {", "[4100]   inner();", "[4200] two();",
                                        "[4100]   inner();", "[4100] } /* one */"}));
    // Found in whatever task it is, and from a call on the timeline to its line.
    deck->replay().searchField().setFocus();
    type(QStringLiteral("two"));
    key(Qt::Key_Return);
    ASSERT_TRUE(eventually([&] { return body.current() == 2u; }));
    EXPECT_EQ(view().item().span.end - view().item().span.begin, model::Duration{3000});
    EXPECT_FALSE(deck->grab().isNull());
}

TEST_F(Functions, TheReplayFoldsFindsAndLeads) {
    openCalls();
    auto& body = deck->replay().body();
    ASSERT_EQ(body.lines()->size(), 17u);
    EXPECT_EQ(body.textOf(0), "main() {");
    EXPECT_EQ(body.textOf(2), "    read();");
    EXPECT_EQ(body.textOf(5), "  } /* work */");
    body.setFocus();
    QTest::mouseClick(body.viewport(), Qt::LeftButton, {}, {260, kTableRowHeight + 5});
    EXPECT_EQ(view().item().kind, Item::Kind::Event);
    key(Qt::Key_Space);
    ASSERT_EQ(body.lines()->size(), 13u);
    EXPECT_EQ(body.textOf(1), QStringLiteral("  work() { \u2026 }"));
    key(Qt::Key_Right);
    EXPECT_EQ(body.lines()->size(), 17u);
    deck->replay().searchField().setFocus();
    type(QStringLiteral("rea"));
    key(Qt::Key_Return);
    ASSERT_TRUE(eventually([&] { return body.current() == 2u; }));
    key(Qt::Key_Return);
    ASSERT_TRUE(eventually([&] { return body.current() == 7u; }));
}

/// Where a frame of this name is, logical; by its words on the screen there is no other way in.
QPoint placeOf(FlameGraph& graph, const char* name) {
    graph.grab();  // a click takes what was painted last
    FlameScene scene;
    scene.tree = graph.tree();
    scene.area = {0, 0, graph.width(), graph.height()};
    scene.root = graph.zoomed();
    for (const auto& frame : scene.layout())
        if (frame.folded == 0 && graph.tree()->name(frame.node) == name)
            return {frame.box.x + frame.box.w / 2, frame.box.y + frame.box.h / 2};
    return {-1, -1};
}

QString factOf(const ItemTold& told, const char* name) {
    for (const auto& [of, value] : told.facts)
        if (of == QLatin1String(name)) return value;
    return {};
}

TEST_F(Functions, AClickOnAFrameFillsTheDetailsAndMarksItEverywhere) {
    openCalls();
    auto& graph = deck->flames().graph();
    ASSERT_TRUE(eventually([&] { return graph.tree() != nullptr; }));
    QTest::mouseClick(&graph, Qt::LeftButton, {}, placeOf(graph, "read"));
    ASSERT_EQ(view().item().kind, Item::Kind::Told);
    EXPECT_EQ(view().told().title, "read");
    EXPECT_EQ(factOf(view().told(), "total"), QStringLiteral("90 \u00b5s"));
    EXPECT_EQ(factOf(view().told(), "calls"), "3");
    EXPECT_EQ(factOf(view().told(), "mean"), QStringLiteral("30 \u00b5s"));
    EXPECT_EQ(factOf(view().told(), "caller"), "work");
    // Who called it is counted aside.
    ASSERT_TRUE(eventually([&] { return factOf(view().told(), "called by") == "work, 100 %"; }))
        << factOf(view().told(), "called by").toStdString();
    EXPECT_EQ(factOf(view().told(), "slowest"), QStringLiteral("40 \u00b5s"));
    // The table has it as its current row.
    ASSERT_TRUE(functions().current().has_value());
    EXPECT_EQ(functions().rows()->text(*functions().current(), 0), "read");
    // And the arrow keys of that table lead on.
    functions().body().setFocus();
    key(Qt::Key_Up);
    EXPECT_NE(view().told().title, "read");
    EXPECT_FALSE(view().told().facts.empty());
}

TEST_F(Functions, KeysWalkZoomAndLeaveFrames) {
    openCalls();
    auto& graph = deck->flames().graph();
    ASSERT_TRUE(eventually([&] { return graph.tree() != nullptr; }));
    graph.setFocus();
    key(Qt::Key_Down);
    EXPECT_EQ(view().told().title, "main");
    key(Qt::Key_Down);
    key(Qt::Key_Down);
    EXPECT_EQ(view().told().title, "read");
    key(Qt::Key_Right);
    EXPECT_EQ(view().told().title, "step");
    key(Qt::Key_Up);
    EXPECT_EQ(view().told().title, "work");
    key(Qt::Key_Return);
    EXPECT_EQ(graph.tree()->name(graph.zoomed()), "work");
    key(Qt::Key_Escape);
    EXPECT_EQ(graph.zoomed(), 0u);
    // From call to call of what is chosen.
    key(Qt::Key_BracketRight);
    ASSERT_TRUE(eventually([&] { return view().item().kind == Item::Kind::Event; }));
    EXPECT_EQ(view().item().span.length(), model::Duration{26'000});
    key(Qt::Key_BracketRight);
    ASSERT_TRUE(eventually([&] { return view().item().span.length() == model::Duration{36'000}; }));
    key(Qt::Key_BracketLeft);
    ASSERT_TRUE(eventually([&] { return view().item().span.length() == model::Duration{26'000}; }));
    key(Qt::Key_O);
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 12; }));
    EXPECT_EQ(deck->filters().onlyField().text(), "work");
}

TEST_F(Functions, AMistakeInAThresholdIsSaidAndTheLastOneStays) {
    openCalls();
    deck->filters().thresholdField().setFocus();
    type(QStringLiteral("30us"));
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 5; }));
    type(QStringLiteral("q"));
    ASSERT_TRUE(eventually([&] { return !deck->filters().mistake().isEmpty(); }));
    deck->filters().depthField().setValue(1);  // the others are taken all the same
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 1; }));
    EXPECT_FALSE(deck->filters().mistake().isEmpty());
    deck->filters().depthField().setValue(0);
    ASSERT_TRUE(eventually([&] { return deck->forest()->size() == 5; }));
}

TEST_F(Functions, SelfTimeIsAWeightOfItsOwn) {
    openCalls();
    auto& graph = deck->flames().graph();
    ASSERT_TRUE(eventually([&] { return graph.tree() != nullptr; }));
    const auto& tree = *graph.tree();
    std::int64_t sum = 0;
    for (const auto& node : tree.calls.nodes) sum += node.self;
    FlameScene scene;
    scene.tree = &tree;
    scene.weight = FlameWeight::Self;
    EXPECT_EQ(static_cast<std::int64_t>(scene.whole()), sum);
    EXPECT_EQ(tree.selfBelow[3], static_cast<std::uint64_t>(tree.calls.nodes[3].self));
    graph.setWeight(FlameWeight::Self);
    EXPECT_FALSE(graph.picture().isNull());
}

TEST_F(Functions, AnEmptyGraphSaysWhyAndColoursAreExplained) {
    auto& graph = deck->flames().graph();
    model::TraceBuilder builder;
    view().setTrace(builder.finish());
    EXPECT_TRUE(graph.emptyWords().contains("uftrace record"));
    openCalls();
    ASSERT_TRUE(eventually([&] { return graph.tree() != nullptr; }));
    EXPECT_TRUE(graph.emptyWords().isEmpty());
    std::vector<std::string> words;
    for (const auto& [word, colour] : deck->legend().entries()) words.push_back(word.toStdString());
    // "read" is of the C library.
    EXPECT_NE(std::ranges::find(words, "program"), words.end());
    view().setCursors(model::timestampNs(-100'000), model::timestampNs(-50'000));
    ASSERT_TRUE(eventually([&] { return graph.tree()->calls.nodes.size() < 2; }));
    EXPECT_TRUE(graph.emptyWords().contains("range"));
}

}  // namespace
}  // namespace kscope::tests
