// SPDX-License-Identifier: GPL-3.0-or-later
/// What stands around an exported picture, alike for all panes.
#pragma once

#include "model/store/trace.h"

#include <string>

namespace kscope::views {

/// File names of the sources, "trace" where there is none.
[[nodiscard]] std::string sourceNames(const model::Trace& trace);
/// Begin and end on the axis and since the trace's start, and the length.
[[nodiscard]] std::string rangeWords(const model::Trace& trace, model::TimeRange window);
/// "clock: mono", as the sources name theirs.
[[nodiscard]] std::string clockWords(const model::Trace& trace);

}  // namespace kscope::views
