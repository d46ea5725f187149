// SPDX-License-Identifier: GPL-3.0-or-later
/// Sentences of entries and exits: never those of an event of the same name.
#include "model/derive/calls.h"
#include "model/words/axis_words.h"
#include "model/words/call_sentence.h"
#include "model/words/words.h"
#include "tests/support/call_rows.h"

#include <gtest/gtest.h>

namespace kscope::model {
namespace {

class CallSentence : public testing::Test {
protected:
    void enter(std::int64_t ns, std::string_view name, std::uint32_t depth, int tid = 7) {
        m_rows.add({.timeNs = ns,
                    .name = name,
                    .flags = callFlags(CallEdge::Entry, CallSpace::Kernel, depth),
                    .tid = tid});
    }
    void leave(std::int64_t ns, std::string_view name, std::uint32_t depth, int tid = 7) {
        m_rows.add({.timeNs = ns,
                    .name = name,
                    .flags = callFlags(CallEdge::Exit, CallSpace::Kernel, depth),
                    .tid = tid});
    }
    std::string sentence(std::uint64_t row, std::string_view args = {}) {
        if (!m_forest) m_forest = m_rows.calls(m_pool);
        const auto& trace = m_forest->trace();
        return eventSentence(trace, trace.event(EventIndex{row}), args);
    }
    support::CallRows m_rows;
    ThreadPool m_pool{1};
    CallForestPtr m_forest;
};

TEST_F(CallSentence, AnEntryNamesItsCallerAndAnExitItsLength) {
    enter(0, "outer_one", 0);
    enter(1'000, "other_task", 0, 8);
    enter(2'000, "inner_one", 1);
    leave(5'000, "inner_one", 1);
    enter(6'000, "inner_two", 1);
    leave(6'500, "inner_two", 1);
    leave(9'000, "other_task", 0, 8);
    leave(10'000, "outer_one", 0);
    EXPECT_EQ(sentence(0), "outer_one begins");
    EXPECT_EQ(sentence(2), "inner_one begins, called by outer_one");
    EXPECT_EQ(sentence(3), "inner_one returns after 3 \u00b5s");
    EXPECT_EQ(sentence(4), "inner_two begins, called by outer_one");
    EXPECT_EQ(sentence(6), "other_task returns after 8 \u00b5s");
    EXPECT_EQ(sentence(7), "outer_one returns after 10 \u00b5s");
}

TEST_F(CallSentence, ArgumentsAndResultAreSaid) {
    enter(0, "step", 0);
    leave(7, "step", 0);
    EXPECT_EQ(sentence(0, "step(3, \"x\") {"), "step begins with (3, \"x\")");
    EXPECT_EQ(sentence(1, "} /* step = 7 */"), "step returns after 7 ns = 7");
}

TEST_F(CallSentence, AFunctionHasNotTheWordsOfAnEventOfItsName) {
    enter(0, "kmem_cache_free", 0);
    leave(7, "kmem_cache_free", 0);
    ASSERT_FALSE(eventWords("kmem_cache_free").what.empty());
    EXPECT_EQ(sentence(0).find(eventWords("kmem_cache_free").what), std::string::npos);
    EXPECT_TRUE(sentence(0).starts_with("kmem_cache_free begins"));
    EXPECT_EQ(sentence(1), "kmem_cache_free returns after 7 ns");
}

TEST_F(CallSentence, WhatTheTraceDoesNotTellIsNotSaid) {
    leave(1, "torn", 2);
    enter(2, "deep", 3);
    enter(3, "open", 1);
    enter(4, "wrong", 1);  // beside "open", which never left: not its caller
    leave(5, "open", 1);
    EXPECT_EQ(sentence(0), "torn returns");
    EXPECT_EQ(sentence(1), "deep begins");
    EXPECT_EQ(sentence(3), "wrong begins");
    EXPECT_EQ(sentence(4), "open returns");
}

/// Folded stacks: no row has a task, and weights stand where times would.
TEST(FoldedSentence, RowsWithoutATaskHaveCallersAndCounts) {
    support::CallRows rows("folded");
    const auto add = [&](std::int64_t at, std::string_view name, CallEdge edge, unsigned depth) {
        rows.add({.timeNs = at,
                  .name = name,
                  .flags = callFlags(edge, CallSpace::User, depth),
                  .tid = -1});
    };
    add(0, "main", CallEdge::Entry, 0);
    add(0, "parse", CallEdge::Entry, 1);
    add(1, "parse", CallEdge::Exit, 1);
    add(1200, "main", CallEdge::Exit, 0);
    ThreadPool pool{1};
    const auto forest = rows.calls(pool);
    const auto& trace = forest->trace();
    const auto sentence = [&](std::uint64_t row) {
        return eventSentence(trace, trace.event(EventIndex{row}), {});
    };
    EXPECT_EQ(lengthText(trace, Duration{1200}), "1\u2009200 samples");
    EXPECT_EQ(lengthText(trace, Duration{1}), "1 sample");
    EXPECT_EQ(sentence(1), "parse begins, called by main");
    EXPECT_TRUE(sentence(0).starts_with("main begins"));
    for (std::uint64_t row : {2u, 3u})
        EXPECT_EQ(sentence(row).find(" ns"), std::string::npos) << sentence(row);
}

TEST_F(CallSentence, WhatTheKnownFunctionDoesIsSaidWhereItBegins) {
    enter(0, "ksys_read", 0);
    enter(1, "vfs_read", 1);
    EXPECT_TRUE(sentence(1).starts_with("vfs_read begins, called by ksys_read. Reads from"));
}

}  // namespace
}  // namespace kscope::model
