// SPDX-License-Identifier: GPL-3.0-or-later
/// Rounds of numbers (reads of one file of /proc), delta-coded and immutable, and how they are
/// written and read.
#pragma once

#include "model/core/types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kscope::model {

/// Files of /proc whose numbers are kept. What a number means depends on it.
enum class CounterFile : std::uint8_t {
    Interrupts,
    Softirqs,
    Buddyinfo,
    Zoneinfo,
    Pagetypeinfo,
    Vmstat,
    Meminfo,
    Slabinfo,
    Schedstat,
    Stat,
    Loadavg,
    Diskstats,
    Pressure,
    ExtfragIndex,   ///< Of debugfs: would an allocation fail for want of memory or of whole blocks?
    UnusableIndex,  ///< Of debugfs: which share of the free memory is no use for an order.
    Count_
};

/// How a series moves, which decides what a difference of two of its values is.
enum class SeriesKind : std::uint8_t {
    Gauge,      ///< Up and down: a difference is signed.
    Signed,     ///< A gauge whose value itself may be negative (two's complement).
    Counter32,  ///< Only up; wraps at 2^32.
    Counter64,  ///< Only up; a decrease is a reset.
    Settling,   ///< Only up but for corrections of the kernel: a decrease is no growth.
};

/// Names of the numbers of one file in the order of its text, before a trace knows them. Shared by
/// all rounds that have the same ones.
struct CounterNames {
    struct Row {
        std::string name;    ///< "LOC", "node0/DMA32", "sda"; empty: the file has no rows.
        std::string detail;  ///< What stands behind the numbers: "IO-APIC 2-edge timer".
    };
    struct Series {
        std::uint32_t row = 0;
        std::string column;  ///< "CPU0", "free"; empty: the row's only number.
        SeriesKind kind = SeriesKind::Gauge;
        std::uint8_t decimals = 0;  ///< The value is kept times 10^decimals.
    };
    std::string path;  ///< "/proc/interrupts"
    CounterFile file{};
    std::vector<Row> rows;
    std::vector<Series> series;
};

/// The same as ids of a joined trace.
struct CounterLayout {
    std::vector<std::uint32_t>
        series;  ///< By place in the text: index into CounterTable::series().
    std::vector<std::uint32_t> placeOf;  ///< By series: its place, or kNoPlace; may be too short.
    static constexpr std::uint32_t kNoPlace = 0xffffffff;
    [[nodiscard]] std::uint32_t place(std::uint32_t id) const noexcept {
        return id < placeOf.size() ? placeOf[id] : kNoPlace;
    }
};

/// Some hundred rounds that have the same series. Round 0 is coded against zeros, every other one
/// against the round before.
///
/// A round's bytes are its changes in order of place: a first byte whose bit 0 says that places
/// without change come before, bits 1…6 are the low bits of the zigzag difference, bit 7 says that
/// the rest of it follows as a varint; then, where bit 0 is set, the number of places skipped as a
/// varint.
struct CounterChunk {
    struct Round {
        std::int64_t beforeNs;   ///< Start of the read on the source's clock.
        std::uint32_t tookNs;    ///< End minus start; saturates.
        std::uint32_t begin;     ///< Of its changes in `bytes`.
        std::uint64_t position;  ///< Of the file's text in the source.
        std::uint32_t length;    ///< Of that text, bytes.
    };
    std::vector<Round> rounds;
    std::vector<std::uint8_t> bytes;
    std::size_t width = 0;                        ///< Numbers a round.
    std::shared_ptr<const CounterLayout> layout;  ///< Null until joined.
    std::int64_t shiftNs = 0;  ///< Added to the rounds' times by the join, see TraceBuilder.

    [[nodiscard]] std::int64_t timeNs(std::size_t round) const noexcept {
        return rounds[round].beforeNs + shiftNs;
    }
    [[nodiscard]] std::size_t memoryBytes() const noexcept {
        return sizeof *this + rounds.capacity() * sizeof(Round) + bytes.capacity();
    }
};

/// Reads one varint; a damaged one ends at the span's end.
[[nodiscard]] inline std::uint64_t takeVarint(const std::uint8_t*& at, const std::uint8_t* end) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at < end; shift += 7) {
        const std::uint8_t byte = *at++;
        if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) break;
    }
    return value;
}

/// Calls `change(place, difference)` for every number that round `round` changes (of round 0: that
/// is not 0), places ascending. Differences add modulo 2^64.
template <class Change>
void forEachChange(const CounterChunk& chunk, std::size_t round, Change&& change) {
    const std::uint8_t* at = chunk.bytes.data() + chunk.rounds[round].begin;
    const std::uint8_t* const end =
        chunk.bytes.data() +
        (round + 1 < chunk.rounds.size() ? chunk.rounds[round + 1].begin : chunk.bytes.size());
    std::size_t place = 0;
    while (at < end) {
        const std::uint8_t first = *at++;
        std::uint64_t zigzag = (first >> 1) & 0x3f;
        if ((first & 0x80) != 0) zigzag |= takeVarint(at, end) << 6;
        if ((first & 1) != 0) place += takeVarint(at, end);
        change(place++, (zigzag >> 1) ^ (~(zigzag & 1) + 1));
    }
}

/// Appends rounds to a chunk that is not shared yet.
class CounterChunkWriter {
public:
    /// Rounds of `width` numbers follow; what was written before is dropped.
    void begin(std::size_t width);
    [[nodiscard]] std::size_t rounds() const noexcept { return m_chunk.rounds.size(); }
    /// Enough for one chunk: whoever writes should take() it and go on with a full round.
    [[nodiscard]] bool full() const noexcept {
        return m_chunk.rounds.size() >= kMaxRounds || m_chunk.bytes.size() >= m_byteLimit;
    }
    /// Begins a round.
    void beginRound(const CounterChunk::Round& round) {
        m_chunk.rounds.push_back(round);
        m_chunk.rounds.back().begin = static_cast<std::uint32_t>(m_chunk.bytes.size());
        m_next = 0;
    }
    /// The number at `place` is `difference` more than in the round before. Places must ascend.
    void change(std::size_t place, std::uint64_t difference);
    /// Begins a round that does not need the one before: all its values.
    void fullRound(const CounterChunk::Round& round, std::span<const std::uint64_t> values);
    /// The round written last did not come to its end: takes it back.
    void dropRound();
    /// A copy of what was written so far.
    [[nodiscard]] CounterChunk copy() const { return m_chunk; }
    /// What was written; the writer is empty then, but keeps its width.
    [[nodiscard]] CounterChunk take();

    static constexpr std::size_t kMaxRounds = 256;
    static constexpr std::size_t kMaxBytes = 128 << 10;

private:
    CounterChunk m_chunk;
    std::size_t m_next = 0;  // place behind the last change
    std::size_t m_byteLimit = kMaxBytes;
};

}  // namespace kscope::model
