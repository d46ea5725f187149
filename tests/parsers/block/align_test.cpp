// SPDX-License-Identifier: GPL-3.0-or-later
/// Sources that saw the same requests find each other again.
#include "model/derive/align.h"
#include "parsers/importers.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kscope::tests {
namespace {

TEST(Align, AShiftMadeByHandIsFoundAgainToAMicrosecond) {
    const auto shared = support::sharedData();
    if (!shared) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
    const auto folder = *shared / "guest" / "combined" / "write-fsync";
    for (const std::int64_t shift : {0LL, 1'500'000'123LL, -3'600'000'000'007LL}) {
        model::ThreadPool pool(2);
        model::TraceBuilder builder;
        parsers::ImportOptions options;
        ASSERT_TRUE(
            parsers::importSource((folder / "trace.txt.xz").string(), builder, pool, options));
        options.offsetNs = shift;
        const auto moved = parsers::importSource((folder / "sda").string(), builder, pool, options);
        ASSERT_TRUE(moved) << moved.error().message;
        const auto trace = builder.finish();
        ASSERT_EQ(model::sourcesWithBlocks(*trace).size(), 2U);
        const auto found = model::alignByBlocks(*trace, model::SourceId{0}, *moved);
        ASSERT_TRUE(found.found);
        EXPECT_NEAR(static_cast<double>(found.shift), static_cast<double>(-shift), 1000.0);
        EXPECT_GT(found.matches, 180U);
        EXPECT_LT(found.residual, 5'000);
        builder.shift(*moved, found.shift);
        const auto again = builder.finish();
        EXPECT_EQ(again->sources()[1].offsetNs, shift + found.shift);
        EXPECT_EQ(again->events(), trace->events());
    }
}

TEST(Align, SourcesOfOtherRequestsStayApart) {
    const support::TemporaryFolder folder;
    std::string one;
    std::string other;
    for (int i = 0; i < 100; ++i) {
        const auto line = [&](int sector) {
            return "  8,0    1        1     " + std::to_string(i) + ".000000000   356  Q  WS " +
                   std::to_string(sector) + " + 8 [a]\n";
        };
        one += line(i * 8);
        other += line(100'000 + i * 8);
    }
    model::ThreadPool pool(1);
    model::TraceBuilder builder;
    ASSERT_TRUE(parsers::importSource(folder.write("a", one), builder, pool, {}));
    ASSERT_TRUE(parsers::importSource(folder.write("b", other), builder, pool, {}));
    const auto trace = builder.finish();
    EXPECT_FALSE(model::alignByBlocks(*trace, model::SourceId{0}, model::SourceId{1}).found);
    EXPECT_TRUE(model::relativeShifts(*trace).empty());  // nothing to lay them on
}

TEST(Align, ASourceWithoutAClockStartsWhereTheAxisStarts) {
    const support::TemporaryFolder folder;
    const std::string text = "  8,0    1        1     0.000000000   356  Q  WS 8 + 8 [a]\n"
                             "  8,0    1        2     0.500000000   356  G  WS 8 + 8 [a]\n";
    const std::string trace = "            bash-12      [001] d.h1.     9.000001: a: b\n"
                              "            bash-12      [001] d.h1.     9.100001: a: b\n";
    model::ThreadPool pool(1);
    model::TraceBuilder builder;
    ASSERT_TRUE(parsers::importSource(folder.write("a", text), builder, pool, {}));
    ASSERT_TRUE(parsers::importSource(folder.write("b", trace), builder, pool, {}));
    const auto shifts = model::relativeShifts(*builder.snapshot());
    ASSERT_EQ(shifts.size(), 1U);
    EXPECT_EQ(shifts[0].ns, 9'000'001'000);
    builder.shift(shifts[0].source, shifts[0].ns);
    const auto laid = builder.finish();
    EXPECT_EQ(laid->events(), 4U);
    EXPECT_EQ(toNs(laid->event(model::EventIndex{0}).time), 9'000'001'000);
    EXPECT_EQ(toNs(laid->event(model::EventIndex{3}).time), 9'500'001'000);
}

/// A log of one round at `seconds` of CLOCK_MONOTONIC and one a second later.
std::string logAt(int seconds) {
    std::string text = "# kernelscope-proc-log 1 clock=CLOCK_MONOTONIC host=h start-realtime=1\n";
    for (int i = 0; i < 2; ++i) {
        const auto at = std::to_string(seconds + i) + ".000000000";
        text += "# kernelscope-proc /proc/loadavg " + at + ' ' + at + "\n0.1 0.2 0.3 1/2 3\n\n";
    }
    return text;
}
constexpr auto kNameless =
    "            bash-12      [000] d..2.     9.000000: sched_switch: prev_comm=bash prev_pid=12 "
    "prev_prio=120 prev_state=S ==> next_comm=cat next_pid=13 next_prio=120\n"
    "             cat-13      [000] d.h1.     9.100000: a: b\n";

TEST(Align, AClockThatNobodyNamesIsTakenAsMonotonicWhereItOverlaps) {
    for (const int seconds : {8, 500}) {
        const support::TemporaryFolder folder;
        model::ThreadPool pool(1);
        model::TraceBuilder builder;
        ASSERT_TRUE(parsers::importSource(folder.write("t", kNameless), builder, pool, {}));
        ASSERT_TRUE(parsers::importSource(folder.write("log", logAt(seconds)), builder, pool, {}));
        model::placeRelativeSources(builder);
        const auto trace = builder.finish();
        const auto& found = trace->diagnostics().all();
        const bool assumed = std::ranges::any_of(found, [](const auto& note) {
            return note.kind == model::DiagnosticKind::ClockAssumed;
        });
        EXPECT_EQ(assumed, seconds == 8) << seconds;
        EXPECT_EQ(trace->sources()[0].offsetNs, seconds == 8 ? 0 : 491'000'000'000);
        EXPECT_EQ(trace->sources()[1].offsetNs, 0);
    }
}

TEST(Align, SourcesThatAllNameNoClockKeepTheirDistance) {
    const support::TemporaryFolder folder;
    std::string later = kNameless;
    for (auto at = later.find(" 9."); at != later.npos; at = later.find(" 9.", at + 1))
        later[at + 1] = '5';
    model::ThreadPool pool(1);
    model::TraceBuilder builder;
    ASSERT_TRUE(parsers::importSource(folder.write("a", kNameless), builder, pool, {}));
    ASSERT_TRUE(parsers::importSource(folder.write("b", later), builder, pool, {}));
    EXPECT_TRUE(model::relativeShifts(*builder.snapshot()).empty());
}

TEST(Align, ALongerSourceDoesNotStretchWhatRanLast) {
    const support::TemporaryFolder folder;
    model::ThreadPool pool(1);
    model::TraceBuilder builder;
    ASSERT_TRUE(parsers::importSource(folder.write("t", kNameless), builder, pool, {}));
    ASSERT_TRUE(parsers::importSource(folder.write("log", logAt(9)), builder, pool, {}));
    const auto trace = builder.finish();
    EXPECT_EQ(model::toNs(trace->range().end), 10'000'001'000);
    const auto lane = trace->cpuLane(model::CpuId{0});
    ASSERT_GT(lane.size(), 0U);
    // cat runs from the switch to the last line of its own source, a µs behind its begin.
    EXPECT_EQ(lane.span(lane.size() - 1).end, 9'100'001'000);
}

}  // namespace
}  // namespace kscope::tests
