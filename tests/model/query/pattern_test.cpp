// SPDX-License-Identifier: GPL-3.0-or-later
/// Globs and regular expressions against slow and obvious matchers.
#include "model/query/pattern.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>

using namespace kscope::model;

namespace {
bool slowGlob(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*')
        return slowGlob(pattern.substr(1), text) ||
               (!text.empty() && slowGlob(pattern, text.substr(1)));
    return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
           slowGlob(pattern.substr(1), text.substr(1));
}
bool found(std::string_view pattern, std::string_view text) {
    const auto regex = Regex::compile(pattern);
    EXPECT_TRUE(regex) << pattern << ": " << (regex ? "" : regex.error().message);
    return regex && regex->search(text);
}
}  // namespace

TEST(Glob, AgreesWithTheSlowOne) {
    std::minstd_rand random(3);
    for (int round = 0; round < 50000; ++round) {
        std::string pattern(random() % 7, ' ');
        std::string text(random() % 8, ' ');
        for (auto& c : pattern) c = "ab*?"[random() % 4];
        for (auto& c : text) c = "ab"[random() % 2];
        ASSERT_EQ(globMatches(pattern, text), slowGlob(pattern, text)) << pattern << " / " << text;
    }
}

TEST(Glob, SetsAndQuotes) {
    EXPECT_TRUE(globMatches("kworker/[0-3]:*", "kworker/2:1H"));
    EXPECT_FALSE(globMatches("kworker/[!0-3]:*", "kworker/2:1H"));
    EXPECT_TRUE(globMatches("a[b", "a[b"));
    EXPECT_TRUE(globMatches("a\\*", "a*"));
    EXPECT_FALSE(globMatches("a\\*", "ab"));
    EXPECT_TRUE(globMatches("*", ""));
    // Time is linear in the text for a star, so that this ends.
    EXPECT_FALSE(globMatches("*a*a*a*a*a*a*a*a*b", std::string(20000, 'a')));
}

TEST(RegexSearch, AgreesWithTheStandardOne) {
    std::minstd_rand random(5);
    const std::vector<std::string> parts{"a",      "b",    ".",      "a*",     "b+", "(ab)",
                                         "(a|b)",  "[ab]", "[^a]",   "a?",     "^",  "$",
                                         "(a|b)*", "b{2}", "a{1,2}", "(?:ab)+"};
    for (int round = 0; round < 3000; ++round) {
        std::string pattern;
        for (auto n = random() % 5; n > 0; --n) pattern += parts[random() % parts.size()];
        std::string text(random() % 8, ' ');
        for (auto& c : text) c = "abc"[random() % 3];
        ASSERT_EQ(found(pattern, text), std::regex_search(text, std::regex(pattern)))
            << pattern << " / " << text;
    }
}

TEST(RegexSearch, ClassesAndEdges) {
    EXPECT_TRUE(found("^kworker/\\d+:\\dH?$", "kworker/12:1H"));
    EXPECT_FALSE(found("^kworker/\\d+:\\dH?$", "kworker/x:1"));
    EXPECT_TRUE(found("\\bpid=12\\b", "comm=x pid=12 prio"));
    EXPECT_FALSE(found("\\bpid=12\\b", "comm=x pid=123 prio"));
    EXPECT_TRUE(found("[]x]", "]"));
    EXPECT_TRUE(found("a\\.b", "a.b"));
    EXPECT_FALSE(found("a\\.b", "axb"));
    EXPECT_TRUE(found("(a|)b", "b"));
    // Would take ages by backtracking.
    EXPECT_FALSE(found("(a*)*b", std::string(5000, 'a')));
}

TEST(RegexSearch, FaultsNameTheColumn) {
    const auto column = [](std::string_view pattern) {
        const auto regex = Regex::compile(pattern);
        return regex ? std::string("none") : std::to_string(regex.error().column);
    };
    EXPECT_EQ(column("ab(c"), "2");
    EXPECT_EQ(column("ab)c"), "2");
    EXPECT_EQ(column("*a"), "0");
    EXPECT_EQ(column("a[bc"), "1");
    EXPECT_EQ(column("a\\"), "1");
    EXPECT_EQ(column("[b-a]"), "4");
    EXPECT_FALSE(Regex::compile("(a{1000}){1000}"));
    EXPECT_FALSE(Regex::compile(std::string(300, '(') + std::string(300, ')')));
}
