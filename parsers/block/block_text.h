// SPDX-License-Identifier: GPL-3.0-or-later
/// Words of the block layer: what blkparse, the kernel's blk tracer and the block:* events print of
/// one record.
#pragma once

#include "model/store/block_row.h"

#include <cstdint>
#include <string_view>

namespace kscope::parsers {

/// What stands in front of the action in a line of blkparse: "%D %2c %8s %5T.%9t %5p".
struct BlkparseHead {
    model::DeviceId device = model::kNoDevice;
    std::uint64_t cpu = 0;
    std::uint64_t sequence = 0;
    std::int64_t ns = 0;
    std::uint64_t pid = 0;
};
/// Reads the head of [at, end) and moves `at` to the action's letters; false: no such line.
[[nodiscard]] bool takeBlkparseHead(const char*& at, const char* end, BlkparseHead& head);

/// Reads "ACT RWBS rest": fills all of `record` but its device, and `comm` where the text has one.
/// False: no action there. What is missing behind the action stays 0.
[[nodiscard]] bool readBlockAction(std::string_view text, model::BlockRecord& record,
                                   std::string_view& comm);

/// A line of the blk tracer behind its context: "MAJ,MIN [CGROUP] ACT RWBS rest".
[[nodiscard]] bool readTracerText(std::string_view text, model::BlockRecord& record,
                                  std::string_view& comm);

/// The arguments of block:* event `action` (which its name gives).
[[nodiscard]] bool readBlockEvent(model::BlockAction action, std::string_view args,
                                  model::BlockRecord& record);

/// A line of the summary that blkparse prints at its end, or of blktrace's own output: no event.
[[nodiscard]] bool isBlkparseSummary(std::string_view line);

}  // namespace kscope::parsers
