// SPDX-License-Identifier: GPL-3.0-or-later
/// Starts the window for what the command line asked for.
#pragma once

#include "app/command_line/command_line.h"

namespace kscope::app {

/// Runs until the last window is closed; the exit status. 1 with one line on stderr where there is
/// no display. KSCOPE_EXIT_AFTER_FIRST_FRAME=1: prints "first_frame_ms N" (since the process began)
/// after the first painted frame that holds rows, and ends. KSCOPE_SCREENSHOT=FILE[,WxH]: writes a
/// picture of the whole window when all is read, and ends; KSCOPE_THEME=dark|light chooses its
/// theme.
[[nodiscard]] int runWindow(const Invocation& invocation, int argc, char** argv);

}  // namespace kscope::app
