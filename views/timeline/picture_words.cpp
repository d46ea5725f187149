// SPDX-License-Identifier: GPL-3.0-or-later
/// Sources, range and clock in words.
#include "views/timeline/picture_words.h"

#include "model/core/format.h"

#include <fmt/format.h>

namespace kscope::views {

std::string sourceNames(const model::Trace& trace) {
    std::string names;
    for (const model::SourceInfo& source : trace.sources()) {
        if (!names.empty()) names += ", ";
        const auto slash = source.path.rfind('/');
        names += slash == std::string::npos || slash + 1 == source.path.size()
                     ? source.path
                     : source.path.substr(slash + 1);
    }
    return names.empty() ? "trace" : names;
}

std::string rangeWords(const model::Trace& trace, model::TimeRange window) {
    const auto seconds = [](model::Timestamp time) { return model::formatSecondsGrouped(time, 6); };
    const auto since = [&](model::Timestamp time) {
        return seconds(model::timestampNs((time - trace.range().begin).count()));
    };
    return fmt::format("{} to {} s  (start + {} to {} s)  {}", seconds(window.begin),
                       seconds(window.end), since(window.begin), since(window.end),
                       model::formatDuration(window.length()));
}

std::string clockWords(const model::Trace& trace) {
    std::string clocks;
    for (const model::SourceInfo& source : trace.sources()) {
        const std::string name = source.clock.relative ? "none in the source, times are relative"
                                 : source.clock.name.empty() ? "not named in the source"
                                                             : source.clock.name;
        if (clocks.find(name) == std::string::npos) clocks += (clocks.empty() ? "" : ", ") + name;
    }
    return "clock: " + (clocks.empty() ? "unknown" : clocks);
}

}  // namespace kscope::views
