// SPDX-License-Identifier: GPL-3.0-or-later
/// Merging by time, and finding a line again by counting within its block.
#include "model/derive/replay_merge.h"

#include <queue>

#include <algorithm>

namespace kscope::model {

MergedReplay::MergedReplay(CallForestPtr forest,
                           std::vector<std::shared_ptr<const ReplayLines>> parts,
                           const std::stop_token& stop)
    : m_forest(std::move(forest)),
      m_parts(std::move(parts)) {
    if (m_parts.size() > kMostTasks) m_parts.resize(kMostTasks);
    struct Head {
        std::int64_t time;
        std::uint16_t part;
        /// The earliest first; of one time the task that stands first.
        bool operator<(const Head& other) const {
            return std::pair(time, part) > std::pair(other.time, other.part);
        }
    };
    std::vector<ReplayWalk> walks;
    std::vector<std::uint64_t> taken(m_parts.size(), 0);
    std::priority_queue<Head> heads;
    std::uint64_t lines = 0;
    for (const auto& part : m_parts) lines += part->size();
    m_partOf.reserve(lines);
    m_before.reserve((lines / kBlock + 1) * m_parts.size());
    walks.reserve(m_parts.size());
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        walks.emplace_back(*m_parts[i]);
        if (walks[i].next()) heads.push({walks[i].timeNs(), static_cast<std::uint16_t>(i)});
    }
    while (!heads.empty()) {
        if (m_partOf.size() % kBlock == 0) {
            if (stop.stop_requested()) break;
            m_before.insert(m_before.end(), taken.begin(), taken.end());
        }
        const auto part = heads.top().part;
        heads.pop();
        m_partOf.push_back(part);
        ++taken[part];
        // A line never stands before one of its own task.
        if (walks[part].next()) heads.push({walks[part].timeNs(), part});
    }
}

ReplayLine MergedReplay::at(std::uint64_t line) const {
    const auto part = m_partOf[line];
    const auto first = line / kBlock * kBlock;
    const auto begin = m_partOf.begin() + static_cast<std::ptrdiff_t>(first);
    const auto earlier = std::count(begin, begin + static_cast<std::ptrdiff_t>(line - first), part);
    return m_parts[part]->at(before(line / kBlock, part) + static_cast<std::uint64_t>(earlier));
}

std::optional<std::uint64_t> MergedReplay::find(std::size_t task, std::uint32_t call) const {
    const auto part =
        std::ranges::find(m_parts, task, [](const auto& each) { return each->task(); });
    if (part == m_parts.end()) return std::nullopt;
    const auto index = static_cast<std::size_t>(part - m_parts.begin());
    const auto wanted = (*part)->lineOf(call);
    if (!wanted) return std::nullopt;
    // The last block that does not begin behind it.
    std::size_t low = 0, high = (m_partOf.size() + kBlock - 1) / kBlock;
    while (high - low > 1) {
        const auto middle = low + (high - low) / 2;
        if (before(middle, index) <= *wanted) low = middle;
        else high = middle;
    }
    auto seen = m_partOf.empty() ? 0 : before(low, index);
    for (auto line = low * kBlock; line < m_partOf.size(); ++line)
        if (m_partOf[line] == index && seen++ == *wanted) return line;
    return std::nullopt;
}

}  // namespace kscope::model
