// SPDX-License-Identifier: GPL-3.0-or-later
/// What a call was given and what it gave back, as its rows' lines tell it.
#pragma once

#include "model/derive/calls.h"

#include <string>

namespace kscope::views {

/// The text of a row's event, as the source has it. Reads the source.
[[nodiscard]] std::string textOfRow(const model::CallForest& forest, model::RowRef row);
/// `(3, "x")`; empty: its entry tells none. Reads the source: not for the GUI thread.
[[nodiscard]] std::string argumentsOf(const model::CallForest& forest, const model::Call& call);
/// "7", "0x0"; empty: its exit tells none. Reads the source.
[[nodiscard]] std::string resultOf(const model::CallForest& forest, const model::Call& call);

}  // namespace kscope::views
