// SPDX-License-Identifier: GPL-3.0-or-later
/// Starts the window for what the command line asked for.
#pragma once

#include "app/command_line/command_line.h"

namespace kscope::app {

/// Runs until the last window is closed; the exit status. 1 with one line on stderr where there is
/// no display. KSCOPE_EXIT_AFTER_FIRST_FRAME=1: prints "first_frame_ms N" (since the process began)
/// after the first painted frame that holds rows, and ends. KSCOPE_SCREENSHOT=FILE[,WxH]: writes a
/// picture of the whole window when all is read, and ends; KSCOPE_THEME=dark|light chooses its
/// theme. KSCOPE_EVENT=N selects that event, counted from 0.
[[nodiscard]] int runWindow(const Invocation& invocation, int argc, char** argv);

class MainWindow;
/// Lanes, range, CPUs, tasks and filter that the command line asks for, once the trace is there.
/// They go into the undo, so that a view kept for this trace does not take their place.
void beginAsAsked(MainWindow& window, const Invocation& asked);

}  // namespace kscope::app
