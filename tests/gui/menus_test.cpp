// SPDX-License-Identifier: GPL-3.0-or-later
/// Menus: a range as a trace of its own, plain words, manual, report, settings of text and
/// tooltips, and how long context menus are.
#include "app/session/range_text.h"
#include "app/window/manual.h"
#include "app/window/report_dialog.h"
#include "app/window/sentences_dialog.h"
#include "model/query/text_reader.h"
#include "model/words/words.h"
#include "tests/gui/gui_window.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QTableWidget>

#include <algorithm>
#include <fstream>

namespace kscope::tests {
namespace {

using Menus = WindowTest;

/// Two events with stacks, a loss, and more.
std::string tracedText() {
    return "# tracer: nop\n#\n"
           "             red-11 [000] d..2. 100.000100: print: one\n"
           "             red-11 [000] d..2. 100.000100: <stack trace>\n"
           " => early_frame\n"
           "             red-11 [000] d..2. 100.000200: print: two\n"
           "             red-11 [000] d..2. 100.000200: <stack trace>\n"
           " => inner_frame\n"
           " => outer_frame\n"
           "CPU:1 [LOST 12 EVENTS]\n"
           "            blue-12 [001] d..2. 100.000300: print: three\n"
           "            blue-12 [001] d..2. 100.000400: print: four\n";
}

TEST_F(Menus, ARangeBecomesATraceOfItsOwn) {
    open(file("whole.txt", tracedText()));
    const auto begin = view().trace()->range().begin;
    const auto target = folder.filePath("part.txt");
    const auto written = app::writeRangeText(
        *view().trace(), {begin + model::Duration{100'000}, begin + model::Duration{250'000}},
        target, {});
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(*written, 2u);
    std::ifstream in(target.toStdString());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto wanted = tracedText();
    wanted.erase(wanted.find("             red-11 [000] d..2. 100.000100: print"),
                 wanted.find("             red-11 [000] d..2. 100.000200: print") -
                     wanted.find("             red-11 [000] d..2. 100.000100: print"));
    wanted.resize(wanted.find("            blue-12 [001] d..2. 100.000400"));
    EXPECT_EQ(text, wanted);
    open(target);
    EXPECT_EQ(view().trace()->events(), 2u);
    EXPECT_EQ(view().trace()->sources().front().kind, "ftrace-text");
}

TEST_F(Menus, ExportRangeAsTraceAsksForAFile) {
    auto* action = window->actions().action("file.export_range");
    ASSERT_NE(action, nullptr);
    openSmall();
    window->actions().refresh();
    EXPECT_FALSE(action->isEnabled()) << "without a range there is nothing to write";
    const auto begin = view().trace()->range().begin;
    view().setCursors(begin, begin + model::Duration{5'000'000});
    window->actions().refresh();
    ASSERT_TRUE(action->isEnabled()) << action->statusTip().toStdString();
    const auto inRange = raw(view().trace()->lowerBound(begin + model::Duration{5'000'000}));
    const auto target = folder.filePath("part.txt");
    takeInDialog(target);
    action->trigger();
    ASSERT_TRUE(eventually([&] { return QFile::exists(target); }));
    open(target);
    EXPECT_EQ(view().trace()->events(), inRange);
}

TEST_F(Menus, SymbolsNameAddressesAndAWrongFileIsAskedForAgain) {
    open(file("raw.txt", "# tracer: nop\n#\n           alpha-11      [000] d..2.   100.000100: "
                         "kfree: call_site=ffffffff81100010 ptr=00000000abcdef01\n"));
    const auto good =
        file("kallsyms", "ffffffff81100000 T vfs_read\nffffffff81100400 T ksys_read\n");
    const auto bad = file("nothing", "0000000000000000 T vfs_read\n");
    takeInDialog(bad);
    window->actions().action("trace.symbols")->trigger();
    ASSERT_TRUE(eventually([&] { return window->noticeText().contains("nothing"); }))
        << window->noticeText().toStdString();
    ASSERT_TRUE(view().trace() && view().trace()->events() == 1) << "it opens without names";
    takeInDialog(good);
    const auto buttons = window->findChildren<QPushButton*>();
    const auto again = std::ranges::find_if(
        buttons, [](const auto* one) { return one->text() == "Other symbols…"; });
    ASSERT_NE(again, buttons.end());
    QTest::mouseClick(*again, Qt::LeftButton);
    const auto args = [&] {
        model::EventTextReader reader(*view().trace());
        return std::string(reader.args(view().trace()->event(model::EventIndex{0})));
    };
    EXPECT_TRUE(eventually([&] {
        return args() == "call_site=vfs_read+0x10 ptr=00000000abcdef01";
    })) << args();
    EXPECT_TRUE(window->noticeText().isEmpty()) << window->noticeText().toStdString();
}

TEST_F(Menus, LinesOfSeveralFilesAreNotMixed) {
    const auto one = file("one.txt", smallFtrace(40));
    const auto two = file("two.txt", smallFtrace(60));
    window->openSources({{one.toStdString(), 0}, {two.toStdString(), 0}});
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    const auto range = view().trace()->range();
    view().setCursors(range.begin, range.end);
    window->actions().refresh();
    const auto* action = window->actions().action("file.export_range");
    EXPECT_FALSE(action->isEnabled());
    EXPECT_TRUE(action->statusTip().contains("several files"));
}

TEST_F(Menus, APersonsRuleMakesTheSentence) {
    open(file("whole.txt", tracedText()));
    window->actions().action("trace.words")->trigger();
    auto* dialog = window->findChild<app::SentencesDialog*>();
    ASSERT_NE(dialog, nullptr);
    QApplication::setActiveWindow(dialog);  // else Return is the window's key
    ASSERT_EQ(dialog->table().rowCount(), 1);
    EXPECT_EQ(dialog->table().item(0, 0)->text(), "print");
    const auto firstSentence = [&] {
        return model::eventSentence(*view().trace(), view().trace()->event(model::EventIndex{0}),
                                    "one");
    };
    const auto built = firstSentence();
    // What may stand in the rule is listed with what it gives, and a double click puts it there.
    const auto partNamed = [&](const QString& placeholder) {
        for (int row = 0; row < dialog->parts().rowCount(); ++row)
            if (dialog->parts().item(row, 0)->text() == placeholder) return row;
        return -1;
    };
    ASSERT_TRUE(eventually([&] { return partNamed("{@task}") >= 0; }));
    EXPECT_EQ(dialog->parts().item(partNamed("{@task}"), 1)->text(), "red (11)");
    EXPECT_EQ(dialog->parts().item(partNamed("{@cpu}"), 1)->text(), "0");
    ASSERT_GE(partNamed("{text}"), 0);
    EXPECT_EQ(dialog->parts().item(partNamed("{text}"), 1)->text(), "one");
    dialog->ruleField().setText("says ");
    emit dialog->parts().cellActivated(partNamed("{text}"), 0);
    EXPECT_EQ(dialog->ruleField().text(), "says {text}");
    dialog->ruleField().setText("{@task} says [{missing}] something");
    QTest::keyClick(&dialog->ruleField(), Qt::Key_Return);
    EXPECT_EQ(dialog->fault(), "");
    EXPECT_EQ(firstSentence(), "red (11) says  something");
    EXPECT_TRUE(eventually([&] { return dialog->example().contains("says  something"); }))
        << dialog->example().toStdString();
    for (const char* wrong : {"{@task", "a ] b", "[ [ ] ]", "{}", "x } y", "[ {pid}"}) {
        dialog->ruleField().setText(wrong);
        QTest::keyClick(&dialog->ruleField(), Qt::Key_Return);
        EXPECT_NE(dialog->fault(), "") << wrong;
        EXPECT_EQ(firstSentence(), "red (11) says  something") << "the last valid rule stays";
    }
    dialog->ruleField().setText("");
    QTest::keyClick(&dialog->ruleField(), Qt::Key_Return);
    EXPECT_EQ(firstSentence(), built);
    EXPECT_TRUE(window->settings().sentences.empty());
}

TEST_F(Menus, TheManualShowsThePageOfTheView) {
    key(Qt::Key_F1);
    auto* manual = window->findChild<app::ManualDialog*>();
    ASSERT_NE(manual, nullptr);
    EXPECT_EQ(manual->page(), "start");
    openSmall();
    for (const char* page :
         {"timeline", "blocks", "functions", "interrupts", "memory", "events", "notes"}) {
        window->actions().action(QStringLiteral("view.") + QLatin1String(page))->trigger();
        window->actions().action("help.manual")->trigger();
        EXPECT_EQ(manual->page(), page);
        EXPECT_GT(manual->text().size(), 200) << page;
    }
    manual->close();
}

TEST_F(Menus, AReportNamesNumbersButNoFilesAndNoTasks) {
    open(file("secret-name.txt", tracedText()));
    window->actions().action("help.report")->trigger();
    auto* dialog = window->findChild<app::ReportDialog*>();
    ASSERT_NE(dialog, nullptr);
    const auto text = dialog->findChild<QPlainTextEdit*>()->toPlainText();
    EXPECT_TRUE(text.contains("ftrace-text")) << text.toStdString();
    EXPECT_TRUE(text.contains("4 events, 12 lost")) << text.toStdString();
    EXPECT_TRUE(text.contains("lost_events ×12")) << text.toStdString();
    for (const char* word : {"secret-name", "red", "blue", "inner_frame"})
        EXPECT_FALSE(text.section("----", 1).contains(
            QRegularExpression(QStringLiteral("\\b%1\\b").arg(QLatin1String(word)))))
            << word;
    dialog->close();
}

TEST_F(Menus, AReportCountsTasksAsInfoDoes) {
    open(file("idle.txt",
              "          <idle>-0  [000] d..2. 100.000100: print: one\n" + tracedText()));
    EXPECT_TRUE(app::reportText(view().trace()).contains("5 events, 2 CPUs, 2 tasks"))
        << app::reportText(view().trace()).toStdString();
}

TEST_F(Menus, SettingsOfferTextSizeAndRawFields) {
    openSmall();
    window->actions().action("edit.settings")->trigger();
    auto* dialog = window->findChild<app::SettingsDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto* size = dialog->findChild<QSpinBox*>("textPercent");
    ASSERT_NE(size, nullptr);
    EXPECT_EQ(size->value(), 100);
    EXPECT_EQ(size->minimum(), 80);
    EXPECT_EQ(size->maximum(), 200);
    size->setValue(150);
    EXPECT_EQ(window->settings().textPercent, 150);
    EXPECT_EQ(app::scaleFactorText(150, {}), "1.5");
    EXPECT_EQ(app::scaleFactorText(100, "2"), "2") << "what was asked for outside stays";
    EXPECT_EQ(app::scaleFactorText(150, "2"), "3");

    auto* raw = dialog->findChild<QCheckBox*>("rawFields");
    ASSERT_NE(raw, nullptr);
    QTest::mouseClick(raw, Qt::LeftButton, {}, QPoint(10, raw->height() / 2));
    EXPECT_EQ(window->settings().rawFields, views::Presence::Shown);
    EXPECT_EQ(window->timeline().rawFields(), views::Presence::Shown);
    EXPECT_EQ(view().state().rawFields, views::Presence::Hidden) << "the view keeps its own";
    auto* hides = dialog->findChild<QCheckBox*>("filterHides");
    ASSERT_NE(hides, nullptr);
    QTest::mouseClick(hides, Qt::LeftButton, {}, QPoint(10, hides->height() / 2));
    EXPECT_EQ(window->settings().filteredOut, views::Presence::Hidden);
    EXPECT_EQ(view().filteredOut(), views::Presence::Hidden);
    dialog->close();
}

TEST_F(Menus, WhatWasChosenIsKept) {
    app::Settings chosen(app::Settings::Store::User);
    chosen.load(window->actions());
    chosen.textPercent = 130;
    chosen.rawFields = views::Presence::Shown;
    chosen.filteredOut = views::Presence::Hidden;
    chosen.sentences = {{"odd/name %1", "{@task} was here"}, {"print", "says {buf}"}};
    chosen.save(window->actions());
    app::Settings again(app::Settings::Store::User);
    again.load(window->actions());
    EXPECT_EQ(again.textPercent, 130);
    EXPECT_EQ(again.rawFields, views::Presence::Shown);
    EXPECT_EQ(again.filteredOut, views::Presence::Hidden);
    EXPECT_EQ(again.sentences, chosen.sentences);
    app::applyTextSize();
    EXPECT_EQ(qgetenv("QT_SCALE_FACTOR"), "1.3");
    qunsetenv("QT_SCALE_FACTOR");
    app::Settings(app::Settings::Store::User).save(window->actions());
    again.load(window->actions());
    EXPECT_EQ(again.textPercent, 100);
}

/// Entries of a menu, as a person counts them.
int entriesOf(const QMenu& menu) {
    int entries = 0;
    for (const auto* action : menu.actions()) entries += !action->isSeparator();
    return entries;
}

TEST_F(Menus, ContextMenusHaveTwelveEntriesAtMost) {
    openSmall();
    const auto check = [&](const views::LaneKey& lane, const views::Item& item, const char* what) {
        emit window->timeline().contextMenuWanted(window->mapToGlobal(QPoint(300, 300)), lane,
                                                  item);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        ASSERT_NE(menu, nullptr) << what;
        EXPECT_LE(entriesOf(*menu), 12) << what;
        EXPECT_GE(entriesOf(*menu), 3) << what;
        menu->close();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    };
    check({views::LaneKey::Kind::Cpu, 0}, {}, "empty CPU lane");
    check({views::LaneKey::Kind::Task, 0}, {}, "empty task lane");
    check({views::LaneKey::Kind::Group, 0}, {}, "no lane");
    view().selectEvent(model::EventIndex{4});
    check({views::LaneKey::Kind::Cpu, 0}, view().item(), "event");
    auto item = view().item();
    item.kind = views::Item::Kind::Slice;
    item.span = {view().window().begin, view().window().begin + model::Duration{1000}};
    check({views::LaneKey::Kind::Cpu, 0}, item, "slice");
}

}  // namespace
}  // namespace kscope::tests
