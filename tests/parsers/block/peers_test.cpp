// SPDX-License-Identifier: GPL-3.0-or-later
/// The same files read by blkparse and btt, where they are installed: every line and every
/// interval.
#include "model/derive/block_report.h"
#include "parsers/importers.h"
#include "tests/support/block_generator.h"
#include "tests/support/peer.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

namespace kscope::tests {
namespace {

namespace fs = std::filesystem;

using support::installed;
using support::outputOf;

model::TracePtr openSet(const std::string& name) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    EXPECT_TRUE(parsers::importSource(name, builder, pool, {})) << name;
    return builder.finish();
}

/// A generated run in a folder of its own.
class GeneratedRun {
public:
    explicit GeneratedRun(std::uint64_t records) {
        const auto files = support::generateBlktrace({.records = records, .seed = 7, .cpus = 3});
        for (std::size_t i = 0; i < files.size(); ++i)
            (void)m_folder.write("gen.blktrace." + std::to_string(i), files[i]);
    }
    [[nodiscard]] std::string name() const { return m_folder.file("gen"); }
    /// Runs in the folder.
    [[nodiscard]] std::string run(const std::string& command) const {
        return outputOf("cd '" + m_folder.file("") + "' && " + command);
    }

private:
    support::TemporaryFolder m_folder;
};

TEST(BlockPeers, EveryLineOfBlkparseIsOurs) {
    if (!installed("blkparse")) GTEST_SKIP() << "NOT RUN: blkparse is not installed";
    const GeneratedRun run(30'000);
    std::multiset<std::string> theirs;
    std::istringstream lines(run.run("blkparse -i gen 2>/dev/null"));
    for (std::string line; std::getline(lines, line);)  // a summary follows
        if (line.size() > 7 && line[3] == ',') theirs.insert(line);
    const auto trace = openSet(run.name());
    std::multiset<std::string> ours;
    for (std::uint64_t i = 0; i < trace->events(); ++i) {
        const auto event = trace->event(model::EventIndex{i});
        ours.insert(trace->sources()[raw(event.source)].text->eventText(event.position)->line);
    }
    EXPECT_GE(theirs.size(), 30'000U);
    EXPECT_EQ(theirs, ours);
}

struct Interval {
    double min = 0, avg = 0, max = 0;
    std::uint64_t count = 0;
};
/// The table of all devices.
std::map<std::string, Interval> bttIntervals(const std::string& text) {
    std::map<std::string, Interval> found;
    std::istringstream lines(text.substr(std::min(text.find("All Devices"), text.size())));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line) && line.find("====") == line.npos) {
        std::istringstream words(line);
        std::string name;
        Interval interval;
        if (words >> name >> interval.min >> interval.avg >> interval.max >> interval.count)
            found[name] = interval;
    }
    return found;
}

/// Within a percent, and a nanosecond of rounding.
void expectNear(double theirs, double oursNs, const std::string& what) {
    EXPECT_NEAR(theirs * 1e9, oursNs, oursNs * 0.01 + 1) << what;
}

void compareWithBtt(const std::map<std::string, Interval>& theirs, const std::string& set) {
    const auto trace = openSet(set);
    const auto blocks = model::blockRequests(*trace);
    model::ThreadPool pool(2);
    std::size_t compared = 0;
    for (const auto& row : model::blockSummary(blocks, model::biosInOrder(blocks), pool)) {
        if (row.direction != 0) continue;
        const std::string name(model::intervalName(row.interval));
        const auto found = theirs.find(name);
        ASSERT_NE(found, theirs.end()) << name;
        EXPECT_EQ(found->second.count, row.length.count) << name;
        expectNear(found->second.min, static_cast<double>(row.length.min), name + " min");
        expectNear(found->second.avg,
                   static_cast<double>(row.length.total) / static_cast<double>(row.length.count),
                   name + " avg");
        expectNear(found->second.max, static_cast<double>(row.length.max), name + " max");
        ++compared;
    }
    EXPECT_EQ(compared, theirs.size()) << "btt has intervals that we lack";
}

TEST(BlockPeers, IntervalsEqualThoseOfBtt) {
    if (!installed("blkparse") || !installed("btt"))
        GTEST_SKIP() << "NOT RUN: blkparse and btt are not installed";
    const GeneratedRun run(30'000);
    const auto theirs = bttIntervals(run.run(
        "blkparse -q -i gen -d gen.bin -O >/dev/null 2>&1 && btt -A -i gen.bin 2>/dev/null"));
    ASSERT_FALSE(theirs.empty());
    auto known = theirs;
    std::erase_if(known, [](const auto& one) {
        // Of remaps and sleeps: no intervals of ours.
        return one.first == "Q2A" || one.first == "S2G" || one.second.count == 0;
    });
    compareWithBtt(known, run.name());
}

TEST(BlockPeers, IntervalsOfRealRunsEqualThoseOfBtt) {
    if (!installed("blkparse") || !installed("btt"))
        GTEST_SKIP() << "NOT RUN: blkparse and btt are not installed";
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "NOT RUN: shared data is not here";
    // Not those with a split (X): behind one btt keeps a Q for ever, which shadows later ones. Not
    // dd-fsync and discard: of transfers that share a sector while they are open btt counts one.
    // Not majors 253 and 254, which it takes for remappers whatever they are.
    for (const char* const name : {"bfq", "flush-fua", "readers", "seq-merge"}) {
        SCOPED_TRACE(name);
        const support::TemporaryFolder folder;
        const auto set = (*data / "guest/blk" / name / "sda").string();
        auto theirs = bttIntervals(outputOf(
            "cd '" + folder.file("") + "' && blkparse -q -D '" +
            fs::path(set).parent_path().string() + "' -i sda -d '" + folder.file("all.bin") +
            "' -O >/dev/null 2>&1 && btt -A -i all.bin 2>/dev/null"));
        ASSERT_FALSE(theirs.empty());
        std::erase_if(theirs, [](const auto& one) {
            return one.first == "Q2A" || one.first == "S2G" || one.second.count == 0;
        });
        compareWithBtt(theirs, set);
    }
}

}  // namespace
}  // namespace kscope::tests
