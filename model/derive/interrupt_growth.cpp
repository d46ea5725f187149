// SPDX-License-Identifier: GPL-3.0-or-later
/// How counters of interrupts and softirqs grew.
#include "model/derive/interrupt_report.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace kscope::model {

namespace {

/// One round of one table.
struct RoundPlace {
    CounterTablePtr table;
    std::size_t round = 0;
    std::int64_t ns = 0;
};
/// Value of every series of a round by (row, CPU).
using RowCpu = std::pair<std::uint32_t, std::uint16_t>;
struct RoundValues {
    std::map<RowCpu, std::pair<std::uint64_t, SeriesKind>> values;  // row: StringId
    std::vector<StringId> rows;                                     // in order of the file
    std::map<std::uint32_t, StringId> details;
    std::vector<CpuId> cpus;
};

RoundValues valuesAt(const RoundPlace& place) {
    RoundValues found;
    CounterCursor cursor(place.table);
    cursor.seek(place.round);
    for (std::size_t i = 0; i < cursor.values().size(); ++i) {
        const auto& series = place.table->series()[cursor.series()[i]];
        if (series.cpu == kUnknownCpu) continue;  // ERR and MIS have no CPU
        const auto& row = place.table->rows()[series.row];
        if (found.rows.empty() || found.rows.back() != row.name) found.rows.push_back(row.name);
        found.details[raw(row.name)] = row.detail;
        found.values[{raw(row.name), raw(series.cpu)}] = {cursor.values()[i], series.kind};
        if (std::ranges::find(found.cpus, series.cpu) == found.cpus.end())
            found.cpus.push_back(series.cpu);
    }
    std::ranges::sort(found.cpus);
    return found;
}

/// First and last round of the file inside the scope.
std::vector<RoundPlace> endsOf(const Trace& trace, CounterFile file, const ReportScope& scope,
                               std::uint64_t& rounds) {
    std::vector<RoundPlace> ends;
    for (const auto& table : trace.counters()) {
        if (table->file() != file || table->rounds() == 0) continue;
        std::size_t from = 0;
        std::size_t to = table->rounds();
        if (scope.range) {
            from = table->lowerBound(toNs(scope.range->begin));
            to = table->lowerBound(toNs(scope.range->end));
        }
        if (from >= to) continue;
        rounds += to - from;
        ends.push_back({table, from, table->timeNs(from)});
        ends.push_back({table, to - 1, table->timeNs(to - 1)});
    }
    // Sources without times keep the order in which they were named.
    std::ranges::stable_sort(ends, {}, &RoundPlace::ns);
    return ends;
}

double imbalanceOf(const CounterGrowth& row) {
    if (row.delta.size() < 2 || row.total <= 0) return 0;
    std::int64_t most = 0;
    for (const auto& [cpu, delta] : row.delta) most = std::max(most, delta);
    const auto even = 1.0 / static_cast<double>(row.delta.size());
    return (static_cast<double>(most) / static_cast<double>(row.total) - even) / (1 - even);
}

}  // namespace

std::optional<GrowthReport> growthReport(const Trace& trace, CounterFile file,
                                         const ReportScope& scope) {
    GrowthReport report;
    report.file = file;
    const auto ends = endsOf(trace, file, scope, report.rounds);
    if (ends.empty()) return std::nullopt;
    report.path = ends.front().table->path();
    report.firstNs = ends.front().ns;
    report.lastNs = ends.back().ns;
    const auto first = valuesAt(ends.front());
    const auto last = valuesAt(ends.back());
    std::ranges::set_difference(first.cpus, last.cpus, std::back_inserter(report.onlyFirst));
    std::ranges::set_difference(last.cpus, first.cpus, std::back_inserter(report.onlyLast));
    for (const auto name : last.rows) {
        if (std::ranges::find(first.rows, name) == first.rows.end()) continue;
        CounterGrowth row{name, last.details.at(raw(name)), {}, 0, 0};
        for (const auto cpu : last.cpus) {
            if (!scope.covers(cpu)) continue;
            const RowCpu key{raw(name), raw(cpu)};
            const auto before = first.values.find(key);
            const auto after = last.values.find(key);
            if (before == first.values.end() || after == last.values.end()) continue;
            const auto delta =
                counterDelta(after->second.second, before->second.first, after->second.first);
            if (!delta) continue;
            row.delta.emplace_back(cpu, *delta);
            row.total += *delta;
        }
        row.imbalance = imbalanceOf(row);
        report.rows.push_back(std::move(row));
    }
    return report;
}

std::string_view interruptRowWords(std::string_view row) {
    struct Words {
        std::string_view row;
        std::string_view text;
    };
    constexpr std::array kWords{
        Words{"NMI", "interrupts that nothing can hold back: the watchdog, perf"},
        Words{"LOC", "the local timer of each CPU: the tick and high-resolution timers"},
        Words{"SPU", "interrupts that nobody claimed"},
        Words{"PMI", "the performance counters overflowed"},
        Words{"IWI", "work that must run in interrupt context on this CPU"},
        Words{"RTR", "the interrupt controller was busy and was asked again"},
        Words{"RES", "another CPU woke a task here and asked for a reschedule"},
        Words{"CAL", "another CPU asked this one to run a function"},
        Words{"TLB", "another CPU asked this one to forget address translations"},
        Words{"TRM", "the CPU got too hot, or cooled down"},
        Words{"THR", "a threshold of corrected hardware errors was reached"},
        Words{"DFR", "a hardware error whose handling was deferred (AMD)"},
        Words{"MCE", "machine check exceptions: hardware errors"},
        Words{"MCP", "looks into the machine check registers, every five minutes"},
        Words{"ERR", "errors of the interrupt controller's bus"},
        Words{"MIS", "edges that were lost and recovered"},
        Words{"PIN", "interrupts posted to a running virtual machine"},
        Words{"NPI", "interrupts posted to a nested virtual machine"},
        Words{"PIW", "interrupts posted to a virtual machine that waits"},
        Words{"HYP", "calls from the hypervisor"},
        Words{"HRE", "Hyper-V's reenlightenment: the time stamp counter changed"},
        Words{"HVS", "Hyper-V's synthetic timer"},
        Words{"BLK", "block requests that were completed elsewhere"},
        Words{"Err", "interrupts that no handler took"},
        Words{"IPI0", "a CPU asked another one for a reschedule"},
        Words{"IPI1", "a CPU asked another one to run a function"},
        Words{"IPI2", "a CPU was told to stop"}};
    const auto found = std::ranges::find(kWords, row, &Words::row);
    return found == kWords.end() ? std::string_view{} : found->text;
}

std::shared_ptr<const RowGrowth::Piece> RowGrowth::makePiece(const CounterTable& table,
                                                             std::size_t index) {
    auto piece = std::make_shared<Piece>();
    const auto& chunk = table.chunk(index);
    piece->chunk = chunk;
    if (index > 0) piece->previous = table.chunk(index - 1);
    piece->rows = table.rows().size();
    piece->growth.resize(chunk->rounds.size() * piece->rows);
    piece->total.resize(piece->rows);
    const auto& ids = chunk->layout->series;
    std::vector<std::uint64_t> values(chunk->width);
    const auto grow = [&](std::size_t round, std::size_t place, std::uint64_t before) {
        const auto& series = table.series()[ids[place]];
        const auto delta = counterDelta(series.kind, before, values[place]).value_or(0);
        if (delta <= 0) return;
        auto& cell = piece->growth[round * piece->rows + series.row];
        cell = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(UINT32_MAX, cell + static_cast<std::uint64_t>(delta)));
        piece->total[series.row] += static_cast<std::uint64_t>(delta);
    };
    forEachChange(*chunk, 0, [&](std::size_t place, std::uint64_t difference) {
        if (place < values.size()) values[place] += difference;
    });
    if (piece->previous) {
        std::vector<std::uint64_t> old(piece->previous->width);
        for (std::size_t round = 0; round < piece->previous->rounds.size(); ++round)
            forEachChange(*piece->previous, round,
                          [&](std::size_t place, std::uint64_t difference) {
                              if (place < old.size()) old[place] += difference;
                          });
        for (std::size_t place = 0; place < values.size(); ++place) {
            const auto at = piece->previous->layout->place(ids[place]);
            if (at < old.size()) grow(0, place, old[at]);
        }
    }
    for (std::size_t round = 1; round < chunk->rounds.size(); ++round)
        forEachChange(*chunk, round, [&](std::size_t place, std::uint64_t difference) {
            if (place >= values.size()) return;
            const auto before = values[place];
            values[place] += difference;
            grow(round, place, before);
        });
    return piece;
}

RowGrowth::RowGrowth(CounterTablePtr table, const RowGrowth* before) : m_table(std::move(table)) {
    std::size_t known = 0;
    for (std::size_t i = 0; i < m_table->chunks(); ++i) {
        const auto& chunk = m_table->chunk(i);
        const auto previous = i > 0 ? m_table->chunk(i - 1) : nullptr;
        std::shared_ptr<const Piece> piece;
        // Chunks only go in front and come behind: the next known one is mostly the right one.
        for (; before != nullptr && known < before->m_pieces.size(); ++known) {
            const auto& old = before->m_pieces[known];
            if (old->chunk != chunk) continue;
            if (old->previous == previous || !previous) piece = old;
            ++known;
            break;
        }
        if (!piece && before != nullptr && known >= before->m_pieces.size()) before = nullptr;
        m_pieces.push_back(piece ? piece : makePiece(*m_table, i));
    }
}

std::uint32_t RowGrowth::at(std::size_t round, std::uint32_t row) const {
    const auto index = m_table->chunkOf(round);
    const auto& piece = *m_pieces[index];
    return row < piece.rows ? piece.growth[(round - m_table->firstRound(index)) * piece.rows + row]
                            : 0;
}

void RowGrowth::sum(std::size_t from, std::size_t to, std::span<std::uint64_t> sums) const {
    std::ranges::fill(sums, std::uint64_t{0});
    if (from >= to || m_table->rounds() == 0) return;
    to = std::min(to, m_table->rounds() - 1);
    for (auto index = m_table->chunkOf(from + 1); from < to && index < m_pieces.size(); ++index) {
        const auto& piece = *m_pieces[index];
        const auto first = m_table->firstRound(index);
        const auto end = first + piece.chunk->rounds.size();  // behind its last round
        const auto rows = std::min(piece.rows, sums.size());
        if (from + 1 == first && to + 1 >= end) {
            for (std::size_t row = 0; row < rows; ++row) sums[row] += piece.total[row];
        } else {
            for (auto round = from + 1; round < std::min(end, to + 1); ++round)
                for (std::size_t row = 0; row < rows; ++row)
                    sums[row] += piece.growth[(round - first) * piece.rows + row];
        }
        from = std::min(end - 1, to);
    }
}

std::size_t RowGrowth::memoryBytes() const noexcept {
    std::size_t sum = 0;
    for (const auto& piece : m_pieces)
        sum += piece->growth.capacity() * 4 + piece->total.capacity() * 8 + sizeof *piece;
    return sum;
}

}  // namespace kscope::model
