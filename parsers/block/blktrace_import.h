// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads a set of blktrace files into a TraceBuilder.
#pragma once

#include "parsers/block/blktrace_set.h"
#include "parsers/importers.h"

namespace kscope::parsers {

/// What one walk over all headers tells: who is who, when it began, where the parts are cut.
struct BlktraceIndex;

class BlktraceImport {
public:
    /// Walks all records once, on all threads.
    BlktraceImport(std::shared_ptr<const BlktraceSet> set, model::ThreadPool& pool,
                   const ImportOptions& options);
    ~BlktraceImport();
    BlktraceImport(const BlktraceImport&) = delete;
    BlktraceImport& operator=(const BlktraceImport&) = delete;

    /// Prints records as blkparse does.
    [[nodiscard]] std::shared_ptr<const model::EventSource> text() const;
    /// How many records, versions and byte orders, in words.
    [[nodiscard]] std::string why() const;
    [[nodiscard]] std::uint64_t records() const;
    /// Times count from the first record: `blkparse -d` wrote them. Its notes keep their own times,
    /// so that the time of day is not known.
    [[nodiscard]] bool relative() const;
    /// Delivers all records, and ends the source.
    void run(model::TraceBuilder& builder, model::SourceId source);

private:
    std::shared_ptr<const BlktraceSet> m_set;
    model::ThreadPool& m_pool;
    const ImportOptions& m_options;
    std::shared_ptr<BlktraceIndex> m_index;
};

}  // namespace kscope::parsers
