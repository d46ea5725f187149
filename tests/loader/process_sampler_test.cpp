// SPDX-License-Identifier: GPL-3.0-or-later
/// Processes of this machine against what its files say, and a folder that plays /proc.
#include "app/live/core/process_sampler.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace kscope::app {
namespace {

using model::Tid;

const model::ProcessRow* find(const model::ProcessList& list, std::int32_t tid) {
    const auto at = std::ranges::lower_bound(list.rows, Tid{tid}, {}, &model::ProcessRow::tid);
    return at == list.rows.end() || at->tid != Tid{tid} ? nullptr : &*at;
}

TEST(ProcessStat, IsReadByPlaceWhateverTheNameHolds) {
    const auto row = model::readProcessStat(
        "42 (a) b (c) S 7 42 42 0 -1 4194560 100 200 3 4 150 50 9 9 20 5 12 0 777 4096000 250 "
        "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 3 50 1 0 0 0\n",
        {.tickNs = 10'000'000, .pageBytes = 4096});
    ASSERT_TRUE(row);
    EXPECT_EQ(row->tid, Tid{42});
    EXPECT_EQ(row->comm, "a) b (c");
    EXPECT_EQ(row->state, 'S');
    EXPECT_EQ(row->parent, Tid{7});
    EXPECT_EQ(row->minorFaults, 100);
    EXPECT_EQ(row->majorFaults, 3);
    EXPECT_EQ(row->cpuNs, 2'000'000'000);
    EXPECT_EQ(row->nice, 5);
    EXPECT_EQ(row->threads, 12);
    EXPECT_EQ(row->startTicks, 777U);
    EXPECT_EQ(row->vszBytes, 4096000);
    EXPECT_EQ(row->rssBytes, 250 * 4096);
    EXPECT_EQ(row->lastCpu, 3);
    EXPECT_EQ(model::policyWords(*row), "fifo 50");
    for (const auto* const bad : {"", "42", "42 (a", "x (a) S 1", "42 (a) S 7", ") ("})
        EXPECT_FALSE(model::readProcessStat(bad, {})) << bad;
}

TEST(ProcessSampler, KnowsThisProcess) {
    if (!std::filesystem::exists("/proc/self/stat")) GTEST_SKIP() << "SKIPPED: no /proc";
    ProcessSampler sampler;
    const auto first = sampler.sample(ProcessSampler::Threads::Leave);
    // Until the kernel has counted two ticks for this loop.
    volatile std::uint64_t work = 0;
    for (const auto before = clock(); clock() - before < CLOCKS_PER_SEC / 10;) work = work + 1;
    const auto list = sampler.sample(ProcessSampler::Threads::Leave);
    const auto* self = find(*list, getpid());
    ASSERT_NE(self, nullptr);
    EXPECT_EQ(raw(self->parent), getppid());
    EXPECT_EQ(self->tgid, self->tid);
    EXPECT_EQ(self->uid, static_cast<std::int64_t>(getuid()));
    EXPECT_GT(self->rssBytes, 100'000);
    EXPECT_GT(self->cpu, 0);
    EXPECT_GT(list->costNs, 0);
    const auto threads = sampler.sample(ProcessSampler::Threads::Read);
    EXPECT_GE(threads->rows.size(), list->rows.size() / 2);
    EXPECT_NE(find(*threads, getpid()), nullptr);
}

TEST(ProcessSampler, TakesSharesOfOneLifeAlone) {
    const support::TemporaryFolder folder;
    const auto stat = [&](const char* pid, int ticks, int start) {
        std::filesystem::create_directories(folder.file(std::string("proc/") + pid));
        std::ofstream(folder.file(std::string("proc/") + pid + "/stat"))
            << pid << " (p) R 1 1 1 0 0 0 0 0 0 0 " << ticks << " 0 0 0 20 0 1 0 " << start
            << " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0\n";
    };
    stat("10", 100, 5);
    stat("11", 100, 5);
    std::filesystem::create_directories(folder.file("proc/12"));  // gone before it was read
    std::filesystem::create_directories(folder.file("proc/irq"));
    ProcessSampler sampler(std::filesystem::path(folder.file("proc")).parent_path().string());
    const auto first = sampler.sample(ProcessSampler::Threads::Leave);
    EXPECT_EQ(first->rows.size(), 2U);
    EXPECT_EQ(first->unread, 1U);
    stat("10", 300, 5);
    stat("11", 300, 6);  // another process with the same number
    const auto second = sampler.sample(ProcessSampler::Threads::Leave);
    EXPECT_GT(find(*second, 10)->cpu, 0);
    EXPECT_EQ(find(*second, 11)->cpu, 0);
    EXPECT_EQ(second->noRight, 0U);
    EXPECT_FALSE(second->othersHidden);
}

TEST(ProcessSampler, SeesThatOthersAreHidden) {
    const std::string other = "tmpfs /tmp tmpfs rw,hidepid=2 0 0\n";
    EXPECT_FALSE(hidesOthers(""));
    EXPECT_FALSE(hidesOthers(other + "proc /proc proc rw,nosuid,relatime 0 0\n"));
    EXPECT_FALSE(hidesOthers("proc /proc proc rw,hidepid=1 0 0\n"));  // seen, not readable
    EXPECT_TRUE(hidesOthers(other + "proc /proc proc rw,gid=4,hidepid=2 0 0"));
    EXPECT_TRUE(hidesOthers("proc /proc proc rw,hidepid=invisible,gid=4 0 0\n"));
    EXPECT_TRUE(hidesOthers("proc /proc proc rw,hidepid=ptraceable 0 0\n"));
}

}  // namespace
}  // namespace kscope::app
