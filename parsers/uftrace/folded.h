// SPDX-License-Identifier: GPL-3.0-or-later
/// Folded stacks "a;b;c 42" (FlameGraph's stackcollapse scripts, uftrace dump --flame-graph).
#pragma once

#include "parsers/row_reader.h"

#include <memory>
#include <string_view>
#include <vector>

namespace kscope::parsers {

struct FoldedLine {
    std::vector<std::string_view> frames;  ///< Root first.
    std::uint64_t weight = 0;              ///< Rounded; what it counts the file does not say.
    bool valid = false;
};
[[nodiscard]] FoldedLine readFoldedLine(std::string_view line);

/// Stacks as calls on a made-up axis: one unit of weight lasts one tick, neighbours share the
/// frames that they have in common.
[[nodiscard]] std::unique_ptr<RowReader> foldedReader();
[[nodiscard]] model::EventText readFoldedText(std::string_view text);

}  // namespace kscope::parsers
