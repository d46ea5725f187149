// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads sources of /proc into a TraceBuilder: a log by all threads at once or as it comes, one
/// file with one or many snapshots, a folder of them.
#pragma once

#include "parsers/bytes/block_store.h"
#include "parsers/bytes/byte_stream.h"
#include "parsers/bytes/file_reader.h"
#include "parsers/importers.h"

#include <memory>
#include <optional>
#include <string_view>

namespace kscope::parsers {

/// "proc-log", "proc-snapshots" and the kinds of one file.
[[nodiscard]] bool isProcKind(std::string_view kind);

/// What every way of reading needs.
struct ProcImport {
    model::TraceBuilder& builder;
    model::ThreadPool& pool;
    const ImportOptions& options;
    model::SourceInfo info;  ///< path, kind, why, bytes and offset are set; the rest is added here.
};

/// A log that is a regular file: tasks of some MiB on all threads.
[[nodiscard]] model::SourceId importProcLog(ProcImport import,
                                            const std::shared_ptr<const FileReader>& file);
/// A log that comes once, `head` of it already: parsed as it comes, its bytes go to `store`.
[[nodiscard]] model::SourceId importProcLog(ProcImport import, ByteStream& stream,
                                            const std::shared_ptr<BlockStore>& store,
                                            std::string_view head, std::uint64_t total);
/// A file of /proc, all of it in memory; at most 64 MiB of it are read.
[[nodiscard]] model::SourceId importProcFile(ProcImport import, std::string text);
/// The rest of a stream, for importProcFile.
[[nodiscard]] std::string readAll(ByteStream& stream, std::string head,
                                  const ImportOptions& options);

/// A folder of snapshots, each a folder with files of /proc (or one file each: "t0_interrupts").
/// Nothing where the folder has none.
[[nodiscard]] std::optional<model::SourceId> importProcFolder(ProcImport import);
[[nodiscard]] bool isProcFolder(const std::string& path);

}  // namespace kscope::parsers
