// SPDX-License-Identifier: GPL-3.0-or-later
/// The filters that uftrace knows (-F, -N, -D, -t), over calls of any source: what is left is a
/// forest like any other, so that every pane and report follows.
#pragma once

#include "model/core/result.h"
#include "model/derive/call_functions.h"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

struct CallFilter {
    std::vector<std::string> only;  ///< -F: calls of these with all inside them; empty: all.
    std::vector<std::string> hide;  ///< -N: not these, nor what is inside them.
    std::uint32_t depth = 0;        ///< -D: levels that are shown, counted from `only`; 0: all.
    /// -t, ns: calls that lasted less, with all inside them. A call whose length is not known
    /// stays.
    std::int64_t threshold = 0;
    [[nodiscard]] bool empty() const {
        return only.empty() && hide.empty() && depth == 0 && threshold <= 0;
    }
    friend bool operator==(const CallFilter&, const CallFilter&) = default;
};

/// "vfs_*; main" to its names, divided by semicolons as C++ names have commas.
[[nodiscard]] std::vector<std::string> callPatterns(std::string_view text);
/// `*` stands for any letters, `?` for one. A pattern without "(" also is the name of a C++
/// function before its parameters.
[[nodiscard]] bool callPatternFits(std::string_view pattern, std::string_view name);
/// "50us", "1.5 ms", "300ns", "2s"; a bare number is µs. Empty: 0. Where lengths are counts of
/// `countUnit` and no times, a whole number of those.
[[nodiscard]] Result<std::int64_t> parseCallThreshold(std::string_view text,
                                                      std::string_view countUnit = {});

/// The calls that the filter leaves, nested as before; their depth counts from the outermost one
/// that is left. The same forest where the filter is empty; null: stopped.
[[nodiscard]] CallForestPtr filterCalls(const CallForestPtr& forest, const CallFilter& filter,
                                        ThreadPool& pool, const std::stop_token& stop = {});

/// The calls that a scope counts, wherever they lie in time: those at the depth that they had,
/// below the next one above that is left. For pictures of calls; sums are of callTree() and
/// functionReport(), which take the scope themselves. The same forest where it leaves out nothing.
[[nodiscard]] CallForestPtr countedCalls(const CallForestPtr& forest, const CallScope& scope,
                                         ThreadPool& pool);

}  // namespace kscope::model
