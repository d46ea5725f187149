// SPDX-License-Identifier: GPL-3.0-or-later
/// What "go to" understands: a time on the axis, a step from where one is, a share of the trace, a
/// row.
#pragma once

#include "model/core/result.h"
#include "views/state/trace_view.h"

#include <QString>

#include <variant>

namespace kscope::app {

/// "4811.2301", "4811.2301 s", "12 ms" (since start where the view counts so), "+26ms", "-3 us"
/// (from the middle of the window), "50%", "#318442" (rows count from 0). Digits may be grouped
/// with blanks. Fails with what was expected.
[[nodiscard]] model::Result<std::variant<model::Timestamp, model::EventIndex>>
parsePlace(const QString& text, const views::TraceView& view);

}  // namespace kscope::app
