// SPDX-License-Identifier: GPL-3.0-or-later
/// `report` on a trace whose every number is known (cli.md section 5); facts_test.cpp compares real
/// captures.
#include "tests/app/command_line/run_command.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kscope::tests {
namespace {

using nlohmann::json;

class Report : public testing::Test {
protected:
    json asJson(std::vector<std::string> args) {
        args.insert(args.begin(), "report");
        args.insert(args.end(), {"--format", "json", m_trace});
        const auto ran = run(args);
        EXPECT_EQ(ran.status, 0) << ran.err;
        return json::parse(ran.out);
    }
    std::vector<std::vector<std::string>> asCsv(std::vector<std::string> args) {
        args.insert(args.begin(), "report");
        args.insert(args.end(), {"--format", "csv", m_trace});
        return readCsv(run(args).out);
    }
    json taskRow(const json& report, int tid) {
        for (const auto& row : report["rows"])
            if (row["tid"] == tid) return row;
        ADD_FAILURE() << "no task " << tid;
        return {};
    }
    support::TemporaryFolder m_folder;
    std::string m_trace = m_folder.write("t.txt", knownTrace());
};

TEST_F(Report, EventsAreCountedByName) {
    const auto report = asJson({"events"});
    EXPECT_EQ(report["report"], "events");
    EXPECT_EQ(report["events"], 10);
    const auto& most = report["rows"][0];
    EXPECT_EQ(most["name"], "sched_switch");
    EXPECT_EQ(most["count"], 6);
    EXPECT_DOUBLE_EQ(most["share"].get<double>(), 0.6);
    EXPECT_EQ(most["first"], 100'000'000'000);
    EXPECT_EQ(most["last"], 100'001'000'000);
    EXPECT_NEAR(most["rate"].get<double>(), 6000.0, 1e-6);
    EXPECT_EQ(report["rows"].size(), 5U);
}

TEST_F(Report, SchedSumsWhatEachTaskDid) {
    const auto report = asJson({"sched"});
    const auto alpha = taskRow(report, 11);
    EXPECT_EQ(alpha["comm"], "alpha");
    EXPECT_EQ(alpha["run"], 850'000);
    EXPECT_EQ(alpha["runs"], 2);
    EXPECT_EQ(alpha["wait"], 50'000);
    EXPECT_EQ(alpha["wait_max"], 50'000);
    EXPECT_EQ(alpha["sleep"], 100'000);
    EXPECT_EQ(alpha["cpus"], json::array({0}));
    EXPECT_FALSE(alpha.contains("tgid"));  // the trace does not tell it
    const auto beta = taskRow(report, 22);
    EXPECT_EQ(beta["run"], 800'000);
    EXPECT_EQ(beta["uninterruptible"], 0);  // open to the end: not counted
    EXPECT_EQ(report["lost_lines"], 0);
    const auto& cpus = report["by_cpu"];
    ASSERT_EQ(cpus.size(), 2U);
    EXPECT_EQ(cpus[0]["busy"], 850'000);
    EXPECT_EQ(cpus[0]["idle"], 150'000);
    EXPECT_EQ(cpus[0]["irq"], 30'000);
    EXPECT_EQ(cpus[0]["switches"], 4);
    EXPECT_EQ(cpus[1]["busy"], 800'000);
    EXPECT_EQ(asJson({"sched", "--by", "cpu"})["rows"], cpus);
}

TEST_F(Report, WakeupsNameWhoWhomAndHowLong) {
    const auto report = asJson({"wakeups"});
    ASSERT_EQ(report["rows"].size(), 1U);
    const auto& row = report["rows"][0];
    EXPECT_EQ(row["time"], 100'000'600'000);
    EXPECT_EQ(row["event"], "waking");
    EXPECT_EQ(row["waker"], 22);
    EXPECT_EQ(row["wakee"], 11);
    EXPECT_EQ(row["cpu_from"], 1);
    EXPECT_EQ(row["cpu_to"], 0);
    EXPECT_EQ(row["latency"], 50'000);
    const json summary = json::array({{{"wakee", 11},
                                       {"count", 1},
                                       {"total", 50'000},
                                       {"avg", 50'000},
                                       {"min", 50'000},
                                       {"p50", 50'000},
                                       {"p99", 50'000},
                                       {"max", 50'000}}});
    EXPECT_EQ(report["summary"], summary);
    EXPECT_EQ(asJson({"wakeups", "--summary"})["rows"], summary);
}

TEST_F(Report, BlockSaysWhatASecondSourceSawOfTheSameDisk) {
    const auto issued = traceLine("dd", 7, 0, 100, "block_rq_issue: 8,0 W 4096 () 64 + 8 [dd]");
    const auto done = traceLine("dd", 7, 0, 150, "block_rq_complete: 8,0 W () 64 + 8 [0]");
    const auto both = m_folder.write("both.txt", issued + done);
    const auto half = m_folder.write("half.txt", issued);
    const auto ran = run({"report", "block", "--format", "csv", both, half});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(readCsv(ran.out).size(), 2U) << "a head and one request: " << ran.out;
    EXPECT_EQ(ran.err, "kernelscope: 8,0 was seen by two sources at once: requests are those of " +
                           both + "; not counted are those of " + half + " (1 records)\n");
    EXPECT_EQ(run({"report", "block", "--quiet", both, half}).err, "");
    EXPECT_EQ(run({"report", "block", both}).err, "");
}

TEST_F(Report, SortTopAndColumnsArrangeRows) {
    const auto names = [&](std::vector<std::string> args) {
        args.insert(args.begin(), {"sched", "--columns", "comm"});
        std::string text;
        for (const auto& row : asCsv(args)) text += row.at(0) + ' ';
        return text;
    };
    EXPECT_EQ(names({"--sort", "run"}), "comm alpha beta ");
    EXPECT_EQ(names({"--sort", "run:asc"}), "comm beta alpha ");
    EXPECT_EQ(names({"--sort", "comm:asc", "--top", "1"}), "comm alpha ");
    EXPECT_EQ(names({"--top", "0"}), "comm ");
    const auto chosen = asCsv({"sched", "--columns", "run,comm", "--sort", "run"});
    EXPECT_EQ(chosen[0], (std::vector<std::string>{"run", "comm"}));
    EXPECT_EQ(chosen[1], (std::vector<std::string>{"850000", "alpha"}));
}

TEST_F(Report, CsvAndJsonHaveTheSameColumnsAndNumbers) {
    const auto rows = asCsv({"sched"});
    const auto report = asJson({"sched"});
    const auto& head = rows[0];
    for (const auto& row : report["rows"])
        for (const auto& [key, value] : row.items()) {
            const auto column = std::ranges::find(head, key);
            ASSERT_NE(column, head.end()) << key;
            if (!value.is_number_integer()) continue;
            const auto at = static_cast<std::size_t>(column - head.begin());
            const auto line = std::ranges::find(rows, row["comm"].get<std::string>(),
                                                [](const auto& fields) { return fields[0]; });
            EXPECT_EQ((*line)[at], std::to_string(value.get<std::int64_t>())) << key;
        }
}

TEST_F(Report, AFilterChoosesRowsARangeParts) {
    EXPECT_EQ(asJson({"sched", "--filter", "run > 820us"})["rows"].size(), 1U);
    EXPECT_EQ(asJson({"sched", "--filter", "comm ~ \"b*\""})["rows"][0]["comm"], "beta");
    EXPECT_EQ(asJson({"events", "--filter", "count >= 2"})["rows"].size(), 1U);
    EXPECT_EQ(asJson({"sched", "--task", "alpha"})["rows"].size(), 1U);
    // A span counts with its part inside.
    const auto part = asJson({"sched", "--range", "100.0004..100.0007"});
    EXPECT_EQ(taskRow(part, 11)["run"], 150'000);
    EXPECT_EQ(taskRow(part, 22)["run"], 300'000);
    // Nothing switches there, but beta runs all the time.
    const auto inside = asJson({"sched", "--range", "100.0007..100.0008"});
    EXPECT_EQ(taskRow(inside, 22)["run"], 100'000);
    EXPECT_EQ(taskRow(inside, 22)["runs"], 0);
    EXPECT_EQ(taskRow(inside, 22)["comm"], "beta");
    EXPECT_EQ(taskRow(inside, 22)["cpus"], json::array({1}));
    ASSERT_EQ(inside["by_cpu"].size(), 2U);
    EXPECT_EQ(inside["by_cpu"][1]["busy"], 100'000);
    EXPECT_TRUE(inside["by_cpu"][1]["first"].is_null());
    EXPECT_EQ(asJson({"wakeups", "--range", "100.0007.."})["rows"].size(), 0U);
}

TEST_F(Report, TextIsForPeople) {
    const auto text = run({"report", "sched", m_trace}).out;
    const auto lines = linesOf(text);
    ASSERT_EQ(lines.size(), 3U) << text;
    EXPECT_NE(lines[0].find("comm"), std::string::npos);
    EXPECT_NE(lines[1].find("alpha"), std::string::npos);  // most run first
    EXPECT_NE(lines[1].find("850 \xc2\xb5s"), std::string::npos) << text;
    EXPECT_NE(run({"report", "wakeups", "--range", "5..6", m_trace}).out.find("(nothing)"),
              std::string::npos);
}

TEST_F(Report, ShiftsMoveAnAxisNotTheOwnClockOfOneSource) {
    const auto own = run({"report", "wakeups", "--format", "json", m_trace + "@+5s"});
    EXPECT_EQ(json::parse(own.out)["rows"][0]["time"], 100'000'600'000);
    const auto other = m_folder.write("u.txt", traceLine("x", 5, 0, 0, "my_event: a=1"));
    const auto axis = run({"report", "wakeups", "--format", "json", m_trace + "@+5s", other});
    EXPECT_EQ(json::parse(axis.out)["rows"][0]["time"], 105'000'600'000);
}

}  // namespace
}  // namespace kscope::tests
