// SPDX-License-Identifier: GPL-3.0-or-later
/// The one table of what can be read: sniff, then import.
#pragma once

#include "model/core/result.h"
#include "model/core/thread_pool.h"
#include "model/store/trace_builder.h"

#include <atomic>
#include <functional>
#include <stop_token>
#include <string>

namespace kscope::parsers {

/// Whether a source ends by itself: a pipe or trace_pipe may go on for ever.
enum class SourceReach : std::uint8_t { Ends, MayGrow };

struct ImportOptions {
    std::string as;             ///< Kind to take instead of what sniffing says; empty: sniff.
    std::int64_t offsetNs = 0;  ///< Shift onto the axis (SOURCE@+1.5s).
    std::stop_token
        stop;  ///< Honoured within 50 ms; what was read stays, PartialLoad is diagnosed.
    /// Called from any thread, at most every few ms: bytes read so far, and in all (0: not known).
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;
    /// Called once, from the calling thread, when the source has its id and before its rows are
    /// read: ids follow the order of these calls.
    std::function<void(model::SourceId, SourceReach)> added;
    /// Called from any thread when the first part has been delivered, and after each further one.
    std::function<void()> delivered;
};

/// What the first 64 KiB say.
struct Sniffed {
    std::string kind;       ///< As cli.md section 1; empty: nothing that is read here.
    std::string why;        ///< "tracer header and 40 context lines"
    std::string seems;      ///< Of an unreadable source: what it seems to be, in words.
    bool readable = false;  ///< This version has an importer for the kind.
};
[[nodiscard]] Sniffed sniff(std::string_view head, std::uint64_t sizeBytes);
[[nodiscard]] bool isKnownKind(std::string_view kind);  ///< Named in cli.md, read or not.
[[nodiscard]] bool isReadKind(std::string_view kind);   ///< This version has an importer for it.

/// Opens `path` ("-": standard input), sniffs it, and delivers all of it to `builder` with the help
/// of `pool`. Blocks until done. Fails with one line where nothing can be opened; oddities inside
/// are diagnostics.
[[nodiscard]] model::Result<model::SourceId> importSource(const std::string& path,
                                                          model::TraceBuilder& builder,
                                                          model::ThreadPool& pool,
                                                          const ImportOptions& options);

}  // namespace kscope::parsers
