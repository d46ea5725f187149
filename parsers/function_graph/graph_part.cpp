// SPDX-License-Identifier: GPL-3.0-or-later
/// Cuts text into lines and keeps of each what the assembler needs.
#include "parsers/function_graph/graph_part.h"

#include "parsers/text/number.h"
#include "parsers/text/scan.h"
#include "parsers/uftrace/replay_line.h"

#include <algorithm>
#include <cstring>

namespace kscope::parsers {
namespace {

constexpr std::size_t kUsualLine = 40;  // bytes, and seldom fewer
constexpr std::size_t kScanRoom = 64;   // scans may read so far behind the text

/// Blanks from `at` on. Something else follows them: the text ends with a NUL.
std::size_t countSpaces(const char* at) {
#if defined(__SSE2__)
    const __m128i space = _mm_set1_epi8(' ');
    for (std::size_t count = 0;; count += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + count));
        const auto others =
            ~static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, space))) & 0xffffu;
        if (others != 0) return count + static_cast<std::size_t>(std::countr_zero(others));
    }
#else
    std::size_t count = 0;
    while (at[count] == ' ') ++count;
    return count;
#endif
}

/// Whether two texts whose first and last eight bytes are the same are so between them too.
bool sameMiddle(const char* a, const char* b, std::size_t length) {
    std::uint64_t other = 0;
    for (std::size_t at = 8; at + 8 < length; at += 8) other |= loadWord(a + at) ^ loadWord(b + at);
    return other == 0;
}

/// At most nine digits; false: none, or more.
bool takeFewDigits(const char*& at, std::int64_t& value) {
    const char* const begin = at;
    value = 0;
    for (; isDigit(*at) && at - begin < 10; ++at) value = value * 10 + (*at - '0');
    return at != begin && at - begin < 10;
}

/// "12.345678 |  "
bool takeFastTime(const char*& at, std::int64_t& time) {
    std::int64_t seconds = 0;
    if (!takeFewDigits(at, seconds) || *at != '.') return false;
    // Two zeros in front make six digits eight.
    const auto word = loadWord(at + 1) << 16 | 0x3030;
    if (!eightDigits(word) || isDigit(at[7])) return false;
    time = seconds * 1'000'000'000 + std::int64_t{eightDigitValue(word)} * 1000;
    at += 7;
    at += countSpaces(at);
    if (*at != '|') return false;
    ++at;
    at += countSpaces(at);
    return true;
}

bool isGraphMark(char c) {
    return c == '+' || c == '!' || c == '#' || c == '*' || c == '@' || c == '$';
}

/// " + 43.622 us   |", or blanks up to the bar.
bool takeFastDuration(const char*& at, std::int64_t& duration) {
    at += countSpaces(at);
    if (*at != '|') {
        if (isGraphMark(*at)) {
            ++at;
            at += countSpaces(at);
        }
        std::int64_t whole = 0;
        if (!takeFewDigits(at, whole) || *at != '.' || !isDigit(at[1]) || !isDigit(at[2]) ||
            !isDigit(at[3]) || std::memcmp(at + 4, " us", 3) != 0)
            return false;
        duration = whole * 1000 + (at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0');
        at += 7;
        at += countSpaces(at);
        if (*at != '|') return false;
    }
    ++at;
    return true;
}

}  // namespace

void GraphPart::read(std::string text, std::uint64_t position, const GraphLayout& layout) {
    m_text = std::move(text);
    m_position = position;
    m_layout = layout;
    m_lines = 0;
    m_rows.clear();
    m_names.assign(1, {});
    m_nameSlots.assign(1024, {});
    m_tasks.assign(1, {});
    m_taskIndex.clear();
    m_taskSlots.fill({});
    m_lastTask = 0;
    m_switches = m_longLines = m_badNumbers = 0;
    if (layout.writer == GraphWriter::Replay) eraseColours(m_text);
    const auto size = m_text.size();
    m_rows.reserve(size / kUsualLine);
    m_nulBytes = std::memchr(m_text.data(), 0, size) == nullptr
                     ? 0
                     : static_cast<std::uint64_t>(std::ranges::count(m_text, '\0'));
    m_text.reserve(size + kScanRoom);
    const bool fast =
        layout.writer == GraphWriter::Tracer && layout.cpu && layout.duration && !layout.relative;
    const char* at = m_text.data();
    const char* const end = at + size;
    while (at < end) {
        const char* const lineEnd = findLineEnd(at, end);
        m_line = m_lines + 1;
        if (lineEnd < end) ++m_lines;
        if (!fast || !readFast(at, lineEnd, layout))
            readLine(std::string_view(at, static_cast<std::size_t>(lineEnd - at)), layout);
        at = lineEnd == end ? end : lineEnd + 1;
    }
}

void GraphPart::readLine(std::string_view whole, const GraphLayout& layout) {
    if (whole.size() > kMaxGraphLine) {
        ++m_longLines;
        whole = whole.substr(0, kMaxGraphLine);
    }
    const auto line = layout.writer == GraphWriter::Replay ? readReplayLine(whole, layout)
                                                           : readGraphLine(whole, layout);
    if (line.kind != GraphLineKind::Ignored) add(line, whole);
    m_taskColumn = {};
}

bool GraphPart::readFast(const char* at, const char* end, const GraphLayout& layout) {
    if (static_cast<std::size_t>(end - at) > kMaxGraphLine) return false;
    const char* const begin = at;
    GraphRow row;
    if (*at == ' ') at += countSpaces(at);
    if (layout.time && !takeFastTime(at, row.time)) return false;
    std::int64_t cpu = 0;
    if (!takeFewDigits(at, cpu) || *at != ')') return false;
    ++at;
    row.cpu = static_cast<std::uint32_t>(cpu);
    if (layout.proc && !takeFastTask(at, end, row)) return false;
    if (layout.flags) {
        at += countSpaces(at);
        const char* const flags = at;
        while (at < end && *at != ' ' && *at != '|' && *at != '\t') ++at;
        if (at == flags || at - flags > 16 || flags - begin > UINT16_MAX) return false;
        row.flagsAt = static_cast<std::uint16_t>(flags - begin);
        row.flagsLength = static_cast<std::uint8_t>(at - flags);
        at += countSpaces(at);
        if (*at != '|') return false;
        ++at;
    }
    if (!takeFastDuration(at, row.duration)) return false;
    const auto blanks = countSpaces(at);
    at += blanks;
    // Less than the column's own two: the indentation is damaged.
    if (blanks < 2 || at >= end || !takeFastCall(at, end, row)) return false;
    row.depth = static_cast<std::uint16_t>(std::min<std::size_t>((blanks - 2) / 2, UINT16_MAX));
    row.begin = static_cast<std::uint32_t>(begin - m_text.data());
    row.length = static_cast<std::uint32_t>(end - begin);
    row.line = static_cast<std::uint32_t>(m_line);
    m_rows.push_back(row);
    return true;
}

/// "f();", "f() {", "}" or "} /* f */".
bool GraphPart::takeFastCall(const char* at, const char* end, GraphRow& row) const {
    const auto length = static_cast<std::size_t>(end - at);
    if (*at == '}') {
        row.kind = GraphLineKind::Exit;
        if (length == 1) return true;
        if (length < 9 || std::memcmp(at, "} /* ", 5) != 0 || std::memcmp(end - 3, " */", 3) != 0)
            return false;
        const auto* const name = findName(at + 5, length - 8);
        if (name == nullptr || !name->tail) return false;
        row.name = name->name;
        return true;
    }
    std::size_t behind = 3;
    if (length > 4 && std::memcmp(end - 4, "() {", 4) == 0) {
        behind = 4;
        row.kind = GraphLineKind::Entry;
    } else if (length > 3 && std::memcmp(end - 3, "();", 3) == 0) {
        row.kind = GraphLineKind::Leaf;
    } else {
        return false;
    }
    const auto* const name = findName(at, length - behind);
    if (name == nullptr || !name->call) return false;
    row.name = name->name;
    return true;
}

/// "   bash-470    |", which was read before; else the column is kept to be learnt.
bool GraphPart::takeFastTask(const char*& at, const char* end, GraphRow& row) {
    const auto hash = (loadWord(at) ^ loadWord(at + 8) * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    const auto& slot = m_taskSlots[hash >> 58];
    const auto left = static_cast<std::size_t>(end - at);
    if (slot.task == 0 || slot.length >= left || at[slot.length] != '|' ||
        std::memcmp(at, slot.text, slot.length) != 0) {
        const auto* const bar = static_cast<const char*>(std::memchr(at, '|', left));
        if (bar != nullptr) m_taskColumn = {at, static_cast<std::size_t>(bar - at)};
        return false;
    }
    row.task = slot.task;
    at += slot.length + 1;
    return true;
}

void GraphPart::add(const GraphLine& line, std::string_view whole) {
    GraphRow row;
    row.kind = line.kind;
    row.begin = static_cast<std::uint32_t>(whole.data() - m_text.data());
    row.length = static_cast<std::uint32_t>(whole.size());
    row.line = static_cast<std::uint32_t>(m_line);
    row.cpu = line.cpu;
    row.time = line.time;
    row.duration = line.duration;
    row.depth = static_cast<std::uint16_t>(std::min<std::uint32_t>(line.depth, UINT16_MAX));
    row.depthLost = line.depthLost;
    m_badNumbers += line.badNumber;
    if (!line.flags.empty()) {
        row.flagsAt = static_cast<std::uint16_t>(std::min<std::size_t>(
            UINT16_MAX, static_cast<std::size_t>(line.flags.data() - whole.data())));
        row.flagsLength = static_cast<std::uint8_t>(std::min<std::size_t>(line.flags.size(), 16));
    }
    if (line.kind == GraphLineKind::Event) {
        row.name = static_cast<std::uint32_t>(line.name.data() - m_text.data());
        row.bodyLength = static_cast<std::uint32_t>(line.name.size());
    } else if (line.kind == GraphLineKind::Lost || line.kind == GraphLineKind::Overrun) {
        row.duration = static_cast<std::int64_t>(std::min<std::uint64_t>(line.lost, INT64_MAX));
    } else if (!line.name.empty()) {
        row.name = internName(line.name);
    }
    if (line.tidKnown) row.task = internTask(line.comm, line.tid);
    if (row.task != 0 && !m_taskColumn.empty() && line.kind != GraphLineKind::Switch) {
        const char* const text = m_taskColumn.data();
        const auto hash =
            (loadWord(text) ^ loadWord(text + 8) * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
        m_taskSlots[hash >> 58] = {text, static_cast<std::uint32_t>(m_taskColumn.size()), row.task};
    }
    if (line.kind == GraphLineKind::Switch) {
        row.prevTask = internTask(line.prevComm, line.prevTid);
        ++m_switches;
    }
    m_rows.push_back(row);
}

GraphPart::NameKey GraphPart::keyOf(const char* name, std::size_t length) {
    const auto first = loadWord(name);
    if (length >= 8) return {first, loadWord(name + length - 8)};
    const auto mask = (std::uint64_t{1} << 8 * length) - 1;
    return {first & mask, first & mask};
}

const GraphPart::NameSlot* GraphPart::findName(const char* name, std::size_t length) const {
    const auto key = keyOf(name, length);
    const auto mask = m_nameSlots.size() - 1;
    for (auto at = key.hash(length) & mask;; at = (at + 1) & mask) {
        const auto& slot = m_nameSlots[at];
        if (slot.name == 0) return nullptr;
        if (slot.first == key.first && slot.last == key.last && slot.length == length &&
            sameMiddle(slot.text, name, length))
            return &slot;
    }
}

std::uint32_t GraphPart::internName(std::string_view name) {
    if (const auto* const found = findName(name.data(), name.size())) return found->name;
    const auto key = keyOf(name.data(), name.size());
    const auto mask = m_nameSlots.size() - 1;
    auto at = key.hash(name.size()) & mask;
    while (m_nameSlots[at].name != 0) at = (at + 1) & mask;
    const auto index = static_cast<std::uint32_t>(m_names.size());
    auto& slot = m_nameSlots[at];
    slot = {key.first, key.last, name.data(), static_cast<std::uint32_t>(name.size()), index};
    slot.call = name.find('(') == name.npos && name[0] != '}' && !name.starts_with("/*");
    slot.tail = !name.starts_with("ret=") && !name.starts_with("= ") && !name.ends_with(" =") &&
                name != "=" && name.find(" ret=") == name.npos && name.find(" = ") == name.npos;
    m_names.push_back(name);
    if (m_names.size() * 2 > m_nameSlots.size()) growNames();
    return index;
}

void GraphPart::growNames() {
    std::vector<NameSlot> larger(m_nameSlots.size() * 4);
    const auto mask = larger.size() - 1;
    for (const auto& slot : m_nameSlots) {
        if (slot.name == 0) continue;
        auto at = NameKey{slot.first, slot.last}.hash(slot.length) & mask;
        while (larger[at].name != 0) at = (at + 1) & mask;
        larger[at] = slot;
    }
    m_nameSlots = std::move(larger);
}

std::uint32_t GraphPart::internTask(std::string_view comm, std::int64_t tid) {
    const auto& last = m_tasks[m_lastTask];
    if (m_lastTask != 0 && last.tid == tid && last.comm == comm) return m_lastTask;
    m_taskKey.assign(comm).append(1, '-').append(std::to_string(tid));
    const auto [found, fresh] =
        m_taskIndex.try_emplace(m_taskKey, static_cast<std::uint32_t>(m_tasks.size()));
    if (fresh) m_tasks.push_back({tid, std::string(comm)});
    return m_lastTask = found->second;
}

}  // namespace kscope::parsers
