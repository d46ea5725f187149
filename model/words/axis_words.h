// SPDX-License-Identifier: GPL-3.0-or-later
/// Lengths on the axis of a trace, which is time or, of folded stacks and of counter clocks,
/// counts.
#pragma once

#include "model/store/trace.h"

#include <string>
#include <string_view>

namespace kscope::model {

/// What the axis counts where it has no time: "samples", "ticks"; "" where it has.
[[nodiscard]] std::string_view countUnit(const Trace& trace);
/// "11.8 ms", "523 samples".
[[nodiscard]] std::string lengthText(const Trace& trace, Duration length);

}  // namespace kscope::model
