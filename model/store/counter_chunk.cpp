// SPDX-License-Identifier: GPL-3.0-or-later
/// Coding rounds of numbers.
#include "model/store/counter_chunk.h"

#include <algorithm>

namespace kscope::model {

namespace {
void appendVarint(std::vector<std::uint8_t>& into, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) into.push_back(static_cast<std::uint8_t>(value | 0x80));
    into.push_back(static_cast<std::uint8_t>(value));
}
}  // namespace

void CounterChunkWriter::begin(std::size_t width) {
    m_chunk = {};
    m_chunk.width = width;
    m_byteLimit = kMaxBytes;
}

void CounterChunkWriter::change(std::size_t place, std::uint64_t difference) {
    const std::uint64_t zigzag = difference << 1 ^ (~(difference >> 63) + 1);
    const auto skipped = place - m_next;
    m_next = place + 1;
    const auto low = static_cast<std::uint8_t>((zigzag & 0x3f) << 1 | (skipped > 0 ? 1 : 0));
    auto& bytes = m_chunk.bytes;
    if (zigzag < 0x40) {
        bytes.push_back(low);
    } else {
        bytes.push_back(static_cast<std::uint8_t>(low | 0x80));
        appendVarint(bytes, zigzag >> 6);
    }
    if (skipped > 0) appendVarint(bytes, skipped);
}

void CounterChunkWriter::fullRound(const CounterChunk::Round& round,
                                   std::span<const std::uint64_t> values) {
    beginRound(round);
    for (std::size_t place = 0; place < values.size(); ++place)
        if (values[place] != 0) change(place, values[place]);
    // A chunk of few rounds would be all full rounds: many numbers get longer chunks.
    if (m_chunk.rounds.size() == 1) m_byteLimit = std::max(kMaxBytes, m_chunk.bytes.size() * 8);
}

void CounterChunkWriter::dropRound() {
    m_chunk.bytes.resize(m_chunk.rounds.back().begin);
    m_chunk.rounds.pop_back();
}

CounterChunk CounterChunkWriter::take() {
    CounterChunk done = std::move(m_chunk);
    done.rounds.shrink_to_fit();
    done.bytes.shrink_to_fit();
    begin(done.width);
    return done;
}

}  // namespace kscope::model
