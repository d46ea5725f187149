// SPDX-License-Identifier: GPL-3.0-or-later
/// Block requests of a device that two sources recorded at once.
#include "model/derive/block_requests.h"
#include "model/store/chunk_writer.h"
#include "model/store/trace_builder.h"

#include <gtest/gtest.h>

using namespace kscope::model;

namespace {

constexpr auto kTwinDisk = deviceId(8, 0);
constexpr auto kOtherDisk = deviceId(8, 16);

struct TwinRecord {
    std::int64_t us;
    BlockAction action;
    DeviceId device;
    std::uint64_t sector;
};

void addTwinSource(TraceBuilder& builder, const char* path,
                   const std::vector<TwinRecord>& records) {
    SourceInfo info;
    info.path = path;
    const auto source = builder.addSource(info);
    ChunkWriter writer;
    writer.beginPart(source, 0, 1000);
    std::uint64_t position = 0;
    for (const TwinRecord& record : records) {
        const CpuId cpu{0};
        (void)writer.prepare(record.us, position);
        const auto task = writer.task(Tid{7}, "dd", cpu);
        writer.add(record.us, position, writer.name(actionLetters(record.action)), cpu, task,
                   kNoFlags);
        BlockRecord block;
        block.device = record.device;
        block.sector = record.sector;
        block.sectors = 8;
        block.action = record.action;
        block.rwbs = makeRwbs(BlockOp::Write, 0);
        writer.addBlock(block);
        ++position;
    }
    builder.deliver(source, 0, writer.finishPart(position, position));
    builder.endSource(source);
}

std::vector<TwinRecord> life(std::int64_t us, DeviceId device, std::uint64_t sector) {
    return {{us, BlockAction::Queue, device, sector},
            {us + 10, BlockAction::Issue, device, sector},
            {us + 50, BlockAction::Complete, device, sector}};
}

std::vector<TwinRecord> joined(std::initializer_list<std::vector<TwinRecord>> lives) {
    std::vector<TwinRecord> all;
    for (const auto& one : lives) all.insert(all.end(), one.begin(), one.end());
    return all;
}

}  // namespace

TEST(BlockTwins, WhatTwoSourcesSawAtOnceCountsOnce) {
    TraceBuilder builder;
    // The text lacks the second request; the other disk and the later hour are its alone.
    addTwinSource(builder, "trace.txt",
                  joined({life(101, kTwinDisk, 1000), life(5000, kOtherDisk, 7)}));
    addTwinSource(builder, "sda", joined({life(100, kTwinDisk, 1000), life(900, kTwinDisk, 2000)}));
    addTwinSource(builder, "later", life(3'600'000'000, kTwinDisk, 3000));
    const auto trace = builder.finish();
    const auto blocks = blockRequests(*trace);
    std::vector<std::pair<DeviceId, std::uint64_t>> found;
    for (const auto& request : blocks.requests) found.emplace_back(request.device, request.sector);
    EXPECT_EQ(found,
              (std::vector<std::pair<DeviceId, std::uint64_t>>{
                  {kTwinDisk, 1000}, {kTwinDisk, 2000}, {kOtherDisk, 7}, {kTwinDisk, 3000}}));
    EXPECT_EQ(blocks.requests.front().q, 100'000) << "the source with more records is followed";
    ASSERT_EQ(blocks.twins.size(), 1u);
    EXPECT_EQ(blocks.twins[0].device, kTwinDisk);
    EXPECT_EQ(blocks.twins[0].followed, SourceId{1});
    EXPECT_EQ(blocks.twins[0].other, SourceId{0});
    EXPECT_EQ(blocks.twins[0].records, 3u);
    for (const auto& device : blocks.devices)
        for (const auto& step : device.steps) EXPECT_LE(step.inFlight, 1);
}

TEST(BlockTwins, OneSourceHasNone) {
    TraceBuilder builder;
    addTwinSource(builder, "sda", joined({life(100, kTwinDisk, 1000), life(900, kTwinDisk, 2000)}));
    const auto trace = builder.finish();
    const auto blocks = blockRequests(*trace);
    EXPECT_EQ(blocks.requests.size(), 2u);
    EXPECT_TRUE(blocks.twins.empty());
}
