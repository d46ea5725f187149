// SPDX-License-Identifier: GPL-3.0-or-later
/// What the details say of a function, and where its other calls are.
#pragma once

#include "model/derive/call_longest.h"
#include "views/state/trace_view.h"

#include <span>
#include <stop_token>

namespace kscope::views {

/// Numbers of all its calls in the report. `pairs`: who called whom; empty: not counted yet.
[[nodiscard]] ItemTold functionTold(const model::Trace& trace, const model::FunctionReport& report,
                                    model::FunctionKey function,
                                    std::span<const model::CallPair> pairs);
/// Adds to what is told of one path what is true of the function on all of its paths.
void addFunction(ItemTold& told, const ItemTold& whole);

enum class CallStep : std::uint8_t { Next, Previous };
/// The call of `function` after (before) the one that `from` enters or leaves, of the same task;
/// where that is no call, the first of any task that begins at `at` or later (earlier).
[[nodiscard]] std::optional<model::CallPlace> stepToCall(const model::CallForest& forest,
                                                         model::FunctionKey function,
                                                         std::optional<model::EventIndex> from,
                                                         model::Timestamp at, CallStep step,
                                                         const std::stop_token& stop);

}  // namespace kscope::views
