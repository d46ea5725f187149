// SPDX-License-Identifier: GPL-3.0-or-later
/// The generator of the benchmarks writes what a kernel writes: the columns and fields of a real
/// capture, and the mix that the benchmarks are said to have.
#include "parsers/importers.h"
#include "tests/parsers/ftrace/parsed.h"
#include "tests/support/shared_data.h"
#include "tests/support/trace_generator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace kscope::tests {
namespace {

using support::TraceLayout;

std::string sampleText(const char* name) {
    std::ifstream file(std::string(KSCOPE_TEST_DATA) + "/ftrace/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> eventLines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        if (!line.empty() && line[0] != '#') lines.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// What stands where a parser looks: behind comm, CPU, flags and time.
std::string anchors(std::string_view line, bool tgid) {
    const std::size_t at = tgid ? 10 : 0;  // "(%7d) "
    if (line.size() < 60) return {};
    return {line[16],      line[25 + at], line[29 + at], line[30 + at],
            line[36 + at], line[42 + at], line[49 + at], line[50 + at]};
}

std::string eventName(std::string_view line) {
    const auto begin = line.find(": ") + 2;
    return std::string(line.substr(begin, line.find(": ", begin) - begin));
}

/// "prev_comm=? prev_pid=? … ==> …", "vec=? [action=?]"
std::string fields(std::string_view line) {
    const auto name = line.find(": ") + 2;
    auto args = line.substr(line.find(": ", name) + 2);
    std::string shape;
    while (!args.empty()) {
        const auto blank = std::min(args.find(' '), args.size());
        const auto word = args.substr(0, blank);
        const auto equals = word.find('=');
        if (word == "==>") shape += "==> ";
        else if (equals != word.npos)
            shape +=
                std::string(word.substr(0, equals)) + "=?" + (word.ends_with(']') ? "] " : " ");
        args.remove_prefix(std::min(blank + 1, args.size()));
    }
    return shape;
}

TEST(TraceGenerator, LinesHaveTheColumnsAndFieldsOfARealCapture) {
    for (const bool tgid : {false, true}) {
        SCOPED_TRACE(tgid ? "tgid" : "default");
        const auto real = eventLines(sampleText(tgid ? "tgid.txt" : "sched_irq.txt"));
        ASSERT_GT(real.size(), 15U);
        const auto made = eventLines(support::generateTrace(
            {.events = 4000, .layout = tgid ? TraceLayout::Tgid : TraceLayout::Default}));
        const auto places = anchors(real.front(), tgid);
        EXPECT_EQ(places, "-[]  .: ") << real.front();
        for (const auto& line : real) ASSERT_EQ(anchors(line, tgid), places) << line;
        for (const auto& line : made) ASSERT_EQ(anchors(line, tgid), places) << line;
        std::map<std::string, std::string> shapes;
        for (const auto& line : real) shapes[eventName(line)] = fields(line);
        std::set<std::string> compared;
        for (const auto& line : made) {
            const auto known = shapes.find(eventName(line));
            if (known == shapes.end()) continue;
            ASSERT_EQ(fields(line), known->second) << line;
            compared.insert(known->first);
        }
        if (tgid) continue;
        EXPECT_EQ(compared, (std::set<std::string>{"irq_handler_entry", "irq_handler_exit",
                                                   "sched_switch", "sched_waking", "softirq_entry",
                                                   "softirq_exit", "softirq_raise"}));
    }
}

TEST(TraceGenerator, ItsHeaderIsThatOfTheKernel) {
    const auto headerOf = [](const std::string& text) {
        std::string header = text.substr(0, text.find("\n ") + 1);
        const auto counts = header.find("written: ");
        header.erase(counts, header.find('\n', counts) - counts);
        return header;
    };
    EXPECT_EQ(headerOf(support::generateTrace({.events = 10})),
              headerOf(sampleText("sched_irq.txt")));
    EXPECT_EQ(headerOf(support::generateTrace({.events = 10, .layout = TraceLayout::Tgid})),
              headerOf(sampleText("tgid.txt")));
}

TEST(TraceGenerator, TheMixIsThatOfTheBenchmarks) {
    support::TraceGenerator generator({.events = 300'000});
    std::string text;
    while (generator.fill(text, SIZE_MAX)) {
    }
    std::map<std::string, std::uint64_t> counts;
    for (const auto& line : eventLines(text)) ++counts[eventName(line)];
    const auto& said = generator.counts();
    EXPECT_EQ(said.events, 300'000U);
    EXPECT_EQ(said.switches, counts["sched_switch"]);
    EXPECT_EQ(said.wakings, counts["sched_waking"]);
    EXPECT_EQ(said.irqEntries, counts["irq_handler_entry"]);
    EXPECT_EQ(said.irqExits, counts["irq_handler_exit"]);
    EXPECT_EQ(said.raises, counts["softirq_raise"]);
    EXPECT_EQ(said.softirqEntries, counts["softirq_entry"]);
    EXPECT_EQ(said.softirqExits, counts["softirq_exit"]);
    const std::map<std::string, double> percent{{"sched_switch", 5.4},     {"sched_waking", 5.6},
                                                {"irq_handler_entry", 19}, {"irq_handler_exit", 19},
                                                {"softirq_raise", 17},     {"softirq_entry", 17},
                                                {"softirq_exit", 17}};
    for (const auto& [name, share] : percent)
        EXPECT_NEAR(static_cast<double>(counts[name]) / 3000.0, share, 0.5) << name;
    EXPECT_EQ(counts.size(), percent.size());
}

TEST(TraceGenerator, EveryLayoutOpensWithoutALossOrAGuess) {
    const support::TemporaryFolder folder;
    for (const auto layout :
         {TraceLayout::Default, TraceLayout::Tgid, TraceLayout::NoIrqInfo, TraceLayout::FourFlags,
          TraceLayout::Nanoseconds, TraceLayout::Unpadded}) {
        const auto path =
            folder.write("t.txt", support::generateTrace({.events = 20'000, .layout = layout}));
        model::ThreadPool pool(2);
        model::TraceBuilder builder;
        ASSERT_TRUE(parsers::importSource(path, builder, pool, {}).has_value());
        const auto trace = builder.finish();
        EXPECT_EQ(trace->events(), 20'000U) << static_cast<int>(layout);
        for (const auto& odd : trace->diagnostics().all())
            EXPECT_EQ(model::severity(odd.kind), model::Severity::Note)
                << model::diagnosticName(odd.kind) << " in layout " << static_cast<int>(layout);
    }
}

}  // namespace
}  // namespace kscope::tests
