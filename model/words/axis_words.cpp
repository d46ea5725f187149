// SPDX-License-Identifier: GPL-3.0-or-later
/// Lengths in time or in counts.
#include "model/words/axis_words.h"

#include "model/core/format.h"

#include <fmt/format.h>

#include <algorithm>

namespace kscope::model {

std::string_view countUnit(const Trace& trace) {
    const auto& sources = trace.sources();
    const auto counts = [](const SourceInfo& source) { return source.clock.counter; };
    if (sources.empty() || !std::ranges::all_of(sources, counts)) return {};
    // Weights of folded stacks count from an unknown begin; a clock's ticks do not.
    const auto weighs = [](const SourceInfo& source) { return source.clock.relative; };
    return std::ranges::all_of(sources, weighs) ? "samples" : "ticks";
}

std::string lengthText(const Trace& trace, Duration length) {
    const auto unit = countUnit(trace);
    if (unit.empty()) return formatDuration(length);
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(length.count(), 0));
    return fmt::format("{} {}", formatCount(count),
                       count == 1 ? unit.substr(0, unit.size() - 1) : unit);
}

}  // namespace kscope::model
