// SPDX-License-Identifier: GPL-3.0-or-later
/// The one table of events whose arguments become typed rows: name, meaning, order of fields.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace kscope::parsers {

enum class Meaning : std::uint8_t {
    None,  ///< Kept as text only.
    Switch,
    Waking,
    Wakeup,
    WakeupNew,
    Fork,
    NewTask,
    Exec,
    Exit,
    Free,
    Rename,
    BlockQueue,  // Those of block:* from here …
    BlockGetRequest,
    BlockSleepRequest,
    BlockPlug,
    BlockUnplug,
    BlockInsert,
    BlockIssue,
    BlockComplete,
    BlockRequeue,
    BlockBackMerge,
    BlockFrontMerge,
    BlockSplit,
    BlockBounce,
    BlockRemap,  // … to here.
    IrqEntry,
    IrqExit,
    SoftirqEntry,
    SoftirqExit,
    SoftirqRaise,
};

[[nodiscard]] constexpr bool isBlockMeaning(Meaning meaning) {
    return meaning >= Meaning::BlockQueue && meaning <= Meaning::BlockRemap;
}

/// A field by its key in the kernel's text, and by its name in the record (trace-cmd report -R,
/// option fields).
struct FieldKey {
    std::string_view key;
    std::string_view record{};  ///< Empty: the same.
    bool optional = false;
};

struct EventWords {
    std::string_view name;
    Meaning meaning;
    std::span<const FieldKey> fields;  ///< In the order in which they are printed.
};

/// Null for events that have no typed rows.
[[nodiscard]] const EventWords* findEventWords(std::string_view name);
/// The fields of a meaning.
[[nodiscard]] std::span<const FieldKey> fieldsOf(Meaning meaning);

inline constexpr std::size_t kMaxFields = 8;
/// Splits "key=value key=value" at the keys of `fields`, from the right to the left, because a comm
/// may hold blanks and keys of its own; values[i] belongs to fields[i], and is empty where an
/// optional one is missing. What newer kernels append stays behind the last value. False where a
/// field is missing.
[[nodiscard]] bool splitFields(std::string_view args, std::span<const FieldKey> fields,
                               std::array<std::string_view, kMaxFields>& values);

}  // namespace kscope::parsers
