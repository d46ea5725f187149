// SPDX-License-Identifier: GPL-3.0-or-later
/// Ids and times that every room speaks of. An id is an enum class, so that mixing two up does not
/// compile.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace kscope::model {

/// Clock of the axis: whole nanoseconds (or ticks of a counter clock, see Clock::unit).
struct AxisClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
};
using Timestamp = std::chrono::time_point<AxisClock, std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

[[nodiscard]] constexpr Timestamp timestampNs(std::int64_t ns) { return Timestamp{Duration{ns}}; }
[[nodiscard]] constexpr std::int64_t toNs(Timestamp time) {
    return time.time_since_epoch().count();
}

/// Half-open: `begin` belongs to the range, `end` does not.
struct TimeRange {
    Timestamp begin{};
    Timestamp end{};
    [[nodiscard]] constexpr Duration length() const { return end - begin; }
    [[nodiscard]] constexpr bool contains(Timestamp time) const {
        return time >= begin && time < end;
    }
    [[nodiscard]] constexpr bool empty() const { return end <= begin; }
    friend constexpr auto operator<=>(const TimeRange&, const TimeRange&) = default;
};

enum class CpuId : std::uint16_t {};     ///< kUnknownCpu where a line names none.
enum class Tid : std::int32_t {};        ///< Tracepoints print it as "pid"; 0 is idle.
enum class TaskId : std::uint32_t {};    ///< Dense index into Trace::tasks(): one (tid, lifetime).
enum class StringId : std::uint32_t {};  ///< Index into StringTable; 0 is the empty string.
enum class SourceId : std::uint16_t {};  ///< Index into Trace::sources().
enum class EventIndex : std::uint64_t {};  ///< Row in axis order, from 0.

inline constexpr CpuId kUnknownCpu{0xffff};
inline constexpr TaskId kNoTask{0xffffffff};
inline constexpr StringId kNoString{0};
/// Per-CPU tables grow to the ids read from a file; a damaged digit must not size them.
/// 8192 is the largest NR_CPUS of x86-64's Kconfig (MAXSMP).
inline constexpr std::uint32_t kMaxCpus = 8192;

template <class Id> [[nodiscard]] constexpr auto raw(Id id) {
    return static_cast<std::underlying_type_t<Id>>(id);
}

}  // namespace kscope::model
