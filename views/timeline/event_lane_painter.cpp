// SPDX-License-Identifier: GPL-3.0-or-later
/// The generic lane: every event of one name is a tick.
#include "views/timeline/lane_painters.h"

#include <algorithm>
#include <bit>

namespace kscope::views {
namespace {

/// Ticks of one device pixel; where several fall into a cell the tick grows from 60 to 100 %.
class TickRow {
public:
    TickRow(const TimelineScene& scene, const LaneRow& row, Box lane, LaneInk& ink)
        : m_scene(scene),
          m_ink(ink),
          m_bar(barOf(scene, row, lane)),
          m_fill(scene.colours().seriesNeutral),
          m_dim(mix(scene.colours().bgCanvas, m_fill, TimelineScene::kFilteredShare)),
          m_view(scene.viewport()),
          m_named(!row.folded) {}

    void draw(model::EventTicks::Walk& walk) {
        const std::int64_t end = model::toNs(m_scene.window.end);
        const auto shift = static_cast<int>(
            std::bit_width(static_cast<std::uint64_t>(m_view.nsOf(m_scene.foldPx / 2.2)) - 1));
        const auto* tick = walk.seek(model::toNs(m_scene.window.begin));
        while (tick && tick->ns < end) {
            const model::EventTicks::Tick first = *tick;
            const std::int64_t cellEnd = ((first.ns >> shift) + 1) << shift;
            tick = walk.seek(cellEnd);
            const std::uint64_t count = (tick ? tick->before : walk.passed()) - first.before;
            paint(first, count, tick ? tick->ns : INT64_MAX);
        }
    }

private:
    void paint(const model::EventTicks::Tick& tick, std::uint64_t count, std::int64_t nextNs) {
        const int x = m_bar.x + m_view.x(tick.ns);
        const bool passes = !m_scene.filterRows || m_scene.filterRows->contains(index(tick));
        if (m_scene.hides(passes)) return;
        const int bits = std::min(static_cast<int>(std::bit_width(count)) - 1, 4);
        const int height = m_bar.h * (60 + 10 * bits) / 100;
        m_ink.list.fill({x, m_bar.bottom() - height, m_scene.px(1), height},
                        passes ? m_fill : m_dim);
        if (!m_named || count > 1 || !passes) return;
        const int next =
            nextNs == INT64_MAX ? m_bar.right() : m_bar.x + std::min(m_view.x(nextNs), m_bar.w);
        const Box space{x + m_scene.px(1), m_bar.bottom() - height, next - x - m_scene.px(4),
                        height};
        if (space.w < m_scene.px(60)) return;
        const model::Event event = m_scene.trace->event(tick.chunk, tick.row);
        if (event.task != model::kNoTask)
            m_ink.labels.push_back({LabelWish::What::Task, space, m_scene.colours().bgCanvas,
                                    model::raw(event.task), 0});
    }
    [[nodiscard]] model::EventIndex index(const model::EventTicks::Tick& tick) const {
        return model::EventIndex{model::raw(m_scene.trace->firstRow(tick.chunk)) + tick.row};
    }

    const TimelineScene& m_scene;
    LaneInk& m_ink;
    Box m_bar;
    Rgb m_fill, m_dim;
    Viewport m_view;
    bool m_named;
};

}  // namespace

void paintEventLane(const TimelineScene& scene, const LaneRow& row, Box lane, LaneInk& ink) {
    if (!scene.ticks) return;
    model::EventTicks::Walk walk(*scene.ticks, model::StringId{row.key.id});
    TickRow(scene, row, lane, ink).draw(walk);
}

}  // namespace kscope::views
