// SPDX-License-Identifier: GPL-3.0-or-later
/// Polling: this machine's /proc against two reads of the file, a folder that plays /proc, and the
/// bounds of the history in accelerated time.
#include "app/live/core/proc_poller.h"
#include "app/session/loader.h"
#include "model/derive/counter_path.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace kscope::app {
namespace {

using namespace std::chrono_literals;

std::uint64_t contextSwitches() {
    std::ifstream file("/proc/stat");
    for (std::string word; file >> word;)
        if (word == "ctxt") {
            std::uint64_t count = 0;
            file >> count;
            return count;
        }
    return 0;
}

/// In place and of the same length: unlike the kernel's files, one that is written anew is empty
/// for a moment, and the poller keeps it open.
void overwrite(const std::string& path, std::string_view text) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file << text;
}

std::optional<std::uint64_t> valueOf(const model::TracePtr& trace, std::string_view path,
                                     std::size_t round) {
    for (const auto& table : trace->counters()) {
        const auto series = findCounter(*trace, *table, path);
        if (!series || round >= table->rounds()) continue;
        model::CounterCursor cursor(table);
        cursor.seek(round);
        return cursor.value(*series);
    }
    return std::nullopt;
}

TEST(ProcPoller, ReadsThisMachineBetweenTwoReadsOfTheFile) {
    if (!std::filesystem::exists("/proc/stat")) GTEST_SKIP() << "SKIPPED: no /proc";
    const auto before = contextSwitches();
    std::atomic<int> snapshots{0};
    ProcPoller poller(
        {.files = {{"/proc/stat", 50ms}}, .limits = {}, .root = {}, .snapshotEvery = 50ms},
        [&](const model::TracePtr& trace) {
            EXPECT_FALSE(trace->counters().empty());
            ++snapshots;
        });
    poller.start();
    for (int i = 0; i < 3000 && snapshots < 3; ++i) std::this_thread::sleep_for(10ms);
    poller.stop();
    const auto after = contextSwitches();
    EXPECT_GE(snapshots.load(), 3);
    const auto trace = poller.trace();
    ASSERT_EQ(trace->counters().size(), 1U);
    std::uint64_t last = before;
    for (std::size_t round = 0; round < trace->counters()[0]->rounds(); ++round) {
        const auto value = valueOf(trace, "ctxt", round);
        ASSERT_TRUE(value);
        EXPECT_GE(*value, last);
        last = *value;
    }
    EXPECT_LE(last, after);
    EXPECT_EQ(trace->events(), trace->counters()[0]->rounds());
}

TEST(ProcPoller, NamesAFileThatCannotBeReadAndGoesOn) {
    const support::TemporaryFolder folder;
    std::filesystem::create_directory(folder.file("proc"));
    folder.write("proc/vmstat", "nr_free_pages 10\npgfault 5\n");
    ProcPoller poller({.files = {{"/proc/gone", 50ms}, {"/proc/vmstat", 50ms}},
                       .limits = {},
                       .root = std::filesystem::path(folder.file("proc")).parent_path().string(),
                       .snapshotEvery = 50ms},
                      nullptr);
    poller.start();
    for (int i = 0; i < 3000; ++i) {
        std::this_thread::sleep_for(10ms);
        const auto state = poller.state();
        if (state.files.size() == 2 && state.files[1].reads >= 2) break;
        overwrite(folder.file("proc/vmstat"), "nr_free_pages 12\npgfault 7\n");
    }
    poller.stop();
    const auto state = poller.state();
    ASSERT_EQ(state.files.size(), 2U);
    EXPECT_FALSE(state.files[0].problem.empty());
    EXPECT_GT(state.files[0].failed, 0U);
    EXPECT_GE(state.files[1].reads, 2U);
    const auto trace = poller.trace();
    ASSERT_EQ(trace->counters().size(), 1U);
    EXPECT_EQ(valueOf(trace, "pgfault", trace->counters()[0]->rounds() - 1), 7U);
}

std::shared_ptr<model::CounterNames> columns(std::initializer_list<const char*> labels) {
    auto names = std::make_shared<model::CounterNames>();
    names->rows = {{"LOC", {}}, {"RES", {}}};
    for (const std::uint32_t row : {0U, 1U})
        for (const auto* const label : labels) names->series.push_back({row, label});
    return names;
}

TEST(ColumnWatch, SaysWhichColumnsCameAndWentSinceTheFirstReading) {
    ColumnWatch watch;
    const auto first = columns({"CPU0", "CPU1", "CPU2"});
    watch.follow(first, 10);
    watch.follow(first, 20);
    EXPECT_EQ(watch.change().words, "");
    watch.follow(columns({"CPU0", "CPU2"}), 30);
    EXPECT_EQ(watch.change().words, "without CPU1");
    EXPECT_EQ(watch.change().sinceNs, 30);
    const auto alone = columns({"CPU0", "CPU2"});
    alone->series.push_back({0, ""});
    watch.follow(alone, 33);
    EXPECT_EQ(watch.change().words, "without CPU1") << "a row of one number came";
    watch.follow(std::make_shared<model::CounterNames>(), 35);  // empty for a moment
    watch.follow(columns({"CPU0", "CPU2"}), 40);
    EXPECT_EQ(watch.change().words, "without CPU1");
    EXPECT_EQ(watch.change().sinceNs, 30) << "other rows, the same columns";
    watch.follow(columns({"CPU0", "CPU2", "CPU3", "CPU4", "CPU5", "CPU6", "CPU7", "CPU8"}), 50);
    EXPECT_EQ(watch.change().words, "without CPU1, with CPU3, CPU4, CPU5, CPU6 and 2 more");
    watch.follow(columns({"CPU0", "CPU1", "CPU2"}), 60);
    EXPECT_EQ(watch.change().words, "");
}

TEST(ProcPoller, SaysThatAFileHasOtherColumnsThanAtFirst) {
    LiveHistory history;
    const auto read = [&](const char* text, std::int64_t ns) {
        history.add({{0, "/proc/softirqs", ns, ns + 5, text, false}});
    };
    read("      CPU0 CPU1\nTIMER: 1 2\n", 1'000);
    EXPECT_EQ(history.columnsOf("/proc/softirqs").words, "");
    EXPECT_EQ(history.columnsOf("/proc/stat").words, "");
    read("      CPU0\nTIMER: 1\n", 2'000);
    EXPECT_EQ(history.columnsOf("/proc/softirqs").words, "without CPU1");
    EXPECT_EQ(history.columnsOf("/proc/softirqs").sinceNs, 2'000);
    read("      CPU0 CPU1\nTIMER: 3 4\n", 3'000);
    EXPECT_EQ(history.columnsOf("/proc/softirqs").words, "");
}

TEST(ProcSampler, ReadsAFileThatTakesMuchCpuSeldom) {
    EXPECT_EQ(restAfter(200ms, 1ms), 200ms);
    EXPECT_EQ(restAfter(200ms, 250ms), 200ms);
    EXPECT_EQ(restAfter(200ms, 2s), 40s);
    EXPECT_EQ(restAfter(60s, 2s), 60s);
}

TEST(AsideReader, ReadsAWholeFileOnceItWasAsked) {
    const support::TemporaryFolder folder;
    folder.write("vmstat", std::string(40'000, 'x'));
    AsideReader reader(folder.file("vmstat"));
    EXPECT_FALSE(reader.busy());
    EXPECT_FALSE(reader.take());
    reader.begin();
    reader.begin();  // one at a time
    std::optional<AsideRead> read;
    for (int i = 0; i < 3000 && !(read = reader.take()); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->error, 0);
    EXPECT_EQ(read->text, std::string(40'000, 'x'));
    EXPECT_LE(read->beforeNs, read->afterNs);
    EXPECT_FALSE(reader.busy());
    EXPECT_FALSE(reader.take());

    AsideReader gone(folder.file("gone"));
    gone.begin();
    for (int i = 0; i < 3000 && !(read = gone.take()); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->error, ENOENT);
}

/// A folder of /proc whose `vmstat` the test has marked as one that answers late: it never does
/// again, while the other file goes on.
TEST(ProcSampler, AFileThatAnswersLateHoldsUpNoOther) {
    const support::TemporaryFolder folder;
    std::filesystem::create_directory(folder.file("proc"));
    folder.write("proc/vmstat", "pgfault 5\n");
    folder.write("proc/loadavg", "0.10 0.20 0.30 1/2 3\n");
    ProcSampler sampler({{"/proc/vmstat", 200ms}, {"/proc/loadavg", 200ms}},
                        std::filesystem::path(folder.file("proc")).parent_path().string());
    auto now = LiveClock::now();
    sampler.begin(now);
    sampler.keepAside(0, 2s);
    std::uint64_t slow = 0;
    std::uint64_t others = 0;
    for (int round = 0; round < 3000 && slow < 2; ++round) {
        now += 200ms;
        for (const auto& sample : sampler.readDue(now)) {
            ++(sample.file == 0 ? slow : others);
            EXPECT_EQ(sample.text, sample.file == 0 ? "pgfault 5\n" : "0.10 0.20 0.30 1/2 3\n");
        }
        EXPECT_EQ(others, static_cast<std::uint64_t>(round + 1));
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(slow, 2U);
    const auto& state = sampler.files()[0];
    EXPECT_EQ(state.reads, 2U);
    EXPECT_NE(state.problem.find("read apart from the others"), std::string::npos) << state.problem;
}

TEST(LiveHistory, AReadingThatComesLateStandsWhereItWasAnsweredAndHoldsUpNoForgetting) {
    LiveHistory history({.time = 60s, .bytes = 64 << 20});
    const auto sample = [](std::size_t file, std::int64_t ms, std::string_view text) {
        return PollSample{file,           file == 0 ? "/proc/loadavg" : "/proc/vmstat",
                          ms * 1'000'000, ms * 1'000'000 + 50'000,
                          text,           false};
    };
    constexpr std::string_view kLoad = "0.10 0.20 0.30 1/2 3\n";
    for (int i = 0; i < 40'000; ++i) {
        history.add({sample(0, 1000 + i * 200, kLoad)});
        if (i % 20 == 15) history.add({sample(1, 1000 + i * 200 - 2000, "pgfault 5\n")});
    }
    const auto trace = history.finish();
    EXPECT_TRUE(trace->sources()[0].forgotten);
    EXPECT_LT(trace->events(), 5'000U) << "an hour is kept by pieces of some hundred rounds";
    EXPECT_GT(trace->events(), 300U);
    std::int64_t last = 0;
    for (std::uint64_t i = 0; i < trace->events(); ++i) {
        const auto ns = model::toNs(trace->event(model::EventIndex{i}).time);
        ASSERT_GE(ns, last) << i;
        last = ns;
    }
    EXPECT_EQ(valueOf(trace, "pgfault", 0), 5U);
}

TEST(ProcPoller, PausesAndGoesOn) {
    const support::TemporaryFolder folder;
    std::filesystem::create_directory(folder.file("proc"));
    folder.write("proc/loadavg", "0.10 0.20 0.30 1/2 3\n");
    ProcPoller poller({.files = {{"/proc/loadavg", 50ms}},
                       .limits = {},
                       .root = std::filesystem::path(folder.file("proc")).parent_path().string(),
                       .snapshotEvery = 50ms},
                      nullptr);
    poller.start();
    const auto eventually = [](const auto& done) {
        for (int i = 0; i < 3000 && !done(); ++i) std::this_thread::sleep_for(10ms);
        return done();
    };
    ASSERT_TRUE(eventually([&] { return poller.trace()->events() > 1; }));
    poller.pause();
    // A read may be under way; after it no event comes for four intervals.
    std::uint64_t paused = 0;
    ASSERT_TRUE(eventually([&] {
        paused = poller.trace()->events();
        std::this_thread::sleep_for(200ms);
        return poller.trace()->events() == paused;
    }));
    poller.resume();
    EXPECT_TRUE(eventually([&] { return poller.trace()->events() > paused; }));
    poller.stop();
}

/// One round of a machine with two CPUs at `second`, as /proc prints it.
std::string interruptsAt(std::uint64_t step) {
    std::string text = "           CPU0       CPU1       \n";
    for (int row = 0; row < 30; ++row) {
        char line[96];
        std::snprintf(line, sizeof line, "%3d: %10llu %10llu   PCI-MSIX  %d-edge      dev%d\n", row,
                      static_cast<unsigned long long>(step * static_cast<unsigned>(row % 7)),
                      static_cast<unsigned long long>(step * static_cast<unsigned>(row % 3)), row,
                      row);
        text += line;
    }
    return text;
}

TEST(LiveHistory, RowsShowTheirTextAndTheLogOpensAsItWas) {
    LiveHistory history;
    constexpr int kRounds = 300;
    for (int round = 0; round < kRounds; ++round) {
        const auto text = interruptsAt(static_cast<std::uint64_t>(round));
        const std::int64_t ns = 5'000'000'000 + round * 200'000'000LL;
        history.add({{0, "/proc/interrupts", ns, ns + 1000, text, false},
                     {1, "/proc/loadavg", ns + 2000, ns + 3000, "0.1 0.2 0.3 1/2 3\n", false}});
    }
    const auto trace = history.snapshot();
    const auto event = trace->event(model::EventIndex{2 * 123});
    const auto text = trace->sources()[0].text->eventText(event.position);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(text->args + "\n", interruptsAt(123));
    const support::TemporaryFolder folder;
    for (const char* const name : {"a.log", "a.log.gz", "a.log.zst", "a.log.xz"}) {
        const auto path = folder.file(name);
        ASSERT_TRUE(history.log()->save(path));
        model::ThreadPool pool(2);
        Loader loader(pool);
        model::TracePtr read;
        loader.load({{{path, 0}}}, {.snapshot = {},
                                    .progress = {},
                                    .finished = [&](LoadResult result) { read = result.trace; }});
        loader.wait();
        ASSERT_TRUE(read) << name;
        EXPECT_EQ(read->events(), trace->events()) << name;
        EXPECT_EQ(valueOf(read, "6/CPU0", kRounds - 1), valueOf(trace, "6/CPU0", kRounds - 1));
        EXPECT_EQ(read->range(), trace->range());
    }
    EXPECT_FALSE(history.log()->save("/nowhere/a.log"));
}

TEST(LiveHistory, EightHoursStayWithinTheBoundAndTheOldestGoFirst) {
    constexpr std::int64_t kStepNs = 200'000'000;
    constexpr int kRounds = 8 * 3600 * 5;
    LiveHistory history({.time = std::chrono::hours(1), .bytes = 1 << 20});
    std::size_t most = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto text = interruptsAt(static_cast<std::uint64_t>(round));
        const std::int64_t ns = 1'000'000'000'000 + round * kStepNs;
        history.add({{0, "/proc/interrupts", ns, ns + 1000, text, false}});
        most = std::max(most, history.bytes());
        // As the window does, though not as often: what a snapshot shares must not be kept.
        if (round % 100 == 0) {
            EXPECT_GT(history.snapshot()->events(), 0U);
        }
    }
    EXPECT_LE(most, (1U << 20) + (256U << 10));
    const auto trace = history.snapshot();
    ASSERT_EQ(trace->counters().size(), 1U);
    const auto& table = trace->counters()[0];
    const auto last = table->rounds() - 1;
    EXPECT_EQ(table->timeNs(last), 1'000'000'000'000 + (kRounds - 1) * kStepNs);
    EXPECT_GT(table->timeNs(0), 1'000'000'000'000);
    EXPECT_EQ(valueOf(trace, "6/CPU0", last), static_cast<std::uint64_t>(kRounds - 1) * 6);
    EXPECT_LT(trace->events(), static_cast<std::uint64_t>(kRounds));
    EXPECT_GE(trace->events(), table->rounds());
    // Rounds are put together: a chunk each would cost a snapshot an hour's worth of them.
    EXPECT_LE(trace->chunks(), trace->events() / 2048 + 2);
    EXPECT_LE(table->chunks(), table->rounds() / 100 + 2);
}

}  // namespace
}  // namespace kscope::app
