// SPDX-License-Identifier: GPL-3.0-or-later
/// Steps to pixel columns against brute force, and the place of tracks on a scene.
#include "views/panes/tracks/step_track.h"
#include "views/panes/tracks/track_scene.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace kscope;
using namespace kscope::views;

namespace {

/// Least and greatest value that hold anywhere in [begin, end).
std::pair<double, double> bruteForce(const StepSeries& series, std::int64_t begin,
                                     std::int64_t end) {
    double least = NAN;
    double most = NAN;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const bool holds =
            series.ns[i] < end && (i + 1 == series.size() || series.ns[i + 1] > begin);
        if (!holds) continue;
        least = std::isnan(least) ? series.value[i] : std::min(least, series.value[i]);
        most = std::isnan(most) ? series.value[i] : std::max(most, series.value[i]);
    }
    return {least, most};
}

class Plain : public Track {
public:
    explicit Plain(int height) : m_height(height) {}
    [[nodiscard]] int height() const override { return m_height; }
    void draw(const TrackCanvas& canvas) const override {
        canvas.list.fill(canvas.plot, 0xff123456);
    }

private:
    int m_height;
};

}  // namespace

TEST(StepColumns, AreWhatHoldsInEachPixel) {
    std::minstd_rand random(3);
    for (int round = 0; round < 200; ++round) {
        StepSeries series;
        std::int64_t now = 1000;
        const int points = 1 + static_cast<int>(random() % 60);
        for (int i = 0; i < points; ++i) {
            now += 1 + static_cast<std::int64_t>(random() % 90);
            series.add(now, static_cast<double>(random() % 50));
        }
        const std::int64_t begin = 900 + static_cast<std::int64_t>(random() % 500);
        const Viewport view({model::timestampNs(begin), model::timestampNs(begin + 2000)}, 97);
        const std::int64_t end = now + 100;
        const StepColumns columns = stepColumns(series, view, end);
        for (int x = 0; x < 97; ++x) {
            if (view.ns(x) >= end) {
                EXPECT_TRUE(std::isnan(columns.most[static_cast<std::size_t>(x)]));
                continue;
            }
            const auto [least, most] = bruteForce(series, view.ns(x), view.ns(x + 1));
            const double gotLeast = columns.least[static_cast<std::size_t>(x)];
            const double gotMost = columns.most[static_cast<std::size_t>(x)];
            if (std::isnan(least)) EXPECT_TRUE(std::isnan(gotLeast));
            else EXPECT_EQ(gotLeast, least) << x;
            if (std::isnan(most)) EXPECT_TRUE(std::isnan(gotMost));
            else EXPECT_EQ(gotMost, most) << x;
        }
    }
}

TEST(StepColumns, NiceTopIsAtOrAboveTheValue) {
    EXPECT_EQ(niceTop(0), 1);
    EXPECT_EQ(niceTop(7), 10);
    EXPECT_EQ(niceTop(12), 20);
    EXPECT_EQ(niceTop(450), 500);
    EXPECT_EQ(niceTop(1000), 1000);
    // 625 MiB: the axis ends at 1 000 of them, not at 954.
    EXPECT_EQ(niceBytesTop(625.0 * 1048576), 1000.0 * 1048576);
    EXPECT_EQ(niceBytesTop(3.0 * 1024), 5.0 * 1024);
    EXPECT_EQ(niceBytesTop(1010.0 * 1024), 1048576.0);
    EXPECT_EQ(niceBytesTop(700), 1000);
    EXPECT_EQ(niceBytesTop(0), 1);
}

TEST(TrackScene, TracksFollowEachOtherBelowTheTop) {
    TrackSet set;
    set.tracks.push_back(std::make_unique<Plain>(30));
    set.tracks.push_back(std::make_unique<Plain>(50));
    const ViewState state;
    TrackScene scene;
    scene.set = &set;
    scene.base.state = &state;
    scene.base.ratio = 2;
    scene.base.window = {model::timestampNs(0), model::timestampNs(1000)};
    scene.base.body = TrackScene::bodyFor(scene.base, {0, 0, 1600, 400});
    EXPECT_EQ(scene.base.frame().plot.y, 0);
    EXPECT_EQ(scene.contentHeight(), 80);
    TextCache texts(2);
    DrawList list;
    EXPECT_EQ(scene.canvas(1, texts, list).plot, (Box{440, 60, 1160, 100}));
    EXPECT_EQ(scene.trackAt(59), 0u);
    EXPECT_EQ(scene.trackAt(60), 1u);
    EXPECT_EQ(scene.trackAt(160), std::nullopt);
    scene.base.scroll = 30;
    EXPECT_EQ(scene.trackAt(0), 1u);
}
