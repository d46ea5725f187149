// SPDX-License-Identifier: GPL-3.0-or-later
/// The odd places of the files of /proc (formats.md section 6), each on a text that was written for
/// it.
#include "parsers/procfs/snapshot_split.h"
#include "tests/parsers/procfs/read_rounds.h"

namespace kscope::test {
namespace {

using model::DiagnosticKind;
using Numbers = std::map<std::string, std::string>;

TEST(ProcFormats, InterruptsTakeTheirColumnsFromTheHeadersLabels) {
    const auto trace =
        readRounds("/proc/interrupts", {"       CPU0   CPU1   CPU3\n"
                                        " 36:     1      2      3  PCI-MSI 1-edge a\n"
                                        "LOC:    10     20     30  Local timer\n",
                                        "       CPU0   CPU1   CPU2   CPU3\n"
                                        " 36:     1      2      9      4  PCI-MSI 1-edge a\n"
                                        "LOC:    11     20      5     33  Local timer\n"});
    const auto table = tableOf(*trace, "/proc/interrupts");
    EXPECT_EQ(numbersAt(*trace, table, 0), (Numbers{{"36/CPU0", "1"},
                                                    {"36/CPU1", "2"},
                                                    {"36/CPU3", "3"},
                                                    {"LOC/CPU0", "10"},
                                                    {"LOC/CPU1", "20"},
                                                    {"LOC/CPU3", "30"}}));
    EXPECT_EQ(growthAt(*trace, table, "LOC", "CPU3"), 3);
    EXPECT_EQ(growthAt(*trace, table, "36", "CPU2"), std::nullopt) << "it was offline before";
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 0U);
}

TEST(ProcFormats, ErrorRowsHaveOneNumberAndRowsMayFollow) {
    const auto trace = readRounds("/proc/interrupts", {"       CPU0   CPU1   CPU2\n"
                                                       "LOC:    10     20     30  Local timer\n"
                                                       "ERR:     7\n"
                                                       "MIS:     4\n"
                                                       "PIN:     1      2      3  Posted\n"
                                                       "Err:     5\n"});
    EXPECT_EQ(numbersAt(*trace, trace->counters()[0]), (Numbers{{"LOC/CPU0", "10"},
                                                                {"LOC/CPU1", "20"},
                                                                {"LOC/CPU2", "30"},
                                                                {"ERR", "7"},
                                                                {"MIS", "4"},
                                                                {"PIN/CPU0", "1"},
                                                                {"PIN/CPU1", "2"},
                                                                {"PIN/CPU2", "3"},
                                                                {"Err", "5"}}));
}

TEST(ProcFormats, WordsBehindTheCountersMayBeginWithDigits) {
    const auto trace =
        readRounds("/proc/interrupts", {"       CPU0   CPU1\n"
                                        " 11:  1234    567     GICv3  30 Level     arch_timer\n"
                                        " 12:     8      9     27 Edge      sensor\n"});
    const auto table = trace->counters()[0];
    EXPECT_EQ(
        numbersAt(*trace, table),
        (Numbers{{"11/CPU0", "1234"}, {"11/CPU1", "567"}, {"12/CPU0", "8"}, {"12/CPU1", "9"}}));
    EXPECT_EQ(trace->text(table->rows()[1].detail), "27 Edge  sensor");
}

TEST(ProcFormats, CountersOf32BitsWrapAndOthersAreReset) {
    const auto text = [](const char* zero, const char* one) {
        return std::string("       CPU0   CPU1\nLOC:  ") + zero + "  " + one + "  Local timer\n";
    };
    const auto trace = readRounds("/proc/interrupts", {text("4294967290", "1000"), text("5", "3"),
                                                       text("6", "2147483660"), text("7", "11")});
    const auto table = trace->counters()[0];
    EXPECT_EQ(growthAt(*trace, table, "LOC", "CPU0", 0), 11);
    EXPECT_EQ(growthAt(*trace, table, "LOC", "CPU1", 0), std::nullopt) << "1000 to 3 is no wrap";
    // 2^31 + 12 to 11: a difference of 2^31 - 1 may still be one.
    EXPECT_EQ(growthAt(*trace, table, "LOC", "CPU1", 2), 2'147'483'647);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 1U);
}

TEST(ProcFormats, CountersOf64BitsNeverWrap) {
    const auto trace =
        readRounds("/proc/vmstat", {"nr_free_pages 500\npgfault 4294967290\npgmajfault 7\n",
                                    "nr_free_pages 400\npgfault 5\npgmajfault 9\n"});
    const auto table = trace->counters()[0];
    EXPECT_EQ(growthAt(*trace, table, "", "pgfault"), std::nullopt);
    EXPECT_EQ(growthAt(*trace, table, "", "pgmajfault"), 2);
    EXPECT_EQ(growthAt(*trace, table, "", "nr_free_pages"), -100);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 1U);
}

constexpr const char* kTwoNodes = R"(Page block order: 9
Pages per block:  512

Free pages count per migrate type at order       0      1      2
Node    0, zone      DMA, type    Unmovable     26      0 >100000
Node    0, zone      DMA, type      Movable     12      8      4

Number of blocks type      Movable    Unmovable      Isolate
Node 0, zone      DMA            7            1            0
Page block order: 9
Pages per block:  512

Free pages count per migrate type at order       0      1      2
Node    1, zone   Normal, type    Unmovable      1      2      3
Node    1, zone   Normal, type      Movable      4      5      6

Number of blocks type    Unmovable      Movable  Reclaimable
Node 1, zone   Normal           10          116            2
)";

TEST(ProcFormats, PagetypeinfoIsOneSnapshotOfAllNodesWithTypesAsTheHeaderHasThem) {
    const std::string one = kTwoNodes;
    EXPECT_EQ(parsers::splitSnapshots(model::CounterFile::Pagetypeinfo, one).snapshots.size(), 1U);
    const auto twice = one + one;
    const auto split = parsers::splitSnapshots(model::CounterFile::Pagetypeinfo, twice);
    ASSERT_EQ(split.snapshots.size(), 2U);
    EXPECT_EQ(split.snapshots[0].text, one);
    EXPECT_EQ(split.snapshots[1].text, one);

    const auto trace = readRounds("/proc/pagetypeinfo", {one});
    const auto got = numbersAt(*trace, trace->counters()[0]);
    EXPECT_EQ(got.size(), 22U);
    EXPECT_EQ(got.at("node0/DMA/Unmovable/order0"), "26");
    EXPECT_EQ(got.at("node0/DMA/Unmovable/order2"), "100000") << "the kernel counts no further";
    EXPECT_EQ(got.at("node1/Normal/Movable/order2"), "6");
    EXPECT_EQ(got.at("node0/DMA/blocks/Movable"), "7");
    EXPECT_EQ(got.at("node0/DMA/blocks/Unmovable"), "1");
    EXPECT_EQ(got.at("node0/DMA/blocks/Isolate"), "0");
    EXPECT_EQ(got.at("node1/Normal/blocks/Unmovable"), "10");
    EXPECT_EQ(got.at("node1/Normal/blocks/Reclaimable"), "2");
    EXPECT_EQ(got.at("node1/page_block_order"), "9");
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CappedNumber), 1U);
}

TEST(ProcFormats, ACapThatComesAndGoesIsReadAsWell) {
    const std::string capped = kTwoNodes;
    auto below = capped;
    below.replace(below.find(">100000"), 7, "  99999");
    const auto trace = readRounds("/proc/pagetypeinfo", {below, capped, below});
    const auto table = trace->counters()[0];
    const std::vector<std::string> wanted{"99999", "100000", "99999"};
    for (std::size_t round = 0; round < 3; ++round)
        EXPECT_EQ(numbersAt(*trace, table, round).at("node0/DMA/Unmovable/order2"), wanted[round]);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CappedNumber), 1U);
}

TEST(ProcFormats, SlabNamesMayHoldBlanksAndDigits) {
    const auto trace = readRounds(
        "/proc/slabinfo",
        {"slabinfo - version: 2.1\n"
         "# name <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables ...\n"
         "my cache 64 of 2 117 120 256 16 1 : tunables 0 1 2 : slabdata 8 9 10\n"
         "dentry 5 6 192 21 1 : tunables 0 0 0 : slabdata 3 3 0\n"});
    const auto got = numbersAt(*trace, trace->counters()[0]);
    EXPECT_EQ(got.size(), 22U);
    EXPECT_EQ(got.at("my cache 64 of 2/active_objs"), "117");
    EXPECT_EQ(got.at("my cache 64 of 2/pagesperslab"), "1");
    EXPECT_EQ(got.at("my cache 64 of 2/sharedfactor"), "2");
    EXPECT_EQ(got.at("my cache 64 of 2/sharedavail"), "10");
    EXPECT_EQ(got.at("dentry/num_objs"), "6");
}

TEST(ProcFormats, IdleAndIowaitMayStepBackAndGrowByNothingThen) {
    const auto trace = readRounds("/proc/stat", {"cpu  100 0 50 1000 20 0 0 0 40 0\nctxt 5000\n",
                                                 "cpu  110 0 51 998 19 0 0 0 48 0\nctxt 5100\n",
                                                 "cpu  120 0 40 1003 21 0 0 0 49 0\nctxt 4000\n"});
    const auto table = trace->counters()[0];
    EXPECT_EQ(growthAt(*trace, table, "cpu", "idle", 0), 0);
    EXPECT_EQ(growthAt(*trace, table, "cpu", "iowait", 0), 0);
    EXPECT_EQ(growthAt(*trace, table, "cpu", "idle", 1), 5);
    EXPECT_EQ(growthAt(*trace, table, "cpu", "iowait", 1), 2);
    EXPECT_EQ(growthAt(*trace, table, "cpu", "system", 1), std::nullopt);
    EXPECT_EQ(growthAt(*trace, table, "", "ctxt", 1), std::nullopt);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 2U);
}

TEST(ProcFormats, GuestTimeStandsBesideTheUserTimeThatItIsPartOf) {
    const auto trace = readRounds("/proc/stat", {"cpu  100 30 50 1000 20 1 2 3 40 10\n"
                                                 "cpu0 100 30 50 1000 20 1 2 3 40 10\n"});
    const auto got = numbersAt(*trace, trace->counters()[0]);
    EXPECT_EQ(got.at("cpu0/user"), "100") << "as the file has it: 60 of them are not the guest's";
    EXPECT_EQ(got.at("cpu0/guest"), "40");
    EXPECT_EQ(got.at("cpu0/nice"), "30");
    EXPECT_EQ(got.at("cpu0/guest_nice"), "10");
    // 2.4 had four columns, 2.6 seven.
    const auto old = readRounds("/proc/stat", {"cpu  1 2 3 4\ncpu0 1 2 3 4 5 6 7\n"});
    const auto few = numbersAt(*old, old->counters()[0]);
    EXPECT_EQ(few.size(), 11U);
    EXPECT_EQ(few.at("cpu/idle"), "4");
    EXPECT_EQ(few.at("cpu0/softirq"), "7");
}

TEST(ProcFormats, MillisecondsOfDisksWrapAt32Bits) {
    const auto trace = readRounds(
        "/proc/diskstats",
        {"   8  0 sda 10 1 80 4294967000 5 2 40 9 3 4294967290 4294967295 1 0 8 4294967295 2 7\n",
         "   8  0 sda 12 1 96 704 6 2 48 10 1 4 9 1 0 8 0 2 8\n"});
    const auto table = trace->counters()[0];
    EXPECT_EQ(growthAt(*trace, table, "sda", "read_ms"), 1000);
    EXPECT_EQ(growthAt(*trace, table, "sda", "io_ms"), 10);
    EXPECT_EQ(growthAt(*trace, table, "sda", "weighted_ms"), 10);
    EXPECT_EQ(growthAt(*trace, table, "sda", "discard_ms"), 1);
    EXPECT_EQ(growthAt(*trace, table, "sda", "flush_ms"), 1);
    EXPECT_EQ(growthAt(*trace, table, "sda", "in_flight"), -2) << "a gauge";
    EXPECT_EQ(growthAt(*trace, table, "sda", "read_sectors"), 16);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 0U);
}

TEST(ProcFormats, DisksOfAllVersionsHaveTheirColumns) {
    const auto trace =
        readRounds("/proc/diskstats", {"   3  1 hda1 11 22 33 44\n"
                                       "   8  0 sda 1 2 3 4 5 6 7 8 9 10 11\n"
                                       "   8 16 sdb 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n"});
    const auto got = numbersAt(*trace, trace->counters()[0]);
    EXPECT_EQ(got.size(), 4U + 11U + 15U);
    EXPECT_EQ(got.at("hda1/read_sectors"), "22");
    EXPECT_EQ(got.at("hda1/write_sectors"), "44");
    EXPECT_EQ(got.at("sda/in_flight"), "9");
    EXPECT_EQ(got.at("sdb/discard_ms"), "15");
}

/// A schedstat of one domain whose numbers count from 1 on.
std::string schedstatOf(int version, const std::string& domain, int numbers) {
    std::string text = "version " + std::to_string(version) +
                       "\ntimestamp 4294937297\ncpu0 0 0 0 0 0 0 81 82 83\n" + domain;
    for (int i = 1; i <= numbers; ++i) text += " " + std::to_string(i);
    return text + "\n";
}

TEST(ProcFormats, SchedstatNamesItsColumnsByVersion) {
    const auto read = [](const std::string& text) {
        const auto trace = readRounds("/proc/schedstat", {text});
        return numbersAt(*trace, trace->counters()[0]);
    };
    const auto v15 = read(schedstatOf(15, "domain0 3", 36));
    EXPECT_EQ(v15.size(), 2U + 9U + 36U);
    EXPECT_EQ(v15.at("cpu0/run_delay"), "82");
    EXPECT_EQ(v15.at("cpu0/domain0/idle/lb_count"), "1");
    EXPECT_EQ(v15.at("cpu0/domain0/busy/lb_count"), "9");
    EXPECT_EQ(v15.at("cpu0/domain0/newly_idle/lb_nobusyg"), "24");
    EXPECT_EQ(v15.at("cpu0/domain0/ttwu_move_balance"), "36");
    const auto v16 = read(schedstatOf(16, "domain0 3", 36));
    EXPECT_EQ(v16.at("cpu0/domain0/busy/lb_count"), "1") << "busy went in front";
    EXPECT_EQ(v16.at("cpu0/domain0/idle/lb_count"), "9");
    EXPECT_EQ(v16.at("cpu0/domain0/newly_idle/lb_count"), "17");
    const auto v17 = read(schedstatOf(17, "domain0 MC 00000003", 45));
    EXPECT_EQ(v17.size(), 2U + 9U + 45U);
    EXPECT_EQ(v17.at("cpu0/domain0/busy/lb_imbalance_load"), "4");
    EXPECT_EQ(v17.at("cpu0/domain0/busy/lb_gained"), "8");
    EXPECT_EQ(v17.at("cpu0/domain0/idle/lb_count"), "12");
    EXPECT_EQ(v17.at("cpu0/domain0/newly_idle/lb_count"), "23");
    EXPECT_EQ(v17.at("cpu0/domain0/ttwu_move_balance"), "45");
}

TEST(ProcFormats, ASchedstatOfAnotherVersionBehindGetsItsOwnNames) {
    const auto trace = readRounds(
        "/proc/schedstat", {schedstatOf(15, "domain0 3", 36), schedstatOf(16, "domain0 3", 36)});
    const auto table = trace->counters()[0];
    EXPECT_EQ(numbersAt(*trace, table, 0).at("cpu0/domain0/idle/lb_count"), "1");
    EXPECT_EQ(numbersAt(*trace, table, 1).at("cpu0/domain0/busy/lb_count"), "1");
}

TEST(ProcFormats, IndicesOfDebugfsMayHaveTheirSignBehindTheDot) {
    const auto trace = readRounds("/sys/kernel/debug/extfrag/extfrag_index",
                                  {"Node 0, zone      DMA -1.000 -1.000 0.932 \n"
                                   "Node 0, zone   Normal -1.000 0.-500 0.-05 \n",
                                   "Node 0, zone      DMA -1.000 0.125 0.933 \n"
                                   "Node 0, zone   Normal 0.-500 -1.000 0.000 \n"});
    const auto table = trace->counters()[0];
    EXPECT_EQ(numbersAt(*trace, table, 0), (Numbers{{"node0/DMA/order0", "-1.000"},
                                                    {"node0/DMA/order1", "-1.000"},
                                                    {"node0/DMA/order2", "0.932"},
                                                    {"node0/Normal/order0", "-1.000"},
                                                    {"node0/Normal/order1", "-0.500"},
                                                    {"node0/Normal/order2", "-0.005"}}));
    EXPECT_EQ(numbersAt(*trace, table, 1), (Numbers{{"node0/DMA/order0", "-1.000"},
                                                    {"node0/DMA/order1", "0.125"},
                                                    {"node0/DMA/order2", "0.933"},
                                                    {"node0/Normal/order0", "-0.500"},
                                                    {"node0/Normal/order1", "-1.000"},
                                                    {"node0/Normal/order2", "0.000"}}));
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::AuthorWords), 0U);
    const auto normal = table->find(trace->findString("node0/Normal"), trace->findString("order1"));
    ASSERT_TRUE(normal.has_value());
    model::CounterCursor cursor(table);
    cursor.seek(0);
    EXPECT_DOUBLE_EQ(model::counterValue(table->series()[*normal], *cursor.value(*normal)), -0.5);
}

TEST(ProcFormats, IndicesOfDebugfsAreKnownByContent) {
    const auto extfrag = parsers::sniff("Node 0, zone      DMA -1.000 -1.000 -1.000 0.-500 \n", 0);
    EXPECT_EQ(extfrag.kind, "proc-extfrag_index");
    EXPECT_TRUE(extfrag.readable);
    const auto unusable = parsers::sniff("Node 0, zone      DMA 0.000 0.002 0.004 0.913 \n", 0);
    EXPECT_EQ(unusable.kind, "proc-unusable_index");
    EXPECT_EQ(parsers::sniff("Node 0, zone      DMA 1 2 3 4 5\n", 0).kind, "proc-buddyinfo");
}

}  // namespace
}  // namespace kscope::test
