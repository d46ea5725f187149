// SPDX-License-Identifier: GPL-3.0-or-later
/// irq-info of a line ("d.h1.") as the store keeps it.
#pragma once

#include "model/store/task_state.h"
#include "parsers/ftrace/part_parser.h"

#include <string_view>

namespace kscope::parsers {

/// What the characters mean: by the legend where it has as many, else by their number.
[[nodiscard]] model::EventFlags readIrqFlags(std::string_view flags, const FtraceLayout& layout);

/// Reads a legend line "# | / _---=> hardirq/softirq" into the layout's next column; false: it is
/// none.
[[nodiscard]] bool readLegendLine(std::string_view line, FtraceLayout& layout);

}  // namespace kscope::parsers
