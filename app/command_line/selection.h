// SPDX-License-Identifier: GPL-3.0-or-later
/// --range, --filter, --cpu and --task: which part of a trace a command shows and counts.
#pragma once

#include "app/command_line/commands.h"
#include "model/core/result.h"
#include "model/core/thread_pool.h"
#include "model/query/filter.h"
#include "model/store/trace.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::app {

/// One end of --range.
struct RangeEnd {
    std::int64_t ns = 0;
    bool relative = false;  ///< From the first event.
};
struct RangeWords {
    std::optional<RangeEnd> begin;
    std::optional<RangeEnd> end;
};
/// A task as --task names it.
struct TaskWords {
    std::string comm;  ///< A glob; empty where it is a number.
    std::optional<std::int64_t> tid;
};

/// The options as values, checked before anything is read.
struct Selection {
    RangeWords range;
    model::Filter filter;  ///< --filter alone.
    std::vector<model::CpuId> cpus;
    std::vector<TaskWords> tasks;

    [[nodiscard]] bool everything() const;
    /// On the axis; nothing where no range was asked for.
    [[nodiscard]] std::optional<model::TimeRange> timeRange(const model::Trace& trace) const;
    [[nodiscard]] bool coversTask(const model::Trace& trace, model::TaskId task,
                                  model::StringId comm) const;
    /// --filter, --cpu and --task in one, for event rows.
    [[nodiscard]] model::Filter eventFilter() const;
};
/// Fails with one line for the usage error: which option, where, what was expected.
[[nodiscard]] model::Result<Selection> readSelection(const CommonOptions& options);
/// "0,2-5"
[[nodiscard]] model::Result<std::vector<model::CpuId>> readCpus(std::string_view text);
[[nodiscard]] model::Result<RangeWords> readRange(std::string_view text);

/// The chosen rows of a trace in axis order: a range of rows, and of those the ones a filter lets
/// through.
class ChosenRows {
public:
    ChosenRows(const model::Trace& trace, const Selection& selection, model::ThreadPool& pool);
    [[nodiscard]] bool everything() const { return m_all; }
    [[nodiscard]] model::EventIndex begin() const { return m_begin; }
    [[nodiscard]] model::EventIndex end() const { return m_end; }
    [[nodiscard]] const model::RowSetPtr& set() const {
        return m_set;
    }  ///< Null: every row from begin to end.
    /// Calls `row(chunk, row in it)` for the chosen rows of [from, to), in order.
    template <class Row> void forEach(std::uint64_t from, std::uint64_t to, Row&& row) const {
        from = std::max(from, raw(m_begin));
        to = std::min(to, raw(m_end));
        if (from >= to) return;
        auto chunk = m_trace.chunkOf(model::EventIndex{from});
        auto first = raw(m_trace.firstRow(chunk));
        const auto call = [&](model::EventIndex at) {
            while (raw(at) >= first + m_trace.chunk(chunk).rows())
                first = raw(m_trace.firstRow(++chunk));
            row(chunk, static_cast<model::Row>(raw(at) - first));
        };
        if (m_set) return m_set->forEach(model::EventIndex{from}, model::EventIndex{to}, call);
        for (auto at = from; at < to; ++at) call(model::EventIndex{at});
    }

private:
    const model::Trace& m_trace;
    bool m_all = true;
    model::EventIndex m_begin{};
    model::EventIndex m_end{};
    model::RowSetPtr m_set;
};

}  // namespace kscope::app
