// SPDX-License-Identifier: GPL-3.0-or-later
/// Brings bytes to a RowReader, and delivers its parts.
#include "parsers/row_reader.h"

#include <chrono>

namespace kscope::parsers {
namespace {

using model::DiagnosticKind;
using namespace std::chrono_literals;

constexpr std::size_t kRowReadBytes = 512 << 10;
constexpr std::size_t kRowTextBytes = 64 << 10;

class RowFeed {
public:
    RowFeed(const TextImport& import, RowReader& reader) : m_import(import), m_reader(reader) {
        m_reader.begin(import.source);
    }
    [[nodiscard]] std::span<char> room() {
        const auto filled = m_text.size();
        m_text.resize(filled + kRowReadBytes);
        return std::span(m_text).subspan(filled);
    }
    void add(std::size_t unused, bool last) {
        m_text.resize(m_text.size() - unused);
        std::size_t begin = 0;
        while (begin < m_text.size()) {
            const auto used =
                m_reader.read(std::string_view(m_text).substr(begin), m_position, last);
            begin += used;
            m_position += used;
            if (m_reader.full()) deliver();
            if (used == 0) break;
        }
        m_text.erase(0, begin);
        if (m_text.size() <= RowReader::kMostKept) return;
        m_position += m_text.size();  // No reader waits for so much: it is damage.
        m_text.clear();
        m_import.builder.diagnose(m_import.source, DiagnosticKind::LongLine,
                                  {.source = m_import.source, .line = 0, .offset = m_position});
    }
    void preload(std::string_view bytes) { m_text.append(bytes); }
    void deliver() {
        m_import.builder.deliver(m_import.source, m_sequence++, m_reader.finish());
        if (m_import.options.delivered) m_import.options.delivered();
    }
    void note(DiagnosticKind kind) const {
        m_import.builder.diagnose(m_import.source, kind,
                                  {.source = m_import.source, .line = 0, .offset = m_position});
    }

private:
    const TextImport& m_import;
    RowReader& m_reader;
    std::string m_text;
    std::uint64_t m_position = 0;  // of m_text's begin
    std::uint64_t m_sequence = 0;
};

class RowSource final : public model::EventSource {
public:
    RowSource(RowTextReader reader, std::shared_ptr<const ByteReader> bytes)
        : m_reader(reader),
          m_bytes(std::move(bytes)) {}
    model::Result<model::EventText> eventText(std::uint64_t position) const override {
        std::string text(kRowTextBytes, '\0');
        const auto count = m_bytes->read(position, text);
        if (!count) return tl::unexpected(count.error());
        if (*count == 0)
            return model::failure(
                "the source ends before this event; it was changed since it was opened");
        return m_reader(std::string_view(text).substr(0, *count));
    }
    model::Result<std::size_t> bytes(std::uint64_t offset, std::span<char> into) const override {
        return m_bytes->read(offset, into);
    }
    std::uint64_t size() const override { return m_bytes->size(); }

private:
    RowTextReader m_reader;
    std::shared_ptr<const ByteReader> m_bytes;
};

}  // namespace

void importRowsFile(const TextImport& import, RowReader& reader,
                    const std::shared_ptr<const FileReader>& file) {
    RowFeed feed(import, reader);
    for (std::uint64_t at = 0; at < file->size();) {
        if (import.options.stop.stop_requested()) {
            feed.note(DiagnosticKind::PartialLoad);
            break;
        }
        const auto room = feed.room();
        const auto got = file->readAsIs(at, room);
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(got ? *got : 0, file->size() - at));
        at += count;
        feed.add(room.size() - count, at >= file->size() || count == 0);
        if (import.options.progress) import.options.progress(at, file->size());
        if (count > 0) continue;
        feed.note(got ? DiagnosticKind::SourceShrank : DiagnosticKind::ReadError);
        break;
    }
    feed.deliver();
}

void importRowsStream(const TextImport& import, RowReader& reader, ByteStream& stream,
                      BlockStore& store, std::string_view head, std::uint64_t total) {
    RowFeed feed(import, reader);
    store.append(head);
    feed.preload(head);
    while (stream.state() == StreamState::Open && !import.options.stop.stop_requested()) {
        const auto room = feed.room();
        const auto count = stream.read(room, 20ms);
        store.append({room.data(), count});
        feed.add(room.size() - count, false);
        if (import.options.progress) import.options.progress(stream.taken(), total);
    }
    const bool stopped = stream.state() == StreamState::Open;
    (void)feed.room();
    feed.add(kRowReadBytes, true);
    if (stopped) feed.note(DiagnosticKind::PartialLoad);
    if (stream.state() == StreamState::Truncated) feed.note(DiagnosticKind::Truncated);
    if (stream.state() == StreamState::Failed) feed.note(DiagnosticKind::ReadError);
    import.builder.updateSource(import.source,
                                [&](model::SourceInfo& info) { info.bytes = stream.taken();
});
feed.deliver();
}  // namespace kscope::parsers

std::shared_ptr<const model::EventSource> makeRowSource(RowTextReader reader,
                                                        std::shared_ptr<const ByteReader> bytes) {
    return std::make_shared<RowSource>(reader, std::move(bytes));
}

}  // namespace kscope::parsers
