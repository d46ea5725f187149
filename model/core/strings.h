// SPDX-License-Identifier: GPL-3.0-or-later
/// Interned strings: each name once, found by number.
#pragma once

#include "model/core/segmented.h"
#include "model/core/types.h"

#include <string_view>
#include <unordered_map>
#include <vector>

namespace kscope::model {

/// One thread interns; any thread may `view` an id that a snapshot holds. Bytes, not UTF-8.
/// At most kMaxStrings distinct names are kept: later ones become `overflow()` and are counted, so
/// that ten million different comms cannot take unbounded memory.
class StringTable {
public:
    static constexpr std::size_t kMaxStrings = 1u << 20;
    StringTable();  ///< Holds the empty string as id 0 and the names of KnownEvent at their values.
    [[nodiscard]] StringId intern(std::string_view text);
    [[nodiscard]] StringId find(std::string_view text)
        const;  ///< kNoString where it was never interned. Writer's thread only.
    [[nodiscard]] std::string_view view(StringId id) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return m_entries.size(); }
    [[nodiscard]] std::uint64_t overflowed() const noexcept { return m_overflowed; }

private:
    struct Entry {
        const char* text;
        std::uint32_t length;
    };
    const char* keep(std::string_view text);
    Segmented<Entry> m_entries;
    std::vector<std::unique_ptr<char[]>> m_blocks;
    std::size_t m_blockLeft = 0;
    char* m_blockNext = nullptr;
    std::unordered_map<std::string_view, std::uint32_t> m_index;
    std::uint64_t m_overflowed = 0;
};

}  // namespace kscope::model
