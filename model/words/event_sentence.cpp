// SPDX-License-Identifier: GPL-3.0-or-later
/// The sentence of an event with its own values, from the sentence column of
/// resources/words/events.tsv.
///
/// {field} is the field's value, {field:kind} that value in words (value_words.h), {pid:task} the
/// task of that pid with its comm beside it. {@task} and {@cpu} are the line's own, {@syscall} the
/// call that the event's name ends in. A part in [ ] is left out where one of its fields is
/// missing; where another is missing, there is no sentence.
#include "model/query/field_scan.h"
#include "model/query/fields.h"
#include "model/store/call_edge.h"
#include "model/words/call_sentence.h"
#include "model/words/reading_words.h"
#include "model/words/sentence_rules.h"
#include "model/words/value_words.h"
#include "model/words/word_table.h"
#include "model/words/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace kscope::model {
namespace {

struct Subject {
    const Trace& trace;
    const Event& event;
    std::string_view name;
    const FieldList& fields;
};

std::string taskText(std::string_view comm, std::string_view pid) {
    if (pid == "0")
        return comm.starts_with("swapper/") ? fmt::format("the idle task of CPU {}", comm.substr(8))
                                            : "the idle task";
    if (comm.empty() || comm == "<...>") return fmt::format("task {}", pid);
    return fmt::format("{} ({})", comm, pid);
}

/// Who did it: of an idle task the CPU, since nothing ran there.
std::string ownTask(const Subject& subject) {
    const auto& event = subject.event;
    if (event.task == kNoTask) return {};
    const auto tid = raw(subject.trace.task(event.task).tid);
    if (tid == 0 && event.cpu != kUnknownCpu) return fmt::format("idle CPU {}", raw(event.cpu));
    auto comm = subject.trace.text(event.comm);
    if (comm.empty() || comm == "<...>") comm = subject.trace.comm(event.task);
    return taskText(comm, fmt::to_string(tid));
}

std::string syscallOf(std::string_view event) {
    for (const std::string_view prefix : {"sys_enter_", "sys_exit_", "sys_"})
        if (event.starts_with(prefix)) return std::string(event.substr(prefix.size()));
    return {};
}

/// "next_pid" → "next_comm": the name beside a pid.
std::string commField(std::string_view pidField) {
    std::string name(pidField);
    if (name.ends_with("pid")) name.replace(name.size() - 3, 3, "comm");
    return name;
}

std::string ownValue(const Subject& subject, std::string_view name) {
    if (name == "@task") return ownTask(subject);
    if (name == "@cpu")
        return subject.event.cpu == kUnknownCpu ? std::string{}
                                                : fmt::to_string(raw(subject.event.cpu));
    if (name == "@syscall") return syscallOf(subject.name);
    const auto* const row =
        name == "@meaning" ? syscallTable().find(syscallOf(subject.name)) : nullptr;
    return row == nullptr ? std::string{} : std::string((*row)[2]);
}

/// Empty where the field is missing or has no words.
std::string placeholder(const Subject& subject, std::string_view inner) {
    if (inner.starts_with('@')) return ownValue(subject, inner);
    const auto colon = inner.find(':');
    const auto value = subject.fields.find(inner.substr(0, colon));
    if (!value || value->empty()) return {};
    if (colon == inner.npos) return std::string(*value);
    const auto kind = inner.substr(colon + 1);
    if (kind != "task") return valueWords(kind, *value);
    const auto comm = subject.fields.find(commField(inner.substr(0, colon)));
    return taskText(comm.value_or(std::string_view{}), *value);
}

/// False where a placeholder has no value; `out` is then worthless.
bool fill(const Subject& subject, std::string_view sentence, std::string& out) {
    while (!sentence.empty()) {
        const auto stop = sentence.find_first_of("[{");
        out += sentence.substr(0, stop);
        if (stop == sentence.npos) return true;
        const bool optional = sentence[stop] == '[';
        sentence.remove_prefix(stop);
        const auto end = sentence.find(optional ? ']' : '}');
        if (end == sentence.npos) return false;
        const auto inner = sentence.substr(1, end - 1);
        if (optional) {
            std::string part;
            if (fill(subject, inner, part)) out += part;
        } else {
            const auto value = placeholder(subject, inner);
            if (value.empty()) return false;
            out += value;
        }
        sentence.remove_prefix(end + 1);
    }
    return true;
}

/// Idle is no task to a reader: a switch from or to it says what the CPU does.
std::string switchSentence(const Subject& subject) {
    const auto prev = subject.fields.find("prev_pid");
    const auto next = subject.fields.find("next_pid");
    if (!prev || !next) return {};
    const auto cpu = subject.event.cpu == kUnknownCpu
                         ? std::string("the CPU")
                         : fmt::format("CPU {}", raw(subject.event.cpu));
    const auto name = [&](std::string_view field, std::string_view pid) {
        return taskText(subject.fields.find(field).value_or(std::string_view{}), pid);
    };
    const auto runs = *next == "0" ? fmt::format("{} goes idle", cpu)
                                   : fmt::format("{} runs", name("next_comm", *next));
    if (*prev == "0") return fmt::format("{} leaves idle; {}", cpu, runs);
    auto leaves =
        valueWords("leaves", subject.fields.find("prev_state").value_or(std::string_view{}));
    if (leaves.empty()) leaves = "stops running";
    return fmt::format("{} {}; {}", name("prev_comm", *prev), leaves, runs);
}

}  // namespace

std::vector<SentencePart> sentenceParts(const Trace& trace, const Event& event,
                                        std::string_view args) {
    const auto name = trace.text(event.name);
    FieldList fields;
    scanFields(name, args, fields);
    const Subject subject{trace, event, name, fields};
    std::vector<SentencePart> parts;
    const auto add = [&](const std::string& inner, std::string_view meaning) {
        if (auto value = placeholder(subject, inner); !value.empty())
            parts.push_back({"{" + inner + "}", std::move(value), std::string(meaning)});
    };
    add("@task", "the task of the line");
    add("@cpu", "the CPU of the line");
    add("@syscall", "the system call that the event's name ends in");
    add("@meaning", "what that system call does");
    for (const auto& field : eventFields(name, args)) {
        const auto words = fieldWords(name, field);
        add(field.name, words.meaning);
        if (field.name.ends_with("pid")) add(field.name + ":task", "that task with its name");
        if (!words.kind.empty()) add(fmt::format("{}:{}", field.name, words.kind), "in words");
    }
    // Kinds of words that the delivered rule asks for beside those of the fields.
    const auto rule = builtInRule(name);
    for (auto at = rule.find('{'); at != rule.npos; at = rule.find('{', at + 1)) {
        const auto end = rule.find('}', at);
        if (end == rule.npos) break;
        const auto inner = rule.substr(at + 1, end - at - 1);
        const auto known = [&](const SentencePart& part) {
            return part.placeholder == "{" + inner + "}";
        };
        if (std::ranges::none_of(parts, known)) add(inner, "in words");
    }
    return parts;
}

std::string eventSentence(const Trace& trace, const Event& event, std::string_view args) {
    if (isCallEdge(event.flags)) return callSentence(trace, event, args);
    if (!trace.counters().empty())
        if (auto sentence = readingSentence(trace, event); !sentence.empty()) return sentence;
    const auto name = trace.text(event.name);
    const auto* const row = eventTable().find(name);
    const auto rule = sentenceRule(name);
    if (row == nullptr && rule.empty()) return {};
    FieldList fields;
    scanFields(name, args, fields);
    const Subject subject{trace, event, name, fields};
    if (name == "sched_switch" && rule.empty()) {
        if (auto sentence = switchSentence(subject); !sentence.empty()) return sentence;
    }
    std::string out;
    if (!rule.empty() && fill(subject, rule, out)) return out;
    return row == nullptr ? std::string() : std::string((*row)[3]);
}

}  // namespace kscope::model
