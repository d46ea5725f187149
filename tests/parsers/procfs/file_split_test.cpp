// SPDX-License-Identifier: GPL-3.0-or-later
/// Files of /proc written one after the other into one file, held against the same files alone.
#include "parsers/importers.h"
#include "parsers/procfs/file_split.h"
#include "parsers/procfs/proc_files.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace kscope;
using model::CounterFile;

struct NamedText {
    CounterFile file{};
    std::string text;
};

/// What a machine's /proc holds, a file each.
std::vector<NamedText> filesOf(const std::filesystem::path& folder) {
    std::vector<NamedText> files;
    for (const auto* name :
         {"interrupts", "softirqs", "buddyinfo", "zoneinfo", "pagetypeinfo", "vmstat", "meminfo",
          "slabinfo", "schedstat", "stat", "loadavg", "diskstats", "pressure/cpu"}) {
        std::ifstream file(folder / name, std::ios::binary);
        std::string text(std::istreambuf_iterator<char>(file), {});
        const auto kind = parsers::procFileOfPath("/proc/" + std::string(name));
        if (!text.empty() && kind) files.push_back({*kind, std::move(text)});
    }
    return files;
}

model::TracePtr opened(std::string_view text) {
    const support::TemporaryFolder folder;
    const auto path = folder.write("mixed.txt", text);
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path, builder, pool, {});
    EXPECT_TRUE(source.has_value()) << path;
    return builder.finish();
}

std::size_t numbersOf(const model::Trace& trace, CounterFile file) {
    std::size_t sum = 0;
    for (const auto& table : trace.counters())
        if (table->file() == file)
            for (std::size_t round = 0; round < table->rounds(); ++round) {
                model::CounterCursor cursor(table);
                cursor.seek(round);
                sum += cursor.values().size();
            }
    return sum;
}

TEST(FileSplit, TellsEveryPairOfFilesApart) {
    const auto shared = support::sharedData();
    if (!shared) GTEST_SKIP() << "no folder of captures";
    for (const auto* machine : {"numa2", "offline"}) {
        const auto folder = *shared / "guest/proc" / machine / "t0";
        const auto files = filesOf(folder);
        ASSERT_GE(files.size(), 12U);
        for (const auto& a : files) {
            const auto alone = parsers::splitFiles(a.file, a.text);
            ASSERT_EQ(alone.size(), 1U) << parsers::procFileName(a.file);
            EXPECT_EQ(alone[0].file, a.file);
            for (const auto& b : files) {
                if (a.file == b.file) continue;
                const auto both = a.text + "Sun Nov 22 05:07:29 UTC 2026\n" + b.text;
                const auto sections = parsers::splitFiles(a.file, both);
                ASSERT_EQ(sections.size(), 2U)
                    << parsers::procFileName(a.file) << ", " << parsers::procFileName(b.file);
                EXPECT_EQ(sections[0].file, a.file);
                EXPECT_EQ(sections[0].text, a.text);
                EXPECT_EQ(sections[1].file, b.file);
            }
        }
    }
}

TEST(FileSplit, ALoopOverFilesIsARoundOfEachWithTheTimeInFront) {
    const std::string interrupts = "           CPU0       CPU1\n"
                                   "  1:          9          0  IO-APIC   1-edge  i8042\n"
                                   "LOC:       4000       5000   Local timer interrupts\n";
    const std::string softirqs = "                    CPU0       CPU1\n"
                                 "          HI:          1          2\n"
                                 "       TIMER:         30         40\n";
    const std::string free =
        "Node 0, zone      DMA      1      1      0      0      2      1      1"
        "      0      1      1      3\n";
    const auto trace = opened("1763787600.5\n" + interrupts + softirqs + free + "1763787602.5\n" +
                              interrupts + softirqs + free);
    EXPECT_EQ(trace->sources()[0].kind, "proc-snapshots");
    ASSERT_EQ(trace->counters().size(), 3U);
    EXPECT_EQ(numbersOf(*trace, CounterFile::Interrupts), 8U);
    EXPECT_EQ(numbersOf(*trace, CounterFile::Softirqs), 8U);
    EXPECT_EQ(numbersOf(*trace, CounterFile::Buddyinfo), 22U);
    EXPECT_EQ(trace->range().length(), std::chrono::seconds(2) + std::chrono::microseconds(1));
    EXPECT_TRUE(trace->diagnostics().all().empty());
}

TEST(FileSplit, WordsBetweenTheFilesMakeNoRowsOfAnother) {
    const auto trace = opened("           CPU0\nLOC:   4000   Local timer interrupts\n"
                              "and the memory:\n"
                              "MemTotal:  1000 kB\nMemFree:  500 kB\n");
    EXPECT_EQ(numbersOf(*trace, CounterFile::Interrupts), 1U);
    EXPECT_EQ(numbersOf(*trace, CounterFile::Meminfo), 2U);
}

}  // namespace
