// SPDX-License-Identifier: GPL-3.0-or-later
/// Makes masks of a filter's leaves: every name, CPU, task and source is asked once, not every row.
#include "model/query/filter_plan.h"

#include <algorithm>
#include <array>

namespace kscope::model {
namespace {

using Node = Filter::Node;

bool isSlow(FilterField field) { return field >= FilterField::Length; }

/// Names of block events that have a length or a wait: Q, I and D in all their forms.
bool mayBeginTransfer(std::string_view name) {
    static constexpr std::array<std::string_view, 7> kNames{
        "Q", "I", "D", "blk", "block_bio_queue", "block_rq_insert", "block_rq_issue"};
    return std::ranges::find(kNames, name) != kNames.end();
}

/// Whether one of `fields` is asked for somewhere in `node`.
bool asksFor(const Node& node, std::initializer_list<FilterField> fields) {
    if (node.kind == Node::Kind::Compare)
        return std::ranges::find(fields, node.field) != fields.end();
    return std::ranges::any_of(node.children,
                               [&](const auto& child) { return asksFor(*child, fields); });
}

/// What `field` says of a task, without and with its opposite.
bool taskPasses(const Trace& trace, const FilterLeaf& leaf, TaskId id) {
    if (id == kNoTask) return leaf.negated;
    const TaskInfo& task = trace.task(id);
    const Tid number = leaf.node->field == FilterField::Tid ? task.tid : task.tgid;
    if (leaf.node->field == FilterField::Tgid && number == Tid{-1}) return leaf.negated;
    return compareNumber(*leaf.node, raw(number)) != leaf.negated;
}

}  // namespace

FilterPlan::FilterPlan(const Trace& trace, const Node& root) : m_trace(trace) {
    std::vector<Conjunct> conjuncts;
    if (!expand(root, false, conjuncts)) {
        // Too many branches for a mask: every row is asked the whole tree.
        conjuncts.assign(1, {FilterLeaf{&root, false}});
    }
    if (trace.tables().blockActions > 0 &&
        asksFor(root, {FilterField::Length, FilterField::Latency}))
        m_lengths.blocks = std::make_shared<const BlockLengths>(trace);
    if (asksFor(root, {FilterField::Length}))
        m_lengths.entries = std::make_shared<const EntryLengths>(trace);
    fill(conjuncts);
}

bool FilterPlan::expand(const Node& node, bool negated, std::vector<Conjunct>& into) {
    switch (node.kind) {
    case Node::Kind::Compare: into.push_back({FilterLeaf{&node, negated}}); return true;
    case Node::Kind::Not: return expand(*node.children.front(), !negated, into);
    default: break;
    }
    const bool either = (node.kind == Node::Kind::Or) != negated;
    if (either) {
        for (const auto& child : node.children)
            if (!expand(*child, negated, into) || into.size() > kMostConjuncts) return false;
        return true;
    }
    std::vector<Conjunct> product{{}};
    for (const auto& child : node.children) {
        std::vector<Conjunct> terms;
        if (!expand(*child, negated, terms) || product.size() * terms.size() > kMostConjuncts)
            return false;
        std::vector<Conjunct> next;
        for (const auto& left : product)
            for (const auto& right : terms) {
                next.push_back(left);
                next.back().insert(next.back().end(), right.begin(), right.end());
            }
        product = std::move(next);
    }
    into.insert(into.end(), product.begin(), product.end());
    return into.size() <= kMostConjuncts;
}

void FilterPlan::fill(const std::vector<Conjunct>& conjuncts) {
    m_all = conjuncts.size() == 64 ? ~Mask{0} : (Mask{1} << conjuncts.size()) - 1;
    m_noTask = m_all;
    const auto any = [&](auto&& test) {
        return std::ranges::any_of(conjuncts, [&](const Conjunct& conjunct) {
            return std::ranges::any_of(conjunct, test);
        });
    };
    const auto has = [&](FilterField field) {
        return any([&](const FilterLeaf& leaf) {
            return leaf.node->kind == Node::Kind::Compare && leaf.node->field == field;
        });
    };
    if (any([](const FilterLeaf& leaf) {
            return leaf.node->kind == Node::Kind::Compare &&
                   (leaf.node->field == FilterField::Event ||
                    (isSlow(leaf.node->field) && !leaf.negated));
        }))
        m_names.assign(m_trace.strings(), m_all);
    if (has(FilterField::Cpu)) m_cpus.assign(0x10000, m_all);
    if (has(FilterField::Comm)) m_comms.assign(m_trace.strings(), m_all);
    if (has(FilterField::Tid) || has(FilterField::Tgid))
        m_tasks.assign(m_trace.tasks().size(), m_all);
    if (has(FilterField::Source)) m_sources.assign(m_trace.sources().size(), m_all);
    m_usesTasks = !m_comms.empty() || !m_tasks.empty();
    // The CPUs of a reading are those of its samples.
    const bool samples = !m_trace.counters().empty();
    for (std::size_t i = 0; i < conjuncts.size(); ++i) {
        const Mask bit = Mask{1} << i;
        fillNames(conjuncts[i], bit);
        fillCpus(conjuncts[i], bit);
        fillTasks(conjuncts[i], bit);
        fillSources(conjuncts[i], bit);
        auto& slow = m_slow.emplace_back();
        for (const FilterLeaf& leaf : conjuncts[i])
            if (leaf.node->kind != Node::Kind::Compare || isSlow(leaf.node->field) ||
                (samples && leaf.node->field == FilterField::Cpu))
                slow.push_back(leaf);
        if (slow.empty()) m_sure |= bit;
    }
}

void FilterPlan::fillNames(const Conjunct& conjunct, Mask bit) {
    const auto counts = m_trace.nameCounts();
    for (const FilterLeaf& leaf : conjunct) {
        if (leaf.node->kind != Node::Kind::Compare) continue;
        if (isSlow(leaf.node->field)) {
            if (!leaf.negated) restrictNames(leaf, bit);
        } else if (leaf.node->field == FilterField::Event) {
            for (std::size_t id = 0; id < m_names.size(); ++id)
                if (id < counts.size() && counts[id] > 0 &&
                    compareText(*leaf.node, m_trace.text(StringId{
                                                static_cast<std::uint32_t>(id)})) == leaf.negated)
                    m_names[id] &= ~bit;
        }
    }
}

/// Takes away the names whose events cannot have what the leaf asks for.
void FilterPlan::restrictNames(const FilterLeaf& leaf, Mask bit) {
    const auto counts = m_trace.nameCounts();
    const auto field = leaf.node->field;
    if (field == FilterField::Anything || field == FilterField::Edge) return;
    if (field == FilterField::Length && m_lengths.entries->anyCalls()) return;
    for (std::size_t id = 0; id < m_names.size() && id < counts.size(); ++id) {
        if (counts[id] == 0) continue;
        const StringId name{static_cast<std::uint32_t>(id)};
        const bool isSwitch = name == nameId(KnownEvent::SchedSwitch);
        bool may = true;
        if (field == FilterField::Length)
            may = isSwitch || name == nameId(KnownEvent::IrqHandlerEntry) ||
                  name == nameId(KnownEvent::SoftirqEntry) ||
                  EntryLengths::isOpening(m_trace.text(name)) ||
                  mayBeginTransfer(m_trace.text(name));
        else if (field == FilterField::Latency)
            may = isSwitch || name == nameId(KnownEvent::SchedWaking) ||
                  name == nameId(KnownEvent::SchedWakeup) ||
                  name == nameId(KnownEvent::SchedWakeupNew) ||
                  mayBeginTransfer(m_trace.text(name));
        else may = mayHaveField(m_trace.text(name), leaf.node->name);
        if (!may) m_names[id] &= ~bit;
    }
}

void FilterPlan::fillCpus(const Conjunct& conjunct, Mask bit) {
    for (const FilterLeaf& leaf : conjunct) {
        if (leaf.node->kind != Node::Kind::Compare || leaf.node->field != FilterField::Cpu)
            continue;
        for (const CpuId cpu : m_trace.cpus())
            if (compareNumber(*leaf.node, raw(cpu)) == leaf.negated) m_cpus[raw(cpu)] &= ~bit;
        if (!leaf.negated && m_trace.counters().empty()) m_cpus[raw(kUnknownCpu)] &= ~bit;
    }
}

void FilterPlan::fillTasks(const Conjunct& conjunct, Mask bit) {
    for (const FilterLeaf& leaf : conjunct) {
        if (leaf.node->kind != Node::Kind::Compare) continue;
        if (leaf.node->field == FilterField::Comm) {
            for (std::size_t id = 0; id < m_comms.size(); ++id)
                if (compareText(*leaf.node, m_trace.text(StringId{
                                                static_cast<std::uint32_t>(id)})) == leaf.negated)
                    m_comms[id] &= ~bit;
            if (!leaf.negated) m_noTask &= ~bit;
        } else if (leaf.node->field == FilterField::Tid || leaf.node->field == FilterField::Tgid) {
            for (std::size_t id = 0; id < m_tasks.size(); ++id)
                if (!taskPasses(m_trace, leaf, TaskId{static_cast<std::uint32_t>(id)}))
                    m_tasks[id] &= ~bit;
            if (!leaf.negated) m_noTask &= ~bit;
        }
    }
}

void FilterPlan::fillSources(const Conjunct& conjunct, Mask bit) {
    for (const FilterLeaf& leaf : conjunct) {
        if (leaf.node->kind != Node::Kind::Compare || leaf.node->field != FilterField::Source)
            continue;
        for (std::size_t id = 0; id < m_sources.size(); ++id)
            if (compareSource(*leaf.node, m_trace.sources()[id].path) == leaf.negated)
                m_sources[id] &= ~bit;
    }
}

FilterPlan::Mask FilterPlan::task(const ChunkTask& task) const {
    Mask mask = m_comms.empty() ? m_all : m_comms[raw(task.comm)];
    if (!m_tasks.empty()) mask &= task.task == kNoTask ? m_noTask : m_tasks[raw(task.task)];
    return mask;
}

}  // namespace kscope::model
