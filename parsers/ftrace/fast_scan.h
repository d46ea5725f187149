// SPDX-License-Identifier: GPL-3.0-or-later
/// Looks at many bytes of a line at a time, for the fast path alone: 16 at once where there is
/// SSE2.
#pragma once

#include "parsers/text/scan.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace kscope::parsers {

inline constexpr std::size_t kTaskKey = 48;  ///< Bytes in front of '[' that are compared at most.
inline constexpr std::size_t kTimeWithin = 96;  ///< Where the time's colon is looked for.

#if defined(__SSE2__)
inline std::uint32_t mask16(const char* at, char value) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(value))));
}
/// Distance to the first ':' in the 32 bytes at `at`; 32 where there is none.
inline std::size_t colonWithin32(const char* at) {
    return static_cast<std::size_t>(std::countr_zero(mask16(at, ':') | mask16(at + 16, ':') << 16));
}
/// Whether the last `width` of the 48 bytes are the same.
inline bool sameTail(const char* one, const char* other, std::size_t width) {
    std::uint64_t same = 0;
    for (int block = 0; block < 3; ++block) {
        const __m128i left = _mm_loadu_si128(reinterpret_cast<const __m128i*>(one + 16 * block));
        const __m128i right = _mm_loadu_si128(reinterpret_cast<const __m128i*>(other + 16 * block));
        const auto bits =
            static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(left, right)));
        same |= static_cast<std::uint64_t>(bits) << 16 * block;
    }
    const std::uint64_t wanted = (~std::uint64_t{0} << (kTaskKey - width)) & 0xffffffffffff;
    return (same & wanted) == wanted;
}
/// Whether `width` bytes are the same, 16 to 48 of them.
[[gnu::always_inline]] inline bool sameHead(const char* one, const char* other, std::size_t width) {
    const auto same = [&](std::size_t at) {
        return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(one + at)),
                              _mm_loadu_si128(reinterpret_cast<const __m128i*>(other + at)));
    };
    __m128i all = _mm_and_si128(same(0), same(width - 16));
    if (width > 32) all = _mm_and_si128(all, same(16));
    return _mm_movemask_epi8(all) == 0xffff;
}
/// Whether the first `width` of 16 readable bytes are the same.
[[gnu::always_inline]] inline bool same16(const char* one, const char* other, std::size_t width) {
    const __m128i same = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(one)),
                                        _mm_loadu_si128(reinterpret_cast<const __m128i*>(other)));
    return (~static_cast<std::uint32_t>(_mm_movemask_epi8(same)) &
            ((std::uint32_t{1} << width) - 1)) == 0;
}
[[gnu::always_inline]] inline std::uint64_t bits16(__m128i same) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(same));
}
[[gnu::always_inline]] inline __m128i load16(const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
/// A bit for each of the 64 bytes that is the same, the first lowest.
[[gnu::always_inline]] inline std::uint64_t equal64(const char* one, const char* other) {
    const auto at = [&](int place) {
        return bits16(_mm_cmpeq_epi8(load16(one + place), load16(other + place)));
    };
    return (at(0) | at(16) << 16) | (at(32) | at(48) << 16) << 32;
}
/// A bit for each of the 64 bytes at `at` that is `value`.
[[gnu::always_inline]] inline std::uint64_t where64(const char* at, char value) {
    const __m128i wanted = _mm_set1_epi8(value);
    const auto bits = [&](int place) { return bits16(_mm_cmpeq_epi8(load16(at + place), wanted)); };
    return (bits(0) | bits(16) << 16) | (bits(32) | bits(48) << 16) << 32;
}
/// The ": " behind a digit in the first bytes of a line: the time's, nearly always. Null where
/// there is none.
inline const char* findTimeColon(const char* at, const char* lineEnd) {
    const auto size = std::min(kTimeWithin, static_cast<std::size_t>(lineEnd - at));
    for (std::size_t block = 0; block < size; block += 16) {
        std::uint32_t hits = mask16(at + block, ':') & mask16(at + block + 1, ' ');
        for (; hits != 0; hits &= hits - 1) {
            const char* const colon = at + block + std::countr_zero(hits);
            if (colon - at > 16 && isDigit(colon[-1]) && (colon[-7] == '.' || colon[-10] == '.'))
                return colon;
        }
    }
    return nullptr;
}
#else
inline std::size_t colonWithin32(const char* at) {
    const auto* const found = static_cast<const char*>(std::memchr(at, ':', 32));
    return found ? static_cast<std::size_t>(found - at) : 32;
}
inline bool sameTail(const char* one, const char* other, std::size_t width) {
    return std::memcmp(one + kTaskKey - width, other + kTaskKey - width, width) == 0;
}
inline bool sameHead(const char* one, const char* other, std::size_t width) {
    return std::memcmp(one, other, width) == 0;
}
inline bool same16(const char* one, const char* other, std::size_t width) {
    return std::memcmp(one, other, width) == 0;
}
inline std::uint64_t equal64(const char* one, const char* other) {
    std::uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) bits |= std::uint64_t{one[i] == other[i]} << i;
    return bits;
}
inline std::uint64_t where64(const char* at, char value) {
    std::uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) bits |= std::uint64_t{at[i] == value} << i;
    return bits;
}
inline const char* findTimeColon(const char* at, const char* lineEnd) {
    const char* const end = at + std::min(kTimeWithin, static_cast<std::size_t>(lineEnd - at));
    for (const char* colon = at + 17; colon < end; ++colon) {
        if (colon[0] == ':' && colon[1] == ' ' && isDigit(colon[-1]) &&
            (colon[-7] == '.' || colon[-10] == '.'))
            return colon;
    }
    return nullptr;
}
#endif

}  // namespace kscope::parsers
