// SPDX-License-Identifier: GPL-3.0-or-later
/// Lanes: spans in time order with a level-of-detail tree, read by count so that a growing trace can be drawn.
#pragma once

#include "model/core/segmented.h"
#include "model/store/event_chunk.h"
#include "model/store/lod.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace kscope::model {

/// A span as read from a lane.
struct LaneSpan {
    std::int64_t begin = 0;  ///< ns
    std::int64_t end = 0;    ///< ns; of an open span the lane's end.
    std::uint32_t value = 0;  ///< What it means: see the lane's accessor in Trace.
    bool open = false;       ///< Its end was not recorded: drawn, not counted.
};

/// Levels of nodes over appended leaves.
class LodLevels {
public:
    static constexpr std::size_t kLevels = 16;
    void pushLeaf(const LodNode& leaf);
    [[nodiscard]] const LodNode& node(std::size_t level, std::size_t index) const { return m_levels[level][index]; }
    [[nodiscard]] std::size_t leaves() const { return m_levels[0].size(); }
    [[nodiscard]] std::size_t bytes() const;

private:
    Segmented<LodNode> m_levels[kLevels];
};

/// A lane that is in exactly one state at any time: a state lasts until the next one starts.
/// CPU lanes and task lanes. About 9.4 bytes a span.
class StateLane {
public:
    static constexpr std::size_t kBlock = 64;
    struct Style {  ///< What a value looks like from far away: idle and sleep leave no ink.
        HueVector hue;
        bool drawn = false;
    };
    explicit StateLane(std::int64_t tick) : m_tick(tick) {}
    /// `begin` must not be before the last one.
    void append(std::int64_t begin, std::uint32_t value, Style style);
    [[nodiscard]] std::size_t size() const noexcept { return m_value.size(); }  ///< Writer only.
    [[nodiscard]] std::int64_t begin(std::size_t index) const noexcept;
    [[nodiscard]] std::uint32_t value(std::size_t index) const noexcept { return m_value[index]; }
    [[nodiscard]] const LodLevels& levels() const noexcept { return m_levels; }
    [[nodiscard]] std::int64_t lastBegin() const noexcept { return m_lastBegin; }  ///< Writer only.
    [[nodiscard]] std::uint32_t lastValue() const noexcept { return m_value[size() - 1]; }  ///< Writer only.
    [[nodiscard]] std::size_t bytes() const;

private:
    struct FarBegin {
        std::int64_t begin;
        std::uint64_t index;
    };
    static constexpr std::uint32_t kFar = 0xffffffff;
    std::int64_t m_tick;
    std::int64_t m_lastBegin = 0;
    Style m_lastStyle;
    LodSum m_leaf;
    std::size_t m_leafSpans = 0;
    Segmented<std::int64_t> m_base;   // one a kBlock spans
    Segmented<std::uint32_t> m_begin;  // ticks from the block's base, or kFar
    Segmented<std::uint32_t> m_value;
    Segmented<FarBegin> m_far;         // ascending by index
    LodLevels m_levels;
};

/// A lane of handler runs kept as pairs of rows in chunks: irq and softirq lanes. 7 bytes a span.
class PairLane {
public:
    struct Segment {
        const EventChunk* chunk;
        const IrqPair* pairs;
        std::uint64_t firstSpan;
        std::uint64_t firstLeaf;
        std::uint32_t count;
    };
    struct Closed {  ///< A pair whose exit lies in a later chunk.
        std::uint64_t span;
        std::int64_t end;
    };
    explicit PairLane(HueVector hue) : m_hue(hue) {}
    void append(const EventChunk& chunk, const IrqSegment& segment);
    [[nodiscard]] std::size_t size() const noexcept { return m_spans; }         ///< Writer only.
    [[nodiscard]] const Segmented<Segment>& segments() const noexcept { return m_segments; }
    [[nodiscard]] const Segmented<Closed>& closed() const noexcept { return m_closed; }
    [[nodiscard]] const LodLevels& levels() const noexcept { return m_levels; }
    [[nodiscard]] HueVector hue() const noexcept { return m_hue; }

private:
    friend class TraceBuilder;
    struct Open {
        std::uint64_t span;
        std::uint32_t number;
    };
    HueVector m_hue;
    std::uint64_t m_spans = 0;
    std::vector<Open> m_open;  // writer only
    Segmented<Segment> m_segments;
    Segmented<Closed> m_closed;  // ascending by span
    LodLevels m_levels;
};

/// A lane as a snapshot sees it. Cheap to copy; valid while the Trace lives.
class LaneView {
public:
    LaneView() = default;
    LaneView(const StateLane& lane, std::size_t count, std::int64_t end);
    LaneView(const PairLane& lane, std::size_t segments, std::size_t closed, std::int64_t end);

    [[nodiscard]] bool empty() const noexcept { return m_count == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return m_count; }
    [[nodiscard]] LaneSpan span(std::size_t index) const;
    [[nodiscard]] std::int64_t begin() const { return empty() ? 0 : span(0).begin; }
    [[nodiscard]] std::int64_t end() const noexcept { return m_end; }  ///< Where the last span of a state lane ends.
    /// Index of the last span that begins at or before `ns`; size() where none does. O(log n).
    [[nodiscard]] std::size_t indexAt(std::int64_t ns) const;
    /// One state after the other without gaps (CPU and task lanes), or runs with pauses between (irq lanes).
    [[nodiscard]] bool isState() const noexcept { return m_state != nullptr; }

    /// Walks what [range.begin, range.end) shows, in time order of begins:
    ///   `sink.slice(const LaneSpan&)`  a span of at least `minSlice` ns, exactly (blank states too: the caller
    ///                                  knows what a value means);
    ///   `sink.small(const LaneSpan&)`  a shorter span, met on its own;
    ///   `sink.fold(begin, end, const LodNode&)`  spans between begin and end, all shorter than two cells: node.busy
    ///                                  ns of ink in colour node.hue. A fold covers at most two `cell`s.
    /// Touches O(range / cell) nodes whatever the number of spans.
    template <class Sink>
    void walk(TimeRange range, std::int64_t cell, std::int64_t minSlice, Sink&& sink) const;

private:
    [[nodiscard]] std::size_t leafCount() const;          ///< Whole leaves that the tree has.
    [[nodiscard]] std::size_t leafFirst(std::size_t leaf) const;  ///< Its first span.
    [[nodiscard]] std::size_t leafEnd(std::size_t leaf) const;
    [[nodiscard]] const PairLane::Segment& segmentOf(std::size_t span) const;
    const LodLevels* m_levels = nullptr;

    const StateLane* m_state = nullptr;
    const PairLane* m_pairs = nullptr;
    std::size_t m_count = 0;
    std::size_t m_segments = 0;
    std::size_t m_closed = 0;
    std::size_t m_leaves = 0;
    std::int64_t m_end = 0;
};

}  // namespace kscope::model
