// SPDX-License-Identifier: GPL-3.0-or-later
/// uftrace directories with something odd: forks, files that are missing, losses that can't be.
#include "model/derive/call_functions.h"
#include "model/words/words.h"
#include "parsers/importers.h"
#include "tests/parsers/calls/tree_paths.h"
#include "tests/support/shared_data.h"
#include "tests/support/uftrace_folder.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace {

using namespace kscope;
using model::DiagnosticKind;
using support::kUftraceBase;
using support::kUftraceEntry;
using support::kUftraceExit;
using support::kUftraceLost;
using support::putBytes;
using support::uftraceBytes;
using support::UftraceFolder;
using support::uftraceWord;

struct OddDirectory {
    model::TracePtr trace;
    model::CallForestPtr forest;
    [[nodiscard]] std::uint64_t count(DiagnosticKind kind) const {
        return trace->diagnostics().count(kind);
    }
    /// Of the kind's note.
    [[nodiscard]] std::string title(DiagnosticKind kind) const {
        for (const auto& found : trace->diagnostics().all())
            if (found.kind == kind) return model::diagnosticWords(found).title;
        return {};
    }
};

OddDirectory openOdd(const std::filesystem::path& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path.string(), builder, pool, {});
    EXPECT_TRUE(source.has_value()) << (source ? "" : source.error().message);
    auto trace = builder.finish();
    return {trace, model::deriveCalls(trace, pool)};
}

/// By path: "calls total", with "open" where a length is not known.
std::map<std::string, std::string> pathsOf(const OddDirectory& opened) {
    std::map<std::string, std::string> told;
    tests::eachPath(
        *opened.forest,
        [&](const std::string& path, const auto& node) {
            told[path] = std::to_string(node.calls) + " " + std::to_string(node.total) +
                         (node.exact() ? "" : " open");
        },
        [](const std::string& name) {
            return name.starts_with("function_") ? "f" + name.substr(9) : name;
        });
    return told;
}

constexpr std::uint64_t functionAt(int number) {
    return kUftraceBase + static_cast<std::uint64_t>(number) * 16;
}

using PathTotals = std::map<std::string, std::string>;

TEST(UftraceForks, TheChildBeginsInTheParentsCalls) {
    const UftraceFolder folder;
    folder.write("task.txt", "SESS timestamp=0.000000001 pid=100 sid=aa exename=\"/bin/lab\"\n"
                             "TASK timestamp=0.000000002 tid=100 pid=100\n"
                             "FORK timestamp=0.000000051 pid=200 ppid=100\n");
    // f0 { f1 { f2, which forks, and f3 } }; the fork is told after the parent's return from f2.
    folder.write("100.dat", uftraceBytes({uftraceWord(10, kUftraceEntry, 0, functionAt(0)),
                                          uftraceWord(20, kUftraceEntry, 1, functionAt(1)),
                                          uftraceWord(30, kUftraceEntry, 2, functionAt(2)),
                                          uftraceWord(40, kUftraceExit, 2, functionAt(2)),
                                          uftraceWord(45, kUftraceEntry, 2, functionAt(3)),
                                          uftraceWord(60, kUftraceExit, 2, functionAt(3)),
                                          uftraceWord(70, kUftraceExit, 1, functionAt(1)),
                                          uftraceWord(80, kUftraceExit, 0, functionAt(0))}));
    folder.write("200.dat", uftraceBytes({uftraceWord(52, kUftraceExit, 2, functionAt(2)),
                                          uftraceWord(55, kUftraceEntry, 2, functionAt(4)),
                                          uftraceWord(57, kUftraceExit, 2, functionAt(4)),
                                          uftraceWord(58, kUftraceExit, 1, functionAt(1)),
                                          uftraceWord(59, kUftraceEntry, 1, functionAt(5)),
                                          uftraceWord(62, kUftraceExit, 1, functionAt(5))}));
    const auto opened = openOdd(folder.path);
    // What the child inherits is no call of its own, but holds what it calls: 70 + 5, 50 + 2.
    EXPECT_EQ(pathsOf(opened), (PathTotals{{"f0", "1 75"},
                                           {"f0;f1", "2 52 open"},
                                           {"f0;f1;f2", "2 10 open"},
                                           {"f0;f1;f3", "1 15"},
                                           {"f0;f1;f4", "1 2"},
                                           {"f0;f5", "1 3"}}));
    model::ThreadPool pool(1);
    for (const auto& row : model::functionReport(*opened.forest, {}, pool).rows) {
        EXPECT_EQ(row.entriesWithoutExit, 0u);
        const auto name = opened.trace->text(row.function.name());
        const bool returns = name == "function_1" || name == "function_2";
        EXPECT_EQ(row.withoutEntry, returns ? 1u : 0u) << name;
        EXPECT_EQ(row.calls, returns ? 2u : 1u) << name;
    }
    EXPECT_EQ(opened.trace->events(), 14u);  // none was made up
}

TEST(UftraceForks, WithoutAFirstReturnTheOpenCallsCount) {
    const UftraceFolder folder;
    folder.write("task.txt", "SESS timestamp=0.000000001 pid=100 sid=aa exename=\"/bin/lab\"\n"
                             "TASK timestamp=0.000000002 tid=100 pid=100\n"
                             "FORK timestamp=0.000000050 pid=200 ppid=100\n"
                             "FORK timestamp=0.000000065 pid=300 ppid=200\n");
    folder.write("100.dat", uftraceBytes({uftraceWord(10, kUftraceEntry, 0, functionAt(0)),
                                          uftraceWord(20, kUftraceEntry, 1, functionAt(1)),
                                          uftraceWord(30, kUftraceExit, 1, functionAt(1)),
                                          uftraceWord(80, kUftraceExit, 0, functionAt(0))}));
    folder.write("200.dat", uftraceBytes({uftraceWord(60, kUftraceEntry, 1, functionAt(2)),
                                          uftraceWord(75, kUftraceExit, 1, functionAt(2))}));
    // The child's child is in both.
    folder.write("300.dat", uftraceBytes({uftraceWord(66, kUftraceEntry, 2, functionAt(3)),
                                          uftraceWord(68, kUftraceExit, 2, functionAt(3))}));
    EXPECT_EQ(
        pathsOf(openOdd(folder.path)),
        (PathTotals{{"f0", "1 87"}, {"f0;f1", "1 10"}, {"f0;f2", "1 17"}, {"f0;f2;f3", "1 2"}}));
}

TEST(UftraceOdd, EveryFileThatIsNoUseIsNamed) {
    const UftraceFolder folder;
    folder.write("101.dat", uftraceBytes({uftraceWord(100, kUftraceEntry, 0, functionAt(0)),
                                          uftraceWord(200, kUftraceExit, 0, functionAt(0))}) +
                                "half");
    EXPECT_EQ(openOdd(folder.path).title(DiagnosticKind::CutRecord),
              "The last record of a file is not whole (101.dat at byte 36)");
    EXPECT_EQ(openOdd(folder.path).count(DiagnosticKind::DirectoryPart), 0u);

    folder.write("102.dat", "");
    const auto outside = folder.path.parent_path() / (folder.path.filename().string() + ".dat");
    std::filesystem::create_symlink(outside, folder.path / "103.dat");
    std::filesystem::remove(folder.path / "sid-aa.map");
    auto opened = openOdd(folder.path);
    EXPECT_EQ(opened.count(DiagnosticKind::DirectoryPart), 3u);
    EXPECT_EQ(opened.title(DiagnosticKind::DirectoryPart),
              "3 files of the directory could not be used: 102.dat is empty; 103.dat is no plain "
              "file of the directory; sid-aa.map is missing");

    const UftraceFolder bare;
    bare.write("101.dat", uftraceBytes({uftraceWord(100, kUftraceEntry, 0, functionAt(0))}));
    std::filesystem::remove(bare.path / "lab.sym");
    EXPECT_EQ(openOdd(bare.path).title(DiagnosticKind::DirectoryPart),
              "1 file of the directory could not be used: no .sym file of lab");
    std::filesystem::remove(bare.path / "task.txt");
    EXPECT_EQ(openOdd(bare.path).title(DiagnosticKind::DirectoryPart),
              "1 file of the directory could not be used: task.txt is missing or empty");
}

TEST(UftraceOdd, ADirectoryWithoutItsHeaderSaysSo) {
    const UftraceFolder folder;
    const auto problem = [&] {
        model::ThreadPool pool(1);
        model::TraceBuilder builder;
        const auto source = parsers::importSource(folder.path.string(), builder, pool, {});
        return source ? std::string("opened") : source.error().message;
    };
    folder.write("info", "Ftrace?");
    EXPECT_NE(problem().find("its info file does not begin with"), std::string::npos) << problem();
    std::filesystem::remove(folder.path / "info");
    EXPECT_NE(problem().find("has no info file"), std::string::npos) << problem();
    std::string info("Ftrace!\0\4\0\0\0\50\0\2\2", 16);  // little-endian, but for byte 14
    folder.write("info", info + std::string(24, '\0'));
    EXPECT_NE(problem().find("byte 14"), std::string::npos) << problem();
}

TEST(UftraceOdd, ALossIsBelievedAsFarAsThereWasTimeForIt) {
    const auto lostOf = [](std::uint64_t count, std::uint64_t until) {
        const UftraceFolder folder;
        // libmcount gives a loss the time 0.
        folder.write("101.dat", uftraceBytes({uftraceWord(100, kUftraceEntry, 0, functionAt(0)),
                                              uftraceWord(0, kUftraceLost, 0, count),
                                              uftraceWord(until, kUftraceExit, 0, functionAt(0))}));
        const auto opened = openOdd(folder.path);
        EXPECT_EQ(opened.count(DiagnosticKind::TimeBackwards), 0u);
        return std::pair(opened.trace->sources()[0].lost, opened.count(DiagnosticKind::BadRecord));
    };
    EXPECT_EQ(lostOf(12, 200), std::pair(std::uint64_t{12}, std::uint64_t{0}));
    EXPECT_EQ(lostOf(1u << 29, 200), std::pair(std::uint64_t{1}, std::uint64_t{1}));
    EXPECT_EQ(lostOf(1u << 29, 2'000'000'000),
              std::pair(std::uint64_t{1u << 29}, std::uint64_t{0}));
}

TEST(UftraceOdd, AfterAnUnknownSpecTheNextRecordsAreFoundAgain) {
    const UftraceFolder folder;
    // "more" without a spec. The bytes behind it look like a record 19 hours later, then like one
    // of the time at hand, but what follows that is none.
    auto bytes = uftraceBytes({uftraceWord(1000, kUftraceEntry, 0, functionAt(0), 1)});
    putBytes(bytes, 68'000'000'000'000, 8);
    putBytes(bytes, uftraceWord(0, kUftraceEntry, 3, functionAt(9)).word, 8);
    putBytes(bytes, 1100, 8);
    putBytes(bytes, uftraceWord(0, kUftraceExit, 7, functionAt(9)).word, 8);
    putBytes(bytes, 0x1111'1111'1111'1111, 8);
    bytes += uftraceBytes({uftraceWord(1200, kUftraceEntry, 1, functionAt(1)),
                           uftraceWord(1300, kUftraceExit, 1, functionAt(1)),
                           uftraceWord(1400, kUftraceExit, 0, functionAt(0))});
    folder.write("101.dat", bytes);
    const auto opened = openOdd(folder.path);
    EXPECT_EQ(pathsOf(opened), (PathTotals{{"f0", "1 400"}, {"f0;f1", "1 100"}}));
    EXPECT_EQ(opened.count(DiagnosticKind::BadRecord), 1u);
    EXPECT_EQ(opened.trace->sources()[0].lastNs, 1400);
}

TEST(UftraceOdd, PointersToVariablesHaveTheirNames) {
    const UftraceFolder folder;
    folder.writeInfo("argspec:lines=1\nargspec:function_0@arg1/p,arg2/p,arg3/p\n");
    folder.write("lab.sym", "# path name: /bin/lab\n"
                            "0000000000400000 T function_0\n"
                            "0000000000400010 T __sym_end\n"
                            "0000000000400500 D buffer_of_lab\n"
                            "0000000000400540 b counter\n"
                            "0000000000400550 ? __data_end\n");
    auto bytes = uftraceBytes({uftraceWord(100, kUftraceEntry, 0, functionAt(0), 1)});
    for (const std::uint64_t pointer : {0x400500, 0x400540, 0x400560}) putBytes(bytes, pointer, 8);
    bytes += uftraceBytes({uftraceWord(200, kUftraceExit, 0, functionAt(0)),
                           uftraceWord(300, kUftraceEntry, 0, 0x400540)});
    folder.write("101.dat", bytes);
    const auto opened = openOdd(folder.path);
    ASSERT_EQ(opened.trace->events(), 3u);
    const auto first = opened.trace->event(model::EventIndex{0});
    EXPECT_NE(opened.trace->sources()[0]
                  .text->eventText(first.position)
                  ->args.find("(&buffer_of_lab, &counter, 0x400560)"),
              std::string::npos);
    // A variable is no function.
    EXPECT_EQ(opened.trace->text(opened.trace->event(model::EventIndex{2}).name), "<400540>");
}

TEST(UftraceOdd, FunctionsOfModulesAreSpeltAsTheKernelsTracersDo) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "no shared data";
    const auto opened = openOdd(*data / "guest/uftrace/kernel/kernel.data");
    std::size_t modules = 0;
    for (std::size_t c = 0; c < opened.trace->chunks(); ++c)
        for (const auto name : opened.trace->chunk(c).names) {
            const auto text = opened.trace->text(name);
            EXPECT_EQ(text.find('\t'), text.npos) << text;
            modules += text.ends_with("]") && text.find(" [") != text.npos;
        }
    EXPECT_GT(modules, 0u);
}

TEST(UftraceOdd, KernelRecordsOfOthersAreCounted) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "no shared data";
    const auto opened = openOdd(*data / "guest/uftrace/kernel/kernel.data");
    EXPECT_EQ(opened.count(DiagnosticKind::SectionSkipped), 0u);
    EXPECT_EQ(opened.count(DiagnosticKind::OtherTasks), 158u);  // `uftrace dump` without task.txt's
    const auto title = opened.title(DiagnosticKind::OtherTasks);
    EXPECT_TRUE(title.starts_with("158 records of tasks that were not followed (0, ")) << title;
}

}  // namespace
