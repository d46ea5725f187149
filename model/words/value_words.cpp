// SPDX-License-Identifier: GPL-3.0-or-later
/// Numbers, letters and bits of the kernel in words.
#include "model/words/value_words.h"

#include "model/core/format.h"
#include "model/words/word_table.h"
#include "model/words/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kscope::model {
namespace {

constexpr std::uint64_t kPageBytes = 4096;  // of x86-64 and of most others; the trace does not say
constexpr int kMostErrno = 4095;            // include/linux/err.h MAX_ERRNO

void appendClause(std::string& text, std::string_view clause, std::string_view separator = ", ") {
    if (clause.empty()) return;
    if (!text.empty()) text += separator;
    text += clause;
}

/// Calls `part(name)` for each name between '|'.
template <class Part> void eachName(std::string_view flags, Part part) {
    while (!flags.empty()) {
        const auto end = std::min(flags.find('|'), flags.size());
        part(flags.substr(0, end));
        flags.remove_prefix(std::min(end + 1, flags.size()));
    }
}

std::string stateLetters(std::string_view value, std::size_t column) {
    const bool preempted = value.ends_with('+');
    if (preempted) {
        if (const auto* const row = letterTable().find("R+")) return std::string((*row)[column]);
    }
    std::string text;
    eachName(value, [&](std::string_view letter) {
        const auto* const row = letterTable().find(letter);
        if (row != nullptr && (column == 1 || text.empty())) appendClause(text, (*row)[column]);
    });
    return text;
}
std::string stateValue(std::string_view value) { return stateLetters(value, 1); }
std::string leavesValue(std::string_view value) { return stateLetters(value, 2); }

std::string prioValue(std::string_view value) {
    const auto number = numberOf(value);
    return number && *number >= -1 && *number < 140 ? priorityWords(static_cast<int>(*number))
                                                    : std::string{};
}
std::string signalValue(std::string_view value) {
    const auto number = numberOf(value);
    return number && *number > 0 && *number < 65 ? signalWords(static_cast<int>(*number))
                                                 : std::string{};
}
std::string signalNameValue(std::string_view value) {
    auto words = signalValue(value);
    if (const auto colon = words.find(':'); colon != words.npos) words.resize(colon);
    return words;
}
std::string errnoValue(std::string_view value) {
    const auto number = numberOf(value);
    if (!number || *number == 0 || *number < -kMostErrno || *number > kMostErrno) return {};
    return errnoWords(static_cast<int>(std::abs(*number)));
}
std::string softirqValue(std::string_view value) {
    const auto number = numberOf(value);
    return number && *number >= 0 ? std::string(softirqWords(static_cast<std::uint32_t>(*number)))
                                  : std::string{};
}
std::string softirqNameValue(std::string_view value) {
    const auto* const row = softirqTable().find(value);
    return row == nullptr ? std::string{} : std::string((*row)[1]);
}
std::string gfpValue(std::string_view value) {
    std::string text;
    eachName(value, [&](std::string_view flag) { appendClause(text, gfpWords(flag), "; "); });
    return text;
}
std::string orderValue(std::string_view value) {
    const auto order = numberOf(value);
    if (!order || *order < 0 || *order > 20) return {};
    const auto pages = 1ull << *order;
    return fmt::format("{}, {}", pages == 1 ? "1 page" : fmt::format("{} pages in a row", pages),
                       formatBytes(pages * kPageBytes));
}
std::string bytesValue(std::string_view value) {
    const auto bytes = numberOf(value);
    return bytes && *bytes >= 1024 ? formatBytes(static_cast<std::uint64_t>(*bytes))
                                   : std::string{};
}
std::string sectorsValue(std::string_view value) {
    const auto sectors = numberOf(value);
    constexpr std::int64_t kMost = std::int64_t{1} << 50;
    if (!sectors || *sectors < 0 || *sectors > kMost) return {};
    return formatBytes(static_cast<std::uint64_t>(*sectors) * 512);
}
std::string nsValue(std::string_view value) {
    value = value.substr(0, value.find(' '));
    const auto ns = numberOf(value);
    return ns && *ns >= 0 ? formatDuration(Duration{*ns}) : std::string{};
}
std::string khzValue(std::string_view value) {
    const auto khz = numberOf(value);
    return khz && *khz > 0 ? fmt::format("{:.2f} GHz", static_cast<double>(*khz) / 1e6)
                           : std::string{};
}
/// "003" of the kernel's %03d as "3".
std::string cpuValue(std::string_view value) {
    const auto cpu = numberOf(value);
    return cpu ? fmt::to_string(*cpu) : std::string{};
}
/// (u32)-1 is how cpu_idle says that the CPU wakes: include/trace/events/power.h PWR_EVENT_EXIT.
std::string idleValue(std::string_view value) {
    const auto state = numberOf(value);
    if (!state) return {};
    return *state == 4294967295 || *state == -1 ? "leaves idle"
                                                : fmt::format("enters idle state {}", *state);
}

struct Bit {
    std::uint64_t bit;
    std::string_view set;
    std::string_view clear;
};
template <std::size_t Size>
std::string bitWords(std::optional<std::uint64_t> value, const std::array<Bit, Size>& bits) {
    std::string text;
    if (value)
        for (const auto& bit : bits)
            appendClause(text, (*value & bit.bit) != 0 ? bit.set : bit.clear);
    return text;
}
std::string faultValue(std::string_view value) {  // arch/x86/include/asm/trap_pf.h
    static constexpr std::array<Bit, 6> kBits{
        {{0x1, "the page is there but does not allow it", "no page is mapped there yet"},
         {0x2, "a write", ""},
         {0x10, "fetching an instruction", ""},
         {0x4, "from user mode", "from the kernel"},
         {0x8, "a reserved bit was set in the page table", ""},
         {0x20, "a protection key forbids it", ""}}};
    const auto bits = hexOf(value);
    auto text = bitWords(bits, kBits);
    if (bits && (*bits & 0x12) == 0) text = "a read, " + text;
    return text;
}
std::string cloneValue(std::string_view value) {  // include/uapi/linux/sched.h; always hexadecimal
    static constexpr std::array<Bit, 16> kBits{
        {{0x10000, "a thread of the same process", "a process of its own"},
         {0x100, "shares memory", "own copy of the memory"},
         {0x200, "shares working folder and umask", ""},
         {0x400, "shares open files", ""},
         {0x800, "shares signal handlers", ""},
         {0x2000, "stays under its tracer", ""},
         {0x4000, "the parent waits until exec or exit", ""},
         {0x8000, "has the parent's parent", ""},
         {0x20000, "own mounts", ""},
         {0x2000000, "own cgroup view", ""},
         {0x4000000, "own host name", ""},
         {0x8000000, "own IPC", ""},
         {0x10000000, "own user ids", ""},
         {0x20000000, "own process ids", ""},
         {0x40000000, "own network", ""},
         {0x80000, "own thread storage", ""}}};
    return bitWords(hexOf(value), kBits);
}
std::string saFlagsValue(std::string_view value) {  // include/uapi/asm-generic/signal-defs.h
    static constexpr std::array<Bit, 7> kBits{{{0x1, "no signal when a child stops", ""},
                                               {0x2, "children leave no zombie", ""},
                                               {0x4, "the handler gets three arguments", ""},
                                               {0x8000000, "runs on its own stack", ""},
                                               {0x10000000, "interrupted calls are restarted", ""},
                                               {0x40000000, "may interrupt itself", ""},
                                               {0x80000000, "the handler is used once", ""}}};
    return bitWords(hexOf(value), kBits);
}
std::string handlerValue(std::string_view value) {
    const auto address = hexOf(value);
    if (!address) return {};
    if (*address == 0) return "default action";
    return *address == 1 ? "ignored" : "the program's own handler";
}
std::string
signalResultValue(std::string_view value) {  // include/trace/events/signal.h TRACE_SIGNAL_*
    constexpr std::array<std::string_view, 5> kMeanings{
        "will be delivered", "ignored by the receiver", "already pending, so one is enough",
        "lost: the queue is full", "queued, but its details are lost"};
    const auto number = numberOf(value);
    return number && *number >= 0 && *number < 5
               ? std::string(kMeanings[static_cast<std::size_t>(*number)])
               : std::string{};
}
std::string signalCodeValue(std::string_view value) {  // include/uapi/asm-generic/siginfo.h
    const auto code = numberOf(value);
    if (!code) return {};
    switch (*code) {
    case 0: return "sent by kill() of a process";
    case 128: return "sent by the kernel";
    case -1: return "sent by sigqueue()";
    case -2: return "a POSIX timer ran out";
    case -6: return "sent by tgkill() to one thread";
    default: return *code > 0 ? "sent by the kernel, the number says why" : std::string{};
    }
}
/// An F before the operation is a flush, after it force unit access; a request may be nothing but a
/// flush, and is then often FF: kernel/trace/blktrace.c blk_fill_rwbs.
std::string rwbsValue(std::string_view value) {
    std::string text;
    const auto flushes = std::min(value.find_first_not_of('F'), value.size());
    if (flushes > 0) {
        constexpr std::string_view kOperations = "RWDEN";
        const bool more =
            flushes < value.size() && kOperations.find(value[flushes]) != std::string_view::npos;
        appendClause(text, more ? "flush the disk's cache first" : "flush the disk's cache");
    }
    for (const char letter : value.substr(flushes)) {
        switch (letter) {
        case 'R': appendClause(text, "read"); break;
        case 'W': appendClause(text, "write"); break;
        case 'D': appendClause(text, "discard"); break;
        case 'E': appendClause(text, "secure erase"); break;
        case 'N': appendClause(text, "no data"); break;
        case 'F': appendClause(text, "must reach the medium"); break;
        case 'A': appendClause(text, "read-ahead"); break;
        case 'S': appendClause(text, "somebody waits for it"); break;
        case 'M': appendClause(text, "metadata"); break;
        default: break;
        }
    }
    return text;
}
/// Where on a disk. A flush has no place: its sector is -1, printed without a sign
/// (include/linux/blk-mq.h blk_rq_pos).
std::string placeValue(std::string_view value) {
    if (value == "18446744073709551615" || value == "-1") return "at no sector";
    return hexOf(value) ? fmt::format("at sector {}", value) : std::string{};
}
std::string syscallValue(std::string_view value) {
    const auto* const row = syscallByNumber(value);
    return row == nullptr ? std::string{} : std::string((*row)[0]);
}
/// What a system call gave back: hexadecimal behind 0x, decimal else (formats.md 1.14).
std::string returnValue(std::string_view value) {
    std::int64_t number = 0;
    if (value.starts_with("0x")) {
        const auto hex = hexOf(value);
        if (!hex) return {};
        number = static_cast<std::int64_t>(*hex);
    } else if (const auto decimal = numberOf(value)) {
        number = *decimal;
    } else {
        return {};
    }
    if (number < 0 && number >= -kMostErrno) {
        if (auto words = errnoWords(static_cast<int>(-number)); !words.empty()) return words;
        return fmt::format("error {}", -number);
    }
    return number > -65536 && number < (1 << 24)
               ? fmt::format("{}", number)
               : fmt::format("{:#x}", static_cast<std::uint64_t>(number));
}
std::string threadValue(std::string_view value) {
    const auto bits = hexOf(value);
    return !bits ? "task" : (*bits & 0x10000) != 0 ? "thread" : "process";
}
std::string accessValue(std::string_view value) {
    const auto bits = hexOf(value);
    if (!bits) return "touches";
    return (*bits & 0x10) != 0 ? "runs code at" : (*bits & 2) != 0 ? "writes to" : "reads";
}
std::string migratetypeValue(std::string_view value) {  // include/linux/mmzone.h enum migratetype
    constexpr std::array<std::string_view, 6> kMeanings{
        "unmovable", "movable", "reclaimable", "kept for urgent requests", "CMA", "isolated"};
    const auto number = numberOf(value);
    return number && *number >= 0 && *number < 6
               ? std::string(kMeanings[static_cast<std::size_t>(*number)])
               : std::string{};
}

struct Kind {
    std::string_view name;
    std::string (*words)(std::string_view value);
};
constexpr std::array<Kind, 29> kValueKinds{{{"access", accessValue},
                                            {"bytes", bytesValue},
                                            {"clone", cloneValue},
                                            {"cpu", cpuValue},
                                            {"errno", errnoValue},
                                            {"fault", faultValue},
                                            {"gfp", gfpValue},
                                            {"handler", handlerValue},
                                            {"idle", idleValue},
                                            {"khz", khzValue},
                                            {"leaves", leavesValue},
                                            {"migratetype", migratetypeValue},
                                            {"ns", nsValue},
                                            {"order", orderValue},
                                            {"place", placeValue},
                                            {"prio", prioValue},
                                            {"return", returnValue},
                                            {"rwbs", rwbsValue},
                                            {"saflags", saFlagsValue},
                                            {"sectors", sectorsValue},
                                            {"sigcode", signalCodeValue},
                                            {"signal", signalValue},
                                            {"signame", signalNameValue},
                                            {"sigresult", signalResultValue},
                                            {"softirq", softirqValue},
                                            {"softirqname", softirqNameValue},
                                            {"state", stateValue},
                                            {"syscall", syscallValue},
                                            {"thread", threadValue}}};

template <class Int> std::optional<Int> wholeNumber(std::string_view text, int base) {
    Int value{};
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> numberOf(std::string_view text) {
    if (text.starts_with("0x")) {
        const auto hex = hexOf(text);
        return hex ? std::optional{static_cast<std::int64_t>(*hex)} : std::nullopt;
    }
    return wholeNumber<std::int64_t>(text, 10);
}
std::optional<std::uint64_t> hexOf(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    return wholeNumber<std::uint64_t>(text, 16);
}

std::string valueWords(std::string_view kind, std::string_view value) {
    const auto* const found = std::ranges::find(kValueKinds, kind, &Kind::name);
    return found == kValueKinds.end() ? std::string{} : found->words(value);
}

}  // namespace kscope::model
