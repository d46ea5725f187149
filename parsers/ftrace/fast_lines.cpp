// SPDX-License-Identifier: GPL-3.0-or-later
/// The fast path: lines of the strict form compare with what was seen last instead of being parsed.
/// Whatever is not exactly of that form is left to the general path, so this decides nothing that
/// the other would decide differently.
#include "parsers/ftrace/fast_scan.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/ftrace/part_parser_impl.h"
#include "parsers/text/number.h"

#include <algorithm>
#include <bit>

namespace kscope::parsers {
namespace {

/// Digits are read in memory order: on big-endian machines all lines take the general path.
constexpr bool kLittle = std::endian::native == std::endian::little;
constexpr std::size_t kTimeColumns = 24;  // no seconds are wider
// Bytes of a line that are looked at before its end is known: 48 in front of the bracket, flags,
// 24 columns of time, 11 of its fraction, 64 from its name on.
constexpr std::ptrdiff_t kFixedReach = 176;

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

/// "[ddd]"; eight bytes are readable.
[[gnu::always_inline]] inline bool readCpu(const char* bracket, std::uint16_t& cpu) {
    constexpr std::uint64_t kFrame = 0xff000000ff;
    const std::uint64_t word = loadWord(bracket);
    const auto digits = static_cast<std::uint32_t>(word >> 8 & 0xffffff) ^ 0x303030u;
    // A digit is below 10: adding 6 leaves the high half of its byte empty.
    if ((word & kFrame) != (std::uint64_t{']'} << 32 | '[') ||
        ((digits | (digits + 0x060606u)) & 0xf0f0f0u) != 0)
        return false;
    cpu = static_cast<std::uint16_t>((digits & 0xff) * 100 + (digits >> 8 & 0xff) * 10 +
                                     (digits >> 16));
    return true;
}

/// Whether the arguments may be "[FAILED TO PARSE] …", which the general path counts.
[[gnu::always_inline]] inline bool mayHaveFailed(const char* args) {
    if (static_cast<unsigned char>(*args) > ' ' && *args != '[') [[likely]]
        return false;
    while (isBlank(*args)) ++args;
    return *args == '[';
}

/// `found`, reckoned from the column where the line before had it: the processor then finds the end
/// of this line, and with it the next, without waiting for what leads to `found`.
[[gnu::always_inline]] inline const char* guessed(const char* found, const char* begin,
                                                  std::ptrdiff_t& column) {
    if (found - begin != column) [[unlikely]]
        column = found - begin;
#if defined(__GNUC__)
    asm("" : "+r"(column));  // or the compiler knows that both are one
#endif
    return begin + column;
}

}  // namespace

/// Digits of the fraction at `at` and the ": " behind them; null: not of the strict form, else
/// where the event's name begins.
inline const char* FtracePartParser::Impl::fastFraction(const char* at, std::int64_t whole,
                                                        std::int64_t& ticks) const {
    const std::uint64_t word = loadWord(at);
    if (word >> 48 == (':' | ' ' << 8)) {
        const std::uint64_t digits = word << 16 | 0x3030;
        if (!eightDigits(digits)) return nullptr;
        ticks = whole * 1'000'000 + eightDigitValue(digits);
        if (sink.tick() == 1) ticks *= 1000;
        return at + 8;
    }
    if (at[9] != ':' || at[10] != ' ' || sink.tick() != 1) return nullptr;
    if (!eightDigits(word) || !isDigit(at[8])) return nullptr;
    ticks = whole * 1'000'000'000 + eightDigitValue(word) * std::int64_t{10} + (at[8] - '0');
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

/// Reads the seconds, `width` columns at `at` behind eight readable bytes, unless they are those
/// read last.
inline bool FtracePartParser::Impl::sameSeconds(const char* at, std::size_t width) {
    const bool isShort = width <= 8;
    const std::uint64_t key = isShort ? loadWord(at + width - 8) >> 8 * (8 - width) : 0;
    if (isShort && key == secondsKey) return true;
    secondsKey = 0;
    if (!readSeconds(at, width, seconds)) return false;
    secondsKey = key;
    return true;
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
    if (!sameSeconds(at + 1, width)) return nullptr;
    return fastFraction(at + dot + 1, seconds, ticks);
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
/// kFixedReach bytes are readable at `at`; whether the line is that long shows only when all of the
/// head was found to be as expected.
bool FtracePartParser::Impl::fixedHead(const char* at, FastLine& line) {
    const char* const bracket = at + layout.bracketColumn;
    const char* const blank = layout.flagWidth == 0 ? bracket + 5 : bracket + 6 + layout.flagWidth;
    if (at[16] != '-' || bracket[5] != ' ' || *blank != ' ' || !readCpu(bracket, line.cpu))
        return false;
    if (!fastFlags(bracket + 6, layout.flagWidth, line.flags)) return false;
    line.name = fastTime(blank, line.ticks);
    return line.name != nullptr;
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
    if (!sameSeconds(blank + 1, static_cast<std::size_t>(fraction - 1 - (blank + 1)))) return false;
    head.name = fastFraction(fraction, seconds, head.ticks);
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
bool FtracePartParser::Impl::readTask(SeenTask& task, std::string_view line,
                                      const FastHead& head) const {
    // A comment may be indented by who quoted it and as wide as a head; a frame may look like one.
    if (isComment(line) || isStackFrame(line)) return false;
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
    // '&': "&lt;idle&gt;" is a task that nobody has.
    if (width > kTaskKey || found.comm.empty() || found.comm.find('&') != found.comm.npos)
        return false;
    std::memcpy(task.bytes.data() + kTaskKey - width, key, width);
    task.width = static_cast<std::uint8_t>(width);
    task.beginsLine = key == head.taskBegin;
    // A number in front is of the line, not of the task.
    const auto number = static_cast<std::size_t>(head.taskBegin - line.data());
    task.repaired =
        task.beginsLine &&
        (number == 0 ? found : readFullHead(line.substr(number), LineNumbers::No)).repaired;
    task.tid = static_cast<std::int64_t>(found.pid);
    task.commAt =
        static_cast<std::uint8_t>(kTaskKey - static_cast<std::size_t>(head.bracket - comm));
    task.commLength = static_cast<std::uint8_t>(found.comm.size());
    task.headMask = 0;
    task.generation = SeenTask::kUnbound;
    task.cpu = head.cpu;
    task.tgid = found.tgid;
    return true;
}

/// Begins a chunk where the line needs a new one, and finds the task in it: only for a line that is
/// an event for sure, or what belongs to the event before would lose it.
inline void FtracePartParser::Impl::bindTask(SeenTask& task, std::int64_t ticks,
                                             std::uint64_t place) {
    sink.prepare(ticks, place);
    if (task.generation == sink.taskGeneration()) [[likely]]
        return;
    task.task = sink.task(task.tid, {task.bytes.data() + task.commAt, task.commLength},
                          model::CpuId{task.cpu}, task.tgid);
    task.generation = sink.taskGeneration();
}

/// Whether the line, whose columns stand still, begins as the one seen last on its CPU.
inline bool FtracePartParser::Impl::sameBegin(const SeenTask& task, const FastHead& head) const {
    return task.width == layout.bracketColumn && task.at16 && task.beginsLine &&
           sameHead(head.taskBegin, task.bytes.data() + kTaskKey - task.width, task.width);
}

/// Whether the line's task is the one seen last on its CPU. `oldest`: nothing before it can be
/// read.
inline bool FtracePartParser::Impl::sameTask(const SeenTask& task, const FastHead& head,
                                             const char* oldest) const {
    if (task.width == 0 || task.at16 != head.at16) return false;
    const auto before = static_cast<std::size_t>(head.bracket - head.taskBegin);
    if (task.beginsLine ? before != task.width : before < task.width) return false;
    if (static_cast<std::size_t>(head.bracket - oldest) < kTaskKey) {
        return std::memcmp(head.bracket - task.width, task.bytes.data() + kTaskKey - task.width,
                           task.width) == 0;
    }
    return sameTail(head.bracket - kTaskKey, task.bytes.data(), task.width);
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
    if (!isDigit(*front) && *front != '>') return false;
    return std::all_of(front + 1, end,
                       [](char c) { return isDigit(c) || c == '>' || c == ':' || isBlank(c); });
}

/// From the task to the dot of the time the line is the one seen last on its CPU, but for the
/// flags: then all of the head is known. Null: it is not.
[[gnu::always_inline]] inline FtracePartParser::Impl::SeenTask*
FtracePartParser::Impl::knownHead(const char* at, const char* bracket, FastLine& line) {
    // Other bytes than digits find some other CPU's line, which differs.
    const auto digit = [&](int place) { return static_cast<unsigned>(bracket[place]) & 15u; };
    SeenTask& task = seen[digit(1) * 100 + digit(2) * 10 + digit(3)];
    const auto before = static_cast<std::size_t>(bracket - at);
    if (task.beginsLine ? before != task.width : before < task.width) return nullptr;
    const char* const begin = bracket - task.width;
    if ((~equal64(begin, task.head.data()) & task.headMask) != 0 || task.headMask == 0)
        return nullptr;
    if (!fastFlags(bracket + 6, task.flagWidth, line.flags)) return nullptr;
    line.name = fastFraction(begin + task.headWidth, task.seconds, line.ticks);
    line.cpu = task.cpu;
    return line.name ? &task : nullptr;
}

/// The same where the bracket may stand anywhere and a line number in front of the task, which
/// makes it a repaired line; the general path looks at anything else.
inline FtracePartParser::Impl::SeenTask*
FtracePartParser::Impl::knownLine(const char* at, FastLine& line, bool& isRepaired) {
    std::uint64_t brackets = where64(at, '[');
    while (brackets != 0 && at[std::countr_zero(brackets) + 4] != ']') brackets &= brackets - 1;
    if (brackets == 0) return nullptr;
    const char* const bracket = at + std::countr_zero(brackets);
    const char* begin = at;
    if (layout.lineNumbers) {
        while (isDigit(*begin)) ++begin;
        isRepaired = begin != at;
        while (*begin == ' ') ++begin;
        if (begin > bracket) return nullptr;
    }
    SeenTask* const task = knownHead(begin, bracket, line);
    if (!task) return nullptr;
    isRepaired = isRepaired || task->repaired;
    if (task->beginsLine) return task;
    const char* front = begin;
    while (isDigit(*front)) ++front;
    if (*front == ':' && front != begin) ++front;
    isRepaired = isRepaired || front != begin;
    const char* const end = bracket - task->width;
    while (front < end && isBlank(*front)) ++front;
    return front >= end ? task : nullptr;
}

/// The task of a line that is not as the one before, or begins a chunk. Null: leave the line to the
/// general path.
FtracePartParser::Impl::SeenTask* FtracePartParser::Impl::newLine(FastPlace line,
                                                                  const FastHead& head,
                                                                  const char* oldest,
                                                                  bool& isRepaired) {
    SeenTask& task = seen[head.cpu];
    if ((!sameTask(task, head, oldest) && !readTask(task, line.text, head)) ||
        !fastPrefix(line.text.data(), task, head, isRepaired)) {
        task = {};
        return nullptr;
    }
    bindTask(task, head.ticks, line.place);
    return keepHead(task, head);
}

/// The same for a line whose columns stand still.
FtracePartParser::Impl::SeenTask* FtracePartParser::Impl::newHead(FastPlace place,
                                                                  const FastLine& line) {
    const char* const at = place.text.data();
    SeenTask& task = seen[line.cpu];
    const FastHead head{.taskBegin = at,
                        .bracket = at + layout.bracketColumn,
                        .name = line.name,
                        .ticks = line.ticks,
                        .cpu = line.cpu,
                        .at16 = true,
                        .flags = line.flags};
    // What later lines are compared with must be of one line.
    if (place.text.find('\n') != place.text.npos ||
        (!sameBegin(task, head) && !readTask(task, place.text, head))) {
        task = {};
        return nullptr;
    }
    bindTask(task, head.ticks, place.place);
    return keepHead(task, head);
}

/// Makes the line's head the one that later lines are compared with, if it fits.
FtracePartParser::Impl::SeenTask* FtracePartParser::Impl::keepHead(SeenTask& task,
                                                                   const FastHead& head) {
    task.headMask = 0;
    const char* const fraction = head.name - (head.name[-9] == '.' ? 8 : 11);
    const char* const begin = head.bracket - task.width;
    const auto width = static_cast<std::size_t>(fraction - begin);
    if (fraction[-1] != '.' || width > task.head.size() || head.bracket[5] != ' ') return &task;
    const char* flagsEnd = head.bracket + 6;
    while (flagsEnd < fraction && *flagsEnd != ' ') ++flagsEnd;
    const bool none = flagsEnd == fraction || flagsEnd == head.bracket + 6;  // the seconds follow
    task.flagWidth = static_cast<std::uint8_t>(none ? 0 : flagsEnd - head.bracket - 6);
    if (task.flagWidth > 8) return &task;
    const std::uint64_t flags = ((std::uint64_t{1} << task.flagWidth) - 1) << (task.width + 6);
    task.headMask = (~std::uint64_t{0} >> (64 - width)) & ~flags;
    task.headWidth = static_cast<std::uint8_t>(width);
    std::memcpy(task.head.data(), begin, width);
    task.seconds = seconds;
    return &task;
}

/// The name's slot and the arguments behind it. Null: a name that was not learnt.
[[gnu::always_inline]] inline NameSlot* FtracePartParser::Impl::fastName(const char* name,
                                                                         const char*& args) {
    const std::size_t length = colonWithin32(name);
    args = name + length + 2;
    NameSlot* const slot = sink.findName(name, length);
    return slot && args[-1] == ' ' ? slot : nullptr;
}

/// Who the last line was of, for lines that name nobody. Null: as it was.
inline void FtracePartParser::Impl::noteSubject(const SeenTask* task) {
    if (task) lastSubject = {.cpu = model::CpuId{task->cpu}, .task = task->task, .tid = task->tid};
}

const char* FtracePartParser::Impl::endFast(const char* at, const SeenTask* task,
                                            const NameSlot* name, bool joinedNext) {
    if (name) {
        anyTime = true;
        anyEvent = true;
        follows = name->print ? Follows::Marker : Follows::Event;
        restIsNext = joinedNext;
    }
    noteSubject(task);
    return at;
}

/// Reads lines from `at` as long as they are of the strict form, their columns stand still, and
/// they begin before `stop`; returns the first line that is left to others.
const char* FtracePartParser::Impl::fixedLines(const char* at, const char* stop,
                                               const Window& window) {
    const bool report = layout.kind == "trace-cmd-report";
    const SeenTask* lastTask = nullptr;
    const NameSlot* lastName = nullptr;
    std::ptrdiff_t nameColumn = 0;
    while (at < stop) {
        FastLine line;
        SeenTask* task = knownHead(at, at + layout.bracketColumn, line);
        if (task && !task->beginsLine) [[unlikely]]  // what stands in front was not looked at
            task = nullptr;
        if (!task && !fixedHead(at, line)) break;
        const char* const nameAt = guessed(line.name, at, nameColumn);
        const std::uint64_t newlines = where64(nameAt, '\n');
        const char* args = nullptr;
        NameSlot* const name = fastName(nameAt, args);
        if (name == nullptr) break;
        const char* const lineEnd = newlines != 0 ? nameAt + std::countr_zero(newlines)
                                                  : findLineEnd(nameAt + 64, window.end);
        if (report) [[unlikely]]
            while (*args == ' ') ++args;
        if (mayHaveFailed(args)) [[unlikely]]
            break;
        const std::uint64_t place = positionOf(at, window);
        if (task) {
            bindTask(*task, line.ticks, place);
        } else {
            noteSubject(lastTask);  // it may be the one that is learnt anew
            lastTask = nullptr;
            task = newHead({{at, static_cast<std::size_t>(lineEnd - at)}, place}, line);
            if (!task) break;
        }
        sink.add(line.ticks, place, sink.index(*name), model::CpuId{line.cpu}, task->task,
                 line.flags);
        ++lines;
        lastTicks = line.ticks;
        lastTask = task;
        lastName = name;
        const char* const argsEnd = lineEnd[-1] == '\r' ? lineEnd - 1 : lineEnd;
        if (name->meaning != Meaning::None && !sink.addHandler(name->meaning, args, argsEnd) &&
            !fastTyped(*name, *task, {at, args, argsEnd, lineEnd + 1}, window))
            return endFast(lineEnd + 1, lastTask, lastName, true);
        at = lineEnd + 1;
    }
    return endFast(at, lastTask, lastName, false);
}

/// The same, whatever their columns.
const char* FtracePartParser::Impl::floatingLines(const char* at, const char* stop,
                                                  const Window& window) {
    const bool report = layout.kind == "trace-cmd-report";
    const SeenTask* lastTask = nullptr;
    const NameSlot* lastName = nullptr;
    while (at < stop) {
        FastLine line;
        FastHead head;
        bool isRepaired = false;
        SeenTask* task = window.end - at > kFixedReach ? knownLine(at, line, isRepaired) : nullptr;
        const char* lineEnd = nullptr;
        if (!task) {
            lineEnd = findLineEnd(at, window.end);
            if (!floatingHead(at, lineEnd, head) || head.name >= lineEnd) break;
            line = {head.name, head.ticks, head.cpu, head.flags};
        }
        const char* args = nullptr;
        NameSlot* const name = fastName(line.name, args);
        if (name == nullptr || (lineEnd && args > lineEnd)) break;
        if (!lineEnd) lineEnd = findLineEnd(args, window.end);
        if (report) [[unlikely]]
            while (*args == ' ') ++args;
        if (mayHaveFailed(args)) [[unlikely]]
            break;
        const std::uint64_t place = positionOf(at, window);
        if (task) {
            bindTask(*task, line.ticks, place);
        } else {
            noteSubject(lastTask);
            lastTask = nullptr;
            task = newLine({{at, static_cast<std::size_t>(lineEnd - at)}, place}, head,
                           window.begin, isRepaired);
            if (!task) break;
        }
        if (isRepaired) sink.diagnose(model::DiagnosticKind::RepairedLine, {lines + 1, place});
        sink.add(line.ticks, place, sink.index(*name), model::CpuId{line.cpu}, task->task,
                 line.flags);
        ++lines;
        lastTicks = line.ticks;
        lastTask = task;
        lastName = name;
        const char* const argsEnd = lineEnd[-1] == '\r' ? lineEnd - 1 : lineEnd;
        if (name->meaning != Meaning::None && !sink.addHandler(name->meaning, args, argsEnd) &&
            !fastTyped(*name, *task, {at, args, argsEnd, lineEnd + 1}, window))
            return endFast(lineEnd + 1, lastTask, lastName, true);
        at = lineEnd + 1;
    }
    return endFast(at, lastTask, lastName, false);
}

/// False: the next line was joined with this one.
bool FtracePartParser::Impl::fastTyped(const NameSlot& name, const SeenTask& task, FastText line,
                                       const Window& window) {
    const Subject who{.cpu = model::CpuId{task.cpu},
                      .task = task.task,
                      .tid = task.tid,
                      .comm = {task.bytes.data() + task.commAt, task.commLength}};
    const auto length = line.argsEnd > line.args ? line.argsEnd - line.args : 0;
    const std::string_view text = trimLeft({line.args, static_cast<std::size_t>(length)});
    const LinePlace place{lines, positionOf(line.begin, window)};
    if (sink.addTyped(name.meaning, text, who, place) == Typed::Done) return true;
    restIsNext = false;
    retryWrapped(name.meaning, text, who,
                 {.text = {line.begin, static_cast<std::size_t>(line.argsEnd - line.begin)},
                  .after = {line.next, static_cast<std::size_t>(window.end - line.next)},
                  .place = place});
    return !restIsNext;
}

const char* FtracePartParser::Impl::readFast(const char* at, const char* stop,
                                             const Window& window) {
    if (!kLittle) return at;
    stop = std::min(stop, window.wholeEnd);
    if (layout.commAt16 && window.end - at > kFixedReach) {
        const char* const limit = std::min(stop, window.end - kFixedReach);
        const char* const next = fixedLines(at, limit, window);
        if (next != at && next < limit) return next;
        at = next;
    }
    return floatingLines(at, stop, window);
}

}  // namespace kscope::parsers
