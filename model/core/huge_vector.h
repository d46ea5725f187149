// SPDX-License-Identifier: GPL-3.0-or-later
/// A vector whose memory comes in huge pages once it is large: a first touch costs a fault for
/// every 2 MiB in place of one for every 4 KiB.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <limits>
#include <new>
#include <utility>
#include <vector>

namespace kscope::model {

template <class T> class HugeAllocator {
public:
    using value_type = T;
    HugeAllocator() = default;
    template <class U> HugeAllocator(const HugeAllocator<U>& /*other*/) noexcept {}  // NOLINT

    [[nodiscard]] T* allocate(std::size_t count) {
        if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
            throw std::bad_array_new_length();
        const auto bytes = count * sizeof(T);
        if (bytes < kHuge) return static_cast<T*>(::operator new (bytes, std::align_val_t{kLeast}));
        void* const memory = ::operator new (bytes, std::align_val_t{kHuge});
        ::madvise(memory, bytes, MADV_HUGEPAGE);  // Refused: it is as slow as other memory.
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        const auto align = count * sizeof(T) < kHuge ? kLeast : kHuge;
        ::operator delete (memory, std::align_val_t{align});
    }
    /// Elements that are made without a value are not cleared: resize() costs nothing for numbers.
    template <class U> void construct(U* at) noexcept(noexcept(U())) { ::new (at) U; }
    template <class U, class... Values> void construct(U* at, Values&&... values) {
        ::new (at) U(std::forward<Values>(values)...);
    }
    friend bool operator==(const HugeAllocator&, const HugeAllocator&) { return true; }

private:
    static constexpr std::size_t kHuge = std::size_t{2} << 20;
    static constexpr std::size_t kLeast = alignof(T) > alignof(std::max_align_t)
                                              ? alignof(T)
                                              : alignof(std::max_align_t);
};

/// resize() leaves new numbers as they happen to be.
template <class T> using HugeVector = std::vector<T, HugeAllocator<T>>;

}  // namespace kscope::model
