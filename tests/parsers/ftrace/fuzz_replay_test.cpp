// SPDX-License-Identifier: GPL-3.0-or-later
/// The fuzz target's corpus, read again by every test run.
#include "tests/fuzz/ftrace_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace kscope::fuzz {
namespace {

TEST(FtraceFuzz, CorpusIsRead) {
    std::size_t inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(KSCOPE_SOURCE_DIR) +
                                                                 "/tests/fuzz/ftrace")) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(file), {}};
        SCOPED_TRACE(entry.path().string());
        readFtrace(input);
        ++inputs;
    }
    EXPECT_GT(inputs, 10U);
}

}  // namespace
}  // namespace kscope::fuzz
