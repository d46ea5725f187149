// SPDX-License-Identifier: GPL-3.0-or-later
/// Globs and containment.
#include "model/query/pattern.h"

#include <algorithm>

namespace kscope::model {
namespace {

/// Matches one `[…]` at pattern[at]; sets `end` behind it. Without a closing bracket '[' stands for
/// itself.
bool matchSet(std::string_view pattern, std::size_t at, char c, std::size_t& end) {
    auto i = at + 1;
    const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    if (negated) ++i;
    const auto close = pattern.find(']', i + 1);
    if (close == std::string_view::npos) {
        end = at + 1;
        return c == '[';
    }
    bool hit = false;
    for (; i < close; ++i) {
        if (i + 2 < close && pattern[i + 1] == '-') {
            hit = hit ||
                  (static_cast<unsigned char>(c) >= static_cast<unsigned char>(pattern[i]) &&
                   static_cast<unsigned char>(c) <= static_cast<unsigned char>(pattern[i + 2]));
            i += 2;
        } else {
            hit = hit || c == pattern[i];
        }
    }
    end = close + 1;
    return hit != negated;
}

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

bool globMatches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    auto starP = std::string_view::npos;  // behind the last '*' met
    std::size_t starT = 0;
    while (true) {
        if (p < pattern.size() && pattern[p] == '*') {
            starP = ++p;
            starT = t;
            continue;
        }
        if (t == text.size() && p == pattern.size()) return true;
        if (t < text.size() && p < pattern.size()) {
            auto next = p + 1;
            bool hit = pattern[p] == '?' || pattern[p] == text[t];
            if (pattern[p] == '[') hit = matchSet(pattern, p, text[t], next);
            if (pattern[p] == '\\' && p + 1 < pattern.size()) {
                hit = pattern[p + 1] == text[t];
                next = p + 2;
            }
            if (hit) {
                p = next;
                ++t;
                continue;
            }
        }
        // Only the last '*' has to be tried again: what came before it matched as early as it
        // could.
        if (starP == std::string_view::npos || starT >= text.size()) return false;
        p = starP;
        t = ++starT;
    }
}

bool containsFolded(std::string_view haystack, std::string_view needle) {
    return std::search(haystack.begin(), haystack.end(), needle.begin(), needle.end(),
                       [](char a, char b) { return folded(a) == folded(b); }) != haystack.end() ||
           needle.empty();
}

}  // namespace kscope::model
