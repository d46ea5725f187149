// SPDX-License-Identifier: GPL-3.0-or-later
/// Text anywhere in the sources: a scan for the needle's first and last byte, 16 places at a time, in pieces of 256 KiB
/// (performance.md section 7), then from bytes back to rows.
#include "model/query/search.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <mutex>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace kscope::model {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

/// Calls `hit(offset)` for each place of `needle` in `text`, overlapping ones too.
template <class Hit> void findAll(std::string_view text, std::string_view needle, Hit&& hit) {
    if (text.size() < needle.size()) return;
    const std::size_t places = text.size() - needle.size() + 1;
    const std::size_t lastAt = needle.size() - 1;
    std::size_t at = 0;
#ifdef __SSE2__
    const __m128i first = _mm_set1_epi8(needle.front());
    const __m128i last = _mm_set1_epi8(needle.back());
    for (; at + 16 <= places; at += 16) {
        const auto* const head = reinterpret_cast<const __m128i*>(text.data() + at);
        const auto* const tail = reinterpret_cast<const __m128i*>(text.data() + at + lastAt);
        const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(_mm_loadu_si128(head), first),
                                           _mm_cmpeq_epi8(_mm_loadu_si128(tail), last));
        for (auto mask = static_cast<unsigned>(_mm_movemask_epi8(both)); mask != 0; mask &= mask - 1) {
            const auto place = at + static_cast<unsigned>(std::countr_zero(mask));
            if (std::memcmp(text.data() + place, needle.data(), needle.size()) == 0) hit(place);
        }
    }
#endif
    for (; at < places; ++at)
        if (text[at] == needle.front() && text[at + lastAt] == needle.back() &&
            std::memcmp(text.data() + at, needle.data(), needle.size()) == 0)
            hit(at);
}

/// Byte places of the needle in one source, ascending. False: stopped.
bool scanSource(const EventSource& text, std::string_view needle, ThreadPool& pool, const std::stop_token& stop,
                std::vector<std::uint64_t>& into) {
    const std::uint64_t size = text.size();
    const std::size_t pieces = static_cast<std::size_t>((size + kPiece - 1) / kPiece);
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    parallelFor(pool, std::min(pieces, pool.threads() + 1), [&](std::size_t) {
        std::vector<char> bytes(kPiece + needle.size());
        std::vector<std::uint64_t> places;
        for (auto piece = next++; piece < pieces && !stop.stop_requested(); piece = next++) {
            const std::uint64_t begin = std::uint64_t{piece} * kPiece;
            std::size_t got = 0;
            while (got < bytes.size() - 1) {  // one byte less: a needle that begins in the next piece is found there
                const auto more = text.bytes(begin + got, std::span(bytes).subspan(got, bytes.size() - 1 - got));
                if (!more || *more == 0) break;
                got += *more;
            }
            findAll({bytes.data(), got}, needle, [&](std::size_t at) { places.push_back(begin + at); });
        }
        const std::lock_guard lock(mutex);
        into.insert(into.end(), places.begin(), places.end());
    });
    std::ranges::sort(into);
    return !stop.stop_requested();
}

/// Where the rows of one origin of a chunk lie in its source: from the first row's line to the last row's.
struct Stretch {
    std::uint64_t begin = 0;
    std::uint64_t end = UINT64_MAX;  ///< Where the next stretch of the source begins.
    std::size_t chunk = 0;
    std::size_t origin = 0;
};

/// Rows by their place in the source, for one stretch.
struct Lines {
    std::vector<std::uint32_t> position;  ///< Ascending, from the origin's position.
    std::vector<Row> row;
};

std::vector<std::vector<Stretch>> stretches(const Trace& trace) {
    std::vector<std::vector<Stretch>> bySource(trace.sources().size());
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const EventChunk& chunk = trace.chunk(c);
        std::vector<std::uint32_t> least(chunk.origins.size(), UINT32_MAX);
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            auto& first = least[chunk.originOf.empty() ? 0 : chunk.originOf[row]];
            first = std::min(first, chunk.position[row]);
        }
        for (std::size_t o = 0; o < least.size(); ++o)
            if (least[o] != UINT32_MAX)
                bySource[raw(chunk.origins[o].source)].push_back({chunk.origins[o].position + least[o], UINT64_MAX, c, o});
    }
    for (auto& list : bySource) {
        std::ranges::sort(list, {}, &Stretch::begin);
        for (std::size_t i = 0; i + 1 < list.size(); ++i) list[i].end = list[i + 1].begin;
    }
    return bySource;
}

Lines linesOf(const EventChunk& chunk, std::size_t origin) {
    Lines lines;
    std::vector<std::pair<std::uint32_t, Row>> rows;
    for (std::size_t row = 0; row < chunk.rows(); ++row)
        if (chunk.originOf.empty() || chunk.originOf[row] == origin)
            rows.emplace_back(chunk.position[row], static_cast<Row>(row));
    if (!std::ranges::is_sorted(rows)) std::ranges::sort(rows);
    lines.position.reserve(rows.size());
    lines.row.reserve(rows.size());
    for (const auto& [position, row] : rows) {
        lines.position.push_back(position);
        lines.row.push_back(row);
    }
    return lines;
}

/// Marks the rows that the places belong to: the last line that begins at or before each.
void markRows(const Trace& trace, const std::vector<Stretch>& list, const std::vector<std::uint64_t>& places,
              std::vector<std::vector<Row>>& hits) {
    auto place = places.begin();
    for (const Stretch& stretch : list) {
        place = std::lower_bound(place, places.end(), stretch.begin);
        if (place == places.end()) return;
        if (*place >= stretch.end) continue;
        const EventChunk& chunk = trace.chunk(stretch.chunk);
        const Lines lines = linesOf(chunk, stretch.origin);
        const std::uint64_t base = chunk.origins[stretch.origin].position;
        auto line = lines.position.begin();
        for (; place != places.end() && *place < stretch.end; ++place) {
            line = std::upper_bound(line, lines.position.end(), *place - base) - 1;
            hits[stretch.chunk].push_back(lines.row[static_cast<std::size_t>(line - lines.position.begin())]);
        }
    }
}

RowSetPtr toRowSet(const Trace& trace, std::vector<std::vector<Row>>& hits) {
    std::vector<RowSet::ChunkRows> chunks(trace.chunks());
    std::uint64_t before = 0;
    for (std::size_t c = 0; c < chunks.size(); ++c) {
        auto& rows = hits[c];
        std::ranges::sort(rows);
        rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
        auto& into = chunks[c];
        into.firstRow = raw(trace.firstRow(c));
        into.hitsBefore = before;
        into.rows = static_cast<std::uint32_t>(trace.chunk(c).rows());
        into.hits = static_cast<std::uint32_t>(rows.size());
        if (rows.size() * 16 < into.rows) {
            rows.shrink_to_fit();
            into.set = std::move(rows);
        } else {
            std::vector<std::uint64_t> bits((into.rows + 63) / 64);
            for (const Row row : rows) bits[row / 64] |= std::uint64_t{1} << (row % 64);
            into.set = std::move(bits);
        }
        before += into.hits;
        std::vector<Row>().swap(rows);
    }
    return std::make_shared<const RowSet>(std::move(chunks));
}

}  // namespace

RowSetPtr searchText(const Trace& trace, std::string_view needle, ThreadPool& pool, std::stop_token stop) {
    std::vector<std::vector<Row>> hits(trace.chunks());
    if (needle.empty()) return toRowSet(trace, hits);
    const auto bySource = stretches(trace);
    for (std::size_t source = 0; source < bySource.size(); ++source) {
        const auto& text = trace.sources()[source].text;
        if (!text || bySource[source].empty()) continue;
        std::vector<std::uint64_t> places;
        if (!scanSource(*text, needle, pool, stop, places)) return nullptr;
        markRows(trace, bySource[source], places, hits);
    }
    if (stop.stop_requested()) return nullptr;
    return toRowSet(trace, hits);
}

}  // namespace kscope::model
