// SPDX-License-Identifier: GPL-3.0-or-later
/// The rules that make the sentences of events, and those that a person has set in their place.
#pragma once

#include "model/core/result.h"
#include "model/store/trace.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

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

/// What may stand in a rule for an event like this one, and what it gives for this one.
struct SentencePart {
    std::string placeholder;  ///< "{pid:task}"
    std::string value;
    std::string meaning;
};
/// The event's own, then those of its fields in the order of its line; each gives something.
[[nodiscard]] std::vector<SentencePart> sentenceParts(const Trace& trace, const Event& event,
                                                      std::string_view args);

}  // namespace kscope::model
