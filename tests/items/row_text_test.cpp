// SPDX-License-Identifier: GPL-3.0-or-later
/// Times, rows as text, rows made fewer, places and lines.
#include "model/core/format.h"
#include "model/items/event_place.h"
#include "model/items/row_restriction.h"
#include "model/items/row_text.h"
#include "tests/items/small_trace.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace kscope::tests {
namespace {

using namespace kscope::items;
using model::EventIndex;
using model::timestampNs;

std::string written(const RowJob& job) {
    std::string text;
    EXPECT_TRUE(
        writeRows(job, {}, [&](std::string_view piece) { return text += piece, true; }, {}));
    return text;
}

TEST(TimeText, KeepsEveryDigitAndCutsNone) {
    const TimeStyle seconds{.unit = TimeStyle::Unit::Seconds, .zeroNs = 0, .decimals = 6};
    EXPECT_EQ(timeText(seconds, timestampNs(4'811'230'149'999)), "4\u2009811.230\u2009149");
    EXPECT_EQ(timeText(seconds, timestampNs(-1'500'000)), "\u22120.001\u2009500");
    const TimeStyle since{
        .unit = TimeStyle::Unit::Milliseconds, .zeroNs = 1'000'000, .decimals = 6};
    EXPECT_EQ(timeText(since, timestampNs(27'149'008)), "26.149\u2009008");
    const TimeStyle ticks{.unit = TimeStyle::Unit::Ticks, .zeroNs = 5, .decimals = 0};
    EXPECT_EQ(timeText(ticks, timestampNs(1'005)), "1\u2009000");
}

TEST(TimeText, SurvivesTheEndsOfTime) {
    const TimeStyle style{.unit = TimeStyle::Unit::Seconds, .zeroNs = 0, .decimals = 9};
    EXPECT_EQ(timeText(style, timestampNs(INT64_MIN)),
              "\u22129\u2009223\u2009372\u2009036.854\u2009775\u2009808");
    EXPECT_EQ(timeText(style, timestampNs(INT64_MAX)),
              "9\u2009223\u2009372\u2009036.854\u2009775\u2009807");
}

TEST(TimeText, TimeOfDayIsThatOfTheZoneHere) {
    ::setenv("TZ", "IST-5:30", 1);  // half past five hours east of UTC
    ::tzset();
    // date -u -d @1795305191: 2026-11-21 23:53:11
    const TimeStyle day{
        .unit = TimeStyle::Unit::TimeOfDay, .zeroNs = -1'795'305'104'538'566'600, .decimals = 9};
    EXPECT_EQ(timeText(day, timestampNs(87'450'248'690)), "05:23:11.988\u2009815\u2009290");
    EXPECT_EQ(timeWithUnit(day, timestampNs(87'450'248'690)),
              timeText(day, timestampNs(87'450'248'690)));
    EXPECT_EQ(model::formatDay(1'795'305'191'988'815'290), "2026-11-22");
    EXPECT_EQ(model::formatTimeOfDay(-1, 3), "05:29:59.999");
    ::unsetenv("TZ");
    ::tzset();
}

TEST(DeltaText, HasTheSourcesDecimals) {
    const TimeStyle micro{.unit = TimeStyle::Unit::Seconds, .zeroNs = 0, .decimals = 6};
    const TimeStyle nano{.unit = TimeStyle::Unit::Seconds, .zeroNs = 0, .decimals = 9};
    EXPECT_EQ(deltaText(micro, model::Duration{22'000}), "+22");
    EXPECT_EQ(deltaText(nano, model::Duration{22'149}), "+22.149");
    EXPECT_EQ(deltaText(micro, model::Duration{1'204'113'000}), "+1\u2009204\u2009113");
}

TEST(WriteRows, CsvHasTheColumnsOfDump) {
    const auto made = rowTrace(5);
    const auto text = written({.trace = made.trace,
                               .rows = nullptr,
                               .runs = {{EventIndex{1}, EventIndex{2}}},
                               .style = RowTextStyle::Csv});
    EXPECT_EQ(text, "time_ns,cpu,tid,comm,flags,event,args,source,position\r\n"
                    "100000001000,1,11,green,,beta,n=1,made/trace.txt,32\r\n"
                    "100000002000,0,12,blue,,gamma,n=2,made/trace.txt,64\r\n");
}

TEST(WriteRows, WritesOnlyTheSetsRowsOfTheRuns) {
    const auto made = rowTrace(3000);
    const auto rows = restrictRows(*made.trace, nullptr,
                                   {.cpus = {model::CpuId{1}}, .tasks = {}, .names = {}}, {});
    const RowJob job{.trace = made.trace,
                     .rows = rows,
                     .runs = {{EventIndex{0}, EventIndex{9}}, {EventIndex{990}, EventIndex{1009}}},
                     .style = RowTextStyle::Tabs};
    const auto text = written(job);
    EXPECT_EQ(std::ranges::count(text, '\n'), 15);
    EXPECT_EQ(rowCount(job), 15U);
}

TEST(WriteRows, StopsWhenAsked) {
    const auto made = rowTrace(3000);
    std::stop_source stop;
    stop.request_stop();
    const RowJob job{.trace = made.trace,
                     .rows = nullptr,
                     .runs = {{EventIndex{0}, EventIndex{2999}}},
                     .style = RowTextStyle::Csv};
    EXPECT_FALSE(writeRows(job, stop.get_token(), [](std::string_view) { return true; }, {}));
    EXPECT_FALSE(writeRows(job, {}, [](std::string_view) { return false; }, {}));
}

TEST(RestrictRows, AgreesWithALookAtEveryRow) {
    const auto made = rowTrace(5000, 777);
    const auto& trace = *made.trace;
    const auto task = trace.event(EventIndex{2}).task;
    const auto base =
        restrictRows(trace, nullptr, {.cpus = {model::CpuId{0}}, .tasks = {}, .names = {}}, {});
    const auto rows = restrictRows(trace, base, {.cpus = {}, .tasks = {task}, .names = {}}, {});
    std::uint64_t expected = 0;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        const bool wanted = i % 4 == 2 && i % 2 == 0;
        expected += wanted;
        ASSERT_EQ(rows->contains(EventIndex{i}), wanted) << i;
    }
    EXPECT_EQ(rows->size(), expected);
    EXPECT_EQ(base->size(), 2500U);
}

TEST(RestrictRows, ASwitchBelongsToBothAndAWakeupToTheWoken) {
    const auto made = storyTrace();
    const auto& trace = *made.trace;
    const auto red = trace.findTask(model::Tid{10});
    const auto rows = restrictRows(trace, nullptr, {.cpus = {}, .tasks = {red}, .names = {}}, {});
    std::vector<std::uint64_t> got;
    for (std::uint64_t i = 0; i < rows->size(); ++i) got.push_back(raw(rows->at(i)));
    EXPECT_EQ(got, (std::vector<std::uint64_t>{0, 1, 3, 5, 6}));
}

TEST(EventPlace, LeadsFromALineToItsEventAndBack) {
    const auto made = rowTrace(3000);
    for (const std::uint64_t line : {1U, 2U, 1000U, 1001U, 2999U, 3000U}) {
        const auto event = eventAtPlace(*made.trace, {model::SourceId{0}, line, 0}, {});
        ASSERT_TRUE(event);
        EXPECT_EQ(raw(*event), line - 1);
        EXPECT_EQ(lineOfEvent(*made.trace, made.trace->event(*event), {}), line);
    }
}

TEST(EventPlace, TakesTheEventAtOrBeforeAnOffset) {
    const auto made = rowTrace(3000);
    const auto at = [&](std::uint64_t offset) {
        return eventAtPlace(*made.trace, {model::SourceId{0}, 0, offset}, {});
    };
    EXPECT_EQ(at(LineSource::kLine * 1500 + 5), EventIndex{1500});
    EXPECT_EQ(at(LineSource::kLine * 99999), EventIndex{2999});
    EXPECT_FALSE(eventAtPlace(*made.trace, {model::SourceId{7}, 1, 0}, {}));
}

}  // namespace
}  // namespace kscope::tests
