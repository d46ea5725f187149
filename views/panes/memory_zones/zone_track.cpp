// SPDX-License-Identifier: GPL-3.0-or-later
/// Drawing and naming of a zone's free pages.
#include "views/panes/memory_zones/zone_track.h"

#include "model/core/format.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

Rgb faint(Rgb colour, unsigned opacity) { return (colour & 0xffffffu) | opacity << 24; }

double mostOf(const StepColumns& columns) {
    double most = 0;
    for (const double value : columns.most)
        if (!std::isnan(value)) most = std::max(most, value);
    return most;
}

/// Tints what lies between the level and the ground, column by column where the level moves.
void drawBand(const TrackCanvas& canvas, Box area, const StepSeries& level, std::int64_t endNs,
              double top, Rgb tint) {
    drawSteps(canvas, area, level, endNs, top, {0, tint});
}

}  // namespace

std::string pagesText(double pages) {
    return model::formatBytes(static_cast<std::uint64_t>(std::max(0.0, pages) * kPageBytes));
}

ZoneTrack::ZoneTrack(ZoneSeries zone, std::int64_t endNs) : m_zone(std::move(zone)), m_end(endNs) {}

Box ZoneTrack::area(const TrackCanvas& canvas) const {
    const int pad = canvas.px(6);
    return {canvas.plot.x, canvas.plot.y + pad, canvas.plot.w, canvas.plot.h - 2 * pad};
}

void ZoneTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const Viewport view = canvas.viewport();
    const double most = std::max(mostOf(stepColumns(m_zone.free, view, m_end)),
                                 mostOf(stepColumns(m_zone.high, view, m_end)));
    const double top = most > 0 ? most * 1.08 : 1;
    const std::int64_t at = canvas.scene.pointer
                                ? model::toNs(*canvas.scene.pointer)
                                : std::min(m_end, model::toNs(canvas.scene.window.end)) - 1;
    const auto line = [&](const char* name, const StepSeries& series) {
        const auto value = series.at(at);
        return value ? fmt::format("{}  {}", name, pagesText(*value)) : std::string(name);
    };
    const auto now = m_zone.free.at(at);
    drawTrackHeader(canvas, {.name = "Free",
                             .facts = {},
                             .value = now ? pagesText(*now) : "",
                             .lines = {line("high", m_zone.high), line("low", m_zone.low),
                                       line("min", m_zone.min)}});
    const Box place = area(canvas);
    drawBand(canvas, place, m_zone.low, m_end, top, faint(t.statusWarn, 0x1e));
    drawBand(canvas, place, m_zone.min, m_end, top, faint(t.statusError, 0x2e));
    drawSteps(canvas, place, m_zone.free, m_end, top,
              {t.seriesNeutral, faint(t.seriesNeutral, 0x2a)});
    drawLevel(canvas, place, m_zone.high, m_end, top, t.text2, LineStyle::Dashed);
    drawLevel(canvas, place, m_zone.low, m_end, top, t.statusWarn, LineStyle::Dashed);
    drawLevel(canvas, place, m_zone.min, m_end, top, t.statusError, LineStyle::Solid);
    drawTopLabel(canvas, place.y, pagesText(top));
}

std::string ZoneTrack::sentence(std::int64_t ns) const {
    const auto free = m_zone.free.at(ns);
    const auto min = m_zone.min.at(ns);
    const auto low = m_zone.low.at(ns);
    const auto high = m_zone.high.at(ns);
    if (!free || !min || !low || !high) return {};
    if (*free < *min) return "Below min: a task that allocates must free pages itself.";
    if (*free < *low) return "Below low: kswapd is woken and frees pages until high is reached.";
    if (*free < *high)
        return "Between low and high: kswapd goes on if it is awake, else it sleeps.";
    return fmt::format("Above high: no need to reclaim, {} more than low.",
                       pagesText(*free - *low));
}

std::optional<TrackHit> ZoneTrack::at(const TrackCanvas& canvas, int x, int) const {
    const std::int64_t ns = canvas.viewport().ns(x - canvas.plot.x + 1) - 1;
    const auto free = m_zone.free.at(ns);
    if (!free || ns >= m_end) return std::nullopt;
    TrackHit hit;
    hit.box = {x, canvas.plot.y, 1, canvas.plot.h};
    hit.words.title =
        QString::fromStdString(fmt::format("{}: {} free", m_zone.name, pagesText(*free)));
    hit.words.time = QString::fromStdString(
        fmt::format("{} pages of 4 KiB", model::formatCount(static_cast<std::uint64_t>(*free))));
    if (const auto min = m_zone.min.at(ns))
        hit.words.lines << QString::fromStdString(fmt::format(
            "{}{} from min", *free < *min ? "−" : "", pagesText(std::abs(*free - *min))));
    if (const auto words = sentence(ns); !words.empty())
        hit.words.lines << QString::fromStdString(words);
    if (m_zone.managed > 0)
        hit.words.lines << QString::fromStdString(
            fmt::format("managed {}, present {}, spanned {}", pagesText(m_zone.managed),
                        pagesText(m_zone.present), pagesText(m_zone.spanned)));
    return hit;
}

std::optional<TrackHit> ZoneTrack::next(model::Timestamp time) const {
    enum class Side : std::uint8_t { Unknown, Below, Above };
    Side side = Side::Unknown;
    for (std::size_t i = 0; i < m_zone.free.size(); ++i) {
        const std::int64_t ns = m_zone.free.ns[i];
        const auto low = m_zone.low.at(ns);
        const auto high = m_zone.high.at(ns);
        if (!low || !high) continue;
        const double free = m_zone.free.value[i];
        const Side now = free < *low ? Side::Below : free >= *high ? Side::Above : side;
        const bool crossed = now != side && side != Side::Unknown;
        side = now;
        if (!crossed || ns <= model::toNs(time)) continue;
        TrackHit hit;
        hit.span = {model::timestampNs(ns), model::timestampNs(ns + 1)};
        hit.words.title = QString::fromStdString(fmt::format(
            "{} {}", m_zone.name, now == Side::Below ? "falls below low" : "is above high again"));
        return hit;
    }
    return std::nullopt;
}

void ZoneTrack::csv(model::TimeRange window, std::string& out) const {
    for (std::size_t i = 0; i < m_zone.free.size(); ++i) {
        const std::int64_t begin = m_zone.free.ns[i];
        const std::int64_t end = i + 1 < m_zone.free.size() ? m_zone.free.ns[i + 1] : m_end;
        if (end <= model::toNs(window.begin) || begin >= model::toNs(window.end)) continue;
        const auto value = [&](const StepSeries& series) { return series.at(begin).value_or(0); };
        out += fmt::format("{},{},{},{:.0f},{:.0f},{:.0f},{:.0f}\n", m_zone.name, begin, end,
                           m_zone.free.value[i], value(m_zone.min), value(m_zone.low),
                           value(m_zone.high));
    }
}

}  // namespace kscope::views
