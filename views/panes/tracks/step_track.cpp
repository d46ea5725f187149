// SPDX-License-Identifier: GPL-3.0-or-later
/// Step charts from least and greatest value a pixel.
#include "views/panes/tracks/step_track.h"

#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kscope::views {
namespace {

constexpr double kUnknownValue = std::numeric_limits<double>::quiet_NaN();

int rowOf(const Box& area, double top, double value) {
    const double share = top > 0 ? std::clamp(value / top, 0.0, 1.0) : 0.0;
    return area.bottom() - 1 - static_cast<int>(std::lround(share * (area.h - 1)));
}

std::size_t lastBefore(const StepSeries& series, std::int64_t ns) {
    const auto after = std::ranges::upper_bound(series.ns, ns);
    return static_cast<std::size_t>(after - series.ns.begin());  // one past it
}

}  // namespace

std::optional<double> StepSeries::at(std::int64_t at) const {
    const auto count = lastBefore(*this, at);
    if (count == 0) return std::nullopt;
    return value[count - 1];
}

StepColumns stepColumns(const StepSeries& series, const Viewport& view, std::int64_t endNs) {
    StepColumns columns;
    const auto width = static_cast<std::size_t>(view.width());
    columns.least.assign(width, kUnknownValue);
    columns.most.assign(width, kUnknownValue);
    std::size_t next = lastBefore(series, view.ns(0));
    double now = next > 0 ? series.value[next - 1] : kUnknownValue;
    for (std::size_t x = 0; x < width; ++x) {
        const std::int64_t begin = view.ns(static_cast<int>(x));
        if (begin >= endNs) break;
        const std::int64_t end = view.ns(static_cast<int>(x) + 1);
        for (; next < series.size() && series.ns[next] <= begin; ++next) now = series.value[next];
        double least = now;
        double most = now;
        for (; next < series.size() && series.ns[next] < end; ++next) {
            now = series.value[next];
            least = std::isnan(least) ? now : std::min(least, now);
            most = std::isnan(most) ? now : std::max(most, now);
        }
        columns.least[x] = least;
        columns.most[x] = most;
    }
    return columns;
}

double niceTop(double value) {
    if (!(value > 0)) return 1;
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 5.0})
        if (step * power >= value) return step * power;
    return 10 * power;
}

double niceBytesTop(double bytes) {
    double unit = 1;
    for (int step = 0; step < 4 && bytes >= unit * 1024; ++step) unit *= 1024;
    const double top = niceTop(bytes / unit);
    return top > 1024 ? unit * 1024 : top * unit;  // 2 000 KiB is no whole number of MiB
}

void drawSteps(const TrackCanvas& canvas, Box area, const StepSeries& series, std::int64_t endNs,
               double top, const StepStyle& style) {
    const StepColumns columns = stepColumns(series, {canvas.scene.window, area.w}, endNs);
    const int line = canvas.scene.hairline();
    for (int x = 0; x < area.w;) {
        const auto column = static_cast<std::size_t>(x);
        if (std::isnan(columns.most[column])) {
            ++x;
            continue;
        }
        int end = x + 1;  // columns that look the same are one box
        while (end < area.w &&
               columns.most[static_cast<std::size_t>(end)] == columns.most[column] &&
               columns.least[static_cast<std::size_t>(end)] == columns.least[column])
            ++end;
        const int high = rowOf(area, top, columns.most[column]);
        const int low = rowOf(area, top, columns.least[column]);
        if (style.fill != 0 && low < area.bottom())
            canvas.list.fill({area.x + x, high, end - x, area.bottom() - high}, style.fill);
        canvas.list.fill({area.x + x, high, end - x, low - high + line}, style.line);
        x = end;
    }
}

void drawLevel(const TrackCanvas& canvas, Box area, const StepSeries& series, std::int64_t endNs,
               double top, Rgb line, LineStyle style) {
    const StepColumns columns = stepColumns(series, {canvas.scene.window, area.w}, endNs);
    for (int x = 0; x < area.w;) {
        const double value = columns.most[static_cast<std::size_t>(x)];
        int end = x + 1;
        while (end < area.w && columns.most[static_cast<std::size_t>(end)] == value) ++end;
        if (!std::isnan(value))
            canvas.list.outline(
                {area.x + x, rowOf(area, top, value), end - x, canvas.scene.hairline()}, line,
                canvas.scene.hairline(), style);
        x = std::isnan(value) ? x + 1 : end;
    }
}

StepTrack::StepTrack(Words words, StepSeries series, std::int64_t endNs, Rgb Theme::*colour)
    : m_words(std::move(words)),
      m_series(std::move(series)),
      m_end(endNs),
      m_colour(colour) {
    for (const double value : m_series.value) m_top = std::max(m_top, value);
}

void StepTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const StepColumns shown = stepColumns(m_series, canvas.viewport(), m_end);
    double most = 0;
    for (const double value : shown.most)
        if (!std::isnan(value)) most = std::max(most, value);
    const double top = m_words.top(most);
    drawTrackHeader(canvas, {.name = m_words.name,
                             .facts = {},
                             .value = "max " + m_words.format(most),
                             .lines = {m_words.facts}});
    const int pad = canvas.px(5);
    const Box area{canvas.plot.x, canvas.plot.y + pad, canvas.plot.w, canvas.plot.h - 2 * pad};
    const Rgb line = t.*m_colour;
    drawSteps(canvas, area, m_series, m_end, top, {line, (line & 0xffffffu) | 0x33000000u});
    drawTopLabel(canvas, area, top, shown, m_words.format(top));
}

bool stepsCross(const StepColumns& columns, Box area, double top, Box box) {
    const int end = std::min({box.right() - area.x, area.w, static_cast<int>(columns.most.size())});
    for (int x = std::max(0, box.x - area.x); x < end; ++x) {
        const double most = columns.most[static_cast<std::size_t>(x)];
        const double least = columns.least[static_cast<std::size_t>(x)];
        if (!std::isnan(most) && rowOf(area, top, most) < box.bottom() &&
            rowOf(area, top, least) >= box.y)
            return true;
    }
    return false;
}

void drawTopLabel(const TrackCanvas& canvas, Box area, double top, const StepColumns& columns,
                  const std::string& text) {
    const Theme& t = canvas.theme();
    const int width = canvas.texts.width(TextRole::Least, text) + canvas.px(4);
    const int left = area.x + canvas.px(6);
    const int right = area.right() - canvas.px(6) - width;
    const auto at = [&](int x) {
        return Box{x, canvas.plot.y + canvas.px(2), width, canvas.px(13)};
    };
    const auto free = [&](int x) { return !stepsCross(columns, area, top, at(x)); };
    int x = left;
    if (!free(left) && right > left) {
        x = right;
        for (int next = left; !free(x) && next < right; next += canvas.px(24)) x = next;
        if (!free(x)) x = left;
    }
    const Box place = at(x);
    canvas.list.fill(place, (t.bgCanvas & 0xffffffu) | 0xd8000000u, canvas.px(2));
    drawText(canvas.scene, canvas.texts, canvas.list,
             {place.x + canvas.px(2), place.y, place.w, place.h}, text, TextRole::Least, t.text3);
}

std::optional<TrackHit> StepTrack::at(const TrackCanvas& canvas, int x, int) const {
    const Viewport view = canvas.viewport();
    const std::int64_t ns = view.ns(x - canvas.plot.x + 1) - 1;
    const auto count = lastBefore(m_series, ns);
    if (count == 0 || ns >= m_end) return std::nullopt;
    TrackHit hit;
    const std::int64_t end = count < m_series.size() ? m_series.ns[count] : m_end;
    hit.span = {model::timestampNs(m_series.ns[count - 1]), model::timestampNs(end)};
    hit.words.title =
        QString::fromStdString(m_words.name + ": " + m_words.format(m_series.value[count - 1]));
    hit.words.time = QString::fromStdString(timeText(canvas.scene, hit.span.begin));
    hit.words.lines << QString::fromStdString(m_words.facts);
    return hit;
}

void StepTrack::csv(model::TimeRange window, std::string& out) const {
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        const std::int64_t end = i + 1 < m_series.size() ? m_series.ns[i + 1] : m_end;
        if (end <= model::toNs(window.begin) || m_series.ns[i] >= model::toNs(window.end)) continue;
        out += fmt::format("{},{},{},{}\n", m_words.name, m_series.ns[i], end, m_series.value[i]);
    }
}

}  // namespace kscope::views
