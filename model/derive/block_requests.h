// SPDX-License-Identifier: GPL-3.0-or-later
/// The life of every block request: from the records of a trace to bios, requests and remaps.
#pragma once

#include "model/core/huge_vector.h"
#include "model/store/trace.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace kscope::model {

/// A moment that never came within the trace.
inline constexpr std::int64_t kNoTime = INT64_MIN;
inline constexpr std::uint32_t kNoIndex = 0xffffffff;

/// What was asked for at once: a Q with data, or what a split (X) cut off one. Times are ns on the
/// axis.
struct BlockBio {
    std::int64_t q = kNoTime;  ///< Queued; a split's tail has that of the whole.
    std::int64_t g = kNoTime;  ///< Got a request of its own,
    std::int64_t m = kNoTime;  ///< or was merged into another's.
    std::int64_t u = kNoTime;  ///< Its task's plug was pulled.
    std::int64_t i = kNoTime;  ///< Into the scheduler.
    std::int64_t d = kNoTime;  ///< To the driver: of the request that holds it.
    std::int64_t c = kNoTime;
    std::uint64_t sector = 0;
    std::uint32_t sectors = 0;
    DeviceId device = kNoDevice;
    TaskId task = kNoTask;  ///< Who queued it.
    StringId comm{};
    std::uint32_t request = kNoIndex;
    std::uint32_t remap = kNoIndex;  ///< The last A before its Q.
    EventIndex event{};              ///< Its Q; of a tail its X.
    std::uint32_t done = 0;          ///< Sectors completed so far.
    Rwbs rwbs{};
    bool split = false;  ///< The tail of a split.
    bool front = false;  ///< Merged in front.
};

/// What a driver was given at once: a D with data.
struct BlockRequest {
    std::int64_t q = kNoTime;  ///< The earliest inside.
    std::int64_t g = kNoTime;  ///< Its own: of the bio that it begins with.
    std::int64_t i = kNoTime;
    std::int64_t d = kNoTime;  ///< The last issue; kNoTime while it waits after a requeue.
    std::int64_t c = kNoTime;  ///< Its last sector was done.
    std::uint64_t sector = 0;
    std::uint32_t sectors = 0;
    std::uint32_t done = 0;  ///< Sectors completed so far.
    DeviceId device = kNoDevice;
    TaskId task = kNoTask;  ///< Who queued the earliest bio, else who issued it.
    StringId comm{};
    std::uint32_t bios = 0;      ///< How many are inside.
    std::uint32_t firstBio = 0;  ///< Into BlockModel::held: `bios` indices, by sector.
    std::uint32_t ended = 0;     ///< Of those, how many are complete.
    std::int32_t error = 0;
    EventIndex issue{};
    EventIndex completion{};  ///< Valid where c is known.
    std::uint32_t epoch = 0;  ///< Losses before its issue.
    std::uint16_t requeues = 0;
    Rwbs rwbs{};
};

/// A bio sent on to the device below: partition → disk, device mapper → partition.
struct BlockRemap {
    std::int64_t time = 0;
    std::uint64_t sector = 0;
    std::uint64_t fromSector = 0;
    DeviceId device = kNoDevice;
    DeviceId from = kNoDevice;
    std::uint32_t sectors = 0;
    std::uint32_t before = kNoIndex;  ///< The remap one level above.
    EventIndex event{};
};

/// How many bios are queued and requests at the driver, from this moment on.
struct BlockStep {
    std::int64_t time = 0;
    std::int32_t queued = 0;
    std::int32_t inFlight = 0;
};
struct BlockDevice {
    DeviceId device = kNoDevice;
    HugeVector<BlockStep> steps;
};

/// A device that several sources saw at the same time: the requests are those of the source with
/// the most records, so that none counts twice.
struct BlockTwin {
    DeviceId device = kNoDevice;
    SourceId followed{};
    SourceId other{};
    std::uint64_t records = 0;  ///< Of the other one, not followed.
};

struct BlockModel {
    HugeVector<BlockBio> bios;          ///< In order of Q; tails behind their heads.
    HugeVector<BlockRequest> requests;  ///< In order of their first issue.
    HugeVector<std::uint32_t> held;     ///< Bios of requests.
    HugeVector<BlockRemap> remaps;
    std::vector<BlockDevice> devices;  ///< Ascending.
    /// Records by action, of those that name a device.
    std::array<std::uint64_t, static_cast<std::size_t>(BlockAction::Count_)> actions{};
    std::vector<BlockTwin> twins;    ///< By device.
    std::uint64_t emptyRecords = 0;  ///< Q, G, M, F, I, D, C and R of 0 bytes: not followed.
    std::uint64_t unmatched = 0;     ///< Records of a stage whose bio or request is not known.
};

/// The first moment that is known of a request.
[[nodiscard]] inline std::int64_t requestBegin(const BlockRequest& request) {
    for (const auto ns : {request.q, request.g, request.i, request.d})
        if (ns != kNoTime) return ns;
    return request.c;
}

/// One walk over the block rows of a trace.
[[nodiscard]] BlockModel blockRequests(const Trace& trace);
/// The same, shared with everyone who holds that of this snapshot. Not for the GUI thread.
[[nodiscard]] std::shared_ptr<const BlockModel> sharedBlockRequests(const Trace& trace);

}  // namespace kscope::model
