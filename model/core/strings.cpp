// SPDX-License-Identifier: GPL-3.0-or-later
/// Interning into blocks that never move.
#include "model/core/strings.h"

#include "model/store/known_events.h"

#include <cstring>

namespace kscope::model {

namespace {
constexpr std::size_t kBlockBytes = 64 * 1024;
constexpr std::string_view kOverflowName = "(too many names)";
}  // namespace

StringTable::StringTable() {
    for (const auto name : kKnownEventNames) {
        const auto id = static_cast<std::uint32_t>(m_entries.size());
        m_entries.push({keep(name), static_cast<std::uint32_t>(name.size())});
        m_index.emplace(view(StringId{id}), id);
    }
}

const char* StringTable::keep(std::string_view text) {
    if (text.size() > m_blockLeft) {
        const auto size = std::max(kBlockBytes, text.size());
        m_blocks.emplace_back(new char[size]);
        m_blockNext = m_blocks.back().get();
        m_blockLeft = size;
    }
    char* const place = m_blockNext;
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    m_blockNext += text.size();
    m_blockLeft -= text.size();
    return place;
}

StringId StringTable::intern(std::string_view text) {
    if (const auto found = m_index.find(text); found != m_index.end())
        return StringId{found->second};
    if (m_entries.size() >= kMaxStrings) {
        ++m_overflowed;
        if (m_entries.size() > kMaxStrings) return StringId{kMaxStrings};
        text = kOverflowName;
    }
    const auto id = static_cast<std::uint32_t>(m_entries.size());
    m_entries.push({keep(text), static_cast<std::uint32_t>(text.size())});
    m_index.emplace(view(StringId{id}), id);
    return StringId{id};
}

StringId StringTable::find(std::string_view text) const {
    const auto found = m_index.find(text);
    return found == m_index.end() ? kNoString : StringId{found->second};
}

std::string_view StringTable::view(StringId id) const noexcept {
    const auto& entry = m_entries[raw(id)];
    return {entry.text, entry.length};
}

}  // namespace kscope::model
