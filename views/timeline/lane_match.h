// SPDX-License-Identifier: GPL-3.0-or-later
/// Lanes by pattern: `cpu`, `task:2211`, `task:java*`, `event:sched_*`, `all`.
#pragma once

#include "model/core/result.h"
#include "views/timeline/lane_layout.h"

#include <string_view>
#include <vector>

namespace kscope::views {

/// `*` stands for any text, `?` for one character; all else for itself.
[[nodiscard]] bool globMatches(std::string_view pattern, std::string_view text);
/// Lanes that a pattern list names, in its order and each once. Fails with the first pattern that
/// fits no lane.
[[nodiscard]] model::Result<std::vector<LaneKey>> matchLanes(const model::Trace& trace,
                                                             std::string_view patterns);

}  // namespace kscope::views
