// SPDX-License-Identifier: GPL-3.0-or-later
/// Small traces with their text kept in memory, for tests of queries and derivations.
#pragma once

#include "model/store/trace_builder.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::support {

/// Lines in memory; each position is the begin of a line "… TIME: NAME: ARGS".
class MemoryText : public model::EventSource {
public:
    explicit MemoryText(std::string text) : m_text(std::move(text)) {}
    [[nodiscard]] model::Result<model::EventText> eventText(std::uint64_t position) const override {
        if (position >= m_text.size()) return model::failure("beyond the end");
        model::EventText text;
        const auto begin = static_cast<std::size_t>(position);
        text.line = m_text.substr(begin, m_text.find('\n', begin) - begin);
        const auto name = text.line.find(": ");
        const auto args = text.line.find(": ", name + 2);
        if (args != std::string::npos) text.args = text.line.substr(args + 2);
        return text;
    }
    [[nodiscard]] model::Result<std::size_t> bytes(std::uint64_t offset,
                                                   std::span<char> into) const override {
        if (offset >= m_text.size()) return std::size_t{0};
        const auto count = std::min(into.size(), m_text.size() - static_cast<std::size_t>(offset));
        std::memcpy(into.data(), m_text.data() + offset, count);
        return count;
    }
    [[nodiscard]] std::uint64_t size() const override { return m_text.size(); }

private:
    std::string m_text;
};

/// Writes rows the way an importer does, and their text.
class TraceWriter {
public:
    explicit TraceWriter(std::string path = "a.txt") : m_path(std::move(path)) {
        m_writer.beginPart(model::SourceId{0}, 0, 1000);
    }

    /// sched_switch on `cpu`; `state` as printed.
    void switchTask(std::int64_t us, int cpu, int prev, std::string_view state, int next) {
        begin(us, cpu, prev, "sched_switch",
              "prev_comm=" + comm(prev) + " prev_pid=" + std::to_string(prev) +
                  " prev_prio=120 prev_state=" + std::string(state) + " ==> next_comm=" +
                  comm(next) + " next_pid=" + std::to_string(next) + " next_prio=120");
        m_writer.addSwitch(task(prev, cpu), task(next, cpu), model::switchOutState(state), 120);
    }
    void wake(std::int64_t us, int cpu, int waker, int wakee, int target,
              std::string_view name = "sched_waking") {
        begin(us, cpu, waker, name,
              "comm=" + comm(wakee) + " pid=" + std::to_string(wakee) + " prio=120 target_cpu=00" +
                  std::to_string(target));
        const auto kind = name == "sched_waking"   ? model::WakeKind::Waking
                          : name == "sched_wakeup" ? model::WakeKind::Wakeup
                                                   : model::WakeKind::WakeupNew;
        m_writer.addWake(task(wakee, cpu), model::CpuId{static_cast<std::uint16_t>(target)}, kind,
                         120);
    }
    void event(std::int64_t us, int cpu, int tid, std::string_view name, std::string_view args) {
        begin(us, cpu, tid, name, std::string(args));
    }
    void irqEntry(std::int64_t us, int cpu, int tid, unsigned irq) {
        begin(us, cpu, tid, "irq_handler_entry", "irq=" + std::to_string(irq) + " name=nic");
        m_writer.addIrqEdge(m_writer.irq(irq, "nic"), false);
    }
    void irqExit(std::int64_t us, int cpu, int tid, unsigned irq) {
        begin(us, cpu, tid, "irq_handler_exit", "irq=" + std::to_string(irq) + " ret=handled");
        m_writer.addIrqEdge(m_writer.irq(irq, {}), true);
    }
    void lost(int cpu) { m_writer.addLost(model::CpuId{static_cast<std::uint16_t>(cpu)}, 0); }

    [[nodiscard]] model::TracePtr finish() {
        model::TraceBuilder builder;
        model::SourceInfo info;
        info.path = m_path;
        info.clock.tickNs = 1000;
        info.text = std::make_shared<MemoryText>(m_text);
        const auto source = builder.addSource(info);
        builder.deliver(source, 0, m_writer.finishPart(m_lines, m_text.size()));
        builder.endSource(source);
        return builder.finish();
    }
    static std::string comm(int tid) { return tid == 0 ? "swapper" : "t" + std::to_string(tid); }

private:
    std::uint16_t task(int tid, int cpu) {
        return m_writer.task(model::Tid{tid}, tid == 0 ? "<idle>" : comm(tid),
                             model::CpuId{static_cast<std::uint16_t>(cpu)});
    }
    void begin(std::int64_t us, int cpu, int tid, std::string_view name, const std::string& args) {
        static_cast<void>(m_writer.prepare(us, m_text.size()));
        const auto id = m_writer.name(name);
        m_writer.add(us, m_text.size(), id, model::CpuId{static_cast<std::uint16_t>(cpu)},
                     task(tid, cpu), model::kNoFlags);
        auto fraction = std::to_string(us % 1000000);
        fraction.insert(0, 6 - fraction.size(), '0');
        m_text += (tid == 0 ? "<idle>" : comm(tid)) + "-" + std::to_string(tid) + " [00" +
                  std::to_string(cpu) + "] d... " + std::to_string(us / 1000000) + "." + fraction +
                  ": " + std::string(name) + ": " + args + "\n";
        ++m_lines;
    }
    std::string m_path;
    std::string m_text;
    model::ChunkWriter m_writer;
    std::uint64_t m_lines = 0;
};

}  // namespace kscope::support
