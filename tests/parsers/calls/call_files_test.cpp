// SPDX-License-Identifier: GPL-3.0-or-later
/// What uftrace wrote of its directories as text and as JSON, against the directories themselves,
/// and folded stacks.
#include "model/derive/call_export.h"
#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "parsers/uftrace/replay_line.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace kscope;

struct OpenedCalls {
    model::TracePtr trace;
    model::CallForestPtr forest;
};

OpenedCalls openCalls(const std::string& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    EXPECT_TRUE(parsers::importSource(path, builder, pool, {}).has_value()) << path;
    auto trace = builder.finish();
    return {trace, model::deriveCalls(trace, pool)};
}

OpenedCalls openWritten(const std::string& text, std::string_view kind) {
    const support::TemporaryFolder folder;
    auto opened = openCalls(folder.write("text", text));
    EXPECT_EQ(opened.trace->sources()[0].kind, kind);
    return opened;
}

std::string fileText(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/// By function: "calls", and the total where it is known.
std::map<std::string, std::string> functionsOf(const OpenedCalls& opened) {
    model::ThreadPool pool(2);
    std::map<std::string, std::string> told;
    for (const auto& row : model::functionReport(*opened.forest, {}, pool).rows) {
        if (row.calls == 0) continue;
        auto& words = told[std::string(opened.trace->text(row.function.name()))];
        words = std::to_string(row.calls);
        if (row.totalExact) words += " " + std::to_string(row.total);
    }
    return told;
}

std::vector<std::string> callNesting(const OpenedCalls& opened) {
    std::vector<std::string> lines;
    for (const auto& task : opened.forest->tasks())
        for (const auto& call : task.calls)
            lines.push_back(std::string(2 * call.depth(), ' ') +
                            std::string(opened.trace->text(opened.forest->function(call).name())));
    return lines;
}

const std::string kPlainReplay = "# DURATION     TID     FUNCTION\n"
                                 " 284.020 us [   236] | __monstartup();\n"
                                 "            [   236] | main() {\n"
                                 "  38.976 ms [   236] |   fill(3) = 7;\n"
                                 "   2.590 ms [   236] |   /* linux:schedule */\n"
                                 "  97.170 ms [   236] | } /* main */\n";

TEST(ReplayTexts, ColoursAreNoPartOfThem) {
    // As uftrace --color=yes writes units, functions and comments, and as `script` ends a line.
    const std::string coloured =
        "# DURATION     TID     FUNCTION\n"
        " 284.020 us [   236] | __monstartup();\n"
        "            [   236] | \x1b[91mmain\x1b[0m() {\n"
        "  38.976 \x1b[32mms\x1b[0m [   236] |   \x1b[91mfill\x1b[0m(3) = 7;\n"
        "\x1b[0m   2.590 \x1b[32mms\x1b[0m [   236] |   \x1b[90m/* linux:schedule */\x1b[0m\r\n"
        "  97.170 \x1b[32mms\x1b[0m [   236] | } \x1b[90m/* \x1b[91mmain\x1b[90m */\x1b[0m\n";
    const auto plain = openWritten(kPlainReplay, "uftrace-replay");
    const auto colours = openWritten(coloured, "uftrace-replay");
    EXPECT_EQ(functionsOf(colours), functionsOf(plain));
    EXPECT_EQ(callNesting(colours), callNesting(plain));
    EXPECT_EQ(functionsOf(plain).at("main"), "1 97170000");
    ASSERT_EQ(colours.trace->events(), plain.trace->events());
    for (std::uint64_t i = 0; i < plain.trace->events(); ++i) {
        const auto textOf = [i](const OpenedCalls& opened) {
            const auto event = opened.trace->event(model::EventIndex{i});
            return opened.trace->sources()[0].text->eventText(event.position)->args;
        };
        EXPECT_EQ(textOf(colours), textOf(plain));
    }
}

TEST(ReplayTexts, EscapesAreTakenOutInPlace) {
    std::string text = "a\x1b[31mb\x1b[0m\nc\x1b(Bd\n\x1b[";
    const auto size = text.size();
    parsers::eraseColours(text);
    EXPECT_EQ(text.size(), size);
    EXPECT_EQ(text.substr(0, 12), "ab         \n");
    EXPECT_EQ(text.substr(12, 6), "cd   \n");
}

TEST(ReplayTexts, MayHaveNoFieldsAtAll) {
    const auto bare = openWritten("__monstartup();\n"
                                  "main() {\n"
                                  "  fill(3) = 7;\n"
                                  "  /* linux:schedule */\n"
                                  "} /* main */\n",
                                  "uftrace-replay");
    EXPECT_EQ(callNesting(bare), callNesting(openWritten(kPlainReplay, "uftrace-replay")));
    EXPECT_EQ(functionsOf(bare).at("fill"), "1");  // nothing tells how long
}

TEST(ReplayTexts, ABlankDurationIsNotTheNextField) {
    const auto opened = openWritten("# DURATION   TIMEDELTA   FUNCTION\n"
                                    " 341.940 us            | a();\n"
                                    "              6.818 ms | main() {\n"
                                    " 442.150 us 124.100 us |   b();\n"
                                    "   1.000 ms   2.000 ms | } /* main */\n",
                                    "uftrace-replay");
    EXPECT_EQ(functionsOf(opened),
              (std::map<std::string, std::string>{
                  {"a", "1 341940"}, {"b", "1 442150"}, {"main", "1 1000000"}}));
}

TEST(ReplayTexts, ElapsedIsATime) {
    const auto opened = openWritten("#  ELAPSED    FUNCTION\n"
                                    "            | a();\n"
                                    " 830.110 us | main() {\n"
                                    "   3.150 ms |   b();\n"
                                    "   9.150 ms | } /* main */\n",
                                    "uftrace-replay");
    EXPECT_EQ(functionsOf(opened),
              (std::map<std::string, std::string>{{"a", "1"}, {"b", "1"}, {"main", "1 8319890"}}));
}

TEST(ReplayTexts, FlatLinesTellTimesAndDepths) {
    const auto opened = openWritten("\n[0] ==> 206/0: ip (main), time (22725992470)\n"
                                    "[1] ==> 206/1: ip (operator()), time (22726077150)\n"
                                    "[2] <== 206/1: ip (operator()), time (22726145470:68320)\n"
                                    "[3] <== 206/0: ip (main), time (22733823700:7831230)\n",
                                    "uftrace-replay");
    EXPECT_EQ(functionsOf(opened), (std::map<std::string, std::string>{{"main", "1 7831230"},
                                                                       {"operator()", "1 68320"}}));
    EXPECT_EQ(callNesting(opened), (std::vector<std::string>{"main", "  operator()"}));
    EXPECT_EQ(toNs(opened.trace->range().begin), 22725992470);
}

std::string chromeEvent(const char* time, char phase, const char* name) {
    return std::string("{\"ts\":") + time + ",\"ph\":\"" + phase + "\",\"pid\":7,\"name\":\"" +
           name + "\"},\n";
}

/// "depth name begin..end space", call by call.
std::vector<std::string> callTimes(const OpenedCalls& opened) {
    std::vector<std::string> lines;
    for (const auto& task : opened.forest->tasks())
        for (const auto& call : task.calls) {
            const auto function = opened.forest->function(call);
            lines.push_back(std::to_string(call.depth()) + " " +
                            std::string(opened.trace->text(function.name())) + " " +
                            std::to_string(opened.forest->begin(call)) + ".." +
                            std::to_string(opened.forest->end(call)) +
                            (function.space() == model::CallSpace::Kernel ? " kernel" : ""));
        }
    return lines;
}

TEST(ChromeTexts, WholeEventsNest) {
    const auto opened = openWritten(
        R"({"traceEvents": [
{"name": "outer", "ph": "X", "ts": 1, "dur": 9, "pid": 1, "tid": 1},
{"name": "a", "ph": "X", "ts": 1, "dur": 2.5, "pid": 1, "tid": 1},
{"name": "other", "ph": "X", "ts": 2, "dur": 100, "pid": 1, "tid": 2},
{"name": "b", "ph": "X", "ts": 3.5, "dur": 6.5, "pid": 1, "tid": 1},
{"name": "c", "ph": "B", "ts": 4, "pid": 1, "tid": 1},
{"name": "c", "ph": "E", "ts": 5, "pid": 1, "tid": 1},
{"name": "after", "ph": "X", "ts": 10, "dur": 0, "pid": 1, "tid": 1}
]})",
        "uftrace-chrome");
    EXPECT_EQ(callTimes(opened),
              (std::vector<std::string>{"0 outer 1000..10000", "1 a 1000..3500", "1 b 3500..10000",
                                        "2 c 4000..5000", "0 after 10000..10000",
                                        "0 other 2000..102000"}));
    EXPECT_EQ(opened.trace->diagnostics().count(model::DiagnosticKind::TimeBackwards), 0u);
    for (const auto& task : opened.forest->tasks())
        for (const auto& call : task.calls)
            EXPECT_FALSE(call.has(model::Call::NoEntry | model::Call::NoExit | model::Call::Open));
}

TEST(ChromeTexts, WhatASystemCallCallsIsTheKernels) {
    const auto opened = openWritten(
        R"({"traceEvents": [
{"ts":1,"ph":"B","pid":7,"name":"main"},
{"ts":2,"ph":"B","pid":7,"name":"__x64_sys_write"},
{"ts":3,"ph":"B","pid":7,"name":"ksys_write"},
{"ts":4,"ph":"E","pid":7,"name":"ksys_write"},
{"ts":5,"ph":"E","pid":7,"name":"__x64_sys_write"},
{"ts":6,"ph":"B","pid":7,"name":"leaf"},
{"ts":7,"ph":"E","pid":7,"name":"leaf"},
{"ts":8,"ph":"E","pid":7,"name":"main"}
]})",
        "uftrace-chrome");
    EXPECT_EQ(callTimes(opened),
              (std::vector<std::string>{"0 main 1000..8000", "1 __x64_sys_write 2000..5000 kernel",
                                        "2 ksys_write 3000..4000 kernel", "1 leaf 6000..7000"}));
}

TEST(ReplayTexts, WhatASystemCallCallsIsTheKernels) {
    const auto opened = openWritten("# DURATION     TID     FUNCTION\n"
                                    "            [     7] | fclose() {\n"
                                    "            [     7] |   __x64_sys_write() {\n"
                                    "            [     7] |     ksys_write() {\n"
                                    "   1.000 us [     7] |       vfs_write();\n"
                                    "   2.000 us [     7] |     } /* ksys_write */\n"
                                    "   3.000 us [     7] |   } /* __x64_sys_write */\n"
                                    "   4.000 us [     7] |   free();\n"
                                    "   0.500 us [     7] |   vfs_read@kernel();\n"
                                    "   9.000 us [     7] | } /* fclose */\n",
                                    "uftrace-replay");
    std::map<std::string, std::string> spaces;
    for (const auto& line : callTimes(opened)) {
        const auto name = line.substr(2, line.find(' ', 2) - 2);
        spaces[name] = line.ends_with(" kernel") ? "kernel" : "user";
    }
    EXPECT_EQ(spaces, (std::map<std::string, std::string>{{"fclose", "user"},
                                                          {"__x64_sys_write", "kernel"},
                                                          {"ksys_write", "kernel"},
                                                          {"vfs_write", "kernel"},
                                                          {"free", "user"},
                                                          {"vfs_read@kernel", "kernel"}}));
    EXPECT_EQ(callNesting(opened),
              (std::vector<std::string>{"fclose", "  __x64_sys_write", "    ksys_write",
                                        "      vfs_write", "  free", "  vfs_read@kernel"}));
    EXPECT_EQ(functionsOf(opened).at("__x64_sys_write"), "1 3000");
}

TEST(ReplayTexts, EventsHaveTheirOwnWordsOnly) {
    const auto opened = openWritten("# DURATION     TID     FUNCTION\n"
                                    "            [    10] | main() {\n"
                                    "            [    10] |   /* LOST 12 records!! */\n"
                                    "   1.000 us [    10] |   d();\n"
                                    "  31.297 ms [    10] |   /* linux:schedule */\n"
                                    "  10.000 us [    10] | } /* main */\n",
                                    "uftrace-replay");
    std::map<std::string, std::string> words;
    for (std::uint64_t i = 0; i < opened.trace->events(); ++i) {
        const auto event = opened.trace->event(model::EventIndex{i});
        const auto text = opened.trace->sources()[0].text->eventText(event.position);
        words[std::string(opened.trace->text(event.name))] = text->args;
    }
    EXPECT_EQ(words.at("lost"), "/* LOST 12 records!! */");
    EXPECT_EQ(words.at("linux:schedule"), "31.297 ms");
    // The entry before the loss may be that of the exit behind it: one call.
    EXPECT_EQ(functionsOf(opened).at("main"), "1 10000");
}

TEST(ChromeTexts, AnEndEndsWhatIsOpenUnderItsName) {
    // main calls tryit, which calls deep, which jumps back into main.
    const auto opened = openWritten(
        "{\"traceEvents\":[\n" + chromeEvent("1.000", 'B', "main") +
            chromeEvent("2.000", 'B', "tryit") + chromeEvent("3.000", 'B', "deep") +
            chromeEvent("9.000", 'E', "tryit") + chromeEvent("10.000", 'B', "tryit") +
            chromeEvent("12.000", 'E', "tryit") + chromeEvent("12.500", 'E', "linux:schedule") +
            chromeEvent("13.000", 'E', "fork") + chromeEvent("20.000", 'E', "main") + "]}\n",
        "uftrace-chrome");
    EXPECT_EQ(functionsOf(opened), (std::map<std::string, std::string>{
                                       {"main", "1 19000"}, {"tryit", "2 9000"}, {"fork", "1"}}));
    EXPECT_EQ(callNesting(opened),
              (std::vector<std::string>{"main", "  tryit", "    deep", "  tryit", "  fork"}));
    EXPECT_EQ(opened.trace->diagnostics().count(model::DiagnosticKind::CutBegin), 1u);
}

TEST(FoldedTexts, MarksAreNoPartOfNames) {
    const auto opened =
        openWritten("java;run_[j];inner_[i];__GI___write;entry_SYSCALL_64;vfs_write 12\n"
                    "java;run_[j] 3\n"
                    "swapper;cpu_idle_[k] 5\n",
                    "folded");
    std::map<std::string, std::string> spaces;
    for (const auto& task : opened.forest->tasks())
        for (const auto& call : task.calls) {
            const auto function = opened.forest->function(call);
            spaces[std::string(opened.trace->text(function.name()))] =
                function.space() == model::CallSpace::Kernel ? "kernel" : "user";
        }
    EXPECT_EQ(spaces, (std::map<std::string, std::string>{{"java", "user"},
                                                          {"run", "user"},
                                                          {"inner", "user"},
                                                          {"__GI___write", "user"},
                                                          {"entry_SYSCALL_64", "kernel"},
                                                          {"vfs_write", "kernel"},
                                                          {"swapper", "user"},
                                                          {"cpu_idle", "kernel"}}));
    EXPECT_EQ(functionsOf(opened).at("java"), "1 15");
}

class CallFiles : public testing::Test {
protected:
    void SetUp() override {
        m_data = support::sharedData();
        if (!m_data) GTEST_SKIP() << "no shared data";
    }
    std::optional<std::filesystem::path> m_data;
};

/// Lines of calls, without what differs by choice: waits are no calls here, and a thread's pid is
/// its process.
std::vector<std::string> chromeCalls(const std::string& text) {
    std::vector<std::string> calls;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.find("\"ph\":\"M\"") != line.npos || line.find("\"linux:") != line.npos) continue;
        if (line.find("\"ph\":") == line.npos) continue;
        // uftrace 0.13 does not escape what it quotes.
        std::erase(line, '\\');
        const auto name = line.find("\"name\":");
        line = line.substr(0, line.find(",\"pid\"")) + line.substr(name);
        calls.push_back(line.substr(0, line.find_last_of('}')));
    }
    return calls;
}

TEST_F(CallFiles, ChromeTracesAreThoseOfUftrace) {
    for (const std::string name : {"args", "recursion"}) {
        const auto folder = *m_data / "guest" / "uftrace" / name;
        const auto opened = openCalls((folder / (name + ".data")).string());
        std::string written;
        ASSERT_TRUE(model::writeChromeTrace(*opened.forest, {}, [&](std::string_view piece) {
            written += piece;
            return true;
        }));
        const auto ours = chromeCalls(written);
        const auto theirs = chromeCalls(fileText(folder / (name + ".chrome.json")));
        EXPECT_GT(theirs.size(), 20u);
        EXPECT_EQ(ours, theirs) << name;
    }
}

TEST_F(CallFiles, ChromeDumpsSayWhatTheirDirectoriesSay) {
    for (const std::string name : {"args", "recursion", "threads", "longjmp"}) {
        const auto folder = *m_data / "guest" / "uftrace" / name;
        const auto directory = openCalls((folder / (name + ".data")).string());
        const auto dump = openCalls((folder / (name + ".chrome.json")).string());
        EXPECT_EQ(functionsOf(dump), functionsOf(directory)) << name;
    }
}

}  // namespace
