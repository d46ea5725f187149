// SPDX-License-Identifier: GPL-3.0-or-later
/// Looking things up in a snapshot.
#include "model/store/trace.h"

#include <algorithm>

namespace kscope::model {

Trace::Trace() = default;
Trace::~Trace() = default;

StringId Trace::findString(std::string_view wanted) const {
    for (std::size_t i = 0; i < m_stringCount; ++i)
        if (const StringId id{static_cast<std::uint32_t>(i)}; text(id) == wanted) return id;
    return kNoString;
}

TaskId Trace::findTask(Tid tid, std::optional<Timestamp> time) const {
    TaskId best = kNoTask;
    for (std::size_t i = 0; i < m_tasks->size(); ++i) {
        const auto& info = (*m_tasks)[i];
        if (info.tid != tid) continue;
        // Lives of one tid follow each other in order of their ids.
        if (time && best != kNoTask && info.bornNs != TaskInfo::kNever && info.bornNs > toNs(*time))
            break;
        best = TaskId{static_cast<std::uint32_t>(i)};
    }
    return best;
}

std::size_t Trace::chunkOf(EventIndex index) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(m_firstRows, raw(index)) -
                                    m_firstRows.begin()) -
           1;
}

Event Trace::event(EventIndex index) const {
    const auto chunk = chunkOf(index);
    return event(chunk, static_cast<Row>(raw(index) - m_firstRows[chunk]));
}

Event Trace::event(std::size_t chunk, Row row) const {
    const auto& rows = *m_chunks[chunk];
    const auto task = rows.task[row];
    const auto& origin = rows.origin(row);
    const ChunkTask who = task == kNoRow ? ChunkTask{} : rows.tasks[task];
    return {.index = EventIndex{m_firstRows[chunk] + row},
            .time = timestampNs(rows.timeNs(row)),
            .name = rows.names[rows.name[row]],
            .cpu = CpuId{rows.cpu[row]},
            .task = who.task,
            .comm = who.comm,
            .flags = EventFlags{rows.flags[row]},
            .source = origin.source,
            .position = origin.position + rows.position[row],
            .chunk = &rows,
            .row = row};
}

EventIndex Trace::lowerBound(Timestamp time) const {
    const auto ns = toNs(time);
    const auto at = std::ranges::partition_point(
        m_chunks, [&](const auto& chunk) { return chunk->lastNs() < ns; });
    if (at == m_chunks.end()) return EventIndex{m_events};
    const auto index = static_cast<std::size_t>(at - m_chunks.begin());
    return EventIndex{m_firstRows[index] + (*at)->lowerBound(ns)};
}

namespace {
LaneView at(const std::vector<LaneView>& lanes, std::size_t index) {
    return index < lanes.size() ? lanes[index] : LaneView{};
}
}  // namespace

LaneView Trace::cpuLane(CpuId cpu) const { return at(m_cpuLanes, raw(cpu)); }
LaneView Trace::irqLane(CpuId cpu) const { return at(m_irqLanes, raw(cpu)); }
LaneView Trace::softirqLane(CpuId cpu) const { return at(m_softirqLanes, raw(cpu)); }
LaneView Trace::taskLane(TaskId task) const { return at(m_taskLanes, raw(task)); }

std::optional<std::int64_t> Trace::wallZeroNs() const {
    for (const auto& source : m_sources)
        if (source.epochNs && !source.clock.counter) return *source.epochNs - source.offsetNs;
    return std::nullopt;
}

StringId Trace::irqName(std::uint32_t number) const {
    const auto found = std::ranges::lower_bound(m_irqNames, number, {},
                                                &std::pair<std::uint32_t, StringId>::first);
    return found != m_irqNames.end() && found->first == number ? found->second : kNoString;
}

}  // namespace kscope::model
