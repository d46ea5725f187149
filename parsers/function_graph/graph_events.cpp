// SPDX-License-Identifier: GPL-3.0-or-later
/// What stands between the calls: comments that are events, lines of the normal format, stacks.
#include "parsers/events/vocabulary.h"
#include "parsers/ftrace/event_name.h"
#include "parsers/ftrace/irq_flags.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/function_graph/graph_assembler.h"
#include "parsers/uftrace/replay_line.h"

namespace kscope::parsers {

using model::DiagnosticKind;

namespace {

/// A comment's event: one without a name is what trace_printk or a marker wrote.
EventName commentName(std::string_view body) {
    auto name = readEventName(body);
    if (name.kind != EventName::Kind::Named)
        name = {.kind = EventName::Kind::Print, .name = {}, .args = 0};
    return name;
}

}  // namespace

void GraphAssembler::event(const GraphPart& part, const GraphRow& row, Cpu& cpu) {
    const auto position = m_position + row.begin;
    const auto time = startTime(row, cpu);
    m_sink.prepare(time, position);
    Subject who;
    who.cpu = cpu.id;
    who.tid = cpu.task->tid;
    who.comm = cpu.task->comm;
    who.task = taskIndex(*cpu.task);
    const auto flags =
        row.flagsAt == 0
            ? model::kNoFlags
            : readIrqFlags(part.lineOf(row).substr(row.flagsAt, row.flagsLength), m_events);
    addEvent(part.text().substr(row.name, row.bodyLength), who, flags, time, position, row);
}

void GraphAssembler::addEvent(std::string_view body, const Subject& who, model::EventFlags flags,
                              std::int64_t time, std::uint64_t position, const GraphRow& row) {
    const bool comment = row.kind == GraphLineKind::Event;
    const auto name = comment ? commentName(body) : readEventName(body);
    const bool replay = m_layout.writer == GraphWriter::Replay;
    const auto shown = replay ? replayEventName(body) : shownName(name, m_events.tracer, m_scratch);
    m_sink.add(time, position, m_sink.name(shown), who.cpu, who.task, flags);
    m_now = time;
    m_anyRow = true;
    auto& lane = cpuFor(who.cpu == model::kUnknownCpu ? kNoGraphCpu : raw(who.cpu));
    lane.lastEvent = who;
    lane.lastEvent.comm = {};
    lane.anyEvent = true;
    m_anyEvent = true;
    if (replay || name.kind != EventName::Kind::Named || who.cpu == model::kUnknownCpu) return;
    const auto* const words = findEventWords(name.name);
    if (words == nullptr || words->meaning == Meaning::None) return;
    const auto args = trim(body.substr(std::min(name.args, body.size())));
    if (m_sink.addTyped(words->meaning, args, who, place(row)) == Typed::Incomplete)
        m_sink.diagnose(DiagnosticKind::UnparsedLine, place(row));
}

/// A line that is none of the graph's.
void GraphAssembler::other(const GraphPart& part, const GraphRow& row) {
    const auto line = part.lineOf(row);
    if (isStackFrame(line)) {
        if (!m_anyEvent) m_sink.diagnose(DiagnosticKind::OrphanStack, place(row));
        return;
    }
    const auto head = readLineHead(line, LineNumbers::No);
    if (head.found()) return plainEvent(line, row, m_position + row.begin);
    if (!m_anyRow && isPreamble(line)) return;
    m_sink.diagnose(DiagnosticKind::UnparsedLine, place(row));
}

void GraphAssembler::plainEvent(std::string_view line, const GraphRow& row,
                                std::uint64_t position) {
    const auto head = readLineHead(line, LineNumbers::No);
    const auto body = line.substr(head.text);
    const auto name = readEventName(body);
    const bool stack =
        name.kind == EventName::Kind::KernelStack || name.kind == EventName::Kind::UserStack;
    if (stack) {
        // Of the CPU's last comment or event; its task's name may be cut there and whole here.
        const auto found = m_cpus.find(static_cast<std::uint32_t>(
            std::min<std::uint64_t>(head.hasCpu ? head.cpu : kNoGraphCpu, kNoGraphCpu)));
        if (found == m_cpus.end() || !found->second->anyEvent)
            return m_sink.diagnose(DiagnosticKind::OrphanStack, place(row));
        return m_sink.addStack(place(row), found->second->lastEvent,
                               name.kind == EventName::Kind::UserStack);
    }
    if (head.hasCpu && head.cpu >= model::kMaxCpus)
        m_sink.diagnose(DiagnosticKind::CpuOutOfRange, place(row));
    auto& cpu =
        cpuFor(head.hasCpu && head.cpu < model::kMaxCpus ? static_cast<std::uint32_t>(head.cpu)
                                                         : kNoGraphCpu);
    GraphRow timedRow = row;
    if (timed() && head.time.kind != LineTime::Kind::None && !head.time.bad)
        timedRow.time = head.time.value;
    const auto time = startTime(timedRow, cpu);
    m_sink.prepare(time, position);
    Subject who;
    who.cpu = cpu.id;
    who.comm = head.comm;
    who.tid = head.pid <= INT32_MAX ? static_cast<std::int64_t>(head.pid) : -1;
    if (who.tid < 0) m_sink.diagnose(DiagnosticKind::PidOutOfRange, place(row));
    who.task = m_sink.task(who.tid, head.comm, who.cpu, head.tgid);
    addEvent(body, who, readIrqFlags(head.flags, m_events), time, position, row);
}

}  // namespace kscope::parsers
