// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls of which only the exits were recorded, as tracing_thresh makes them. Internal to
/// model/derive.
#pragma once

#include "model/derive/calls.h"

namespace kscope::model {

/// Puts calls, all without an entry, in order of their exits, below each other. Callees end before
/// their callers, so an exit's callees are what stands before it and deeper and is nobody's yet,
/// where their lengths fit into its own: when they began need not be told. Their self times are not
/// known, since shorter callees are not in the trace.
void nestClosings(CallArray& calls, const Trace& trace);

}  // namespace kscope::model
