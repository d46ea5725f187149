// SPDX-License-Identifier: GPL-3.0-or-later
/// The matrix of CPUs in pictures and CSV of the heatmap against the texts it was counted from.
#include "model/store/trace_builder.h"
#include "views/panes/interrupt_heatmap/heatmap_pane.h"
#include "views/panes/interrupt_heatmap/matrix_sheet.h"
#include "views/panes/tracks/track_picture.h"

#include <QTemporaryDir>

#include <gtest/gtest.h>

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
