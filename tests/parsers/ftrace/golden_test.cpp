// SPDX-License-Identifier: GPL-3.0-or-later
/// Every ftrace sample of the golden readings gives their facts: task, pid, CPU, flags, time, name,
/// fields, stacks.
#include "tests/parsers/ftrace/parsed.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace kscope::tests {
namespace {

using nlohmann::json;

std::string readFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::size_t> lineStarts(std::string_view text) {
    std::vector<std::size_t> starts{0};
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\n') starts.push_back(at + 1);
    }
    return starts;
}

std::string printedTime(std::int64_t ns, std::size_t decimals) {
    auto fraction = std::to_string(1'000'000'000 + ns % 1'000'000'000).substr(1);
    return std::to_string(ns / 1'000'000'000) + "." + fraction.substr(0, decimals);
}

void expectFields(const json& golden, const model::EventText& event) {
    for (const auto& [key, value] : golden.items()) {
        const auto words = value.get<std::string>();
        EXPECT_TRUE(event.args.find(key + "=" + words) != std::string::npos ||
                    event.args.find(words) != std::string::npos)
            << key << '=' << words << " in " << event.args;
    }
}

void expectFunction(const json& golden, const model::EventText& event) {
    const auto part = [&](const char* name, const char* offset, const char* size) {
        auto text = golden[name].get<std::string>();
        if (golden.contains(offset) && golden[offset].is_string()) {
            text += "+" + golden[offset].get<std::string>() + "/" + golden[size].get<std::string>();
        }
        return text;
    };
    EXPECT_EQ(event.args, part("function", "offset", "size") + " <-" +
                              part("caller", "caller_offset", "caller_size"));
}

void expectEvent(const json& golden, const ParsedRow& row, const model::EventText& event) {
    EXPECT_EQ(row.comm, golden["task"]);
    EXPECT_EQ(row.tid, golden["pid"]);
    if (golden["cpu"].is_null()) {
        EXPECT_EQ(row.cpu, -1);
    } else {
        EXPECT_EQ(row.cpu, golden["cpu"]);
    }
    EXPECT_EQ(event.flags,
              golden["flags"].is_null() ? std::string() : golden["flags"].get<std::string>());
    if (golden["time"].is_string()) {
        const auto time = golden["time"].get<std::string>();
        EXPECT_EQ(printedTime(row.ns, time.size() - time.find('.') - 1), time);
    }
    if (golden["type"] == "event") {
        EXPECT_EQ(row.name, golden["name"]);
        expectFields(golden["fields"], event);
    } else {
        EXPECT_EQ(row.name, "function");
        expectFunction(golden, event);
    }
    if (golden.contains("stack")) {
        EXPECT_EQ(event.stack, golden["stack"].get<std::vector<std::string>>());
    }
}

TEST(Golden, FtraceSamplesGiveTheirFacts) {
    const auto folder = support::sharedData();
    if (!folder) GTEST_SKIP() << "the folder of captures is not there: set KSCOPE_SHARED";
    const auto golden = json::parse(readFile(*folder / "seed" / "GOLDEN.json"));
    const std::set<std::string> kinds{"ftrace", "ftrace-stack", "function", "trace_pipe"};
    std::size_t samples = 0;
    for (const auto& [name, sample] : golden.items()) {
        if (!kinds.contains(sample["kind"])) continue;
        SCOPED_TRACE(name);
        ++samples;
        const auto text = readFile(*folder / "seed" / name);
        const auto layout = parsers::detectLayout(text);
        const auto parsed = parseText(text, layout);
        const auto starts = lineStarts(text);
        std::map<std::uint64_t, const ParsedRow*> rows;
        for (const auto& row : parsed.rows) rows[row.position] = &row;
        const auto events = sample.value("events", json::array());
        EXPECT_EQ(parsed.rows.size(), events.size());
        EXPECT_EQ(parsed.rows.size(), sample["records"]);
        EXPECT_EQ(parsed.count(model::DiagnosticKind::Elision), sample["elisions"]);
        const auto orphans = sample.value("orphan_frames", json::array()).size();
        EXPECT_EQ(parsed.count(model::DiagnosticKind::OrphanStack), orphans);
        for (const auto& event : events) {
            const auto position = starts.at(event["line"].get<std::size_t>() - 1);
            SCOPED_TRACE("line " + event["line"].dump());
            ASSERT_TRUE(rows.contains(position));
            expectEvent(event, *rows[position],
                        parsers::readEventText(layout, std::string_view(text).substr(position)));
        }
    }
    EXPECT_EQ(samples, 17U);
}

}  // namespace
}  // namespace kscope::tests
