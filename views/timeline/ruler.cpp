// SPDX-License-Identifier: GPL-3.0-or-later
/// The ruler, and what lies under the lanes.
#include "model/core/format.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace kscope::views {
namespace {

constexpr int kLabelDistance = 64;

TimeAxis axisOf(const TimelineScene& scene) {
    return {scene.viewport(), model::toNs(scene.timeOrigin()), scene.px(kLabelDistance),
            scene.timeLabels()};
}
Rgb tint(const Theme& theme, double share) {
    const double base = theme.kind == ThemeKind::Dark ? 0.10 : 0.075;
    return (theme.accent & 0xffffffu) | static_cast<Rgb>(base * share * 255 + 0.5) << 24;
}
/// Pixels of the range between the cursors, cut at the plot; empty without one.
Box rangeBox(const TimelineScene& scene, Box area) {
    const auto& a = scene.state->cursorA;
    const auto& b = scene.state->cursorB;
    if (!a || !b) return {};
    const Viewport view = scene.viewport();
    const int x0 = std::clamp(view.x(std::min(*a, *b)), 0, area.w);
    const int x1 = std::clamp(view.x(std::max(*a, *b)), 0, area.w);
    return {area.x + x0, area.y, x1 - x0, area.h};
}

}  // namespace

void drawGround(const TimelineScene& scene, DrawList& list) {
    const Theme& t = scene.colours();
    const TimelineFrame frame = scene.frame();
    const Box& plot = frame.plot;
    list.clip(plot);
    list.fill(plot, t.bgCanvas);
    for (const TimeTick& tick : axisOf(scene).ticks())
        if (tick.major && tick.x >= 0)
            list.fill({plot.x + tick.x, plot.y, scene.hairline(), plot.h}, t.lineGrid);
    list.fill(rangeBox(scene, plot), tint(t, 1));
    const int line = scene.hairline();
    for (const LaneRow& row : scene.layout.rows()) {
        const int bottom = scene.laneBox(row).bottom();
        if (bottom > plot.y && bottom <= plot.bottom())
            list.fill({plot.x, bottom - line, plot.w, line}, t.lineGrid);
    }
    list.hit(plot, HitKind::Plot);
}

void drawRuler(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    const Theme& t = scene.colours();
    const TimelineFrame frame = scene.frame();
    const Box& ruler = frame.ruler;
    const TimeAxis axis = axisOf(scene);
    list.clip(ruler);
    list.fill(ruler, t.bgWindow);
    list.fill(rangeBox(scene, ruler), tint(t, 2));
    list.hit(ruler, HitKind::Ruler);
    const int line = scene.hairline();
    // Labels are never on one spot, nor under the cursors' flags or the line between them.
    const auto taken = [&](int x0, int x1) {
        const auto flag = [&](const std::optional<model::Timestamp>& time) {
            const int at = time ? scene.viewport().x(*time) : INT32_MIN / 2;
            return x1 > at - scene.px(11) && x0 < at + scene.px(12);
        };
        const Box range = rangeBox(scene, ruler);
        return flag(scene.state->cursorA) || flag(scene.state->cursorB) ||
               (range.w > 0 && x1 > range.x - ruler.x && x0 < range.right() - ruler.x);
    };
    int free = 0;
    for (const TimeTick& tick : axis.ticks()) {
        const int height = scene.px(tick.major ? 10 : 5);
        if (tick.x >= 0)
            list.fill({ruler.x + tick.x, ruler.bottom() - height, line, height},
                      tick.major ? t.text3 : t.lineStrong);
        if (!tick.major || tick.x + scene.px(5) < free) continue;
        const std::string text = axis.label(tick.ns);
        const int width = texts.width(TextRole::Mono, text);
        if (tick.x + scene.px(5) + width > ruler.w || tick.x + scene.px(5) < 0) continue;
        if (taken(tick.x + scene.px(5), tick.x + scene.px(5) + width)) continue;
        drawText(scene, texts, list, {ruler.x + tick.x + scene.px(5), ruler.y, width, scene.px(16)},
                 text, TextRole::Mono, t.text2);
        free = tick.x + scene.px(5) + width + scene.px(4);
    }
    list.clip(frame.rulerHeader);
    list.fill(frame.rulerHeader, t.bgWindow);
    const int inset = scene.px(12);
    const Box header{frame.rulerHeader.x + inset, frame.rulerHeader.y,
                     frame.rulerHeader.w - 2 * inset, frame.rulerHeader.h};
    const auto relative = [](const model::SourceInfo& source) { return source.clock.relative; };
    const bool counts = scene.timeLabels() == TimeLabels::Counts;
    std::string unit = counts ? std::string(scene.countUnit()) : axis.unitText();
    if (!counts && scene.trace != nullptr && std::ranges::any_of(scene.trace->sources(), relative))
        unit += ", relative";
    drawTextRight(scene, texts, list, header, unit, TextRole::Small, t.text3);
    const int room = header.w - texts.width(TextRole::Small, unit) - scene.px(6);
    drawText(scene, texts, list, {header.x, header.y, room, header.h}, axis.baseText(),
             TextRole::Mono, t.text2);
}

std::string timeText(const TimelineScene& scene, model::Timestamp time) {
    const TimeAxis axis = axisOf(scene);
    const std::int64_t since = (time - scene.timeOrigin()).count();
    const int decimals = axis.stepNs() >= 100'000'000 ? 3 : axis.stepNs() >= 100'000 ? 6 : 9;
    if (scene.timeLabels() == TimeLabels::TimeOfDay) return model::formatTimeOfDay(since, decimals);
    if (scene.timeLabels() == TimeLabels::Counts)
        return fmt::format("{}{} {}", since < 0 ? "\u2212" : "",
                           model::formatCount(static_cast<std::uint64_t>(std::abs(since))),
                           scene.countUnit());
    return model::formatSecondsGrouped(model::timestampNs(since), decimals) + " s";
}

}  // namespace kscope::views
