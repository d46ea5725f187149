// SPDX-License-Identifier: GPL-3.0-or-later
/// Requests out of block records: every kind of stage, and what holds for any sequence.
#include "model/derive/block_report.h"
#include "model/derive/block_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

using namespace kscope::model;

namespace {

constexpr DeviceId kDisk = deviceId(8, 0);

/// Feeds records of one disk, one ns apart.
class Feeder {
public:
    explicit Feeder(DeviceId device = kDisk) : m_device(device) {}
    Feeder& on(DeviceId device) {
        m_device = device;
        return *this;
    }
    Feeder& by(unsigned task) {
        m_task = TaskId{task};
        return *this;
    }
    Feeder& after(std::int64_t ns) {
        m_now += ns;
        return *this;
    }
    std::int64_t take(std::string_view action, std::uint64_t sector, std::uint32_t sectors,
                      std::uint64_t other = 0, DeviceId from = kNoDevice) {
        BlockFact fact;
        fact.time = ++m_now;
        fact.event = EventIndex{static_cast<std::uint64_t>(m_now)};
        fact.task = m_task;
        fact.device = m_device;
        fact.action = actionOf(action);
        fact.rwbs = rwbsOf("WS");
        fact.sector = sector;
        fact.sectors = sectors;
        fact.otherSector = other;
        fact.fromDevice = from;
        m_tracker.take(fact);
        return m_now;
    }
    void lose() { m_tracker.lose(); }
    BlockModel finish() { return m_tracker.finish(); }

private:
    BlockTracker m_tracker;
    DeviceId m_device;
    TaskId m_task{1};
    std::int64_t m_now = 0;
};

}  // namespace

TEST(BlockTracker, BackAndFrontMergesJoinTheRequestThatCarriesThem) {
    Feeder feed;
    feed.take("Q", 16, 8);
    feed.take("G", 16, 8);
    feed.take("Q", 24, 8);
    const auto back = feed.take("M", 24, 8);
    feed.take("Q", 8, 8);
    const auto front = feed.take("F", 8, 8);
    const auto inserted = feed.take("I", 8, 24);
    const auto issued = feed.take("D", 8, 24);
    const auto completed = feed.take("C", 8, 24);
    const auto model = feed.finish();
    ASSERT_EQ(model.requests.size(), 1U);
    const auto& request = model.requests[0];
    EXPECT_EQ(request.bios, 3U);
    EXPECT_EQ(request.q, 1);
    EXPECT_EQ(request.g, kNoTime);  // its first sector never got a request of its own
    EXPECT_EQ(request.i, inserted);
    EXPECT_EQ(request.d, issued);
    EXPECT_EQ(request.c, completed);
    EXPECT_EQ(model.bios[1].m, back);
    EXPECT_EQ(model.bios[2].m, front);
    EXPECT_TRUE(model.bios[2].front);
    for (const auto& bio : model.bios) EXPECT_EQ(bio.c, completed);
    EXPECT_EQ(model.unmatched, 0U);
}

TEST(BlockTracker, ASplitCutsABioInTwo) {
    Feeder feed;
    feed.take("Q", 0, 100);
    feed.take("X", 0, 0, 60);
    feed.take("G", 0, 60);
    const auto tailGot = feed.take("G", 60, 40);
    const auto issued = feed.take("D", 60, 40);
    feed.take("C", 60, 40);
    feed.take("D", 0, 60);
    const auto model = feed.finish();
    ASSERT_EQ(model.bios.size(), 2U);
    EXPECT_TRUE(model.bios[1].split);
    EXPECT_EQ(model.bios[1].q, model.bios[0].q);
    EXPECT_EQ(model.bios[1].g, tailGot);
    EXPECT_EQ(model.bios[1].d, issued);
    EXPECT_EQ(model.bios[0].c, kNoTime);
    EXPECT_EQ(model.requests[0].q, 1);
}

TEST(BlockTracker, ASplitsSectorMayLackItsHighBits) {
    Feeder feed;
    const std::uint64_t begin = (std::uint64_t{5} << 32) - 10;
    feed.take("Q", begin, 100);
    feed.take("X", begin, 0, 30);
    const auto model = feed.finish();
    ASSERT_EQ(model.bios.size(), 2U);
    EXPECT_EQ(model.bios[1].sector, (std::uint64_t{5} << 32) + 30);
    EXPECT_EQ(model.bios[0].sectors, 40U);
}

TEST(BlockTracker, APartOfARequestMayCompleteFirst) {
    Feeder feed;
    feed.take("Q", 0, 8);
    feed.take("Q", 8, 8);
    feed.take("D", 0, 16);
    const auto part = feed.take("C", 0, 12);
    const auto rest = feed.take("C", 12, 4);
    const auto model = feed.finish();
    ASSERT_EQ(model.requests.size(), 1U);
    EXPECT_EQ(model.bios[0].c, part);
    EXPECT_EQ(model.bios[1].c, rest);
    EXPECT_EQ(model.requests[0].c, rest);
    EXPECT_EQ(model.unmatched, 0U);
}

TEST(BlockTracker, ACompletionMayCoverSeveralRequests) {
    Feeder feed;
    feed.take("Q", 0, 8);
    feed.take("D", 0, 8);
    feed.take("Q", 8, 8);
    feed.take("D", 8, 8);
    const auto completed = feed.take("C", 0, 16);
    const auto model = feed.finish();
    EXPECT_EQ(model.requests[0].c, completed);
    EXPECT_EQ(model.requests[1].c, completed);
}

TEST(BlockTracker, ARequeueWaitsForTheNextIssue) {
    Feeder feed;
    feed.take("Q", 0, 8);
    feed.take("G", 0, 8);
    feed.take("D", 0, 8);
    feed.take("R", 0, 8);
    const auto again = feed.take("D", 0, 8);
    const auto completed = feed.take("C", 0, 8);
    const auto model = feed.finish();
    ASSERT_EQ(model.requests.size(), 1U);
    EXPECT_EQ(model.requests[0].requeues, 1U);
    EXPECT_EQ(model.requests[0].d, again);
    EXPECT_EQ(model.requests[0].c, completed);
    EXPECT_EQ(model.bios[0].d, again);
}

TEST(BlockTracker, TheRestOfARequestMayBeRequeued) {
    Feeder feed;
    feed.take("Q", 0, 16);
    feed.take("D", 0, 16);
    feed.take("C", 0, 8);
    feed.take("R", 8, 8);
    const auto again = feed.take("D", 8, 8);
    const auto completed = feed.take("C", 8, 8);
    const auto model = feed.finish();
    ASSERT_EQ(model.requests.size(), 1U);
    EXPECT_EQ(model.requests[0].d, again);
    EXPECT_EQ(model.requests[0].c, completed);
    EXPECT_EQ(model.bios[0].c, completed);
}

TEST(BlockTracker, RemapsOfSeveralLevelsAreAChain) {
    constexpr auto mapper = deviceId(253, 0);
    constexpr auto partition = deviceId(8, 2);
    Feeder feed;
    feed.on(mapper).take("Q", 736, 32);
    feed.on(partition).take("A", 1682144, 32, 736, mapper);
    feed.on(kDisk).take("A", 3781344, 32, 1682144, partition);
    feed.take("Q", 3781344, 32);
    feed.take("D", 3781344, 32);
    feed.take("C", 3781344, 32);
    const auto mapped = feed.on(mapper).take("C", 736, 32);
    const auto model = feed.finish();
    ASSERT_EQ(model.bios.size(), 2U);
    ASSERT_NE(model.bios[1].remap, kNoIndex);
    const auto& last = model.remaps[model.bios[1].remap];
    EXPECT_EQ(last.from, partition);
    ASSERT_NE(last.before, kNoIndex);
    EXPECT_EQ(model.remaps[last.before].from, mapper);
    EXPECT_EQ(model.remaps[last.before].fromSector, 736U);
    EXPECT_EQ(model.bios[0].c, mapped);  // a device that only remaps issues nothing
    EXPECT_EQ(model.bios[0].d, kNoTime);
}

TEST(BlockTracker, UnplugIsForWhatTheTaskHeldBack) {
    Feeder feed;
    feed.by(1).take("Q", 0, 8);
    feed.take("G", 0, 8);
    feed.by(2).take("Q", 64, 8);
    feed.take("G", 64, 8);
    const auto pulled = feed.by(1).take("U", 0, 0);
    const auto model = feed.finish();
    EXPECT_EQ(model.bios[0].u, pulled);
    EXPECT_EQ(model.bios[1].u, kNoTime);
}

TEST(BlockTracker, StagesGoToTheTaskThatDidThem) {
    Feeder feed;
    feed.by(1).take("Q", 0, 8);
    feed.by(2).take("Q", 0, 8);
    const auto second = feed.by(2).take("G", 0, 8);
    const auto first = feed.by(1).take("G", 0, 8);
    const auto model = feed.finish();
    EXPECT_EQ(model.bios[0].g, first);
    EXPECT_EQ(model.bios[1].g, second);
}

TEST(BlockTracker, WhatALossMayHaveEndedTakesNothingFromLaterOnes) {
    Feeder feed;
    feed.take("Q", 0, 8);
    feed.take("D", 0, 8);
    feed.lose();
    feed.take("Q", 0, 8);
    feed.take("D", 0, 8);
    const auto completed = feed.take("C", 0, 8);
    const auto model = feed.finish();
    EXPECT_EQ(model.requests[0].c, kNoTime);
    EXPECT_EQ(model.requests[1].c, completed);
    EXPECT_EQ(model.bios[1].c, completed);
}

TEST(BlockTracker, OneThatNoDriverWaitsForSoLongTakesNothing) {
    Feeder feed;
    feed.take("Q", 0, 8);
    feed.take("D", 0, 8);
    feed.after(31'000'000'000).take("Q", 0, 8);
    feed.take("D", 0, 8);
    feed.take("C", 0, 8);
    const auto model = feed.finish();
    EXPECT_EQ(model.requests[0].c, kNoTime);
    EXPECT_NE(model.requests[1].c, kNoTime);
}

TEST(BlockTracker, EmptyRecordsAreCountedOnly) {
    Feeder feed;
    feed.take("Q", 0, 0);
    feed.take("D", 0, 0);
    feed.take("C", 0, 0);
    feed.take("P", 0, 0);
    const auto model = feed.finish();
    EXPECT_EQ(model.emptyRecords, 3U);
    EXPECT_TRUE(model.bios.empty());
    EXPECT_TRUE(model.requests.empty());
}

namespace {

/// What must hold whatever the records were.
void expectSane(const BlockModel& model) {
    for (const auto& bio : model.bios) {
        ASSERT_NE(bio.q, kNoTime);
        for (const auto time : {bio.g, bio.m, bio.u, bio.i, bio.d, bio.c})
            if (time != kNoTime) {
                ASSERT_GE(time, bio.q);
            }
        if (bio.d != kNoTime && bio.c != kNoTime) {
            ASSERT_GE(bio.c, bio.d);
        }
        ASSERT_EQ(bio.c != kNoTime, bio.done == bio.sectors);
        ASSERT_FALSE(bio.g != kNoTime && bio.m != kNoTime);
        if (bio.request != kNoIndex) {
            ASSERT_LT(bio.request, model.requests.size());
        }
    }
    for (const auto& request : model.requests) {
        ASSERT_LE(request.done, request.sectors);
        ASSERT_EQ(request.c != kNoTime, request.done == request.sectors);
        if (request.q != kNoTime && request.d != kNoTime) {
            ASSERT_LE(request.q, request.d);
        }
        if (request.c != kNoTime && request.d != kNoTime) {
            ASSERT_LE(request.d, request.c);
        }
        ASSERT_LE(std::size_t{request.firstBio} + request.bios, model.held.size());
    }
    for (const auto& device : model.devices)
        for (const auto& step : device.steps) {
            ASSERT_GE(step.queued, 0);
            ASSERT_GE(step.inFlight, 0);
        }
}

/// A disk that does what is legal, and knows what it did.
struct MadeRequest {
    std::uint64_t sector;
    std::uint32_t sectors;
    unsigned task;
    std::map<std::string, std::int64_t> times;
    std::vector<std::string> left;  // stages to come, the next one last
};

}  // namespace

TEST(BlockTracker, LegalSequencesGiveEachRequestItsOwnTimes) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        Feeder feed;
        std::vector<MadeRequest> made;
        std::vector<std::size_t> open;
        std::uint64_t nextSector = 0;
        for (int i = 0; i < 2000; ++i) {
            if (open.size() < 40 && random() % 5 == 0) {
                const auto sectors = static_cast<std::uint32_t>(8 * (1 + random() % 4));
                // Every third one reuses the place of one that has ended.
                std::uint64_t sector = nextSector;
                nextSector += 128;
                if (random() % 3 == 0 && !made.empty()) {
                    const auto& old = made[random() % made.size()];
                    if (old.left.empty() && std::ranges::none_of(open, [&](auto o) {
                            return made[o].sector == old.sector;
                        }))
                        sector = old.sector;
                }
                MadeRequest one{sector,
                                sectors,
                                1 + static_cast<unsigned>(random() % 3),
                                {},
                                {"C", "D", "I", "G", "Q"}};
                // Stages that were not recorded: never those that say what it is or when it ends.
                for (const auto* stage : {"D", "I", "G"})
                    if (random() % 6 == 0) std::erase(one.left, stage);
                open.push_back(made.size());
                made.push_back(one);
            }
            if (open.empty()) continue;
            const auto at = random() % open.size();
            auto& one = made[open[at]];
            const auto stage = one.left.back();
            one.left.pop_back();
            one.times[stage] = feed.by(one.task).take(stage, one.sector, one.sectors);
            if (one.left.empty()) open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
        }
        const auto model = feed.finish();
        expectSane(model);
        std::erase_if(made, [](const auto& one) { return !one.times.contains("Q"); });
        std::ranges::sort(made, {}, [](const auto& one) { return one.times.at("Q"); });
        ASSERT_EQ(model.bios.size(), made.size());
        const auto timeOf = [](const MadeRequest& one, const char* stage) {
            const auto found = one.times.find(stage);
            return found == one.times.end() ? kNoTime : found->second;
        };
        for (std::size_t i = 0; i < made.size(); ++i) {
            const auto& bio = model.bios[i];
            EXPECT_EQ(bio.q, timeOf(made[i], "Q"));
            EXPECT_EQ(bio.g, timeOf(made[i], "G"));
            EXPECT_EQ(bio.i, timeOf(made[i], "I"));
            EXPECT_EQ(bio.d, timeOf(made[i], "D"));
            EXPECT_EQ(bio.c, timeOf(made[i], "C"));
        }
    }
}

TEST(BlockTracker, AnySequenceKeepsWhatMustHold) {
    constexpr std::array<std::string_view, 14> kActions{"Q", "Q", "M", "F", "G", "S", "R",
                                                        "D", "C", "C", "I", "X", "A", "U"};
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random(seed);
        Feeder feed;
        const auto places = 1 + random() % 40;
        for (int i = 0; i < 1000; ++i) {
            const auto action = kActions[random() % kActions.size()];
            const std::uint64_t sector = (random() % places) * 4;
            const auto sectors = static_cast<std::uint32_t>(random() % 33);
            if (random() % 100 == 0) feed.lose();
            feed.on(deviceId(8, random() % 2)).by(static_cast<unsigned>(random() % 3));
            feed.take(action, sector, sectors, sector + random() % 40, deviceId(8, random() % 2));
        }
        expectSane(feed.finish());
        if (HasFatalFailure()) FAIL() << "seed " << seed;
    }
}

TEST(BlockTracker, ManyOnOneSectorOrOfHugeLengthEndSoon) {
    Feeder feed;
    for (int i = 0; i < 50'000; ++i) {
        feed.take("Q", 0, 0xffffffff);
        feed.take("D", 0, 0xffffffff);
        feed.take("Q", static_cast<std::uint64_t>(i) * 7, 3);
        feed.take("C", 5, 0xfffffff0);
    }
    feed.take("Q", UINT64_MAX, 8);
    feed.take("D", UINT64_MAX - 4, 8);
    feed.take("C", UINT64_MAX - 4, 8);
    const auto model = feed.finish();
    EXPECT_GE(model.bios.size(), 100'000U);
}

TEST(BlockReport, SumsUpIntervalsPerDeviceAndDirection) {
    Feeder feed;
    for (int i = 0; i < 4; ++i) {
        const auto sector = static_cast<std::uint64_t>(i) * 8;
        feed.after(99).take("Q", sector, 8);
        feed.take("D", sector, 8);
        feed.after(9 + i).take("C", sector, 8);
    }
    const auto model = feed.finish();
    const auto order = biosInOrder(model);
    ThreadPool pool(1);
    const auto rows = blockSummary(model, order, pool);
    const auto row = [&](BlockInterval interval, char direction) {
        const auto found = std::ranges::find_if(rows, [&](const auto& one) {
            return one.interval == interval && one.direction == direction;
        });
        return found == rows.end() ? SpanSum{} : found->length;
    };
    EXPECT_EQ(row(BlockInterval::Q2Q, 0).count, 3U);
    EXPECT_EQ(row(BlockInterval::D2C, 'W').count, 4U);
    EXPECT_EQ(row(BlockInterval::D2C, 'W').min, 10);
    EXPECT_EQ(row(BlockInterval::D2C, 'W').max, 13);
    EXPECT_EQ(row(BlockInterval::D2C, 'W').p50, 11);
    EXPECT_EQ(row(BlockInterval::D2C, 'W').avg(), 11);
    EXPECT_EQ(row(BlockInterval::Q2G, 0).count, 0U);
}
