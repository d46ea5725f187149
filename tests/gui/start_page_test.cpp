// SPDX-License-Identifier: GPL-3.0-or-later
/// The start page: what can be opened, how, and what was opened before.
#include "app/window/start_kinds.h"
#include "app/window/start_page.h"
#include "app/window/start_parts.h"
#include "tests/gui/gui_window.h"

#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QMenu>
#include <QPushButton>

#include <set>

namespace kscope::tests {
namespace {

class StartPageTest : public WindowTest {
protected:
    void SetUp() override { makeWindow(app::Session::Keep::Views); }
    [[nodiscard]] QPushButton* button(const QString& words) {
        for (auto* each : window->startPage().findChildren<QPushButton*>())
            if (each->text() == words) return each;
        return nullptr;
    }
};

TEST_F(StartPageTest, NamesEveryKindWithACommandThatIsCopied) {
    auto* kinds = window->startPage().findChild<app::KindsTable*>();
    ASSERT_NE(kinds, nullptr);
    QStringList words;
    for (const auto* label : kinds->findChildren<QLabel*>()) words << label->text();
    for (const char* kind :
         {"ftrace text", "trace-cmd report", "function_graph", "uftrace", "uftrace replay",
          "folded stacks", "blktrace", "blkparse", "/proc log", "/proc file", "/proc readings"})
        EXPECT_TRUE(words.contains(QLatin1String(kind))) << kind;
    std::set<QString> commands;
    for (auto* command : kinds->findChildren<app::CommandButton*>()) {
        QTest::mouseClick(command, Qt::LeftButton);
        EXPECT_EQ(QApplication::clipboard()->text(), command->text());
        commands.insert(command->text());
    }
    EXPECT_EQ(commands.size(), 12u);
}

TEST_F(StartPageTest, OpensAFolderByItsButton) {
    for (int round = 0; round < 3; ++round) {
        const auto name = QStringLiteral("readings/t%1").arg(round);
        ASSERT_TRUE(QDir(folder.path()).mkpath(name));
        static_cast<void>(
            file(name + QStringLiteral("/buddyinfo"),
                 "Node 0, zone      DMA      " + std::to_string(9 - round) +
                     "      1      1      0      2      1      1      0      1      1      3 \n"));
    }
    auto* open = button(QStringLiteral("Open folder"));
    ASSERT_NE(open, nullptr);
    takeInDialog(folder.filePath(QStringLiteral("readings")));
    QTest::mouseClick(open, Qt::LeftButton);
    ASSERT_TRUE(eventually([&] { return !window->session().loading() && view().trace(); }));
    EXPECT_EQ(view().trace()->sources().front().kind, "proc-snapshots");
    EXPECT_EQ(view().trace()->events(), 3u) << "a reading is a row";
}

TEST_F(StartPageTest, AnErrorNamesItsPathOnce) {
    const auto path = folder.filePath("missing.txt");
    window->openSources({{path.toStdString(), 0}});
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    ASSERT_TRUE(
        eventually([&] { return window->startPage().notesText().contains("no such file"); }));
    EXPECT_EQ(window->startPage().notesText().count(path), 1)
        << window->startPage().notesText().toStdString();
    EXPECT_EQ(app::errorLine({"a b", "nothing is in it"}), "a b: nothing is in it");
}

TEST_F(StartPageTest, SeveralTracesOfBeforeKeepTheirNames) {
    const auto first = file("trace.txt", smallFtrace(40));
    const auto second = file("proc-of-the-same-minute.txt", smallFtrace(60));
    window->openSources({{first.toStdString(), 0}, {second.toStdString(), 0}});
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    window->session().close();
    window->session().keepViewNow();
    window->session().readRecentTraces();
    app::RecentRow* row = nullptr;
    ASSERT_TRUE(eventually([&] {
        for (auto* each : window->startPage().findChildren<app::RecentRow*>())
            if (each->isVisible() && each->text().contains(QLatin1String("proc-of"))) row = each;
        return row != nullptr;
    }));
    EXPECT_EQ(row->text(), "trace.txt, proc-of-the-same-minute.txt");
    EXPECT_EQ(row->toolTip(), first + QLatin1Char('\n') + second);
    QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(250, 20));
    ASSERT_TRUE(eventually([&] { return !window->session().loading() && view().trace(); }));
    EXPECT_EQ(view().trace()->sources().size(), 2u);
}

}  // namespace
}  // namespace kscope::tests
