// SPDX-License-Identifier: GPL-3.0-or-later
/// The filter language on readings of /proc: every sample's own fields, the columns of its row, and
/// one field against another.
#include "app/live/core/live_history.h"
#include "model/query/filter.h"

#include <gtest/gtest.h>

namespace kscope::app {
namespace {

std::string zones(int dma, int normal) {
    const auto zone = [](const char* name, int free, int low) {
        return "Node 0, zone " + std::string(name) + "\n  pages free     " + std::to_string(free) +
               "\n        boost    0\n        min      " + std::to_string(low / 2) +
               "\n        low      " + std::to_string(low) + "\n        high     " +
               std::to_string(low * 2) +
               "\n        spanned  9000\n        present  9000\n        managed  9000\n";
    };
    return zone("  DMA32", dma, 1000) + zone("   Normal", normal, 3000);
}
std::string lines(int timer, int disk) {
    return "            CPU0       CPU1       \n  5:        " + std::to_string(disk) +
           "          7   IO-APIC   5-edge      disk\nLOC:       1000       " +
           std::to_string(timer) + "   Local timer interrupts\n";
}

class CounterFilter : public testing::Test {
protected:
    /// Four rounds a second apart; zoneinfo is row 2·n, interrupts row 2·n+1.
    CounterFilter() {
        const int rounds[][4] = {{5000, 9000, 2000, 10},
                                 {900, 9000, 2500, 10},
                                 {5000, 2999, 2500, 1210},
                                 {400, 9000, 2600, 1210}};
        std::int64_t ns = 10'000'000'000;
        for (const auto& [dma, normal, timer, disk] : rounds) {
            const auto zone = zones(dma, normal);
            const auto irqs = lines(timer, disk);
            m_history.add({{0, "/proc/zoneinfo", ns, ns + 1000, zone, false},
                           {1, "/proc/interrupts", ns + 2000, ns + 3000, irqs, false}});
            ns += 1'000'000'000;
        }
        m_trace = m_history.snapshot();
    }
    /// Rows that pass, by the index and one by one: both must say the same.
    std::vector<std::uint64_t> rows(std::string_view text) {
        const auto filter = model::Filter::parse(text);
        EXPECT_TRUE(filter) << text << ": " << (filter ? "" : filter.error().message);
        if (!filter) return {};
        model::ThreadPool pool(1);
        const auto found = model::filterRows(*m_trace, *filter, pool);
        std::vector<std::uint64_t> passed;
        for (std::uint64_t row = 0; row < m_trace->events(); ++row) {
            const model::EventIndex index{row};
            const bool one = filter->matches(*m_trace, m_trace->event(index));
            EXPECT_EQ(found->contains(index), one) << text << " row " << row;
            if (one) passed.push_back(row);
        }
        return passed;
    }
    using Rows = std::vector<std::uint64_t>;
    LiveHistory m_history;
    model::TracePtr m_trace;
};

TEST_F(CounterFilter, ComparesColumnsOfOneRowWithEachOther) {
    EXPECT_EQ(rows("zone == \"DMA32\" && free < low"), (Rows{2, 6}));
    EXPECT_EQ(rows("free < low"), (Rows{2, 4, 6}));
    EXPECT_EQ(rows("free < min"), (Rows{6})) << "400 < 500";
    EXPECT_EQ(rows("zone == Normal && low > free"), (Rows{4}));
    EXPECT_EQ(rows("node == 1 && free < low"), Rows{});
    EXPECT_EQ(rows("zone == \"DMA32\" && free < 2K && free > 0x1f4"), (Rows{2}));
}

TEST_F(CounterFilter, AsksSingleNumbers) {
    EXPECT_EQ(rows("file == interrupts && delta > 400 && cpu == 1"), (Rows{3}));
    EXPECT_EQ(rows("irq == 5 && delta >= 1200"), (Rows{5}));
    EXPECT_EQ(rows("irq == 5 && rate >= 1200"), (Rows{5}));
    EXPECT_EQ(rows("irq == 5 && rate > 1200"), Rows{});
    EXPECT_EQ(rows("name == \"LOC/CPU1\" && value == 2500"), (Rows{3, 5}));
    EXPECT_EQ(rows("name ~ \"node0/*/free\" && delta < -4000"), (Rows{2, 4, 6}));
    EXPECT_EQ(rows("irq == LOC && CPU1 > CPU0"), (Rows{1, 3, 5, 7}));
    EXPECT_EQ(rows("cpu == 5"), Rows{});
}

TEST_F(CounterFilter, JoinsWithTheEventsOwnFields) {
    EXPECT_EQ(rows("event == zoneinfo && free < low"), (Rows{2, 4, 6}));
    EXPECT_EQ(rows("event == interrupts && free < low"), Rows{});
    EXPECT_EQ(rows("(irq == 5 && delta > 0) || (zone == DMA32 && free < min)"), (Rows{5, 6}));
    EXPECT_EQ(rows("event == zoneinfo && !(zone == \"DMA32\" && free < low)").size(), 4U)
        << "another zone of the same reading passes";
    EXPECT_EQ(rows("free < nosuchfield"), Rows{});
}

TEST_F(CounterFilter, StillNamesWhatIsNoNumber) {
    for (const auto* const text : {"duration > low", "free < \"low\"", "free < 1xs"})
        EXPECT_FALSE(model::Filter::parse(text)) << text;
}

}  // namespace
}  // namespace kscope::app
