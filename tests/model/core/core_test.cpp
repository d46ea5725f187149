// SPDX-License-Identifier: GPL-3.0-or-later
/// Strings, diagnostics, the pool and the formats.
#include "model/core/diagnostics.h"
#include "model/core/format.h"
#include "model/core/segmented.h"
#include "model/core/strings.h"
#include "model/core/thread_pool.h"
#include "model/store/known_events.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>

using namespace kscope::model;
using namespace std::chrono_literals;

TEST(Format, DurationsHaveThreeOrFourDigitsAndAUnit) {
    EXPECT_EQ(formatDuration(0ns), "0 ns");
    EXPECT_EQ(formatDuration(999ns), "999 ns");
    EXPECT_EQ(formatDuration(31us), "31 µs");
    EXPECT_EQ(formatDuration(11'839us), "11.84 ms");
    EXPECT_EQ(formatDuration(3'692us), "3.692 ms");
    EXPECT_EQ(formatDuration(999'950ns), "1.000 ms");
    EXPECT_EQ(formatDuration(999'940ns), "999.9 µs");
    EXPECT_EQ(formatDuration(-5us), "-5 µs");
    EXPECT_EQ(formatDuration(Duration{INT64_MIN}).front(), '-');
    EXPECT_EQ(formatDuration(12'480ms), "12.48 s");
}

TEST(Format, NeverShowsAThousandOfAUnit) {
    for (std::int64_t unit : {1'000ll, 1'000'000ll, 1'000'000'000ll})
        for (std::int64_t off = -2'000; off <= 0; ++off) {
            const auto text = formatDuration(Duration{unit * 1000 + off * unit / 10'000});
            EXPECT_TRUE(unit == 1'000'000'000 || text.substr(0, 4) != "1000") << text;
        }
}

TEST(Format, CountsAndSecondsAreGrouped) {
    EXPECT_EQ(formatCount(2847113), "2\u2009847\u2009113");
    EXPECT_EQ(formatCount(999), "999");
    EXPECT_EQ(formatSeconds(timestampNs(4811230149000)), "4811.230149000");
    EXPECT_EQ(formatSeconds(timestampNs(-1)), "-0.000000001");
    EXPECT_EQ(formatSecondsGrouped(timestampNs(4811230149000), 6), "4\u2009811.230\u2009149");
    EXPECT_EQ(formatBytes(1536 * 1024), "1.50 MiB");
    EXPECT_EQ(formatShare(0.004), "0.4 %");
    EXPECT_EQ(formatShare(0.76), "76 %");
    EXPECT_EQ(formatShare(0), "0 %");
    EXPECT_EQ(formatShare(0.0004), "< 0.1 %") << "what is there is not told as nothing";
    EXPECT_EQ(formatShare(0.0006), "0.1 %");
}

TEST(StringTable, KnownEventsHaveTheirIds) {
    StringTable table;
    EXPECT_EQ(table.view(nameId(KnownEvent::SchedSwitch)), "sched_switch");
    EXPECT_EQ(table.intern("softirq_raise"), nameId(KnownEvent::SoftirqRaise));
    EXPECT_EQ(table.intern(""), kNoString);
    const auto id = table.intern(std::string("a\0b", 3));
    EXPECT_EQ(table.view(id), std::string_view("a\0b", 3));
    EXPECT_EQ(table.find("never"), kNoString);
}

TEST(StringTable, StopsGrowingAtItsLimitAndCounts) {
    StringTable table;
    for (std::size_t i = 0; i < StringTable::kMaxStrings + 1000; ++i)
        static_cast<void>(table.intern(std::to_string(i)));
    EXPECT_LE(table.size(), StringTable::kMaxStrings + 1);
    EXPECT_GE(table.overflowed(), 1000u);
    EXPECT_EQ(table.view(table.intern("one more")), "(too many names)");
}

TEST(Segmented, KeepsEveryElementAtItsAddress) {
    Segmented<int> numbers;
    numbers.push(0);
    const int* const first = &numbers[0];
    for (int i = 1; i < 100'000; ++i) numbers.push(i);
    EXPECT_EQ(first, &numbers[0]);
    for (int i = 0; i < 100'000; ++i) ASSERT_EQ(numbers[static_cast<std::size_t>(i)], i);
}

TEST(Diagnostics, KeepsTheFirstPlacesAndEveryCount) {
    Diagnostics some;
    for (std::uint64_t line = 1; line <= 20; ++line)
        some.record(DiagnosticKind::BadTime, {SourceId{0}, line, 0});
    EXPECT_EQ(some.count(DiagnosticKind::BadTime), 20u);
    ASSERT_EQ(some.all().front().first.size(), Diagnostic::kKept);
    EXPECT_EQ(some.all().front().first.back().line, 8u);
    Diagnostics all;
    all.add(some);
    all.add(some);
    EXPECT_EQ(all.count(DiagnosticKind::BadTime), 40u);
}

TEST(Diagnostics, KindsHaveDistinctNames) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kDiagnosticKinds; ++i)
        names.insert(diagnosticName(static_cast<DiagnosticKind>(i)));
    EXPECT_EQ(names.size(), kDiagnosticKinds);
    EXPECT_EQ(diagnosticName(DiagnosticKind::SectionSkipped), "section_skipped");
}

TEST(ParallelFor, CallsEachIndexOnce) {
    ThreadPool pool(3);
    for (std::size_t count : {0u, 1u, 2u, 1000u}) {
        std::vector<std::atomic<int>> calls(count);
        parallelFor(pool, count, [&](std::size_t i) { ++calls[i]; });
        for (const auto& call : calls) ASSERT_EQ(call, 1);
    }
}
