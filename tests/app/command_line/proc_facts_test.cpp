// SPDX-License-Identifier: GPL-3.0-or-later
/// What the command line says of /proc, of memory and of interrupts, against numbers counted by
/// others: every field of the shared facts. And `record`, against what it recorded.
#include "app/command_line/command_line.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using kscope::app::CommandStreams;
using kscope::app::runCommandLine;
using nlohmann::json;

std::string said(const std::vector<std::string>& args, int& status, std::string* errors = nullptr) {
    char* out = nullptr;
    char* err = nullptr;
    std::size_t outSize = 0;
    std::size_t errSize = 0;
    CommandStreams streams{open_memstream(&out, &outSize), open_memstream(&err, &errSize)};
    status = runCommandLine(args, streams).exitStatus;
    std::fclose(streams.out);
    std::fclose(streams.err);
    std::string text(out, outSize);
    if (errors) errors->assign(err, errSize);
    std::free(out);
    std::free(err);
    return text;
}
json jsonOf(const std::vector<std::string>& args) {
    int status = 0;
    std::string errors;
    const auto text = said(args, status, &errors);
    EXPECT_EQ(status, 0) << errors;
    return json::parse(text);
}

class ProcFacts : public testing::Test {
protected:
    void SetUp() override {
        const auto folder = kscope::support::sharedData();
        if (!folder) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
        m_folder = *folder;
    }
    std::vector<json> facts(const std::string& area) const {
        std::vector<json> all;
        for (const auto& entry : std::filesystem::directory_iterator(m_folder / "facts" / area)) {
            std::ifstream file(entry.path());
            all.push_back(json::parse(file));
        }
        return all;
    }
    std::string path(const std::string& name) const { return (m_folder / name).string(); }
    std::filesystem::path m_folder;
};

TEST_F(ProcFacts, InfoCountsAndDumpGivesEveryNumber) {
    int compared = 0;
    for (const auto& fact : facts("proc")) {
        const std::string capture = fact.at("capture");
        if (!fact.contains("values")) continue;
        SCOPED_TRACE(capture);
        EXPECT_EQ(jsonOf({"info", "--format", "json", path(capture)}).at("events"),
                  fact.at("numbers"));
        int status = 0;
        std::istringstream lines(said({"dump", "--format", "json", path(capture)}, status));
        json values;
        for (std::string line; std::getline(lines, line);) {
            const auto one = json::parse(line);
            values[one.at("path").get<std::string>()] = one.at("value");
        }
        EXPECT_EQ(values, fact.at("values"));
        ++compared;
    }
    EXPECT_GE(compared, 48);
}

TEST_F(ProcFacts, IrqReportGivesTheGrowthBetweenSnapshots) {
    int compared = 0;
    for (const auto& fact : facts("proc")) {
        const std::string capture = fact.at("capture");
        const auto dots = capture.find("..");
        if (dots == std::string::npos) continue;
        SCOPED_TRACE(capture);
        const auto first = capture.substr(0, dots);
        const auto slash = capture.find('/', dots);
        const auto second =
            first.substr(0, first.rfind('/') + 1) + capture.substr(dots + 2, slash - dots - 2);
        const auto file = capture.substr(slash + 1);
        const auto got = jsonOf({"report", "irq", "--format", "json", path(first), path(second)});
        EXPECT_EQ(got.at(file), fact.at("rows"));
        EXPECT_EQ(got.at("uptime_difference"), fact.at("uptime_difference"));
        if (file == "interrupts") {
            EXPECT_EQ(got.at("only_first"), fact.at("only_first"));
            EXPECT_EQ(got.at("only_second"), fact.at("only_second"));
        }
        ++compared;
    }
    EXPECT_GE(compared, 8);
}

TEST_F(ProcFacts, MemoryAndIrqReportsEqualThem) {
    int compared = 0;
    for (const std::string area : {"memory", "irq"}) {
        for (const auto& fact : facts(area)) {
            const std::string capture = fact.at("capture");
            SCOPED_TRACE(area + " " + capture);
            const auto got = jsonOf({"report", area, "--format", "json", path(capture)});
            for (const auto& [key, value] : fact.items()) {
                if (key == "area" || key == "capture" || key == "unit") continue;
                const auto shown = key == "zones" ? "rows" : key;
                ASSERT_TRUE(got.contains(shown)) << key;
                EXPECT_EQ(got.at(shown), value) << key;
            }
            ++compared;
        }
    }
    EXPECT_GE(compared, 32);
}

TEST_F(ProcFacts, FilterFindsTheRoundsBelowLowOfTheFactsBesideTheLog) {
    const auto folder = m_folder / "guest/memory/kswapd-slow";
    std::vector<std::pair<std::int64_t, std::int64_t>> wanted;  // time ns, free
    std::ifstream facts(folder / "facts.tsv");
    for (std::string line; std::getline(facts, line);) {
        std::istringstream words(line);
        std::string kind, before, after, round, node, zone, below;
        std::int64_t free = 0, min = 0, low = 0, high = 0;
        words >> kind >> before >> after >> round >> node >> zone >> free >> min >> low >> high;
        if (kind != "zone" || zone != "DMA32" || free >= low) continue;
        wanted.emplace_back(std::stoll(before.substr(0, before.find('.'))) * 1'000'000'000 +
                                std::stoll(before.substr(before.find('.') + 1)),
                            free);
    }
    ASSERT_GT(wanted.size(), 3U);
    int status = 0;
    std::istringstream lines(said({"dump", "--format", "json", "--filter",
                                   "zone == \"DMA32\" && free < low && name ~ \"*/free\"",
                                   (folder / "proc.log.xz").string()},
                                  status));
    std::vector<std::pair<std::int64_t, std::int64_t>> got;
    for (std::string line; std::getline(lines, line);) {
        const auto one = json::parse(line);
        EXPECT_EQ(one.at("path"), "node0/DMA32/free");
        got.emplace_back(one.at("time_ns"), one.at("value"));
    }
    EXPECT_EQ(got, wanted);
}

TEST(Record, WritesALogThatOpensWithEveryRound) {
    const kscope::support::TemporaryFolder folder;
    for (const std::string ending : {"", ".gz", ".xz", ".zst"}) {
        SCOPED_TRACE(ending);
        const auto log = folder.file("live.log" + ending);
        int status = 0;
        std::string errors;
        said({"record", "-o", log, "--files", "stat,loadavg,nothing_there", "--interval", "50ms",
              "--duration", "220ms"},
             status, &errors);
        EXPECT_EQ(status, 0);
        EXPECT_NE(errors.find("nothing_there"), std::string::npos) << errors;
        const auto info = jsonOf({"info", "--format", "json", log});
        EXPECT_EQ(info.at("sources")[0].at("kind"), "proc-log");
        EXPECT_GE(info.at("names").at("stat").get<int>(), 2);
        EXPECT_EQ(info.at("names").at("stat"), info.at("names").at("loadavg"));
        EXPECT_EQ(info.at("diagnostics"), json::array());
    }
}

TEST(Record, SaysAtOnceThatTheDiskIsFull) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "SKIPPED: no /dev/full";
    int status = 0;
    std::string errors;
    said({"record", "-o", "/dev/full", "--files", "stat", "--duration", "5s"}, status, &errors);
    EXPECT_EQ(status, 1);
    EXPECT_NE(errors.find("No space left"), std::string::npos) << errors;
}

}  // namespace
