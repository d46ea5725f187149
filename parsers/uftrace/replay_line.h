// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines of `uftrace replay`, with any of its fields (cmds/replay.c, utils/fstack.c).
#pragma once

#include "parsers/function_graph/graph_line.h"

#include <string_view>

namespace kscope::parsers {

/// Which fields stand where, by the header line or by the shapes of the lines.
[[nodiscard]] GraphLayout detectReplayLayout(std::string_view head);
/// Reads `line`, which has no line end.
[[nodiscard]] GraphLine readReplayLine(std::string_view line, const GraphLayout& layout);
/// Takes the escapes out of `line`, which stands at `at`, as a terminal's colours leave them; its
/// new length.
[[nodiscard]] std::size_t dropColours(char* at, std::string_view line);
/// "linux:task-name" of "linux:task-name (comm=…)".
[[nodiscard]] std::string_view replayEventName(std::string_view comment);
/// "  2.590 ms" as ns; −1 where it is no duration.
[[nodiscard]] std::int64_t readReplayDuration(std::string_view text);

}  // namespace kscope::parsers
