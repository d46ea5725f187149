// SPDX-License-Identifier: GPL-3.0-or-later
/// The ftrace of the machine that runs the tests: what its kernel writes today is read too.
#include "app/session/loader.h"
#include "tests/support/tracefs_instance.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

namespace {

using namespace kscope;
using namespace std::chrono_literals;
using app::LoadEnd;
using SteadyClock = std::chrono::steady_clock;

std::string readAll(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Lines that are no comment: in a trace without stacks and markers one an event.
std::uint64_t eventLines(std::string_view text) {
    std::uint64_t count = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        count += end > 0 && text[0] != '#' && !text.substr(0, end).starts_with("CPU:");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return count;
}

app::LoadResult load(const std::string& path) {
    model::ThreadPool pool(2);
    app::Loader loader(pool);
    app::LoadResult result;
    loader.load({.sources = {{path}}},
                {.snapshot = [](model::TracePtr) {},
                 .progress = [](const app::LoadProgress&) {},
                 .finished = [&](app::LoadResult given) { result = std::move(given); }});
    loader.wait();
    return result;
}

void expectSaneLane(const model::LaneView& lane) {
    for (std::size_t i = 1; i < lane.size(); ++i) {
        const auto before = lane.span(i - 1);
        const auto span = lane.span(i);
        ASSERT_LE(before.begin, before.end);
        ASSERT_LE(before.end, span.begin);
    }
}

void expectSaneLanes(const model::Trace& trace) {
    ASSERT_FALSE(trace.cpus().empty());
    std::size_t spans = 0;
    for (const auto cpu : trace.cpus()) {
        expectSaneLane(trace.cpuLane(cpu));
        spans += trace.cpuLane(cpu).size();
    }
    EXPECT_GT(spans, 0U);
    for (std::uint32_t task = 0; task < trace.tasks().size(); ++task)
        expectSaneLane(trace.taskLane(model::TaskId{task}));
}

class LiveCapture : public testing::Test {
protected:
    void SetUp() override {
        std::string whyNot;
        m_instance = support::TracefsInstance::make(whyNot);
        if (!m_instance) GTEST_SKIP() << "SKIPPED: no live capture here: " << whyNot;
    }
    void record(int rounds = 300) const {
        ASSERT_TRUE(m_instance->set("tracing_on", "1"));
        support::TracefsInstance::playPingPong(rounds);
        ASSERT_TRUE(m_instance->set("tracing_on", "0"));
    }
    std::unique_ptr<support::TracefsInstance> m_instance;
};

TEST_F(LiveCapture, TraceOfThisMachineOpensWithEveryEvent) {
    record();
    const auto text = readAll(m_instance->file("trace"));
    const auto result = load(m_instance->file("trace"));
    ASSERT_EQ(result.end, LoadEnd::Complete);
    ASSERT_TRUE(result.errors.empty()) << result.errors[0].message;
    const auto& trace = *result.trace;
    EXPECT_EQ(trace.sources()[0].kind, "ftrace-text");
    EXPECT_EQ(trace.events(), eventLines(text));
    EXPECT_GE(trace.events(), 600U);
    EXPECT_GE(trace.tables().switches, 300U);
    EXPECT_GE(trace.tables().wakeups, 300U);
    expectSaneLanes(trace);
    EXPECT_EQ(trace.diagnostics().count(model::DiagnosticKind::UnparsedLine), 0U);
    EXPECT_EQ(trace.diagnostics().count(model::DiagnosticKind::UnknownEvent), 0U);
    // Who played ran, slept and was woken.
    const auto self = trace.findTask(model::Tid{::gettid()});
    ASSERT_NE(self, model::kNoTask);
    EXPECT_GT(trace.task(self).runs, 10U);
}

TEST_F(LiveCapture, EachCpusFileHoldsItsPartOfTheEvents) {
    record();
    const auto whole = load(m_instance->file("trace"));
    ASSERT_EQ(whole.end, LoadEnd::Complete);
    std::uint64_t sum = 0;
    for (const auto cpu : whole.trace->cpus()) {
        const auto part =
            load(m_instance->file("per_cpu/cpu" + std::to_string(raw(cpu)) + "/trace"));
        ASSERT_TRUE(part.errors.empty()) << part.errors[0].message;
        ASSERT_EQ(part.trace->cpus().size(), 1U);
        EXPECT_EQ(part.trace->cpus()[0], cpu);
        sum += part.trace->events();
    }
    EXPECT_EQ(sum, whole.trace->events());
}

TEST_F(LiveCapture, EveryWayToPrintItGivesAsManyEvents) {
    record(100);
    const auto events = load(m_instance->file("trace")).trace->events();
    ASSERT_GT(events, 0U);
    int tried = 0;
    for (const auto* const option : {"irq-info", "record-tgid", "latency-format", "verbose",
                                     "context-info", "sym-offset", "hex", "raw"}) {
        const auto file = "options/" + std::string(option);
        const auto before = readAll(m_instance->file(file)).substr(0, 1);
        if (before.empty()) continue;  // not an option of this kernel's instances
        if (!m_instance->set(file, before == "1" ? "0" : "1")) continue;
        ++tried;
        const auto result = load(m_instance->file("trace"));
        EXPECT_TRUE(result.errors.empty()) << option << ": " << result.errors[0].message;
        EXPECT_EQ(result.trace->events(), events) << option;
        m_instance->set(file, before);
    }
    RecordProperty("options", tried);
    EXPECT_GT(tried, 2);
}

TEST_F(LiveCapture, EveryClockOpens) {
    auto clocks = readAll(m_instance->file("trace_clock"));
    std::erase_if(clocks, [](char c) { return c == '[' || c == ']' || c == '\n'; });
    for (std::size_t at = 0; at < clocks.size();) {
        const auto end = std::min(clocks.find(' ', at), clocks.size());
        const auto clock = clocks.substr(at, end - at);
        at = end + 1;
        ASSERT_TRUE(m_instance->set("trace_clock", clock)) << clock;
        record(50);
        const auto text = readAll(m_instance->file("trace"));
        const auto result = load(m_instance->file("trace"));
        ASSERT_TRUE(result.errors.empty()) << clock << ": " << result.errors[0].message;
        EXPECT_EQ(result.trace->events(), eventLines(text)) << clock;
        EXPECT_GT(result.trace->events(), 0U) << clock;
        const bool counts = clock == "counter" || clock == "uptime" || clock == "x86-tsc";
        EXPECT_EQ(result.trace->sources()[0].clock.counter, counts) << clock;
    }
}

TEST_F(LiveCapture, TracePipeIsReadWhileEventsComeAndEndsWithTracing) {
    std::atomic<std::uint64_t> seen{0};
    std::atomic<bool> over{false};
    app::LoadResult result;
    model::ThreadPool pool(2);
    app::Loader loader(pool);
    ASSERT_TRUE(m_instance->set("tracing_on", "1"));
    loader.load({.sources = {{m_instance->file("trace_pipe")}}, .as = {}, .snapshotEvery = 10ms},
                {.snapshot = [&](model::TracePtr trace) { seen = trace->events(); },
                 .progress = [](const app::LoadProgress&) {},
                 .finished =
                     [&](app::LoadResult given) {
                         result = std::move(given);
                         over = true;
                     }});
    const auto giveUp = SteadyClock::now() + 20s;
    while (seen < 200 && SteadyClock::now() < giveUp) {
        support::TracefsInstance::playPingPong(50);
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_GE(seen, 200U);
    EXPECT_FALSE(over);  // events may still come
    ASSERT_TRUE(m_instance->set("tracing_on", "0"));
    loader.wait();
    EXPECT_EQ(result.end, LoadEnd::Complete);
    EXPECT_GE(result.trace->events(), seen);
    EXPECT_EQ(result.trace->sources()[0].kind, "ftrace-text");
    expectSaneLanes(*result.trace);
}

TEST_F(LiveCapture, TracePipeThatNobodyFillsSaysSo) {
    ASSERT_TRUE(m_instance->set("tracing_on", "0"));
    const auto result = load(m_instance->file("trace_pipe"));
    ASSERT_EQ(result.errors.size(), 1U);
    EXPECT_NE(result.errors[0].message.find("empty"), std::string::npos)
        << result.errors[0].message;
}

}  // namespace
