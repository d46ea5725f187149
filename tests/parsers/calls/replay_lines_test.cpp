// SPDX-License-Identifier: GPL-3.0-or-later
/// The replay of uftrace directories, line by line, against what `uftrace replay` printed of them.
#include "tests/parsers/calls/replay_texts.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <fstream>

namespace {

using namespace kscope;
using namespace kscope::peer;

TEST(ReplayLinesOfUftrace, AreThoseThatUftracePrinted) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "no shared data";
    const auto guest = *data / "guest";
    for (const auto& [folder, name] : {std::pair{guest / "uftrace/args", "args"},
                                       {guest / "uftrace/auto-args", "auto-args"},
                                       {guest / "uftrace/recursion", "recursion"},
                                       {guest / "uftrace/threads", "threads"},
                                       {guest / "combined/write-fsync", "wfsync"}}) {
        std::ifstream file(folder / (std::string(name) + ".replay.txt"));
        const auto printed = printedLines(file);
        const auto own = ownLines(folder / (std::string(name) + ".data"));
        ASSERT_FALSE(printed.empty()) << folder;
        ASSERT_EQ(own.size(), printed.size()) << folder;
        for (const auto& [tid, lines] : printed) {
            ASSERT_TRUE(own.contains(tid)) << folder << " " << tid;
            EXPECT_EQ(own.at(tid), lines) << folder << " " << tid;
        }
    }
}

}  // namespace
