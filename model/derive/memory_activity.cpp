// SPDX-License-Identifier: GPL-3.0-or-later
/// Events of compaction, oom and kmem to spans, marks and counts.
#include "model/derive/memory_activity.h"

#include "model/derive/memory_report.h"
#include "model/query/text_reader.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace kscope::model {
namespace {

enum class ActivityEvent : std::uint8_t {
    None,
    Wake,
    Sleep,
    Try,
    Begin,
    End,
    Victim,
    Reaper,
    Score,
    Retry,
    Allocate
};

/// The word behind "KEY=" up to the next blank.
std::string wordArgument(std::string_view args, std::string_view key) {
    const auto at = args.find(key);
    if (at == args.npos || (at > 0 && args[at - 1] != ' ') || at + key.size() >= args.size() ||
        args[at + key.size()] != '=')
        return {};
    const auto begin = at + key.size() + 1;
    return std::string(args.substr(begin, args.find(' ', begin) - begin));
}

/// "kcompactd12" → 12; −1: another name.
std::int64_t kcompactdNode(std::string_view comm) {
    constexpr std::string_view kName = "kcompactd";
    if (!comm.starts_with(kName)) return -1;
    std::int64_t node = -1;
    std::from_chars(comm.data() + kName.size(), comm.data() + comm.size(), node);
    return node;
}

class ActivityFollower {
public:
    explicit ActivityFollower(const Trace& trace)
        : m_trace(trace),
          m_reader(trace),
          m_kinds(trace.strings()) {
        m_activity.allocations = AllocationGrid(trace.range());
        const auto kind = [&](std::string_view name, ActivityEvent event) {
            if (const auto id = trace.findString(name); id != kNoString) m_kinds[raw(id)] = event;
        };
        kind("mm_compaction_kcompactd_wake", ActivityEvent::Wake);
        kind("mm_compaction_kcompactd_sleep", ActivityEvent::Sleep);
        kind("mm_compaction_try_to_compact_pages", ActivityEvent::Try);
        kind("mm_compaction_begin", ActivityEvent::Begin);
        kind("mm_compaction_end", ActivityEvent::End);
        kind("mark_victim", ActivityEvent::Victim);
        for (const auto* name :
             {"wake_reaper", "start_task_reaping", "finish_task_reaping", "skip_task_reaping"})
            kind(name, ActivityEvent::Reaper);
        kind("oom_score_adj_update", ActivityEvent::Score);
        kind("reclaim_retry_zone", ActivityEvent::Retry);
        kind("compact_retry", ActivityEvent::Retry);
        kind("mm_page_alloc", ActivityEvent::Allocate);
    }

    MemoryActivity run() {
        for (std::size_t i = 0; i < m_trace.chunks(); ++i) {
            const auto& chunk = m_trace.chunk(i);
            std::vector<ActivityEvent> kinds;
            for (const auto name : chunk.names) kinds.push_back(m_kinds[raw(name)]);
            if (std::ranges::all_of(kinds, [](auto one) { return one == ActivityEvent::None; }))
                continue;
            for (std::size_t row = 0; row < chunk.rows(); ++row)
                if (const auto kind = kinds[chunk.name[row]]; kind != ActivityEvent::None)
                    take(m_trace.event(i, static_cast<Row>(row)), kind);
        }
        return finish();
    }

private:
    void take(const Event& event, ActivityEvent kind);
    void mark(const Event& event, OomMark::Kind kind, std::string_view args);
    void close(CompactionSpan span, std::int64_t endNs, std::string status) {
        span.endNs = endNs;
        span.status = std::move(status);
        m_activity.compaction.push_back(std::move(span));
    }
    MemoryActivity finish();

    const Trace& m_trace;
    EventTextReader m_reader;
    std::vector<ActivityEvent> m_kinds;
    std::map<std::uint32_t, CompactionSpan> m_runs;      // by task
    std::map<std::uint32_t, std::int64_t> m_wanted;      // order, by task
    std::map<std::int64_t, CompactionSpan> m_kcompactd;  // by node
    MemoryActivity m_activity;
};

void ActivityFollower::mark(const Event& event, OomMark::Kind kind, std::string_view args) {
    m_activity.oom.push_back({.kind = kind,
                              .ns = toNs(event.time),
                              .event = event.index,
                              .name = event.name,
                              .tid = numberArgument(args, "pid"),
                              .comm = wordArgument(args, "comm")});
}

void ActivityFollower::take(const Event& event, ActivityEvent kind) {
    const auto args = m_reader.args(event);
    const auto now = toNs(event.time);
    CompactionSpan span{.kind = CompactionSpan::Kind::Kcompactd,
                        .open = false,
                        .beginNs = now,
                        .endNs = now,
                        .node = -1,
                        .order = -1,
                        .task = event.task,
                        .event = event.index,
                        .mode = {},
                        .status = {}};
    switch (kind) {
    case ActivityEvent::None: return;
    case ActivityEvent::Allocate:
        return m_activity.allocations.count(now, numberArgument(args, "order"));
    case ActivityEvent::Victim: return mark(event, OomMark::Kind::Victim, args);
    case ActivityEvent::Reaper: return mark(event, OomMark::Kind::Reaper, args);
    case ActivityEvent::Score: return mark(event, OomMark::Kind::Score, args);
    case ActivityEvent::Retry: return mark(event, OomMark::Kind::Retry, args);
    case ActivityEvent::Try: m_wanted[raw(event.task)] = numberArgument(args, "order"); return;
    case ActivityEvent::Wake:
        span.node = numberArgument(args, "nid");
        span.order = numberArgument(args, "order");
        m_kcompactd.try_emplace(span.node, std::move(span));
        return;
    case ActivityEvent::Sleep:
        if (auto node = m_kcompactd.extract(numberArgument(args, "nid")))
            close(std::move(node.mapped()), now, {});
        return;
    case ActivityEvent::Begin:
        span.kind = CompactionSpan::Kind::Run;
        span.node = kcompactdNode(m_trace.text(event.comm));
        span.mode = wordArgument(args, "mode");
        if (const auto wanted = m_wanted.find(raw(event.task)); wanted != m_wanted.end())
            span.order = wanted->second;
        m_runs.insert_or_assign(raw(event.task), std::move(span));
        return;
    case ActivityEvent::End:
        if (auto run = m_runs.extract(raw(event.task)))
            close(std::move(run.mapped()), now, wordArgument(args, "status"));
        return;
    }
}

MemoryActivity ActivityFollower::finish() {
    const auto end = toNs(m_trace.range().end);
    for (auto& [task, span] : m_runs) {
        span.open = true;
        close(std::move(span), end, {});
    }
    for (auto& [node, span] : m_kcompactd) {
        span.open = true;
        close(std::move(span), end, {});
    }
    std::ranges::stable_sort(m_activity.compaction, {}, &CompactionSpan::beginNs);
    std::ranges::stable_sort(m_activity.oom, {}, &OomMark::ns);
    m_activity.allocations.finish();
    return std::move(m_activity);
}

}  // namespace

AllocationGrid::AllocationGrid(TimeRange range)
    : m_begin(toNs(range.begin)),
      m_piece(toNs(range.end) > toNs(range.begin)
                  ? (toNs(range.end) - toNs(range.begin)) / static_cast<std::int64_t>(kPieces) + 1
                  : 1) {}

std::size_t AllocationGrid::pieceOf(std::int64_t ns) const {
    if (ns <= m_begin) return 0;
    return std::min(kPieces, static_cast<std::size_t>((ns - m_begin) / m_piece));
}

void AllocationGrid::count(std::int64_t ns, std::int64_t order) {
    // Beyond the kernel's greatest order: a damaged line.
    if (order < 0 || order >= static_cast<std::int64_t>(kOrders)) return;
    auto& sums = m_sums[static_cast<std::size_t>(order)];
    if (sums.empty()) sums.resize(kPieces + 1);
    ++sums[std::min(pieceOf(ns), kPieces - 1)];
    ++m_total;
    m_orders = std::max(m_orders, static_cast<std::size_t>(order) + 1);
}

void AllocationGrid::finish() {
    for (auto& sums : m_sums) {
        std::uint32_t before = 0;
        for (auto& sum : sums) before += std::exchange(sum, before);
    }
}

AllocationGrid::Count AllocationGrid::between(std::size_t order, std::int64_t begin,
                                              std::int64_t end) const {
    const auto first = std::min(pieceOf(begin), kPieces - 1);
    const auto last = std::max(first + 1, pieceOf(end));
    const Count none{0, static_cast<std::int64_t>(last - first) * m_piece};
    if (order >= kOrders || m_sums[order].empty() || end <= m_begin) return none;
    return {m_sums[order][last] - m_sums[order][first], none.lengthNs};
}

MemoryActivity memoryActivity(const Trace& trace) { return ActivityFollower(trace).run(); }

}  // namespace kscope::model
