// SPDX-License-Identifier: GPL-3.0-or-later
/// Every captured file of /proc opens as what it is, and every number in it is in the model:
/// counted and summed by another reader, and equal to the facts where there are some.
#include "parsers/importers.h"
#include "tests/parsers/procfs/plain_numbers.h"
#include "tests/parsers/procfs/read_rounds.h"
#include "tests/support/peer.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace {

using namespace kscope;
using nlohmann::json;

model::TracePtr openProc(const std::string& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path, builder, pool, {});
    EXPECT_TRUE(source.has_value()) << path << ": " << (source ? "" : source.error().message);
    return builder.finish();
}

class ProcCaptures : public testing::Test {
protected:
    void SetUp() override {
        const auto folder = support::sharedData();
        if (!folder) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
        m_folder = *folder;
    }
    std::filesystem::path m_folder;
};

TEST_F(ProcCaptures, EveryIndexRowOpensAsItsKindWithAllItsNumbers) {
    std::size_t opened = 0;
    for (const auto& row : support::readIndex(m_folder)) {
        if (!row.kind.starts_with("proc-") || row.kind == "proc-maps") continue;
        SCOPED_TRACE(row.path);
        const auto trace = openProc((m_folder / row.path).string());
        ASSERT_EQ(trace->sources().size(), 1U);
        const auto& source = trace->sources()[0];
        EXPECT_EQ(source.kind, row.kind);
        EXPECT_GT(source.numbers, 0U);
        ++opened;
        if (row.kind == "proc-log") continue;
        std::ifstream file(m_folder / row.path);
        const auto plain = test::readPlain(row.kind.substr(5), file);
        EXPECT_EQ(source.numbers, plain.count);
        std::uint64_t sum = 0;
        for (const auto& table : trace->counters())
            for (std::size_t round = 0; round < table->rounds(); ++round) {
                model::CounterCursor cursor(table);
                cursor.seek(round);
                for (const auto value : cursor.values()) sum += value;
            }
        EXPECT_EQ(sum, plain.sum);
    }
    EXPECT_GT(opened, 200U);
}

TEST_F(ProcCaptures, ValuesEqualTheFacts) {
    std::size_t compared = 0;
    for (const auto& entry : std::filesystem::directory_iterator(m_folder / "facts/proc")) {
        if (entry.path().string().find("..") != std::string::npos) continue;
        std::ifstream file(entry.path());
        const json facts = json::parse(file);
        const std::string capture = facts.at("capture");
        SCOPED_TRACE(capture);
        const auto trace = openProc((m_folder / capture).string());
        ASSERT_EQ(trace->counters().size(), 1U);
        EXPECT_EQ(trace->tables().counterSamples, facts.at("numbers").get<std::uint64_t>());
        const auto got = test::numbersAt(*trace, trace->counters()[0]);
        EXPECT_EQ(got.size(), facts.at("values").size());
        for (const auto& [path, value] : facts.at("values").items()) {
            const auto found = got.find(path);
            ASSERT_NE(found, got.end()) << path;
            EXPECT_EQ(found->second, value.dump()) << path;
        }
        ++compared;
    }
    EXPECT_GE(compared, 48U);
}

/// The records of a log, cut out by hand.
struct PlainRecord {
    std::string path;
    std::int64_t beforeNs = 0;
    std::string text;
};
std::vector<PlainRecord> plainRecords(const std::filesystem::path& log) {
    const auto command =
        log.extension() == ".xz" ? "xzcat '" + log.string() + "'" : "cat '" + log.string() + "'";
    std::vector<PlainRecord> records;
    std::istringstream in(support::outputOf(command));
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("# kernelscope-proc-log")) continue;
        if (line.starts_with("# kernelscope-proc ")) {
            const auto words = test::split(line);
            const auto dot = words[3].find('.');
            auto digits = words[3].substr(dot + 1);
            digits.resize(9, '0');
            records.push_back(
                {words[2],
                 std::stoll(words[3].substr(0, dot)) * 1'000'000'000 + std::stoll(digits),
                 {}});
        } else if (!records.empty()) {
            records.back().text += line + '\n';
        }
    }
    return records;
}

TEST_F(ProcCaptures, EveryRoundOfEveryLogHoldsItsNumbers) {
    for (const std::string name :
         {"guest/combined/write-fsync/proc.log.xz", "guest/memory/kswapd-slow/proc.log.xz",
          "guest/memory/oom/proc.log.xz", "guest/proc/numa2/proc.log.xz",
          "guest/proc/offline/proc.log", "guest/proc/smp4/proc.log.xz", "host/proc/proc.log.xz"}) {
        SCOPED_TRACE(name);
        const auto trace = openProc((m_folder / name).string());
        std::map<std::string, std::size_t> rounds;
        std::map<std::string, model::CounterTablePtr> tables;
        for (const auto& table : trace->counters())
            tables[std::string(trace->text(table->path()))] = table;
        std::uint64_t numbers = 0;
        std::size_t records = 0;
        for (const auto& record : plainRecords(m_folder / name)) {
            ++records;
            ASSERT_TRUE(tables.contains(record.path)) << record.path;
            const auto& table = tables[record.path];
            const auto round = rounds[record.path]++;
            ASSERT_LT(round, table->rounds());
            EXPECT_EQ(table->timeNs(round), record.beforeNs);
            model::CounterCursor cursor(table);
            cursor.seek(round);
            std::uint64_t sum = 0;
            for (const auto value : cursor.values()) sum += value;
            auto kind = record.path.substr(record.path.rfind('/') + 1);
            if (record.path.find("pressure/") != std::string::npos) kind = "pressure";
            std::istringstream in(record.text);
            const auto plain = test::readPlain(kind, in);
            ASSERT_EQ(cursor.values().size(), plain.count) << record.path << " round " << round;
            ASSERT_EQ(sum, plain.sum) << record.path << " round " << round;
            numbers += plain.count;
        }
        EXPECT_EQ(trace->tables().counterSamples, numbers);
        EXPECT_EQ(trace->events(), records);
        EXPECT_EQ(trace->diagnostics().count(model::DiagnosticKind::UnparsedLine), 0U);
    }
}

}  // namespace
