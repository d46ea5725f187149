// SPDX-License-Identifier: GPL-3.0-or-later
/// Block counts to colours.
#include "views/panes/memory_zones/buddy_track.h"

#include "model/core/format.h"
#include "views/panes/memory_zones/fold_track.h"
#include "views/panes/memory_zones/zone_track.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {

void BuddyTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const StepColumns columns = stepColumns(m_blocks, canvas.viewport(), m_end);
    const std::int64_t at = std::min(m_end, model::toNs(canvas.scene.window.end)) - 1;
    const auto now = m_blocks.at(at);
    const int inset = canvas.px(18);
    const Box header{canvas.header.x + inset, canvas.header.y, canvas.header.w - 2 * inset,
                     canvas.header.h};
    drawText(
        canvas.scene, canvas.texts, canvas.list, header,
        fmt::format("order {}   {}", m_order, model::formatBytes(std::uint64_t{4096} << m_order)),
        TextRole::Small, t.text2);
    if (now)
        drawTextRight(canvas.scene, canvas.texts, canvas.list, header,
                      model::formatCount(static_cast<std::uint64_t>(*now)), TextRole::Mono,
                      *now == 0 ? t.statusError : t.text1);
    const auto stepOf = [&](double blocks) {
        if (std::isnan(blocks)) return -2;
        if (!(blocks > 0)) return -1;
        const double share = std::log1p(blocks) / std::log1p(std::max(m_most, 1.0));
        return heatStep(share);
    };
    const Box bar{canvas.plot.x, canvas.plot.y + canvas.px(1), canvas.plot.w,
                  canvas.plot.h - canvas.px(2)};
    for (int x = 0; x < bar.w;) {
        // The fewest that there were in a pixel: what a large allocation would have met.
        const int step = stepOf(columns.least[static_cast<std::size_t>(x)]);
        int end = x + 1;
        while (end < bar.w && stepOf(columns.least[static_cast<std::size_t>(end)]) == step) ++end;
        if (step >= 0)
            canvas.list.fill({bar.x + x, bar.y, end - x, bar.h},
                             t.heat[static_cast<std::size_t>(step)]);
        else if (step == -1)
            for (int dot = x + canvas.px(6); dot < end; dot += canvas.px(12))
                canvas.list.fill({bar.x + dot, bar.y + bar.h / 2, canvas.px(1), canvas.px(1)},
                                 t.text3);
        x = end;
    }
}

std::optional<TrackHit> BuddyTrack::at(const TrackCanvas& canvas, int x, int) const {
    const auto blocks = m_blocks.at(canvas.viewport().ns(x - canvas.plot.x + 1) - 1);
    if (!blocks) return std::nullopt;
    TrackHit hit;
    hit.box = {x, canvas.plot.y, 1, canvas.plot.h};
    hit.words.title = QString::fromStdString(
        fmt::format("{} free blocks of order {}",
                    model::formatCount(static_cast<std::uint64_t>(*blocks)), m_order));
    hit.words.lines << QString::fromStdString(
        fmt::format("{} each, {} in all", model::formatBytes(std::uint64_t{4096} << m_order),
                    pagesText(*blocks * static_cast<double>(std::uint64_t{1} << m_order))));
    hit.words.facts.emplace_back(QStringLiteral("zone"), QString::fromStdString(m_zone));
    hit.words.facts.emplace_back(QStringLiteral("order"), QString::number(m_order));
    hit.words.facts.emplace_back(
        QStringLiteral("free blocks"),
        QString::fromStdString(model::formatCount(static_cast<std::uint64_t>(*blocks))));
    hit.words.facts.emplace_back(
        QStringLiteral("in all"),
        pagesFact(*blocks * static_cast<double>(std::uint64_t{1} << m_order)));
    if (*blocks == 0)
        hit.words.lines << QStringLiteral(
            "None left: a larger block is split for such a request, if there is one.");
    return hit;
}

void BuddyTrack::csv(model::TimeRange window, std::string& out) const {
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const std::int64_t end = i + 1 < m_blocks.size() ? m_blocks.ns[i + 1] : m_end;
        if (end <= model::toNs(window.begin) || m_blocks.ns[i] >= model::toNs(window.end)) continue;
        out += fmt::format("{} order {},{},{},{:.0f},,,\n", m_zone, m_order, m_blocks.ns[i], end,
                           m_blocks.value[i]);
    }
}

}  // namespace kscope::views
