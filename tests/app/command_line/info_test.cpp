// SPDX-License-Identifier: GPL-3.0-or-later
/// `info` on a trace whose every number is known (cli.md sections 1 and 2).
#include "tests/app/command_line/run_command.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace kscope::tests {
namespace {

using nlohmann::json;

class Info : public testing::Test {
protected:
    json asJson(std::vector<std::string> args) {
        args.insert(args.begin(), {"info", "--format", "json"});
        const auto ran = run(args);
        EXPECT_EQ(ran.status, 0) << ran.err;
        EXPECT_EQ(ran.err, "");
        return json::parse(ran.out);
    }
    support::TemporaryFolder m_folder;
    std::string m_trace = m_folder.write("t.txt", knownTrace());
};

std::set<std::string> keysOf(const json& object) {
    std::set<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.insert(key);
    return keys;
}

TEST_F(Info, JsonHasTheKeysAndNumbers) {
    const auto all = asJson({m_trace});
    EXPECT_EQ(keysOf(all), (std::set<std::string>{"sources", "events", "lost", "first_ns",
                                                  "last_ns", "cpus", "tasks", "devices", "names",
                                                  "tables", "panes", "diagnostics"}));
    const auto& source = all["sources"][0];
    EXPECT_EQ(keysOf(source),
              (std::set<std::string>{"path", "kind", "why", "clock", "bytes", "events", "lost",
                                     "first_ns", "last_ns", "offset_ns", "relative"}));
    EXPECT_EQ(source["path"], m_trace);
    EXPECT_EQ(source["kind"], "ftrace-text");
    EXPECT_EQ(source["bytes"], knownTrace().size());
    EXPECT_EQ(source["offset_ns"], 0);
    EXPECT_EQ(source["relative"], false);
    EXPECT_EQ(all["events"], 10);
    EXPECT_EQ(all["lost"], 0);
    EXPECT_EQ(all["first_ns"], 100'000'000'000);
    EXPECT_EQ(all["last_ns"], 100'001'000'000);
    EXPECT_EQ(all["cpus"], json::array({0, 1}));
    EXPECT_EQ(all["tasks"], 2);
    EXPECT_EQ(all["names"], (json{{"sched_switch", 6},
                                  {"irq_handler_entry", 1},
                                  {"irq_handler_exit", 1},
                                  {"sched_waking", 1},
                                  {"print", 1}}));
    EXPECT_EQ(all["tables"]["switches"], 6);
    EXPECT_EQ(all["tables"]["wakeups"], 1);
    for (const auto* const table : {"block_actions", "calls", "counter_samples", "stacks"})
        EXPECT_EQ(all["tables"][table], 0) << table;
    EXPECT_EQ(all["panes"], json::array({"timeline", "cpu_sched"}));
    EXPECT_EQ(all["diagnostics"], json::array());
}

TEST_F(Info, DiagnosticsHaveKindSeverityCountAndPlaces) {
    const auto text = knownTrace() + "what is this line\nCPU:1 [LOST 12 EVENTS]\n" +
                      traceLine("beta", 22, 1, 2000, "softirq_raise: vec=1 [action=TIMER]");
    const auto path = m_folder.write("odd.txt", text);
    const auto all = asJson({path});
    EXPECT_EQ(all["lost"], 12);
    std::map<std::string, json> kinds;
    for (const auto& one : all["diagnostics"]) {
        EXPECT_EQ(keysOf(one),
                  (std::set<std::string>{"kind", "severity", "count", "text", "first"}));
        kinds[one["kind"]] = one;
    }
    ASSERT_TRUE(kinds.contains("unparsed_line"));
    EXPECT_EQ(kinds["unparsed_line"]["first"], json::array({{{"source", path}, {"line", 15}}}));
    EXPECT_EQ(kinds["unparsed_line"]["severity"], "note");
    ASSERT_TRUE(kinds.contains("lost_events"));
    EXPECT_EQ(kinds["lost_events"]["count"], 12);
    EXPECT_EQ(kinds["lost_events"]["severity"], "loss");
    EXPECT_EQ(kinds["lost_events"]["first"][0]["line"], 16);

    EXPECT_EQ(run({"info", path}).status, 0);
    EXPECT_EQ(run({"info", "--strict", path}).status, 3);
    EXPECT_EQ(run({"info", "--strict", m_trace}).status, 0);
    const auto words = run({"info", path}).out;
    EXPECT_NE(words.find("line 15"), std::string::npos) << words;
    EXPECT_NE(words.find("12 lost"), std::string::npos) << words;
}

/// 1-based lines of `text` that hold `words`.
json linesWith(const std::string& text, std::string_view words) {
    json found = json::array();
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size(); ++line) {
        const auto end = text.find('\n', at);
        if (text.substr(at, end - at).find(words) != std::string::npos) found.push_back(line);
        at = end == std::string::npos ? text.size() : end + 1;
    }
    return found;
}

TEST_F(Info, PlacesOfTextAreLinesWhoeverFoundThem) {
    // What is out of order is found by the store, a switch that is missing by the lanes.
    auto text = knownTrace();
    for (int i = 0; i < 40'000; ++i)  // several parts, so that lines are not counted from the begin
        text += traceLine("beta", 22, 1, 2000 + i, "print: far along the file");
    text += traceLine("late", 7, 0, 50'000, "print: one") +
            traceLine("late", 7, 0, 49'000, "print: displaced") +
            traceLine("late", 7, 0, 51'000, "print: two") +
            traceLine("late", 7, 0, 50'500, "print: displaced too") +
            traceLine("gone", 99, 1, 60'000,
                      "sched_switch: prev_comm=gone prev_pid=99 prev_prio=120 prev_state=S ==> "
                      "next_comm=beta next_pid=22 next_prio=120");
    const auto path = m_folder.write("back.txt", text);
    std::map<std::string, json> kinds;
    const auto all = asJson({path});
    for (const auto& one : all["diagnostics"]) {
        for (const auto& place : one["first"]) {
            ASSERT_TRUE(place.contains("line")) << one.dump();
            kinds[one["kind"]].push_back(place["line"]);
        }
    }
    EXPECT_EQ(kinds["time_backwards"], linesWith(text, "print: displaced"));
    EXPECT_EQ(kinds["missing_switch"], linesWith(text, "prev_comm=gone"));
    const auto words = run({"info", path}).out;
    EXPECT_EQ(words.find("byte "), std::string::npos) << words;
    EXPECT_NE(words.find("line " + std::to_string(linesWith(text, "displaced")[0].get<int>())),
              std::string::npos)
        << words;
}

TEST_F(Info, PlacesOfAProcLogAreLines) {
    std::string text = "# kernelscope-proc-log 1 clock=CLOCK_MONOTONIC host=x start-realtime=1\n";
    for (int i = 0; i < 3; ++i)
        text += "# kernelscope-proc /proc/loadavg " + std::to_string(i + 1) + ".000000000 " +
                std::to_string(i + 1) + ".000100000\n0.00 0.01 0.05 1/100 " +
                std::to_string(400 + i) + "\n\n";
    text += "# kernelscope-proc /proc/vmstat 4.000000000 4.000100000\nnr_free_pages 12\nnr_zone";
    const auto path = m_folder.write("proc.log", text);
    bool any = false;
    const auto all = asJson({path});
    for (const auto& one : all["diagnostics"])
        for (const auto& place : one["first"]) {
            any = true;
            ASSERT_TRUE(place.contains("line")) << one.dump();
            if (one["kind"] == "cut_line") {
                EXPECT_EQ(json::array({place["line"]}), linesWith(text, "nr_free_pages 12"));
            }
        }
    EXPECT_TRUE(any);
}

TEST_F(Info, CsvAndTextSayTheSame) {
    std::map<std::string, std::string> values;
    for (const auto& row : readCsv(run({"info", "--format", "csv", m_trace}).out)) {
        ASSERT_EQ(row.size(), 3U);
        values[row[0] + ' ' + row[1]] = row[2];
    }
    EXPECT_EQ(values["events "], "10");
    EXPECT_EQ(values["name sched_switch"], "6");
    EXPECT_EQ(values["cpus "], "2");
    const auto text = run({"info", m_trace}).out;
    for (const auto* const words : {"ftrace-text", "events  10", "tasks 2", "CPUs 0,1",
                                    "sched_switch", "panes timeline cpu_sched"})
        EXPECT_NE(text.find(words), std::string::npos) << words << " in\n" << text;
}

TEST_F(Info, RangeCpuTaskAndFilterChooseWhatIsCounted) {
    const auto events = [&](std::vector<std::string> args) {
        args.push_back(m_trace);
        return asJson(args)["events"].get<int>();
    };
    EXPECT_EQ(events({"--range", "100.0002..100.0006"}), 3);  // the end is not part of it
    EXPECT_EQ(events({"--range", "+0.2ms..+0.6ms"}), 3);
    EXPECT_EQ(events({"--range", "..100.0002"}), 2);
    EXPECT_EQ(events({"--range", "+900us.."}), 2);
    EXPECT_EQ(events({"--range", "200..300"}), 0);
    EXPECT_EQ(events({"--cpu", "1"}), 4);
    EXPECT_EQ(events({"--cpu", "0-1,5"}), 10);
    EXPECT_EQ(events({"--task", "11"}), 4);
    EXPECT_EQ(events({"--task", "b*a,11"}), 7);
    EXPECT_EQ(events({"--filter", "event == sched_switch && prev_state == \"D\""}), 1);
    EXPECT_EQ(events({"--filter", "duration > 400us"}), 2);  // runs of 500 us and of 800 us
    EXPECT_EQ(events({"--cpu", "1", "--filter", "event ~ \"sched_*\""}), 3);
    const auto part = asJson({"--cpu", "1", m_trace});
    EXPECT_EQ(part["cpus"], json::array({1}));
    EXPECT_EQ(part["names"]["sched_switch"], 2);
    EXPECT_EQ(part["first_ns"], 100'000'100'000);
}

TEST_F(Info, SourcesShareAnAxisAndAreShifted) {
    const auto other = m_folder.write("u.txt", knownTrace());
    const auto all = asJson({m_trace, other + "@+1.5s"});
    ASSERT_EQ(all["sources"].size(), 2U);
    EXPECT_EQ(all["events"], 20);
    EXPECT_EQ(all["sources"][1]["offset_ns"], 1'500'000'000);
    EXPECT_EQ(all["first_ns"], 100'000'000'000);
    EXPECT_EQ(all["last_ns"], 101'501'000'000);
    EXPECT_EQ(asJson({m_trace + "@-200ms"})["first_ns"], 99'800'000'000);
    // Where a file's name really ends so, it is opened as it is.
    const auto odd = m_folder.write("v.txt@+1s", knownTrace());
    EXPECT_EQ(asJson({odd})["sources"][0]["offset_ns"], 0);
    EXPECT_EQ(asJson({odd + "@+1s"})["sources"][0]["offset_ns"], 1'000'000'000);
}

TEST_F(Info, AsAndThreadsDoNotChangeTheNumbers) {
    for (const auto* const threads : {"1", "2", "7"})
        EXPECT_EQ(asJson({"--threads", threads, m_trace})["events"], 10);
    EXPECT_EQ(asJson({"--as", "ftrace-text", m_trace})["events"], 10);
}

}  // namespace
}  // namespace kscope::tests
