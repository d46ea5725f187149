// SPDX-License-Identifier: GPL-3.0-or-later
/// Blocks give back every byte, while they are written too.
#include "parsers/bytes/block_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace kscope;

std::string someText(std::size_t bytes, unsigned seed) {
    std::minstd_rand random(seed);
    std::string text;
    while (text.size() < bytes)
        text += "bash-" + std::to_string(random() % 5000) + " [001] sched_switch\n";
    text.resize(bytes);
    return text;
}

TEST(BlockStore, GivesBackEveryByteAtAnyPlace) {
    model::ThreadPool pool(2);
    parsers::BlockStore store(pool);
    const auto text = someText(3 * parsers::BlockStore::kBlockBytes + 12'345, 7);
    std::minstd_rand random(11);
    for (std::size_t at = 0; at < text.size();) {
        const auto count = std::min<std::size_t>(1 + random() % 200'000, text.size() - at);
        store.append(std::string_view(text).substr(at, count));
        at += count;
    }
    EXPECT_EQ(store.size(), text.size());
    for (int round = 0; round < 500; ++round) {
        if (round == 250) store.settle();
        const std::size_t offset = random() % (text.size() + 1000);
        std::vector<char> into(1 + random() % (round % 50 == 0 ? 600'000 : 300));
        const auto count = store.read(offset, into);
        ASSERT_TRUE(count.has_value());
        const auto expected =
            offset < text.size() ? text.substr(offset, into.size()) : std::string();
        ASSERT_EQ(std::string(into.data(), *count), expected) << offset;
    }
    EXPECT_LT(store.memoryBytes(), text.size() / 3 + parsers::BlockStore::kBlockBytes);
}

TEST(BlockStore, IsReadWhileItGrows) {
    model::ThreadPool pool(2);
    parsers::BlockStore store(pool);
    const auto text = someText(8 * parsers::BlockStore::kBlockBytes, 3);
    std::atomic<bool> ended{false};
    std::jthread reader([&] {
        std::minstd_rand random(5);
        std::vector<char> into(500);
        while (!ended) {
            const auto size = store.size();
            if (size < into.size()) continue;
            const auto offset = random() % (size - into.size() + 1);
            const auto count = store.read(offset, into);
            ASSERT_TRUE(count.has_value());
            ASSERT_EQ(std::string_view(into.data(), *count),
                      std::string_view(text).substr(offset, into.size()));
        }
    });
    for (std::size_t at = 0; at < text.size(); at += 4096)
        store.append(std::string_view(text).substr(at, 4096));
    ended = true;
}

TEST(BlockStore, MayGoBeforeItsJobs) {
    model::ThreadPool pool(1);
    const auto text = someText(6 * parsers::BlockStore::kBlockBytes, 1);
    for (int round = 0; round < 5; ++round) parsers::BlockStore(pool).append(text);
}

}  // namespace
