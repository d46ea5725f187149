// SPDX-License-Identifier: GPL-3.0-or-later
/// What `report irq` and the interrupt panes say: handler runs out of events, and how counters of
/// /proc/interrupts and softirqs grew.
#pragma once

#include "model/derive/sched_report.h"

#include <map>
#include <string>

namespace kscope::model {

enum class InterruptKind : std::uint8_t { Irq, Vector, Softirq };
[[nodiscard]] std::string_view interruptKindName(InterruptKind kind);

struct InterruptRow {
    InterruptKind kind{};
    std::string name;          ///< Handler, vector ("local_timer") or action ("TIMER").
    std::uint32_t number = 0;  ///< irq, or softirq vector.
    std::uint64_t count = 0;   ///< Entries.
    SpanSum runs;              ///< Of those whose exit was seen.
    std::int64_t self = 0;     ///< Without what ran directly inside.
    std::vector<std::int64_t> cpus;
    std::uint64_t raised = 0;  ///< Softirq: raise events.
    SpanSum raises;            ///< Softirq: first raise since the entry before, to the entry.
};
struct InterruptCpu {
    CpuId cpu{};
    std::int64_t irq = 0;      ///< Time with a hard interrupt or vector open.
    std::int64_t softirq = 0;  ///< Time with a softirq open.
};
struct InterruptReport {
    std::vector<InterruptRow> rows;  ///< irqs and softirqs by number, then vectors by name.
    std::vector<InterruptCpu> cpus;
    std::map<std::string, std::uint64_t> nested;  ///< "vector in softirq" → entries
    std::uint64_t maxNesting = 0;
};
[[nodiscard]] InterruptReport interruptReport(const Trace& trace, const ReportScope& scope);

/// How one row of interrupts or softirqs grew between two rounds.
struct CounterGrowth {
    StringId row{};
    StringId detail{};
    std::vector<std::pair<CpuId, std::int64_t>> delta;  ///< By CPU that both rounds have.
    std::int64_t total = 0;
    /// 0 even over the CPUs, 1 all on one (cli.md section 5).
    double imbalance = 0;
};
struct GrowthReport {
    CounterFile file{};
    StringId path{};
    std::int64_t firstNs = 0;  ///< On the axis.
    std::int64_t lastNs = 0;
    std::uint64_t rounds = 0;
    std::vector<CounterGrowth> rows;  ///< In order of the file.
    std::vector<CpuId> onlyFirst;     ///< CPUs that the last round does not have.
    std::vector<CpuId> onlyLast;
};
/// From the first to the last round inside the scope, over all sources that have the file; nothing
/// where there are none of it. A single round grows by nothing.
[[nodiscard]] std::optional<GrowthReport> growthReport(const Trace& trace, CounterFile file,
                                                       const ReportScope& scope);

/// What a row of /proc/interrupts is, in words: "LOC" → the timer of each CPU. Empty for devices.
[[nodiscard]] std::string_view interruptRowWords(std::string_view row);

/// Growth of each row (all its CPUs together) from round to round: what a heatmap is drawn from.
/// One number a row and round; 32 bits each, saturating. Thread-safe once made.
class RowGrowth {
public:
    /// Decodes the table once; chunks that `before` (of an older snapshot of the same table) has
    /// are taken from it.
    explicit RowGrowth(CounterTablePtr table, const RowGrowth* before = nullptr);
    [[nodiscard]] const CounterTable& table() const noexcept { return *m_table; }
    [[nodiscard]] std::size_t rows() const noexcept { return m_table->rows().size(); }
    /// What `row` grew by since the round before; 0 in a table's first round.
    [[nodiscard]] std::uint32_t at(std::size_t round, std::uint32_t row) const;
    /// Sums of all rows over rounds (from, to], into `sums` (one a row). Whole chunks cost one
    /// addition a row.
    void sum(std::size_t from, std::size_t to, std::span<std::uint64_t> sums) const;
    [[nodiscard]] std::size_t memoryBytes() const noexcept;

private:
    struct Piece {
        std::shared_ptr<const CounterChunk> chunk;
        std::shared_ptr<const CounterChunk>
            previous;  ///< Its last round is what round 0 grew from.
        std::size_t rows = 0;
        std::vector<std::uint32_t> growth;  ///< [round][row]
        std::vector<std::uint64_t> total;   ///< [row], of all rounds
    };
    static std::shared_ptr<const Piece> makePiece(const CounterTable& table, std::size_t index);
    CounterTablePtr m_table;
    std::vector<std::shared_ptr<const Piece>> m_pieces;
};

}  // namespace kscope::model
