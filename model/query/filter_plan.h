// SPDX-License-Identifier: GPL-3.0-or-later
/// A filter made ready for one trace: which rows it can let through by three table look-ups, and
/// what is left to ask.
#pragma once

#include "model/derive/block_stages.h"
#include "model/derive/entry_lengths.h"
#include "model/query/counter_fields.h"
#include "model/query/field_scan.h"
#include "model/query/filter_node.h"
#include "model/query/text_reader.h"

#include <cstdint>
#include <span>
#include <vector>

namespace kscope::model {

/// A leaf, or its opposite.
struct FilterLeaf {
    const Filter::Node* node = nullptr;
    bool negated = false;
};

/// What lanes do not tell of lengths; null: not made yet, or not asked for.
struct AskedLengths {
    std::shared_ptr<const BlockLengths> blocks;
    std::shared_ptr<const EntryLengths> entries;
};

/// The expression as an "or" of conjuncts. Each conjunct owns one bit of a mask; the masks of a
/// row's name, CPU, task and source, anded, say which conjuncts hold as far as those four tell.
class FilterPlan {
public:
    using Mask = std::uint64_t;
    static constexpr std::size_t kMostConjuncts = 64;
    /// `root` must outlive the plan. O(strings + tasks).
    FilterPlan(const Trace& trace, const Filter::Node& root);

    [[nodiscard]] Mask all() const noexcept { return m_all; }
    /// Conjuncts that need no look at the row itself.
    [[nodiscard]] Mask sure() const noexcept { return m_sure; }
    [[nodiscard]] bool usesNames() const noexcept { return !m_names.empty(); }
    [[nodiscard]] bool usesCpus() const noexcept { return !m_cpus.empty(); }
    [[nodiscard]] bool usesTasks() const noexcept { return m_usesTasks; }
    [[nodiscard]] bool usesSources() const noexcept { return !m_sources.empty(); }
    [[nodiscard]] Mask name(StringId id) const { return usesNames() ? m_names[raw(id)] : m_all; }
    [[nodiscard]] Mask source(SourceId id) const {
        return usesSources() ? m_sources[raw(id)] : m_all;
    }
    [[nodiscard]] Mask task(const ChunkTask& task) const;
    [[nodiscard]] Mask noTask() const noexcept { return m_noTask; }
    /// By raw CpuId, 65 536 long; only where usesCpus().
    [[nodiscard]] const std::vector<Mask>& cpus() const noexcept { return m_cpus; }
    [[nodiscard]] std::size_t conjuncts() const noexcept { return m_slow.size(); }
    /// What of a conjunct has to be asked of the row.
    [[nodiscard]] const std::vector<FilterLeaf>& slow(std::size_t conjunct) const {
        return m_slow[conjunct];
    }
    [[nodiscard]] const Trace& trace() const noexcept { return m_trace; }
    [[nodiscard]] const AskedLengths& lengths() const noexcept { return m_lengths; }

private:
    using Conjunct = std::vector<FilterLeaf>;
    static bool expand(const Filter::Node& node, bool negated, std::vector<Conjunct>& into);
    void fill(const std::vector<Conjunct>& conjuncts);
    void fillNames(const Conjunct& conjunct, Mask bit);
    void fillCpus(const Conjunct& conjunct, Mask bit);
    void fillTasks(const Conjunct& conjunct, Mask bit);
    void fillSources(const Conjunct& conjunct, Mask bit);
    void restrictNames(const FilterLeaf& leaf, Mask bit);
    const Trace& m_trace;
    Mask m_all = 0;
    Mask m_sure = 0;
    Mask m_noTask = 0;
    bool m_usesTasks = false;
    std::vector<Mask> m_names;    // by StringId
    std::vector<Mask> m_cpus;     // by raw CpuId
    std::vector<Mask> m_comms;    // by StringId
    std::vector<Mask> m_tasks;    // by TaskId
    std::vector<Mask> m_sources;  // by SourceId
    std::vector<std::vector<FilterLeaf>> m_slow;
    AskedLengths m_lengths;
};

/// Answers leaves of single rows. One a thread.
class RowMatcher {
public:
    /// Null `lengths`: made when first asked for, which walks all block events, calls and entries.
    explicit RowMatcher(const Trace& trace, std::size_t window = EventTextReader::kWindow,
                        AskedLengths lengths = {})
        : m_trace(trace),
          m_reader(trace, window),
          m_lengths(std::move(lengths)),
          m_counters(trace) {}
    [[nodiscard]] bool matches(const Filter::Node& node, const Event& event);
    /// The numbers of a reading that `node` lets through: sets `chosen`, by series of its table.
    /// False where the event is no reading: then matches() says all.
    [[nodiscard]] bool numbers(const Filter::Node& node, const Event& event,
                               std::vector<bool>& chosen);
    /// Whether all of them hold; of a reading of numbers: for one of its samples, the same for all.
    [[nodiscard]] bool holds(const std::vector<FilterLeaf>& leaves, const Event& event);
    /// The same for all switches and wakeups of a chunk whose bit is in `left`, as far as their
    /// typed rows answer: a bit a row is taken out of `left`, and put into `passed` where all hold.
    void answerTyped(const std::vector<FilterLeaf>& leaves, const EventChunk& chunk,
                     std::span<std::uint64_t> left, std::span<std::uint64_t> passed);

private:
    /// One comparison; false where the event has no such field.
    [[nodiscard]] bool leaf(const Filter::Node& leaf, const Event& event);
    [[nodiscard]] bool tree(const Filter::Node& node, const Event& event);
    template <class Test>
    [[nodiscard]] bool anySample(const std::vector<const Filter::Node*>& roots, const Event& event,
                                 Test&& test);
    [[nodiscard]] bool sample(const Filter::Node& leaf);
    /// Null where the event is no block event.
    [[nodiscard]] const BlockLengths* blockLengths(const Event& event);
    [[nodiscard]] std::optional<Duration> length(const Event& event);
    [[nodiscard]] bool own(const Filter::Node& leaf, const Event& event);
    [[nodiscard]] std::optional<bool> typed(const Filter::Node& leaf, const Event& event);
    [[nodiscard]] std::optional<bool> typedSwitch(const Filter::Node& leaf, const EventChunk& chunk,
                                                  const SwitchRow& row);
    [[nodiscard]] std::optional<bool> typedWake(const Filter::Node& leaf, const EventChunk& chunk,
                                                const WakeRow& row);
    [[nodiscard]] bool anything(const Filter::Node& leaf, const Event& event);
    [[nodiscard]] bool taskHolds(const Filter::Node& leaf, const EventChunk& chunk,
                                 std::uint16_t entry) const;
    /// Whether the chunk's dictionary entry compares: each entry is compared once a chunk.
    [[nodiscard]] bool entryCompares(const Filter::Node& leaf, const EventChunk& chunk,
                                     std::uint16_t entry);
    void enter(const EventChunk& chunk);
    const SwitchRow* switchRow(const Event& event);
    const WakeRow* wakeRow(const Event& event);
    const Trace& m_trace;
    EventTextReader m_reader;
    AskedLengths m_lengths;
    CounterFields m_counters;
    bool m_inSample = false;  // leaves are asked of the sample that m_counters is at
    FieldList m_fields;
    EventIndex m_fieldsOf{UINT64_MAX};
    const EventChunk* m_chunk = nullptr;  // whose rows the cursors below walk
    std::size_t m_switch = 0;
    std::size_t m_wake = 0;
    struct EntryAnswers {
        const Filter::Node* leaf;
        std::vector<std::int8_t> byEntry;  // −1: not asked yet
    };
    std::vector<EntryAnswers> m_answers;  // of m_chunk
};

}  // namespace kscope::model
