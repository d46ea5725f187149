// SPDX-License-Identifier: GPL-3.0-or-later
/// One row against one comparison: typed rows where the store has them, the event's own text where
/// not.
#include "model/derive/spans.h"
#include "model/query/filter_plan.h"
#include "model/store/call_edge.h"

#include <algorithm>
#include <array>

namespace kscope::model {
namespace {

using Node = Filter::Node;

/// The row's typed row; `cursor` is where the one before it was, so that walking forward costs a
/// step.
template <class T> const T* at(std::span<const T> rows, Row row, std::size_t& cursor) {
    if (cursor >= rows.size() || rows[cursor].row > row) cursor = 0;
    if (cursor < rows.size() && rows[cursor].row < row) {
        constexpr std::size_t kSteps = 8;
        for (std::size_t i = 0; i < kSteps && cursor < rows.size() && rows[cursor].row < row; ++i)
            ++cursor;
        if (cursor < rows.size() && rows[cursor].row < row)
            cursor = static_cast<std::size_t>(
                std::ranges::lower_bound(rows.subspan(cursor), row, {}, &T::row) - rows.begin());
    }
    return cursor < rows.size() && rows[cursor].row == row ? &rows[cursor] : nullptr;
}

/// States that both the kernel's text and trace-cmd's write with that one letter, and no other
/// state does.
std::optional<TaskState> stateOf(std::string_view letter) {
    if (letter == "S") return TaskState::Sleeping;
    if (letter == "D") return TaskState::Uninterruptible;
    if (letter == "R+") return TaskState::Preempted;
    return std::nullopt;
}

/// All values are numbers and the operator compares them so: otherwise the field's own text
/// decides.
bool comparesNumbers(const Node& leaf) {
    return (leaf.op < FilterOp::Glob || leaf.op == FilterOp::In) &&
           std::ranges::all_of(leaf.values,
                               [](const auto& value) { return value.number.has_value(); });
}

/// By the names that ftrace's own binary records have for a function's entry and exit.
bool compareEdge(const Node& leaf, EventFlags flags) {
    if (!isCallEdge(flags)) return false;
    switch (callEdge(static_cast<std::uint16_t>(flags))) {
    case CallEdge::Entry: return compareText(leaf, kGraphEntry);
    case CallEdge::Exit: return compareText(leaf, kGraphExit);
    case CallEdge::Loss: break;
    }
    return false;
}

template <class Is> bool anyLeaf(const Node& node, Is&& is) {
    if (node.kind == Node::Kind::Compare) return is(node);
    return std::ranges::any_of(node.children,
                               [&](const auto& child) { return anyLeaf(*child, is); });
}
bool asksSamples(const std::vector<const Node*>& roots) {
    return std::ranges::any_of(roots, [](const Node* root) {
        return anyLeaf(*root, [](const Node& leaf) {
            return leaf.field == FilterField::Own || leaf.field == FilterField::Cpu;
        });
    });
}
/// Whether single numbers have to be looked at, not only rows.
bool asksNumbers(const std::vector<const Node*>& roots) {
    return std::ranges::any_of(roots, [](const Node* root) {
        return anyLeaf(*root, [](const Node& leaf) {
            return CounterFields::isOfOneNumber(leaf.name) ||
                   std::ranges::any_of(leaf.values, [](const FilterLiteral& value) {
                       return CounterFields::isOfOneNumber(value.text);
                   });
        });
    });
}

}  // namespace

void RowMatcher::enter(const EventChunk& chunk) {
    if (&chunk == m_chunk) return;
    m_chunk = &chunk;
    m_switch = m_wake = 0;
    for (auto& answers : m_answers) answers.byEntry.assign(chunk.tasks.size(), -1);
}

bool RowMatcher::entryCompares(const Node& leaf, const EventChunk& chunk, std::uint16_t entry) {
    auto found = std::ranges::find(m_answers, &leaf, &EntryAnswers::leaf);
    if (found == m_answers.end()) {
        m_answers.push_back({&leaf, std::vector<std::int8_t>(chunk.tasks.size(), -1)});
        found = std::prev(m_answers.end());
    }
    auto& answer = found->byEntry[entry];
    if (answer < 0) {
        const ChunkTask& task = chunk.tasks[entry];
        const bool byComm =
            leaf.typed == TypedField::PrevComm || leaf.typed == TypedField::NextComm;
        answer = byComm ? compareField(leaf, m_trace.text(task.comm))
                        : compareNumber(leaf, raw(m_trace.task(task.task).tid));
    }
    return answer != 0;
}

const SwitchRow* RowMatcher::switchRow(const Event& event) {
    if (event.name != nameId(KnownEvent::SchedSwitch)) return nullptr;
    enter(*event.chunk);
    return at(event.chunk->switches, event.row, m_switch);
}

const WakeRow* RowMatcher::wakeRow(const Event& event) {
    if (event.name != nameId(KnownEvent::SchedWaking) &&
        event.name != nameId(KnownEvent::SchedWakeup) &&
        event.name != nameId(KnownEvent::SchedWakeupNew))
        return nullptr;
    enter(*event.chunk);
    return at(event.chunk->wakes, event.row, m_wake);
}

bool RowMatcher::matches(const Node& node, const Event& event) {
    return anySample({&node}, event, [&] { return tree(node, event); });
}

bool RowMatcher::numbers(const Node& node, const Event& event, std::vector<bool>& chosen) {
    chosen.clear();
    if (!m_counters.enter(event)) return false;
    const auto hit = [&](std::uint32_t series) {
        if (series >= chosen.size()) chosen.resize(series + 1);
        chosen[series] = true;
    };
    m_inSample = true;
    m_counters.forEach(
        asksNumbers({&node}) ? CounterFields::Each::Number : CounterFields::Each::WholeRow,
        [&] { return tree(node, event); }, hit);
    m_inSample = false;
    return true;
}

bool RowMatcher::holds(const std::vector<FilterLeaf>& leaves, const Event& event) {
    std::vector<const Node*> roots;
    roots.reserve(leaves.size());
    for (const auto& each : leaves) roots.push_back(each.node);
    return anySample(roots, event, [&] {
        return std::ranges::all_of(leaves, [&](const FilterLeaf& each) {
            return tree(*each.node, event) != each.negated;
        });
    });
}

void RowMatcher::answerTyped(const std::vector<FilterLeaf>& leaves, const EventChunk& chunk,
                             std::span<std::uint64_t> left, std::span<std::uint64_t> passed) {
    const auto isOfWake = [](const FilterLeaf& each) {
        return each.node->typed == TypedField::Pid || each.node->typed == TypedField::TargetCpu;
    };
    const auto isTyped = [](const FilterLeaf& each) {
        return each.node->kind == Node::Kind::Compare && each.node->field == FilterField::Own &&
               each.node->typed != TypedField::None;
    };
    if (leaves.empty() || !m_trace.counters().empty() || !std::ranges::all_of(leaves, isTyped))
        return;
    enter(chunk);
    const auto answer = [&](const auto& rows, auto&& holds, auto&& isName) {
        for (const auto& row : rows) {
            const std::uint64_t bit = std::uint64_t{1} << (row.row % 64);
            if ((left[row.row / 64] & bit) == 0 || !isName(chunk.names[chunk.name[row.row]]))
                continue;
            bool all = true;
            bool known = true;
            for (const auto& each : leaves) {
                const std::optional<bool> one = holds(*each.node, row);
                known = known && one.has_value();
                all = all && one.value_or(true) != each.negated;
            }
            if (!known) continue;
            left[row.row / 64] &= ~bit;
            if (all) passed[row.row / 64] |= bit;
        }
    };
    if (std::ranges::none_of(leaves, isOfWake)) {
        answer(
            chunk.switches,
            [&](const Node& leaf, const SwitchRow& row) { return typedSwitch(leaf, chunk, row); },
            [](StringId name) { return name == nameId(KnownEvent::SchedSwitch); });
    } else if (std::ranges::all_of(leaves, isOfWake)) {
        answer(
            chunk.wakes,
            [&](const Node& leaf, const WakeRow& row) { return typedWake(leaf, chunk, row); },
            [](StringId name) {
                return name == nameId(KnownEvent::SchedWaking) ||
                       name == nameId(KnownEvent::SchedWakeup) ||
                       name == nameId(KnownEvent::SchedWakeupNew);
            });
    }
}

/// `test` once for an event that is no reading or where nothing of a sample is asked, else for each
/// sample until it is true.
template <class Test>
bool RowMatcher::anySample(const std::vector<const Node*>& roots, const Event& event, Test&& test) {
    if (m_trace.counters().empty() || !asksSamples(roots) || !m_counters.enter(event))
        return test();
    m_inSample = true;
    const bool found = m_counters.any(
        asksNumbers(roots) ? CounterFields::Each::Number : CounterFields::Each::WholeRow, test);
    m_inSample = false;
    return found;
}

bool RowMatcher::sample(const Node& leaf) {
    if (const auto text = m_counters.text(leaf.name)) return compareField(leaf, *text);
    const auto number = m_counters.number(leaf.name);
    if (!number) return false;
    const auto& value = leaf.values.front();
    if (!value.number && leaf.op < FilterOp::Glob)
        if (const auto other = m_counters.number(value.text))
            return compareNumbers(leaf.op, *number, *other);
    return compareNumber(leaf, *number);
}

bool RowMatcher::tree(const Node& node, const Event& event) {
    const auto passes = [&](const auto& child) { return tree(*child, event); };
    switch (node.kind) {
    case Node::Kind::And: return std::ranges::all_of(node.children, passes);
    case Node::Kind::Or: return std::ranges::any_of(node.children, passes);
    case Node::Kind::Not: return !tree(*node.children.front(), event);
    case Node::Kind::Compare: return leaf(node, event);
    }
    return false;
}

bool RowMatcher::leaf(const Node& leaf, const Event& event) {
    const bool hasTask = event.task != kNoTask;
    switch (leaf.field) {
    case FilterField::Event: return compareText(leaf, m_trace.text(event.name));
    case FilterField::Cpu:
        if (m_inSample) return sample(leaf);
        return event.cpu != kUnknownCpu && compareNumber(leaf, raw(event.cpu));
    case FilterField::Tid: return hasTask && compareNumber(leaf, raw(m_trace.task(event.task).tid));
    case FilterField::Tgid: {
        const Tid tgid = hasTask ? m_trace.task(event.task).tgid : Tid{-1};
        return tgid != Tid{-1} && compareNumber(leaf, raw(tgid));
    }
    case FilterField::Comm:
        return event.chunk->task[event.row] != kNoRow &&
               compareText(leaf, m_trace.text(event.comm));
    case FilterField::Source: return compareSource(leaf, m_trace.sources()[raw(event.source)].path);
    case FilterField::Length: {
        const auto length = this->length(event);
        return length && compareNumber(leaf, static_cast<FilterNumber>(length->count()));
    }
    case FilterField::Latency: {
        const auto* const blocks = blockLengths(event);
        const auto latency =
            blocks != nullptr ? blocks->latency(event.index) : eventLatency(m_trace, event);
        return latency && compareNumber(leaf, static_cast<FilterNumber>(latency->count()));
    }
    case FilterField::Edge: return compareEdge(leaf, event.flags);
    case FilterField::Own: return own(leaf, event);
    case FilterField::Anything: return anything(leaf, event);
    }
    return false;
}

const BlockLengths* RowMatcher::blockLengths(const Event& event) {
    if (event.chunk->blocks.empty() || blockRowOf(event) == nullptr) return nullptr;
    if (!m_lengths.blocks) m_lengths.blocks = std::make_shared<const BlockLengths>(m_trace);
    return m_lengths.blocks.get();
}

std::optional<Duration> RowMatcher::length(const Event& event) {
    if (const auto* const blocks = blockLengths(event)) return blocks->duration(event.index);
    if (const auto inLane = eventDuration(m_trace, event)) return inLane;
    if (!m_lengths.entries) m_lengths.entries = std::make_shared<const EntryLengths>(m_trace);
    return m_lengths.entries->duration(event.index);
}

bool RowMatcher::own(const Node& leaf, const Event& event) {
    if (m_inSample) return sample(leaf);
    if (leaf.typed != TypedField::None)
        if (const auto known = typed(leaf, event)) return *known;
    if (m_fieldsOf != event.index) {
        scanFields(m_trace.text(event.name), m_reader.args(event), m_fields);
        m_fieldsOf = event.index;
    }
    const auto value = m_fields.find(leaf.name);
    if (!value) return false;
    const auto& wanted = leaf.values.front();
    if (wanted.number || leaf.op < FilterOp::Less || leaf.op > FilterOp::GreaterEqual)
        return compareField(leaf, *value);
    // A word that is no number: another field of the event.
    const auto other = m_fields.find(wanted.text);
    const auto left = fieldNumber(*value);
    const auto right = other ? fieldNumber(*other) : std::nullopt;
    return left && right && compareNumbers(leaf.op, *left, *right);
}

std::optional<bool> RowMatcher::typed(const Node& leaf, const Event& event) {
    if (leaf.typed == TypedField::Pid || leaf.typed == TypedField::TargetCpu) {
        const WakeRow* row = wakeRow(event);
        return row == nullptr ? std::nullopt : typedWake(leaf, *event.chunk, *row);
    }
    const SwitchRow* row = switchRow(event);
    return row == nullptr ? std::nullopt : typedSwitch(leaf, *event.chunk, *row);
}

std::optional<bool> RowMatcher::typedSwitch(const Node& leaf, const EventChunk& chunk,
                                            const SwitchRow& row) {
    if (leaf.typed == TypedField::PrevState) {
        if (leaf.op != FilterOp::Equal) return std::nullopt;
        const auto wanted = stateOf(leaf.values.front().text);
        // The right state may still be written with a second letter: then the text has the last
        // word.
        return wanted && row.state != *wanted ? std::optional(false) : std::nullopt;
    }
    const bool prev = leaf.typed == TypedField::PrevPid || leaf.typed == TypedField::PrevComm;
    const auto entry = prev ? row.prev : row.next;
    if (entry >= chunk.tasks.size() || chunk.tasks[entry].task == kNoTask) return std::nullopt;
    const bool byComm = leaf.typed == TypedField::PrevComm || leaf.typed == TypedField::NextComm;
    if (!byComm && !comparesNumbers(leaf)) return std::nullopt;
    return entryCompares(leaf, chunk, entry);
}

std::optional<bool> RowMatcher::typedWake(const Node& leaf, const EventChunk& chunk,
                                          const WakeRow& row) {
    if (!comparesNumbers(leaf))
        return std::nullopt;  // "003" and 3 are one number, but not one text
    if (leaf.typed == TypedField::TargetCpu) {
        if (row.target == kUnknownCpu) return std::nullopt;
        return compareNumber(leaf, raw(row.target));
    }
    if (row.wakee >= chunk.tasks.size() || chunk.tasks[row.wakee].task == kNoTask)
        return std::nullopt;
    return entryCompares(leaf, chunk, row.wakee);
}

bool RowMatcher::taskHolds(const Node& leaf, const EventChunk& chunk, std::uint16_t entry) const {
    if (entry >= chunk.tasks.size()) return false;
    const ChunkTask& task = chunk.tasks[entry];
    const auto& wanted = leaf.values.front();
    if (containsFolded(m_trace.text(task.comm), wanted.text)) return true;
    return wanted.number && task.task != kNoTask &&
           raw(m_trace.task(task.task).tid) == *wanted.number;
}

bool RowMatcher::anything(const Node& leaf, const Event& event) {
    if (containsFolded(m_trace.text(event.name), leaf.values.front().text)) return true;
    const EventChunk& chunk = *event.chunk;
    if (taskHolds(leaf, chunk, chunk.task[event.row])) return true;
    if (const SwitchRow* row = switchRow(event))
        return taskHolds(leaf, chunk, row->prev) || taskHolds(leaf, chunk, row->next);
    if (const WakeRow* row = wakeRow(event)) return taskHolds(leaf, chunk, row->wakee);
    const auto task = std::ranges::lower_bound(chunk.taskRows, event.row, {}, &TaskRow::row);
    if (task == chunk.taskRows.end() || task->row != event.row) return false;
    return taskHolds(leaf, chunk, task->task) || taskHolds(leaf, chunk, task->other) ||
           containsFolded(m_trace.text(task->text), leaf.values.front().text);
}

}  // namespace kscope::model
