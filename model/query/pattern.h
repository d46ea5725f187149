// SPDX-License-Identifier: GPL-3.0-or-later
/// Globs and regular expressions over names and field values, in time linear in the text.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

/// `*` any text, `?` one byte, `[a-z]` and `[!a-z]` sets, `\` quotes. All of `text` must match.
/// O(pattern × text).
[[nodiscard]] bool globMatches(std::string_view pattern, std::string_view text);

/// `haystack` holds `needle`; letters A–Z count as a–z.
[[nodiscard]] bool containsFolded(std::string_view haystack, std::string_view needle);

/// Where an expression is wrong: 0-based column in it, and what was expected.
struct PatternFault {
    std::size_t column = 0;
    std::string message;
};

/// An ECMAScript-like subset: . [] [^] ^ $ | ( ) (?: ) * + ? {m,n} \d \w \s \D \W \S \b and quoted
/// characters. Finds a match anywhere. Thompson's construction run by state sets: O(states × text)
/// whatever the expression, no backtracking.
class Regex {
public:
    static constexpr std::size_t kMostStates = 4096;
    [[nodiscard]] static tl::expected<Regex, PatternFault> compile(std::string_view pattern);
    /// Thread-safe: the state sets live on the caller's side.
    [[nodiscard]] bool search(std::string_view text) const;

private:
    friend class RegexCompiler;
    enum class Op : std::uint8_t { Set, Split, Jump, Begin, End, WordEdge, Accept };
    struct State {
        Op op;
        std::uint32_t out = 0;   ///< Next state; Split: the first of two.
        std::uint32_t out2 = 0;  ///< Split: the other; Set: index of its set.
    };
    using Set = std::uint64_t;  // four words make a set of bytes
    [[nodiscard]] bool has(std::uint32_t set, unsigned char byte) const {
        return (m_sets[set * 4 + byte / 64] >> (byte % 64) & 1) != 0;
    }
    std::vector<State> m_states;
    std::vector<Set> m_sets;
    std::uint32_t m_start = 0;
};

}  // namespace kscope::model
