// SPDX-License-Identifier: GPL-3.0-or-later
/// libFuzzer target of the readers of /proc: the first byte chooses the file, the rest is its text.
#include "tests/fuzz/proc_reader.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kscope::fuzz::readProc({reinterpret_cast<const char*>(data), size});
    return 0;
}
