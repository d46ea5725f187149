// SPDX-License-Identifier: GPL-3.0-or-later
/// blkparse's text: every kind of record, what a page or a terminal did to it, and the fuzz corpus.
#include "parsers/block/block_text.h"
#include "parsers/importers.h"
#include "tests/fuzz/ftrace_reader.h"
#include "tests/parsers/ftrace/parsed.h"
#include "tests/support/shared_data.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

namespace kscope::tests {
namespace {

using model::DiagnosticKind;
using testing::ElementsAre;
using testing::IsEmpty;

Parsed parseBlkparse(std::string_view text, Cut cut = {}) {
    return parseText(text, parsers::blkparseLayout(), cut);
}
std::vector<std::string> typedWordsOf(const Parsed& parsed) {
    std::vector<std::string> typed;
    for (const auto& row : parsed.rows) typed.push_back(row.typed);
    return typed;
}

// One write of a file through a partition, from a lesson.
constexpr std::string_view kRequest =
    "  8,0    1      129     9.927317017  1128  A  WS 29661160 + 8 <- (8,2) 29657064\n"
    "  8,0    1      130     9.927318057  1128  Q  WS 29661160 + 8 [kworker/u8:0]\n"
    "  8,0    1      131     9.927320279  1128  G  WS 29661160 + 8 [kworker/u8:0]\n"
    "  8,0    1      134     9.927325061  1128  I  WS 29661160 + 8 [kworker/u8:0]\n"
    "  8,0    1      136     9.927348379  1128  D  WS 29661160 + 8 [kworker/u8:0]\n"
    "  8,0    2       63     9.927478548     0  C  WS 29661160 + 8 [0]\n";

TEST(Blkparse, MakesARowOfEachRecord) {
    const auto parsed = parseBlkparse(kRequest);
    ASSERT_EQ(parsed.rows.size(), 6U);
    EXPECT_EQ(parsed.rows[0], (ParsedRow{9'927'317'017, 1, 1128, "<...>", "A", "", 0,
                                         "8,0 A WS 29661160+8 from 8,2 at 29657064"}));
    EXPECT_EQ(parsed.rows[1].comm, "kworker/u8:0");
    EXPECT_EQ(parsed.rows[1].typed, "8,0 Q WS 29661160+8");
    EXPECT_EQ(parsed.rows[5].ns, 9'927'478'548);
    EXPECT_EQ(parsed.rows[5].cpu, 2);
    EXPECT_EQ(parsed.rows[5].tid, 0);
    EXPECT_EQ(parsed.names(), (std::vector<std::string>{"A", "Q", "G", "I", "D", "C"}));
    EXPECT_TRUE(parsed.diagnostics.empty());
}

// Lines in blkparse's columns are read by them, all others step by step: both must say the same.
TEST(Blkparse, ColumnsAndStepsReadAlike) {
    std::mt19937_64 random(3);
    const auto number = [&](unsigned digits) {
        std::uint64_t most = 10;
        for (auto i = random() % digits; i > 0; --i) most *= 10;
        return random() % most;
    };
    for (int i = 0; i < 20'000; ++i) {
        auto line = fmt::format("{:3},{:<3} {:2} {:8} {:5}.{:09} {:5} {:>2} {:>3} {} + {} [{}]",
                                number(3), number(3), number(2), number(8), number(5), number(9),
                                number(5), std::array{"Q", "UT", "m", "C"}[random() % 4],
                                std::array{"R", "FWFSM", "N"}[random() % 3], number(18), number(9),
                                number(4));
        // Now and then a byte is another one.
        if (random() % 2 == 0) line[random() % 48] = " 0195,.!a-\t~"[random() % 12];
        const auto parsed = [](const std::string& text, parsers::BlkparseHead& head) {
            const std::vector<char> bytes(text.begin(), text.end());  // exact size
            const char* at = bytes.data();
            const bool read = parsers::takeBlkparseHead(at, bytes.data() + bytes.size(), head);
            return std::pair(read, read ? std::string(at, bytes.data() + bytes.size()) : "");
        };
        parsers::BlkparseHead head;
        parsers::BlkparseHead quoted;
        const auto inColumns = parsed(line, head);
        EXPECT_EQ(inColumns, parsed("> " + line, quoted)) << line;
        if (!inColumns.first) continue;  // then the head says nothing
        EXPECT_EQ(head.device, quoted.device) << line;
        EXPECT_EQ(head.ns, quoted.ns) << line;
        EXPECT_EQ(head.pid, quoted.pid) << line;
        EXPECT_EQ(head.cpu, quoted.cpu) << line;
        EXPECT_EQ(head.sequence, quoted.sequence) << line;
    }
}

TEST(Blkparse, ReadsEachActionsRest) {
    EXPECT_THAT(
        typedWordsOf(parseBlkparse(
            "  8,16   3        5     0.005485550     0  C  NS 4656 [0]\n"
            "  8,16   3        6     0.007157930     0  C  RS 4656 + 8 [65475]\n"
            "  8,0    1        4     0.010000000   356  P   N [dd]\n"
            "  8,0    1        5     0.010000001   356  U   N [dd x] 3\n"
            "  8,0    1        5     0.010000002   356 UT   N [swapper] 1\n"
            "  8,0    0       31     0.027881090   187  A FWFSM 411802 + 2 <- (8,2) 278682\n"
            "  8,0    0       34     0.028051570   119  D  FN [kworker/0:1H]\n"
            "  8,0    0       35     0.028326680     0  C  FN 0 [0]\n"
            "254,16   1        1     0.030000000   472  X  WS 278528 / 281088 [fio]\n"
            "  8,0    1        1     0.040000000   356  D   R 36 (12 00 00 00 24 00) [udevd]\n"
            "  8,0    1        1     0.050000000   356  C   R (12 00 ..) [0]\n"
            "  8,0    1        1     0.060000000   356  D  WS 64 + 8 (    1234) [a ] b]\n"
            "  8,0    0        0     0.070000000     0  m   N bfq reset [1]\n"
            "259,0   17 99999999 12345.999999999 4194304  Q DS 5000000000 + 8388624 [fstrim]\n"
            "  8,0    1        1 12346.000000000   356  R  WS 64 + 8 [0]\n"
            "  8,0    1        1 12346.000000001   356  F  RA 64 + 8\n"
            "  8,0    1        1 12346.000000002   356  S  RA\n")),
        ElementsAre("8,16 C NS 4656+0", "8,16 C RS 4656+8 is -61", "8,0 P N 0+0",
                    "8,0 U N 0+0 is 3", "8,0 UT N 0+0 is 1",
                    "8,0 A FWFSM 411802+2 from 8,2 at 278682", "8,0 D FN 0+0", "8,0 C FN 0+0",
                    "254,16 X WS 278528+0 at 281088", "8,0 D R 0+0 pc", "8,0 C R 0+0 pc",
                    "8,0 D WS 64+8", "8,0 m N 0+0", "259,0 Q DS 5000000000+8388624",
                    "8,0 R WS 64+8", "8,0 F RA 64+8", "8,0 S RA 0+0"));
}

TEST(Blkparse, ReadsWhatAPageOrATerminalLeftOfIt) {
    const auto parsed = parseBlkparse(
        "    8,2 0 7 0.000260525 393 A WM 1682144 + 32 <- (253,0) 736\r\n"
        "> 8,0 0 8 0.000261325 393 A WM 3781344 + 32 <- (8,2) 1682144\n"
        "  8,0    2        1     0.300000000   161  D  WM 133124+2 bytes=1024 err=0 lat=Input "
        "file sda.blktrace.0 added\n"
        "  8,0    1        1     0.400000000   373  D  WM 1052736   + 8 [kworker/1:1H]\n"
        "...\n"
        "^CCPU2 (8,0):\n"
        " Reads Queued:           0,        0KiB  Writes Queued:           6,       24KiB\n"
        "\n"
        "Total (8,0):\n"
        " IO unplugs:             2               Timer unplugs:           4\n"
        "Throughput (R/W): 0KiB/s / 33KiB/s\n"
        "Events (8,0): 264 entries\n"
        "Skips: 0 forward (0 -   0.0%)\n"
        "Input file sda.blktrace.1 added\n"
        "some words of an author\n"
        "  8,0    1        2     0.5000");
    EXPECT_THAT(typedWordsOf(parsed), ElementsAre("8,2 A WM 1682144+32 from 253,0 at 736",
                                                  "8,0 A WM 3781344+32 from 8,2 at 1682144",
                                                  "8,0 D WM 133124+2", "8,0 D WM 1052736+8"));
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::UnparsedLine), ElementsAre(15));
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::CutLine), ElementsAre(16));
    EXPECT_THAT(parsed.linesOf(DiagnosticKind::Elision), ElementsAre(5));
}

TEST(Blkparse, GivesTheSameRowsHoweverItIsCut) {
    std::string text;
    for (int i = 0; i < 300; ++i) {
        text += "  8,0    " + std::to_string(i % 4) + "      129     9.9273" +
                std::to_string(10000 + i) + "  1128  Q  WS " + std::to_string(i * 8) + " + 8 [a]\n";
        if (i % 50 == 7) text += "CPU0 (sda):\n";
    }
    const auto whole = parseBlkparse(text);
    EXPECT_EQ(whole.rows.size(), 300U);
    for (const std::size_t piece : {1U, 70U, 1000U}) {
        for (const std::size_t part : {100U, 1777U}) {
            const auto cut = parseBlkparse(text, {.piece = piece, .part = part});
            EXPECT_EQ(cut.rows, whole.rows) << piece << ' ' << part;
            EXPECT_EQ(cut.lines, whole.lines);
            EXPECT_THAT(cut.diagnostics.all(), IsEmpty());
        }
    }
}

TEST(Blkparse, TextOfARowIsItsDeviceAndAllFromTheAction) {
    const auto text = parsers::readEventText(parsers::blkparseLayout(), kRequest);
    EXPECT_EQ(text.args, "8,0 A  WS 29661160 + 8 <- (8,2) 29657064");
    EXPECT_THAT(text.stack, IsEmpty());
}

TEST(Blkparse, CutAtEveryByteNeverFails) {
    for (std::size_t length = 0; length <= kRequest.size(); ++length) {
        const auto parsed = parseBlkparse(kRequest.substr(0, length));
        EXPECT_LE(parsed.rows.size(), 6U);
        EXPECT_GE(parsed.rows.size() + 1, length / 80);
    }
}

TEST(BlockText, RwbsLettersAreReadFromTheLeft) {
    for (const auto* letters :
         {"N",  "R",  "W",  "D",  "DE", "F",   "WZ",    "ZA",  "ZR",  "ZRA", "ZF",  "ZO", "ZC",
          "FF", "FN", "WS", "RA", "RM", "WFS", "FWFSM", "FWS", "RAM", "WSM", "WSU", "DS"}) {
        EXPECT_EQ(rwbsText(model::rwbsOf(letters)), letters);
    }
    using model::BlockOp;
    EXPECT_EQ(operationOf(model::rwbsOf("FWFSM")), BlockOp::Write);
    EXPECT_EQ(operationOf(model::rwbsOf("FF")), BlockOp::Flush);
    EXPECT_EQ(directionLetter(model::rwbsOf("FWFSM")), 'W');
    EXPECT_EQ(directionLetter(model::rwbsOf("WZ")), 'W');
}

TEST(BlockText, ReadsTracepoints) {
    using model::BlockAction;
    model::BlockRecord record;
    const auto read = [&](BlockAction action, std::string_view args) {
        EXPECT_TRUE(parsers::readBlockEvent(action, args, record)) << args;
        return deviceText(record.device) + ' ' + rwbsText(record.rwbs) + ' ' +
               std::to_string(record.sector) + '+' + std::to_string(record.sectors) + ' ' +
               std::to_string(record.value);
    };
    EXPECT_EQ(read(BlockAction::Issue, "8,16 RS 4096 () 4656 + 8 [kworker/3:1H]"),
              "8,16 RS 4656+8 0");
    EXPECT_EQ(read(BlockAction::Issue, "8,16 RS 4096 () 4656 + 8 be,0,4 [kworker/3:1H]"),
              "8,16 RS 4656+8 0");
    EXPECT_EQ(read(BlockAction::Complete, "8,16 RS () 4656 + 8 none,0,0 [-61]"),
              "8,16 RS 4656+8 -61");
    EXPECT_EQ(read(BlockAction::Queue, "8,0 WS 1018114 + 128 [a [b] c]"), "8,0 WS 1018114+128 0");
    EXPECT_EQ(read(BlockAction::Remap, "8,0 WS 1018114 + 128 <- (8,2) 884994"),
              "8,0 WS 1018114+128 0");
    EXPECT_EQ(record.otherSector, 884994U);
    EXPECT_EQ(read(BlockAction::Issue, "8,0 R 36 (12 00 00 24) 0 + 0 [udevd]"), "8,0 R 0+0 0");
    EXPECT_NE(record.marks & model::kBlockPassthrough, 0);
    EXPECT_TRUE(parsers::readBlockEvent(BlockAction::Unplug, "[dd] 4", record));
    EXPECT_EQ(record.value, 4);
    EXPECT_FALSE(parsers::readBlockEvent(BlockAction::Queue, "8,0 WS", record));
    EXPECT_FALSE(parsers::readBlockEvent(BlockAction::Issue, "8,0 WS 1 (", record));
}

TEST(BlockText, TracerLinesGiveTheSameRecords) {
    const auto parsed = parseText(
        "# tracer: blk\n#\n"
        "              dd-643     [003] d..1.   107.281255:   8,0   1,0  A  WS 1018754 + 128 <- "
        "(8,2) 885634\n"
        "              dd-643     [003] d..1.   107.281338:   8,0    Q  WS 1018754 + 128 [dd]\n"
        "              dd-643     [003] d..1.   107.281339:   8,0   /a.slice/b  G  WS 1018754 + "
        "128 [dd]\n"
        "              dd-643     [003] d..1.   107.281340:   8,0  getrq  WS 1018754 + 128 [dd]\n"
        "          <idle>-0       [000] d.s2.   107.291920: block_rq_complete: 8,0 WS () 1018754 "
        "+ 128 [0]\n");
    EXPECT_THAT(typedWordsOf(parsed), ElementsAre("8,0 A WS 1018754+128 from 8,2 at 885634",
                                                  "8,0 Q WS 1018754+128", "8,0 G WS 1018754+128",
                                                  "8,0 G WS 1018754+128", "8,0 C WS 1018754+128"));
    const auto classic = parseText("# tracer: blk\n#\n# DEV   CPU TIMESTAMP     PID ACT FLG\n"
                                   "  8,0    2   110.296455670   662  A  WS 1018626 + 128 <- (8,2) "
                                   "885506\n"
                                   "  8,0    2   110.296502040   662  Q  WS 1018626 + 128 [dd]\n");
    EXPECT_THAT(typedWordsOf(classic),
                ElementsAre("8,0 A WS 1018626+128 from 8,2 at 885506", "8,0 Q WS 1018626+128"));
    EXPECT_EQ(classic.rows[0].name, "blk");
}

TEST(BlkparseFuzz, CorpusIsRead) {
    std::size_t inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(KSCOPE_SOURCE_DIR) +
                                                                 "/tests/fuzz/blkparse")) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(file), {}};
        SCOPED_TRACE(entry.path().string());
        fuzz::readBlkparse(input);
        ++inputs;
    }
    EXPECT_GE(inputs, 6U);
}

TEST(Blkparse, OpensWithItsDevicesAndCounts) {
    const support::TemporaryFolder folder;
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(folder.write("cut.txt", kRequest), builder, pool, {});
    ASSERT_TRUE(source) << source.error().message;
    const auto trace = builder.finish();
    EXPECT_EQ(trace->sources()[0].kind, "blkparse");
    EXPECT_TRUE(trace->sources()[0].clock.relative);
    EXPECT_EQ(trace->tables().blockActions, 6U);
    EXPECT_THAT(trace->devices(), ElementsAre(model::deviceId(8, 0), model::deviceId(8, 2)));
}

}  // namespace
}  // namespace kscope::tests
