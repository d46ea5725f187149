// SPDX-License-Identifier: GPL-3.0-or-later
/// Filters over calls, replay lines and longest calls against walks that keep everything.
#include "model/derive/call_filter.h"
#include "model/derive/call_longest.h"
#include "model/derive/replay_merge.h"
#include "model/store/trace_builder.h"
#include "tests/support/call_rows.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <tuple>

namespace {

using namespace kscope::model;

struct MadeEdge {
    std::int64_t time;
    int function;
    std::uint32_t depth;
    CallEdge edge;
};

CallForestPtr forestOf(const std::vector<MadeEdge>& edges) {
    kscope::support::CallRows rows;
    for (const auto& edge : edges)
        rows.add({edge.time, "f" + std::to_string(edge.function),
                  callFlags(edge.edge, CallSpace::User, edge.depth)});
    ThreadPool pool(2);
    return rows.calls(pool);
}

/// Nested calls of six functions; some are open at the end.
CallForestPtr randomForest(std::minstd_rand& random, std::size_t count) {
    std::vector<MadeEdge> edges, open;
    std::int64_t now = 1000;
    while (edges.size() < count) {
        now += 1 + static_cast<std::int64_t>(random() % 50);
        if (!open.empty() && random() % 5 < (open.size() > 6 ? 4u : 2u)) {
            auto exit = open.back();
            open.pop_back();
            exit.time = now;
            exit.edge = CallEdge::Exit;
            edges.push_back(exit);
        } else {
            open.push_back({now, static_cast<int>(random() % 6),
                            static_cast<std::uint32_t>(open.size()), CallEdge::Entry});
            edges.push_back(open.back());
        }
    }
    return forestOf(edges);
}

std::string nameOf(const CallForest& forest, const Call& call) {
    return std::string(forest.trace().text(forest.function(call).name()));
}

/// A call with its path of names, as text: what a filter leaves is compared so.
std::string pathText(const CallForest& forest, const CallTask& task, std::uint32_t i) {
    const auto& call = task.calls[i];
    std::string text = nameOf(forest, call) + "@" + std::to_string(forest.begin(call));
    for (auto up = call.parent; up != kNoCall; up = task.calls[up].parent)
        text = nameOf(forest, task.calls[up]) + ";" + text;
    return text;
}

std::vector<std::string> bruteFilter(const CallForest& forest, const CallFilter& filter) {
    std::vector<std::string> left;
    for (const auto& task : forest.tasks())
        for (std::uint32_t i = 0; i < task.calls.size(); ++i) {
            // The path from the outermost call to this one.
            std::vector<std::uint32_t> path;
            for (auto at = i; at != kNoCall; at = task.calls[at].parent)
                path.insert(path.begin(), at);
            std::size_t first = filter.only.empty() ? 0 : path.size();
            bool hidden = false;
            for (std::size_t p = 0; p < path.size(); ++p) {
                const auto& call = task.calls[path[p]];
                const auto name = nameOf(forest, call);
                const auto is = [&](const std::string& each) { return each == name; };
                hidden = hidden || std::ranges::any_of(filter.hide, is);
                const auto length = forest.length(call);
                hidden = hidden || (filter.threshold > 0 && length && *length < filter.threshold);
                if (first == path.size() && std::ranges::any_of(filter.only, is)) first = p;
            }
            if (hidden || first == path.size()) continue;
            if (filter.depth > 0 && path.size() - first > filter.depth) continue;
            std::string text =
                nameOf(forest, task.calls[i]) + "@" + std::to_string(forest.begin(task.calls[i]));
            for (auto p = path.size() - 1; p-- > first;)
                text = nameOf(forest, task.calls[path[p]]) + ";" + text;
            left.push_back(text);
        }
    return left;
}

std::vector<ReplayLine> bruteReplay(const CallForest& forest, std::size_t task) {
    const auto& calls = forest.tasks()[task].calls;
    std::vector<std::vector<std::uint32_t>> below(calls.size());
    std::vector<std::uint32_t> roots;
    for (std::uint32_t i = 0; i < calls.size(); ++i)
        (calls[i].parent == kNoCall ? roots : below[calls[i].parent]).push_back(i);
    std::vector<ReplayLine> lines;
    const std::function<void(std::uint32_t, std::uint32_t)> print = [&](std::uint32_t i,
                                                                        std::uint32_t level) {
        if (below[i].empty()) {
            lines.push_back({ReplayLine::Kind::Leaf, i, level});
            return;
        }
        lines.push_back({ReplayLine::Kind::Open, i, level});
        for (const auto child : below[i]) print(child, level + 1);
        if (!calls[i].has(Call::Open | Call::NoExit | Call::Lost))
            lines.push_back({ReplayLine::Kind::Close, i, level});
    };
    for (const auto root : roots) print(root, 0);
    return lines;
}

TEST(CallFilter, LeavesWhatAWalkOfEveryPathLeaves) {
    std::minstd_rand random(17);
    ThreadPool pool(2);
    for (int round = 0; round < 60; ++round) {
        const auto forest = randomForest(random, 300);
        CallFilter filter;
        if (random() % 2) filter.only = {"f" + std::to_string(random() % 6)};
        if (random() % 2) filter.hide = {"f" + std::to_string(random() % 6)};
        if (random() % 2) filter.depth = 1 + random() % 4;
        if (random() % 2) filter.threshold = static_cast<std::int64_t>(random() % 200);
        const auto left = filterCalls(forest, filter, pool);
        std::vector<std::string> ours;
        for (const auto& task : left->tasks())
            for (std::uint32_t i = 0; i < task.calls.size(); ++i) {
                ours.push_back(pathText(*left, task, i));
                const auto& call = task.calls[i];
                if (call.parent != kNoCall) {
                    EXPECT_EQ(call.depth(), task.calls[call.parent].depth() + 1);
                }
            }
        EXPECT_EQ(ours, bruteFilter(*forest, filter)) << round;
        EXPECT_EQ(left->size(), ours.size());
    }
}

TEST(CallFilter, WithoutAFilterItIsTheSameForest) {
    std::minstd_rand random(2);
    ThreadPool pool(2);
    const auto forest = randomForest(random, 50);
    EXPECT_EQ(filterCalls(forest, {}, pool), forest);
    std::stop_source stop;
    stop.request_stop();
    CallFilter filter;
    filter.depth = 1;
    EXPECT_EQ(filterCalls(forest, filter, pool, stop.get_token()), nullptr);
}

TEST(CallFilter, ReadsPatternsAndTimesAsAPersonTypesThem) {
    EXPECT_EQ(callPatterns(" main; vfs_* ;;std::map<int, int>::at "),
              (std::vector<std::string>{"main", "vfs_*", "std::map<int, int>::at"}));
    EXPECT_TRUE(callPatternFits("vfs_*", "vfs_write"));
    EXPECT_TRUE(callPatternFits("*_wr?te", "vfs_write"));
    EXPECT_FALSE(callPatternFits("write", "vfs_write"));
    EXPECT_TRUE(callPatternFits("ns::run", "ns::run(int, char)"));
    EXPECT_FALSE(callPatternFits("ns::run()", "ns::run(int)"));
    EXPECT_TRUE(callPatternFits("ext4_sync_file", "ext4_sync_file [ext4]"));
    EXPECT_TRUE(callPatternFits("*[ext4]", "ext4_sync_file [ext4]"));
    EXPECT_FALSE(callPatternFits("ext4_sync", "ext4_sync_file [ext4]"));
    EXPECT_FALSE(callPatternFits("operator", "operator [](int)"));
    EXPECT_EQ(parseCallThreshold("50us").value(), 50'000);
    EXPECT_EQ(parseCallThreshold("1.5 ms").value(), 1'500'000);
    EXPECT_EQ(parseCallThreshold("300ns").value(), 300);
    EXPECT_EQ(parseCallThreshold("2s").value(), 2'000'000'000);
    EXPECT_EQ(parseCallThreshold("7").value(), 7'000);
    EXPECT_EQ(parseCallThreshold("").value(), 0);
    for (const char* wrong : {"fast", "5 apples", "-3us", "1e300s", "nan"})
        EXPECT_FALSE(parseCallThreshold(wrong)) << wrong;
}

TEST(ReplayLines, AreThoseOfAWalkThatPrintsThemAll) {
    std::minstd_rand random(23);
    for (int round = 0; round < 40; ++round) {
        const auto forest = randomForest(random, round < 30 ? 200 : 5000);
        const auto expected = bruteReplay(*forest, 0);
        const ReplayLines lines(forest, 0);
        ASSERT_EQ(lines.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto line = lines.at(i);
            ASSERT_EQ(line.kind, expected[i].kind) << i;
            ASSERT_EQ(line.call, expected[i].call) << i;
            ASSERT_EQ(line.level, expected[i].level) << i;
            if (line.kind != ReplayLine::Kind::Close) {
                ASSERT_EQ(lines.lineOf(line.call), i);
            }
        }
    }
}

TEST(ReplayLines, FoldedCallsAreOneLineAndARangeCutsByTime) {
    std::minstd_rand random(29);
    for (int round = 0; round < 40; ++round) {
        const auto forest = randomForest(random, 300);
        const auto& calls = forest->tasks()[0].calls;
        auto expected = bruteReplay(*forest, 0);
        ReplayLines lines(forest, 0);
        std::set<std::uint32_t> folded;
        for (int i = 0; i < 6; ++i) {
            const auto call = static_cast<std::uint32_t>(random() % calls.size());
            lines.setFolded(call, true);
            if (!lines.leaf(call)) folded.insert(call);
        }
        std::erase_if(expected, [&](const ReplayLine& line) {
            if (line.kind == ReplayLine::Kind::Close && folded.contains(line.call)) return true;
            for (auto up = calls[line.call].parent; up != kNoCall; up = calls[up].parent)
                if (folded.contains(up)) return true;
            return false;
        });
        for (auto& line : expected)
            if (folded.contains(line.call)) line.kind = ReplayLine::Kind::Folded;
        ASSERT_EQ(lines.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            ASSERT_EQ(lines.at(i).call, expected[i].call);
            ASSERT_EQ(lines.at(i).kind, expected[i].kind);
        }
        lines.unfoldAll();
        const auto whole = bruteReplay(*forest, 0);
        ASSERT_EQ(lines.size(), whole.size());
        const auto begin = forest->trace().range().begin + Duration{1500};
        const TimeRange range{begin, begin + Duration{2000}};
        lines.setRange(range);
        std::vector<ReplayLine> inside;
        for (const auto& line : whole)
            if (range.contains(timestampNs(lines.timeNs(line)))) inside.push_back(line);
        ASSERT_EQ(lines.size(), inside.size());
        for (std::size_t i = 0; i < inside.size(); ++i) EXPECT_EQ(lines.at(i).call, inside[i].call);
    }
}

TEST(ReplayLines, SayWhatUftracePrints) {
    const ReplayLine open{ReplayLine::Kind::Open, 0, 0}, leaf{ReplayLine::Kind::Leaf, 0, 0},
        close{ReplayLine::Kind::Close, 0, 0};
    EXPECT_EQ(replayText(open, "main", "", ""), "main() {");
    EXPECT_EQ(replayText(leaf, "atoi", "(\"12\")", "= 12"), "atoi(\"12\") = 12;");
    EXPECT_EQ(replayText(close, "main", "", ""), "} /* main */");
    EXPECT_EQ(replayText(close, "fib", "", "= 8"), "} = 8; /* fib */");
    EXPECT_EQ(replayText(leaf, "ns::run(int)", "", ""), "ns::run(int);");
    EXPECT_EQ(callArguments("[entry] (4011b6) depth: 2 (3, \"x\")", "fib"), "(3, \"x\")");
    EXPECT_EQ(callArguments("[entry] (4011b6) depth: 2", "fib"), "");
    EXPECT_EQ(callResult("[exit ] (4011b6) depth: 2 = 8"), "= 8");
    EXPECT_EQ(callResult("[exit ] (4011b6) depth: 2"), "");
    EXPECT_EQ(callArguments("fib(3) {", "fib"), "(3)");
    EXPECT_EQ(callArguments("fib();", "fib"), "");
    EXPECT_EQ(callResult("} /* fib = 0x8 */"), "= 0x8");
}

TEST(LongestCall, IsTheLongestThatAWalkFinds) {
    std::minstd_rand random(31);
    for (int round = 0; round < 30; ++round) {
        const auto forest = randomForest(random, 300);
        const auto& calls = forest->tasks()[0].calls;
        const auto function = forest->function(calls[random() % calls.size()]);
        std::int64_t most = -1;
        for (const auto& call : calls)
            if (forest->function(call) == function)
                most = std::max(most, forest->length(call).value_or(-1));
        const auto found = longestCall(*forest, function, {});
        ASSERT_EQ(found.has_value(), most >= 0);
        if (found) {
            EXPECT_EQ(forest->length(calls[found->call]), most);
        }
    }
}

/// Lines as they are printed row by row, a call and its end at once where nothing is between.
TEST(ReplayEvents, StandWhereTheyHappened) {
    std::minstd_rand random(91);
    for (int round = 0; round < 40; ++round) {
        TraceBuilder builder;
        SourceInfo info;
        info.path = "made";
        info.kind = "uftrace";
        const auto source = builder.addSource(std::move(info));
        ChunkWriter writer;
        writer.beginPart(source, 0, 1);
        struct Printed {
            char kind;  // '{' '}' 'e'
            std::uint32_t what;
            std::uint32_t level;
        };
        std::vector<Printed> rows;
        std::vector<std::uint32_t> open;
        std::uint32_t calls = 0;
        for (std::uint32_t row = 0; row < 400; ++row) {
            (void)writer.prepare(row, row);
            const auto task = writer.task(Tid{7}, "made", kUnknownCpu);
            const auto draw = random() % 8;
            const auto level = static_cast<std::uint32_t>(open.size());
            const auto add = [&](std::string_view name, EventFlags flags) {
                writer.add(row, row, writer.name(name), kUnknownCpu, task, flags);
            };
            if (draw < 2) {
                rows.push_back({'e', row, level});
                add("event", kNoFlags);
            } else if (!open.empty() && (draw < 5 || open.size() > 5)) {
                rows.push_back({'}', open.back(), level - 1});
                open.pop_back();
                add("f", callFlags(CallEdge::Exit, CallSpace::User, level - 1));
            } else {
                open.push_back(calls);
                rows.push_back({'{', calls++, level});
                add("f", callFlags(CallEdge::Entry, CallSpace::User, level));
            }
        }
        builder.deliver(source, 0, writer.finishPart(0, 0));
        builder.endSource(source);
        ThreadPool pool(2);
        const auto forest = deriveCalls(builder.finish(), pool);
        const ReplayLines lines(forest, 0, ReplayEvents::Show);
        std::uint64_t line = 0;
        for (std::size_t i = 0; i < rows.size(); ++i, ++line) {
            ASSERT_LT(line, lines.size());
            const auto made = lines.at(line);
            EXPECT_EQ(made.level, rows[i].level) << "line " << line;
            if (rows[i].kind == 'e') {
                ASSERT_EQ(made.kind, ReplayLine::Kind::Event) << "line " << line;
                EXPECT_EQ(made.row.row(), rows[i].what);
                EXPECT_EQ(lines.timeNs(made), rows[i].what);
                continue;
            }
            EXPECT_EQ(made.call, rows[i].what);
            const bool close = i + 1 < rows.size() && rows[i + 1].kind == '}';
            const bool end = i + 1 == rows.size();
            EXPECT_EQ(made.kind, rows[i].kind == '}' ? ReplayLine::Kind::Close
                                 : close || end      ? ReplayLine::Kind::Leaf
                                                     : ReplayLine::Kind::Open)
                << "line " << line;
            if (rows[i].kind == '{') {
                EXPECT_EQ(lines.lineOf(made.call), line);
                i += close;
            }
        }
        EXPECT_EQ(line, lines.size());
    }
}

TEST(ReplayEvents, FoldAwayWithTheirCall) {
    TraceBuilder builder;
    SourceInfo info;
    info.path = "made";
    info.kind = "uftrace";
    const auto source = builder.addSource(std::move(info));
    ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    for (std::int64_t at = 1; at < 6; ++at) {
        (void)writer.prepare(at, static_cast<std::uint64_t>(at));
        const auto task = writer.task(Tid{7}, "made", kUnknownCpu);
        const auto flags = at == 1   ? callFlags(CallEdge::Entry, CallSpace::User, 0)
                           : at == 5 ? callFlags(CallEdge::Exit, CallSpace::User, 0)
                                     : kNoFlags;
        writer.add(at, static_cast<std::uint64_t>(at), writer.name(flags == kNoFlags ? "e" : "f"),
                   kUnknownCpu, task, flags);
    }
    builder.deliver(source, 0, writer.finishPart(0, 0));
    builder.endSource(source);
    ThreadPool pool(2);
    ReplayLines lines(deriveCalls(builder.finish(), pool), 0, ReplayEvents::Show);
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_EQ(lines.at(4).kind, ReplayLine::Kind::Close);
    lines.setFolded(0, true);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines.at(0).kind, ReplayLine::Kind::Folded);
    lines.unfoldAll();
    EXPECT_EQ(lines.size(), 5u);
    EXPECT_EQ(replayEventText("sched_switch", "prev=1"), "/* sched_switch: prev=1 */");
}

/// Three tasks whose rows stand in one order: their lines, merged, stand in the same.
TEST(MergedReplays, StandInOrderOfTime) {
    std::minstd_rand random(17);
    TraceBuilder builder;
    SourceInfo info;
    info.path = "made";
    info.kind = "uftrace";
    const auto source = builder.addSource(std::move(info));
    ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    std::vector<std::uint32_t> depth(3, 0);
    for (std::int64_t row = 0; row < 30'000; ++row) {
        const auto which = random() % 3;
        const bool leave = depth[which] > 0 && (random() % 2 == 0 || depth[which] > 8);
        (void)writer.prepare(row, static_cast<std::uint64_t>(row));
        const auto task =
            writer.task(Tid{static_cast<std::int32_t>(7 + which)}, "made", kUnknownCpu);
        const auto edge = leave ? CallEdge::Exit : CallEdge::Entry;
        if (leave) --depth[which];
        writer.add(row, static_cast<std::uint64_t>(row), writer.name("f"), kUnknownCpu, task,
                   callFlags(edge, CallSpace::User, depth[which]));
        if (!leave) ++depth[which];
    }
    builder.deliver(source, 0, writer.finishPart(0, 0));
    builder.endSource(source);
    ThreadPool pool(2);
    const auto forest = deriveCalls(builder.finish(), pool);
    for (const auto& range : {std::optional<TimeRange>(),
                              std::optional(TimeRange{timestampNs(9'000), timestampNs(21'000)})}) {
        std::vector<std::shared_ptr<const ReplayLines>> parts;
        std::vector<std::tuple<std::int64_t, std::uint32_t, std::uint64_t>> expected;
        for (std::uint32_t task = 0; task < 3; ++task) {
            auto lines = std::make_shared<ReplayLines>(forest, task);
            lines->setRange(range);
            for (std::uint64_t i = 0; i < lines->size(); ++i)
                expected.emplace_back(lines->timeNs(lines->at(i)), task, i);
            parts.push_back(std::move(lines));
        }
        std::ranges::sort(expected);  // no two rows have one time
        const MergedReplay merged(forest, parts);
        ASSERT_EQ(merged.size(), expected.size());
        for (std::uint64_t i = 0; i < merged.size(); ++i) {
            const auto line = merged.at(i);
            const auto& [time, task, own] = expected[i];
            ASSERT_EQ(line.task, task) << i;
            ASSERT_EQ(merged.timeNs(line), time) << i;
            const auto alone = parts[task]->at(own);
            ASSERT_EQ(line.call, alone.call);
            ASSERT_EQ(line.kind, alone.kind);
            if (line.kind != ReplayLine::Kind::Close) {
                ASSERT_EQ(merged.find(task, line.call), i);
            }
        }
    }
}

}  // namespace
