// SPDX-License-Identifier: GPL-3.0-or-later
/// Brings bytes to a FtracePartParser piece by piece.
#include "parsers/part_feeder.h"

#include "parsers/ftrace/line_kind.h"

#include <algorithm>
#include <cstring>

namespace kscope::parsers {

PartFeeder::PartFeeder(const FtraceLayout& layout)
    : m_layout(layout),
      m_parser(layout),
      m_buffer(2 * kPieceBytes + kPiecePadding) {}

void PartFeeder::clear() noexcept {
    m_begin = 0;
    m_filled = 0;
}

void PartFeeder::preload(std::string_view bytes) {
    const auto wanted = m_filled + bytes.size() + kPiecePadding;
    if (m_buffer.size() < wanted) m_buffer.resize(wanted);
    std::memcpy(m_buffer.data() + m_filled, bytes.data(), bytes.size());
    m_filled += bytes.size();
    m_position += bytes.size();
}

void PartFeeder::begin(model::SourceId source, std::uint64_t position, PartPlace place) {
    m_position = position + (m_filled - m_begin);
    m_skipping = false;
    m_done = false;
    m_parser.beginPart(source, position, place == PartPlace::FirstOfSource);
}

std::span<char> PartFeeder::room() {
    // What is left over is the begin of a line: short, but for long ones.
    if (m_begin > 0) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_filled - m_begin);
        m_filled -= m_begin;
        m_begin = 0;
    }
    const auto wanted = m_filled + kPieceBytes + kPiecePadding;
    if (m_buffer.size() < wanted) m_buffer.resize(wanted);
    return {m_buffer.data() + m_filled, m_buffer.size() - kPiecePadding - m_filled};
}

void PartFeeder::add(std::size_t count, MoreBytes more, std::uint64_t end) {
    m_filled += count;
    m_position += count;
    do {
        if (m_skipping) skipLongLine(more);
        if (m_skipping || m_done) return;
        parse(more, end);
        if (!m_done && m_filled - m_begin >= kMaxLineBytes) cutLongLine(end);
    } while (m_skipping);
}

void PartFeeder::parse(MoreBytes more, std::uint64_t end) {
    m_begin += m_parser.parse(left(), more == MoreBytes::None, end);
    m_done = m_parser.done();
}

void PartFeeder::flushLines() {
    const auto newline = left().rfind('\n');
    if (m_skipping || m_done || newline == std::string_view::npos) return;
    m_begin += m_parser.parse(left().substr(0, newline + 1), true);
}

/// The buffer begins with a line that is longer than allowed, or with several that the parser wants
/// to see the end of.
void PartFeeder::cutLongLine(std::uint64_t end) {
    const auto head = left().substr(0, kMaxLineBytes);
    if (taken() >= end && beginsRecord(m_layout, head)) {
        m_done = true;  // It belongs to the next part, which cuts it again.
        return;
    }
    const auto newline = head.find('\n');
    const auto length = std::min(newline, head.size());
    m_longLine = head.substr(0, length);
    m_begin += length;
    m_skipped = 0;
    m_skipping = true;
}

void PartFeeder::skipLongLine(MoreBytes more) {
    const auto rest = left();
    const auto newline = rest.find('\n');
    const auto skipped = newline == rest.npos ? rest.size() : newline + 1;
    m_begin += skipped;
    m_skipped += skipped;
    if (newline == rest.npos && more == MoreBytes::May) return;
    m_parser.longLine(m_longLine, m_skipped);
    m_longLine = {};
    m_skipping = false;
}

model::ParsedPart PartFeeder::finish() {
    if (m_skipping) m_parser.longLine(m_longLine, m_skipped);  // Given up inside it.
    m_skipping = false;
    m_longLine = {};
    return m_parser.finishPart();
}

}  // namespace kscope::parsers
