// SPDX-License-Identifier: GPL-3.0-or-later
/// Reading a set of rows: by number, by rank, by neighbour.
#include "model/query/row_set.h"

#include <algorithm>
#include <bit>

namespace kscope::model {
namespace {

using Bits = std::vector<std::uint64_t>;
using Rows = std::vector<std::uint16_t>;
constexpr std::uint64_t kAll = ~std::uint64_t{0};

/// Hits below `row` (a row of the chunk, or its end).
std::uint64_t hitsBelow(const RowSet::ChunkRows& chunk, std::uint64_t row) {
    if (const auto* rows = std::get_if<Rows>(&chunk.set))
        return static_cast<std::uint64_t>(std::lower_bound(rows->begin(), rows->end(), row) -
                                          rows->begin());
    const auto& bits = std::get<Bits>(chunk.set);
    std::uint64_t hits = 0;
    const auto words = std::min<std::uint64_t>(row / 64, bits.size());
    for (std::size_t w = 0; w < words; ++w) hits += static_cast<unsigned>(std::popcount(bits[w]));
    if (row % 64 != 0 && words < bits.size())
        hits += static_cast<unsigned>(std::popcount(bits[words] & (kAll >> (64 - row % 64))));
    return hits;
}

/// Row of the n-th hit of the chunk, n < hits.
std::uint64_t hitAt(const RowSet::ChunkRows& chunk, std::uint64_t n) {
    if (const auto* rows = std::get_if<Rows>(&chunk.set)) return (*rows)[n];
    const auto& bits = std::get<Bits>(chunk.set);
    std::size_t word = 0;
    for (;; ++word) {
        const auto hits = static_cast<unsigned>(std::popcount(bits[word]));
        if (n < hits) break;
        n -= hits;
    }
    auto value = bits[word];
    for (; n > 0; --n) value &= value - 1;
    return word * 64 + static_cast<unsigned>(std::countr_zero(value));
}

}  // namespace

std::uint64_t RowSet::size() const noexcept {
    return m_chunks.empty() ? 0 : m_chunks.back().hitsBefore + m_chunks.back().hits;
}

EventIndex RowSet::at(std::uint64_t n) const {
    // Behind equal counts the last chunk is the one with hits: the others before it are empty.
    const auto next = std::ranges::upper_bound(m_chunks, n, {}, &ChunkRows::hitsBefore);
    const ChunkRows& chunk = *(next - 1);
    return EventIndex{chunk.firstRow + hitAt(chunk, n - chunk.hitsBefore)};
}

std::uint64_t RowSet::rank(EventIndex row) const {
    const auto next = std::ranges::upper_bound(m_chunks, raw(row), {}, &ChunkRows::firstRow);
    if (next == m_chunks.begin()) return 0;
    const ChunkRows& chunk = *(next - 1);
    return chunk.hitsBefore +
           hitsBelow(chunk, std::min<std::uint64_t>(raw(row) - chunk.firstRow, chunk.rows));
}

bool RowSet::contains(EventIndex row) const {
    const auto next = std::ranges::upper_bound(m_chunks, raw(row), {}, &ChunkRows::firstRow);
    if (next == m_chunks.begin()) return false;
    const ChunkRows& chunk = *(next - 1);
    const auto inside = raw(row) - chunk.firstRow;
    if (inside >= chunk.rows) return false;
    if (const auto* rows = std::get_if<Rows>(&chunk.set))
        return std::binary_search(rows->begin(), rows->end(), inside);
    const auto& bits = std::get<Bits>(chunk.set);
    return inside / 64 < bits.size() && (bits[inside / 64] >> (inside % 64) & 1) != 0;
}

std::optional<EventIndex> RowSet::next(EventIndex from) const {
    const auto before = rank(from);
    if (before >= size()) return std::nullopt;
    return at(before);
}

std::optional<EventIndex> RowSet::previous(EventIndex before) const {
    const auto hits = rank(before);
    if (hits == 0) return std::nullopt;
    return at(hits - 1);
}

std::size_t RowSet::bytes() const {
    std::size_t sum = sizeof *this + m_chunks.capacity() * sizeof(ChunkRows);
    for (const ChunkRows& chunk : m_chunks)
        sum +=
            std::visit([](const auto& set) { return set.capacity() * sizeof(set[0]); }, chunk.set);
    return sum;
}

}  // namespace kscope::model
