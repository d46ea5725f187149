// SPDX-License-Identifier: GPL-3.0-or-later
/// The state machine behind blockRequests(): takes records one after the other, knows what is open.
///
/// A stage belongs to the bio (G, M, F, I, X) or the request (D, R, C) with the same first sector
/// on the same device. Where several are open there, the stage goes to one that lacks it, by the
/// task that did it, so that a record that was lost shifts nobody else's. What a D or a C covers is
/// found by walking from the end of one bio to the begin of the next.
#pragma once

#include "model/derive/block_requests.h"
#include "model/derive/block_sectors.h"

#include <span>

namespace kscope::model {

/// A record with what its event row says.
struct BlockFact {
    std::int64_t time = 0;
    EventIndex event{};
    TaskId task = kNoTask;
    StringId comm{};
    DeviceId device = kNoDevice;
    BlockAction action = BlockAction::None;
    Rwbs rwbs{};
    std::uint8_t marks = 0;
    std::uint32_t sectors = 0;
    std::uint64_t sector = 0;
    DeviceId fromDevice = kNoDevice;
    std::uint64_t otherSector = 0;
    std::int32_t value = 0;
};

class BlockTracker {
public:
    /// How many there will be at most.
    struct Room {
        std::size_t bios = 0;
        std::size_t requests = 0;
        std::size_t remaps = 0;
    };
    void reserve(const Room& room);
    void reserveSteps(DeviceId id, std::size_t steps) { device(id).steps.reserve(steps); }
    /// The memory that was reserved, all of it filled at about the same pace.
    [[nodiscard]] std::vector<std::span<std::byte>> room();
    /// Records in order of time.
    void take(const BlockFact& fact);
    /// Records were lost: what was open before may have ended unseen.
    void lose() { ++m_epoch; }
    [[nodiscard]] BlockModel finish();

private:
    struct Device {
        DeviceId id = kNoDevice;
        SectorMap bios;      // by the first sector not completed
        SectorMap requests;  // likewise
        SectorMap remaps;    // not yet followed by their Q
        std::int32_t queued = 0;
        std::int32_t inFlight = 0;
        HugeVector<BlockStep> steps;
    };
    [[nodiscard]] Device& device(DeviceId id) {
        for (const auto cached : m_lastDevices)
            if (cached < m_devices.size() && m_devices[cached].id == id) return m_devices[cached];
        return findDevice(id);
    }
    Device& findDevice(DeviceId id);
    void step(Device& on, std::int64_t time, std::int32_t queued, std::int32_t inFlight);

    void queue(Device& on, const BlockFact& fact);
    void getRequest(Device& on, const BlockFact& fact);
    void merge(Device& on, const BlockFact& fact);
    void insert(Device& on, const BlockFact& fact);
    void issue(Device& on, const BlockFact& fact);
    void requeue(Device& on, const BlockFact& fact);
    void complete(Device& on, const BlockFact& fact);
    void split(Device& on, const BlockFact& fact);
    void remap(Device& on, const BlockFact& fact);
    void unplug(const BlockFact& fact);

    /// The bio at `sector` that `fits`; of several the one of `task`, then the newest.
    template <class Fits>
    [[nodiscard]] std::uint32_t bioAt(const Device& on, std::uint64_t sector, TaskId task,
                                      Fits&& fits) const;
    void collect(Device& on, const BlockFact& fact);
    [[nodiscard]] std::uint32_t waitingAt(const Device& on, std::uint64_t at, std::uint64_t end,
                                          const BlockFact& fact) const;
    [[nodiscard]] std::uint32_t issuedAt(const Device& on, std::uint64_t at,
                                         const BlockFact& fact) const;
    [[nodiscard]] std::uint32_t reissued(const Device& on, const BlockFact& fact) const;
    std::uint32_t addRequest(Device& on, const BlockFact& fact);
    void issueAgain(Device& on, std::uint32_t number, const BlockFact& fact);
    void hold(BlockRequest& request, const BlockFact& fact);
    std::uint64_t completePart(Device& on, std::uint32_t number, std::uint64_t at,
                               std::uint64_t end, const BlockFact& fact);
    bool completeFree(Device& on, std::uint64_t at, std::uint64_t end, const BlockFact& fact);
    void completeBio(Device& on, std::uint32_t index, std::uint64_t end, std::int64_t time);

    BlockModel m_model;
    std::vector<Device> m_devices;
    std::array<std::size_t, 2> m_lastDevices{};         // a disk and its partition take turns
    std::vector<std::uint32_t> m_found;                 // scratch: bios of the D at hand
    std::vector<std::vector<std::uint32_t>> m_plugged;  // by task: bios with a G and no U yet
    std::uint32_t m_epoch = 0;
};

}  // namespace kscope::model
