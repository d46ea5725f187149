// SPDX-License-Identifier: GPL-3.0-or-later
/// Decodes blktrace records, and prints them as blktrace's blkparse_fmt.c does.
#include "parsers/block/blktrace_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace kscope::parsers {
namespace {

using model::BlockAction;
using model::BlockOp;
static_assert(std::endian::native == std::endian::little ||
              std::endian::native == std::endian::big);

constexpr std::uint32_t kMagic = 0x65617400;
constexpr std::uint64_t kCgroupFlag = 0x100;
// Category bits, above the 16 bits of the code.
constexpr unsigned kWrite = 1, kFlush = 2, kSync = 3, kPassthrough = 9, kAhead = 11, kMeta = 12,
                   kDiscard = 13, kFua = 15, kZoneFirst = 16, kWriteZeroes = 22;

bool category(const BlktraceRecord& record, unsigned bit) {
    return (record.action >> (16 + bit) & 1) != 0;
}

template <class T> T load(const char* at, bool swapped) {
    T value;
    std::memcpy(&value, at, sizeof value);
    if (!swapped) return value;
    if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
    else if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
    else return __builtin_bswap16(value);
}
/// Payloads are big endian whatever the record is.
template <class T> T loadBig(const char* at) {
    return load<T>(at, std::endian::native == std::endian::little);
}

/// Payload without the cgroup id that stands before it.
std::string_view ownPayload(const BlktraceRecord& record, std::string_view payload) {
    if ((record.action & kCgroupFlag) != 0)
        payload.remove_prefix(std::min<std::size_t>(8, payload.size()));
    return payload;
}

BlockOp operation(const BlktraceRecord& record) {
    // Rare: a look at all of them at once.
    if (record.action >> (16 + kZoneFirst) != 0)
        for (unsigned bit = kZoneFirst; bit < kWriteZeroes; ++bit)
            if (category(record, bit))
                return static_cast<BlockOp>(static_cast<unsigned>(BlockOp::ZoneAppend) + bit -
                                            kZoneFirst);
    if (category(record, kWriteZeroes)) return BlockOp::WriteZeroes;
    if (category(record, kDiscard)) return BlockOp::Discard;
    if (category(record, kWrite)) return BlockOp::Write;
    return record.bytes > 0 ? BlockOp::Read : BlockOp::None;
}

model::Rwbs rwbsOfRecord(const BlktraceRecord& record) {
    // Without a branch: what is set changes from record to record.
    const auto flag = [&](unsigned bit, unsigned letter) {
        return letter * static_cast<unsigned>(record.action >> (16 + bit) & 1);
    };
    const auto flags = flag(kFlush, model::kRwbsPreflush) | flag(kFua, model::kRwbsFua) |
                       flag(kAhead, model::kRwbsAhead) | flag(kSync, model::kRwbsSync) |
                       flag(kMeta, model::kRwbsMeta);
    return model::makeRwbs(operation(record), flags);
}

model::DeviceId deviceOf(std::uint32_t device) { return model::DeviceId{device}; }

struct RemapPayload {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint64_t sector = 0;
};
std::optional<RemapPayload> remapOf(std::string_view payload) {
    if (payload.size() < 16) return std::nullopt;
    return RemapPayload{loadBig<std::uint32_t>(payload.data()),
                        loadBig<std::uint32_t>(payload.data() + 4),
                        loadBig<std::uint64_t>(payload.data() + 8)};
}
std::uint64_t numberOf(std::string_view payload) {
    return payload.size() < 8 ? 0 : loadBig<std::uint64_t>(payload.data());
}

/// blkparse_fmt.c dump_pdu(): bytes until only zeroes are left.
std::string hexPayload(std::string_view payload) {
    const auto last = payload.find_last_not_of('\0');
    const auto shown = last == payload.npos ? 0 : last + 1;
    std::string text;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        if (i >= shown && i > 0) return text + " ..";
        text += fmt::format("{}{:02x}", i > 0 ? " " : "", static_cast<unsigned char>(payload[i]));
    }
    return text;
}

std::string sectorsText(const BlktraceRecord& record) {
    return fmt::format("{} + {} ", record.sector, record.bytes >> 9);
}

std::string endText(const BlktraceRecord& record, std::string_view payload) {
    if (category(record, kPassthrough)) {
        const auto hex = payload.empty() ? std::string() : '(' + hexPayload(payload) + ") ";
        return fmt::format("{}[{}]", hex, record.error);
    }
    if (record.bytes >> 9 > 0) return fmt::format("{}[{}]", sectorsText(record), record.error);
    return fmt::format("{} [{}]", record.sector, record.error);
}

std::string taskText(const BlktraceRecord& record, std::string_view payload,
                     std::string_view comm) {
    if (category(record, kPassthrough)) {
        const auto hex = payload.empty() ? std::string() : '(' + hexPayload(payload) + ") ";
        return fmt::format("{} {}[{}]", record.bytes, hex, comm);
    }
    return fmt::format("{}[{}]", record.bytes >> 9 > 0 ? sectorsText(record) : "", comm);
}

BlockAction actionOfRecord(const BlktraceRecord& record) {
    if (record.isNote()) return BlockAction::Message;
    const auto code = record.code();
    return code < static_cast<unsigned>(BlockAction::Message) ? static_cast<BlockAction>(code)
                                                              : BlockAction::None;
}

}  // namespace

bool isBlktraceMagic(std::string_view bytes) {
    if (bytes.size() < 4) return false;
    const auto word = load<std::uint32_t>(bytes.data(), false);
    for (const auto magic : {word, __builtin_bswap32(word)})
        if (magic == (kMagic | 7) || magic == (kMagic | 8)) return true;
    return false;
}

std::optional<BlktraceRecord> readBlktraceRecord(std::string_view bytes) {
    if (bytes.size() < kBlktraceHeader7) return std::nullopt;
    const char* const at = bytes.data();
    BlktraceRecord record;
    auto magic = load<std::uint32_t>(at, false);
    if ((magic & 0xffffff00) != kMagic) {
        magic = __builtin_bswap32(magic);
        record.swapped = true;
    }
    if (magic != (kMagic | 7) && magic != (kMagic | 8)) return std::nullopt;
    const bool swap = record.swapped;
    record.sequence = load<std::uint32_t>(at + 4, swap);
    record.time = load<std::uint64_t>(at + 8, swap);
    record.sector = load<std::uint64_t>(at + 16, swap);
    record.bytes = load<std::uint32_t>(at + 24, swap);
    if (magic == (kMagic | 7)) {
        record.header = kBlktraceHeader7;
        // 16 bits of categories only: the others are v8's.
        record.action = load<std::uint32_t>(at + 28, swap);
        record.pid = load<std::uint32_t>(at + 32, swap);
        record.device = load<std::uint32_t>(at + 36, swap);
        record.cpu = load<std::uint32_t>(at + 40, swap);
        record.error = load<std::uint16_t>(at + 44, swap);
        record.payload = load<std::uint16_t>(at + 46, swap);
        return record;
    }
    if (bytes.size() < kBlktraceHeader8) return std::nullopt;
    record.header = kBlktraceHeader8;
    record.pid = load<std::uint32_t>(at + 28, swap);
    record.action = load<std::uint64_t>(at + 32, swap);
    record.device = load<std::uint32_t>(at + 40, swap);
    record.cpu = load<std::uint32_t>(at + 44, swap);
    record.error = load<std::uint16_t>(at + 48, swap);
    record.payload = load<std::uint16_t>(at + 50, swap);
    return record;
}

BlktraceNote noteOf(const BlktraceRecord& record) {
    switch (record.code()) {
    case 0: return BlktraceNote::Process;
    case 1: return BlktraceNote::Timestamp;
    case 2: return BlktraceNote::Message;
    default: return BlktraceNote::Other;
    }
}

std::string_view noteText(const BlktraceRecord& record, std::string_view payload) {
    payload = ownPayload(record, payload);
    return payload.substr(0, payload.find('\0'));
}

std::optional<std::int64_t> noteWallNs(const BlktraceRecord& record, std::string_view payload) {
    payload = ownPayload(record, payload);
    if (payload.size() < 8) return std::nullopt;
    return std::int64_t{load<std::uint32_t>(payload.data(), record.swapped)} * 1'000'000'000 +
           load<std::uint32_t>(payload.data() + 4, record.swapped);
}

model::BlockRecord blockRecordOf(const BlktraceRecord& record, std::string_view payload) {
    model::BlockRecord block;
    block.device = deviceOf(record.device);
    block.action = actionOfRecord(record);
    if (block.action == BlockAction::Message) return block;
    block.rwbs = rwbsOfRecord(record);
    if (category(record, kPassthrough)) block.marks |= model::kBlockPassthrough;
    block.sectors = record.bytes >> 9;
    block.sector = record.sector;
    payload = ownPayload(record, payload);
    switch (block.action) {
    case BlockAction::Remap:
        if (const auto remap = remapOf(payload)) {
            block.device = deviceOf(remap->to);
            block.fromDevice = deviceOf(remap->from);
            block.otherSector = remap->sector;
        }
        break;
    case BlockAction::Split: block.otherSector = numberOf(payload); break;
    case BlockAction::Unplug:
    case BlockAction::UnplugTimer:
        block.value =
            static_cast<std::int32_t>(std::min<std::uint64_t>(numberOf(payload), INT32_MAX));
        break;
    case BlockAction::Complete:
    case BlockAction::Requeue: block.value = static_cast<std::int16_t>(record.error); break;
    default: break;
    }
    return block;
}

std::string blkparseHead(const BlktraceRecord& record, std::string_view payload,
                         std::uint64_t genesis) {
    auto device = deviceOf(record.device);
    if (actionOfRecord(record) == BlockAction::Remap)
        if (const auto remap = remapOf(ownPayload(record, payload))) device = deviceOf(remap->to);
    const auto since = record.time - std::min(genesis, record.time);
    return fmt::format("{:3},{:<3} {:2} {:8} {:5}.{:09} {:5} ", majorOf(device), minorOf(device),
                       record.cpu, record.sequence, since / 1'000'000'000, since % 1'000'000'000,
                       record.pid);
}

std::string blkparseText(const BlktraceRecord& record, std::string_view payload,
                         std::string_view comm) {
    const auto action = actionOfRecord(record);
    const auto head =
        fmt::format("{:>2} {:>3} ", actionLetters(action), rwbsText(rwbsOfRecord(record)));
    if (action == BlockAction::Message)
        return fmt::format("{:>2} {:>3} {}", "m", "N", noteText(record, payload));
    payload = ownPayload(record, payload);
    switch (action) {
    case BlockAction::Remap: {
        const auto remap = remapOf(payload).value_or(RemapPayload{});
        return fmt::format("{}{}<- ({},{}) {}", head, sectorsText(record),
                           majorOf(deviceOf(remap.from)), minorOf(deviceOf(remap.from)),
                           remap.sector);
    }
    case BlockAction::Split:
        // blkparse prints the low half of the new sector.
        return fmt::format("{}{} / {} [{}]", head, record.sector,
                           static_cast<std::uint32_t>(numberOf(payload)), comm);
    case BlockAction::Unplug:
    case BlockAction::UnplugTimer:
        return fmt::format("{}[{}] {}", head, comm, static_cast<std::uint32_t>(numberOf(payload)));
    case BlockAction::Plug: return fmt::format("{}[{}]", head, comm);
    case BlockAction::Complete:
    case BlockAction::Requeue: return head + endText(record, payload);
    default: return head + taskText(record, payload, comm);
    }
}

}  // namespace kscope::parsers
