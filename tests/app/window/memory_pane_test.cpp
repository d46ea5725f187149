// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Memory over a real capture and over files that the test writes: what they say,
/// what they draw, what they fold, and what their CSV holds.
#include "app/session/loader.h"
#include "tests/support/shared_data.h"
#include "views/panes/memory_zones/fold_track.h"
#include "views/panes/memory_zones/memory_pane.h"
#include "views/panes/memory_zones/sentence_track.h"
#include "views/panes/tracks/track_scene.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

namespace kscope::tests {
namespace {

using testing::HasSubstr;
using namespace kscope::views;

model::TracePtr loadMemory(const std::vector<std::string>& paths) {
    model::ThreadPool pool(2);
    app::Loader loader(pool);
    model::TracePtr trace;
    app::LoadRequest request;
    for (const auto& path : paths) request.sources.push_back({path});
    loader.load(std::move(request),
                {.snapshot = [](model::TracePtr) {},
                 .progress = [](const app::LoadProgress&) {},
                 .finished = [&](app::LoadResult given) { trace = given.trace; }});
    loader.wait();
    return trace;
}

/// Tracks over a trace, and where the pointer meets them.
class MemoryPaneTest : public testing::Test {
protected:
    void open(const std::vector<std::string>& paths) {
        m_trace = loadMemory(paths);
        ASSERT_NE(m_trace, nullptr);
        m_set = memoryTracks(m_trace);
        m_scene.set = m_set.get();
        m_scene.base.trace = m_trace.get();
        m_scene.base.state = &m_state;
        m_scene.base.window = m_trace->range();
        m_scene.base.body = {0, 0, 1400, 100 + m_scene.contentHeight()};
    }
    /// All texts of a drawn track.
    [[nodiscard]] std::vector<std::string> drawn(std::size_t track) {
        DrawList list;
        m_set->tracks[track]->draw(m_scene.canvas(track, m_texts, list));
        std::vector<std::string> texts;
        for (const DrawItem& item : list.items())
            if (item.shape == Shape::Text) texts.push_back(list.shownText(item));
        return texts;
    }
    [[nodiscard]] std::optional<TrackHit> hit(std::size_t track, std::int64_t ns, int row = 0) {
        DrawList list;
        const TrackCanvas canvas = m_scene.canvas(track, m_texts, list);
        return m_set->tracks[track]->at(canvas, canvas.plot.x + canvas.viewport().x(ns),
                                        canvas.plot.y + 8 + row);
    }
    /// Number of the first track that draws `text`.
    [[nodiscard]] std::size_t trackWith(std::string_view text) {
        for (std::size_t i = 0; i < m_set->tracks.size(); ++i)
            for (const auto& shown : drawn(i))
                if (shown.find(text) != std::string::npos) return i;
        ADD_FAILURE() << "no track draws " << text;
        return 0;
    }
    [[nodiscard]] std::string csv() const {
        std::string out;
        for (const auto& track : m_set->tracks) track->csv(m_trace->range(), out);
        return out;
    }
    model::TracePtr m_trace;
    std::shared_ptr<const TrackSet> m_set;
    ViewState m_state;
    TrackScene m_scene;
    TextCache m_texts{1.0};
};

std::map<QString, QString> factsOf(const TrackHit& hit) {
    return {hit.words.facts.begin(), hit.words.facts.end()};
}

const char* const kZone = "Node 0, zone    DMA32\n"
                          "  pages free     150\n        boost    12\n        min      100\n"
                          "        low      200\n        high     250\n        spanned  4096\n"
                          "        present  4000\n        managed  3900\n        cma      64\n";

TEST_F(MemoryPaneTest, OneReadingOfAZoneSaysWhatGoesOnWithoutHovering) {
    const support::TemporaryFolder folder;
    open({folder.write("zoneinfo", kZone)});
    ASSERT_GE(m_set->tracks.size(), 3U);
    EXPECT_THAT(drawn(0), testing::Contains(HasSubstr("DMA32 below low")));
    const auto header = drawn(2);
    for (const auto* word : {"high", "low", "min", "0.98 MiB", "800 KiB", "400 KiB"})
        EXPECT_THAT(header, testing::Contains(std::string(word)));
    EXPECT_THAT(header, testing::Contains(HasSubstr("boosted by 48.0 KiB")));
}

TEST_F(MemoryPaneTest, AClickOnAZoneGivesAllItsNumbers) {
    const support::TemporaryFolder folder;
    open({folder.write("zoneinfo", kZone)});
    const auto found = hit(2, model::toNs(m_trace->range().begin));
    ASSERT_TRUE(found);
    const auto facts = factsOf(*found);
    EXPECT_EQ(facts.at(QStringLiteral("managed")).toStdString(), "15.2 MiB, 3\u2009900 pages");
    EXPECT_EQ(facts.at(QStringLiteral("present")).toStdString(), "15.6 MiB, 4\u2009000 pages");
    EXPECT_EQ(facts.at(QStringLiteral("spanned")).toStdString(), "16.0 MiB, 4\u2009096 pages");
    EXPECT_EQ(facts.at(QStringLiteral("cma")).toStdString(), "256 KiB, 64 pages");
    EXPECT_EQ(facts.at(QStringLiteral("distance to min")).toStdString(), "200 KiB, 50 pages");
}

TEST_F(MemoryPaneTest, SamplesOfTheLinesStandBesideTheirNames) {
    const support::TemporaryFolder folder;
    open({folder.write("zoneinfo", kZone)});
    DrawList list;
    const TrackCanvas canvas = m_scene.canvas(2, m_texts, list);
    m_set->tracks[2]->draw(canvas);
    std::vector<LineStyle> inHeader;
    for (const DrawItem& item : list.items())
        if (item.shape == Shape::Outline && item.box.right() <= canvas.plot.x)
            inHeader.push_back(item.style);
    EXPECT_EQ(inHeader, (std::vector{LineStyle::Dashed, LineStyle::Dotted, LineStyle::Solid}));
}

TEST_F(MemoryPaneTest, TheScaleOfFreeBlocksIsWholeAndAGroupFolds) {
    const support::TemporaryFolder folder;
    open({folder.write("buddyinfo", "Node 0, zone   Normal    10   20    0    4    0    1\n")});
    const auto group = trackWith("Buddy lists");
    const auto texts = drawn(group);
    for (const auto* word : {"1", "20 free blocks, logarithmic", "none left"})
        EXPECT_THAT(texts, testing::Contains(std::string(word)));
    const auto* fold = dynamic_cast<const FoldTrack*>(m_set->tracks[group].get());
    ASSERT_NE(fold, nullptr);
    const int before = m_scene.contentHeight();
    EXPECT_EQ(m_set->tracks[group + 1]->height(), 16);
    fold->fold().folded = true;
    EXPECT_EQ(m_set->tracks[group + 1]->height(), 0);
    EXPECT_LT(m_scene.contentHeight(), before - 6 * 16);
    EXPECT_THAT(csv(), HasSubstr("Node 0 Normal order 1,"));
    // 10 + 40 + 32 + 32 pages; 32 of 114 lie in blocks that are too small for order 3: 50/114.
    EXPECT_THAT(csv(), HasSubstr("Node 0 Normal unusable order 3,"));
}

/// unusable_free_index and __fragmentation_index of mm/vmstat.c for one line of buddyinfo.
std::pair<std::string, std::string> kernelIndices(const std::vector<long>& blocks, unsigned want) {
    long pages = 0, total = 0, suitable = 0;
    for (unsigned order = 0; order < blocks.size(); ++order) {
        pages += blocks[order] << order;
        total += blocks[order];
        if (order >= want) suitable += blocks[order] << (order - want);
    }
    const long unusable = (pages - (suitable << want)) * 1000 / pages;
    const long split = suitable > 0 ? -1000 : 1000 - (1000 + pages * 1000 / (1L << want)) / total;
    const auto text = [](long thousandths) {
        char shown[32];
        snprintf(shown, sizeof shown, "%.3f", static_cast<double>(thousandths) / 1000);
        return std::string(shown);
    };
    return {text(unusable), text(split)};
}

class SlowReclaim : public MemoryPaneTest {
protected:
    void SetUp() override {
        const auto data = support::sharedData();
        if (!data) GTEST_SKIP() << "SKIPPED: no captures";
        const auto folder = *data / "guest/memory/kswapd-slow";
        open({folder / "trace.txt.xz", folder / "proc.log.xz"});
    }
};

TEST_F(SlowReclaim, IndicesAreTheKernelsForTheFirstReading) {
    // The first reading of buddyinfo in the log, DMA32.
    const std::vector<long> blocks{5, 3, 42, 27, 11, 4, 0, 0, 1, 0, 0};
    std::map<std::string, std::string> first;  // value of a lane's first row
    std::istringstream rows(csv());
    for (std::string row; std::getline(rows, row);) {
        const auto lane = row.substr(0, row.find(','));
        auto value = row.substr(row.find(',', row.find(',', lane.size() + 1) + 1) + 1);
        first.emplace(lane, value.substr(0, value.find(',')));
    }
    for (unsigned order = 0; order < blocks.size(); ++order) {
        const auto [unusable, split] = kernelIndices(blocks, order);
        const auto name = std::to_string(order);
        EXPECT_EQ(first.at("Node 0 DMA32 unusable order " + name), unusable) << order;
        EXPECT_EQ(first.at("Node 0 DMA32 fragmentation order " + name), split) << order;
        EXPECT_EQ(first.at("Node 0 DMA32 order " + name), std::to_string(blocks[order]));
    }
    EXPECT_EQ(first.at("Node 0 DMA32 Largest order"), "8");
}

std::vector<std::string> cellsOf(const std::string& line, char between) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, between);) cells.push_back(cell);
    return cells;
}

/// facts.tsv beside the capture: zones of each reading, and the events, as another program read
/// them.
TEST_F(SlowReclaim, ZonesAndKswapdEqualTheFactsBesideTheCapture) {
    struct Row {
        double begin, end;
        std::string text;  // free, min, low, high
    };
    std::map<std::string, std::vector<Row>> zones;
    std::vector<std::pair<double, double>> kswapd;
    std::istringstream rows(csv());
    for (std::string line; std::getline(rows, line);) {
        const auto cells = cellsOf(line, ',');
        const double begin = std::stod(cells.at(1)) / 1e9, end = std::stod(cells.at(2)) / 1e9;
        if (cells[0] == "Node 0 DMA" || cells[0] == "Node 0 DMA32")
            zones[cells[0].substr(7)].push_back(
                {begin, end, cells[3] + ' ' + cells[4] + ' ' + cells[5] + ' ' + cells[6]});
        if (cells[0] == "kswapd") kswapd.emplace_back(begin, end);
    }
    std::ifstream facts(*support::sharedData() / "guest/memory/kswapd-slow/facts.tsv");
    std::optional<double> awake;
    std::size_t readings = 0, spans = 0;
    for (std::string line; std::getline(facts, line);) {
        const auto cells = cellsOf(line, '\t');
        if (cells.at(0) == "zone") {
            // Read somewhere between the two times of the log.
            const double from = std::stod(cells[1]), to = std::stod(cells[2]);
            const auto wanted = cells[6] + ' ' + cells[7] + ' ' + cells[8] + ' ' + cells[9];
            EXPECT_TRUE(std::ranges::any_of(zones[cells[5]], [&](const Row& row) {
                return row.text == wanted && row.begin <= to && row.end >= from;
            })) << line;
            ++readings;
        } else if (cells[0] == "mm_vmscan_kswapd_wake" && !awake) {
            awake = std::stod(cells[1]);
        } else if (cells[0] == "mm_vmscan_kswapd_sleep" && awake) {
            ASSERT_LT(spans, kswapd.size());
            EXPECT_NEAR(kswapd[spans].first, *awake, 1e-6);
            EXPECT_NEAR(kswapd[spans].second, std::stod(cells[1]), 1e-6);
            awake.reset();
            ++spans;
        }
    }
    EXPECT_GE(readings, 200U);
    EXPECT_EQ(spans, 13U);
}

/// The log of the capture ends at 56.002 754 410 (its last header of zoneinfo), the events later.
TEST_F(MemoryPaneTest, NothingIsClaimedBehindTheLastReading) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "SKIPPED: no captures";
    open({*data / "guest/memory/oom/trace.txt", *data / "guest/memory/oom/proc.log.xz"});
    constexpr std::int64_t kLastRead = 56'002'754'410;
    ASSERT_GT(model::toNs(m_trace->range().end), kLastRead + 20'000'000'000);
    std::istringstream rows(csv());
    std::size_t zones = 0;
    for (std::string line; std::getline(rows, line);) {
        const auto cells = cellsOf(line, ',');
        if (!cells.at(0).starts_with("Node 0 DMA")) continue;
        ++zones;
        EXPECT_LE(std::stoll(cells.at(2)), kLastRead + 1) << line;
    }
    EXPECT_GT(zones, 10U);
    EXPECT_THAT(drawn(0), testing::Contains(HasSubstr("Zones were last read at")));
    m_scene.base.window.end = model::timestampNs(kLastRead - 1'000'000'000);
    EXPECT_THAT(drawn(0), testing::Not(testing::Contains(HasSubstr("last read"))));
}

TEST_F(SlowReclaim, ReclaimAndCompactionLieBelowTheLargestZone) {
    std::map<std::string, int> count;
    std::istringstream rows(csv());
    for (std::string row; std::getline(rows, row);) ++count[row.substr(0, row.find(','))];
    EXPECT_EQ(count["kswapd"], 14);
    EXPECT_EQ(count["direct reclaim"], 91);
    EXPECT_EQ(count["compaction"], 3);
    EXPECT_EQ(count["oom"], 21);  // reclaim_retry_zone
    const auto track = trackWith("kswapd0");
    ASSERT_GT(track, 1U);
    EXPECT_THAT(drawn(track), testing::IsSupersetOf({"kswapd0", "direct reclaim", "compaction"}));
    EXPECT_THAT(drawn(track - 1), testing::Contains(std::string("Free")));
    EXPECT_THAT(drawn(track - 2), testing::Contains(std::string("Node 0 DMA32")));
}

TEST_F(SlowReclaim, ASpanSaysWhatItScannedAndFreed) {
    const auto next = [&](std::size_t track, model::Timestamp from) {
        return m_set->tracks[track]->next(from);
    };
    const auto track = trackWith("kswapd0");
    auto found = next(track, m_trace->range().begin);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->words.title.toStdString(), HasSubstr("kswapd0 awake for 93.42 ms"));
    EXPECT_EQ(factsOf(*found).at(QStringLiteral("scanned")), QStringLiteral("140"));
    while (found && !found->words.title.contains(QStringLiteral("slowalloc 216 stalled")))
        found = next(track, found->span.begin);
    ASSERT_TRUE(found);
    EXPECT_EQ(factsOf(*found).at(QStringLiteral("reclaimed")), QStringLiteral("61"));
    EXPECT_EQ(factsOf(*found).at(QStringLiteral("efficiency")), QStringLiteral("100.0 %"));
    EXPECT_EQ(found->item.kind, Item::Kind::Told);
    EXPECT_EQ(m_trace->comm(found->item.task), "slowalloc");
    EXPECT_EQ(m_trace->text(m_trace->event(found->item.event).name),
              "mm_vmscan_direct_reclaim_begin");
}

}  // namespace
}  // namespace kscope::tests
