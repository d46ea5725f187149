// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads a file that answers late, on a thread of its own: the other files are read meanwhile.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace kscope::app {

/// What one read gave.
struct AsideRead {
    std::int64_t beforeNs = 0;  ///< CLOCK_MONOTONIC.
    std::int64_t afterNs = 0;
    std::chrono::nanoseconds cpu{};  ///< CPU time that it took.
    std::string text;
    int error = 0;  ///< errno; 0: it was read.
};

class AsideReader {
public:
    explicit AsideReader(std::string path);
    /// Does not wait: a read that is under way ends on its own, and nobody hears of it.
    ~AsideReader();
    AsideReader(const AsideReader&) = delete;
    AsideReader& operator=(const AsideReader&) = delete;

    /// Begins a read; none while one is under way or was not taken.
    void begin();
    [[nodiscard]] bool busy() const;  ///< Under way, or not taken.
    /// The read, once, as soon as it is done.
    [[nodiscard]] std::optional<AsideRead> take();

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared;
};

/// Reads `descriptor` from its begin into `buffer`, which grows as needed; `size` is what was read,
/// 16 MiB at most. Returns errno, 0 where all went well.
[[nodiscard]] int readWhole(int descriptor, std::string& buffer, std::size_t& size);

}  // namespace kscope::app
