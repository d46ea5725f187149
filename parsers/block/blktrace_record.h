// SPDX-License-Identifier: GPL-3.0-or-later
/// A record of blktrace's per-CPU files: include/uapi/linux/blktrace_api.h, versions 7 and 8, both
/// byte orders.
#pragma once

#include "model/store/block_row.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace kscope::parsers {

inline constexpr std::size_t kBlktraceHeader7 = 48;
inline constexpr std::size_t kBlktraceHeader8 = 64;
inline constexpr std::uint64_t kBlktraceNotify = 1u << 26;  ///< Category notify, behind 16 bits.

struct BlktraceRecord {
    std::uint64_t time = 0;  ///< ns
    std::uint64_t sector = 0;
    std::uint64_t action = 0;  ///< 16 bits of code, categories above.
    std::uint32_t sequence = 0;
    std::uint32_t bytes = 0;
    std::uint32_t pid = 0;
    std::uint32_t device = 0;
    std::uint32_t cpu = 0;
    std::uint16_t error = 0;  ///< Low 16 bits of a negative errno.
    std::uint16_t payload = 0;
    std::uint8_t header = 0;  ///< Bytes before the payload.
    bool swapped = false;     ///< Of the other byte order.

    [[nodiscard]] std::size_t size() const noexcept { return std::size_t{header} + payload; }
    [[nodiscard]] bool isNote() const noexcept { return (action & kBlktraceNotify) != 0; }
    [[nodiscard]] unsigned code() const noexcept { return action & 0xfeff; }
};

/// Whether a record begins at `bytes` (its magic, of either byte order).
[[nodiscard]] bool isBlktraceMagic(std::string_view bytes);
/// The record at the begin of `bytes`; nothing where the magic is wrong or the header is cut.
[[nodiscard]] std::optional<BlktraceRecord> readBlktraceRecord(std::string_view bytes);

/// A record of version 7 in this machine's byte order, which nearly every file has: read without a
/// look at what it could be else.
[[nodiscard]] inline bool isPlainRecord(const char* at) {
    std::uint32_t magic = 0;
    std::memcpy(&magic, at, sizeof magic);
    return magic == 0x65617407;
}
/// Of kBlktraceHeader7 bytes at `at`, for which isPlainRecord() holds.
inline void readPlainRecord(const char* at, BlktraceRecord& record) {
    const auto take = [at](std::size_t offset, auto& value) {
        std::memcpy(&value, at + offset, sizeof value);
    };
    take(4, record.sequence);
    take(8, record.time);
    take(16, record.sector);
    take(24, record.bytes);
    std::uint32_t action = 0;
    take(28, action);
    record.action = action;
    take(32, record.pid);
    take(36, record.device);
    take(40, record.cpu);
    take(44, record.error);
    take(46, record.payload);
    record.header = kBlktraceHeader7;
    record.swapped = false;
}

/// What notes say.
enum class BlktraceNote : std::uint8_t { Process, Timestamp, Message, Other };
[[nodiscard]] BlktraceNote noteOf(const BlktraceRecord& record);
/// Process: the comm; Message: its text.
[[nodiscard]] std::string_view noteText(const BlktraceRecord& record, std::string_view payload);
/// Timestamp: wall-clock ns at the record's own time.
[[nodiscard]] std::optional<std::int64_t> noteWallNs(const BlktraceRecord& record,
                                                     std::string_view payload);

/// The record as the store keeps it; a message note becomes one too.
[[nodiscard]] model::BlockRecord blockRecordOf(const BlktraceRecord& record,
                                               std::string_view payload);
/// What blkparse prints from the action on: " A  WS 29661160 + 8 <- (8,2) 29657064".
[[nodiscard]] std::string blkparseText(const BlktraceRecord& record, std::string_view payload,
                                       std::string_view comm);
/// What it prints before that: device, CPU, sequence, time since `genesis`, pid.
[[nodiscard]] std::string blkparseHead(const BlktraceRecord& record, std::string_view payload,
                                       std::uint64_t genesis);

}  // namespace kscope::parsers
