// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Functions: nested calls, a track a task.
#pragma once

#include "model/derive/calls.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

[[nodiscard]] std::shared_ptr<const TrackSet> callTracks(const model::TracePtr& trace);
/// The same of calls that are derived already, or are what a filter left of them.
[[nodiscard]] std::shared_ptr<const TrackSet> callTracksOf(const model::CallForestPtr& forest);
/// "fill 4711"; "CPU 2" of rows without a task; the file's name where rows have neither (stacks).
[[nodiscard]] std::string callTaskName(const model::Trace& trace, const model::CallTask& task);
/// Whether what stands for the length of a call is a number of samples (folded stacks).
[[nodiscard]] bool countsSamples(const model::Trace& trace);
[[nodiscard]] std::string callWeight(const model::Trace& trace,
                                     std::int64_t ns);  ///< "3.86 s", "125 samples"
[[nodiscard]] bool hasCalls(const model::Trace& trace);

}  // namespace kscope::views
