// SPDX-License-Identifier: GPL-3.0-or-later
/// Letters of actions and of rwbs.
#include "model/store/block_row.h"

#include <algorithm>
#include <array>

namespace kscope::model {

namespace {
struct ActionWords {
    std::string_view letters;
    std::string_view name;  ///< kernel/trace/blktrace.c what2act, blk tracer with option verbose.
};
constexpr std::array<ActionWords, static_cast<std::size_t>(BlockAction::Count_)> kActionWords{{
    {"?", ""},         {"Q", "queue"},       {"M", "backmerge"},       {"F", "frontmerge"},
    {"G", "getrq"},    {"S", "sleeprq"},     {"R", "requeue"},         {"D", "issue"},
    {"C", "complete"}, {"P", "plug"},        {"U", "unplug_io"},       {"UT", "unplug_timer"},
    {"I", "insert"},   {"X", "split"},       {"B", "bounce"},          {"A", "remap"},
    {"?", "abort"},    {"?", "driver_data"}, {"?", "zone_wplug_plug"}, {"?", "zone_wplug_unplug"},
    {"m", "message"},
}};
constexpr std::array<std::string_view, static_cast<std::size_t>(BlockOp::Count_)> kOpLetters{
    "N", "R", "W", "D", "DE", "F", "WZ", "ZA", "ZR", "ZRA", "ZF", "ZO", "ZC"};

BlockOp zoneOp(std::string_view& letters) {
    if (letters.starts_with("RA")) {
        letters.remove_prefix(2);
        return BlockOp::ZoneResetAll;
    }
    const char which = letters.empty() ? '\0' : letters.front();
    if (!letters.empty()) letters.remove_prefix(1);
    switch (which) {
    case 'A': return BlockOp::ZoneAppend;
    case 'R': return BlockOp::ZoneReset;
    case 'F': return BlockOp::ZoneFinish;
    case 'O': return BlockOp::ZoneOpen;
    case 'C': return BlockOp::ZoneClose;
    default: return BlockOp::None;
    }
}

/// Takes the operation off the front of `letters`, which are not empty.
BlockOp takeOp(std::string_view& letters) {
    const char first = letters.front();
    letters.remove_prefix(1);
    const char next = letters.empty() ? '\0' : letters.front();
    switch (first) {
    case 'R': return BlockOp::Read;
    case 'W':
        if (next != 'Z') return BlockOp::Write;
        letters.remove_prefix(1);
        return BlockOp::WriteZeroes;
    case 'D':
        if (next != 'E') return BlockOp::Discard;
        letters.remove_prefix(1);
        return BlockOp::SecureErase;
    case 'F': return BlockOp::Flush;
    case 'Z': return zoneOp(letters);
    default: return BlockOp::None;
    }
}
}  // namespace

std::string_view actionLetters(BlockAction action) {
    const auto index = static_cast<std::size_t>(action);
    return index < kActionWords.size() ? kActionWords[index].letters : "?";
}

BlockAction actionOf(std::string_view letters) {
    if (letters == "T") return BlockAction::UnplugTimer;
    if (letters.empty() || letters == "?") return BlockAction::None;
    for (std::size_t i = 1; i < kActionWords.size(); ++i)
        if (kActionWords[i].letters == letters || kActionWords[i].name == letters)
            return static_cast<BlockAction>(i);
    return BlockAction::None;
}

Rwbs rwbsOf(std::string_view letters) {
    unsigned flags = 0;
    // F before a direction is a preflush; alone, or before FASM only, the flush itself.
    if (letters.size() >= 2 && letters[0] == 'F' &&
        std::string_view("RWDNFZ").find(letters[1]) != std::string_view::npos) {
        flags |= kRwbsPreflush;
        letters.remove_prefix(1);
    }
    if (letters.empty()) return makeRwbs(BlockOp::None, flags);
    const auto op = takeOp(letters);
    for (const char letter : letters) {
        switch (letter) {
        case 'F': flags |= kRwbsFua; break;
        case 'A': flags |= kRwbsAhead; break;
        case 'S': flags |= kRwbsSync; break;
        case 'M': flags |= kRwbsMeta; break;
        case 'U': flags |= kRwbsAtomic; break;
        case 'B': flags |= kRwbsBarrier; break;
        case 'E': flags |= kRwbsSecure; break;
        default: break;
        }
    }
    return makeRwbs(op, flags);
}

std::string rwbsText(Rwbs rwbs) {
    std::string text;
    if (hasFlag(rwbs, kRwbsPreflush)) text += 'F';
    const auto op = static_cast<std::size_t>(operationOf(rwbs));
    text += op < kOpLetters.size() ? kOpLetters[op] : "?";
    constexpr std::array<std::pair<std::uint16_t, char>, 7> kFlags{{{kRwbsFua, 'F'},
                                                                    {kRwbsAhead, 'A'},
                                                                    {kRwbsBarrier, 'B'},
                                                                    {kRwbsSync, 'S'},
                                                                    {kRwbsMeta, 'M'},
                                                                    {kRwbsSecure, 'E'},
                                                                    {kRwbsAtomic, 'U'}}};
    for (const auto& [flag, letter] : kFlags)
        if (hasFlag(rwbs, flag)) text += letter;
    return text;
}

char directionLetter(Rwbs rwbs) {
    const auto op = static_cast<std::size_t>(operationOf(rwbs));
    return op < kOpLetters.size() ? kOpLetters[op].front() : '?';
}

std::string deviceText(DeviceId device) {
    return std::to_string(majorOf(device)) + ',' + std::to_string(minorOf(device));
}

}  // namespace kscope::model
