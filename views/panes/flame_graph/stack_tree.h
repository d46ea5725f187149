// SPDX-License-Identifier: GPL-3.0-or-later
/// Flame graphs by count of what has no durations: stacks recorded with events, and lines of the
/// function tracer.
#pragma once

#include "views/panes/flame_graph/flame_scene.h"

#include <stop_token>

namespace kscope::views {

/// Whether the trace has either.
[[nodiscard]] bool hasStacks(const model::Trace& trace);
/// Under the event's name its stacks, callers first, user frames before kernel frames; under
/// "function" the caller of each traced function and under that the function. Reads the sources'
/// texts: not for the GUI thread. Null: stopped.
[[nodiscard]] std::shared_ptr<const FlameTree>
makeStackTree(const model::TracePtr& trace, const std::optional<model::TimeRange>& range,
              const std::stop_token& stop = {});

}  // namespace kscope::views
