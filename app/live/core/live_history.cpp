// SPDX-License-Identifier: GPL-3.0-or-later
/// Rounds into a trace, within bounds.
#include "app/live/core/live_history.h"

#include "parsers/procfs/proc_source.h"

#include <algorithm>
#include <chrono>

namespace kscope::app {

namespace {
constexpr std::int64_t kCheckEveryNs = 1'000'000'000;
/// Part of the history that goes when it takes too much memory.
constexpr std::int64_t kForgottenPart = 16;
}  // namespace

LiveHistory::LiveHistory(HistoryLimits limits) : m_limits(limits) {
    model::SourceInfo info;
    info.path = "/proc";
    info.kind = "proc-log";
    info.why = "polled on this machine";
    info.clock = {.name = "mono", .tickNs = 1, .counter = false, .relative = false};
    info.text = parsers::makeLogText(m_log);
    using std::chrono::nanoseconds;
    info.epochNs = nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count() -
                   nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
    m_source = m_builder.addSource(std::move(info));
}

void LiveHistory::add(const std::vector<PollSample>& samples) {
    if (samples.empty()) return;
    m_rounds.begin(m_source, m_log->size());
    for (const auto& sample : samples) {
        const auto position = m_log->add(sample.path, sample.beforeNs, sample.afterNs, sample.text);
        // Who answered late, behind others, counts from then on: a history in order of time loses
        // its oldest part cheaply. The log keeps when it was asked.
        m_newestNs = std::max(m_newestNs, sample.beforeNs);
        m_rounds.add(
            {sample.path, m_newestNs, std::max(m_newestNs, sample.afterNs), position, sample.text});
    }
    followColumns();
    m_builder.deliver(m_source, m_sequence++, m_rounds.finishGrowing());
    if (m_firstNs == 0) m_firstNs = samples.front().beforeNs;
    const auto now = m_newestNs;
    if (now - m_checkedNs < kCheckEveryNs) return;
    m_checkedNs = now;
    forget(now);
}

void LiveHistory::followColumns() {
    const auto& readers = m_rounds.readers();
    m_columns.resize(readers.size());
    for (std::size_t i = 0; i < readers.size(); ++i)
        m_columns[i].follow(readers[i].names(), m_newestNs);
}

ColumnChange LiveHistory::columnsOf(std::string_view path) {
    const auto& readers = m_rounds.readers();
    const auto found = std::ranges::find(readers, path, &parsers::RoundReader::path);
    if (found == readers.end()) return {};
    return m_columns[static_cast<std::size_t>(found - readers.begin())].change();
}

void LiveHistory::forget(std::int64_t nowNs) {
    auto first = std::max(m_firstNs, nowNs - m_limits.time.count());
    if (bytes() > m_limits.bytes)
        first = std::max(first, m_firstNs + (nowNs - m_firstNs) / kForgottenPart);
    if (first == m_firstNs) return;
    m_firstNs = first;
    m_builder.updateSource(m_source, [](model::SourceInfo& info) { info.forgotten = true; });
    m_builder.dropBefore(m_source, first);
    m_log->dropBefore(first);
}

model::TracePtr LiveHistory::finish() {
    m_builder.endSource(m_source);
    return m_builder.finish();
}

}  // namespace kscope::app
