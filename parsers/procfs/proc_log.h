// SPDX-License-Identifier: GPL-3.0-or-later
/// Proc logs (cli.md section 6): which records a stretch of one holds.
#pragma once

#include "model/store/source.h"
#include "parsers/procfs/round_collector.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace kscope::parsers {

/// What every line begins with that is of the log itself.
inline constexpr std::string_view kLogMark = "# kernelscope-proc";
/// A file larger than this is no file of /proc: what is behind is skipped.
inline constexpr std::size_t kMaxRecordBytes = 16 << 20;

/// Whether the log has the line that names its clock.
[[nodiscard]] bool hasOwnLine(std::string_view head);
/// The clock that the log's first line names; the machine's monotonic clock where it names none.
[[nodiscard]] model::Clock clockOfLog(std::string_view head);
/// Time of day at which the log began (ns since 1970), where its first line says it.
[[nodiscard]] std::optional<std::int64_t> startOfLog(std::string_view head);
/// Seconds with any number of decimals, cut to ns; nothing where the text is none.
[[nodiscard]] std::optional<std::int64_t> secondsToNs(std::string_view text);
/// Begin of the first line at or after `from` that is the log's own; npos where there is none.
[[nodiscard]] std::size_t nextLogLine(std::string_view text, std::size_t from);

/// Whether the log goes on behind the bytes that are given.
enum class LogEnd : std::uint8_t { GoesOn, Ends };

/// Counts what stands in a log before its first record, where that is more than blanks.
void noteCutBegin(RoundCollector& rounds, std::string_view before);

/// Gives the records of `text` (bytes of the log from `position` on) that begin before `limit`
/// bytes to `rounds`, as long as they are whole. Returns how many bytes were taken; `lines` gets
/// the line ends in them. With LogEnd::Ends a last record that was cut is counted, and all bytes
/// are taken.
[[nodiscard]] std::size_t readRecords(RoundCollector& rounds, std::string_view text,
                                      std::uint64_t position, std::size_t limit, LogEnd end);

}  // namespace kscope::parsers
