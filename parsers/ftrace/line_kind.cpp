// SPDX-License-Identifier: GPL-3.0-or-later
/// Shapes of lines that stand between events.
#include "parsers/ftrace/line_kind.h"

#include "parsers/block/block_text.h"
#include "parsers/ftrace/event_name.h"
#include "parsers/ftrace/line_head.h"
#include "parsers/text/number.h"

#include <algorithm>
#include <array>

namespace kscope::parsers {
namespace {

/// A frame may stand behind a pasted line number ("27 => do_signal+0x300/0x3d4").
std::string_view afterNumber(std::string_view line) {
    line = trimLeft(line);
    std::size_t at = 0;
    while (at < line.size() && isDigit(line[at])) ++at;
    return at > 0 && at < line.size() && isBlank(line[at]) ? trimLeft(line.substr(at)) : line;
}

struct Forward {
    const char* at;
    const char* end;
    explicit Forward(std::string_view text) : at(text.data()), end(at + text.size()) {}
    void blanks() {
        while (at < end && isBlank(*at)) ++at;
    }
    bool take(std::string_view text) {
        if (static_cast<std::size_t>(end - at) < text.size() ||
            std::string_view(at, text.size()) != text)
            return false;
        at += text.size();
        return true;
    }
    bool number(std::uint64_t& value) { return takeNumber(at, end, value); }
    std::string_view token() {
        const char* const from = at;
        while (at < end && !isBlank(*at)) ++at;
        return {from, static_cast<std::size_t>(at - from)};
    }
    [[nodiscard]] std::string_view rest() const { return {at, static_cast<std::size_t>(end - at)}; }
};

/// What may follow the CPU or duration column: a call, a return, a comment, an arrow, or nothing.
bool isGraphCall(std::string_view text) {
    text = trim(text);
    if (text.empty() || text.starts_with("/*") || text.starts_with('}')) return true;
    return text.ends_with(';') || text.ends_with('{') || text.ends_with("*/") ||
           text.ends_with("==>") || text.starts_with("=====") || text.starts_with("<=====");
}

bool isGraphArrow(std::string_view line) {
    return line.find("==========>") != line.npos || line.find("<==========") != line.npos;
}

}  // namespace

std::optional<LostLine> readLostLine(std::string_view line) {
    Forward at(line);
    at.blanks();
    LostLine lost;
    if (!at.take("CPU:") || !at.number(lost.cpu)) return std::nullopt;
    at.blanks();
    if (at.take("[LOST EVENTS]") || at.take("[EVENTS DROPPED]")) return lost;
    if (at.take("[LOST ") && at.number(lost.count) && at.take(" EVENTS]")) return lost;
    Forward dropped = at;
    if (dropped.take("[") && dropped.number(lost.count) && dropped.take(" EVENTS DROPPED]"))
        return lost;
    return std::nullopt;
}

bool isComment(std::string_view line) {
    line = trim(line);
    return line.starts_with('#') && (line.size() == 1 || !isWord(line[1]));
}

bool isConsoleFrame(std::string_view line) {
    line = trim(line);
    if (line.starts_with('[')) {
        const auto close = line.find("] ");
        if (close > 32) return false;  // or there is none
        line = trim(line.substr(close + 2));
    }
    if (line == "Dumping ftrace buffer:" || line == "(ftrace buffer empty)") return true;
    return line.size() > 20 && line.find_first_not_of('-') == line.npos;
}

std::uint64_t overwrittenEvents(std::string_view line) {
    Forward at(line);
    std::uint64_t kept = 0;
    std::uint64_t written = 0;
    if (at.take("# latency: ")) {
        if (!at.number(written) || !at.take(" us, #")) return 0;
    } else if (!at.take("# entries-in-buffer/entries-written: ")) {
        return 0;
    }
    if (!at.number(kept) || !at.take("/") || !at.number(written)) return 0;
    return written > kept ? written - kept : 0;
}

bool isBufferStarted(std::string_view line) {
    line = trimLeft(line);
    return line.starts_with("##### CPU ") && line.find("buffer started") != line.npos;
}

bool isStackFrame(std::string_view line) { return afterNumber(line).starts_with("=> "); }

std::string_view stackFrame(std::string_view line) {
    line = afterNumber(line);
    return trim(line.substr(std::min<std::size_t>(3, line.size())));
}

bool isElision(std::string_view line) {
    line = trim(line);
    if (line.empty() || line.size() > 24) return false;
    if (line == "\xe2\x80\xa6" || line == "[\xe2\x80\xa6]" || line == "[snip]" ||
        line == "<snip>" || line == ":")
        return true;
    if (line.starts_with('[') && line.ends_with(']')) line = trim(line.substr(1, line.size() - 2));
    return !line.empty() && line.find_first_not_of(". ") == line.npos;
}

bool isGraphLine(std::string_view line) {
    line = trim(line);
    if (line.empty() || line.size() > 4096) return false;
    if (line.find_first_not_of('-') == line.npos && line.size() > 20)
        return true;  // frame of a switch block
    if (line.starts_with("(Overruns: ")) return true;
    Forward at(line);
    std::uint64_t number = 0;
    if (Forward time = at;
        time.number(number) && (time.take(".") || time.take(" us"))) {  // abstime or REL TIME
        (void)time.number(number);
        time.blanks();
        if (time.take("|")) {
            time.blanks();
            at = time;
        }
    }
    (void)at.take("| ");  // "| 0)" in the switch blocks of old kernels
    if (Forward cpu = at; cpu.number(number) && cpu.take(")")) {
        const auto rest = cpu.rest();
        return rest.find('|') != rest.npos || rest.find(" => ") != rest.npos || isGraphCall(rest) ||
               isGraphArrow(rest);
    }
    const std::size_t bar = line.find('|');
    if (bar == line.npos || line.find("] |") != line.npos)
        return false;  // "[ 1234] |" is uftrace's
    const std::size_t last = line.rfind("|  ");
    if (last != line.npos && isGraphCall(line.substr(last + 1))) return true;
    return isGraphArrow(line) || line.ends_with('{') || line.ends_with(';') || line.ends_with('}');
}

bool isPreamble(std::string_view line) {
    line = trim(line);
    if (line.starts_with("cpus=") || line.starts_with("version = ") || line == "TRACE:")
        return true;
    if (line.starts_with("CPU ") && line.ends_with(" is empty")) return true;
    if (line.find(" latency trace v") != line.npos || line.starts_with("latency: ") ||
        line.starts_with("| task: "))
        return true;
    if (line.starts_with("=> started at:") || line.starts_with("=> ended at:")) return true;
    if (line.find("_-") != line.npos && line.find("=> ") != line.npos)
        return true;  // the flags' legend
    if (line.starts_with("|||||") || line.starts_with("cmd     pid ")) return true;
    return line.size() > 2 && line.find_first_not_of("-|\\/ ") == line.npos;
}

bool isUnknownRecord(std::string_view line) {
    return trimLeft(line).starts_with("[UNKNOWN EVENT]");
}

std::optional<BlkLine> readBlkLine(std::string_view line) {
    Forward at(line);
    BlkLine blk;
    std::uint64_t number = 0;
    at.blanks();
    if (!at.number(number) || !at.take(",") || !at.number(number)) return std::nullopt;
    at.blanks();
    if (!at.number(blk.cpu)) return std::nullopt;
    at.blanks();
    const auto time = readTime(at.token());
    if (time.kind != LineTime::Kind::Seconds) return std::nullopt;
    at.blanks();
    if (!at.number(blk.pid) || at.rest().empty() || !isBlank(*at.at)) return std::nullopt;
    blk.ns = time.value;
    at.blanks();
    blk.text = static_cast<std::size_t>(at.at - line.data());
    return blk;
}

std::optional<BareLine> readBareLine(std::string_view line, Digits digits) {
    Forward at(line);
    std::array<std::uint64_t, 3> values{};
    at.blanks();
    for (auto& value : values) {
        const auto token = at.token();
        if (digits == Digits::Hexadecimal) {
            const auto hex = token.size() >= 8 ? wholeHex(token) : std::nullopt;
            if (!hex) return std::nullopt;
            value = *hex;
        } else {
            const auto number = wholeNumber(token);
            if (!number || *number < 0) return std::nullopt;
            value = static_cast<std::uint64_t>(*number);
        }
        if (at.rest().empty() || !isBlank(*at.at)) return std::nullopt;
        at.blanks();
    }
    return BareLine{values[0], values[1], values[2], static_cast<std::size_t>(at.at - line.data())};
}

bool beginsRecord(const FtraceLayout& layout, std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trim(line).empty()) return false;
    using Form = FtraceLayout::Form;
    if (layout.form == Form::Blkparse) {
        const char* at = line.data();
        BlkparseHead head;
        return takeBlkparseHead(at, at + line.size(), head);
    }
    if (layout.form == Form::Raw || layout.form == Form::Hex || layout.form == Form::NoContext ||
        layout.form == Form::Blk) {
        return !isComment(line);
    }
    if (isStackFrame(line)) return false;
    const auto head =
        readFullHead(line, layout.lineNumbers ? LineNumbers::Pasted : LineNumbers::No);
    if (head.found()) {
        const auto kind = readEventName(line.substr(head.text)).kind;
        return kind != EventName::Kind::KernelStack && kind != EventName::Kind::UserStack;
    }
    return layout.form == Form::Graph && isGraphLine(line);
}

}  // namespace kscope::parsers
