// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads a source of function_graph text into a TraceBuilder: a file by all threads, a stream as it
/// comes.
#pragma once

#include "parsers/function_graph/graph_line.h"
#include "parsers/text_import.h"

#include <memory>
#include <string_view>

namespace kscope::parsers {

/// `import.layout` is that of the event lines between the graph's.
void importGraphFile(const TextImport& import, const GraphLayout& layout,
                     const std::shared_ptr<const FileReader>& file);
/// As importTextStream().
void importGraphStream(const TextImport& import, const GraphLayout& layout, ByteStream& stream,
                       BlockStore& store, std::string_view head, std::uint64_t total);

/// Text of the rows, out of the source's bytes read again.
[[nodiscard]] std::shared_ptr<const model::EventSource>
makeGraphSource(const GraphLayout& layout, const FtraceLayout& events,
                std::shared_ptr<const ByteReader> bytes);
/// What the row at the begin of `text` says.
[[nodiscard]] model::EventText readGraphText(const GraphLayout& layout, const FtraceLayout& events,
                                             std::string_view text);

/// The clock of such a source.
[[nodiscard]] model::Clock graphClock(const GraphLayout& layout);

}  // namespace kscope::parsers
