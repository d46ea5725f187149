// SPDX-License-Identifier: GPL-3.0-or-later
/// Walks the records of one of blktrace's files.
#pragma once

#include "parsers/block/blktrace_record.h"
#include "parsers/bytes/byte_reader.h"

#include <memory>

namespace kscope::parsers {

/// What a walk reads into; kept from walk to walk, so that its pages stay.
class WalkBuffer {
public:
    [[nodiscard]] char* bytes();

private:
    std::unique_ptr<char[]> m_bytes;
};

/// From `begin` to `end` (offsets in the file). What lies between records is skipped up to the next
/// magic. Whoever ends the walk before `end` says where by `likelyEnd`: no more is read than that.
class RecordWalk {
public:
    RecordWalk(const ByteReader& bytes, WalkBuffer& buffer, std::uint64_t begin, std::uint64_t end,
               std::uint64_t likelyEnd = UINT64_MAX);

    /// The next record; false at the end.
    bool next() {
        if (m_next < m_end && m_next >= m_begin) {
            const auto from = static_cast<std::size_t>(m_next - m_begin);
            if (from + kBlktraceHeader7 <= m_filled && isPlainRecord(m_buffer + from)) {
                const char* const at = m_buffer + from;
                readPlainRecord(at, m_record);
                // The magic behind says that the length is right.
                if (from + m_record.size() + 4 <= m_filled && isPlainRecord(at + m_record.size())) {
                    m_payload = {at + kBlktraceHeader7, m_record.payload};
                    m_at = m_next;
                    m_next += m_record.size();
                    return true;
                }
            }
        }
        return nextSlowly();
    }
    [[nodiscard]] const BlktraceRecord& record() const { return m_record; }
    [[nodiscard]] std::string_view payload() const { return m_payload; }
    [[nodiscard]] std::uint64_t position() const { return m_at; }
    [[nodiscard]] std::uint64_t after() const { return m_next; }
    [[nodiscard]] std::uint64_t skipped() const { return m_skipped; }
    [[nodiscard]] std::uint64_t gaps() const { return m_gaps; }
    [[nodiscard]] std::uint64_t firstGap() const { return m_firstGap; }
    [[nodiscard]] bool cut() const { return m_cut; }
    [[nodiscard]] bool failed() const { return m_failed; }

private:
    bool nextSlowly();
    void take(const BlktraceRecord& record, std::size_t size);
    std::string_view look(std::size_t wanted);
    [[nodiscard]] bool magicBehind(std::size_t size);
    void fill();
    bool resync(std::string_view view);

    const ByteReader& m_bytes;
    std::uint64_t m_next;
    std::uint64_t m_end;
    std::uint64_t m_likelyEnd;
    char* m_buffer;  // of the WalkBuffer
    std::uint64_t m_begin = 0;
    std::size_t m_filled = 0;
    std::size_t m_asked = 0;  // in the last fill
    BlktraceRecord m_record;
    std::string_view m_payload;
    std::uint64_t m_at = 0;
    std::uint64_t m_skipped = 0;
    std::uint64_t m_gaps = 0;
    std::uint64_t m_firstGap = 0;
    bool m_cut = false;
    bool m_failed = false;
};

}  // namespace kscope::parsers
