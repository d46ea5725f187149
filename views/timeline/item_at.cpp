// SPDX-License-Identifier: GPL-3.0-or-later
/// Hit testing against the model: the lanes themselves answer, so that no region a slice is kept.
#include "views/timeline/item_at.h"

#include "views/panes/block_pipeline/request_track.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/lane_painters.h"

#include <algorithm>
#include <cstdlib>

namespace kscope::views {
namespace {

constexpr int kCatchPx = 3;
constexpr std::size_t kMostSteps = 200'000;  // Blank spans passed over before a search gives up.

/// Does a span leave ink that can be picked?
bool inked(const model::Trace& trace, const LaneKey& lane, std::uint32_t value) {
    if (lane.kind == LaneKey::Kind::Cpu) {
        const model::TaskId task = model::cpuTask(value);
        return task != model::kNoTask && !trace.task(task).idle();
    }
    return model::valueState(value) != model::TaskState::Unknown;
}

model::LaneView laneOf(const model::Trace& trace, const LaneKey& key) {
    if (key.kind == LaneKey::Kind::Cpu)
        return trace.cpuLane(model::CpuId{static_cast<std::uint16_t>(key.id)});
    if (key.kind == LaneKey::Kind::Task) return trace.taskLane(model::TaskId{key.id});
    return {};
}

/// The span at `ns`, or the nearest with ink within `reach`.
std::optional<model::LaneSpan> pick(const model::LaneView& lane, std::int64_t ns,
                                    std::int64_t reach, auto&& accepts) {
    if (lane.empty()) return std::nullopt;
    const std::size_t at = lane.indexAt(ns);
    const std::size_t here = at < lane.size() ? at : 0;
    std::optional<model::LaneSpan> best;
    std::int64_t least = reach + 1;
    const auto consider = [&](std::size_t index) {
        const model::LaneSpan span = lane.span(index);
        if (!accepts(span.value)) return;
        const std::int64_t away = ns < span.begin  ? span.begin - ns
                                  : ns >= span.end ? ns - span.end + 1
                                                   : 0;
        if (away < least) {
            least = away;
            best = span;
        }
    };
    consider(here);
    if (best && least == 0) return best;
    for (std::size_t i = here + 1; i < lane.size() && i < here + 64; ++i) {
        if (lane.span(i).begin > ns + reach) break;
        consider(i);
    }
    for (std::size_t i = here; i-- > 0 && i + 64 > here;) {
        if (lane.span(i).end < ns - reach) break;
        consider(i);
    }
    return best;
}

/// The switch row on `cpu` at `ns` that `task` came in with (or went out with).
std::optional<model::EventIndex> switchAt(const model::Trace& trace, std::int64_t ns,
                                          model::CpuId cpu) {
    auto index = trace.lowerBound(model::timestampNs(ns));
    for (; model::raw(index) < trace.events(); index = model::EventIndex{model::raw(index) + 1}) {
        const model::Event event = trace.event(index);
        if (model::toNs(event.time) != ns) return std::nullopt;
        if (event.name == model::nameId(model::KnownEvent::SchedSwitch) &&
            (cpu == model::kUnknownCpu || event.cpu == cpu))
            return index;
    }
    return std::nullopt;
}

/// The row at `ns` that changed what `task` does: its wakeup, or the switch.
std::optional<model::EventIndex> changeAt(const model::Trace& trace, std::int64_t ns,
                                          model::TaskId task) {
    auto index = trace.lowerBound(model::timestampNs(ns));
    for (; model::raw(index) < trace.events(); index = model::EventIndex{model::raw(index) + 1}) {
        const model::Event event = trace.event(index);
        if (model::toNs(event.time) != ns) return std::nullopt;
        const auto of = [&](std::uint16_t entry) {
            return entry < event.chunk->tasks.size() ? event.chunk->tasks[entry].task
                                                     : model::kNoTask;
        };
        const auto wake =
            std::ranges::lower_bound(event.chunk->wakes, event.row, {}, &model::WakeRow::row);
        if (wake != event.chunk->wakes.end() && wake->row == event.row && of(wake->wakee) == task)
            return index;
        const auto change =
            std::ranges::lower_bound(event.chunk->switches, event.row, {}, &model::SwitchRow::row);
        if (change != event.chunk->switches.end() && change->row == event.row &&
            (of(change->prev) == task || of(change->next) == task))
            return index;
    }
    return std::nullopt;
}

Item gapItem(const model::LostGap& gap, std::size_t index) {
    return {.kind = Item::Kind::Gap,
            .lane = {LaneKey::Kind::Cpu, model::raw(gap.cpu)},
            .span = {model::timestampNs(gap.begin), model::timestampNs(gap.end)},
            .value = static_cast<std::uint32_t>(index),
            .cpu = gap.cpu};
}

class PlaceFinder {
public:
    PlaceFinder(const TimelineScene& scene, const LaneRow& row, int x, int y)
        : m_scene(scene),
          m_row(row),
          m_y(y),
          m_view(scene.viewport()),
          m_lane(scene.laneBox(row)) {
        const int at = x - m_lane.x;
        m_ns = m_view.ns(at) + (m_view.ns(at + 1) - m_view.ns(at)) / 2;
        m_reach = m_view.nsOf(kCatchPx * scene.ratio);
    }

    [[nodiscard]] Item cpu() const {
        const model::CpuId id{static_cast<std::uint16_t>(m_row.key.id)};
        const auto gaps = m_scene.trace->gaps();
        for (std::size_t i = 0; i < gaps.size(); ++i)
            if (gaps[i].cpu == id && m_ns >= gaps[i].begin &&
                m_ns < std::max(gaps[i].end, gaps[i].begin + m_reach))
                return gapItem(gaps[i], i);
        const Box bar = barOf(m_scene, m_row, m_lane);
        if (m_y >= bar.bottom() && !m_row.folded) {
            const LaneParts& parts = m_row.parts;
            const bool soft = m_y >= bar.bottom() + m_scene.px(parts.irq);
            return handler(soft ? m_scene.trace->softirqLane(id) : m_scene.trace->irqLane(id),
                           soft ? Item::Kind::Softirq : Item::Kind::Irq, id);
        }
        return slice();
    }
    [[nodiscard]] Item slice() const {
        const auto accepts = [&](std::uint32_t value) {
            return inked(*m_scene.trace, m_row.key, value);
        };
        const auto lane = laneOf(*m_scene.trace, m_row.key);
        auto span = pick(lane, m_ns, m_reach, accepts);
        // Idle runs are picked where they are shown, and only where nothing else is near.
        if (!span && m_row.key.kind == LaneKey::Kind::Cpu &&
            m_scene.state->idleTasks == Presence::Shown)
            span = pick(lane, m_ns, 0, [](std::uint32_t value) {
                return model::cpuTask(value) != model::kNoTask;
            });
        return span ? sliceItem(*m_scene.trace, m_row.key, *span) : Item{};
    }
    [[nodiscard]] Item tick() const {
        model::EventTicks::Tick tick;
        if (!m_scene.ticks ||
            !m_scene.ticks->nearest(model::StringId{m_row.key.id}, m_ns, m_reach, tick))
            return {};
        return eventItem(
            *m_scene.trace, m_row.key,
            model::EventIndex{model::raw(m_scene.trace->firstRow(tick.chunk)) + tick.row});
    }

private:
    [[nodiscard]] Item handler(const model::LaneView& lane, Item::Kind kind,
                               model::CpuId cpu) const {
        const auto span = pick(lane, m_ns, m_reach, [](std::uint32_t) { return true; });
        if (!span) return {};
        return {.kind = kind,
                .lane = m_row.key,
                .event = m_scene.trace->lowerBound(model::timestampNs(span->begin)),
                .span = {model::timestampNs(span->begin), model::timestampNs(span->end)},
                .value = span->value,
                .cpu = cpu};
    }
    const TimelineScene& m_scene;
    const LaneRow& m_row;
    int m_y;
    Viewport m_view;
    Box m_lane;
    std::int64_t m_ns = 0;
    std::int64_t m_reach = 0;
};

}  // namespace

Item sliceItem(const model::Trace& trace, const LaneKey& lane, const model::LaneSpan& span) {
    Item item{.kind = Item::Kind::Slice,
              .lane = lane,
              .span = {model::timestampNs(span.begin), model::timestampNs(span.end)},
              .value = span.value};
    std::optional<model::EventIndex> row;
    if (lane.kind == LaneKey::Kind::Cpu) {
        item.task = model::cpuTask(span.value);
        item.cpu = model::CpuId{static_cast<std::uint16_t>(lane.id)};
        row = switchAt(trace, span.begin, item.cpu);
    } else {
        item.task = model::TaskId{lane.id};
        item.cpu = model::valueCpu(span.value);
        row = changeAt(trace, span.begin, item.task);
    }
    // Without a row of its own (its begin was not recorded) the first event of the span stands for
    // it.
    item.event = row.value_or(trace.lowerBound(model::timestampNs(span.begin)));
    if (model::raw(item.event) >= trace.events())
        item.event = model::EventIndex{trace.events() == 0 ? 0 : trace.events() - 1};
    return item;
}

Item eventItem(const model::Trace& trace, const LaneKey& lane, model::EventIndex index) {
    const model::Event event = trace.event(index);
    return {.kind = Item::Kind::Event,
            .lane = lane,
            .event = index,
            .span = {event.time, event.time},
            .task = event.task,
            .cpu = event.cpu};
}

Item itemAt(const TimelineScene& scene, int x, int y) {
    const Box plot = scene.frame().plot;
    if (!plot.contains(x, y)) return {};
    const int logicalY = static_cast<int>((y - plot.y) / scene.ratio);
    const LaneRow* const row = scene.layout.rowAt(logicalY, scene.scroll);
    if (!row) return {};
    const PlaceFinder place(scene, *row, x, y);
    switch (row->key.kind) {
    case LaneKey::Kind::Cpu: return place.cpu();
    case LaneKey::Kind::Task: return place.slice();
    case LaneKey::Kind::EventName: return place.tick();
    case LaneKey::Kind::Device: return requestAt(scene, *row, x, y);
    case LaneKey::Kind::Group: break;
    }
    return {};
}

namespace {

/// `request`: the one of those that begin at `ns` to go on from; nothing: none of them counts.
std::optional<Item> stepRequest(const model::Trace& trace, const DeviceRequests* devices,
                                const LaneKey& key, std::int64_t ns, Step step,
                                std::optional<std::uint32_t> request) {
    const RequestRows* const rows = devices ? devices->of(model::DeviceId{key.id}) : nullptr;
    if (rows == nullptr) return std::nullopt;
    const auto* const place = step == Step::Forward ? rows->next(ns, request.value_or(UINT32_MAX))
                                                    : rows->previous(ns, request.value_or(0));
    if (place == nullptr) return std::nullopt;
    return requestHit(trace, *devices->blocks, place->request, place->end).item;
}

}  // namespace

std::optional<Item> stepFromItem(const model::Trace& trace, const LaneSources& sources,
                                 const LaneKey& key, const Item& item, Step step) {
    const std::int64_t ns = model::toNs(item.span.begin);
    if (key.kind != LaneKey::Kind::Device || item.lane != key)
        return stepInLane(trace, sources, key, ns, step);
    return stepRequest(trace, sources.devices, key, ns, step, requestOfItem(sources.devices, item));
}

std::optional<Item> stepInLane(const model::Trace& trace, const LaneSources& sources,
                               const LaneKey& key, std::int64_t ns, Step step) {
    if (key.kind == LaneKey::Kind::Device)
        return stepRequest(trace, sources.devices, key, ns, step, std::nullopt);
    const model::EventTicks* const ticks = sources.ticks;
    if (key.kind == LaneKey::Kind::EventName) {
        if (!ticks) return std::nullopt;
        const model::StringId name{key.id};
        if (step == Step::Forward) {
            model::EventTicks::Walk walk(*ticks, name);
            const auto* tick = walk.seek(ns + 1);
            if (!tick) return std::nullopt;
            return eventItem(
                trace, key, model::EventIndex{model::raw(trace.firstRow(tick->chunk)) + tick->row});
        }
        const auto before = ticks->before(name, ns);
        return before ? std::optional(
                            eventItem(trace, key,
                                      model::EventIndex{model::raw(trace.firstRow(before->chunk)) +
                                                        before->row}))
                      : std::nullopt;
    }
    const model::LaneView lane = laneOf(trace, key);
    if (lane.empty()) return std::nullopt;
    std::size_t i = lane.indexAt(ns);
    if (i >= lane.size()) {
        if (step == Step::Backward) return std::nullopt;
        if (inked(trace, key, lane.span(0).value)) return sliceItem(trace, key, lane.span(0));
        i = 0;
    }
    for (std::size_t steps = 0; steps < kMostSteps; ++steps) {
        if (step == Step::Forward ? i + 1 >= lane.size() : i == 0) return std::nullopt;
        i = step == Step::Forward ? i + 1 : i - 1;
        const model::LaneSpan span = lane.span(i);
        if (inked(trace, key, span.value)) return sliceItem(trace, key, span);
    }
    return std::nullopt;
}

std::optional<std::int64_t> nearestEdge(const model::Trace& trace, const LaneSources& sources,
                                        const LaneKey& key, std::int64_t ns, std::int64_t reach) {
    if (key.kind == LaneKey::Kind::Device) {
        const RequestRows* const rows =
            sources.devices ? sources.devices->of(model::DeviceId{key.id}) : nullptr;
        const auto edge = rows ? rows->nearestEdge(ns) : std::nullopt;
        return edge && std::abs(*edge - ns) <= reach ? edge : std::nullopt;
    }
    if (key.kind == LaneKey::Kind::EventName) {
        model::EventTicks::Tick tick;
        if (sources.ticks && sources.ticks->nearest(model::StringId{key.id}, ns, reach, tick))
            return tick.ns;
        return std::nullopt;
    }
    const model::LaneView lane = laneOf(trace, key);
    if (lane.empty()) return std::nullopt;
    const std::size_t at = lane.indexAt(ns);
    std::optional<std::int64_t> best;
    const auto consider = [&](std::int64_t edge) {
        if (std::abs(edge - ns) <= reach && (!best || std::abs(edge - ns) < std::abs(*best - ns)))
            best = edge;
    };
    for (std::size_t i = at < lane.size() ? at : 0; i < lane.size() && i <= at + 1; ++i) {
        consider(lane.span(i).begin);
        consider(lane.span(i).end);
    }
    if (at >= lane.size()) consider(lane.begin());
    return best;
}

}  // namespace kscope::views
