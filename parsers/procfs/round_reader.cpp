// SPDX-License-Identifier: GPL-3.0-or-later
/// Comparing a text with the one before.
#include "parsers/procfs/round_reader.h"

#include "parsers/text/number.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace kscope::parsers {

namespace {

/// How many of the first `size` bytes are the same.
std::size_t sameBytes(const char* a, const char* b, std::size_t size) {
    std::size_t at = 0;
#if defined(__SSE2__)
    const auto load = [](const char* from) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    };
    for (; at + 64 <= size; at += 64) {
        const auto first = _mm_cmpeq_epi8(load(a + at), load(b + at));
        const auto second = _mm_cmpeq_epi8(load(a + at + 16), load(b + at + 16));
        const auto third = _mm_cmpeq_epi8(load(a + at + 32), load(b + at + 32));
        const auto fourth = _mm_cmpeq_epi8(load(a + at + 48), load(b + at + 48));
        const auto all = _mm_and_si128(_mm_and_si128(first, second), _mm_and_si128(third, fourth));
        if (_mm_movemask_epi8(all) != 0xffff) break;
    }
    for (; at + 16 <= size; at += 16) {
        const auto same = static_cast<std::uint32_t>(
            _mm_movemask_epi8(_mm_cmpeq_epi8(load(a + at), load(b + at))));
        if (same != 0xffff) return at + static_cast<std::size_t>(std::countr_one(same));
    }
#endif
    while (at < size && a[at] == b[at]) ++at;
    return at;
}

bool sameNames(const model::CounterNames& a, const model::CounterNames& b) {
    return std::ranges::equal(a.rows, b.rows,
                              [](const auto& x, const auto& y) {
                                  return x.name == y.name && x.detail == y.detail;
                              }) &&
           std::ranges::equal(a.series, b.series, [](const auto& x, const auto& y) {
               return x.row == y.row && x.column == y.column && x.kind == y.kind &&
                      x.decimals == y.decimals;
           });
}

void addOdd(ShapeOddities& into, const ShapeOddities& odd) {
    into.unreadLines += odd.unreadLines;
    into.guessedCpus += odd.guessedCpus;
    into.capped += odd.capped;
    into.beyond += odd.beyond;
    into.annotated += odd.annotated;
    into.cut += odd.cut;
}

}  // namespace

RoundReader::RoundReader(std::string_view path, model::CounterFile file)
    : m_path(path),
      m_file(file) {}

/// Reads the number of field `place` in the new text: `at` is where the field's zone (the blanks in
/// front of it, from `zone` in the old text) begins there.
bool RoundReader::takeField(std::string_view text, std::size_t place, std::size_t zone,
                            std::size_t at, Change& change) const {
    const auto& field = m_fields[place];
    if (field.decides) return false;
    const char* const begin = text.data() + at;
    const char* const end = text.data() + text.size();
    const char* now = begin;
    while (now < end && *now == ' ') ++now;
    if ((now == begin) != (zone == m_begins[place])) return false;
    change.place = static_cast<std::uint32_t>(place);
    change.begin = static_cast<std::uint32_t>(now - text.data());
    const bool negative = field.isSigned && now < end && *now == '-';
    if (negative) ++now;
    if (!takeNumber(now, end, change.value)) return false;
    if (change.value == UINT64_MAX && now - text.data() - change.begin > 20) return false;
    if (field.decimals > 0) {
        if (now == end || *now != '.') return false;
        ++now;
        for (unsigned i = 0; i < field.decimals; ++i, ++now) {
            if (now == end || !isDigit(*now)) return false;
            change.value = change.value * 10 + static_cast<std::uint64_t>(*now - '0');
        }
    }
    if (negative) change.value = ~change.value + 1;
    change.end = static_cast<std::uint32_t>(now - text.data());
    return true;
}

bool RoundReader::follow(std::string_view text) {
    m_changes.clear();
    m_next = text;
    if (!m_names) return false;
    std::size_t before = 0;  // in the old text
    std::size_t now = 0;     // in the new one
    std::size_t place = 0;   // first field not passed
    while (true) {
        const auto left = std::min(m_text.size() - before, text.size() - now);
        const auto same = sameBytes(m_text.data() + before, text.data() + now, left);
        before += same;
        now += same;
        if (same == left) return before == m_text.size() && now == text.size();
        while (place < m_ends.size() && m_ends[place] < before) ++place;
        // Right behind a number another digit makes it longer; anything else is not its own.
        if (place < m_ends.size() && m_ends[place] == before && !isDigit(text[now])) ++place;
        if (place == m_ends.size()) return false;
        std::size_t zone = m_begins[place];
        while (zone > 0 && m_text[zone - 1] == ' ') --zone;
        if (before < zone) return false;
        Change change{};
        if (now < before - zone || !takeField(text, place, zone, now - (before - zone), change))
            return false;
        m_changes.push_back(change);
        before = m_ends[place];
        now = change.end;
        ++place;
    }
}

/// Puts the places of all fields where the new text has them.
void RoundReader::moveFields() {
    std::uint32_t shift = 0;  // modulo 2^32
    std::size_t place = 0;
    const auto moveTo = [&](std::size_t end) {
        if (shift == 0) {
            place = end;
            return;
        }
        for (; place < end; ++place) {
            m_begins[place] += shift;
            m_ends[place] += shift;
        }
    };
    for (const auto& change : m_changes) {
        moveTo(change.place);
        shift = change.end - m_ends[place];
        m_begins[place] = change.begin;
        m_ends[place] = change.end;
        ++place;
    }
    moveTo(m_begins.size());
}

/// The number at `place` is `value` in the round that is written, m_values still has the one
/// before.
void RoundReader::changeTo(std::size_t place, std::uint64_t value) {
    const auto before = m_values[place];
    if (value == before) return;
    if (value < before && !model::counterDelta(m_names->series[place].kind, before, value))
        ++m_resets;
    m_writer.change(place, value - before);
}

void RoundReader::commit(const model::CounterChunk::Round& round) {
    moveFields();
    m_text = m_next;
    if (m_writer.full()) closeChunk();
    const bool first = m_writer.rounds() == 0;
    if (!first) m_writer.beginRound(round);
    for (const auto& change : m_changes) {
        if (!first) changeTo(change.place, change.value);
        m_values[change.place] = change.value;
    }
    if (first) m_writer.fullRound(round, m_values);
}

void RoundReader::read(std::string_view text, const model::CounterChunk::Round& round,
                       ShapeOddities& odd) {
    if (follow(text)) return commit(round);
    ProcShape shape(m_path, m_file);
    readShape(shape, text);
    addOdd(odd, shape.odd);
    m_text = text;
    m_begins.resize(shape.fields.size());
    m_ends.resize(shape.fields.size());
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
        m_begins[i] = shape.fields[i].begin;
        m_ends[i] = shape.fields[i].end;
    }
    writeRound(round, shape);
    m_fields = std::move(shape.fields);
}

void RoundReader::writeRound(const model::CounterChunk::Round& round, const ProcShape& shape) {
    if (m_names && sameNames(*m_names, *shape.names) && m_writer.rounds() > 0) {
        if (m_writer.full()) {
            closeChunk();
            m_writer.fullRound(round, shape.values);
        } else {
            m_writer.beginRound(round);
            for (std::size_t i = 0; i < shape.values.size(); ++i) changeTo(i, shape.values[i]);
        }
    } else {
        closeChunk();
        if (!m_names || !sameNames(*m_names, *shape.names)) m_names = shape.names;
        m_writer.begin(shape.values.size());
        m_writer.fullRound(round, shape.values);
    }
    m_values = shape.values;
}

void RoundReader::closeChunk() {
    if (m_writer.rounds() == 0) return;
    m_done.push_back({m_names, m_writer.take(), std::exchange(m_openGiven, false), m_values});
}

void RoundReader::keepText() {
    if (m_text.data() == m_kept.data()) return;
    m_kept.assign(m_text);
    m_text = m_kept;
}

std::vector<model::CounterPart> RoundReader::take() {
    closeChunk();
    return std::exchange(m_done, {});
}

std::vector<model::CounterPart> RoundReader::takeGrowing() {
    auto parts = std::exchange(m_done, {});
    if (m_writer.rounds() > 0)
        parts.push_back({m_names, m_writer.copy(), std::exchange(m_openGiven, true), m_values});
    return parts;
}

}  // namespace kscope::parsers
