// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines of a stretch of a trace as a trace of their own: what the source says of the events there.
#pragma once

#include "model/core/result.h"
#include "model/store/trace.h"

#include <QString>

#include <stop_token>

namespace kscope::app {

/// Empty where the lines of this trace can be written by themselves; else the reason.
[[nodiscard]] QString whyNoRangeText(const model::Trace& trace);
/// Writes the head of the source (what stands before its first event) and the lines of all events
/// of `range` with the stacks and lost-event lines behind them, in the order of the file. Returns
/// how many events; nothing is left behind on failure. Reads the source: not for the GUI thread.
[[nodiscard]] model::Result<std::uint64_t> writeRangeText(const model::Trace& trace,
                                                          model::TimeRange range,
                                                          const QString& path,
                                                          const std::stop_token& stop);

}  // namespace kscope::app
