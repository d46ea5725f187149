// SPDX-License-Identifier: GPL-3.0-or-later
/// What was polled, as a trace that grows at its end and is bounded at its begin.
#pragma once

#include "app/live/core/column_watch.h"
#include "app/live/core/live_log.h"
#include "app/live/core/proc_sampler.h"
#include "model/store/trace_builder.h"
#include "parsers/procfs/round_collector.h"

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

namespace kscope::app {

struct HistoryLimits {
    std::chrono::nanoseconds time = std::chrono::hours(1);
    std::size_t bytes = 64 << 20;
};

/// One thread adds; any thread takes snapshots.
class LiveHistory {
public:
    explicit LiveHistory(HistoryLimits limits = {});
    /// Adds one round of reads; what is beyond the limits goes, oldest chunks first.
    void add(const std::vector<PollSample>& samples);
    [[nodiscard]] model::TracePtr snapshot() { return m_builder.snapshot(); }
    /// No more will come.
    [[nodiscard]] model::TracePtr finish();
    /// What its numbers and the packed texts take.
    [[nodiscard]] std::size_t bytes() const {
        return m_builder.counterBytes() + m_log->memoryBytes();
    }
    /// How the columns of a file differ from those of its first reading. For whoever adds.
    [[nodiscard]] ColumnChange columnsOf(std::string_view path);
    /// From the next round on.
    void setLimits(HistoryLimits limits) { m_limits = limits; }
    /// The texts that were read.
    [[nodiscard]] const std::shared_ptr<LiveLog>& log() const { return m_log; }

private:
    void forget(std::int64_t nowNs);
    void followColumns();

    HistoryLimits m_limits;
    std::shared_ptr<LiveLog> m_log = std::make_shared<LiveLog>();
    model::TraceBuilder m_builder;
    model::SourceId m_source;
    parsers::RoundCollector m_rounds;
    std::vector<ColumnWatch> m_columns;  // One a reader of m_rounds.
    std::uint64_t m_sequence = 0;
    std::int64_t m_firstNs = 0;  // What is before is forgotten.
    std::int64_t m_checkedNs = 0;
    std::int64_t m_newestNs = 0;
};

}  // namespace kscope::app
