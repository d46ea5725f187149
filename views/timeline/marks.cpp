// SPDX-License-Identifier: GPL-3.0-or-later
/// Outlines, search marks, bookmarks, cursors and the pointer line.
#include "model/core/format.h"
#include "model/words/axis_words.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/lane_painters.h"
#include "views/timeline/scene_parts.h"

#include <QPainterPath>

#include <fmt/format.h>

#include <algorithm>

namespace kscope::views {
namespace {

constexpr int kMostHits = 2000;  // Drawn one by one.

/// A flag with a letter in the ruler; returns its box.
void cursor(const TimelineScene& scene, TextCache& texts, DrawList& list, model::Timestamp time,
            std::string_view letter, Rgb colour, LineStyle style, HitKind kind) {
    const TimelineFrame frame = scene.frame();
    const int x = frame.plot.x + scene.viewport().x(time);
    if (x < frame.plot.x - scene.px(8) || x > frame.plot.right() + scene.px(8)) return;
    const int line = scene.hairline();
    const Box across{frame.plot.x, frame.ruler.y, frame.plot.w,
                     frame.plot.bottom() - frame.ruler.y};
    list.clip(across);
    if (x >= frame.plot.x)
        list.outline({x, frame.ruler.y + scene.px(20), line, frame.plot.bottom() - frame.ruler.y},
                     colour, line, style);
    const Box flag{x - scene.px(9), frame.ruler.y + scene.px(3), scene.px(19), scene.px(17)};
    list.fill(flag, colour, scene.px(3));
    const int width = texts.width(TextRole::Head, letter);
    list.text({flag.x + (flag.w - width + 1) / 2, flag.y, width, flag.h}, letter, letter.size(),
              width, TextRole::Head, scene.colours().inkOn(colour));
    list.hit({x - scene.px(6), frame.plot.y, scene.px(13), frame.plot.h}, kind);
    list.hit(flag, kind);
}

void delta(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    const auto& a = scene.state->cursorA;
    const auto& b = scene.state->cursorB;
    if (!a || !b || *a == *b) return;
    const Theme& t = scene.colours();
    const Box ruler = scene.frame().ruler;
    const Viewport view = scene.viewport();
    const int x0 = ruler.x + std::clamp(view.x(std::min(*a, *b)) + scene.px(12), 0, ruler.w);
    const int x1 = ruler.x + std::clamp(view.x(std::max(*a, *b)) - scene.px(11), 0, ruler.w);
    const std::string text =
        "Δ " + model::lengthText(*scene.trace, std::max(*a, *b) - std::min(*a, *b));
    const int width = texts.width(TextRole::Mono, text);
    const int pad = scene.px(6);
    const int y = ruler.y + scene.px(3);
    list.clip(ruler);
    const Box patch{(x0 + x1 - width) / 2 - pad, y, width + 2 * pad, scene.px(17)};
    if (patch.x < x0 || patch.right() > x1) return;
    list.fill({x0 + pad, y + scene.px(8), std::max(0, patch.x - x0 - 2 * pad), scene.hairline()},
              t.text2);
    list.fill({patch.right() + pad, y + scene.px(8), std::max(0, x1 - patch.right() - 2 * pad),
               scene.hairline()},
              t.text2);
    list.fill(patch, t.bgRaised, scene.px(3));
    if (t.kind == ThemeKind::Light)
        list.outline(patch, t.lineEdge, scene.hairline(), LineStyle::Solid, scene.px(3));
    list.text({patch.x + pad, patch.y, width, patch.h}, text, text.size(), width, TextRole::Mono,
              t.text1);
}

void bookmarks(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    const TimelineFrame frame = scene.frame();
    const Viewport view = scene.viewport();
    const Theme& t = scene.colours();
    const auto& all = scene.state->bookmarks;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const int x = frame.plot.x + view.x(all[i].time);
        if (x < frame.plot.x || x >= frame.plot.right()) continue;
        model::TaskInfo hue;
        hue.hueSlot = static_cast<std::uint8_t>(all[i].colour);
        hue.tid = model::Tid{1};
        const Rgb colour = all[i].colour >= 0 ? t.taskFill(hue) : t.text2;
        list.clip({frame.plot.x, frame.ruler.y, frame.plot.w, frame.plot.bottom() - frame.ruler.y});
        list.outline({x, frame.plot.y, scene.hairline(), frame.plot.h}, colour, scene.hairline(),
                     LineStyle::Dotted);
        const double half = 5 * scene.ratio;
        const double bottom = frame.ruler.bottom();
        QPainterPath triangle;
        triangle.moveTo(x + 0.5 - half, bottom - 2 * half);
        triangle.lineTo(x + 0.5 + half, bottom - 2 * half);
        triangle.lineTo(x + 0.5, bottom);
        triangle.closeSubpath();
        list.path(triangle, colour, 0);
        if (i < 9) {
            const char digit = static_cast<char>('1' + i);
            const std::string_view text(&digit, 1);
            const int width = texts.width(TextRole::Least, text);
            list.text({x + scene.px(7), frame.ruler.bottom() - scene.px(13), width, scene.px(12)},
                      text, 1, width, TextRole::Least, t.text2);
        }
        list.hit({x - scene.px(6), frame.ruler.y, scene.px(13), frame.ruler.h}, HitKind::Bookmark,
                 static_cast<std::uint32_t>(i));
    }
}

void searchMarks(const TimelineScene& scene, DrawList& list) {
    if (!scene.searchRows) return;
    const Viewport view = scene.viewport();
    auto row = scene.searchRows->next(scene.trace->lowerBound(scene.window.begin));
    for (int i = 0; row; ++i) {
        const model::Event event = scene.trace->event(*row);
        if (event.time >= scene.window.end) break;
        const int x = view.x(event.time);
        const LaneKey keys[] = {{LaneKey::Kind::Cpu, model::raw(event.cpu)},
                                {LaneKey::Kind::Task, model::raw(event.task)},
                                {LaneKey::Kind::EventName, model::raw(event.name)},
                                deviceLaneOf(event)};
        for (const LaneKey& key : keys)
            if (const LaneRow* lane = scene.layout.find(key)) {
                const Box bar = barOf(scene, *lane, scene.laneBox(*lane));
                list.fill({bar.x + x - scene.px(1), bar.y - scene.px(3), scene.px(3), scene.px(3)},
                          scene.colours().text1);
            }
        // Where there are very many, one a pixel column stands for all.
        row = scene.searchRows->next(i < kMostHits ? model::EventIndex{model::raw(*row) + 1}
                                                   : scene.trace->lowerBound(view.time(x + 1)));
    }
}

/// Clip that keeps marks off the group rows' column but not off the lanes: pinned lanes have their
/// own part.
void clipLanes(const TimelineScene& scene, const LaneRow& row, DrawList& list) {
    const Box plot = scene.frame().plot;
    const int pinned = scene.px(scene.layout.pinnedHeight());
    list.clip(row.pinned ? Box{plot.x, plot.y, plot.w, pinned}
                         : Box{plot.x, plot.y + pinned, plot.w, plot.h - pinned});
}

void outlineItem(const TimelineScene& scene, const Item& item, Rgb colour, LineStyle style,
                 DrawList& list) {
    for (const LaneRow* row : lanesOf(scene, item)) {
        const Box box = itemBox(scene, *row, item);
        if (box.empty()) continue;
        clipLanes(scene, *row, list);
        const int thick = scene.px(scene.colours().ringPx);
        const Box outer = box.w < 3 * thick ? Box{box.x - thick, box.y - thick, box.w + 2 * thick,
                                                  box.h + 2 * thick}
                                            : box;
        list.outline(outer, colour, thick, style, scene.px(2));
    }
}

}  // namespace

std::vector<const LaneRow*> lanesOf(const TimelineScene& scene, const Item& item) {
    std::vector<const LaneRow*> rows;
    const auto add = [&](const LaneKey& key) {
        const LaneRow* row = scene.layout.find(key);
        if (row && std::ranges::find(rows, row) == rows.end()) rows.push_back(row);
    };
    if (item.kind == Item::Kind::None || item.kind == Item::Kind::Note ||
        item.kind == Item::Kind::Told)
        return rows;
    add(item.lane);
    // A run is seen on its CPU and in its task's lane; an event in the lane of its name too.
    const bool run = item.kind == Item::Kind::Slice &&
                     (item.lane.kind == LaneKey::Kind::Cpu ||
                      model::valueState(item.value) == model::TaskState::Running);
    if (run || item.kind == Item::Kind::Event) {
        if (item.cpu != model::kUnknownCpu) add({LaneKey::Kind::Cpu, model::raw(item.cpu)});
        if (item.task != model::kNoTask) add({LaneKey::Kind::Task, model::raw(item.task)});
    }
    if (item.kind == Item::Kind::Event && model::raw(item.event) < scene.trace->events())
        add(deviceLaneOf(scene.trace->event(item.event)));
    return rows;
}

Box itemBox(const TimelineScene& scene, const LaneRow& row, const Item& item) {
    const Viewport view = scene.viewport();
    const Box lane = scene.laneBox(row);
    Box bar = barOf(scene, row, lane);
    if (item.kind == Item::Kind::Gap) bar = lane;
    if (row.key.kind == LaneKey::Kind::Cpu &&
        (item.kind == Item::Kind::Irq || item.kind == Item::Kind::Softirq)) {
        const LaneParts& parts = row.parts;
        const int below = item.kind == Item::Kind::Irq ? 0 : scene.px(parts.irq);
        bar = {bar.x, bar.bottom() + below, bar.w, scene.px(parts.irq)};
    }
    if (const auto line = requestBar(scene, row, item)) bar = *line;
    const int x0 = view.x(item.span.begin);
    const int x1 = std::max(view.x(item.span.end), x0 + 1);
    if (x1 <= 0 || x0 >= bar.w) return {};
    const int left = std::max(x0, 0);
    return {bar.x + left, bar.y, std::min(x1, bar.w) - left, bar.h};
}

void drawMarks(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    const Theme& t = scene.colours();
    const Box plot = scene.frame().plot;
    list.clip(plot);
    searchMarks(scene, list);
    outlineItem(scene, scene.item, t.accent, LineStyle::Solid, list);
    bookmarks(scene, texts, list);
    if (scene.state->cursorA)
        cursor(scene, texts, list, *scene.state->cursorA, "A", t.cursorA, LineStyle::Solid,
               HitKind::CursorA);
    if (scene.state->cursorB)
        cursor(scene, texts, list, *scene.state->cursorB, "B", t.cursorB, LineStyle::Dashed,
               HitKind::CursorB);
    delta(scene, texts, list);
}

void drawPointer(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    const Theme& t = scene.colours();
    const TimelineFrame frame = scene.frame();
    list.clip(frame.plot);
    outlineItem(scene, scene.hover, t.text1, LineStyle::Solid, list);
    if (!scene.pointer) return;
    const int x = frame.plot.x + scene.viewport().x(*scene.pointer);
    if (x < frame.plot.x || x >= frame.plot.right()) return;
    list.clip({frame.plot.x, frame.ruler.y, frame.plot.w, frame.plot.bottom() - frame.ruler.y});
    list.fill({x, frame.ruler.y, scene.hairline(), frame.plot.bottom() - frame.ruler.y},
              (t.text1 & 0xffffffu) | 0x73000000u);
    const std::string text = timeText(scene, *scene.pointer);
    const int width = texts.width(TextRole::Mono, text);
    const int pad = scene.px(5);
    const int height = scene.px(17);
    const Box patch{std::clamp(x - width / 2 - pad, frame.plot.x,
                               std::max(frame.plot.x, frame.plot.right() - width - 2 * pad)),
                    frame.plot.bottom() - height - scene.px(2), width + 2 * pad, height};
    list.fill(patch, t.bgRaised, scene.px(3));
    if (t.kind == ThemeKind::Light)
        list.outline(patch, t.lineEdge, scene.hairline(), LineStyle::Solid, scene.px(3));
    list.text({patch.x + pad, patch.y, width, patch.h}, text, text.size(), width, TextRole::Mono,
              t.text1);
}

}  // namespace kscope::views
