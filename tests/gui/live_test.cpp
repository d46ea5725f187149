// SPDX-License-Identifier: GPL-3.0-or-later
/// The window on a folder that plays /proc: the trace grows, stands, is frozen, saved and opened
/// again.
#include "app/live/live_feed.h"
#include "app/window/live_bar.h"
#include "app/window/plot_pages.h"
#include "app/window/start_page.h"
#include "tests/gui/gui_window.h"
#include "views/panes/details/details_pane.h"
#include "views/panes/interrupt_heatmap/cpu_matrix.h"
#include "views/panes/interrupt_heatmap/interrupt_panel.h"
#include "views/panes/processes/process_rows.h"
#include "views/panes/processes/processes_panel.h"
#include "views/panes/table/table_body.h"
#include "views/panes/table/table_panel.h"
#include "views/panes/tracks/track_plot.h"

#include <QContextMenuEvent>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include <fstream>

namespace kscope::tests {
namespace {

using namespace std::chrono_literals;

class Live : public WindowTest {
protected:
    void SetUp() override {
        WindowTest::SetUp();
        QDir(folder.path()).mkpath(QStringLiteral("root/proc"));
        write("interrupts", "            CPU0       CPU1       \n"
                            "  1:         10         20   IO-APIC   1-edge      i8042\n"
                            "LOC:       1000       2000   Local timer interrupts\n");
        write("zoneinfo", zone(5000));
        write("loadavg", "0.10 0.20 0.30 1/2 3\n");
    }
    static std::string zone(int free) {
        return "Node 0, zone    DMA32\n  pages free     " + std::to_string(free) +
               "\n        boost    0\n        min      1402\n        low      1898\n        high   "
               "  2394\n        spanned  1044480\n        present  782300\n        managed  "
               "765916\n"
               "        cma      0\n        protection: (0, 0, 0, 0)\n";
    }
    /// In place: the poller keeps the files open, and none may be seen empty.
    void write(const char* name, const std::string& text) {
        const auto path = proc() + "/proc/" + name;
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        if (!file.is_open()) file.open(path, std::ios::out | std::ios::binary);
        file << text;
    }
    [[nodiscard]] std::string proc() const {
        return folder.filePath(QStringLiteral("root")).toStdString();
    }
    /// `third`: read besides interrupts, zoneinfo and a file that is not there.
    void start(const char* third = "/proc/loadavg") {
        window->startLive({.files = {{"/proc/interrupts", 50ms},
                                     {"/proc/zoneinfo", 50ms},
                                     {third, 50ms},
                                     {"/proc/gone", 50ms}},
                           .limits = {},
                           .root = proc(),
                           .snapshotEvery = 50ms});
        ASSERT_TRUE(eventually([&] { return view().trace() != nullptr; }));
    }
    /// Interrupts is shown, and has counted the device's line (track 2) and the timer's (4).
    void startCounting() {
        start();
        view().setTab(3);
        ASSERT_TRUE(eventually([&] { return window->plots().interrupts() != nullptr; }));
        auto& panel = *window->plots().interrupts();
        write("interrupts", "            CPU0       CPU1       \n"
                            "  1:         10         90   IO-APIC   1-edge      i8042\n"
                            "LOC:       3000       4000   Local timer interrupts\n");
        ASSERT_TRUE(eventually([&] {
            const auto* set = panel.plot().tracks();
            return set != nullptr && set->tracks.size() >= 5 &&
                   panel.matrix().rowOf(2).has_value() && panel.matrix().rowOf(2)->total > 0;
        }));
    }
    /// By its action, as soon as that knows of the trace.
    void closeTrace() {
        auto* const close = window->actions().action("file.close");
        ASSERT_TRUE(eventually([&] { return close->isEnabled(); }));
        close->trigger();
    }
    [[nodiscard]] std::uint64_t events() const {
        const auto& trace = window->session().view().trace();
        return trace ? trace->events() : 0;
    }
};

TEST_F(Live, GrowsUnderTheSameViewsAndSaysWhatItCosts) {
    start();
    EXPECT_TRUE(window->windowTitle().startsWith("This machine, live"));
    const auto first = events();
    EXPECT_TRUE(eventually([&] { return events() > first + 9; }));
    EXPECT_EQ(view().window().end, view().trace()->range().end) << "it follows what is new";
    for (const int tab : {3, 4}) {
        view().setTab(tab);
        EXPECT_TRUE(eventually([&] {
            auto* plot = window->plots().plot(tab);
            return plot != nullptr && plot->tracks() != nullptr && !plot->tracks()->tracks.empty();
        })) << tab;
    }
    EXPECT_TRUE(eventually([&] { return window->liveLine().text().contains("reading"); }));
    EXPECT_TRUE(window->liveLine().text().contains("drawing"));
    EXPECT_TRUE(window->liveLine().text().contains("gone: No such file"))
        << window->liveLine().text().toStdString();
    EXPECT_TRUE(window->liveLine().toolTip().contains("zoneinfo: every 50 ms"));
    window->session().live()->stop();
    EXPECT_FALSE(window->session().liveRunning());
    EXPECT_GT(events(), first);
}

TEST_F(Live, ThePictureStandsWhileReadingGoesOn) {
    start();
    view().setTab(0);
    // The page that holds it may not stand in the window yet, nor the key know of the trace.
    ASSERT_TRUE(eventually([&] {
        window->timeline().setFocus();
        return window->timeline().hasFocus() && window->actions().action("go.select")->isEnabled();
    }));
    key(Qt::Key_Space);
    ASSERT_EQ(window->session().live()->picture(), app::LiveFeed::Picture::Stands);
    const auto shown = view().trace();
    const auto reads = window->session().live()->state().files[0].reads;
    EXPECT_TRUE(
        eventually([&] { return window->session().live()->state().files[0].reads > reads + 3; }));
    EXPECT_EQ(view().trace(), shown);
    key(Qt::Key_Space);
    EXPECT_TRUE(eventually([&] { return view().trace() != shown; }));
}

TEST_F(Live, AnEarlierPlaceStaysStillUntilEnd) {
    start();
    EXPECT_TRUE(eventually([&] { return events() > 30; }));
    window->actions().action("live.back")->trigger();
    const auto kept = view().window();
    EXPECT_LT(kept.end, view().trace()->range().end);
    const auto before = events();
    EXPECT_TRUE(eventually([&] { return events() > before + 9; }));
    EXPECT_EQ(view().window(), kept);
    ASSERT_TRUE(eventually([&] {
        window->timeline().setFocus();
        return window->timeline().hasFocus();
    }));
    key(Qt::Key_End);
    EXPECT_EQ(view().window().end, view().trace()->range().end);
}

TEST_F(Live, SavesWhatWasSeenAndOpensIt) {
    start();
    EXPECT_TRUE(eventually([&] { return events() > 30; }));
    window->session().live()->stop();
    const auto rows = events();
    const auto range = view().trace()->range();
    const auto path = folder.filePath(QStringLiteral("seen.log.zst"));
    bool saved = false;
    QObject::connect(&window->session(), &app::Session::logSaved, [&] { saved = true; });
    window->session().saveLive(path);
    ASSERT_TRUE(eventually([&] { return saved; }));
    open(path);
    EXPECT_EQ(window->session().live(), nullptr);
    EXPECT_EQ(events(), rows);
    EXPECT_EQ(view().trace()->range(), range);
    EXPECT_EQ(view().trace()->sources()[0].kind, "proc-log");
}

TEST_F(Live, FreezesWhenAConditionComesTrue) {
    start();
    const auto condition = model::Filter::parse("zone == \"DMA32\" && free < low");
    ASSERT_TRUE(condition);
    auto& feed = *window->session().live();
    feed.freezeWhen(*condition);
    EXPECT_TRUE(eventually([&] { return events() > 20; })) << "5000 free: nothing to freeze for";
    EXPECT_FALSE(feed.paused());
    write("zoneinfo", zone(1000));
    ASSERT_TRUE(eventually([&] { return feed.paused(); }));
    ASSERT_TRUE(eventually([&] { return window->noticeText().startsWith("Frozen"); }));
    EXPECT_TRUE(feed.freezeCondition().isEmpty());
    // What led to it is there: the row at the cursor is the first that passes.
    ASSERT_TRUE(view().state().cursorA);
    model::ThreadPool pool(1);
    const auto rows = model::filterRows(*view().trace(), *condition, pool);
    ASSERT_GT(rows->size(), 0U);
    EXPECT_EQ(view().trace()->event(rows->at(0)).time, *view().state().cursorA);
    EXPECT_GT(raw(rows->at(0)), 20U);
    window->timeline().setFocus();
    key(Qt::Key_Space);
    EXPECT_FALSE(feed.paused()) << "Space goes on";
}

TEST_F(Live, InterruptsAreCountedByCpuAndExplained) {
    startCounting();
    auto& panel = *window->plots().interrupts();
    // Groups: the device's line first, then the timers'.
    const auto device = *panel.matrix().rowOf(2);
    ASSERT_EQ(device.rates.size(), 2U);
    EXPECT_EQ(device.rates[0].second, 0);
    EXPECT_GT(device.rates[1].second, 0);
    EXPECT_DOUBLE_EQ(device.imbalance, 1);
    EXPECT_EQ(device.busiest, model::CpuId{1});
    panel.pick(2);
    EXPECT_TRUE(panel.words().contains("irq 1, i8042")) << panel.words().toStdString();
    EXPECT_TRUE(panel.words().contains("edge: once for each change"));
    panel.pick(4);
    EXPECT_TRUE(panel.words().contains("the local timer of each CPU"));
    panel.filter().setText("local TIMER");
    EXPECT_TRUE(eventually([&] {
        const auto* set = panel.plot().tracks();
        return set->tracks.size() == 3 && set->status == "1 line found";
    }));
}

TEST_F(Live, WhatIsClickedInInterruptsTellsItselfInTheDetails) {
    startCounting();
    auto& panel = *window->plots().interrupts();
    const auto* set = panel.plot().tracks();
    int above = 0;
    for (int i = 0; i < 2; ++i) above += set->tracks[static_cast<std::size_t>(i)]->height();
    const int row = above + set->tracks[2]->height() / 2 - panel.plot().scrollPosition();
    // A header is no place in time: no cursor, but the line is the item, marked and told.
    QTest::mouseClick(&panel.plot(), Qt::LeftButton, {}, QPoint(40, row));
    EXPECT_FALSE(view().state().cursorA.has_value());
    EXPECT_EQ(panel.plot().selectedTrack(), 2);
    EXPECT_EQ(view().item().kind, views::Item::Kind::Told);
    EXPECT_EQ(view().told().title, QStringLiteral("irq 1, i8042"));
    EXPECT_TRUE(eventually(
        [&] { return window->details().plainText().contains(QStringLiteral("May run on")); }));
    // A cell of the matrix is that line on that CPU.
    QTest::mouseClick(&panel.matrix(), Qt::LeftButton, {}, QPoint(16, row));
    EXPECT_EQ(view().told().title, QStringLiteral("i8042 on CPU 0"));
    EXPECT_EQ(view().item().cpu, model::CpuId{0});
    // The menu of a line can leave it alone.
    QContextMenuEvent asked(QContextMenuEvent::Mouse, QPoint(40, row),
                            panel.plot().mapToGlobal(QPoint(40, row)));
    QCoreApplication::sendEvent(&panel.plot(), &asked);
    const auto menus = window->findChildren<QMenu*>();
    QAction* only = nullptr;
    for (auto* menu : menus)
        for (auto* action : menu->actions())
            if (menu->isVisible() && action->text() == QStringLiteral("Only This Line"))
                only = action;
    ASSERT_NE(only, nullptr);
    only->trigger();
    EXPECT_EQ(panel.filter().text(), QStringLiteral("i8042"));
    for (auto* menu : menus)
        if (menu->isVisible()) menu->close();
}

TEST_F(Live, ProcessesFollowTheMachineAndFoldUnderTheirParents) {
    const auto stat = [&](const char* pid, const char* comm, int parent, int ticks) {
        QDir(folder.path()).mkpath(QStringLiteral("root/proc/") + QLatin1String(pid));
        write((std::string(pid) + "/stat").c_str(),
              std::string(pid) + " (" + comm + ") D " + std::to_string(parent) +
                  " 1 1 0 0 0 5 0 2 0 " + std::to_string(ticks) +
                  " 0 0 0 20 7 1 0 9 8192 3 0 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0\n");
    };
    stat("10", "mother", 1, 100);
    stat("11", "child", 10, 100);
    write("11/wchan", "do_wait");
    start();
    view().setTab(8);
    auto& panel = window->processes();
    auto& table = panel.table();
    ASSERT_TRUE(eventually([&] { return table.rows() && table.rows()->size() == 2; }));
    const auto text = [&](std::uint32_t row, views::ProcessColumn column) {
        return table.rows()->text(row, static_cast<int>(column));
    };
    EXPECT_EQ(text(1, views::ProcessColumn::Name), "child");
    EXPECT_EQ(text(1, views::ProcessColumn::Parent), "10");
    EXPECT_EQ(text(1, views::ProcessColumn::State), "waiting, cannot be interrupted");
    EXPECT_EQ(text(1, views::ProcessColumn::Wchan), "do_wait");
    EXPECT_EQ(text(1, views::ProcessColumn::Nice), "7");
    EXPECT_EQ(text(1, views::ProcessColumn::LastCpu), "1");
    panel.treeButton().click();
    ASSERT_TRUE(eventually([&] { return table.rows()->tree(); }));
    EXPECT_TRUE(table.rows()->hasChildren(0));
    EXPECT_FALSE(table.rows()->hasChildren(1));
    stat("12", "late", 10, 5);
    EXPECT_TRUE(eventually([&] { return table.rows()->size() == 3; }));
    window->session().live()->stop();
    EXPECT_TRUE(eventually([&] { return table.rows() == nullptr; }));
}

TEST_F(Live, AFileInTroubleIsNamedInItsPaneAlone) {
    start("/proc/vmstat");
    auto* const line = window->findChild<QLabel*>(QStringLiteral("file_troubles"));
    ASSERT_NE(line, nullptr);
    const auto says = [&](int tab, const char* words) {
        view().setTab(tab);
        return eventually([&] { return line->isVisible() && line->text().contains(words); });
    };
    EXPECT_TRUE(says(4, "/proc/vmstat: No such file"));
    EXPECT_TRUE(line->text().contains("/proc/slabinfo is not on this machine"));
    EXPECT_FALSE(line->text().contains("gone")) << "no memory in it";
    EXPECT_FALSE(line->text().contains("interrupts"));
    EXPECT_FALSE(line->text().contains("zoneinfo")) << line->text().toStdString();
    EXPECT_TRUE(says(3, "/proc/softirqs is not on this machine"));
    EXPECT_FALSE(line->text().contains("vmstat"));
    EXPECT_TRUE(says(6, "/proc/gone: No such file"));
    view().setTab(0);
    EXPECT_FALSE(line->isVisible());
    write("vmstat", "nr_free_pages 12\n");  // it comes
    view().setTab(4);
    EXPECT_TRUE(eventually([&] { return !line->text().contains("vmstat"); }));
}

TEST_F(Live, AFileThatChangesItsColumnsIsNamedInItsPane) {
    startCounting();
    auto* const line = window->findChild<QLabel*>(QStringLiteral("file_troubles"));
    ASSERT_NE(line, nullptr);
    EXPECT_FALSE(line->text().contains("columns"));
    const auto table = [](const char* second) {
        return std::string("            CPU0       ") + second +
               "       \n"
               "  1:         10         95   IO-APIC   1-edge      i8042\n"
               "LOC:       3000       4500   Local timer interrupts\n";
    };
    write("interrupts", table("CPU7"));
    EXPECT_TRUE(eventually([&] {
        return line->isVisible() &&
               line->text().contains("/proc/interrupts has changed its columns: without CPU1, "
                                     "with CPU7 since ");
    })) << line->text().toStdString();
    view().setTab(4);
    EXPECT_TRUE(eventually([&] { return !line->text().contains("columns"); }));
    view().setTab(3);
    write("interrupts", table("CPU1"));  // it came back
    EXPECT_TRUE(eventually([&] { return !line->text().contains("columns"); }));
}

TEST_F(Live, AProcessThatIsPickedStandsOutInEveryView) {
    openSmall();
    const auto red = view().trace()->findTask(model::Tid{11});
    ASSERT_NE(red, model::kNoTask);
    const auto timeline = [&] { return window->timeline().grab().toImage(); };
    const auto events = [&] { return window->table().grab().toImage(); };
    ASSERT_TRUE(eventually([&] { return window->table().isVisible(); }));
    const auto timelineBefore = timeline();
    const auto eventsBefore = events();
    views::ProcessesPanel panel(&view());
    panel.setReader([](views::ProcessesPanel::Threads) {
        auto list = std::make_shared<model::ProcessList>();
        list->rows.resize(3);
        list->rows[0].tid = list->rows[0].tgid = model::Tid{11};
        list->rows[0].comm = "red";
        list->rows[0].cpu = 0.5;
        list->rows[1].tid = list->rows[1].tgid = model::Tid{4000};
        list->rows[1].comm = "unknown";
        list->rows[2].tid = list->rows[2].tgid = model::Tid{12};  // "blue" in the trace
        list->rows[2].comm = "other";
        list->rows[1].cpu = 0.25;
        return list;
    });
    panel.resize(900, 300);
    panel.show();
    ASSERT_TRUE(eventually([&] { return panel.table().rows() != nullptr; }));
    auto* const body = panel.table().findChild<views::TableBody*>();
    ASSERT_NE(body, nullptr);
    QTest::keyClick(body, Qt::Key_Home);
    EXPECT_EQ(view().item().kind, views::Item::Kind::Task);
    EXPECT_EQ(view().lifted(), red);
    EXPECT_TRUE(eventually([&] { return timeline() != timelineBefore; }));
    EXPECT_TRUE(eventually([&] { return events() != eventsBefore; }));
    const auto timelineMarked = timeline();
    const auto eventsMarked = events();
    // The pointer over another task is stronger while it is there.
    view().setHover(view().trace()->findTask(model::Tid{12}));
    EXPECT_NE(view().lifted(), red);
    view().setHover(model::kNoTask);
    EXPECT_EQ(view().lifted(), red);
    // One that ran nowhere in the trace is told, and nothing stands out; so is another machine's.
    QTest::keyClick(body, Qt::Key_Down);
    EXPECT_EQ(view().item().kind, views::Item::Kind::Told);
    EXPECT_EQ(view().lifted(), model::kNoTask);
    QTest::keyClick(body, Qt::Key_End);
    EXPECT_EQ(view().item().kind, views::Item::Kind::Told);
    EXPECT_TRUE(view().told().lines.last().contains("12 is another task: blue"))
        << view().told().lines.join('\n').toStdString();
    EXPECT_TRUE(eventually([&] { return events() != eventsMarked; }));
    EXPECT_TRUE(eventually([&] { return timeline() != timelineMarked; }));
}

TEST_F(Live, ProcessesOfThisMachineAreReadBesideATraceWhereWanted) {
    openSmall();
    view().setTab(8);
    auto& panel = window->processes();
    EXPECT_EQ(panel.table().rows(), nullptr);
    ASSERT_TRUE(panel.machineButton().isVisible());
    panel.machineButton().click();
    ASSERT_TRUE(eventually([&] { return panel.table().rows() != nullptr; }));
    EXPECT_GT(panel.table().rows()->size(), 0U);
    panel.machineButton().click();
    EXPECT_TRUE(eventually([&] { return panel.table().rows() == nullptr; }));
}

TEST_F(Live, TheButtonOfTheStartPageBegins) {
    QPushButton* watch = nullptr;
    for (auto* button : window->startPage().findChildren<QPushButton*>())
        if (button->text() == QLatin1String("Watch this machine")) watch = button;
    ASSERT_NE(watch, nullptr);
    QTest::mouseClick(watch, Qt::LeftButton);
    EXPECT_TRUE(window->session().liveRunning());
    ASSERT_TRUE(eventually([&] { return events() > 0; }));
    key(Qt::Key_R, Qt::ControlModifier);
    EXPECT_FALSE(window->session().liveRunning());
    EXPECT_GT(events(), 0U) << "what was read stays";
    key(Qt::Key_W, Qt::ControlModifier);
    EXPECT_TRUE(window->startPage().isVisible());
}

TEST_F(Live, AsksBeforeReadingsAreLostThatNoFileHolds) {
    using Unsaved = app::MainWindow::Unsaved;
    int asked = 0;
    auto answer = Unsaved::Stay;
    window->setUnsavedQuestion([&] {
        ++asked;
        return answer;
    });
    start();
    closeTrace();
    EXPECT_EQ(asked, 1);
    EXPECT_NE(view().trace(), nullptr) << "it stays open";
    window->close();
    EXPECT_EQ(asked, 2);
    EXPECT_TRUE(window->isVisible());
    const auto log = folder.filePath(QStringLiteral("kept.log"));
    window->session().live()->pauseReading();
    ASSERT_TRUE(eventually([&] { return window->session().live()->paused(); }));
    // What a round that was under way brought is shown before it is saved.
    ASSERT_TRUE(eventually([&] {
        window->session().saveLive(log);
        return eventually([&] { return QFile::exists(log); }) && !window->session().liveUnsaved();
    }));
    closeTrace();
    EXPECT_EQ(asked, 2) << "what is in a file is not asked about";
    EXPECT_EQ(view().trace(), nullptr);
    answer = Unsaved::Drop;
    start();
    closeTrace();
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(view().trace(), nullptr);
}

TEST_F(Live, OffersTheWayBackToNow) {
    start();
    ASSERT_TRUE(eventually([&] { return events() > 20; }));
    EXPECT_FALSE(window->jumpToNow().isVisible());
    const auto range = view().trace()->range();
    view().setWindow({range.begin, range.begin + range.length() / 2});
    EXPECT_TRUE(window->jumpToNow().isVisible());
    QTest::mouseClick(&window->jumpToNow(), Qt::LeftButton);
    EXPECT_FALSE(window->jumpToNow().isVisible());
    EXPECT_EQ(view().window().end, view().trace()->range().end);
}

}  // namespace
}  // namespace kscope::tests
