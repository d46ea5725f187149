// SPDX-License-Identifier: GPL-3.0-or-later
/// Writes blktrace files of any size, the same bytes for the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kscope::support {

struct BlockGeneratorOptions {
    std::uint64_t records = 1000;
    std::uint64_t seed = 1;
    unsigned cpus = 4;
};

/// One file a CPU, version 7, little endian. The shape is that of buffered sequential writes with
/// merges and of random direct reads on one partition, recorded on Linux 6.12 with mq-deadline: of
/// 100 records 26 A and 26 Q each, 15 M or F, 7 each of G, I, D and C, 6 of P and U; bursts of one
/// task, its completion in an interrupt on the same CPU, tens of requests in flight.
[[nodiscard]] std::vector<std::string> generateBlktrace(const BlockGeneratorOptions& options);

}  // namespace kscope::support
