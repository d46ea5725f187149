// SPDX-License-Identifier: GPL-3.0-or-later
/// Entries and exits of functions as `trace-cmd report` prints them: events of two names, whose
/// text is a line of function_graph (libtraceevent's plugin_function and trace-cmd's
/// trace-ftrace.c), or its fields (-R).
#pragma once

#include "model/store/call_edge.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace kscope::parsers {

struct GraphEdge {
    model::CallEdge edge = model::CallEdge::Entry;
    std::uint32_t depth = 0;
    /// ns; −1: not told. Of an entry: it is a call that called nothing, and this line is all of it.
    std::int64_t duration = -1;
    std::string_view name;  ///< Of the function; empty for a plain }.
};

[[nodiscard]] constexpr bool isGraphEdgeName(std::string_view event) {
    return event == "funcgraph_entry" || event == "funcgraph_exit";
}
/// `args`: what stands behind the event's name and its colon. Nothing where it is of another form.
[[nodiscard]] std::optional<GraphEdge> readGraphEdge(std::string_view event, std::string_view args);

}  // namespace kscope::parsers
