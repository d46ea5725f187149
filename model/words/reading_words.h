// SPDX-License-Identifier: GPL-3.0-or-later
/// What a reading of a file of /proc brought, in a sentence.
#pragma once

#include "model/store/trace.h"

#include <string>

namespace kscope::model {

/// "412 interrupts since the reading before, most LOC (380)"; empty where the row is no reading.
[[nodiscard]] std::string readingSentence(const Trace& trace, const Event& event);

}  // namespace kscope::model
