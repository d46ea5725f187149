// SPDX-License-Identifier: GPL-3.0-or-later
/// Counting what was odd.
#include "model/core/diagnostics.h"

#include <algorithm>
#include <array>

namespace kscope::model {

namespace {
struct KindFacts {
    std::string_view name;
    Severity severity;
};
constexpr std::array<KindFacts, kDiagnosticKinds> kKinds{{
    {"unparsed_line", Severity::Note},     {"cut_line", Severity::Note},
    {"long_line", Severity::Loss},         {"nul_bytes", Severity::Note},
    {"invalid_utf8", Severity::Note},      {"bad_time", Severity::Guess},
    {"time_backwards", Severity::Note},    {"cpu_out_of_range", Severity::Guess},
    {"pid_out_of_range", Severity::Guess}, {"too_many_names", Severity::Loss},
    {"too_many_tasks", Severity::Loss},    {"lost_events", Severity::Loss},
    {"overwritten", Severity::Loss},       {"buffer_started", Severity::Note},
    {"missing_switch", Severity::Guess},   {"unknown_event", Severity::Note},
    {"missing_time", Severity::Guess},     {"missing_cpu", Severity::Guess},
    {"wrapped_line", Severity::Guess},     {"elision", Severity::Note},
    {"orphan_stack", Severity::Note},      {"repaired_line", Severity::Guess},
    {"graph_line", Severity::Note},        {"source_shrank", Severity::Error},
    {"source_vanished", Severity::Error},  {"read_error", Severity::Error},
    {"partial_load", Severity::Loss},      {"clock_assumed", Severity::Guess},
    {"concatenated", Severity::Note},      {"truncated", Severity::Error},
    {"failed_to_parse", Severity::Loss},   {"section_skipped", Severity::Note},
    {"guessed_columns", Severity::Guess},  {"guessed_round_time", Severity::Guess},
    {"capped_number", Severity::Loss},     {"unknown_proc_file", Severity::Note},
    {"author_words", Severity::Note},      {"bad_record", Severity::Loss},
    {"cut_record", Severity::Note},        {"mixed_runs", Severity::Guess},
    {"cut_begin", Severity::Note},         {"counter_reset", Severity::Note},
    {"directory_part", Severity::Loss},    {"other_tasks", Severity::Note},
}};
}  // namespace

std::string_view diagnosticName(DiagnosticKind kind) {
    return kKinds[static_cast<std::size_t>(kind)].name;
}
Severity severity(DiagnosticKind kind) { return kKinds[static_cast<std::size_t>(kind)].severity; }

std::string_view severityName(Severity severity) {
    constexpr std::array<std::string_view, 4> kNames{"error", "loss", "guess", "note"};
    return kNames[static_cast<std::size_t>(severity)];
}

Diagnostic& Diagnostics::slot(DiagnosticKind kind) {
    const auto at = std::ranges::lower_bound(m_all, kind, {}, &Diagnostic::kind);
    if (at != m_all.end() && at->kind == kind) return *at;
    return *m_all.insert(at, Diagnostic{kind, 0, {}, {}});
}

void Diagnostics::record(DiagnosticKind kind, DiagnosticPlace place, std::uint64_t count) {
    auto& found = slot(kind);
    found.count += count;
    if (found.first.size() < Diagnostic::kKept) found.first.push_back(place);
}

void Diagnostics::record(DiagnosticKind kind, std::uint64_t count, std::string detail) {
    auto& found = slot(kind);
    found.count += count;
    if (!detail.empty()) found.detail = std::move(detail);
}

void Diagnostics::add(const Diagnostics& other) {
    for (const auto& theirs : other.m_all) {
        auto& mine = slot(theirs.kind);
        mine.count += theirs.count;
        if (mine.detail.empty()) mine.detail = theirs.detail;
        for (const auto& place : theirs.first)
            if (mine.first.size() < Diagnostic::kKept) mine.first.push_back(place);
    }
}

std::uint64_t Diagnostics::count(DiagnosticKind kind) const {
    const auto at = std::ranges::lower_bound(m_all, kind, {}, &Diagnostic::kind);
    return at != m_all.end() && at->kind == kind ? at->count : 0;
}

}  // namespace kscope::model
