// SPDX-License-Identifier: GPL-3.0-or-later
/// blktrace's binary files: against blkparse's own text, in both byte orders and versions, damaged
/// in every way.
#include "parsers/block/blktrace_record.h"
#include "parsers/importers.h"
#include "tests/fuzz/blktrace_reader.h"
#include "tests/support/block_generator.h"
#include "tests/support/shared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

namespace kscope::tests {
namespace {

namespace fs = std::filesystem;
using model::DiagnosticKind;
using testing::ElementsAre;

std::string fileBytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}
fs::path sampleFile(int cpu) {
    return fs::path(KSCOPE_TEST_DATA) / "block" / ("sdb.blktrace." + std::to_string(cpu));
}

model::TracePtr openBlocks(const std::string& path, std::string& error) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path, builder, pool, {});
    if (!source) error = source.error().message;
    return builder.finish();
}
model::TracePtr openBlocks(const std::string& path) {
    std::string error;
    auto trace = openBlocks(path, error);
    EXPECT_EQ(error, "") << path;
    return trace;
}

/// Lines as blkparse prints them, in the order of the trace.
std::vector<std::string> blkparseLinesOf(const model::Trace& trace) {
    std::vector<std::string> lines;
    for (std::uint64_t i = 0; i < trace.events(); ++i) {
        const auto event = trace.event(model::EventIndex{i});
        const auto text = trace.sources()[raw(event.source)].text->eventText(event.position);
        lines.push_back(text ? text->line : text.error().message);
    }
    return lines;
}
std::vector<std::string> recordLines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.empty()) break;  // the summary follows
        if (!line.starts_with("Input file")) lines.emplace_back(line);
    }
    return lines;
}

/// Writes records of version 7 in the machine's order as another version or order.
class Converter {
public:
    explicit Converter(bool swap, bool version8) : m_swap(swap), m_version8(version8) {}
    std::string convert(std::string_view bytes) {
        m_out.clear();
        while (const auto record = parsers::readBlktraceRecord(bytes)) {
            EXPECT_EQ(record->header, parsers::kBlktraceHeader7);
            EXPECT_FALSE(record->swapped);
            put(std::uint32_t{0x65617400} | (m_version8 ? 8u : 7u));
            put(record->sequence);
            put(record->time);
            put(record->sector);
            put(record->bytes);
            if (m_version8) put(record->pid);
            if (m_version8) put(record->action);
            else put(static_cast<std::uint32_t>(record->action));
            if (!m_version8) put(record->pid);
            put(record->device);
            put(record->cpu);
            put(record->error);
            put(record->payload);
            if (m_version8) m_out.append(12, '\0');
            payload(*record, bytes.substr(record->header, record->payload));
            bytes.remove_prefix(record->size());
        }
        return m_out;
    }

private:
    template <class T> void put(T value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        if (m_swap) std::reverse(bytes, bytes + sizeof value);
        m_out.append(bytes, sizeof value);
    }
    void payload(const parsers::BlktraceRecord& record, std::string_view bytes) {
        // A time stamp is in the record's order; all others are the same on every machine.
        if (!record.isNote() || noteOf(record) != parsers::BlktraceNote::Timestamp ||
            bytes.size() != 8) {
            m_out += bytes;
            return;
        }
        std::uint32_t values[2];
        std::memcpy(values, bytes.data(), sizeof values);
        put(values[0]);
        put(values[1]);
    }
    bool m_swap;
    bool m_version8;
    std::string m_out;
};

/// A folder with the sample, its files changed by `change(cpu, bytes)`.
class ChangedSample {
public:
    template <class Change> explicit ChangedSample(Change&& change) {
        for (int cpu = 0; cpu < 4; ++cpu)
            m_folder.write("sdb.blktrace." + std::to_string(cpu),
                           change(cpu, fileBytes(sampleFile(cpu))));
    }
    [[nodiscard]] std::string path(std::string_view name = "sdb") const {
        return m_folder.file(name);
    }

private:
    support::TemporaryFolder m_folder;
};

std::vector<std::string> blockRowsOf(const model::Trace& trace) {
    std::vector<std::string> typed;
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        for (const auto& row : chunk.blocks)
            typed.push_back(std::to_string(chunk.timeNs(row.row)) + ' ' +
                            deviceText(chunk.devices[row.device]) + ' ' +
                            std::string(actionLetters(row.action)) + ' ' + rwbsText(row.rwbs) +
                            ' ' + std::to_string(row.sector()) + '+' + std::to_string(row.sectors));
    }
    return typed;
}

TEST(Blktrace, EachLineIsWhatBlkparsePrints) {
    const auto trace = openBlocks((fs::path(KSCOPE_TEST_DATA) / "block" / "sdb").string());
    EXPECT_EQ(trace->sources()[0].kind, "blktrace");
    EXPECT_EQ(trace->sources()[0].clock.name, "mono");
    EXPECT_EQ(blkparseLinesOf(*trace),
              recordLines(fileBytes(fs::path(KSCOPE_TEST_DATA) / "block" / "sdb.blkparse.txt")));
    EXPECT_EQ(trace->tables().blockActions, 53U);
    EXPECT_TRUE(trace->diagnostics().empty());
    EXPECT_THAT(trace->devices(), ElementsAre(model::deviceId(8, 16)));
    // Completions say who was interrupted: the idle task.
    EXPECT_TRUE(trace->task(trace->event(model::EventIndex{4}).task).idle());
}

/// (time, position) of all records of files one behind the other, in order of time, then of file.
std::vector<std::pair<std::uint64_t, std::uint64_t>>
recordsInOrder(const std::vector<std::string>& files) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> records;
    std::uint64_t begin = 0;
    for (const auto& file : files) {
        std::string_view bytes = file;
        while (const auto record = parsers::readBlktraceRecord(bytes)) {
            if (!record->isNote())
                records.emplace_back(record->time, begin + file.size() - bytes.size());
            bytes.remove_prefix(record->size());
        }
        begin += file.size();
    }
    std::ranges::stable_sort(records, {}, [](const auto& record) { return record.first; });
    return records;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> eventsOf(const model::Trace& trace) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> events;
    for (std::uint64_t i = 0; i < trace.events(); ++i) {
        const auto event = trace.event(model::EventIndex{i});
        events.emplace_back(static_cast<std::uint64_t>(toNs(event.time)), event.position);
    }
    return events;
}

// The note of the time of day that the sample holds: 1795305191.988815290 s at 87.450248690 s.
TEST(Blktrace, TellsTheTimeOfDay) {
    const auto trace = openBlocks((fs::path(KSCOPE_TEST_DATA) / "block" / "sdb").string());
    EXPECT_EQ(trace->wallZeroNs(), 1'795'305'191'988'815'290 - 87'450'248'690);
}

TEST(Blktrace, ATimeOfDayNotedBeyondAllTimesTellsNone) {
    auto bytes = fileBytes(sampleFile(0));
    // Records of 48 bytes and their payload: time at 8, action at 28, payload's length at 46.
    const auto late = std::uint64_t{1} << 63;
    for (std::size_t at = 0; at + 48 <= bytes.size();) {
        std::uint32_t action = 0;
        std::uint16_t payload = 0;
        std::memcpy(&action, bytes.data() + at + 28, sizeof action);
        std::memcpy(&payload, bytes.data() + at + 46, sizeof payload);
        if ((action >> 16 & 1u << 10) != 0 && (action & 0xff) == 1)  // a note of the time of day
            std::memcpy(bytes.data() + at + 8, &late, sizeof late);
        at += 48 + payload;
    }
    const support::TemporaryFolder folder;
    const auto path = folder.write("late.blktrace.0", bytes);
    const auto trace = openBlocks(path);
    ASSERT_EQ(trace->sources().size(), 1U);
    EXPECT_EQ(trace->wallZeroNs(), std::nullopt);
}

TEST(Blktrace, PartsCutByTimeHoldEveryRecordOnceAndInOrder) {
    const auto files = support::generateBlktrace({.records = 250'000, .seed = 5, .cpus = 5});
    const support::TemporaryFolder folder;
    for (std::size_t i = 0; i < files.size(); ++i)
        (void)folder.write("gen.blktrace." + std::to_string(i), files[i]);
    const auto trace = openBlocks(folder.file("gen"));
    EXPECT_EQ(eventsOf(*trace), recordsInOrder(files));
    EXPECT_TRUE(trace->diagnostics().empty());
}

TEST(Blktrace, TimesThatStepBackLoseNoRecord) {
    auto files = support::generateBlktrace({.records = 120'000, .seed = 6, .cpus = 2});
    std::mt19937_64 random(9);
    for (auto& file : files) {
        std::size_t at = 0;
        while (const auto record = parsers::readBlktraceRecord(std::string_view(file).substr(at))) {
            auto time = record->time;
            if (random() % 500 == 0) time -= random() % 400'000'000;
            if (random() % 50'000 == 0) time += 300'000'000;  // and far ahead
            std::memcpy(file.data() + at + 8, &time, sizeof time);
            at += record->size();
        }
    }
    const support::TemporaryFolder folder;
    for (std::size_t i = 0; i < files.size(); ++i)
        (void)folder.write("gen.blktrace." + std::to_string(i), files[i]);
    const auto trace = openBlocks(folder.file("gen"));
    auto ours = eventsOf(*trace);
    EXPECT_TRUE(std::ranges::is_sorted(ours, {}, [](const auto& event) { return event.first; }));
    auto wanted = recordsInOrder(files);
    std::ranges::sort(ours);
    std::ranges::sort(wanted);
    EXPECT_EQ(ours, wanted);
}

TEST(Blktrace, AFolderAFileAndANameAreTheSameSet) {
    const auto folder = fs::path(KSCOPE_TEST_DATA) / "block";
    const auto wanted = blockRowsOf(*openBlocks((folder / "sdb").string()));
    EXPECT_EQ(wanted.size(), 53U);
    for (const auto& path : {sampleFile(1), sampleFile(2), folder}) {
        EXPECT_EQ(blockRowsOf(*openBlocks(path.string())), wanted) << path;
    }
}

TEST(Blktrace, OtherVersionsAndByteOrdersSayTheSame) {
    const auto original = openBlocks((fs::path(KSCOPE_TEST_DATA) / "block" / "sdb").string());
    const auto typed = blockRowsOf(*original);
    const auto lines = blkparseLinesOf(*original);
    for (int kind = 1; kind < 5; ++kind) {
        const ChangedSample changed([&](int cpu, const std::string& bytes) {
            // 4: a set of both.
            const bool swap = kind == 4 ? cpu % 2 == 0 : (kind & 1) != 0;
            const bool version8 = kind == 4 ? cpu > 1 : (kind & 2) != 0;
            return Converter(swap, version8).convert(bytes);
        });
        const auto trace = openBlocks(changed.path());
        EXPECT_EQ(blockRowsOf(*trace), typed) << kind;
        EXPECT_EQ(blkparseLinesOf(*trace), lines) << kind;
        EXPECT_TRUE(trace->diagnostics().empty()) << kind;
    }
}

// CONFIG_BLK_CGROUP: 8 bytes of a control group's id stand before each payload (blktrace_api.h,
// __BLK_TA_CGROUP). blkparse 1.3 takes them for the payload; what they say is the same.
TEST(Blktrace, AControlGroupBeforeThePayloadChangesNothing) {
    const auto original = openBlocks((fs::path(KSCOPE_TEST_DATA) / "block" / "sdb").string());
    const ChangedSample changed([](int, const std::string& bytes) {
        std::string out;
        for (std::size_t at = 0; at + 48 <= bytes.size();) {
            std::uint32_t action = 0;
            std::uint16_t payload = 0;
            std::memcpy(&action, bytes.data() + at + 28, sizeof action);
            std::memcpy(&payload, bytes.data() + at + 46, sizeof payload);
            auto record = bytes.substr(at, 48);
            action |= 0x100;
            const auto longer = static_cast<std::uint16_t>(payload + 8);
            std::memcpy(record.data() + 28, &action, sizeof action);
            std::memcpy(record.data() + 46, &longer, sizeof longer);
            out += record + std::string("\1\0\0\0\1\0\0\0", 8) + bytes.substr(at + 48, payload);
            at += 48 + payload;
        }
        return out;
    });
    const auto trace = openBlocks(changed.path());
    EXPECT_EQ(blockRowsOf(*trace), blockRowsOf(*original));
    EXPECT_EQ(blkparseLinesOf(*trace), blkparseLinesOf(*original));
    EXPECT_EQ(trace->wallZeroNs(), original->wallZeroNs());
}

// What `blkparse -d` writes: events count from the first one, notes keep their own times.
TEST(Blktrace, WhatBlkparseMergedCountsFromTheFirstRecord) {
    constexpr std::uint64_t kFirst = 88'374'780'440;  // of the sample
    std::multimap<std::uint64_t, std::string> records;
    std::string notes;
    for (int cpu = 0; cpu < 4; ++cpu) {
        const auto bytes = fileBytes(sampleFile(cpu));
        std::string_view rest = bytes;
        while (const auto record = parsers::readBlktraceRecord(rest)) {
            std::string one(rest.substr(0, record->size()));
            rest.remove_prefix(record->size());
            if (record->isNote()) {
                notes += one;
                continue;
            }
            const auto time = record->time - kFirst;
            std::memcpy(one.data() + 8, &time, sizeof time);
            records.emplace(time, one);
        }
    }
    std::string merged = notes;
    for (const auto& [time, record] : records) merged += record;
    const support::TemporaryFolder folder;
    const auto trace = openBlocks(folder.write("sdb.bin", merged));
    const auto original = openBlocks((fs::path(KSCOPE_TEST_DATA) / "block" / "sdb").string());
    ASSERT_EQ(trace->events(), 53U);
    EXPECT_TRUE(trace->sources()[0].clock.relative);
    EXPECT_FALSE(original->sources()[0].clock.relative);
    EXPECT_EQ(trace->sources()[0].firstNs, 0);
    EXPECT_EQ(trace->sources()[0].lastNs, 273'218'350);
    EXPECT_EQ(trace->wallZeroNs(), std::nullopt);
    EXPECT_EQ(blkparseLinesOf(*trace), blkparseLinesOf(*original));
}

TEST(Blktrace, TruncatedAtEveryByteKeepsWhatIsWhole) {
    const auto whole = fileBytes(sampleFile(3));
    ASSERT_EQ(whole.size(), 888U);
    std::size_t before = 0;
    const support::TemporaryFolder folder;
    for (std::size_t length = 1; length < whole.size(); ++length) {
        const auto path = folder.write("one", whole.substr(0, length));
        std::string error;
        const auto trace = openBlocks(path, error);
        EXPECT_GE(trace->events(), before) << length;
        before = static_cast<std::size_t>(trace->events());
        if (length < parsers::kBlktraceHeader7) {
            EXPECT_FALSE(error.empty());
        }
    }
    EXPECT_EQ(before, 12U);  // of 13
}

TEST(Blktrace, FlippedBitsNeverStopTheRest) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const ChangedSample changed([&](int, std::string bytes) {
            for (std::size_t i = 0; !bytes.empty() && i < 3; ++i)
                bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
            return bytes;
        });
        std::string error;
        const auto trace = openBlocks(changed.path(), error);
        EXPECT_TRUE(error.empty()) << error;
        EXPECT_GE(trace->events(), 40U);
        (void)blkparseLinesOf(*trace);
    }
}

TEST(Blktrace, DamagedRecordsAreSkippedUpToTheNext) {
    // The second record of CPU 1 has a wrong magic, the first one of CPU 3 a length beyond its
    // file.
    const ChangedSample changed([](int cpu, std::string bytes) {
        if (cpu != 1) return bytes;
        bytes[64 + 48] = 'x';
        return bytes;
    });
    const auto trace = openBlocks(changed.path());
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::BadRecord), 1U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::LostEvents), 1U);
    EXPECT_EQ(trace->tables().blockActions, 52U);
    const ChangedSample longer([](int cpu, std::string bytes) {
        if (cpu == 3) bytes[64 + 47] = '\x7f';
        return bytes;
    });
    EXPECT_EQ(openBlocks(longer.path())->tables().blockActions, 53U);
}

TEST(Blktrace, ASequenceThatJumpsIsALoss) {
    const ChangedSample changed([](int cpu, std::string bytes) {
        if (cpu == 1) bytes.erase(432, 3 * 48);  // numbers 6, 7 and 8
        return bytes;
    });
    const auto trace = openBlocks(changed.path());
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::LostEvents), 3U);
    EXPECT_EQ(trace->sources()[0].lost, 3U);
    EXPECT_EQ(trace->tables().blockActions, 50U);
}

TEST(Blktrace, MissingAndEmptyFilesAreLeftOut) {
    const support::TemporaryFolder folder;
    folder.write("sdb.blktrace.0", "");
    folder.write("sdb.blktrace.3", fileBytes(sampleFile(3)));
    const auto trace = openBlocks(folder.file("sdb"));
    EXPECT_GT(trace->events(), 10U);
    EXPECT_EQ(openBlocks(folder.file("sdb.blktrace.0"))->events(), trace->events());
    const support::TemporaryFolder empty;
    empty.write("sdb.blktrace.0", "");
    std::string error;
    (void)openBlocks(empty.file("sdb"), error);
    EXPECT_NE(error.find("empty"), std::string::npos) << error;
}

// Two notes of the time of day that contradict each other by more than a clock drifts.
TEST(Blktrace, FilesOfDifferentRunsAreOpenedAndTold) {
    const auto note = fileBytes(sampleFile(0));
    ASSERT_EQ(note.size(), 56U);
    for (const int apart : {0, 1, 3600}) {
        const ChangedSample changed([&](int cpu, const std::string& bytes) {
            if (cpu != 3) return bytes;
            auto other = note;
            std::uint32_t seconds = 0;
            std::memcpy(&seconds, other.data() + 48, sizeof seconds);
            seconds += static_cast<std::uint32_t>(apart);
            std::memcpy(other.data() + 48, &seconds, sizeof seconds);
            return other + bytes;
        });
        const auto trace = openBlocks(changed.path());
        EXPECT_EQ(trace->tables().blockActions, 53U);
        EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::MixedRuns), apart > 2 ? 1U : 0U)
            << apart;
    }
}

TEST(BlktraceFuzz, CorpusIsRead) {
    std::size_t inputs = 0;
    for (const auto& entry :
         fs::directory_iterator(std::string(KSCOPE_SOURCE_DIR) + "/tests/fuzz/blktrace")) {
        SCOPED_TRACE(entry.path().string());
        fuzz::readBlktrace(fileBytes(entry.path()));
        ++inputs;
    }
    EXPECT_GE(inputs, 7U);
}

/// The lines of blkparse's text that are not among ours, and the number of both.
void compareWithText(const fs::path& set, const fs::path& text) {
    const auto textTrace = openBlocks(text.string());
    const auto trace = openBlocks(set.string());
    auto lines = blkparseLinesOf(*trace);
    auto theirs = blkparseLinesOf(*textTrace);
    // Lines of equal time are compared as a set.
    std::ranges::sort(lines);
    std::ranges::sort(theirs);
    std::vector<std::string> missing;
    std::ranges::set_difference(theirs, lines, std::back_inserter(missing));
    EXPECT_THAT(missing, testing::IsEmpty()) << set;
    EXPECT_EQ(lines.size(), theirs.size() + trace->tables().blockMessages) << set;
}

TEST(Blktrace, EveryLineOfBlkparseIsAmongOurs) {
    const auto shared = support::sharedData();
    if (!shared) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
    int compared = 0;
    for (const auto& row : support::readIndex(*shared)) {
        if (row.kind != "blktrace") continue;
        const auto set = *shared / row.path;
        for (const auto* ending : {".txt", ".txt.xz"}) {
            const auto text = set.parent_path() / ("blkparse-" + set.filename().string() + ending);
            if (!fs::exists(text)) continue;
            compareWithText(set, text);
            ++compared;
        }
    }
    EXPECT_GE(compared, 14);
}

}  // namespace
}  // namespace kscope::tests
