// SPDX-License-Identifier: GPL-3.0-or-later
/// Typed rows of the events in parsers/events.
#include "parsers/ftrace/row_sink.h"

#include "parsers/block/block_text.h"
#include "parsers/events/arguments.h"
#include "parsers/text/number.h"

#include <algorithm>

namespace kscope::parsers {

using model::DiagnosticKind;
using model::Tid;

namespace {

std::uint8_t prioByte(std::int64_t prio) {
    // −1 is deadline; 0…139 else: include/linux/sched/prio.h
    return prio < 0 ? std::uint8_t{255}
                    : static_cast<std::uint8_t>(std::min<std::int64_t>(prio, 254));
}

model::TaskRowKind rowKind(Meaning meaning) {
    switch (meaning) {
    case Meaning::NewTask: return model::TaskRowKind::NewTask;
    case Meaning::Exec: return model::TaskRowKind::Exec;
    case Meaning::Exit: return model::TaskRowKind::Exit;
    case Meaning::Free: return model::TaskRowKind::Free;
    case Meaning::Rename: return model::TaskRowKind::Rename;
    default: return model::TaskRowKind::Fork;
    }
}

model::BlockAction blockAction(Meaning meaning) {
    using model::BlockAction;
    switch (meaning) {
    case Meaning::BlockQueue: return BlockAction::Queue;
    case Meaning::BlockGetRequest: return BlockAction::GetRequest;
    case Meaning::BlockSleepRequest: return BlockAction::SleepRequest;
    case Meaning::BlockPlug: return BlockAction::Plug;
    case Meaning::BlockUnplug: return BlockAction::Unplug;
    case Meaning::BlockInsert: return BlockAction::Insert;
    case Meaning::BlockIssue: return BlockAction::Issue;
    case Meaning::BlockComplete: return BlockAction::Complete;
    case Meaning::BlockRequeue: return BlockAction::Requeue;
    case Meaning::BlockBackMerge: return BlockAction::BackMerge;
    case Meaning::BlockFrontMerge: return BlockAction::FrontMerge;
    case Meaning::BlockSplit: return BlockAction::Split;
    case Meaning::BlockBounce: return BlockAction::Bounce;
    default: return BlockAction::Remap;
    }
}

void append(model::ParsedPart& to, model::ParsedPart from) {
    std::ranges::move(from.pieces, std::back_inserter(to.pieces));
    to.diagnostics.add(from.diagnostics);
    to.lostAtEnd = std::move(from.lostAtEnd);
}

}  // namespace

void RowSink::begin(model::SourceId source, std::uint64_t position, std::int64_t tickNs) {
    m_source = source;
    m_tick = std::max<std::int64_t>(tickNs, 1);
    m_before = {};
    ++m_generation;
    m_writer.beginPart(source, position, m_tick);
}

void RowSink::refineTick(std::uint64_t position) {
    append(m_before, m_writer.finishPart(0, 0));
    m_tick = 1;
    ++m_generation;
    m_writer.beginPart(m_source, position, m_tick);
    for (const auto& [cpu, count] : m_before.lostAtEnd) m_writer.addLost(cpu, count);
    m_before.lostAtEnd.clear();
}

model::ParsedPart RowSink::finish(std::uint64_t lines, std::uint64_t bytes) {
    ++m_generation;
    append(m_before, m_writer.finishPart(lines, bytes));
    m_before.lines = lines;
    m_before.bytes = bytes;
    return std::move(m_before);
}

NameSlot* RowSink::learnName(std::string_view text, bool print) {
    if (text.empty() || text.size() > NameSlot::kMaxLength) return nullptr;
    NameSlot fresh;
    std::memcpy(fresh.text, text.data(), text.size());
    const auto [first, last] = nameKey(fresh.text, text.size());
    fresh.first = first;
    fresh.last = last;
    fresh.length = static_cast<std::uint8_t>(text.size());
    fresh.print = print;
    if (const auto* words = findEventWords(text)) fresh.meaning = words->meaning;
    NameSlot& slot = m_names[nameHash(first, last, text.size())];
    slot = fresh;
    return &slot;
}

void RowSink::refreshName(NameSlot& slot) {
    slot.index = m_writer.name(slot.print ? std::string_view("print")
                                          : std::string_view(slot.text, slot.length));
    slot.generation = m_generation;
}

std::uint16_t RowSink::task(std::int64_t tid, std::string_view comm, model::CpuId cpu,
                            std::int64_t tgid) {
    if (tid < 0 || tid > INT32_MAX) return model::kNoRow;
    if (tgid > INT32_MAX) tgid = -1;
    const Tid id{static_cast<std::int32_t>(tid)};
    std::array<char, 16> key{};
    if (tgid >= 0 || comm.size() > key.size())
        return m_writer.task(id, comm, cpu, Tid{static_cast<std::int32_t>(tgid)});
    std::memcpy(key.data(), comm.data(), comm.size());
    TaskSlot& slot = m_tasks[static_cast<std::uint64_t>(tid) * 0x9e3779b97f4a7c15 >> 55];
    const std::uint16_t onCpu =
        tid == 0 ? raw(cpu) : std::uint16_t{0};  // each CPU has its own idle task
    if (slot.tid == tid && slot.generation == taskGeneration() && slot.cpu == onCpu &&
        slot.comm == key)
        return slot.index;
    slot = {.comm = key,
            .tid = tid,
            .generation = taskGeneration(),
            .index = m_writer.task(id, comm, cpu),
            .cpu = onCpu};
    return slot.index;
}

bool RowSink::inRange(std::int64_t pid, const LinePlace& place) {
    if (pid >= 0 && pid <= INT32_MAX) return true;
    diagnose(DiagnosticKind::PidOutOfRange, place);
    return false;
}

std::uint16_t RowSink::argumentTask(std::int64_t pid, std::string_view comm,
                                    const Subject& subject) {
    if (pid == subject.tid && comm == subject.comm) return subject.task;
    return task(pid, comm, subject.cpu, -1);
}

Typed RowSink::addTyped(Meaning meaning, std::string_view args, const Subject& subject,
                        const LinePlace& place) {
    if (isBlockMeaning(meaning)) {
        model::BlockRecord record;
        if (!readBlockEvent(blockAction(meaning), args, record)) return Typed::Incomplete;
        m_writer.addBlock(record);
        return Typed::Done;
    }
    switch (meaning) {
    case Meaning::None: return Typed::Done;
    case Meaning::Switch: return addSwitch(args, subject, place);
    case Meaning::Waking:
    case Meaning::Wakeup:
    case Meaning::WakeupNew: return addWake(meaning, args, subject, place);
    case Meaning::IrqEntry:
    case Meaning::IrqExit: return addIrq(meaning, args);
    case Meaning::SoftirqEntry:
    case Meaning::SoftirqExit:
    case Meaning::SoftirqRaise: return addSoftirq(meaning, args);
    default: return addTask(meaning, args, subject, place);
    }
}

Typed RowSink::addSwitch(std::string_view args, const Subject& subject, const LinePlace& place) {
    const auto found = readSwitch(args);
    if (!found) return Typed::Incomplete;
    if (!inRange(found->prevPid, place) || !inRange(found->nextPid, place)) return Typed::Done;
    const auto prev = argumentTask(found->prevPid, found->prevComm, subject);
    const auto next = argumentTask(found->nextPid, found->nextComm, subject);
    if (prev == model::kNoRow || next == model::kNoRow) return Typed::Done;
    m_writer.addSwitch(prev, next, found->prevState, prioByte(found->nextPrio));
    return Typed::Done;
}

Typed RowSink::addWake(Meaning meaning, std::string_view args, const Subject& subject,
                       const LinePlace& place) {
    const auto found = readWake(args);
    if (!found) return Typed::Incomplete;
    if (!found->success || !inRange(found->pid, place)) return Typed::Done;
    auto target = model::kUnknownCpu;
    if (found->targetCpu >= 0 && found->targetCpu < model::kMaxCpus) {
        target = model::CpuId{static_cast<std::uint16_t>(found->targetCpu)};
    } else {
        diagnose(DiagnosticKind::CpuOutOfRange, place);
    }
    const auto wakee = argumentTask(found->pid, found->comm, subject);
    if (wakee == model::kNoRow) return Typed::Done;
    auto kind = model::WakeKind::Waking;
    if (meaning == Meaning::Wakeup) kind = model::WakeKind::Wakeup;
    if (meaning == Meaning::WakeupNew) kind = model::WakeKind::WakeupNew;
    m_writer.addWake(wakee, target, kind, prioByte(found->prio));
    return Typed::Done;
}

Typed RowSink::addTask(Meaning meaning, std::string_view args, const Subject& subject,
                       const LinePlace& place) {
    const auto found = readTask(meaning, args);
    if (!found) return Typed::Incomplete;
    if (!inRange(found->pid, place)) return Typed::Done;
    if (meaning == Meaning::Fork || meaning == Meaning::NewTask) {
        if (!inRange(found->child, place)) return Typed::Done;
        const bool fork = meaning == Meaning::Fork;
        const auto parent = fork ? argumentTask(found->pid, found->comm, subject) : subject.task;
        m_writer.addFork(rowKind(meaning), parent, Tid{static_cast<std::int32_t>(found->child)},
                         found->text, found->thread);
        ++m_births;
        return Typed::Done;
    }
    const auto comm = found->comm.empty() ? std::string_view("<...>") : found->comm;
    const auto task =
        found->pid == subject.tid ? subject.task : argumentTask(found->pid, comm, subject);
    if (task == model::kNoRow) return Typed::Done;
    const auto oldText = meaning == Meaning::Rename ? found->comm : std::string_view{};
    const bool hasText = meaning == Meaning::Exec || meaning == Meaning::Rename;
    m_writer.addTaskRow(rowKind(meaning), task, hasText ? found->text : std::string_view{},
                        oldText);
    return Typed::Done;
}

Typed RowSink::addIrq(Meaning meaning, std::string_view args) {
    const auto found = readIrq(meaning, args);
    if (!found || found->number < 0 || found->number > UINT32_MAX) return Typed::Incomplete;
    const auto index = m_writer.irq(static_cast<std::uint32_t>(found->number), found->name);
    m_writer.addIrqEdge(index, meaning == Meaning::IrqExit);
    learnIrq(meaning, args, index);
    return Typed::Done;
}

/// So that addIrqText() knows it again.
void RowSink::learnIrq(Meaning meaning, std::string_view args, std::uint16_t index) {
    if (!args.starts_with("irq=")) return;
    std::array<char, 8> padded{};
    std::ranges::copy(args.substr(4, padded.size()), padded.begin());
    const auto word = loadWord(padded.data());
    const auto digits = leadingDigits(word);
    if (digits == 0 || digits > kIrqDigits) return;
    IrqSlot& slot = m_irqs[irqHash(word, digits)];
    const auto key = word << 8 * (8 - digits);
    if (slot.generation != m_generation || slot.digits != key)
        slot = {.digits = key, .generation = m_generation, .index = index};
    if (meaning != Meaning::IrqEntry) return;
    const auto text = args.substr(4 + digits);
    slot.length = 0;
    if (text.size() > sizeof slot.text) return;
    slot.length = static_cast<std::uint8_t>(text.size());
    std::ranges::copy(text, slot.text);
}

Typed RowSink::addSoftirq(Meaning meaning, std::string_view args) {
    const auto vector = readSoftirq(args);
    if (!vector || *vector < 0 || *vector > UINT16_MAX) return Typed::Incomplete;
    pushSoftirq(meaning, static_cast<std::uint16_t>(*vector));
    return Typed::Done;
}

}  // namespace kscope::parsers
