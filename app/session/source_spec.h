// SPDX-License-Identifier: GPL-3.0-or-later
/// A source as a person names it: a path, and perhaps a shift of its times ("trace.txt@+1.5s").
#pragma once

#include "model/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace kscope::app {

struct SourceSpec {
    std::string path{};         ///< As given, without the suffix; "-": standard input.
    std::int64_t offsetNs = 0;  ///< Added to its times to lay it on the axis.
};

/// A shift in words of cli.md: a sign, a decimal number, and ns, us, ms or s ("+1.5s", "-200ms",
/// "+0.000123s"). Fractions of a nanosecond are cut off. Fails where the text is no shift or leaves
/// 64 bits.
[[nodiscard]] model::Result<std::int64_t> parseShift(std::string_view text);

/// Splits "PATH@SHIFT". Where a file's name really ends so (it exists), or what follows the last
/// '@' does not begin with a sign, the whole text is the path. A suffix with a sign that is no
/// shift is an error.
[[nodiscard]] model::Result<SourceSpec> parseSourceSpec(std::string_view text);

/// The text that parseSourceSpec reads back: "trace.txt@+1.5s", without suffix where nothing is
/// shifted.
[[nodiscard]] std::string sourceSpecText(const SourceSpec& spec);

}  // namespace kscope::app
