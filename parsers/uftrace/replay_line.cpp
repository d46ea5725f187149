// SPDX-License-Identifier: GPL-3.0-or-later
/// Fields, a bar, and a call that is indented by its depth.
#include "parsers/uftrace/replay_line.h"

#include "parsers/ftrace/line_head.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/text/number.h"

#include <algorithm>
#include <array>

namespace kscope::parsers {
namespace {

struct ReplayField {
    std::string_view word;
    std::size_t width;  // with the blank in front
};
constexpr std::array kReplayFields{ReplayField{"DURATION", 11},  ReplayField{"TID", 9},
                                   ReplayField{"ADDRESS", 13},   ReplayField{"TIMESTAMP", 19},
                                   ReplayField{"TIMEDELTA", 11}, ReplayField{"ELAPSED", 11},
                                   ReplayField{"TASK NAME", 16}, ReplayField{"MODULE NAME", 17}};

std::string_view firstHeaderLine(std::string_view head) {
    while (!head.empty()) {
        const auto end = std::min(head.find('\n'), head.size());
        const auto line = trim(head.substr(0, end));
        if (line.starts_with('#') && line.ends_with("FUNCTION")) return line;
        head.remove_prefix(std::min(end + 1, head.size()));
    }
    return {};
}

/// Where the fields end and the call begins: behind "| ".
std::size_t barOf(std::string_view line) {
    // A call's text may hold a bar, a task's or module's name hardly: the first one counts.
    for (auto at = line.find('|'); at != line.npos; at = line.find('|', at + 1))
        if (at + 1 == line.size() || line[at + 1] == ' ') return at;
    return line.npos;
}

constexpr std::size_t kDurationWidth = 11;

/// Behind the escape that begins at `at`: "ESC [ 3 1 m", "ESC ( B".
std::size_t escapeEnd(std::string_view text, std::size_t at) {
    ++at;
    if (at < text.size() && text[at] == '[') {
        ++at;
        while (at < text.size() && text[at] >= ' ' && text[at] < '@') ++at;
        return at < text.size() && text[at] != '\n' ? at + 1 : at;
    }
    if (at < text.size() && (text[at] == '(' || text[at] == ')')) ++at;
    return at < text.size() && text[at] != '\n' ? at + 1 : at;
}

/// "12: ip (name), time (NS)" or "(NS:DURATION)" behind the arrow and the task of a flat line.
bool readFlatCall(std::string_view line, GraphLine& into) {
    const auto arrow = std::min(line.find("] ==> "), line.find("] <== "));
    if (arrow == line.npos || line[0] != '[') return false;
    const char* at = line.data() + arrow + 6;
    const char* const end = line.data() + line.size();
    while (at < end && isBlank(*at)) ++at;
    std::uint64_t tid = 0;
    std::uint64_t depth = 0;
    if (!takeNumber(at, end, tid) || at >= end || *at++ != '/') return false;
    if (!takeNumber(at, end, depth) || at >= end || *at != ':') return false;
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    constexpr std::string_view kName = ": ip (";
    constexpr std::string_view kTime = "), time (";
    const auto time = rest.rfind(kTime);  // names may hold brackets
    if (!rest.starts_with(kName) || time == rest.npos || time < kName.size()) return false;
    std::uint64_t ns = 0;
    at = rest.data() + time + kTime.size();
    if (!takeNumber(at, end, ns) || ns > INT64_MAX / 2) return false;
    into.kind = line[arrow + 2] == '=' ? GraphLineKind::Entry : GraphLineKind::Exit;
    into.depth = static_cast<std::uint32_t>(std::min<std::uint64_t>(depth, UINT16_MAX));
    into.time = static_cast<std::int64_t>(ns);
    into.tidKnown = true;
    into.tid = tid <= INT32_MAX ? static_cast<std::int64_t>(tid) : -1;
    into.comm = "<...>";
    into.text = line;
    into.name = trim(rest.substr(kName.size(), time - kName.size()));
    return !into.name.empty();
}

/// No field stands before the calls: replay -f none.
bool hasNoBar(std::string_view head) {
    std::size_t calls = 0;
    while (!head.empty()) {
        const auto end = std::min(head.find('\n'), head.size());
        const auto line = trim(head.substr(0, end));
        head.remove_prefix(std::min(end + 1, head.size()));
        if (!line.ends_with('{') && !line.ends_with(';')) continue;
        if (barOf(line) != line.npos) return false;
        ++calls;
    }
    return calls > 0;
}

bool hasFlatReplayLines(std::string_view head) {
    for (int lines = 0; !head.empty() && lines < 200; ++lines) {
        const auto end = std::min(head.find('\n'), head.size());
        GraphLine line;
        if (readFlatCall(trim(head.substr(0, end)), line)) return true;
        head.remove_prefix(std::min(end + 1, head.size()));
    }
    return false;
}

void readFields(std::string_view fields, const GraphLayout& layout, GraphLine& line) {
    if (const auto open = fields.find('['); open != fields.npos) {
        const auto close = std::min(fields.find(']', open), fields.size());
        const auto tid = wholeNumber(trim(fields.substr(open + 1, close - open - 1)));
        if (tid && *tid >= 0 && *tid <= INT32_MAX) {
            line.tidKnown = true;
            line.tid = *tid;
            line.comm = "<...>";
        }
    }
    if (layout.duration && layout.durationAt < fields.size()) {
        // A blank one must not take the next column's.
        auto text = fields.substr(layout.durationAt, layout.durationWidth);
        line.duration = readReplayDuration(text.substr(0, text.find('[')));
    }
    if (layout.relative) {
        const auto elapsed =
            layout.elapsedAt < fields.size()
                ? readReplayDuration(fields.substr(layout.elapsedAt, kDurationWidth))
                : -1;
        line.time = std::max<std::int64_t>(elapsed, 0);  // the first one is blank
    }
    if (!layout.time) return;
    // A token with nine decimals is the only one of its kind.
    for (auto dot = fields.find('.'); dot != fields.npos; dot = fields.find('.', dot + 1)) {
        auto end = dot + 1;
        while (end < fields.size() && isDigit(fields[end])) ++end;
        auto begin = dot;
        while (begin > 0 && isDigit(fields[begin - 1])) --begin;
        if (end - dot != 10 || begin == dot) continue;
        const auto time = readTime(fields.substr(begin, end - begin));
        if (time.kind == LineTime::Kind::Seconds && !time.bad) line.time = time.value;
        return;
    }
}

bool readLost(std::string_view comment, GraphLine& line) {
    if (!comment.starts_with("LOST ")) return false;
    const auto count = wholeNumber(comment.substr(5, comment.find(' ', 5) - 5));
    line.kind = GraphLineKind::Lost;
    line.lost = count && *count > 0 ? static_cast<std::uint64_t>(*count) : 0;
    return true;
}

/// Where the parameters begin: "operator()" has brackets in its name.
std::size_t parametersOf(std::string_view call) {
    auto open = call.find('(');
    if (open != call.npos && call.substr(0, open).ends_with("operator"))
        open = call.find('(', open + 1);
    return open;
}

void readReplayCall(std::string_view text, GraphLine& line) {
    line.text = text;
    if (text[0] == '}') {
        line.kind = GraphLineKind::Exit;
        const auto open = text.rfind("/* ");
        if (open == text.npos) return;
        auto name = text.substr(open + 3);
        name = name.substr(0, std::min(name.rfind("*/"), name.size()));
        line.name = trim(name);
        return;
    }
    if (text.starts_with("/*")) {
        auto body = text.substr(2);
        body = trim(body.substr(0, std::min(body.rfind("*/"), body.size())));
        if (readLost(body, line)) return;
        line.kind = GraphLineKind::Event;
        line.name = body;
        return;
    }
    auto call = text;
    if (call.ends_with("*/"))
        if (const auto open = call.rfind(" /*"); open != call.npos)
            call = trimRight(call.substr(0, open));
    const auto open = parametersOf(call);
    if (open == call.npos || open == 0) return;
    if (call.ends_with('{')) line.kind = GraphLineKind::Entry;
    else if (call.ends_with(';')) line.kind = GraphLineKind::Leaf;
    else return;
    line.name = trim(call.substr(0, open));
}

}  // namespace

std::int64_t readReplayDuration(std::string_view text) {
    text = trim(text);
    const char* at = text.data();
    const char* const end = at + text.size();
    std::uint64_t whole = 0;
    std::uint64_t part = 0;
    if (!takeNumber(at, end, whole) || whole > 1'000'000 || at >= end || *at != '.') return -1;
    ++at;
    if (!takeNumber(at, end, part) || part > 999) return -1;
    auto unit = trim(std::string_view(at, static_cast<std::size_t>(end - at)));
    unit = unit.substr(0, unit.find(' '));
    const auto units = static_cast<std::int64_t>(whole);
    const auto parts = static_cast<std::int64_t>(part);
    constexpr std::int64_t kSecond = 1'000'000'000;
    if (unit == "ns") return units;
    if (unit == "us") return units * 1'000 + parts;
    if (unit == "ms") return units * 1'000'000 + parts * 1'000;
    if (unit == "s") return units * kSecond + parts * 1'000'000;
    if (unit == "m") return (units * 60 + parts) * kSecond;       // minutes and seconds
    if (unit == "h") return (units * 24 + parts) * 60 * kSecond;  // minutes / 24 and the rest
    return -1;
}

void eraseColours(std::string& text) {
    if (text.find('\x1b') == text.npos) return;
    std::size_t to = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\x1b') {
            at = escapeEnd(text, at);
            continue;
        }
        if (text[at] == '\n')
            while (to < at) text[to++] = ' ';
        text[to++] = text[at++];
    }
    while (to < text.size()) text[to++] = ' ';
}

bool isFlatReplayLine(std::string_view line) {
    GraphLine read;
    return readFlatCall(trim(line), read);
}

std::string_view replayEventName(std::string_view comment) {
    auto end = comment.find(" (");
    if (comment.substr(std::min(end, comment.size())).starts_with(" (pre-empted)"))
        end = comment.find(" (", end + 1);
    return comment.substr(0, std::min(end, comment.size()));
}

GraphLayout detectReplayLayout(std::string_view text) {
    std::string head(text);
    eraseColours(head);
    GraphLayout layout;
    layout.writer = GraphWriter::Replay;
    layout.cpu = false;
    layout.proc = true;
    const auto header = firstHeaderLine(head);
    if (header.empty()) {
        layout.duration = !hasNoBar(head);
        layout.flatReplay = layout.time = hasFlatReplayLines(head);
        return layout;
    }
    const auto before = [&](std::string_view word) {
        std::size_t width = 0;
        for (const auto& field : kReplayFields)
            if (header.find(field.word) < header.find(word)) width += field.width;
        return width;
    };
    layout.time = header.find("TIMESTAMP") != header.npos;
    layout.relative = !layout.time && header.find("ELAPSED") != header.npos;
    layout.duration = header.find("DURATION") != header.npos;
    if (layout.duration) layout.durationAt = before("DURATION");
    if (header.find("TIMEDELTA") != header.npos || header.find("ELAPSED") != header.npos)
        layout.durationWidth = kDurationWidth;
    if (layout.relative) layout.elapsedAt = before("ELAPSED");
    return layout;
}

GraphLine readReplayLine(std::string_view whole, const GraphLayout& layout) {
    GraphLine line;
    line.kind = GraphLineKind::Ignored;
    whole = trimRight(whole);
    if (trim(whole).empty() || isComment(whole)) return line;
    if (isElision(whole)) {
        line.kind = GraphLineKind::Elision;
        return line;
    }
    if (layout.flatReplay && readFlatCall(trimLeft(whole), line)) {
        const auto colon = whole.rfind(':');
        std::uint64_t length = 0;
        const char* at = whole.data() + colon + 1;
        if (line.kind == GraphLineKind::Exit &&
            takeNumber(at, whole.data() + whole.size(), length) &&
            at < whole.data() + whole.size() && *at == ')' && length < INT64_MAX / 2)
            line.duration = static_cast<std::int64_t>(length);
        return line;
    }
    line = {};
    line.kind = GraphLineKind::Ignored;
    const auto bar = barOf(whole);
    auto call = bar == whole.npos ? whole : whole.substr(bar + 1);
    if (bar != whole.npos) {
        readFields(whole.substr(0, bar), layout, line);
        if (call.starts_with(' ')) call.remove_prefix(1);
    }
    std::size_t blanks = 0;
    while (blanks < call.size() && call[blanks] == ' ') ++blanks;
    line.depth = static_cast<std::uint32_t>(std::min<std::size_t>(blanks / 2, UINT16_MAX));
    call.remove_prefix(blanks);
    if (call.empty()) return line;
    if (isElision(call)) {
        line.kind = GraphLineKind::Elision;
        return line;
    }
    // "uftrace stopped tracing with remaining functions", "task: 1", "[0] main"
    line.kind = bar == whole.npos ? GraphLineKind::Ignored : GraphLineKind::Other;
    readReplayCall(call, line);
    return line;
}

}  // namespace kscope::parsers
