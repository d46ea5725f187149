// SPDX-License-Identifier: GPL-3.0-or-later
/// A set of event rows: what a filter lets through, what a search found.
#pragma once

#include "model/store/trace.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace kscope::model {

/// At most a bit a row and a count a chunk; below one hit in 16 rows, row numbers of 2 bytes
/// instead. Immutable.
class RowSet {
public:
    [[nodiscard]] std::uint64_t size() const noexcept;  ///< Rows in the set.
    [[nodiscard]] EventIndex
    at(std::uint64_t n) const;  ///< The n-th row, n < size(). O(log chunks).
    [[nodiscard]] std::uint64_t rank(EventIndex row) const;  ///< Rows of the set before `row`.
    [[nodiscard]] bool contains(EventIndex row) const;
    [[nodiscard]] std::optional<EventIndex>
    next(EventIndex from) const;  ///< First at or after `from`.
    [[nodiscard]] std::optional<EventIndex>
    previous(EventIndex before) const;  ///< Last before `before`.
    [[nodiscard]] std::size_t bytes() const;
    /// Calls `hit(EventIndex)` for the rows of [from, to) in order. A step a row, not a search.
    template <class Hit> void forEach(EventIndex from, EventIndex to, Hit&& hit) const;

    struct ChunkRows {
        std::uint64_t firstRow = 0;
        std::uint64_t hitsBefore = 0;
        std::uint32_t rows = 0;
        std::uint32_t hits = 0;
        std::variant<std::vector<std::uint64_t>, std::vector<std::uint16_t>>
            set;  ///< Bits, or ascending rows.
    };
    explicit RowSet(std::vector<ChunkRows> chunks) : m_chunks(std::move(chunks)) {}

private:
    std::vector<ChunkRows> m_chunks;
};
template <class Hit> void RowSet::forEach(EventIndex from, EventIndex to, Hit&& hit) const {
    auto chunk = std::ranges::upper_bound(m_chunks, raw(from), {}, &ChunkRows::firstRow);
    if (chunk != m_chunks.begin()) --chunk;
    for (; chunk != m_chunks.end() && chunk->firstRow < raw(to); ++chunk) {
        const auto inside = [&](std::uint64_t row) {
            if (row >= raw(from) && row < raw(to)) hit(EventIndex{row});
        };
        if (const auto* rows = std::get_if<std::vector<std::uint16_t>>(&chunk->set)) {
            for (const auto row : *rows) inside(chunk->firstRow + row);
            continue;
        }
        const auto& bits = std::get<std::vector<std::uint64_t>>(chunk->set);
        for (std::size_t w = 0; w < bits.size(); ++w)
            for (auto left = bits[w]; left != 0; left &= left - 1)
                inside(chunk->firstRow + w * 64 + static_cast<unsigned>(std::countr_zero(left)));
    }
}

using RowSetPtr = std::shared_ptr<const RowSet>;

}  // namespace kscope::model
