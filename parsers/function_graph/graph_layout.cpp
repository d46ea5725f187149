// SPDX-License-Identifier: GPL-3.0-or-later
/// Finds out which columns the graph lines of a source have.
#include "parsers/ftrace/line_head.h"
#include "parsers/function_graph/graph_line.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace kscope::parsers {
namespace {

constexpr std::size_t kEnoughGraphLines = 400;

/// All the ways columns can be combined, those of more lines first where both read a line.
struct Candidate {
    GraphLayout layout;
    std::size_t lines = 0;
};

std::array<Candidate, 12> candidates() {
    std::array<Candidate, 12> all{};
    std::size_t at = 0;
    for (const bool cpu : {true, false})
        for (const bool proc : {false, true})
            for (const bool flags : {false, true}) {
                if (flags && !cpu) continue;
                for (const bool duration : {true, false})
                    all[at++].layout = {.time = true,
                                        .relative = true,
                                        .cpu = cpu,
                                        .proc = proc,
                                        .flags = flags,
                                        .duration = duration};
            }
    return all;
}

bool isGraphCallLine(GraphLineKind kind) {
    return kind == GraphLineKind::Entry || kind == GraphLineKind::Leaf ||
           kind == GraphLineKind::Exit;
}

bool fits(const GraphLine& line, const GraphLayout& layout) {
    if (!isGraphCallLine(line.kind) && line.kind != GraphLineKind::Event) return false;
    if (layout.flags && !isIrqFlags(line.flags)) return false;
    // Without a duration column a '|' can only stand inside a comment or arguments.
    const auto name = line.kind == GraphLineKind::Event ? std::string_view{} : line.name;
    return name.find('|') == name.npos;
}

void survey(std::string_view head, GraphLayout& layout) {
    auto all = candidates();
    std::size_t lines = 0;
    std::size_t absolute = 0;
    std::size_t relative = 0;
    while (!head.empty() && lines < kEnoughGraphLines) {
        const auto end = std::min(head.find('\n'), head.size());
        const auto line = head.substr(0, end);
        head.remove_prefix(std::min(end + 1, head.size()));
        if (line.find_first_of("{};/") == line.npos) continue;
        ++lines;
        for (auto& candidate : all) {
            const auto read = readGraphLine(line, candidate.layout);
            if (!fits(read, candidate.layout)) continue;
            ++candidate.lines;
            if (&candidate != all.data() && read.time == kNoGraphTime) continue;
            const bool micros = line.substr(0, line.find('|')).find(" us") != line.npos;
            absolute += read.time != kNoGraphTime && !micros;
            relative += read.time != kNoGraphTime && micros;
        }
    }
    const auto best = std::ranges::max_element(all, {}, &Candidate::lines);
    if (best->lines == 0) return;
    layout = best->layout;
    layout.time = absolute > 0 && absolute >= relative;
    layout.relative = relative > absolute;
}

/// Whether calls stand inside of others and no line is indented. An interrupt's lines may stand at
/// the depth of what they interrupt, but seldom do.
bool isFlatGraph(std::string_view head, const GraphLayout& layout) {
    std::unordered_map<std::uint32_t, bool> afterEntry;  // by CPU
    std::size_t entries = 0;
    std::size_t inside = 0;
    std::size_t lines = 0;
    while (!head.empty() && lines < kEnoughGraphLines) {
        const auto end = std::min(head.find('\n'), head.size());
        const auto line = readGraphLine(head.substr(0, end), layout);
        head.remove_prefix(std::min(end + 1, head.size()));
        if (!isGraphCallLine(line.kind)) continue;
        ++lines;
        if (line.depth > 0) return false;
        auto& after = afterEntry[line.cpu];
        inside += after && line.kind != GraphLineKind::Exit;
        after = line.kind == GraphLineKind::Entry;
        entries += after;
    }
    return inside * 2 > entries;
}

}  // namespace

/// "#     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS"
bool readGraphHeader(std::string_view line, GraphLayout& layout) {
    const auto has = [&](std::string_view word) { return line.find(word) != line.npos; };
    if (!has("FUNCTION CALLS")) return false;
    layout.relative = has("REL TIME");
    layout.time = !layout.relative && has("TIME ");
    layout.cpu = has("CPU");
    layout.proc = has("TASK/PID");
    layout.flags = has("||||");
    layout.duration = has("DURATION");
    return true;
}

GraphLayout detectGraphLayout(std::string_view head) {
    GraphLayout layout;
    for (auto rest = head; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (readGraphHeader(line, layout)) {
            layout.flat = isFlatGraph(head, layout);
            return layout;
        }
    }
    survey(head, layout);
    layout.flat = isFlatGraph(head, layout);
    return layout;
}

}  // namespace kscope::parsers
