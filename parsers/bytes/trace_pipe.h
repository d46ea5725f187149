// SPDX-License-Identifier: GPL-3.0-or-later
/// When tracefs' trace_pipe is over: the file itself never says so to a reader that does not block.
#pragma once

#include "parsers/bytes/open_input.h"

#include <functional>

namespace kscope::parsers {

/// Asks tracing_on of the buffer that `file`, a trace_pipe or per_cpu/cpuN/trace_pipe, reads: true
/// where it is off, so that no more events come. Empty where `file` is no trace_pipe.
[[nodiscard]] std::function<bool()> tracingIsOff(const FileHandle& file);

}  // namespace kscope::parsers
