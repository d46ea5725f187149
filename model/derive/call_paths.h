// SPDX-License-Identifier: GPL-3.0-or-later
/// What each path of calls sums up to, block by block of a task's calls: the tree of a selection
/// then needs to walk only the blocks at its two ends. Kept of a forest once its whole tree was
/// made; PathLimits says in how many bytes. Internal to model/derive.
#pragma once

#include "model/derive/path_tree.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace kscope::model {

struct PathLimits {
    std::uint32_t blockCalls = 64 << 10;  ///< Of a block, unless its paths are many.
    std::size_t bytesACall = 4;           ///< Of all that is kept.
};

class CallPaths {
public:
    /// Of the calls of one block that took one path.
    struct Sum {
        std::uint32_t path = 0;
        std::uint32_t calls = 0;  ///< 0: here are only calls below it, or such as do not count.
        std::uint32_t first = 0;  ///< Index of the call that was first on it.
        std::uint32_t totalLow = 0;
        std::uint32_t totalHigh = 0;
        [[nodiscard]] std::int64_t total() const {
            return static_cast<std::int64_t>(std::uint64_t{totalHigh} << 32 | totalLow);
        }
        void add(std::uint32_t more, std::int64_t ns) {
            calls += more;
            const auto sum = static_cast<std::uint64_t>(total() + ns);
            totalLow = static_cast<std::uint32_t>(sum);
            totalHigh = static_cast<std::uint32_t>(sum >> 32);
        }
    };
    static_assert(sizeof(Sum) == 20);
    /// Calls [begin, end) of a task.
    struct Block {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
        bool summed = true;             ///< Else its paths are too many: it is walked.
        std::int64_t from = INT64_MAX;  ///< No call of it begins earlier.
        std::int64_t to = INT64_MIN;    ///< None of those in `sums` ends later.
        std::vector<Sum> sums;          ///< Of all that are not in `longer`.
        /// Calls that end after the next block begins, few as they lie in each other, and those of
        /// unknown length; ascending.
        std::vector<std::uint32_t> longer;
    };
    std::vector<CallTreeNode> paths;         ///< Of all calls, with their sums.
    std::vector<std::vector<Block>> blocks;  ///< By task of the forest.
};

/// The tree of all calls, with what is to be kept of it in `kept` (null: nothing, there are few
/// calls).
[[nodiscard]] PathTree growAllPaths(const CallForest& forest, ThreadPool& pool,
                                    std::shared_ptr<const CallPaths>& kept, PathLimits limits = {});
/// The tree of the calls in `scope`, which names neither CPUs nor rows.
[[nodiscard]] PathTree selectPaths(const CallForest& forest, const CallPaths& paths,
                                   const CallScope& scope, ThreadPool& pool, CallRoots roots);

}  // namespace kscope::model
