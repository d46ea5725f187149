// SPDX-License-Identifier: GPL-3.0-or-later
/// What the head of a source is taken for; names of files never matter.
#include "parsers/importers.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace {

using namespace kscope::parsers;
using namespace std::string_view_literals;

struct Case {
    std::string_view head;
    std::string_view kind;
    std::string_view seems;  // Part of it.
};

class Sniff : public testing::TestWithParam<Case> {};
TEST_P(Sniff, NamesTheKind) {
    const auto& [head, kind, seems] = GetParam();
    const auto found = sniff(head, head.size());
    EXPECT_EQ(found.kind, kind) << found.seems;
    EXPECT_EQ(found.readable, isReadKind(kind));
    EXPECT_NE(found.seems.find(seems), std::string::npos) << found.seems;
    if (!kind.empty()) {
        EXPECT_FALSE(found.why.empty());
    }
}

constexpr Case kCases[] = {
    {"# tracer: nop\n#\n            bash-29531   [001] d.h1.   671.744957: softirq_raise: vec=1 "
     "[action=TIMER]\n",
     "ftrace-text", ""},
    {"            bash-29531   [001] d.h1.   671.744957: softirq_raise: vec=1 [action=TIMER]\n"
     "            bash-29531   [001] d.h1.   671.744958: softirq_raise: vec=1 [action=TIMER]\n",
     "ftrace-text", ""},
    {"\xef\xbb\xbf# tracer: nop\r\n#\r\n            bash-29531   [001] d.h1.   671.744957: "
     "softirq_raise: vec=1 [action=TIMER]\r\n",
     "ftrace-text", ""},
    {"cpus=2\n          <idle>-0     [000] d..2.   933.074345: sched_switch:         swapper/0:0 "
     "[120] R ==> bash:2416 [120]\n",
     "trace-cmd-report", ""},
    {"# tracer: function_graph\n#\n# CPU  DURATION                  FUNCTION CALLS\n 0)   0.633 us "
     "   |  _raw_spin_lock();\n",
     "function_graph", ""},
    {"\x17\x08\x44tracing6\0\0\x08"sv, "trace-dat", "version 6"},
    {"\x17\x08\x44tracing7\0\0\x08"sv, "trace-dat", "version 7"},
    {"Ftrace!\0\4\0\0\0"sv, "uftrace", "uftrace"},
    {"TRACE:\n# tracer: nop\n", "systrace-html", "atrace"},
    {"<!DOCTYPE html>\n<html>\n<script class=\"trace-data\" type=\"application/text\">\n# tracer: "
     "nop\n",
     "systrace-html", "systrace"},
    {"{\"traceEvents\":[\n{\"ts\":0,\"ph\":\"M\",\"pid\":363}]}", "uftrace-chrome", "Chrome"},
    {"  8,0    2        1     0.000000000   507  A  WS 1018114 + 128 <- (8,2) 884994\n  8,0    2   "
     "     2     0.000039670   507  Q  WS 1018114 + 128 [dd]\n"
     "  8,0    2        3     0.001615020   507  G  WS 1018114 + 128 [dd]\n",
     "blkparse", "blkparse"},
    {"# DURATION     TID     FUNCTION\n 257.240 us [   210] | __monstartup();\n  17.980 us [   "
     "210] | __cxa_atexit();\n",
     "uftrace-replay", "replay"},
    {"java  1745   887.628981:    1001001 cpu-clock: \n\tffffffff8135517a copy_process+0x90a "
     "([kernel.kallsyms])\n\t          1098d9 clone3+0x19 (/usr/lib/libc.so.6)\n\n",
     "perf-script", "perf"},
    {"           CPU0       CPU1       \n  0:        119          0   IO-APIC   2-edge      "
     "timer\n",
     "proc-interrupts", "/proc/interrupts"},
    {"                    CPU0       CPU1       \n          HI:          0          0\n       "
     "TIMER:        559        221\n",
     "proc-softirqs", "/proc/softirqs"},
    {"Node 0, zone      DMA      1      1      1      0      2      1      1      0      1      1  "
     "    3 \n",
     "proc-buddyinfo", "buddyinfo"},
    {"Node 0, zone      DMA\n  per-node stats\n      nr_inactive_anon 1\n  pages free     3840\n   "
     "     boost    0\n",
     "proc-zoneinfo", "zoneinfo"},
    {"Page block order: 9\nPages per block:  512\n", "proc-pagetypeinfo", "pagetypeinfo"},
    {"nr_free_pages 1\nnr_zone_a 2\nnr_zone_b 3\nnr_zone_c 4\nnr_zone_d 5\nnr_zone_e 6\nnr_zone_f "
     "6\n",
     "proc-vmstat", "vmstat"},
    {"MemTotal:        2012345 kB\nMemFree:          123 kB\n", "proc-meminfo", "meminfo"},
    {"slabinfo - version: 2.1\n# name            <active_objs>\n", "proc-slabinfo", "slabinfo"},
    {"version 15\ntimestamp 4294899511\ncpu0 0 0 0 0 0 0 8992287277 449788778 1447\n",
     "proc-schedstat", "schedstat"},
    {"cpu  494 0 1611 7666 67 0 104 0 0 0\ncpu0 80 0 511 1859 2 0 29 0 0 0\n", "proc-stat",
     "/proc/stat"},
    {"0.68 0.16 0.05 1/107 242\n", "proc-loadavg", "loadavg"},
    {" 254       0 vda 332 325 33410 596 27 36 496 113 0 696 731 0 0 0 0 8 22\n", "proc-diskstats",
     "diskstats"},
    {"some avg10=1.60 avg60=1.20 avg300=0.34 total=1640823\n", "proc-pressure", "pressure"},
    {"nr_mlock 0\n\n# kernelscope-proc /proc/zoneinfo 22.68 22.69\nNode 0, zone DMA\n  pages free "
     "5\n",
     "proc-log", "a log"},
    {"# kernelscope-proc-log 1 clock=CLOCK_BOOTTIME\n\0\0\0\0\0\0\0\0\0\0\0\0"sv, "proc-log",
     "a log"},
    {"A record begins with\n# kernelscope-proc <path> <before> <after>\n", "", "plain text"},
    {"# kernelscope-proc-log 1 clock=CLOCK_MONOTONIC host=6.1 start-realtime=1.5\n", "proc-log",
     "log"},
    {"cksum;_start;main 31\ncksum;cksum 6\n", "folded", "folded"},
    {"", "", "empty"},
    {"\n\n  \n", "", "blank"},
    {"PERFILE2\0\0\0"sv, "", "perf script"},
    {"\x7f"
     "ELF\2\1\1\0"sv,
     "", "ELF"},
    {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"sv, "", "picture"},
    {"#include <stdio.h>\nint main(void) {\n    return 0;\n}\n", "", "source code"},
    {"<!DOCTYPE html>\n<html><body><p>hello</p></body></html>\n", "", "HTML"},
    {"[    0.000000] Linux version 6.1\n[    0.000001] Command line: quiet\n", "", "kernel log"},
    {"  PID TTY          TIME CMD\n 1234 pts/0    00:00:00 bash\n", "", "processes"},
    {"Dear all,\nthe meeting is at nine.\n", "", "plain text"},
};
INSTANTIATE_TEST_SUITE_P(Heads, Sniff, testing::ValuesIn(kCases));

TEST(SniffHeads, EveryPrefixAndEveryNoiseIsSomething) {
    std::minstd_rand random(42);
    for (const auto& [head, kind, seems] : kCases) {
        for (std::size_t length = 0; length <= head.size(); ++length) {
            // In a block of its own, so that a byte too far is seen by the sanitizer.
            const std::string exact(head.substr(0, length));
            const auto found = sniff(exact, exact.size());
            EXPECT_FALSE(found.kind.empty() && found.seems.empty());
        }
        for (int round = 0; round < 50; ++round) {
            std::string noisy(head);
            for (int i = 0; i < 5 && !noisy.empty(); ++i)
                noisy[random() % noisy.size()] = static_cast<char>(random());
            const auto found = sniff(noisy, noisy.size());
            EXPECT_FALSE(found.kind.empty() && found.seems.empty());
        }
    }
}

}  // namespace
