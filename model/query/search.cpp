// SPDX-License-Identifier: GPL-3.0-or-later
/// Text anywhere in the sources: a scan for the needle's first and last byte, 16 places at a time,
/// in pieces of 256 KiB (performance.md section 7), then from bytes back to rows.
#include "model/query/search.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <map>
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
        for (auto mask = static_cast<unsigned>(_mm_movemask_epi8(both)); mask != 0;
             mask &= mask - 1) {
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

/// The rows that one part of a source became. Several chunks share it where streams were merged by
/// time.
struct Stretch {
    std::uint64_t begin = 0;         ///< Where its first line begins.
    std::uint64_t end = UINT64_MAX;  ///< Where the next stretch of the source begins.
    std::vector<std::pair<std::size_t, std::uint8_t>>
        parts;  ///< Chunk, and number of the origin in it.
};

struct Line {
    std::uint64_t position = 0;
    std::uint32_t chunk = 0;
    Row row = 0;
};
using Hits = std::vector<std::vector<Row>>;  ///< By chunk, in any order.

std::vector<Stretch> stretches(const Trace& trace, SourceId source) {
    std::map<std::uint64_t, Stretch> byOrigin;
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const EventChunk& chunk = trace.chunk(c);
        std::vector<std::uint32_t> least(chunk.origins.size(), UINT32_MAX);
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            auto& first = least[chunk.originOf.empty() ? 0 : chunk.originOf[row]];
            first = std::min(first, chunk.position[row]);
        }
        for (std::size_t o = 0; o < least.size(); ++o) {
            if (least[o] == UINT32_MAX || chunk.origins[o].source != source) continue;
            const auto position = chunk.origins[o].position;
            auto [place, added] = byOrigin.try_emplace(position);
            auto& stretch = place->second;
            stretch.begin =
                added ? position + least[o] : std::min(stretch.begin, position + least[o]);
            stretch.parts.emplace_back(c, static_cast<std::uint8_t>(o));
        }
    }
    std::vector<Stretch> list;
    list.reserve(byOrigin.size());
    for (auto& [position, stretch] : byOrigin) list.push_back(std::move(stretch));
    std::ranges::sort(list, {}, &Stretch::begin);
    for (std::size_t i = 0; i + 1 < list.size(); ++i) list[i].end = list[i + 1].begin;
    return list;
}

std::vector<Line> linesOf(const Trace& trace, const Stretch& stretch) {
    std::vector<Line> lines;
    for (const auto& [index, origin] : stretch.parts) {
        const EventChunk& chunk = trace.chunk(index);
        for (std::size_t row = 0; row < chunk.rows(); ++row)
            if (chunk.originOf.empty() || chunk.originOf[row] == origin)
                lines.push_back({chunk.origins[origin].position + chunk.position[row],
                                 static_cast<std::uint32_t>(index), static_cast<Row>(row)});
    }
    if (!std::ranges::is_sorted(lines, {}, &Line::position))
        std::ranges::sort(lines, {}, &Line::position);
    return lines;
}

/// Scans the stretches of one source. A job is a stretch, so that a hit finds its row at once and a
/// needle that stands on every line takes two bytes a row, not eight a place.
class SourceScan {
public:
    SourceScan(const Trace& trace, SourceId source, std::string_view needle,
               const std::stop_token& stop)
        : m_trace(trace),
          m_text(*trace.sources()[raw(source)].text),
          m_needle(needle),
          m_stop(stop),
          m_stretches(stretches(trace, source)) {}

    void run(ThreadPool& pool, Hits& hits) {
        std::atomic<std::size_t> next{0};
        std::mutex mutex;
        parallelFor(pool, std::min(m_stretches.size(), pool.threads() + 1), [&](std::size_t) {
            std::vector<char> bytes(kPiece + m_needle.size());
            std::vector<Line> found;
            for (auto i = next++; i < m_stretches.size() && !m_stop.stop_requested(); i = next++)
                scan(m_stretches[i], bytes, found);
            const std::lock_guard lock(mutex);
            for (const Line& line : found) hits[line.chunk].push_back(line.row);
        });
    }

private:
    std::size_t read(std::uint64_t position, std::span<char> into) const {
        std::size_t got = 0;
        while (got < into.size()) {
            const auto more = m_text.bytes(position + got, into.subspan(got));
            if (!more || *more == 0) break;
            got += *more;
        }
        return got;
    }
    void scan(const Stretch& stretch, std::vector<char>& bytes, std::vector<Line>& found) const {
        const auto end = std::min(stretch.end, m_text.size());
        std::vector<Line> lines;
        std::size_t line = 0;
        std::uint64_t done = stretch.begin;  // up to here the hits' rows are known
        for (auto begin = stretch.begin; begin < end && !m_stop.stop_requested(); begin += kPiece) {
            // A needle that begins here may reach into the next piece; one that begins there is
            // found there.
            const auto places =
                static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, end - begin));
            const auto got = read(begin, std::span(bytes).first(places + m_needle.size() - 1));
            findAll({bytes.data(), got}, m_needle, [&](std::size_t at) {
                if (begin + at < done) return;
                if (lines.empty()) lines = linesOf(m_trace, stretch);
                const auto after =
                    std::ranges::upper_bound(lines.begin() + static_cast<std::ptrdiff_t>(line),
                                             lines.end(), begin + at, {}, &Line::position);
                line = static_cast<std::size_t>(after - lines.begin()) - 1;
                found.push_back(lines[line]);
                done = line + 1 < lines.size() ? lines[line + 1].position : end;
            });
            if (got < places) return;  // the source shrank
        }
    }

    const Trace& m_trace;
    const EventSource& m_text;
    std::string_view m_needle;
    const std::stop_token& m_stop;
    std::vector<Stretch> m_stretches;
};

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

RowSetPtr searchText(const Trace& trace, std::string_view needle, ThreadPool& pool,
                     std::stop_token stop) {
    std::vector<std::vector<Row>> hits(trace.chunks());
    if (needle.empty()) return toRowSet(trace, hits);
    for (std::size_t source = 0; source < trace.sources().size(); ++source) {
        if (!trace.sources()[source].text) continue;
        SourceScan(trace, SourceId{static_cast<std::uint16_t>(source)}, needle, stop)
            .run(pool, hits);
    }
    if (stop.stop_requested()) return nullptr;
    return toRowSet(trace, hits);
}

}  // namespace kscope::model
