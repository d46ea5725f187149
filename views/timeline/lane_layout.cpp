// SPDX-License-Identifier: GPL-3.0-or-later
/// Choosing and stacking lanes.
#include "views/timeline/lane_layout.h"

#include <fmt/format.h>

#include <algorithm>

namespace kscope::views {
namespace {

constexpr std::size_t kDefaultTasks = 10;
constexpr std::size_t kDefaultNames = 10;
constexpr std::size_t kDefaultDevices = 8;

template <class T> bool has(const std::vector<T>& all, const T& one) {
    return std::ranges::find(all, one) != all.end();
}

void addCpus(std::vector<LaneKey>& keys, const model::Trace& trace) {
    for (const model::CpuId cpu : trace.cpus())
        if (cpu != model::kUnknownCpu) keys.push_back({LaneKey::Kind::Cpu, model::raw(cpu)});
}

void addDevices(std::vector<LaneKey>& keys, const model::Trace& trace, std::size_t most) {
    const auto devices = trace.requestDevices();
    for (const model::DeviceId device : devices.first(std::min(most, devices.size())))
        keys.push_back({LaneKey::Kind::Device, model::raw(device)});
}

void addTasks(std::vector<LaneKey>& keys, const model::Trace& trace, std::size_t most) {
    const auto tasks = trace.tasks();
    std::vector<std::uint32_t> ids;
    for (std::uint32_t id = 0; id < tasks.size(); ++id)
        if (!tasks[id].idle() && !trace.taskLane(model::TaskId{id}).empty()) ids.push_back(id);
    const auto more = [&](std::uint32_t left, std::uint32_t right) {
        return tasks[left].runNs != tasks[right].runNs ? tasks[left].runNs > tasks[right].runNs
                                                       : left < right;
    };
    const auto count = std::min(most, ids.size());
    std::ranges::partial_sort(ids, ids.begin() + static_cast<std::ptrdiff_t>(count), more);
    for (std::size_t i = 0; i < count; ++i) keys.push_back({LaneKey::Kind::Task, ids[i]});
}

void addNames(std::vector<LaneKey>& keys, const model::Trace& trace, std::size_t most) {
    const auto counts = trace.nameCounts();
    std::vector<std::uint32_t> ids;
    for (std::uint32_t id = 1; id < counts.size(); ++id)
        if (counts[id] > 0) ids.push_back(id);
    const auto more = [&](std::uint32_t left, std::uint32_t right) {
        return counts[left] != counts[right] ? counts[left] > counts[right] : left < right;
    };
    const auto count = std::min(most, ids.size());
    std::ranges::partial_sort(ids, ids.begin() + static_cast<std::ptrdiff_t>(count), more);
    for (std::size_t i = 0; i < count; ++i) keys.push_back({LaneKey::Kind::EventName, ids[i]});
}

/// At most so many of each kind.
struct LaneLimits {
    std::size_t devices;
    std::size_t tasks;
    std::size_t names;
};

std::vector<LaneKey> someLanes(const model::Trace& trace, Pane pane, const LaneLimits& most) {
    std::vector<LaneKey> keys;
    addCpus(keys, trace);
    if (pane == Pane::CpuSched) return keys;
    addDevices(keys, trace, most.devices);
    addTasks(keys, trace, most.tasks);
    addNames(keys, trace, most.names);
    return keys;
}

bool chosen(const ViewState& state, const LaneKey& key) {
    if (has(state.hidden, key)) return false;
    if (key.kind == LaneKey::Kind::Cpu && !state.onlyCpus.empty())
        return has(state.onlyCpus, model::CpuId{static_cast<std::uint16_t>(key.id)});
    if (key.kind == LaneKey::Kind::Task && !state.onlyTasks.empty())
        return has(state.onlyTasks, model::TaskId{key.id});
    if (key.kind == LaneKey::Kind::EventName && !state.onlyNames.empty())
        return has(state.onlyNames, model::StringId{key.id});
    if (key.kind == LaneKey::Kind::Device && !state.onlyDevices.empty())
        return has(state.onlyDevices, model::DeviceId{key.id});
    return true;
}

/// "Only this task" shows it even where it is not among the default ones. A long list of ticked
/// tasks only takes lanes away.
void addOnlyTasks(std::vector<LaneKey>& keys, const ViewState& state) {
    constexpr std::size_t kMostAdded = 24;
    if (state.onlyTasks.size() > kMostAdded) return;
    for (const model::TaskId task : state.onlyTasks) {
        const LaneKey key{LaneKey::Kind::Task, model::raw(task)};
        if (has(keys, key)) continue;
        const auto place = std::ranges::find_if(
            keys, [](const LaneKey& k) { return k.kind == LaneKey::Kind::EventName; });
        keys.insert(place, key);
    }
}

/// The same for the kinds of events.
void addOnlyNames(std::vector<LaneKey>& keys, const ViewState& state) {
    constexpr std::size_t kMostAdded = 24;
    if (state.onlyNames.size() > kMostAdded) return;
    for (const model::StringId name : state.onlyNames) {
        const LaneKey key{LaneKey::Kind::EventName, model::raw(name)};
        if (!has(keys, key)) keys.push_back(key);
    }
}

/// Parts of a lane, whose bar may have a height of its own.
LaneParts partsOf(const ViewState& state, const LaneKey& key, bool folded) {
    auto parts = laneParts(key.kind, state.height, folded);
    const auto own = std::ranges::find(state.ownBars, key, &LaneBar::lane);
    if (own != state.ownBars.end()) parts.bar = std::clamp(own->height, kLeastBar, kMostBar);
    return parts;
}

bool exists(const model::Trace& trace, const LaneKey& key) {
    switch (key.kind) {
    case LaneKey::Kind::Cpu:
        return std::ranges::find(trace.cpus(), model::CpuId{static_cast<std::uint16_t>(key.id)}) !=
               trace.cpus().end();
    case LaneKey::Kind::Task: return key.id < trace.tasks().size();
    case LaneKey::Kind::EventName: return key.id < trace.nameCounts().size();
    case LaneKey::Kind::Device:
        return std::ranges::binary_search(trace.requestDevices(), model::DeviceId{key.id});
    case LaneKey::Kind::Group: return false;
    }
    return false;
}

}  // namespace

LaneParts laneParts(LaneKey::Kind kind, LaneHeight height, bool folded) {
    const auto size = static_cast<std::size_t>(height);
    constexpr int kCpuBar[] = {14, 20, 32};
    constexpr int kThin[] = {2, 4, 6};
    constexpr int kTaskEdge[] = {2, 3, 4};
    constexpr int kTaskBar[] = {12, 16, 26};
    constexpr int kEventBar[] = {18, 28, 42};
    constexpr int kDeviceBar[] = {20, 36, 72};  // With its edges as tall as a curve's lane.
    constexpr int kDeviceEdge[] = {4, 5, 6};
    switch (kind) {
    case LaneKey::Kind::Cpu:
        if (folded) return {.above = 6, .bar = kCpuBar[size]};
        return {.above = 6, .bar = kCpuBar[size], .irq = kThin[size], .softirq = kThin[size]};
    case LaneKey::Kind::Device:
        if (!folded)
            return {
                .above = kDeviceEdge[size], .bar = kDeviceBar[size], .below = kDeviceEdge[size]};
        return {.above = kTaskEdge[size], .bar = kTaskBar[size], .below = kTaskEdge[size]};
    case LaneKey::Kind::EventName:
        if (!folded) return {.above = 3, .bar = kEventBar[size], .below = 3};
        [[fallthrough]];
    case LaneKey::Kind::Task:
        return {.above = kTaskEdge[size], .bar = kTaskBar[size], .below = kTaskEdge[size]};
    case LaneKey::Kind::Group: return {.bar = kGroupRowHeight};
    }
    return {};
}

LaneGroup groupOf(LaneKey::Kind kind) {
    switch (kind) {
    case LaneKey::Kind::Cpu: return LaneGroup::Cpus;
    case LaneKey::Kind::Task: return LaneGroup::Tasks;
    case LaneKey::Kind::Device: return LaneGroup::Devices;
    case LaneKey::Kind::EventName:
    case LaneKey::Kind::Group: break;
    }
    return LaneGroup::Events;
}

bool isFolded(const ViewState& state, const LaneKey& key) {
    return has(state.folded, key) != (key.kind == LaneKey::Kind::EventName);
}

std::vector<LaneKey> defaultLanes(const model::Trace& trace, Pane pane) {
    return someLanes(trace, pane, {kDefaultDevices, kDefaultTasks, kDefaultNames});
}
std::vector<LaneKey> allLanes(const model::Trace& trace, Pane pane) {
    return someLanes(trace, pane, {SIZE_MAX, SIZE_MAX, SIZE_MAX});
}

std::string laneName(const model::Trace& trace, const LaneKey& key) {
    switch (key.kind) {
    case LaneKey::Kind::Cpu: return fmt::format("CPU {}", key.id);
    case LaneKey::Kind::Task: {
        const std::string_view comm = trace.comm(model::TaskId{key.id});
        return comm.empty() ? "<...>" : std::string(comm);
    }
    case LaneKey::Kind::EventName: return std::string(trace.text(model::StringId{key.id}));
    case LaneKey::Kind::Device: return "Device " + model::deviceText(model::DeviceId{key.id});
    case LaneKey::Kind::Group: break;
    }
    return {};
}

LaneLayout::LaneLayout(const model::Trace& trace, const ViewState& state, Pane pane)
    : m_height(state.height) {
    m_tasksInAll = static_cast<std::size_t>(std::ranges::count_if(
        trace.tasks(), [](const model::TaskInfo& task) { return !task.idle(); }));
    m_namesInAll = static_cast<std::size_t>(
        std::ranges::count_if(trace.nameCounts(), [](std::uint64_t count) { return count > 0; }));
    for (std::uint32_t i = 0; i < trace.gaps().size(); ++i)
        m_gaps[trace.gaps()[i].cpu].push_back(i);
    std::vector<LaneKey> keys =
        state.lanes.empty() || pane == Pane::CpuSched ? defaultLanes(trace, pane) : state.lanes;
    if (pane == Pane::Timeline) {
        addOnlyTasks(keys, state);
        addOnlyNames(keys, state);
    }
    std::erase_if(keys,
                  [&](const LaneKey& key) { return !exists(trace, key) || !chosen(state, key); });
    const auto place = [&](const LaneKey& key, bool pin, int y) {
        const bool folded = isFolded(state, key);
        const auto parts = partsOf(state, key, folded);
        m_rows.push_back({key, y, parts.sum(), pin, folded, parts});
        return m_rows.back().height;
    };
    for (const LaneKey& key : state.pinned)
        if (exists(trace, key) && !has(state.hidden, key))
            m_pinnedHeight += place(key, true, m_pinnedHeight);
    m_pinned = m_rows.size();
    std::erase_if(keys, [&](const LaneKey& key) { return has(state.pinned, key); });
    for (auto begin = keys.begin(); begin != keys.end();) {
        const auto end = std::find_if(begin, keys.end(),
                                      [&](const LaneKey& key) { return key.kind != begin->kind; });
        addSection(groupOf(begin->kind), {begin, end}, state);
        begin = end;
    }
}

void LaneLayout::addSection(LaneGroup group, std::span<const LaneKey> keys,
                            const ViewState& state) {
    LaneSection section{
        .group = group, .y = m_contentHeight, .first = m_rows.size(), .wanted = keys.size()};
    section.folded =
        has(state.folded, LaneKey{LaneKey::Kind::Group, static_cast<std::uint32_t>(group)});
    m_contentHeight += kGroupRowHeight;
    if (!section.folded) {
        for (const LaneKey& key : keys) {
            const bool folded = isFolded(state, key);
            const auto parts = partsOf(state, key, folded);
            m_rows.push_back({key, m_contentHeight, parts.sum(), false, folded, parts});
            m_contentHeight += parts.sum();
        }
        section.count = keys.size();
    }
    section.bottom = m_contentHeight;
    m_sections.push_back(section);
}

std::span<const std::uint32_t> LaneLayout::gapsOf(model::CpuId cpu) const {
    const auto found = m_gaps.find(cpu);
    return found == m_gaps.end() ? std::span<const std::uint32_t>{} : std::span(found->second);
}

const LaneRow* LaneLayout::find(const LaneKey& key) const {
    const auto found = std::ranges::find(m_rows, key, &LaneRow::key);
    return found == m_rows.end() ? nullptr : &*found;
}

const LaneSection* LaneLayout::sectionAt(int y, int scroll) const {
    if (y < m_pinnedHeight) return nullptr;
    for (const LaneSection& section : m_sections) {
        const int top = stuckY(*this, section, scroll);
        if (y >= top && y < top + kGroupRowHeight) return &section;
    }
    return nullptr;
}

const LaneRow* LaneLayout::rowAt(int y, int scroll) const {
    if (y < 0 || sectionAt(y, scroll)) return nullptr;
    const bool pin = y < m_pinnedHeight;
    const int at = pin ? y : y - m_pinnedHeight + scroll;
    const auto begin = m_rows.begin() + static_cast<std::ptrdiff_t>(pin ? 0 : m_pinned);
    const auto end = pin ? m_rows.begin() + static_cast<std::ptrdiff_t>(m_pinned) : m_rows.end();
    const auto after = std::upper_bound(
        begin, end, at, [](int value, const LaneRow& row) { return value < row.y; });
    if (after == begin) return nullptr;
    const LaneRow& row = *(after - 1);
    return at < row.y + row.height ? &row : nullptr;
}

int stuckY(const LaneLayout& layout, const LaneSection& section, int scroll) {
    const int natural = section.y - scroll;
    const int stuck = std::max(natural, std::min(0, section.bottom - scroll - kGroupRowHeight));
    return layout.pinnedHeight() + stuck;
}

}  // namespace kscope::views
