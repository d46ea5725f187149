// SPDX-License-Identifier: GPL-3.0-or-later
/// Lays the lengths of all bios out in columns.
#include "model/derive/block_report.h"

#include <map>
#include <utility>

namespace kscope::model {

namespace {
using DirectedDevice = std::pair<DeviceId, char>;

/// The groups of all bios, and the number of each bio's. Few take turns: the last one of each
/// operation is kept at hand.
class GroupFinder {
public:
    GroupFinder() { m_last.fill(m_known.end()); }
    std::uint32_t& of(const BlockBio& bio) {
        auto& found = m_last[static_cast<std::size_t>(operationOf(bio.rwbs))];
        if (found == m_known.end() || found->first.first != bio.device)
            found = m_known.try_emplace({bio.device, directionLetter(bio.rwbs)}).first;
        return found->second;
    }
    [[nodiscard]] std::map<DirectedDevice, std::uint32_t>& all() { return m_known; }

private:
    std::map<DirectedDevice, std::uint32_t> m_known;
    std::array<std::map<DirectedDevice, std::uint32_t>::iterator, 16> m_last;
};

/// The length since the Q before; kNoTime of the first, and of tails, which have no Q.
std::int64_t sinceQueued(const BlockBio& bio, std::int64_t& last) {
    if (bio.split) return kNoTime;
    const auto before = std::exchange(last, bio.q);
    return before == kNoTime ? kNoTime : bio.q - before;
}

template <std::size_t... Stage>
void addStages(std::array<LengthColumn, kBlockIntervals>& columns, const BlockBio& bio,
               std::index_sequence<Stage...> /*each*/) {
    (columns[Stage + 1].add(intervalOf(bio, static_cast<BlockInterval>(Stage + 1))), ...);
}
}  // namespace

BlockIntervals::BlockIntervals(const BlockModel& model)
    : m_model(model),
      m_places(model.bios.size()) {
    findGroups();
    layOut(biosInOrder(model));
}

/// Numbers the groups, and makes room in them.
void BlockIntervals::findGroups() {
    GroupFinder finder;
    for (const auto& bio : m_model.bios) ++finder.of(bio);
    std::vector<std::size_t> sizes;
    for (auto& [key, number] : finder.all()) {
        sizes.push_back(number);
        number = static_cast<std::uint32_t>(m_groups.size());
        auto& group = m_groups.emplace_back();
        group.device = key.first;
        group.direction = key.second;
    }
    m_directed = static_cast<std::uint32_t>(m_groups.size());
    for (std::uint32_t i = 0; i < m_directed; ++i) {
        if (m_groups.size() == m_directed || m_groups.back().device != m_groups[i].device) {
            m_groups.emplace_back().device = m_groups[i].device;
            m_groups.back().disk = static_cast<std::uint32_t>(m_groups.size() - 1);
            sizes.push_back(0);
        }
        m_groups[i].disk = static_cast<std::uint32_t>(m_groups.size() - 1);
        sizes.back() += sizes[i];
    }
    for (std::uint32_t i = 0; i < m_groups.size(); ++i) {
        m_groups[i].bios.reserve(sizes[i]);
        for (std::size_t column = 0; column < (i < m_directed ? kBlockIntervals : 1); ++column)
            m_groups[i].columns[column].reserve(sizes[i]);
    }
    for (std::size_t i = 0; i < m_places.size(); ++i)
        m_places[i].group = finder.of(m_model.bios[i]);
}

void BlockIntervals::layOut(std::span<const std::uint32_t> order) {
    std::vector<std::int64_t> last(m_groups.size(), kNoTime);
    for (const auto index : order) {
        const auto& bio = m_model.bios[index];
        auto& place = m_places[index];
        auto& group = m_groups[place.group];
        auto& disk = m_groups[group.disk];
        place.inGroup = static_cast<std::uint32_t>(group.bios.size());
        place.onDisk = static_cast<std::uint32_t>(disk.bios.size());
        group.bios.push_back(index);
        disk.bios.push_back(index);
        group.columns[0].add(sinceQueued(bio, last[place.group]));
        disk.columns[0].add(sinceQueued(bio, last[group.disk]));
        addStages(group.columns, bio, std::make_index_sequence<kBlockIntervals - 1>{});
    }
}

}  // namespace kscope::model
