// SPDX-License-Identifier: GPL-3.0-or-later
/// The device lanes of a real window: clicked, stepped through, hidden, pinned, and alone.
#include "app/window/lanes_dialog.h"
#include "app/window/plot_pages.h"
#include "tests/gui/gui_window.h"
#include "views/panes/block_latency/block_deck.h"
#include "views/panes/block_latency/latency_panel.h"
#include "views/panes/block_latency/request_table.h"
#include "views/panes/table/table_panel.h"
#include "views/timeline/item_at.h"

#include <QImage>
#include <QListWidget>
#include <QMenu>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

namespace kscope::tests {
namespace {

using views::LaneKey;

class DeviceLaneWindow : public WindowTest {
protected:
    void openBlocks() {
        std::ifstream in(KSCOPE_TEST_DATA "/block/sdb.blkparse.txt");
        std::stringstream text;
        text << in.rdbuf();
        open(file("sdb.txt", text.str()));
        view().setTab(0);  // a trace of requests alone opens on Blocks
        window->timeline().setMotion(views::Motion::Reduced);
        const auto devices = view().trace()->requestDevices();
        ASSERT_EQ(devices.size(), 1U);
        m_lane = {LaneKey::Kind::Device, model::raw(devices.front())};
        // The requests come from a thread.
        ASSERT_TRUE(eventually([&] { return !items().empty(); }));
        // The timeline comes to the front, and is laid out then.
        QRect before;
        ASSERT_TRUE(eventually([&] {
            const auto now = window->timeline().laneRect(m_lane);
            return window->timeline().isVisible() && std::exchange(before, now) == now;
        }));
    }
    [[nodiscard]] std::vector<views::Item> items() const {
        return window->timeline().itemsInView(m_lane, 1000);
    }
    void click(QPoint at) {
        QTest::mouseClick(&window->timeline(), Qt::LeftButton, Qt::NoModifier, at);
        QCoreApplication::processEvents();
    }
    [[nodiscard]] bool shows(const LaneKey& lane) const {
        const auto lanes = window->timeline().lanesInView();
        return std::ranges::find(lanes, lane) != lanes.end();
    }
    LaneKey m_lane;
};

TEST_F(DeviceLaneWindow, AClickSelectsTheRequestThatBlocksTells) {
    openBlocks();
    EXPECT_EQ(window->timeline().laneTitle(m_lane), "Device 8,16");
    const auto all = items();
    // The longest is the easiest to hit.
    const auto longest = *std::ranges::max_element(
        all, {}, [](const views::Item& item) { return item.span.length(); });
    view().fit(longest.span, 0.5);
    QCoreApplication::processEvents();
    const QRect place = window->timeline().itemRect(longest);
    ASSERT_GT(place.width(), 100);
    click(place.center());
    EXPECT_EQ(view().item(), longest);
    EXPECT_EQ(window->timeline().focusedLane(), m_lane);
    // The last stage of a bar is the device's: its colour is on the screen.
    const auto picture = window->timeline().grab().toImage();
    const auto ratio = picture.devicePixelRatio();
    const auto at = (QPointF(place.right() - 8, place.center().y()) * ratio).toPoint();
    const auto& t = views::theme(window->timeline().palette().window().color().lightness() < 128
                                     ? views::ThemeKind::Dark
                                     : views::ThemeKind::Light);
    EXPECT_EQ(picture.pixel(at) & 0xffffff, t.stageDC & 0xffffff);
    // Blocks tells the same request.
    view().setTab(1);
    ASSERT_TRUE(eventually([&] {
        auto* const deck = window->plots().blocks();
        return deck != nullptr && deck->blocks() != nullptr && deck->table().rows() != nullptr;
    }));
    auto& deck = *window->plots().blocks();
    EXPECT_EQ(deck.latency().request(), longest.value);
    EXPECT_EQ(views::requestItem(*view().trace(), *deck.blocks(), longest.value), longest);
}

TEST_F(DeviceLaneWindow, KeysStepFromRequestToRequest) {
    openBlocks();
    const auto all = items();
    ASSERT_GT(all.size(), 3U);
    window->timeline().selectItem(all.front());
    for (std::size_t i = 1; i < all.size(); ++i) {
        key(Qt::Key_BracketRight);
        EXPECT_EQ(view().item(), all[i]) << i;
    }
    for (std::size_t i = all.size() - 1; i-- > 0;) {
        key(Qt::Key_BracketLeft);
        EXPECT_EQ(view().item(), all[i]) << i;
    }
}

TEST_F(DeviceLaneWindow, IsHiddenPinnedFoldedAndShownAlone) {
    openBlocks();
    // The empty end of the lane: the lane is chosen, no request.
    const QRect lane = window->timeline().laneRect(m_lane);
    const auto header = QPoint(60, lane.center().y());
    click(header);
    EXPECT_EQ(window->timeline().focusedLane(), m_lane);
    const int height = lane.height();
    key(Qt::Key_E);
    EXPECT_LT(window->timeline().laneRect(m_lane).height(), height);
    key(Qt::Key_E);
    EXPECT_EQ(window->timeline().laneRect(m_lane).height(), height);
    key(Qt::Key_T);
    EXPECT_EQ(view().state().pinned, std::vector{m_lane});
    EXPECT_LT(window->timeline().laneRect(m_lane).y(), lane.y());
    key(Qt::Key_T);
    view().setItem({});
    key(Qt::Key_O);
    EXPECT_EQ(view().state().onlyDevices, std::vector{view().trace()->requestDevices().front()});
    EXPECT_TRUE(shows(m_lane));
    key(Qt::Key_O, Qt::ShiftModifier);
    EXPECT_TRUE(view().state().onlyDevices.empty());
    key(Qt::Key_H);
    EXPECT_FALSE(shows(m_lane));
    key(Qt::Key_H, Qt::ShiftModifier);
    EXPECT_TRUE(shows(m_lane));
}

TEST_F(DeviceLaneWindow, StandsInTheListOfLanes) {
    openBlocks();
    app::LanesDialog dialog(view(), window.get());
    auto* const list = dialog.findChild<QListWidget*>();
    ASSERT_NE(list, nullptr);
    const auto found = list->findItems("Device 8,16", Qt::MatchExactly);
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found.front()->checkState(), Qt::Checked);
    found.front()->setCheckState(Qt::Unchecked);
    QCoreApplication::processEvents();
    EXPECT_FALSE(shows(m_lane));
    list->findItems("Device 8,16", Qt::MatchExactly).front()->setCheckState(Qt::Checked);
    QCoreApplication::processEvents();
    EXPECT_EQ(std::ranges::count(view().state().lanes, m_lane), 1);
}

TEST_F(DeviceLaneWindow, RightClickAsksWhatToDoWithARequest) {
    openBlocks();
    const auto all = items();
    const auto longest = *std::ranges::max_element(
        all, {}, [](const views::Item& item) { return item.span.length(); });
    view().fit(longest.span, 0.5);
    QCoreApplication::processEvents();
    QTest::mouseClick(&window->timeline(), Qt::RightButton, Qt::NoModifier,
                      window->timeline().itemRect(longest).center());
    QCoreApplication::processEvents();
    EXPECT_EQ(view().item(), longest);
    auto* const menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    ASSERT_NE(menu, nullptr);
    QStringList words;
    for (const auto* action : menu->actions()) words << action->text().remove('&');
    menu->close();
    EXPECT_TRUE(words.contains("Show in Blocks")) << words.join(" | ").toStdString();
    EXPECT_TRUE(words.filter("Fit").size() > 0) << words.join(" | ").toStdString();
}

}  // namespace
}  // namespace kscope::tests
