// SPDX-License-Identifier: GPL-3.0-or-later
/// Puts the rounds that importers deliver together to tables. Used by TraceBuilder alone, under its
/// lock.
#pragma once

#include "model/store/counter_table.h"

#include <functional>
#include <map>
#include <unordered_map>

namespace kscope::model {

/// Some rounds of one file, as a part of a source brings them.
struct CounterPart {
    std::shared_ptr<const CounterNames> names;
    CounterChunk chunk;
    /// The chunk continues the newest one of its file: it takes its place (a live source gives the
    /// chunk that it still writes again and again).
    bool replacesNewest = false;
    /// Values of its last round, which the next chunk's first is compared with; may be empty.
    std::vector<std::uint64_t> last = {};
};

class CounterJoin {
public:
    explicit CounterJoin(StringTable& strings) : m_strings(strings) {}
    /// `shiftNs` is added to the chunk's times. Returns how many counters went backwards from the
    /// newest chunk of the file to this one.
    std::uint64_t add(SourceId source, CounterPart part, std::int64_t shiftNs);
    /// Drops chunks whose rounds are all before `ns` on their source's clock, but never a table's
    /// newest.
    void dropBefore(SourceId source, std::int64_t ns);
    [[nodiscard]] std::uint64_t numbers(SourceId source) const;
    [[nodiscard]] std::uint64_t numbers() const;
    [[nodiscard]] std::size_t memoryBytes() const;
    [[nodiscard]] bool empty() const noexcept { return m_tables.empty(); }
    /// Tables as they are now, in order of (source, first seen).
    [[nodiscard]] std::vector<CounterTablePtr>
    cut(const std::function<std::int64_t(SourceId)>& offsetNs);

private:
    struct Table {
        CounterFile file{};
        StringId path{};
        StringId event{};
        SourceId source{};
        std::shared_ptr<CounterDictionary> dictionary = std::make_shared<CounterDictionary>();
        bool shared = false;                                     // a snapshot holds the dictionary
        std::unordered_map<std::uint32_t, std::uint32_t> rowOf;  // name → row
        std::unordered_map<std::uint64_t, std::uint32_t> seriesOf;  // row, column → series
        /// Layouts by the names that they were made of.
        std::vector<
            std::pair<std::shared_ptr<const CounterNames>, std::shared_ptr<const CounterLayout>>>
            layouts;
        std::vector<std::shared_ptr<const CounterChunk>> chunks;
        std::vector<std::uint64_t> last;  // values of the newest chunk's last round
        std::uint64_t numbers = 0;
        std::size_t memory = 0;
        CounterTablePtr newest;  // the last cut, good until something is added
    };
    Table& tableOf(SourceId source, const CounterNames& names);
    std::shared_ptr<const CounterLayout> layoutOf(Table& table,
                                                  const std::shared_ptr<const CounterNames>& names);
    CounterDictionary& writable(Table& table);
    [[nodiscard]] static std::uint64_t resetsAt(const Table& table, const CounterChunk& chunk);
    void remove(Table& table, std::size_t count);

    StringTable& m_strings;
    std::vector<std::unique_ptr<Table>> m_tables;
    std::map<std::pair<std::uint16_t, std::string>, std::size_t> m_byPath;
};

}  // namespace kscope::model
