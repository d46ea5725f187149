// SPDX-License-Identifier: GPL-3.0-or-later
/// The one place where numbers become text: table, tooltip, axis and CSV agree because they all ask
/// here.
#pragma once

#include "model/core/types.h"

#include <string>

namespace kscope::model {

/// Three or four significant digits and the unit that keeps the number between 1 and 999: "31 µs",
/// "11.84 ms", "0 ns".
[[nodiscard]] std::string formatDuration(Duration duration);
/// Digits in groups of three with U+2009: "2 847 113".
[[nodiscard]] std::string formatCount(std::uint64_t count);
/// "1.40 MiB"; below 1024 whole bytes.
[[nodiscard]] std::string formatBytes(std::uint64_t bytes);
/// Seconds with nine decimals, no grouping: "4811.230149000" (dump, CSV).
[[nodiscard]] std::string formatSeconds(Timestamp time);
/// Seconds with `decimals` (0…9) decimals grouped by U+2009 for people: "4 811.230 149".
[[nodiscard]] std::string formatSecondsGrouped(Timestamp time, int decimals);
/// Time of day at `epochNs` (since 1970, UTC) where this program runs, with `decimals` (0…9)
/// decimals grouped by U+2009: "14:03:26.149 206".
[[nodiscard]] std::string formatTimeOfDay(std::int64_t epochNs, int decimals);
/// Its day: "2026-05-31".
[[nodiscard]] std::string formatDay(std::int64_t epochNs);
/// share of 1 as "76 %" or "0.4 %".
[[nodiscard]] std::string formatShare(double share);

}  // namespace kscope::model
