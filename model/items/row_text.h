// SPDX-License-Identifier: GPL-3.0-or-later
/// Event rows as text: times as the table shows them, and runs of rows for the clipboard and for
/// files. No Qt.
#pragma once

#include "model/query/row_set.h"
#include "model/store/trace.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace kscope::items {

/// How times are written in a table: from which zero, in which unit, with how many decimals.
struct TimeStyle {
    enum class Unit : std::uint8_t { Seconds, Milliseconds, Ticks, TimeOfDay } unit = Unit::Seconds;
    std::int64_t zeroNs = 0;  ///< Where the axis counts 0; of the time of day: 1970-01-01, UTC.
    int decimals = 6;
    friend bool operator==(const TimeStyle&, const TimeStyle&) = default;
};
/// The style that fits a trace: ticks for a counter clock; ms where `zeroNs` is inside a trace of
/// at most a second, else s; as many decimals as its clocks have.
[[nodiscard]] TimeStyle timeStyle(const model::Trace& trace, std::int64_t zeroNs);
/// The time of day where a source of the trace tells it, else seconds on the axis.
[[nodiscard]] TimeStyle timeOfDayStyle(const model::Trace& trace);
/// "25.806", "−0.004", "14:03:26.149 206".
[[nodiscard]] std::string timeText(const TimeStyle& style, model::Timestamp time);
/// "25.806 ms"; the time of day has no unit.
[[nodiscard]] std::string timeWithUnit(const TimeStyle& style, model::Timestamp time);
/// "+22", "+22.149": µs (ticks of a counter clock) with the decimals that the trace's clocks have.
[[nodiscard]] std::string deltaText(const TimeStyle& style, model::Duration delta);
[[nodiscard]] std::string_view timeUnitText(const TimeStyle& style);   ///< "s", "ms", "ticks", ""
[[nodiscard]] std::string_view deltaUnitText(const TimeStyle& style);  ///< "µs", "ticks"

/// Comm as on the event's line, else the task's name; "idle" for idle tasks, "" where no task is
/// known.
[[nodiscard]] std::string_view eventComm(const model::Trace& trace, const model::Event& event);

/// Rows [first, last] of the trace.
struct RowRun {
    model::EventIndex first{};
    model::EventIndex last{};
    friend bool operator==(const RowRun&, const RowRun&) = default;
};

/// Tabs: time in seconds, cpu, tid, comm, event, what happened, fields. Csv: the columns of `dump
/// --format csv`.
enum class RowTextStyle : std::uint8_t { Tabs, TabsWithHead, Csv };
/// What to write: the rows of `runs` that are in `rows` (null: all).
struct RowJob {
    model::TracePtr trace;
    model::RowSetPtr rows;
    std::vector<RowRun> runs;  ///< Ascending, apart.
    RowTextStyle style = RowTextStyle::Tabs;
};
[[nodiscard]] std::uint64_t rowCount(const RowJob& job);
/// A line a row, after the head line where the style has one. `sink` gets pieces of some 64 KiB and
/// says whether to go on; `progress` gets rows done. Reads the sources: not for the GUI thread.
/// False where stopped. CSV as RFC 4180; in tab text a control character inside a value becomes a
/// blank.
bool writeRows(const RowJob& job, std::stop_token stop,
               const std::function<bool(std::string_view)>& sink,
               const std::function<void(std::uint64_t)>& progress);

}  // namespace kscope::items
