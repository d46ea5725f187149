// SPDX-License-Identifier: GPL-3.0-or-later
/// One program: with a subcommand a tool that needs no display, without one the window.
#include "app/command_line/command_line.h"
#include "app/window/window_main.h"

int main(int argc, char** argv) {
    const auto invocation = kscope::app::runCommandLine(argc, argv);
    if (!invocation.window) return invocation.exitStatus;
    return kscope::app::runWindow(invocation, argc, argv);
}
