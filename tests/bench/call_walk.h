// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls made at random as programs make them, for benchmarks.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace kscope::bench {

inline constexpr std::size_t kFunctions = 300;

inline std::string functionName(std::size_t index) {
    static constexpr const char* kParts[] = {"vfs", "ext4",  "page_cache", "kmem_cache", "rcu",
                                             "irq", "sched", "hrtimer",    "security",   "folio"};
    static constexpr const char* kVerbs[] = {"alloc", "read", "update", "lookup", "unlock", "mark"};
    return fmt::format("{}_{}_{}", kParts[index % 10], kVerbs[index / 10 % 6], index);
}

/// One thread's calls: as deep as programs are, three of five calls are leaves.
class Walk {
public:
    explicit Walk(unsigned seed) : m_random(seed) {}
    struct Step {
        bool exit = false;
        std::size_t depth = 0;
        std::size_t function = 0;
        std::int64_t time = 0;
        std::int64_t length = 0;  ///< Exit
    };
    Step next() {
        m_time += 40 + static_cast<std::int64_t>(m_random() % 400);
        const auto draw = m_random() % 16;
        const bool enter = m_open.empty() || (draw < 8 && m_open.size() < 14);
        if (!enter) {
            const auto done = m_open.back();
            m_open.pop_back();
            return {true, m_open.size(), done.function, m_time, m_time - done.time};
        }
        // What a function calls hangs on the function.
        const auto caller = m_open.empty() ? 0 : m_open.back().function;
        const auto function = (caller * 7 + 1 + m_random() % 2) % kFunctions;
        m_open.push_back({function, m_time});
        return {false, m_open.size() - 1, function, m_time, 0};
    }

private:
    struct Open {
        std::size_t function;
        std::int64_t time;
    };
    std::minstd_rand m_random;
    std::vector<Open> m_open;
    std::int64_t m_time = 1'000'000'000;
};

}  // namespace kscope::bench
