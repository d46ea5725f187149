// SPDX-License-Identifier: GPL-3.0-or-later
/// What of the command line goes to the window.
#include "app/command_line/command_line.h"

#include <gtest/gtest.h>

namespace kscope::app {
namespace {

TEST(WindowOptions, GoAlongWithTheSources) {
    const auto asked =
        runCommandLine({"--range", "+0.1s..+0.2s", "--cpu", "0,2-3", "--task", "java*", "--lanes",
                        "cpu,event:sched_*", "--view", "a.kscope", "--filter", "cpu == 1",
                        "--threads", "2", "trace.txt@+1.5s"},
                       CommandStreams{});
    ASSERT_TRUE(asked.window);
    EXPECT_EQ(asked.range, "+0.1s..+0.2s");
    EXPECT_EQ(asked.cpus, "0,2-3");
    EXPECT_EQ(asked.tasks, "java*");
    EXPECT_EQ(asked.lanes, "cpu,event:sched_*");
    EXPECT_EQ(asked.view, "a.kscope");
    EXPECT_EQ(asked.filter, "cpu == 1");
    EXPECT_EQ(asked.threads, 2u);
    ASSERT_EQ(asked.sources.size(), 1u);
    EXPECT_EQ(asked.sources[0].offsetNs, 1'500'000'000);
}

TEST(WindowOptions, AreCheckedBeforeAWindowOpens) {
    std::FILE* err = std::tmpfile();
    ASSERT_NE(err, nullptr);
    const auto asked = runCommandLine({"--range", "later", "trace.txt"}, {stdout, err});
    EXPECT_FALSE(asked.window);
    EXPECT_EQ(asked.exitStatus, 2);
    std::fclose(err);
}

}  // namespace
}  // namespace kscope::app
