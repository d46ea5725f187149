// SPDX-License-Identifier: GPL-3.0-or-later
/// The seed's samples of /proc against their reference reading (seed/GOLDEN.json).
#include "model/store/known_events.h"
#include "tests/parsers/procfs/read_rounds.h"
#include "tests/support/shared_data.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace kscope::test {
namespace {

using nlohmann::json;

class SeedProc : public testing::Test {
protected:
    void SetUp() override {
        const auto folder = support::sharedData();
        if (!folder) GTEST_SKIP() << "SKIPPED: no shared data folder (KSCOPE_SHARED)";
        m_seed = *folder / "seed";
        std::ifstream file(m_seed / "GOLDEN.json");
        m_golden = json::parse(file);
    }
    [[nodiscard]] model::TracePtr open(const std::string& sample) const {
        return openSource((m_seed / sample).string());
    }
    std::filesystem::path m_seed;
    json m_golden;
};

TEST_F(SeedProc, InterruptTablesHaveTheirCountsAndNames) {
    std::size_t samples = 0;
    for (const auto& [name, golden] : m_golden.items()) {
        if (golden["kind"] != "proc-interrupts") continue;
        SCOPED_TRACE(name);
        ++samples;
        const auto trace = open(name);
        EXPECT_EQ(trace->sources()[0].kind, "proc-interrupts");
        ASSERT_EQ(trace->counters().size(), 1U);
        const auto& table = trace->counters()[0];
        const auto got = numbersAt(*trace, table);
        EXPECT_EQ(table->rows().size(), golden["records"]);
        std::size_t numbers = 0;
        for (std::size_t i = 0; i < golden["rows"].size(); ++i) {
            const auto& row = golden["rows"][i];
            const std::string irq = row["irq"];
            SCOPED_TRACE(irq);
            const auto& counts = row["counts"];
            numbers += counts.size();
            for (std::size_t cpu = 0; cpu < counts.size(); ++cpu) {
                const auto path = counts.size() == 1 ? irq : irq + "/CPU" + std::to_string(cpu);
                ASSERT_TRUE(got.contains(path)) << path;
                EXPECT_EQ(got.at(path), counts[cpu].dump());
            }
            EXPECT_EQ(trace->text(table->rows()[i].name), irq);
            const std::string detail(trace->text(table->rows()[i].detail));
            for (const auto* const key : {"chip", "hwirq", "name"}) {
                if (!row.contains(key)) continue;
                EXPECT_NE(detail.find(row[key].get<std::string>()), std::string::npos) << detail;
            }
        }
        EXPECT_EQ(got.size(), numbers);
    }
    EXPECT_EQ(samples, 7U);
}

TEST_F(SeedProc, NotesOfTheAuthorBehindARowAreCountedAndNotRead) {
    const auto trace = open("interrupts-all--proc-interrupts--01.txt");
    std::uint64_t notes = 0;
    for (const auto& row : m_golden["interrupts-all--proc-interrupts--01.txt"]["rows"])
        notes += row.contains("author_note");
    EXPECT_GE(notes, 1U);
    EXPECT_EQ(trace->diagnostics().count(model::DiagnosticKind::AuthorWords), notes);
}

TEST_F(SeedProc, MemoryBeforeAndAfterDropCachesIsAsPrinted) {
    std::size_t samples = 0;
    for (const auto& [name, golden] : m_golden.items()) {
        if (golden["kind"] != "proc-meminfo") continue;
        SCOPED_TRACE(name);
        ++samples;
        const auto trace = open(name);
        EXPECT_EQ(trace->sources()[0].kind, "proc-meminfo");
        const auto got = numbersAt(*trace, trace->counters()[0]);
        EXPECT_EQ(got.size(), golden["records"]);
        for (const auto& [field, value] : golden["fields_kB"].items())
            EXPECT_EQ(got.at(field), value.dump());
    }
    EXPECT_EQ(samples, 3U);
    const auto before = open("memory-before-drop-caches--proc-meminfo--01.txt");
    const auto after = open("memory-after-drop-caches--proc-meminfo--01.txt");
    const auto kb = [](const model::Trace& trace, const char* field) {
        return std::stoll(numbersAt(trace, trace.counters()[0]).at(field));
    };
    EXPECT_EQ(kb(*after, "MemFree") - kb(*before, "MemFree"), 464'544);
    EXPECT_EQ(kb(*after, "Buffers") - kb(*before, "Buffers"), -30'536);
    EXPECT_EQ(kb(*after, "Cached") - kb(*before, "Cached"), -422'944);
}

TEST_F(SeedProc, TheZoneHasItsWatermarks) {
    const auto& golden = m_golden["zone-dma32--proc-zoneinfo--01.txt"];
    const auto trace = open("zone-dma32--proc-zoneinfo--01.txt");
    EXPECT_EQ(trace->sources()[0].kind, "proc-zoneinfo");
    const auto got = numbersAt(*trace, trace->counters()[0]);
    const auto row = "node" + golden["node"].dump() + "/" + golden["zone"].get<std::string>() + "/";
    EXPECT_EQ(got.size(), golden["pages"].size());
    for (const auto& [field, value] : golden["pages"].items())
        EXPECT_EQ(got.at(row + field), value.dump()) << field;
    EXPECT_EQ(got.at("node0/DMA32/free"), "271567");
    EXPECT_EQ(got.at("node0/DMA32/min"), "1402");
    EXPECT_EQ(got.at("node0/DMA32/low"), "1898");
    EXPECT_EQ(got.at("node0/DMA32/high"), "2394");
}

TEST_F(SeedProc, TheAuthorsListOfSoftirqsIsTheOrderThatWeName) {
    std::ifstream file(m_seed / "softirq-pending-bits--other--01.txt");
    std::size_t listed = 0;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::size_t bit = 0;
        std::string name;
        if (!(words >> bit >> name)) continue;
        ASSERT_LT(bit, model::kSoftirqNames.size());
        EXPECT_EQ(name, std::string(model::kSoftirqNames[bit]) + ":");
        ++listed;
    }
    EXPECT_EQ(listed, model::kSoftirqNames.size());
}

}  // namespace
}  // namespace kscope::test
