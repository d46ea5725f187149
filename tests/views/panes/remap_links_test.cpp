// SPDX-License-Identifier: GPL-3.0-or-later
/// Links fall from a partition's transfer to the request that carries it, and to no other.
#include "views/panes/block_pipeline/partition_track.h"
#include "views/panes/block_pipeline/remap_links.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace kscope;
using namespace kscope::views;

namespace {

constexpr auto kLinkDisk = model::deviceId(8, 0);
constexpr auto kLinkPartition = model::deviceId(8, 2);

/// Transfers of 8 sectors, remapped `at`, queued 1000 ns later; each its own request.
std::shared_ptr<model::BlockModel> remapped(const std::vector<std::int64_t>& at) {
    auto blocks = std::make_shared<model::BlockModel>();
    for (const auto ns : at) {
        const auto number = static_cast<std::uint32_t>(blocks->bios.size());
        model::BlockRemap remap;
        remap.time = ns;
        remap.device = kLinkDisk;
        remap.from = kLinkPartition;
        blocks->remaps.push_back(remap);
        model::BlockBio bio;
        bio.q = ns + 1000;
        bio.d = ns + 2000;
        bio.c = ns + 60'000;
        bio.device = kLinkDisk;
        bio.remap = bio.request = number;
        blocks->bios.push_back(bio);
        model::BlockRequest request;
        request.q = bio.q;
        request.d = bio.d;
        request.c = bio.c;
        request.device = kLinkDisk;
        request.bios = 1;
        request.firstBio = number;
        blocks->requests.push_back(request);
        blocks->held.push_back(number);
    }
    return blocks;
}

struct LinkedScene {
    explicit LinkedScene(const std::vector<std::int64_t>& at) {
        const auto blocks = remapped(at);
        auto partition = std::make_unique<PartitionTrack>(nullptr, blocks, kLinkPartition,
                                                          kLinkDisk, 1'000'000'000);
        const auto packed =
            std::make_shared<const DeviceRequests>(packRequests(blocks, 1'000'000'000));
        auto requests = std::make_unique<RequestTrack>(nullptr, packed, kLinkDisk);
        from = partition.get();
        to = requests.get();
        set.tracks.push_back(std::move(partition));
        set.tracks.push_back(std::move(requests));
        scene.set = &set;
        scene.base.state = &state;
        scene.base.body = {0, 0, 1200, 600};
        scene.base.window = {model::timestampNs(0), model::timestampNs(1'000'000)};
    }
    std::vector<Box> links() {
        DrawList list;
        drawRemapLinks(scene, texts, list);
        std::vector<Box> lines;
        for (const auto& item : list.items())
            if (item.shape == Shape::Fill && item.box.h > 4) lines.push_back(item.box);
        return lines;
    }
    ViewState state;
    TrackSet set;
    TrackScene scene;
    TextCache texts{1};
    const PartitionTrack* from = nullptr;
    const RequestTrack* to = nullptr;
};

}  // namespace

TEST(RemapLinks, FallAtTheQueueTimeFromBarToBar) {
    LinkedScene linked({100'000, 400'000, 420'000});
    const auto lines = linked.links();
    ASSERT_EQ(lines.size(), 3U);
    DrawList none;
    const auto above = linked.scene.canvas(0, linked.texts, none);
    const auto below = linked.scene.canvas(1, linked.texts, none);
    const auto x = [&](std::int64_t ns) { return above.plot.x + above.viewport().x(ns); };
    EXPECT_EQ(lines[0].x, x(101'000));
    EXPECT_EQ(lines[1].x, x(401'000));
    EXPECT_EQ(lines[2].x, x(421'000));
    for (const auto& line : lines) {
        EXPECT_GE(line.y, above.plot.y);
        EXPECT_LT(line.y, above.plot.bottom());
        EXPECT_GE(line.bottom(), below.plot.y);
        EXPECT_LE(line.bottom(), below.plot.bottom());
    }
    // The third overlaps the second, so each of the two has a row of its own at both ends.
    EXPECT_LT(lines[1].y, lines[2].y);
    EXPECT_LT(lines[1].bottom(), lines[2].bottom());
    EXPECT_EQ(lines[2].bottom(), linked.to->rowBox(below, 1).y);
}

TEST(RemapLinks, AreNotDrawnWhereTheyWouldBeAGreyArea) {
    std::vector<std::int64_t> many;
    for (int i = 0; i < 3000; ++i) many.push_back(i * 300);
    EXPECT_TRUE(LinkedScene(many).links().empty());
    // Near ones are one line.
    EXPECT_EQ(LinkedScene({100'000, 100'010, 100'020}).links().size(), 1U);
}
