// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines that a wheel or a touchpad asks for.
#pragma once

#include <cstdint>
#include <optional>

class QWheelEvent;

namespace kscope::views {

class WheelLines {
public:
    /// Whole lines to move down by, of `linePx` logical pixels each; what is left of a line is kept
    /// for the next event. Nothing where the event is for scrolling sideways.
    [[nodiscard]] std::optional<std::int64_t> take(const QWheelEvent& event, int linePx);

private:
    int m_pixels = 0;
    int m_turned = 0;  // eighths of a degree, times lines a notch
};

}  // namespace kscope::views
