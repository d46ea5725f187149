// SPDX-License-Identifier: GPL-3.0-or-later
/// The rules that make the sentences of events, and those that a person has set in their place.
#pragma once

#include "model/core/result.h"

#include <map>
#include <string>
#include <string_view>

namespace kscope::model {

using SentenceRules = std::map<std::string, std::string, std::less<>>;  ///< By event name.

/// In place of the built-in ones, of the whole program. From any thread.
void setSentenceRules(SentenceRules rules);
/// The rule in force; empty where there is none, or where the sentence is made by the program
/// (sched_switch).
[[nodiscard]] std::string sentenceRule(std::string_view eventName);
[[nodiscard]] std::string builtInRule(std::string_view eventName);
/// Fails with what is wrong, in one line: brackets that do not match, an empty field.
[[nodiscard]] Result<void> checkSentenceRule(std::string_view rule);

}  // namespace kscope::model
