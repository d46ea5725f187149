// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls that a process inherits from the one that forked it. Internal to model/derive.
#pragma once

#include "model/derive/calls.h"

#include <span>

namespace kscope::model {

/// Puts the calls that were open in the parent above those of a forked child: its first exits end
/// some of them, without an entry of its own. `made`: tasks of one trace with their own calls.
void inheritCalls(std::span<CallTask> made, const Trace& trace);

}  // namespace kscope::model
