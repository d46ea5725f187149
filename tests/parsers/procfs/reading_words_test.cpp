// SPDX-License-Identifier: GPL-3.0-or-later
/// The sentence of a reading against the texts that were read.
#include "model/store/trace_builder.h"
#include "model/words/words.h"
#include "parsers/procfs/round_collector.h"

#include <gtest/gtest.h>

using namespace kscope;

namespace {

/// Sentences of readings of one file, one a text.
std::vector<std::string> sentencesOf(const char* path, const std::vector<std::string>& texts) {
    model::TraceBuilder builder;
    const auto source = builder.addSource({});
    parsers::RoundCollector rounds;
    rounds.begin(source, 0);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i + 1) * 1'000'000'000;
        rounds.add({path, at, at + 1000, i * 10'000, texts[i]});
    }
    builder.deliver(source, 0, rounds.finish(0, 0));
    builder.endSource(source);
    const auto trace = builder.finish();
    std::vector<std::string> sentences;
    for (std::uint64_t i = 0; i < trace->events(); ++i)
        sentences.push_back(
            model::eventSentence(*trace, trace->event(model::EventIndex{i}), texts[i]));
    return sentences;
}

}  // namespace

TEST(ReadingWords, SumInterruptsOverTheCpus) {
    const auto sentences = sentencesOf(
        "/proc/interrupts", {"     CPU0  CPU1\n  9:  1  2  IO-APIC 9-edge acpi\nLOC:  100  200\n",
                             "     CPU0  CPU1\n  9:  2  2  IO-APIC 9-edge acpi\nLOC:  130  220\n",
                             "     CPU0  CPU1\n  9:  2  2  IO-APIC 9-edge acpi\nLOC:  130  220\n"});
    ASSERT_EQ(sentences.size(), 3U);
    EXPECT_EQ(sentences[0], "the first reading: what follows is told against it");
    EXPECT_EQ(sentences[1], "51 interrupts since the reading before, most LOC (50)");
    EXPECT_EQ(sentences[2], "nothing changed since the reading before");
}

TEST(ReadingWords, NameTheGreatestChangeOfGauges) {
    const auto sentences =
        sentencesOf("/proc/meminfo", {"MemTotal:  1000 kB\nMemFree:  500 kB\nCached:  7 kB\n",
                                      "MemTotal:  1000 kB\nMemFree:  380 kB\nCached:  17 kB\n"});
    ASSERT_EQ(sentences.size(), 2U);
    EXPECT_EQ(sentences[1], "2 numbers changed since the reading before, most MemFree by −120");
}
