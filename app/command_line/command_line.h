// SPDX-License-Identifier: GPL-3.0-or-later
/// The program as a command-line tool: cli.md.
#pragma once

#include "app/session/source_spec.h"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace kscope::app {

/// What the command line asked for. Where a window is wanted nothing has been done yet.
struct Invocation {
    bool window = false;
    int exitStatus = 0;  ///< cli.md: 0 done, 1 not read or not written, 2 usage, 3 lost or guessed
                         ///< with --strict.
    // Of a window:
    std::vector<SourceSpec> sources;
    std::string as;           ///< Kind for all of them; empty: sniff.
    std::string kallsyms;     ///< Names kernel addresses; empty: none.
    std::size_t threads = 0;  ///< 0: one a CPU.
    std::string filter;       ///< Expression to begin with; checked.
    std::string range;        ///< The same, as --range has it; checked.
    std::string cpus;         ///< Of --cpu; checked.
    std::string tasks;        ///< Of --task; checked.
    std::string lanes;        ///< Of --lanes, as `export` has it; checked against the trace.
    std::string view;         ///< FILE.kscope to begin with.
    bool live = false;
    std::chrono::milliseconds interval{200};
};

/// Where a command writes: stdout and stderr, or a test's files.
struct CommandStreams {
    std::FILE* out = stdout;
    std::FILE* err = stderr;
};

/// Runs the subcommand that the arguments name, or says that a window is wanted. Makes no Qt
/// application except for `export`.
[[nodiscard]] Invocation runCommandLine(int argc, char** argv);
/// The same for a test: `args` without the program's name.
[[nodiscard]] Invocation runCommandLine(const std::vector<std::string>& args,
                                        CommandStreams streams);

}  // namespace kscope::app
