// SPDX-License-Identifier: GPL-3.0-or-later
/// Text on its way out: one-line errors, progress.
#pragma once

#include "app/command_line/commands.h"
#include "model/core/quoting.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

namespace kscope::app {

/// "kernelscope: MESSAGE" and a line end on `err`; line ends inside become blanks.
void complain(CommandStreams streams, std::string_view message);

using model::appendCsv;
using model::appendJson;
/// Columns that `text` takes on a terminal: code points.
[[nodiscard]] std::size_t shownWidth(std::string_view text);

/// Writes all of `text`; false on an error, which `finish` reports.
bool write(CommandStreams streams, std::string_view text);
/// Flushes `out`. Says in one line where the output could not be written; then kFailed, else
/// `status`.
[[nodiscard]] int finish(CommandStreams streams, int status);

/// A line on a terminal that says how far a load is, from half a second on. Nothing where stderr is
/// no terminal.
class ProgressLine {
public:
    ProgressLine(CommandStreams streams, bool quiet);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    /// `total` 0: not known. From any thread.
    void show(std::string_view what, std::uint64_t done, std::uint64_t total);
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    std::FILE* m_err;
    bool m_terminal;
    bool m_shown = false;
    Clock::time_point m_begin = Clock::now();
    Clock::time_point m_last{};
    std::mutex m_mutex;
};

}  // namespace kscope::app
