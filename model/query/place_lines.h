// SPDX-License-Identifier: GPL-3.0-or-later
/// Line numbers of places in sources: what a note names, a person finds in the file.
#pragma once

#include "model/store/trace.h"

#include <stop_token>
#include <vector>

namespace kscope::model {

/// Counts line ends of [begin, end), or stops behind the `wanted`-th of them.
struct LineScan {
    std::uint64_t lines = 0;
    std::uint64_t offset = 0;
    bool complete = false;  ///< False: the source could not be read so far, or it was stopped.
};
[[nodiscard]] LineScan scanLines(const EventSource& source, std::uint64_t begin, std::uint64_t end,
                                 std::uint64_t wanted, const std::stop_token& stop);

/// 1-based line of a place; 0 where its source holds no lines or cannot be read (anymore). Reads
/// the source from the nearest place before it whose line is known: not for the GUI thread.
[[nodiscard]] std::uint64_t lineOfPlace(const Trace& trace, const DiagnosticPlace& place,
                                        const std::stop_token& stop = {});
/// All diagnostics of a trace, with the lines of their places.
[[nodiscard]] std::vector<Diagnostic> diagnosticsWithLines(const Trace& trace,
                                                           const std::stop_token& stop = {});

}  // namespace kscope::model
