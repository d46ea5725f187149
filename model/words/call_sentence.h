// SPDX-License-Identifier: GPL-3.0-or-later
/// What happens at the entry or the exit of a function, as a sentence.
#pragma once

#include "model/store/trace.h"

#include <string>
#include <string_view>

namespace kscope::model {

/// "vfs_read begins, called by ksys_read. Reads from any kind of file …", "step returns after
/// 1.03 ms = 7". `event` is a call edge, `args` its text in the source. Looks back over
/// some thousand rows of the trace for the caller and for the entry: what is further away, or torn
/// by a loss, is not said.
[[nodiscard]] std::string callSentence(const Trace& trace, const Event& event,
                                       std::string_view args);

}  // namespace kscope::model
