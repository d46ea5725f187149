// SPDX-License-Identifier: GPL-3.0-or-later
/// Entries and exits of one source, row by row, to a forest of calls.
#pragma once

#include "model/derive/calls.h"
#include "model/store/trace_builder.h"

#include <string>
#include <string_view>
#include <utility>

namespace kscope::support {

class CallRows {
public:
    explicit CallRows(std::string kind = "uftrace") {
        model::SourceInfo info;
        info.path = "made";
        info.kind = std::move(kind);
        if (info.kind == "folded")
            info.clock = {.name = {}, .tickNs = 1, .counter = true, .relative = true};
        m_source = m_builder.addSource(std::move(info));
        m_writer.beginPart(m_source, 0, 1);
    }
    struct Row {
        std::int64_t timeNs = 0;
        std::string_view name;
        model::EventFlags flags = model::kNoFlags;  ///< callFlags(), or none: an event.
        int tid = 7;                                ///< Negative: the row has no task.
    };
    /// Times must not be earlier than those of the row before.
    void add(const Row& row) {
        (void)m_writer.prepare(row.timeNs, ++m_position);
        const auto task = row.tid < 0
                              ? model::kNoRow
                              : m_writer.task(model::Tid{row.tid}, "made", model::kUnknownCpu);
        m_writer.add(row.timeNs, m_position, m_writer.name(row.name), model::kUnknownCpu, task,
                     row.flags);
    }
    /// Of the exit added last: how long its call was, as its line says.
    void addDuration(std::int64_t ns) { m_writer.addDuration(ns); }
    /// No row may follow.
    [[nodiscard]] model::CallForestPtr calls(model::ThreadPool& pool) {
        m_builder.deliver(m_source, 0, m_writer.finishPart(0, 0));
        m_builder.endSource(m_source);
        return model::deriveCalls(m_builder.finish(), pool);
    }

private:
    model::TraceBuilder m_builder;
    model::ChunkWriter m_writer;
    model::SourceId m_source{};
    std::uint64_t m_position = 0;
};

}  // namespace kscope::support
