// SPDX-License-Identifier: GPL-3.0-or-later
/// Lengths of system calls in a real capture, held to a reading of its lines.
#include "model/derive/entry_lengths.h"
#include "parsers/importers.h"
#include "tests/support/peer.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace kscope::model;

/// "sys_enter_read", "bash-12", seconds: what a line of ftrace text says.
struct SyscallLine {
    std::string who, name;
    std::int64_t us = 0;
};

std::vector<SyscallLine> readLines(const std::string& path) {
    const std::regex shape(
        R"(^ *(.+-\d+) +(?:\([^)]*\) )?\[\d+\] \S+ +(\d+)\.(\d{6}): (sys_\w+)(\(| ->).*)");
    std::vector<SyscallLine> lines;
    std::istringstream text(kscope::support::outputOf("xz -dc '" + path + "'"));
    for (std::string line; std::getline(text, line);) {
        std::smatch parts;
        if (!std::regex_match(line, parts, shape)) continue;
        lines.push_back({parts[1],
                         (parts[5] == "(" ? "sys_enter_" : "sys_exit_") + parts[4].str().substr(4),
                         std::stoll(parts[2]) * 1'000'000 + std::stoll(parts[3])});
    }
    return lines;
}

TEST(EntryLengths, SystemCallsOfARealCaptureAreThoseOfItsLines) {
    const auto shared = kscope::support::sharedData();
    if (!shared) GTEST_SKIP() << "no folder of captures";
    const auto path = (*shared / "guest/ftrace/syscalls/trace.txt.xz").string();
    const auto lines = readLines(path);
    ASSERT_GT(lines.size(), 100u);
    std::map<std::string, std::size_t> open;
    std::vector<std::int64_t> wanted(lines.size(), -1);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& line = lines[i];
        const auto pid = line.who.substr(line.who.rfind('-'));
        if (line.name.starts_with("sys_enter_")) {
            open[pid + line.name.substr(10)] = i;
        } else if (const auto entry = open.find(pid + line.name.substr(9)); entry != open.end()) {
            wanted[entry->second] = line.us - lines[entry->second].us;
            open.erase(entry);
        }
    }
    ThreadPool pool(2);
    TraceBuilder builder;
    ASSERT_TRUE(kscope::parsers::importSource(path, builder, pool, {}).has_value());
    const auto trace = builder.finish();
    const EntryLengths lengths(*trace);
    std::vector<std::int64_t> found;
    for (std::uint64_t i = 0; i < trace->events(); ++i) {
        const auto event = trace->event(EventIndex{i});
        if (!trace->text(event.name).starts_with("sys_e")) continue;
        const auto length = lengths.duration(EventIndex{i});
        found.push_back(length ? length->count() / 1000 : -1);
    }
    EXPECT_EQ(found, wanted);
    EXPECT_GT(std::ranges::count_if(found, [](auto us) { return us >= 0; }), 100);
}

}  // namespace
