// SPDX-License-Identifier: GPL-3.0-or-later
/// Where a time axis has its lines, and how they are labelled.
#pragma once

#include "views/canvas/viewport.h"

#include <cstdint>
#include <string>
#include <vector>

namespace kscope::views {

struct TimeTick {
    std::int64_t ns = 0;
    int x = 0;
    bool major = false;
};

/// What the labels count: seconds from the origin, or the time of day; the origin is then
/// 1970-01-01, UTC. Counts: the axis has no time but ticks or weights.
enum class TimeLabels : std::uint8_t { Seconds, TimeOfDay, Counts };

/// Steps of 1, 2 or 5 times a power of ten, major ones at least `leastPx` apart, minor ones a fifth
/// (or a quarter) of it. Labels are offsets from a base that stays put while the view pans: a
/// multiple of the power of ten above the window.
class TimeAxis {
public:
    TimeAxis(const Viewport& view, std::int64_t originNs, int leastPx,
             TimeLabels labels = TimeLabels::Seconds);

    [[nodiscard]] std::int64_t stepNs() const noexcept { return m_step; }
    [[nodiscard]] std::int64_t baseNs() const noexcept {
        return m_base;
    }  ///< On the axis, not from the origin.
    /// "4 811.200 000 s" from the origin, "2026-05-31 14:03:26.200".
    [[nodiscard]] std::string baseText() const;
    [[nodiscard]] std::string unitText() const;  ///< "+ ms"; of counts the caller knows it
    [[nodiscard]] std::string label(std::int64_t ns) const;
    [[nodiscard]] std::vector<TimeTick> ticks() const;

private:
    Viewport m_view;
    std::int64_t m_origin;
    TimeLabels m_labels;
    std::int64_t m_step = 1;
    std::int64_t m_minor = 1;
    std::int64_t m_base = 0;
    std::int64_t m_unit = 1;
};

}  // namespace kscope::views
