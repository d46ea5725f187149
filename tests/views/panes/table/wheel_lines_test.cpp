// SPDX-License-Identifier: GPL-3.0-or-later
/// Notches and pixels to whole lines.
#include "views/panes/table/wheel_lines.h"

#include <QApplication>
#include <QWheelEvent>

#include <gtest/gtest.h>

using namespace kscope::views;

namespace {

QWheelEvent wheel(QPoint pixels, QPoint angle, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    return {QPointF(5, 5), QPointF(5, 5),     pixels, angle, Qt::NoButton,
            modifiers,     Qt::NoScrollPhase, false};
}

TEST(WheelLines, ANotchIsTheSystemsLines) {
    WheelLines lines;
    const auto perNotch = QApplication::wheelScrollLines();
    EXPECT_EQ(lines.take(wheel({}, {0, -120}), 20), perNotch);
    EXPECT_EQ(lines.take(wheel({}, {0, 240}), 20), -2 * perNotch);
}

TEST(WheelLines, PixelsAddUpAndNoneIsLost) {
    WheelLines lines;
    std::int64_t sum = 0;
    for (int i = 0; i < 40; ++i) sum += *lines.take(wheel({0, -7}, {0, -1}), 20);
    EXPECT_EQ(sum, 14);  // 280 pixels
    for (int i = 0; i < 40; ++i) sum += *lines.take(wheel({0, 7}, {0, 1}), 20);
    EXPECT_EQ(sum, 0);
}

TEST(WheelLines, LeavesSidewaysToOthers) {
    WheelLines lines;
    EXPECT_FALSE(lines.take(wheel({}, {120, 0}), 20));
    EXPECT_FALSE(lines.take(wheel({}, {0, 120}, Qt::ShiftModifier), 20));
    EXPECT_FALSE(lines.take(wheel({}, {0, 120}, Qt::AltModifier), 20));
}

}  // namespace
