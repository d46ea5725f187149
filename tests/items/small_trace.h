// SPDX-License-Identifier: GPL-3.0-or-later
/// Traces made by hand, without a parser: a source whose lines are known, and rows that are all
/// alike or a small story.
#pragma once

#include "model/store/trace_builder.h"

#include <atomic>
#include <cstring>
#include <string>

namespace kscope::tests {

/// A source of lines of equal length, "event N\n" padded with dots; counts what is read of it.
class LineSource : public model::EventSource {
public:
    static constexpr std::uint64_t kLine = 32;
    explicit LineSource(std::uint64_t lines) : m_lines(lines) {}
    [[nodiscard]] static std::string line(std::uint64_t number) {
        auto text = "n=" + std::to_string(number);
        text.resize(kLine - 1, '.');
        return text;
    }
    [[nodiscard]] model::Result<model::EventText> eventText(std::uint64_t position) const override {
        ++m_reads;
        held.wait(true);
        if (gone) return model::failure("trace.txt has vanished");
        model::EventText text;
        text.line = line(position / kLine);
        text.args = "n=" + std::to_string(position / kLine);
        return text;
    }
    [[nodiscard]] model::Result<std::size_t> bytes(std::uint64_t offset,
                                                   std::span<char> into) const override {
        std::size_t done = 0;
        for (; done < into.size() && offset + done < size(); ++done) {
            const auto at = offset + done;
            into[done] = at % kLine == kLine - 1 ? '\n' : line(at / kLine)[at % kLine];
        }
        return done;
    }
    [[nodiscard]] std::uint64_t size() const override { return m_lines * kLine; }
    [[nodiscard]] int reads() const { return m_reads; }
    std::atomic<bool> gone{false};
    /// Reads stop here until it is false and `held.notify_all()` is called.
    std::atomic<bool> held{false};

private:
    std::uint64_t m_lines;
    mutable std::atomic<int> m_reads{0};
};

/// `count` rows, one a µs from second 100 on: names "alpha", "beta", "gamma" in turns, CPUs 0 and 1
/// in turns, tasks red 10, green 11, blue 12, black 13 in turns; 1000 rows a part.
struct RowTrace {
    std::shared_ptr<LineSource> source;
    model::TracePtr trace;
};
inline RowTrace rowTrace(std::uint64_t count, std::uint64_t partRows = 1000) {
    using namespace model;
    static constexpr const char* kNames[] = {"alpha", "beta", "gamma"};
    static constexpr const char* kComms[] = {"red", "green", "blue", "black"};
    RowTrace made{std::make_shared<LineSource>(count), nullptr};
    TraceBuilder builder;
    SourceInfo info;
    info.path = "made/trace.txt";
    info.kind = "ftrace-text";
    info.text = made.source;
    const auto source = builder.addSource(info);
    ChunkWriter writer;
    std::uint64_t sequence = 0;
    for (std::uint64_t at = 0; at < count; at += partRows, ++sequence) {
        const auto end = std::min(count, at + partRows);
        writer.beginPart(source, at * LineSource::kLine, 1000);
        for (auto i = at; i < end; ++i) {
            const auto ticks = static_cast<std::int64_t>(100'000'000 + i);
            (void)writer.prepare(ticks, i * LineSource::kLine);
            const CpuId cpu{static_cast<std::uint16_t>(i % 2)};
            const auto name = writer.name(kNames[i % 3]);
            const auto task =
                writer.task(Tid{static_cast<std::int32_t>(10 + i % 4)}, kComms[i % 4], cpu);
            writer.add(ticks, i * LineSource::kLine, name, cpu, task, kNoFlags);
        }
        builder.deliver(source, sequence,
                        writer.finishPart(end - at, (end - at) * LineSource::kLine));
    }
    builder.endSource(source);
    made.trace = builder.finish();
    return made;
}

/// One CPU: red (10) runs 0–100 µs and sleeps in D; an interrupt at 290–310 wakes it at 300; blue
/// (12), which ran meanwhile, is preempted at 320, when red runs until 500. Positions count lines.
struct StoryTrace {
    std::shared_ptr<LineSource> source;
    model::TracePtr trace;
};
inline StoryTrace storyTrace() {
    using namespace model;
    StoryTrace made{std::make_shared<LineSource>(20), nullptr};
    TraceBuilder builder;
    SourceInfo info;
    info.path = "made/story.txt";
    info.text = made.source;
    const auto source = builder.addSource(info);
    ChunkWriter writer;
    writer.beginPart(source, 0, 1000);
    const CpuId cpu{0};
    std::uint64_t line = 0;
    const auto add = [&](std::int64_t us, const char* name, std::int32_t tid, const char* comm,
                         unsigned context) {
        (void)writer.prepare(us, line * LineSource::kLine);
        const auto task = writer.task(Tid{tid}, comm, cpu);
        writer.add(us, line * LineSource::kLine, writer.name(name), cpu, task,
                   EventFlags{static_cast<std::uint16_t>(context << 5)});
        ++line;
    };
    const auto task = [&](std::int32_t tid, const char* comm) {
        return writer.task(Tid{tid}, comm, cpu);
    };
    add(0, "sched_switch", 0, "<idle>", 0);
    writer.addSwitch(task(0, "<idle>"), task(10, "red"), TaskState::Yielded, 120);
    add(100, "sched_switch", 10, "red", 0);
    writer.addSwitch(task(10, "red"), task(12, "blue"), TaskState::Uninterruptible, 120);
    add(290, "irq_handler_entry", 12, "blue", 2);
    writer.addIrqEdge(writer.irq(42, "disk"), false);
    add(300, "sched_waking", 12, "blue", 2);
    writer.addWake(task(10, "red"), cpu, WakeKind::Waking, 120);
    add(310, "irq_handler_exit", 12, "blue", 2);
    writer.addIrqEdge(writer.irq(42, ""), true);
    add(320, "sched_switch", 12, "blue", 0);
    writer.addSwitch(task(12, "blue"), task(10, "red"), TaskState::Preempted, 120);
    add(500, "sched_switch", 10, "red", 0);
    writer.addSwitch(task(10, "red"), task(0, "<idle>"), TaskState::Sleeping, 120);
    writer.diagnostics().record(DiagnosticKind::UnparsedLine, {source, 4, 3 * LineSource::kLine});
    writer.diagnostics().record(DiagnosticKind::LostEvents, {source, 6, 5 * LineSource::kLine}, 12);
    builder.deliver(source, 0, writer.finishPart(line, line * LineSource::kLine));
    builder.endSource(source);
    made.trace = builder.finish();
    return made;
}

}  // namespace kscope::tests
