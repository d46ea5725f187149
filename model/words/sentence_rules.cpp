// SPDX-License-Identifier: GPL-3.0-or-later
/// The rules that make the sentences of events.
#include "model/words/sentence_rules.h"

#include "model/words/word_table.h"

#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <utility>

namespace kscope::model {
namespace {

struct OwnRules {
    std::mutex mutex;
    std::shared_ptr<const SentenceRules> rules = std::make_shared<SentenceRules>();
};
OwnRules& ownRules() {
    static OwnRules own;
    return own;
}
std::shared_ptr<const SentenceRules> rulesInForce() {
    const std::lock_guard lock(ownRules().mutex);
    return ownRules().rules;
}

}  // namespace

void setSentenceRules(SentenceRules rules) {
    auto shared = std::make_shared<const SentenceRules>(std::move(rules));
    const std::lock_guard lock(ownRules().mutex);
    ownRules().rules = std::move(shared);
}

std::string builtInRule(std::string_view eventName) {
    const auto* const row = eventTable().find(eventName);
    return row == nullptr ? std::string() : std::string((*row)[2]);
}

std::string sentenceRule(std::string_view eventName) {
    const auto rules = rulesInForce();
    const auto own = rules->find(eventName);
    return own == rules->end() ? builtInRule(eventName) : own->second;
}

Result<void> checkSentenceRule(std::string_view rule) {
    bool optional = false;
    for (std::size_t i = 0; i < rule.size(); ++i) {
        if (rule[i] == '[' && std::exchange(optional, true))
            return failure(fmt::format("column {}: a [ inside of [ ]", i + 1));
        if (rule[i] == ']' && !std::exchange(optional, false))
            return failure(fmt::format("column {}: a ] without its [", i + 1));
        if (rule[i] == '}') return failure(fmt::format("column {}: a }} without its {{", i + 1));
        if (rule[i] != '{') continue;
        const auto end = rule.find_first_of("{}[]", i + 1);
        if (end == rule.npos || rule[end] != '}')
            return failure(fmt::format("column {}: a {{ without its }}", i + 1));
        if (end == i + 1) return failure(fmt::format("column {}: {{}} names no field", i + 1));
        i = end;
    }
    if (optional) return failure("a [ without its ]");
    return {};
}

}  // namespace kscope::model
