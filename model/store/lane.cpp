// SPDX-License-Identifier: GPL-3.0-or-later
/// Appending to lanes and reading them by count.
#include "model/store/lane.h"

namespace kscope::model {

void LodLevels::pushLeaf(const LodNode& leaf) {
    const auto push = [this](std::size_t level, const LodNode& node) {
        if (!m_levels[level]) m_levels[level] = std::make_unique<Segmented<LodNode>>();
        m_levels[level]->push(node);
        return m_levels[level]->size();
    };
    auto size = push(0, leaf);
    for (std::size_t level = 0; level + 1 < kLevels && size % kNodeChildren == 0; ++level) {
        LodSum sum;
        for (auto i = size - kNodeChildren; i < size; ++i) sum.add((*m_levels[level])[i]);
        size = push(level + 1, sum.node());
    }
}

std::size_t LodLevels::bytes() const {
    std::size_t sum = 0;
    for (const auto& level : m_levels)
        if (level) sum += level->bytes();
    return sum;
}

void StateLane::append(std::int64_t begin, std::int64_t end, std::uint32_t value, Style style) {
    if (m_spans.size() % kBlock == 0) {
        m_base.push(begin);
        m_newestBase = begin;
    }
    const auto offset = static_cast<std::uint64_t>(begin - m_newestBase);
    // Two constants, so that no division by a variable stands in the way of opening.
    const auto ticks = m_tick == 1000 ? offset / 1000
                       : m_tick == 1  ? offset
                                      : offset / static_cast<std::uint64_t>(m_tick);
    if (ticks < kFar && ticks * static_cast<std::uint64_t>(m_tick) == offset) {
        m_spans.push({static_cast<std::uint32_t>(ticks), value});
    } else {
        m_spans.push({kFar | static_cast<std::uint32_t>(m_far.size()), value});
        m_far.push(begin);
    }
    sum(begin, end, style);
}

void StateLane::closeLeaf() {
    if (!m_levels) m_levels = std::make_shared<LodLevels>();
    m_levels->pushLeaf(m_leaf.node());
    m_leaf = {};
    m_leafSpans = 0;
}

std::size_t StateLane::bytes() const {
    return m_base.bytes() + m_spans.bytes() + m_far.bytes() + (m_levels ? m_levels->bytes() : 0);
}

void PairLane::append(const EventChunk& chunk, const IrqSegment& segment) {
    const auto number = [&](const IrqPair& pair) -> std::uint32_t {
        return segment.soft ? pair.id : chunk.irqs[pair.id].number;
    };
    for (const auto& exit : segment.orphans) {
        for (auto open = m_open.rbegin(); open != m_open.rend(); ++open) {
            if (open->number != number(exit)) continue;
            m_closed.push({open->span, chunk.timeNs(exit.exit)});
            m_open.erase(std::next(open).base(),
                         m_open.end());  // What was entered inside it never exited.
            break;
        }
    }
    if (segment.pairs.empty()) return;
    m_segments.push({&chunk, segment.pairs.data(), m_spans, m_levels.leaves(),
                     static_cast<std::uint32_t>(segment.pairs.size())});
    for (const auto& leaf : segment.leaves) m_levels.pushLeaf(leaf);
    constexpr std::size_t kMaxOpen = 64;  // Handlers do not nest deeper; the rest lost its exit.
    // Only what the chunk left open at its end can close later: look at the last few.
    const auto count = segment.pairs.size();
    for (auto i = count > kMaxOpen ? count - kMaxOpen : 0; i < count; ++i)
        if (segment.pairs[i].exit == kNoRow)
            m_open.push_back({m_spans + i, number(segment.pairs[i])});
    if (m_open.size() > kMaxOpen) m_open.erase(m_open.begin(), m_open.end() - kMaxOpen);
    m_spans += count;
}

LaneView::LaneView(const StateLane& lane, std::size_t count, Pending pending, std::int64_t end)
    : m_state(&lane),
      m_levels(lane.levels().get()),
      m_count(count + 1),
      m_leaves(count / kLeafSpans),
      m_pending(pending),
      m_end(std::max(end, pending.begin)) {}

LaneView::LaneView(const PairLane& lane, std::size_t spans, std::size_t segments,
                   std::size_t closed, std::int64_t end)
    : m_pairs(&lane),
      m_levels(&lane.levels()),
      m_count(spans),
      m_segments(segments),
      m_closed(closed),
      m_end(end) {
    if (segments == 0) return;
    const auto& last = lane.segments()[segments - 1];
    m_leaves = last.firstLeaf + (last.count + kLeafSpans - 1) / kLeafSpans;
}

std::int64_t LaneView::beginOf(std::size_t index) const {
    if (m_state) return index + 1 == m_count ? m_pending.begin : m_state->begin(index);
    const auto& segment = m_pairs->segments()[segmentOf(index)];
    return segment.chunk->timeNs(segment.pairs[index - segment.firstSpan].entry);
}

LaneSpan LaneView::span(std::size_t index) const {
    if (m_state) {
        if (index + 1 == m_count) return {m_pending.begin, m_end, m_pending.value, true};
        return {m_state->begin(index), beginOf(index + 1), m_state->value(index), false};
    }
    const auto at = segmentOf(index);
    const auto& segment = m_pairs->segments()[at];
    const auto& pair = segment.pairs[index - segment.firstSpan];
    const auto& chunk = *segment.chunk;
    LaneSpan found;
    found.begin = chunk.timeNs(pair.entry);
    found.value = m_pairs->soft() ? pair.id : chunk.irqs[pair.id].number;
    if (pair.exit != kNoRow) {
        found.end = chunk.timeNs(pair.exit);
    } else {
        found.end = closedEnd(index);
        found.open = found.end == INT64_MIN;
        // An exit that was never recorded: it ended before the next entry at the latest.
        if (found.open)
            found.end = index + 1 < m_count ? std::min(beginOf(index + 1), m_end) : m_end;
    }
    return found;
}

std::int64_t LaneView::closedEnd(std::size_t span) const {
    // Nearly ascending: nested handlers close in reverse order, at most 64 apart.
    std::size_t low = 0;
    std::size_t high = m_closed;
    while (low < high) {
        const auto middle = (low + high) / 2;
        if (m_pairs->closed()[middle].span < span) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const auto from = low > 64 ? low - 64 : 0;
    for (auto i = from; i < std::min(low + 64, m_closed); ++i)
        if (m_pairs->closed()[i].span == span) return m_pairs->closed()[i].end;
    return INT64_MIN;
}

std::size_t LaneView::segmentOf(std::size_t span) const {
    std::size_t low = 0;
    std::size_t high = m_segments;
    while (high - low > 1) {
        const auto middle = (low + high) / 2;
        if (m_pairs->segments()[middle].firstSpan <= span) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

std::size_t LaneView::leafFirst(std::size_t leaf) const {
    if (m_state) return leaf * kLeafSpans;
    if (leaf >= m_leaves) return m_count;
    std::size_t low = 0;
    std::size_t high = m_segments;
    while (high - low > 1) {
        const auto middle = (low + high) / 2;
        if (m_pairs->segments()[middle].firstLeaf <= leaf) {
            low = middle;
        } else {
            high = middle;
        }
    }
    const auto& segment = m_pairs->segments()[low];
    return segment.firstSpan + (leaf - segment.firstLeaf) * kLeafSpans;
}

std::int64_t LaneView::tailBegin() const {
    const auto first = leafFirst(m_leaves);
    return first < m_count ? beginOf(first) : m_end;
}

std::size_t LaneView::indexAt(std::int64_t ns) const {
    std::size_t low = 0;
    std::size_t high = m_count;
    while (low < high) {
        const auto middle = (low + high) / 2;
        if (beginOf(middle) <= ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? m_count : low - 1;
}

}  // namespace kscope::model
