// SPDX-License-Identifier: GPL-3.0-or-later
/// The corpora of the fuzz targets of /proc, read again by every test run, whole and cut anywhere.
#include "tests/fuzz/proc_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>

namespace kscope::fuzz {
namespace {

TEST(ProcFuzz, CorpusIsReadWholeCutAndDamaged) {
    std::size_t inputs = 0;
    std::minstd_rand random(7);  // NOLINT: the same inputs every time
    const std::filesystem::path folder = std::string(KSCOPE_SOURCE_DIR) + "/tests/fuzz";
    constexpr std::array kFamilies{std::pair{"proc_interrupts", ProcFamily::Interrupts},
                                   std::pair{"proc_memory", ProcFamily::Memory},
                                   std::pair{"proc_system", ProcFamily::System},
                                   std::pair{"proc_log", ProcFamily::Log}};
    for (const auto& [name, family] : kFamilies) {
        for (const auto& entry : std::filesystem::directory_iterator(folder / name)) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string input{std::istreambuf_iterator<char>(file), {}};
            SCOPED_TRACE(entry.path().string());
            EXPECT_EQ(familyOf(input), family);
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
    }
    EXPECT_EQ(inputs, 17U);
}

}  // namespace
}  // namespace kscope::fuzz
