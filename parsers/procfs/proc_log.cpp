// SPDX-License-Identifier: GPL-3.0-or-later
/// Records of a proc log, one after the other.
#include "parsers/procfs/proc_log.h"

#include "parsers/text/scan.h"

#include <algorithm>
#include <cstring>

namespace kscope::parsers {

using model::DiagnosticKind;

namespace {
/// The log's own first line; empty where it has none.
std::string_view ownLine(std::string_view head) {
    if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);  // a byte order mark
    return hasOwnLine(head) ? head.substr(0, head.find('\n')) : std::string_view{};
}
}  // namespace

bool hasOwnLine(std::string_view head) {
    if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
    const auto line = head.substr(0, head.find('\n'));
    return line.starts_with("# kernelscope-proc-log") && line.find('\0') == line.npos;
}

model::Clock clockOfLog(std::string_view head) {
    model::Clock clock{.name = "mono", .tickNs = 1, .counter = false, .relative = false};
    const auto line = ownLine(head);
    const auto at = line.find(" clock=");
    if (at == line.npos) return clock;
    auto rest = line.substr(at + 7);
    const auto name = takeWord(rest);
    if (name == "CLOCK_BOOTTIME") clock.name = "boot";
    else if (name == "CLOCK_REALTIME") clock.name = "realtime";
    else if (name != "CLOCK_MONOTONIC") clock.name = name;
    return clock;
}

std::optional<std::int64_t> startOfLog(std::string_view head) {
    const auto line = ownLine(head);
    constexpr std::string_view kStart = " start-realtime=";
    const auto at = line.find(kStart);
    if (at == line.npos) return std::nullopt;
    auto rest = line.substr(at + kStart.size());
    return secondsToNs(takeWord(rest));
}

std::optional<std::int64_t> secondsToNs(std::string_view text) {
    std::uint64_t seconds = 0;
    std::size_t at = 0;
    for (; at < text.size() && isDigit(text[at]); ++at) {
        seconds = seconds * 10 + static_cast<std::uint64_t>(text[at] - '0');
        if (seconds > 4'000'000'000) return std::nullopt;  // 126 years of uptime
    }
    if (at == 0) return std::nullopt;
    std::uint64_t ns = 0;
    if (at < text.size()) {
        if (text[at] != '.') return std::nullopt;
        std::uint64_t unit = 100'000'000;
        for (++at; at < text.size(); ++at, unit /= 10) {
            if (!isDigit(text[at])) return std::nullopt;
            ns += unit * static_cast<std::uint64_t>(text[at] - '0');
        }
    }
    return static_cast<std::int64_t>(seconds * 1'000'000'000 + ns);
}

std::size_t nextLogLine(std::string_view text, std::size_t from) {
    for (auto at = text.find('#', from); at != text.npos; at = text.find('#', at + 1)) {
        if ((at == 0 || text[at - 1] == '\n') && text.substr(at).starts_with(kLogMark)) return at;
    }
    return text.npos;
}

namespace {

struct RecordHead {
    ProcRound round;       ///< Without its text.
    std::size_t size = 0;  ///< Of the line with its end.
    bool good = false;
    bool ownLine = false;  ///< The log's first line, or another log's.
};

RecordHead readHead(std::string_view text) {
    RecordHead head;
    const auto end = text.find('\n');
    head.size = end == text.npos ? text.size() : end + 1;
    auto line = trimRight(text.substr(0, end));
    if (line.find('\0') != line.npos) return head;
    line.remove_prefix(kLogMark.size());
    if (line.starts_with("-log")) {
        head.ownLine = true;
        return head;
    }
    if (!line.starts_with(' ')) return head;
    head.round.path = takeWord(line);
    const auto before = secondsToNs(takeWord(line));
    const auto last = takeWord(line);
    const auto after = last.empty() ? before : secondsToNs(last);
    if (head.round.path.empty() || !before) return head;
    head.round.beforeNs = *before;
    head.round.afterNs = after.value_or(*before);
    head.good = true;
    return head;
}

/// The text without the blank line that the log puts behind it.
std::string_view withoutBlankLine(std::string_view text) {
    if (text.ends_with("\n\n")) text.remove_suffix(1);
    else if (text == "\n") text = {};
    return text;
}

/// A record is read as a whole or not at all: NUL bytes, which a machine that lost its power
/// leaves, may hide any lines and the next record's header.
void addRecord(RoundCollector& rounds, ProcRound round, std::string_view text) {
    const auto nul = text.find('\0');
    const auto before = text.substr(0, nul);
    round.text = withoutBlankLine(before);
    if (nul == text.npos) return rounds.add(round);
    std::uint64_t lines = 0;
    ShapeLines each(text);
    for (std::string_view line; each.next(line);) lines += line.find('\0') != line.npos;
    rounds.diagnostics().record(DiagnosticKind::NulBytes,
                                {rounds.source(), 0, round.position + nul}, lines);
    // Zeros right behind the blank line took nothing of it; pagetypeinfo has blank lines inside.
    if (!before.ends_with("\n\n")) return;
    if (!round.path.ends_with("pagetypeinfo")) rounds.add(round);
    else static_cast<void>(rounds.addIfAlike(round));
}

/// What is behind the last header: cut in the middle, or whole without the blank line.
void readLastRecord(RoundCollector& rounds, ProcRound round, std::string_view text) {
    if (text.find('\0') != text.npos) return addRecord(rounds, round, text);
    round.text = withoutBlankLine(text);
    const bool whole = text.ends_with("\n\n") || text == "\n";
    if (whole) return rounds.add(round);
    if (!text.empty() && rounds.addIfAlike(round)) return;
    rounds.diagnostics().record(DiagnosticKind::CutLine, {rounds.source(), 0, round.position});
}

/// A header that names no file or time: zeros in it, cut at the log's end, or written by a person.
void noteBadHead(RoundCollector& rounds, std::string_view text, std::uint64_t position) {
    const auto line = text.substr(0, text.find('\n'));
    const auto kind = line.find('\0') != line.npos ? DiagnosticKind::NulBytes
                      : line.size() == text.size() ? DiagnosticKind::CutLine
                                                   : DiagnosticKind::UnparsedLine;
    rounds.diagnostics().record(kind, {rounds.source(), 0, position});
}

}  // namespace

void noteCutBegin(RoundCollector& rounds, std::string_view before) {
    constexpr std::string_view kNothing(" \t\r\n\0\xef\xbb\xbf", 8);
    const auto zero = before.find('\0');
    if (!hasOwnLine(before) && before.find_first_not_of(kNothing) != before.npos)
        rounds.diagnostics().record(DiagnosticKind::CutBegin, {rounds.source(), 0, 0});
    if (zero != before.npos)
        rounds.diagnostics().record(DiagnosticKind::NulBytes, {rounds.source(), 0, zero});
}

std::size_t readRecords(RoundCollector& rounds, std::string_view text, std::uint64_t position,
                        std::size_t limit, LogEnd end) {
    auto at = nextLogLine(text, 0);
    if (at == text.npos) return end == LogEnd::Ends ? text.size() : 0;
    if (position == 0) noteCutBegin(rounds, text.substr(0, at));
    while (at < limit) {
        auto head = readHead(text.substr(at));
        const auto body = at + head.size;
        head.round.position = position + body;
        if (head.good) {
            // Mostly as long as before: then the log goes on right behind, and nothing is searched.
            const auto likely = rounds.likelyLength(head.round.path);
            if (likely > 0 && body + likely + 1 < text.size() && text[body + likely] == '\n' &&
                text.substr(body + likely + 1).starts_with(kLogMark)) {
                head.round.text = text.substr(body, likely);
                if (rounds.addIfAlike(head.round)) {
                    at = body + likely + 1;
                    continue;
                }
            }
        }
        const auto next = nextLogLine(text, body);
        if (next == text.npos) {
            if (end == LogEnd::GoesOn) return at;
            if (head.good) readLastRecord(rounds, head.round, text.substr(body));
            else if (!head.ownLine) noteBadHead(rounds, text.substr(at), position + at);
            return text.size();
        }
        if (head.good) {
            addRecord(rounds, head.round, text.substr(body, next - body));
        } else if (!head.ownLine) {
            noteBadHead(rounds, text.substr(at, next - at), position + at);
        } else if (position + at > 0) {
            rounds.diagnostics().record(DiagnosticKind::Concatenated,
                                        {rounds.source(), 0, position + at});
        }
        at = next;
    }
    return at;
}

}  // namespace kscope::parsers
