// SPDX-License-Identifier: GPL-3.0-or-later
/// Handler runs: a stack a CPU, fed with entries and exits in order of time.
#include "model/derive/interrupt_report.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace kscope::model {

std::string_view interruptKindName(InterruptKind kind) {
    constexpr std::array<std::string_view, 3> kNames{"irq", "vector", "softirq"};
    return kNames[static_cast<std::size_t>(kind)];
}

namespace {

/// Vectors of x86's irq_vectors events: each has NAME_entry and NAME_exit.
constexpr std::array<std::string_view, 12> kVectorEvents{
    "local_timer",  "reschedule",       "call_function",       "call_function_single",
    "irq_work",     "x86_platform_ipi", "error_apic",          "spurious_apic",
    "thermal_apic", "threshold_apic",   "deferred_error_apic", "irq_move_cleanup"};

struct HandlerKey {
    InterruptKind kind{};
    std::uint32_t number = 0;  // irq, softirq vector, or index into kVectorEvents
    friend auto operator<=>(const HandlerKey&, const HandlerKey&) = default;
};
enum class HandlerMark : std::uint8_t { None, Entry, Exit };
struct HandlerEvent {
    HandlerMark mark = HandlerMark::None;
    HandlerKey key;
};

/// Vector events by StringId of their names.
std::vector<HandlerEvent> vectorEvents(const Trace& trace) {
    std::vector<HandlerEvent> events(trace.strings());
    for (std::uint32_t i = 0; i < kVectorEvents.size(); ++i) {
        const HandlerKey key{InterruptKind::Vector, i};
        const std::string name(kVectorEvents[i]);
        if (const auto id = trace.findString(name + "_entry"); id != kNoString)
            events[raw(id)] = {HandlerMark::Entry, key};
        if (const auto id = trace.findString(name + "_exit"); id != kNoString)
            events[raw(id)] = {HandlerMark::Exit, key};
    }
    return events;
}

struct OpenHandler {
    HandlerKey key;
    std::int64_t begin = 0;
    std::int64_t inside = 0;  // time of what ran directly inside
};
struct HandlerCpu {
    std::vector<OpenHandler> stack;
    std::array<std::int64_t, 10> raisedNs{};  // by vector; kNever: none since its entry
    std::array<bool, 10> raised{};
    std::int64_t irqSince = 0, softirqSince = 0;
    std::int64_t irq = 0, softirq = 0;
    bool seen = false;

    [[nodiscard]] std::size_t open(bool soft) const {
        return static_cast<std::size_t>(std::ranges::count_if(stack, [&](const auto& one) {
            return (one.key.kind == InterruptKind::Softirq) == soft;
        }));
    }
};

class HandlerFollower {
public:
    HandlerFollower(const Trace& trace, const ReportScope& scope)
        : m_trace(trace),
          m_scope(scope),
          m_vectors(vectorEvents(trace)) {}

    InterruptReport run() {
        for (std::size_t i = 0; i < m_trace.chunks(); ++i) follow(m_trace.chunk(i));
        return finish();
    }

private:
    void follow(const EventChunk& chunk);
    void enter(HandlerCpu& cpu, CpuId id, HandlerKey key, std::int64_t now);
    void leave(HandlerCpu& cpu, HandlerKey key, std::int64_t now);
    void raise(HandlerCpu& cpu, std::uint32_t vector, std::int64_t now);
    HandlerCpu& cpuOf(std::uint16_t cpu) {
        if (cpu >= m_cpus.size()) m_cpus.resize(cpu + std::size_t{1});
        return m_cpus[cpu];
    }
    struct Sums {
        InterruptRow row;
        std::vector<std::int64_t> lengths, raiseLengths;
    };
    Sums& sumsOf(HandlerKey key) {
        auto& sums = m_sums[key];
        sums.row.kind = key.kind;
        sums.row.number = key.number;
        return sums;
    }
    InterruptReport finish();

    const Trace& m_trace;
    const ReportScope& m_scope;
    std::vector<HandlerEvent> m_vectors;
    std::vector<HandlerCpu> m_cpus;
    std::map<HandlerKey, Sums> m_sums;
    InterruptReport m_report;
};

/// What each row of a chunk is to handlers.
std::vector<HandlerEvent> handlerEvents(const EventChunk& chunk,
                                        const std::vector<HandlerEvent>& vectors) {
    std::vector<HandlerEvent> events(chunk.rows());
    for (const auto& segment : chunk.irqSegments) {
        const auto key = [&](std::uint16_t id) {
            return segment.soft ? HandlerKey{InterruptKind::Softirq, id}
                                : HandlerKey{InterruptKind::Irq, chunk.irqs[id].number};
        };
        for (const auto& pair : segment.pairs) {
            events[pair.entry] = {HandlerMark::Entry, key(pair.id)};
            if (pair.exit != kNoRow) events[pair.exit] = {HandlerMark::Exit, key(pair.id)};
        }
        for (const auto& orphan : segment.orphans)
            events[orphan.exit] = {HandlerMark::Exit, key(orphan.id)};
    }
    for (std::size_t name = 0; name < chunk.names.size(); ++name) {
        const auto& found = vectors[raw(chunk.names[name])];
        if (found.mark == HandlerMark::None) continue;
        for (std::size_t row = 0; row < chunk.rows(); ++row)
            if (chunk.name[row] == name) events[row] = found;
    }
    return events;
}

void HandlerFollower::follow(const EventChunk& chunk) {
    const auto events = handlerEvents(chunk, m_vectors);
    auto raise = chunk.raises.begin();
    auto lost = chunk.lost.begin();
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
        for (; lost != chunk.lost.end() && lost->row <= row; ++lost) {
            auto& cpu = cpuOf(raw(lost->cpu));
            cpu.stack.clear();
            cpu.raised.fill(false);
        }
        const bool raised = raise != chunk.raises.end() && raise->row == row;
        if ((!raised && events[row].mark == HandlerMark::None) || chunk.cpu[row] >= kMaxCpus)
            continue;
        const auto now = chunk.timeNs(row);
        auto& cpu = cpuOf(chunk.cpu[row]);
        cpu.seen = true;
        if (raised) this->raise(cpu, (raise++)->vector, now);
        else if (events[row].mark == HandlerMark::Entry)
            enter(cpu, CpuId{chunk.cpu[row]}, events[row].key, now);
        else leave(cpu, events[row].key, now);
    }
}

void HandlerFollower::raise(HandlerCpu& cpu, std::uint32_t vector, std::int64_t now) {
    if (m_scope.covers(now)) ++sumsOf({InterruptKind::Softirq, vector}).row.raised;
    if (vector >= cpu.raised.size() || cpu.raised[vector]) return;
    cpu.raised[vector] = true;
    cpu.raisedNs[vector] = now;
}

void HandlerFollower::enter(HandlerCpu& cpu, CpuId id, HandlerKey key, std::int64_t now) {
    const bool soft = key.kind == InterruptKind::Softirq;
    if (m_scope.covers(now) && m_scope.covers(id)) {
        auto& sums = sumsOf(key);
        ++sums.row.count;
        if (std::ranges::find(sums.row.cpus, std::int64_t{raw(id)}) == sums.row.cpus.end())
            sums.row.cpus.push_back(raw(id));
        if (soft && key.number < cpu.raised.size() && cpu.raised[key.number])
            sums.raiseLengths.push_back(now - cpu.raisedNs[key.number]);
        if (!cpu.stack.empty())
            ++m_report.nested[std::string(interruptKindName(key.kind)) + " in " +
                              std::string(interruptKindName(cpu.stack.back().key.kind))];
        m_report.maxNesting = std::max<std::uint64_t>(m_report.maxNesting, cpu.stack.size() + 1);
    }
    if (soft && key.number < cpu.raised.size()) cpu.raised[key.number] = false;
    if (cpu.open(soft) == 0) (soft ? cpu.softirqSince : cpu.irqSince) = now;
    cpu.stack.push_back({key, now, 0});
}

void HandlerFollower::leave(HandlerCpu& cpu, HandlerKey key, std::int64_t now) {
    const auto open =
        std::ranges::find(cpu.stack.rbegin(), cpu.stack.rend(), key, &OpenHandler::key);
    if (open == cpu.stack.rend()) return;  // its entry is not in the capture
    // What is above it had no exit: it ended unseen.
    cpu.stack.resize(static_cast<std::size_t>(cpu.stack.rend() - open));
    const OpenHandler ended = cpu.stack.back();
    cpu.stack.pop_back();
    const bool soft = key.kind == InterruptKind::Softirq;
    if (!cpu.stack.empty()) cpu.stack.back().inside += now - ended.begin;
    const auto id = CpuId{static_cast<std::uint16_t>(&cpu - m_cpus.data())};
    if (!m_scope.covers(id)) return;
    if (cpu.open(soft) == 0) {
        const auto since = soft ? cpu.softirqSince : cpu.irqSince;
        (soft ? cpu.softirq : cpu.irq) += m_scope.part(since, now).value_or(0);
    }
    if (const auto length = m_scope.part(ended.begin, now)) {
        auto& sums = sumsOf(key);
        sums.lengths.push_back(*length);
        sums.row.self += *length - std::min(*length, ended.inside);
    }
}

InterruptReport HandlerFollower::finish() {
    for (auto& [key, sums] : m_sums) {
        auto& row = sums.row;
        row.runs = sumSpans(sums.lengths);
        row.raises = sumSpans(sums.raiseLengths);
        std::ranges::sort(row.cpus);
        if (key.kind == InterruptKind::Irq) row.name = m_trace.text(m_trace.irqName(key.number));
        else if (key.kind == InterruptKind::Vector) row.name = kVectorEvents[key.number];
        else if (key.number < kSoftirqNames.size()) row.name = kSoftirqNames[key.number];
        m_report.rows.push_back(std::move(row));
    }
    std::ranges::stable_sort(m_report.rows, {}, [](const InterruptRow& row) {
        return std::tuple(interruptKindName(row.kind),
                          row.kind == InterruptKind::Vector ? 0u : row.number, row.name);
    });
    for (std::size_t i = 0; i < m_cpus.size(); ++i)
        if (m_cpus[i].seen)
            m_report.cpus.push_back(
                {CpuId{static_cast<std::uint16_t>(i)}, m_cpus[i].irq, m_cpus[i].softirq});
    return std::move(m_report);
}

}  // namespace

InterruptReport interruptReport(const Trace& trace, const ReportScope& scope) {
    return HandlerFollower(trace, scope).run();
}

}  // namespace kscope::model
