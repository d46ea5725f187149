// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls in the formats of other viewers.
#pragma once

#include "model/derive/call_functions.h"

#include <functional>
#include <string_view>

namespace kscope::model {

/// Takes a piece of the text; false: it cannot be written, stop.
using TextSink = std::function<bool(std::string_view)>;

/// Whether the scope counts any call of these.
[[nodiscard]] bool countsAny(const CallForest& forest, const CallScope& scope);

/// "main;f;g 42" a line, the weight is the path's own ns (flamegraph.pl). All tasks merged.
bool writeFolded(const CallForest& forest, const CallScope& scope, ThreadPool& pool,
                 const TextSink& sink);
/// speedscope's file format, one evented profile a task that has calls in the scope, ns.
bool writeSpeedscope(const CallForest& forest, const CallScope& scope, std::string_view name,
                     const TextSink& sink);
/// Chrome trace events: B and E a call, M for names; ts in µs with three decimals.
bool writeChromeTrace(const CallForest& forest, const CallScope& scope, const TextSink& sink);

}  // namespace kscope::model
