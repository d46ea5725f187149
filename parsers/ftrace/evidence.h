// SPDX-License-Identifier: GPL-3.0-or-later
/// How much the head of a source looks like ftrace text, in counts of lines: what sniffing decides
/// by.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kscope::parsers {

/// Counts over the whole lines of a head (docs: Documentation/trace/ftrace.rst, section "Output
/// format").
struct FtraceEvidence {
    std::size_t lines = 0;  ///< Lines that are not empty and do not begin with '#'.
    std::size_t context =
        0;  ///< With comm, pid, CPU and time: default, latency, verbose, console dump.
    std::size_t reduced = 0;  ///< With comm and pid, but CPU or time missing.
    std::size_t graph = 0;    ///< function_graph: CPU column or duration column and a call.
    std::size_t reportArgs =
        0;  ///< Of `context`: args in a shape that only trace-cmd report writes.
    std::size_t perfNames =
        0;  ///< Of the rest: `comm pid [cpu] time: system:event:` of perf script.
    std::size_t stackFrames = 0;  ///< " => function" lines.
    std::size_t lost = 0;         ///< "CPU:N [LOST …]" lines.
    bool tracerHeader = false;    ///< "# tracer: NAME" or a latency trace header.
    std::string tracer;           ///< Its NAME.
    bool reportHeader =
        false;  ///< "cpus=N", "CPU N is empty" or "version = 6" before any context line.
    bool histogram = false;  ///< "# event histogram" or "# trigger info: hist:".

    /// "ftrace-text", "trace-cmd-report", "function_graph", or empty: not text that this parser
    /// reads.
    std::string kind;
    /// In words, for `info`: "tracer header and 40 context lines".
    std::string why;
};
/// `head`: the first bytes of the source, up to 64 KiB; a cut last line is not counted unless it is
/// the only one. Does not unpack HTML or JSON: give it the text inside.
[[nodiscard]] FtraceEvidence weighFtrace(std::string_view head);

}  // namespace kscope::parsers
