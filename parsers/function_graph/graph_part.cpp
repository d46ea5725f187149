// SPDX-License-Identifier: GPL-3.0-or-later
/// Cuts text into lines and keeps of each what the assembler needs.
#include "parsers/function_graph/graph_part.h"

#include "parsers/text/scan.h"
#include "parsers/uftrace/replay_line.h"

#include <algorithm>
#include <cstring>

namespace kscope::parsers {
namespace {

constexpr std::size_t kScanRoom = 64;  // findLineEnd may read so far behind the text

std::uint64_t nameHash(std::string_view name) {
    std::uint64_t hash = name.size() * 0x9e3779b97f4a7c15u;
    const char* at = name.data();
    std::size_t left = name.size();
    for (; left >= 8; at += 8, left -= 8) hash = (hash ^ loadWord(at)) * 0xbf58476d1ce4e5b9u;
    std::uint64_t tail = 0;
    std::memcpy(&tail, at, left);
    hash = (hash ^ tail) * 0xbf58476d1ce4e5b9u;
    return hash ^ hash >> 31;
}

}  // namespace

void GraphPart::read(std::string text, std::uint64_t position, const GraphLayout& layout) {
    m_text = std::move(text);
    m_position = position;
    m_lines = 0;
    m_rows.clear();
    m_names.assign(1, {});
    m_nameSlots.assign(1024, {});
    m_tasks.assign(1, {});
    m_taskIndex.clear();
    m_lastTask = 0;
    m_longLines = m_badNumbers = 0;
    const auto size = m_text.size();
    m_nulBytes = std::memchr(m_text.data(), 0, size) == nullptr
                     ? 0
                     : static_cast<std::uint64_t>(std::ranges::count(m_text, '\0'));
    m_text.reserve(size + kScanRoom);
    const char* at = m_text.data();
    const char* const end = at + size;
    while (at < end) {
        const char* const lineEnd = findLineEnd(at, end);
        auto whole = std::string_view(at, static_cast<std::size_t>(lineEnd - at));
        if (lineEnd < end) ++m_lines;
        if (whole.size() > kMaxGraphLine) {
            ++m_longLines;
            whole = whole.substr(0, kMaxGraphLine);
        }
        const auto line = layout.writer == GraphWriter::Replay ? readReplayLine(whole, layout)
                                                               : readGraphLine(whole, layout);
        if (line.kind != GraphLineKind::Ignored) add(line, whole);
        at = lineEnd == end ? end : lineEnd + 1;
    }
}

void GraphPart::add(const GraphLine& line, std::string_view whole) {
    GraphRow row;
    row.kind = line.kind;
    row.begin = static_cast<std::uint32_t>(whole.data() - m_text.data());
    row.length = static_cast<std::uint32_t>(whole.size());
    row.line = static_cast<std::uint32_t>(m_lines);
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
    } else if (line.kind == GraphLineKind::Lost) {
        row.duration = static_cast<std::int64_t>(std::min<std::uint64_t>(line.lost, INT64_MAX));
    } else if (!line.name.empty()) {
        row.name = internName(line.name);
    }
    if (line.tidKnown) row.task = internTask(line.comm, line.tid);
    if (line.kind == GraphLineKind::Switch) row.prevTask = internTask(line.prevComm, line.prevTid);
    m_rows.push_back(row);
}

std::uint32_t GraphPart::internName(std::string_view name) {
    const auto hash = nameHash(name);
    const auto mask = m_nameSlots.size() - 1;
    for (auto at = hash & mask;; at = (at + 1) & mask) {
        auto& slot = m_nameSlots[at];
        if (slot.name == 0) {
            slot = {hash, static_cast<std::uint32_t>(m_names.size())};
            m_names.push_back(name);
            const auto index = slot.name;
            if (m_names.size() * 2 > m_nameSlots.size()) growNames();
            return index;
        }
        if (slot.hash == hash && m_names[slot.name] == name) return slot.name;
    }
}

void GraphPart::growNames() {
    std::vector<NameSlot> larger(m_nameSlots.size() * 4);
    const auto mask = larger.size() - 1;
    for (const auto& slot : m_nameSlots) {
        if (slot.name == 0) continue;
        auto at = slot.hash & mask;
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
