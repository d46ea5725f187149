// SPDX-License-Identifier: GPL-3.0-or-later
/// A filter over all rows, and the next row that it lets through.
///
/// Three table look-ups a row without a branch (performance.md section 7): the masks of the row's
/// name, CPU and task are anded. Rows whose mask still needs a look at the row itself are asked one
/// by one.
#include "model/query/filter_plan.h"

#include <algorithm>
#include <atomic>
#include <bit>

namespace kscope::model {
namespace {

using Mask = FilterPlan::Mask;
constexpr std::size_t kWords = (kMaxChunkRows + 63) / 64;
/// Below one hit in 16 rows two bytes a hit are less than a bit a row.
constexpr std::size_t kSparse = 16;
/// Stop requests are honoured within this many rows that had to be looked at.
constexpr std::size_t kRowsAStop = 512;

/// The tables of one chunk, narrow where the plan allows: they stay in L1.
template <class M> class ChunkTables {
public:
    explicit ChunkTables(const FilterPlan& plan) : m_plan(plan) {
        if (plan.usesTasks()) m_task.resize(0x10000);
        if (plan.usesCpus()) {
            m_cpu.resize(0x10000);
            for (std::size_t i = 0; i < m_cpu.size(); ++i)
                m_cpu[i] = static_cast<M>(plan.cpus()[i]);
        }
    }
    /// False: the names alone say that nothing of the chunk passes.
    bool enter(const EventChunk& chunk) {
        m_chunk = &chunk;
        Mask any = 0;
        const Mask source =
            chunk.origins.size() == 1 ? m_plan.source(chunk.origins[0].source) : m_plan.all();
        m_filterNames = m_plan.usesNames() || source != m_plan.all();
        m_name.resize(chunk.names.size());
        for (std::size_t i = 0; i < chunk.names.size(); ++i) {
            m_name[i] = static_cast<M>(m_plan.name(chunk.names[i]) & source);
            any |= m_name[i];
        }
        if (any == 0) return false;
        if (m_plan.usesTasks()) {
            Mask tasks = m_plan.noTask();
            for (std::size_t i = 0; i < chunk.tasks.size(); ++i) {
                m_task[i] = static_cast<M>(m_plan.task(chunk.tasks[i]));
                tasks |= m_task[i];
            }
            m_task[kNoRow] = static_cast<M>(m_plan.noTask());
            any &= tasks;
        }
        m_sourceByRow = m_plan.usesSources() && chunk.origins.size() > 1;
        if (m_sourceByRow) {
            m_source.resize(chunk.origins.size());
            for (std::size_t i = 0; i < m_source.size(); ++i)
                m_source[i] = static_cast<M>(m_plan.source(chunk.origins[i].source));
        }
        return any != 0;
    }
    [[nodiscard]] M row(std::size_t row) const {
        auto mask = static_cast<M>(m_plan.all());
        if (m_filterNames) mask &= m_name[m_chunk->name[row]];
        if (!m_cpu.empty()) mask &= m_cpu[m_chunk->cpu[row]];
        if (!m_task.empty()) mask &= m_task[m_chunk->task[row]];
        if (m_sourceByRow) mask &= m_source[m_chunk->originOf[row]];
        return mask;
    }
    /// A bit a row of the chunk for which any of `wanted` holds.
    void bits(std::uint64_t* words, M wanted) const {
        const int uses =
            (m_filterNames ? 1 : 0) + (m_cpu.empty() ? 0 : 2) + (m_task.empty() ? 0 : 4);
        if (m_sourceByRow) return scan([this](std::size_t r) { return row(r); }, words, wanted);
        const auto* const n = m_name.data();
        const auto* const c = m_cpu.data();
        const auto* const t = m_task.data();
        const auto* const name = m_chunk->name.data();
        const auto* const cpu = m_chunk->cpu.data();
        const auto* const task = m_chunk->task.data();
        const auto all = static_cast<M>(m_plan.all());
        switch (uses) {
        case 0: return scan([=](std::size_t) { return all; }, words, wanted);
        case 1: return scan([=](std::size_t r) { return n[name[r]]; }, words, wanted);
        case 2: return scan([=](std::size_t r) { return c[cpu[r]]; }, words, wanted);
        case 3:
            return scan([=](std::size_t r) { return static_cast<M>(n[name[r]] & c[cpu[r]]); },
                        words, wanted);
        case 4: return scan([=](std::size_t r) { return t[task[r]]; }, words, wanted);
        case 5:
            return scan([=](std::size_t r) { return static_cast<M>(n[name[r]] & t[task[r]]); },
                        words, wanted);
        case 6:
            return scan([=](std::size_t r) { return static_cast<M>(c[cpu[r]] & t[task[r]]); },
                        words, wanted);
        default:
            return scan(
                [=](std::size_t r) { return static_cast<M>(n[name[r]] & c[cpu[r]] & t[task[r]]); },
                words, wanted);
        }
    }

private:
    template <class F> void scan(F&& maskOf, std::uint64_t* words, M wanted) const {
        const std::size_t rows = m_chunk->rows();
        std::size_t r = 0;
        for (; r + 64 <= rows; r += 64) {
            std::uint64_t word = 0;
            for (std::size_t i = 0; i < 64; i += 4) {
                std::uint64_t four = 0;
                four |= static_cast<std::uint64_t>((maskOf(r + i) & wanted) != 0);
                four |= static_cast<std::uint64_t>((maskOf(r + i + 1) & wanted) != 0) << 1;
                four |= static_cast<std::uint64_t>((maskOf(r + i + 2) & wanted) != 0) << 2;
                four |= static_cast<std::uint64_t>((maskOf(r + i + 3) & wanted) != 0) << 3;
                word |= four << i;
            }
            words[r / 64] = word;
        }
        if (r == rows) return;
        std::uint64_t word = 0;
        for (std::size_t i = r; i < rows; ++i)
            word |= static_cast<std::uint64_t>((maskOf(i) & wanted) != 0) << (i - r);
        words[r / 64] = word;
    }

    const FilterPlan& m_plan;
    const EventChunk* m_chunk = nullptr;
    bool m_filterNames = false;
    bool m_sourceByRow = false;
    std::vector<M> m_name;
    std::vector<M> m_cpu;
    std::vector<M> m_task;
    std::vector<M> m_source;
};

/// One thread's work over chunks.
template <class M> class ChunkFilter {
public:
    ChunkFilter(const FilterPlan& plan, const std::stop_token& stop)
        : m_plan(plan),
          m_stop(stop),
          m_tables(plan),
          m_matcher(plan.trace(), EventTextReader::kWindow, plan.lengths()),
          m_words(kWords),
          m_passed(kWords) {}

    void run(std::size_t chunkIndex, RowSet::ChunkRows& into) {
        const Trace& trace = m_plan.trace();
        const EventChunk& chunk = trace.chunk(chunkIndex);
        into.firstRow = raw(trace.firstRow(chunkIndex));
        into.rows = static_cast<std::uint32_t>(chunk.rows());
        into.set = std::vector<std::uint16_t>{};
        if (chunk.rows() == 0 || !m_tables.enter(chunk)) return;
        m_tables.bits(m_words.data(), static_cast<M>(m_plan.all()));
        if (m_plan.sure() != m_plan.all()) {
            answerTyped(chunk);
            ask(chunkIndex);
            for (std::size_t w = 0; w * 64 < chunk.rows(); ++w) m_words[w] |= m_passed[w];
        }
        keep(into);
    }
    /// The first row that passes from `row` on in that direction; nothing where the chunk has none
    /// or a stop was asked for.
    [[nodiscard]] std::optional<std::size_t> next(std::size_t chunkIndex, std::size_t row,
                                                  Direction direction) {
        const EventChunk& chunk = m_plan.trace().chunk(chunkIndex);
        const std::size_t rows = chunk.rows();
        if (row >= rows || !m_tables.enter(chunk)) return std::nullopt;
        m_tables.bits(m_words.data(), static_cast<M>(m_plan.all()));
        answerTyped(chunk);
        for (std::size_t w = 0; w * 64 < rows; ++w) m_words[w] |= m_passed[w];
        const bool forward = direction == Direction::Forward;
        const std::uint64_t first = std::uint64_t{1} << (row % 64);
        m_words[row / 64] &= forward ? ~(first - 1) : first | (first - 1);
        std::size_t asked = 0;
        const std::size_t words = (rows + 63) / 64;
        for (std::size_t w = row / 64; w < words; w += forward ? 1 : SIZE_MAX) {
            for (auto left = m_words[w]; left != 0;) {
                if (++asked % kRowsAStop == 0 && m_stop.stop_requested()) return std::nullopt;
                const auto bit = static_cast<unsigned>(forward ? std::countr_zero(left)
                                                               : 63 - std::countl_zero(left));
                left &= ~(std::uint64_t{1} << bit);
                if ((m_passed[w] >> bit & 1) != 0 ||
                    passes(chunkIndex, static_cast<Row>(w * 64 + bit)))
                    return w * 64 + bit;
            }
        }
        return std::nullopt;
    }

private:
    /// Takes the rows that typed rows answer out of m_words; m_passed gets those that pass.
    void answerTyped(const EventChunk& chunk) {
        std::ranges::fill(m_passed, 0);
        // With several conjuncts a row may pass by one that was not asked.
        if (m_plan.conjuncts() == 1)
            m_matcher.answerTyped(m_plan.slow(0), chunk, m_words, m_passed);
    }
    [[nodiscard]] bool passes(std::size_t chunkIndex, Row row) {
        const Mask mask = m_tables.row(row);
        return (mask & m_plan.sure()) != 0 ||
               (mask != 0 && slow(m_plan.trace().event(chunkIndex, row), mask));
    }
    /// Looks at the rows whose mask leaves a question.
    void ask(std::size_t chunkIndex) {
        const std::size_t rows = m_plan.trace().chunk(chunkIndex).rows();
        std::size_t asked = 0;
        for (std::size_t w = 0; w * 64 < rows; ++w) {
            for (auto left = m_words[w]; left != 0; left &= left - 1) {
                const auto bit = static_cast<unsigned>(std::countr_zero(left));
                if (++asked % kRowsAStop == 0 && m_stop.stop_requested()) return;
                if (!passes(chunkIndex, static_cast<Row>(w * 64 + bit)))
                    m_words[w] &= ~(std::uint64_t{1} << bit);
            }
        }
    }
    [[nodiscard]] bool slow(const Event& event, Mask mask) {
        for (; mask != 0; mask &= mask - 1) {
            if (m_matcher.holds(m_plan.slow(static_cast<unsigned>(std::countr_zero(mask))), event))
                return true;
        }
        return false;
    }
    void keep(RowSet::ChunkRows& into) const {
        const std::size_t words = (into.rows + 63) / 64;
        std::size_t hits = 0;
        for (std::size_t w = 0; w < words; ++w)
            hits += static_cast<unsigned>(std::popcount(m_words[w]));
        into.hits = static_cast<std::uint32_t>(hits);
        if (hits * kSparse >= into.rows) {
            into.set = std::vector<std::uint64_t>(
                m_words.begin(), m_words.begin() + static_cast<std::ptrdiff_t>(words));
            return;
        }
        std::vector<std::uint16_t> rows;
        rows.reserve(hits);
        for (std::size_t w = 0; w < words; ++w)
            for (auto left = m_words[w]; left != 0; left &= left - 1)
                rows.push_back(static_cast<std::uint16_t>(
                    w * 64 + static_cast<unsigned>(std::countr_zero(left))));
        into.set = std::move(rows);
    }

    const FilterPlan& m_plan;
    const std::stop_token& m_stop;
    ChunkTables<M> m_tables;
    RowMatcher m_matcher;
    std::vector<std::uint64_t> m_words;
    std::vector<std::uint64_t> m_passed;
};

void countBefore(std::vector<RowSet::ChunkRows>& chunks) {
    std::uint64_t before = 0;
    for (auto& chunk : chunks) {
        chunk.hitsBefore = before;
        before += chunk.hits;
    }
}

template <class M>
RowSetPtr filterChunks(const FilterPlan& plan, ThreadPool& pool, const std::stop_token& stop) {
    std::vector<RowSet::ChunkRows> chunks(plan.trace().chunks());
    std::atomic<std::size_t> next{0};
    // One job a thread: its tables are made once.
    const auto jobs = std::min(chunks.size(), pool.threads() + 1);
    parallelFor(pool, jobs, [&](std::size_t) {
        if (next.load(std::memory_order_relaxed) >= chunks.size()) return;
        ChunkFilter<M> filter(plan, stop);
        for (auto i = next++; i < chunks.size() && !stop.stop_requested(); i = next++)
            filter.run(i, chunks[i]);
    });
    if (stop.stop_requested()) return nullptr;
    countBefore(chunks);
    return std::make_shared<const RowSet>(std::move(chunks));
}

RowSetPtr everyRow(const Trace& trace) {
    std::vector<RowSet::ChunkRows> chunks(trace.chunks());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        auto& rows = chunks[i];
        rows.firstRow = raw(trace.firstRow(i));
        rows.rows = rows.hits = static_cast<std::uint32_t>(trace.chunk(i).rows());
        std::vector<std::uint64_t> bits((rows.rows + 63) / 64, ~std::uint64_t{0});
        if (rows.rows % 64 != 0) bits.back() >>= 64 - rows.rows % 64;
        rows.set = std::move(bits);
    }
    countBefore(chunks);
    return std::make_shared<const RowSet>(std::move(chunks));
}

std::optional<EventIndex> nextHit(const FilterPlan& plan, EventIndex from, Direction direction,
                                  const std::stop_token& stop) {
    const Trace& trace = plan.trace();
    const bool forward = direction == Direction::Forward;
    ChunkFilter<Mask> filter(plan, stop);
    auto chunk = trace.chunkOf(from);
    auto row = static_cast<std::size_t>(raw(from) - raw(trace.firstRow(chunk)));
    while (true) {
        if (const auto hit = filter.next(chunk, row, direction))
            return EventIndex{raw(trace.firstRow(chunk)) + *hit};
        if (stop.stop_requested()) return std::nullopt;
        if (forward ? chunk + 1 == trace.chunks() : chunk == 0) return std::nullopt;
        chunk = forward ? chunk + 1 : chunk - 1;
        row = forward ? 0 : trace.chunk(chunk).rows() - 1;
    }
}

}  // namespace

RowSetPtr filterRows(const Trace& trace, const Filter& filter, ThreadPool& pool,
                     std::stop_token stop) {
    if (filter.all()) return everyRow(trace);
    const FilterPlan plan(trace, *filter.root());
    return plan.conjuncts() <= 8 ? filterChunks<std::uint8_t>(plan, pool, stop)
                                 : filterChunks<Mask>(plan, pool, stop);
}

std::optional<EventIndex> findNext(const Trace& trace, const Filter& filter, EventIndex from,
                                   Direction direction, std::stop_token stop) {
    if (trace.events() == 0) return std::nullopt;
    if (raw(from) >= trace.events()) {
        if (direction == Direction::Forward) return std::nullopt;
        from = EventIndex{trace.events() - 1};
    }
    if (filter.all()) return from;
    const FilterPlan plan(trace, *filter.root());
    return nextHit(plan, from, direction, stop);
}

bool Filter::matches(const Trace& trace, const Event& event) const {
    constexpr std::size_t kOneEvent = 4096;
    return m_root == nullptr || RowMatcher(trace, kOneEvent).matches(*m_root, event);
}

}  // namespace kscope::model
