// SPDX-License-Identifier: GPL-3.0-or-later
/// Texts of calls with what damages their reading: jumps out of calls, colours, marks like
/// comments.
#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "parsers/uftrace/replay_line.h"
#include "parsers/uftrace/uftrace_arguments.h"
#include "parsers/uftrace/uftrace_symbols.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace {

using namespace kscope;
namespace fs = std::filesystem;

class TextFolder {
public:
    TextFolder() {
        auto name = (fs::temp_directory_path() / "kscope-texts-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~TextFolder() { fs::remove_all(path); }
    TextFolder(const TextFolder&) = delete;
    TextFolder& operator=(const TextFolder&) = delete;
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return (path / name).string();
    }
    fs::path path;
};

struct Opened {
    model::TracePtr trace;
    model::CallForestPtr forest;
    /// "calls/open/without exit/total" by function.
    std::map<std::string, std::string> functions;
};

Opened openText(const std::string& name, const std::string& text) {
    const TextFolder folder;
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(folder.write(name, text), builder, pool, {});
    EXPECT_TRUE(source.has_value());
    Opened opened;
    opened.trace = builder.finish();
    opened.forest = model::deriveCalls(opened.trace, pool);
    for (const auto& row : model::functionReport(*opened.forest, {}, pool).rows)
        opened.functions[std::string(opened.trace->text(row.function.name()))] =
            std::to_string(row.calls) + "/" + std::to_string(row.open) + "/" +
            std::to_string(row.entriesWithoutExit) + "/" +
            (row.totalExact ? std::to_string(row.total) : "?");
    return opened;
}

TEST(ChromeCalls, AnEndLeavesTheCallsInsideIt) {
    // longjmp: deep and mid have no end.
    const auto opened =
        openText("a.json", "{\"traceEvents\":[\n"
                           "{\"ts\":1.000,\"ph\":\"M\",\"pid\":5,\"name\":\"process_name\","
                           "\"args\":{\"name\":\"[5] a\"}},\n"
                           "{\"ts\":10.000,\"ph\":\"B\",\"pid\":5,\"name\":\"main\"},\n"
                           "{\"ts\":11.000,\"ph\":\"B\",\"pid\":5,\"name\":\"tryit\"},\n"
                           "{\"ts\":12.000,\"ph\":\"B\",\"pid\":5,\"name\":\"mid\"},\n"
                           "{\"ts\":13.000,\"ph\":\"B\",\"pid\":5,\"name\":\"deep\"},\n"
                           "{\"ts\":14.000,\"ph\":\"E\",\"pid\":5,\"name\":\"linux:schedule\"},\n"
                           "{\"ts\":15.500,\"ph\":\"E\",\"pid\":5,\"name\":\"tryit\"},\n"
                           "{\"ts\":16.000,\"ph\":\"E\",\"pid\":5,\"name\":\"stranger\"},\n"
                           "{\"ts\":17.000,\"ph\":\"B\",\"pid\":5,\"name\":\"tryit\"},\n"
                           "{\"ts\":18.000,\"ph\":\"E\",\"pid\":5,\"name\":\"tryit\"},\n"
                           "{\"ts\":20.000,\"ph\":\"E\",\"pid\":5,\"name\":\"main\"}\n"
                           "], \"displayTimeUnit\": \"ns\", \"metadata\": {}}\n");
    EXPECT_EQ(opened.functions.at("main"), "1/0/0/10000");
    EXPECT_EQ(opened.functions.at("tryit"), "2/0/0/5500");
    EXPECT_EQ(opened.functions.at("mid"), "0/0/1/0");
    EXPECT_EQ(opened.functions.at("deep"), "0/0/1/0");
    for (const auto& call : opened.forest->tasks()[0].calls) EXPECT_LE(call.depth(), 3U);
}

TEST(ReplayText, ColoursAreNoPartOfIt) {
    const std::string plain = "# DURATION     TID     FUNCTION\n"
                              " 284.020 us [   236] | __monstartup();\n"
                              "            [   236] | main() {\n"
                              "  38.976 ms [   236] |   fill();\n"
                              "  50.001 ms [   236] | } /* main */\n";
    std::string coloured = "\x1b[0m";
    for (const char c : plain) {
        if (c == 'm' || c == '[') coloured += "\x1b[1;32m";
        coloured += c;
        if (c == 'l') coloured += "\x1b[0m";
    }
    const auto one = openText("a.txt", plain);
    EXPECT_EQ(one.functions.at("fill"), "1/0/0/38976000");
    EXPECT_EQ(one.functions.at("main"), "1/0/0/50001000");
    std::string line = "\x1b[91mfill\x1b[0m() \x1b[";
    parsers::eraseColours(line);
    EXPECT_EQ(line, "fill() " + std::string(11, ' '));
    const auto head = coloured.find('\n') + 1;
    const auto other =
        openText("a.txt", plain.substr(0, plain.find('\n') + 1) + coloured.substr(head));
    EXPECT_EQ(other.functions, one.functions);
}

TEST(GraphText, ADurationMarkIsNoComment) {
    const auto opened = openText("a.txt", "# tracer: function_graph\n"
                                          "#\n"
                                          "#     DURATION                  FUNCTION CALLS\n"
                                          "#      |   |                     |   |   |   |\n"
                                          "              |  outer() {\n"
                                          "+ 28.810 us   |    mutex_unlock();\n"
                                          "# 1234.567 us |    slow();\n"
                                          "  1.000 us    |    mutex_unlock();\n"
                                          "# 2000.000 us |  } /* outer */\n");
    EXPECT_EQ(opened.functions.at("slow"), "1/0/0/1234567");
    EXPECT_EQ(opened.functions.at("outer"), "1/0/0/2000000");
    EXPECT_EQ(opened.functions.at("mutex_unlock"), "2/0/0/29810");
}

TEST(GraphText, NotesNameTheLine) {
    const auto opened = openText("a.txt", "# tracer: function_graph\n"
                                          "#\n"
                                          "# CPU  DURATION                  FUNCTION CALLS\n"
                                          "# |     |   |                     |   |   |   |\n"
                                          " 0)   1.000 us    |  a();\n"
                                          " 0)   1.000 us    |  b();\n"
                                          "garbage line here xx\n"
                                          " 0)   1.000 us    |  c();\n");
    ASSERT_EQ(opened.trace->diagnostics().all().size(), 1U);
    const auto& found = opened.trace->diagnostics().all()[0];
    ASSERT_FALSE(found.first.empty());
    EXPECT_EQ(found.first[0].line, 7U);
}

// formats.md 5.3: the latest session of its process or of an ancestor that is not later.
TEST(UftraceSymbols, AForkedChildHasItsParentsNamesUntilItsExec) {
    const TextFolder folder;
    (void)folder.write("sid-aa.map", "00400000-00500000 r-xp 00000000 00:00 0 /bin/sh\n");
    (void)folder.write("sid-bb.map", "00400000-00500000 r-xp 00000000 00:00 0 /bin/ls\n");
    // Without a path the file's own name tells whose symbols they are.
    (void)folder.write("sh.sym", "0000000000400000 T of_sh\n0000000000400100 T __sym_end\n");
    (void)folder.write("ls-1a2b.sym", "0000000000400000 T of_ls\n0000000000400100 T __sym_end\n");
    parsers::UftraceTasks tasks;
    tasks.sessions = {{.time = 100, .pid = 1, .id = "aa", .exename = "/bin/sh"},
                      {.time = 300, .pid = 2, .id = "bb", .exename = "/bin/ls"},
                      {.time = 250, .pid = 1, .id = "bb", .exename = "/bin/ls"}};
    tasks.tasks = {{.time = 100, .tid = 1, .pid = 1, .parent = -1},
                   {.time = 200, .tid = 2, .pid = 2, .parent = 1}};
    const auto directory = parsers::UftraceDirectory::open(folder.path.string());
    ASSERT_TRUE(directory.has_value());
    parsers::UftraceSymbols symbols;
    symbols.load(*directory, {}, tasks);
    const auto named = [&](std::int64_t pid, std::int64_t time) {
        return symbols.user(symbols.scopeAt(pid, time), 0x400010, time).symbol;
    };
    EXPECT_EQ(named(1, 110), "of_sh");
    EXPECT_EQ(named(1, 260), "of_ls");
    EXPECT_EQ(named(2, 210), "of_sh");
    EXPECT_EQ(named(2, 260), "of_sh");  // the parent's exec is not the child's
    EXPECT_EQ(named(2, 310), "of_ls");
    EXPECT_EQ(symbols.scopeUntil(2, 210), 300);
    EXPECT_EQ(named(1, 50), "of_sh");  // before all that is known
}

// formats.md 5.4: a structure is stored by its size; of none nothing is stored.
TEST(UftraceArguments, StructuresAreSteppedOver) {
    const TextFolder folder;
    (void)folder.write("lab.dbg", "# path name: /bin/lab\nF: 10 area\nA: @arg1/t12:rect,arg2/i32\n"
                                  "R: @retval/t8:point\n");
    parsers::UftraceInfo info;
    info.argumentSpecs = {"draw@arg1/t16:pixel%stack+1,arg2/s,arg3/t0:empty,arg4/u16"};
    info.returnSpecs = {"draw@retval/t24"};
    const auto directory = parsers::UftraceDirectory::open(folder.path.string());
    ASSERT_TRUE(directory.has_value());
    parsers::UftraceArguments arguments;
    arguments.load(*directory, info);
    const auto* const draw = arguments.ofEntry("draw", "draw");
    ASSERT_NE(draw, nullptr);
    const std::string data =
        std::string(16, 'x') + std::string("\3\0abc\0\0\0", 8) + std::string("\7\0\0\0", 4);
    EXPECT_EQ(parsers::UftraceArguments::lengthOf(*draw, data), 28U);
    EXPECT_EQ(parsers::UftraceArguments::text(*draw, data), "pixel{...}, \"abc\", empty{}, 7");
    EXPECT_FALSE(parsers::UftraceArguments::lengthOf(*draw, data.substr(0, 15)));
    const auto* const area = arguments.ofEntry("area", "area");
    ASSERT_NE(area, nullptr);
    EXPECT_EQ(parsers::UftraceArguments::lengthOf(*area, std::string(16, '\0')), 16U);
    EXPECT_EQ(parsers::UftraceArguments::text(*area, std::string(16, '\0')), "rect{...}, 0");
    const auto* const result = arguments.ofExit("area", "area");
    ASSERT_NE(result, nullptr);
    EXPECT_EQ(parsers::UftraceArguments::text(*result, std::string(8, '\0')), "point{...}");
    const auto* const drawn = arguments.ofExit("draw", "draw");
    ASSERT_NE(drawn, nullptr);
    EXPECT_EQ(parsers::UftraceArguments::lengthOf(*drawn, std::string(24, '\0')), 24U);
}

}  // namespace
