// SPDX-License-Identifier: GPL-3.0-or-later
/// Device lanes of the timeline: which there are, what is drawn of them, what is picked in them.
#include "model/query/row_set.h"
#include "tests/views/timeline/made_trace.h"
#include "views/canvas/raster.h"
#include "views/panes/block_pipeline/request_track.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/item_at.h"
#include "views/timeline/item_words.h"
#include "views/timeline/lane_match.h"
#include "views/timeline/lane_painters.h"
#include "views/timeline/picture.h"
#include "views/timeline/scene_parts.h"

#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

using namespace kscope;
using namespace kscope::views;
using tests::MadeTrace;

namespace {

constexpr auto kLaneDisk = model::deviceId(8, 0);
constexpr auto kLanePartition = model::deviceId(8, 1);
constexpr auto kLaneOther = model::deviceId(259, 3);
constexpr LaneKey kLaneOfDisk{LaneKey::Kind::Device, static_cast<std::uint32_t>(kLaneDisk)};

void block(MadeTrace& made, std::int64_t us, model::BlockAction action, model::DeviceId device,
           std::uint64_t sector, int tid = 7) {
    made.event(us, 0, model::actionLetters(action), tid);
    model::BlockRecord record;
    record.device = device;
    record.sector = sector;
    record.sectors = 8;
    record.action = action;
    record.rwbs = model::makeRwbs(model::BlockOp::Write, model::kRwbsSync);
    made.writer().addBlock(record);
}

/// 8,0 has two requests that overlap and, far behind, a third by another task; 8,1 is only ever
/// asked (it remaps); 259,3 has one. Microseconds: Q, D, C.
model::TracePtr twoDisks() {
    using enum model::BlockAction;
    MadeTrace made;
    block(made, 0, Queue, kLanePartition, 100);
    block(made, 100, Queue, kLaneDisk, 1000);
    block(made, 150, Queue, kLaneDisk, 2000);
    block(made, 200, Issue, kLaneDisk, 1000);
    block(made, 300, Issue, kLaneDisk, 2000);
    block(made, 400, Complete, kLaneDisk, 1000);
    block(made, 450, Queue, kLaneOther, 5);
    block(made, 460, Issue, kLaneOther, 5);
    block(made, 500, Complete, kLaneDisk, 2000);
    block(made, 600, Complete, kLaneOther, 5);
    block(made, 700, Queue, kLaneDisk, 3000, 9);
    block(made, 750, Issue, kLaneDisk, 3000, 9);
    block(made, 900, Complete, kLaneDisk, 3000, 9);
    made.event(1000, 0, "mark", 7);
    return made.finish();
}

struct DeviceShot {
    model::TracePtr trace;
    std::shared_ptr<const DeviceRequests> devices;
    ViewState state;
    TimelineScene scene;
    TextCache texts;
    DrawList list;

    explicit DeviceShot(model::TracePtr made, ThemeKind kind = ThemeKind::Dark, double ratio = 1)
        : trace(std::move(made)),
          devices(sharedDeviceRequests(*trace)),
          texts(ratio) {
        scene.trace = trace.get();
        scene.devices = devices.get();
        scene.state = &state;
        scene.theme = kind;
        scene.ratio = ratio;
        scene.body = {0, 0, static_cast<int>(1220 * ratio), static_cast<int>(600 * ratio)};
        scene.window = trace->range();
        scene.layout = LaneLayout(*trace, state, Pane::Timeline);
    }
    void draw() {
        scene.layout = LaneLayout(*trace, state, Pane::Timeline);
        list.clear();
        drawTimeline(scene, texts, list, nullptr);
    }
    [[nodiscard]] Box bar(LaneKey key) const {
        const LaneRow& row = *scene.layout.find(key);
        return barOf(scene, row, scene.laneBox(row));
    }
    [[nodiscard]] int x(std::int64_t us) const {
        return scene.frame().plot.x + scene.viewport().x(us * 1000);
    }
    [[nodiscard]] std::vector<Box> fills(Rgb colour, const Box& inside) const {
        std::vector<Box> found;
        for (const DrawItem& item : list.items())
            if (item.shape == Shape::Fill && item.colour == colour && !item.box.cut(inside).empty())
                found.push_back(item.box);
        return found;
    }
    [[nodiscard]] QImage picture() const {
        QImage image(scene.body.w, scene.body.h, QImage::Format_RGB32);
        rasterize(list, image, const_cast<TextCache&>(texts), nullptr);
        return image;
    }
};

/// The colours along the foot of a box, 0 where nothing is drawn.
std::vector<Rgb> lineOf(const DrawList& list, Box box) {
    std::vector<Rgb> line(static_cast<std::size_t>(box.w));
    for (const DrawItem& item : list.items()) {
        const Box cut = item.box.cut(box);
        if (cut.empty()) continue;
        for (int x = cut.x; x < cut.right(); ++x) {
            const auto at = static_cast<std::size_t>(x - box.x);
            const auto from = static_cast<std::size_t>(x - item.box.x);
            if (item.shape == Shape::Fill) {
                line[at] = item.colour;
            } else if (item.shape == Shape::Columns) {
                const ColumnsView columns = list.columnsOf(item);
                if (columns.height[from] > 0) line[at] = columns.colour[from];
            }
        }
    }
    return line;
}

std::vector<LaneKey> keysOf(const LaneLayout& layout, LaneKey::Kind kind) {
    std::vector<LaneKey> keys;
    for (const LaneRow& row : layout.rows())
        if (row.key.kind == kind) keys.push_back(row.key);
    return keys;
}

}  // namespace

TEST(DeviceLane, EveryDeviceWithRequestsHasOneBelowTheCpus) {
    DeviceShot shot(twoDisks());
    const auto keys = keysOf(shot.scene.layout, LaneKey::Kind::Device);
    EXPECT_EQ(keys,
              (std::vector<LaneKey>{kLaneOfDisk, {LaneKey::Kind::Device, model::raw(kLaneOther)}}));
    const auto& sections = shot.scene.layout.sections();
    ASSERT_GE(sections.size(), 3u);
    EXPECT_EQ(sections[0].group, LaneGroup::Cpus);
    EXPECT_EQ(sections[1].group, LaneGroup::Devices);
    EXPECT_EQ(sections[1].wanted, 2u);
    EXPECT_EQ(laneName(*shot.trace, kLaneOfDisk), "Device 8,0");
    // The trace says the same of its devices as the requests do.
    std::set<model::DeviceId> found;
    for (const auto& request : shot.devices->blocks->requests) found.insert(request.device);
    EXPECT_EQ(
        std::vector(found.begin(), found.end()),
        std::vector(shot.trace->requestDevices().begin(), shot.trace->requestDevices().end()));
    // CPU scheduling alone shows none.
    EXPECT_TRUE(
        keysOf(LaneLayout(*shot.trace, shot.state, Pane::CpuSched), LaneKey::Kind::Device).empty());
}

TEST(DeviceLane, RequestsArePiledUpInTheirStagesColours) {
    for (const auto kind : {ThemeKind::Dark, ThemeKind::Light})
        for (const double ratio : {1.0, 2.0}) {
            DeviceShot shot(twoDisks(), kind, ratio);
            shot.draw();
            const Box bar = shot.bar(kLaneOfDisk);
            const auto& t = shot.scene.colours();
            const auto waits = shot.fills(t.stageQG, bar);  // no G, no I: Q→D is one stage
            const auto works = shot.fills(t.stageDC, bar);
            ASSERT_EQ(waits.size(), 3u);
            ASSERT_EQ(works.size(), 3u);
            const auto at = [&](const std::vector<Box>& boxes, std::int64_t begin,
                                std::int64_t end) {
                return std::ranges::find_if(boxes, [&](const Box& box) {
                    return box.x == shot.x(begin) && box.right() == shot.x(end);
                });
            };
            const auto first = at(works, 200, 400);
            const auto second = at(works, 300, 500);
            const auto third = at(works, 750, 900);
            ASSERT_NE(first, works.end());
            ASSERT_NE(second, works.end());
            ASSERT_NE(third, works.end());
            EXPECT_NE(at(waits, 100, 200), waits.end());
            EXPECT_NE(at(waits, 150, 300), waits.end());
            // The lowest slot is used first; the second lies above the first.
            EXPECT_EQ(first->bottom(), bar.bottom());
            EXPECT_EQ(third->y, first->y);
            EXPECT_LT(second->bottom(), first->y);
            EXPECT_GE(second->y, bar.y);
            // A pixel inside of the device's part, and one where nothing is under way.
            const QImage image = shot.picture();
            EXPECT_EQ(image.pixel((shot.x(200) + shot.x(400)) / 2, first->y + first->h / 2) &
                          0xffffff,
                      t.stageDC & 0xffffff);
            EXPECT_EQ(image.pixel(shot.x(950), bar.bottom() - 2) & 0xffffff, t.bgCanvas & 0xffffff);
        }
}

TEST(DeviceLane, EveryColumnWithARequestHasInkAndNoOtherOne) {
    std::minstd_rand random(3);
    for (int round = 0; round < 60; ++round) {
        model::BlockModel blocks;
        const int count = 1 + static_cast<int>(random() % 400);
        const int longest = round % 2 == 0 ? 40 : 4000;  // some share lines, some do not
        for (int i = 0; i < count; ++i) {
            model::BlockRequest request;
            request.q = static_cast<std::int64_t>(random() % 20'000);
            request.d = request.q + static_cast<std::int64_t>(random() % 20);
            request.c = request.d + 1 + static_cast<std::int64_t>(random()) % longest;
            request.device = kLaneDisk;
            blocks.requests.push_back(request);
        }
        const RequestRows rows(blocks, kLaneDisk, 30'000);
        const Viewport view({model::timestampNs(2'000), model::timestampNs(17'000)},
                            50 + static_cast<int>(random() % 900));
        const Theme& t = theme(ThemeKind::Dark);
        DrawList list;
        FreeColumns free(view.width());  // all rows on one line: the hardest
        {
            StageLine line(t, view, list, {0, 0, view.width(), 1});
            for (std::size_t r = 0; r < rows.rows(); ++r)
                rows.eachSeen(r, view, free,
                              [&](const RequestRows::Place& place, int from, int to) {
                                  return line.add(blocks, place, from, to);
                              });
        }
        // A row of its own needs to know of no more columns than the last.
        for (std::size_t r = 0; r < rows.rows(); ++r) {
            const auto drawn = [&](auto columns) {
                DrawList of;
                StageLine line(t, view, of, {0, 0, view.width(), 1});
                rows.eachSeen(r, view, columns, [&](const auto& place, int from, int to) {
                    return line.add(blocks, place, from, to);
                });
                line.flush();
                return lineOf(of, {0, 0, view.width(), 1});
            };
            EXPECT_EQ(drawn(FreeColumns(view.width())), drawn(SweptColumns(view.width())));
        }
        const auto ink = lineOf(list, {0, 0, view.width(), 1});
        for (int x = 0; x < view.width(); ++x) {
            const bool any = std::ranges::any_of(blocks.requests, [&](const auto& request) {
                return view.x(request.q) <= x &&
                       x < std::max(view.x(request.c), view.x(request.q) + 1);
            });
            const bool near = std::ranges::any_of(blocks.requests, [&](const auto& request) {
                // Each stage has a pixel at least: the last may reach one beyond.
                return view.x(request.q) <= x && x <= view.x(request.c);
            });
            if (any) {
                EXPECT_NE(ink[static_cast<std::size_t>(x)], 0u) << x;
            }
            if (!near) {
                EXPECT_EQ(ink[static_cast<std::size_t>(x)], 0u) << x;
            }
        }
    }
}

TEST(DeviceLane, APlaceDrawsWhatItsRequestDraws) {
    std::minstd_rand random(11);
    for (int round = 0; round < 4000; ++round) {
        model::BlockModel blocks;
        auto& request = blocks.requests.emplace_back();
        std::int64_t at = static_cast<std::int64_t>(random() % 10'000);
        const auto step = [&] {  // a tenth is unknown, some are far behind, few go backwards
            if (random() % 10 == 0) return model::kNoTime;
            at += random() % 50 == 0 ? 5'000'000'000 : static_cast<std::int64_t>(random() % 40);
            return random() % 40 == 0 ? at - 60 : at;
        };
        request.q = step();
        request.g = step();
        request.i = step();
        request.d = step();
        request.c = step();
        const auto place = RequestRows::placeOf(blocks, 0, at + 1000);
        const Viewport view({model::timestampNs(2000), model::timestampNs(9000)},
                            10 + static_cast<int>(random() % 3000));
        if (view.x(place.end) <= 0) continue;  // Nobody draws what is not in view.
        const Theme& t = theme(ThemeKind::Dark);
        DrawList ofPlace;
        DrawList ofRequest;
        const Box box{0, 0, view.width(), 1};
        const int right = StageLine(t, view, ofPlace, box)
                              .add(blocks, place, view.x(place.begin), view.x(place.end), 0.5);
        const int wanted = StageLine(t, view, ofRequest, box).add(request, place.end, 0.5);
        EXPECT_EQ(lineOf(ofPlace, box), lineOf(ofRequest, box)) << round;
        EXPECT_EQ(std::clamp(right, 0, view.width()), wanted) << round;
    }
}

TEST(DeviceLane, ManyRequestsAreFewShapes) {
    using enum model::BlockAction;
    MadeTrace made;
    std::minstd_rand random(5);
    // Up to 300 at once: more than the lane has lines.
    std::vector<std::tuple<std::int64_t, model::BlockAction, std::uint64_t>> facts;
    for (std::int64_t i = 0; i < 20'000; ++i) {
        const auto sector = static_cast<std::uint64_t>(i) * 8;
        const auto end = i * 3 + 2 + static_cast<std::int64_t>(random() % 900);
        facts.emplace_back(i * 3, Queue, sector);
        facts.emplace_back(i * 3 + 1, Issue, sector);
        facts.emplace_back(end, Complete, sector);
    }
    std::ranges::stable_sort(facts, {}, [](const auto& fact) { return std::get<0>(fact); });
    for (const auto& [us, action, sector] : facts) block(made, us, action, kLaneDisk, sector);
    DeviceShot shot(made.finish());
    ASSERT_GT(shot.devices->of(kLaneDisk)->rows(), 100u);
    shot.draw();
    const Box bar = shot.bar(kLaneOfDisk);
    const auto shapes = std::ranges::count_if(shot.list.items(), [&](const DrawItem& item) {
        return (item.shape == Shape::Fill || item.shape == Shape::Columns) &&
               !item.box.cut(bar).empty();
    });
    EXPECT_LT(shapes, bar.w * bar.h / 4);
    const auto line = lineOf(shot.list, bar);
    EXPECT_LT(std::ranges::count(line, 0u), bar.w / 10);
}

TEST(DeviceLane, TheFilterAndALiftedTaskMakeOthersPale) {
    DeviceShot shot(twoDisks());
    std::uint64_t queued = 0;  // the Q of the third request
    for (std::uint64_t row = 0; row < shot.trace->events(); ++row)
        if (model::toNs(shot.trace->event(model::EventIndex{row}).time) == 700'000) queued = row;
    std::vector<model::RowSet::ChunkRows> rowsOfChunks(1);
    rowsOfChunks[0].rows = static_cast<std::uint32_t>(shot.trace->events());
    rowsOfChunks[0].hits = 1;
    rowsOfChunks[0].set = std::vector{static_cast<std::uint16_t>(queued)};
    shot.scene.filterRows = std::make_shared<const model::RowSet>(std::move(rowsOfChunks));
    shot.draw();
    const Box bar = shot.bar(kLaneOfDisk);
    const auto& t = shot.scene.colours();
    EXPECT_EQ(shot.fills(t.stageDC, bar).size(), 1u);
    EXPECT_EQ(shot.fills(t.stageDC, bar).front().x, shot.x(750));
    EXPECT_EQ(shot.fills(mix(t.bgCanvas, t.stageDC, 0.25), bar).size(), 2u);
    // "Filter hides in plots too": what is left has the same place.
    shot.scene.filteredOut = Presence::Hidden;
    shot.draw();
    EXPECT_EQ(shot.fills(t.stageDC, bar).size(), 1u);
    EXPECT_EQ(shot.fills(t.stageDC, bar).front().x, shot.x(750));
    EXPECT_EQ(shot.fills(mix(t.bgCanvas, t.stageDC, 0.25), bar).size(), 0u);
    shot.scene.filterRows = nullptr;
    shot.scene.lifted = shot.trace->findTask(model::Tid{7});
    shot.draw();
    EXPECT_EQ(shot.fills(t.stageDC, bar).size(), 2u);
    EXPECT_EQ(shot.fills(mix(t.bgCanvas, t.stageDC, 0.55), bar).size(), 1u);
}

TEST(DeviceLane, APickedRequestIsTheOneThatBlocksSelects) {
    DeviceShot shot(twoDisks());
    shot.draw();
    const Box bar = shot.bar(kLaneOfDisk);
    const int middle = (shot.x(320) + shot.x(390)) / 2;  // both are under way
    const Item low = itemAt(shot.scene, middle, bar.bottom() - 3);
    ASSERT_EQ(low.kind, Item::Kind::Event);
    const auto& requests = shot.devices->blocks->requests;
    EXPECT_EQ(requests[low.value].sector, 1000u);
    EXPECT_EQ(low, requestHit(*shot.trace, *shot.devices->blocks, low.value, 0).item);
    const LaneRow& row = *shot.scene.layout.find(kLaneOfDisk);
    const Box second =
        *requestBar(shot.scene, row, requestHit(*shot.trace, *shot.devices->blocks, 1, 0).item);
    const Item high = itemAt(shot.scene, middle, second.y + second.h / 2);
    EXPECT_EQ(requests[high.value].sector, 2000u);
    EXPECT_EQ(itemBox(shot.scene, row, high).y, second.y);
    // 3 px beside it still catch it, far from all there is nothing.
    EXPECT_EQ(itemAt(shot.scene, shot.x(900) + 2, bar.bottom() - 3).event, requests[3].issue);
    EXPECT_EQ(itemAt(shot.scene, shot.x(950), bar.bottom() - 3).kind, Item::Kind::None);
    // In words as in Blocks.
    const auto words = itemWords(shot.scene, low);
    EXPECT_EQ(
        words.title.toStdString(),
        requestHit(*shot.trace, *shot.devices->blocks, low.value, 0).words.title.toStdString());
    // An event of the device is marked in its lane too.
    Item event = eventItem(*shot.trace, {LaneKey::Kind::Cpu, 0}, low.event);
    EXPECT_TRUE(std::ranges::any_of(lanesOf(shot.scene, event),
                                    [](const LaneRow* lane) { return lane->key == kLaneOfDisk; }));
}

TEST(DeviceLane, SteppingMeetsEveryRequestAlsoThoseOfOneMoment) {
    using enum model::BlockAction;
    MadeTrace made;
    for (int i = 0; i < 5; ++i) block(made, 10, Queue, kLaneDisk, 100u * static_cast<unsigned>(i));
    for (int i = 0; i < 5; ++i)
        block(made, 20 + i, Issue, kLaneDisk, 100u * static_cast<unsigned>(i));
    for (int i = 0; i < 5; ++i)
        block(made, 30 + i, Complete, kLaneDisk, 100u * static_cast<unsigned>(i));
    block(made, 50, Queue, kLaneDisk, 900);
    block(made, 60, Issue, kLaneDisk, 900);
    block(made, 70, Complete, kLaneDisk, 900);
    DeviceShot shot(made.finish());
    const LaneSources sources(nullptr, shot.devices.get());
    std::vector<std::uint32_t> met;
    auto item = stepInLane(*shot.trace, sources, kLaneOfDisk, INT64_MIN / 2, Step::Forward);
    for (; item; item = stepFromItem(*shot.trace, sources, kLaneOfDisk, *item, Step::Forward))
        met.push_back(item->value);
    EXPECT_EQ(met, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
    met.clear();
    item = stepInLane(*shot.trace, sources, kLaneOfDisk, INT64_MAX / 2, Step::Backward);
    for (; item; item = stepFromItem(*shot.trace, sources, kLaneOfDisk, *item, Step::Backward))
        met.push_back(item->value);
    EXPECT_EQ(met, (std::vector<std::uint32_t>{5, 4, 3, 2, 1, 0}));
    EXPECT_EQ(nearestEdge(*shot.trace, sources, kLaneOfDisk, 51'000, 5'000), 50'000);
    EXPECT_EQ(nearestEdge(*shot.trace, sources, kLaneOfDisk, 69'000, 5'000), 70'000);
    EXPECT_FALSE(nearestEdge(*shot.trace, sources, kLaneOfDisk, 45'000, 2'000));
}

TEST(DeviceLane, LanesAreNamedHiddenAndExported) {
    const auto trace = twoDisks();
    const auto lanes = matchLanes(*trace, "device:8:*");
    ASSERT_TRUE(lanes);
    EXPECT_EQ(*lanes, (std::vector<LaneKey>{kLaneOfDisk}));
    EXPECT_EQ(matchLanes(*trace, "device")->size(), 2u);
    EXPECT_FALSE(matchLanes(*trace, "device:9:*"));
    ViewState state;
    state.onlyDevices = {kLaneOther};
    EXPECT_EQ(keysOf(LaneLayout(*trace, state, Pane::Timeline), LaneKey::Kind::Device),
              (std::vector<LaneKey>{{LaneKey::Kind::Device, model::raw(kLaneOther)}}));
    state = {};
    state.hidden = {kLaneOfDisk};
    state.pinned = {{LaneKey::Kind::Device, model::raw(kLaneOther)}};
    const LaneLayout layout(*trace, state, Pane::Timeline);
    EXPECT_EQ(layout.find(kLaneOfDisk), nullptr);
    EXPECT_TRUE(layout.rows().front().pinned);
    // As rows: a stage each, in ns.
    QTemporaryDir folder;
    const auto path = folder.filePath("lanes.csv").toStdString();
    ExportRequest request;
    request.lanes = "device:8:0";
    ASSERT_TRUE(writeCsv(*trace, request, path));
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    const auto csv = text.str();
    EXPECT_NE(csv.find("\"Device 8,0\",100000,200000,Q2D,7,task7,WS 1000+8\n"), csv.npos) << csv;
    EXPECT_NE(csv.find("\"Device 8,0\",200000,400000,D2C,7,task7,WS 1000+8\n"), csv.npos) << csv;
    EXPECT_EQ(std::ranges::count(csv, '\n'), 7);
    // And as a picture, with a legend of the colours in it.
    const auto image = renderPicture(*trace, request);
    ASSERT_TRUE(image);
    const auto& t = theme(request.theme);
    std::size_t device = 0;
    for (int y = 0; y < image->height(); ++y)
        for (int x = 0; x < image->width(); ++x)
            device += (image->pixel(x, y) & 0xffffff) == (t.stageDC & 0xffffff);
    EXPECT_GT(device, 500u);
}
