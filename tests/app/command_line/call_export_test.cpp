// SPDX-License-Identifier: GPL-3.0-or-later
/// What chooses calls and stacks reaches every file that is made of them (cli.md sections 1 and 4).
#include "tests/app/command_line/run_command.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace kscope::tests {
namespace {

/// Two tasks, a CPU each: alpha's vfs_write (10 us) has inner_a (4 us, in it deep 1 us) and inner_b
/// (2 us); beta's vfs_read (20 us) has inner_a (6 us).
constexpr std::string_view kTwoTasks =
    R"(# tracer: function_graph
#
#     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS
#      |          |     |    |           |   |                     |   |   |   |
  100.000010 |   0)   alpha-11   |               |  vfs_write() {
  100.000011 |   0)   alpha-11   |               |    inner_a() {
  100.000012 |   0)   alpha-11   |   1.000 us    |      deep();
  100.000015 |   0)   alpha-11   |   4.000 us    |    }
  100.000016 |   0)   alpha-11   |   2.000 us    |    inner_b();
  100.000020 |   0)   alpha-11   | + 10.000 us   |  }
  100.000030 |   1)    beta-22   |               |  vfs_read() {
  100.000035 |   1)    beta-22   |   6.000 us    |    inner_a();
  100.000050 |   1)    beta-22   | + 20.000 us   |  }
)";

/// Three wakeups with stacks: two alike by alpha, one by beta.
constexpr std::string_view kStacks =
    R"(# tracer: nop
#
           alpha-11      [000] d..2.   100.000100: sched_waking: comm=b pid=22 prio=120 target_cpu=001
           alpha-11      [000] d..3.   100.000101: <stack trace>
 => try_to_wake_up
 => wake_up_q
           alpha-11      [000] d..2.   100.000200: sched_waking: comm=b pid=22 prio=120 target_cpu=001
           alpha-11      [000] d..3.   100.000201: <stack trace>
 => try_to_wake_up
 => wake_up_q
            beta-22      [001] d..2.   100.000300: sched_waking: comm=a pid=11 prio=120 target_cpu=000
            beta-22      [001] d..3.   100.000301: <stack trace>
 => try_to_wake_up
 => pipe_write
)";

class CallExport : public testing::Test {
protected:
    std::string exported(const std::string& name, std::vector<std::string> args = {}) {
        args.insert(args.begin(), {"export", "-o", m_folder.file(name), m_trace});
        const auto ran = run(args);
        EXPECT_EQ(ran.status, 0) << ran.err;
        std::ifstream in(m_folder.file(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void expectNothing(const std::string& name, std::vector<std::string> args) {
        args.insert(args.begin(), {"export", "-o", m_folder.file(name), m_trace});
        expectOneLine(run(args), 1, "is left by the options");
        EXPECT_FALSE(std::filesystem::exists(m_folder.file(name)));
    }
    /// The functions of the call timeline's rows, in order.
    std::string timeline(std::vector<std::string> args) {
        args.insert(args.end(), {"--pane", "call_timeline"});
        std::string names;
        const auto rows = readCsv(exported("t.csv", args));
        for (std::size_t i = 1; i < rows.size(); ++i)
            names += (names.empty() ? "" : " ") + rows[i].at(6);
        return names;
    }
    support::TemporaryFolder m_folder;
    std::string m_trace = m_folder.write("two.txt", std::string(kTwoTasks));
};

TEST_F(CallExport, FoldedFollowsEveryOptionThatChooses) {
    const std::string alpha =
        "vfs_write 4000\nvfs_write;inner_a 3000\nvfs_write;inner_a;deep 1000\n"
        "vfs_write;inner_b 2000\n";
    const std::string beta = "vfs_read 14000\nvfs_read;inner_a 6000\n";
    EXPECT_EQ(exported("a.folded"), alpha + beta);
    EXPECT_EQ(exported("b.folded", {"--task", "alpha"}), alpha);
    EXPECT_EQ(exported("c.folded", {"--cpu", "1"}), beta);
    EXPECT_EQ(exported("d.folded", {"--filter", "event == inner_a"}),
              "vfs_write;inner_a 4000\nvfs_read;inner_a 6000\n");
    EXPECT_EQ(exported("e.folded", {"-F", "inner_a"}), "inner_a 9000\ninner_a;deep 1000\n");
    EXPECT_EQ(exported("f.folded", {"-N", "inner_a", "-N", "inner_b"}),
              "vfs_write 10000\nvfs_read 20000\n");
    EXPECT_EQ(exported("g.folded", {"-D", "1"}), "vfs_write 10000\nvfs_read 20000\n");
    EXPECT_EQ(exported("h.folded", {"-t", "5us"}),
              "vfs_write 10000\nvfs_read 14000\nvfs_read;inner_a 6000\n");
}

TEST_F(CallExport, TheCallTimelineFollowsThemToo) {
    EXPECT_EQ(timeline({}), "vfs_write inner_a deep inner_b vfs_read inner_a");
    EXPECT_EQ(timeline({"--task", "22"}), "vfs_read inner_a");
    EXPECT_EQ(timeline({"--cpu", "0"}), "vfs_write inner_a deep inner_b");
    EXPECT_EQ(timeline({"--filter", "event ~ \"inner*\""}), "inner_a inner_b inner_a");
    EXPECT_EQ(timeline({"-F", "inner_*"}), "inner_a deep inner_b inner_a");
    EXPECT_EQ(timeline({"-t", "5 us"}), "vfs_read inner_a vfs_write");
}

TEST_F(CallExport, ARowOfTheTimelineIsALaneWithItsSpan) {
    const auto rows = readCsv(exported("t.csv", {"--pane", "call_timeline", "--task", "beta"}));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0], (std::vector<std::string>{"lane", "begin_ns", "end_ns", "kind", "tid",
                                                 "comm", "label", "depth", "space", "length_ns",
                                                 "arguments", "result", "marks"}));
    EXPECT_EQ(rows[1],
              (std::vector<std::string>{"beta 22", "100000030000", "100000050000", "call", "22",
                                        "beta", "vfs_read", "0", "kernel", "20000", "", "", ""}));
}

TEST_F(CallExport, PicturesLeaveOutWhatWasNotChosen) {
    const std::vector<std::string> flame{"--pane", "flame_graph", "--task", "beta"};
    const auto svg = exported("a.svg", flame);
    EXPECT_NE(svg.find("data-name=\"vfs_read\""), std::string::npos);
    EXPECT_EQ(svg.find("data-name=\"vfs_write\""), std::string::npos);
    EXPECT_NE(svg.find("clock: "), std::string::npos);
    const auto only = exported("b.svg", {"--pane", "flame_graph", "--filter", "event == deep"});
    EXPECT_NE(only.find("data-name=\"deep\""), std::string::npos);
    EXPECT_EQ(only.find("data-name=\"inner_b\""), std::string::npos);
    EXPECT_EQ(exported("c.svg", {"--pane", "flame_graph", "-D", "1"}).find("data-name=\"deep\""),
              std::string::npos);
}

TEST_F(CallExport, LegendsCanBeLeftOut) {
    for (const char* const pane : {"flame_graph", "call_timeline"}) {
        EXPECT_NE(exported("a.svg", {"--pane", pane}).find(">kernel<"), std::string::npos) << pane;
        EXPECT_EQ(exported("b.svg", {"--pane", pane, "--no-legend"}).find(">kernel<"),
                  std::string::npos)
            << pane;
    }
}

TEST_F(CallExport, OtherViewersFilesHoldTheChosenTasksAlone) {
    const auto flame = nlohmann::json::parse(
        exported("a.json", {"--pane", "flame_graph", "--task", "alpha", "-N", "inner_a"}));
    ASSERT_EQ(flame["profiles"].size(), 1U);
    EXPECT_EQ(flame["profiles"][0]["name"], "alpha-11");
    EXPECT_EQ(flame["profiles"][0]["events"].size(), 4U);  // vfs_write, inner_b
    EXPECT_EQ(flame["profiles"][0]["startValue"], 100'000'010'000);
    const auto chrome = nlohmann::json::parse(
        exported("a.chrome.json", {"--filter", "event == inner_a"}))["traceEvents"];
    EXPECT_EQ(std::ranges::count_if(chrome, [](const auto& e) { return e["ph"] == "B"; }), 2);
}

TEST_F(CallExport, NothingLeftIsSaidAndWritesNothing) {
    for (const char* const name : {"n.folded", "n.chrome.json"}) {
        expectNothing(name, {"--task", "nosuch"});
        expectNothing(name, {"--cpu", "7"});
        expectNothing(name, {"-F", "nosuch"});
    }
    for (const char* const pane : {"flame_graph", "call_timeline"}) {
        expectNothing("n.svg", {"--pane", pane, "--task", "nosuch"});
        expectNothing("n.png", {"--pane", pane, "--filter", "event == nosuch"});
        expectNothing("n.svg", {"--pane", pane, "-t", "1s"});
    }
}

TEST_F(CallExport, AMistakeInAFilterIsAUsageError) {
    for (const auto& wrong : {std::pair("-D", "0"), {"-D", "x"}, {"-t", "5q"}})
        for (const char* const name : {"w.folded", "w.svg"})
            EXPECT_EQ(run({"export", "-o", m_folder.file(name), "--pane", "flame_graph",
                           wrong.first, wrong.second, m_trace})
                          .status,
                      2);
    EXPECT_EQ(run({"report", "events", "-F", "x", m_trace}).status, 2);
    EXPECT_EQ(run({"export", "-o", m_folder.file("w.png"), "-F", "x", m_trace}).status, 2);
}

TEST_F(CallExport, AThresholdOfWhatIsCountedIsACount) {
    m_trace = m_folder.write("a.folded", "main;read 42\nmain;write 7\n");
    EXPECT_EQ(exported("b.folded", {"-t", "10"}), "main 7\nmain;read 42\n");
    const auto rows = readCsv(
        run({"report", "calls", "-t", "10", "--format", "csv", "--columns", "name,total", m_trace})
            .out);
    EXPECT_EQ(rows, (std::vector<std::vector<std::string>>{
                        {"name", "total"}, {"main", "49"}, {"read", "42"}}));
    for (const char* const name : {"w.folded", "w.svg"}) {
        const auto ran = run(
            {"export", "-o", m_folder.file(name), "--pane", "flame_graph", "-t", "10us", m_trace});
        EXPECT_EQ(ran.status, 2);
        EXPECT_NE(ran.err.find("samples are a whole number"), std::string::npos) << ran.err;
    }
    expectOneLine(run({"report", "calls", "-t", "10us", m_trace}), 2, "samples are a whole number");
}

TEST_F(CallExport, ReportsSayWhereWhatIsNoCallIsToBeHad) {
    m_trace = m_folder.write("f.txt", "# tracer: function\n#\n           alpha-11    [000] .....   "
                                      "100.000010: mutex_lock <-ext4_file_write\n");
    EXPECT_NE(run({"report", "calls", m_trace}).err.find("export"), std::string::npos);
    EXPECT_NE(run({"report", "stacks", m_trace}).err.find("export"), std::string::npos);
    EXPECT_EQ(run({"report", "calls", "-q", m_trace}).err, "");
    EXPECT_EQ(exported("f.folded"), "function;ext4_file_write;mutex_lock 1\n");
}

TEST_F(CallExport, TheReportOfCallsKnowsTheFilters) {
    const auto rows = readCsv(run({"report", "calls", "--format", "csv", "--columns", "name,calls",
                                   "-F", "vfs_write", "-D", "2", m_trace})
                                  .out);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[1], (std::vector<std::string>{"inner_a", "1"}));
    EXPECT_EQ(rows[3], (std::vector<std::string>{"vfs_write", "1"}));
}

TEST_F(CallExport, StacksOfEventsAreCounted) {
    m_trace = m_folder.write("stacks.txt", std::string(kStacks));
    EXPECT_EQ(exported("a.folded"), "sched_waking;wake_up_q;try_to_wake_up 2\n"
                                    "sched_waking;pipe_write;try_to_wake_up 1\n");
    EXPECT_EQ(exported("b.folded", {"--task", "beta"}),
              "sched_waking;pipe_write;try_to_wake_up 1\n");
    const auto json = nlohmann::json::parse(exported("a.json", {"--pane", "flame_graph"}));
    EXPECT_EQ(json["profiles"][0]["weights"], (std::vector<int>{2, 1}));
    EXPECT_EQ(json["profiles"][0]["samples"].size(), 2U);
    const auto svg = exported("a.svg", {"--pane", "flame_graph"});
    EXPECT_NE(svg.find("data-name=\"pipe_write\" data-v=\"1\""), std::string::npos);
    EXPECT_NE(svg.find("3 stacks"), std::string::npos);
    expectNothing("n.folded", {"--cpu", "5"});
    expectNothing("n.svg", {"--pane", "flame_graph", "--cpu", "5"});
    expectOneLine(run({"export", "-o", m_folder.file("c.chrome.json"), m_trace}), 1, "no calls");
}

}  // namespace
}  // namespace kscope::tests
