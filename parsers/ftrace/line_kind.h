// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines without a context part: what they are by their looks alone.
#pragma once

#include "parsers/ftrace/part_parser.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace kscope::parsers {

/// "CPU:3 [LOST 12 EVENTS]", "CPU:3 [12 EVENTS DROPPED]" and without a number (then 0).
struct LostLine {
    std::uint64_t cpu = 0;
    std::uint64_t count = 0;
};
[[nodiscard]] std::optional<LostLine> readLostLine(std::string_view line);

/// A header line or a user's comment: '#', but not a comm like "#worker-12".
[[nodiscard]] bool isComment(std::string_view line);
/// "##### CPU 2 buffer started ####"
/// "[  133.837510] Dumping ftrace buffer:" and the lines of '-' around what a console's dump shows
/// (kernel/trace/trace.c ftrace_dump).
[[nodiscard]] bool isConsoleFrame(std::string_view line);
/// Events that a header says were written but are not in the buffer any more: B - A of
/// "# entries-in-buffer/entries-written: A/B   #P:2" and "# latency: 0 us, #A/B, CPU#0 | …"
/// (kernel/trace/trace.c print_event_info, print_trace_header). 0 for any other line.
[[nodiscard]] std::uint64_t overwrittenEvents(std::string_view line);
[[nodiscard]] bool isBufferStarted(std::string_view line);
/// " => func", "=> func (H)", also behind a pasted line number.
[[nodiscard]] bool isStackFrame(std::string_view line);
/// The function after "=> ".
[[nodiscard]] std::string_view stackFrame(std::string_view line);
/// "...", "[...]", "[snip]", ".": something was left out by an author.
[[nodiscard]] bool isElision(std::string_view line);
/// A line of function_graph: call, return, comment, switch block, overrun.
[[nodiscard]] bool isGraphLine(std::string_view line);
/// Header lines without '#': trace-cmd report's, 2006's latency trace, Android's "TRACE:".
[[nodiscard]] bool isPreamble(std::string_view line);
/// "[UNKNOWN EVENT][UNKNOWN EVENT] (NULL): …": trace-cmd had no format for the record.
[[nodiscard]] bool isUnknownRecord(std::string_view line);
/// Classic blk tracer: "  8,0    2   110.296455670   662  A  WS …".
struct BlkLine {
    std::uint64_t cpu = 0;
    std::uint64_t pid = 0;
    std::int64_t ns = 0;
    std::size_t text = 0;
};
[[nodiscard]] std::optional<BlkLine> readBlkLine(std::string_view line);

/// "pid cpu stamp text" of options raw and hex.
struct BareLine {
    std::uint64_t pid = 0;
    std::uint64_t cpu = 0;
    std::uint64_t stamp = 0;  ///< ns
    std::size_t text = 0;
};
enum class Digits : std::uint8_t { Decimal, Hexadecimal };
[[nodiscard]] std::optional<BareLine> readBareLine(std::string_view line, Digits digits);

/// Whether an event (not a stack header) begins at this line, whatever stands before it: parts are
/// cut at such lines.
[[nodiscard]] bool beginsRecord(const FtraceLayout& layout, std::string_view line);

}  // namespace kscope::parsers
