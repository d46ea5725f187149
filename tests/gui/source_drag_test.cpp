// SPDX-License-Identifier: GPL-3.0-or-later
/// One of two traces is shifted by dragging it along the axis, with real mouse events.
#include "app/session/shift_history.h"
#include "tests/gui/gui_window.h"
#include "views/timeline/item_at.h"

#include <QAction>
#include <QImage>
#include <QTest>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace kscope::tests {
namespace {

std::string blockText() {
    std::ifstream in(KSCOPE_TEST_DATA "/block/sdb.blkparse.txt");
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

class SourceDragTest : public WindowTest {
protected:
    void openBoth() {
        window->openSources({{file("sched.txt", smallFtrace(400)).toStdString(), 0},
                             {file("sdb.txt", blockText()).toStdString(), 0}});
        settle();
        static_cast<void>(window->table());
        window->timeline().setFocus();
        // A picture is compared with one of later: no zoom may be under way in either.
        window->timeline().setMotion(views::Motion::Reduced);
        // Not the whole trace: a window that shows all would follow the new range.
        const auto range = view().trace()->range();
        view().setWindow({range.begin, range.begin + range.length() / 2});
        settle();
        // Docks that open make the timeline smaller.
        QSize size;
        int same = 0;
        ASSERT_TRUE(eventually([&] {
            const auto before = std::exchange(size, window->timeline().size());
            same = size == before ? same + 1 : 0;
            return same > 50;
        }));
        // Requests come from a thread.
        const views::LaneKey device{views::LaneKey::Kind::Device,
                                    model::raw(view().trace()->requestDevices().front())};
        ASSERT_TRUE(eventually([&] { return !window->timeline().itemsInView(device, 1).empty(); }));
        // One well inside of the window.
        const auto from = range.begin + range.length() / 8;
        for (m_number = 0; m_number < 50 && blocksEvent().span.begin < from;) ++m_number;
    }
    void settle() {
        ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
        QCoreApplication::processEvents();
    }
    /// Event m_number of the second source, in the lane of its name.
    views::Item blocksEvent() {
        const auto& trace = *view().trace();
        int number = 0;
        for (std::uint64_t row = 0; row < trace.events(); ++row)
            if (const auto event = trace.event(model::EventIndex{row});
                model::raw(event.source) == 1 && number++ == m_number)
                return views::eventItem(trace,
                                        {views::LaneKey::Kind::EventName, model::raw(event.name)},
                                        model::EventIndex{row});
        return {};
    }
    QPoint placeOf(const views::Item& item) { return window->timeline().itemRect(item).center(); }
    void mouse(QEvent::Type type, QPoint at, Qt::MouseButtons held) {
        const auto button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
        QMouseEvent event(type, at, window->timeline().mapToGlobal(at), button, held,
                          Qt::ControlModifier | Qt::ShiftModifier);
        QApplication::sendEvent(&window->timeline(), &event);
        QCoreApplication::processEvents();
    }
    void pressAndMove(QPoint from, int byPx) {
        mouse(QEvent::MouseButtonPress, from, Qt::LeftButton);
        mouse(QEvent::MouseMove, from + QPoint(byPx / 2, 0), Qt::LeftButton);
        mouse(QEvent::MouseMove, from + QPoint(byPx, 0), Qt::LeftButton);
    }
    [[nodiscard]] std::int64_t offset(std::size_t source) {
        return window->session().sources()[source].offsetNs;
    }
    [[nodiscard]] std::int64_t shownOffset(std::size_t source) {
        return view().trace()->sources()[source].offsetNs;
    }
    int m_number = 0;
};

TEST_F(SourceDragTest, MovesTheEventsOfOneTraceAsFarAsThePointerWent) {
    openBoth();
    const auto item = blocksEvent();
    ASSERT_NE(item.kind, views::Item::Kind::None);
    const auto laidAt = shownOffset(1);
    const auto before = item.span.begin;
    const auto sched = view().trace()->sources()[0].firstNs;
    const auto from = placeOf(item);
    constexpr int kHeaders = 220;  // px, as wide as they are at first
    const auto nsPerPx = static_cast<double>(view().window().length().count()) /
                         (window->timeline().width() - kHeaders);
    pressAndMove(from, 120);
    mouse(QEvent::MouseButtonRelease, from + QPoint(120, 0), Qt::NoButton);
    settle();
    const auto moved = blocksEvent();
    const auto by = (moved.span.begin - before).count();
    EXPECT_GT(by, 0);
    EXPECT_EQ(shownOffset(1), laidAt + by);
    EXPECT_EQ(offset(1), laidAt + by);
    EXPECT_EQ(view().trace()->sources()[0].firstNs, sched);
    EXPECT_EQ(shownOffset(0), 0);
    // A pixel is as long as the window by the width of the lanes.
    EXPECT_NEAR(static_cast<double>(by), 120 * nsPerPx, 0.02 * 120 * nsPerPx);
}

TEST_F(SourceDragTest, IsTakenBackByUndoAndMadeAgainByRedo) {
    openBoth();
    const auto item = blocksEvent();
    const auto before = item.span.begin;
    const auto from = placeOf(item);
    pressAndMove(from, -60);
    mouse(QEvent::MouseButtonRelease, from - QPoint(60, 0), Qt::NoButton);
    settle();
    const auto shifted = blocksEvent().span.begin;
    EXPECT_LT(shifted, before);
    EXPECT_EQ(app::ShiftHistory::of(window->session()).undoName(), "Shift sdb.txt");
    key(Qt::Key_Z, Qt::ControlModifier);
    settle();
    EXPECT_EQ(blocksEvent().span.begin, before);
    key(Qt::Key_Y, Qt::ControlModifier);
    settle();
    EXPECT_EQ(blocksEvent().span.begin, shifted);
}

TEST_F(SourceDragTest, ShowsTheShiftWhileItIsDraggedAndEscLeavesAllAsItWas) {
    openBoth();
    const auto item = blocksEvent();
    const auto from = placeOf(item);
    const auto still = window->timeline().grab().toImage();
    pressAndMove(from, -200);
    const auto dragged = window->timeline().grab().toImage();
    ASSERT_EQ(dragged.size(), still.size());
    // Marks of the dragged events stand in their lane, where they would go: the one under the hand
    // 200 px before.
    const auto lane = window->timeline().laneRect(item.lane);
    const auto& t = views::theme(views::ThemeKind::Dark);
    const auto& light = views::theme(views::ThemeKind::Light);
    const auto ratio = still.devicePixelRatio();
    const auto marksIn = [&](const QImage& picture, int x0, int x1) {
        int marks = 0;
        for (int y = lane.top() + 3; y < lane.bottom() - 3; ++y)
            for (int x = x0; x <= x1; ++x) {
                const auto pixel = picture.pixel((QPointF(x, y) * ratio).toPoint()) & 0xffffff;
                marks += pixel == (t.accent & 0xffffff) || pixel == (light.accent & 0xffffff);
            }
        return marks;
    };
    if (const auto to = qEnvironmentVariable("KSCOPE_GRABS"); !to.isEmpty())
        dragged.save(to + QStringLiteral("/source-drag.png"));
    EXPECT_GT(marksIn(dragged, from.x() - 203, from.x() - 197), 3);
    EXPECT_EQ(marksIn(still, 230, window->timeline().width() - 10), 0);
    key(Qt::Key_Escape);
    mouse(QEvent::MouseButtonRelease, from - QPoint(200, 0), Qt::NoButton);
    settle();
    EXPECT_EQ(window->timeline().grab().toImage(), still);
    EXPECT_EQ(blocksEvent().span.begin, item.span.begin);
    EXPECT_EQ(offset(1), 0);
    EXPECT_TRUE(app::ShiftHistory::of(window->session()).undoName() != "Shift sdb.txt");
}

TEST_F(SourceDragTest, OneTraceAloneStaysWhereItIs) {
    openSmall();
    QString said;
    QObject::connect(&view(), &views::TraceView::status, window.get(),
                     [&said](const QString& words) { said = words; });
    const auto range = view().trace()->range();
    const auto item = views::eventItem(*view().trace(), {views::LaneKey::Kind::Cpu, 0},
                                       view().trace()->lowerBound(range.begin));
    const auto from = placeOf(item) + QPoint(40, 0);
    pressAndMove(from, 100);
    mouse(QEvent::MouseButtonRelease, from + QPoint(100, 0), Qt::NoButton);
    settle();
    EXPECT_EQ(offset(0), 0);
    EXPECT_EQ(view().trace()->range().begin, range.begin);
    EXPECT_TRUE(said.contains("Only one trace")) << said.toStdString();
}

}  // namespace
}  // namespace kscope::tests
