// SPDX-License-Identifier: GPL-3.0-or-later
/// Rates of a table that grows under a walk against a walk over all of it, and growth by CPU
/// against the report's.
#include "app/live/core/live_history.h"
#include "model/derive/counter_rates.h"
#include "model/derive/interrupt_report.h"

#include <gtest/gtest.h>

#include <random>

namespace kscope::app {
namespace {

/// Counts of a machine whose third CPU comes and goes, with a line that appears later.
class Machine {
public:
    std::string round() {
        ++m_round;
        const bool third = m_round / 150 % 2 == 0;
        std::string text = third ? "     CPU0 CPU1 CPU2\n" : "     CPU0 CPU1\n";
        for (int row = 0; row < (m_round > 90 ? 5 : 4); ++row) {
            text += row == 0 ? "LOC:" : std::to_string(row) + ":";
            for (int cpu = 0; cpu < (third ? 3 : 2); ++cpu) {
                auto& count = m_counts[row][cpu];
                count += static_cast<std::uint32_t>(m_random() % 50);
                text += " " + std::to_string(count);
            }
            text += row == 0 ? " Local timer interrupts\n" : " IO-APIC 1-edge dev\n";
        }
        return text;
    }

private:
    std::minstd_rand m_random{11};
    int m_round = 0;
    std::uint32_t m_counts[5][3] = {{4294967000U, 5, 6}, {}, {}, {}, {}};
};

void expectSame(const model::CounterRates& a, const model::CounterRates& b) {
    ASSERT_EQ(a.ns, b.ns);
    ASSERT_EQ(a.rows.size(), b.rows.size());
    EXPECT_EQ(a.resets, b.resets);
    for (std::size_t row = 0; row < a.rows.size(); ++row) {
        ASSERT_EQ(a.rows[row].grown, b.rows[row].grown) << row;
        ASSERT_EQ(a.rows[row].bySeries, b.rows[row].bySeries) << row;
    }
}

TEST(CounterRateWalk, FollowsATableThatGrowsAndLosesItsOldest) {
    // Few bytes: the history lets go of what is old again and again.
    LiveHistory history({.time = std::chrono::seconds(120), .bytes = 64 << 20});
    Machine machine;
    model::CounterRateWalk walk(300);
    std::int64_t ns = 1'000'000'000;
    for (int step = 0; step < 120; ++step) {
        for (int i = 0; i < 17; ++i, ns += 200'000'000) {
            const auto text = machine.round();
            history.add({{0, "/proc/interrupts", ns, ns + 1000, text, false}});
        }
        const auto trace = history.snapshot();
        ASSERT_EQ(trace->counters().size(), 1U);
        const auto& table = *trace->counters()[0];
        expectSame(walk.follow(table), model::CounterRateWalk(300).follow(table));
        if (testing::Test::HasFatalFailure()) return;
        EXPECT_LE(walk.follow(table).ns.size(), 301U);
    }
}

TEST(CpuGrowth, IsWhatTheReportCounts) {
    LiveHistory history;
    Machine machine;
    for (int i = 0; i < 400; ++i) {
        const std::int64_t ns = 1'000'000'000 + i * 200'000'000LL;
        const auto text = machine.round();
        history.add({{0, "/proc/interrupts", ns, ns + 1000, text, false}});
    }
    const auto trace = history.snapshot();
    const auto& table = trace->counters()[0];
    std::minstd_rand random(5);
    for (int i = 0; i < 60; ++i) {
        const auto first = static_cast<std::int64_t>(random() % 390);
        const auto last = first + 1 + static_cast<std::int64_t>(random() % (399 - first));
        const auto begin = table->timeNs(static_cast<std::size_t>(first));
        const auto end = table->timeNs(static_cast<std::size_t>(last)) + 1;
        model::ReportScope scope;
        scope.range = model::TimeRange{model::timestampNs(begin), model::timestampNs(end)};
        const auto report = model::growthReport(*trace, model::CounterFile::Interrupts, scope);
        ASSERT_TRUE(report);
        const auto growth = model::cpuGrowth(table, begin, end);
        for (const auto& row : report->rows) {
            std::size_t number = 0;
            while (table->rows()[number].name != row.row) ++number;
            std::int64_t total = 0;
            for (const auto delta : growth.row(number))
                if (delta != model::CpuGrowth::kUnknown) total += delta;
            EXPECT_EQ(total, row.total) << first << ' ' << last;
        }
    }
    const auto narrow = model::cpuGrowth(table, table->timeNs(7) + 5, table->timeNs(7) + 9);
    EXPECT_EQ(narrow.endNs - narrow.beginNs, 200'000'000) << "the readings around";
}

}  // namespace
}  // namespace kscope::app
