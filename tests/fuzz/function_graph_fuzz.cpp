// SPDX-License-Identifier: GPL-3.0-or-later
/// libFuzzer target of the reader of function_graph text. The corpus is replayed by a test.
#include "tests/fuzz/calls_reader.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kscope::fuzz::readGraphInput({reinterpret_cast<const char*>(data), size});
    return 0;
}
