// SPDX-License-Identifier: GPL-3.0-or-later
/// Joining parts and cutting snapshots.
#include "model/store/trace_builder.h"

#include "model/store/chunk_merge.h"
#include "model/store/lane_set.h"
#include "model/store/plain_rows.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

namespace kscope::model {

namespace {
/// Rows and lanes in order of time: what a snapshot is cut from.
struct Assembly {
    Assembly(TaskRegistry& tasks, std::int64_t laneTick) : lanes(tasks, laneTick) {}
    void append(const JoinedChunk& joined) {
        lanes.append(*joined.chunk, joined.ends);
        firstRows.push_back(events);
        events += joined.chunk->rows();
        if (chunks.empty()) firstNs = joined.chunk->firstNs();
        lastNs = joined.chunk->lastNs();
        tick = joined.chunk->tick;
        for (std::size_t i = 0; i < joined.chunk->names.size(); ++i) {
            const auto id = raw(joined.chunk->names[i]);
            if (id >= nameCounts.size()) nameCounts.resize(id + std::size_t{1});
            nameCounts[id] += joined.chunk->nameCounts[i];
        }
        noteBlocks(*joined.chunk);
        chunks.push_back(joined.chunk);
    }
    /// In the place of the newest chunk, which holds the same rows and fewer. Lanes need not know.
    void replaceNewest(const JoinedChunk& joined) {
        const auto& old = *chunks.back();
        for (std::size_t i = 0; i < old.names.size(); ++i)
            nameCounts[raw(old.names[i])] -= old.nameCounts[i];
        events -= old.rows();
        chunks.pop_back();
        firstRows.pop_back();
        const auto first = firstNs;
        append(joined);
        firstNs = chunks.size() == 1 ? joined.chunk->firstNs() : first;
    }
    static void noteDevice(std::vector<DeviceId>& all, DeviceId device) {
        const auto at = std::ranges::lower_bound(all, device);
        if (at == all.end() || *at != device) all.insert(at, device);
    }
    void noteBlocks(const EventChunk& chunk) {
        if (chunk.blocks.empty()) return;
        for (const auto device : chunk.devices) noteDevice(devices, device);
        std::uint64_t messages = 0;
        std::vector<std::uint8_t> issued(chunk.devices.size());
        for (const auto& block : chunk.blocks) {
            messages += block.action == BlockAction::Message;
            // As the tracker of requests has it: a D with data.
            if (block.action == BlockAction::Issue && block.sectors > 0 &&
                (block.marks & kBlockPassthrough) == 0 && block.device < issued.size())
                issued[block.device] = 1;
        }
        for (std::size_t i = 0; i < issued.size(); ++i)
            if (issued[i] != 0) noteDevice(requestDevices, chunk.devices[i]);
        blockMessages += messages;
        blockActions += chunk.blocks.size() - messages;
        blockBytes += chunk.blocks.size_bytes() + chunk.blockExtras.size_bytes();
    }
    LaneSet lanes;
    std::vector<std::shared_ptr<const EventChunk>> chunks;
    std::vector<std::uint64_t> firstRows;
    std::vector<std::uint64_t> nameCounts;
    std::vector<DeviceId> devices;         // ascending
    std::vector<DeviceId> requestDevices;  // ascending
    std::uint64_t blockActions = 0;
    std::uint64_t blockMessages = 0;
    std::uint64_t blockBytes = 0;
    std::uint64_t events = 0;
    std::int64_t firstNs = 0;
    std::int64_t lastNs = INT64_MIN;
    std::int64_t tick = 1;
};
}  // namespace

struct TraceBuilder::Impl {
    struct Source {
        SourceInfo info;
        std::uint64_t next = 0;  // sequence number to be joined
        std::map<std::uint64_t, ParsedPart> waiting;
        std::uint64_t lines = 0;  // in the parts joined so far
        std::vector<JoinedChunk> chunks;
        std::vector<ParsedPart::Lost> lostAtEnd;
        bool ended = false;
        bool any = false;
        bool feedsLanes = false;   // tells who ran, or what interrupted
        std::int64_t shiftNs = 0;  // of rounds behind a clock that stepped back
        std::int64_t lastRoundNs = INT64_MIN;
    };

    // Guards sources' waiting parts and `joining`; joining itself happens outside of it, by one
    // thread at a time.
    std::mutex queueMutex;
    bool joining = false;
    // Guards everything below: held while joining a part and while cutting a snapshot.
    std::mutex stateMutex;
    std::vector<std::unique_ptr<Source>> sources;
    AddressNamesPtr addresses;  // null: what are numbers stay numbers
    std::shared_ptr<StringTable> strings = std::make_shared<StringTable>();
    TaskRegistry tasks{*strings};
    CounterJoin counters{*strings};
    std::shared_ptr<Assembly> assembly;
    bool shifted = false;          // a source was moved since the newest merge
    bool disordered = false;       // parts arrived that belong before what the assembly holds
    std::uint64_t mergedRows = 0;  // rows that the newest merge covered
    std::uint64_t rows = 0;
    std::uint64_t generation = 0;
    Diagnostics diagnostics;

    void join(SourceId id, ParsedPart part);
    std::int64_t joinRounds(Source& source, SourceId id, ParsedPart& part);
    [[nodiscard]] bool joinsNewest(const EventChunk& chunk) const;
    void joinNames(EventChunk& chunk, const ParsedPart::Names& names);
    void joinPiece(Source& source, SourceId id, ParsedPart::Piece piece);
    void lose(Source& source, const std::vector<ParsedPart::Lost>& lost);
    void mergeAll();
    TracePtr cut(bool complete);
    [[nodiscard]] bool needsMerge() const { return shifted || (disordered && mergedRows != rows); }
};

TraceBuilder::TraceBuilder() : m_impl(std::make_unique<Impl>()) {}
TraceBuilder::~TraceBuilder() = default;

void TraceBuilder::nameAddresses(AddressNamesPtr names) {
    const std::scoped_lock lock(m_impl->queueMutex, m_impl->stateMutex);
    m_impl->addresses = std::move(names);
}

SourceId TraceBuilder::addSource(SourceInfo info) {
    const std::scoped_lock lock(m_impl->queueMutex, m_impl->stateMutex);
    auto source = std::make_unique<Impl::Source>();
    source->info = std::move(info);
    source->info.text = namedSource(std::move(source->info.text), m_impl->addresses);
    m_impl->sources.push_back(std::move(source));
    return SourceId{static_cast<std::uint16_t>(m_impl->sources.size() - 1)};
}

void TraceBuilder::updateSource(SourceId source, const std::function<void(SourceInfo&)>& change) {
    const std::lock_guard lock(m_impl->stateMutex);
    auto& info = m_impl->sources[raw(source)]->info;
    const auto before = info.text;
    change(info);
    if (info.text != before) info.text = namedSource(std::move(info.text), m_impl->addresses);
}

void TraceBuilder::deliver(SourceId id, std::uint64_t sequence, ParsedPart part) {
    auto& impl = *m_impl;
    std::unique_lock lock(impl.queueMutex);
    impl.sources[raw(id)]->waiting.emplace(sequence, std::move(part));
    if (impl.joining) return;  // Whoever joins now takes it too.
    impl.joining = true;
    while (true) {
        Impl::Source* ready = nullptr;
        SourceId readyId{};
        for (std::size_t i = 0; i < impl.sources.size(); ++i) {
            auto& source = *impl.sources[i];
            if (source.waiting.empty() || source.waiting.begin()->first != source.next) continue;
            ready = &source;
            readyId = SourceId{static_cast<std::uint16_t>(i)};
            break;
        }
        if (!ready) break;
        auto next = std::move(ready->waiting.begin()->second);
        ready->waiting.erase(ready->waiting.begin());
        ++ready->next;
        lock.unlock();
        {
            const std::lock_guard state(impl.stateMutex);
            impl.join(readyId, std::move(next));
        }
        lock.lock();
    }
    impl.joining = false;
}

void TraceBuilder::diagnose(SourceId source, DiagnosticKind kind, DiagnosticPlace place,
                            std::uint64_t count) {
    const std::lock_guard lock(m_impl->stateMutex);
    place.source = source;
    m_impl->diagnostics.record(kind, place, count);
}

void TraceBuilder::shift(SourceId id, std::int64_t ns) {
    const std::lock_guard lock(m_impl->stateMutex);
    if (ns == 0) return;
    auto& source = *m_impl->sources[raw(id)];
    source.info.offsetNs += ns;
    for (auto& joined : source.chunks) {
        const auto moved = std::make_shared<EventChunk>(*joined.chunk);  // columns are shared
        moved->base += ns;
        joined.chunk = moved;
        for (auto& ends : joined.ends) {
            ends.firstNs += ns;
            ends.lastNs += ns;
        }
    }
    if (source.chunks.empty()) return;
    m_impl->disordered = true;
    m_impl->shifted = true;
}

void TraceBuilder::endSource(SourceId source) {
    const std::lock_guard lock(m_impl->stateMutex);
    m_impl->sources[raw(source)]->ended = true;
    m_impl->sources[raw(source)]->info.complete = true;
}

void TraceBuilder::Impl::join(SourceId id, ParsedPart part) {
    auto& source = *sources[raw(id)];
    Diagnostics placed;
    for (const auto& found : part.diagnostics.all()) {
        if (found.first.empty()) {
            placed.record(found.kind, found.count, found.detail);
            continue;
        }
        for (std::size_t i = 0; i < found.first.size(); ++i) {
            auto place = found.first[i];
            place.source = id;
            if (place.line != 0) place.line += source.lines;
            // The rest of the count has no place of its own.
            placed.record(found.kind, place, i == 0 ? found.count : 0);
        }
    }
    diagnostics.add(placed);
    // Lost lines at the end of the part before stand before this part's first row.
    if (!part.pieces.empty() && !source.lostAtEnd.empty())
        lose(source, std::exchange(source.lostAtEnd, {}));
    const auto shift = joinRounds(source, id, part);
    for (auto& piece : part.pieces) {
        piece.chunk->base += shift;
        joinPiece(source, id, std::move(piece));
    }
    for (const auto& lost : part.lostAtEnd) {
        source.lostAtEnd.push_back(lost);
        ++source.info.lostLines;
        source.info.lost += std::max<std::uint64_t>(lost.count, 1);
    }
    source.lines += part.lines;
}

/// Joins the part's rounds; returns what its times are late by: where a source's clock steps back
/// (two logs in one file, another boot), what follows goes on where the part before ended.
std::int64_t TraceBuilder::Impl::joinRounds(Source& source, SourceId id, ParsedPart& part) {
    if (part.counters.empty()) return 0;
    auto shift = source.shiftNs;
    if (part.firstRoundNs + shift < source.lastRoundNs) {
        // Whole µs, as rows are.
        shift = (source.lastRoundNs - part.firstRoundNs + 999) / 1000 * 1000;
        diagnostics.record(DiagnosticKind::TimeBackwards,
                           {id, 0, part.counters.front().chunk.rounds.front().position});
    }
    source.lastRoundNs = part.lastRoundNs + shift;
    source.shiftNs = shift + part.shiftNs;
    for (auto& rounds : part.counters) {
        const auto position = rounds.chunk.rounds.empty() ? 0 : rounds.chunk.rounds[0].position;
        if (const auto resets = counters.add(id, std::move(rounds), shift); resets > 0)
            diagnostics.record(DiagnosticKind::CounterReset, {id, 0, position}, resets);
    }
    source.info.numbers = counters.numbers(id);
    return shift;
}

void TraceBuilder::Impl::lose(Source& source, const std::vector<ParsedPart::Lost>& lost) {
    static_cast<void>(source);
    if (!assembly || disordered) return;
    for (const auto& entry : lost) assembly->lanes.loseAtEnd(entry.cpu, entry.count);
}

/// Gives a chunk the names and tasks that the builder knows.
void TraceBuilder::Impl::joinNames(EventChunk& chunk, const ParsedPart::Names& names) {
    const auto& texts = names.texts;
    std::vector<StringId> ids(texts.size());
    std::vector<bool> known(texts.size());
    const auto stringId = [&](std::uint32_t local) {
        if (!known[local]) {
            ids[local] = strings->intern(texts[local]);
            known[local] = true;
        }
        return ids[local];
    };
    for (auto& name : chunk.names) {
        const auto local = raw(name);
        name =
            addresses ? strings->intern(namedFunction(*addresses, texts[local])) : stringId(local);
    }
    chunk.tasks.reserve(names.tasks.size());
    for (const auto& local : names.tasks) {
        const auto comm = stringId(local.comm);
        chunk.tasks.push_back({tasks.resolve(local, comm), comm});
    }
    for (auto& irq : chunk.irqs) irq.name = stringId(raw(irq.name));
    for (const auto& row : chunk.taskRows) {
        // The rows are this builder's until the chunk is shared.
        auto& mine = const_cast<TaskRow&>(row);
        mine.text = stringId(raw(row.text));
        mine.oldText = stringId(raw(row.oldText));
    }
}

void TraceBuilder::Impl::joinPiece(Source& source, SourceId id, ParsedPart::Piece piece) {
    auto& chunk = *piece.chunk;
    joinNames(chunk, piece.names);
    for (auto& origin : chunk.origins) {
        origin.source = id;
        if (origin.line != 0) origin.line += source.lines;
    }
    if (!source.any) source.info.firstNs = chunk.firstNs();
    source.info.firstNs = std::min(source.info.firstNs, chunk.firstNs());
    source.info.lastNs = source.any ? std::max(source.info.lastNs, chunk.lastNs()) : chunk.lastNs();
    source.any = true;
    source.feedsLanes = source.feedsLanes || !chunk.switches.empty() || !chunk.wakes.empty() ||
                        !chunk.irqSegments.empty();
    source.info.events += chunk.rows();
    for (const auto& lost : chunk.lost) {
        ++source.info.lostLines;
        source.info.lost += std::max<std::uint64_t>(lost.count, 1);
    }
    chunk.base += source.info.offsetNs;
    for (auto& ends : piece.cpuEnds) {
        ends.firstNs += source.info.offsetNs;
        ends.lastNs += source.info.offsetNs;
    }
    JoinedChunk joined{std::move(piece.chunk), std::move(piece.cpuEnds)};
    rows += joined.chunk->rows();
    if (joinsNewest(*joined.chunk)) {
        if (auto merged = joinPlain(*source.chunks.back().chunk, *joined.chunk)) {
            source.chunks.back().chunk = std::move(merged);
            assembly->replaceNewest(source.chunks.back());
            return;
        }
    }
    if (!assembly) assembly = std::make_shared<Assembly>(tasks, joined.chunk->tick);
    if (!disordered && joined.chunk->firstNs() < assembly->lastNs) {
        disordered = true;
        mergedRows = assembly->events;
    }
    source.chunks.push_back(joined);
    if (!disordered) assembly->append(joined);
}

/// Whether a chunk of a few rounds can be put together with the newest one: neither has anything
/// that lanes would know of.
bool TraceBuilder::Impl::joinsNewest(const EventChunk& chunk) const {
    constexpr std::size_t kFewRows = 4096;
    if (sources.size() != 1 || disordered || !assembly || assembly->chunks.empty()) return false;
    const auto& newest = *assembly->chunks.back();
    return sources[0]->info.numbers != 0 && isPlain(chunk) && isPlain(newest) &&
           newest.rows() + chunk.rows() <= kFewRows && chunk.firstNs() >= newest.lastNs();
}

void TraceBuilder::Impl::mergeAll() {
    std::vector<JoinedChunk> all;
    for (const auto& source : sources)
        all.insert(all.end(), source->chunks.begin(), source->chunks.end());
    const auto merged = mergeChunks(all);
    // What lanes know of run times is counted anew.
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        auto& info = tasks.task(TaskId{static_cast<std::uint32_t>(i)});
        info.runNs = 0;
        info.runs = 0;
    }
    assembly = std::make_shared<Assembly>(tasks, all.front().chunk->tick);
    for (const auto& joined : merged) assembly->append(joined);
    mergedRows = rows;
    shifted = false;
}

TracePtr TraceBuilder::Impl::cut(bool complete) {
    const std::shared_ptr<Trace> trace(new Trace);
    trace->m_generation = ++generation;
    trace->m_complete = complete;
    for (const auto& source : sources) trace->m_sources.push_back(source->info);
    trace->m_strings = strings;
    trace->m_stringCount = strings->size();
    trace->m_tasks = tasks.share();
    trace->m_diagnostics = diagnostics;
    if (!counters.empty())
        trace->m_counters =
            counters.cut([this](SourceId id) { return sources[raw(id)]->info.offsetNs; });
    if (strings->overflowed() > 0)
        trace->m_diagnostics.record(DiagnosticKind::TooManyNames, strings->overflowed(), {});
    if (tasks.refused() > 0)
        trace->m_diagnostics.record(DiagnosticKind::TooManyTasks, tasks.refused(), {});
    if (!assembly || assembly->chunks.empty()) return trace;
    const auto& all = *assembly;
    const auto end = all.lastNs + all.tick;
    trace->m_events = all.events;
    trace->m_range = {timestampNs(all.firstNs), timestampNs(end)};
    trace->m_chunks = all.chunks;
    trace->m_firstRows = all.firstRows;
    trace->m_nameCounts = all.nameCounts;
    trace->m_cpus = all.lanes.cpus();
    trace->m_irqNames = all.lanes.irqNames();
    // What goes on at the end of a source is not known to go on while another one does.
    auto lanesEnd = INT64_MIN;
    for (const auto& source : sources)
        if (source->feedsLanes)
            lanesEnd = std::max(lanesEnd, source->info.lastNs + source->info.offsetNs + all.tick);
    if (lanesEnd == INT64_MIN) lanesEnd = end;
    auto views = all.lanes.views(lanesEnd);
    trace->m_cpuLanes = std::move(views.cpu);
    trace->m_irqLanes = std::move(views.irq);
    trace->m_softirqLanes = std::move(views.softirq);
    trace->m_taskLanes = std::move(views.task);
    trace->m_gaps = all.lanes.gaps(lanesEnd);
    trace->m_longWaits = all.lanes.longWaits();
    trace->m_tables = all.lanes.tables();
    trace->m_tables.counterSamples = counters.numbers();
    trace->m_tables.blockActions = all.blockActions;
    trace->m_tables.blockMessages = all.blockMessages;
    trace->m_devices = all.devices;
    trace->m_requestDevices = all.requestDevices;
    trace->m_laneOwner = assembly;
    trace->m_memory = all.events * 16 + all.blockBytes + counters.memoryBytes();
    if (all.lanes.missingSwitches() > 0) {
        Diagnostics missing;
        const auto places = all.lanes.firstMissing();
        for (std::size_t i = 0; i < places.size(); ++i)
            missing.record(DiagnosticKind::MissingSwitch, places[i],
                           i == 0 ? all.lanes.missingSwitches() : 0);
        trace->m_diagnostics.add(missing);
    }
    return trace;
}

void TraceBuilder::dropBefore(SourceId id, std::int64_t ns) {
    const std::lock_guard lock(m_impl->stateMutex);
    auto& impl = *m_impl;
    impl.counters.dropBefore(id, ns);
    auto& source = *impl.sources[raw(id)];
    source.info.numbers = impl.counters.numbers(id);
    if (impl.sources.size() != 1 || impl.disordered || !impl.assembly) return;
    auto& all = *impl.assembly;
    std::size_t old = 0;
    while (old + 1 < all.chunks.size() && all.chunks[old]->switches.empty() &&
           all.chunks[old]->irqSegments.empty() &&
           all.chunks[old]->lastNs() < ns + source.info.offsetNs)
        ++old;
    if (old == 0) return;
    for (std::size_t i = 0; i < old; ++i) {
        const auto& chunk = *all.chunks[i];
        for (std::size_t name = 0; name < chunk.names.size(); ++name)
            all.nameCounts[raw(chunk.names[name])] -= chunk.nameCounts[name];
        source.info.events -= chunk.rows();
        all.events -= chunk.rows();
        impl.rows -= chunk.rows();
    }
    all.chunks.erase(all.chunks.begin(), all.chunks.begin() + static_cast<std::ptrdiff_t>(old));
    source.chunks.erase(source.chunks.begin(),
                        source.chunks.begin() + static_cast<std::ptrdiff_t>(old));
    all.firstRows.clear();
    std::uint64_t first = 0;
    for (const auto& chunk : all.chunks) {
        all.firstRows.push_back(first);
        first += chunk->rows();
    }
    all.firstNs = all.chunks.front()->firstNs();
    source.info.firstNs = all.firstNs - source.info.offsetNs;
}

std::size_t TraceBuilder::counterBytes() const {
    const std::lock_guard lock(m_impl->stateMutex);
    return m_impl->counters.memoryBytes();
}

TracePtr TraceBuilder::snapshot() {
    const std::lock_guard lock(m_impl->stateMutex);
    // A merge costs as much as its rows: while more keep coming, only when they grew by half.
    const auto grown = m_impl->rows - m_impl->mergedRows;
    if (m_impl->needsMerge() && (m_impl->shifted || grown > m_impl->mergedRows / 2))
        m_impl->mergeAll();
    return m_impl->cut(false);
}

TracePtr TraceBuilder::finish() {
    const std::lock_guard lock(m_impl->stateMutex);
    auto& impl = *m_impl;
    if (impl.needsMerge()) impl.mergeAll();
    if (impl.assembly) {
        for (auto& source : impl.sources) impl.lose(*source, std::exchange(source->lostAtEnd, {}));
        impl.assembly->lanes.restyle(impl.tasks.placeColours());
    }
    return impl.cut(true);
}

}  // namespace kscope::model
