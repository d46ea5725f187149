// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines of `uftrace replay`, with any of its fields (cmds/replay.c, utils/fstack.c).
#pragma once

#include "parsers/function_graph/graph_line.h"

#include <string>
#include <string_view>

namespace kscope::parsers {

/// Which fields stand where, by the header line or by the shapes of the lines.
[[nodiscard]] GraphLayout detectReplayLayout(std::string_view head);
/// Reads `line`, which has no line end.
[[nodiscard]] GraphLine readReplayLine(std::string_view line, const GraphLayout& layout);
/// Takes the escapes of coloured output (`--color=yes`, `script`, `less -R`) out of each line,
/// which is filled up with blanks: lines stay where they are.
void eraseColours(std::string& text);
/// "[0] ==> 206/0: ip (main), time (22724998920)" of `replay --flat`.
[[nodiscard]] bool isFlatReplayLine(std::string_view line);
/// "linux:task-name" of "linux:task-name (comm=…)".
[[nodiscard]] std::string_view replayEventName(std::string_view comment);
/// "  2.590 ms" as ns; −1 where it is no duration.
[[nodiscard]] std::int64_t readReplayDuration(std::string_view text);

}  // namespace kscope::parsers
