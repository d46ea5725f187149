// SPDX-License-Identifier: GPL-3.0-or-later
/// Labels of the memory charts stand where no line runs.
#include "views/panes/memory_zones/zone_track.h"
#include "views/panes/tracks/track_scene.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

using namespace kscope;
using namespace kscope::views;

namespace {

constexpr std::int64_t kEndNs = 1000;

ZoneSeries madeZone(const std::function<double(int)>& free) {
    ZoneSeries zone;
    zone.name = "Node 0 Normal";
    for (int i = 0; i < 100; ++i) zone.free.add(i * 10, free(i));
    zone.min.add(0, 100);
    zone.low.add(0, 200);
    zone.high.add(0, 300);
    return zone;
}

/// The labels of a track's chart: text and place.
std::vector<std::pair<std::string, Box>> labelsOf(std::unique_ptr<Track> track, Box& plot) {
    TrackSet set;
    set.tracks.push_back(std::move(track));
    const ViewState state;
    TrackScene scene;
    scene.set = &set;
    scene.base.state = &state;
    scene.base.window = {model::timestampNs(0), model::timestampNs(kEndNs)};
    scene.base.body = TrackScene::bodyFor(scene.base, {0, 0, 1400, 300});
    TextCache texts(1);
    DrawList list;
    const auto canvas = scene.canvas(0, texts, list);
    plot = canvas.plot;
    set.tracks.front()->draw(canvas);
    std::vector<std::pair<std::string, Box>> labels;
    for (const auto& item : list.items())
        if (item.shape == Shape::Text && item.box.x >= canvas.plot.x)
            labels.emplace_back(list.shownText(item), item.box);
    return labels;
}

/// Rows of the picture that the curve takes above `box`, of a chart with 6 px around it.
bool meetsCurve(const ZoneSeries& zone, Box plot, double top, Box box) {
    const Box area{plot.x, plot.y + 6, plot.w, plot.h - 12};
    for (int x = box.x; x < box.right(); ++x) {
        const auto ns = static_cast<std::int64_t>(x - plot.x) * kEndNs / plot.w;
        const double share = *zone.free.at(ns) / top;
        const int y = area.bottom() - 1 - static_cast<int>(std::lround(share * (area.h - 1)));
        if (y > box.y && y < box.bottom() - 1) return true;
    }
    return false;
}

}  // namespace

TEST(ZoneTrack, LabelsStandWhereNoLineRuns) {
    // High at the left, where the scale's label was; below low and min in the middle, then up
    // again.
    const auto zone = madeZone([](int i) {
        if (i < 20) return 1000.0;
        return i < 50 ? 150.0 : i < 60 ? 50.0 : 150.0 + (i - 60) * 8.0;
    });
    Box plot;
    const auto labels = labelsOf(std::make_unique<ZoneTrack>(zone, kEndNs), plot);
    ASSERT_EQ(labels.size(), 3u);
    for (const auto& [text, box] : labels)
        EXPECT_FALSE(meetsCurve(zone, plot, 1080, box)) << text << " at " << box.x;
    EXPECT_EQ(labels[0].first, pagesText(1080));
    EXPECT_EQ(labels[1].first, "below low: kswapd wakes");
}

TEST(ZoneTrack, TheScalesLabelStaysAtTheLeftWhereItHasRoom) {
    const auto zone = madeZone([](int i) { return i < 50 ? 400.0 : 1000.0; });
    Box plot;
    const auto labels = labelsOf(std::make_unique<ZoneTrack>(zone, kEndNs), plot);
    ASSERT_EQ(labels.size(), 1u);
    EXPECT_LT(labels[0].second.x, plot.x + 20);
}

TEST(StepTrack, TheScalesLabelGoesWhereTheCurveIsLow) {
    const auto made = [](double left, double right) {
        StepSeries series;
        series.add(0, left);
        series.add(kEndNs / 2, right);
        StepTrack::Words words;
        words.name = "Largest order";
        words.format = [](double value) { return std::to_string(static_cast<int>(value)); };
        Box plot;
        const auto labels = labelsOf(
            std::make_unique<StepTrack>(words, series, kEndNs, &Theme::seriesNeutral), plot);
        EXPECT_EQ(labels.size(), 1u);
        EXPECT_EQ(labels.front().first, "10");
        return labels.front().second.x - plot.x - plot.w / 2;
    };
    EXPECT_LT(made(2, 10), 0);
    EXPECT_GT(made(10, 2), 0);
    EXPECT_LT(made(10, 10), 0) << "without a free place at the left";
}
