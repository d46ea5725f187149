// SPDX-License-Identifier: GPL-3.0-or-later
/// From a place in a source to the event there and back: notes lead to lines, details name the
/// line. No Qt.
#pragma once

#include "model/store/trace.h"

#include <optional>
#include <stop_token>

namespace kscope::items {

/// The last event whose line begins at or before the place, else the first after it; none where the
/// source has no events. Reads the source where only a line number is known: not for the GUI
/// thread. O(rows of a few chunks).
[[nodiscard]] std::optional<model::EventIndex>
eventAtPlace(const model::Trace& trace, const model::DiagnosticPlace& place, std::stop_token stop);
/// 1-based line number of an event; none where the source can't be read. Reads up to one chunk's
/// text.
[[nodiscard]] std::optional<std::uint64_t>
lineOfEvent(const model::Trace& trace, const model::Event& event, std::stop_token stop);

}  // namespace kscope::items
