// SPDX-License-Identifier: GPL-3.0-or-later
/// What each action does to the bios and requests that are open.
#include "model/derive/block_tracker.h"

#include <algorithm>

namespace kscope::model {

namespace {
// Bounds for damaged traces: a request of the largest size holds 64 Ki bios of one sector.
constexpr std::size_t kMostBios = 65536;
constexpr int kMostGaps = 64;
constexpr std::size_t kMostPlugged = 4096;
/// The block layer gives a driver 30 s before it counts a request as lost (blk-settings.c).
constexpr std::int64_t kDriverTimeout = 30'000'000'000;

constexpr unsigned bitOf(BlockAction action) { return 1u << static_cast<unsigned>(action); }
bool followed(BlockAction action) {
    constexpr auto kFollowed = bitOf(BlockAction::Queue) | bitOf(BlockAction::BackMerge) |
                               bitOf(BlockAction::FrontMerge) | bitOf(BlockAction::GetRequest) |
                               bitOf(BlockAction::Requeue) | bitOf(BlockAction::Issue) |
                               bitOf(BlockAction::Complete) | bitOf(BlockAction::Insert);
    return (kFollowed & bitOf(action)) != 0;
}
std::uint64_t endOf(std::uint64_t sector, std::uint32_t sectors) {
    return sector > UINT64_MAX - sectors ? UINT64_MAX : sector + sectors;
}
}  // namespace

void BlockTracker::reserve(const Room& room) {
    m_model.bios.reserve(room.bios);
    m_model.requests.reserve(room.requests);
    m_model.held.reserve(room.bios);
    m_model.remaps.reserve(room.remaps);
}

std::vector<std::span<std::byte>> BlockTracker::room() {
    std::vector<std::span<std::byte>> all;
    const auto add = [&all](auto& vector) {
        auto* const begin = reinterpret_cast<std::byte*>(vector.data());
        all.emplace_back(begin, vector.capacity() * sizeof *vector.data());
    };
    add(m_model.bios);
    add(m_model.remaps);
    add(m_model.requests);
    add(m_model.held);
    for (auto& on : m_devices) add(on.steps);
    return all;
}

BlockTracker::Device& BlockTracker::findDevice(DeviceId id) {
    const auto found = std::ranges::find(m_devices, id, &Device::id);
    const auto index = static_cast<std::size_t>(found - m_devices.begin());
    if (found == m_devices.end()) m_devices.emplace_back().id = id;
    m_lastDevices = {index, m_lastDevices[0]};
    return m_devices[index];
}

void BlockTracker::step(Device& on, std::int64_t time, std::int32_t queued, std::int32_t inFlight) {
    on.queued += queued;
    on.inFlight += inFlight;
    if (!on.steps.empty() && on.steps.back().time == time) {
        on.steps.back().queued = on.queued;
        on.steps.back().inFlight = on.inFlight;
        return;
    }
    on.steps.push_back({time, on.queued, on.inFlight});
}

void BlockTracker::take(const BlockFact& fact) {
    if (fact.action == BlockAction::Unplug || fact.action == BlockAction::UnplugTimer) unplug(fact);
    if (fact.device == kNoDevice || fact.action == BlockAction::Message) return;
    ++m_model.actions[static_cast<std::size_t>(fact.action)];
    if (followed(fact.action) && (fact.sectors == 0 || (fact.marks & kBlockPassthrough) != 0)) {
        ++m_model.emptyRecords;
        return;
    }
    auto& on = device(fact.device);
    switch (fact.action) {
    case BlockAction::Queue: queue(on, fact); break;
    case BlockAction::GetRequest: getRequest(on, fact); break;
    case BlockAction::BackMerge:
    case BlockAction::FrontMerge: merge(on, fact); break;
    case BlockAction::Insert: insert(on, fact); break;
    case BlockAction::Issue: issue(on, fact); break;
    case BlockAction::Requeue: requeue(on, fact); break;
    case BlockAction::Complete: complete(on, fact); break;
    case BlockAction::Split: split(on, fact); break;
    case BlockAction::Remap: remap(on, fact); break;
    default: break;
    }
}

template <class Fits>
std::uint32_t BlockTracker::bioAt(const Device& on, std::uint64_t sector, TaskId task,
                                  Fits&& fits) const {
    std::uint32_t best = kNoIndex;
    on.bios.each(sector, [&](std::uint32_t index) {
        const auto& bio = m_model.bios[index];
        if (bio.done != 0 || !fits(bio)) return;
        if (best == kNoIndex || bio.task == task || m_model.bios[best].task != task) best = index;
    });
    return best;
}

void BlockTracker::queue(Device& on, const BlockFact& fact) {
    auto& bio = m_model.bios.emplace_back();
    bio.q = fact.time;
    bio.sector = fact.sector;
    bio.sectors = fact.sectors;
    bio.device = fact.device;
    bio.task = fact.task;
    bio.comm = fact.comm;
    bio.rwbs = fact.rwbs;
    bio.event = fact.event;
    if (on.remaps.size() > 0) {
        std::uint32_t last = kNoIndex;
        on.remaps.each(fact.sector, [&](std::uint32_t index) { last = index; });
        if (last != kNoIndex) {
            bio.remap = last;
            on.remaps.erase(fact.sector, last);
        }
    }
    on.bios.insert(fact.sector, static_cast<std::uint32_t>(m_model.bios.size() - 1));
    step(on, fact.time, 1, 0);
}

void BlockTracker::getRequest(Device& on, const BlockFact& fact) {
    const auto index = bioAt(on, fact.sector, fact.task, [](const BlockBio& bio) {
        return bio.g == kNoTime && bio.m == kNoTime && bio.d == kNoTime;
    });
    if (index == kNoIndex) {
        ++m_model.unmatched;
        return;
    }
    m_model.bios[index].g = fact.time;
    if (fact.task == kNoTask) return;
    if (raw(fact.task) >= m_plugged.size()) m_plugged.resize(raw(fact.task) + std::size_t{1});
    auto& plugged = m_plugged[raw(fact.task)];
    if (plugged.size() >= kMostPlugged) plugged.clear();
    plugged.push_back(index);
}

void BlockTracker::unplug(const BlockFact& fact) {
    if (fact.task == kNoTask || raw(fact.task) >= m_plugged.size()) return;
    auto& plugged = m_plugged[raw(fact.task)];
    for (const auto index : plugged) {
        auto& bio = m_model.bios[index];
        if (bio.i == kNoTime && bio.d == kNoTime && bio.c == kNoTime) bio.u = fact.time;
    }
    plugged.clear();
}

void BlockTracker::merge(Device& on, const BlockFact& fact) {
    const auto index = bioAt(on, fact.sector, fact.task, [](const BlockBio& bio) {
        return bio.g == kNoTime && bio.m == kNoTime && bio.d == kNoTime;
    });
    if (index == kNoIndex) {
        ++m_model.unmatched;
        return;
    }
    m_model.bios[index].m = fact.time;
    m_model.bios[index].front = fact.action == BlockAction::FrontMerge;
}

void BlockTracker::insert(Device& on, const BlockFact& fact) {
    // The oldest that waits: schedulers keep requests of one sector in order.
    std::uint32_t fresh = kNoIndex;
    std::uint32_t again = kNoIndex;
    on.bios.each(fact.sector, [&](std::uint32_t index) {
        const auto& bio = m_model.bios[index];
        if (bio.d != kNoTime) return;
        auto& best = bio.i == kNoTime ? fresh : again;
        if (best == kNoIndex) best = index;
    });
    const auto index = fresh != kNoIndex ? fresh : again;
    if (index == kNoIndex) {
        ++m_model.unmatched;
        return;
    }
    m_model.bios[index].i = fact.time;
}

/// The oldest bio at `at` inside [.., end) that a D can take: not issued, or of a request that
/// begins like this D and is issued again.
std::uint32_t BlockTracker::waitingAt(const Device& on, std::uint64_t at, std::uint64_t end,
                                      const BlockFact& fact) const {
    std::uint32_t waiting = kNoIndex;
    std::uint32_t again = kNoIndex;
    on.bios.each(at, [&](std::uint32_t index) {
        const auto& bio = m_model.bios[index];
        if (endOf(bio.sector, bio.sectors) > end) return;
        if (bio.d == kNoTime) {
            if (waiting == kNoIndex) waiting = index;
        } else if (bio.request != kNoIndex && m_model.requests[bio.request].sector == fact.sector) {
            again = index;  // the newest: the others may have been completed unseen
        }
    });
    return waiting != kNoIndex ? waiting : again;
}

/// Bios inside the range of a D, to m_found.
void BlockTracker::collect(Device& on, const BlockFact& fact) {
    m_found.clear();
    const auto end = endOf(fact.sector, fact.sectors);
    int gaps = 0;
    for (auto at = fact.sector; at < end && m_found.size() < kMostBios;) {
        const auto index = waitingAt(on, at, end, fact);
        if (index != kNoIndex) {
            m_found.push_back(index);
            const auto& bio = m_model.bios[index];
            at = std::max(endOf(bio.sector, bio.sectors), at + 1);
            continue;
        }
        if (++gaps > kMostGaps) return;
        at = on.bios.firstIn(at + 1, end);
    }
}

/// The open request that this D issues again: one that was requeued, or one that holds all that
/// was found.
std::uint32_t BlockTracker::reissued(const Device& on, const BlockFact& fact) const {
    std::uint32_t requeued = kNoIndex;
    on.requests.each(fact.sector, [&](std::uint32_t number) {
        const auto& request = m_model.requests[number];
        if (request.d == kNoTime && requeued == kNoIndex && request.sectors >= fact.sectors)
            requeued = number;
    });
    if (m_found.empty()) return requeued;
    const auto number = m_model.bios[m_found.front()].request;
    if (number == kNoIndex) return kNoIndex;
    const auto& request = m_model.requests[number];
    if (request.c != kNoTime) return kNoIndex;
    if (request.d == kNoTime) return number;
    const bool all = std::ranges::all_of(
        m_found, [&](auto index) { return m_model.bios[index].request == number; });
    return all && request.sectors == fact.sectors ? number : kNoIndex;
}

/// Gives `request` the bios of m_found.
void BlockTracker::hold(BlockRequest& request, const BlockFact& fact) {
    request.firstBio = static_cast<std::uint32_t>(m_model.held.size());
    request.bios = static_cast<std::uint32_t>(m_found.size());
    request.q = request.g = request.i = kNoTime;
    m_model.held.insert(m_model.held.end(), m_found.begin(), m_found.end());
    request.task = fact.task;
    request.comm = fact.comm;
    for (const auto index : m_found) {
        const auto& bio = m_model.bios[index];
        if (request.q == kNoTime || bio.q < request.q) {
            request.q = bio.q;
            request.task = bio.task;
            request.comm = bio.comm;
        }
        if (bio.sector != request.sector) continue;
        request.g = bio.g;
        request.i = bio.i;
    }
}

std::uint32_t BlockTracker::addRequest(Device& on, const BlockFact& fact) {
    const auto number = static_cast<std::uint32_t>(m_model.requests.size());
    auto& request = m_model.requests.emplace_back();
    request.device = fact.device;
    request.sector = fact.sector;
    request.sectors = fact.sectors;
    hold(request, fact);
    on.requests.insert(fact.sector, number);
    step(on, fact.time, 0, 1);
    if (m_found.empty()) ++m_model.unmatched;
    return number;
}

/// After a requeue, or without one that was seen.
void BlockTracker::issueAgain(Device& on, std::uint32_t number, const BlockFact& fact) {
    auto& request = m_model.requests[number];
    if (request.d != kNoTime) return;
    step(on, fact.time, 0, 1);
    if (request.done > 0 || m_found.empty()) return;  // the rest of it
    on.requests.erase(request.sector, number);
    request.sector = fact.sector;
    request.sectors = fact.sectors;
    hold(request, fact);
    on.requests.insert(request.sector, number);
}

void BlockTracker::issue(Device& on, const BlockFact& fact) {
    collect(on, fact);
    auto number = reissued(on, fact);
    if (number == kNoIndex) number = addRequest(on, fact);
    else issueAgain(on, number, fact);
    auto& request = m_model.requests[number];
    request.d = fact.time;
    request.rwbs = fact.rwbs;
    request.issue = fact.event;
    request.epoch = m_epoch;
    for (const auto index : m_found) {
        m_model.bios[index].d = fact.time;
        m_model.bios[index].request = number;
    }
}

/// The request whose next sector is `at`. Of several the one of the record's size, then the oldest
/// of those that cannot have ended unseen: in a loss, or longer ago than any driver waits.
std::uint32_t BlockTracker::issuedAt(const Device& on, std::uint64_t at,
                                     const BlockFact& fact) const {
    std::uint32_t best = kNoIndex;
    int bestRank = -1;
    on.requests.each(at, [&](std::uint32_t number) {
        const auto& request = m_model.requests[number];
        const bool recent = request.d != kNoTime && request.epoch == m_epoch &&
                            fact.time - request.d < kDriverTimeout;
        const bool same = request.sectors - request.done == fact.sectors;
        const int rank = (request.d != kNoTime ? 4 : 0) + (same ? 2 : 0) + (recent ? 1 : 0);
        if (rank > bestRank || (rank == bestRank && !recent)) {
            best = number;
            bestRank = rank;
        }
    });
    return best;
}

void BlockTracker::requeue(Device& on, const BlockFact& fact) {
    const auto number = issuedAt(on, fact.sector, fact);
    if (number == kNoIndex || m_model.requests[number].d == kNoTime) {
        ++m_model.unmatched;
        return;
    }
    auto& request = m_model.requests[number];
    request.d = kNoTime;
    if (request.requeues < UINT16_MAX) ++request.requeues;
    for (auto i = request.ended; i < request.bios; ++i) {
        auto& bio = m_model.bios[m_model.held[request.firstBio + i]];
        if (bio.request == number) bio.d = kNoTime;
    }
    step(on, fact.time, 0, -1);
}

void BlockTracker::complete(Device& on, const BlockFact& fact) {
    const auto end = endOf(fact.sector, fact.sectors);
    int gaps = 0;
    bool any = false;
    for (auto at = fact.sector; at < end;) {
        const auto number = issuedAt(on, at, fact);
        if (number != kNoIndex) {
            any = true;
            at = completePart(on, number, at, end, fact);
            continue;
        }
        const auto stop = ++gaps > kMostGaps ? end : on.requests.firstIn(at + 1, end);
        any |= completeFree(on, at, stop, fact);
        at = stop;
    }
    if (!any) ++m_model.unmatched;
}

/// Ends what lies in [at, end) of a request; returns where that stops.
std::uint64_t BlockTracker::completePart(Device& on, std::uint32_t number, std::uint64_t at,
                                         std::uint64_t end, const BlockFact& fact) {
    auto& request = m_model.requests[number];
    const auto part = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(request.sectors - request.done, end - at));
    on.requests.erase(at, number);
    request.done += part;
    at += part;
    if (fact.value != 0) request.error = fact.value;
    while (request.ended < request.bios) {
        const auto index = m_model.held[request.firstBio + request.ended];
        const auto& bio = m_model.bios[index];
        const bool mine = bio.request == number && bio.c == kNoTime;
        if (mine && bio.sector + bio.done >= at) break;
        if (mine) completeBio(on, index, at, fact.time);
        if (mine && bio.c == kNoTime) break;
        ++request.ended;
    }
    if (request.done < request.sectors) {
        on.requests.insert(at, number);
        return at;
    }
    request.c = fact.time;
    request.completion = fact.event;
    step(on, fact.time, 0, request.d != kNoTime ? -1 : 0);
    return at;
}

/// Ends a bio up to `end`.
void BlockTracker::completeBio(Device& on, std::uint32_t index, std::uint64_t end,
                               std::int64_t time) {
    auto& bio = m_model.bios[index];
    const auto at = bio.sector + bio.done;
    on.bios.erase(at, index);
    bio.done +=
        static_cast<std::uint32_t>(std::min<std::uint64_t>(bio.sectors - bio.done, end - at));
    if (bio.done < bio.sectors) {
        on.bios.insert(bio.sector + bio.done, index);
        return;
    }
    bio.c = time;
    step(on, time, -1, 0);
}

/// Ends bios in [at, end) that no request holds: of a remapping device, or their D was lost.
bool BlockTracker::completeFree(Device& on, std::uint64_t at, std::uint64_t end,
                                const BlockFact& fact) {
    int gaps = 0;
    bool any = false;
    while (at < end) {
        std::uint32_t oldest = kNoIndex;
        on.bios.each(at, [&](std::uint32_t index) {
            if (oldest == kNoIndex && m_model.bios[index].request == kNoIndex) oldest = index;
        });
        if (oldest == kNoIndex) {
            if (++gaps > kMostGaps) break;
            at = on.bios.firstIn(at + 1, end);
            continue;
        }
        any = true;
        const auto& bio = m_model.bios[oldest];
        const auto next = std::min(endOf(bio.sector, bio.sectors), end);
        completeBio(on, oldest, end, fact.time);
        at = std::max(next, at + 1);
    }
    return any;
}

void BlockTracker::split(Device& on, const BlockFact& fact) {
    auto cut = fact.otherSector;
    // blkparse prints the low 32 bits of the new sector only.
    if (cut <= fact.sector && cut <= UINT32_MAX) {
        cut |= fact.sector & ~std::uint64_t{UINT32_MAX};
        if (cut <= fact.sector) cut += std::uint64_t{1} << 32;
    }
    const auto index = bioAt(on, fact.sector, fact.task, [&](const BlockBio& bio) {
        return bio.g == kNoTime && bio.m == kNoTime && bio.d == kNoTime && cut > bio.sector &&
               cut < endOf(bio.sector, bio.sectors);
    });
    if (index == kNoIndex) {
        ++m_model.unmatched;
        return;
    }
    auto tail = m_model.bios[index];
    const auto head = static_cast<std::uint32_t>(cut - tail.sector);
    m_model.bios[index].sectors = head;
    tail.sector = cut;
    tail.sectors -= head;
    tail.split = true;
    tail.event = fact.event;
    m_model.bios.push_back(tail);
    on.bios.insert(cut, static_cast<std::uint32_t>(m_model.bios.size() - 1));
    step(on, fact.time, 1, 0);
}

void BlockTracker::remap(Device& on, const BlockFact& fact) {
    const auto number = static_cast<std::uint32_t>(m_model.remaps.size());
    auto& entry = m_model.remaps.emplace_back();
    entry.time = fact.time;
    entry.sector = fact.sector;
    entry.sectors = fact.sectors;
    entry.device = fact.device;
    entry.from = fact.fromDevice;
    entry.fromSector = fact.otherSector;
    entry.event = fact.event;
    on.remaps.insert(fact.sector, number);
    if (fact.fromDevice == kNoDevice || fact.fromDevice == fact.device) return;
    // The level above was the last one that ended on that device and sector.
    auto& above = device(fact.fromDevice);
    std::uint32_t last = kNoIndex;
    above.remaps.each(fact.otherSector, [&](std::uint32_t index) { last = index; });
    if (last == kNoIndex) return;
    above.remaps.erase(fact.otherSector, last);
    m_model.remaps[number].before = last;
}

BlockModel BlockTracker::finish() {
    std::ranges::sort(m_devices, {}, &Device::id);
    for (auto& on : m_devices) {
        if (on.steps.empty()) continue;
        m_model.devices.push_back({on.id, std::move(on.steps)});
    }
    return std::move(m_model);
}

}  // namespace kscope::model
