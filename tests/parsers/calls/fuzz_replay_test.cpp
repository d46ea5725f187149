// SPDX-License-Identifier: GPL-3.0-or-later
/// The corpora of the fuzz targets of calls, read again by every test run, whole and cut at every
/// byte of the small ones.
#include "tests/fuzz/calls_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace kscope::fuzz {
namespace {

struct Corpus {
    const char* name;
    void (*read)(std::string_view);
};

class CallsFuzz : public testing::TestWithParam<Corpus> {};

TEST_P(CallsFuzz, CorpusIsRead) {
    const auto& corpus = GetParam();
    const auto folder = std::filesystem::path(KSCOPE_SOURCE_DIR) / "tests" / "fuzz" / corpus.name;
    std::size_t inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(file), {}};
        SCOPED_TRACE(entry.path().string());
        corpus.read(input);
        for (std::size_t cut = 0; cut < input.size(); cut += 1 + input.size() / 100)
            corpus.read(std::string_view(input).substr(0, cut));
        for (std::size_t at = 0; at < input.size(); at += 1 + input.size() / 100) {
            auto flipped = input;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
            corpus.read(flipped);
        }
        ++inputs;
    }
    EXPECT_GE(inputs, 2U);
}

INSTANTIATE_TEST_SUITE_P(Formats, CallsFuzz,
                         testing::Values(Corpus{"function_graph", readGraphInput},
                                         Corpus{"replay", readReplayInput},
                                         Corpus{"chrome", readChromeInput},
                                         Corpus{"uftrace", readUftraceInput}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace kscope::fuzz
