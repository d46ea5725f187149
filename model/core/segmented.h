// SPDX-License-Identifier: GPL-3.0-or-later
/// An append-only array whose elements never move: one thread appends, any number read what a
/// snapshot counted.
#pragma once

#include "model/core/prefetch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

namespace kscope::model {

/// Segments double: 8, 8, 16, 32 … elements. A reader may use indices below a count that it
/// received after the append (a snapshot is published with release order); it never sees the
/// writer's size.
template <class T> class Segmented {
    static_assert(std::is_trivially_copyable_v<T>);
    static constexpr std::size_t kFirst = 8;      // Small: a trace may have a million lanes.
    static constexpr std::size_t kSegments = 29;  // 8 << 28 elements

public:
    Segmented() = default;
    Segmented(const Segmented&) = delete;
    Segmented& operator=(const Segmented&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return m_size; }  ///< For the writer only.
    [[nodiscard]] const T& operator[](std::size_t index) const noexcept {
        const auto [segment, offset] = place(index);
        return m_segments[segment][offset];
    }
    /// For the writer only, and only for elements that no snapshot counts yet.
    [[nodiscard]] T& mutableAt(std::size_t index) noexcept {
        const auto [segment, offset] = place(index);
        return m_segments[segment][offset];
    }
    void push(const T& value) {
        if (m_next == m_last) grow();
        *m_next++ = value;
        ++m_size;
    }
    /// The next push() will not have to wait for memory.
    void expectPush() const noexcept { prefetchWrite(m_next); }
    /// The elements from `index` on that lie side by side, `count` of them at most.
    [[nodiscard]] std::span<const T> run(std::size_t index, std::size_t count) const noexcept {
        const auto [segment, offset] = place(index);
        return {m_segments[segment].get() + offset, std::min(count, capacity(segment) - offset)};
    }
    /// Calls `body(element)` for the first `count` elements, in order.
    template <class Body> void forEach(std::size_t count, Body&& body) const {
        for (std::size_t s = 0; count > 0; ++s) {
            const auto here = std::min(count, capacity(s));
            for (std::size_t i = 0; i < here; ++i) body(m_segments[s][i]);
            count -= here;
        }
    }
    [[nodiscard]] std::size_t bytes() const noexcept {
        std::size_t sum = 0;
        for (std::size_t s = 0; s < m_segments.size(); ++s)
            if (m_segments[s]) sum += capacity(s) * sizeof(T);
        return sum;
    }

private:
    struct Place {
        std::size_t segment;
        std::size_t offset;
    };
    static constexpr std::size_t capacity(std::size_t segment) {
        return segment == 0 ? kFirst : kFirst << (segment - 1);
    }
    static constexpr Place place(std::size_t index) {
        const auto segment = static_cast<std::size_t>(std::bit_width(index / kFirst));
        return {segment, segment == 0 ? index : index - (kFirst << (segment - 1))};
    }
    void grow() {
        const auto segment = place(m_size).segment;
        m_segments[segment].reset(new T[capacity(segment)]);
        m_next = m_segments[segment].get();
        m_last = m_next + capacity(segment);
    }
    // What push() touches comes first: of many lanes each has it in one cache line or two.
    std::size_t m_size = 0;
    T* m_next = nullptr;
    T* m_last = nullptr;
    std::array<std::unique_ptr<T[]>, kSegments> m_segments{};
};

}  // namespace kscope::model
