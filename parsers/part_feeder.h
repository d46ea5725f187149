// SPDX-License-Identifier: GPL-3.0-or-later
/// Brings bytes to a FtracePartParser piece by piece: keeps what it left for the next piece, and
/// bounds lines.
#pragma once

#include "parsers/ftrace/part_parser.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kscope::parsers {

/// A piece is read at once and parsed while it lies in the CPU's L2 cache (performance.md section
/// 7: 64 to 256 KiB are alike, 1 MiB costs a fifth more).
inline constexpr std::size_t kPieceBytes = 128 << 10;
/// Longer lines are cut here, and their rest is skipped up to its newline
/// (DiagnosticKind::LongLine).
inline constexpr std::size_t kMaxLineBytes = 1 << 20;

/// Whether a part begins the source: else lines before its first context line belong to the part
/// before.
enum class PartPlace : std::uint8_t { FirstOfSource, Later };
/// Whether more bytes may follow those given so far.
enum class MoreBytes : std::uint8_t { May, None };

class PartFeeder {
public:
    explicit PartFeeder(const FtraceLayout& layout);

    void begin(model::SourceId source, std::uint64_t position, PartPlace place);
    /// Where the next bytes go: at least kPieceBytes. Valid until the next call.
    [[nodiscard]] std::span<char> room();
    /// `count` bytes were put into room(): they are parsed up to the last whole line (all of them
    /// with MoreBytes::None).
    void add(std::size_t count, MoreBytes more, std::uint64_t end);
    /// Parses the whole lines that the parser keeps until it has seen what follows: for a pipe that
    /// is silent.
    void flushLines();
    /// Position in the source of the next byte for room().
    [[nodiscard]] std::uint64_t position() const noexcept { return m_position; }
    /// The parser met a line that belongs to the next part; taken() is where it begins.
    [[nodiscard]] bool done() const noexcept { return m_done; }
    [[nodiscard]] std::uint64_t taken() const noexcept { return m_position - (m_filled - m_begin); }
    /// Bytes that were added and not consumed: the begin of what the next part reads.
    [[nodiscard]] std::string_view left() const noexcept {
        return {m_buffer.data() + m_begin, m_filled - m_begin};
    }
    [[nodiscard]] model::ParsedPart finish();
    /// Drops what is in the buffer, for a part that begins elsewhere.
    void clear() noexcept;
    /// Adds `bytes` as if read: for what came before the parser was chosen, and what the part
    /// before left.
    void preload(std::string_view bytes);

private:
    void parse(MoreBytes more, std::uint64_t end);
    void cutLongLine(std::uint64_t end);
    void skipLongLine(MoreBytes more);

    const FtraceLayout m_layout;
    FtracePartParser m_parser;
    std::vector<char> m_buffer;  // kPiecePadding bytes behind m_filled are always there.
    std::size_t m_begin = 0;     // First byte not consumed.
    std::size_t m_filled = 0;
    std::uint64_t m_position = 0;  // Of the byte at m_filled.
    std::string m_longLine;       // The first kMaxLineBytes of a long line, until its end is found.
    std::uint64_t m_skipped = 0;  // Bytes of it behind them so far.
    bool m_skipping = false;
    bool m_done = false;
};

}  // namespace kscope::parsers
