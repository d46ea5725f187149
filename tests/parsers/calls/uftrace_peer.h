// SPDX-License-Identifier: GPL-3.0-or-later
/// Ours of a uftrace directory against what Debian's uftrace says of it: for the tests of captures
/// and of recordings made on the spot.
#pragma once

#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "tests/support/peer.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace kscope::peer {

namespace fs = std::filesystem;

struct PeerSums {
    std::uint64_t calls = 0;
    std::int64_t total = 0;
    std::int64_t self = 0;
    friend bool operator==(const PeerSums&, const PeerSums&) = default;
};
using PeerPaths = std::map<std::string, PeerSums>;

inline std::ostream& operator<<(std::ostream& out, const PeerSums& sums) {
    return out << sums.calls << " calls " << sums.total << " self " << sums.self;
}

struct PeerTrace {
    model::TracePtr trace;
    model::CallForestPtr forest;
};

inline PeerTrace openPeer(const fs::path& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    EXPECT_TRUE(parsers::importSource(path.string(), builder, pool, {}).has_value()) << path;
    auto trace = builder.finish();
    return {trace, model::deriveCalls(trace, pool)};
}

inline std::string uftrace(const std::string& what, const fs::path& directory) {
    return support::outputOf("uftrace " + what + " --no-pager --color=no -d '" +
                             directory.string() + "' 2>/dev/null");
}

/// "12.345 us" as ns, and what its last digit is worth.
struct PeerTime {
    std::int64_t ns = 0;
    std::int64_t digit = 1;
};
inline PeerTime peerTime(const std::string& number, const std::string& unit) {
    const std::map<std::string, std::int64_t> digits{{"us", 1}, {"ms", 1000}, {"s", 1'000'000}};
    const auto digit = digits.at(unit);
    return {static_cast<std::int64_t>(std::llround(std::stod(number) * 1000)) * digit, digit};
}

/// Paths of user functions by the records that `uftrace dump` prints, with a stack a task.
inline PeerPaths dumpedPaths(const fs::path& directory) {
    struct Frame {
        std::string path;
        int depth;
        std::int64_t begin;
        std::int64_t inside;
    };
    std::map<std::string, std::vector<Frame>> stacks;
    PeerPaths paths;
    std::istringstream lines(uftrace("dump", directory));
    const std::regex record(
        R"((\d+)\.(\d{9})\s+(\d+): \[(entry|exit )\] (.*)\([0-9a-f]+\) depth: (\d+))");
    bool user = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("reading "))
            user = std::regex_match(line, std::regex(R"(reading \d+\.dat)"));
        std::smatch found;
        if (!user || !std::regex_match(line, found, record)) continue;
        const auto time = std::stoll(found[1]) * 1'000'000'000 + std::stoll(found[2]);
        const auto depth = std::stoi(found[6]);
        auto& stack = stacks[found[3]];
        const bool entry = found[4] == "entry";
        while (!stack.empty() && stack.back().depth >= depth + (entry ? 0 : 1)) stack.pop_back();
        const auto above = stack.empty() ? std::string() : stack.back().path + ";";
        if (entry) {
            stack.push_back({above + found[5].str(), depth, time, 0});
            continue;
        }
        const auto name = found[5].str();
        if (stack.empty() || stack.back().depth != depth ||
            stack.back().path.substr(stack.back().path.rfind(';') + 1) != name)
            continue;
        const auto frame = stack.back();
        stack.pop_back();
        auto& sums = paths[frame.path];
        ++sums.calls;
        sums.total += time - frame.begin;
        sums.self += time - frame.begin - frame.inside;
        if (!stack.empty()) stack.back().inside += time - frame.begin;
    }
    return paths;
}

/// Call by call: user functions that were entered and left.
inline PeerPaths ownPaths(const PeerTrace& opened) {
    PeerPaths paths;
    for (const auto& task : opened.forest->tasks()) {
        std::vector<std::string> pathOf(task.calls.size());
        for (std::size_t i = 0; i < task.calls.size(); ++i) {
            const auto& call = task.calls[i];
            const auto function = opened.forest->function(call);
            if (function.space() != model::CallSpace::User) continue;
            const bool inherits =
                call.parent != model::kNoCall && (task.calls[call.parent].inherited() ||
                                                  pathOf[call.parent].empty() || call.inherited());
            if (call.inherited()) continue;
            const auto above = call.parent == model::kNoCall || inherits
                                   ? std::string()
                                   : pathOf[call.parent] + ";";
            pathOf[i] = above + std::string(opened.trace->text(function.name()));
            const auto length = opened.forest->length(call);
            if (!length || call.has(model::Call::NotCounted | model::Call::Open)) continue;
            auto& sums = paths[pathOf[i]];
            ++sums.calls;
            sums.total += *length;
            sums.self += *length;
            const bool within = !above.empty() && !task.calls[call.parent].has(
                                                      model::Call::NotCounted | model::Call::Open);
            if (within) paths[pathOf[call.parent]].self -= *length;
        }
    }
    std::erase_if(paths, [](const auto& each) { return each.second.calls == 0; });
    return paths;
}

/// By name, as `uftrace report` counts. `stubs`: a call of a library's function goes through a stub
/// of the same name in the program. To uftrace these are two, each with its total, and their sum is
/// printed; here the inner one is counted with the outer.
inline void compareReport(const fs::path& directory, const std::set<std::string>& stubs = {}) {
    const auto opened = openPeer(directory);
    model::ThreadPool pool(2);
    std::map<std::string, model::FunctionRow> own;
    for (const auto& row : model::functionReport(*opened.forest, {}, pool).rows)
        if (row.calls > 0) own[std::string(opened.trace->text(row.function.name()))] = row;
    std::istringstream lines(uftrace("report", directory));
    const std::regex row(R"(\s*([\d.]+)\s+(us|ms|s)\s+([\d.]+)\s+(us|ms|s)\s+(\d+)\s+(\S.*))");
    std::size_t compared = 0;
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, row) || found[6].str().starts_with("linux:")) continue;
        ASSERT_TRUE(own.contains(found[6])) << directory << ' ' << line;
        const auto& mine = own[found[6]];
        const auto total = peerTime(found[1], found[2]);
        const auto self = peerTime(found[3], found[4]);
        EXPECT_EQ(mine.calls, std::stoull(found[5])) << directory << ' ' << line;
        if (stubs.contains(found[6])) {
            EXPECT_LT(mine.total, total.ns) << directory << ' ' << line;
        } else {
            EXPECT_LT(std::abs(mine.total - total.ns), total.digit) << directory << ' ' << line;
        }
        // Waits are callees to uftrace, and none of ours: our self holds them (facts, choice 12).
        if (opened.trace->tables().calls == opened.trace->events()) {
            EXPECT_LT(std::abs(mine.self - self.ns), self.digit) << directory << ' ' << line;
        } else {
            EXPECT_GE(mine.self + self.digit, self.ns) << directory << ' ' << line;
        }
        ++compared;
    }
    EXPECT_EQ(compared, own.size()) << directory;
}

/// Lines of `uftrace graph`: calls, name, and its time.
inline void compareGraph(const fs::path& directory) {
    const auto opened = openPeer(directory);
    model::ThreadPool pool(2);
    const auto tree = model::callTree(*opened.forest, {}, pool);
    std::multimap<std::string, std::int64_t> own;
    for (std::size_t i = 1; i < tree.nodes.size(); ++i)
        own.emplace(std::to_string(tree.nodes[i].calls) + " " +
                        std::string(opened.trace->text(tree.nodes[i].function.name())),
                    tree.nodes[i].total);
    std::istringstream lines(uftrace("graph", directory));
    const std::regex node(R"(\s*([\d.]+)\s+(us|ms|s) : [ |+-]*\((\d+)\) (\S.*))");
    bool root = true;
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, node)) continue;
        if (std::exchange(root, false) || found[4].str().starts_with("linux:")) continue;
        const auto time = peerTime(found[1], found[2]);
        const auto [begin, end] = own.equal_range(found[3].str() + " " + found[4].str());
        const auto same = std::find_if(begin, end, [&](const auto& each) {
            return std::abs(each.second - time.ns) < time.digit;
        });
        EXPECT_NE(same, end) << directory << ' ' << line;
        if (same != end) own.erase(same);
    }
    EXPECT_FALSE(root) << directory;
    EXPECT_TRUE(own.empty()) << directory << ' ' << own.size() << " of ours, "
                             << own.begin()->first;
}

/// Ours of what uftrace writes for Chrome against ours of the directory.
inline void compareChrome(const fs::path& directory) {
    const support::TemporaryFolder folder;
    const auto written = folder.write("chrome.json", uftrace("dump --chrome", directory));
    const auto chrome = openPeer(written);
    const auto own = openPeer(directory);
    ASSERT_EQ(chrome.trace->sources()[0].kind, "uftrace-chrome");
    EXPECT_EQ(ownPaths(chrome), ownPaths(own)) << directory;
    const auto argumentsOf = [&](const PeerTrace& opened) {
        std::multiset<std::string> all;
        for (const auto& task : opened.forest->tasks())
            for (const auto& call : task.calls) {
                if (!call.entry.known() || call.inherited()) continue;
                const auto event = opened.trace->event(opened.forest->eventOf(call.entry));
                const auto text = opened.trace->sources()[0].text->eventText(event.position);
                if (!text) continue;
                // "[entry] (ADDRESS) depth: N (ARGS)" of a directory.
                const bool record = text->args.starts_with("[entry]");
                const auto at = record ? text->args.find(" (", text->args.find("depth:"))
                                       : text->args.find('(');
                if (at == std::string::npos) continue;
                all.insert(std::string(opened.trace->text(event.name)) +
                           text->args.substr(record ? at + 1 : at));
            }
        return all;
    };
    EXPECT_EQ(argumentsOf(chrome), argumentsOf(own)) << directory;
}

}  // namespace kscope::peer
