// SPDX-License-Identifier: GPL-3.0-or-later
/// Numbers in text, read in place.
#pragma once

#include "parsers/text/scan.h"

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kscope::parsers {

/// Whether all eight bytes of `word` (loaded little-endian) are digits.
[[nodiscard]] constexpr bool eightDigits(std::uint64_t word) {
    return ((word & 0xf0f0f0f0f0f0f0f0) |
            ((word + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4) == 0x3333333333333333;
}
/// How many digits `word` (loaded little-endian) begins with.
[[nodiscard]] constexpr std::size_t leadingDigits(std::uint64_t word) {
    // A digit's byte becomes 0 … 9: adding 118 leaves its highest bit empty. What a byte carries
    // into those behind it does not matter.
    const std::uint64_t off = word ^ 0x3030303030303030;
    const std::uint64_t others = (off | (off + 0x7676767676767676)) & 0x8080808080808080;
    return static_cast<std::size_t>(std::countr_zero(others)) / 8;
}
/// Value of eight digits, the first one in the lowest byte. Three multiplications: pairs, fours,
/// all eight.
[[nodiscard]] constexpr std::uint32_t eightDigitValue(std::uint64_t word) {
    word -= 0x3030303030303030;
    word = word * 10 + (word >> 8);
    constexpr std::uint64_t kMask = 0x000000ff000000ff;
    constexpr std::uint64_t kHigh = 100 + (1000000ULL << 32);
    constexpr std::uint64_t kLow = 1 + (10000ULL << 32);
    return static_cast<std::uint32_t>(((word & kMask) * kHigh + (word >> 16 & kMask) * kLow) >> 32);
}

/// Reads the digits at `at` (at least one) and moves it behind them; saturates at UINT64_MAX.
/// False: no digit there.
[[nodiscard]] constexpr bool takeNumber(const char*& at, const char* end, std::uint64_t& value) {
    if (at >= end || !isDigit(*at)) return false;
    std::uint64_t sum = 0;
    bool over = false;
    for (; at < end && isDigit(*at); ++at) {
        const auto digit = static_cast<std::uint64_t>(*at - '0');
        over = over || sum > (UINT64_MAX - digit) / 10;
        sum = sum * 10 + digit;
    }
    value = over ? UINT64_MAX : sum;
    return true;
}

/// The whole of `text` as a decimal number with an optional sign; nothing where it is none or needs
/// more than 63 bits.
[[nodiscard]] constexpr std::optional<std::int64_t> wholeNumber(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const char* at = text.data();
    const char* const end = at + text.size();
    std::uint64_t value = 0;
    if (!takeNumber(at, end, value) || at != end || value > INT64_MAX) return std::nullopt;
    return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

/// The whole of `text` as hexadecimal digits, with or without 0x, at most 64 bits.
[[nodiscard]] constexpr std::optional<std::uint64_t> wholeHex(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
    if (text.empty() || text.size() > 16) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!isHexDigit(c)) return std::nullopt;
        value =
            value << 4 | static_cast<std::uint64_t>(isDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

}  // namespace kscope::parsers
