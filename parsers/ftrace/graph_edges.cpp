// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads trace-cmd's lines of function_graph.
#include "parsers/ftrace/graph_edges.h"

#include "parsers/function_graph/graph_line.h"
#include "parsers/text/number.h"
#include "parsers/text/scan.h"

#include <charconv>

namespace kscope::parsers {
namespace {

using model::CallEdge;

/// The value behind " key=", up to a blank; empty where there is none.
std::string_view fieldOf(std::string_view args, std::string_view key) {
    for (auto at = args.find(key); at != args.npos; at = args.find(key, at + 1)) {
        if (at > 0 && !isBlank(args[at - 1])) continue;
        const auto value = args.substr(at + key.size());
        return value.substr(0, value.find_first_of(" \t"));
    }
    return {};
}

/// Hexadecimal, with or without 0x.
std::optional<std::uint64_t> clockOf(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || problem != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// "func=vfs_open depth=0", of an exit with calltime= and rettime= of the trace's clock.
std::optional<GraphEdge> readRawEdge(std::string_view args, CallEdge edge) {
    GraphEdge found{.edge = edge, .name = fieldOf(args, "func=")};
    const auto depth = wholeNumber(fieldOf(args, "depth="));
    if (found.name.empty() || !depth || *depth < 0 || *depth > UINT32_MAX) return std::nullopt;
    found.depth = static_cast<std::uint32_t>(*depth);
    const auto begin = clockOf(fieldOf(args, "calltime="));
    const auto end = clockOf(fieldOf(args, "rettime="));
    if (edge == CallEdge::Exit && begin && end && *end >= *begin && *end - *begin < 1ULL << 47)
        found.duration = static_cast<std::int64_t>(*end - *begin);
    return found;
}

}  // namespace

std::optional<GraphEdge> readGraphEdge(std::string_view event, std::string_view args) {
    const auto edge = event == "funcgraph_exit" ? CallEdge::Exit : CallEdge::Entry;
    if (trimLeft(args).starts_with("func=")) return readRawEdge(trimLeft(args), edge);
    GraphLayout layout;
    layout.cpu = false;
    const auto line = readGraphLine(args, layout);
    if (line.depthLost) return std::nullopt;
    const GraphEdge found{edge, line.depth, line.duration, line.name};
    switch (line.kind) {
    case GraphLineKind::Entry:
        if (edge != CallEdge::Entry || line.duration >= 0) return std::nullopt;
        return found;
    case GraphLineKind::Leaf:
        if (edge != CallEdge::Entry || line.duration < 0) return std::nullopt;
        return found;
    case GraphLineKind::Exit:
        if (edge != CallEdge::Exit) return std::nullopt;
        return found;
    default: return std::nullopt;
    }
}

}  // namespace kscope::parsers
