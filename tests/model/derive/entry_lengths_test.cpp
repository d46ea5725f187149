// SPDX-License-Identifier: GPL-3.0-or-later
/// How long what an entry begins lasted: pairs of names, calls, and what a loss parts.
#include "model/derive/entry_lengths.h"
#include "model/query/filter.h"
#include "tests/support/call_rows.h"
#include "tests/support/query_trace.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace kscope::model;
using kscope::support::TraceWriter;

using Lengths = std::vector<std::int64_t>;  // µs by row; −1: none
Lengths told(const Trace& trace) {
    const EntryLengths lengths(trace);
    Lengths found;
    for (std::uint64_t i = 0; i < trace.events(); ++i) {
        const auto length = lengths.duration(EventIndex{i});
        found.push_back(length ? length->count() / 1000 : -1);
    }
    return found;
}

TEST(EntryLengths, AnExitBelongsToTheLatestEntryOfItsNameAndTask) {
    TraceWriter writer;
    writer.event(10, 0, 1, "sys_enter_read", "");
    writer.event(11, 1, 2, "sys_enter_read", "");
    writer.event(12, 0, 1, "local_timer_entry", "");
    writer.event(15, 0, 1, "local_timer_exit", "");
    writer.event(16, 0, 1, "sys_exit_write", "");  // its entry is not there
    writer.event(17, 3, 1, "sys_exit_read", "");   // another CPU by now
    writer.event(18, 1, 2, "sys_enter_read", "");  // the exit before it was not recorded
    writer.event(20, 1, 2, "sys_exit_read", "");
    writer.event(21, 0, 5, "workqueue_execute_start", "");
    writer.event(24, 0, 5, "workqueue_execute_end", "");
    writer.event(30, 2, 4, "contention_begin", "");
    EXPECT_EQ(told(*writer.finish()), (Lengths{7, -1, 3, -1, -1, -1, 2, -1, 3, -1, -1}));
}

TEST(EntryLengths, IdleTasksOfTwoCpusAreTwo) {
    TraceWriter writer;
    writer.event(10, 0, 0, "reschedule_entry", "");
    writer.event(12, 1, 0, "reschedule_entry", "");
    writer.event(13, 0, 0, "reschedule_exit", "");
    writer.event(17, 1, 0, "reschedule_exit", "");
    EXPECT_EQ(told(*writer.finish()), (Lengths{3, 5, -1, -1}));
}

TEST(EntryLengths, LostRecordsPartWhatIsOpen) {
    TraceWriter writer;
    writer.event(10, 0, 1, "sys_enter_read", "");
    writer.lost(0);
    writer.event(19, 0, 1, "sys_exit_read", "");
    writer.event(20, 0, 1, "sys_enter_read", "");
    writer.event(24, 0, 1, "sys_exit_read", "");
    EXPECT_EQ(told(*writer.finish()), (Lengths{-1, -1, 4, -1}));
}

TEST(EntryLengths, CallsTellTheirs) {
    constexpr auto kEntry = CallEdge::Entry, kExit = CallEdge::Exit;
    constexpr std::int64_t kLong = 9'000'000'000'000;  // ns; more than 32 bits
    kscope::support::CallRows rows;
    const auto add = [&](std::int64_t ns, std::string_view name, CallEdge edge, std::uint32_t depth,
                         int tid = 7) {
        rows.add({ns, name, callFlags(edge, CallSpace::User, depth), tid});
    };
    add(0, "slow", kEntry, 0, 8);
    add(1000, "main", kEntry, 0);
    add(2000, "f", kEntry, 1);
    add(5000, "f", kExit, 1);
    add(6000, "open", kEntry, 1);  // the trace ends in it
    add(kLong, "slow", kExit, 0, 8);
    add(kLong + 3000, "told", kExit, 0, 9);  // its line alone, as with tracing_thresh
    rows.addDuration(2'000'000);
    ThreadPool pool(1);
    const auto forest = rows.calls(pool);
    const auto lengths = told(forest->trace());
    EXPECT_EQ(lengths, (Lengths{kLong / 1000, -1, 3, -1, -1, -1, 2000}));

    const auto hits = [&](std::string_view filter) {
        std::set<std::uint64_t> rowsHit;
        filterRows(forest->trace(), *Filter::parse(filter), pool)
            ->forEach(EventIndex{0}, EventIndex{100},
                      [&](EventIndex row) { rowsHit.insert(raw(row)); });
        return rowsHit;
    };
    using Rows = std::set<std::uint64_t>;
    EXPECT_EQ(hits("duration > 1ms"), (Rows{0, 6}));
    EXPECT_EQ(hits("duration <= 3us || event == main"), (Rows{1, 2}));
    EXPECT_EQ(hits("event == funcgraph_entry"), (Rows{0, 1, 2, 4}));
    EXPECT_EQ(hits("event ~ \"funcgraph_*\" && tid == 7"), (Rows{1, 2, 3, 4}));
    EXPECT_EQ(hits("event in (funcgraph_exit, main)"), (Rows{1, 3, 5, 6}));
    EXPECT_EQ(hits("event != funcgraph_exit"), (Rows{0, 1, 2, 4}));
    EXPECT_EQ(hits("event !~ \"funcgraph*\""), Rows{});
    EXPECT_EQ(hits("event =~ \"^funcgraph_en\" && event == f"), Rows{2});
}

}  // namespace
