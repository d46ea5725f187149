// SPDX-License-Identifier: GPL-3.0-or-later
/// Which lanes a timeline has, in which order, and how tall they are. Logical pixels.
#pragma once

#include "views/state/trace_view.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace kscope::views {

enum class LaneGroup : std::uint8_t { Cpus, Tasks, Events, Devices };
enum class Pane : std::uint8_t { Timeline, CpuSched };  ///< CpuSched: CPU lanes and nothing else.

inline constexpr int kGroupRowHeight = 20;

/// Parts of a lane's height (look.md, "Lane heights").
struct LaneParts {
    int above = 0;
    int bar = 0;
    int irq = 0;
    int softirq = 0;
    int below = 0;
    [[nodiscard]] int sum() const { return above + bar + irq + softirq + below; }
};
[[nodiscard]] LaneParts laneParts(LaneKey::Kind kind, LaneHeight height, bool folded);

struct LaneRow {
    LaneKey key;
    int y = 0;  ///< From the top of all lanes; pinned ones: from the top of the pinned area.
    int height = 0;
    bool pinned = false;
    bool folded = false;
    LaneParts parts;
};

/// A run of lanes of one kind under its group row.
struct LaneSection {
    LaneGroup group{};
    int y = 0;              ///< Of its group row.
    int bottom = 0;         ///< Of its last lane.
    std::size_t first = 0;  ///< Into rows(); folded sections have none.
    std::size_t count = 0;
    std::size_t wanted = 0;  ///< Lanes that it has when it is not folded.
    bool folded = false;
};

class LaneLayout {
public:
    LaneLayout() = default;
    LaneLayout(const model::Trace& trace, const ViewState& state, Pane pane);

    [[nodiscard]] const std::vector<LaneRow>& rows() const noexcept {
        return m_rows;
    }  ///< Pinned lanes first.
    [[nodiscard]] std::size_t pinned() const noexcept { return m_pinned; }
    [[nodiscard]] const std::vector<LaneSection>& sections() const noexcept { return m_sections; }
    [[nodiscard]] int pinnedHeight() const noexcept { return m_pinnedHeight; }
    [[nodiscard]] int contentHeight() const noexcept {
        return m_contentHeight;
    }  ///< Of all that scrolls.
    [[nodiscard]] const LaneRow* find(const LaneKey& key) const;
    /// Lane at `y` of the lane area, scrolled by `scroll`; null on group rows and below the last.
    [[nodiscard]] const LaneRow* rowAt(int y, int scroll) const;
    [[nodiscard]] const LaneSection*
    sectionAt(int y, int scroll) const;  ///< Whose group row, stuck or not, is there.
    [[nodiscard]] LaneHeight height() const noexcept { return m_height; }
    [[nodiscard]] std::size_t tasksInAll() const noexcept {
        return m_tasksInAll;
    }  ///< Of the trace, idle ones left out.
    [[nodiscard]] std::size_t namesInAll() const noexcept { return m_namesInAll; }
    /// Numbers of the trace's gaps on one CPU, ascending by begin.
    [[nodiscard]] std::span<const std::uint32_t> gapsOf(model::CpuId cpu) const;

private:
    void addSection(LaneGroup group, std::span<const LaneKey> keys, const ViewState& state);
    std::vector<LaneRow> m_rows;
    std::vector<LaneSection> m_sections;
    std::size_t m_pinned = 0;
    int m_pinnedHeight = 0;
    int m_contentHeight = 0;
    LaneHeight m_height = LaneHeight::Normal;
    std::size_t m_tasksInAll = 0;
    std::size_t m_namesInAll = 0;
    std::map<model::CpuId, std::vector<std::uint32_t>> m_gaps;
};

/// CPUs, block devices with requests, the ten tasks with most CPU time, the most frequent event
/// names.
[[nodiscard]] std::vector<LaneKey> defaultLanes(const model::Trace& trace, Pane pane);
/// Every CPU, block device with requests, task and event name.
[[nodiscard]] std::vector<LaneKey> allLanes(const model::Trace& trace, Pane pane);
[[nodiscard]] LaneGroup groupOf(LaneKey::Kind kind);
/// Event lanes are folded unless the state lists them, all others only if it does.
[[nodiscard]] bool isFolded(const ViewState& state, const LaneKey& key);
/// "CPU 3", "postgres", "sched_waking", "Device 8,0".
[[nodiscard]] std::string laneName(const model::Trace& trace, const LaneKey& key);
/// Rows of a section: stuck to the top while its lanes are in view. `y` in the lane area.
[[nodiscard]] int stuckY(const LaneLayout& layout, const LaneSection& section, int scroll);

}  // namespace kscope::views
