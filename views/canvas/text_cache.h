// SPDX-License-Identifier: GPL-3.0-or-later
/// Widths and rendered masks of the strings on a picture, measured once per text, font and device
/// pixel ratio.
#pragma once

#include "views/theme/theme.h"

#include <QFont>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kscope::views {

/// Coverage of a rendered text, 0…255 a pixel; drawn in any colour.
struct TextMask {
    int width = 0;
    int height = 0;
    int left = 0;    ///< Pixels left of the origin that the mask begins at (overhang).
    int ascent = 0;  ///< Rows above the base line.
    std::vector<std::uint8_t> cover;
};

/// Which part of a text is shown.
struct TextCut {
    std::size_t bytes = 0;  ///< 0: nothing fits.
    int prefixWidth = 0;
    int width = 0;  ///< With the "…" where one follows.
    [[nodiscard]] bool shown() const { return bytes > 0; }
};

/// One thread. Text is UTF-8; other bytes show as U+FFFD.
class TextCache {
public:
    explicit TextCache(double ratio);
    ~TextCache();
    TextCache(const TextCache&) = delete;
    TextCache& operator=(const TextCache&) = delete;

    [[nodiscard]] double ratio() const noexcept { return m_ratio; }
    [[nodiscard]] int width(TextRole role, std::string_view text);
    [[nodiscard]] TextCut whole(TextRole role, std::string_view text);
    /// As much as fits into `widthPx`, at least `minLetters` before the "…", else nothing.
    [[nodiscard]] TextCut fit(TextRole role, std::string_view text, int widthPx,
                              int minLetters = 3);
    [[nodiscard]] int lineHeight(TextRole role) const;
    [[nodiscard]] int ascent(TextRole role) const;
    /// Renders where it must. The reference lives until prune().
    [[nodiscard]] const TextMask& mask(TextRole role, std::string_view text);
    [[nodiscard]] const QFont&
    deviceFont(TextRole role) const;  ///< In points on a 96 dpi image of device pixels.
    void prune();                     ///< Forgets all once too much is kept; call between frames.

private:
    struct Entry {
        /// (bytes, width) after each letter; −1: not measured yet.
        std::vector<std::pair<std::uint32_t, int>> prefixes;
        int width = -1;
        bool rendered = false;
        TextMask mask;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct Face;
    Entry& entry(TextRole role, std::string_view text);
    void measurePrefixes(TextRole role, std::string_view text, Entry& entry);
    double m_ratio;
    static constexpr std::size_t kRoles = 9;
    std::array<std::unique_ptr<Face>, kRoles> m_faces;
    std::array<std::unordered_map<std::string, Entry, Hash, std::equal_to<>>, kRoles> m_entries;
};

}  // namespace kscope::views
