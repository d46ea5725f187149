// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads records of the block layer as blktrace's blkparse_fmt.c and the kernel's blktrace.c and
/// include/trace/events/block.h print them.
#include "parsers/block/block_text.h"

#include "parsers/text/number.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <array>
#include <bit>

namespace kscope::parsers {
namespace {

using model::BlockAction;
using model::BlockRecord;

constexpr std::uint64_t kMaxMajor = 0xfff;       // 12 bits, include/linux/kdev_t.h
constexpr std::uint64_t kMaxMinor = 0xfffff;     // 20 bits
constexpr std::uint64_t kMaxSeconds = 1u << 31;  // of a time in text

inline void skipBlanks(const char*& at, const char* end) {
    while (at < end && isBlank(*at)) ++at;
}
inline bool takeChar(const char*& at, const char* end, char wanted) {
    if (at >= end || *at != wanted) return false;
    ++at;
    return true;
}
/// A number of at most 18 digits: no overflow to look for.
inline bool takeShort(const char*& at, const char* end, std::uint64_t& value) {
    const char* const begin = at;
    std::uint64_t sum = 0;
    while (at < end && isDigit(*at)) sum = sum * 10 + static_cast<std::uint64_t>(*at++ - '0');
    value = sum;
    return at != begin && at - begin <= 18;
}

bool takeDevice(const char*& at, const char* end, model::DeviceId& device) {
    std::uint64_t major = 0;
    std::uint64_t minor = 0;
    if (!takeShort(at, end, major) || !takeChar(at, end, ',') || !takeShort(at, end, minor))
        return false;
    if (major > kMaxMajor || minor > kMaxMinor) return false;
    device = model::deviceId(major, minor);
    return true;
}

/// As takeNumber(): up to sixteen digits without a step for each.
inline bool takeDigits(const char*& at, const char* end, std::uint64_t& value) {
    if (end - at < 16) return takeNumber(at, end, value);
    constexpr std::uint64_t kZeros = 0x3030303030303030;
    const auto digits = [](std::uint64_t word) {
        const auto off = word ^ kZeros;  // 0 … 9 of a digit
        const auto other = ((off & 0x7f7f7f7f7f7f7f7f) + 0x7676767676767676) | off;
        return std::countr_zero(other & 0x8080808080808080) / 8;
    };
    const auto head = [](std::uint64_t word, int count) {  // its first digits, zeros before them
        const int shift = 64 - 8 * count;
        return eightDigitValue(count == 8 ? word : word << shift | kZeros >> (64 - shift));
    };
    const auto word = loadWord(at);
    const int count = digits(word);
    if (count == 0) return false;
    if (count < 8) {
        value = head(word, count);
        at += count;
        return true;
    }
    const auto more = loadWord(at + 8);
    const int rest = digits(more);
    if (rest == 8) return takeNumber(at, end, value);
    static constexpr std::array<std::uint32_t, 8> kTens{1,      10,      100,       1000,
                                                        10'000, 100'000, 1'000'000, 10'000'000};
    value = std::uint64_t{eightDigitValue(word)} * kTens[static_cast<std::size_t>(rest)] +
            (rest == 0 ? 0 : head(more, rest));
    at += 8 + rest;
    return true;
}

/// A number at the right of eight columns, blanks before it.
inline bool takeColumns(std::uint64_t word, std::uint64_t& value) {
    constexpr std::uint64_t kDigitBit = 0x1010101010101010;  // set in a digit, not in a blank
    const auto blanks = ~word & kDigitBit;
    const auto filled = word | kDigitBit;
    if (!eightDigits(filled) || (word & (blanks >> 4) * 0x0f) != 0) return false;
    if ((blanks >> 8 & ~blanks) != 0 || blanks >> 56 != 0) return false;
    value = eightDigitValue(filled);
    return true;
}
/// The same of five columns, with three before them that do not count.
inline std::uint64_t lastFive(const char* at) {
    return (loadWord(at - 3) & ~std::uint64_t{0xffffff}) | 0x202020;
}

/// "  8,0   ": the same few again and again.
inline bool takeDeviceColumns(const char* at, model::DeviceId& device) {
    struct Slot {
        std::uint64_t key = 0;
        model::DeviceId device{};
    };
    thread_local std::array<Slot, 16> slots;
    const auto key = loadWord(at);
    auto& slot = slots[key * 0x9e3779b97f4a7c15u >> 60];
    if (slot.key != key) {
        const char* p = at;
        const char* const end = at + 8;
        skipBlanks(p, end);
        model::DeviceId found{};
        if (!takeDevice(p, end, found)) return false;
        skipBlanks(p, end);
        if (p != end) return false;
        slot = {key, found};
    }
    device = slot.device;
    return true;
}

/// The head as blkparse prints it, every column in its place: "%3d,%-3d %2d %8d %5d.%09lu %5u %2s".
/// False: read it step by step.
inline bool takeHeadColumns(const char*& at, const char* end, BlkparseHead& head) {
    const char* const p = at;
    if (end - p < 48 || p[3] != ',' || p[7] != ' ' || p[10] != ' ' || p[19] != ' ' ||
        p[25] != '.' || p[35] != ' ' || p[41] != ' ')
        return false;
    const auto nanoseconds = loadWord(p + 26);
    std::uint64_t seconds = 0;
    if (!takeColumns(loadWord(p + 11), head.sequence) || !takeColumns(lastFive(p + 20), seconds) ||
        !takeColumns(lastFive(p + 36), head.pid) || !eightDigits(nanoseconds) || !isDigit(p[34]) ||
        !isDigit(p[9]) || !(isDigit(p[8]) || p[8] == ' '))
        return false;
    const char* const action = p[42] == ' ' ? p + 43 : p + 42;
    if (static_cast<unsigned char>((*action | 0x20) - 'a') >= 26) return false;
    if (!takeDeviceColumns(p, head.device)) return false;
    head.cpu = static_cast<std::uint64_t>(p[8] & 0xf) * 10 + static_cast<std::uint64_t>(p[9] - '0');
    head.ns = static_cast<std::int64_t>(seconds) * 1'000'000'000 +
              std::int64_t{eightDigitValue(nanoseconds)} * 10 + (p[34] - '0');
    at = action;
    return true;
}

std::uint32_t sectorCount(std::uint64_t sectors) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(sectors, UINT32_MAX));
}

/// An error as blktrace keeps it (the low 16 bits of a negative number), or as it is.
std::int32_t errorOf(std::string_view text) {
    const auto number = wholeNumber(trim(text));
    if (!number || *number < INT32_MIN || *number > INT32_MAX) return 0;
    const auto value = static_cast<std::int32_t>(*number);
    return value > INT16_MAX && value <= UINT16_MAX ? value - 0x10000 : value;
}

bool hasError(BlockAction action) {
    return action == BlockAction::Complete || action == BlockAction::Requeue;
}

/// "[comm]" or "[error]" up to the last bracket, and what stands behind it.
void readBracket(std::string_view text, BlockRecord& record, std::string_view& comm) {
    const auto open = text.find('[');
    const auto close = text.rfind(']');
    if (open == text.npos || close == text.npos || close < open) return;
    const auto inside = text.substr(open + 1, close - open - 1);
    if (hasError(record.action)) {
        record.value = errorOf(inside);
        return;
    }
    comm = inside;
    if (record.action == BlockAction::Unplug || record.action == BlockAction::UnplugTimer) {
        const auto count = wholeNumber(trim(text.substr(close + 1)));
        if (count && *count >= 0 && *count <= INT32_MAX)
            record.value = static_cast<std::int32_t>(*count);
    }
}

/// " <- (8,2) 885506" behind sector and length.
void readRemapSource(const char* at, const char* end, BlockRecord& record) {
    skipBlanks(at, end);
    if (!takeChar(at, end, '<') || !takeChar(at, end, '-')) return;
    skipBlanks(at, end);
    model::DeviceId from{};
    std::uint64_t sector = 0;
    if (!takeChar(at, end, '(') || !takeDevice(at, end, from) || !takeChar(at, end, ')')) return;
    skipBlanks(at, end);
    if (!takeNumber(at, end, sector)) return;
    record.fromDevice = from;
    record.otherSector = sector;
}

/// "(    1234)" of blkparse -t in the place of a command's bytes "(12 00 ..)": blanks or more than
/// two digits.
bool isElapsed(const char* at, const char* end) {
    const char* const inside = at + 1;
    while (++at < end && (*at == ' ' || isDigit(*at))) {
    }
    return at < end && *at == ')' && (*inside == ' ' || (at - inside > 2 && inside[2] != ' '));
}

/// What follows the rwbs letters: "SECTOR + N [COMM]", "SECTOR [ERR]", "[COMM] N", "BYTES (hex)".
void readRest(const char* at, const char* end, BlockRecord& record, std::string_view& comm) {
    skipBlanks(at, end);
    std::uint64_t number = 0;
    const bool hasNumber = takeDigits(at, end, number);
    skipBlanks(at, end);
    if (at < end && *at == '(' && !hasNumber && isElapsed(at, end)) {
        while (*at != ')') ++at;  // nothing that a record of no sectors does not say itself
    } else if (at < end && *at == '(' && !hasError(record.action)) {
        record.marks |= model::kBlockPassthrough;  // BYTES (hh hh …)
        record.sectors = sectorCount(number / 512);
    } else if (at < end && *at == '(' && !hasNumber) {
        record.marks |= model::kBlockPassthrough;
    } else if (hasNumber) {
        record.sector = number;
    }
    if (at < end && (*at == '+' || *at == '/')) {
        const char sign = *at++;
        skipBlanks(at, end);
        if (takeDigits(at, end, number)) {
            if (sign == '/') record.otherSector = number;
            else record.sectors = sectorCount(number);
        }
    }
    if (record.action == BlockAction::Remap) return readRemapSource(at, end, record);
    readBracket({at, static_cast<std::size_t>(end - at)}, record, comm);
}

bool isLetter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }

/// One or two letters, or the long name of option verbose.
BlockAction takeAction(const char*& at, const char* end) {
    const char* const begin = at;
    while (at < end && (isLetter(*at) || *at == '_')) ++at;
    const std::string_view letters(begin, static_cast<std::size_t>(at - begin));
    if (at < end && !isBlank(*at)) return BlockAction::None;
    if (letters.size() != 1) return model::actionOf(letters);
    static constexpr auto kByLetter = [] {
        std::array<BlockAction, 128> table{};
        table['Q'] = BlockAction::Queue;
        table['M'] = BlockAction::BackMerge;
        table['F'] = BlockAction::FrontMerge;
        table['G'] = BlockAction::GetRequest;
        table['S'] = BlockAction::SleepRequest;
        table['R'] = BlockAction::Requeue;
        table['D'] = BlockAction::Issue;
        table['C'] = BlockAction::Complete;
        table['P'] = BlockAction::Plug;
        table['U'] = BlockAction::Unplug;
        table['T'] = BlockAction::UnplugTimer;
        table['I'] = BlockAction::Insert;
        table['X'] = BlockAction::Split;
        table['B'] = BlockAction::Bounce;
        table['A'] = BlockAction::Remap;
        table['m'] = BlockAction::Message;
        return table;
    }();
    return kByLetter[static_cast<unsigned char>(letters[0]) & 0x7f];
}

std::string_view takeLetters(const char*& at, const char* end) {
    const char* const begin = at;
    while (at < end && static_cast<unsigned char>(*at - 'A') < 26) ++at;
    return {begin, static_cast<std::size_t>(at - begin)};
}

/// The same few words again and again: looked up by their bytes before they are read.
model::Rwbs rwbsCached(std::string_view letters) {
    if (letters.size() > 8) return model::rwbsOf(letters);
    std::uint64_t key = 0;
    for (const char letter : letters) key = key << 8 | static_cast<unsigned char>(letter);
    struct Slot {
        std::uint64_t key = 0;
        model::Rwbs rwbs{};
    };
    thread_local std::array<Slot, 64> slots;
    auto& slot = slots[key * 0x9e3779b97f4a7c15u >> 58];
    if (slot.key != key) slot = {key, model::rwbsOf(letters)};
    return slot.rwbs;
}

}  // namespace

bool takeBlkparseHead(const char*& at, const char* end, BlkparseHead& head) {
    if (takeHeadColumns(at, end, head)) return true;
    const char* p = at;
    while (p < end && (isBlank(*p) || *p == '>')) ++p;
    if (!takeDevice(p, end, head.device) || p >= end || !isBlank(*p)) return false;
    skipBlanks(p, end);
    if (!takeShort(p, end, head.cpu) || p >= end || !isBlank(*p)) return false;
    skipBlanks(p, end);
    if (!takeShort(p, end, head.sequence) || p >= end || !isBlank(*p)) return false;
    skipBlanks(p, end);
    std::uint64_t seconds = 0;
    if (!takeShort(p, end, seconds) || seconds > kMaxSeconds || !takeChar(p, end, '.'))
        return false;
    if (end - p < 10) return false;
    const std::uint64_t word = loadWord(p);
    if (!eightDigits(word) || !isDigit(p[8]) || !isBlank(p[9])) return false;
    head.ns = static_cast<std::int64_t>(seconds) * 1'000'000'000 +
              std::int64_t{eightDigitValue(word)} * 10 + (p[8] - '0');
    p += 9;
    skipBlanks(p, end);
    if (!takeShort(p, end, head.pid) || p >= end || !isBlank(*p)) return false;
    skipBlanks(p, end);
    if (p >= end || !isLetter(*p)) return false;
    at = p;
    return true;
}

bool readBlockAction(std::string_view text, BlockRecord& record, std::string_view& comm) {
    const char* at = text.data();
    const char* const end = at + text.size();
    comm = {};
    skipBlanks(at, end);
    record.action = takeAction(at, end);
    if (record.action == BlockAction::None) return false;
    skipBlanks(at, end);
    const auto letters = takeLetters(at, end);
    if (!letters.empty() && at < end && !isBlank(*at)) return false;
    record.rwbs = rwbsCached(letters);
    if (record.action != BlockAction::Message) readRest(at, end, record, comm);
    return true;
}

bool readTracerText(std::string_view text, BlockRecord& record, std::string_view& comm) {
    const char* at = text.data();
    const char* const end = at + text.size();
    skipBlanks(at, end);
    if (!takeDevice(at, end, record.device) || at >= end || !isBlank(*at)) return false;
    skipBlanks(at, end);
    const auto rest = [&] { return std::string_view(at, static_cast<std::size_t>(end - at)); };
    // A cgroup stands before the action as "1,0" or as a path.
    if (at < end && (isDigit(*at) || *at == '/')) {
        while (at < end && !isBlank(*at)) ++at;
        skipBlanks(at, end);
    }
    return readBlockAction(rest(), record, comm);
}

bool readBlockEvent(BlockAction action, std::string_view args, BlockRecord& record) {
    record = {};
    record.action = action;
    record.marks = model::kBlockTracepoint;
    const char* at = args.data();
    const char* const end = at + args.size();
    const auto rest = [&] { return std::string_view(at, static_cast<std::size_t>(end - at)); };
    std::string_view comm;
    skipBlanks(at, end);
    if (action == BlockAction::Plug || action == BlockAction::Unplug) {
        readBracket(rest(), record, comm);
        return at < end && *at == '[';
    }
    if (!takeDevice(at, end, record.device) || at >= end || !isBlank(*at)) return false;
    skipBlanks(at, end);
    record.rwbs = rwbsCached(takeLetters(at, end));
    if (at >= end || !isBlank(*at)) return false;
    skipBlanks(at, end);
    // "BYTES (CMD) SECTOR + N" of requests: a command's bytes are hexadecimal and blanks.
    const char* const bytes = at;
    while (at < end && isDigit(*at)) ++at;
    skipBlanks(at, end);
    if (at < end && *at == '(') {
        while (at < end && *at != ')') ++at;
        if (at == end) return false;
        if (at[-1] != '(') record.marks |= model::kBlockPassthrough;
        ++at;
    } else {
        at = bytes;
    }
    skipBlanks(at, end);
    if (at >= end || !isDigit(*at)) return false;
    readRest(at, end, record, comm);
    return true;
}

bool isBlkparseSummary(std::string_view line) {
    constexpr std::array<std::string_view, 20> kBegins{
        "CPU",        "Total (",    "Reads ",      "Read ",        "Writes ",
        "PC Read",    "PC Write",   "IO unplugs:", "Throughput (", "Events (",
        "Skips:",     "Input file", "=== ",        "Allocation w", "Dispatch wait",
        "Completion", "Discards ",  "Discard ",    "---",          "Timer unplugs:"};
    line = trim(line);
    if (line.starts_with("^C")) line.remove_prefix(2);
    return std::ranges::any_of(kBegins, [&](auto begin) { return line.starts_with(begin); });
}

}  // namespace kscope::parsers
