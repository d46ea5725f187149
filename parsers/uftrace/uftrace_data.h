// SPDX-License-Identifier: GPL-3.0-or-later
/// A uftrace data directory as the importer and the texts of its rows share it.
#pragma once

#include "model/store/source.h"
#include "parsers/importers.h"
#include "parsers/uftrace/uftrace_arguments.h"
#include "parsers/uftrace/uftrace_streams.h"
#include "parsers/uftrace/uftrace_symbols.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kscope::parsers {

struct UftraceData {
    enum class FileKind : std::uint8_t { User, Kernel, Perf, Extern };
    /// A file with records. Positions of rows count through all files, one behind the other.
    struct RecordFile {
        std::string name;
        FileKind kind = FileKind::User;
        std::int64_t number = 0;  ///< tid or CPU
        std::uint64_t size = 0;
        std::uint64_t base = 0;  ///< Position of its first byte.
        unsigned shift = 0;      ///< Positions count in steps of 2^shift bytes.
    };
    UftraceDirectory directory;
    UftraceInfo info;
    UftraceTasks tasks;
    UftraceSymbols symbols;
    UftraceArguments arguments;
    KernelFormats kernel;
    std::map<std::uint64_t, std::string> eventNames;  ///< events.txt
    std::vector<RecordFile> files;                    ///< Ascending by base.
    std::map<std::int64_t, std::int64_t> processOf;   ///< tid → pid
    std::uint64_t filesLeftOut = 0;                   ///< Beyond what positions can tell.
    std::vector<std::string> problems;                ///< Files that could not be used, in words.

    [[nodiscard]] std::uint64_t bytes() const;
    /// The stream of a file from a record on; null where the file is gone.
    [[nodiscard]] std::unique_ptr<UftraceStream>
    open(const RecordFile& file, std::size_t bufferBytes, std::uint64_t from = 0) const;
    /// What a record's address is called: raw symbol and what is shown; hex in <> without one.
    struct FunctionName {
        std::string symbol;
        std::string shown;
    };
    [[nodiscard]] FunctionName nameOf(const UftraceRecord& record, int scope) const;
    /// Of the function or variable that a pointer leads to; empty: there is none.
    [[nodiscard]] std::string pointerName(const UftraceRecord& record, std::uint64_t pointer) const;
    [[nodiscard]] int scopeOf(const UftraceRecord& record) const;
    [[nodiscard]] std::string eventName(const UftraceRecord& record) const;
    [[nodiscard]] const UftraceFields* fieldsOf(const UftraceRecord& record,
                                                const FunctionName& name) const;
};

[[nodiscard]] model::Result<std::shared_ptr<const UftraceData>>
openUftraceData(const std::string& path);

/// Reads all of a directory into `builder`: with the threads of `pool`, or, where that is null, on
/// this one. The rows are the same.
[[nodiscard]] model::Result<model::SourceId> importUftrace(const std::string& path,
                                                           model::TraceBuilder& builder,
                                                           model::ThreadPool* pool,
                                                           const ImportOptions& options);
/// Rows as `uftrace dump` prints their records.
[[nodiscard]] std::shared_ptr<const model::EventSource>
makeUftraceSource(std::shared_ptr<const UftraceData> data);

}  // namespace kscope::parsers
