// SPDX-License-Identifier: GPL-3.0-or-later
/// The fast path: lines of the strict form compare with what was seen last instead of being parsed.
/// Whatever is not exactly of that form is left to the general path, so this decides nothing that
/// the other would decide differently.
#include "parsers/ftrace/part_parser_impl.h"
#include "parsers/text/number.h"

#include <algorithm>
#include <bit>

namespace kscope::parsers {
namespace {

/// Digits are read in memory order: on big-endian machines all lines take the general path.
constexpr bool kLittle = std::endian::native == std::endian::little;
constexpr std::size_t kKey = 48;          // bytes in front of '[' that are compared at most
constexpr std::size_t kTimeColumns = 24;  // no seconds are wider
constexpr std::size_t kTimeWithin = 96;   // where the time's colon is looked for

#if defined(__SSE2__)
std::uint32_t mask16(const char* at, char value) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(value))));
}
/// Distance to the first ':' in the 32 bytes at `at`; 32 where there is none.
std::size_t colonWithin32(const char* at) {
    return static_cast<std::size_t>(std::countr_zero(mask16(at, ':') | mask16(at + 16, ':') << 16));
}
/// Whether the last `width` of the 48 bytes are the same.
bool sameTail(const char* one, const char* other, std::size_t width) {
    std::uint64_t same = 0;
    for (int block = 0; block < 3; ++block) {
        const __m128i left = _mm_loadu_si128(reinterpret_cast<const __m128i*>(one + 16 * block));
        const __m128i right = _mm_loadu_si128(reinterpret_cast<const __m128i*>(other + 16 * block));
        const auto bits =
            static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(left, right)));
        same |= static_cast<std::uint64_t>(bits) << 16 * block;
    }
    const std::uint64_t wanted = (~std::uint64_t{0} << (kKey - width)) & 0xffffffffffff;
    return (same & wanted) == wanted;
}
/// The ": " behind a digit in the first bytes of a line: the time's, nearly always. Null where
/// there is none.
const char* findTimeColon(const char* at, const char* lineEnd) {
    const auto size = std::min(kTimeWithin, static_cast<std::size_t>(lineEnd - at));
    for (std::size_t block = 0; block < size; block += 16) {
        std::uint32_t hits = mask16(at + block, ':') & mask16(at + block + 1, ' ');
        for (; hits != 0; hits &= hits - 1) {
            const char* const colon = at + block + std::countr_zero(hits);
            if (colon - at > 16 && isDigit(colon[-1]) && (colon[-7] == '.' || colon[-10] == '.'))
                return colon;
        }
    }
    return nullptr;
}
#else
std::size_t colonWithin32(const char* at) {
    const auto* const found = static_cast<const char*>(std::memchr(at, ':', 32));
    return found ? static_cast<std::size_t>(found - at) : 32;
}
bool sameTail(const char* one, const char* other, std::size_t width) {
    return std::memcmp(one + kKey - width, other + kKey - width, width) == 0;
}
const char* findTimeColon(const char* at, const char* lineEnd) {
    const char* const end = at + std::min(kTimeWithin, static_cast<std::size_t>(lineEnd - at));
    for (const char* colon = at + 17; colon < end; ++colon) {
        if (colon[0] == ':' && colon[1] == ' ' && isDigit(colon[-1]) &&
            (colon[-7] == '.' || colon[-10] == '.'))
            return colon;
    }
    return nullptr;
}
#endif

/// Blanks, then digits only.
bool readSeconds(const char* at, std::size_t width, std::int64_t& value) {
    const char* const end = at + width;
    while (at < end && *at == ' ') ++at;
    std::uint64_t sum = 0;
    if (!takeNumber(at, end, sum) || at != end || sum >= (std::uint64_t{1} << 62) / 1'000'000'000)
        return false;
    value = static_cast<std::int64_t>(sum);
    return true;
}

/// "%16s-%-7d " in front of the bracket, without a tgid: what readFullHead makes of it, at a tenth
/// of the cost.
bool readPaddedTask(std::string_view line, const char* bracket, LineHead& head) {
    const char* at = line.data() + 17;
    if (!takeNumber(at, bracket, head.pid) || at == bracket) return false;
    while (at < bracket && *at == ' ') ++at;
    if (at != bracket) return false;
    head.shape = LineHead::Shape::Context;
    head.comm = line.substr(0, 16);
    while (!head.comm.empty() && isBlank(head.comm.front())) head.comm.remove_prefix(1);
    return true;
}

bool readCpu(const char* bracket, std::uint16_t& cpu) {
    if (bracket[0] != '[' || bracket[4] != ']' || !isDigit(bracket[1]) || !isDigit(bracket[2]) ||
        !isDigit(bracket[3]))
        return false;
    cpu = static_cast<std::uint16_t>((bracket[1] - '0') * 100 + (bracket[2] - '0') * 10 +
                                     (bracket[3] - '0'));
    return true;
}

}  // namespace

/// Digits of the fraction at `at` and the ": " behind them; null: not of the strict form, else
/// where the event's name begins.
inline const char* FtracePartParser::Impl::fastFraction(const char* at, std::int64_t& ticks) const {
    if (at[6] == ':') {
        const std::uint64_t digits = (loadWord(at - 2) & ~std::uint64_t{0xffff}) | 0x3030;
        if (at[7] != ' ' || !eightDigits(digits)) return nullptr;
        ticks = seconds * 1'000'000 + eightDigitValue(digits);
        if (sink.tick() == 1) ticks *= 1000;
        return at + 8;
    }
    if (at[9] != ':' || at[10] != ' ' || sink.tick() != 1) return nullptr;
    const std::uint64_t digits = loadWord(at);
    if (!eightDigits(digits) || !isDigit(at[8])) return nullptr;
    ticks = seconds * 1'000'000'000 + eightDigitValue(digits) * std::int64_t{10} + (at[8] - '0');
    return at + 11;
}

/// A counter clock: digits up to the colon.
const char* FtracePartParser::Impl::fastCounter(const char* at, std::int64_t& ticks) {
    while (*at == ' ') ++at;
    const char* const begin = at;
    std::int64_t sum = 0;
    while (isDigit(*at) && at - begin < 18) sum = sum * 10 + (*at++ - '0');
    if (at == begin || at[0] != ':' || at[1] != ' ') return nullptr;
    ticks = sum;
    return at + 2;
}

/// Reads the time behind the blank at `at`.
inline const char* FtracePartParser::Impl::fastTime(const char* at, std::int64_t& ticks) {
    if (at[dot] != '.') [[unlikely]] {
        if (layout.clock.counter) return fastCounter(at, ticks);
        std::size_t place = 2;
        while (place < kTimeColumns && at[place] != '.' && at[place] != ':') ++place;
        if (place >= kTimeColumns || at[place] != '.') return nullptr;
        dot = place;
    }
    const std::size_t width = dot - 1;  // columns of the seconds
    if (width > 8) [[unlikely]] {
        if (!readSeconds(at + 1, width, seconds)) return nullptr;
        secondsKey = 0;
    } else if (const std::uint64_t key = loadWord(at + dot - 8) >> 8 * (8 - width);
               key != secondsKey) [[unlikely]] {
        if (!readSeconds(at + 1, width, seconds)) return nullptr;
        secondsKey = key;
    }
    return fastFraction(at + dot + 1, ticks);
}

/// What the flags' bytes mean. False: they are none.
inline bool FtracePartParser::Impl::fastFlags(const char* at, std::size_t width,
                                              model::EventFlags& flags) {
    if (width == 0) {
        flags = model::kNoFlags;
        return true;
    }
    const std::uint64_t key = loadWord(at) & (~std::uint64_t{0} >> 8 * (8 - width));
    FlagSlot& slot = flagSlots[key * 0x9e3779b97f4a7c15 >> 58];
    if (slot.key != key) [[unlikely]] {
        if (!isIrqFlags({at, width})) return false;
        slot = {key, readIrqFlags({at, width}, layout)};
    }
    flags = slot.flags;
    return true;
}

/// Columns that stand still: '-' at 16, the bracket and the time's blank where the head had them.
inline bool FtracePartParser::Impl::fixedHead(const char* at, const char* lineEnd, FastHead& head) {
    const char* const bracket = at + layout.bracketColumn;
    const char* const blank = layout.flagWidth == 0 ? bracket + 5 : bracket + 6 + layout.flagWidth;
    if (lineEnd - blank < 8 || at[16] != '-' || bracket[5] != ' ' || *blank != ' ' ||
        !readCpu(bracket, head.cpu))
        return false;
    if (!fastFlags(bracket + 6, layout.flagWidth, head.flags)) return false;
    head.name = fastTime(blank, head.ticks);
    head.bracket = bracket;
    head.taskBegin = at;
    head.at16 = true;
    return head.name != nullptr;
}

/// The same columns anywhere in the line: found backwards from the time's colon.
inline bool FtracePartParser::Impl::floatingHead(const char* at, const char* lineEnd,
                                                 FastHead& head) {
    if (lineEnd - at < 32) return false;
    const char* const colon = findTimeColon(at, lineEnd);
    if (colon == nullptr) return false;
    const char* const fraction = colon[-7] == '.' ? colon - 6 : colon - 9;
    const char* blank = fraction - 2;  // in front of the seconds
    const char* const limit = at + 16;
    while (blank > limit && isDigit(*blank)) --blank;
    if (blank == limit || *blank != ' ' || blank == fraction - 2) return false;
    if (!readSeconds(blank + 1, static_cast<std::size_t>(fraction - 1 - (blank + 1)), seconds))
        return false;
    secondsKey = 0;
    head.name = fastFraction(fraction, head.ticks);
    if (head.name == nullptr) return false;
    const char* end = blank;
    while (end > limit && end[-1] == ' ') --end;
    std::size_t width = 0;
    if (end[-1] != ']') {
        while (width < 9 && end[-1] != ' ') --end, ++width;
        if (width < 4 || width > 8 || end[-2] != ']') return false;
    }
    if (!fastFlags(end, width, head.flags)) return false;
    if (width > 0) --end;
    head.bracket = end - 5;
    if (head.bracket < at + 3 || !readCpu(head.bracket, head.cpu)) return false;
    head.taskBegin = at;
    head.at16 = at[16] == '-' && !layout.lineNumbers;
    if (layout.lineNumbers) {  // what is compared begins behind them
        while (isDigit(*head.taskBegin)) ++head.taskBegin;
        if (head.taskBegin == at || *head.taskBegin != ' ') return false;
        while (*head.taskBegin == ' ') ++head.taskBegin;
    }
    return true;
}

/// Reads comm, pid and tgid of a line whose bracket stands at `head.bracket`, and what of it must
/// be the same again. False: leave it to the general path.
bool FtracePartParser::Impl::learnTask(SeenTask& task, std::string_view line,
                                       const FastHead& head) {
    LineHead found;
    if (head.at16 && readPaddedTask(line, head.bracket, found)) {
        found.cpu = head.cpu;
        found.text = static_cast<std::size_t>(head.name - line.data());
    } else {
        found = readFullHead(line, numbers());
    }
    if (found.shape != LineHead::Shape::Context || found.pid > INT32_MAX || found.cpu != head.cpu)
        return false;
    const char* const comm = found.comm.data();
    if (comm < head.taskBegin || comm > head.bracket || line.data() + found.text != head.name)
        return false;
    // '-' at 16: all before it is the comm. Else the comm begins the line, or two blanks or a tab
    // end whatever stands in front of it.
    const char* key = head.taskBegin;
    task.at16 = head.at16;
    if (comm != head.taskBegin && !head.at16) {
        if (comm - head.taskBegin >= 2 && comm[-1] == ' ' && comm[-2] == ' ') {
            key = comm - 2;
        } else if (comm[-1] == '\t') {
            key = comm - 1;
        } else if (comm - head.taskBegin != 1 || comm[-1] != ' ') {
            return false;
        }
    }
    const auto width = static_cast<std::size_t>(head.bracket - key);
    if (width > kKey || found.comm.empty()) return false;
    std::memcpy(task.bytes.data() + kKey - width, key, width);
    task.width = static_cast<std::uint8_t>(width);
    task.beginsLine = key == head.taskBegin;
    task.repaired = task.beginsLine && found.repaired;
    task.tid = static_cast<std::int64_t>(found.pid);
    task.commAt = static_cast<std::uint8_t>(kKey - static_cast<std::size_t>(head.bracket - comm));
    task.commLength = static_cast<std::uint8_t>(found.comm.size());
    task.task = sink.task(task.tid, found.comm, model::CpuId{head.cpu}, found.tgid);
    task.generation = sink.taskGeneration();
    return true;
}

/// Whether the line's task is the one seen last on its CPU. `oldest`: nothing before it can be
/// read.
inline bool FtracePartParser::Impl::sameTask(const SeenTask& task, const FastHead& head,
                                             const char* oldest) const {
    if (task.generation != sink.taskGeneration() || task.at16 != head.at16) return false;
    const auto before = static_cast<std::size_t>(head.bracket - head.taskBegin);
    if (task.beginsLine ? before != task.width : before < task.width) return false;
    if (static_cast<std::size_t>(head.bracket - oldest) < kKey) {
        return std::memcmp(head.bracket - task.width, task.bytes.data() + kKey - task.width,
                           task.width) == 0;
    }
    return sameTail(head.bracket - kKey, task.bytes.data(), task.width);
}

/// What stands in front of the task, if anything: quoting and numbers make it a repaired line.
/// False: ask the general path.
inline bool FtracePartParser::Impl::fastPrefix(const char* at, const SeenTask& task,
                                               const FastHead& head, bool& isRepaired) const {
    const char* const end = head.bracket - task.width;
    isRepaired = task.repaired || head.taskBegin != at;
    const char* front = head.taskBegin;
    while (front < end && isBlank(*front)) ++front;
    if (front >= end) return true;
    isRepaired = true;
    return isDigit(*front) || *front == '>';
}

/// Reads lines from `at` as long as they are of the strict form, begin before `stop`, and a whole
/// line follows or nothing does; returns the first line that is left to the general path.
template <FtracePartParser::Impl::Columns columns>
const char* FtracePartParser::Impl::fastLines(const char* at, const char* stop,
                                              const Window& window) {
    if (!kLittle) return at;
    const bool report = layout.kind == "trace-cmd-report";
    const char* lineEnd = findLineEnd(at, window.end);
    const SeenTask* lastTask = nullptr;
    std::uint16_t lastCpu = 0;
    bool lastPrint = false;
    while (at < stop && lineEnd != window.end) {
        const char* const nextEnd = findLineEnd(lineEnd + 1, window.end);
        if (nextEnd == window.end && !window.last) break;
        FastHead head;
        if constexpr (columns == Columns::Fixed) {
            if (!fixedHead(at, lineEnd, head)) break;
        } else {
            if (!floatingHead(at, lineEnd, head)) break;
        }
        if (head.name >= lineEnd) break;
        const std::size_t length = colonWithin32(head.name);
        const char* args = head.name + length + 2;
        NameSlot* const slot = sink.findName(head.name, length);
        if (slot == nullptr || args > lineEnd || args[-1] != ' ') break;
        if (report) {
            while (*args == ' ') ++args;
            if (*args == '[') break;  // [FAILED TO PARSE]
        }
        const model::CpuId cpu{head.cpu};
        const std::uint64_t place = positionOf(at, window);
        sink.prepare(head.ticks, place);
        SeenTask& task = seen[head.cpu];
        if (!sameTask(task, head, window.begin)) {
            if (!learnTask(task, {at, static_cast<std::size_t>(lineEnd - at)}, head)) {
                task.generation = 0;
                break;
            }
        }
        if constexpr (columns == Columns::Floating) {
            bool isRepaired = false;
            if (!fastPrefix(at, task, head, isRepaired)) break;
            if (isRepaired) sink.diagnose(model::DiagnosticKind::RepairedLine, {lines + 1, place});
        }
        sink.add(head.ticks, place, sink.index(*slot), cpu, task.task, head.flags);
        ++lines;
        lastTicks = head.ticks;
        lastTask = &task;
        lastCpu = head.cpu;
        lastPrint = slot->print;
        if (slot->meaning != Meaning::None) {
            const char* const argsEnd = lineEnd[-1] == '\r' ? lineEnd - 1 : lineEnd;
            if (!sink.addHandler(slot->meaning, args, argsEnd)) {
                const Subject who{.cpu = cpu,
                                  .task = task.task,
                                  .tid = task.tid,
                                  .comm = {task.bytes.data() + task.commAt, task.commLength}};
                if (!fastTyped(slot->meaning, at, args, argsEnd, lineEnd + 1, who, window)) {
                    noteLast(*lastTask, lastCpu, lastPrint);
                    restIsNext = true;
                    return lineEnd + 1;
                }
            }
        }
        at = lineEnd + 1;
        lineEnd = nextEnd;
    }
    if (lastTask) {
        noteLast(*lastTask, lastCpu, lastPrint);
        restIsNext = false;
    }
    return at;
}

void FtracePartParser::Impl::noteLast(const SeenTask& task, std::uint16_t cpu, bool print) {
    anyTime = true;
    anyEvent = true;
    follows = print ? Follows::Marker : Follows::Event;
    lastSubject = {.cpu = model::CpuId{cpu}, .task = task.task, .tid = task.tid, .comm = {}};
}

/// False: the next line was joined with this one.
bool FtracePartParser::Impl::fastTyped(Meaning meaning, const char* at, const char* args,
                                       const char* argsEnd, const char* next, const Subject& who,
                                       const Window& window) {
    const std::string_view text =
        trimLeft({args, argsEnd > args ? static_cast<std::size_t>(argsEnd - args) : 0});
    const LinePlace place{lines, positionOf(at, window)};
    if (sink.addTyped(meaning, text, who, place) == Typed::Done) return true;
    restIsNext = false;
    retryWrapped(meaning, text, who,
                 {.text = {at, static_cast<std::size_t>(argsEnd - at)},
                  .after = {next, static_cast<std::size_t>(window.end - next)},
                  .place = place});
    return !restIsNext;
}

const char* FtracePartParser::Impl::readFast(const char* at, const char* stop,
                                             const Window& window) {
    const char* const next = layout.commAt16 ? fastLines<Columns::Fixed>(at, stop, window) : at;
    return next == at ? fastLines<Columns::Floating>(at, stop, window) : next;
}

}  // namespace kscope::parsers
