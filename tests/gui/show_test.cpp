// SPDX-License-Identifier: GPL-3.0-or-later
/// Show menu, ticked kinds, docks by view, paper, the desktop's theme and what the command line
/// asks for, on the real window.
#include "app/window/pick_dialog.h"
#include "app/window/printing.h"
#include "app/window/window_main.h"
#include "tests/gui/gui_window.h"
#include "views/panes/event_table/event_rows.h"
#include "views/panes/event_table/event_table.h"

#include <QDockWidget>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPrinter>

namespace kscope::tests {
namespace {

class Show : public WindowTest {
protected:
    void trigger(const char* id) {
        auto* action = window->actions().action(QLatin1String(id));
        ASSERT_NE(action, nullptr) << id;
        window->actions().refresh();
        ASSERT_TRUE(action->isEnabled()) << id;
        action->trigger();
        QCoreApplication::processEvents();
    }
};

TEST_F(Show, MenuEntriesTickAndUndo) {
    openSmall();
    window->actions().refresh();
    EXPECT_TRUE(window->actions().action("shown.arrows")->isChecked());
    trigger("shown.all_arrows");
    EXPECT_EQ(view().state().arrows, views::Arrows::All);
    trigger("shown.raw");
    trigger("shown.idle");
    EXPECT_EQ(view().state().rawFields, views::Presence::Shown);
    EXPECT_EQ(view().state().idleTasks, views::Presence::Shown);
    trigger("colour.priority");
    EXPECT_EQ(view().state().colourBy, views::ColourBy::Priority);
    EXPECT_FALSE(window->grab().isNull());
    view().undo();
    EXPECT_EQ(view().state().colourBy, views::ColourBy::Task);
    trigger("shown.idle");
    EXPECT_EQ(view().state().idleTasks, views::Presence::Hidden);
}

TEST_F(Show, TickedKindsStayInTableAndLanes) {
    openSmall();
    app::PickDialog dialog(view(), app::Picked::Kinds, window.get());
    dialog.show();
    ASSERT_EQ(dialog.list()->count(), 2);
    EXPECT_TRUE(dialog.list()->item(0)->text().startsWith("sched_switch"));
    EXPECT_TRUE(dialog.list()->item(0)->text().contains("400"));
    dialog.list()->item(0)->setCheckState(Qt::Unchecked);
    ASSERT_EQ(view().state().onlyNames.size(), 1u);
    EXPECT_TRUE(eventually([&] { return window->table().model().rows() == 200; }));
    EXPECT_EQ(dialog.sumText(), QStringLiteral("1 of 2"));
    dialog.list()->item(1)->setCheckState(Qt::Unchecked);
    EXPECT_EQ(view().state().onlyNames.size(), 1u) << "nothing ticked changes nothing";
    dialog.list()->item(0)->setCheckState(Qt::Checked);
    dialog.list()->item(1)->setCheckState(Qt::Checked);
    EXPECT_TRUE(view().state().onlyNames.empty()) << "all ticked is no restriction";
    EXPECT_TRUE(eventually([&] { return window->table().model().rows() == 600; }));
}

TEST_F(Show, TickedTasksAndCpus) {
    openSmall();
    app::PickDialog tasks(view(), app::Picked::Tasks, window.get());
    tasks.show();
    tasks.field()->setText("blue");
    int shown = 0;
    for (int row = 0; row < tasks.list()->count(); ++row) {
        auto* item = tasks.list()->item(row);
        shown += item->isHidden() ? 0 : 1;
        if (item->isHidden()) item->setCheckState(Qt::Unchecked);
    }
    EXPECT_EQ(shown, 1);
    EXPECT_EQ(view().state().onlyTasks, (std::vector{view().trace()->findTask(model::Tid{12})}));
    app::PickDialog cpus(view(), app::Picked::Cpus, window.get());
    cpus.show();
    ASSERT_EQ(cpus.list()->count(), 2);
    cpus.list()->item(0)->setCheckState(Qt::Unchecked);
    EXPECT_EQ(view().state().onlyCpus, (std::vector{model::CpuId{1}}));
    trigger("edit.clear_filter");
    EXPECT_FALSE(view().state().restricted());
    EXPECT_EQ(cpus.list()->item(0)->checkState(), Qt::Checked) << "the open dialog follows";
}

TEST_F(Show, DockSizesBelongToTheView) {
    openSmall();
    auto* details = window->findChild<QDockWidget*>("details");
    ASSERT_NE(details, nullptr);
    QTest::qWait(50);
    const int usual = details->width();
    EXPECT_EQ(usual, 332);
    window->resizeDocks({details}, {usual + 90}, Qt::Horizontal);
    QCoreApplication::processEvents();
    const int wide = details->width();
    ASSERT_GT(wide, usual + 40);
    key(Qt::Key_7, Qt::ControlModifier);
    QTest::qWait(20);
    EXPECT_NEAR(details->width(), usual, 4);
    key(Qt::Key_1, Qt::ControlModifier);
    QTest::qWait(20);
    EXPECT_NEAR(details->width(), wide, 4);
}

/// The menu that a right click opens, closed again.
QStringList menuAt(views::TimelineWidget& plot, QPoint at) {
    QTest::mousePress(&plot, Qt::RightButton, {}, at);
    QTest::mouseRelease(&plot, Qt::RightButton, {}, at);
    QStringList entries;
    if (auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget())) {
        for (auto* action : menu->actions())
            if (!action->isSeparator()) entries << action->text();
        menu->close();
    }
    QCoreApplication::processEvents();
    return entries;
}

TEST_F(Show, ContextMenusBelongToTheirPlace) {
    openSmall();
    auto& plot = window->timeline();
    EXPECT_TRUE(menuAt(plot, {600, 60}).contains("Time Format")) << "the ruler";
    EXPECT_TRUE(menuAt(plot, {60, 85}).contains("Sort")) << "a group row";
    const auto header = menuAt(plot, {60, 75 + 20 + 12});
    EXPECT_TRUE(header.contains("Copy Name")) << header.join(", ").toStdString();
    EXPECT_LE(header.size(), 14);
    view().addBookmark(view().window().begin + view().window().length() / 2, "here");
    plot.repaint();
    const int x = 220 + (plot.width() - 220) / 2;
    const auto mark = menuAt(plot, {x, 66});
    EXPECT_TRUE(mark.contains("Delete")) << mark.join(", ").toStdString();
}

TEST_F(Show, AGroupIsSorted) {
    openSmall();
    auto state = view().state();
    state.lanes = {{views::LaneKey::Kind::Cpu, 1}, {views::LaneKey::Kind::Cpu, 0}};
    view().setState(state, "Lanes");
    emit window->timeline().placeMenuWanted({}, views::MenuPlace::Section, 0);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    ASSERT_NE(menu, nullptr);
    QAction* byId = nullptr;
    for (auto* action : menu->findChildren<QAction*>())
        if (action->text() == "Id") byId = action;
    ASSERT_NE(byId, nullptr);
    byId->trigger();
    menu->close();
    EXPECT_EQ(view().state().lanes.front(), (views::LaneKey{views::LaneKey::Kind::Cpu, 0}));
    EXPECT_EQ(view().undoName(), QStringLiteral("Sort by Id"));
}

TEST_F(Show, PrintsOnePageThatHoldsThePicture) {
    openSmall();
    QPrinter printer(QPrinter::ScreenResolution);
    printer.setOutputFormat(QPrinter::PdfFormat);
    const auto path = folder.filePath("page.pdf");
    printer.setOutputFileName(path);
    printer.setPageOrientation(QPageLayout::Landscape);
    ASSERT_TRUE(app::printPicture(*view().trace(), view(), printer));
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const auto pdf = file.readAll();
    EXPECT_TRUE(pdf.startsWith("%PDF"));
    EXPECT_TRUE(pdf.contains("/Subtype /Image") || pdf.contains("/Subtype/Image"));
    EXPECT_GT(pdf.size(), 5000);
    // A4 across at 1200 dots an inch asks for no picture beyond memory.
    const auto request = app::printRequest(view(), QSize(13'900, 9'800), 1200);
    EXPECT_LE(request.width * request.scale, 4000);
    EXPECT_EQ(request.theme, views::ThemeKind::Light);
}

TEST_F(Show, FollowsTheDesktopsThemeWhileItRuns) {
    openSmall();
    window->settings().theme = app::ThemeChoice::System;
    QPalette dark;
    dark.setColor(QPalette::Window, QColor(30, 30, 30));
    dark.setColor(QPalette::WindowText, QColor(230, 230, 230));
    app::readSystemLook(dark);
    EXPECT_EQ(app::themeKind(app::ThemeChoice::System), views::ThemeKind::Dark);
    EXPECT_EQ(app::contrastOf(app::ContrastChoice::System), views::Contrast::Normal);
    QEvent change(QEvent::ThemeChange);  // The desktop's own palette counts: a light one here.
    QApplication::sendEvent(window.get(), &change);
    EXPECT_EQ(app::currentTheme(), views::ThemeKind::Light);
    QPalette pure;
    pure.setColor(QPalette::Window, Qt::black);
    pure.setColor(QPalette::WindowText, Qt::white);
    app::readSystemLook(pure);
    window->applySettings();
    EXPECT_EQ(views::contrastInForce(), views::Contrast::High);
    const auto image = window->timeline().grab().toImage();
    EXPECT_EQ(image.pixel(image.width() - 3, image.height() - 3), 0xff000000u);
    app::readSystemLook(app::systemPalette(*qApp));
    window->applySettings();
    EXPECT_EQ(views::contrastInForce(), views::Contrast::Normal);
}

TEST_F(Show, BeginsAsTheCommandLineAsks) {
    openSmall();
    app::Invocation asked;
    asked.range = "+0.01s..+0.02s";
    asked.cpus = "1";
    asked.lanes = "cpu,task:blue";
    asked.filter = "cpu == 1";
    app::beginAsAsked(*window, asked);
    const auto begin = view().trace()->range().begin;
    EXPECT_EQ((view().window().begin - begin).count(), 10'000'000);
    EXPECT_EQ(view().window().length().count(), 10'000'000);
    EXPECT_EQ(view().state().onlyCpus, (std::vector{model::CpuId{1}}));
    EXPECT_EQ(view().state().lanes.size(), 3u);
    EXPECT_EQ(view().state().filter, QStringLiteral("cpu == 1"));
    EXPECT_FALSE(view().undoName().isEmpty()) << "a kept view must not take its place";
    asked.lanes = "task:nobody";
    app::beginAsAsked(*window, asked);
    EXPECT_TRUE(window->noticeText().contains("nobody"));
}

TEST_F(Show, TableArrowsStepWhileThePlotPans) {
    openSmall();
    auto& rows = window->table().rows();
    rows.setFocus();
    view().selectEvent(model::EventIndex{5});
    key(Qt::Key_Right);
    EXPECT_EQ(rows.current(), model::EventIndex{6});
    key(Qt::Key_End);
    EXPECT_EQ(rows.current(), model::EventIndex{599});
    key(Qt::Key_Home);
    EXPECT_EQ(rows.current(), model::EventIndex{0});
    view().zoomAt(view().trace()->range().begin, 8);
    window->timeline().setFocus();
    const auto before = view().window();
    key(Qt::Key_Right);
    EXPECT_GT(view().window().begin, before.begin);
    EXPECT_EQ(rows.current(), model::EventIndex{0});
}

}  // namespace
}  // namespace kscope::tests
