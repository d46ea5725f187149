// SPDX-License-Identifier: GPL-3.0-or-later
/// What goes on in memory at a moment, out of files that the test writes and of real captures whose
/// numbers another program counted.
#include "app/session/loader.h"
#include "model/derive/memory_activity.h"
#include "model/derive/memory_report.h"
#include "model/derive/memory_story.h"
#include "tests/support/shared_data.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace kscope::app {
namespace {

using model::MemoryStory;

model::TracePtr loadFiles(const std::vector<std::string>& paths) {
    model::ThreadPool pool(2);
    Loader loader(pool);
    model::TracePtr trace;
    LoadRequest request;
    for (const auto& path : paths) request.sources.push_back({path});
    loader.load(std::move(request), {.snapshot = [](model::TracePtr) {},
                                     .progress = [](const LoadProgress&) {},
                                     .finished = [&](LoadResult given) { trace = given.trace; }});
    loader.wait();
    return trace;
}

std::string zoneText(int node, const char* zone, int free, int min, int low, int high) {
    return fmt::format("Node {}, zone {:>8}\n  pages free     {}\n        boost    0\n"
                       "        min      {}\n        low      {}\n        high     {}\n"
                       "        spanned  4096\n        present  4000\n        managed  3900\n",
                       node, zone, free, min, low, high);
}
std::string readingText(const char* file, double at, const std::string& text) {
    return fmt::format("# kernelscope-proc /proc/{} {:.9f} {:.9f}\n{}\n\n", file, at, at, text);
}
const char* const kLogHead =
    "# kernelscope-proc-log 1 clock=CLOCK_MONOTONIC host=6.1 start-realtime=1700000000\n";

/// DMA32 falls below low at 12 s and below min at 13 s, and is above high again at 15 s; kswapd
/// looks at 18 204 pages and frees 1 216 between 12 and 14 s.
std::string shortZoneLog() {
    const std::vector<std::array<int, 4>> rounds{{11, 300, 1000, 500},
                                                 {12, 150, 1000, 500},
                                                 {13, 90, 9000, 900},
                                                 {14, 160, 19204, 1716},
                                                 {15, 400, 20000, 2000}};
    std::string log = kLogHead;
    for (const auto& [at, free, scanned, freed] : rounds) {
        log += readingText("zoneinfo", at, zoneText(0, "DMA32", free, 100, 200, 250));
        log += readingText("vmstat", at,
                           fmt::format("nr_free_pages {}\npgsteal_kswapd {}\npgsteal_direct 0\n"
                                       "pgscan_kswapd {}\npgscan_direct 0\npgscan_direct_throttle "
                                       "7\noom_kill 0",
                                       free, freed, scanned));
    }
    return log;
}

class MemoryStoryTest : public testing::Test {
protected:
    void open(const std::vector<std::string>& paths) {
        m_trace = loadFiles(paths);
        ASSERT_NE(m_trace, nullptr);
        m_reclaims = reclaimReport(*m_trace, {});
        m_activity = memoryActivity(*m_trace);
        m_story = MemoryStory(*m_trace, m_reclaims, m_activity);
    }
    /// The sentence at `seconds` of the source's clock; times in it as seconds with one digit.
    [[nodiscard]] std::string at(double seconds) {
        const auto ns = static_cast<std::int64_t>(seconds * 1e9);
        const auto moment = m_story.at(ns);
        if (!moment) return "nothing";
        return memorySentence(*moment, ns, [](std::int64_t since) {
            return fmt::format("{:.1f} s", static_cast<double>(since) / 1e9);
        });
    }
    support::TemporaryFolder m_folder;
    model::TracePtr m_trace;
    model::ReclaimReport m_reclaims;
    model::MemoryActivity m_activity;
    MemoryStory m_story;
};

TEST_F(MemoryStoryTest, VmstatTellsWhatKswapdFreedSinceAZoneFellBelowLow) {
    open({m_folder.write("proc.log", shortZoneLog())});
    EXPECT_EQ(at(10.5), "nothing");
    EXPECT_EQ(at(11.5), "DMA32 above high, 400 KiB above low: nothing to reclaim.");
    EXPECT_EQ(at(12.5), "DMA32 below low since 12.0 s: kswapd is woken and frees pages until high "
                        "is reached.");
    EXPECT_EQ(at(13.5),
              "DMA32 below min, below low since 12.0 s: kswapd0 has freed 400 of 8\u2009000 "
              "scanned pages, tasks that allocate must free pages themselves.");
    EXPECT_EQ(at(14.5),
              "DMA32 below low since 12.0 s: kswapd0 has freed 1\u2009216 of 18\u2009204 scanned "
              "pages.");
    EXPECT_EQ(at(15.0), "DMA32 above high, 800 KiB above low: nothing to reclaim.");
}

TEST_F(MemoryStoryTest, OneReadingTellsTheLevelAndNoTime) {
    open({m_folder.write("zoneinfo", zoneText(0, "DMA32", 50, 100, 200, 250))});
    const auto last = model::toNs(m_trace->range().end);
    const auto moment = m_story.at(last);
    ASSERT_TRUE(moment);
    EXPECT_EQ(moment->level, model::ZoneLevel::BelowMin);
    EXPECT_TRUE(moment->sinceFirst);
    EXPECT_EQ(memorySentence(*moment, moment->sinceNs, [](std::int64_t) { return "never"; }),
              "DMA32 below min: tasks that allocate must free pages themselves.");
}

TEST_F(MemoryStoryTest, EventsTellItByNodeAndTask) {
    const std::string events =
        "  kswapd0-56  [001] .....    10.500000: mm_vmscan_kswapd_wake: nid=0 order=0\n"
        "  kswapd1-57  [002] .....    12.100000: mm_vmscan_kswapd_wake: nid=1 order=0\n"
        "  kswapd1-57  [002] .....    12.200000: mm_vmscan_lru_shrink_inactive: nid=1 "
        "nr_scanned=40 nr_reclaimed=30 nr_dirty=0 priority=12\n"
        "    bash-99   [003] .....    12.300000: mm_vmscan_direct_reclaim_begin: order=2 "
        "gfp_flags=GFP_KERNEL\n"
        "    bash-99   [003] .....    12.310000: mm_vmscan_lru_shrink_inactive: nid=1 "
        "nr_scanned=9 nr_reclaimed=5 nr_dirty=0 priority=12\n"
        "  kswapd0-56  [001] .....    12.320000: mm_vmscan_lru_shrink_inactive: nid=0 "
        "nr_scanned=700 nr_reclaimed=600 nr_dirty=0 priority=12\n"
        "    bash-99   [003] .....    12.340000: mm_vmscan_direct_reclaim_end: nr_reclaimed=6\n"
        "  memcg-12    [003] .....    12.350000: mm_vmscan_lru_shrink_inactive: nid=1 "
        "nr_scanned=1000 nr_reclaimed=1000 nr_dirty=0 priority=12\n"
        "    bash-99   [003] .....    12.400000: mark_victim: pid=42 comm=eater total-vm=1kB\n"
        "  kswapd1-57  [002] .....    12.800000: mm_vmscan_kswapd_sleep: nid=1\n";
    std::string log = kLogHead;
    for (const int second : {10, 12, 13})
        log += readingText("zoneinfo", second,
                           zoneText(0, "Normal", 900, 100, 200, 250) +
                               zoneText(1, "Normal", second == 10 ? 900 : 150, 100, 200, 250));
    open({m_folder.write("trace.txt", events), m_folder.write("proc.log", log)});
    EXPECT_EQ(at(12.38), "Node 1 Normal below low since 12.0 s: kswapd1 has freed 30 of 40 scanned "
                         "pages, tasks that allocate 5 of 9.");
    EXPECT_EQ(at(12.5), "Node 1 Normal below low since 12.0 s: kswapd1 has freed 30 of 40 scanned "
                        "pages, tasks that allocate 5 of 9. eater 42 was killed for want of memory "
                        "at 12.4 s.");
    EXPECT_EQ(at(11),
              "All 2 zones above high: nothing to reclaim. Nearest to low is Node 0 Normal, 2.73 "
              "MiB above it.");
    ASSERT_EQ(m_reclaims.spans.size(), 1U);
    EXPECT_EQ(m_reclaims.spans[0].node, 1);
    EXPECT_EQ(m_reclaims.spans[0].scanned, 9);
    EXPECT_EQ(m_reclaims.spans[0].freed, 5);
    EXPECT_EQ(m_reclaims.spans[0].reclaimed, 6);
    ASSERT_EQ(m_reclaims.kswapd.size(), 2U);
    EXPECT_EQ(m_reclaims.kswapd[0].scanned, 700);
    EXPECT_TRUE(m_reclaims.kswapd[0].open);
    EXPECT_EQ(m_reclaims.kswapd[1].freed, 30);
}

TEST_F(MemoryStoryTest, CompactionIsSpansOfItsTaskAndOfKcompactd) {
    open({m_folder.write(
        "trace.txt",
        " kcompactd1-42 [003] ..... 25.100000: mm_compaction_kcompactd_wake: nid=1 order=9 "
        "classzone_idx=DMA32\n"
        " kcompactd1-42 [003] ..... 25.200000: mm_compaction_begin: zone_start=0x1 "
        "migrate_pfn=0x1 free_pfn=0xe00 zone_end=0x1000, mode=sync\n"
        " bash-7        [000] ..... 25.210000: mm_compaction_try_to_compact_pages: order=3 "
        "gfp_mask=GFP_KERNEL priority=1\n"
        " bash-7        [000] ..... 25.220000: mm_compaction_begin: zone_start=0x1 "
        "migrate_pfn=0x1 free_pfn=0xe00 zone_end=0x1000, mode=async\n"
        " kcompactd1-42 [003] ..... 25.250000: mm_compaction_end: zone_start=0x1 "
        "migrate_pfn=0x200 free_pfn=0x200 zone_end=0x1000, mode=sync status=complete\n"
        " kcompactd1-42 [003] ..... 25.300000: mm_compaction_kcompactd_sleep: nid=1\n"
        " bash-7        [000] ..... 25.400000: sched_yield: x=1\n")});
    const auto& spans = m_activity.compaction;
    ASSERT_EQ(spans.size(), 3U);
    EXPECT_EQ(spans[0].kind, model::CompactionSpan::Kind::Kcompactd);
    EXPECT_EQ(spans[0].endNs - spans[0].beginNs, 200'000'000);
    EXPECT_EQ(spans[0].node, 1);
    EXPECT_EQ(spans[0].order, 9);
    EXPECT_EQ(spans[1].node, 1);
    EXPECT_EQ(spans[1].endNs - spans[1].beginNs, 50'000'000);
    EXPECT_EQ(spans[1].mode, "sync");
    EXPECT_EQ(spans[1].status, "complete");
    EXPECT_EQ(spans[2].order, 3);
    EXPECT_EQ(spans[2].node, -1);
    EXPECT_EQ(spans[2].mode, "async");
    EXPECT_TRUE(spans[2].open);
}

TEST_F(MemoryStoryTest, AllocationsAddUpOverAnyCutOfTheTime) {
    std::mt19937 random{5};
    std::vector<std::pair<std::int64_t, int>> made;
    model::AllocationGrid grid({model::timestampNs(1000), model::timestampNs(9'000'000'000)});
    for (int i = 0; i < 5000; ++i) {
        made.emplace_back(1000 + static_cast<std::int64_t>(random() % 8'999'999'000ULL),
                          static_cast<int>(random() % 4));
        grid.count(made.back().first, made.back().second);
    }
    grid.count(2000, -1);
    grid.count(2000, 99);
    grid.finish();
    EXPECT_EQ(grid.total(), 5000U);
    EXPECT_EQ(grid.orders(), 4U);
    for (std::size_t order = 0; order < 4; ++order) {
        std::uint64_t sum = 0;
        for (std::int64_t at = 1000; at < 9'000'000'000; at += 10'000'019)
            sum += grid.between(order, at, at + 10'000'019).allocations;
        EXPECT_EQ(sum, static_cast<std::uint64_t>(std::ranges::count(
                           made, static_cast<int>(order), &std::pair<std::int64_t, int>::second)));
    }
    EXPECT_EQ(grid.between(0, 0, 900).allocations, 0U);
}

/// As mm/vmstat.c has it (v6.12): fill_contig_page_info, unusable_free_index,
/// __fragmentation_index.
struct Contig {
    std::uint64_t freePages = 0, blocksTotal = 0, blocksSuitable = 0;
};
Contig contigInfo(const std::vector<std::int64_t>& blocks, unsigned suitable) {
    Contig info;
    for (unsigned order = 0; order < blocks.size(); ++order) {
        const auto count = static_cast<std::uint64_t>(blocks[order]);
        info.blocksTotal += count;
        info.freePages += count << order;
        if (order >= suitable) info.blocksSuitable += count << (order - suitable);
    }
    return info;
}

TEST(FragmentationNumbers, AreTheKernels) {
    std::mt19937 random{12};
    for (int round = 0; round < 500; ++round) {
        std::vector<std::int64_t> blocks;
        for (int order = 0; order < 11; ++order)
            blocks.push_back(random() % 3 == 0 ? static_cast<std::int64_t>(random() % 900) : 0);
        for (unsigned order = 0; order < 11; ++order) {
            const auto info = contigInfo(blocks, order);
            const std::uint64_t unusable =
                info.freePages == 0
                    ? 1000
                    : (info.freePages - (info.blocksSuitable << order)) * 1000 / info.freePages;
            EXPECT_EQ(model::unusableIndex(blocks, order), static_cast<std::int64_t>(unusable));
            std::int64_t index = 0;
            if (info.blocksTotal != 0)
                index = info.blocksSuitable != 0
                            ? -1000
                            : 1000 - static_cast<std::int64_t>(
                                         (1000 + info.freePages * 1000 / (1ULL << order)) /
                                         info.blocksTotal);
            EXPECT_EQ(model::fragmentationIndex(blocks, order), index);
        }
    }
}

// Counted with a script from the text of the captures.
TEST_F(MemoryStoryTest, CountsWhatTheCaptureOfASlowReclaimHolds) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "SKIPPED: no captures";
    const auto folder = *data / "guest/memory/kswapd-slow";
    open({folder / "trace.txt.xz", folder / "proc.log.xz"});
    std::array<std::int64_t, 4> sums{};
    for (const auto& scan : m_reclaims.scans) {
        const bool direct = scan.by == model::ReclaimScan::By::Direct;
        sums[direct ? 2 : 0] += scan.scanned;
        sums[direct ? 3 : 1] += scan.freed;
    }
    EXPECT_EQ(sums, (std::array<std::int64_t, 4>{53504, 30148, 9491, 4155}));
    ASSERT_EQ(m_reclaims.kswapd.size(), 14U);
    EXPECT_EQ(m_reclaims.kswapd[1].scanned, 9313);
    EXPECT_EQ(m_reclaims.kswapd[1].freed, 8279);
    ASSERT_EQ(m_reclaims.spans.size(), 91U);
    EXPECT_EQ(m_reclaims.spans[0].scanned, 61);
    EXPECT_EQ(m_reclaims.spans[0].node, 0);
    EXPECT_EQ(m_activity.compaction.size(), 3U);
    EXPECT_TRUE(std::ranges::none_of(m_activity.compaction, &model::CompactionSpan::open));
}

TEST_F(MemoryStoryTest, FindsTheKillAndItsCompaction) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "SKIPPED: no captures";
    open({*data / "guest/memory/oom/trace.txt"});
    EXPECT_EQ(m_activity.compaction.size(), 11U);
    std::vector<model::OomMark> kills;
    std::ranges::copy_if(m_activity.oom, std::back_inserter(kills), [](const auto& mark) {
        return mark.kind == model::OomMark::Kind::Victim;
    });
    EXPECT_EQ(m_activity.oom.size(), 21U);
    ASSERT_EQ(kills.size(), 1U);
    EXPECT_EQ(kills[0].tid, 251);
    EXPECT_EQ(kills[0].comm, "slowalloc");
}

TEST_F(MemoryStoryTest, CountsAllocationsByOrder) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "SKIPPED: no captures";
    open({*data / "guest/ftrace/default/trace.txt.xz"});
    EXPECT_EQ(m_activity.allocations.total(), 587U);
    const auto range = m_trace->range();
    const auto begin = model::toNs(range.begin), end = model::toNs(range.end);
    EXPECT_EQ(m_activity.allocations.between(0, begin, end).allocations, 572U);
    EXPECT_EQ(m_activity.allocations.between(1, begin, end).allocations, 15U);
}

}  // namespace
}  // namespace kscope::app
