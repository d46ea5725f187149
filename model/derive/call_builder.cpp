// SPDX-License-Identifier: GPL-3.0-or-later
/// Pairs the calls of a trace: stretches of time side by side, and what does not join task by task.
#include "model/derive/call_closings.h"
#include "model/derive/call_cursor.h"
#include "model/derive/call_forks.h"
#include "model/derive/call_orphans.h"
#include "model/derive/call_stream.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace kscope::model {

namespace {

constexpr std::uint32_t kNoStream = UINT32_MAX;
/// With fewer chunks a thread is not worth its while.
constexpr std::size_t kLeastStretchChunks = 8;
/// Of this kind of source a call that called nothing is one line, and closing braces have no name.
constexpr std::string_view kOneLineLeaves = "trace-cmd-report";

/// Chunks of several sources are rare: they lie where two sources overlap.
bool ofSeveralSources(const EventChunk& chunk) {
    return std::ranges::any_of(chunk.origins, [&](const Origin& origin) {
        return origin.source != chunk.origins.front().source;
    });
}

}  // namespace

class CallForestBuilder {
public:
    CallForestBuilder(TracePtr trace, ThreadPool& pool)
        : m_trace(std::move(trace)),
          m_pool(pool),
          m_stride(m_trace->tasks().size() + 0x10000),
          m_oneLineLeaves(std::ranges::any_of(m_trace->sources(), [](const SourceInfo& source) {
              return source.kind == kOneLineLeaves;
          })) {
        if (m_oneLineLeaves)
            m_unnamed = FunctionKey::of(m_trace->findString(kUnnamedFunction), CallSpace::Kernel);
    }

    CallForestPtr build() {
        auto forest = std::make_shared<CallForest>();
        forest->m_trace = m_trace;
        m_chunks = std::min(m_trace->chunks(), RowRef::kMaxChunks);
        forest->m_cut = m_chunks < m_trace->chunks();
        planStretches();
        countRows();
        if (m_stretches.size() > 1 && !m_anyLost) pairStretches();
        pairTasks();
        noteEntries();
        parallelFor(m_pool, m_used.size(), [this](std::size_t index) { finish(index); });
        inheritCalls(m_made, *m_trace);
        for (auto& made : m_made) {
            if (made.calls.empty()) continue;
            forest->m_size += made.calls.size();
            forest->m_tasks.push_back(std::move(made));
        }
        std::ranges::stable_sort(forest->m_tasks, {}, [](const CallTask& task) {
            return std::tuple(task.task, task.cpu, task.source);
        });
        for (const auto& stretch : m_stretches) {
            forest->m_entries += stretch.entryCount;
            forest->m_exits += stretch.exitCount;
        }
        return forest;
    }

private:
    /// Neighbouring chunks; the calls in them are paired by one thread.
    struct Stretch {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::uint64_t entryCount = 0;
        std::uint64_t exitCount = 0;
        bool anyLost = false;
        std::vector<std::uint32_t> entries;  ///< By stream key, then by index into m_used.
        std::vector<std::uint32_t> exits;
        std::vector<CallStream> streams;  ///< By index into m_used.
    };
    /// What a walk over rows pairs: streams by index into m_used, null where it is not its own.
    using Wanted = std::vector<CallStream*>;

    /// A stream is a task of a source, or, of rows without one, a CPU.
    [[nodiscard]] std::size_t keyOf(const EventChunk& chunk, std::uint16_t task, std::uint16_t cpu,
                                    SourceId source) const {
        const auto base = m_stride * raw(source);
        if (task >= chunk.tasks.size()) return base + m_trace->tasks().size() + cpu;
        const auto id = chunk.tasks[task].task;
        return base + (id != kNoTask ? raw(id) : m_trace->tasks().size() + raw(kUnknownCpu));
    }
    [[nodiscard]] std::uint32_t indexOf(const EventChunk& chunk, std::size_t row) const {
        return m_indexOf[keyOf(chunk, chunk.task[row], chunk.cpu[row], chunk.origin(row).source)];
    }
    void planStretches();
    void countRows();
    static void countChunk(const EventChunk& chunk, std::vector<std::uint32_t>& local);
    void countInto(Stretch& stretch, const EventChunk& chunk, std::vector<std::uint32_t>& local);
    void useStreams();
    void beginStream(CallStream& stream, std::size_t index, std::uint32_t first, std::uint32_t end);
    void pairStretches();
    void inherit(std::size_t stretch);
    void pairTasks();
    void walk(const Stretch& stretch, const Wanted& wanted);
    void walkChunk(std::size_t index, const Wanted& wanted, Wanted& table,
                   std::vector<std::uint32_t>& onCpu) const;
    void tableOf(const EventChunk& chunk, std::vector<std::uint32_t>& table) const;
    void noteEntries();
    void finish(std::size_t index);

    TracePtr m_trace;
    ThreadPool& m_pool;
    std::size_t m_chunks = 0;
    bool m_anyLost = false;
    std::size_t m_stride;  // keys of one source
    bool m_oneLineLeaves;
    FunctionKey m_unnamed{UINT32_MAX};  // no function
    std::vector<Stretch> m_stretches;
    std::vector<std::uint32_t> m_used;     // keys with edges, ascending
    std::vector<std::uint32_t> m_indexOf;  // key → index into m_used
    std::vector<CallTask> m_made;          // by index
    std::vector<bool> m_anyEntry;          // by source
    std::vector<CallStream> m_streams;     // by index: all of a task
    std::vector<std::uint8_t> m_joined;    // by index: stretches did, `m_streams` has their last
};

void CallForestBuilder::planStretches() {
    const auto most = std::clamp<std::size_t>(m_chunks / kLeastStretchChunks, 1, m_pool.threads());
    m_stretches.resize(most);
    for (std::size_t i = 0; i < most; ++i) {
        m_stretches[i].begin = m_chunks * i / most;
        m_stretches[i].end = m_chunks * (i + 1) / most;
    }
}

/// `local`: two of each task of the chunk and of none, entries and exits.
void CallForestBuilder::countChunk(const EventChunk& chunk, std::vector<std::uint32_t>& local) {
    const auto none = chunk.tasks.size();
    const auto rows = chunk.rows();
    // Rows of another kind are counted aside, two tables in turn: a row need not wait for the one
    // before.
    const auto width = (none + 1) * 4;
    local.assign(width * 2, 0);
    auto* even = local.data();
    auto* odd = even + width;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto flags = chunk.flags[row];
        const auto task = std::min<std::size_t>(chunk.task[row], none);
        const auto other =
            (flags & kEdgeMask) != kEdgeValue || (flags & (kEdgeLoss | kEdgeExit)) == kEdgeLoss;
        ++even[task * 4 + (other ? 2u : 0u) + (flags >> 15)];
        std::swap(even, odd);
    }
    for (std::size_t i = 0; i < width; ++i) local[i] += local[width + i];
}

void CallForestBuilder::countInto(Stretch& stretch, const EventChunk& chunk,
                                  std::vector<std::uint32_t>& local) {
    stretch.anyLost = stretch.anyLost || !chunk.lost.empty();
    const auto none = chunk.tasks.size();
    countChunk(chunk, local);
    for (std::size_t task = 0; task <= none; ++task) {
        stretch.entryCount += local[task * 4];
        stretch.exitCount += local[task * 4 + 1];
    }
    const auto source = chunk.origins.front().source;
    const bool several = ofSeveralSources(chunk);
    for (std::size_t task = 0; task < none && !several; ++task) {
        const auto key = keyOf(chunk, static_cast<std::uint16_t>(task), raw(kUnknownCpu), source);
        stretch.entries[key] += local[task * 4];
        stretch.exits[key] += local[task * 4 + 1];
    }
    // What tells less than its task is rare.
    if (!several && local[none * 4] + local[none * 4 + 1] == 0) return;
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
        const auto flags = chunk.flags[row];
        if (!isCallEdge(flags) || callEdge(flags) == CallEdge::Loss) continue;
        if (!several && chunk.task[row] < none) continue;
        const auto key = keyOf(chunk, chunk.task[row], chunk.cpu[row], chunk.origin(row).source);
        ++((flags & kEdgeExit) != 0 ? stretch.exits : stretch.entries)[key];
    }
}

void CallForestBuilder::countRows() {
    const auto keys = m_stride * std::max<std::size_t>(m_trace->sources().size(), 1);
    parallelFor(m_pool, m_stretches.size(), [&](std::size_t index) {
        auto& stretch = m_stretches[index];
        stretch.entries.assign(keys, 0);
        stretch.exits.assign(keys, 0);
        std::vector<std::uint32_t> local;
        for (auto c = stretch.begin; c < stretch.end; ++c)
            countInto(stretch, m_trace->chunk(c), local);
    });
    for (const auto& stretch : m_stretches) m_anyLost = m_anyLost || stretch.anyLost;
    useStreams();
}

/// Numbers the streams that have edges.
void CallForestBuilder::useStreams() {
    const auto keys = m_stretches.front().entries.size();
    m_indexOf.assign(keys, kNoStream);
    for (std::size_t key = 0; key < keys; ++key) {
        std::uint64_t edges = 0;
        for (const auto& stretch : m_stretches) edges += stretch.entries[key] + stretch.exits[key];
        if (edges == 0) continue;
        m_indexOf[key] = static_cast<std::uint32_t>(m_used.size());
        m_used.push_back(static_cast<std::uint32_t>(key));
        // Room for one call an edge: more can't be, and what is not written takes nothing.
        CallTask task;
        const auto who = key % m_stride;
        task.source = SourceId{static_cast<std::uint16_t>(key / m_stride)};
        if (who < m_trace->tasks().size()) task.task = TaskId{static_cast<std::uint32_t>(who)};
        else task.cpu = CpuId{static_cast<std::uint16_t>(who - m_trace->tasks().size())};
        task.calls.resize(edges);
        m_made.push_back(std::move(task));
    }
    for (auto& stretch : m_stretches)
        for (auto* counts : {&stretch.entries, &stretch.exits}) {
            for (std::size_t i = 0; i < m_used.size(); ++i) (*counts)[i] = (*counts)[m_used[i]];
            counts->resize(m_used.size());
        }
    m_streams.resize(m_used.size());
    m_joined.assign(m_used.size(), 0);
}

/// Stream `index` writes its calls from `first` on, below `end`.
void CallForestBuilder::beginStream(CallStream& stream, std::size_t index, std::uint32_t first,
                                    std::uint32_t end) {
    stream.begin(m_made[index].calls.data(), first, end);
    if (m_trace->sources()[raw(m_made[index].source)].kind == kOneLineLeaves)
        stream.acceptUnnamed(m_unnamed);
}

/// All streams of each stretch; what was taken for its begin is then held against what the stretch
/// before ends with.
void CallForestBuilder::pairStretches() {
    std::vector<std::uint32_t> first(m_used.size(), 0);
    for (auto& stretch : m_stretches) {
        stretch.streams.resize(m_used.size());
        for (std::size_t i = 0; i < m_used.size(); ++i) {
            const auto end = first[i] + stretch.entries[i];
            beginStream(stretch.streams[i], i, first[i], end);
            first[i] = end;
        }
    }
    parallelFor(m_pool, m_stretches.size(), [this](std::size_t index) {
        auto& stretch = m_stretches[index];
        if (index > 0) inherit(index);
        Wanted wanted;
        for (auto& stream : stretch.streams) wanted.push_back(&stream);
        walk(stretch, wanted);
    });
    for (std::size_t i = 0; i < m_used.size(); ++i) {
        bool joined = !m_stretches.front().streams[i].failed();
        for (std::size_t s = 1; s < m_stretches.size() && joined; ++s)
            joined = m_stretches[s].streams[i].joins(m_stretches[s - 1].streams[i]);
        if (!joined) continue;
        m_joined[i] = 1;
        m_streams[i] = std::move(m_stretches.back().streams[i]);
    }
    for (auto& stretch : m_stretches) stretch.streams.clear();
}

/// The calls that are open where a stretch begins: an entry backwards from there is open unless an
/// edge behind it was as deep or less.
void CallForestBuilder::inherit(std::size_t stretch) {
    struct Back {
        std::vector<CallStream::Frame> open;  // innermost first
        std::uint32_t limit = kMaxCallDepth;  // what is as deep or deeper was closed
        std::uint32_t at = 0;                 // number of the entry seen last
        bool done = false;
    };
    auto& streams = m_stretches[stretch].streams;
    std::vector<Back> backs(m_used.size());
    std::size_t left = 0;
    for (std::size_t s = 0; s < stretch; ++s)
        for (std::size_t i = 0; i < m_used.size(); ++i) backs[i].at += m_stretches[s].entries[i];
    for (auto& back : backs) left += (back.done = back.at == 0) ? 0u : 1u;
    std::vector<std::uint32_t> table;
    for (auto c = m_stretches[stretch].begin; c-- > 0 && left > 0;) {
        const auto& chunk = m_trace->chunk(c);
        const bool byTask = !ofSeveralSources(chunk);
        tableOf(chunk, table);
        for (auto row = chunk.rows(); row-- > 0 && left > 0;) {
            const auto flags = chunk.flags[row];
            if (!isCallEdge(flags)) continue;
            const auto task = chunk.task[row];
            const auto index = byTask && task < table.size() ? table[task] : indexOf(chunk, row);
            if (index == kNoStream || backs[index].done) continue;
            auto& back = backs[index];
            const auto depth = callDepth(flags);
            const auto edge = callEdge(flags);
            if (edge == CallEdge::Entry) {
                --back.at;
                if (depth < back.limit)
                    back.open.push_back(
                        {back.at, FunctionKey::of(chunk.names[chunk.name[row]], callSpace(flags)),
                         depth});
            }
            if (depth >= kMaxCallDepth) streams[index].fail();
            back.limit = edge == CallEdge::Loss ? 0 : std::min(back.limit, depth);
            if (back.limit > 0 && back.at > 0) continue;
            back.done = true;
            --left;
        }
    }
    for (std::size_t i = 0; i < m_used.size(); ++i) {
        std::ranges::reverse(backs[i].open);
        streams[i].inherit(std::move(backs[i].open));
    }
}

/// Streams that did not join: each thread pairs its share of them from begin to end.
void CallForestBuilder::pairTasks() {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < m_used.size(); ++i)
        if (m_joined[i] == 0) order.push_back(i);
    const auto shares = std::min<std::size_t>(m_pool.threads() + 1, order.size());
    // The largest first, each to the share that has least.
    std::ranges::sort(order, std::greater<>{}, [&](auto i) { return m_made[i].calls.size(); });
    std::vector<std::size_t> load(shares, 0);
    std::vector<Wanted> wanted(shares, Wanted(m_used.size(), nullptr));
    for (const auto i : order) {
        const auto least = std::ranges::min_element(load);
        *least += m_made[i].calls.size();
        m_streams[i] = {};
        beginStream(m_streams[i], i, 0, static_cast<std::uint32_t>(m_made[i].calls.size()));
        wanted[static_cast<std::size_t>(least - load.begin())][i] = &m_streams[i];
    }
    Stretch all;
    all.end = m_chunks;
    parallelFor(m_pool, shares, [&](std::size_t share) { walk(all, wanted[share]); });
}

void CallForestBuilder::walk(const Stretch& stretch, const Wanted& wanted) {
    Wanted table;
    std::vector<std::uint32_t> onCpu(m_anyLost ? 0x10000 : 0, kNoStream);
    for (auto c = stretch.begin; c < stretch.end; ++c) walkChunk(c, wanted, table, onCpu);
}

/// Streams of a chunk's rows by task, or by origin, where they are of several sources, and task.
void CallForestBuilder::tableOf(const EventChunk& chunk, std::vector<std::uint32_t>& table) const {
    const auto tasks = chunk.tasks.size();
    table.resize(tasks * (ofSeveralSources(chunk) ? chunk.origins.size() : 1));
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = m_indexOf[keyOf(chunk, static_cast<std::uint16_t>(i % tasks), raw(kUnknownCpu),
                                   chunk.origins[i / tasks].source)];
}

void CallForestBuilder::walkChunk(std::size_t index, const Wanted& wanted, Wanted& table,
                                  std::vector<std::uint32_t>& onCpu) const {
    const auto& chunk = m_trace->chunk(index);
    const auto streamOf = [&](std::uint32_t stream) {
        return stream == kNoStream ? nullptr : wanted[stream];
    };
    std::vector<std::uint32_t> streams;
    tableOf(chunk, streams);
    table.clear();
    for (const auto stream : streams) table.push_back(streamOf(stream));
    const auto tasks = chunk.tasks.size();
    const bool several = ofSeveralSources(chunk);
    std::size_t duration = 0;
    std::size_t lost = 0;
    const auto lose = [&](std::size_t before) {
        for (; lost < chunk.lost.size() && chunk.lost[lost].row <= before; ++lost)
            if (auto* const stream = streamOf(onCpu[raw(chunk.lost[lost].cpu)])) stream->lose();
    };
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
        const auto task = chunk.task[row];
        const auto flags = chunk.flags[row];
        if (m_anyLost) {
            lose(row);
            if (isCallEdge(flags)) onCpu[chunk.cpu[row]] = indexOf(chunk, row);
        }
        auto* const stream = task < tasks
                                 ? table[several ? chunk.originOf[row] * tasks + task : task]
                                 : streamOf(indexOf(chunk, row));
        if (stream == nullptr) continue;
        const auto here = RowRef::of(index, row);
        if (isCallEdge(flags)) {
            const auto function = FunctionKey::of(chunk.names[chunk.name[row]], callSpace(flags));
            switch (callEdge(flags)) {
            case CallEdge::Entry:
                stream->enter(here, function, callDepth(flags));
                if (m_oneLineLeaves) [[unlikely]] {
                    const auto length = durationOf(chunk, static_cast<Row>(row));
                    if (length >= 0) stream->leave(here, function, callDepth(flags), length);
                }
                break;
            case CallEdge::Loss: callDepth(flags) == 0 ? stream->lose() : stream->stop(); break;
            case CallEdge::Exit: {
                while (duration < chunk.durations.size() && chunk.durations[duration].row < row)
                    ++duration;
                const bool told =
                    duration < chunk.durations.size() && chunk.durations[duration].row == row;
                if (hasGap(flags)) [[unlikely]]
                    stream->markGap(function, callDepth(flags));
                stream->leave(here, function, callDepth(flags),
                              told ? chunk.durations[duration].ns() : -1);
                break;
            }
            }
        }
        stream->last = here;
    }
    if (m_anyLost) lose(chunk.rows());
}

/// Which sources have entries: those of tracing_thresh have none.
void CallForestBuilder::noteEntries() {
    m_anyEntry.assign(std::max<std::size_t>(m_trace->sources().size(), 1), false);
    for (std::size_t i = 0; i < m_made.size(); ++i) {
        const auto source = raw(m_made[i].source);
        if (m_anyEntry[source]) continue;
        const auto calls = std::span(m_made[i].calls).first(m_streams[i].end());
        m_anyEntry[source] =
            std::ranges::any_of(calls, [](const Call& call) { return !call.has(Call::NoEntry); });
    }
}

void CallForestBuilder::finish(std::size_t index) {
    auto& stream = m_streams[index];
    auto& made = m_made[index];
    if (stream.last.known() && stream.end() > 0) {
        const auto& chunk = m_trace->chunk(stream.last.chunk());
        const auto& source = m_trace->sources()[raw(chunk.origin(stream.last.row()).source)];
        // A text of function_graph does not say how long its tasks went on.
        stream.finish(source.clock.relative || source.kind == "function_graph" ||
                      source.kind == "uftrace-replay" || source.kind == kOneLineLeaves);
    }
    made.calls.resize(stream.end());
    made.maxDepth = stream.maxDepth();
    if (!m_anyEntry[raw(made.source)]) nestClosings(made.calls, *m_trace);
    else if (stream.hasOrphans()) placeOrphans(made.calls, *m_trace);
}

CallForestPtr deriveCalls(TracePtr trace, ThreadPool& pool) {
    return CallForestBuilder(std::move(trace), pool).build();
}

}  // namespace kscope::model
