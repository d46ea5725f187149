// SPDX-License-Identifier: GPL-3.0-or-later
/// Bytes that are no text, against a plain reading of RFC 3629.
#include "parsers/text/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace kscope::tests {
namespace {

/// Every code point's encoding by the table of RFC 3629 section 3; empty for what has none.
std::string encoded(std::uint32_t code) {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) return {static_cast<char>(0xc0 | code >> 6), tail(0)};
    if (code >= 0xd800 && code < 0xe000) return {};
    if (code < 0x10000) return {static_cast<char>(0xe0 | code >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xf0 | code >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, TakesEveryCodePointAndNoCutOne) {
    for (std::uint32_t code = 0; code <= 0x10ffff; ++code) {
        const auto text = encoded(code);
        if (text.empty()) continue;
        ASSERT_TRUE(parsers::isUtf8("a" + text + "b")) << code;
        if (text.size() > 1) {
            ASSERT_FALSE(parsers::isUtf8("a" + text.substr(0, text.size() - 1) + "b")) << code;
        }
    }
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsTooLarge) {
    for (const char* text : {"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf",
                             "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
                             "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\x80", "\xbf"})
        EXPECT_FALSE(parsers::isUtf8(text));
}

TEST(Utf8, FindsAnOddByteAtEveryPlace) {
    for (std::size_t size = 0; size < 200; ++size) {
        const std::string plain(size, 'x');
        EXPECT_FALSE(parsers::findOddBytes(plain).nul || parsers::findOddBytes(plain).high);
        for (std::size_t at = 0; at < size; ++at) {
            auto nul = plain;
            nul[at] = '\0';
            ASSERT_TRUE(parsers::findOddBytes(nul).nul && !parsers::findOddBytes(nul).high);
            auto high = plain;
            high[at] = '\x80';
            ASSERT_TRUE(parsers::findOddBytes(high).high && !parsers::findOddBytes(high).nul);
        }
    }
}

}  // namespace
}  // namespace kscope::tests
