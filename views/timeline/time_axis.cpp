// SPDX-License-Identifier: GPL-3.0-or-later
/// Steps and labels of the ruler.
#include "views/timeline/time_axis.h"

#include "model/core/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace kscope::views {
namespace {

constexpr std::int64_t kMostStep = 1'000'000'000'000'000'000;  // 10^18 ns, 31 years.

std::int64_t floorTo(std::int64_t value, std::int64_t step) {
    const std::int64_t rest = value % step;
    return rest < 0 ? value - rest - step : value - rest;
}

}  // namespace

TimeAxis::TimeAxis(const Viewport& view, std::int64_t originNs, int leastPx, TimeLabels labels)
    : m_view(view),
      m_origin(originNs),
      m_labels(labels) {
    const std::int64_t least = view.nsOf(leastPx);
    std::int64_t decade = 1;
    m_step = 0;
    for (; m_step == 0; decade *= 10)
        for (const std::int64_t digit : {1, 2, 5})
            if (m_step == 0 && (decade * digit >= least || decade >= kMostStep)) {
                m_step = decade * digit;
                m_minor = std::max<std::int64_t>(1, digit == 2 ? m_step / 4 : m_step / 5);
            }
    if (m_step % m_minor != 0) m_minor = m_step;  // 1 and 2 ns.
    m_unit = labels == TimeLabels::Counts ? 1
             : m_step >= 1'000'000'000    ? 1'000'000'000
             : m_step >= 1'000'000        ? 1'000'000
             : m_step >= 1'000            ? 1'000
                                          : 1;
    // Seconds are short enough to stand as they are.
    const std::int64_t length = view.range().length().count();
    if (m_unit < 1'000'000'000 && labels != TimeLabels::Counts) {
        std::int64_t block = m_unit;
        while (block < length && block < kMostStep) block *= 10;
        const std::int64_t begin = model::toNs(view.range().begin) - m_origin;
        // Around the origin labels count to both of its sides: "-400 … 3000 + ms" from 0.
        const bool aroundOrigin = begin < 0 && begin + length > 0;
        m_base = (aroundOrigin ? 0 : floorTo(begin, block)) + m_origin;
    } else {
        m_base = m_origin;
    }
}

std::string TimeAxis::baseText() const {
    if (m_labels == TimeLabels::Counts) return {};
    const std::int64_t base = m_base - m_origin;
    const int decimals = m_unit == 1 ? 9 : m_unit == 1'000 ? 6 : m_unit == 1'000'000 ? 3 : 0;
    if (m_labels == TimeLabels::TimeOfDay) {
        const std::int64_t shown =
            decimals > 0 ? base : model::toNs(m_view.range().begin) - m_origin;
        return model::formatDay(shown) +
               (decimals > 0 ? ' ' + model::formatTimeOfDay(base, decimals) : std::string());
    }
    return model::formatSecondsGrouped(model::timestampNs(base), decimals) + " s";
}

std::string TimeAxis::unitText() const {
    if (m_labels == TimeLabels::Counts) return {};
    if (m_unit == 1'000'000'000) return m_labels == TimeLabels::TimeOfDay ? "" : "s";
    return m_unit == 1 ? "+ ns" : m_unit == 1'000 ? "+ µs" : "+ ms";
}

std::string TimeAxis::label(std::int64_t ns) const {
    if (m_labels == TimeLabels::TimeOfDay && m_unit == 1'000'000'000)
        return model::formatTimeOfDay(ns - m_origin, 0);
    if (m_labels == TimeLabels::Counts)
        return (ns < m_base ? "\u2212" : "") +
               model::formatCount(static_cast<std::uint64_t>(std::abs(ns - m_base)));
    return fmt::format("{}", (ns - m_base) / m_unit);
}

std::vector<TimeTick> TimeAxis::ticks() const {
    std::vector<TimeTick> result;
    const std::int64_t end = model::toNs(m_view.range().end);
    const std::int64_t before =
        floorTo(model::toNs(m_view.range().begin) - m_origin, m_step) + m_origin;
    for (std::int64_t ns = before; ns < end; ns += m_minor) {
        const int x = m_view.x(ns);
        if (x >= -m_view.width()) result.push_back({ns, x, (ns - before) % m_step == 0});
    }
    return result;
}

}  // namespace kscope::views
