// SPDX-License-Identifier: GPL-3.0-or-later
/// Trees in order of time: who is joined with whom, and what joining must not change.
#include "model/derive/timed_tree.h"
#include "model/store/trace_builder.h"
#include "tests/support/call_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace kscope::model;

/// "a(b b)c" of one task: a name is a call of 10 ns, or of as long as what stands in its brackets
/// and 10 ns more; a blank is 5 ns in which nothing happens, a # a ms.
CallForestPtr callsOf(const std::string& story, ThreadPool& pool) {
    kscope::support::CallRows rows;
    std::int64_t now = 0;
    std::string open;
    const auto add = [&](char name, CallEdge edge) {
        rows.add({now, std::string_view(&name, 1),
                  callFlags(edge, CallSpace::User, static_cast<std::uint32_t>(open.size()))});
    };
    for (std::size_t i = 0; i < story.size(); ++i) {
        if (story[i] == ' ') now += 5;
        if (story[i] == '#') now += 1'000'000;
        if (story[i] == ')') {
            const auto name = open.back();
            open.pop_back();
            add(name, CallEdge::Exit);
        }
        if (story[i] < 'a') continue;
        add(story[i], CallEdge::Entry);
        now += 10;
        if (i + 1 < story.size() && story[i + 1] == '(') open += story[i];
        else add(story[i], CallEdge::Exit);
    }
    return rows.calls(pool);
}

std::string told(const CallTree& tree, const Trace& trace, std::uint32_t node = 0) {
    std::string words;
    for (const auto child : tree.children[node]) {
        const auto& each = tree.nodes[child];
        words += std::string(trace.text(each.function.name()));
        if (each.calls != 1) words += std::to_string(each.calls);
        if (!tree.children[child].empty()) words += "(" + told(tree, trace, child) + ")";
    }
    return words;
}

TEST(TimedTree, JoinsOnlyCallsThatFollowEachOther) {
    ThreadPool pool(2);
    const auto forest = callsOf("a(b b c b)a(c)d a", pool);
    const auto made = callsInTime(*forest, {}, pool);
    EXPECT_EQ(made.joinedBelow, 0);
    // The two a with nothing between them are one, and so are the c at their seam.
    EXPECT_EQ(told(made.tree, forest->trace()), "a2(b2cbc)da");
    EXPECT_EQ(told(callTree(*forest, {}, pool), forest->trace()), "a3(b3c2)d");
}

TEST(TimedTree, ARangeCountsTheirPartInsideIt) {
    ThreadPool pool(2);
    const auto forest = callsOf("a(bcb)", pool);  // b from 10 to 20, c to 30, b to 40
    CallScope scope;
    scope.range = {timestampNs(15), timestampNs(32)};
    const auto made = callsInTime(*forest, scope, pool);
    ASSERT_EQ(told(made.tree, forest->trace()), "a(bcb)");
    EXPECT_EQ(made.tree.nodes[1].total, 17);
    EXPECT_EQ(made.tree.nodes[2].total, 5);
    EXPECT_EQ(made.tree.nodes[4].total, 2);
    EXPECT_EQ(made.tree.nodes[1].self, 0);
}

using SumsByName = std::map<std::string, std::pair<std::uint64_t, std::int64_t>>;
SumsByName sumsByPath(const CallTree& tree, const Trace& trace) {
    SumsByName sums;
    for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
        std::string path;
        for (auto at = i; at != 0; at = tree.nodes[at].parent)
            path = std::string(trace.text(tree.nodes[at].function.name())) + path;
        sums[path].first += tree.nodes[i].calls;
        sums[path].second += tree.nodes[i].total;
    }
    return sums;
}

TEST(TimedTree, TooManyCallsAreJoinedShortestFirstAndNoneIsLost) {
    ThreadPool pool(2);
    std::minstd_rand random(3);
    std::string story;
    int depth = 0;
    for (int i = 0; i < 40'000; ++i) {
        const auto draw = random() % 8;
        if (draw < 2 && depth < 5) {
            story += static_cast<char>('a' + random() % 2);
            story += '(';
            ++depth;
        } else if (draw < 4 && depth > 0) {
            story += ')';
            --depth;
        } else {
            story += static_cast<char>('a' + random() % 2);
        }
        if (random() % 400 == 0) story += '#';
    }
    story.append(static_cast<std::size_t>(depth), ')');
    const auto forest = callsOf(story, pool);
    const auto whole = callsInTime(*forest, {}, pool, CallRoots::Merged, SIZE_MAX / 4);
    ASSERT_EQ(whole.joinedBelow, 0);
    const auto joined = callsInTime(*forest, {}, pool, CallRoots::Merged, 3000);
    EXPECT_GT(joined.joinedBelow, 0);
    EXPECT_LE(joined.tree.nodes.size(), 6001u);
    EXPECT_GT(joined.tree.nodes.size(), callTree(*forest, {}, pool).nodes.size());
    EXPECT_EQ(sumsByPath(joined.tree, forest->trace()), sumsByPath(whole.tree, forest->trace()));
    EXPECT_EQ(sumsByPath(joined.tree, forest->trace()),
              sumsByPath(callTree(*forest, {}, pool), forest->trace()));
}

}  // namespace
