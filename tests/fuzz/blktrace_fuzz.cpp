// SPDX-License-Identifier: GPL-3.0-or-later
/// libFuzzer target of the blktrace reader: the bytes of one per-CPU file. The corpus is replayed
/// by a test.
#include "tests/fuzz/blktrace_reader.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kscope::fuzz::readBlktrace({reinterpret_cast<const char*>(data), size});
    return 0;
}
