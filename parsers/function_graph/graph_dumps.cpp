// SPDX-License-Identifier: GPL-3.0-or-later
/// The rows of a piece in order, and what a further dump in the same text means: other columns, and
/// nothing that was open is known to have ended.
#include "parsers/function_graph/graph_assembler.h"

#include <algorithm>
#include <unordered_set>

namespace kscope::parsers {

using model::CallEdge;
using model::DiagnosticKind;

void GraphAssembler::takeRows(GraphPart& whole) {
    GraphPart rest;
    for (GraphPart* part = &whole; part != nullptr;) {
        learnFirstTasks(*part);
        m_position = part->position();
        m_partNames.assign(part->names().size(), UINT32_MAX);
        for (std::size_t i = 1; i < part->names().size(); ++i)
            m_partNames[i] = globalName(part->names()[i]);
        const GraphRow* columns = nullptr;
        for (std::size_t i = 0; i < part->rows().size() && columns == nullptr; ++i) {
            const auto& each = part->rows()[i];
            if (each.kind == GraphLineKind::Tracer) {
                beginDump(*part, each);
                learnFirstTasks(*part, i + 1);
            } else if (each.kind == GraphLineKind::Columns && newColumns(*part, each)) {
                columns = &each;
            } else {
                row(*part, each);
            }
        }
        const LinePlace at{m_lines + 1, m_position};
        if (part->nulBytes() > 0) m_sink.diagnose(DiagnosticKind::NulBytes, at, part->nulBytes());
        if (part->longLines() > 0) m_sink.diagnose(DiagnosticKind::LongLine, at, part->longLines());
        if (part->badNumbers() > 0)
            m_sink.diagnose(DiagnosticKind::BadTime, at, part->badNumbers());
        m_lines += columns == nullptr ? part->lines() : columns->line - 1;
        if (columns == nullptr) return;
        // The lines from here on have other columns: they are read again.
        GraphPart next;
        next.read(std::string(part->text().substr(columns->begin)),
                  part->position() + columns->begin, m_layout);
        rest = std::move(next);
        part = &rest;
    }
}

/// Whether the lines from here on have other columns than those before.
bool GraphAssembler::newColumns(const GraphPart& part, const GraphRow& row) {
    auto layout = m_layout;
    if (!readGraphHeader(part.lineOf(row), layout)) return false;
    if (layout == m_layout) return false;
    layout.flat = false;
    m_layout = layout;
    m_newColumns.emplace_back(part.position() + row.begin, layout);
    return true;
}

/// A further dump: another time, and other tasks on the CPUs.
void GraphAssembler::beginDump(const GraphPart& part, const GraphRow& row) {
    if (!m_dumpBegun && !m_anyRow) {
        m_dumpBegun = true;
        return;
    }
    m_dumpBegun = true;
    m_sink.diagnose(DiagnosticKind::Concatenated, place(row));
    for (auto* const cpu : std::vector(m_pending))
        emitPending(*cpu, std::min(cpu->pending.time, m_now));
    m_pending.clear();
    endCalls(part.position() + row.begin);
    m_cpus.clear();
    m_byNumber.clear();
    m_tasks.clear();
    m_stacks.clear();
    m_cpuOfTask.clear();
    m_firstTasks.clear();
    m_lastSwitchCpu = kNoGraphCpu;
    m_lastCpu = nullptr;
    m_anyEvent = false;
}

/// Calls that are open stay open: their exits are in no dump.
void GraphAssembler::endCalls(std::uint64_t position) {
    std::unordered_set<const Stack*> ended;
    const auto end = [&](Task& task) {
        if ((task.stack->open.empty() && task.stack->aside.empty()) ||
            !ended.insert(task.stack).second)
            return;
        emit(m_now, position, globalName("end of the dump"), task,
             model::callFlags(CallEdge::Loss, m_space, 1));
    };
    for (const auto& [key, task] : m_tasks) end(*task);
    for (const auto& [number, cpu] : m_cpus) end(cpu->own);
}

/// The kernel counts a task's calls that found no room on its stack of return addresses, and prints
/// the sum with each closing (kernel/trace/fgraph.c, trace_overrun).
void GraphAssembler::overrun(const GraphRow& row) {
    if (m_lastCpu == nullptr) return;
    auto& known = m_lastCpu->task->stack->overruns;
    const auto count = static_cast<std::uint64_t>(row.duration);
    if (count > known) m_sink.diagnose(DiagnosticKind::LostEvents, place(row), count - known);
    known = count;
}

}  // namespace kscope::parsers
