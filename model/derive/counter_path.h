// SPDX-License-Identifier: GPL-3.0-or-later
/// Names of series as people and files write them.
#pragma once

#include "model/store/trace.h"

#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

/// "node0/DMA32/free", "LOC/CPU1", "MemFree".
[[nodiscard]] std::string counterPath(const Trace& trace, const CounterTable& table,
                                      std::uint32_t series);
[[nodiscard]] std::vector<std::string> counterPaths(const Trace& trace, const CounterTable& table);
/// The series of that path; nothing where the table has none. O(series).
[[nodiscard]] std::optional<std::uint32_t>
findCounter(const Trace& trace, const CounterTable& table, std::string_view path);

/// "node0/DMA32" in parts; node −1 where the row is no zone.
struct ZoneName {
    int node = -1;
    std::string_view zone;
};
[[nodiscard]] ZoneName zoneOfRow(std::string_view row);

}  // namespace kscope::model
