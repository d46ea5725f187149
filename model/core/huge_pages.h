// SPDX-License-Identifier: GPL-3.0-or-later
/// An allocator for arrays that are large and written once: nothing is written before the owner
/// does, and pages of 2 MiB save most of the faults.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace kscope::model {

/// For trivial types only: resize() leaves new elements as the memory is.
template <class T> class HugePages {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    static constexpr std::size_t kHuge = std::size_t{2} << 20;
    /// Below this a page more or less is most of the array.
    static constexpr std::size_t kLeast = 2 * kHuge;
    [[nodiscard]] static std::align_val_t alignOf(std::size_t bytes) {
        return std::align_val_t{bytes < kLeast ? alignof(std::max_align_t) : kHuge};
    }

public:
    using value_type = T;
    HugePages() = default;
    // NOLINTNEXTLINE(google-explicit-constructor)
    template <class U> HugePages(const HugePages<U>&) noexcept {}
    [[nodiscard]] T* allocate(std::size_t count) {
        if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) throw std::bad_array_new_length();
        const auto bytes = count * sizeof(T);
        auto* const at = ::operator new(bytes, alignOf(bytes));
        // The system ignores what it can't do. The last part page stays in small ones.
        if (bytes >= kLeast) ::madvise(at, bytes & ~(kHuge - 1), MADV_HUGEPAGE);
        return static_cast<T*>(at);
    }
    void deallocate(T* at, std::size_t count) noexcept {
        ::operator delete(at, alignOf(count * sizeof(T)));
    }
    /// What is made without a value is not written.
    template <class U> void construct(U*) noexcept {}
    template <class U, class First, class... More>
    void construct(U* at, First&& first, More&&... more) {
        ::new (static_cast<void*>(at)) U{std::forward<First>(first), std::forward<More>(more)...};
    }
    friend bool operator==(const HugePages&, const HugePages&) noexcept { return true; }
};

}  // namespace kscope::model
