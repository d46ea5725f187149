// SPDX-License-Identifier: GPL-3.0-or-later
/// The matrix of CPUs in pictures and CSV of the heatmap against the texts it was counted from.
#include "model/store/trace_builder.h"
#include "views/panes/interrupt_heatmap/count_track.h"
#include "views/panes/interrupt_heatmap/heatmap_pane.h"
#include "views/panes/interrupt_heatmap/matrix_sheet.h"
#include "views/panes/tracks/track_picture.h"

#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

using namespace kscope;
using namespace kscope::views;

namespace {

constexpr std::int64_t kMatrixSecond = 1'000'000'000;

/// Two readings a second: CPU 0 takes 30 and CPU 1 takes 10 interrupts of line 9 a second.
model::TracePtr matrixTrace() {
    auto names = std::make_shared<model::CounterNames>();
    names->path = "/proc/interrupts";
    names->file = model::CounterFile::Interrupts;
    names->rows = {{"9", "IO-APIC  9-edge  acpi, pcie"}};
    names->series = {{0, "CPU0", model::SeriesKind::Counter32, 0},
                     {0, "CPU1", model::SeriesKind::Counter32, 0}};
    model::TraceBuilder builder;
    const auto source = builder.addSource({});
    model::ChunkWriter rows;
    rows.beginPart(source, 0, 1000);
    model::CounterChunkWriter numbers;
    numbers.begin(2);
    for (std::int64_t i = 0; i <= 20; ++i) {
        const auto at = kMatrixSecond + i * kMatrixSecond / 2;
        const auto position = static_cast<std::uint64_t>(i) * 1000;
        static_cast<void>(rows.prepare(at / 1000, position));
        rows.add(at / 1000, position, rows.name("interrupts"), model::kUnknownCpu, model::kNoRow,
                 model::kNoFlags);
        numbers.beginRound({at, 1000, 0, position, 100});
        if (i == 0) continue;
        numbers.change(0, 15);
        numbers.change(1, 5);
    }
    auto part = rows.finishPart(0, 0);
    part.firstRoundNs = kMatrixSecond;
    part.lastRoundNs = 11 * kMatrixSecond;
    part.counters.push_back({names, numbers.take(), false});
    builder.deliver(source, 0, std::move(part));
    builder.endSource(source);
    return builder.finish();
}

std::string csvOf(const TrackSet& set) {
    const QTemporaryDir folder;
    const auto path = folder.filePath("heat.csv").toStdString();
    EXPECT_TRUE(writeTracksCsv(set, {}, path));
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace

TEST(MatrixSheet, CountsEveryCpuInTheRange) {
    const auto trace = matrixTrace();
    const auto set = heatmapTracks(trace);
    const MatrixSheet sheet(*set, trace->range());
    ASSERT_EQ(sheet.cpus().size(), 2U);
    const HeatTrack* heat = nullptr;
    for (const auto& track : set->tracks)
        if (const auto* found = dynamic_cast<const HeatTrack*>(track.get())) heat = found;
    ASSERT_NE(heat, nullptr);
    const auto row = sheet.rowOf(*heat);
    ASSERT_TRUE(row);
    ASSERT_EQ(row->rates.size(), 2U);
    EXPECT_DOUBLE_EQ(row->rates[0].second, 30);
    EXPECT_DOUBLE_EQ(row->rates[1].second, 10);
    EXPECT_EQ(row->busiest, model::CpuId{0});
    EXPECT_DOUBLE_EQ(row->imbalance, 0.5);
}

TEST(MatrixSheet, StandsInTheCsvBehindTheRows) {
    const auto text = csvOf(*heatmapTracks(matrixTrace()));
    EXPECT_TRUE(text.starts_with("row,begin_ns,end_ns,count,cpu\n")) << text;
    EXPECT_NE(text.find("\"acpi, pcie\",1000000000,1500000000,20,\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\"acpi, pcie\",1000000000,11000000000,300,0\n"), std::string::npos);
    EXPECT_NE(text.find("\"acpi, pcie\",1000000000,11000000000,100,1\n"), std::string::npos);
}

TEST(MatrixSheet, StandsAtTheRightOfThePicture) {
    auto set = heatmapTracks(matrixTrace());
    ExportRequest request;
    request.width = 1280;
    request.height = 400;
    const auto with = renderTracks(*set, request);
    ASSERT_TRUE(with);
    auto without = std::const_pointer_cast<TrackSet>(set);
    without->side = nullptr;
    const auto plain = renderTracks(*without, request);
    ASSERT_TRUE(plain);
    // Where the matrix stands, the heatmap would go on: both CPUs' cells are of other colours.
    std::set<QRgb> colours;
    int differing = 0;
    for (int y = 80; y < 200; ++y)
        for (int x = 960; x < 1250; ++x) {
            differing += with->pixel(x, y) != plain->pixel(x, y);
            colours.insert(with->pixel(x, y));
        }
    EXPECT_GT(differing, 1000);
    EXPECT_GT(colours.size(), 8U);
}

namespace {

std::vector<std::string> rowNames(const TrackSet& set) {
    std::vector<std::string> names;
    for (const auto& track : set.tracks) {
        if (const auto* heat = dynamic_cast<const HeatTrack*>(track.get()))
            names.push_back(heat->words().name);
        if (const auto* count = dynamic_cast<const CountTrack*>(track.get()))
            names.push_back(count->words().name);
    }
    return names;
}

/// One reading, as `cat /proc/interrupts > file` makes it: CPU 0 counted 30, CPU 1 none, ERR 4.
model::TracePtr singleReading() {
    auto names = std::make_shared<model::CounterNames>();
    names->path = "/proc/interrupts";
    names->file = model::CounterFile::Interrupts;
    names->rows = {{"9", "IO-APIC  9-edge  acpi"}, {"LOC", "Local timer interrupts"}, {"ERR", ""}};
    names->series = {{0, "CPU0", model::SeriesKind::Counter32, 0},
                     {0, "CPU1", model::SeriesKind::Counter32, 0},
                     {1, "CPU0", model::SeriesKind::Counter32, 0},
                     {1, "CPU1", model::SeriesKind::Counter32, 0},
                     {2, "", model::SeriesKind::Counter32, 0}};
    model::TraceBuilder builder;
    const auto source = builder.addSource({});
    model::ChunkWriter rows;
    rows.beginPart(source, 0, 1000);
    model::CounterChunkWriter numbers;
    numbers.begin(5);
    static_cast<void>(rows.prepare(0, 0));
    rows.add(0, 0, rows.name("interrupts"), model::kUnknownCpu, model::kNoRow, model::kNoFlags);
    numbers.beginRound({0, 0, 0, 0, 100});
    constexpr std::array<std::uint64_t, 5> kCounts{30, 0, 1000, 2000, 4};
    for (std::uint32_t i = 0; i < kCounts.size(); ++i) numbers.change(i, kCounts[i]);
    auto part = rows.finishPart(0, 0);
    part.counters.push_back({names, numbers.take(), false});
    builder.deliver(source, 0, std::move(part));
    builder.endSource(source);
    return builder.finish();
}

PlotChoice choiceOf(const model::Trace& trace, std::string_view filter,
                    PlotChoice::Filtered filtered) {
    PlotChoice choice;
    choice.series = model::ChosenSeries(trace, *model::Filter::parse(filter), nullptr);
    choice.filtered = filtered;
    return choice;
}

}  // namespace

TEST(CountTrack, ShowsASingleReadingByCpu) {
    const auto trace = singleReading();
    ASSERT_TRUE(hasInterruptCounters(*trace));
    const auto set = heatmapTracks(trace);
    EXPECT_EQ(set->side, nullptr) << "no rates, no matrix";
    EXPECT_EQ(rowNames(*set), (std::vector<std::string>{"acpi", "LOC", "ERR"}));
    const auto text = csvOf(*set);
    EXPECT_NE(text.find("acpi,0,0,30,0\n"), std::string::npos) << text;
    EXPECT_NE(text.find("acpi,0,0,0,1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("LOC,0,0,2000,1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("ERR,0,0,4,\n"), std::string::npos) << text;
    for (const auto& track : set->tracks) {
        const auto* count = dynamic_cast<const CountTrack*>(track.get());
        if (count == nullptr || count->words().name != "LOC") continue;
        const auto told = count->told();
        EXPECT_TRUE(told.lines.join(' ').contains("local timer"))
            << told.lines.join(' ').toStdString();
        EXPECT_TRUE(told.lines.join(' ').contains("CPU 1 took most"));
        ASSERT_EQ(told.facts.size(), 2U);
        EXPECT_EQ(told.facts[1].first, "CPU 1");
    }
    ExportRequest request;
    request.width = 1280;
    request.height = 400;
    EXPECT_TRUE(renderTracks(*set, request));
}

TEST(PlotChoice, LeavesOutRowsThatTheFilterLetsNothingOfThrough) {
    const auto trace = singleReading();
    using enum PlotChoice::Filtered;
    EXPECT_EQ(rowNames(*heatmapTracks(trace, {}, choiceOf(*trace, R"(irq == "LOC")", LeaveOut))),
              (std::vector<std::string>{"LOC"}));
    EXPECT_EQ(rowNames(*heatmapTracks(trace, {}, choiceOf(*trace, "value > 29", LeaveOut))),
              (std::vector<std::string>{"acpi", "LOC"}));
    const auto dimmed = heatmapTracks(trace, {}, choiceOf(*trace, R"(irq == "LOC")", Dim));
    EXPECT_EQ(rowNames(*dimmed).size(), 3U);
    EXPECT_EQ(std::ranges::count(dimmed->filteredOut, 1), 2);
    // Groups without rows go, too: the head, the group of LOC, and LOC.
    EXPECT_EQ(
        heatmapTracks(trace, {}, choiceOf(*trace, R"(irq == "LOC")", LeaveOut))->tracks.size(), 3U);
}

TEST(PlotChoice, CountsTheChosenCpusAlone) {
    const auto trace = matrixTrace();
    PlotChoice choice;
    choice.cpus = {model::CpuId{1}};
    const auto set = heatmapTracks(trace, {}, choice);
    const auto text = csvOf(*set);
    EXPECT_NE(text.find("\"acpi, pcie\",1000000000,1500000000,5,\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\"acpi, pcie\",1000000000,11000000000,100,1\n"), std::string::npos)
        << text;
    EXPECT_EQ(text.find(",0\n"), std::string::npos) << text;
}
