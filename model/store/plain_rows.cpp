// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows behind rows.
#include "model/store/plain_rows.h"

#include <algorithm>

namespace kscope::model {

namespace {
struct PlainColumns {
    std::vector<std::uint32_t> time, position;
    std::vector<std::uint16_t> name, cpu, task, flags;
};

template <class T> void appendTo(std::vector<T>& into, std::span<const T> from) {
    into.insert(into.end(), from.begin(), from.end());
}
}  // namespace

bool isPlain(const EventChunk& one) {
    return one.tasks.empty() && one.switches.empty() && one.wakes.empty() && one.taskRows.empty() &&
           one.raises.empty() && one.irqSegments.empty() && one.lost.empty() &&
           one.stacks.empty() && one.origins.size() == 1;
}

std::shared_ptr<const EventChunk> joinPlain(const EventChunk& first, const EventChunk& second) {
    const auto ticks = second.base - first.base;
    const auto& origin = first.origins.front();
    const auto& other = second.origins.front();
    if (first.tick != second.tick || ticks % first.tick != 0 || origin.source != other.source ||
        first.rows() + second.rows() > kMaxChunkRows)
        return nullptr;
    auto columns = std::make_shared<PlainColumns>();
    appendTo(columns->time, first.time);
    for (std::size_t row = 0; row < first.rows(); ++row)
        columns->position.push_back(first.position[row]);
    appendTo(columns->name, first.name);
    appendTo(columns->cpu, first.cpu);
    appendTo(columns->task, first.task);
    appendTo(columns->flags, first.flags);
    auto chunk = std::make_shared<EventChunk>();
    chunk->names = first.names;
    chunk->nameCounts = first.nameCounts;
    for (std::size_t row = 0; row < second.rows(); ++row) {
        const auto time = ticks / first.tick + std::int64_t{second.time[row]};
        const auto position = other.position + second.position[row] - origin.position;
        if (time < 0 || time > UINT32_MAX || position > UINT32_MAX) return nullptr;
        const auto id = second.names[second.name[row]];
        const auto at = std::ranges::find(chunk->names, id);
        const auto local = static_cast<std::uint16_t>(at - chunk->names.begin());
        if (at == chunk->names.end()) {
            chunk->names.push_back(id);
            chunk->nameCounts.push_back(0);
        }
        ++chunk->nameCounts[local];
        columns->time.push_back(static_cast<std::uint32_t>(time));
        columns->position.push_back(static_cast<std::uint32_t>(position));
        columns->name.push_back(local);
    }
    appendTo(columns->cpu, second.cpu);
    appendTo(columns->task, second.task);
    appendTo(columns->flags, second.flags);
    chunk->base = first.base;
    chunk->tick = first.tick;
    chunk->time = columns->time;
    chunk->position = std::span<const std::uint32_t>(columns->position);
    chunk->name = columns->name;
    chunk->cpu = columns->cpu;
    chunk->task = columns->task;
    chunk->flags = columns->flags;
    chunk->origins = first.origins;
    chunk->memory = columns;
    return chunk;
}

}  // namespace kscope::model
