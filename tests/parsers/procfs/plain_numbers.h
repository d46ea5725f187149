// SPDX-License-Identifier: GPL-3.0-or-later
/// Another way to read files of /proc, for the tests alone: which numbers a text holds, by tokens.
/// Shares nothing with parsers/procfs.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace kscope::test {

inline bool allDigits(const std::string& word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
}
inline std::vector<std::string> split(const std::string& line) {
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

/// Every run of digits (and dots between digits) that stands alone between other characters.
inline std::vector<std::string> loneNumbers(const std::string& line) {
    std::string plain = line;
    for (char& c : plain)
        if (c == '(' || c == ')' || c == ',' || c == '=' || c == '>') c = ' ';
    std::vector<std::string> found;
    for (const auto& word : split(plain))
        if (word.find_first_not_of("0123456789.") == std::string::npos && word[0] != '.')
            found.push_back(word);
    return found;
}

/// The numbers of one line of a file called `kind` ("interrupts"); `cpus` is what the header line
/// said, 0 without one.
inline std::vector<std::string> lineNumbers(const std::string& kind, const std::string& line,
                                            std::size_t& cpus) {
    auto words = split(line);
    if (words.empty()) return {};
    if (kind == "interrupts" || kind == "softirqs") {
        if (words[0].rfind("CPU", 0) == 0) {
            cpus = words.size();
            return {};
        }
        std::vector<std::string> found;
        // "IPI0:2768808080": a large number touches its row's name.
        const auto colon = line.find(':');
        if (colon == std::string::npos) return {};
        words = split(line.substr(0, colon + 1) + " " + line.substr(colon + 1));
        if (words[0].back() != ':') return {};
        for (std::size_t i = 1; i < words.size() && allDigits(words[i]); ++i) {
            if (cpus != 0 && found.size() == cpus) break;
            found.push_back(words[i]);
        }
        return found;
    }
    if (kind == "buddyinfo" || kind == "zoneinfo" || kind == "pagetypeinfo") {
        if (words[0] == "Node") {
            auto numbers = loneNumbers(line);
            numbers.erase(numbers.begin());
            return numbers;
        }
        if (words[0] == "cpu:" || words[0] == "Free" || words[0] == "Number") return {};
        return loneNumbers(line);
    }
    if (kind == "slabinfo") {
        if (line[0] == '#' || words[0] == "slabinfo") return {};
        std::string rest = line.substr(line.find(' '));
        return loneNumbers(rest);
    }
    if (kind == "diskstats") return {words.begin() + 3, words.end()};
    if (kind == "schedstat") {
        if (words[0].rfind("domain", 0) == 0) {
            std::size_t at = 1;
            if (words[1].find_first_not_of("0123456789abcdef,") != std::string::npos) ++at;
            return {words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end()};
        }
        return loneNumbers(line);
    }
    if (kind == "loadavg") {
        std::string plain = line;
        for (char& c : plain)
            if (c == '/') c = ' ';
        return split(plain);
    }
    if (kind == "meminfo") {
        const auto colon = line.find(':');
        return colon == std::string::npos ? std::vector<std::string>{}
                                          : loneNumbers(line.substr(colon + 1));
    }
    if (kind == "stat" && line.find('(') != std::string::npos) {
        std::string plain = line;
        const auto close = plain.rfind(')');
        plain.erase(plain.find('('), close + 1 - plain.find('('));
        return loneNumbers(plain);
    }
    return loneNumbers(line);
}

struct PlainNumbers {
    std::uint64_t count = 0;
    std::uint64_t sum = 0;  ///< Of the digits without their dots, modulo 2^64.
};
inline PlainNumbers readPlain(const std::string& kind, std::istream& in) {
    PlainNumbers all;
    std::size_t cpus = 0;
    for (std::string line; std::getline(in, line);) {
        for (auto word : lineNumbers(kind, line, cpus)) {
            std::erase(word, '.');
            ++all.count;
            all.sum += std::stoull(word);
        }
    }
    return all;
}

}  // namespace kscope::test
