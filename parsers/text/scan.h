// SPDX-License-Identifier: GPL-3.0-or-later
/// Scans over bytes that every text reader needs, written to be inlined into hot loops.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kscope::parsers {

/// Position of the next '\n' in [begin, end), else `end`. May read 32 bytes behind `end`, whatever
/// they hold.
[[nodiscard]] inline const char* findLineEnd(const char* begin, const char* end) {
#if defined(__SSE2__)
    const __m128i newline = _mm_set1_epi8('\n');
    for (const char* at = begin; at < end; at += 32) {
        const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16));
        const auto lowMask =
            static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(low, newline)));
        const auto highMask =
            static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(high, newline)));
        const std::uint32_t mask = lowMask | highMask << 16;
        if (mask != 0) {
            const char* const found = at + std::countr_zero(mask);
            return found < end ? found : end;
        }
    }
    return end;
#else
    const void* const found = std::memchr(begin, '\n', static_cast<std::size_t>(end - begin));
    return found ? static_cast<const char*>(found) : end;
#endif
}

[[nodiscard]] constexpr bool isDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
[[nodiscard]] constexpr bool isHexDigit(char c) {
    return isDigit(c) || static_cast<unsigned char>((c | 0x20) - 'a') < 6;
}
[[nodiscard]] constexpr bool isBlank(char c) { return c == ' ' || c == '\t'; }
/// What a C identifier consists of; event names are such.
[[nodiscard]] constexpr bool isWord(char c) {
    return isDigit(c) || static_cast<unsigned char>((c | 0x20) - 'a') < 26 || c == '_';
}

[[nodiscard]] inline std::uint64_t loadWord(const char* at) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

[[nodiscard]] constexpr std::string_view trimLeft(std::string_view text) {
    std::size_t skip = 0;
    while (skip < text.size() && isBlank(text[skip])) ++skip;
    return text.substr(skip);
}
[[nodiscard]] constexpr std::string_view trimRight(std::string_view text) {
    while (!text.empty() && (isBlank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
    return text;
}
[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
    return trimLeft(trimRight(text));
}

}  // namespace kscope::parsers
