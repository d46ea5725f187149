// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows and the scroll bar: a bar counts in int, rows in 64 bits. No pixel of the whole table is
/// ever computed.
#pragma once

#include <algorithm>
#include <cstdint>

namespace kscope::views {

/// The first shown row is kept exactly; the bar shows it divided by a scale, 1 up to a billion
/// rows.
class ScrollMap {
public:
    static constexpr std::uint64_t kMaxBar = 1'000'000'000;

    void setRows(std::uint64_t rows, std::uint64_t pageRows) {
        m_maxTop = rows > pageRows ? rows - pageRows : 0;
        m_scale = m_maxTop / kMaxBar + 1;
        m_top = std::min(m_top, m_maxTop);
    }
    /// True: it has changed.
    bool setTop(std::uint64_t top) {
        top = std::min(top, m_maxTop);
        if (top == m_top) return false;
        m_top = top;
        return true;
    }
    bool moveBy(std::int64_t rows) {
        if (rows < 0) {
            const auto up = static_cast<std::uint64_t>(-rows);
            return setTop(up > m_top ? 0 : m_top - up);
        }
        return setTop(m_top + std::min(static_cast<std::uint64_t>(rows), m_maxTop - m_top));
    }
    /// The bar was moved by a person. A bar that already shows the top changes nothing.
    bool setBar(int value) {
        if (value == bar()) return false;
        return setTop(value >= maxBar() ? m_maxTop
                                        : static_cast<std::uint64_t>(std::max(0, value)) * m_scale);
    }
    [[nodiscard]] std::uint64_t top() const noexcept { return m_top; }
    [[nodiscard]] std::uint64_t maxTop() const noexcept { return m_maxTop; }
    [[nodiscard]] int bar() const noexcept {
        return m_top == m_maxTop ? maxBar() : static_cast<int>(m_top / m_scale);
    }
    [[nodiscard]] int maxBar() const noexcept {
        return static_cast<int>((m_maxTop + m_scale - 1) / m_scale);
    }

private:
    std::uint64_t m_top = 0;
    std::uint64_t m_maxTop = 0;
    std::uint64_t m_scale = 1;
};

}  // namespace kscope::views
