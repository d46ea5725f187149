// SPDX-License-Identifier: GPL-3.0-or-later
/// Stages, sleepers and lengths of requests, on traces as importers make them.
#include "model/derive/block_stages.h"
#include "model/query/filter.h"
#include "parsers/importers.h"
#include "tests/support/shared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kscope::tests {
namespace {

model::TracePtr traceOf(const std::string& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    EXPECT_TRUE(parsers::importSource(path, builder, pool, {})) << path;
    return builder.finish();
}

class TextFile {
public:
    explicit TextFile(std::string_view text) : m_path(m_folder.write("trace.txt", text)) {}
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    support::TemporaryFolder m_folder;
    std::string m_path;
};

// One write of a file through a partition, with a second bio merged behind the first.
constexpr std::string_view kMerged =
    "  8,0    1      129     9.927317017  1128  A  WS 29661160 + 8 <- (8,2) 29657064\n"
    "  8,0    1      130     9.927318057  1128  Q  WS 29661160 + 8 [kworker/u8:0]\n"
    "  8,0    1      131     9.927320279  1128  G  WS 29661160 + 8 [kworker/u8:0]\n"
    "  8,0    1      132     9.927321000  1128  Q  WS 29661168 + 8 [kworker/u8:0]\n"
    "  8,0    1      133     9.927321500  1128  M  WS 29661168 + 8 [kworker/u8:0]\n"
    "  8,0    1      134     9.927325061  1128  I  WS 29661160 + 16 [kworker/u8:0]\n"
    "  8,0    1      136     9.927348379  1128  D  WS 29661160 + 16 [kworker/u8:0]\n"
    "  8,0    2       63     9.927478548     0  C  WS 29661160 + 16 [0]\n";

TEST(BlockStages, TellWhoDidEachAndWhere) {
    const TextFile file(kMerged);
    const auto trace = traceOf(file.path());
    const auto blocks = model::blockRequests(*trace);
    ASSERT_EQ(blocks.requests.size(), 1U);
    const auto stages = model::requestStages(*trace, blocks, 0);
    std::string letters;
    for (const auto& stage : stages) letters += stage.letter;
    EXPECT_EQ(letters, "AQGQMIDC");
    for (std::size_t i = 0; i < stages.size(); ++i) {
        ASSERT_TRUE(stages[i].event) << i;
        EXPECT_EQ(model::raw(*stages[i].event), i);
        EXPECT_EQ(model::raw(stages[i].cpu), i == 7 ? 2 : 1);
        EXPECT_EQ(model::requestOf(*trace, blocks, *stages[i].event), 0U) << i;
    }
    EXPECT_EQ(trace->text(stages[1].comm), "kworker/u8:0");
    EXPECT_EQ(stages[7].time - stages[6].time, 130'169);
}

TEST(BlockStages, FiltersAskForLengthsOfBlockEvents) {
    const TextFile file(kMerged);
    const auto trace = traceOf(file.path());
    model::ThreadPool pool(1);
    const auto hits = [&](std::string_view words) {
        const auto filter = model::Filter::parse(words);
        EXPECT_TRUE(filter) << words;
        std::vector<std::uint64_t> rows;
        const auto set = model::filterRows(*trace, *filter, pool);
        for (std::uint64_t i = 0; i < trace->events(); ++i)
            if (filter->matches(*trace, trace->event(model::EventIndex{i}))) rows.push_back(i);
        EXPECT_EQ(set->size(), rows.size()) << words;
        return rows;
    };
    using testing::ElementsAre;
    EXPECT_THAT(hits("duration > 0"), ElementsAre(1, 3, 6));
    EXPECT_THAT(hits("duration == 130169"), ElementsAre(6));  // D2C
    EXPECT_THAT(hits("event == Q && duration == 160491"), ElementsAre(1));
    EXPECT_THAT(hits("latency >= 23us && event == I"), ElementsAre(5));
    EXPECT_THAT(hits("latency > 30us"), ElementsAre(1));
}

TEST(BlockStages, FindTheTaskThatSleptOnARequestAndTheRequestItSleptOn) {
    const TextFile file(
        "# tracer: nop\n#\n"
        "     dd-77  [001] d..2.  10.000100: block_bio_queue: 8,0 R 64 + 8 [dd]\n"
        "     dd-77  [001] d..2.  10.000110: block_rq_issue: 8,0 R 4096 () 64 + 8 [dd]\n"
        "     dd-77  [001] d..2.  10.000200: sched_switch: prev_comm=dd prev_pid=77 prev_prio=120 "
        "prev_state=D ==> next_comm=swapper/1 next_pid=0 next_prio=120\n"
        " <idle>-0   [000] d.h1.  10.000500: block_rq_complete: 8,0 R () 64 + 8 [0]\n"
        " <idle>-0   [000] d.h2.  10.000510: sched_waking: comm=dd pid=77 prio=120 "
        "target_cpu=001\n"
        " <idle>-0   [001] d..2.  10.000520: sched_switch: prev_comm=swapper/1 prev_pid=0 "
        "prev_prio=120 prev_state=R ==> next_comm=dd next_pid=77 next_prio=120\n");
    const auto trace = traceOf(file.path());
    const auto blocks = model::blockRequests(*trace);
    ASSERT_EQ(blocks.requests.size(), 1U);
    const auto sleeper = model::sleeperOn(*trace, blocks, 0);
    ASSERT_TRUE(sleeper);
    EXPECT_EQ(model::raw(trace->task(sleeper->task).tid), 77);
    EXPECT_EQ(sleeper->sleep.length().count(), 310'000);
    EXPECT_EQ(model::raw(*sleeper->wakeup), 4U);
    EXPECT_EQ(model::requestSleptOn(*trace, blocks, sleeper->task, sleeper->sleep), 0U);
    const auto other = trace->findTask(model::Tid{0});
    EXPECT_FALSE(model::requestSleptOn(*trace, blocks, other, sleeper->sleep));
}

TEST(BlockStages, TheWriteOfOneFileWithItsWriterAsleep) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "NOT RUN: shared data is not here";
    const auto trace = traceOf((*data / "guest/combined/write-fsync/trace.txt.xz").string());
    const auto blocks = model::blockRequests(*trace);
    ASSERT_FALSE(blocks.requests.empty());
    std::size_t slept = 0;
    for (std::uint32_t i = 0; i < blocks.requests.size(); ++i) {
        const auto sleeper = model::sleeperOn(*trace, blocks, i);
        if (!sleeper) continue;
        ++slept;
        // Who sleeps on it began to before it was complete, and wakes after.
        EXPECT_LT(model::toNs(sleeper->sleep.begin), blocks.requests[i].c);
        EXPECT_GE(model::toNs(sleeper->sleep.end), blocks.requests[i].c);
    }
    EXPECT_GT(slept, 0U);
}

}  // namespace
}  // namespace kscope::tests
