// SPDX-License-Identifier: GPL-3.0-or-later
/// The filter language: what it accepts, where it says that something is wrong, and what it lets
/// through.
#include "model/query/filter.h"
#include "model/query/search.h"
#include "tests/support/query_trace.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

using namespace kscope::model;
using kscope::support::TraceWriter;

namespace {

Filter parsed(std::string_view text) {
    auto filter = Filter::parse(text);
    EXPECT_TRUE(filter) << text << ": " << (filter ? "" : filter.error().message);
    return filter ? *filter : Filter();
}
/// "column+length message [suggestion]"
std::string fault(std::string_view text) {
    const auto filter = Filter::parse(text);
    if (filter) return "none";
    const auto& f = filter.error();
    return std::to_string(f.column) + "+" + std::to_string(f.length) +
           (f.suggestion.empty() ? "" : " " + f.suggestion);
}

TracePtr someTrace(unsigned seed, int events) {
    std::minstd_rand random(seed);
    TraceWriter writer;
    std::int64_t us = 1'000'000;
    int running[3] = {0, 0, 0};
    for (int i = 0; i < events; ++i) {
        us += static_cast<int>(random() % 40);
        const int cpu = static_cast<int>(random() % 3);
        const int other = static_cast<int>(random() % 9);
        switch (random() % 5) {
        case 0: {
            constexpr std::string_view kStates[] = {"S", "D", "R", "R+", "D|K", "I"};
            writer.switchTask(us, cpu, running[cpu], kStates[random() % 6], other);
            running[cpu] = other;
            break;
        }
        case 1:
            writer.wake(us, cpu, running[cpu], other == 0 ? 1 : other,
                        static_cast<int>(random() % 3));
            break;
        case 2:
            writer.event(us, cpu, running[cpu], "mm_page_alloc",
                         "page=00ff order=" + std::to_string(random() % 4) +
                             " gfp_flags=GFP_KERNEL");
            break;
        case 3:
            writer.event(us, cpu, running[cpu], "cpu_idle",
                         "state=4294967295 cpu_id=" + std::to_string(cpu));
            break;
        default:
            writer.event(us, cpu, running[cpu], "print", "x=" + std::to_string(random() % 3));
            break;
        }
    }
    return writer.finish();
}

std::set<std::uint64_t> bruteForce(const Trace& trace, const Filter& filter) {
    std::set<std::uint64_t> rows;
    for (std::uint64_t i = 0; i < trace.events(); ++i)
        if (filter.matches(trace, trace.event(EventIndex{i}))) rows.insert(i);
    return rows;
}
std::set<std::uint64_t> rowsOf(const RowSet& set, std::uint64_t events) {
    std::set<std::uint64_t> rows;
    set.forEach(EventIndex{0}, EventIndex{events}, [&](EventIndex row) { rows.insert(raw(row)); });
    return rows;
}
std::size_t hits(const Trace& trace, std::string_view text) {
    return bruteForce(trace, parsed(text)).size();
}

}  // namespace

TEST(Filter, FaultsMarkTheWord) {
    EXPECT_EQ(fault(""), "none");
    EXPECT_EQ(fault("event == sched_switch && (prev_state == \"D\" || cpu in 0-3) && duration > "
                    "1ms && comm ~ \"kworker*\""),
              "none");
    EXPECT_EQ(fault("cpu = 3"), "4+1 ==");
    EXPECT_EQ(fault("cpu == three"), "7+5");
    EXPECT_EQ(fault("cpu == 3 and tid == 4"), "9+3 &&");
    EXPECT_EQ(fault("cpu == 3 &"), "9+1 &&");
    EXPECT_EQ(fault("evnet == x"), "0+5 event");
    EXPECT_EQ(fault("durration > 1ms"), "0+9 duration");
    EXPECT_EQ(fault("duration > 1mss"), "12+3 ms");
    EXPECT_EQ(fault("cpu == 3 && "), "12+0");
    EXPECT_EQ(fault("(cpu == 3"), "0+1");
    EXPECT_EQ(fault("cpu == 3)"), "8+1");
    EXPECT_EQ(fault("comm == \"x"), "8+2 \"x\"");
    EXPECT_EQ(fault("comm < 3"), "5+1 ==");
    EXPECT_EQ(fault("comm =~ \"a(\""), "10+1");
    EXPECT_EQ(fault("cpu in 3-1"), "7+3");
    EXPECT_EQ(fault("prev_state"), "10+0");
    EXPECT_EQ(fault(std::string(5000, '(') + "cpu == 1"), "201+1");
}

TEST(Filter, UnitsListsAndQuotes) {
    const auto trace = someTrace(1, 400);
    EXPECT_EQ(hits(*trace, "cpu in 0-1,2"), trace->events());
    EXPECT_EQ(hits(*trace, "cpu in (0, 2)") + hits(*trace, "cpu == 1"), trace->events());
    EXPECT_EQ(hits(*trace, "cpu < 1K"), trace->events());
    EXPECT_EQ(hits(*trace, "cpu >= 0x1"), hits(*trace, "!(cpu == 0)"));
    EXPECT_EQ(hits(*trace, "event in (print, cpu_idle)"),
              hits(*trace, "event == print || event == \"cpu_idle\""));
    EXPECT_EQ(hits(*trace, "event ~ \"sched_*\""), hits(*trace, "event =~ \"^sched_\""));
    EXPECT_EQ(hits(*trace, "source == a.txt"), trace->events());
    EXPECT_EQ(hits(*trace, "state == 4294967295"), hits(*trace, "event == cpu_idle"));
}

TEST(Filter, AComparisonWithAFieldThatIsNotThereIsFalse) {
    const auto trace = someTrace(2, 300);
    EXPECT_EQ(hits(*trace, "nothing == 1"), 0u);
    EXPECT_EQ(hits(*trace, "nothing != 1"), 0u);
    EXPECT_EQ(hits(*trace, "!(nothing == 1)"), trace->events());
    EXPECT_EQ(hits(*trace, "order != 7"), hits(*trace, "event == mm_page_alloc"));
    EXPECT_EQ(hits(*trace, "prev_state == \"D\"") + hits(*trace, "prev_state == \"D|K\""),
              hits(*trace, "prev_state ~ \"D*\""));
}

TEST(Filter, TablesAgreeWithTheTreeRowByRow) {
    const std::vector<std::string> leaves{"cpu == 1",
                                          "cpu in 0,2",
                                          "event == print",
                                          "event ~ \"sched_*\"",
                                          "tid > 4",
                                          "comm == t3",
                                          "comm ~ \"t[5-7]\"",
                                          "prev_pid == 3",
                                          "next_comm == t4",
                                          "pid in 2-5",
                                          "target_cpu == 1",
                                          "prev_state == \"D\"",
                                          "order >= 2",
                                          "x == 1",
                                          "duration > 50us",
                                          "event == funcgraph_entry",
                                          "latency > 30us",
                                          "source ~ \"*.txt\"",
                                          "tgid == 1",
                                          "prev_state != S"};
    std::minstd_rand random(11);
    const auto trace = someTrace(3, 1200);
    ThreadPool pool(2);
    for (int round = 0; round < 150; ++round) {
        std::string text = leaves[random() % leaves.size()];
        for (auto n = random() % 5; n > 0; --n) {
            if (random() % 3 == 0) text = "!(" + text + ")";
            text = "(" + text + ")" + (random() % 2 == 0 ? " && " : " || ") +
                   leaves[random() % leaves.size()];
        }
        const auto filter = parsed(text);
        const auto want = bruteForce(*trace, filter);
        const auto rows = filterRows(*trace, filter, pool);
        ASSERT_EQ(rowsOf(*rows, trace->events()), want) << text;
        for (int probe = 0; probe < 20; ++probe) {
            const std::uint64_t from = random() % trace->events();
            const auto next = findNext(*trace, filter, EventIndex{from}, Direction::Forward);
            const auto after = want.lower_bound(from);
            ASSERT_EQ(next.has_value(), after != want.end()) << text;
            if (next) {
                ASSERT_EQ(raw(*next), *after) << text;
            }
            const auto previous = findNext(*trace, filter, EventIndex{from}, Direction::Backward);
            const auto before = want.upper_bound(from);
            ASSERT_EQ(previous.has_value(), before != want.begin()) << text;
            if (previous) {
                ASSERT_EQ(raw(*previous), *std::prev(before)) << text;
            }
        }
    }
}

TEST(Filter, ManyBranchesAreStillExact) {
    const auto trace = someTrace(4, 1000);
    ThreadPool pool(1);
    std::string text = "(cpu == 0 || tid == 1)";
    for (int i = 0; i < 12; ++i)
        text += " && (cpu == " + std::to_string(i % 3) + " || tid == " + std::to_string(i % 8) +
                " || event == print)";
    const auto filter = parsed(text);
    EXPECT_EQ(rowsOf(*filterRows(*trace, filter, pool), trace->events()),
              bruteForce(*trace, filter));
    std::string ors = "tid == 1";
    for (int i = 0; i < 30; ++i) ors += " || tid == " + std::to_string(i);
    EXPECT_EQ(rowsOf(*filterRows(*trace, parsed(ors), pool), trace->events()),
              bruteForce(*trace, parsed(ors)));
}

TEST(Filter, StopsWhenAsked) {
    const auto trace = someTrace(5, 500);
    ThreadPool pool(1);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(filterRows(*trace, parsed("order == 1"), pool, stop.get_token()), nullptr);
}

TEST(Search, WordsFindNamesAndTasks) {
    const auto trace = someTrace(6, 600);
    const auto words = *parseSearch("PAGE");
    EXPECT_EQ(bruteForce(*trace, words).size(), hits(*trace, "event == mm_page_alloc"));
    const auto task = *parseSearch("t4");
    EXPECT_EQ(bruteForce(*trace, task),
              bruteForce(*trace, parsed("comm == t4 || prev_comm == t4 || next_comm == t4 || "
                                        "(event ~ \"sched_wak*\" && pid == 4)")));
    EXPECT_TRUE(looksLikeFilter("cpu == 1"));
    EXPECT_TRUE(looksLikeFilter("duration > 1ms"));
    EXPECT_FALSE(looksLikeFilter("<idle>"));
    EXPECT_FALSE(looksLikeFilter("kworker/0:1"));
    EXPECT_FALSE(parseSearch("cpu == x"));
}

TEST(Search, TextAnywhereFindsTheRowOfEachPlace) {
    const auto trace = someTrace(7, 4000);
    ThreadPool pool(2);
    for (const std::string needle :
         {"order=2", "t3 prev_pid=3", "x=1", "s", "no such text", "\n"}) {
        std::set<std::uint64_t> want;
        const auto& text = *trace->sources()[0].text;
        for (std::uint64_t i = 0; i < trace->events(); ++i)
            if ((text.eventText(trace->event(EventIndex{i}).position)->line + "\n").find(needle) !=
                std::string::npos)
                want.insert(i);
        ASSERT_EQ(rowsOf(*searchText(*trace, needle, pool), trace->events()), want) << needle;
    }
}
