// SPDX-License-Identifier: GPL-3.0-or-later
/// What the values of a call's arguments are told as.
#include "parsers/uftrace/uftrace_arguments.h"

#include <gtest/gtest.h>

#include <string>

using kscope::parsers::UftraceArguments;
using kscope::parsers::UftraceField;

namespace {

std::string eightBytes(std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 8; ++i, value >>= 8) bytes += static_cast<char>(value);
    return bytes;
}

// formats.md 5.4: function pointers print &name.
TEST(UftraceArguments, APointerToAFunctionIsToldByItsName) {
    UftraceField pointer, number;
    pointer.format = 'p';
    const auto nameOf = [](std::uint64_t address) {
        return address == 0x401136 ? std::string("compare") : std::string();
    };
    const auto told = [&](std::uint64_t value) {
        return UftraceArguments::text({pointer}, eightBytes(value), nameOf);
    };
    EXPECT_EQ(told(0x401136), "&compare");
    EXPECT_EQ(told(0x401137), "0x401137");
    EXPECT_EQ(told(0), "0");
    EXPECT_EQ(UftraceArguments::text({pointer}, eightBytes(0x401136)), "0x401136");
    // A number of the same value is no pointer.
    EXPECT_EQ(UftraceArguments::text({number, pointer}, eightBytes(0x401136) + eightBytes(0x401136),
                                     nameOf),
              "0x401136, &compare");
}

}  // namespace
