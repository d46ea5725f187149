// SPDX-License-Identifier: GPL-3.0-or-later
/// Events of a dragged source as marks beside the pointer's words.
#include "views/timeline/source_drag.h"

#include "model/core/format.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/item_at.h"
#include "views/timeline/lane_painters.h"
#include "views/timeline/scene_parts.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace kscope::views {
namespace {

constexpr std::uint64_t kMostLooked = 1'000'000;  // rows of a drag's begin
constexpr std::uint64_t kNearby = 20'000;         // rows on both sides of the pointer

bool standsIn(const LaneKey& lane, const model::Event& event) {
    switch (lane.kind) {
    case LaneKey::Kind::Cpu: return model::raw(event.cpu) == lane.id;
    case LaneKey::Kind::Task: return model::raw(event.task) == lane.id;
    case LaneKey::Kind::EventName: return model::raw(event.name) == lane.id;
    case LaneKey::Kind::Device: return deviceLaneOf(event) == lane;
    case LaneKey::Kind::Group: return false;
    }
    return false;
}

/// The event nearest to `time` that stands in `lane` (null: in any).
std::optional<model::SourceId> nearestSource(const model::Trace& trace, const LaneKey* lane,
                                             model::Timestamp time) {
    const auto middle = model::raw(trace.lowerBound(time));
    std::optional<model::Event> best;
    const auto look = [&](std::uint64_t row) {
        const auto event = trace.event(model::EventIndex{row});
        if (lane != nullptr && !standsIn(*lane, event)) return false;
        if (!best || std::abs((event.time - time).count()) < std::abs((best->time - time).count()))
            best = event;
        return true;
    };
    for (auto row = middle; row < trace.events() && row < middle + kNearby; ++row)
        if (look(row)) break;
    for (auto row = middle; row > 0 && row + kNearby > middle; --row)
        if (look(row - 1)) break;
    return best ? std::optional(best->source) : std::nullopt;
}

std::string signedDuration(model::Duration by) {
    return (by.count() < 0 ? "−" : "+") + model::formatDuration(by.count() < 0 ? -by : by);
}

}  // namespace

std::optional<model::SourceId> sourceAt(const TimelineScene& scene, int x, int y) {
    const auto& trace = *scene.trace;
    const Box plot = scene.frame().plot;
    const auto item = itemAt(scene, x, y);
    if (item.kind == Item::Kind::Event && model::raw(item.event) < trace.events())
        return trace.event(item.event).source;
    const auto time = scene.viewport().time(x - plot.x);
    const LaneRow* const row =
        scene.layout.rowAt(static_cast<int>((y - plot.y) / scene.ratio), scene.scroll);
    if (row != nullptr)
        if (const auto found = nearestSource(trace, &row->key, time)) return found;
    return nearestSource(trace, nullptr, time);
}

SourceMarks marksOf(const TimelineScene& scene, model::SourceId source) {
    SourceMarks marks{source, {}};
    const auto& trace = *scene.trace;
    const auto length = scene.window.length();
    const auto first = model::raw(trace.lowerBound(scene.window.begin - length));
    const auto end = model::raw(trace.lowerBound(scene.window.end + length));
    const auto step = (end - first) / kMostLooked + 1;
    std::map<LaneKey, std::vector<int>> found;
    for (const LaneRow& row : scene.layout.rows()) found.try_emplace(row.key);
    const Viewport view = scene.viewport();
    const auto add = [&](const LaneKey& lane, int x) {
        const auto at = found.find(lane);
        if (at == found.end() || (!at->second.empty() && at->second.back() == x)) return;
        at->second.push_back(x);
    };
    for (auto row = first; row < end; row += step) {
        const auto event = trace.event(model::EventIndex{row});
        if (event.source != source) continue;
        const int x = view.x(event.time);
        add({LaneKey::Kind::Cpu, model::raw(event.cpu)}, x);
        add({LaneKey::Kind::Task, model::raw(event.task)}, x);
        add({LaneKey::Kind::EventName, model::raw(event.name)}, x);
        add(deviceLaneOf(event), x);
    }
    for (auto& [lane, columns] : found)
        if (!columns.empty()) marks.lanes.emplace_back(lane, std::move(columns));
    return marks;
}

std::string shiftWords(const model::SourceInfo& source, model::Duration shift) {
    const auto slash = source.path.find_last_of('/');
    auto words = source.path.substr(slash == std::string::npos ? 0 : slash + 1) + ' ' +
                 signedDuration(shift);
    if (source.offsetNs != 0)
        words += " (" + signedDuration(model::Duration{source.offsetNs} + shift) + " in all)";
    return words;
}

void drawShifted(const TimelineScene& scene, const SourceMarks& marks, model::Duration shift, int x,
                 int y, TextCache& texts, DrawList& list) {
    const Theme& t = scene.colours();
    const Box plot = scene.frame().plot;
    const int pinned = scene.px(scene.layout.pinnedHeight());
    const Viewport view = scene.viewport();
    const int by = view.x(scene.window.begin + shift) - view.x(scene.window.begin);
    for (const auto& [lane, columns] : marks.lanes) {
        const LaneRow* const row = scene.layout.find(lane);
        if (row == nullptr) continue;
        const Box bar = barOf(scene, *row, scene.laneBox(*row));
        list.clip(row->pinned ? Box{plot.x, plot.y, plot.w, pinned}
                              : Box{plot.x, plot.y + pinned, plot.w, plot.h - pinned});
        for (const int column : columns) {
            const int at = column + by;
            if (at < 0 || at >= plot.w) continue;
            list.fill({plot.x + at, bar.y, scene.hairline(), bar.h}, t.accent);
        }
    }
    list.clip(plot);
    const auto words = shiftWords(scene.trace->sources()[model::raw(marks.source)], shift);
    const int pad = scene.px(8);
    const int width = texts.width(TextRole::Mono, words);
    const int height = scene.px(22);
    const int left =
        std::clamp(x + scene.px(14), plot.x, std::max(plot.x, plot.right() - width - 2 * pad));
    const int top =
        std::clamp(y - height - scene.px(8), plot.y, std::max(plot.y, plot.bottom() - height));
    const Box patch{left, top, width + 2 * pad, height};
    list.fill(patch, t.bgRaised, scene.px(3));
    list.outline(patch, t.accent, scene.hairline(), LineStyle::Solid, scene.px(3));
    list.text({patch.x + pad, patch.y, width, patch.h}, words, words.size(), width, TextRole::Mono,
              t.text1);
}

}  // namespace kscope::views
