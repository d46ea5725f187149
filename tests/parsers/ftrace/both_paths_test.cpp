// SPDX-License-Identifier: GPL-3.0-or-later
/// The fast path decides nothing that the general one would decide differently: held on lines of
/// the fuzzer's corpus that are joined and damaged at random, the same ones in every run.
#include "tests/fuzz/ftrace_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace kscope::fuzz {
namespace {

/// Lines with their ends, in the order of the corpus' file names.
std::vector<std::string> corpusLines() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(KSCOPE_SOURCE_DIR) + "/tests/fuzz/ftrace"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<std::string> lines;
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        file.get();  // chooses pieces, is no text
        for (std::string line; std::getline(file, line);) lines.push_back(line + "\n");
    }
    return lines;
}

class Damager {
public:
    explicit Damager(std::vector<std::string> lines) : m_lines(std::move(lines)) {}
    /// One to five lines, most of them forms of one.
    std::string text() {
        std::string text;
        const auto base = m_lines[below(m_lines.size())];
        for (auto left = 1 + below(5); left > 0; --left) {
            auto line = below(2) == 0 ? m_lines[below(m_lines.size())] : base;
            for (auto changes = below(4); changes > 0 && !line.empty(); --changes) damage(line);
            text += line;
        }
        return text;
    }
    /// Not std::uniform_int_distribution: that differs between libraries.
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(m_random() % end); }

private:
    void damage(std::string& line) {
        static const std::string kBits[] = {" ",
                                            "  ",
                                            "\t",
                                            "=> ",
                                            "# ",
                                            "[",
                                            "]",
                                            ":",
                                            "-",
                                            ".",
                                            "12 ",
                                            "12: ",
                                            "> ",
                                            "\r",
                                            "0",
                                            "9",
                                            "a",
                                            "|",
                                            "_",
                                            "/",
                                            "=",
                                            "\"",
                                            ";",
                                            "...",
                                            "==> ",
                                            "&lt;",
                                            "&gt;",
                                            "[LOST 3 EVENTS]",
                                            "[FAILED TO PARSE]"};
        const auto& bit = kBits[below(std::size(kBits))];
        const auto at = below(line.size());
        const auto args = line.find(": ");
        switch (below(5)) {
        case 0: line.insert(at, bit); break;
        case 1: line.erase(at, 1 + below(3)); break;
        case 2: line.replace(at, bit.size(), bit); break;
        case 3: line.insert(0, bit); break;
        default: line.insert(args == line.npos ? 0 : args + 2, bit); break;
        }
    }
    std::vector<std::string> m_lines;
    std::mt19937_64 m_random{20'261'123};
};

TEST(FtraceFuzz, BothPathsReadDamagedLinesAlike) {
    Damager damager(corpusLines());
    for (int i = 0; i < 20'000; ++i) {
        const auto text = damager.text();
        const auto piece = damager.below(2) == 0 ? 4096 : 1 + damager.below(200);
        const auto layout = parsers::detectLayout(text);
        auto general = layout;
        general.fastPath = false;
        ASSERT_EQ(numbersOf(text, layout, piece), numbersOf(text, general, piece))
            << "input " << i << ", pieces of " << piece << ":\n"
            << text;
    }
}

/// The fast path compares an interrupt's digits and name with those of its last line.
TEST(FtraceFuzz, BothPathsKnowInterruptsAlike) {
    std::mt19937_64 random(20'261'124);
    const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random() % end); };
    const std::string numbers[] = {"1",       "9",        "28",         "128",        "028",
                                   "1234567", "12345678", "4294967295", "4294967296", "-1",
                                   "2 8",     "",         "7x"};
    const std::string letters = "virtio0-req.0 and a name of more than thirty-two bytes";
    for (int i = 0; i < 500; ++i) {
        std::string text;
        for (int line = 0; line < 40; ++line) {
            const auto number = numbers[below(std::size(numbers))];
            auto name = letters.substr(0, below(3) == 0 ? below(letters.size()) : 16);
            if (!name.empty() && below(4) == 0) name[below(name.size())] = '#';
            text += "          <idle>-0       [00" + std::to_string(below(2)) + "] d.h1.    9." +
                    std::to_string(100'000 + line) + ": irq_handler_" +
                    (below(2) == 0 ? "entry: irq=" + number + (below(9) == 0 ? "" : " name=" + name)
                                   : "exit: irq=" + number + " ret=handled") +
                    (below(20) == 0 ? "\r\n" : "\n");
        }
        const auto layout = parsers::detectLayout(text);
        auto general = layout;
        general.fastPath = false;
        ASSERT_TRUE(layout.fastPath);
        ASSERT_EQ(numbersOf(text, layout, 4096), numbersOf(text, general, 4096)) << text;
    }
}

}  // namespace
}  // namespace kscope::fuzz
