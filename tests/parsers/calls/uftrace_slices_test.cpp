// SPDX-License-Identifier: GPL-3.0-or-later
/// uftrace data read by several threads has the same rows as data read record by record, whatever
/// is odd about it.
#include "parsers/uftrace/uftrace_data.h"
#include "tests/support/uftrace_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

using namespace kscope;

namespace fs = std::filesystem;

namespace {

using support::kUftraceBase;
using support::kUftraceEntry;
using support::kUftraceExit;
using support::kUftraceLost;
using support::putBytes;
using support::uftraceBytes;
using support::UftraceFolder;
using support::UftraceWord;
using support::uftraceWord;

/// A random walk through calls.
std::vector<UftraceWord> walk(std::minstd_rand& random, std::size_t count, std::uint64_t time) {
    std::vector<UftraceWord> records;
    std::vector<std::uint64_t> open;
    while (records.size() < count) {
        time += random() % 700;
        if (open.size() < 12 && (open.empty() || random() % 2 == 0)) {
            const auto address = kUftraceBase + random() % 40 * 16;
            records.push_back(uftraceWord(time, kUftraceEntry, open.size(), address));
            open.push_back(address);
        } else {
            records.push_back(uftraceWord(time, kUftraceExit, open.size() - 1, open.back()));
            open.pop_back();
        }
    }
    return records;
}

/// PERF_RECORD_COMM with sample_id_all, as uftrace stores it.
std::string commEvent(std::uint64_t time, std::uint32_t tid, std::string comm) {
    comm.resize(16, '\0');
    std::string bytes;
    putBytes(bytes, 3, 4);
    putBytes(bytes, 0, 2);
    putBytes(bytes, 8 + 8 + 16 + 16, 2);
    putBytes(bytes, tid, 4);
    putBytes(bytes, tid, 4);
    bytes += comm;
    putBytes(bytes, tid, 4);
    putBytes(bytes, tid, 4);
    putBytes(bytes, time, 8);
    return bytes;
}

std::vector<std::string> rowsOf(const UftraceFolder& folder, model::ThreadPool* pool) {
    model::TraceBuilder builder;
    const auto source = parsers::importUftrace(folder.path.string(), builder, pool, {});
    EXPECT_TRUE(source.has_value());
    const auto trace = builder.finish();
    std::vector<std::string> rows;
    for (std::size_t c = 0; c < trace->chunks(); ++c) {
        const auto& chunk = trace->chunk(c);
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            std::string told = std::to_string(chunk.timeNs(row));
            told += " " + std::to_string(chunk.origin(row).position + chunk.position[row]);
            told += " " + std::string(trace->text(chunk.names[chunk.name[row]]));
            told += " " + std::to_string(chunk.cpu[row]) + " " + std::to_string(chunk.flags[row]);
            if (chunk.task[row] != model::kNoRow) {
                const auto& task = chunk.tasks[chunk.task[row]];
                told += " " + std::to_string(raw(trace->task(task.task).tid)) + " " +
                        std::string(trace->text(task.comm));
            }
            rows.push_back(std::move(told));
        }
    }
    for (const auto& found : trace->diagnostics().all())
        rows.push_back(std::string(diagnosticName(found.kind)) + " " + std::to_string(found.count));
    rows.push_back("lost " + std::to_string(trace->sources()[0].lost));
    return rows;
}

void expectSame(const UftraceFolder& folder, std::size_t least) {
    model::ThreadPool pool(3);
    const auto wanted = rowsOf(folder, nullptr);
    const auto found = rowsOf(folder, &pool);
    EXPECT_GE(wanted.size(), least);
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) ASSERT_EQ(found[i], wanted[i]) << "row " << i;
}

constexpr std::size_t kMany = 130'000;

}  // namespace

TEST(UftraceSlices, OneTask) {
    std::minstd_rand random(1);
    UftraceFolder folder;
    folder.write("100.dat", uftraceBytes(walk(random, kMany, 1000)));
    expectSame(folder, kMany);
}

TEST(UftraceSlices, TasksWithEventsAndNames) {
    std::minstd_rand random(2);
    UftraceFolder folder;
    for (const auto* const name : {"100.dat", "101.dat", "102.dat"})
        folder.write(name, uftraceBytes(walk(random, kMany / 3, 500 + random() % 100)));
    std::string events;
    for (std::uint64_t i = 0; i < 60; ++i)
        events += commEvent(i * i * 15'000, 100 + i % 4, "name-" + std::to_string(i));
    folder.write("perf-cpu1.dat", events);
    folder.write("extern.dat", "# words\n0.000000300 begun\n0.020000000 in between\n");
    expectSame(folder, kMany);
}

TEST(UftraceSlices, EqualTimes) {
    std::minstd_rand random(3);
    UftraceFolder folder;
    for (const auto* const name : {"100.dat", "101.dat"}) {
        auto records = walk(random, kMany / 2, 1000);
        for (auto& each : records) each.time = each.time / 4096 * 4096;
        folder.write(name, uftraceBytes(records));
    }
    expectSame(folder, kMany);
}

TEST(UftraceSlices, OddRecordsAnywhere) {
    std::minstd_rand random(4);
    const std::vector<std::function<void(std::vector<UftraceWord>&, std::size_t)>> oddities{
        [](auto& all, std::size_t at) { all[at].word = uftraceWord(0, kUftraceLost, 0, 7).word; },
        [](auto& all, std::size_t at) { all[at].time -= 100'000; },
        [](auto& all, std::size_t at) { all[at].time += 50'000'000; },
        [](auto& all, std::size_t at) { all[at].word |= 1u << 2; },  // arguments without a spec
        [](auto& all, std::size_t at) { all[at].word ^= 1u << 3; },  // wrong magic
        [](auto& all, std::size_t at) { all[at].time = UINT64_MAX - 5; },
        [](auto& all, std::size_t at) { all[at] = {}; },
    };
    for (const auto& oddity : oddities)
        for (int round = 0; round < 2; ++round) {
            UftraceFolder folder;
            auto records = walk(random, kMany / 2, 1000);
            oddity(records, round == 0 ? records.size() - 1 : random() % records.size());
            folder.write("100.dat", uftraceBytes(records) + std::string(round * 5, 'x'));
            folder.write("101.dat", uftraceBytes(walk(random, kMany / 2, 1200)));
            folder.write("perf-cpu0.dat", commEvent(30'000'000, 101, "renamed"));
            expectSame(folder, kMany / 3);
        }
}
