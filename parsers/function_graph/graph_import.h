// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads a source of function_graph text into a TraceBuilder: a file by all threads, a stream as it
/// comes.
#pragma once

#include "parsers/function_graph/graph_line.h"
#include "parsers/text_import.h"

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace kscope::parsers {

/// The columns of a source's dumps, by where each begins. From any thread.
class GraphLayouts {
public:
    explicit GraphLayouts(const GraphLayout& first) : m_layouts{{0, first}} {}
    /// In ascending order of positions.
    using Known = std::vector<std::pair<std::uint64_t, GraphLayout>>;
    void add(const Known& more) {
        const std::lock_guard lock(m_mutex);
        m_layouts.insert(m_layouts.end(), more.begin(), more.end());
    }
    [[nodiscard]] GraphLayout at(std::uint64_t position) const {
        const std::lock_guard lock(m_mutex);
        auto found = m_layouts.size() - 1;
        while (found > 0 && m_layouts[found].first > position) --found;
        return m_layouts[found].second;
    }

private:
    mutable std::mutex m_mutex;  // guards what follows
    Known m_layouts;
};
using GraphLayoutsPtr = std::shared_ptr<GraphLayouts>;

/// `import.layout` is that of the event lines between the graph's.
void importGraphFile(const TextImport& import, const GraphLayoutsPtr& layouts,
                     const std::shared_ptr<const FileReader>& file);
/// As importTextStream().
void importGraphStream(const TextImport& import, const GraphLayoutsPtr& layouts, ByteStream& stream,
                       BlockStore& store, std::string_view head, std::uint64_t total);

/// Text of the rows, out of the source's bytes read again.
[[nodiscard]] std::shared_ptr<const model::EventSource>
makeGraphSource(GraphLayoutsPtr layouts, const FtraceLayout& events,
                std::shared_ptr<const ByteReader> bytes);
/// What the row at the begin of `text` says.
[[nodiscard]] model::EventText readGraphText(const GraphLayout& layout, const FtraceLayout& events,
                                             std::string_view text);

/// The clock of such a source.
[[nodiscard]] model::Clock graphClock(const GraphLayout& layout);

}  // namespace kscope::parsers
