// SPDX-License-Identifier: GPL-3.0-or-later
/// Traces of switches written by hand, one microsecond a unit.
#pragma once

#include "model/store/chunk_writer.h"
#include "model/store/trace_builder.h"

#include <string>

namespace kscope::tests {

class MadeTrace {
public:
    MadeTrace() { m_writer.beginPart(model::SourceId{0}, 0, 1000); }

    [[nodiscard]] static std::string comm(int tid) {
        return tid == 0 ? "<idle>" : "task" + std::to_string(tid);
    }
    std::uint16_t task(int tid, int cpu) {
        return m_writer.task(model::Tid{tid}, comm(tid), cpuId(cpu));
    }
    void event(std::int64_t us, int cpu, std::string_view name, int tid = 0) {
        (void)m_writer.prepare(us, m_position);
        const auto id = m_writer.name(name);
        m_writer.add(us, m_position++, id, cpuId(cpu), task(tid, cpu), model::kNoFlags);
    }
    void switchTo(std::int64_t us, int cpu, int prev, model::TaskState state, int next) {
        event(us, cpu, "sched_switch", prev);
        m_writer.addSwitch(task(prev, cpu), task(next, cpu), state, 120);
    }
    void wake(std::int64_t us, int cpu, int by, int wakee) {
        event(us, cpu, "sched_waking", by);
        m_writer.addWake(task(wakee, cpu), cpuId(cpu), model::WakeKind::Waking, 120);
    }
    void irq(std::int64_t begin, std::int64_t end, int cpu) {
        event(begin, cpu, "irq_handler_entry");
        m_writer.addIrqEdge(m_writer.irq(42, "disk"), false);
        event(end, cpu, "irq_handler_exit");
        m_writer.addIrqEdge(m_writer.irq(42, ""), true);
    }
    [[nodiscard]] model::ChunkWriter& writer() { return m_writer; }
    void lose(int cpu, std::uint64_t count) { m_writer.addLost(cpuId(cpu), count); }
    [[nodiscard]] model::TracePtr finish() {
        model::TraceBuilder builder;
        model::SourceInfo info;
        info.path = "made/switches.txt";
        const auto source = builder.addSource(info);
        builder.deliver(source, 0, m_writer.finishPart(m_position, m_position));
        builder.endSource(source);
        return builder.finish();
    }

private:
    static model::CpuId cpuId(int cpu) { return model::CpuId{static_cast<std::uint16_t>(cpu)}; }
    model::ChunkWriter m_writer;
    std::uint64_t m_position = 0;
};

/// CPU 0: task 1 runs 0–400 µs and is blocked until 600; task 2 runs 400–650 and is pushed off;
/// task 1 runs 650–1000. CPU 1: two events of "mark", and an interrupt.
inline model::TracePtr switchStory() {
    using model::TaskState;
    MadeTrace made;
    made.switchTo(0, 0, 0, TaskState::Yielded, 1);
    made.event(100, 1, "mark", 3);
    made.irq(200, 210, 1);
    made.switchTo(400, 0, 1, TaskState::Uninterruptible, 2);
    made.wake(600, 0, 2, 1);
    made.switchTo(650, 0, 2, TaskState::Preempted, 1);
    made.event(900, 1, "mark", 3);
    made.switchTo(1000, 0, 1, TaskState::Sleeping, 0);
    return made.finish();
}

}  // namespace kscope::tests
