// SPDX-License-Identifier: GPL-3.0-or-later
/// The fast path: lines whose columns stand still. It compares with what was seen last instead of parsing, and leaves every
/// line that is not exactly of that form to the general path, so it decides nothing that the other would decide differently.
#include "parsers/ftrace/part_parser_impl.h"
#include "parsers/text/number.h"

#include <bit>

namespace kscope::parsers {
namespace {

#if defined(__SSE2__)
bool sameBytes16(const char* one, const char* other) {
    const __m128i left = _mm_loadu_si128(reinterpret_cast<const __m128i*>(one));
    const __m128i right = _mm_loadu_si128(reinterpret_cast<const __m128i*>(other));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(left, right)) == 0xffff;
}
/// Distance to the first ':' in the 32 bytes at `at`; 32 where there is none.
std::size_t colonWithin32(const char* at) {
    const __m128i colon = _mm_set1_epi8(':');
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(low, colon))) |
                      static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(high, colon))) << 16;
    return static_cast<std::size_t>(std::countr_zero(mask));
}
#else
bool sameBytes16(const char* one, const char* other) { return std::memcmp(one, other, 16) == 0; }
std::size_t colonWithin32(const char* at) {
    const auto* const found = static_cast<const char*>(std::memchr(at, ':', 32));
    return found ? static_cast<std::size_t>(found - at) : 32;
}
#endif

/// Digits in memory order only on little-endian machines; others take the general path.
constexpr bool kLittle = std::endian::native == std::endian::little;

/// The context bytes [0, width) of a line against those seen last; width is 23…47.
bool sameContext(const char* line, const char* seen, std::size_t width) {
    if (!sameBytes16(line, seen) || !sameBytes16(line + width - 16, seen + width - 16)) return false;
    return width <= 32 || sameBytes16(line + 16, seen + 16);
}

constexpr std::size_t kTimeColumns = 24;  // no seconds are wider

/// Blanks, then digits only.
bool readSeconds(const char* at, std::size_t width, std::int64_t& value) {
    const char* const end = at + width;
    while (at < end && *at == ' ') ++at;
    std::uint64_t sum = 0;
    if (!takeNumber(at, end, sum) || at != end || sum >= (std::uint64_t{1} << 62) / 1'000'000'000) return false;
    value = static_cast<std::int64_t>(sum);
    return true;
}

}  // namespace

/// Reads comm, pid and tgid in front of the bracket. False: not of the strict form.
bool FtracePartParser::Impl::learnTask(SeenTask& task, std::string_view line, model::CpuId cpu) {
    const LineHead head = readFullHead(line, LineNumbers::No);
    const char* const at = line.data();
    if (head.shape != LineHead::Shape::Context || head.pid > INT32_MAX) return false;
    if (head.comm.data() < at || head.comm.data() + head.comm.size() != at + 16) return false;
    std::memcpy(task.bytes.data(), at, layout.bracketColumn);
    task.tid = static_cast<std::int64_t>(head.pid);
    task.commAt = static_cast<std::uint8_t>(head.comm.data() - at);
    task.commLength = static_cast<std::uint8_t>(head.comm.size());
    task.task = sink.task(task.tid, head.comm, cpu, head.tgid);
    task.generation = sink.taskGeneration();
    return true;
}

/// Reads the time behind the blank at `at`; null: not of the strict form, else where the event's name begins.
const char* FtracePartParser::Impl::fastTime(const char* at, std::int64_t& ticks) {
    if (at[dot] != '.') {
        if (layout.clock.counter) return fastCounter(at, ticks);
        std::size_t place = 2;
        while (place < kTimeColumns && at[place] != '.' && at[place] != ':') ++place;
        if (place >= kTimeColumns || at[place] != '.') return nullptr;
        dot = place;
    }
    const std::size_t width = dot - 1;  // columns of the seconds
    if (width > 8) {
        if (!readSeconds(at + 1, width, seconds)) return nullptr;
        secondsKey = 0;
    } else if (const std::uint64_t key = loadWord(at + dot - 8) >> 8 * (8 - width); key != secondsKey) {
        if (!readSeconds(at + 1, width, seconds)) return nullptr;
        secondsKey = key;
    }
    const char* const fraction = at + dot + 1;
    if (fraction[6] == ':') {
        const std::uint64_t digits = (loadWord(fraction - 2) & ~std::uint64_t{0xffff}) | 0x3030;
        if (fraction[7] != ' ' || !eightDigits(digits)) return nullptr;
        ticks = seconds * 1'000'000 + eightDigitValue(digits);
        if (sink.tick() == 1) ticks *= 1000;
        return fraction + 8;
    }
    if (fraction[9] != ':' || fraction[10] != ' ' || sink.tick() != 1) return nullptr;
    const std::uint64_t digits = loadWord(fraction);
    if (!eightDigits(digits) || !isDigit(fraction[8])) return nullptr;
    ticks = seconds * 1'000'000'000 + eightDigitValue(digits) * std::int64_t{10} + (fraction[8] - '0');
    return fraction + 11;
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

/// What the flags' bytes mean. False: they are none.
bool FtracePartParser::Impl::fastFlags(const char* at, model::EventFlags& flags) {
    const std::size_t width = layout.flagWidth;
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

/// Reads lines from `at` as long as they are of the strict form, begin before `stop`, and a whole line follows or nothing does;
/// returns the first line that is left to the general path.
const char* FtracePartParser::Impl::fastLines(const char* at, const char* stop, const Window& window) {
    if (!kLittle) return at;
    const std::size_t bracket = layout.bracketColumn;
    const std::size_t blank = layout.flagWidth == 0 ? bracket + 5 : bracket + 6 + layout.flagWidth;
    const bool report = layout.kind == "trace-cmd-report";
    const char* lineEnd = findLineEnd(at, window.end);
    while (at < stop && lineEnd != window.end) {
        const char* const nextEnd = findLineEnd(lineEnd + 1, window.end);
        if (nextEnd == window.end && !window.last) break;
        if (static_cast<std::size_t>(lineEnd - at) < blank + 12) break;
        if (at[16] != '-' || at[bracket] != '[' || at[bracket + 4] != ']' || at[bracket + 5] != ' ' || at[blank] != ' ') break;
        if (!isDigit(at[bracket + 1]) || !isDigit(at[bracket + 2]) || !isDigit(at[bracket + 3])) break;
        const auto cpuNumber = static_cast<std::uint16_t>((at[bracket + 1] - '0') * 100 + (at[bracket + 2] - '0') * 10 +
                                                          (at[bracket + 3] - '0'));
        model::EventFlags flags;
        if (!fastFlags(at + bracket + 6, flags)) break;
        std::int64_t ticks = 0;
        const char* const name = fastTime(at + blank, ticks);
        if (name == nullptr || name >= lineEnd) break;
        const std::size_t length = colonWithin32(name);
        if (name + length + 1 >= lineEnd || name[length + 1] != ' ') break;
        NameSlot* const slot = sink.findName(name, length);
        if (slot == nullptr) break;
        const char* args = name + length + 2;
        if (report) {
            while (*args == ' ') ++args;
            if (*args == '[') break;  // [FAILED TO PARSE]
        }
        const model::CpuId cpu{cpuNumber};
        const std::uint64_t place = positionOf(at, window);
        sink.prepare(ticks, place);
        SeenTask& task = seen[cpuNumber];
        if (task.generation != sink.taskGeneration() || !sameContext(at, task.bytes.data(), bracket)) {
            if (!learnTask(task, {at, static_cast<std::size_t>(lineEnd - at)}, cpu)) break;
        }
        sink.add(ticks, place, sink.index(*slot), cpu, task.task, flags);
        ++lines;
        ++events;
        restIsNext = false;
        anyTime = true;
        lastTicks = ticks;
        follows = slot->print ? Follows::Marker : Follows::Event;
        lastSubject = {.cpu = cpu, .task = task.task, .tid = task.tid, .comm = {}};
        if (slot->meaning != Meaning::None) {
            const char* const argsEnd = lineEnd[-1] == '\r' ? lineEnd - 1 : lineEnd;
            const std::string_view text = trimLeft({args, argsEnd > args ? static_cast<std::size_t>(argsEnd - args) : 0});
            Subject who = lastSubject;
            who.comm = {task.bytes.data() + task.commAt, task.commLength};
            const LinePlace linePlace{lines, place};
            if (sink.addTyped(slot->meaning, text, who, linePlace) == Typed::Incomplete) [[unlikely]] {
                retryWrapped(slot->meaning, text, who,
                             {.text = {at, static_cast<std::size_t>(argsEnd - at)},
                              .after = {lineEnd + 1, static_cast<std::size_t>(window.end - lineEnd - 1)},
                              .place = linePlace});
            }
        }
        at = lineEnd + 1;
        lineEnd = nextEnd;
    }
    return at;
}

}  // namespace kscope::parsers
