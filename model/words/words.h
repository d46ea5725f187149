// SPDX-License-Identifier: GPL-3.0-or-later
/// The words that explain what the kernel writes: resources/words/*.tsv, built in.
#pragma once

#include "model/core/diagnostics.h"
#include "model/query/fields.h"
#include "model/store/trace.h"

#include <string>
#include <string_view>

namespace kscope::model {

/// For a learner: what happened, why the kernel does it, what to look at next. Empty strings for an
/// unknown event.
struct EventWords {
    std::string_view what;
    std::string_view why;
    std::string_view next;
    std::string_view system;  ///< "sched", "irq", "signal" …
};
[[nodiscard]] EventWords eventWords(std::string_view eventName);

/// One field of an event: unit ("ns", "pages", "") and meaning; value in words where it has some
/// ("120" → "nice 0").
struct FieldWords {
    std::string_view unit;
    std::string_view meaning;
    std::string value;
    std::string_view kind = {};  ///< How a rule asks for `value`: {field:kind}; "" where not.
};
[[nodiscard]] FieldWords fieldWords(std::string_view eventName, const Field& field);

/// The sentence of the event with its own values: "jbd2/nvme0n1p2 (412) sleeps; postgres (2211)
/// runs". `args` as in the source.
[[nodiscard]] std::string eventSentence(const Trace& trace, const Event& event,
                                        std::string_view args);

/// irq-info in words, one clause a set flag: "interrupts off", "in a hard interrupt", "preemption
/// disabled 1 deep".
[[nodiscard]] std::string flagsSentence(EventFlags flags);
[[nodiscard]] std::string_view stateWords(TaskState state);  ///< "sleeping, may be woken"
[[nodiscard]] std::string
signalWords(int number);  ///< "SIGKILL (9): ends the process, cannot be caught"
[[nodiscard]] std::string_view softirqWords(std::uint32_t vector);
[[nodiscard]] std::string errnoWords(int number);  ///< "ENOENT: no such file or directory"
[[nodiscard]] std::string_view gfpWords(std::string_view flag);
[[nodiscard]] std::string
priorityWords(int kernelPriority);  ///< 120 → "nice 0"; 98 → "real-time 1"

/// Title in one line, the reason, what to do; {count} and {detail} filled in.
struct DiagnosticWords {
    std::string title;
    std::string reason;
    std::string advice;
};
[[nodiscard]] DiagnosticWords diagnosticWords(const Diagnostic& diagnostic);

}  // namespace kscope::model
