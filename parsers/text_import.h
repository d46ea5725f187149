// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads a source of ftrace text into a TraceBuilder: a file by all threads at once, a stream as it
/// comes.
#pragma once

#include "parsers/bytes/block_store.h"
#include "parsers/bytes/byte_stream.h"
#include "parsers/bytes/file_reader.h"
#include "parsers/ftrace/part_parser.h"
#include "parsers/importers.h"

#include <memory>
#include <string_view>

namespace kscope::parsers {

/// What both ways of reading need.
struct TextImport {
    model::TraceBuilder& builder;
    model::ThreadPool& pool;
    const ImportOptions& options;
    model::SourceId source{};
    const FtraceLayout& layout;
};

/// Text of the events of a source, out of its bytes read again.
[[nodiscard]] std::shared_ptr<const model::EventSource>
makeEventSource(const FtraceLayout& layout, std::shared_ptr<const ByteReader> bytes);

/// The calling thread and pool.threads() − 1 jobs read tasks of a few MiB, each by itself; returns
/// when all is delivered.
void importTextFile(const TextImport& import, const std::shared_ptr<const FileReader>& file);

/// The calling thread reads and parses; every byte also goes to `store`. `head` was read from
/// `stream` already. `total`: stored bytes in all, for progress; 0: not known. Parts of 1 MiB, or
/// what came within 100 ms: a pipe that grows shows.
void importTextStream(const TextImport& import, ByteStream& stream, BlockStore& store,
                      std::string_view head, std::uint64_t total);

}  // namespace kscope::parsers
