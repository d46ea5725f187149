// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads context parts backwards from the ": " behind the time: everything before it but the comm
/// has a strict form.
#include "parsers/ftrace/line_head.h"

#include "parsers/text/number.h"

#include <algorithm>
#include <array>

namespace kscope::parsers {
namespace {

constexpr std::size_t kCommMax = 15;     // TASK_COMM_LEN is 16 with its NUL: include/linux/sched.h
constexpr std::size_t kHeadLimit = 512;  // no context part is longer, quoting and prefixes included
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint64_t kTimeLimit = std::uint64_t{1} << 62;  // what the store takes

constexpr std::array<bool, 256> kFlagLetters = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view(".dDbBXxNnplLHhsSzZ0123456789aAcCeEfF"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();
/// Walks from the right to the left.
struct Backward {
    const char* begin;
    const char* at;  // behind the next character

    [[nodiscard]] bool empty() const { return at == begin; }
    [[nodiscard]] char last() const { return at == begin ? '\0' : at[-1]; }
    std::size_t blanks() {
        const char* const from = at;
        while (at != begin && isBlank(at[-1])) --at;
        return static_cast<std::size_t>(from - at);
    }
    bool take(char c) {
        if (last() != c) return false;
        --at;
        return true;
    }
    std::string_view digits() {
        const char* const end = at;
        while (at != begin && isDigit(at[-1])) --at;
        return {at, static_cast<std::size_t>(end - at)};
    }
    std::string_view token() {
        const char* const end = at;
        while (at != begin && !isBlank(at[-1])) --at;
        return {at, static_cast<std::size_t>(end - at)};
    }
};

std::uint64_t valueOf(std::string_view digits) {
    const char* at = digits.data();
    std::uint64_t value = 0;
    return takeNumber(at, at + digits.size(), value) ? value : 0;
}

LineTime microseconds(std::uint64_t us) {
    LineTime time{.kind = LineTime::Kind::Micros};
    time.bad = us > kTimeLimit / 1000;
    time.value = time.bad ? 0 : static_cast<std::int64_t>(us * 1000);
    return time;
}

/// "(+12.345678)" of trace-cmd report --ts-diff, behind the time.
bool skipTimeDifference(Backward& back) {
    if (back.last() != ')') return false;
    Backward probe = back;
    --probe.at;
    while (!probe.empty() && (isDigit(probe.last()) || probe.last() == '.')) --probe.at;
    if (!probe.take('+') || !probe.take('(')) return false;
    probe.blanks();
    back = probe;
    return true;
}

/// The time in front of the colon; moves `back` in front of it.
LineTime takeTime(Backward& back) {
    skipTimeDifference(back);
    // kernel/trace/trace_output.c trace_print_lat_context: "%4lldus%c: ", the mark tells the gap to
    // the next event.
    const std::size_t size = static_cast<std::size_t>(back.at - back.begin);
    if (size > 3 && back.at[-2] == 's' && back.at[-3] == 'u' && !isDigit(back.last())) {
        Backward probe{back.begin, back.at - 3};
        const auto digits = probe.digits();
        if (digits.empty()) return {};
        back = probe;
        return microseconds(valueOf(digits));
    }
    const char* const end = back.at;
    while (!back.empty() && (isDigit(back.last()) || back.last() == '.')) --back.at;
    return readTime({back.at, static_cast<std::size_t>(end - back.at)});
}

/// "(12345)", "(-----)", "(  3)" with the blanks behind it.
bool takeTgid(Backward& back, LineHead& head) {
    if (back.last() != ')') return true;
    --back.at;
    const char* const end = back.at;
    while (!back.empty() && (isDigit(back.last()) || back.last() == '-' || back.last() == ' '))
        --back.at;
    const auto inside = trim({back.at, static_cast<std::size_t>(end - back.at)});
    if (!back.take('(')) return false;
    if (const auto tgid = wholeNumber(inside); tgid && *tgid >= 0) head.tgid = *tgid;
    back.blanks();
    return true;
}

/// Length of "[  133.837510] " or "[ 12] ", as consoles and editors put in front; 0 where there is
/// none.
std::size_t bracketPrefix(std::string_view text) {
    if (!text.starts_with('[')) return 0;
    std::size_t at = 1;
    while (at < text.size() && text[at] == ' ') ++at;
    const std::size_t digits = at;
    while (at < text.size() && (isDigit(text[at]) || text[at] == '.')) ++at;
    if (at == digits || at >= text.size() || text[at] != ']') return 0;
    ++at;
    return at < text.size() && isBlank(text[at]) ? at + 1 : 0;
}

/// Length of "12 ", "12: ", " 12) " with the blanks behind it; 0 where there is none.
std::size_t numberPrefix(std::string_view text) {
    std::size_t at = text.size() - trimLeft(text).size();
    const std::size_t digits = at;
    while (at < text.size() && isDigit(text[at])) ++at;
    if (at == digits) return 0;
    if (at < text.size() &&
        (text[at] == ':' || text[at] == '.' || text[at] == ')' || text[at] == '|'))
        ++at;
    const std::size_t blanks = at;
    while (at < text.size() && isBlank(text[at])) ++at;
    return at > blanks ? at : 0;
}

/// Whether `prefix` is what trace-cmd report puts in front of the lines of an instance: "   NAME:
/// ".
bool isInstancePrefix(std::string_view prefix) {
    const auto name = trim(prefix);
    return name.size() > 1 && name.ends_with(':') && name.find_first_of(" \t") == name.npos &&
           !isDigit(name[0]);
}

/// The comm out of all that stands before its "-pid": quoting, numbers, prefixes and padding are
/// cut off.
std::string_view cleanComm(std::string_view region, LineNumbers numbers, bool& repaired) {
    const std::size_t whole = region.size();
    std::size_t cut = 0;
    if (numbers == LineNumbers::Pasted) cut = numberPrefix(region);
    cut += bracketPrefix(region.substr(cut));
    std::size_t quote = cut;
    while (quote < whole && isBlank(region[quote])) ++quote;
    if (quote < whole && (region[quote] == '>' || region[quote] == '|' || region[quote] == '$') &&
        quote <= cut + 2) {
        cut = quote + 1;
    }
    std::string_view rest = region.substr(cut);
    for (std::size_t at = rest.size(); at > 1; --at) {
        const char before = rest[at - 1];
        if (before == '\t' || (before == ' ' && rest[at - 2] == ' ')) {
            if (!trimLeft(rest.substr(at)).empty()) {
                repaired = repaired || (!trim(rest.substr(0, at)).empty() &&
                                        !isInstancePrefix(rest.substr(0, at)));
                rest.remove_prefix(at);
                break;
            }
        }
    }
    repaired = repaired || cut != 0;
    return trimLeft(rest);
}

/// comm "-" pid, right before `back`.
bool takeTask(Backward back, LineNumbers numbers, LineHead& head) {
    const auto pid = back.digits();
    if (pid.empty() || !back.take('-')) return false;
    head.pid = valueOf(pid);
    head.comm = cleanComm({back.begin, static_cast<std::size_t>(back.at - back.begin)}, numbers,
                          head.repaired);
    return true;
}

/// "[003] d..2. " or "[003] " before the time: moves `back` in front of the bracket.
bool takeCpuAndFlags(Backward& back, LineHead& head) {
    back.blanks();
    if (back.last() != ']') {
        const auto token = back.token();
        const bool wide = token.size() >= 4 && token.size() <= 8 && isIrqFlags(token);
        const bool raw = token.starts_with("-0x") &&
                         wholeHex(token.substr(1));  // trace-cmd report -R of some versions
        if (!wide && !raw) return false;
        if (wide) head.flags = token;
        if (back.blanks() == 0) return false;
    }
    if (!back.take(']')) return false;
    const auto cpu = back.digits();
    if (cpu.empty() || !back.take('[')) return false;
    head.cpu = valueOf(cpu);
    head.hasCpu = true;
    return true;
}

bool readContextShape(Backward back, LineNumbers numbers, LineHead& head) {
    if (!takeCpuAndFlags(back, head)) return false;
    back.blanks();
    if (!takeTgid(back, head)) return false;
    return takeTask(back, numbers, head);
}

/// "comm-pid   1d.h1." before the time.
bool readLatencyShape(Backward back, LineNumbers numbers, LineHead& head) {
    back.blanks();
    const auto token = back.token();
    std::size_t digits = 0;
    while (digits < token.size() && isDigit(token[digits])) ++digits;
    const auto flags = token.substr(digits);
    if (digits == 0 || digits > 5 || flags.size() > 8 || (!flags.empty() && flags.size() < 3) ||
        !isIrqFlags(flags))
        return false;
    if (back.blanks() == 0) return false;
    head.cpu = valueOf(token.substr(0, digits));
    head.hasCpu = true;
    head.flags = flags;
    return takeTask(back, numbers, head);
}

/// kernel/trace/trace_output.c trace_print_lat_context with option verbose:
/// "%16s %7d %3d %d %08x %08lx [%08llx] %ld.%03ldms (+%ld.%03ldms): ", of a counter clock
/// "[%016llx] %lld (+%lld): ".
bool readVerboseShape(std::string_view before, LineHead& head) {
    Backward back{before.data(), before.data() + before.size()};
    if (!back.take(')')) return false;
    const auto gap = back.token();
    if (!gap.starts_with("(+") || back.blanks() == 0) return false;
    const bool milliseconds = back.token().ends_with("ms");
    back.blanks();
    const auto stamp = back.token();
    if (stamp.size() < 3 || !stamp.starts_with('[') || !stamp.ends_with(']')) return false;
    const auto clock = wholeHex(stamp.substr(1, stamp.size() - 2));
    back.blanks();
    const auto index = back.token();
    back.blanks();
    const auto count = back.token();
    back.blanks();
    const auto flags = back.digits();
    if (!clock || !wholeHex(index) || !wholeHex(count) || flags.empty() || back.blanks() == 0)
        return false;
    const auto cpu = back.digits();
    if (cpu.empty() || back.blanks() == 0) return false;
    const auto pid = back.digits();
    if (pid.empty() || !back.take(' ')) return false;
    head.shape = LineHead::Shape::Verbose;
    head.cpu = valueOf(cpu);
    head.hasCpu = true;
    head.pid = valueOf(pid);
    head.comm = trim({back.begin, static_cast<std::size_t>(back.at - back.begin)});
    if (milliseconds) {
        head.time = microseconds(*clock);
    } else {
        head.time = {.kind = LineTime::Kind::Counter, .bad = *clock >= kTimeLimit, .value = 0};
        if (!head.time.bad) head.time.value = static_cast<std::int64_t>(*clock);
    }
    return true;
}

/// Reads what stands before the colon at `colon`.
bool readBefore(std::string_view line, std::size_t colon, LineNumbers numbers, LineHead& head) {
    const std::string_view before = line.substr(0, colon);
    if (before.ends_with(')') && readVerboseShape(before, head)) {
        head.text = std::min(colon + 2, line.size());
        return true;
    }
    Backward back{before.data(), before.data() + before.size()};
    const LineTime time = takeTime(back);
    if (time.kind == LineTime::Kind::None) return false;
    LineHead probe;
    if (readContextShape(back, numbers, probe)) {
        probe.shape = LineHead::Shape::Context;
    } else {
        probe = {};
        if (!readLatencyShape(back, numbers, probe)) return false;
        probe.shape = LineHead::Shape::Latency;
    }
    probe.time = time;
    probe.text = std::min(colon + 2, line.size());
    head = probe;
    return true;
}

/// A line whose '-' stands at byte 16, as in every undamaged one: the comm is what stands before,
/// whatever it holds.
bool readColumns(std::string_view line, LineHead& head) {
    const char* at = line.data() + 17;
    const char* const end = line.data() + line.size();
    const auto skipBlanks = [&] {
        const char* const from = at;
        while (at < end && *at == ' ') ++at;
        return at != from;
    };
    LineHead probe{.shape = LineHead::Shape::Context};
    if (!takeNumber(at, end, probe.pid) || !skipBlanks() || at >= end) return false;
    if (*at == '(') {
        const char* const close = std::find(at, end, ')');
        if (close == end || close - at > 12) return false;
        const auto inside = trim({at + 1, static_cast<std::size_t>(close - at - 1)});
        if (const auto tgid = wholeNumber(inside); tgid && *tgid >= 0) {
            probe.tgid = *tgid;
        } else if (inside.find_first_not_of('-') != inside.npos) {
            return false;
        }
        at = close + 1;
        if (!skipBlanks()) return false;
    }
    if (at >= end || *at != '[') return false;
    ++at;
    const char* const cpu = at;
    if (!takeNumber(at, end, probe.cpu) || at - cpu < 3 || at >= end || *at != ']') return false;
    probe.hasCpu = true;
    ++at;
    skipBlanks();
    const char* token = at;
    while (at < end && *at != ' ') ++at;
    if (at == end || at[-1] != ':') {
        const std::string_view flags{token, static_cast<std::size_t>(at - token)};
        const bool isFlags = flags.size() >= 4 && flags.size() <= 8 && isIrqFlags(flags);
        if (at != end && isFlags && skipBlanks()) {
            probe.flags = flags;
            token = at;
            while (at < end && *at != ' ') ++at;
        }
    }
    if (at - token < 2 || at[-1] != ':') return false;
    probe.time = readTime({token, static_cast<std::size_t>(at - 1 - token)});
    if (probe.time.kind == LineTime::Kind::None) return false;
    probe.comm = trimLeft(line.substr(0, 16));
    probe.text = std::min(static_cast<std::size_t>(at - line.data()) + 1, line.size());
    head = probe;
    return true;
}

/// What stands behind "comm-pid" in a line that lost its CPU or its time (docs: formats, damaged
/// text).
bool readReducedRest(std::string_view line, std::size_t at, LineHead& head) {
    const auto skipBlanks = [&] {
        while (at < line.size() && isBlank(line[at])) ++at;
    };
    const auto token = [&] {
        std::size_t end = at;
        while (end < line.size() && !isBlank(line[end])) ++end;
        return line.substr(at, end - at);
    };
    skipBlanks();
    if (line.substr(at).starts_with(": ")) {
        head.text = at + 2;
    } else {
        auto cpu = token();
        if (cpu.size() < 3 || !cpu.starts_with('[') || !cpu.ends_with(']')) return false;
        const auto number = wholeNumber(cpu.substr(1, cpu.size() - 2));
        if (!number || *number < 0) return false;
        head.cpu = static_cast<std::uint64_t>(*number);
        head.hasCpu = true;
        at += cpu.size();
        skipBlanks();
        if (const auto flags = token();
            flags.size() >= 4 && flags.size() <= 8 && isIrqFlags(flags)) {
            head.flags = flags;
            at += flags.size();
            skipBlanks();
        }
        auto stamp = token();
        if (stamp.ends_with(':')) stamp.remove_suffix(1);
        if (const auto time = readTime(stamp); time.kind == LineTime::Kind::Seconds) {
            head.time = time;
            at += token().size();
            skipBlanks();
        }
        head.text = at;
    }
    // Prose is full of "a-1": only an event's name with its colon, or a stack header, makes it one.
    const auto text = line.substr(head.text);
    if (text.starts_with("<stack trace>") || text.starts_with("<user stack trace>")) return true;
    std::size_t name = 0;
    while (name < text.size() && isWord(text[name])) ++name;
    return name > 0 && !isDigit(text[0]) && name < text.size() && text[name] == ':' &&
           (name + 1 == text.size() || isBlank(text[name + 1]));
}

bool readReduced(std::string_view line, LineNumbers numbers, LineHead& head) {
    for (std::size_t dash = line.find('-'); dash != line.npos; dash = line.find('-', dash + 1)) {
        if (dash > 80) return false;
        std::size_t at = dash + 1;
        while (at < line.size() && isDigit(line[at])) ++at;
        if (at == dash + 1 || at >= line.size() || !isBlank(line[at])) continue;
        LineHead probe{.shape = LineHead::Shape::Reduced};
        if (!readReducedRest(line, at, probe)) continue;
        Backward back{line.data(), line.data() + at};
        if (!takeTask(back, numbers, probe)) continue;
        head = probe;
        return true;
    }
    return false;
}

}  // namespace

bool isIrqFlags(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char c) { return kFlagLetters[static_cast<unsigned char>(c)]; });
}

LineTime readTime(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    std::uint64_t whole = 0;
    if (!takeNumber(at, end, whole)) return {};
    LineTime time;
    if (at == end) {
        time.kind = LineTime::Kind::Counter;
        time.bad = whole >= kTimeLimit;
        time.value = time.bad ? 0 : static_cast<std::int64_t>(whole);
        return time;
    }
    if (*at != '.' || ++at == end) return {};
    std::uint64_t fraction = 0;
    int digits = 0;
    for (; at < end && isDigit(*at); ++at) {
        if (digits < 9) {  // ns are what the axis has
            fraction = fraction * 10 + static_cast<std::uint64_t>(*at - '0');
            ++digits;
        }
    }
    if (at != end) return {};
    for (; digits < 9; ++digits) fraction *= 10;
    time.kind = LineTime::Kind::Seconds;
    time.bad = whole >= kTimeLimit / kNsPerSecond;
    time.fine = fraction % 1000 != 0;
    time.value = time.bad ? 0 : static_cast<std::int64_t>(whole * kNsPerSecond + fraction);
    return time;
}

LineHead readFullHead(std::string_view line, LineNumbers numbers) {
    LineHead head;
    if (numbers == LineNumbers::No && line.size() > 30 && line[16] == '-' &&
        readColumns(line, head))
        return head;
    // The leftmost colon with a context part before it; one with no comm or too long a comm only if
    // no better follows.
    const std::string_view front = line.substr(0, kHeadLimit);
    for (std::size_t colon = front.find(':'); colon != front.npos;
         colon = front.find(':', colon + 1)) {
        if (colon + 1 < line.size() && !isBlank(line[colon + 1])) continue;
        LineHead probe;
        if (!readBefore(line, colon, numbers, probe)) continue;
        const bool good = !probe.comm.empty() && probe.comm.size() <= kCommMax;
        if (!head.found() || good) head = probe;
        if (good) break;
    }
    return head;
}

LineHead readLineHead(std::string_view line, LineNumbers numbers) {
    LineHead head = readFullHead(line, numbers);
    if (!head.found()) (void)readReduced(line, numbers, head);
    return head;
}

bool undoTypography(std::string_view line, std::string& repaired) {
    struct Replacement {
        std::string_view from;
        std::string_view to;
    };
    static constexpr std::array<Replacement, 7> kReplacements{{{"\xc2\xa0", "  "},
                                                               {"&lt;", "<"},
                                                               {"&gt;", ">"},
                                                               {"&amp;", "&"},
                                                               {"&nbsp;", " "},
                                                               {"\xe2\x80\x93", "-"},
                                                               {"\xe2\x80\x94", "-"}}};
    if (line.find_first_of("\xc2\xe2&") == line.npos) return false;
    repaired.clear();
    bool changed = false;
    for (std::size_t at = 0; at < line.size();) {
        const auto hit = std::ranges::find_if(kReplacements, [&](const Replacement& one) {
            return line.substr(at).starts_with(one.from);
        });
        if (hit == kReplacements.end()) {
            repaired.push_back(line[at++]);
            continue;
        }
        repaired.append(hit->to);
        at += hit->from.size();
        changed = true;
    }
    return changed;
}

}  // namespace kscope::parsers
