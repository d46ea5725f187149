// SPDX-License-Identifier: GPL-3.0-or-later
/// A set of event rows: what a filter lets through, what a search found.
#pragma once

#include "model/store/trace.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace kscope::model {

/// At most a bit a row and a count a chunk; below one hit in 16 rows, row numbers of 2 bytes instead. Immutable.
class RowSet {
public:
    [[nodiscard]] std::uint64_t size() const noexcept;                     ///< Rows in the set.
    [[nodiscard]] EventIndex at(std::uint64_t n) const;                    ///< The n-th row, n < size(). O(log chunks).
    [[nodiscard]] std::uint64_t rank(EventIndex row) const;                ///< Rows of the set before `row`.
    [[nodiscard]] bool contains(EventIndex row) const;
    [[nodiscard]] std::optional<EventIndex> next(EventIndex from) const;   ///< First at or after `from`.
    [[nodiscard]] std::optional<EventIndex> previous(EventIndex before) const;  ///< Last before `before`.
    [[nodiscard]] std::size_t bytes() const;

    struct ChunkRows {
        std::uint64_t firstRow = 0;
        std::uint64_t hitsBefore = 0;
        std::uint32_t rows = 0;
        std::uint32_t hits = 0;
        std::variant<std::vector<std::uint64_t>, std::vector<std::uint16_t>> set;  ///< Bits, or ascending rows.
    };
    explicit RowSet(std::vector<ChunkRows> chunks) : m_chunks(std::move(chunks)) {}

private:
    std::vector<ChunkRows> m_chunks;
};
using RowSetPtr = std::shared_ptr<const RowSet>;

}  // namespace kscope::model
