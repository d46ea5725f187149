// SPDX-License-Identifier: GPL-3.0-or-later
/// Proc logs that lost something: their first line, a stretch to zeros, their end; and counters
/// that start anew in the middle of one.
#include "tests/parsers/procfs/plain_numbers.h"
#include "tests/parsers/procfs/read_rounds.h"
#include "tests/support/peer.h"
#include "tests/support/shared_data.h"

#include <cstdio>
#include <fstream>
#include <functional>

namespace kscope::test {
namespace {

using model::DiagnosticKind;

const std::string kFirstLine =
    "# kernelscope-proc-log 1 clock=CLOCK_MONOTONIC host=6.12 start-realtime=1700000000.5\n";

std::string recordOf(const std::string& path, int second, const std::string& text) {
    const auto at = std::to_string(second);
    return "# kernelscope-proc " + path + ' ' + at + ".000000000 " + at + ".000100000\n" + text +
           '\n';
}
std::string vmstatOf(int fault) {
    return "nr_free_pages 100\npgfault " + std::to_string(fault) + "\npgmajfault 3\n";
}
std::string loadOf(int last) { return "0.10 0.20 0.30 1/100 " + std::to_string(last) + "\n"; }

/// Ten rounds of two files, from second 1 on.
std::string tenRounds() {
    std::string log;
    for (int i = 1; i <= 10; ++i)
        log += recordOf("/proc/vmstat", i, vmstatOf(1000 + i)) +
               recordOf("/proc/loadavg", i, loadOf(i));
    return log;
}

class DamagedLog : public testing::Test {
protected:
    [[nodiscard]] model::TracePtr open(const std::string& text) const {
        return openSource(m_folder.write("some.log", text));
    }
    static std::size_t roundsOf(const model::Trace& trace, const std::string& path) {
        const auto table = tableOf(trace, path);
        return table ? table->rounds() : 0;
    }
    support::TemporaryFolder m_folder;
};

TEST_F(DamagedLog, WithoutItsFirstLineIsReadAndItsClockSaidToBeAssumed) {
    const auto trace = open(tenRounds());
    const auto& source = trace->sources()[0];
    EXPECT_EQ(source.kind, "proc-log");
    EXPECT_EQ(source.clock.name, "mono");
    EXPECT_EQ(source.firstNs, 1'000'000'000);
    EXPECT_EQ(source.lastNs, 10'000'000'000);
    EXPECT_EQ(source.numbers, 10U * (3 + 6));
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::ClockAssumed), 1U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CutBegin), 0U);
    EXPECT_EQ(trace->diagnostics().all().size(), 1U);
    const auto whole = open(kFirstLine + tenRounds());
    EXPECT_EQ(whole->sources()[0].numbers, 90U);
    EXPECT_TRUE(whole->diagnostics().empty());
}

TEST_F(DamagedLog, ThatBeginsInTheMiddleOfARecordLeavesItsRestOut) {
    const auto all = tenRounds();
    const auto text = all.substr(all.find("pgfault 1001"));
    const auto trace = open(text);
    EXPECT_EQ(trace->sources()[0].kind, "proc-log");
    EXPECT_EQ(roundsOf(*trace, "/proc/vmstat"), 9U);
    EXPECT_EQ(roundsOf(*trace, "/proc/loadavg"), 10U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CutBegin), 1U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::UnparsedLine), 0U);
}

TEST_F(DamagedLog, LosesOnlyTheRecordsThatHoldZeros) {
    auto text = kFirstLine + tenRounds();
    // From the middle of vmstat at 4 s to the middle of the header of loadavg at 5 s.
    const auto from = text.find("pgfault 1004");
    const auto to = text.find("loadavg 5.0");
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(from),
              text.begin() + static_cast<std::ptrdiff_t>(to), '\0');
    const auto trace = open(text);
    EXPECT_EQ(trace->sources()[0].kind, "proc-log");
    EXPECT_EQ(roundsOf(*trace, "/proc/vmstat"), 8U);
    EXPECT_EQ(roundsOf(*trace, "/proc/loadavg"), 8U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::NulBytes), 1U);
    const auto table = tableOf(*trace, "/proc/vmstat");
    EXPECT_EQ(table->timeNs(2), 3'000'000'000);
    EXPECT_EQ(table->timeNs(3), 6'000'000'000);
    EXPECT_EQ(numbersAt(*trace, table, 3).at("pgfault"), "1006");
}

TEST_F(DamagedLog, KeepsWhatIsWholeWhereItsEndIsZeros) {
    const auto trace = open(kFirstLine + tenRounds() + std::string(100'000, '\0'));
    EXPECT_EQ(trace->sources()[0].kind, "proc-log");
    EXPECT_EQ(roundsOf(*trace, "/proc/vmstat"), 10U);
    EXPECT_EQ(roundsOf(*trace, "/proc/loadavg"), 10U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::NulBytes), 1U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CutLine), 0U);
}

TEST_F(DamagedLog, OfZerosInFrontIsReadFromItsFirstRecordOn) {
    const auto trace = open(std::string(3000, '\0') + "\n" + tenRounds());
    EXPECT_EQ(trace->sources()[0].kind, "proc-log");
    EXPECT_EQ(roundsOf(*trace, "/proc/loadavg"), 10U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::NulBytes), 1U);
}

TEST_F(DamagedLog, AnywhereOpensWithoutInventingNumbers) {
    const auto whole = kFirstLine + tenRounds();
    const auto good = open(whole);
    for (std::size_t at = 0; at < whole.size(); at += 37) {
        auto text = whole;
        for (std::size_t i = at; i < std::min(at + 90, text.size()); ++i) text[i] = '\0';
        SCOPED_TRACE(at);
        const auto trace = open(text);
        EXPECT_EQ(trace->sources()[0].kind, "proc-log");
        EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::NulBytes), 1U);
        for (const auto& table : trace->counters()) {
            const std::string path(trace->text(table->path()));
            const auto wanted = tableOf(*good, path);
            ASSERT_TRUE(wanted) << path;
            EXPECT_GE(table->rounds(), 7U);
            for (std::size_t round = 0; round < table->rounds(); ++round) {
                const auto same = wanted->lowerBound(table->timeNs(round));
                ASSERT_LT(same, wanted->rounds());
                EXPECT_EQ(numbersAt(*trace, table, round), numbersAt(*good, wanted, same));
            }
        }
    }
}

TEST_F(DamagedLog, CountersThatGoBackwardsLeaveANoteEach) {
    auto text = kFirstLine;
    for (int i = 1; i <= 10; ++i)  // the machine starts anew before second 6
        text += recordOf("/proc/vmstat", i, vmstatOf(i < 6 ? 1000 + i : i));
    const auto trace = open(text);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 1U);
    for (const auto& found : trace->diagnostics().all()) {
        ASSERT_EQ(found.first.size(), 1U);
        EXPECT_EQ(found.first[0].offset, text.find("nr_free_pages", text.find("vmstat 6.0")));
    }
}

/// A log of `rounds` of interrupts, each of which counts on; from `restart` on anew.
std::string longLog(int rounds, int restart) {
    std::string text = kFirstLine;
    for (int i = 1; i <= rounds; ++i) {
        std::string body = "      CPU0       CPU1\n";
        for (int row = 0; row < 60; ++row) {
            const auto count = i < restart ? 500'000 + i * 7 : i - restart;
            body += " " + std::to_string(100 + row) + ":  " + std::to_string(count + row) + "  " +
                    std::to_string(row == 9 ? count : 0) + "   PCI-MSI 1-edge  dev" +
                    std::to_string(row) + "\n";
        }
        text += recordOf("/proc/interrupts", i, body);
    }
    return text;
}

TEST_F(DamagedLog, ResetsAreCountedOnceWhereverTheReadingIsCut) {
    // Some megabytes: several tasks and many chunks. The reset is put at many places, so that it
    // falls on the borders between chunks (256 rounds) too.
    constexpr int kRounds = 4000;
    const auto path = m_folder.write("long.log", longLog(kRounds, kRounds + 1));
    ASSERT_GT(std::filesystem::file_size(path), std::uintmax_t{9} << 20);
    EXPECT_EQ(openSource(path)->diagnostics().count(DiagnosticKind::CounterReset), 0U);
    for (const int restart : {2, 257, 258, 1400, kRounds}) {
        SCOPED_TRACE(restart);
        const auto trace = open(longLog(kRounds, restart));
        EXPECT_EQ(tableOf(*trace, "/proc/interrupts")->rounds(), std::size_t{kRounds});
        EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 61U);
    }
}

TEST_F(DamagedLog, AResetOnTheBorderOfTwoPartsIsCountedToo) {
    model::TraceBuilder builder;
    const auto source = builder.addSource({});
    parsers::RoundCollector rounds;
    for (std::uint64_t part = 0; part < 6; ++part) {
        rounds.begin(source, part * 1000);
        const auto text = vmstatOf(part < 3 ? 100 : static_cast<int>(part));
        const auto at = static_cast<std::int64_t>(part + 1) * 1'000'000'000;
        rounds.add({"/proc/vmstat", at, at, part * 1000, text});
        builder.deliver(source, part, part % 2 == 1 ? rounds.finishGrowing() : rounds.finish(0, 0));
    }
    builder.endSource(source);
    const auto trace = builder.finish();
    EXPECT_EQ(tableOf(*trace, "/proc/vmstat")->rounds(), 6U);
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 1U);
}

TEST_F(DamagedLog, RealLogsHaveNoResets) {
    const auto folder = support::sharedData();
    if (!folder) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
    for (const std::string name :
         {"guest/combined/write-fsync/proc.log.xz", "guest/memory/kswapd-slow/proc.log.xz",
          "guest/memory/oom/proc.log.xz", "guest/proc/numa2/proc.log.xz",
          "guest/proc/offline/proc.log", "guest/proc/smp4/proc.log.xz", "host/proc/proc.log.xz"}) {
        SCOPED_TRACE(name);
        const auto trace = openSource((*folder / name).string());
        EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::CounterReset), 0U);
    }
}

TEST_F(DamagedLog, OfARealMachineWithoutItsFirstLineHasAllItsNumbers) {
    const auto folder = support::sharedData();
    if (!folder) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
    const auto packed = *folder / "guest/memory/kswapd-slow/proc.log.xz";
    const auto whole = openSource(packed.string());
    const auto text = support::outputOf("xzcat '" + packed.string() + "'");
    const auto trace = open(text.substr(text.find('\n') + 1));
    EXPECT_EQ(trace->sources()[0].kind, "proc-log");
    EXPECT_EQ(trace->sources()[0].numbers, whole->sources()[0].numbers);
    EXPECT_EQ(trace->sources()[0].firstNs, whole->sources()[0].firstNs);
    EXPECT_EQ(trace->sources()[0].lastNs, whole->sources()[0].lastNs);
    EXPECT_EQ(trace->counters().size(), whole->counters().size());
}

}  // namespace
}  // namespace kscope::test
