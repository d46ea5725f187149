// SPDX-License-Identifier: GPL-3.0-or-later
/// The arrow from who woke a task to where it then ran.
#include "model/core/format.h"
#include "views/timeline/lane_painters.h"
#include "views/timeline/scene_parts.h"
#include "views/timeline/wakeup.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <optional>

namespace kscope::views {
namespace {

/// Lane to begin the arrow at: the waker's own, else its CPU's.
const LaneRow* firstShown(const TimelineScene& scene, model::TaskId task, model::CpuId cpu) {
    const LaneRow* row = task == model::kNoTask
                             ? nullptr
                             : scene.layout.find({LaneKey::Kind::Task, model::raw(task)});
    return row ? row : scene.layout.find({LaneKey::Kind::Cpu, model::raw(cpu)});
}

double middle(const Box& box) { return box.y + box.h / 2.0; }

/// The strong arrow belongs to the selected item, thin ones to all others.
enum class Weight : std::uint8_t { Strong, Thin };

void arrow(const TimelineScene& scene, QPointF from, QPointF to, Weight weight, DrawList& list) {
    const Theme& t = scene.colours();
    const Rgb ink = weight == Weight::Strong ? t.text1 : t.text3;
    const double bend = std::max(18.0 * scene.ratio, std::abs(to.x() - from.x()) / 2);
    QPainterPath line(from);
    line.cubicTo(from + QPointF(bend, 0), to - QPointF(bend, 0), to);
    list.path(line, ink, (weight == Weight::Strong ? 1.6 : 1.0) * scene.ratio);
    const double head = (weight == Weight::Strong ? 6 : 4) * scene.ratio;
    QPainterPath tip(to);
    tip.lineTo(to + QPointF(-head, -head / 2));
    tip.lineTo(to + QPointF(-head, head / 2));
    tip.closeSubpath();
    list.path(tip, ink, 0);
}

struct ArrowEnds {
    QPointF from;
    QPointF to;
};
/// Where the arrow of a wakeup begins and ends; none where a lane of it is not shown, or it is out
/// of view.
std::optional<ArrowEnds> endsOf(const TimelineScene& scene, const WakeLink& wake) {
    const LaneRow* const source = firstShown(scene, wake.waker, wake.wakerCpu);
    const LaneRow* const target = firstShown(scene, wake.wakee, wake.ranOn);
    if (!source || !target || source == target) return std::nullopt;
    const Viewport view = scene.viewport();
    const Box sourceBar = barOf(scene, *source, scene.laneBox(*source));
    const Box targetBar = barOf(scene, *target, scene.laneBox(*target));
    const ArrowEnds ends{{sourceBar.x + double(view.x(wake.wokenNs)), middle(sourceBar)},
                         {targetBar.x + double(view.x(wake.ranNs)), middle(targetBar)}};
    const Box plot = scene.frame().plot;
    if (ends.to.x() < plot.x || ends.from.x() > plot.right()) return std::nullopt;
    return ends;
}

void patchText(const TimelineScene& scene, TextCache& texts, const std::string& text, int x, int y,
               DrawList& list) {
    const Theme& t = scene.colours();
    const int width = texts.width(TextRole::Small, text);
    const int pad = scene.px(5);
    const Box patch{x, y, width + 2 * pad, scene.px(17)};
    list.fill(patch, t.bgRaised, scene.px(3));
    if (t.kind == ThemeKind::Light)
        list.outline(patch, t.lineEdge, scene.hairline(), LineStyle::Solid, scene.px(3));
    list.text({patch.x + pad, patch.y, width, patch.h}, text, text.size(), width, TextRole::Small,
              t.text1);
}

void allArrows(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    constexpr std::size_t kMostArrows = 400;  // More are a felt, and cost milliseconds.
    const auto begin = model::toNs(scene.window.begin), end = model::toNs(scene.window.end);
    const auto count = countWakes(*scene.trace, begin, end);
    if (count > kMostArrows) {
        const Box plot = scene.frame().plot;
        patchText(scene, texts,
                  model::formatCount(count) + " wakeups in view: zoom in to see their arrows",
                  plot.x + scene.px(8), plot.bottom() - scene.px(24), list);
        return;
    }
    for (const WakeLink& wake : wakesBetween(*scene.trace, begin, end, kMostArrows))
        if (wake.ranOn != model::kUnknownCpu)
            if (const auto ends = endsOf(scene, wake))
                arrow(scene, ends->from, ends->to, Weight::Thin, list);
}

}  // namespace

void drawWakeup(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    if (scene.state->arrows == Arrows::All) allArrows(scene, texts, list);
    const Item& item = scene.item;
    if (scene.state->arrows == Arrows::None || item.kind != Item::Kind::Slice ||
        item.task == model::kNoTask)
        return;
    const auto wake = findWake(*scene.trace, item.task, model::toNs(item.span.begin));
    if (!wake) return;
    const auto ends = endsOf(scene, *wake);
    if (!ends) return;
    arrow(scene, ends->from, ends->to, Weight::Strong, list);
    const std::string text =
        "wakes, " + model::formatDuration(model::Duration{wake->ranNs - wake->wokenNs}) + " to run";
    // Left of the middle of the curve, which hangs there half way between both ends.
    const int width = texts.width(TextRole::Small, text) + 2 * scene.px(5);
    const int x =
        std::max(scene.frame().plot.x,
                 static_cast<int>((ends->from.x() + ends->to.x()) / 2) - width - scene.px(8));
    patchText(scene, texts, text, x,
              static_cast<int>((ends->from.y() + ends->to.y()) / 2) - scene.px(17) / 2, list);
}

}  // namespace kscope::views
