// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls as a tree in order of time: only calls of one path that follow each other without another
/// between them are one node.
#pragma once

#include "model/derive/call_functions.h"

namespace kscope::model {

struct TimedTree {
    CallTree tree;  ///< Children in order of time; a path may have many nodes.
    /// Where there would be too many nodes, calls below this length (ns) stand joined by their
    /// paths, between the longer ones. 0: none do.
    std::int64_t joinedBelow = 0;
};
/// About that many nodes, 80 bytes each, and while they are made up to five times that.
inline constexpr std::size_t kMostTimedNodes = 250'000;

/// Each task stands for itself, in order of the forest: what two do at a time has no order.
[[nodiscard]] TimedTree callsInTime(const CallForest& forest, const CallScope& scope,
                                    ThreadPool& pool, CallRoots roots = CallRoots::Merged,
                                    std::size_t mostNodes = kMostTimedNodes);

}  // namespace kscope::model
