// SPDX-License-Identifier: GPL-3.0-or-later
/// Lanes: spans in time order with a level-of-detail tree, read by count so that a growing trace
/// can be drawn.
#pragma once

#include "model/core/segmented.h"
#include "model/store/event_chunk.h"
#include "model/store/lod.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

namespace kscope::model {

/// A span as read from a lane.
struct LaneSpan {
    std::int64_t begin = 0;   ///< ns
    std::int64_t end = 0;     ///< ns; of an open span the lane's end.
    std::uint32_t value = 0;  ///< What it means: see the lane's accessor in Trace.
    bool open = false;        ///< Its end was not recorded: drawn, not counted.
};

/// Levels of nodes over appended leaves.
class LodLevels {
public:
    static constexpr std::size_t kLevels = 16;
    void pushLeaf(const LodNode& leaf);
    [[nodiscard]] const LodNode& node(std::size_t level, std::size_t index) const {
        return (*m_levels[level])[index];
    }
    /// The kNodeChildren nodes below a node of `level`, which is not 0. They lie side by side.
    [[nodiscard]] const LodNode* children(std::size_t level, std::size_t index) const {
        return &node(level - 1, index * kNodeChildren);
    }
    [[nodiscard]] std::size_t leaves() const { return m_levels[0] ? m_levels[0]->size() : 0; }
    [[nodiscard]] std::size_t bytes() const;

private:
    std::array<std::unique_ptr<Segmented<LodNode>>, kLevels> m_levels;  // made when first needed
};

/// A lane that is in exactly one state at any time: a state lasts until the next one begins. Holds
/// closed spans; what goes on at the end is the snapshot's. CPU lanes and task lanes. About 9.5
/// bytes a span.
class StateLane {
public:
    static constexpr std::size_t kBlock = 64;
    struct Style {  ///< What a value looks like from far away: idle and sleep leave no ink.
        HueVector hue;
        bool drawn = false;
    };
    explicit StateLane(std::int64_t tick) : m_tick(tick) {}
    /// An append() comes soon: of the lane itself, later of where it will write.
    void expectAppend() const noexcept {
        prefetchWrite(this);
        prefetchWrite(&m_spans);
    }
    void expectSpan() const noexcept { m_spans.expectPush(); }
    /// [begin, end) in `value`; `begin` is the end of the span before (the first one's is free).
    void append(std::int64_t begin, std::int64_t end, std::uint32_t value, Style style);
    [[nodiscard]] std::size_t size() const noexcept { return m_spans.size(); }  ///< Writer only.
    [[nodiscard]] std::int64_t begin(std::size_t index) const noexcept {
        return beginOf(m_spans[index], index);
    }
    [[nodiscard]] std::uint32_t value(std::size_t index) const noexcept {
        return m_spans[index].value;
    }
    /// Calls `use(begin, value)` for spans [first, last), in order, until it returns false; false
    /// then. Look-ups are made once for spans that lie side by side.
    template <class Use> bool forRun(std::size_t first, std::size_t last, Use&& use) const {
        while (first < last) {
            const auto run =
                m_spans.run(first, std::min(last, (first / kBlock + 1) * kBlock) - first);
            const auto base = m_base[first / kBlock];
            for (const Span span : run) {
                const auto begin = (span.begin & kFar) != 0
                                       ? m_far[span.begin & ~kFar]
                                       : base + static_cast<std::int64_t>(span.begin) * m_tick;
                if (!use(begin, span.value)) return false;
            }
            first += run.size();
        }
        return true;
    }
    /// Calls `use(begin, end, value)` for spans [first, last), at least one, in order; the last one
    /// ends at `end`.
    template <class Use>
    void forSpans(std::size_t first, std::size_t last, std::int64_t end, Use&& use) const {
        std::int64_t from = begin(first);
        std::uint32_t before = value(first);
        forRun(first + 1, last, [&](std::int64_t at, std::uint32_t next) {
            use(from, at, before);
            from = at;
            before = next;
            return true;
        });
        use(from, end, before);
    }
    [[nodiscard]] std::shared_ptr<const LodLevels> levels() const noexcept { return m_levels; }
    /// Builds the tree anew with other colours; views cut before keep the old one (the caller keeps
    /// it alive).
    template <class StyleOf> void restyle(std::int64_t end, StyleOf&& styleOf);
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Span {
        std::uint32_t begin;  // ticks from the block's base, or kFar | index into m_far
        std::uint32_t value;
    };
    static constexpr std::uint32_t kFar = 0x80000000;
    void sum(std::int64_t begin, std::int64_t end, Style style) {
        m_leaf.add(begin, end, style.hue, style.drawn);
        if (++m_leafSpans == kLeafSpans) closeLeaf();
    }
    void closeLeaf();
    [[nodiscard]] std::int64_t beginOf(Span span, std::size_t index) const noexcept {
        if ((span.begin & kFar) != 0) return m_far[span.begin & ~kFar];
        return m_base[index / kBlock] + static_cast<std::int64_t>(span.begin) * m_tick;
    }
    std::int64_t m_tick;
    std::int64_t m_newestBase = 0;
    LodSum m_leaf;
    std::size_t m_leafSpans = 0;
    std::shared_ptr<LodLevels> m_levels;  // null until the first leaf
    Segmented<Span> m_spans;
    Segmented<std::int64_t> m_base;  // one a kBlock spans
    Segmented<std::int64_t> m_far;   // begins that do not fit, ns
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
    enum class Kind : std::uint8_t { Hard, Soft };
    explicit PairLane(Kind kind) : m_kind(kind) {}
    void append(const EventChunk& chunk, const IrqSegment& segment);
    [[nodiscard]] std::size_t size() const noexcept { return m_spans; }  ///< Writer only.
    [[nodiscard]] const Segmented<Segment>& segments() const noexcept { return m_segments; }
    [[nodiscard]] const Segmented<Closed>& closed() const noexcept { return m_closed; }
    [[nodiscard]] const LodLevels& levels() const noexcept { return m_levels; }
    [[nodiscard]] bool soft() const noexcept { return m_kind == Kind::Soft; }
    /// Events of this CPU were lost: what is open stays open for good.
    void forgetOpen() { m_open.clear(); }

private:
    struct Open {
        std::uint64_t span;
        std::uint32_t number;
    };
    Kind m_kind;
    std::uint64_t m_spans = 0;
    std::vector<Open> m_open;  // writer only
    Segmented<Segment> m_segments;
    Segmented<Closed> m_closed;  // nearly ascending by span
    LodLevels m_levels;
};

/// A lane as a snapshot sees it. Cheap to copy; valid while the Trace lives.
class LaneView {
public:
    struct Pending {  ///< What a state lane is in at its end.
        std::int64_t begin = 0;
        std::uint32_t value = 0;
    };
    LaneView() = default;
    /// `count` closed spans, then `pending` until `end`.
    LaneView(const StateLane& lane, std::size_t count, Pending pending, std::int64_t end);
    LaneView(const PairLane& lane, std::size_t spans, std::size_t segments, std::size_t closed,
             std::int64_t end);

    [[nodiscard]] bool empty() const noexcept { return m_count == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return m_count; }
    [[nodiscard]] LaneSpan span(std::size_t index) const;
    [[nodiscard]] std::int64_t begin() const { return empty() ? 0 : beginOf(0); }
    [[nodiscard]] std::int64_t end() const noexcept {
        return m_end;
    }  ///< Where the last span of a state lane ends.
    /// Index of the last span that begins at or before `ns`; size() where none does. O(log n).
    [[nodiscard]] std::size_t indexAt(std::int64_t ns) const;
    /// One state after the other without gaps (CPU and task lanes), or runs with pauses between
    /// (irq lanes).
    [[nodiscard]] bool isState() const noexcept { return m_state != nullptr; }

    /// Calls `use(const LaneSpan&)` for spans from number `first` on that begin before `endNs`, in
    /// order. A look-up a span less than span(): for sums over many of them.
    template <class Use> void forEach(std::size_t first, std::int64_t endNs, Use&& use) const {
        if (m_state) forEachState(first, endNs, use);
        else forEachPair(first, endNs, use);
    }

    /// Walks what [range.begin, range.end) shows, in time order of begins:
    ///   `sink.slice(const LaneSpan&)`  a span of at least `minSlice` ns, exactly (blank states
    ///   too: the caller
    ///                                  knows what a value means);
    ///   `sink.small(const LaneSpan&)`  a shorter span, met on its own;
    ///   `sink.fold(begin, end, const LodNode&)`  drawn spans between begin and end, all shorter
    ///   than minSlice: node.busy
    ///                                  ns of ink in colour node.hue. A fold covers at most two
    ///                                  `cell`s.
    /// Of state lanes a sink may take a leaf's spans at once, all of them inside the range:
    ///   `sink.dense(spans)`  is to call `spans(use)` once: `use(begin, end, value)` is called for
    ///                        what sink.small() would have been, sink.slice() as ever.
    /// Touches O(range / cell) nodes whatever the number of spans.
    template <class Sink>
    void walk(TimeRange range, std::int64_t cell, std::int64_t minSlice, Sink&& sink) const {
        if (m_count == 0) return;
        const Walk want{toNs(range.begin), toNs(range.end), cell, minSlice,
                        static_cast<unsigned>(std::bit_width(
                            static_cast<std::uint64_t>(std::max<std::int64_t>(minSlice, 1))))};
        std::size_t level = LodLevels::kLevels - 1;
        while (level > 0 && m_leaves >> (2 * level) == 0) --level;
        std::size_t first = 0;
        for (;; --level) {
            const std::size_t count = m_leaves >> (2 * level);
            for (std::size_t i = first; i < count; ++i) {
                const auto next = (i + 1) << (2 * level);
                const auto end = next < m_leaves ? m_levels->node(0, next).start : tailBegin();
                if (!visit(want, level, i, m_levels->node(level, i), end, sink)) return;
            }
            first = count * kNodeChildren;
            if (level == 0) break;
        }
        spans(want, leafFirst(m_leaves), m_count, sink);
    }

private:
    struct Walk {
        std::int64_t begin;
        std::int64_t end;
        std::int64_t cell;
        std::int64_t minSlice;
        unsigned sliceBits;
    };
    /// `node` lasts until `end`. False once the range's end is behind.
    template <class Sink>
    bool visit(const Walk& want, std::size_t level, std::size_t index, const LodNode& node,
               std::int64_t end, Sink& sink) const {
        if (node.start >= want.end) return false;
        if (end <= want.begin) return true;
        const std::int64_t length = end - node.start;
        const bool mayHoldSlice = node.longest >= want.sliceBits;
        if (length <= 2 * want.cell && (2 * length <= want.cell || !mayHoldSlice)) {
            if (node.spans > 0) sink.fold(node.start, end, node);
            return true;
        }
        if (level == 0) {
            if (m_state && node.start >= want.begin && end <= want.end) {
                leaf(want, index, end, sink);
                return true;
            }
            return spans(want, leafFirst(index), leafFirst(index + 1), sink);
        }
        const LodNode* const children = m_levels->children(level, index);
        for (std::size_t i = 0; i < kNodeChildren; ++i) {
            const auto childEnd = i + 1 < kNodeChildren ? children[i + 1].start : end;
            if (!visit(want, level - 1, index * kNodeChildren + i, children[i], childEnd, sink))
                return false;
        }
        return true;
    }
    /// A leaf of a state lane that lies inside the range and lasts until `end`.
    template <class Sink>
    void leaf(const Walk& want, std::size_t index, std::int64_t end, Sink& sink) const {
        const auto first = index * kLeafSpans;
        const auto each = [&](auto&& small) {
            m_state->forSpans(first, first + kLeafSpans, end,
                              [&](std::int64_t from, std::int64_t to, std::uint32_t value) {
                                  if (to - from >= want.minSlice)
                                      sink.slice(LaneSpan{from, to, value, false});
                                  else small(from, to, value);
                              });
        };
        if constexpr (requires { sink.dense(each); }) {
            sink.dense(each);
        } else {
            each([&](std::int64_t from, std::int64_t to, std::uint32_t value) {
                sink.small(LaneSpan{from, to, value, false});
            });
        }
    }
    template <class Sink>
    bool spans(const Walk& want, std::size_t first, std::size_t last, Sink& sink) const {
        if (m_state) return stateSpans(want, first, last, sink);
        for (std::size_t i = first; i < last; ++i) {
            const LaneSpan found = span(i);
            if (found.begin >= want.end) return false;
            if (found.end <= want.begin && found.end > found.begin) continue;
            if (found.end - found.begin >= want.minSlice) {
                sink.slice(found);
            } else {
                sink.small(found);
            }
        }
        return true;
    }
    template <class Sink>
    bool stateSpans(const Walk& want, std::size_t first, std::size_t last, Sink& sink) const {
        return eachState(first, last, [&](const LaneSpan& span) {
            if (span.begin >= want.end) return false;
            if (span.end <= want.begin && span.end > span.begin) return true;
            if (span.end - span.begin >= want.minSlice) {
                sink.slice(span);
            } else {
                sink.small(span);
            }
            return true;
        });
    }
    template <class Use> void forEachState(std::size_t first, std::int64_t endNs, Use& use) const {
        static_cast<void>(eachState(first, m_count, [&](const LaneSpan& span) {
            if (span.begin >= endNs) return false;
            use(span);
            return true;
        }));
    }
    /// Calls `use(const LaneSpan&)` for spans [first, last) of a state lane until it returns false;
    /// false then. Each ends where the next begins.
    template <class Use> bool eachState(std::size_t first, std::size_t last, Use&& use) const {
        if (first >= last) return true;
        const std::size_t closed = m_count - 1;  // Behind them is m_pending.
        if (first < closed) {
            LaneSpan span{m_state->begin(first), 0, m_state->value(first), false};
            const auto next = [&](std::int64_t begin, std::uint32_t value) {
                span.end = begin;
                if (!use(std::as_const(span))) return false;
                span.begin = begin;
                span.value = value;
                return true;
            };
            if (!m_state->forRun(first + 1, std::min(last + 1, closed), next)) return false;
            if (last < closed) return true;
            if (!next(m_pending.begin, m_pending.value)) return false;
        }
        return last == closed || use(LaneSpan{m_pending.begin, m_end, m_pending.value, true});
    }
    template <class Use> void forEachPair(std::size_t first, std::int64_t endNs, Use& use) const {
        if (first >= m_count) return;
        for (std::size_t at = segmentOf(first); at < m_segments; ++at) {
            const auto& segment = m_pairs->segments()[at];
            const EventChunk& chunk = *segment.chunk;
            for (std::size_t i = first - segment.firstSpan; i < segment.count; ++i) {
                const IrqPair& pair = segment.pairs[i];
                const std::int64_t begin = chunk.timeNs(pair.entry);
                if (begin >= endNs) return;
                if (pair.exit == kNoRow) use(span(segment.firstSpan + i));
                else
                    use(LaneSpan{begin, chunk.timeNs(pair.exit),
                                 m_pairs->soft() ? pair.id : chunk.irqs[pair.id].number, false});
            }
            first = segment.firstSpan + segment.count;
        }
    }
    [[nodiscard]] std::size_t leafFirst(
        std::size_t leaf) const;  ///< First span of a leaf; of the one past the last: the tail.
    [[nodiscard]] std::int64_t tailBegin() const;  ///< Where spans that are in no leaf begin.
    [[nodiscard]] std::int64_t beginOf(std::size_t index) const;
    [[nodiscard]] std::size_t segmentOf(std::size_t span) const;
    [[nodiscard]] std::int64_t closedEnd(std::size_t span) const;  ///< m_end where it never closed.

    const StateLane* m_state = nullptr;
    const PairLane* m_pairs = nullptr;
    const LodLevels* m_levels = nullptr;
    std::size_t m_count = 0;  // pending included
    std::size_t m_leaves = 0;
    std::size_t m_segments = 0;
    std::size_t m_closed = 0;
    Pending m_pending;
    std::int64_t m_end = 0;
};

template <class StyleOf> void StateLane::restyle(std::int64_t end, StyleOf&& styleOf) {
    m_levels = nullptr;
    m_leaf = {};
    m_leafSpans = 0;
    const auto count = size();
    std::size_t index = 0;
    std::int64_t from = 0;
    std::uint32_t before = 0;
    m_spans.forEach(count, [&](Span span) {
        const auto at = beginOf(span, index);
        if (index > 0) sum(from, at, styleOf(before));
        from = at;
        before = span.value;
        ++index;
    });
    if (count > 0) sum(from, end, styleOf(before));
}

}  // namespace kscope::model
