// SPDX-License-Identifier: GPL-3.0-or-later
/// From a function to single calls of it.
#pragma once

#include "model/derive/call_functions.h"

namespace kscope::model {

struct CallPlace {
    std::uint32_t task = 0;  ///< Of CallForest::tasks().
    std::uint32_t call = 0;
};
/// The longest call of `function` that is in scope, the first of several; none where no length is
/// known.
[[nodiscard]] std::optional<CallPlace> longestCall(const CallForest& forest, FunctionKey function,
                                                   const CallScope& scope);

}  // namespace kscope::model
