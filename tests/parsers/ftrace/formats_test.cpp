// SPDX-License-Identifier: GPL-3.0-or-later
/// What formats.md section 1 marks as easy to get wrong, an item a row: the text as kernels and
/// trace-cmd print it, and what is read from it. Items that need more than lines have their own
/// tests: clocks and per-CPU files in live_capture_test.cpp, states in trace_builder_test.cpp,
/// flags in irq_flags_test.cpp, fields in fields_test.cpp.
#include "tests/parsers/ftrace/parsed.h"

#include <gtest/gtest.h>

namespace kscope::tests {
namespace {

struct Item {
    std::string_view name;  ///< Section of formats.md and what it says.
    std::string_view text;
    std::string_view rows;  ///< "us cpu comm-tid flags name {typed}", ';' between rows
    std::string_view odd;   ///< "kind count", ';' between kinds
};

std::string rowWords(const ParsedRow& row) {
    return std::to_string(row.ns / 1000) + ' ' + (row.cpu < 0 ? "-" : std::to_string(row.cpu)) +
           ' ' + row.comm + '-' + (row.tid < 0 ? "?" : std::to_string(row.tid)) + ' ' +
           (row.flags.empty() ? "" : row.flags + ' ') + row.name +
           (row.typed.empty() ? "" : " {" + row.typed + '}');
}

std::string rowsOf(const Parsed& parsed) {
    std::string words;
    for (const auto& row : parsed.rows) words += (words.empty() ? "" : "; ") + rowWords(row);
    return words;
}
std::string oddOf(const Parsed& parsed) {
    std::string words;
    for (const auto& one : parsed.diagnostics.all())
        words += (words.empty() ? "" : "; ") + std::string(model::diagnosticName(one.kind)) + ' ' +
                 std::to_string(one.count);
    return words;
}

class Formats : public testing::TestWithParam<Item> {};

TEST_P(Formats, IsReadAsItIsMeant) {
    const auto& item = GetParam();
    const auto parsed = parseText(item.text);
    EXPECT_EQ(rowsOf(parsed), item.rows) << item.name;
    EXPECT_EQ(oddOf(parsed), item.odd) << item.name;
}

// clang-format off: a column of text is read as it stands in a file
constexpr Item kItems[] = {
    {"1.1 more lines than the header says are all read",
     "# tracer: nop\n#\n# entries-in-buffer/entries-written: 1/1   #P:1\n#\n"
     "            bash-12      [001] d.h1.     9.000001: softirq_raise: vec=1 [action=TIMER]\n"
     "            bash-12      [001] d.h1.     9.000002: softirq_raise: vec=1 [action=TIMER]\n",
     "9000001 1 bash-12 d.h1. softirq_raise {raise 1}; 9000002 1 bash-12 d.h1. softirq_raise "
     "{raise 1}",
     ""},
    {"1.2 an instance keeps the tracer's name where only events are in its buffer",
     "# tracer: function_graph\n#\n"
     "            bash-12      [001] d.h1.     9.000001: softirq_raise: vec=1 [action=TIMER]\n",
     "9000001 1 bash-12 d.h1. softirq_raise {raise 1}", ""},
    {"1.2 a pid of seven digits moves nothing but itself",
     "            bash-4194304 [001] d.h1.     9.000001: a: b\n"
     "            bash-12      [001] d.h1. 123456.000001: a: b\n",
     "9000001 1 bash-4194304 d.h1. a; 123456000001 1 bash-12 d.h1. a", ""},
    {"1.2 comments of users are skipped, buffer started is said",
     "# buffers: of mine\n"
     "##### CPU 2 buffer started ####\n"
     "            bash-12      [002] d.h1.     9.000001: a: b\n",
     "9000001 2 bash-12 d.h1. a", "buffer_started 1"},
    {"1.3 comms may look like anything",
     "     a-1 [000] b-12      [001] d.h1.     9.000001: a: b\n"
     " memfd:sealed-91-13      [001] d.h1.     9.000002: a: b\n"
     "     Web Content-14      [001] d.h1.     9.000003: a: b\n"
     "            -7  -15      [001] d.h1.     9.000004: a: b\n",
     "9000001 1 a-1 [000] b-12 d.h1. a; 9000002 1 memfd:sealed-91-13 d.h1. a; "
     "9000003 1 Web Content-14 d.h1. a; 9000004 1 -7  -15 d.h1. a",
     ""},
    {"1.3 a comm without its leading blanks, as a shell's read copies it",
     "kworker/0:1-eve-44 [001] d.h1 9.000001: a: b\n"
     "com.google.android.youtube-23071 (23071) [002] d..5 9.000002: a: b\n",
     "9000001 1 kworker/0:1-eve-44 d.h1. a; 9000002 2 com.google.android.youtube-23071 d..5. a",
     ""},
    {"1.4 preempt depths above 15 of old kernels take two digits",
     "# tracer: nop\n#\n"
     "#                              _-----=> irqs-off\n"
     "#                             / _----=> need-resched\n"
     "#                            | / _---=> hardirq/softirq\n"
     "#                            || / _--=> preempt-depth\n"
     "#                            ||| /     delay\n"
     "#           TASK-PID   CPU#  ||||    TIMESTAMP  FUNCTION\n"
     "            bash-12    [001] d.h1f     9.000001: a: b\n"
     "            bash-12    [001] d.h3     9.000002: a: b\n",
     "9000001 1 bash-12 d.hf. a; 9000002 1 bash-12 d.h3. a", ""},
    {"1.4 without flags the time is no flags, nor is a counter",
     "            bash-12      [001]     9.000001: a: b\n"
     "            bash-12      [001]     9.000002: a: b\n",
     "9000001 1 bash-12 a; 9000002 1 bash-12 a", ""},
    {"1.5 the latency layout cuts comms to eight and glues CPUs from 1000 on",
     "# nop latency trace v1.1.5 on 6.1.0\n"
     "irqbalan-963    1023d..1.    7us+: a: b\n"
     "    bash-12        1d.h1.    8us : a: b\n",
     "7 1023 irqbalan-963 d..1. a; 8 1 bash-12 d.h1. a", ""},
    {"1.5 a console's dump has the latency layout behind the console's time",
     "[  133.837510] Dumping ftrace buffer:\n"
     "[  133.837512] ---------------------------------\n"
     "[  133.837520]     bash-12        1d.h1. 671744957us : softirq_raise: vec=1 [action=TIMER]\n"
     "[  133.837530] ---------------------------------\n",
     "671744957 1 bash-12 d.h1. softirq_raise {raise 1}", "repaired_line 1"},
    {"1.7 lost events stand before their CPU's next event",
     "            bash-12      [001] d.h1.     9.000001: a: b\n"
     "CPU:1 [LOST 12 EVENTS]\n"
     "            bash-12      [001] d.h1.     9.000002: a: b\n"
     "CPU:0 [LOST EVENTS]\n",
     "9000001 1 bash-12 d.h1. a; 9000002 1 bash-12 d.h1. a", "lost_events 13"},
    {"1.9 a marker's further lines may be empty or look like an event",
     "            bash-12      [001] .....     9.000001: tracing_mark_write: one\n"
     "\n[000] x\n"
     "            bash-12      [001] .....     9.000002: a: b\n",
     "9000001 1 bash-12 ..... print; 9000002 1 bash-12 ..... a", ""},
    {"1.9 functions of modules have a blank in their name",
     "            bash-12      [001] .....     9.000001: fn [mod] <-caller [mod]\n"
     "            bash-12      [001] .....     9.000002: fn+0x1/0x2 [mod] <-caller+0x3/0x4\n",
     "9000001 1 bash-12 ..... function; 9000002 1 bash-12 ..... function", ""},
    {"1.10 trace_printk's function is no event's name",
     "            bash-12      [001] .....     9.000001: my_init: hello there\n"
     "            bash-12      [001] .....     9.000002: # 1f buf: 00 ff 00 00\n",
     "9000001 1 bash-12 ..... my_init; 9000002 1 bash-12 ..... raw_data", ""},
    {"1.11 a comm may hold what stands between fields",
     "            bash-12      [001] d..2.     9.000001: sched_switch: prev_comm=a prev_pid=1 b "
     "prev_pid=12 prev_prio=120 prev_state=S ==> next_comm=c next_pid=9 next_pid=13 next_prio=98 "
     "more=1\n",
     "9000001 1 bash-12 d..2. sched_switch {switch a prev_pid=1 b-12 sleeping > c next_pid=9-13 "
     "prio 98}",
     ""},
    {"1.12 success=0 is no wakeup",
     "            bash-12      [001] d..2.     9.000001: sched_wakeup: comm=a pid=5 prio=120 "
     "success=0 target_cpu=001\n"
     "            bash-12      [001] d..2.     9.000002: sched_wakeup: comm=a pid=5 prio=120 "
     "success=1 target_cpu=001\n",
     "9000001 1 bash-12 d..2. sched_wakeup; 9000002 1 bash-12 d..2. sched_wakeup {wakeup a-5 on 1 "
     "prio 120}",
     ""},
    {"1.12 D|K and letters that swapped their bits are read as printed",
     "            bash-12      [001] d..2.     9.000001: sched_switch: prev_comm=a prev_pid=12 "
     "prev_prio=120 "
     "prev_state=D|K ==> next_comm=c next_pid=13 next_prio=120\n"
     "               c-13      [001] d..2.     9.000002: sched_switch: prev_comm=c prev_pid=13 "
     "prev_prio=120 "
     "prev_state=X ==> next_comm=swapper/1 next_pid=0 next_prio=120\n",
     "9000001 1 bash-12 d..2. sched_switch {switch a-12 uninterruptible > c-13 prio 120}; "
     "9000002 1 c-13 d..2. sched_switch {switch c-13 dead > swapper/1-0 prio 120}",
     ""},
    {"1.13 two handlers of one irq pair in sequence (the chunk keeps one name a number)",
     "            bash-12      [001] d.h1.     9.000001: irq_handler_entry: irq=9 name=a\n"
     "            bash-12      [001] d.h1.     9.000002: irq_handler_exit: irq=9 ret=unhandled\n"
     "            bash-12      [001] d.h1.     9.000003: irq_handler_entry: irq=9 name=b b\n"
     "            bash-12      [001] d.h1.     9.000004: irq_handler_exit: irq=9 ret=handled\n",
     "9000001 1 bash-12 d.h1. irq_handler_entry {entry irq 9 a}; 9000002 1 bash-12 d.h1. "
     "irq_handler_exit {exit irq 9 a}; "
     "9000003 1 bash-12 d.h1. irq_handler_entry {entry irq 9 a}; 9000004 1 bash-12 d.h1. "
     "irq_handler_exit {exit irq 9 a}",
     ""},
    {"1.14 a system call's line has the function's name and no colon",
     "            bash-12      [001] .....     9.000001: sys_openat(dfd: ffffff9c, filename: 7f, "
     "flags: 80000, mode: 0)\n"
     "            bash-12      [001] .....     9.000002: sys_openat -> 0xfffffffffffffffe\n",
     "9000001 1 bash-12 ..... sys_enter_openat; 9000002 1 bash-12 ..... sys_exit_openat", ""},
    {"1.15 trace-cmd's report: no flags, padded names, plugin text",
     "cpus=4\n"
     "          <idle>-0     [000]   933.074345: sched_switch:         swapper/0:0 [120] R ==> "
     "bash:2416 [120]\n"
     "          a:b [1-2416  [000]   933.074346: sched_wakeup:         x:y:17 [120] success=1 "
     "CPU:003\n"
     "     rcu_preempt-15    [001]   933.074347: sched_switch:         rcu_preempt:15 [120] W ==> "
     "swapper/1:0 [120]\n",
     "933074345 0 <idle>-0 sched_switch {switch swapper/0-0 yielded > bash-2416 prio 120}; "
     "933074346 0 a:b [1-2416 sched_wakeup {wakeup x:y-17 on 3 prio 120}; "
     "933074347 1 rcu_preempt-15 sched_switch {switch rcu_preempt-15 idle > swapper/1-0 prio 120}",
     ""},
    {"1.15 nanoseconds with -t, and the time glued to the bracket",
     "cpus=2\n"
     "            bash-12    [000] 933.074345678: a:                    x=1\n"
     "            bash-12    [001] 933.074345679: a:                    x=1\n",
     "933074345 0 bash-12 a; 933074345 1 bash-12 a", ""},
    {"1.15 raw clocks of twelve digits are glued to the bracket",
     "cpus=2\n"
     "            bash-12    [001]162664166816: block_rq_issue:       8,0 R 4096 () 8 + 8 [a]\n",
     "162664166 1 bash-12 block_rq_issue {8,0 D R 8+8}", ""},
    {"1.15 lines of an instance begin with its name",
     "cpus=2\n"
     "   disk:             work-352   [000]   933.074345: a:                    x=1\n"
     "                     work-352   [000]   933.074346: a:                    x=1\n",
     "933074345 0 work-352 a; 933074346 0 work-352 a", ""},
    {"1.18 what pages do: numbers, prompts, entities, lost names, elisions",
     "12:             bash-12      [001] d.h1.     9.000001: a: b\n"
     "13:           &lt;idle&gt;-0       [001] d.h1.     9.000002: a: b\n"
     "...\n"
     "14:             -2389  [001] d.h1.     9.000003: a: b\r\n",
     "9000001 1 bash-12 d.h1. a; 9000002 1 <idle>-0 d.h1. a; 9000003 1 -2389 d.h1. a",
     "elision 1; repaired_line 3"},
    {"1.18 lines that lost CPU or time keep what they have",
     "           bash-12   [001] .....     9.000001: a: b\n"
     "           <...>-2389 : signal_deliver: sig=9 errno=0 code=0 sa_handler=0 sa_flags=0\n"
     "           bash-12   [001] sched_waking: comm=a pid=5 prio=120 target_cpu=001\n",
     "9000001 1 bash-12 ..... a; 9000001 - <...>-2389 signal_deliver; "
     "9000001 1 bash-12 sched_waking {waking a-5 on 1 prio 120}",
     "missing_time 2; missing_cpu 1"},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Section1, Formats, testing::ValuesIn(kItems), [](const auto& given) {
    std::string name;
    for (const char c : given.param.name) {
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter) name += c;
        else if (!name.empty() && name.back() != '_') name += '_';
    }
    return name;
});

}  // namespace
}  // namespace kscope::tests
