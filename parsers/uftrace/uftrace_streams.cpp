// SPDX-License-Identifier: GPL-3.0-or-later
/// User records, perf events and external text.
#include "parsers/uftrace/uftrace_streams.h"

#include "parsers/ftrace/line_head.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <cstring>

namespace kscope::parsers {
namespace {

constexpr std::size_t kRecordBytes = 16;
constexpr std::size_t kMostPayload = 64 << 10;
constexpr std::size_t kMostSkipped = 1 << 20;  // to find the next record again
constexpr std::int64_t kMostTime = std::int64_t{1} << 61;
/// Ten minutes: hardly the next record of a thread, where records are looked for.
constexpr std::int64_t kFarAhead = 600'000'000'000;

class UserStream final : public UftraceStream {
public:
    UserStream(UftraceFilePtr file, std::int64_t tid, bool bigEndian, PayloadLength payload,
               std::size_t bufferBytes, std::uint64_t from)
        : UftraceStream(bufferBytes),
          m_file(std::move(file)),
          m_tid(tid),
          m_bigEndian(bigEndian),
          m_payload(std::move(payload)),
          m_at(from) {}

    bool next(UftraceRecord& record) override {
        if (m_bigEndian && !m_orderKnown) findOrder();
        const auto bytes = at(*m_file, m_at, kRecordBytes);
        if (bytes.size() < kRecordBytes) {
            m_faults.cutRecords += bytes.empty() ? 0 : 1;
            believe(0);
            return false;
        }
        if (!decode(bytes, record)) {
            fault(m_at);
            if (m_at == 0 || !resynchronise(record)) {
                believe(0);
                return false;
            }
        }
        record.position = m_at;
        record.tid = m_tid;
        record.kernel = false;
        if (record.time < m_last) {
            // A loss has no time of its own (libmcount/record.c).
            if (record.kind != UftraceRecordKind::Lost || record.time != 0) ++m_faults.backwards;
            record.time = m_last;
        }
        believe(record.time - m_last);
        m_last = record.time;
        m_at += kRecordBytes;
        if (record.more) skipPayload(record);
        if (record.kind == UftraceRecordKind::Lost) m_doubtful += uftraceLost(record);
        return true;
    }
    void startAfter(std::int64_t time) override { m_last = time; }

private:
    bool decode(std::string_view bytes, UftraceRecord& record) const {
        const auto time = uftraceNumber(bytes, 8, m_bigEndian);
        auto word = uftraceNumber(bytes.substr(8), 8, m_bigEndian);
        if (m_mirrored) word = unmirrored(word);
        if ((word >> 3 & 7) != 5 || time > static_cast<std::uint64_t>(kMostTime)) return false;
        record.time = static_cast<std::int64_t>(time);
        record.kind = static_cast<UftraceRecordKind>(word & 3);
        record.more = (word >> 2 & 1) != 0;
        record.depth = static_cast<std::uint32_t>(word >> 6 & 0x3ff);
        record.address = word >> 16;
        return true;
    }
    /// Big-endian compilers lay bit-fields from the top: kind, more, magic, depth, address.
    [[nodiscard]] static std::uint64_t unmirrored(std::uint64_t word) {
        return word >> 62 | (word >> 61 & 1) << 2 | (word >> 58 & 7) << 3 |
               (word >> 48 & 0x3ff) << 6 | word << 16;
    }
    /// Which of both orders the file's first words fit. Addresses may look like the magic of the
    /// other one, all of them like a mirrored one.
    void findOrder() {
        m_orderKnown = true;
        const auto bytes = at(*m_file, 0, 16 * kRecordBytes);
        int plain = 0;
        int mirrored = 0;
        for (std::size_t from = 0; from + kRecordBytes <= bytes.size(); from += kRecordBytes) {
            const auto word = uftraceNumber(bytes.substr(from + 8), 8, true);
            plain += (word >> 3 & 7) == 5;
            mirrored += (word >> 58 & 7) == 5;
        }
        m_mirrored = mirrored > plain;
    }
    /// Counts losses when the next record tells how much time they took: a nanosecond each at
    /// least.
    void believe(std::int64_t elapsed) {
        if (m_doubtful == 0) return;
        const auto room = std::max(static_cast<std::uint64_t>(elapsed), kBelievedLost);
        if (m_doubtful > room) fault(m_at);
        m_faults.lost += m_doubtful > room ? 1 : m_doubtful;
        m_doubtful = 0;
    }
    void skipPayload(const UftraceRecord& record) {
        const auto data = at(*m_file, m_at, kMostPayload);
        std::optional<std::size_t> length;
        if (record.kind == UftraceRecordKind::Event && data.size() >= 2)
            length = (2 + uftraceNumber(data, 2, m_bigEndian) + 7) / 8 * 8;
        else if (record.kind != UftraceRecordKind::Event && m_payload)
            length = m_payload(record, data);
        if (length && *length <= data.size()) {
            m_at += *length;
            return;
        }
        // What it holds is not known: the next record is looked for in steps of eight bytes.
        UftraceRecord found;
        fault(m_at);
        if (!resynchronise(found)) m_at = m_file->size();
    }
    bool resynchronise(UftraceRecord& record) {
        for (std::size_t skipped = 0; skipped < kMostSkipped; skipped += 8) {
            const auto bytes = at(*m_file, m_at + skipped, kRecordBytes);
            if (bytes.size() < kRecordBytes) return false;
            if (!decode(bytes, record) || record.time < m_last || record.time - m_last > kFarAhead)
                continue;
            // A chance of one in eight makes a record of any bytes: the next one must be one, too.
            UftraceRecord behind;
            const auto more = at(*m_file, m_at + skipped + kRecordBytes, kRecordBytes);
            if (!record.more && more.size() >= kRecordBytes &&
                (!decode(more, behind) || behind.time < record.time ||
                 behind.time - record.time > kFarAhead))
                continue;
            m_at += skipped;
            return true;
        }
        return false;
    }

    UftraceFilePtr m_file;
    std::int64_t m_tid;
    bool m_bigEndian;
    bool m_orderKnown = false;
    bool m_mirrored = false;
    PayloadLength m_payload;
    std::uint64_t m_at;
    std::int64_t m_last = 0;
    std::uint64_t m_doubtful = 0;  // lost records of which it is not known yet whether it can be
};

/// perf_event_header and sample_id_all, linux/include/uapi/linux/perf_event.h.
class PerfStream final : public UftraceStream {
public:
    PerfStream(UftraceFilePtr file, bool bigEndian, std::size_t bufferBytes, std::uint64_t from)
        : UftraceStream(bufferBytes),
          m_file(std::move(file)),
          m_bigEndian(bigEndian),
          m_at(from) {}

    bool next(UftraceRecord& record) override {
        constexpr std::size_t kHeader = 8, kSample = 16;
        while (true) {
            const auto head = at(*m_file, m_at, kHeader);
            if (head.size() < kHeader) {
                m_faults.cutRecords += head.empty() ? 0 : 1;
                return false;
            }
            const auto size = static_cast<std::size_t>(number(head, 6, 2));
            const auto bytes = at(*m_file, m_at, size).substr(0, size);
            if (size < kHeader || bytes.size() < size) {
                if (size < kHeader) fault(m_at);
                else ++m_faults.cutRecords;
                return false;
            }
            record.position = m_at;
            m_at += size;
            if (size < kHeader + kSample) continue;
            const auto type = number(head, 0, 4);
            const auto misc = number(head, 4, 2);
            record.more = record.kernel = false;
            record.depth = 0;
            record.address = 0;
            record.tid = static_cast<std::int32_t>(number(bytes, size - 12, 4));
            // Fork and exit tell their own time, which uftrace goes by.
            const bool own = (type == 7 || type == 4) && size >= kHeader + 24 + kSample;
            const auto time = own ? number(bytes, kHeader + 16, 8) : number(bytes, size - 8, 8);
            if (time > static_cast<std::uint64_t>(kMostTime) || !fill(type, misc, bytes, record))
                continue;
            record.time = std::max(static_cast<std::int64_t>(time), m_last);
            m_faults.backwards += record.time != static_cast<std::int64_t>(time);
            m_last = record.time;
            return true;
        }
    }

private:
    std::uint64_t number(std::string_view bytes, std::size_t from, std::size_t size) const {
        return uftraceNumber(bytes.substr(from), size, m_bigEndian);
    }
    bool fill(std::uint64_t type, std::uint64_t misc, std::string_view bytes,
              UftraceRecord& record) const {
        switch (type) {
        case 14:
            record.kind = (misc & 0x2000) == 0   ? UftraceRecordKind::SchedIn
                          : (misc & 0x4000) != 0 ? UftraceRecordKind::SchedOutPreempted
                                                 : UftraceRecordKind::SchedOut;
            return true;
        case 7:
        case 4:
            record.kind = type == 7 ? UftraceRecordKind::TaskNew : UftraceRecordKind::TaskExit;
            if (bytes.size() >= 8 + 24)
                record.tid = static_cast<std::int32_t>(number(bytes, 16, 4));
            return true;
        case 3: {
            record.kind = UftraceRecordKind::TaskName;
            if (bytes.size() < 8 + 8 + 16) return false;
            const auto comm = bytes.substr(16, bytes.size() - 16 - 16);
            record.tid = static_cast<std::int32_t>(number(bytes, 12, 4));
            record.comm = comm.substr(0, std::min<std::size_t>(comm.find('\0'), 64));
            return true;
        }
        default: return false;
        }
    }
    UftraceFilePtr m_file;
    bool m_bigEndian;
    std::uint64_t m_at;
    std::int64_t m_last = 0;
};

/// "SEC.FRAC message"
class ExternStream final : public UftraceStream {
public:
    ExternStream(UftraceFilePtr file, std::size_t bufferBytes, std::uint64_t from)
        : UftraceStream(bufferBytes),
          m_file(std::move(file)),
          m_at(from) {}
    bool next(UftraceRecord& record) override {
        while (true) {
            const auto bytes = at(*m_file, m_at, kMostPayload);
            if (bytes.empty()) return false;
            const auto end = std::min(bytes.find('\n'), bytes.size());
            const auto line = trim(bytes.substr(0, end));
            record = {};
            record.position = m_at;
            m_at += std::min(end + 1, bytes.size());
            if (line.empty() || line[0] == '#') continue;
            const auto time = readTime(line.substr(0, line.find_first_of(" \t")));
            if (time.kind != LineTime::Kind::Seconds || time.bad) {
                fault(record.position);
                continue;
            }
            record.time = std::max(time.value, m_last);
            m_last = record.time;
            record.kind = UftraceRecordKind::Extern;
            return true;
        }
    }

private:
    UftraceFilePtr m_file;
    std::uint64_t m_at;
    std::int64_t m_last = 0;
};

}  // namespace

std::string_view UftraceStream::at(const UftraceFile& file, std::uint64_t offset,
                                   std::size_t least) {
    if (offset < m_begin || offset + least > m_begin + m_filled) {
        const auto size = std::max(m_bufferBytes, least);
        if (m_buffer.size() < size) m_buffer.resize(size);
        m_begin = offset;
        m_filled =
            offset < file.size()
                ? file.read(offset, std::span(m_buffer).first(static_cast<std::size_t>(
                                        std::min<std::uint64_t>(size, file.size() - offset))))
                : 0;
    }
    const auto from = static_cast<std::size_t>(offset - m_begin);
    return {m_buffer.data() + from, m_filled - from};
}

std::uint64_t uftraceNumber(std::string_view bytes, std::size_t size, bool bigEndian) {
    std::uint64_t value = 0;
    if (!bigEndian) {
        std::memcpy(&value, bytes.data(), size);
        return value;
    }
    for (std::size_t i = 0; i < size; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

std::unique_ptr<UftraceStream> userStream(UftraceFilePtr file, std::int64_t tid, bool bigEndian,
                                          PayloadLength payload, std::size_t bufferBytes,
                                          std::uint64_t from) {
    return std::make_unique<UserStream>(std::move(file), tid, bigEndian, std::move(payload),
                                        bufferBytes, from);
}
std::unique_ptr<UftraceStream> perfStream(UftraceFilePtr file, bool bigEndian,
                                          std::size_t bufferBytes, std::uint64_t from) {
    return std::make_unique<PerfStream>(std::move(file), bigEndian, bufferBytes, from);
}
std::unique_ptr<UftraceStream> externStream(UftraceFilePtr file, std::size_t bufferBytes,
                                            std::uint64_t from) {
    return std::make_unique<ExternStream>(std::move(file), bufferBytes, from);
}

}  // namespace kscope::parsers
