// SPDX-License-Identifier: GPL-3.0-or-later
/// From an event to the next of the same kind: chunks that lack the name are skipped by their
/// dictionaries.
#pragma once

#include "model/query/row_set.h"
#include "model/store/trace.h"

#include <optional>

namespace kscope::views {

enum class StepTo : std::uint8_t { Next, Previous };
/// The nearest event after (before) `from` with its name that is in `rows` (null: all). O(chunks),
/// then 2 bytes a row of the chunks that hold the name.
[[nodiscard]] std::optional<model::EventIndex> nextOfKind(const model::Trace& trace,
                                                          const model::RowSetPtr& rows,
                                                          model::EventIndex from, StepTo direction);

}  // namespace kscope::views
