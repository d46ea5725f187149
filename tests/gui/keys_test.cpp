// SPDX-License-Identifier: GPL-3.0-or-later
/// The keys of interaction.md, pressed on the real window.
#include "app/window/command_palette.h"
#include "app/window/keys_page.h"
#include "app/window/overlay.h"
#include "app/window/plot_pages.h"
#include "app/window/query_field.h"
#include "tests/gui/gui_window.h"
#include "views/panes/event_table/event_rows.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/tracks/track_plot.h"

#include <QClipboard>
#include <QDockWidget>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QScrollBar>
#include <QTextBrowser>

#include <set>

namespace kscope::tests {
namespace {

using Keys = WindowTest;

TEST_F(Keys, EveryActionHasItsPlaceAndNoKeyIsTakenTwice) {
    std::set<QString> ids;
    std::map<QString, QString> keys;
    for (const auto& entry : window->actions().entries()) {
        EXPECT_TRUE(ids.insert(entry.spec.id).second) << entry.spec.id.toStdString();
        if (entry.spec.scope == app::KeyScope::Window) {
            EXPECT_FALSE(entry.spec.menu.isEmpty())
                << entry.spec.id.toStdString() << " is in no menu";
        }
        for (const auto& sequence : entry.action->shortcuts()) {
            ASSERT_FALSE(sequence.isEmpty())
                << entry.spec.id.toStdString() << " has a key that Qt does not know";
            const auto text = sequence.toString(QKeySequence::PortableText);
            EXPECT_TRUE(keys.emplace(text, entry.spec.id).second)
                << text.toStdString() << " is both " << keys[text].toStdString() << " and "
                << entry.spec.id.toStdString();
        }
    }
    // The table of interaction.md, as far as it works in this version.
    for (const char* wanted : {"W",
                               "S",
                               "A",
                               "D",
                               "+",
                               "-",
                               "Left",
                               "Right",
                               "Shift+Left",
                               "Shift+Right",
                               "Shift+A",
                               "Shift+D",
                               "Up",
                               "Down",
                               "PgUp",
                               "PgDown",
                               "F",
                               "0",
                               "Ctrl+0",
                               "Home",
                               "End",
                               "G",
                               "Shift+G",
                               "Ctrl+G",
                               "Ctrl+Z",
                               "Ctrl+Y",
                               "Alt+Left",
                               "Alt+Right",
                               "Ctrl+1",
                               "Ctrl+7",
                               "Ctrl+8",
                               "Ctrl+Tab",
                               "Ctrl+Shift+Tab",
                               "]",
                               "[",
                               "Ctrl+Right",
                               "Ctrl+Left",
                               "}",
                               "{",
                               "Ctrl+Shift+Right",
                               "Ctrl+Shift+Left",
                               "J",
                               "K",
                               "Return",
                               "Space",
                               "U",
                               "L",
                               "Backspace",
                               "Ctrl+P",
                               "Shift+U",
                               ",",
                               ".",
                               "X",
                               "M",
                               "1",
                               "9",
                               "Shift+M",
                               "/",
                               "Ctrl+F",
                               "N",
                               "Shift+N",
                               "Ctrl+Shift+F",
                               "O",
                               "Shift+O",
                               "T",
                               "H",
                               "Shift+H",
                               "E",
                               "Shift+E",
                               "Shift+Up",
                               "Shift+Down",
                               "Ctrl+Shift+Up",
                               "Ctrl+Shift+Down",
                               "Ctrl+A",
                               "Esc",
                               "Ctrl+O",
                               "Ctrl+S",
                               "Ctrl+Shift+S",
                               "Ctrl+E",
                               "Ctrl+C",
                               "Ctrl+Shift+C",
                               "Ctrl+N",
                               "Ctrl+W",
                               "Ctrl+Q",
                               "F5",
                               "F8",
                               "F9",
                               "Ctrl+M",
                               "F10",
                               "F11",
                               "F6",
                               "Shift+F6",
                               "?",
                               "F1",
                               "Ctrl+Shift+P",
                               "Ctrl+,"}) {
        EXPECT_TRUE(keys.contains(QLatin1String(wanted))) << wanted;
    }
}

TEST_F(Keys, WithoutATraceSayWhyTheyDoNothing) {
    window->actions().refresh();
    const auto* zoom = window->actions().action("view.zoom_in");
    EXPECT_FALSE(zoom->isEnabled());
    EXPECT_TRUE(zoom->toolTip().contains("No trace is open"));
    for (const auto key_ : {Qt::Key_W, Qt::Key_F, Qt::Key_0, Qt::Key_M, Qt::Key_N, Qt::Key_Escape,
                            Qt::Key_BracketRight, Qt::Key_Home})
        key(key_);
    EXPECT_FALSE(window->session().view().trace());
}

TEST_F(Keys, ZoomPanAndComeBack) {
    openSmall();
    const auto whole = view().trace()->range();
    EXPECT_EQ(view().window(), whole);
    key(Qt::Key_W);
    const auto zoomed = view().window();
    EXPECT_LT(zoomed.length(), whole.length());
    key(Qt::Key_S);
    EXPECT_EQ(view().window(), whole);
    for (int i = 0; i < 8; ++i) key(Qt::Key_Plus);
    const auto near = view().window();
    key(Qt::Key_D);
    EXPECT_GT(view().window().begin, near.begin);
    EXPECT_EQ(view().window().length(), near.length());
    key(Qt::Key_A);
    EXPECT_EQ(view().window(), near);
    key(Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_EQ(view().window().begin, near.begin + near.length());
    key(Qt::Key_0);
    EXPECT_EQ(view().window(), whole);
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_NE(view().window(), whole);
    key(Qt::Key_Y, Qt::ControlModifier);
    EXPECT_EQ(view().window(), whole);
}

TEST_F(Keys, FirstAndLastEventKeepTheZoom) {
    openSmall();
    for (int i = 0; i < 10; ++i) key(Qt::Key_W);
    const auto length = view().window().length();
    key(Qt::Key_G, Qt::ShiftModifier);
    EXPECT_EQ(view().window().length(), length);
    EXPECT_TRUE(view().window().contains(view().trace()->range().end - model::Duration{1}));
    key(Qt::Key_G);
    EXPECT_EQ(view().window().length(), length);
    EXPECT_TRUE(view().window().contains(view().trace()->range().begin));
}

TEST_F(Keys, StepThroughEventsAndMarkThem) {
    openSmall();
    key(Qt::Key_BracketRight);
    ASSERT_NE(view().item().kind, views::Item::Kind::None);
    const auto first = view().item();
    key(Qt::Key_J);
    EXPECT_NE(view().item(), first);
    key(Qt::Key_K);
    EXPECT_EQ(view().item(), first);
    key(Qt::Key_Comma);
    EXPECT_TRUE(view().state().cursorA);
    key(Qt::Key_J);
    key(Qt::Key_Period);
    ASSERT_TRUE(view().range());
    EXPECT_GT(view().range()->length().count(), 0);
    key(Qt::Key_F);
    key(Qt::Key_X);
    EXPECT_FALSE(view().range());
}

TEST_F(Keys, BookmarkGetsANameAndANumber) {
    openSmall();
    for (int i = 0; i < 10; ++i) key(Qt::Key_W);
    key(Qt::Key_M);
    ASSERT_EQ(view().state().bookmarks.size(), 1u);
    ASSERT_NE(qobject_cast<QLineEdit*>(QApplication::focusWidget()), nullptr)
        << "asks for the name";
    type("stall w");
    key(Qt::Key_Return);
    EXPECT_EQ(view().state().bookmarks[0].text, "stall w");
    const auto at = view().state().bookmarks[0].time;
    key(Qt::Key_G, Qt::ShiftModifier);
    ASSERT_FALSE(view().window().contains(at));
    key(Qt::Key_1);
    EXPECT_TRUE(view().window().contains(at));
    key(Qt::Key_2);
    EXPECT_TRUE(view().window().contains(at)) << "there is no second one";
}

TEST_F(Keys, LettersBelongToTheFieldThatHasTheFocus) {
    openSmall();
    const auto before = view().window();
    key(Qt::Key_Slash);
    ASSERT_TRUE(window->searchField().hasFieldFocus());
    type("swaMfd01?");
    EXPECT_EQ(window->searchField().text(), "swaMfd01?");
    EXPECT_EQ(view().window(), before);
    EXPECT_TRUE(view().state().bookmarks.empty());
    EXPECT_FALSE(window->keysPage().isOpen());
}

TEST_F(Keys, SearchCountsAndSteps) {
    openSmall();
    key(Qt::Key_F, Qt::ControlModifier);
    type("sched_waking");
    ASSERT_TRUE(eventually([&] { return view().searchRows() != nullptr; }));
    EXPECT_EQ(view().searchRows()->size(), 200u);
    ASSERT_TRUE(eventually([&] { return window->searchField().note() == "200"; }))
        << window->searchField().note().toStdString();
    key(Qt::Key_Return);
    ASSERT_EQ(view().item().kind, views::Item::Kind::Event);
    const auto first = view().item().event;
    EXPECT_TRUE(view().searchRows()->contains(first));
    EXPECT_TRUE(window->searchField().note().endsWith("of 200"));
    key(Qt::Key_Escape);
    EXPECT_FALSE(window->searchField().hasFieldFocus());
    key(Qt::Key_N);
    EXPECT_GT(view().item().event, first);
    key(Qt::Key_N, Qt::ShiftModifier);
    EXPECT_EQ(view().item().event, first);
}

TEST_F(Keys, AMistakeInTheFilterLeavesTheLastRuleInForce) {
    openSmall();
    key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    type("cpu == 1");
    key(Qt::Key_Return);
    ASSERT_TRUE(eventually([&] { return view().filterRows() != nullptr; }));
    const auto rows = view().filterRows()->size();
    EXPECT_LT(rows, view().trace()->events());
    key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    type("cpu ==== 1 parsecs");
    key(Qt::Key_Return);
    EXPECT_FALSE(window->filterField().faultText().isEmpty());
    EXPECT_EQ(view().state().filter, "cpu == 1");
    EXPECT_EQ(view().filterRows()->size(), rows);
    key(Qt::Key_Escape);
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(view().state().filter, "");
    EXPECT_TRUE(eventually([&] { return view().filterRows() == nullptr; }));
}

TEST_F(Keys, EscGoesOneStepBackAtATime) {
    openSmall();
    key(Qt::Key_Slash);
    type("red");
    ASSERT_TRUE(eventually([&] { return view().searchRows() != nullptr; }));
    key(Qt::Key_Return);
    key(Qt::Key_Escape);
    view().setCursors(view().window().begin, view().window().end);
    EXPECT_FALSE(window->session().searchText().isEmpty());
    key(Qt::Key_Escape);
    EXPECT_TRUE(window->session().searchText().isEmpty());
    EXPECT_NE(view().item().kind, views::Item::Kind::None);
    key(Qt::Key_Escape);
    EXPECT_EQ(view().item().kind, views::Item::Kind::None);
    EXPECT_TRUE(view().range());
    key(Qt::Key_Escape);
    EXPECT_FALSE(view().range());
    key(Qt::Key_Escape);
    EXPECT_TRUE(view().trace()) << "never closes the trace";
}

TEST_F(Keys, TabsHaveTheirNumbersAndTheTableMovesThere) {
    openSmall();
    key(Qt::Key_7, Qt::ControlModifier);
    EXPECT_EQ(window->tab(), app::Tab::Events);
    EXPECT_TRUE(window->table().isVisible());
    EXPECT_GT(window->table().height(), 400);
    EXPECT_TRUE(window->timeline().isVisible()) << "overview and ruler stay";
    EXPECT_LT(window->timeline().height(), 100);
    key(Qt::Key_8, Qt::ControlModifier);
    EXPECT_EQ(window->tab(), app::Tab::Notes);
    EXPECT_FALSE(window->table().isVisible());
    key(Qt::Key_1, Qt::ControlModifier);
    EXPECT_EQ(window->tab(), app::Tab::Timeline);
    EXPECT_TRUE(window->table().isVisible());
    EXPECT_GT(window->timeline().height(), 200);
    key(Qt::Key_Tab, Qt::ControlModifier);
    EXPECT_EQ(window->tab(), app::Tab::Blocks);
}

TEST_F(Keys, ViewsOfTracksStandBelowTheSameRuler) {
    openSmall();
    const std::array<std::pair<Qt::Key, app::Tab>, 4> views{{{Qt::Key_2, app::Tab::Blocks},
                                                             {Qt::Key_3, app::Tab::Functions},
                                                             {Qt::Key_4, app::Tab::Interrupts},
                                                             {Qt::Key_5, app::Tab::Memory}}};
    for (const auto& [number, tab] : views) {
        key(number, Qt::ControlModifier);
        EXPECT_EQ(window->tab(), tab);
        auto* const plot = window->plots().plot(static_cast<int>(tab));
        ASSERT_NE(plot, nullptr);
        EXPECT_TRUE(plot->isVisible());
        EXPECT_LT(window->timeline().height(), 100) << "overview and ruler stay";
        // A trace of switches has nothing for them: they say what to record.
        ASSERT_TRUE(QTest::qWaitFor([&] { return plot->tracks() != nullptr; }));
        EXPECT_TRUE(plot->tracks()->tracks.empty());
        EXPECT_FALSE(plot->tracks()->empty.empty());
    }
    key(Qt::Key_1, Qt::ControlModifier);
    for (const auto& [number, tab] : views)
        EXPECT_FALSE(window->plots().plot(static_cast<int>(tab))->isVisible());
}

TEST_F(Keys, LettersWorkInTheTableToo) {
    openSmall();
    key(Qt::Key_7, Qt::ControlModifier);
    ASSERT_TRUE(window->table().rows().hasFocus());
    key(Qt::Key_W);
    EXPECT_LT(view().window().length(), view().trace()->range().length());
    key(Qt::Key_0);
    EXPECT_EQ(view().window(), view().trace()->range());
    key(Qt::Key_Down);
    key(Qt::Key_End);
    EXPECT_EQ(raw(view().item().event), view().trace()->events() - 1) << "End moves in the table";
    EXPECT_EQ(view().window(), view().trace()->range());
}

TEST_F(Keys, PanesOpenAndCloseByTheirKeys) {
    openSmall();
    EXPECT_TRUE(window->table().isVisible());
    key(Qt::Key_F8);
    EXPECT_FALSE(window->table().isVisible());
    key(Qt::Key_F8);
    EXPECT_TRUE(window->table().isVisible());
    auto* details = window->findChild<QDockWidget*>("details");
    ASSERT_TRUE(details->isVisible());
    key(Qt::Key_F9);
    EXPECT_FALSE(details->isVisible());
    key(Qt::Key_BracketRight);
    key(Qt::Key_Return);
    EXPECT_TRUE(details->isVisible()) << "Enter opens it";
    key(Qt::Key_M, Qt::ControlModifier);
    EXPECT_FALSE(window->menuBar()->isVisible());
    key(Qt::Key_M, Qt::ControlModifier);
    EXPECT_TRUE(window->menuBar()->isVisible());
}

TEST_F(Keys, F6GoesRoundThePanes) {
    openSmall();
    std::set<QWidget*> seen;
    for (int i = 0; i < 6; ++i) {
        key(Qt::Key_F6);
        seen.insert(QApplication::focusWidget());
    }
    EXPECT_GE(seen.size(), 5u);
}

TEST_F(Keys, QuestionMarkShowsAllKeysAndEscTakesThemAway) {
    openSmall();
    key(Qt::Key_Question);
    ASSERT_TRUE(window->keysPage().isOpen());
    const auto text = window->keysPage().plainText();
    for (const char* words : {"Zoom In", "Find Next", "Ctrl + wheel", "Bookmark 1",
                              "flame graph: frame beside", "replay: fold"})
        EXPECT_TRUE(text.contains(words)) << words;
    window->resize(1920, 1080);
    QCoreApplication::processEvents();
    window->keysPage().showKeys();
    const auto* page = window->keysPage().findChild<QTextBrowser*>();
    ASSERT_NE(page, nullptr);
    EXPECT_EQ(page->verticalScrollBar()->maximum(), 0) << "no line is cut at the foot";
    EXPECT_EQ(page->horizontalScrollBar()->maximum(), 0);
    key(Qt::Key_Escape);
    EXPECT_FALSE(window->keysPage().isOpen());
    EXPECT_TRUE(window->timeline().hasFocus()) << "the focus comes back";
}

TEST_F(Keys, PaletteRunsWhatIsTyped) {
    openSmall();
    key(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    ASSERT_TRUE(window->commandPalette().isOpen());
    type("tall");
    ASSERT_FALSE(window->commandPalette().shown().isEmpty());
    EXPECT_TRUE(window->commandPalette().shown().front().contains("Tall"))
        << window->commandPalette().shown().front().toStdString();
    key(Qt::Key_Return);
    EXPECT_FALSE(window->commandPalette().isOpen());
    EXPECT_EQ(view().state().height, views::LaneHeight::Tall);
    window->commandPalette().ask("@red");
    EXPECT_EQ(window->commandPalette().shown().front(), "red 11");
    window->commandPalette().ask("#5");
    window->commandPalette().runCurrent(Qt::NoModifier);
    EXPECT_EQ(raw(view().item().event), 5u);
    window->commandPalette().ask(">waking");
    for (const auto& shown : window->commandPalette().shown())
        EXPECT_FALSE(shown.startsWith("red"));
    window->commandPalette().closeOverlay();
}

TEST_F(Keys, PaletteListsEveryActionOfTheMenus) {
    window->commandPalette().ask(">");
    const auto shown = window->commandPalette().shown();
    qsizetype inMenus = 0;
    for (const auto& entry : window->actions().entries())
        inMenus += entry.spec.menu.isEmpty() ? 0 : 1;
    EXPECT_EQ(shown.size(), inMenus);
    window->commandPalette().closeOverlay();
}

TEST_F(Keys, GoToATimeInAllItsForms) {
    openSmall();
    for (int i = 0; i < 12; ++i) key(Qt::Key_W);
    const auto begin = view().trace()->range().begin;
    const auto middle = [&] { return view().window().begin + view().window().length() / 2; };
    const auto goTo = [&](const char* text) {
        key(Qt::Key_G, Qt::ControlModifier);
        type(text);
        key(Qt::Key_Return);
    };
    const auto near = [&](std::int64_t us) {
        return std::abs((middle() - begin).count() - us * 1000) <= 2;
    };
    goTo("10 ms");
    EXPECT_TRUE(near(10'000)) << (middle() - begin).count();
    goTo("+500us");
    EXPECT_TRUE(near(10'500)) << (middle() - begin).count();
    goTo("-1 ms");
    EXPECT_TRUE(near(9'500));
    goTo("100.005");
    EXPECT_TRUE(near(5'000)) << "absolute times are understood too";
    goTo("50%");
    EXPECT_NEAR(static_cast<double>((middle() - begin).count()),
                static_cast<double>(view().trace()->range().length().count()) / 2, 2e4);
    goTo("#7");
    EXPECT_EQ(raw(view().item().event), 7u);
    goTo("soon");
    EXPECT_TRUE(window->goToLine().isOpen()) << "stays and says what was expected";
    EXPECT_FALSE(window->goToLine().fault().isEmpty());
    key(Qt::Key_Escape);
    EXPECT_FALSE(window->goToLine().isOpen());
}

TEST_F(Keys, CopyGivesPictureAndText) {
    openSmall();
    key(Qt::Key_C, Qt::ControlModifier);
    const auto* data = QApplication::clipboard()->mimeData();
    EXPECT_TRUE(data->hasImage());
    EXPECT_TRUE(data->text().contains("small.txt"));
    key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_TRUE(QApplication::clipboard()->text().startsWith("100."))
        << QApplication::clipboard()->text().toStdString();
}

TEST_F(Keys, OnlyThisTaskAndAllAgain) {
    openSmall();
    key(Qt::Key_BracketRight);
    key(Qt::Key_O);
    EXPECT_TRUE(!view().state().onlyTasks.empty() || !view().state().onlyCpus.empty());
    key(Qt::Key_O, Qt::ShiftModifier);
    EXPECT_TRUE(view().state().onlyTasks.empty());
    EXPECT_TRUE(view().state().onlyCpus.empty());
}

TEST_F(Keys, LanesArePinnedHiddenAndFolded) {
    openSmall();
    key(Qt::Key_Down);
    key(Qt::Key_T);
    EXPECT_EQ(view().state().pinned.size(), 1u);
    key(Qt::Key_T);
    EXPECT_TRUE(view().state().pinned.empty());
    key(Qt::Key_H);
    EXPECT_FALSE(view().state().hidden.empty());
    key(Qt::Key_H, Qt::ShiftModifier);
    EXPECT_TRUE(view().state().hidden.empty());
    key(Qt::Key_E, Qt::ShiftModifier);
    EXPECT_FALSE(view().state().folded.empty());
    key(Qt::Key_A, Qt::ControlModifier);
    key(Qt::Key_E, Qt::ShiftModifier);
    key(Qt::Key_A, Qt::ControlModifier);
    EXPECT_FALSE(view().state().selectedLanes.empty());
}

}  // namespace
}  // namespace kscope::tests
