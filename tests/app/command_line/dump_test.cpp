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

TEST_F(Dump, KallsymsNamesAddresses) {
    const auto path = m_folder.write(
        "raw.txt", "# tracer: nop\n#\n           alpha-11      [000] d..2.   100.000100: "
                   "kfree: call_site=ffffffff81100010 ptr=00000000abcdef01\n");
    const auto symbols = m_folder.write("kallsyms", "ffffffff81100000 T vfs_read\n"
                                                    "ffffffff81100400 T ksys_read\n");
    const auto ran = run({"dump", "--kallsyms", symbols, path});
    EXPECT_EQ(ran.err, "");
    EXPECT_NE(ran.out.find("call_site=vfs_read+0x10 ptr=00000000abcdef01"), std::string::npos)
        << ran.out;
    expectOneLine(run({"dump", "--kallsyms", m_folder.file("nosuch"), path}), 1, "kallsyms");
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

/// Three rounds, a second apart, of two CPUs' interrupts, zones and vmstat.
std::string threeRounds() {
    std::string log = "# kernelscope-proc-log 1 clock=CLOCK_MONOTONIC\n";
    const auto record = [&](const std::string& file, int second, const std::string& text) {
        const auto at = std::to_string(second) + ".000000000 ";
        log += "# kernelscope-proc /proc/" + file + ' ' + at + at + '\n' + text + '\n';
    };
    for (int i = 1; i <= 3; ++i) {
        const auto n = [i](int a, int b) { return std::to_string(a + (i - 1) * b); };
        record("interrupts", i,
               "      CPU0  CPU1\nLOC:  " + n(10, 5) + "  " + n(20, 50) + "  Local timer\n  9:  " +
                   n(1, 0) + "  " + n(2, 0) + "  IO-APIC 9-edge acpi\nERR:  0\n");
        const auto zone = [&](const char* name, const std::string& free) {
            return std::string("Node 0, zone ") + name + "\n  pages free     " + free +
                   "\n        min      10\n        low      20\n        high     30\n";
        };
        record("zoneinfo", i, zone("DMA", "15") + zone("DMA32", n(25, -4)));
        record("vmstat", i, "nr_free_pages 7\npgfault " + n(100, 20 * i) + "\npgmajfault 3\n");
    }
    return log;
}

class DumpOfRounds : public testing::Test {
protected:
    /// "vmstat: pgfault=140" of every line.
    std::vector<std::string> numbers(const std::vector<std::string>& options) {
        std::vector<std::string> args{"dump"};
        args.insert(args.end(), options.begin(), options.end());
        args.push_back(m_log);
        std::vector<std::string> shown;
        for (const auto& line : linesOf(run(args).out)) {
            const auto dash = line.rfind("-     ");
            EXPECT_NE(dash, std::string::npos) << line;
            shown.push_back(line.substr(dash + 6));
        }
        std::vector<std::string> info{"info", "--format", "json"};
        info.insert(info.end(), options.begin(), options.end());
        info.push_back(m_log);
        EXPECT_EQ(json::parse(run(info).out)["events"], shown.size()) << "info counts the same";
        return shown;
    }
    support::TemporaryFolder m_folder;
    std::string m_log = m_folder.write("proc.log", threeRounds());
    using Lines = std::vector<std::string>;
};

TEST_F(DumpOfRounds, FilterPrintsTheNumbersThatItLetsThrough) {
    EXPECT_EQ(numbers({}).size(), 3U * (5 + 8 + 3));
    EXPECT_EQ(numbers({"--filter", "name == \"pgfault\" && rate > 30"}),
              (Lines{"vmstat: pgfault=140", "vmstat: pgfault=220"}));
    EXPECT_EQ(numbers({"--filter", "delta == 50"}),
              (Lines{"interrupts: LOC/CPU1=70", "interrupts: LOC/CPU1=120"}));
    EXPECT_EQ(numbers({"--filter", "file == interrupts && value == 2 || pgfault == 140"}),
              (Lines{"interrupts: 9/CPU1=2", "interrupts: 9/CPU1=2", "vmstat: nr_free_pages=7",
                     "vmstat: pgfault=140", "vmstat: pgmajfault=3", "interrupts: 9/CPU1=2"}));
    EXPECT_EQ(numbers({"--filter", "event == vmstat"}).size(), 9U);
    EXPECT_EQ(numbers({"--filter", "name == \"nothing\""}), Lines{});
}

TEST_F(DumpOfRounds, FilterOfAZonePrintsThatZone) {
    const auto shown = numbers({"--filter", "zone == \"DMA32\" && free < low"});
    EXPECT_EQ(shown, (Lines{"zoneinfo: node0/DMA32/free=17", "zoneinfo: node0/DMA32/min=10",
                            "zoneinfo: node0/DMA32/low=20", "zoneinfo: node0/DMA32/high=30"}));
    EXPECT_EQ(numbers({"--filter", "free < low && name ~ \"*/free\""}),
              (Lines{"zoneinfo: node0/DMA/free=15", "zoneinfo: node0/DMA/free=15",
                     "zoneinfo: node0/DMA/free=15", "zoneinfo: node0/DMA32/free=17"}));
}

TEST_F(DumpOfRounds, CpuChoosesTheNumbersOfItsColumn) {
    const Lines wanted{"interrupts: LOC/CPU1=20",  "interrupts: 9/CPU1=2",
                       "interrupts: LOC/CPU1=70",  "interrupts: 9/CPU1=2",
                       "interrupts: LOC/CPU1=120", "interrupts: 9/CPU1=2"};
    EXPECT_EQ(numbers({"--cpu", "1"}), wanted);
    EXPECT_EQ(numbers({"--filter", "cpu == 1"}), wanted);
}

}  // namespace
}  // namespace kscope::tests
