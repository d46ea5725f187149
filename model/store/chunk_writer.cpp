// SPDX-License-Identifier: GPL-3.0-or-later
/// Dictionaries of a chunk and the way from rows to a part.
#include "model/store/chunk_writer.h"

#include "model/store/chunk_merge.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace kscope::model {

namespace {
constexpr std::size_t kDictionaryRoom = 65535 - 16;  ///< kNoRow is no index; eight more must fit.

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};
/// A life of a tid inside the chunk under one comm.
struct TaskKey {
    Tid tid;
    std::uint16_t idleCpu;
    std::uint32_t life;
    std::uint32_t comm;
    friend bool operator==(const TaskKey&, const TaskKey&) = default;
};
struct TaskHash {
    std::size_t operator()(const TaskKey& key) const noexcept {
        auto hash =
            static_cast<std::uint64_t>(static_cast<std::uint32_t>(key.tid)) << 32 | key.comm;
        hash ^= (static_cast<std::uint64_t>(key.idleCpu) << 16 | key.life) * 0x9e3779b97f4a7c15ull;
        hash *= 0xbf58476d1ce4e5b9ull;
        return hash ^ hash >> 29;
    }
};
}  // namespace

struct ChunkWriter::Dictionaries {
    struct Life {
        std::uint32_t number = 0;
        bool fresh = false;  ///< Born by a fork, nothing else seen of it yet.
        bool born = false;
        std::uint16_t first = kNoRow;  ///< Dictionary entry that tells the builder of the birth.
    };
    std::unordered_map<std::string, std::uint32_t, StringHash, std::equal_to<>> textIndex;
    std::vector<std::string> texts;
    std::unordered_map<std::uint32_t, std::uint16_t> nameIndex;  // text → name
    std::vector<std::uint32_t> names;                            // name → text
    std::unordered_map<TaskKey, std::uint16_t, TaskHash> taskIndex;
    std::vector<ParsedPart::Names::Task> tasks;
    std::unordered_map<std::int32_t, Life> lives;
    std::unordered_map<std::uint32_t, std::uint16_t> irqIndex;
    std::vector<ChunkIrq> irqs;  // name: text

    std::uint32_t text(std::string_view value) {
        if (const auto found = textIndex.find(value); found != textIndex.end())
            return found->second;
        const auto id = static_cast<std::uint32_t>(texts.size());
        texts.emplace_back(value);
        textIndex.emplace(std::string(value), id);
        return id;
    }
    void clear() {
        textIndex.clear();
        texts.clear();
        nameIndex.clear();
        names.clear();
        taskIndex.clear();
        tasks.clear();
        lives.clear();
        irqIndex.clear();
        irqs.clear();
        text({});  // 0 stays the empty string
    }
    [[nodiscard]] bool roomy() const {
        return names.size() < kDictionaryRoom && tasks.size() < kDictionaryRoom &&
               irqs.size() < kDictionaryRoom;
    }
};

ChunkWriter::ChunkWriter()
    : m_asked(new AskedTask[kAsked]),
      m_dictionaries(std::make_unique<Dictionaries>()) {}
ChunkWriter::~ChunkWriter() = default;

void ChunkWriter::beginPart(SourceId source, std::uint64_t position, std::int64_t tickNs) {
    m_part = {};
    m_source = source;
    m_partPosition = position;
    m_positionBase = position;
    m_scratch.clear();
    m_scratch.tick = std::max<std::int64_t>(tickNs, 1);
    m_open = false;
    m_roomy = false;
}

bool ChunkWriter::prepareNew(std::int64_t ticks, std::uint64_t position) {
    if (m_open) {
        if (m_scratch.rows ==
            0) {  // Only lost lines so far: they move on to the chunk that begins.
            const auto lost = m_scratch.lost;
            beginChunk(ticks, position);
            m_scratch.lost = lost;
            return true;
        }
        closeChunk();
    }
    const auto lost = std::move(m_part.lostAtEnd);
    m_part.lostAtEnd.clear();
    beginChunk(ticks, position);
    for (const auto& [cpu, count] : lost) m_scratch.lost.push_back({0, cpu, count});
    return true;
}

void ChunkWriter::beginChunk(std::int64_t ticks, std::uint64_t position) {
    m_scratch.clear();
    // Half of the column's range lies before the first row: lines may step back.
    m_scratch.timeBase = ticks - (std::int64_t{1} << 31);
    m_positionBase = position - m_partPosition <= INT32_MAX ? m_partPosition : position;
    m_dictionaries->clear();
    m_devices.clear();
    m_open = true;
    m_roomy = true;
    ++m_chunkNumber;
}

std::uint16_t ChunkWriter::name(std::string_view text) {
    auto& dictionary = *m_dictionaries;
    const auto [found, fresh] = dictionary.nameIndex.try_emplace(
        dictionary.text(text), static_cast<std::uint16_t>(dictionary.names.size()));
    if (fresh) dictionary.names.push_back(found->first);
    m_roomy = dictionary.roomy();
    return found->second;
}

std::uint16_t ChunkWriter::task(Tid tid, std::string_view comm, CpuId cpu, Tid tgid) {
    auto& before = asked(tid, cpu);
    const bool same = before.chunk == m_chunkNumber && before.tid == tid &&
                      before.length == comm.size() && (tid != Tid{0} || before.cpu == cpu) &&
                      std::memcmp(before.comm, comm.data(), comm.size()) == 0;
    if (same && (raw(tgid) < 0 || tgid == before.tgid)) return before.index;
    std::uint32_t life = 0;
    if (const auto found = m_dictionaries->lives.find(raw(tid));
        found != m_dictionaries->lives.end()) {
        life = found->second.number;
        if (found->second.fresh) {
            found->second.fresh = false;
            if (found->second.first != kNoRow)
                m_dictionaries->tasks[found->second.first].used = true;
        }
    }
    const auto index = addTask(tid, comm, tid == Tid{0} ? cpu : kUnknownCpu, tgid, life);
    if (comm.size() <= sizeof before.comm) {
        before.chunk = m_chunkNumber;
        before.tid = tid;
        before.tgid = tgid;
        before.cpu = cpu;
        before.index = index;
        before.length = static_cast<std::uint8_t>(comm.size());
        if (!comm.empty()) std::memcpy(before.comm, comm.data(), comm.size());
    }
    return index;
}

std::uint16_t ChunkWriter::addTask(Tid tid, std::string_view comm, CpuId idleCpu, Tid tgid,
                                   std::uint32_t life) {
    auto& dictionary = *m_dictionaries;
    const TaskKey key{tid, raw(idleCpu), life, dictionary.text(comm)};
    if (dictionary.tasks.size() >= kNoRow) return kNoRow;
    const auto [found, fresh] =
        dictionary.taskIndex.try_emplace(key, static_cast<std::uint16_t>(dictionary.tasks.size()));
    if (fresh) {
        dictionary.tasks.push_back({tid, tgid, key.comm, idleCpu, false, true});
        dictionary.lives.try_emplace(raw(tid), Dictionaries::Life{life, false, false, kNoRow});
        m_roomy = dictionary.roomy();
    } else if (raw(tgid) >= 0) {
        dictionary.tasks[found->second].tgid = tgid;
    }
    return found->second;
}

std::uint16_t ChunkWriter::irq(std::uint32_t number, std::string_view name) {
    auto& dictionary = *m_dictionaries;
    const auto [found, fresh] =
        dictionary.irqIndex.try_emplace(number, static_cast<std::uint16_t>(dictionary.irqs.size()));
    if (fresh) {
        dictionary.irqs.push_back({number, StringId{dictionary.text(name)}});
        m_roomy = dictionary.roomy();
    } else if (!name.empty() && raw(dictionary.irqs[found->second].name) == 0) {
        dictionary.irqs[found->second].name = StringId{dictionary.text(name)};
    }
    return found->second;
}

void ChunkWriter::addSwitch(std::uint16_t prev, std::uint16_t next, TaskState state,
                            std::uint8_t nextPrio) {
    m_scratch.switches.push_back(
        {static_cast<Row>(m_scratch.rows - 1), prev, next, state, nextPrio});
}

void ChunkWriter::addWake(std::uint16_t wakee, CpuId target, WakeKind kind, std::uint8_t prio) {
    m_scratch.wakes.push_back({static_cast<Row>(m_scratch.rows - 1), wakee, target, kind, prio});
}

void ChunkWriter::addFork(TaskRowKind kind, std::uint16_t parent, Tid child,
                          std::string_view childComm, bool thread) {
    auto& dictionary = *m_dictionaries;
    asked(child, kUnknownCpu).chunk = 0;  // A new life has an entry of its own.
    const auto [found, unseen] = dictionary.lives.try_emplace(raw(child));
    auto& life = found->second;
    // task_newtask and sched_process_fork tell of one birth; anything seen of the tid in between
    // ends that.
    const bool again = !unseen && life.fresh;
    if (!again) {
        if (!unseen) ++life.number;
        life.fresh = true;
        life.born = true;
    }
    const auto number = life.number;
    const auto entry = addTask(child, childComm, kUnknownCpu, Tid{-1}, number);
    if (entry == kNoRow) return;
    auto& kept = dictionary.lives[raw(child)];
    if (!again) {
        kept.first = entry;
        dictionary.tasks[entry].bornHere = true;
        dictionary.tasks[entry].used = false;
    }
    m_scratch.taskRows.push_back({static_cast<Row>(m_scratch.rows - 1), kind,
                                  static_cast<std::uint8_t>(thread), parent, entry, kNoString,
                                  kNoString});
}

void ChunkWriter::addTaskRow(TaskRowKind kind, std::uint16_t task, std::string_view text,
                             std::string_view oldText) {
    m_scratch.taskRows.push_back({static_cast<Row>(m_scratch.rows - 1), kind, 0, task, task,
                                  StringId{m_dictionaries->text(text)},
                                  StringId{m_dictionaries->text(oldText)}});
}

std::uint16_t ChunkWriter::findDevice(DeviceId id) {
    const auto found = std::ranges::find(m_devices, id);
    if (found == m_devices.end()) {
        // A machine has tens; a damaged file must not make every look-up a long walk.
        constexpr std::size_t kMostDevices = 1024;
        if (m_devices.size() >= kMostDevices) return kNoRow;
        m_devices.push_back(id);
        m_lastDevice = m_devices.size() - 1;
    } else {
        m_lastDevice = static_cast<std::size_t>(found - m_devices.begin());
    }
    return static_cast<std::uint16_t>(m_lastDevice);
}

void ChunkWriter::addBlock(const BlockRecord& record) {
    const auto row = static_cast<Row>(m_scratch.rows - 1);
    const bool extra =
        record.value != 0 || record.otherSector != 0 || record.fromDevice != kNoDevice;
    // The record's own device last: the next record asks for it again.
    if (extra)
        m_scratch.blockExtras.push_back(
            {row, device(record.fromDevice), record.value, record.otherSector});
    m_scratch.blocks.push_back(
        {.row = row,
         .device = device(record.device),
         .sectorLow = static_cast<std::uint32_t>(record.sector),
         .sectorHigh = static_cast<std::uint32_t>(record.sector >> 32),
         .sectors = record.sectors,
         .rwbs = record.rwbs,
         .action = record.action,
         .marks = static_cast<std::uint8_t>(record.marks | (extra ? kBlockExtra : 0))});
}

bool ChunkWriter::addStack(std::uint64_t position, CpuId cpu, std::uint16_t task, bool user) {
    // Nearly always the row before; on a busy buffer another CPU's event may stand between.
    for (std::size_t back = 1; back <= std::min<std::size_t>(m_scratch.rows, 64); ++back) {
        const auto row = m_scratch.rows - back;
        if (m_scratch.cpu[row] != raw(cpu) || m_scratch.task[row] != task) continue;
        m_scratch.stacks.push_back({static_cast<Row>(row), static_cast<std::uint16_t>(user),
                                    static_cast<std::uint32_t>(position - m_positionBase)});
        return true;
    }
    return false;
}

void ChunkWriter::addLost(CpuId cpu, std::uint64_t count) {
    if (m_open) {
        m_scratch.lost.push_back({static_cast<Row>(m_scratch.rows), cpu, count});
    } else {
        m_part.lostAtEnd.push_back({cpu, count});
    }
}

void ChunkWriter::closeChunk() {
    m_open = false;
    m_roomy = false;
    while (!m_scratch.lost.empty() && m_scratch.lost.back().row == m_scratch.rows) {
        m_part.lostAtEnd.insert(m_part.lostAtEnd.begin(),
                                {m_scratch.lost.back().cpu, m_scratch.lost.back().count});
        m_scratch.lost.pop_back();
    }
    if (m_scratch.rows == 0) return;
    auto& dictionary = *m_dictionaries;
    ParsedPart::Piece piece;
    Displaced displaced;
    std::ranges::stable_sort(m_scratch.stacks, {}, &StackRow::row);
    piece.chunk = storeChunk(m_scratch, displaced);
    auto& chunk = *piece.chunk;
    // The rest of the count has no place of its own.
    for (std::size_t i = 0; i < std::min<std::size_t>(displaced.rows, displaced.first.size()); ++i)
        m_part.diagnostics.record(DiagnosticKind::TimeBackwards,
                                  {m_source, 0, m_positionBase + displaced.first[i]},
                                  i == 0 ? displaced.rows : 0);
    // Shared positions count from the chunk's first row.
    const auto skipped = chunk.origins.empty() ? 0 : chunk.origins.front().position;
    const auto origin = m_positionBase + skipped;
    chunk.origins.assign(1, {m_source, origin, origin == m_partPosition ? 1u : 0u});
    chunk.names.reserve(dictionary.names.size());
    for (const auto text : dictionary.names) chunk.names.push_back(StringId{text});
    chunk.nameCounts = countNames(chunk);
    chunk.irqs = dictionary.irqs;
    chunk.devices = m_devices;
    piece.names.texts = std::move(dictionary.texts);
    piece.names.tasks = std::move(dictionary.tasks);
    piece.cpuEnds = cpuEnds(chunk);
    m_part.pieces.push_back(std::move(piece));
}

ParsedPart ChunkWriter::finishPart(std::uint64_t lines, std::uint64_t bytes) {
    if (m_open) closeChunk();
    m_part.lines = lines;
    m_part.bytes = bytes;
    return std::move(m_part);
}

}  // namespace kscope::model
