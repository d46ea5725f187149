// SPDX-License-Identifier: GPL-3.0-or-later
/// What was odd about a source: counted by kind, with the first places. Bounded whatever a file
/// holds.
#pragma once

#include "model/core/types.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

enum class Severity : std::uint8_t { Error, Loss, Guess, Note };

/// The sentence for each kind stands in resources/words/diagnostics.tsv under the name that
/// `diagnosticName` gives (snake_case), and its severity too.
enum class DiagnosticKind : std::uint8_t {
    UnparsedLine,  ///< A line that no rule reads; kept as text, counted.
    CutLine,       ///< The last line ends in the middle.
    LongLine,      ///< A line beyond the limit, its rest skipped.
    NulBytes,      ///< NUL bytes inside text.
    InvalidUtf8,
    BadTime,        ///< A time that overflows or can't be read.
    TimeBackwards,  ///< Put in order (stable).
    CpuOutOfRange,
    PidOutOfRange,
    TooManyNames,  ///< StringTable's limit.
    TooManyTasks,
    LostEvents,     ///< LOST lines; count is the sum of events where given, else of lines.
    Overwritten,    ///< entries-written minus entries-in-buffer of the header.
    BufferStarted,  ///< Before it nothing is known of that CPU.
    MissingSwitch,  ///< The next switch on a CPU names another prev_pid than the task that ran.
    UnknownEvent,   ///< A line without an event name.
    MissingTime,    ///< A line without time: it has the time of the line before.
    MissingCpu,
    WrappedLine,   ///< Joined with the line before.
    Elision,       ///< "..." of an author.
    OrphanStack,   ///< Stack frames before any event.
    RepairedLine,  ///< Pasted line numbers, prompts, HTML escapes, tabs taken away.
    GraphLine,     ///< function_graph lines, not read yet.
    SourceShrank,
    SourceVanished,
    ReadError,
    PartialLoad,       ///< Cancelled: only the first part is here.
    ClockAssumed,      ///< A clock that the source does not name.
    Concatenated,      ///< A second "# tracer:" header: several dumps in one file.
    Truncated,         ///< Compressed data ends early.
    FailedToParse,     ///< trace-cmd could not print the record ([FAILED TO PARSE]).
    SectionSkipped,    ///< A part of the file that is no event text (hist tables, process dumps).
    GuessedColumns,    ///< Rows of interrupts without their header: CPUs counted from the left.
    GuessedRoundTime,  ///< Snapshots without a time: laid one second apart.
    CappedNumber,      ///< A number that the kernel or 64 bits cut off (">100000").
    UnknownProcFile,   ///< A file in a proc log whose numbers are not known.
    AuthorWords,       ///< Words of a person in a file of /proc.
    BadRecord,         ///< Bytes between binary records that belong to none.
    CutRecord,         ///< The last record of a binary file is not whole.
    MixedRuns,         ///< Per-CPU files whose notes of the wall clock disagree.
    CutBegin,          ///< The first record's begin is missing; what is left of it is left out.
    CounterReset,      ///< A counter went backwards without having come to its width.
    DirectoryPart,     ///< A file of a directory is missing, empty, no plain file, or left out.
    OtherTasks,        ///< Records of tasks that the recording did not follow.
    Count_
};
inline constexpr std::size_t kDiagnosticKinds = static_cast<std::size_t>(DiagnosticKind::Count_);
[[nodiscard]] std::string_view diagnosticName(DiagnosticKind kind);
[[nodiscard]] Severity severity(DiagnosticKind kind);
[[nodiscard]] std::string_view severityName(Severity severity);  ///< "error" "loss" "guess" "note"

struct DiagnosticPlace {
    SourceId source{};
    std::uint64_t line = 0;    ///< 1-based; 0 where only the offset is known.
    std::uint64_t offset = 0;  ///< Byte offset in the (decompressed) source.
};

struct Diagnostic {
    static constexpr std::size_t kKept = 8;
    DiagnosticKind kind{};
    std::uint64_t count = 0;
    std::string detail;                  ///< Free words beside the sentence, often empty.
    std::vector<DiagnosticPlace> first;  ///< Ascending, at most kKept.
};

/// A set of counters, one a kind; cheap when nothing is odd.
class Diagnostics {
public:
    void record(DiagnosticKind kind, DiagnosticPlace place, std::uint64_t count = 1);
    void record(DiagnosticKind kind, std::uint64_t count,
                std::string detail);     ///< Without a place.
    void add(const Diagnostics& other);  ///< Counts sum; places append up to the limit.
    [[nodiscard]] const std::vector<Diagnostic>& all() const noexcept { return m_all; }
    [[nodiscard]] std::uint64_t count(DiagnosticKind kind) const;
    [[nodiscard]] bool empty() const noexcept { return m_all.empty(); }

private:
    Diagnostic& slot(DiagnosticKind kind);
    std::vector<Diagnostic> m_all;
};

}  // namespace kscope::model
