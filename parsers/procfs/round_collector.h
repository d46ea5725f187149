// SPDX-License-Identifier: GPL-3.0-or-later
/// Rounds of all files of a source, in the order in which they were read: event rows and numbers of
/// one part after the other.
#pragma once

#include "model/store/chunk_writer.h"
#include "parsers/procfs/round_reader.h"

#include <deque>

namespace kscope::parsers {

/// Rows have times in whole µs (a row's time column has 32 bits); the numbers' rounds keep the ns.
inline constexpr std::int64_t kProcTickNs = 1000;

/// One read of one file.
struct ProcRound {
    std::string_view path;  ///< "/proc/interrupts"
    std::int64_t beforeNs = 0;
    std::int64_t afterNs = 0;
    std::uint64_t position = 0;  ///< Of its text in the source.
    std::string_view text;
};

class RoundCollector {
public:
    /// A part of `source` that begins at `position`. Readers are kept from part to part: the first
    /// text of a part is compared with one read before.
    void begin(model::SourceId source, std::uint64_t position);
    /// The next round. A file of another kind than those of /proc that are known gives a row only.
    void add(const ProcRound& round);
    void add(const ProcRound& round, model::CounterFile file);
    /// Takes the round if its text differs from the one before of its file in numbers alone.
    [[nodiscard]] bool addIfAlike(const ProcRound& round);
    /// Length of the text before of that file; 0 where there is none.
    [[nodiscard]] std::size_t likelyLength(std::string_view path);

    [[nodiscard]] model::Diagnostics& diagnostics() { return m_writer.diagnostics(); }
    [[nodiscard]] model::SourceId source() const noexcept { return m_source; }
    /// `lines`: line ends in the part. The bytes of its texts may go then.
    [[nodiscard]] model::ParsedPart finish(std::uint64_t lines, std::uint64_t bytes);
    /// As finish(), for a source that grows by a few rounds a part: see RoundReader::takeGrowing().
    [[nodiscard]] model::ParsedPart finishGrowing();
    [[nodiscard]] std::deque<RoundReader>& readers() noexcept { return m_readers; }

private:
    RoundReader* readerOf(std::string_view path);
    model::CounterChunk::Round placed(const ProcRound& round);
    void addRow(const ProcRound& round, std::int64_t timeNs);
    void countOdd(const ShapeOddities& odd, std::uint64_t position);
    void countResets(RoundReader& reader, std::uint64_t position);
    model::ParsedPart close(std::uint64_t lines, std::uint64_t bytes);

    model::ChunkWriter m_writer;
    std::deque<RoundReader> m_readers;
    std::size_t m_lastReader = 0;
    model::SourceId m_source{};
    std::int64_t m_shiftNs = 0;
    bool m_any = false;
    std::int64_t m_firstNs = 0;
    std::int64_t m_lastNs = 0;
};

}  // namespace kscope::parsers
