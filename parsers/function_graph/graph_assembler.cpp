// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows of calls: times, tasks, and the names of closing braces.
#include "parsers/function_graph/graph_assembler.h"

#include "model/core/strings.h"
#include "model/store/call_edge.h"
#include "parsers/uftrace/kernel_entry.h"

#include <algorithm>
#include <utility>

namespace kscope::parsers {

using model::CallEdge;
using model::CallSpace;
using model::DiagnosticKind;

namespace {
constexpr std::int64_t kUntimedStep = 1000;  // ns a line where neither time nor duration is known
constexpr std::uint32_t kUnknownName = 0;
/// Times and durations of lines are those of two clocks, by a few µs (formats.md 2.5).
constexpr std::int64_t kMostRounding = 20'000;
/// Calls set aside that may still be closed; more is damage. As deriveCalls() has it.
constexpr std::size_t kMostAsideCalls = 64;
}  // namespace

GraphAssembler::GraphAssembler(const GraphLayout& layout, const FtraceLayout& events)
    : m_layout(layout),
      m_events(events),
      m_space(layout.writer == GraphWriter::Replay ? CallSpace::User : CallSpace::Kernel) {
    (void)globalName("unknown");
}

void GraphAssembler::begin(model::SourceId source) { m_source = source; }

void GraphAssembler::learnFirstTasks(const GraphPart& part, std::size_t fromRow) {
    if (part.switches() == 0) return;
    bool inDump = false;
    for (std::size_t i = fromRow; i < part.rows().size(); ++i) {
        const auto& row = part.rows()[i];
        if (row.kind == GraphLineKind::Tracer && inDump) return;  // others run there then
        inDump = inDump || row.kind <= GraphLineKind::Switch;
        if (row.kind == GraphLineKind::Switch)
            m_firstTasks.try_emplace(row.cpu, part.tasks()[row.prevTask]);
    }
}

void GraphAssembler::take(GraphPart& part) {
    if (!m_open) {
        m_open = true;
        m_lines = 0;
        m_bytes = 0;
        m_sink.begin(m_source, part.position(), 1);
    }
    m_bytes += part.text().size();
    if (part.layout() != m_layout) part.read(part.takeBuffer(), part.position(), m_layout);
    takeRows(part);
}

model::ParsedPart GraphAssembler::finish() {
    // Rows of a part must not lie behind those of the next: a leaf that still runs is cut short in
    // the drawing, its length stays.
    for (auto* const cpu : std::vector(m_pending))
        emitPending(*cpu, std::min(cpu->pending.time, m_now));
    m_pending.clear();
    m_open = false;
    return m_sink.finish(m_lines, m_bytes);
}

std::uint32_t GraphAssembler::globalName(std::string_view text) {
    const auto found = m_nameIndex.find(text);
    if (found != m_nameIndex.end()) return found->second;
    const auto id = static_cast<std::uint32_t>(m_names.size());
    if (m_names.size() >= model::StringTable::kMaxStrings) return kUnknownName;
    m_nameTexts.push_back(std::make_unique<std::string>(text));
    m_names.push_back({});
    if (m_space == CallSpace::User) m_names.back().entersKernel = entersKernel(text);
    m_nameIndex.emplace(*m_nameTexts.back(), id);
    return id;
}

GraphAssembler::Cpu& GraphAssembler::newCpu(std::uint32_t number) {
    auto& cpu = m_cpus[number];
    if (!cpu) {
        cpu = std::make_unique<Cpu>();
        if (number < model::kMaxCpus) cpu->id = model::CpuId{static_cast<std::uint16_t>(number)};
        cpu->clock = m_now;
        cpu->own.cpu = cpu->id;
        cpu->own.stack = &cpu->ownStack;
        cpu->task = &cpu->own;
        if (const auto first = m_firstTasks.find(number); first != m_firstTasks.end())
            run(*cpu, first->second);
    }
    if (number < model::kMaxCpus) {
        if (m_byNumber.size() <= number) m_byNumber.resize(number + std::size_t{1}, nullptr);
        m_byNumber[number] = cpu.get();
    }
    return *cpu;
}

/// The CPU of a line; where the lines name none, the one its task was switched to last.
GraphAssembler::Cpu& GraphAssembler::cpuOf(const GraphPart& part, const GraphRow& row) {
    auto number = row.cpu;
    if (number == kNoGraphCpu && row.task != 0) {
        const auto found = m_cpuOfTask.find(part.tasks()[row.task].tid);
        if (found != m_cpuOfTask.end()) number = found->second;
    } else if (number == kNoGraphCpu) {
        number = m_lastSwitchCpu;
    }
    if (number != kNoGraphCpu && number >= model::kMaxCpus) {
        m_sink.diagnose(DiagnosticKind::CpuOutOfRange, place(row));
        number = kNoGraphCpu;
    }
    auto& cpu = cpuFor(number);
    if (row.task != 0) run(cpu, part.tasks()[row.task]);
    return cpu;
}

void GraphAssembler::run(Cpu& cpu, const GraphTask& task) {
    if (cpu.task->known && cpu.task->tid == task.tid && cpu.task->comm == task.comm) return;
    if (task.tid < 0) {
        cpu.task = &cpu.own;
        return;
    }
    m_scratch.assign(task.comm).append(1, '/').append(std::to_string(task.tid));
    m_scratch.append(1, '/').append(std::to_string(raw(cpu.id)));
    auto& known = m_tasks[m_scratch];
    if (!known) {
        known = std::make_unique<Task>();
        known->known = true;
        known->tid = task.tid;
        known->comm = task.comm;
        known->cpu = cpu.id;
        known->stack = &m_stacks[task.tid == 0 ? -1 - std::int64_t{raw(cpu.id)} : task.tid];
    }
    cpu.task = known.get();
}

void GraphAssembler::nameTask(Task& task) {
    task.generation = m_sink.taskGeneration();
    task.index = model::kNoRow;
    if (task.known) task.index = m_sink.task(task.tid, task.comm, task.cpu, -1);
}

void GraphAssembler::row(const GraphPart& part, const GraphRow& row) {
    switch (row.kind) {
    case GraphLineKind::Entry:
    case GraphLineKind::Leaf:
    case GraphLineKind::Exit: return call(row, cpuOf(part, row), m_position + row.begin);
    case GraphLineKind::Event: return event(part, row, cpuOf(part, row));
    case GraphLineKind::Switch: return switchTo(part, row);
    case GraphLineKind::Lost: return lose(part, row);
    case GraphLineKind::Overrun: return overrun(row);
    case GraphLineKind::Elision: return elide(row);
    case GraphLineKind::Other: return other(part, row);
    case GraphLineKind::Tracer:  // takeRows()
    case GraphLineKind::Columns:
    case GraphLineKind::Ignored: return;
    }
}

void GraphAssembler::switchTo(const GraphPart& part, const GraphRow& row) {
    if (row.cpu >= model::kMaxCpus)
        return m_sink.diagnose(DiagnosticKind::CpuOutOfRange, place(row));
    run(cpuFor(row.cpu), part.tasks()[row.task]);
    m_lastSwitchCpu = row.cpu;
    if (!m_layout.cpu && part.tasks()[row.task].tid >= 0)
        m_cpuOfTask[part.tasks()[row.task].tid] = row.cpu;
}

/// What was open on the CPU is not known any more.
void GraphAssembler::lose(const GraphPart& part, const GraphRow& row) {
    const auto count = static_cast<std::uint64_t>(row.duration);
    m_sink.diagnose(DiagnosticKind::LostEvents, place(row), std::max<std::uint64_t>(count, 1));
    if (m_layout.writer == GraphWriter::Replay) {
        auto& lane = cpuOf(part, row);
        const auto time = startTime(row, lane);
        emit(time, m_position + row.begin, globalName("lost"), *lane.task,
             model::callFlags(CallEdge::Loss, CallSpace::User, 0));
        *lane.task->stack = {};
        return;
    }
    if (row.cpu >= model::kMaxCpus)
        return m_sink.diagnose(DiagnosticKind::CpuOutOfRange, place(row));
    auto& cpu = cpuFor(row.cpu);
    // A leaf before the loss is whole: its exit, which comes with the next line, stands before it.
    if (cpu.pending.task != nullptr) cpu.lostBehind.push_back(count);
    else m_sink.addLost(cpu.id, count);
    auto& stack = *cpu.task->stack;
    stack.open.clear();
    stack.aside.clear();
    stack.loose.clear();
}

/// Whose lines an author left out is not known: of all calls that are open the callees may be
/// missing.
void GraphAssembler::elide(const GraphRow& row) {
    m_sink.diagnose(DiagnosticKind::Elision, place(row));
    const auto mark = [](Stack& stack) {
        for (auto* const frames : {&stack.open, &stack.aside})
            for (auto& frame : *frames) frame.gap = true;
    };
    for (auto& [tid, stack] : m_stacks) mark(stack);
    for (auto& [number, cpu] : m_cpus) mark(cpu->ownStack);
}

/// When the line's record begins, ns; rows of leaves that ended before it are added first.
std::int64_t GraphAssembler::startTime(const GraphRow& row, Cpu& cpu) {
    std::int64_t time = m_now;
    if (timed()) {
        if (row.time != kNoGraphTime) time = row.time;
        else m_sink.diagnose(DiagnosticKind::MissingTime, place(row));
    } else {
        cpu.clock = std::max(cpu.clock, m_now);
        for (const auto* const other : m_pending)  // the task's last leaf, on another CPU
            if (other->pending.task->stack == cpu.task->stack)
                cpu.clock = std::max(cpu.clock, other->pending.time);
        time = cpu.clock;
    }
    flushPending(time, &cpu);
    return time;
}

void GraphAssembler::emitPending(Cpu& cpu, std::int64_t time) {
    const auto& leaf = cpu.pending;
    const auto start = leaf.time - std::max<std::int64_t>(leaf.duration, 0);
    emit(time, leaf.position, leaf.name, *leaf.task,
         model::callFlags(CallEdge::Exit, leaf.space, leaf.depth));
    if (leaf.duration < 0) m_sink.addDuration(model::kUnknownDuration);
    else if (time - start != leaf.duration) m_sink.addDuration(leaf.duration);
    cpu.pending.task = nullptr;
    if (cpu.lostBehind.empty()) return;
    for (const auto count : cpu.lostBehind) m_sink.addLost(cpu.id, count);
    cpu.lostBehind.clear();
}

/// Exits of leaves up to a time, and those of the CPU and the task whose next line is here: they
/// cannot end later.
void GraphAssembler::flushSeveral(std::int64_t upTo, const Cpu* own) {
    while (!m_pending.empty()) {
        auto first = std::ranges::min_element(m_pending, {},
                                              [](const Cpu* cpu) { return cpu->pending.time; });
        if ((*first)->pending.time > upTo) {
            if (own == nullptr) return;
            first = std::ranges::find_if(m_pending, [own](const Cpu* cpu) {
                return cpu == own || cpu->pending.task->stack == own->task->stack;
            });
            if (first == m_pending.end()) return;
        }
        auto& cpu = **first;
        m_pending.erase(first);
        emitPending(cpu, std::min(cpu.pending.time, upTo));
    }
}

void GraphAssembler::call(const GraphRow& row, Cpu& cpu, std::uint64_t position) {
    m_lastCpu = &cpu;
    if (row.kind == GraphLineKind::Exit) leave(row, cpu, position);
    else enter(row, cpu, position);
}

/// What was set aside deeper than a line that follows can't be closed any more.
void GraphAssembler::forgetAside(Stack& stack, std::uint32_t depth) {
    std::erase_if(stack.aside, [&](const Frame& frame) { return frame.depth > depth; });
    stack.asideDepth = depth;
}

void GraphAssembler::enter(const GraphRow& row, Cpu& cpu, std::uint64_t position) {
    const auto time = startTime(row, cpu);
    auto& stack = *cpu.task->stack;
    auto depth = std::uint32_t{row.depth};
    if (row.depthLost || m_layout.flat)
        depth = stack.open.empty() ? 0 : stack.open.back().depth + 1;
    if (stack.asideDepth > depth) forgetAside(stack, depth);
    while (!stack.open.empty() && stack.open.back().depth >= depth) {
        if (stack.aside.size() < kMostAsideCalls) {
            stack.aside.push_back(stack.open.back());
            stack.asideDepth = std::max(stack.asideDepth, stack.open.back().depth);
        }
        stack.open.pop_back();
    }
    if (!timed() && depth > 0 && (stack.open.empty() || stack.open.back().depth + 1 < depth) &&
        std::ranges::none_of(stack.loose, [&](const Frame& f) { return f.depth <= depth; }))
        stack.loose.push_back({depth, 0, time, m_space});
    const auto name = m_partNames[row.name];
    const auto space = spaceOf(name, stack);
    emit(time, position, name, *cpu.task, model::callFlags(CallEdge::Entry, space, depth));
    if (row.kind == GraphLineKind::Entry) {
        stack.open.push_back({depth, name, time, space});
        if (!m_layout.duration && !timed()) cpu.clock = time + kUntimedStep;
        return;
    }
    const auto length = m_layout.duration ? std::max<std::int64_t>(row.duration, 0) : 0;
    cpu.pending = {.task = cpu.task,
                   .time = time + length,
                   .duration = row.duration,
                   .position = position,
                   .name = name,
                   .depth = depth,
                   .space = space};
    m_pending.push_back(&cpu);
    if (!timed()) cpu.clock = time + (m_layout.duration ? length : kUntimedStep);
}

/// The call that a line at `depth` closes: taken off the stack where it was entered.
[[gnu::always_inline]] inline GraphAssembler::Closing GraphAssembler::closingOf(const GraphRow& row,
                                                                                Stack& stack,
                                                                                std::uint32_t depth,
                                                                                std::int64_t time) {
    Closing found{.name = row.name != 0 ? m_partNames[row.name] : kUnknownName};
    const auto closes = [&](const Frame& frame) {
        // A brace without a name behind such a gap may be that of a call whose begin was in it: one
        // that is shorter than what lies between them.
        const auto least = row.duration + kMostRounding;
        if (frame.gap && row.name == 0 && row.duration >= 0 && m_cpus.size() == 1 &&
            time - frame.start > least)
            return false;
        return frame.depth == depth && (row.name == 0 || frame.name == found.name);
    };
    if (!stack.open.empty() && closes(stack.open.back())) {
        const auto& frame = stack.open.back();
        found = {frame.name, frame.start, frame.space, frame.gap, true};
        stack.open.pop_back();
        return found;
    }
    if (const auto aside = std::ranges::find_if(stack.aside, closes); aside != stack.aside.end()) {
        found = {aside->name, aside->start, aside->space, false, true};
        stack.aside.erase(aside);
        return found;
    }
    if (!stack.open.empty() && stack.open.back().depth == depth) stack.open.pop_back();
    found.space = spaceOf(found.name, stack);
    for (const auto& frame : stack.loose)
        if (frame.depth > depth && (found.start == kNoGraphTime || frame.start < found.start))
            found.start = frame.start;
    if (found.start == kNoGraphTime) found.start = time;
    return found;
}

void GraphAssembler::leave(const GraphRow& row, Cpu& cpu, std::uint64_t position) {
    auto time = startTime(row, cpu);
    auto& stack = *cpu.task->stack;
    auto depth = std::uint32_t{row.depth};
    if (row.depthLost || m_layout.flat) depth = stack.open.empty() ? 0 : stack.open.back().depth;
    while (!stack.open.empty() && stack.open.back().depth > depth) stack.open.pop_back();
    const auto [name, start, space, gap, paired] = closingOf(row, stack, depth, time);
    if (stack.asideDepth > depth) forgetAside(stack, depth);
    if (!stack.loose.empty())
        std::erase_if(stack.loose, [&](const Frame& frame) { return frame.depth > depth; });
    // Whoever called it was entered before the file as well, and began no later.
    if (!paired && !timed() && depth > 0 &&
        std::ranges::none_of(stack.loose, [&](const Frame& f) { return f.depth == depth; }))
        stack.loose.push_back({depth, 0, start, m_space});
    if (!timed()) {
        if (row.duration >= 0) time = std::max(time, start + row.duration);
        else if (!m_layout.duration) time += kUntimedStep;
        cpu.clock = time;
        flushPending(time, nullptr);
    }
    const auto flags = model::callFlags(CallEdge::Exit, space, depth);
    emit(time, position, name, *cpu.task, gap ? model::withGap(flags) : flags);
    if (row.duration >= 0) {
        if (!paired || time - start != row.duration) m_sink.addDuration(row.duration);
    } else if (!timed()) {
        m_sink.addDuration(model::kUnknownDuration);
    }
}

}  // namespace kscope::parsers
