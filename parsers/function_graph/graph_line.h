// SPDX-License-Identifier: GPL-3.0-or-later
/// One line of the function_graph tracer, read on its own: columns and what stands behind them.
/// Linux kernel/trace/trace_functions_graph.c, 2.6.30 to 7.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kscope::parsers {

/// Who wrote the lines: the tracer, or `uftrace replay`, whose lines nest in the same way.
enum class GraphWriter : std::uint8_t { Tracer, Replay };

/// Which columns the lines of a source have, left to right.
struct GraphLayout {
    GraphWriter writer = GraphWriter::Tracer;
    std::size_t durationAt = 0;            ///< Replay: blanks and fields in front of the duration.
    std::size_t durationWidth = SIZE_MAX;  ///< Replay: where another time may follow it.
    std::size_t elapsedAt = 0;  ///< Replay: of the time since the begin, where `relative`.
    bool flatReplay = false;    ///< Replay: lines of --flat.
    bool time = false;          ///< funcgraph-abstime: seconds of each record.
    bool relative = false;      ///< Time since the begin: latency tracers' µs, replay's ELAPSED.
    bool cpu = true;
    bool proc = false;
    bool flags = false;  ///< latency-format
    bool duration = true;
    bool flat = false;  ///< The indentation is lost, only the braces tell how calls nest.
    friend bool operator==(const GraphLayout&, const GraphLayout&) = default;
};
/// By the header's words, else by the shapes of the lines. `head`: up to 64 KiB.
[[nodiscard]] GraphLayout detectGraphLayout(std::string_view head);
/// The header's line of column names; false: this is another line.
bool readGraphHeader(std::string_view line, GraphLayout& layout);

enum class GraphLineKind : std::uint8_t {
    Entry,    ///< f() {
    Leaf,     ///< f();
    Exit,     ///< } or } /* f */
    Event,    ///< /* event: args */
    Switch,   ///< N)  A-1  =>  B-2
    Lost,     ///< CPU:N [LOST …]
    Overrun,  ///< (Overruns: N), N > 0
    Tracer,   ///< "# tracer: …", with which a dump begins.
    Columns,  ///< The header's line of column names.
    Ignored,  ///< Rules, arrows, other header lines, empty lines.
    Elision,  ///< … of an author
    Other,    ///< No line of the graph: an event line, a stack frame, something else.
};

inline constexpr std::int64_t kNoGraphTime = INT64_MIN;
inline constexpr std::uint32_t kNoGraphCpu = UINT32_MAX;

/// All views point into the line.
struct GraphLine {
    GraphLineKind kind = GraphLineKind::Other;
    bool tidKnown = false;
    bool depthLost = false;  ///< The indentation is damaged: braces must tell.
    bool badNumber = false;  ///< CPU, pid or time beyond what can be.
    std::uint32_t cpu = kNoGraphCpu;
    std::uint32_t depth = 0;
    std::int64_t time = kNoGraphTime;  ///< ns
    std::int64_t duration = -1;        ///< ns; −1: none printed.
    std::string_view name;             ///< Of the function; empty for a plain }.
    std::string_view text;             ///< From the function on, to the line's end.
    std::string_view flags;
    std::int64_t tid = -1;
    std::string_view comm;
    std::int64_t prevTid = -1;  ///< Switch: who leaves.
    std::string_view prevComm;
    std::uint64_t lost = 0;  ///< Lost: records; Overrun: the task's calls, since it began.
};

/// Reads `line`, which has no line end. Linear in its length.
[[nodiscard]] GraphLine readGraphLine(std::string_view line, const GraphLayout& layout);
/// "0.633 us", with or without a mark before it, as ns; −1 where it is no duration.
[[nodiscard]] std::int64_t readGraphDuration(std::string_view text);

}  // namespace kscope::parsers
