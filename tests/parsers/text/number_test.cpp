// SPDX-License-Identifier: GPL-3.0-or-later
/// Numbers and line ends read in place.
#include "parsers/text/number.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace kscope::parsers {
namespace {

TEST(Number, ReadsEightDigitsAtOnce) {
    std::mt19937 random(20240229);
    for (int round = 0; round < 1000; ++round) {
        const auto value = static_cast<std::uint32_t>(random() % 100'000'000);
        const auto text = std::to_string(100'000'000 + value).substr(1);
        ASSERT_TRUE(eightDigits(loadWord(text.data()))) << text;
        ASSERT_EQ(eightDigitValue(loadWord(text.data())), value) << text;
        auto broken = text;
        constexpr char kOther[] = {'/', ':', ' ', 'a', '\0', '\xb0', '@', 'p'};
        broken[random() % 8] = kOther[random() % sizeof kOther];
        ASSERT_FALSE(eightDigits(loadWord(broken.data()))) << broken;
    }
}

TEST(Number, CountsTheDigitsAWordBeginsWith) {
    for (std::size_t digits = 0; digits <= 8; ++digits) {
        for (int byte = 0; byte < 256; ++byte) {
            auto text = std::string("90123456").substr(0, digits);
            if (digits < 8) text += static_cast<char>(byte);
            text.resize(8, '\xff');
            const bool oneMore = digits < 8 && byte >= '0' && byte <= '9';
            ASSERT_EQ(leadingDigits(loadWord(text.data())), digits + (oneMore ? 1 : 0))
                << digits << ' ' << byte;
        }
    }
}

TEST(Number, TakesTheWholeTextOrNothing) {
    EXPECT_EQ(wholeNumber("-1"), -1);
    EXPECT_EQ(wholeNumber("9223372036854775807"), INT64_MAX);
    for (const auto* const text :
         {"", "-", "9223372036854775808", "1x", " 1", "99999999999999999999999"})
        EXPECT_FALSE(wholeNumber(text)) << text;
    EXPECT_EQ(wholeHex("0xfF"), 255U);
    EXPECT_EQ(wholeHex("ffffffffffffffff"), UINT64_MAX);
    for (const auto* const text : {"", "0x", "g", "11111111111111111"})
        EXPECT_FALSE(wholeHex(text)) << text;
}

TEST(Scan, FindsLineEndsAnywhere) {
    for (std::size_t size = 0; size < 100; ++size) {
        for (std::size_t at = 0; at <= size; ++at) {
            std::string text(size + 64, '\n');  // what lies behind must not count
            std::fill_n(text.begin(), size, 'x');
            if (at < size) text[at] = '\n';
            const auto* const found = findLineEnd(text.data(), text.data() + size);
            ASSERT_EQ(static_cast<std::size_t>(found - text.data()), at) << size;
        }
    }
}

}  // namespace
}  // namespace kscope::parsers
