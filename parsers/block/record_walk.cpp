// SPDX-License-Identifier: GPL-3.0-or-later
/// The way of a walk where a record is no plain one: another byte order, damage, the file's end.
#include "parsers/block/record_walk.h"

#include <algorithm>

namespace kscope::parsers {

namespace {
constexpr std::size_t kMostRecord = kBlktraceHeader8 + UINT16_MAX;
constexpr std::size_t kWalkBytes = 256 << 10;  // read at a time; fits into the CPU's cache
constexpr std::size_t kBufferBytes = kWalkBytes + kMostRecord;
}  // namespace

char* WalkBuffer::bytes() {
    if (!m_bytes) m_bytes = std::make_unique_for_overwrite<char[]>(kBufferBytes);
    return m_bytes.get();
}

RecordWalk::RecordWalk(const ByteReader& bytes, WalkBuffer& buffer, std::uint64_t begin,
                       std::uint64_t end, std::uint64_t likelyEnd)
    : m_bytes(bytes),
      m_next(begin),
      m_end(end),
      m_likelyEnd(likelyEnd),
      m_buffer(buffer.bytes()) {}

bool RecordWalk::nextSlowly() {
    while (m_next < m_end) {
        const auto view = look(kBlktraceHeader8);
        const auto record = readBlktraceRecord(view);
        if (!record) {
            if (!resync(view)) return false;
            continue;
        }
        const bool whole = look(record->size()).size() >= record->size();
        const bool ends =
            whole && (m_next + record->size() >= m_bytes.size() || magicBehind(record->size()));
        if (!ends && record->payload > 0 && magicBehind(record->header)) {
            m_payload = {};  // A damaged length: the next record stands behind the header.
            take(*record, record->header);
            return true;
        }
        if (!whole) {
            if (!resync(view.substr(0, record->header))) return false;
            continue;
        }
        m_payload = look(record->size()).substr(record->header, record->payload);
        take(*record, record->size());
        return true;
    }
    return false;
}

void RecordWalk::take(const BlktraceRecord& record, std::size_t size) {
    m_record = record;
    m_at = m_next;
    m_next += size;
}

/// At least `wanted` bytes from m_next on, fewer at the file's end.
std::string_view RecordWalk::look(std::size_t wanted) {
    if (m_next < m_begin || m_next + wanted > m_begin + m_filled) fill();
    const auto from = static_cast<std::size_t>(m_next - m_begin);
    return std::string_view(m_buffer, m_filled).substr(std::min(from, m_filled));
}

bool RecordWalk::magicBehind(std::size_t size) {
    const auto view = look(size + 4);
    return view.size() >= size + 4 && isBlktraceMagic(view.substr(size));
}

void RecordWalk::fill() {
    const auto left = m_likelyEnd - std::min(m_next, m_likelyEnd);
    // With what follows the last record: its magic is looked at.
    const auto wanted = static_cast<std::size_t>(
        std::clamp<std::uint64_t>(left + kBlktraceHeader8, kMostRecord + 4, kBufferBytes));
    if (m_begin == m_next && m_filled >= wanted) return;
    if (m_begin == m_next && m_filled > 0 && m_filled < m_asked) return;  // the end
    const auto got = m_bytes.read(m_next, {m_buffer, wanted});
    m_failed |= !got.has_value();
    m_begin = m_next;
    m_asked = wanted;
    m_filled = got.value_or(0);
}

/// Moves on to the next magic in the file; false: there is none.
bool RecordWalk::resync(std::string_view view) {
    if (m_gaps++ == 0) m_firstGap = m_next;
    const auto from = m_next;
    const bool begins = isBlktraceMagic(view);
    ++m_next;
    while (m_next < m_end) {
        view = look(kWalkBytes);
        if (view.size() < 4) break;
        for (std::size_t i = 0; i + 4 <= view.size(); ++i) {
            if (!isBlktraceMagic(view.substr(i, 4))) continue;
            m_next += i;
            m_skipped += m_next - from;
            return m_next < m_end;
        }
        m_next += view.size() - 3;
    }
    m_cut = begins;
    m_skipped += std::max(m_bytes.size(), m_next) - from;
    m_next = m_end;
    return false;
}

}  // namespace kscope::parsers
