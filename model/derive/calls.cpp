// SPDX-License-Identifier: GPL-3.0-or-later
/// One pass over the rows in order, on each thread for its share of the tasks.
#include "model/derive/calls.h"

#include "model/derive/call_cursor.h"

#include <sys/mman.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace kscope::model {

namespace {

constexpr std::uint32_t kNoStream = UINT32_MAX;
constexpr std::uint32_t kNoLevel = UINT32_MAX;
/// Calls set aside that may still be closed; more is damage.
constexpr std::size_t kMostAside = 64;

/// Length that the row's DurationRow tells; −1: it has none.
std::int64_t durationAt(const EventChunk& chunk, Row row) {
    const auto at = std::ranges::lower_bound(chunk.durations, row, {}, &DurationRow::row);
    return at != chunk.durations.end() && at->row == row ? at->ns() : -1;
}

/// Pairing of one task.
class CallStream {
public:
    void reserve(std::size_t calls) {
        m_calls.reserve(calls);
        // Many calls are written once, one behind the other: pages of 2 MiB save most faults. The
        // system ignores what it can't do.
        constexpr std::uintptr_t kHuge = 2u << 20;
        auto* const begin = reinterpret_cast<std::byte*>(m_calls.data());
        const auto skip = kHuge - (reinterpret_cast<std::uintptr_t>(begin) & (kHuge - 1));
        const auto bytes = calls * sizeof(Call);
        if (bytes > 2 * kHuge)
            ::madvise(begin + skip, (bytes - kHuge) & ~(kHuge - 1), MADV_HUGEPAGE);
    }
    void enter(RowRef row, FunctionKey function, std::uint32_t depth) {
        m_maxDepth = std::max(m_maxDepth, depth);
        // Calls beyond the greatest depth all have it: there only their order tells.
        if (depth < kMaxCallDepth)
            while (!m_open.empty() && m_open.back().depth >= depth) setAside(row);
        if (m_asideDepth > depth) {
            std::erase_if(m_aside, [&](auto& f) { return f.depth > depth; });
            m_asideDepth = depth;
        }
        std::uint32_t bits = depth << 8;
        std::uint32_t parent = kNoCall;
        if (!m_open.empty()) {
            const auto& top = m_open.back();
            parent = top.call;
            if (depth > top.depth + 1) {
                m_calls[top.call].bits |= Call::UnsureSelf;
                m_between = top.depth + 1;
            } else if (depth == m_between) {
                bits |= Call::UnsureSelf;
                m_between = kNoLevel;
            }
        }
        m_open.push_back({static_cast<std::uint32_t>(m_calls.size()), function, depth});
        m_calls.push_back({row, {}, parent, bits});
    }
    /// `length`: of the exit's DurationRow; −1: it has none.
    void leave(RowRef row, FunctionKey function, std::uint32_t depth, std::int64_t length) {
        m_maxDepth = std::max(m_maxDepth, depth);
        while (!m_open.empty() && m_open.back().depth > depth) abandon(row);
        const auto known = length < 0                   ? 0u
                           : length == kUnknownDuration ? std::uint32_t{Call::UnknownLength}
                                                        : std::uint32_t{Call::ExactLength};
        if (m_between != kNoLevel && m_between > depth) m_between = kNoLevel;
        if (!m_open.empty() && m_open.back().depth == depth) {
            const auto top = m_open.back();
            if (top.function == function) {
                m_open.pop_back();
                return close(m_calls[top.call], row, known);
            }
            abandon(row);
        }
        const auto aside = std::ranges::find_if(m_aside, [&](const Frame& frame) {
            return frame.depth == depth && frame.function == function;
        });
        if (aside != m_aside.end()) {
            auto& call = m_calls[aside->call];
            call.bits =
                (call.bits & ~std::uint32_t{Call::NoExit}) | Call::Resumed | Call::UnsureSelf;
            m_aside.erase(aside);
            return close(call, row, known);
        }
        const auto parent = m_open.empty() ? kNoCall : m_open.back().call;
        if (parent != kNoCall) m_calls[parent].bits |= Call::UnsureSelf;
        m_calls.push_back({{},
                           row,
                           parent,
                           depth << 8 | Call::NoEntry |
                               (length < 0 ? std::uint32_t{Call::UnknownLength} : known)});
        m_orphans = m_orphans || (known & Call::ExactLength) != 0;
    }
    void lose() {
        for (const auto& frame : m_open) {
            m_calls[frame.call].exit = last;
            m_calls[frame.call].bits |= Call::Lost | Call::UnknownLength;
        }
        m_open.clear();
        m_aside.clear();
        m_between = kNoLevel;
    }
    void finish(bool relative) {
        for (const auto& frame : m_open) {
            m_calls[frame.call].exit = last;
            m_calls[frame.call].bits |=
                Call::Open | (relative ? std::uint32_t{Call::UnknownLength} : 0u);
        }
        m_open.clear();
        m_aside = {};
    }
    [[nodiscard]] bool hasOrphans() const { return m_orphans; }
    [[nodiscard]] std::uint32_t maxDepth() const { return m_maxDepth; }
    [[nodiscard]] std::vector<Call>& calls() { return m_calls; }

    RowRef last;  ///< Row of the task seen last, of any kind.

private:
    struct Frame {
        std::uint32_t call;
        FunctionKey function;
        std::uint32_t depth;
    };
    static void close(Call& call, RowRef row, std::uint32_t known) {
        call.exit = row;
        call.bits |= known;
    }
    void abandon(RowRef row) {
        auto& call = m_calls[m_open.back().call];
        call.exit = row;
        call.bits |= Call::NoExit;
        m_open.pop_back();
        // What ran in the end of it is nobody's.
        if (call.parent != kNoCall) m_calls[call.parent].bits |= Call::UnsureSelf;
    }
    /// A line at the depth of an open call or above it: its exit may come after what is an
    /// interrupt at the same depth.
    void setAside(RowRef row) {
        if (m_aside.size() < kMostAside) {
            m_aside.push_back(m_open.back());
            m_asideDepth = std::max(m_asideDepth, m_open.back().depth);
        }
        abandon(row);
    }

    std::vector<Call> m_calls;
    std::vector<Frame> m_open;
    std::vector<Frame> m_aside;
    std::uint32_t m_asideDepth = 0;      // none of m_aside is deeper
    std::uint32_t m_between = kNoLevel;  // level that an interrupt skipped
    std::uint32_t m_maxDepth = 0;
    bool m_orphans = false;
};

}  // namespace

class CallForestBuilder {
public:
    CallForestBuilder(TracePtr trace, ThreadPool& pool)
        : m_trace(std::move(trace)),
          m_pool(pool),
          m_stride(m_trace->tasks().size() + 0x10000) {}

    CallForestPtr build() {
        auto forest = std::make_shared<CallForest>();
        forest->m_trace = m_trace;
        m_chunks = std::min(m_trace->chunks(), RowRef::kMaxChunks);
        forest->m_cut = m_chunks < m_trace->chunks();
        countRows();
        const auto shares =
            std::min<std::size_t>(m_pool.threads() + 1, std::max<std::size_t>(m_used.size(), 1));
        share(shares);
        parallelFor(m_pool, shares, [this](std::size_t index) { walk(index); });
        parallelFor(m_pool, m_used.size(), [this](std::size_t index) { finish(index); });
        for (std::size_t i = 0; i < m_used.size(); ++i) {
            auto& stream = m_streams[i];
            if (stream.calls().empty()) continue;
            const auto key = m_used[i] % m_stride;
            CallTask task;
            task.source = SourceId{static_cast<std::uint16_t>(m_used[i] / m_stride)};
            if (key < m_trace->tasks().size()) task.task = TaskId{static_cast<std::uint32_t>(key)};
            else task.cpu = CpuId{static_cast<std::uint16_t>(key - m_trace->tasks().size())};
            task.calls = std::move(stream.calls());
            task.maxDepth = stream.maxDepth();
            forest->m_size += task.calls.size();
            forest->m_tasks.push_back(std::move(task));
        }
        std::ranges::stable_sort(forest->m_tasks, {}, [](const CallTask& task) {
            return std::tuple(task.task, task.cpu, task.source);
        });
        forest->m_entries = m_entries;
        forest->m_exits = m_exits;
        return forest;
    }

private:
    /// A stream is a task of a source, or, of rows without one, a CPU.
    [[nodiscard]] std::size_t keyOf(const EventChunk& chunk, std::uint16_t task, std::uint16_t cpu,
                                    SourceId source) const {
        const auto base = m_stride * raw(source);
        if (task < chunk.tasks.size())
            if (const auto id = chunk.tasks[task].task; id != kNoTask) return base + raw(id);
        return base + m_trace->tasks().size() + cpu;
    }
    /// Chunks of several sources are rare: they lie where two sources overlap.
    [[nodiscard]] static bool mixed(const EventChunk& chunk) {
        return std::ranges::any_of(chunk.origins, [&](const Origin& origin) {
            return origin.source != chunk.origins.front().source;
        });
    }
    void countRows();
    void share(std::size_t shares);
    void walk(std::size_t share);
    void walkChunk(std::size_t index, std::vector<CallStream*>& table, std::size_t share,
                   std::vector<std::uint32_t>& onCpu);
    void finish(std::size_t index);
    void reparent(std::vector<Call>& calls) const;
    /// A call where it begins; of those that begin together the outer one comes first.
    struct Placed {
        std::int64_t begin;
        std::uint32_t depth;
        std::uint32_t call;
        friend auto operator<=>(const Placed&, const Placed&) = default;
    };
    [[nodiscard]] static std::vector<Placed> orphansOf(std::span<const Call> calls,
                                                       CallCursor& cursor);

    TracePtr m_trace;
    ThreadPool& m_pool;
    std::size_t m_chunks = 0;
    std::uint64_t m_entries = 0;
    std::uint64_t m_exits = 0;
    bool m_anyLost = false;
    std::size_t m_stride;                  // keys of one source
    std::vector<std::uint64_t> m_counts;   // edges by stream key
    std::vector<std::uint32_t> m_used;     // keys with edges, ascending
    std::vector<std::uint32_t> m_indexOf;  // key → index into m_used
    std::vector<CallStream> m_streams;     // by index
    std::vector<std::uint32_t> m_shareOf;  // by index
};

void CallForestBuilder::countRows() {
    struct Counts {
        std::vector<std::uint64_t> ofStream;
        std::uint64_t entries = 0;
        std::uint64_t exits = 0;
        bool anyLost = false;
    };
    const auto shares = std::clamp<std::size_t>(m_chunks / 8, 1, m_pool.threads() + 1);
    std::vector<Counts> parts(shares);
    parallelFor(m_pool, shares, [&](std::size_t share) {
        auto& part = parts[share];
        part.ofStream.assign(m_stride * std::max<std::size_t>(m_trace->sources().size(), 1), 0);
        std::vector<std::uint32_t> local;
        for (std::size_t c = share; c < m_chunks; c += shares) {
            const auto& chunk = m_trace->chunk(c);
            part.anyLost = part.anyLost || !chunk.lost.empty();
            const auto none = chunk.tasks.size();
            local.assign(none + 1, 0);
            const bool several = mixed(chunk);
            const auto source = chunk.origins.front().source;
            for (std::size_t row = 0; row < chunk.rows(); ++row) {
                const auto flags = chunk.flags[row];
                const bool edge = isCallEdge(flags) && (flags & kEdgeLoss) == 0;
                const bool exit = (flags & kEdgeExit) != 0;
                part.exits += edge && exit;
                part.entries += edge && !exit;
                const auto task = std::min<std::size_t>(chunk.task[row], none);
                if (!edge) continue;
                if (task == none || several)
                    ++part.ofStream[keyOf(chunk, chunk.task[row], chunk.cpu[row],
                                          chunk.origin(row).source)];
                else ++local[task];
            }
            for (std::size_t task = 0; task < none; ++task)
                if (local[task] > 0)
                    part.ofStream[keyOf(chunk, static_cast<std::uint16_t>(task), raw(kUnknownCpu),
                                        source)] += local[task];
        }
    });
    m_counts = std::move(parts[0].ofStream);
    for (std::size_t share = 0; share < shares; ++share) {
        m_entries += parts[share].entries;
        m_exits += parts[share].exits;
        m_anyLost = m_anyLost || parts[share].anyLost;
        for (std::size_t key = 0; share > 0 && key < m_counts.size(); ++key)
            m_counts[key] += parts[share].ofStream[key];
    }
}

void CallForestBuilder::share(std::size_t shares) {
    m_indexOf.assign(m_counts.size(), kNoStream);
    for (std::size_t key = 0; key < m_counts.size(); ++key) {
        if (m_counts[key] == 0) continue;
        m_indexOf[key] = static_cast<std::uint32_t>(m_used.size());
        m_used.push_back(static_cast<std::uint32_t>(key));
    }
    m_streams = std::vector<CallStream>(m_used.size());
    m_shareOf.assign(m_used.size(), 0);
    // The largest first, each to the share that has least.
    std::vector<std::uint32_t> order(m_used.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, std::greater<>{}, [&](auto i) { return m_counts[m_used[i]]; });
    std::vector<std::uint64_t> load(shares, 0);
    for (const auto i : order) {
        const auto least = std::ranges::min_element(load);
        *least += m_counts[m_used[i]];
        m_shareOf[i] = static_cast<std::uint32_t>(least - load.begin());
    }
}

void CallForestBuilder::walk(std::size_t share) {
    std::vector<CallStream*> table;
    std::vector<std::uint32_t> onCpu(m_anyLost ? 0x10000 : 0, kNoStream);
    for (std::size_t i = 0; i < m_used.size(); ++i)
        if (m_shareOf[i] == share) m_streams[i].reserve(m_counts[m_used[i]] / 2 + 8);
    for (std::size_t c = 0; c < m_chunks; ++c) walkChunk(c, table, share, onCpu);
}

void CallForestBuilder::walkChunk(std::size_t index, std::vector<CallStream*>& table,
                                  std::size_t share, std::vector<std::uint32_t>& onCpu) {
    const auto& chunk = m_trace->chunk(index);
    const auto streamOf = [&](std::uint16_t task, std::uint16_t cpu,
                              SourceId source) -> CallStream* {
        const auto stream = m_indexOf[keyOf(chunk, task, cpu, source)];
        return stream == kNoStream || m_shareOf[stream] != share ? nullptr : &m_streams[stream];
    };
    // By origin, where they are of several sources, and task.
    const auto tasks = chunk.tasks.size();
    const bool several = mixed(chunk);
    table.assign(tasks * (several ? chunk.origins.size() : 1), nullptr);
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = streamOf(static_cast<std::uint16_t>(i % tasks), raw(kUnknownCpu),
                            chunk.origins[i / tasks].source);
    std::size_t duration = 0;
    std::size_t lost = 0;
    const auto lose = [&](std::size_t before) {
        for (; lost < chunk.lost.size() && chunk.lost[lost].row <= before; ++lost) {
            const auto stream = onCpu[raw(chunk.lost[lost].cpu)];
            if (stream != kNoStream && m_shareOf[stream] == share) m_streams[stream].lose();
        }
    };
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
        const auto task = chunk.task[row];
        const auto flags = chunk.flags[row];
        if (m_anyLost) {
            lose(row);
            if (isCallEdge(flags))
                onCpu[chunk.cpu[row]] =
                    m_indexOf[keyOf(chunk, task, chunk.cpu[row], chunk.origin(row).source)];
        }
        auto* const stream = task < tasks
                                 ? table[several ? chunk.originOf[row] * tasks + task : task]
                                 : streamOf(kNoRow, chunk.cpu[row], chunk.origin(row).source);
        if (stream == nullptr) continue;
        if (!isCallEdge(flags)) {
            stream->last = RowRef::of(index, row);
            continue;
        }
        const auto here = RowRef::of(index, row);
        const auto function = FunctionKey::of(chunk.names[chunk.name[row]], callSpace(flags));
        switch (callEdge(flags)) {
        case CallEdge::Entry: stream->enter(here, function, callDepth(flags)); break;
        case CallEdge::Loss: stream->lose(); break;
        case CallEdge::Exit: {
            while (duration < chunk.durations.size() && chunk.durations[duration].row < row)
                ++duration;
            const bool told =
                duration < chunk.durations.size() && chunk.durations[duration].row == row;
            stream->leave(here, function, callDepth(flags),
                          told ? chunk.durations[duration].ns() : -1);
            break;
        }
        }
        stream->last = here;
    }
    if (m_anyLost) lose(chunk.rows());
}

void CallForestBuilder::finish(std::size_t index) {
    auto& stream = m_streams[index];
    if (stream.calls().empty() || !stream.last.known()) return;
    const auto& chunk = m_trace->chunk(stream.last.chunk());
    const auto& source = m_trace->sources()[raw(chunk.origin(stream.last.row()).source)];
    // A text of function_graph does not say how long its tasks went on.
    stream.finish(source.clock.relative || source.kind == "function_graph" ||
                  source.kind == "uftrace-replay");
    if (stream.hasOrphans()) reparent(stream.calls());
}

/// Where calls without an entry begin, in order.
std::vector<CallForestBuilder::Placed> CallForestBuilder::orphansOf(std::span<const Call> calls,
                                                                    CallCursor& cursor) {
    struct Inside {
        std::int64_t begin;
        std::uint32_t depth;
    };
    // An orphan begins no later than the first call inside it: its begin may be rounded.
    constexpr std::int64_t kRounding = 1000;
    std::vector<Placed> orphans;
    std::vector<Inside> inside;  // calls without a parent that may still be an orphan's
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        const auto& call = calls[i];
        auto begin = cursor.begin(call);
        if (!call.has(Call::NoEntry)) {
            while (!inside.empty() && inside.back().depth >= call.depth()) inside.pop_back();
            inside.push_back({begin, call.depth()});
            continue;
        }
        while (!inside.empty() && inside.back().depth > call.depth()) {
            if (inside.back().begin >= begin - kRounding)
                begin = std::min(begin, inside.back().begin);
            inside.pop_back();
        }
        orphans.push_back({begin, call.depth(), i});
    }
    std::ranges::sort(orphans);
    return orphans;
}

/// Calls that are only known by their exits stand where those are: they are put where they begin,
/// and what ran inside them becomes theirs. All others stand in order of begin already.
void CallForestBuilder::reparent(std::vector<Call>& calls) const {
    CallForest forest;
    forest.m_trace = m_trace;
    CallCursor cursor(forest);
    const auto orphans = orphansOf(calls, cursor);
    std::vector<Call> sorted;
    sorted.reserve(calls.size());
    struct OpenCall {
        std::uint32_t call;
        std::uint32_t depth;
        std::int64_t end;
    };
    std::vector<OpenCall> open;
    const auto put = [&](Call call, std::int64_t begin) {
        while (!open.empty() && (open.back().depth >= call.depth() || open.back().end < begin))
            open.pop_back();
        call.parent = open.empty() ? kNoCall : open.back().call;
        open.push_back({static_cast<std::uint32_t>(sorted.size()), call.depth(), cursor.end(call)});
        sorted.push_back(call);
    };
    auto orphan = orphans.begin();
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        if (calls[i].has(Call::NoEntry)) continue;
        const Placed here{cursor.begin(calls[i]), calls[i].depth(), i};
        for (; orphan != orphans.end() && *orphan < here; ++orphan)
            put(calls[orphan->call], orphan->begin);
        put(calls[i], here.begin);
    }
    for (; orphan != orphans.end(); ++orphan) put(calls[orphan->call], orphan->begin);
    calls = std::move(sorted);
}

std::int64_t CallForest::begin(const Call& call) const {
    if (call.entry.known()) return m_trace->chunk(call.entry.chunk()).timeNs(call.entry.row());
    const auto& chunk = m_trace->chunk(call.exit.chunk());
    const auto end = chunk.timeNs(call.exit.row());
    if (!call.has(Call::ExactLength)) return end;
    return end - std::max<std::int64_t>(durationAt(chunk, call.exit.row()), 0);
}

std::int64_t CallForest::end(const Call& call) const {
    return m_trace->chunk(call.exit.chunk()).timeNs(call.exit.row());
}

std::optional<std::int64_t> CallForest::length(const Call& call) const {
    if (call.has(Call::UnknownLength | Call::NoExit)) return std::nullopt;
    if (call.has(Call::ExactLength))
        return durationAt(m_trace->chunk(call.exit.chunk()), call.exit.row());
    return end(call) - begin(call);
}

FunctionKey CallForest::function(const Call& call) const {
    const auto row = namingRow(call);
    const auto& chunk = m_trace->chunk(row.chunk());
    return FunctionKey::of(chunk.names[chunk.name[row.row()]], callSpace(chunk.flags[row.row()]));
}

std::shared_ptr<const CallPaths> CallForest::paths() const {
    const std::lock_guard lock(m_pathsMutex);
    return m_paths;
}

void CallForest::keepPaths(std::shared_ptr<const CallPaths> paths) const {
    const std::lock_guard lock(m_pathsMutex);
    m_paths = std::move(paths);
}

CallForestPtr deriveCalls(TracePtr trace, ThreadPool& pool) {
    return CallForestBuilder(std::move(trace), pool).build();
}

}  // namespace kscope::model
