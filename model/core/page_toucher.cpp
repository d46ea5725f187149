// SPDX-License-Identifier: GPL-3.0-or-later
/// MADV_POPULATE_WRITE, a huge page at a time.
#include "model/core/page_toucher.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <stop_token>
#include <utility>

namespace kscope::model {

namespace {
#ifdef MADV_POPULATE_WRITE
constexpr int kPopulateWrite = MADV_POPULATE_WRITE;
#else
constexpr int kPopulateWrite = 23;  // include/uapi/asm-generic/mman-common.h, Linux 5.14
#endif
constexpr std::size_t kTouchBytes = std::size_t{2} << 20;  // a huge page
constexpr std::size_t kLeastTouched = 2 * kTouchBytes;     // less is not worth a thread
constexpr std::uintptr_t kSmallPage = 4096;

void touchAll(const std::vector<std::span<std::byte>>& memory, const std::stop_token& stop) {
    std::size_t most = 0;
    for (const auto& bytes : memory) most = std::max(most, bytes.size());
    const auto rounds = most / kTouchBytes + 1;
    for (std::size_t round = 0; round < rounds; ++round) {
        for (const auto& bytes : memory) {
            if (stop.stop_requested()) return;
            // Whole pages inside of the memory only: others' stand beside it.
            const auto base = reinterpret_cast<std::uintptr_t>(bytes.data());
            const auto from = base + bytes.size() / rounds * round;
            const auto to = round + 1 == rounds ? base + bytes.size()
                                                : base + bytes.size() / rounds * (round + 1);
            const auto begin = (from + kSmallPage - 1) & ~(kSmallPage - 1);
            const auto end = to & ~(kSmallPage - 1);
            if (begin >= end) continue;
            // NOLINTNEXTLINE(performance-no-int-to-ptr): rounded to pages as a number
            if (::madvise(reinterpret_cast<void*>(begin), end - begin, kPopulateWrite) != 0) return;
        }
    }
}
}  // namespace

PageToucher::PageToucher(std::vector<std::span<std::byte>> memory) {
    std::size_t sum = 0;
    for (const auto& bytes : memory) sum += bytes.size();
    if (sum < kLeastTouched) return;
    m_thread = std::jthread(
        [memory = std::move(memory)](const std::stop_token& stop) { touchAll(memory, stop); });
}

}  // namespace kscope::model
