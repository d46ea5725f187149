// SPDX-License-Identifier: GPL-3.0-or-later
/// Runs a command of the program inside of a test, on small traces whose every number is known.
#pragma once

#include "app/command_line/command_line.h"
#include "tests/support/shared_data.h"

#include <string>
#include <string_view>
#include <vector>

namespace kscope::tests {

struct Ran {
    int status = 0;
    std::string out;
    std::string err;
    app::Invocation invocation;
};
[[nodiscard]] Ran run(const std::vector<std::string>& args);

/// One line of ftrace text: "comm-pid [cpu] flags seconds: rest", `us` after second 100.
[[nodiscard]] std::string traceLine(std::string_view comm, int pid, int cpu, int us,
                                    std::string_view rest);
/// Two CPUs, two tasks, ten events from 100.000000 to 100.001000 s: alpha (11) runs 500 and 350 us
/// on CPU 0, sleeps 100 us and waits 50 us; beta (22) runs 800 us on CPU 1 and wakes it; interrupt
/// 9 takes 30 us.
[[nodiscard]] std::string knownTrace();

/// Rows of a CSV (RFC 4180).
[[nodiscard]] std::vector<std::vector<std::string>> readCsv(std::string_view text);
[[nodiscard]] std::vector<std::string> linesOf(std::string_view text);

/// Nothing on stdout, and one line on stderr that holds `words`.
void expectOneLine(const Ran& ran, int status, std::string_view words);

}  // namespace kscope::tests
