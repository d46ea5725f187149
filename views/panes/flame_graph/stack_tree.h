// SPDX-License-Identifier: GPL-3.0-or-later
/// Flame graphs by count of what has no durations: stacks recorded with events, and lines of the
/// function tracer.
#pragma once

#include "model/query/row_set.h"
#include "views/panes/flame_graph/flame_scene.h"

#include <stop_token>
#include <string>
#include <string_view>

namespace kscope::views {

/// Whether the trace has either.
[[nodiscard]] bool hasStacks(const model::Trace& trace);
/// Under the event's name its stacks, callers first, user frames before kernel frames; under
/// "function" the caller of each traced function and under that the function. Reads the sources'
/// texts: not for the GUI thread. Null: stopped. `rows`: only events in it; null: all.
[[nodiscard]] std::shared_ptr<const FlameTree>
makeStackTree(const model::TracePtr& trace, const std::optional<model::TimeRange>& range,
              const std::stop_token& stop = {}, const model::RowSetPtr& rows = {});

/// A function, and what called it, as the tree names them.
struct CallSite {
    std::string function;
    std::string caller;
};
/// The next event behind `after` in whose stack or line the one calls the other, around the end of
/// what the other parameters choose, which are those of makeStackTree().
[[nodiscard]] std::optional<model::EventIndex>
nextCallSite(const model::Trace& trace, const CallSite& site, model::EventIndex after,
             const std::optional<model::TimeRange>& range, const std::stop_token& stop = {},
             const model::RowSetPtr& rows = {});

/// "sys_read;vfs_read;… 12" a line, by count, the event's name first (flamegraph.pl).
[[nodiscard]] std::string stacksFolded(const FlameTree& tree);
/// speedscope's file format, one sampled profile.
[[nodiscard]] std::string stacksSpeedscope(const FlameTree& tree, std::string_view title);

}  // namespace kscope::views
