// SPDX-License-Identifier: GPL-3.0-or-later
/// All rounds of one file of one source: which series it has, and their values over time.
/// Immutable; the tables of a growing trace share their chunks.
#pragma once

#include "model/core/strings.h"
#include "model/store/counter_chunk.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

struct CounterRow {
    StringId name{};    ///< "LOC", "node0/DMA32", "sda"; kNoString: the file has no rows.
    StringId detail{};  ///< As it was last: "IO-APIC 2-edge timer".
};
struct CounterSeries {
    std::uint32_t row = 0;    ///< Index into CounterTable::rows().
    StringId column{};        ///< "CPU0", "free"; kNoString: the row's only number.
    CpuId cpu = kUnknownCpu;  ///< Of a column "CPU3".
    SeriesKind kind = SeriesKind::Gauge;
    std::uint8_t decimals = 0;  ///< Values are kept times 10^decimals.
};
/// Grows while a trace does, ids stay: what a table holds is what was there when it was cut.
struct CounterDictionary {
    std::vector<CounterRow> rows;
    std::vector<CounterSeries> series;
};

class CounterTable {
public:
    [[nodiscard]] CounterFile file() const noexcept { return m_file; }
    [[nodiscard]] StringId path() const noexcept { return m_path; }  ///< "/proc/interrupts"
    [[nodiscard]] StringId event() const noexcept {
        return m_event;
    }  ///< Of its rows: "interrupts"
    [[nodiscard]] SourceId source() const noexcept { return m_source; }
    [[nodiscard]] std::span<const CounterRow> rows() const noexcept { return m_dictionary->rows; }
    [[nodiscard]] std::span<const CounterSeries> series() const noexcept {
        return m_dictionary->series;
    }
    /// The series called `column` of the row called `row`; nothing where there is none. O(series).
    [[nodiscard]] std::optional<std::uint32_t> find(StringId row, StringId column) const;

    [[nodiscard]] std::size_t rounds() const noexcept { return m_rounds; }
    /// Numbers of all rounds together.
    [[nodiscard]] std::uint64_t numbers() const noexcept { return m_numbers; }
    /// On the axis; ascending. `round` must be below rounds().
    [[nodiscard]] std::int64_t timeNs(std::size_t round) const;
    [[nodiscard]] std::uint32_t tookNs(std::size_t round) const;
    /// First round at or after `ns`; rounds() where there is none.
    [[nodiscard]] std::size_t lowerBound(std::int64_t ns) const;
    /// Where the round's text lies in its source: its offset and length.
    [[nodiscard]] std::pair<std::uint64_t, std::uint32_t> textOf(std::size_t round) const;
    /// The round whose text is at `position` in the source.
    [[nodiscard]] std::optional<std::size_t> roundAt(std::uint64_t position) const;

    [[nodiscard]] std::size_t chunks() const noexcept { return m_chunks.size(); }
    [[nodiscard]] const std::shared_ptr<const CounterChunk>& chunk(std::size_t index) const {
        return m_chunks[index];
    }
    [[nodiscard]] std::size_t firstRound(std::size_t chunk) const { return m_firstRounds[chunk]; }
    [[nodiscard]] std::size_t chunkOf(std::size_t round) const;  ///< O(log chunks)
    /// What its chunks take.
    [[nodiscard]] std::size_t memoryBytes() const noexcept { return m_memory; }

private:
    friend class CounterJoin;
    CounterFile m_file{};
    StringId m_path{};
    StringId m_event{};
    SourceId m_source{};
    std::int64_t m_offsetNs = 0;  // of the source, onto the axis
    std::shared_ptr<const CounterDictionary> m_dictionary;
    std::vector<std::shared_ptr<const CounterChunk>> m_chunks;
    std::vector<std::size_t> m_firstRounds;
    std::size_t m_rounds = 0;
    std::uint64_t m_numbers = 0;
    std::size_t m_memory = 0;
};
using CounterTablePtr = std::shared_ptr<const CounterTable>;

/// Values of a table at one round after the other, or at any. Not thread-safe; keep one a thread.
/// A step forward costs what changed, a jump costs the rounds since its chunk's first.
class CounterCursor {
public:
    explicit CounterCursor(CounterTablePtr table) : m_table(std::move(table)) {}
    /// Goes to `round`, below rounds().
    void seek(std::size_t round);
    [[nodiscard]] std::size_t round() const noexcept { return m_round; }
    /// Value of a series in the round; nothing where the file did not have it then.
    [[nodiscard]] std::optional<std::uint64_t> value(std::uint32_t series) const;
    /// All values in the order of the text, and the series that they belong to.
    [[nodiscard]] std::span<const std::uint64_t> values() const noexcept { return m_values; }
    [[nodiscard]] std::span<const std::uint32_t> series() const noexcept {
        return m_chunk ? std::span<const std::uint32_t>(m_chunk->layout->series)
                       : std::span<const std::uint32_t>{};
    }
    [[nodiscard]] const CounterTable& table() const noexcept { return *m_table; }

private:
    CounterTablePtr m_table;
    std::shared_ptr<const CounterChunk> m_chunk;
    std::size_t m_chunkIndex = 0;
    std::size_t m_round = 0;
    std::vector<std::uint64_t> m_values;
};

/// What a series grew by from `before` to `after`: counters modulo their width; a counter that was
/// set back (a decrease that is no wrap: formats.md 6.10) gives nothing. Gauges give the signed
/// difference.
[[nodiscard]] std::optional<std::int64_t> counterDelta(SeriesKind kind, std::uint64_t before,
                                                       std::uint64_t after);
/// The value as the file printed it: "1.29", "-1", "42".
[[nodiscard]] std::string counterText(const CounterSeries& series, std::uint64_t value);
[[nodiscard]] double counterValue(const CounterSeries& series, std::uint64_t value);

}  // namespace kscope::model
