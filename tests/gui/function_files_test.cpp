// SPDX-License-Identifier: GPL-3.0-or-later
/// Functions in the window with real keys and mouse: zoom and Esc, from an event to its function,
/// from call to call, two ranges compared, and what is written and copied.
#include "app/window/call_exports.h"
#include "app/window/dialogs.h"
#include "app/window/plot_pages.h"
#include "tests/gui/gui_window.h"
#include "tests/support/shared_data.h"
#include "views/panes/call_tables/call_site_rows.h"
#include "views/panes/call_tables/call_tables.h"
#include "views/panes/call_tables/filter_strip.h"
#include "views/panes/call_tables/function_deck.h"
#include "views/panes/details/details_calls.h"
#include "views/panes/flame_graph/flame_diff.h"
#include "views/panes/flame_graph/flame_panel.h"
#include "views/panes/pane_look.h"
#include "views/panes/replay/replay_panel.h"
#include "views/panes/table/table_body.h"
#include "views/panes/table/table_panel.h"
#include "views/panes/tracks/track_plot.h"

#include <QClipboard>
#include <QDir>
#include <QImage>
#include <QLineEdit>
#include <QMimeData>
#include <QToolButton>

#include <fstream>
#include <map>
#include <sstream>

namespace kscope::tests {
namespace {

using views::FlameGraph;

/// outer() of 100 us every 200 us, in it step() of 60 us, which is left to half in the second half
/// of the trace; fast() once.
std::string callText(int rounds) {
    std::string out = "# tracer: function_graph\n#\n"
                      "#     TIME        CPU  TASK/PID         DURATION                  FUNCTION "
                      "CALLS\n"
                      "#      |          |     |    |           |   |                     |   |   "
                      "|   |\n";
    const auto line = [&](int us, const char* took, const char* text) {
        char head[96];
        std::snprintf(head, sizeof head, "  100.%06d |   0)   alpha-11   | %-13s |  ", us, took);
        out += std::string(head) + text + "\n";
    };
    for (int i = 0; i < rounds; ++i) {
        const int us = 1000 + i * 200;
        const bool late = i >= rounds / 2;
        line(us, "", "outer() {");
        line(us + 10, "", "  step() {");
        line(us + 12, "  5.000 us   ", "    fast();");
        line(us + (late ? 40 : 70), late ? "+ 30.000 us  " : "+ 60.000 us  ", "  }");
        line(us + 100, "! 100.000 us ", "}");
    }
    return out;
}

class FunctionWindow : public WindowTest {
protected:
    void openCalls(int rounds = 20) {
        open(file(QStringLiteral("calls.txt"), callText(rounds)));
        key(Qt::Key_3, Qt::ControlModifier);
        ASSERT_TRUE(eventually([&] {
            auto* const deck = window->plots().functions();
            return deck != nullptr && graph().emptyWords().isEmpty() &&
                   deck->tables().report() != nullptr && deck->isVisible();
        }));
        static_cast<void>(graph().grab());  // places of frames are those that were drawn
    }
    views::FunctionDeck& deck() { return *window->plots().functions(); }
    FlameGraph& graph() { return deck().flames().graph(); }
    std::uint32_t node(std::string_view name) {
        const auto& nodes = graph().tree()->calls.nodes;
        for (std::uint32_t i = 1; i < nodes.size(); ++i)
            if (graph().tree()->nameOf(nodes[i].function) == name) return i;
        return 0;
    }
    /// The middle of the row of a depth, where the frames of this trace all lie.
    QPoint rowAt(int depth) { return {graph().width() / 4, depth * 18 + 9}; }
    std::string selected() {
        const auto& item = view().item();
        if (item.kind != views::Item::Kind::Event) return {};
        return std::string(view().trace()->text(view().trace()->event(item.event).name));
    }
    std::string exported(const QString& name, app::ExportWhat what, app::ExportSpan span) {
        app::CallExport wanted;
        wanted.what = what;
        wanted.span = span;
        wanted.range = view().range();
        wanted.request.view = view().state();
        wanted.request.width = 640;
        wanted.request.height = 400;
        app::takeShown(deck(), wanted);
        const auto path = folder.filePath(name);
        const auto done = app::writeCallExport(wanted, path.toStdString());
        EXPECT_TRUE(done) << (done ? "" : done.error().message);
        QFile in(path);
        EXPECT_TRUE(in.open(QIODevice::ReadOnly));
        return in.readAll().toStdString();
    }
};

TEST_F(FunctionWindow, InALowWindowTheTableStillShowsRows) {
    openCalls();
    auto* const plot = deck().findChild<views::TrackPlot*>();
    ASSERT_NE(plot, nullptr);
    window->resize(1280, 900);
    ASSERT_TRUE(eventually([&] { return plot->isVisible(); }));
    window->resize(960, 540);
    auto* const rows = deck().tables().findChild<views::TableBody*>();
    ASSERT_NE(rows, nullptr);
    ASSERT_TRUE(eventually([&] { return !plot->isVisible(); }));
    EXPECT_TRUE(eventually([&] {
        const QRect shown(rows->mapTo(window.get(), QPoint()), rows->size());
        const QRect room(deck().mapTo(window.get(), QPoint()), deck().size());
        return rows->height() >= 40 && room.contains(shown);
    })) << rows->height();
    window->resize(1280, 900);
    EXPECT_TRUE(eventually([&] { return plot->isVisible(); }));
}

TEST_F(FunctionWindow, ADoubleClickZoomsAFrameAndEscLeavesIt) {
    openCalls();
    EXPECT_TRUE(deck().filters().isVisible());
    QTest::mouseDClick(&graph(), Qt::LeftButton, Qt::NoModifier, rowAt(1));
    EXPECT_EQ(graph().zoomed(), node("step"));
    graph().setFocus();
    key(Qt::Key_Escape);
    EXPECT_EQ(graph().zoomed(), 0U);
}

/// Folded stacks have weights and no time; their rows have no task.
TEST_F(FunctionWindow, FoldedStacksAreCounted) {
    open(file("app.folded", "main;read;open 12\nmain;read;parse 42\nmain;work;hash 391\n"));
    key(Qt::Key_3, Qt::ControlModifier);
    ASSERT_TRUE(eventually([&] {
        auto* const functions = window->plots().functions();
        return functions != nullptr && functions->replay().body().lines() != nullptr &&
               functions->tables().report() != nullptr;
    }));
    auto& body = deck().replay().body();
    const auto first = body.lines()->at(0);
    EXPECT_EQ(body.textOf(0), "main() {");
    QString took;
    for (std::uint64_t line = 0; line < body.lines()->size(); ++line)
        if (body.textOf(line).contains("hash")) took = body.tookText(body.lines()->at(line));
    EXPECT_EQ(took, "391");
    EXPECT_EQ(body.atText(first), "0");
    EXPECT_EQ(views::timeString(view(), view().trace()->range().begin), "0 samples");
    // Each row can be picked and is told in words.
    for (std::uint64_t row = 0; row < view().trace()->events(); ++row) {
        view().selectEvent(model::EventIndex{row});
        QCoreApplication::processEvents();
    }
    EXPECT_EQ(view().item().kind, views::Item::Kind::Event);
    // What they are counted in is said where others are told times.
    QStringList words;
    for (const auto* const button : deck().flames().findChildren<QToolButton*>())
        words << button->text();
    EXPECT_TRUE(words.contains("By samples") && words.contains("By self samples"))
        << words.join(", ").toStdString();
    EXPECT_FALSE(words.contains("By time"));
    auto& filters = deck().filters();
    EXPECT_EQ(filters.thresholdField().placeholderText(), "samples");
    filters.thresholdField().setText("50");
    EXPECT_EQ(filters.filter().threshold, 50);
    EXPECT_TRUE(eventually([&] { return deck().forest() && deck().forest()->size() == 4; }))
        << "main, read of 54, work and hash; the two in read have fewer";
    filters.thresholdField().setText("50us");
    EXPECT_TRUE(eventually([&] { return !filters.mistake().isEmpty(); }));
}

/// Who called whom, counted here by the arrows of a function tracer's lines.
std::map<std::pair<std::string, std::string>, std::int64_t> callSites(const std::string& text) {
    std::map<std::pair<std::string, std::string>, std::int64_t> sites;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto arrow = line.find(" <-");
        if (line.starts_with('#') || arrow == std::string::npos) continue;
        const auto function = line.substr(line.rfind(' ', arrow - 1) + 1);
        std::istringstream words(line.substr(arrow + 3));
        std::string caller;
        std::string repeats;
        std::int64_t times = 1;  // "(repeats: 2, last_ts: …)": two more of the line before
        words >> caller >> repeats;
        if (repeats == "(repeats:") words >> times;
        sites[{function.substr(0, function.find(' ')), caller}] += times;
    }
    return sites;
}

class CallSites : public FunctionWindow {
protected:
    /// Opens the text and holds the table to callSites() of it.
    void openSites(const std::string& text) {
        open(file("sites.txt", text));
        key(Qt::Key_3, Qt::ControlModifier);
        const auto sites = callSites(text);
        ASSERT_TRUE(
            eventually([&] { return rows() != nullptr && rows()->size() == sites.size(); }));
        for (std::uint32_t row = 0; row < rows()->size(); ++row) {
            const auto found = sites.find(
                {cell(row, views::CallSiteRows::Function), cell(row, views::CallSiteRows::Caller)});
            ASSERT_NE(found, sites.end()) << cell(row, views::CallSiteRows::Function);
            EXPECT_EQ(rows()->number(row, views::CallSiteRows::Calls), found->second)
                << found->first.first << " from " << found->first.second;
        }
    }
    const views::TableRows* rows() {
        auto* const functions = window->plots().functions();
        return functions == nullptr ? nullptr : functions->tables().functions().rows().get();
    }
    std::string cell(std::uint32_t row, int column) {
        return rows()->text(row, column).toStdString();
    }
};

TEST_F(CallSites, OfTheFunctionTracerAreATable) {
    std::string text = "# tracer: function\n#\n";
    const auto line = [&](int us, const char* site) {
        char out[128];
        std::snprintf(out, sizeof out, "           alpha-11    [000] .....   100.%06d: %s\n", us,
                      site);
        text += out;
    };
    for (int i = 0; i < 30; ++i) {
        line(i * 10, i % 3 == 0 ? "mutex_lock <-rb_simple_write" : "mutex_lock <-ext4_file_write");
        line(i * 10 + 1, "mutex_unlock <-ext4_file_write");
        if (i % 10 == 0) line(i * 10 + 2, "_raw_spin_lock <-mutex_lock");
    }
    line(400, "mutex_unlock <-ext4_file_write (repeats: 7, last_ts:   100.000399)");
    openSites(text);
    // 70 calls in all; the most frequent stands first.
    const auto first = deck().tables().functions().body().order().row(0);
    EXPECT_EQ(cell(first, views::CallSiteRows::Function), "mutex_unlock");
    EXPECT_EQ(cell(first, views::CallSiteRows::Calls), "37");
    EXPECT_EQ(cell(first, views::CallSiteRows::Share), "52.9");
    EXPECT_TRUE(rows()->holds(first, "FILE_write")) << "callers are found, too";
    // Enter on a site goes from one of its lines to the next, around the end.
    auto& table = deck().tables().functions();
    std::uint32_t rare = 0;
    while (cell(rare, views::CallSiteRows::Function) != "_raw_spin_lock") ++rare;
    for (const std::uint64_t event : {2, 23, 44, 2}) {
        emit table.activated(rare);
        EXPECT_TRUE(eventually([&] {
            return view().item().kind == views::Item::Kind::Event &&
                   raw(view().item().event) == event;
        })) << event
            << ", not " << raw(view().item().event);
    }
    EXPECT_TRUE(eventually([&] {
        const auto buttons = deck().findChildren<QToolButton*>();
        return std::ranges::none_of(buttons, [](const QToolButton* button) {
            return button->text() == "By time" && button->isVisible();
        });
    })) << "what has no times has no widths by time";
    EXPECT_FALSE(deck().filters().isVisible()) << "filters of calls leave nothing out here";
}

TEST_F(CallSites, OfARecordedTraceWithoutRepeatedLines) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
    std::ifstream in(*data / "guest/ftrace/function-no-repeats/trace.txt");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    openSites(text);
}

TEST_F(FunctionWindow, AZoomedFrameStaysWhenTheRangeChanges) {
    openCalls();
    graph().zoomTo(node("step"));
    const auto whole = view().trace()->range();
    view().setCursors(whole.begin, whole.begin + model::Duration{1'000'000}, "r");
    ASSERT_TRUE(eventually(
        [&] { return graph().tree()->calls.nodes[0].total == 500'000 && node("step") != 0; }));
    EXPECT_EQ(graph().zoomed(), node("step"));
    EXPECT_TRUE(deck().zoomOut());
    EXPECT_EQ(graph().zoomed(), 0U);
}

TEST_F(FunctionWindow, KeysGoFromCallToCall) {
    openCalls();
    graph().clearFocus();
    window->timeline().setFocus();
    const auto step = [&](Qt::Key code) {
        deck().setFocus();
        QTest::keyClick(window.get(), code);
        QCoreApplication::processEvents();
        return selected();
    };
    EXPECT_EQ(step(Qt::Key_BracketRight), "outer");
    EXPECT_EQ(step(Qt::Key_BracketRight), "step");
    EXPECT_EQ(step(Qt::Key_BracketRight), "fast");
    EXPECT_EQ(step(Qt::Key_BracketRight), "outer");
    EXPECT_EQ(step(Qt::Key_BracketLeft), "fast");
}

TEST_F(FunctionWindow, RShowsTheFunctionOfAnEvent) {
    open(file(QStringLiteral("calls.txt"), callText(20)));
    // Row 2 is the entry of fast(), within step() within outer().
    views::Item item;
    item.kind = views::Item::Kind::Event;
    item.event = model::EventIndex{2};
    const auto time = view().trace()->event(item.event).time;
    item.span = {time, time + model::Duration{1}};
    view().setItem(item);
    window->timeline().setFocus();
    key(Qt::Key_R);
    ASSERT_TRUE(eventually([&] { return window->plots().functions() != nullptr; }));
    ASSERT_TRUE(eventually([&] { return deck().forest() != nullptr; }));
    EXPECT_TRUE(deck().isVisible());
    EXPECT_TRUE(eventually([&] { return selected() == "fast"; }));
}

TEST_F(FunctionWindow, TwoRangesAreCompared) {
    openCalls();
    const auto whole = view().trace()->range();
    const auto at = [&](int us) { return whole.begin + model::Duration{us * 1000}; };
    view().setCursors(at(0), at(1000), "before");  // five rounds: step takes 300 us
    ASSERT_TRUE(eventually([&] { return graph().tree()->calls.nodes[0].total == 500'000; }));
    graph().keepForComparison();
    ASSERT_TRUE(eventually([&] { return graph().tree()->compares(); }));
    view().setCursors(at(3000), at(3400), "after");  // two rounds: 60 us
    ASSERT_TRUE(eventually([&] {
        return graph().tree()->compares() && graph().tree()->calls.nodes[0].total == 700'000;
    }));
    const auto step = node("step");
    EXPECT_EQ(graph().tree()->calls.nodes[step].total, 360'000);
    EXPECT_EQ(graph().tree()->before[step].total, 300'000);
    EXPECT_LT(views::flameChange(*graph().tree(), node("outer"), views::FlameWeight::Total), 0);
    // As a share of each range outer() is all of it, before and after.
    graph().setMeasure(views::FlameMeasure::Shares);
    ASSERT_TRUE(eventually([&] { return graph().tree()->measure == views::FlameMeasure::Shares; }));
    EXPECT_NEAR(views::flameChange(*graph().tree(), node("outer"), views::FlameWeight::Total), 0,
                1e-9);
    EXPECT_LT(views::flameChange(*graph().tree(), node("step"), views::FlameWeight::Total), 0);
}

TEST_F(FunctionWindow, TheToolbarsFilterReachesTables) {
    openCalls();
    window->session().setFilter("event == step");
    ASSERT_TRUE(eventually([&] { return view().filterRows() != nullptr; }));
    EXPECT_TRUE(eventually([&] {
        const auto* report = deck().tables().report();
        return report != nullptr && std::ranges::count_if(report->rows, [](const auto& row) {
                                        return row.calls > 0;
                                    }) == 1;
    }));
}

TEST_F(FunctionWindow, FilesHoldWhatTheStripsFiltersLeave) {
    openCalls();
    deck().filters().setOnly("step");
    ASSERT_TRUE(eventually([&] { return deck().forest()->size() == 40; }));
    ASSERT_TRUE(eventually([&] { return node("outer") == 0 && node("step") != 0; }));
    using app::ExportSpan;
    using app::ExportWhat;
    EXPECT_EQ(exported("a.folded", ExportWhat::FlameGraph, ExportSpan::Whole),
              "step 800000\nstep;fast 100000\n");
    const auto svg = exported("a.svg", ExportWhat::FlameGraph, ExportSpan::Seen);
    EXPECT_NE(svg.find("data-name=\"step\""), std::string::npos);
    EXPECT_EQ(svg.find("data-name=\"outer\""), std::string::npos);
    const auto csv = exported("a.csv", ExportWhat::CallTimeline, ExportSpan::Whole);
    EXPECT_EQ(std::ranges::count(csv, '\n'), 41);
    EXPECT_NE(exported("a.json", ExportWhat::FlameGraph, ExportSpan::Seen).find("evented"),
              std::string::npos);
    EXPECT_NE(
        exported("a.chrome.json", ExportWhat::CallTimeline, ExportSpan::Whole).find("\"ph\":\"B\""),
        std::string::npos);
    exported("a.png", ExportWhat::FlameGraph, ExportSpan::Seen);
    EXPECT_EQ(QImage(folder.filePath("a.png")).size(), QSize(640, 400));
}

TEST_F(FunctionWindow, TheDialogOffersWhatHasTheFocus) {
    openCalls();
    const auto offered = app::offeredExports(&deck());
    ASSERT_EQ(offered, (std::vector{app::ExportWhat::FlameGraph, app::ExportWhat::CallTimeline}));
    app::ExportDialog dialog(views::ThemeKind::Dark, QSize(800, 500), offered, window.get());
    EXPECT_EQ(dialog.what(), app::ExportWhat::FlameGraph);
    dialog.setWhat(app::ExportWhat::CallTimeline);
    EXPECT_EQ(dialog.what(), app::ExportWhat::CallTimeline);
}

TEST_F(FunctionWindow, CopyTakesTheGraphOrTheRowsThatHaveTheFocus) {
    openCalls();
    graph().setFocus();
    key(Qt::Key_C, Qt::ControlModifier);
    const auto image = QApplication::clipboard()->image();
    EXPECT_EQ(image.size(), graph().picture().size());
}

}  // namespace
}  // namespace kscope::tests
