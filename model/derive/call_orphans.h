// SPDX-License-Identifier: GPL-3.0-or-later
/// Puts calls that are only known by their exits where they begin. Internal to model/derive.
#pragma once

#include "model/derive/calls.h"

namespace kscope::model {

/// What ran inside of such calls becomes theirs. All others stand in order of begin already.
void placeOrphans(CallArray& calls, const Trace& trace);

}  // namespace kscope::model
