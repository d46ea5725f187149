// SPDX-License-Identifier: GPL-3.0-or-later
/// The sector scatter: the names of its axis lie beside the dots, not over them.
#include "model/core/format.h"
#include "views/panes/block_pipeline/sector_track.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

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

/// Colour is never alone: a read is a circle, a write a triangle, both larger the more is moved.
TEST(SectorTrack, DirectionIsAShapeAndLengthASize) {
    using model::BlockOp;
    constexpr auto kShaped = model::deviceId(8, 16);
    auto blocks = std::make_shared<model::BlockModel>();
    const std::array<std::pair<BlockOp, std::uint32_t>, 4> wanted{
        {{BlockOp::Read, 8}, {BlockOp::Read, 2048}, {BlockOp::Write, 8}, {BlockOp::Write, 2048}}};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        model::BlockRequest request;
        request.device = kShaped;
        request.sector = 1'000'000'000u * (i + 1);
        request.sectors = wanted[i].second;
        request.rwbs = model::makeRwbs(wanted[i].first, 0);
        request.q = request.d = 10'000 * static_cast<std::int64_t>(i + 1);
        request.c = request.d + 500;
        blocks->requests.push_back(request);
    }
    const SectorTrack track(nullptr, blocks, kShaped, 100'000);
    ViewState state;
    TimelineScene scene;
    scene.state = &state;
    scene.body = {0, 0, 1200, 200};
    scene.window = {model::timestampNs(0), model::timestampNs(90'000)};
    TextCache texts(1);
    DrawList list;
    const TrackCanvas canvas{
        scene, texts, list, {0, 0, 220, track.height()}, {220, 0, 980, track.height()}};
    track.draw(canvas);
    std::array<std::vector<DrawItem>, 4> marks;
    for (const auto& item : list.items())
        if (item.shape == Shape::Fill && item.box.x >= 220)
            for (std::size_t i = 0; i < marks.size(); ++i) {
                const int x = 220 + canvas.viewport().x(10'000 * static_cast<std::int64_t>(i + 1));
                if (std::abs(item.box.x + item.box.w / 2 - x) < 3) marks[i].push_back(item);
            }
    for (const std::size_t read : {0u, 1u}) {
        ASSERT_EQ(marks[read].size(), 1u);
        EXPECT_EQ(marks[read][0].radius, marks[read][0].box.w / 2);
        EXPECT_EQ(marks[read][0].colour, scene.colours().dirRead);
    }
    EXPECT_LT(marks[0][0].box.w, marks[1][0].box.w);
    for (const std::size_t write : {2u, 3u}) {
        ASSERT_GE(marks[write].size(), 2u);
        EXPECT_EQ(marks[write].front().box.w, 1) << "one tip";
        for (std::size_t i = 1; i < marks[write].size(); ++i) {
            EXPECT_EQ(marks[write][i].box.y, marks[write][i - 1].box.bottom());
            EXPECT_EQ(marks[write][i].box.w, marks[write][i - 1].box.w + 2);
        }
    }
    EXPECT_LT(marks[2].back().box.w, marks[3].back().box.w);
}
