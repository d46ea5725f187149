// SPDX-License-Identifier: GPL-3.0-or-later
/// The sector scatter: the names of its axis lie beside the dots, not over them.
#include "model/core/format.h"
#include "views/panes/block_pipeline/sector_track.h"

#include <gtest/gtest.h>

using namespace kscope;
using namespace kscope::views;

TEST(SectorTrack, TheAxisIsNamedBesideTheDots) {
    constexpr auto kScattered = model::deviceId(8, 0);
    auto blocks = std::make_shared<model::BlockModel>();
    // From the first moment on dots lie at the least, the middle and the greatest sector.
    for (std::uint32_t i = 0; i < 90; ++i) {
        model::BlockRequest request;
        request.device = kScattered;
        request.sector = 500'000'000u * (i % 3);
        request.sectors = 8;
        request.rwbs = model::makeRwbs(model::BlockOp::Read, 0);
        request.q = request.d = 1000 * static_cast<std::int64_t>(i);
        request.c = request.d + 500;
        blocks->requests.push_back(request);
    }
    for (const double ratio : {1.0, 2.0}) {
        const SectorTrack track(nullptr, blocks, kScattered, 100'000);
        ViewState state;
        TimelineScene scene;
        scene.state = &state;
        scene.ratio = ratio;
        scene.body = {0, 0, static_cast<int>(1200 * ratio), static_cast<int>(200 * ratio)};
        scene.window = {model::timestampNs(0), model::timestampNs(90'000)};
        TextCache texts(ratio);
        DrawList list;
        const auto header = static_cast<int>(220 * ratio);
        const auto height = static_cast<int>(track.height() * ratio);
        const TrackCanvas canvas{
            scene, texts, list, {0, 0, header, height}, {header, 0, scene.body.w - header, height}};
        track.draw(canvas);
        int names = 0;
        int dots = 0;
        std::vector<Box> words;
        for (const auto& item : list.items()) {
            if (item.shape == Shape::Text) {
                EXPECT_LE(item.box.right(), canvas.plot.x) << list.shownText(item);
                names += list.shownText(item) == model::formatCount(std::uint64_t{1'000'000'008});
                for (const Box& other : words) EXPECT_TRUE(item.box.cut(other).empty());
                words.push_back(item.box);
            } else if (item.shape == Shape::Fill && item.box.x >= canvas.plot.x) {
                ++dots;
            }
        }
        EXPECT_EQ(names, 1);
        EXPECT_GE(dots, 90);
    }
}
