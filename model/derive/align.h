// SPDX-License-Identifier: GPL-3.0-or-later
/// Lays sources on one axis: those without a clock, and those that saw the same block requests.
#pragma once

#include "model/store/trace_builder.h"

#include <vector>

namespace kscope::model {

/// What a source is to be shifted by, beside what it is shifted by already.
struct SourceShift {
    SourceId source{};
    std::int64_t ns = 0;
    bool assumed = false;  ///< Not moved: taken as CLOCK_MONOTONIC, because it overlaps.
};
/// cli.md section 1: a source whose times count from an unknown moment, or that names no clock while
/// another one does, stays where it overlaps the others, else it starts where the axis starts.
/// Those shifted by hand are left alone.
[[nodiscard]] std::vector<SourceShift> relativeShifts(const Trace& trace);
/// Shifts what `builder` has by them; a clock that was assumed is a diagnostic.
void placeRelativeSources(TraceBuilder& builder);

/// How two sources that saw the same requests lie to each other.
struct BlockAlignment {
    bool found = false;
    std::int64_t shift = 0;     ///< ns to be added to the moved source's times.
    std::uint64_t matches = 0;  ///< Records of both at that distance,
    std::uint64_t records = 0;  ///< of these of the source that has fewer.
    std::int64_t residual = 0;  ///< Median distance of matching records after the shift, ns.
};
/// `trace` must hold all of both (a finished one). Matches records of the same action, device,
/// sector and size. Whichever tool stamps a record second does so after the other's work, never
/// before: the sharp end of the distances is taken.
[[nodiscard]] BlockAlignment alignByBlocks(const Trace& trace, SourceId fixed, SourceId moved);
/// The source that others are aligned to: the first with block records and a clock, else the first
/// with block records; nothing where fewer than two have any.
[[nodiscard]] std::vector<SourceId> sourcesWithBlocks(const Trace& trace);

}  // namespace kscope::model
