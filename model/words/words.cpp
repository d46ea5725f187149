// SPDX-License-Identifier: GPL-3.0-or-later
/// Looks the words up that one name, number or letter has.
#include "model/words/words.h"

#include "model/core/format.h"
#include "model/words/value_words.h"
#include "model/words/word_table.h"

#include <fmt/format.h>

#include <array>

namespace kscope::model {
namespace {

std::string_view wordsAt(const WordTable& table, std::string_view key, std::size_t column) {
    const auto* const row = table.find(key);
    return row == nullptr ? std::string_view{} : (*row)[column];
}
std::string_view wordsAt(const WordTable& table, std::int64_t key, std::size_t column) {
    return wordsAt(table, fmt::to_string(key), column);
}

/// {count}, {count:line|lines} and {detail}; a part in [ ] goes where the detail in it is empty.
std::string filled(std::string_view text, const Diagnostic& diagnostic) {
    std::string out;
    while (!text.empty()) {
        const auto stop = text.find_first_of("[{");
        out += text.substr(0, stop);
        if (stop == text.npos) break;
        text.remove_prefix(stop);
        const auto end = text.find(text.front() == '[' ? ']' : '}');
        if (end == text.npos) return out += text;
        const auto inner = text.substr(1, end - 1);
        if (text.front() == '[') {
            if (!diagnostic.detail.empty()) out += filled(inner, diagnostic);
        } else if (inner == "detail") {
            out += diagnostic.detail;
        } else {
            out += formatCount(diagnostic.count);
            const auto colon = inner.find(':');
            const auto bar = inner.find('|');
            if (colon != inner.npos && bar != inner.npos) {
                out += ' ';
                out += diagnostic.count == 1 ? inner.substr(colon + 1, bar - colon - 1)
                                             : inner.substr(bar + 1);
            }
        }
        text.remove_prefix(end + 1);
    }
    return out;
}

void appendFlag(std::string& text, std::string_view column, char letter) {
    const auto words = wordsAt(flagTable(), fmt::format("{}:{}", column, letter), 1);
    if (words.empty()) return;
    if (!text.empty()) text += ", ";
    text += words;
}

}  // namespace

EventWords eventWords(std::string_view eventName) {
    const auto* const row = eventTable().find(eventName);
    if (row == nullptr) return {};
    return {.what = (*row)[3], .why = (*row)[4], .next = (*row)[5], .system = (*row)[1]};
}

FieldWords fieldWords(std::string_view eventName, const Field& field) {
    const WordTable::Row* row = nullptr;
    // The event's own meaning of a field wins over the one that it has everywhere.
    for (const auto name : {eventName, eventWords(eventName).system, std::string_view("*")}) {
        row = fieldTable().find(fmt::format("{}\t{}", name, field.name));
        if (row != nullptr) break;
    }
    if (row == nullptr) return {};
    return {.unit = (*row)[2],
            .meaning = (*row)[4],
            .value = valueWords((*row)[3], field.value),
            .kind = (*row)[3]};
}

std::string flagsSentence(EventFlags flags) {
    const auto printed = flagsText(flags);
    if (printed.size() < 5) return {};
    std::string text;
    appendFlag(text, "irqs", printed[0]);
    appendFlag(text, "resched", printed[1]);
    appendFlag(text, "context", printed[2]);
    const auto bits = static_cast<unsigned>(flags);
    constexpr std::array kDepths{std::pair{8u, std::string_view("preemption")},
                                 std::pair{12u, std::string_view("migration")}};
    for (const auto& [shift, name] : kDepths) {
        const auto depth = bits >> shift & 15u;
        if (depth == 0) continue;
        if (!text.empty()) text += ", ";
        text += fmt::format("{} disabled {} deep", name, depth);
    }
    return text.empty() ? std::string(wordsAt(flagTable(), "none", 1)) : text;
}

std::string_view stateWords(TaskState state) {
    return wordsAt(stateTable(), taskStateName(state), 1);
}

std::string signalWords(int number) {
    const auto* const row = signalTable().find(fmt::to_string(number));
    return row == nullptr ? std::string{}
                          : fmt::format("{} ({}): {}", (*row)[1], number, (*row)[2]);
}

std::string_view softirqWords(std::uint32_t vector) { return wordsAt(softirqTable(), vector, 2); }

std::string errnoWords(int number) {
    const auto* const row = errnoTable().find(fmt::to_string(number));
    return row == nullptr ? std::string{} : fmt::format("{}: {}", (*row)[1], (*row)[2]);
}

std::string_view gfpWords(std::string_view flag) { return wordsAt(gfpTable(), flag, 1); }

// include/linux/sched/prio.h: 0…99 real-time (99 − prio is what chrt shows), 100…139 nice −20…19,
// −1 deadline.
std::string priorityWords(int kernelPriority) {
    if (kernelPriority < 0) return "deadline";
    if (kernelPriority < 100) return fmt::format("real-time {}", 99 - kernelPriority);
    return fmt::format("nice {}", kernelPriority - 120);
}

DiagnosticWords diagnosticWords(const Diagnostic& diagnostic) {
    const auto* const row = diagnosticTable().find(diagnosticName(diagnostic.kind));
    if (row == nullptr)
        return {.title = std::string(diagnosticName(diagnostic.kind)), .reason = {}, .advice = {}};
    return {.title = filled((*row)[1], diagnostic),
            .reason = filled((*row)[2], diagnostic),
            .advice = filled((*row)[3], diagnostic)};
}

}  // namespace kscope::model
