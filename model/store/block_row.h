// SPDX-License-Identifier: GPL-3.0-or-later
/// What a record of the block layer says: blktrace, blkparse, the blk tracer and the block
/// tracepoints all end in these rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kscope::model {

/// Numbers are those of enum blktrace_act, include/uapi/linux/blktrace_api.h; Message is ours.
enum class BlockAction : std::uint8_t {
    None = 0,
    Queue = 1,
    BackMerge,
    FrontMerge,
    GetRequest,
    SleepRequest,
    Requeue,
    Issue,
    Complete,
    Plug,
    Unplug,
    UnplugTimer,
    Insert,
    Split,
    Bounce,
    Remap,
    Abort,
    DriverData,
    ZonePlug,
    ZoneUnplug,
    Message,
    Count_
};
/// "Q" "M" "F" … "UT" "m"; "?" for what blkparse has no letter for.
[[nodiscard]] std::string_view actionLetters(BlockAction action);
/// By letters, or by the long name of the verbose blk tracer ("getrq"); None where it is neither.
[[nodiscard]] BlockAction actionOf(std::string_view letters);

/// What a transfer is and how: the rwbs letters.
enum class BlockOp : std::uint8_t {
    None,  ///< "N": no data, as of plugs and messages.
    Read,
    Write,
    Discard,
    SecureErase,  ///< "DE"
    Flush,        ///< "F" in the place of the direction: "FF", or "F" alone.
    WriteZeroes,  ///< "WZ"
    ZoneAppend,
    ZoneReset,
    ZoneResetAll,
    ZoneFinish,
    ZoneOpen,
    ZoneClose,
    Count_
};
/// Four bits of operation, the rest flags.
enum class Rwbs : std::uint16_t {};
inline constexpr std::uint16_t kRwbsPreflush = 0x010;  ///< F before the direction.
inline constexpr std::uint16_t kRwbsFua = 0x020;       ///< F behind it.
inline constexpr std::uint16_t kRwbsAhead = 0x040;
inline constexpr std::uint16_t kRwbsSync = 0x080;
inline constexpr std::uint16_t kRwbsMeta = 0x100;
inline constexpr std::uint16_t kRwbsAtomic = 0x200;
inline constexpr std::uint16_t kRwbsBarrier = 0x400;  ///< B of kernels before 2.6.37.
inline constexpr std::uint16_t kRwbsSecure = 0x800;   ///< E alone, of kernels before 4.8.

[[nodiscard]] constexpr BlockOp operationOf(Rwbs rwbs) {
    return static_cast<BlockOp>(static_cast<std::uint16_t>(rwbs) & 0xf);
}
[[nodiscard]] constexpr bool hasFlag(Rwbs rwbs, std::uint16_t flag) {
    return (static_cast<std::uint16_t>(rwbs) & flag) != 0;
}
[[nodiscard]] constexpr Rwbs makeRwbs(BlockOp op, unsigned flags) {
    return static_cast<Rwbs>(static_cast<unsigned>(op) | flags);
}
/// Reads the letters from left to right: "FWFSM" is a preflush, a write, FUA, sync, meta.
[[nodiscard]] Rwbs rwbsOf(std::string_view letters);
[[nodiscard]] std::string rwbsText(Rwbs rwbs);
/// First letter behind a preflush: R, W, D, N, F, Z.
[[nodiscard]] char directionLetter(Rwbs rwbs);

/// A device number as the kernel keeps it: major << 20 | minor.
enum class DeviceId : std::uint32_t {};
inline constexpr DeviceId kNoDevice{0xffffffff};
[[nodiscard]] constexpr DeviceId deviceId(std::uint64_t major, std::uint64_t minor) {
    return DeviceId{static_cast<std::uint32_t>(major << 20 | (minor & 0xfffff))};
}
[[nodiscard]] constexpr unsigned majorOf(DeviceId device) {
    return static_cast<std::uint32_t>(device) >> 20;
}
[[nodiscard]] constexpr unsigned minorOf(DeviceId device) {
    return static_cast<std::uint32_t>(device) & 0xfffff;
}
[[nodiscard]] std::string deviceText(DeviceId device);  ///< "8,0"

inline constexpr std::uint8_t kBlockPassthrough = 1;  ///< A command of its own (SCSI), no sectors.
inline constexpr std::uint8_t kBlockExtra = 2;        ///< Has a BlockExtra.
inline constexpr std::uint8_t kBlockTracepoint = 4;   ///< Of a block:* event.

/// A block record; time, cpu and task are the event row's. 20 bytes.
struct BlockRow {
    std::uint16_t row;
    std::uint16_t device;  ///< Dictionary index; 0xffff: none (block_plug and block_unplug).
    std::uint32_t sectorLow;
    std::uint32_t sectorHigh;
    std::uint32_t sectors;  ///< Of 512 bytes.
    Rwbs rwbs;
    BlockAction action;
    std::uint8_t marks;
    [[nodiscard]] std::uint64_t sector() const noexcept {
        return std::uint64_t{sectorHigh} << 32 | sectorLow;
    }
};
static_assert(sizeof(BlockRow) == 20);

/// What few records have.
struct BlockExtra {
    std::uint16_t row;
    std::uint16_t device = 0xffff;  ///< Remap: dictionary index of the device it comes from.
    std::int32_t value = 0;         ///< Complete, Requeue: the error, negative; Unplug: requests.
    std::uint64_t sector = 0;       ///< Remap: the sector there; Split: where the tail begins.
};

/// A record as an importer gives it to a ChunkWriter.
struct BlockRecord {
    DeviceId device = kNoDevice;
    BlockAction action = BlockAction::None;
    Rwbs rwbs{};
    std::uint8_t marks = 0;  ///< kBlockPassthrough, kBlockTracepoint
    std::uint32_t sectors = 0;
    std::uint64_t sector = 0;
    DeviceId fromDevice = kNoDevice;  ///< Remap
    std::uint64_t otherSector = 0;    ///< Remap: there; Split: the tail's.
    std::int32_t value = 0;           ///< Error, or requests of an unplug.
};

}  // namespace kscope::model
