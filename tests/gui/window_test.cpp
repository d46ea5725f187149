// SPDX-License-Identifier: GPL-3.0-or-later
/// Opening, dropping, mouse, start page and notices on the real window.
#include "app/window/bars.h"
#include "app/window/dialogs.h"
#include "app/window/lanes_dialog.h"
#include "app/window/live_bar.h"
#include "app/window/query_field.h"
#include "app/window/start_page.h"
#include "app/window/start_parts.h"
#include "tests/gui/gui_window.h"
#include "views/panes/details/details_pane.h"
#include "views/panes/notes/notes_pane.h"

#include <QClipboard>
#include <QDockWidget>
#include <QDropEvent>
#include <QImage>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>

namespace kscope::tests {
namespace {

using Window = WindowTest;

/// Drops files on the window, at `x` of its width.
void drop(app::MainWindow& window, const QStringList& paths, int x) {
    QMimeData data;
    QList<QUrl> urls;
    for (const auto& path : paths) urls << QUrl::fromLocalFile(path);
    data.setUrls(urls);
    const QPoint at(x, window.height() / 2);
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &move);
    QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &event);
}

TEST_F(Window, BeginsWithTheStartPage) {
    EXPECT_FALSE(window->showsTrace());
    EXPECT_TRUE(window->startPage().isVisible());
    EXPECT_TRUE(window->windowTitle().startsWith("No trace open"));
    auto* command = window->startPage().findChild<app::CommandButton*>();
    ASSERT_NE(command, nullptr);
    QTest::mouseClick(command, Qt::LeftButton);
    EXPECT_EQ(QApplication::clipboard()->text(), command->text());
}

TEST_F(Window, OpensAFileAndShowsItsRows) {
    bool framed = false;
    QObject::connect(window.get(), &app::MainWindow::firstFrame, [&] { framed = true; });
    openSmall();
    EXPECT_TRUE(window->showsTrace());
    EXPECT_EQ(view().trace()->events(), 600u);
    EXPECT_TRUE(window->windowTitle().startsWith("small.txt"));
    EXPECT_TRUE(eventually([&] { return framed; }));
    key(Qt::Key_W, Qt::ControlModifier);
    EXPECT_FALSE(window->showsTrace());
    EXPECT_FALSE(view().trace());
    EXPECT_TRUE(window->startPage().isVisible());
}

TEST_F(Window, SaysBesideTheThingWhatCouldNotBeOpened) {
    window->openSources({{folder.filePath("missing.txt").toStdString(), 0}});
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    EXPECT_TRUE(window->noticeText().contains("missing.txt")) << window->noticeText().toStdString();
    EXPECT_EQ(QApplication::activeModalWidget(), nullptr) << "no box in the middle";
    openSmall();
    EXPECT_TRUE(window->noticeText().isEmpty())
        << "gone with the next trace: " << window->noticeText().toStdString();
}

TEST_F(Window, OpensOddFilesWithoutHarm) {
    for (const auto& text :
         {std::string(), std::string(4096, '\0'), std::string("\xff\xfe\x01 not a trace"),
          std::string("# tracer: nop\n#\n")}) {
        window->openSources({{file("odd.txt", text).toStdString(), 0}});
        ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
        QCoreApplication::processEvents();
        EXPECT_FALSE(window->noticeText().isEmpty());
        for (const auto code : {Qt::Key_W, Qt::Key_F, Qt::Key_0, Qt::Key_M, Qt::Key_BracketRight,
                                Qt::Key_Comma, Qt::Key_End, Qt::Key_U})
            key(code);
    }
}

TEST_F(Window, ADropOpensAndItsRightHalfAdds) {
    const auto first = file("first.txt", smallFtrace(100));
    const auto second = file("second.txt", smallFtrace(50));
    drop(*window, {first}, 100);
    ASSERT_TRUE(eventually([&] { return view().trace() && !window->session().loading(); }));
    EXPECT_EQ(view().trace()->events(), 150u);
    drop(*window, {second}, window->width() - 100);
    ASSERT_TRUE(eventually(
        [&] { return !window->session().loading() && view().trace()->sources().size() == 2; }));
    EXPECT_EQ(view().trace()->events(), 225u);
    drop(*window, {second}, 100);
    ASSERT_TRUE(eventually(
        [&] { return !window->session().loading() && view().trace()->sources().size() == 1; }));
    EXPECT_EQ(view().trace()->events(), 75u);
}

TEST_F(Window, ShiftsATraceOnTheAxis) {
    openSmall(10);
    const auto begin = view().trace()->range().begin;
    window->session().setShifts({1'500'000'000});
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    EXPECT_EQ((view().trace()->range().begin - begin).count(), 1'500'000'000);
}

TEST_F(Window, DragSelectsARangeAndShowsTheStrip) {
    openSmall();
    auto& plot = window->timeline();
    const QPoint from(400, 150);
    const QPoint to(700, 150);
    QTest::mousePress(&plot, Qt::LeftButton, {}, from);
    QTest::mouseMove(&plot, (from + to) / 2);
    QTest::mouseMove(&plot, to);
    QTest::mouseRelease(&plot, Qt::LeftButton, {}, to);
    ASSERT_TRUE(view().range());
    EXPECT_EQ(view().window(), view().trace()->range()) << "a drag without Ctrl does not zoom";
    key(Qt::Key_F);
    EXPECT_LT(view().window().length(), view().trace()->range().length());
}

TEST_F(Window, FitsNarrowAndLowWindows) {
    openSmall();
    auto* details = window->findChild<QDockWidget*>("details");
    EXPECT_EQ(window->dockWidgetArea(details), Qt::RightDockWidgetArea);
    window->resize(1000, 640);
    QCoreApplication::processEvents();
    EXPECT_EQ(window->dockWidgetArea(details), Qt::BottomDockWidgetArea);
    EXPECT_LE(window->width(), 1000);
    EXPECT_GE(window->searchField().width(), 140);
    // At the least size nothing is cut but what says so by "…", and no dock leaves a blank beside.
    window->resize(960, 600);
    const auto begin = view().trace()->range().begin;
    view().setWindow({begin + model::Duration{1234}, begin + model::Duration{1334}});  // all digits
    QCoreApplication::processEvents();
    EXPECT_GE(window->liveButton().width(), window->liveButton().sizeHint().width());
    details->raise();
    QCoreApplication::processEvents();
    EXPECT_GT(window->details().width(), 900);
    for (auto* label : window->findChildren<app::ElidedLabel*>())
        EXPECT_TRUE(label->shownText() == label->text() ||
                    label->shownText().endsWith(QChar(0x2026)))
            << label->shownText().toStdString();
    window->resize(1500, 860);
    QCoreApplication::processEvents();
    EXPECT_EQ(window->dockWidgetArea(details), Qt::RightDockWidgetArea);
}

TEST_F(Window, CancelKeepsWhatIsThere) {
    const auto path = file("long.txt", smallFtrace(400'000));
    window->openSources({{path.toStdString(), 0}});
    eventually([&] { return view().trace() != nullptr || !window->session().loading(); });
    window->session().cancel();
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    if (window->session().partial() && view().trace()) {
        EXPECT_FALSE(window->noticeText().isEmpty());
    }
}

TEST_F(Window, ANewTraceReplacesOneThatIsStillRead) {
    const auto path = file("long.txt", smallFtrace(400'000));
    const auto small = file("small2.txt", smallFtrace(20));
    window->openSources({{path.toStdString(), 0}});
    QCoreApplication::processEvents();
    window->openSources({{small.toStdString(), 0}});
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    EXPECT_EQ(view().trace()->events(), 30u);
}

TEST_F(Window, ClosesWhileItReads) {
    const auto path = file("long.txt", smallFtrace(400'000));
    window->openSources({{path.toStdString(), 0}});
    QCoreApplication::processEvents();
    window->close();
    window.reset();
    SUCCEED();
}

TEST_F(Window, ReadsAgainWhatHasGrown) {
    const auto path = file("grows.txt", smallFtrace(20));
    open(path);
    for (int i = 0; i < 4; ++i) key(Qt::Key_W);
    const auto kept = view().window();
    static_cast<void>(file("grows.txt", smallFtrace(60)));
    key(Qt::Key_F5);
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    EXPECT_EQ(view().trace()->events(), 90u);
    EXPECT_EQ(view().window(), kept);
}

/// The titles of all notes, and where.
QString allNotes(const app::MainWindow& window) {
    return const_cast<app::MainWindow&>(window).notes().plainText();
}

TEST_F(Window, NotesNameLinesAlsoWhereOnlyBytesWereKnown) {
    auto text = smallFtrace(200);
    const auto lines = std::ranges::count(text, '\n');
    text += "             red-11 [000] d..2. 100.500000: print: one\n"
            "             red-11 [000] d..2. 100.400000: print: earlier\n";
    open(file("back.txt", text));
    const auto where = QStringLiteral("line %1").arg(lines + 2);
    EXPECT_TRUE(eventually([&] { return allNotes(*window).contains(where); }))
        << allNotes(*window).toStdString();
    EXPECT_FALSE(allNotes(*window).contains("byte "));
}

TEST_F(Window, AFileThatShrinksOrVanishesIsNoted) {
    const auto path = file("small.txt", smallFtrace(400));
    open(path);
    const auto events = view().trace()->events();
    ASSERT_TRUE(QFile::resize(path, 1000));
    EXPECT_TRUE(eventually([&] {
        return view().trace()->diagnostics().count(model::DiagnosticKind::SourceShrank) == 1;
    }));
    EXPECT_TRUE(window->noticeText().contains("small.txt"));
    EXPECT_TRUE(allNotes(*window).contains("source_shrank")) << allNotes(*window).toStdString();
    EXPECT_EQ(view().trace()->events(), events) << "what was read stays";

    const auto other = file("other.txt", smallFtrace(300));
    open(other);
    EXPECT_EQ(view().trace()->diagnostics().count(model::DiagnosticKind::SourceShrank), 0u);
    ASSERT_TRUE(QFile::remove(other));
    EXPECT_TRUE(eventually([&] {
        return view().trace()->diagnostics().count(model::DiagnosticKind::SourceVanished) == 1;
    }));
    EXPECT_TRUE(allNotes(*window).contains("source_vanished"));
}

TEST_F(Window, ThemesChangeWhatIsPainted) {
    openSmall();
    const auto corner = [&] {
        return window->grab()
            .toImage()
            .pixelColor(window->width() - 4, window->height() - 4)
            .lightness();
    };
    window->actions().action("theme.dark")->trigger();
    EXPECT_LT(corner(), 80);
    window->actions().action("theme.light")->trigger();
    EXPECT_GT(corner(), 180);
}

TEST_F(Window, UndoNamesTheStepInItsMenu) {
    openSmall();
    key(Qt::Key_W);
    window->actions().refresh();
    EXPECT_TRUE(window->actions().action("edit.undo")->text().startsWith("Undo Zoom to"))
        << window->actions().action("edit.undo")->text().toStdString();
}

TEST_F(Window, EveryControlHasAName) {
    openSmall();
    for (const auto* button : window->findChildren<QAbstractButton*>()) {
        if (!button->isVisible()) continue;
        EXPECT_FALSE(button->accessibleName().isEmpty() && button->text().isEmpty() &&
                     button->toolTip().isEmpty())
            << button->metaObject()->className() << ' '
            << button->parentWidget()->metaObject()->className();
    }
}

TEST_F(Window, ExportWritesAPictureInTheBackground) {
    openSmall();
    app::ExportDialog dialog(views::ThemeKind::Dark, QSize(800, 500), {app::ExportWhat::Timeline},
                             window.get());
    dialog.setPath(folder.filePath("view.png"));
    views::ExportRequest request;
    dialog.fill(request, view());
    EXPECT_EQ(request.width, 800);
    EXPECT_EQ(request.theme, views::ThemeKind::Dark);
    EXPECT_EQ(request.view.window, view().window());
    ASSERT_TRUE(views::writePng(*view().trace(), request, dialog.path().toStdString()));
    EXPECT_EQ(QImage(dialog.path()).size(), QSize(800, 500));
}

TEST_F(Window, LanesAreChosenFromAList) {
    openSmall();
    app::LanesDialog dialog(view(), window.get());
    ASSERT_GT(dialog.list()->count(), 2);
    EXPECT_EQ(dialog.list()->item(0)->checkState(), Qt::Checked);
    dialog.list()->item(0)->setCheckState(Qt::Unchecked);
    const auto lanes = view().state().lanes;
    ASSERT_FALSE(lanes.empty());
    EXPECT_EQ(std::ranges::find(lanes, views::LaneKey{views::LaneKey::Kind::Cpu, 0}), lanes.end());
    dialog.field()->setText("blue");
    int shown = 0;
    for (int row = 0; row < dialog.list()->count(); ++row)
        shown += dialog.list()->item(row)->isHidden() ? 0 : 1;
    EXPECT_EQ(shown, 1);
    view().undo();
    EXPECT_TRUE(view().state().lanes.empty());
    for (int row = 0; row < dialog.list()->count(); ++row)
        dialog.list()->item(row)->setCheckState(Qt::Unchecked);
    EXPECT_FALSE(view().state().lanes.empty()) << "the last lane stays";
}

class KeptViews : public WindowTest {
protected:
    void SetUp() override { makeWindow(app::Session::Keep::Views); }
};

TEST_F(KeptViews, AreFoundAgainByContentNotByName) {
    const auto text = smallFtrace(400);
    open(file("one.txt", text));
    // The name of the kept view is found off this thread.
    for (int i = 0; i < 6; ++i) key(Qt::Key_W);
    view().addBookmark(view().window().begin, "here it stalls");
    window->session().setFilter("cpu == 1");
    const auto kept = view().state();
    QTest::qWait(1300);
    window->session().close();
    window->session().keepViewNow();
    open(file("other name.txt", text));
    ASSERT_TRUE(eventually([&] { return !view().state().bookmarks.empty(); }));
    EXPECT_EQ(view().state().bookmarks, kept.bookmarks);
    EXPECT_EQ(view().window(), kept.window);
    EXPECT_EQ(view().state().filter, "cpu == 1");
    EXPECT_TRUE(eventually([&] { return view().filterRows() != nullptr; }));
    window->session().readRecentTraces();
    ASSERT_TRUE(eventually([&] { return window->session().recentTraces().size() >= 2; }));
    EXPECT_EQ(window->session().recentTraces().front().kind, "ftrace-text");
}

TEST_F(KeptViews, TravelAsAFile) {
    open(file("one.txt", smallFtrace(100)));
    view().addBookmark(view().window().begin, "mark");
    auto state = view().state();
    state.pinned.push_back({views::LaneKey::Kind::Cpu, 1});
    view().setState(state, "Pin");
    const auto path = folder.filePath("sent.kscope");
    bool saved = false;
    QObject::connect(&window->session(), &app::Session::saved, [&] { saved = true; });
    window->session().saveView(path);
    ASSERT_TRUE(eventually([&] { return saved; }));
    open(file("two.txt", smallFtrace(104)));
    ASSERT_TRUE(view().state().bookmarks.empty());
    bool loaded = false;
    QObject::connect(&window->session(), &app::Session::viewLoaded, [&] { loaded = true; });
    window->openSources({{path.toStdString(), 0}});
    ASSERT_TRUE(eventually([&] { return loaded; }));
    ASSERT_EQ(view().state().bookmarks.size(), 1u);
    EXPECT_EQ(view().state().bookmarks[0].text, "mark");
    EXPECT_EQ(view().state().pinned.size(), 1u);
    EXPECT_EQ(view().undoName(), "Load View");
}

}  // namespace
}  // namespace kscope::tests
