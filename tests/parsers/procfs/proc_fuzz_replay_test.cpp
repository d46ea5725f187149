// SPDX-License-Identifier: GPL-3.0-or-later
/// The corpus of the fuzz target of /proc, read again by every test run, whole and cut anywhere.
#include "tests/fuzz/proc_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

namespace kscope::fuzz {
namespace {

TEST(ProcFuzz, CorpusIsReadWholeCutAndDamaged) {
    std::size_t inputs = 0;
    std::minstd_rand random(7);  // NOLINT: the same inputs every time
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(KSCOPE_SOURCE_DIR) + "/tests/fuzz/proc")) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(file), {}};
        SCOPED_TRACE(entry.path().string());
        readProc(input);
        for (int i = 0; i < 40; ++i) {
            readProc(std::string_view(input).substr(0, 1 + random() % input.size()));
            std::string damaged = input;
            for (int k = 0; k < 8; ++k)
                damaged[1 + random() % (input.size() - 1)] =
                    "0123456789 \n:#-.%\xff\0x"[random() % 20];
            readProc(damaged);
        }
        ++inputs;
    }
    EXPECT_EQ(inputs, 17U);
}

}  // namespace
}  // namespace kscope::fuzz
