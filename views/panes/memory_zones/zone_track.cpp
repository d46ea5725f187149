// SPDX-License-Identifier: GPL-3.0-or-later
/// Drawing and naming of a zone's free pages.
#include "views/panes/memory_zones/zone_track.h"

#include "model/core/format.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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

QString pagesFact(double pages) {
    return QString::fromStdString(
        fmt::format("{}, {} pages", pagesText(pages),
                    model::formatCount(static_cast<std::uint64_t>(std::max(0.0, pages)))));
}

ZoneTrack::ZoneTrack(ZoneSeries zone, std::int64_t endNs) : m_zone(std::move(zone)), m_end(endNs) {
    const StepSeries* const marks[] = {&m_zone.low, &m_zone.min};
    for (std::size_t k = 0; k < m_falls.size(); ++k) {
        bool below = true;  // what it was before the first reading is not known
        for (std::size_t i = 0; i < m_zone.free.size(); ++i) {
            const auto mark = marks[k]->at(m_zone.free.ns[i]);
            const bool now = mark && m_zone.free.value[i] < *mark;
            if (now && !below) m_falls[k].push_back(m_zone.free.ns[i]);
            below = now;
        }
    }
}

Box ZoneTrack::area(const TrackCanvas& canvas) const {
    const int pad = canvas.px(6);
    return {canvas.plot.x, canvas.plot.y + pad, canvas.plot.w, canvas.plot.h - 2 * pad};
}

bool ZoneTrack::Chart::crossed(Box box) const {
    return std::ranges::any_of(
        lines, [&](const StepColumns& line) { return stepsCross(line, area, top, box); });
}

ZoneTrack::Chart ZoneTrack::chart(const TrackCanvas& canvas) const {
    const Viewport view = canvas.viewport();
    Chart made{.area = area(canvas), .top = 1, .lines = {}};
    for (const StepSeries* series : {&m_zone.free, &m_zone.high, &m_zone.low, &m_zone.min})
        made.lines.push_back(stepColumns(*series, view, m_end));
    const double most = std::max(mostOf(made.lines[0]), mostOf(made.lines[1]));
    if (most > 0) made.top = most * 1.08;
    return made;
}

void ZoneTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const Chart now = chart(canvas);
    const Box place = now.area;
    const double top = now.top;
    drawHeader(canvas);
    drawBand(canvas, place, m_zone.low, m_end, top, faint(t.statusWarn, 0x1e));
    drawBand(canvas, place, m_zone.min, m_end, top, faint(t.statusError, 0x2e));
    drawSteps(canvas, place, m_zone.free, m_end, top,
              {t.seriesNeutral, faint(t.seriesNeutral, 0x2a)});
    drawLevel(canvas, place, m_zone.high, m_end, top, t.text2, LineStyle::Dashed);
    drawLevel(canvas, place, m_zone.low, m_end, top, t.statusWarn, LineStyle::Dotted);
    drawLevel(canvas, place, m_zone.min, m_end, top, t.statusError, LineStyle::Solid);
    // The label avoids the highest line.
    StepColumns highest = now.lines[0];
    for (std::size_t x = 0; x < highest.most.size(); ++x) {
        const double high = now.lines[1].most[x];
        if (std::isnan(highest.most[x]) || high > highest.most[x]) highest.most[x] = high;
        if (std::isnan(highest.least[x])) highest.least[x] = high;
    }
    drawTopLabel(canvas, place, top, highest, pagesText(top));
    drawFalls(canvas, now);
}

/// Labels where free pages first fall below low, and below min, in view, as near to the curve as
/// no line runs through them; one that has no room beside the other is left out.
void ZoneTrack::drawFalls(const TrackCanvas& canvas, const Chart& chart) const {
    const Theme& t = canvas.theme();
    const Viewport view = canvas.viewport();
    constexpr std::array<const char*, 2> kTexts{"below low: kswapd wakes",
                                                "below min: tasks must free pages"};
    const Box place = chart.area;
    const auto end = model::toNs(canvas.scene.window.end);
    int taken = place.x + canvas.px(4);
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        const int width = canvas.texts.width(TextRole::Small, kTexts[i]) + canvas.px(10);
        auto found = std::ranges::lower_bound(m_falls[i], model::toNs(canvas.scene.window.begin));
        const auto xOf = [&] { return place.x + view.x(*found); };
        // The first one that has room.
        while (found != m_falls[i].end() && *found < end && xOf() < taken - canvas.px(4)) ++found;
        if (found == m_falls[i].end() || *found >= end) continue;
        const int x = xOf();
        const int left = std::max(taken, x - canvas.px(4));
        if (left + width > place.right()) continue;
        // Below the scale's label at the top, above the mark that is passed.
        const int first = place.y + canvas.px(14);
        Box label{left, place.bottom() - canvas.px(34), width, canvas.px(17)};
        while (label.y >= first && chart.crossed(label)) label.y -= canvas.px(2);
        if (label.y < first) continue;
        canvas.list.fill({x, label.bottom(), canvas.scene.hairline(), canvas.px(14)}, t.lineStrong);
        canvas.list.fill(label, t.bgRaised, canvas.px(3));
        canvas.list.outline(label, t.lineEdge, canvas.scene.hairline());
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {label.x + canvas.px(5), label.y, label.w - canvas.px(6), label.h}, kTexts[i],
                 TextRole::Small, t.text1);
        taken = label.right() + canvas.px(6);
    }
}

/// Free pages, and each mark with a sample of its line, as of the window's end.
void ZoneTrack::drawHeader(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const std::int64_t at = std::min(m_end, model::toNs(canvas.scene.window.end)) - 1;
    const auto text = [&](const StepSeries& series) {
        const auto value = series.at(at);
        return value ? pagesText(*value) : std::string("not read");
    };
    drawTrackHeader(canvas, {.name = "Free", .facts = {}, .value = text(m_zone.free), .lines = {}});
    struct Mark {
        const char* name;
        const StepSeries* series;
        Rgb ink;
        LineStyle style;
    };
    const std::array<Mark, 3> marks{{{"high", &m_zone.high, t.text2, LineStyle::Dashed},
                                     {"low", &m_zone.low, t.statusWarn, LineStyle::Dotted},
                                     {"min", &m_zone.min, t.statusError, LineStyle::Solid}}};
    const int line = canvas.scene.hairline();
    int y = canvas.header.y + canvas.px(24);
    for (const Mark& mark : marks) {
        const Box row{canvas.header.x + canvas.px(12), y, canvas.header.w - canvas.px(24),
                      canvas.px(15)};
        canvas.list.outline({row.x, row.y + row.h / 2, canvas.px(20), line}, mark.ink, line,
                            mark.style);
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {row.x + canvas.px(28), row.y, canvas.px(60), row.h}, mark.name, TextRole::Small,
                 t.text2);
        drawTextRight(canvas.scene, canvas.texts, canvas.list, row, text(*mark.series),
                      TextRole::Mono, t.text2);
        y += canvas.px(16);
    }
    if (const auto boost = m_zone.boost.at(at); boost && *boost > 0)
        drawText(
            canvas.scene, canvas.texts, canvas.list,
            {canvas.header.x + canvas.px(12), y, canvas.header.w - canvas.px(24), canvas.px(15)},
            "boosted by " + pagesText(*boost), TextRole::Small, t.text3);
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
    tell(hit.words, ns);
    return hit;
}

/// What the details say of a click at `ns`; the tooltip has no room for it.
void ZoneTrack::tell(ItemWords& words, std::int64_t ns) const {
    const auto add = [&](const char* name, const StepSeries& series) {
        if (const auto value = series.at(ns))
            words.facts.emplace_back(QString::fromUtf8(name), pagesFact(*value));
    };
    add("free", m_zone.free);
    add("min", m_zone.min);
    add("low", m_zone.low);
    add("high", m_zone.high);
    add("boost", m_zone.boost);
    const auto free = m_zone.free.at(ns);
    const auto min = m_zone.min.at(ns);
    if (free && min)
        words.facts.emplace_back(QStringLiteral("distance to min"),
                                 (*free < *min ? QStringLiteral("\u2212") : QString()) +
                                     pagesFact(std::abs(*free - *min)));
    add("managed", m_zone.managed);
    add("present", m_zone.present);
    add("spanned", m_zone.spanned);
    add("cma", m_zone.cma);
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
        tell(hit.words, ns);
        hit.words.lines << QString::fromStdString(sentence(ns));
        hit.words.title = QString::fromStdString(fmt::format(
            "{} {}", m_zone.name, now == Side::Below ? "falls below low" : "is above high again"));
        return hit;
    }
    return std::nullopt;
}

void ZoneTrack::csv(model::TimeRange window, std::string& out) const {
    // A row for each change of any of the four: watermarks move while free pages stay.
    std::vector<std::int64_t> times;
    for (const StepSeries* series : {&m_zone.free, &m_zone.min, &m_zone.low, &m_zone.high})
        times.insert(times.end(), series->ns.begin(), series->ns.end());
    std::ranges::sort(times);
    times.erase(std::unique(times.begin(), times.end()), times.end());
    for (std::size_t i = 0; i < times.size(); ++i) {
        const std::int64_t end = i + 1 < times.size() ? times[i + 1] : m_end;
        if (end <= model::toNs(window.begin) || times[i] >= model::toNs(window.end)) continue;
        const auto value = [&](const StepSeries& series) {
            return series.at(times[i]).value_or(0);
        };
        out += fmt::format("{},{},{},{:.0f},{:.0f},{:.0f},{:.0f}\n", m_zone.name, times[i], end,
                           value(m_zone.free), value(m_zone.min), value(m_zone.low),
                           value(m_zone.high));
    }
}

}  // namespace kscope::views
