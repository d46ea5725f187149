// SPDX-License-Identifier: GPL-3.0-or-later
/// What is said of the functions of a trace: how often they ran and how long (cli.md section 5,
/// calls; the facts' choices 12 to 15).
#pragma once

#include "model/derive/calls.h"
#include "model/query/row_set.h"

#include <functional>
#include <optional>
#include <vector>

namespace kscope::model {

/// Which calls are counted. With a range a call counts with its part inside it.
struct CallScope {
    std::optional<TimeRange> range;
    std::vector<CpuId> cpus;                    ///< Of the naming row; empty: all.
    RowSetPtr rows;                             ///< That hold the naming row; null: all.
    std::function<bool(const CallTask&)> task;  ///< Empty: all.
};

struct FunctionRow {
    FunctionKey function;
    std::uint64_t calls = 0;  ///< Exits, and entries that are open at the end.
    std::uint64_t open = 0;
    std::uint64_t withoutEntry = 0;
    std::uint64_t entriesWithoutExit = 0;  ///< No calls.
    std::int64_t total = 0;                ///< ns, recursion counted once: the outermost call.
    std::int64_t self = 0;                 ///< ns without callees exactly one level deeper.
    std::int64_t sum = 0;                  ///< ns of all calls.
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::int64_t p99 = 0;    ///< Nearest rank.
    bool totalExact = true;  ///< Else total, sum, min, max and p99 are not known.
    bool selfExact = true;
    [[nodiscard]] std::int64_t avg() const {
        return calls == 0 ? 0 : sum / static_cast<std::int64_t>(calls);
    }
};

struct FunctionReport {
    std::vector<FunctionRow> rows;  ///< Ascending by name.
    std::uint32_t maxDepth = 0;
    std::uint64_t open = 0;
};
[[nodiscard]] FunctionReport functionReport(const CallForest& forest, const CallScope& scope,
                                            ThreadPool& pool);

/// A path of calls with all calls that took it.
struct CallTreeNode {
    FunctionKey function;
    std::uint32_t parent = kNoCall;  ///< Always lower; the root stands at 0.
    std::uint32_t depth = 0;         ///< Of the tree; the root has 0.
    std::uint32_t open = 0;          ///< Calls whose length nothing tells.
    std::uint64_t calls = 0;
    std::int64_t total = 0;          ///< A call of unknown length weighs what its callees do.
    std::int64_t self = 0;           ///< Without the nodes below.
    std::int64_t first = INT64_MAX;  ///< When the first call that took it began, ns on the axis.
    /// Else `total` and `self` are no more than the least that they can be.
    [[nodiscard]] bool exact() const { return open == 0 && calls > 0; }
};
struct CallTree {
    std::vector<CallTreeNode> nodes;                   ///< Parents before children.
    std::vector<std::vector<std::uint32_t>> children;  ///< By node, largest total first.
};
enum class CallRoots : std::uint8_t {
    Merged,  ///< Paths of all tasks are one.
    ByTask,  ///< A node a task (FunctionKey::isTask()) above its paths.
};
/// Merges the calls of the tasks in scope by their paths.
[[nodiscard]] CallTree callTree(const CallForest& forest, const CallScope& scope, ThreadPool& pool,
                                CallRoots roots = CallRoots::Merged);

/// Callers and callees: how often one function called another directly.
struct CallPair {
    FunctionKey caller;  ///< Name 0: called from nothing that is in the trace.
    FunctionKey callee;
    std::uint64_t calls = 0;
    std::uint64_t open = 0;  ///< Those of them whose length nothing tells.
    std::int64_t total = 0;  ///< ns of the others.
};
[[nodiscard]] std::vector<CallPair> callPairs(const CallForest& forest, const CallScope& scope,
                                              ThreadPool& pool);

}  // namespace kscope::model
