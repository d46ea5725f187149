// SPDX-License-Identifier: GPL-3.0-or-later
/// Wrong use, what is not there yet, and the window's own arguments (cli.md, head and section 1).
#include "tests/app/command_line/run_command.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace kscope::tests {
namespace {

class Usage : public testing::Test {
protected:
    support::TemporaryFolder m_folder;
    std::string m_trace = m_folder.write("t.txt", knownTrace());
};

TEST_F(Usage, ErrorsAreOneLineAndStatus2) {
    struct Case {
        std::vector<std::string> args;
        std::string_view words;
    };
    const std::vector<Case> cases{
        {{"info"}, "SOURCE"},
        {{"info", m_trace, "--no-such-option"}, "no-such-option"},
        {{"info", m_trace, "--format", "yaml"}, "--format"},
        {{"info", m_trace, "--threads", "-3"}, "--threads"},
        {{"info", m_trace, "--threads", "many"}, "--threads"},
        {{"info", m_trace, "--range", "5"}, "--range"},
        {{"info", m_trace, "--range", "3..1"}, "--range"},
        {{"info", m_trace, "--range", "a..b"}, "--range"},
        {{"info", m_trace, "--cpu", "1-"}, "--cpu"},
        {{"info", m_trace, "--cpu", "3-1"}, "--cpu"},
        {{"info", m_trace, "--cpu", "100000"}, "--cpu"},
        {{"info", m_trace, "--task", "a,,b"}, "--task"},
        {{"info", m_trace, "--as", "shopping-list"}, "--as"},
        {{"info", m_trace + "@+1.5parsecs"}, "parsecs"},
        {{"dump", m_trace, "--filter", "event =="}, "--filter: column"},
        {{"dump", m_trace, "--filter", "cpu in x"}, "--filter: column"},
        {{"report"}, "KIND"},
        {{"report", "sched"}, "SOURCE"},
        {{"report", "weather", m_trace}, "weather"},
        {{"report", "events", m_trace, "--by", "cpu"}, "--by"},
        {{"report", "sched", m_trace, "--by", "moon"}, "--by"},
        {{"report", "sched", m_trace, "--summary"}, "--summary"},
        {{"report", "sched", m_trace, "--sort", "colour"}, "there are: comm"},
        {{"report", "sched", m_trace, "--sort", "run:up"}, "--sort"},
        {{"report", "sched", m_trace, "--columns", "comm,colour"}, "--columns"},
        {{"report", "sched", m_trace, "--top", "-1"}, "--top: '-1' is no number of rows (see"},
        {{"export", m_trace}, "--output"},
        {{"export", m_trace, "-o", m_folder.file("a.gif")}, ".png .svg .csv"},
        {{"export", m_trace, "-o", m_folder.file("a.png"), "--size", "10"}, "--size"},
        {{"export", m_trace, "-o", m_folder.file("a.png"), "--size", "0x10"}, "--size"},
        {{"export", m_trace, "-o", m_folder.file("a.png"), "--size", "100000x100000"},
         "--size: 100000x100000 at scale 1 has more than 268 million pixels"},
        {{"export", m_trace, "-o", m_folder.file("a.png"), "--scale", "0"}, "--scale: 0 is out"},
        {{"export", m_trace, "-o", m_folder.file("a.png"), "--scale", "nan"}, "--scale: nan"},
        {{"export", m_trace, "-o", m_folder.file("a.csv"), "--lanes", "nosuch"},
         "--lanes: lane 'nosuch'"},
        {{"export", m_trace, "-o", m_folder.file("a.png"), "--lanes", "cpu,task:nobody"},
         "--lanes: no lane fits 'task:nobody'"},
        {{"export", m_trace, "-o", m_folder.file("a.png"), "--theme", "pink"}, "--theme"},
        {{"export", m_trace, "-o", m_folder.file("a.png"), "--pane", "moon"}, "--pane"},
        {{"--filter", "event ==", m_trace}, "--filter"},
        {{"--as", "shopping-list", m_trace}, "--as"},
        {{"--no-such-option"}, "no-such-option"},
    };
    for (const auto& [args, words] : cases) {
        std::string shown;
        for (const auto& arg : args) shown += arg + ' ';
        SCOPED_TRACE(shown);
        expectOneLine(run(args), 2, words);
    }
    EXPECT_FALSE(std::filesystem::exists(m_folder.file("a.png")));
}

TEST_F(Usage, WhatIsNotThereYetIsOneLineAndStatus1) {
    for (const auto* const kind : {"work", "signals", "syscalls", "processes"})
        expectOneLine(run({"report", kind, m_trace}), 1, kind);
    for (const auto* const pane :
         {"block_pipeline", "flame_graph", "call_timeline", "interrupt_heatmap", "memory_zones"})
        expectOneLine(run({"export", "-o", m_folder.file("x.png"), "--pane", pane, m_trace}), 1,
                      "trace has n");
    expectOneLine(run({"--live", "--interval", "49ms"}), 2, "--interval");
    expectOneLine(run({"--live", m_trace}), 2, "--live");
    for (const auto* const command : {"info", "dump"})
        expectOneLine(run({command, "--as", "perf-script", m_trace}), 1,
                      "perf-script is not read yet");
    expectOneLine(run({"report", "sched", "--as", "trace-dat", m_trace}), 1,
                  "trace-dat is not read yet");
    // Said, but nothing that stops the rest.
    const std::vector<std::vector<std::string>> said{{"--auto-align"}};
    for (const auto& extra : said) {
        std::vector<std::string> args{"info", m_trace};
        args.insert(args.end(), extra.begin(), extra.end());
        const auto ran = run(args);
        EXPECT_EQ(ran.status, 0);
        EXPECT_EQ(linesOf(ran.err).size(), 1U) << ran.err;
        EXPECT_NE(ran.err.find(extra[0]), std::string::npos) << ran.err;
        EXPECT_FALSE(ran.out.empty());
        args.emplace_back("-q");
        EXPECT_EQ(run(args).err, "");
    }
}

TEST_F(Usage, HelpAndVersionAreNoErrors) {
    const auto version = run({"--version"});
    EXPECT_EQ(version.status, 0);
    EXPECT_TRUE(version.out.starts_with("KernelScope ")) << version.out;
    const auto help = run({"--help"});
    EXPECT_EQ(help.status, 0);
    for (const auto* const command : {"info", "dump", "report", "export", "record"})
        EXPECT_NE(help.out.find(std::string("kernelscope ") + command), std::string::npos);
    for (const auto* const word : {"stacks", "memory", "folder", ".perfetto.json"})
        EXPECT_NE(help.out.find(word), std::string::npos) << word;
    for (const auto* const command : {"info", "dump", "report", "export"}) {
        const auto ran = run({command, "--help"});
        EXPECT_EQ(ran.status, 0) << command;
        EXPECT_EQ(ran.err, "");
        for (const auto* const option :
             {"--range", "--filter", "--cpu", "--task", "--kallsyms", "--auto-align", "--as",
              "--threads", "--format", "--strict", "-q"})
            EXPECT_NE(ran.out.find(option), std::string::npos) << command << ' ' << option;
    }
}

TEST_F(Usage, WithoutACommandItIsTheWindow) {
    const auto ran = run({m_trace, m_trace + "@-200ms", "--filter", "cpu == 1", "--threads", "3",
                          "--as", "ftrace-text"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.out + ran.err, "");
    ASSERT_TRUE(ran.invocation.window);
    ASSERT_EQ(ran.invocation.sources.size(), 2U);
    EXPECT_EQ(ran.invocation.sources[1].path, m_trace);
    EXPECT_EQ(ran.invocation.sources[1].offsetNs, -200'000'000);
    EXPECT_EQ(ran.invocation.filter, "cpu == 1");
    EXPECT_EQ(ran.invocation.threads, 3U);
    EXPECT_EQ(ran.invocation.as, "ftrace-text");
    EXPECT_TRUE(run({}).invocation.window);
}

TEST_F(Usage, SourcesThatCannotBeReadAreOneLineEachAndStatus1) {
    expectOneLine(run({"info", "/no/such/trace.txt"}), 1, "no such file");
    expectOneLine(run({"dump", m_folder.write("empty", "")}), 1, "empty");
    expectOneLine(run({"report", "sched", m_folder.write("note", "milk, bread\n")}), 1,
                  "plain text");
    expectOneLine(run({"export", "-o", m_folder.file("x.svg"), m_folder.file("")}), 1, "directory");
    // The others are read all the same.
    const auto some = run({"info", "--format", "csv", "/no/such", m_trace});
    EXPECT_EQ(some.status, 1);
    EXPECT_EQ(linesOf(some.err).size(), 1U) << some.err;
    EXPECT_NE(some.out.find("events,,10\n"), std::string::npos) << some.out;
}

}  // namespace
}  // namespace kscope::tests
