// SPDX-License-Identifier: GPL-3.0-or-later
/// Damaged input: every prefix and every one-byte change of a small capture, from blocks of exactly
/// their size.
#include "tests/parsers/ftrace/parsed.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace kscope::tests {
namespace {

std::string sample(const char* name) {
    std::ifstream file(std::string(KSCOPE_TEST_DATA) + "/ftrace/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t lineCount(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) +
           (text.ends_with('\n') ? 0 : 1);
}

void readAll(std::string_view text) {
    const auto layout = parsers::detectLayout(text);
    const auto parsed = parseText(text, layout, {.piece = 600});
    EXPECT_LE(parsed.rows.size(), lineCount(text));
    EXPECT_EQ(parsed.bytes, text.size());
    for (const auto& row : parsed.rows) {
        ASSERT_LT(row.position, text.size());
        const auto event = parsers::readEventText(layout, text.substr(row.position));
        ASSERT_LE(event.line.size(), text.size());
    }
}

class HostileCapture : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        m_text = sample(GetParam());
        ASSERT_FALSE(m_text.empty()) << GetParam();
    }
    std::string m_text;
};

TEST_P(HostileCapture, EveryPrefixIsRead) {
    for (std::size_t size = 0; size < m_text.size(); size += 1 + size / 400)
        readAll(std::string_view(m_text).substr(0, size));
}

TEST_P(HostileCapture, EveryByteMayChange) {
    constexpr char kBytes[] = {'\0', '\n', ' ', ':', '-', '9', '\xff', '['};
    for (std::size_t at = 0; at < m_text.size(); at += 3) {
        std::string changed = m_text;
        changed[at] = kBytes[at % sizeof kBytes];
        readAll(changed);
    }
}

INSTANTIATE_TEST_SUITE_P(Samples, HostileCapture,
                         testing::Values("default.txt", "tgid.txt", "latency.txt", "verbose.txt",
                                         "report.txt", "marker.txt", "damaged.txt", "graph.txt"));

TEST(HostileText, ReadsWithoutNewlineAndWithoutSense) {
    readAll(std::string(100000, 'x'));
    readAll(std::string(100000, ':'));
    readAll(std::string(100000, ' '));
    readAll(std::string(3000, '\n'));
    readAll(std::string(20000, '\0'));
    std::string colons;
    for (int i = 0; i < 20000; ++i) colons += "1.5: ";
    readAll(colons);
    std::string brackets;
    for (int i = 0; i < 5000; ++i) brackets += "a-1 [001] ";
    readAll(brackets);
}

TEST(HostileText, ManyNamesStartNewChunks) {
    std::string text;
    for (int i = 0; i < 70000; ++i) {
        text += "  c" + std::to_string(i) + "-" + std::to_string(i + 1) +
                " [001] d..2. 1.000003: e" + std::to_string(i) + ": y\n";
    }
    const auto parsed = parseText(text);
    ASSERT_EQ(parsed.rows.size(), 70000U);
    EXPECT_EQ(parsed.rows[69999].comm, "c69999");
    EXPECT_EQ(parsed.rows[69999].name, "e69999");
}

}  // namespace
}  // namespace kscope::tests
