// SPDX-License-Identifier: GPL-3.0-or-later
/// The views of the window by number.
#pragma once

#include <cstdint>

namespace kscope::app {

/// Views by their number in Ctrl+1 … Ctrl+9; Waits keeps its place free.
enum class Tab : std::uint8_t {
    Timeline = 0,
    Blocks = 1,
    Functions = 2,
    Interrupts = 3,
    Memory = 4,
    Events = 6,
    Notes = 7,
    Processes = 8
};

}  // namespace kscope::app
