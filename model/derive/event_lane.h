// SPDX-License-Identifier: GPL-3.0-or-later
/// Where the events of one name lie: two bytes an event, built chunk by chunk when somebody looks.
#pragma once

#include "model/store/trace.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace kscope::model {

/// Rows of every chunk in order of name. One thread builds and reads; chunks that an earlier
/// snapshot had are kept, so a growing trace costs its new chunks only.
class EventTicks {
public:
    /// Follows `trace`; indexes at most `mostRows` more rows. False: more is left to do, call
    /// again.
    bool update(const TracePtr& trace, std::size_t mostRows = SIZE_MAX);
    [[nodiscard]] bool complete() const noexcept { return m_trace && m_done == m_trace->chunks(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return m_bytes; }

    /// Place of an event of one name.
    struct Tick {
        std::size_t chunk = 0;
        std::size_t rank = 0;  ///< Among the chunk's rows of that name.
        Row row = 0;
        std::int64_t ns = 0;
        std::uint64_t before = 0;  ///< Events of the name before it.
    };
    /// Walks the events of one name forwards in time: a lane of 1920 cells asks once a cell.
    class Walk {
    public:
        Walk(const EventTicks& ticks, StringId name);
        /// First event at or after `ns`; `ns` must not fall from call to call. Null at the end.
        [[nodiscard]] const Tick* seek(std::int64_t ns);
        /// After seek() gave null: how many events the name has.
        [[nodiscard]] std::uint64_t passed() const noexcept { return m_before; }

    private:
        bool enter(std::size_t chunk);
        const EventTicks& m_ticks;
        std::uint32_t m_name;
        std::span<const Row> m_rows;
        Tick m_tick;
        bool m_valid = false;
        bool m_started = false;
        std::uint64_t m_before = 0;  // Events of the name in chunks before m_tick.chunk.
    };
    /// The event of `name` next to `ns`, by distance; none within `reach`: false.
    [[nodiscard]] bool nearest(StringId name, std::int64_t ns, std::int64_t reach,
                               Tick& found) const;

    /// The last event of `name` before `ns`.
    [[nodiscard]] std::optional<Tick> before(StringId name, std::int64_t ns) const;

private:
    friend class Walk;
    struct ChunkRows {
        std::unique_ptr<Row[]> rows;        // sorted by name, then by row
        std::vector<std::uint32_t> starts;  // by the chunk's own name number, and the end
    };
    [[nodiscard]] std::span<const Row> rowsOf(std::size_t chunk, std::uint32_t name) const;
    void index(const EventChunk& chunk, ChunkRows& into);
    TracePtr m_trace;
    std::vector<const EventChunk*> m_chunks;
    std::vector<ChunkRows> m_rows;
    std::size_t m_done = 0;
    std::size_t m_bytes = 0;
};

}  // namespace kscope::model
