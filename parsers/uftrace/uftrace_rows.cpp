// SPDX-License-Identifier: GPL-3.0-or-later
/// Tasks, names and events of uftrace records.
#include "parsers/uftrace/uftrace_rows.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace kscope::parsers {
namespace {

std::string_view programName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

UftraceRows::UftraceRows(const UftraceData& data)
    : m_data(data),
      m_slots(std::size_t{1} << kSlotBits) {
    m_names.push_back({"unknown", 0, 0});
}

void UftraceRows::begin(model::SourceId source) {
    m_source = source;
    m_cut.clear();
    m_writer.beginPart(source, 0, 1);
    ++m_generation;
}

void UftraceRows::cut() {
    auto part = m_writer.finishPart(0, 0);
    std::ranges::move(part.pieces, std::back_inserter(m_cut));
    m_writer.beginPart(m_source, 0, 1);
    ++m_generation;
}

model::ParsedPart UftraceRows::finish() {
    auto part = m_writer.finishPart(0, 0);
    part.pieces.insert(part.pieces.begin(), std::make_move_iterator(m_cut.begin()),
                       std::make_move_iterator(m_cut.end()));
    m_cut.clear();
    return part;
}

void UftraceRows::forgetTasks() {
    m_tasks.clear();
    m_lastTask = nullptr;
}

void UftraceRows::forgetFunctions() {
    m_functions.clear();
    m_slots.assign(m_slots.size(), {});
}

UftraceRows::Task& UftraceRows::task(std::int64_t tid) {
    if (m_lastTask != nullptr && tid == m_lastTask->tid) return *m_lastTask;
    const auto [found, fresh] = m_tasks.try_emplace(tid);
    auto& task = found->second;
    if (fresh) {
        const auto process = m_data.processOf.find(tid);
        task.tid = tid;
        task.ofTrace = process != m_data.processOf.end();
        task.process = task.ofTrace ? process->second : tid;
        task.comm = "<...>";
        // Until a perf event tells its name a task is called as its program.
        for (const auto& session : m_data.tasks.sessions)
            if (session.pid == task.process || (task.ofTrace && task.comm == "<...>"))
                task.comm = programName(session.exename).substr(0, 15);
    }
    m_lastTask = &task;
    return task;
}

void UftraceRows::nameTask(Task& task) {
    task.generation = m_generation;
    task.index = model::kNoRow;
    if (task.tid >= 0 && task.tid <= INT32_MAX)
        task.index =
            m_writer.task(model::Tid{static_cast<std::int32_t>(task.tid)}, task.comm,
                          model::kUnknownCpu, model::Tid{static_cast<std::int32_t>(task.process)});
}

std::uint32_t UftraceRows::nameId(std::string text) {
    const auto [found, fresh] =
        m_nameIds.try_emplace(std::move(text), static_cast<std::uint32_t>(m_names.size()));
    if (fresh) m_names.push_back({found->first, 0, 0});
    return found->second;
}

std::uint16_t UftraceRows::nameIndex(std::uint32_t name) {
    auto& known = m_names[name];
    if (known.generation != m_generation) {
        known.index = m_writer.name(known.text);
        known.generation = m_generation;
    }
    return known.index;
}

void UftraceRows::enterScope(Task& task, std::int64_t time) {
    task.scope = m_data.symbols.scopeAt(task.process, time);
    task.scopeUntil = m_data.symbols.scopeUntil(task.process, time);
}

std::uint32_t UftraceRows::functionName(const UftraceRecord& record, std::uint64_t key, int scope) {
    const auto found = m_functions.find(key);
    if (found != m_functions.end()) return found->second;
    if (m_functions.size() >= model::StringTable::kMaxStrings) return 0;
    const auto name = nameId(m_data.nameOf(record, scope).shown);
    m_functions.emplace(key, name);
    return name;
}

void UftraceRows::fillSlot(Slot& slot, std::uint64_t key, std::int64_t time, const Task& task) {
    UftraceRecord record;
    record.time = time;
    record.address = key & 0xffffffffffff;
    record.tid = task.tid;
    slot = {key, m_generation, nameIndex(functionName(record, key, task.scope))};
}

bool UftraceRows::add(const UftraceRecord& record, const UftraceData::RecordFile& file) {
    using Kind = UftraceData::FileKind;
    auto& who = task(record.tid);
    if (record.kernel && !who.ofTrace) return false;
    const auto position = file.base + (record.position >> file.shift);
    if (m_writer.prepare(record.time, position)) ++m_generation;
    const auto cpu =
        file.kind == Kind::User || file.kind == Kind::Extern || file.number >= model::kMaxCpus
            ? model::kUnknownCpu
            : model::CpuId{static_cast<std::uint16_t>(file.number)};
    if (record.kind > UftraceRecordKind::Exit) {
        addEvent(record, who, position, cpu);
        return true;
    }
    const bool exit = record.kind == UftraceRecordKind::Exit;
    if (!record.kernel && record.time >= who.scopeUntil) enterScope(who, record.time);
    // 48 bits of address.
    const auto scope =
        record.kernel ? 0xffffull : static_cast<std::uint64_t>(who.scope + 1) & 0x7fff;
    const auto key = (record.address & 0xffffffffffff) | scope << 48;
    auto& slot = m_slots[slotOf(key)];
    if (slot.key != key || slot.generation != m_generation)
        slot = {key, m_generation, nameIndex(functionName(record, key, who.scope))};
    // User records may come while a kernel function runs, which ends as deep as it began.
    if (record.kernel && (!who.inKernel || (!exit && record.depth == 0))) {
        who.kernelBase = who.open;
        who.inKernel = true;
    }
    const auto depth = record.kernel ? who.kernelBase + record.depth : record.depth;
    m_writer.add(record.time, position, slot.index, cpu, taskIndex(who),
                 model::callFlags(exit ? model::CallEdge::Exit : model::CallEdge::Entry,
                                  record.kernel ? model::CallSpace::Kernel : model::CallSpace::User,
                                  depth));
    if (!record.kernel) who.open = exit ? record.depth : record.depth + 1;
    else if (exit && record.depth == 0) who.inKernel = false;
    return true;
}

void UftraceRows::addEvent(const UftraceRecord& record, Task& task, std::uint64_t position,
                           model::CpuId cpu) {
    const auto flags = record.kind == UftraceRecordKind::Lost
                           ? model::callFlags(model::CallEdge::Loss, model::CallSpace::User, 0)
                           : model::kNoFlags;
    const auto name = nameIndex(nameId(m_data.eventName(record)));
    m_writer.add(record.time, position, name, cpu, taskIndex(task), flags);
    if (record.kind == UftraceRecordKind::TaskName && record.tid > 0) {
        const std::string before = std::exchange(task.comm, std::string(record.comm));
        m_writer.addTaskRow(model::TaskRowKind::Rename, task.index, task.comm, before);
        task.generation = 0;
    } else if (record.kind == UftraceRecordKind::TaskExit && record.tid > 0) {
        m_writer.addTaskRow(model::TaskRowKind::Exit, task.index, {});
    } else if (record.kind == UftraceRecordKind::Lost) {
        task.open = 0;
    }
}

}  // namespace kscope::parsers
