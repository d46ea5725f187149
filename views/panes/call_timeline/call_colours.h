// SPDX-License-Identifier: GPL-3.0-or-later
/// Fills of functions: user functions by name, kernel functions grey.
#pragma once

#include "model/derive/calls.h"
#include "views/theme/theme.h"

namespace kscope::views {

/// The same name has the same colour in every pane and every trace.
[[nodiscard]] Rgb functionFill(const Theme& theme, const model::Trace& trace,
                               model::FunctionKey function);
[[nodiscard]] Rgb functionFill(const Theme& theme, std::string_view name, model::CallSpace space);

}  // namespace kscope::views
