// SPDX-License-Identifier: GPL-3.0-or-later
/// Tells apart what kernel/trace/trace_output.c, trace_printk.c, trace_syscalls.c and blktrace.c
/// print.
#include "parsers/ftrace/event_name.h"

#include "parsers/text/number.h"

namespace kscope::parsers {
namespace {

constexpr bool isSymbol(char c) { return isWord(c) || c == '.' || c == '$' || c == '@'; }

std::size_t wordLength(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && isWord(text[at])) ++at;
    return at;
}
std::size_t skipBlanks(std::string_view text, std::size_t at) {
    while (at < text.size() && isBlank(text[at])) ++at;
    return at;
}

/// Length of "+0x1a/0x50", 0 where `text` does not begin so.
std::size_t symbolOffset(std::string_view text) {
    if (!text.starts_with("+0x")) return 0;
    std::size_t at = 3;
    while (at < text.size() && (isHexDigit(text[at]) || text[at] == '/' || text[at] == 'x')) ++at;
    return at;
}

/// "major,minor" at the begin of a blk tracer's text: kernel/trace/blktrace.c blk_log_action.
bool isDevice(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    std::uint64_t number = 0;
    if (!takeNumber(at, end, number) || at == end || *at != ',') return false;
    ++at;
    return takeNumber(at, end, number) && at < end && *at == ' ';
}

bool isMarkerName(std::string_view name) {
    return name == "tracing_mark_write" || name == "print" || name == "bprint" || name == "bputs" ||
           name == "0";
}

/// A symbol that no ':' follows at once: an entry of the function tracer, or none (kind Nameless).
EventName readFunction(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && isSymbol(text[at])) ++at;
    EventName nameless;
    if (at == 0) return nameless;
    const bool hexAddress = text.starts_with("0x") && wholeHex(text.substr(0, at));
    if (isDigit(text[0]) && !hexAddress) return nameless;
    EventName function{.kind = EventName::Kind::Function};
    const std::size_t offset = symbolOffset(text.substr(at));
    at += offset;
    const auto rest = text.substr(at);
    if (offset != 0 && rest.starts_with(": ")) {  // option sym-offset names the printk's place so
        return {.kind = EventName::Kind::Print, .args = at + 2};
    }
    if (trim(rest).empty() || rest.starts_with(" <-") || rest.starts_with(" [") || offset != 0)
        return function;
    // Option func-args: "func(a=0x1, …) <-caller"; /proc/latency_trace of 2006: "func (caller)",
    // "func <task> (…)".
    if (rest.find(" <-") != rest.npos || rest.starts_with(" (") || rest.starts_with(" <"))
        return function;
    return nameless;
}

/// "sys_openat(…" or "sys_openat -> …": kernel/trace/trace_syscalls.c. There is no ": " behind the
/// name.
EventName readSyscall(std::string_view text, std::size_t word) {
    const auto rest = text.substr(word);
    const auto name = text.substr(4, word - 4);
    if (rest.starts_with('('))
        return {.kind = EventName::Kind::SyscallEnter, .name = name, .args = word};
    if (rest.starts_with(" -> "))
        return {.kind = EventName::Kind::SyscallExit, .name = name, .args = word + 1};
    return {};
}

}  // namespace

bool isStackName(std::string_view name) { return name.ends_with("_stack"); }

EventName readEventName(std::string_view text) {
    if (text.starts_with('<')) {
        if (text.starts_with("<stack trace")) return {.kind = EventName::Kind::KernelStack};
        if (text.starts_with("<user stack trace")) return {.kind = EventName::Kind::UserStack};
    }
    const std::size_t word = wordLength(text);
    const bool colon =
        word > 0 && word < text.size() && text[word] == ':' &&
        (word + 1 == text.size() || isBlank(text[word + 1]) || text[word + 1] == '\r');
    if (colon) {
        const auto name = text.substr(0, word);
        const std::size_t args = word + 1 < text.size() ? word + 2 : word + 1;
        if (isMarkerName(name)) return {.kind = EventName::Kind::Print, .args = args};
        if (isDigit(name[0])) return {};
        if (isStackName(name)) {
            const auto words = text.substr(skipBlanks(text, args));  // trace-cmd pads the name
            if (words.starts_with("<stack trace >")) return {.kind = EventName::Kind::KernelStack};
            if (words.starts_with("<user stack trace")) return {.kind = EventName::Kind::UserStack};
        }
        return {.kind = EventName::Kind::Named, .name = name, .args = args};
    }
    if (word > 4 && text.starts_with("sys_")) {
        if (auto syscall = readSyscall(text, word); syscall.kind != EventName::Kind::Nameless)
            return syscall;
    }
    if (text.starts_with("# ")) {  // trace_marker_raw: "# %x buf:" then bytes
        std::size_t at = 2;
        while (at < text.size() && isHexDigit(text[at])) ++at;
        if (at > 2 && text.substr(at).starts_with(" buf:"))
            return {.kind = EventName::Kind::RawData};
    }
    if (isDevice(trimLeft(text))) return {.kind = EventName::Kind::Blk};
    return readFunction(text);
}

std::string_view shownName(const EventName& event, std::string_view tracer, std::string& scratch) {
    switch (event.kind) {
    case EventName::Kind::Named: return event.name;
    case EventName::Kind::Function: return "function";
    case EventName::Kind::Print: return "print";
    case EventName::Kind::RawData: return "raw_data";
    case EventName::Kind::SyscallEnter: return scratch.assign("sys_enter_").append(event.name);
    case EventName::Kind::SyscallExit: return scratch.assign("sys_exit_").append(event.name);
    case EventName::Kind::Blk: return "blk";
    case EventName::Kind::KernelStack:
    case EventName::Kind::UserStack: return {};
    case EventName::Kind::Nameless: break;
    }
    const bool names =
        !tracer.empty() && tracer != "nop" && tracer != "function" && tracer != "function_graph";
    return names ? tracer : std::string_view("unknown");
}

}  // namespace kscope::parsers
