// SPDX-License-Identifier: GPL-3.0-or-later
/// The arrow from who woke a task to where it then ran.
#include "model/core/format.h"
#include "views/timeline/lane_painters.h"
#include "views/timeline/scene_parts.h"
#include "views/timeline/wakeup.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>

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

void arrow(const TimelineScene& scene, QPointF from, QPointF to, DrawList& list) {
    const Theme& t = scene.colours();
    const double bend = std::max(18.0 * scene.ratio, std::abs(to.x() - from.x()) / 2);
    QPainterPath line(from);
    line.cubicTo(from + QPointF(bend, 0), to - QPointF(bend, 0), to);
    list.path(line, t.text1, 1.6 * scene.ratio);
    const double head = 6 * scene.ratio;
    QPainterPath tip(to);
    tip.lineTo(to + QPointF(-head, -head / 2));
    tip.lineTo(to + QPointF(-head, head / 2));
    tip.closeSubpath();
    list.path(tip, t.text1, 0);
}

}  // namespace

void drawWakeup(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    const Item& item = scene.item;
    if (item.kind != Item::Kind::Slice || item.task == model::kNoTask) return;
    const auto wake = findWake(*scene.trace, item.task, model::toNs(item.span.begin));
    if (!wake) return;
    const LaneRow* const source = firstShown(scene, wake->waker, wake->wakerCpu);
    const LaneRow* const target = firstShown(scene, item.task, wake->ranOn);
    if (!source || !target || source == target) return;
    const Viewport view = scene.viewport();
    const Box sourceBar = barOf(scene, *source, scene.laneBox(*source));
    const Box targetBar = barOf(scene, *target, scene.laneBox(*target));
    const QPointF from(sourceBar.x + view.x(wake->wokenNs), middle(sourceBar));
    const QPointF to(targetBar.x + view.x(wake->ranNs), middle(targetBar));
    const Box plot = scene.frame().plot;
    if (to.x() < plot.x || from.x() > plot.right()) return;
    arrow(scene, from, to, list);

    const Theme& t = scene.colours();
    const std::string text =
        "wakes, " + model::formatDuration(model::Duration{wake->ranNs - wake->wokenNs}) + " to run";
    const int width = texts.width(TextRole::Small, text);
    const int pad = scene.px(5);
    const int height = scene.px(17);
    // Left of the middle of the curve, which hangs there half way between both ends.
    const int x =
        std::max(plot.x, static_cast<int>((from.x() + to.x()) / 2) - width - 2 * pad - scene.px(8));
    const Box patch{x, static_cast<int>((from.y() + to.y()) / 2) - height / 2, width + 2 * pad,
                    height};
    list.fill(patch, t.bgRaised, scene.px(3));
    if (t.kind == ThemeKind::Light)
        list.outline(patch, t.lineEdge, scene.hairline(), LineStyle::Solid, scene.px(3));
    list.text({patch.x + pad, patch.y, width, patch.h}, text, text.size(), width, TextRole::Small,
              t.text1);
}

}  // namespace kscope::views
