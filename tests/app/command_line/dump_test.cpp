// SPDX-License-Identifier: GPL-3.0-or-later
/// `dump` in its three formats (cli.md section 3).
#include "tests/app/command_line/run_command.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kscope::tests {
namespace {

using nlohmann::json;

class Dump : public testing::Test {
protected:
    support::TemporaryFolder m_folder;
    std::string m_trace = m_folder.write("t.txt", knownTrace());
};

TEST_F(Dump, TextIsOneLineAnEventInAxisOrder) {
    const auto ran = run({"dump", m_trace});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.err, "");
    const auto lines = linesOf(ran.out);
    ASSERT_EQ(lines.size(), 10U);
    EXPECT_EQ(lines[2].find("100.000200000 000 alpha-11 "), 3U) << lines[2];
    EXPECT_TRUE(lines[2].ends_with(" irq_handler_entry: irq=9 name=acpi")) << lines[2];
    EXPECT_NE(lines[2].find(" d..2. "), std::string::npos) << lines[2];
    EXPECT_TRUE(lines[7].ends_with("print: say \"a, b\"")) << lines[7];
    EXPECT_TRUE(
        std::ranges::is_sorted(lines, {}, [](const auto& line) { return line.substr(0, 16); }));
}

TEST_F(Dump, CsvHasNineFieldsAndTheSourcesWords) {
    const auto rows = readCsv(run({"dump", "--format", "csv", m_trace}).out);
    ASSERT_EQ(rows.size(), 11U);
    EXPECT_EQ(rows[0], (std::vector<std::string>{"time_ns", "cpu", "tid", "comm", "flags", "event",
                                                 "args", "source", "position"}));
    const auto text = knownTrace();
    EXPECT_EQ(rows[8],
              (std::vector<std::string>{
                  "100000700000", "1", "22", "beta", "d..2.", "print", "say \"a, b\"", m_trace,
                  std::to_string(text.find("            beta-22      [001] d..2."
                                           "   100.000700"))}));
}

TEST_F(Dump, JsonIsOneObjectALine) {
    const auto lines = linesOf(run({"dump", "--format", "json", m_trace}).out);
    ASSERT_EQ(lines.size(), 10U);
    const auto entry = json::parse(lines[2]);
    EXPECT_EQ(entry["time_ns"], 100'000'200'000);
    EXPECT_EQ(entry["cpu"], 0);
    EXPECT_EQ(entry["tid"], 11);
    EXPECT_EQ(entry["comm"], "alpha");
    EXPECT_EQ(entry["event"], "irq_handler_entry");
    EXPECT_EQ(entry["args"], "irq=9 name=acpi");
    EXPECT_EQ(entry["source"], m_trace);
    for (const auto& line : lines) EXPECT_TRUE(json::accept(line)) << line;
}

TEST_F(Dump, StacksAndFurtherLinesStayWithTheirEvent) {
    const auto path = m_folder.write(
        "s.txt", knownTrace() + traceLine("beta", 22, 1, 2000, "my_event: a=1") +
                     traceLine("beta", 22, 1, 2001, "<stack trace>") +
                     " => schedule\n => do_exit\n" +
                     traceLine("beta", 22, 1, 2002, "tracing_mark_write: one") + "two\n");
    const auto text = linesOf(run({"dump", "--range", "100.002..", path}).out);
    ASSERT_EQ(text.size(), 4U);
    EXPECT_TRUE(text[0].ends_with("my_event: a=1"));
    EXPECT_TRUE(text[1].starts_with(' ') && text[1].ends_with("=> schedule")) << text[1];
    EXPECT_TRUE(text[2].ends_with("=> do_exit"));
    EXPECT_TRUE(text[3].ends_with("print: one\\ntwo")) << text[3];
    const auto objects =
        linesOf(run({"dump", "--format", "json", "--range", "100.002..", path}).out);
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(json::parse(objects[0])["stack"], json::array({"schedule", "do_exit"}));
    EXPECT_EQ(json::parse(objects[1])["args"], "one\ntwo");
    const auto rows = readCsv(run({"dump", "--format", "csv", "--range", "100.002..", path}).out);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[2][6], "one\ntwo");
}

TEST_F(Dump, OptionsChooseEvents) {
    const auto events = [&](std::vector<std::string> args) {
        args.insert(args.begin(), "dump");
        args.push_back(m_trace);
        return linesOf(run(args).out).size();
    };
    EXPECT_EQ(events({"--filter", "event == sched_switch && next_pid == 11"}), 2U);
    EXPECT_EQ(events({"--filter", "args_that_nobody_has == 3"}), 0U);
    EXPECT_EQ(events({"--cpu", "0"}), 6U);
    EXPECT_EQ(events({"--task", "beta"}), 3U);
    EXPECT_EQ(events({"--range", "+500us..+650us"}), 2U);
}

TEST_F(Dump, TiesKeepTheOrderOfSourcesAndFiles) {
    const auto one = m_folder.write("1.txt", traceLine("a", 1, 0, 5, "e: n=1") +
                                                 traceLine("a", 1, 0, 5, "e: n=2"));
    const auto two = m_folder.write("2.txt", traceLine("a", 1, 0, 5, "e: n=3") +
                                                 traceLine("a", 1, 0, 4, "e: n=0"));
    std::string order;
    for (const auto& line : linesOf(run({"dump", one, two}).out)) order += line.back();
    EXPECT_EQ(order, "0123");
    order.clear();
    for (const auto& line : linesOf(run({"dump", two, one + "@-1us"}).out)) order += line.back();
    EXPECT_EQ(order, "0123");
}

TEST_F(Dump, ManyEventsComeWholeWhateverTheThreads) {
    std::string text;
    for (int i = 0; i < 60'000; ++i)
        text += traceLine("worker", 7, i % 2, i, "my_event: n=" + std::to_string(i));
    const auto path = m_folder.write("many.txt", text);
    const auto one = run({"dump", "--threads", "1", path}).out;
    EXPECT_EQ(linesOf(one).size(), 60'000U);
    EXPECT_EQ(run({"dump", "--threads", "4", path}).out, one);
}

}  // namespace
}  // namespace kscope::tests
