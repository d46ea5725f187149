// SPDX-License-Identifier: GPL-3.0-or-later
/// The reports against numbers counted by others: every text capture of the shared facts, every
/// field, to the nanosecond.
#include "app/command_line/command_line.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using kscope::app::CommandStreams;
using kscope::app::runCommandLine;
using nlohmann::json;

namespace {

/// What a command printed; stderr in `errors`.
std::string output(const std::vector<std::string>& args, int& status, std::string& errors) {
    char* out = nullptr;
    char* err = nullptr;
    std::size_t outSize = 0;
    std::size_t errSize = 0;
    CommandStreams streams{open_memstream(&out, &outSize), open_memstream(&err, &errSize)};
    status = runCommandLine(args, streams).exitStatus;
    std::fclose(streams.out);
    std::fclose(streams.err);
    std::string text(out, outSize);
    errors.assign(err, errSize);
    std::free(out);
    std::free(err);
    return text;
}

/// Rows of `got` by `key`; each key once.
std::map<json, json> byKey(const json& rows, const char* key) {
    std::map<json, json> map;
    for (const auto& row : rows) EXPECT_TRUE(map.emplace(row.at(key), row).second) << row;
    return map;
}

void expectEqual(json fact, json got, const std::string& where) {
    // cli.md gives the by_cpu list two columns that the sched facts do not have.
    got.erase("irq");
    got.erase("softirq");
    EXPECT_EQ(fact, got) << where;
}

void expectRows(const json& facts, const json& got, const char* list, const char* key,
                const std::string& where) {
    ASSERT_EQ(facts.at(list).size(), got.at(list).size()) << where << " " << list;
    if (key == nullptr) {
        for (std::size_t i = 0; i < facts.at(list).size(); ++i)
            expectEqual(facts.at(list)[i], got.at(list)[i], where);
        return;
    }
    const auto rows = byKey(got.at(list), key);
    for (const auto& fact : facts.at(list)) {
        ASSERT_TRUE(rows.contains(fact.at(key))) << where << " " << fact;
        expectEqual(fact, rows.at(fact.at(key)), where);
    }
}

/// Every field of every fact, in its order; ours has more columns.
void expectSubset(const json& facts, const json& got, const std::string& where) {
    ASSERT_EQ(facts.size(), got.size()) << where;
    for (std::size_t i = 0; i < facts.size(); ++i)
        for (const auto& [key, value] : facts[i].items())
            EXPECT_EQ(value, got[i].at(key)) << where << ' ' << i << ' ' << key;
}
void expectSummary(const json& facts, const json& got, const std::string& where) {
    const auto keyOf = [](const json& row) {
        return json{row.at("dev"), row.at("dir"), row.at("interval")};
    };
    std::map<json, json> rows;
    for (const auto& row : got) rows[keyOf(row)] = row;
    EXPECT_EQ(facts.size(), rows.size()) << where;
    for (const auto& fact : facts) EXPECT_EQ(fact, rows[keyOf(fact)]) << where;
}

/// Compares every fact of the area; returns how many there were.
int compareArea(const std::string& area) {
    const auto shared = kscope::support::sharedData();
    if (!shared) return 0;
    int compared = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*shared / "facts" / area)) {
        std::ifstream file(entry.path());
        const json facts = json::parse(file);
        const std::string capture = facts.at("capture");
        if (capture.ends_with(".dat")) continue;
        int status = 0;
        std::string errors;
        const auto text = output({"report", area, "--format", "json", (*shared / capture).string()},
                                 status, errors);
        EXPECT_EQ(status, 0) << capture << ": " << errors;
        const json got = json::parse(text);
        if (area == "sched") {
            expectRows(facts, got, "rows", "tid", capture);
            expectRows(facts, got, "by_cpu", "cpu", capture);
            EXPECT_EQ(facts.at("lost_lines"), got.at("lost_lines")) << capture;
            EXPECT_EQ(facts.at("prev_not_running"), got.at("prev_not_running")) << capture;
        } else if (area == "block") {
            expectSubset(facts.at("requests"), got.at("rows"), capture + " requests");
            expectSubset(facts.at("bios"), got.at("bios"), capture + " bios");
            expectSummary(facts.at("summary"), got.at("summary"), capture);
            EXPECT_EQ(facts.at("actions"), got.at("actions")) << capture;
        } else {
            expectRows(facts, got, "rows", nullptr, capture);
            expectRows(facts, got, "summary", "wakee", capture);
        }
        ++compared;
    }
    return compared;
}

}  // namespace

TEST(Facts, SchedReportEqualsThem) {
    const int compared = compareArea("sched");
    if (compared == 0) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
    EXPECT_GE(compared, 15);
}

TEST(Facts, WakeupsReportEqualsThem) {
    const int compared = compareArea("wakeups");
    if (compared == 0) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
    EXPECT_GE(compared, 13);
}

TEST(Facts, BlockReportEqualsThem) {
    const int compared = compareArea("block");
    if (compared == 0) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
    EXPECT_GE(compared, 12);
}
