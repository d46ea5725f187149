// SPDX-License-Identifier: GPL-3.0-or-later
/// A touchpad tells pixels, a wheel eighths of a degree, 120 a notch.
#include "views/panes/table/wheel_lines.h"

#include <QApplication>
#include <QWheelEvent>

namespace kscope::views {

std::optional<std::int64_t> WheelLines::take(const QWheelEvent& event, int linePx) {
    if (event.modifiers() & (Qt::ShiftModifier | Qt::AltModifier) || event.angleDelta().y() == 0)
        return std::nullopt;
    const bool touchpad = !event.pixelDelta().isNull();
    int& rest = touchpad ? m_pixels : m_turned;
    const int line = touchpad ? linePx : 120;
    rest -= touchpad ? event.pixelDelta().y()
                     : event.angleDelta().y() * QApplication::wheelScrollLines();
    const int lines = rest / line;
    rest %= line;
    return lines;
}

}  // namespace kscope::views
