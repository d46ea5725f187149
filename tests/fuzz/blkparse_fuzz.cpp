// SPDX-License-Identifier: GPL-3.0-or-later
/// libFuzzer target of the blkparse reader: any bytes, cut as the first byte says. The corpus is
/// replayed by a test.
#include "tests/fuzz/ftrace_reader.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kscope::fuzz::readBlkparse({reinterpret_cast<const char*>(data), size});
    return 0;
}
