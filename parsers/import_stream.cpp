// SPDX-License-Identifier: GPL-3.0-or-later
/// Parses a stream as it comes: one parser, parts of 1 MiB or of what came within 100 ms.
#include "parsers/part_feeder.h"
#include "parsers/text_import.h"

#include <algorithm>
#include <chrono>

namespace kscope::parsers {
namespace {

using model::DiagnosticKind;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kPartBytes = 1 << 20;
constexpr std::uint64_t kFirstPartBytes = 256 << 10;
constexpr auto kPartTime = 100ms;
constexpr auto kReadWait = 20ms;  // Cancelling must be noticed within 50 ms.

class StreamImport {
public:
    StreamImport(const TextImport& import, ByteStream& stream, BlockStore& store)
        : m_import(import),
          m_stream(stream),
          m_store(store),
          m_feeder(import.layout) {}

    void run(std::string_view head, std::uint64_t total) {
        m_store.append(head);
        m_feeder.preload(head);
        m_feeder.begin(m_import.source, 0, PartPlace::FirstOfSource);
        m_end = kFirstPartBytes;
        give(0);
        while (m_stream.state() == StreamState::Open && !m_import.options.stop.stop_requested()) {
            const auto room = m_feeder.room().first(kPieceBytes);
            const auto count = m_stream.read(room, kReadWait);
            m_store.append({room.data(), count});
            give(count);
            showInTime(count);
            if (m_import.options.progress) m_import.options.progress(m_stream.taken(), total);
        }
        finishLast();
    }

private:
    void give(std::size_t count) {
        m_feeder.add(count, MoreBytes::May, m_end);
        while (m_feeder.done()) {
            deliver(m_feeder.finish());
            beginNext(PartPlace::Later);
            m_feeder.add(0, MoreBytes::May, m_end);
        }
    }

    /// What came is shown after 100 ms at the latest, even if less than a part.
    void showInTime(std::size_t came) {
        if (SteadyClock::now() - m_delivered < kPartTime) return;
        if (came > 0) {
            // While more comes, the part ends before the next event, so that this one keeps its
            // stack.
            m_end = std::min(m_end, m_feeder.taken());
            return;
        }
        m_feeder.flushLines();
        if (m_feeder.taken() == m_partBegin) return;
        deliver(m_feeder.finish());
        // What continues the last event is then no longer its own; better shown than skipped.
        beginNext(PartPlace::FirstOfSource);
    }

    void beginNext(PartPlace place) {
        m_partBegin = m_feeder.taken();
        m_end = m_partBegin + kPartBytes;
        m_feeder.begin(m_import.source, m_partBegin, place);
    }

    void deliver(model::ParsedPart part) {
        m_import.builder.updateSource(
            m_import.source, [this](model::SourceInfo& info) { info.bytes = m_stream.taken(); });
        m_import.builder.deliver(m_import.source, m_sequence++, std::move(part));
        m_delivered = SteadyClock::now();
        if (m_import.options.delivered) m_import.options.delivered();
    }

    void finishLast() {
        const bool stopped = m_stream.state() == StreamState::Open;
        if (!stopped) m_feeder.add(0, MoreBytes::None, UINT64_MAX);
        auto part = m_feeder.finish();
        const model::DiagnosticPlace place{
            .source = m_import.source, .line = part.lines + 1, .offset = m_feeder.taken()};
        const auto note = [&](DiagnosticKind kind) {
            part.diagnostics.record(kind, place);
            if (!m_stream.problem().empty()) part.diagnostics.record(kind, 0, m_stream.problem());
        };
        if (stopped) note(DiagnosticKind::PartialLoad);
        if (m_stream.state() == StreamState::Truncated) note(DiagnosticKind::Truncated);
        if (m_stream.state() == StreamState::Failed) note(DiagnosticKind::ReadError);
        deliver(std::move(part));
    }

    const TextImport& m_import;
    ByteStream& m_stream;
    BlockStore& m_store;
    PartFeeder m_feeder;
    std::uint64_t m_partBegin = 0;
    std::uint64_t m_end = 0;  // The part ends before the first event at or after this position.
    std::uint64_t m_sequence = 0;
    SteadyClock::time_point m_delivered;  // Long ago: the first part is shown at once.
};

}  // namespace

void importTextStream(const TextImport& import, ByteStream& stream, BlockStore& store,
                      std::string_view head, std::uint64_t total) {
    StreamImport(import, stream, store).run(head, total);
}

}  // namespace kscope::parsers
