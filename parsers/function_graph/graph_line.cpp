// SPDX-License-Identifier: GPL-3.0-or-later
/// Columns of a function_graph line from left to right.
#include "parsers/function_graph/graph_line.h"

#include "parsers/ftrace/line_head.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/text/number.h"

#include <algorithm>

namespace kscope::parsers {
namespace {

constexpr std::int64_t kMaxGraphSeconds = std::int64_t{1} << 32;  // Fits ns many times over.
constexpr std::int64_t kMaxGraphDuration = (std::int64_t{1} << 48) - 1;

std::string_view graphRest(const char* at, const char* end) {
    return {at, static_cast<std::size_t>(end - at)};
}

/// Digits after a dot, scaled to `digits` of them.
const char* takeFraction(const char* at, const char* end, int digits, std::int64_t& value) {
    for (; at < end && isDigit(*at); ++at) {
        if (digits == 0) continue;
        value = value * 10 + (*at - '0');
        --digits;
    }
    for (; digits > 0; --digits) value *= 10;
    return at;
}

/// A cursor over the columns.
struct GraphColumns {
    const char* at;
    const char* end;
    void blanks() {
        while (at < end && isBlank(*at)) ++at;
    }
    /// The text up to the next '|', trimmed; moves behind it. False: there is none.
    bool segment(std::string_view& text) {
        const auto* bar =
            static_cast<const char*>(std::memchr(at, '|', static_cast<std::size_t>(end - at)));
        if (bar == nullptr) return false;
        text = trim({at, static_cast<std::size_t>(bar - at)});
        at = bar + 1;
        return true;
    }
};

/// "  12.345678 |" or "     1168 us |".
bool takeGraphTime(GraphColumns& columns, GraphLine& line) {
    const char* at = columns.at;
    std::uint64_t seconds = 0;
    if (!takeNumber(at, columns.end, seconds)) return false;
    std::int64_t value = 0;
    if (at < columns.end && *at == '.') {
        at = takeFraction(at + 1, columns.end, 9, value);
    } else if (columns.end - at >= 3 && at[0] == ' ' && at[1] == 'u' && at[2] == 's') {
        at += 3;
        line.badNumber = seconds > static_cast<std::uint64_t>(kMaxGraphSeconds);
        value = static_cast<std::int64_t>(seconds % kMaxGraphSeconds) * 1000;
        seconds = 0;
    } else {
        return false;
    }
    while (at < columns.end && isBlank(*at)) ++at;
    if (at >= columns.end || *at != '|') return false;
    if (seconds > static_cast<std::uint64_t>(kMaxGraphSeconds)) {
        line.badNumber = true;
    } else if (!line.badNumber) {
        line.time = static_cast<std::int64_t>(seconds) * 1'000'000'000 + value;
    }
    columns.at = at + 1;
    columns.blanks();
    return true;
}

/// "A-12": the digits at the end, behind the last '-'.
bool takeGraphTask(std::string_view text, std::string_view& comm, std::int64_t& tid) {
    text = trim(text);
    auto digits = text.size();
    while (digits > 0 && isDigit(text[digits - 1])) --digits;
    if (digits == text.size() || digits == 0 || text[digits - 1] != '-') return false;
    const auto number = wholeNumber(text.substr(digits));
    if (!number) return false;
    tid = *number > INT32_MAX ? -1 : *number;
    comm = text.substr(0, digits - 1);
    return true;
}

/// "3)" and what stands in front of it in old switch blocks ("| 0)").
bool takeGraphCpu(GraphColumns& columns, GraphLine& line) {
    const char* at = columns.at;
    if (at < columns.end && *at == '|') {
        ++at;
        while (at < columns.end && isBlank(*at)) ++at;
    }
    std::uint64_t cpu = 0;
    if (!takeNumber(at, columns.end, cpu) || at >= columns.end || *at != ')') return false;
    line.cpu = cpu < kNoGraphCpu ? static_cast<std::uint32_t>(cpu) : kNoGraphCpu - 1;
    columns.at = at + 1;
    return true;
}

bool isGraphRule(std::string_view text) {
    return text.size() > 8 && text.find_first_not_of('-') == text.npos;
}

/// "} /* f ret=-22 */" and the like: what stands between "/* " and the value.
std::string_view nameInTail(std::string_view text) {
    text = trim(text.substr(1));
    if (!text.starts_with("/*")) return {};
    text.remove_prefix(2);
    if (const auto close = text.rfind("*/"); close != text.npos) text = text.substr(0, close);
    for (const auto mark : {std::string_view(" ret="), std::string_view(" = ")})
        if (const auto at = text.find(mark); at != text.npos) text = text.substr(0, at);
    return trim(text);
}

/// What stands from the function on. False: nothing of the graph.
bool readCall(std::string_view text, GraphLine& line) {
    line.text = text;
    if (text.empty()) return false;
    if (text[0] == '}') {
        line.kind = GraphLineKind::Exit;
        line.name = nameInTail(text);
        return true;
    }
    if (text.starts_with("/*")) {
        line.kind = GraphLineKind::Event;
        auto body = text.substr(2);
        if (const auto close = body.rfind("*/"); close != body.npos) body = body.substr(0, close);
        line.name = trim(body);
        return true;
    }
    auto call = text;
    if (call.ends_with("*/")) {  // /* <-caller ret=0x0 */, /* = 0x0 */
        if (const auto open = call.rfind(" /*"); open != call.npos)
            call = trimRight(call.substr(0, open));
    }
    if (call.ends_with(';')) line.kind = GraphLineKind::Leaf;
    else if (call.ends_with('{')) line.kind = GraphLineKind::Entry;
    else return false;
    const auto open = call.find('(');
    line.name = trim(call.substr(0, std::min(open, call.size() - 1)));
    if (open == call.npos || line.name.empty()) {
        line.kind = GraphLineKind::Other;
        return false;
    }
    return true;
}

/// "(Overruns: 3)"
bool readOverruns(std::string_view text, GraphLine& line) {
    constexpr std::string_view kWord = "(Overruns: ";
    if (!text.starts_with(kWord)) return false;
    text.remove_prefix(kWord.size());
    const auto count = wholeNumber(text.substr(0, text.find(')')));
    if (count && *count > 0 && *count <= UINT32_MAX) {
        line.kind = GraphLineKind::Overrun;
        line.lost = static_cast<std::uint64_t>(*count);
    }
    return true;
}

/// "# 1234.567 us |": without other columns a duration's mark is a line's first byte.
bool beginsWithMark(std::string_view text, const GraphLayout& layout) {
    if (!layout.duration || layout.cpu || layout.proc || layout.flags) return false;
    const auto bar = text.find('|');
    return bar != text.npos && readGraphDuration(text.substr(0, bar)) >= 0;
}

/// Lines without the graph's columns.
GraphLine readAside(std::string_view text) {
    GraphLine line;
    line.kind = GraphLineKind::Ignored;
    if (text.empty() || isGraphRule(text)) return line;
    if (readOverruns(text, line)) return line;
    if (text[0] == '#' && isComment(text)) {
        if (text.starts_with("# tracer:")) line.kind = GraphLineKind::Tracer;
        else if (text.find("FUNCTION CALLS") != text.npos) line.kind = GraphLineKind::Columns;
        return line;
    }
    if (const auto lost = readLostLine(text)) {
        line.kind = GraphLineKind::Lost;
        line.cpu =
            lost->cpu < kNoGraphCpu ? static_cast<std::uint32_t>(lost->cpu) : kNoGraphCpu - 1;
        line.lost = lost->count;
        return line;
    }
    line.kind = isElision(text) ? GraphLineKind::Elision : GraphLineKind::Other;
    return line;
}

bool isArrow(std::string_view segment) {
    return segment.starts_with("=====") || segment.starts_with("<====");
}

/// Behind the CPU: a switch block's middle line "A-1  =>  B-2".
bool readSwitch(std::string_view rest, GraphLine& line) {
    const auto arrow = rest.find(" => ");
    if (arrow == rest.npos) return false;
    if (!takeGraphTask(rest.substr(0, arrow), line.prevComm, line.prevTid) ||
        !takeGraphTask(rest.substr(arrow + 4), line.comm, line.tid))
        return false;
    line.kind = GraphLineKind::Switch;
    line.tidKnown = true;
    return true;
}

/// Blanks before the call as depth; `lead` of them belong to the column before.
void readIndent(GraphColumns& columns, std::size_t lead, GraphLine& line) {
    const char* const begin = columns.at;
    bool tabs = false;
    for (; columns.at < columns.end && isBlank(*columns.at); ++columns.at)
        tabs = tabs || *columns.at == '\t';
    const auto blanks = static_cast<std::size_t>(columns.at - begin);
    line.depthLost = tabs || blanks < lead;
    line.depth = blanks > lead ? static_cast<std::uint32_t>((blanks - lead) / 2) : 0;
}

}  // namespace

std::int64_t readGraphDuration(std::string_view text) {
    text = trim(text);
    if (!text.empty() && std::string_view("$@*#!+").find(text[0]) != std::string_view::npos)
        text = trimLeft(text.substr(1));
    const char* at = text.data();
    const char* const end = at + text.size();
    std::uint64_t whole = 0;
    if (!takeNumber(at, end, whole) || whole > static_cast<std::uint64_t>(kMaxGraphDuration) / 1000)
        return -1;
    std::int64_t fraction = 0;
    if (at < end && *at == '.') at = takeFraction(at + 1, end, 3, fraction);
    if (trim(graphRest(at, end)) != "us") return -1;
    return static_cast<std::int64_t>(whole) * 1000 + fraction;
}

GraphLine readGraphLine(std::string_view whole, const GraphLayout& layout) {
    whole = trimRight(whole);
    GraphColumns columns{whole.data(), whole.data() + whole.size()};
    columns.blanks();
    if (columns.at == columns.end || !isDigit(*columns.at)) {
        const char first = columns.at < columns.end ? *columns.at : '\0';
        if (first == '#' && beginsWithMark(trimLeft(whole), layout)) {
            // Goes on with the columns.
        } else if (first == '\0' || first == '#' || first == '-' || first == '(' || first == 'C' ||
                   first == '.' || first == '[' || first == '=')
            if (auto aside = readAside(trimLeft(whole)); aside.kind != GraphLineKind::Other)
                return aside;
    }
    GraphLine line;
    if (layout.time || layout.relative) (void)takeGraphTime(columns, line);
    const bool hasCpu = takeGraphCpu(columns, line);
    const auto rest = graphRest(columns.at, columns.end);
    if (hasCpu && rest.find('|') == rest.npos && readSwitch(rest, line)) return line;
    if (!hasCpu && layout.cpu) return readAside(trimLeft(whole));
    std::string_view segment;
    if (layout.proc && columns.segment(segment))
        line.tidKnown = takeGraphTask(segment, line.comm, line.tid);
    if (layout.proc && !line.tidKnown) return readAside(trimLeft(whole));
    if (layout.flags && columns.segment(segment)) line.flags = segment;
    if (layout.duration) {
        if (!columns.segment(segment)) return readAside(trimLeft(whole));
        if (!segment.empty()) {
            line.duration = readGraphDuration(segment);
            if (line.duration < 0 && !isArrow(segment)) return readAside(trimLeft(whole));
        }
    }
    readIndent(columns, layout.duration ? 2 : layout.proc || layout.flags || hasCpu ? 1 : 0, line);
    if (columns.at == columns.end) {
        line.kind = layout.duration ? GraphLineKind::Ignored : GraphLineKind::Other;
        return line;
    }
    (void)readCall(graphRest(columns.at, columns.end), line);
    return line;
}

}  // namespace kscope::parsers
