// SPDX-License-Identifier: GPL-3.0-or-later
/// libFuzzer target of one family of files of /proc, or of the log (KSCOPE_PROC_FAMILY): the first
/// byte chooses the file, the rest is its text.
#include "tests/fuzz/proc_reader.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using kscope::fuzz::ProcFamily;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    // What another target reads is no use in this one's corpus.
    if (kscope::fuzz::familyOf(input) != ProcFamily::KSCOPE_PROC_FAMILY) return -1;
    kscope::fuzz::readProc(input);
    return 0;
}
