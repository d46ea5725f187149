// SPDX-License-Identifier: GPL-3.0-or-later
/// Cuts a text into the snapshots that a shell loop wrote into it, and finds their times.
#pragma once

#include "model/store/counter_chunk.h"

#include <optional>
#include <string_view>
#include <vector>

namespace kscope::parsers {

enum class SnapshotClock : std::uint8_t {
    None,    ///< No time stands near any of them.
    Uptime,  ///< Seconds since boot.
    Epoch,   ///< Seconds since 1970, or a date.
};
struct Snapshot {
    std::uint64_t position = 0;
    std::string_view text;
    std::optional<std::int64_t> timeNs;
};
struct SnapshotSplit {
    std::vector<Snapshot> snapshots;  ///< At least one.
    SnapshotClock clock = SnapshotClock::None;
};
[[nodiscard]] SnapshotSplit splitSnapshots(model::CounterFile file, std::string_view text);

struct SnapshotTime {
    std::int64_t ns = 0;
    SnapshotClock clock = SnapshotClock::None;
};
/// The time that a line is: what `date`, `date +%s.%N`, `date -Is` or /proc/uptime print.
[[nodiscard]] std::optional<SnapshotTime> timeOfLine(std::string_view line);

}  // namespace kscope::parsers
