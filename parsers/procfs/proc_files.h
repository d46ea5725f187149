// SPDX-License-Identifier: GPL-3.0-or-later
/// The files of /proc that are read: their kinds, names, and which of their numbers only grow.
#pragma once

#include "model/store/counter_chunk.h"

#include <optional>
#include <string>
#include <string_view>

namespace kscope::parsers {

/// "interrupts", "pressure" …
[[nodiscard]] std::string_view procFileName(model::CounterFile file);
/// "proc-interrupts" …
[[nodiscard]] std::string_view procKindName(model::CounterFile file);
/// Where the kernel shows it: "/proc/interrupts", "/sys/kernel/debug/extfrag/extfrag_index".
[[nodiscard]] std::string procFilePath(model::CounterFile file);
[[nodiscard]] std::optional<model::CounterFile> procFileOfKind(std::string_view kind);
/// By a path: "/proc/interrupts", "/proc/pressure/io", "node0/vmstat", "cgroup/memory.pressure",
/// "/sys/devices/system/node/node0/meminfo". Nothing for files whose numbers are not kept.
[[nodiscard]] std::optional<model::CounterFile> procFileOfPath(std::string_view path);
/// How a name of vmstat or zoneinfo moves (formats.md 6.4, 6.5).
[[nodiscard]] model::SeriesKind vmNameKind(std::string_view name, model::CounterFile file);

}  // namespace kscope::parsers
