// SPDX-License-Identifier: GPL-3.0-or-later
/// kernel-cpuN.dat: pages of the kernel's ring buffer with the function graph tracer's own records.
#include "parsers/text/number.h"
#include "parsers/uftrace/uftrace_streams.h"

#include <algorithm>
#include <utility>

namespace kscope::parsers {
namespace {

constexpr std::uint32_t kSmallestPage = 512;
constexpr std::uint32_t kLargestPage = 1 << 20;

std::uint32_t numberAfter(std::string_view text, std::string_view key, std::uint32_t otherwise) {
    const auto at = text.find(key);
    if (at == text.npos) return otherwise;
    const char* from = text.data() + at + key.size();
    std::uint64_t value = 0;
    if (!takeNumber(from, text.data() + text.size(), value) || value > kLargestPage)
        return otherwise;
    return static_cast<std::uint32_t>(value);
}

/// Where a field lies: "field:int depth;	offset:16;".
std::uint32_t offsetOf(std::string_view format, std::string_view field, std::uint32_t otherwise) {
    for (auto at = format.find(field); at != format.npos; at = format.find(field, at + 1)) {
        if (at == 0 || format[at - 1] != ' ') continue;
        const auto line = format.substr(at, format.substr(at).find('\n'));
        if (!line.substr(field.size()).starts_with(';')) continue;
        return numberAfter(line, "offset:", otherwise);
    }
    return otherwise;
}

KernelFormats::Graph readFormat(std::string_view text, std::string_view name) {
    KernelFormats::Graph graph;
    const auto begin = text.find("name: " + std::string(name) + "\n");
    if (begin == text.npos) return graph;
    auto format = text.substr(begin);
    format = format.substr(0, format.find("print fmt"));
    graph.id = numberAfter(format, "ID: ", 0);
    graph.pidAt = offsetOf(format, "common_pid", graph.pidAt);
    graph.functionAt = offsetOf(format, "func", graph.functionAt);
    graph.depthAt = offsetOf(format, "depth", graph.depthAt);
    return graph;
}

class KernelStream final : public UftraceStream {
public:
    KernelStream(UftraceFilePtr file, const KernelFormats& formats, std::size_t bufferBytes,
                 std::uint64_t from)
        : UftraceStream(std::max<std::size_t>(bufferBytes, formats.pageSize)),
          m_file(std::move(file)),
          m_formats(formats),
          m_nextPage(from - from % formats.pageSize) {}

    bool next(UftraceRecord& record) override {
        while (true) {
            if (m_at >= m_end && !openPage()) return false;
            const auto bytes = at(*m_file, m_at, static_cast<std::size_t>(m_end - m_at))
                                   .substr(0, static_cast<std::size_t>(m_end - m_at));
            if (take(bytes, record)) return true;
        }
    }

private:
    [[nodiscard]] std::uint64_t number(std::string_view bytes, std::size_t from,
                                       std::size_t size) const {
        return uftraceNumber(bytes.substr(from), size, m_formats.bigEndian);
    }
    /// The next page that holds something.
    bool openPage() {
        while (true) {
            const auto page = at(*m_file, m_nextPage, m_formats.pageSize);
            if (page.size() < m_formats.dataAt) return false;
            const auto begin = m_nextPage;
            m_nextPage += m_formats.pageSize;
            const auto commit = number(page, 8, m_formats.longSize);
            const auto used = commit & 0x7ffffff;  // above: flags of missed events
            const auto room = std::min<std::uint64_t>(page.size(), m_formats.pageSize);
            if (used > room - m_formats.dataAt) {
                fault(begin);
                continue;
            }
            m_clock = number(page, 0, 8);
            m_lost = (commit >> 31 & 1) != 0;
            m_at = begin + m_formats.dataAt;
            m_end = m_at + used;
            if (used > 0) return true;
        }
    }
    /// The event at m_at; false: it is none of the tracer's.
    bool take(std::string_view bytes, UftraceRecord& record) {
        const auto stop = [this] {
            fault(m_at);
            m_at = m_end;
            return false;
        };
        if (bytes.size() < 4) return stop();
        const auto word = static_cast<std::uint32_t>(number(bytes, 0, 4));
        const auto type = m_formats.bigEndian ? word >> 27 : word & 31;
        const auto delta = m_formats.bigEndian ? word & 0x7ffffff : word >> 5;
        const auto extra = bytes.size() >= 8 ? number(bytes, 4, 4) : 0;
        std::size_t head = 4;
        std::size_t size = 0;
        if (type >= 29 || type == 0) {
            if (bytes.size() < 8) {
                m_at = m_end;
                return false;
            }
            if (type == 30) m_clock += (extra << 27) + delta;
            if (type == 31) m_clock = (m_clock & ~((1ULL << 59) - 1)) | ((extra << 27) + delta);
            if (type >= 30) {
                m_at += 8;
                return false;
            }
            if (type == 29) {
                if (delta == 0) m_at = m_end;
                else m_at += 4 + std::max<std::uint64_t>(extra, 4);
                m_clock += delta;
                return false;
            }
            if (extra < 4) return stop();
            head = 8;
            size = static_cast<std::size_t>(extra) - 4;
        } else {
            size = std::size_t{type} * 4;
        }
        m_clock += delta;
        if (size > bytes.size() - head) return stop();
        const auto position = m_at;
        m_at += head + (size + 3) / 4 * 4;
        return fill(bytes.substr(head, size), position, record);
    }
    bool fill(std::string_view payload, std::uint64_t position, UftraceRecord& record) {
        if (payload.size() < 8) return false;
        const auto id = static_cast<std::int64_t>(number(payload, 0, 2));
        const bool exit = id == m_formats.exit.id;
        if (!exit && id != m_formats.entry.id) return false;
        const auto& format = exit ? m_formats.exit : m_formats.entry;
        const auto needed = std::max(
            {format.pidAt + 4, format.functionAt + m_formats.longSize, format.depthAt + 4});
        if (payload.size() < needed || m_clock > std::uint64_t{1} << 61) return false;
        record = {};
        record.position = position;
        record.time = std::max(static_cast<std::int64_t>(m_clock), m_last);
        m_faults.backwards += record.time != static_cast<std::int64_t>(m_clock);
        m_last = record.time;
        record.tid = static_cast<std::int32_t>(number(payload, format.pidAt, 4));
        record.address = number(payload, format.functionAt, m_formats.longSize);
        const auto depth = static_cast<std::int32_t>(number(payload, format.depthAt, 4));
        record.depth = static_cast<std::uint32_t>(std::clamp(depth, 0, 65535));
        record.kind = exit ? UftraceRecordKind::Exit : UftraceRecordKind::Entry;
        record.kernel = true;
        m_faults.lost += std::exchange(m_lost, false) ? 1 : 0;
        return true;
    }

    UftraceFilePtr m_file;
    KernelFormats m_formats;
    std::uint64_t m_nextPage;
    std::uint64_t m_at = 0;
    std::uint64_t m_end = 0;
    std::uint64_t m_clock = 0;
    std::int64_t m_last = 0;
    bool m_lost = false;
};

}  // namespace

KernelFormats readKernelHeader(std::string_view text) {
    KernelFormats formats;
    formats.bigEndian = text.find("ENDIAN: BE") != text.npos;
    formats.pageSize =
        std::clamp(numberAfter(text, "PAGE_SIZE: ", 4096), kSmallestPage, kLargestPage);
    formats.longSize = numberAfter(text, "LONG_SIZE: ", 8) == 4 ? 4 : 8;
    formats.dataAt =
        std::clamp<std::uint32_t>(offsetOf(text, "data", 8 + formats.longSize), 12, 64);
    formats.entry = readFormat(text, "funcgraph_entry");
    formats.exit = readFormat(text, "funcgraph_exit");
    formats.known = formats.entry.id > 0 && formats.exit.id > 0;
    return formats;
}

std::unique_ptr<UftraceStream> kernelStream(UftraceFilePtr file, const KernelFormats& formats,
                                            std::size_t bufferBytes, std::uint64_t from) {
    return std::make_unique<KernelStream>(std::move(file), formats, bufferBytes, from);
}

}  // namespace kscope::parsers
