// SPDX-License-Identifier: GPL-3.0-or-later
/// Times of a column in one unit, so that they line up.
#pragma once

#include <QString>

#include <cstdint>

namespace kscope::views {

struct CallUnit {
    const char* name = "ns";
    std::int64_t ns = 1;
    int decimals = 0;
    /// The unit in which a column up to `mostNs` has at most five digits before its point.
    [[nodiscard]] static CallUnit of(std::int64_t mostNs);
    /// Of single calls, whose lengths differ by a million: one unit in which short ones are told.
    [[nodiscard]] static CallUnit ofCalls(std::int64_t mostNs);
    [[nodiscard]] QString text(std::int64_t ns) const;       ///< "3 860.125"
    [[nodiscard]] QString title(const QString& word) const;  ///< "Total, ms"
};

}  // namespace kscope::views
