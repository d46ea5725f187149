// SPDX-License-Identifier: GPL-3.0-or-later
/// Finds the rows of a request's stages by their times, and sleepers by the wakeups behind a
/// completion.
#include "model/derive/block_stages.h"

#include "model/derive/spans.h"

#include <algorithm>
#include <unordered_map>

namespace kscope::model {

namespace {
constexpr std::uint32_t kMostToldBios = 4096;
constexpr std::uint64_t kMostRowsAtOnce = 4096;    // with one time
constexpr std::uint64_t kMostRowsBehind = 20'000;  // of a completion
constexpr std::int64_t kWakeupWithin = 1'000'000;  // ns from the completion

/// The row at `time` with that action, device and sector.
std::optional<EventIndex> rowAt(const Trace& trace, std::int64_t time, BlockAction action,
                                DeviceId device, std::uint64_t sector) {
    auto index = raw(trace.lowerBound(timestampNs(time)));
    for (std::uint64_t seen = 0; index < trace.events() && seen < kMostRowsAtOnce;
         ++index, ++seen) {
        const auto event = trace.event(EventIndex{index});
        if (toNs(event.time) != time) break;
        const auto* const row = blockRowOf(event);
        if (row == nullptr || row->action != action || row->sector() != sector) continue;
        if (row->device < event.chunk->devices.size() &&
            event.chunk->devices[row->device] == device)
            return EventIndex{index};
    }
    return std::nullopt;
}

/// Collects stages with what their rows say.
class StageList {
public:
    explicit StageList(const Trace& trace) : m_trace(trace) {}
    void add(char letter, std::int64_t time, std::optional<EventIndex> event, std::uint32_t bio) {
        if (time == kNoTime) return;
        RequestStage stage{.letter = letter, .time = time, .event = event, .bio = bio};
        if (event) {
            const auto row = m_trace.event(*event);
            stage.cpu = row.cpu;
            stage.task = row.task;
            stage.comm = row.comm;
        }
        m_stages.push_back(stage);
    }
    void find(char letter, BlockAction action, std::int64_t time, DeviceId device,
              std::uint64_t sector, std::uint32_t bio) {
        if (time != kNoTime) add(letter, time, rowAt(m_trace, time, action, device, sector), bio);
    }
    std::vector<RequestStage> finish() {
        std::ranges::stable_sort(m_stages, {}, &RequestStage::time);
        return std::move(m_stages);
    }

private:
    const Trace& m_trace;
    std::vector<RequestStage> m_stages;
};

bool asleep(TaskState state) {
    return state == TaskState::Sleeping || state == TaskState::Uninterruptible ||
           state == TaskState::IdleSleep || state == TaskState::OtherSleep;
}

/// What the task did when something woke it at `time`: its sleep, where that began before `began`.
std::optional<TimeRange> sleepUntil(const Trace& trace, TaskId task, std::int64_t time,
                                    std::int64_t began) {
    const auto lane = trace.taskLane(task);
    if (lane.empty()) return std::nullopt;
    const auto index = lane.indexAt(time - 1);
    if (index >= lane.size()) return std::nullopt;
    const auto span = lane.span(index);
    if (span.open || span.begin >= began || !asleep(valueState(span.value))) return std::nullopt;
    return TimeRange{timestampNs(span.begin), timestampNs(span.end)};
}

std::optional<BlockSleeper> wokenBehind(const Trace& trace, const BlockRequest& request) {
    const auto done = trace.event(request.completion);
    auto index = raw(request.completion) + 1;
    for (std::uint64_t seen = 0; index < trace.events() && seen < kMostRowsBehind;
         ++index, ++seen) {
        const auto event = trace.event(EventIndex{index});
        if (toNs(event.time) > request.c + kWakeupWithin) break;
        if (event.cpu != done.cpu) continue;
        const auto* const row = blockRowOf(event);
        if (row != nullptr && row->action == BlockAction::Complete && row->sectors > 0 &&
            row->sector() != request.sector)
            break;
        const auto* const wake = wakeOf(event);
        if (wake == nullptr || wake->wakee >= event.chunk->tasks.size()) continue;
        const auto task = event.chunk->tasks[wake->wakee].task;
        if (task == kNoTask) continue;
        if (const auto sleep = sleepUntil(trace, task, toNs(event.time), request.c))
            return BlockSleeper{task, *sleep, EventIndex{index}};
    }
    return std::nullopt;
}
}  // namespace

const BlockRow* blockRowOf(const Event& event) {
    const auto rows = event.chunk->blocks;
    const auto found = std::ranges::lower_bound(rows, event.row, {}, &BlockRow::row);
    return found != rows.end() && found->row == event.row ? &*found : nullptr;
}

std::vector<RequestStage> requestStages(const Trace& trace, const BlockModel& blocks,
                                        std::uint32_t number) {
    StageList list(trace);
    const auto& request = blocks.requests[number];
    for (std::uint32_t i = 0; i < std::min(request.bios, kMostToldBios); ++i) {
        const auto index = blocks.held[request.firstBio + i];
        const auto& bio = blocks.bios[index];
        for (auto at = bio.remap; at != kNoIndex; at = blocks.remaps[at].before)
            list.add('A', blocks.remaps[at].time, blocks.remaps[at].event, index);
        if (bio.split) list.add('X', toNs(trace.event(bio.event).time), bio.event, index);
        else list.add('Q', bio.q, bio.event, index);
        list.find('G', BlockAction::GetRequest, bio.g, bio.device, bio.sector, index);
        list.find(bio.front ? 'F' : 'M',
                  bio.front ? BlockAction::FrontMerge : BlockAction::BackMerge, bio.m, bio.device,
                  bio.sector, index);
        list.find('I', BlockAction::Insert, bio.i, bio.device, bio.sector, index);
    }
    list.add('D', request.d, request.issue, kNoIndex);
    list.add('C', request.c, request.completion, kNoIndex);
    return list.finish();
}

std::optional<std::uint32_t> requestOf(const Trace& trace, const BlockModel& blocks,
                                       EventIndex index) {
    const auto event = trace.event(index);
    const auto* const row = blockRowOf(event);
    if (row == nullptr) return std::nullopt;
    const auto time = toNs(event.time);
    const auto device =
        row->device < event.chunk->devices.size() ? event.chunk->devices[row->device] : kNoDevice;
    for (std::uint32_t i = 0; i < blocks.requests.size(); ++i) {
        const auto& request = blocks.requests[i];
        if (request.issue == index || (request.c != kNoTime && request.completion == index))
            return i;
    }
    for (const auto& bio : blocks.bios) {
        if (bio.request == kNoIndex || bio.device != device) continue;
        const bool remapped = bio.remap != kNoIndex && blocks.remaps[bio.remap].event == index;
        const bool stage =
            (time == bio.g || time == bio.m || time == bio.i) && bio.sector == row->sector();
        if (bio.event == index || remapped || stage) return bio.request;
    }
    return std::nullopt;
}

std::optional<BlockSleeper> sleeperOn(const Trace& trace, const BlockModel& blocks,
                                      std::uint32_t number) {
    const auto& request = blocks.requests[number];
    if (request.c == kNoTime) return std::nullopt;
    if (auto woken = wokenBehind(trace, request)) return woken;
    if (request.task == kNoTask || trace.task(request.task).idle()) return std::nullopt;
    const auto sleep = sleepUntil(trace, request.task, request.c, request.c);
    if (!sleep || toNs(sleep->end) > request.c + kWakeupWithin) return std::nullopt;
    return BlockSleeper{request.task, *sleep, std::nullopt};
}

std::optional<std::uint32_t> requestSleptOn(const Trace& trace, const BlockModel& blocks,
                                            TaskId task, TimeRange sleep) {
    const auto end = toNs(sleep.end);
    std::vector<std::uint32_t> near;
    for (std::uint32_t i = 0; i < blocks.requests.size(); ++i) {
        const auto done = blocks.requests[i].c;
        if (done != kNoTime && done <= end && done > end - kWakeupWithin) near.push_back(i);
    }
    std::ranges::sort(near, std::ranges::greater{}, [&](auto i) { return blocks.requests[i].c; });
    constexpr std::size_t kMostAsked = 64;
    near.resize(std::min(near.size(), kMostAsked));
    for (const auto i : near)
        if (const auto sleeper = sleeperOn(trace, blocks, i);
            sleeper && sleeper->task == task && sleeper->sleep.end == sleep.end)
            return i;
    return std::nullopt;
}

BlockLengths::BlockLengths(const Trace& trace) {
    if (trace.tables().blockActions == 0) return;
    const auto blocks = blockRequests(trace);
    for (const auto& bio : blocks.bios) {
        if (bio.split) continue;
        if (bio.c != kNoTime) m_durations.push_back({raw(bio.event), bio.c - bio.q});
        if (bio.d != kNoTime) m_latencies.push_back({raw(bio.event), bio.d - bio.q});
    }
    for (const auto& request : blocks.requests)
        if (request.c != kNoTime && request.d != kNoTime)
            m_durations.push_back({raw(request.issue), request.c - request.d});
    addInserts(trace, blocks);
    for (auto* const lengths : {&m_durations, &m_latencies})
        std::ranges::stable_sort(*lengths, {}, &Length::event);
}

/// Bios do not keep the row of their I: it is found by its sector and time.
void BlockLengths::addInserts(const Trace& trace, const BlockModel& blocks) {
    const auto key = [](std::uint64_t sector, std::int64_t time) {
        return sector * 0x9e3779b97f4a7c15u ^ static_cast<std::uint64_t>(time);
    };
    std::unordered_map<std::uint64_t, std::int64_t> waits;
    for (const auto& bio : blocks.bios)
        if (bio.i != kNoTime && bio.d != kNoTime)
            waits.try_emplace(key(bio.sector, bio.i), bio.d - bio.i);
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        for (const auto& row : chunk.blocks) {
            if (row.action != BlockAction::Insert) continue;
            const auto found = waits.find(key(row.sector(), chunk.timeNs(row.row)));
            if (found != waits.end())
                m_latencies.push_back({raw(trace.firstRow(c)) + row.row, found->second});
        }
    }
}

std::optional<Duration> BlockLengths::find(std::span<const Length> lengths, EventIndex event) {
    const auto found = std::ranges::lower_bound(lengths, raw(event), {}, &Length::event);
    if (found == lengths.end() || found->event != raw(event)) return std::nullopt;
    return Duration{found->ns};
}
std::optional<Duration> BlockLengths::duration(EventIndex event) const {
    return find(m_durations, event);
}
std::optional<Duration> BlockLengths::latency(EventIndex event) const {
    return find(m_latencies, event);
}

}  // namespace kscope::model
