// SPDX-License-Identifier: GPL-3.0-or-later
/// Two walks over the records: the first learns names, begin and places to cut, the second makes
/// rows. A part is a stretch of time of all files, so that its rows are in order as they come.
#include "parsers/block/blktrace_import.h"

#include "model/store/chunk_writer.h"
#include "parsers/block/record_walk.h"

#include <queue>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace kscope::parsers {

namespace {

using model::DiagnosticKind;

constexpr std::uint64_t kTimesEnd = std::uint64_t{1} << 61;  // ns; later ones are damage
constexpr std::uint64_t kMarkBytes = 64 << 10;
// Nearly as many records of 52 bytes on the average as a chunk holds.
constexpr std::size_t kPartMarks = 48;
constexpr std::size_t kFirstPartMarks = 4;

bool shown(const BlktraceRecord& record) {
    return !record.isNote() || noteOf(record) == BlktraceNote::Message;
}

}  // namespace

struct BlktraceIndex {
    struct Named {
        std::uint64_t time;
        std::string comm;
    };
    struct Wall {
        std::uint64_t time;
        std::int64_t ns;
    };
    /// The last sequence number of each device, before a part.
    using Sequences = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
    /// A place in a file where a record begins.
    struct Mark {
        std::uint64_t offset = 0;
        std::uint64_t time = 0;  ///< The latest before it.
        Sequences before;
    };
    /// Names by pid, in order of time.
    std::unordered_map<std::uint32_t, std::vector<Named>> names;
    std::vector<Wall> walls;
    std::vector<std::vector<Mark>> marks;  ///< Of each file, ascending.
    std::vector<std::uint64_t> cuts;       ///< Times where parts begin, ascending, the first 0.
    std::uint64_t genesis = UINT64_MAX;
    std::uint64_t seen = 0;     ///< With notes.
    std::uint64_t records = 0;  ///< Without.
    std::uint64_t version8 = 0;
    std::uint64_t swapped = 0;
    model::Diagnostics diagnostics;

    /// What `pid` was called at `time`: the last name before, else the first; null where none.
    [[nodiscard]] const Named* nameAt(std::uint32_t pid, std::uint64_t time,
                                      std::uint64_t& until) const {
        until = UINT64_MAX;
        const auto found = names.find(pid);
        if (found == names.end()) return nullptr;
        const auto& list = found->second;
        auto after = std::ranges::upper_bound(list, time, {}, &Named::time);
        if (after == list.begin()) ++after;
        if (after != list.end()) until = after->time;
        return &*(after - 1);
    }
};

namespace {

using Sequences = BlktraceIndex::Sequences;

/// Notes a record's number where it is not the first one's device.
std::uint64_t missingElsewhere(const BlktraceRecord& record, Sequences& sequences) {
    const auto found = std::ranges::find(sequences, record.device, &Sequences::value_type::first);
    if (found == sequences.end()) {
        constexpr std::size_t kMostDevices = 1024;  // of a damaged file
        if (sequences.size() < kMostDevices) sequences.emplace_back(record.device, record.sequence);
        return 0;
    }
    const auto before = std::exchange(found->second, record.sequence);
    return record.sequence > before + std::uint64_t{1} ? record.sequence - before - 1 : 0;
}
/// Notes a record's number; how many are missing between it and the one before it.
inline std::uint64_t missingBefore(const BlktraceRecord& record, Sequences& sequences) {
    if (sequences.empty() || sequences.front().first != record.device)
        return missingElsewhere(record, sequences);
    const auto before = std::exchange(sequences.front().second, record.sequence);
    return record.sequence > before + std::uint64_t{1} ? record.sequence - before - 1 : 0;
}

/// One file's share of the index.
BlktraceIndex indexFile(const BlktraceSet::Part& part, const std::stop_token& stop) {
    BlktraceIndex index;
    WalkBuffer buffer;
    RecordWalk walk(*part.bytes, buffer, 0, part.bytes->size());
    auto& marks = index.marks.emplace_back(1);
    std::uint64_t latest = 0;
    Sequences sequences;
    while (walk.next()) {
        const auto& record = walk.record();
        index.version8 += record.header == kBlktraceHeader8;
        index.swapped += record.swapped;
        ++index.seen;
        if (record.isNote()) {
            if (noteOf(record) == BlktraceNote::Process)
                index.names[record.pid].push_back(
                    {record.time, std::string(noteText(record, walk.payload()))});
            if (noteOf(record) == BlktraceNote::Timestamp)
                if (const auto wall = noteWallNs(record, walk.payload());
                    wall && record.time < kTimesEnd)
                    index.walls.push_back({record.time, *wall});
        } else {
            ++index.records;
            index.genesis = std::min(index.genesis, record.time);
            if (record.time < kTimesEnd) latest = std::max(latest, record.time);
            (void)missingBefore(record, sequences);
        }
        if (walk.after() - marks.back().offset < kMarkBytes) continue;
        marks.push_back({walk.after(), latest, sequences});
        if (stop.stop_requested()) break;
    }
    const model::DiagnosticPlace place{{}, 0, part.begin + walk.firstGap()};
    if (walk.failed()) index.diagnostics.record(DiagnosticKind::ReadError, place);
    const auto bad = walk.gaps() - (walk.cut() ? 1 : 0);
    if (bad > 0) index.diagnostics.record(DiagnosticKind::BadRecord, place, bad);
    if (walk.cut()) index.diagnostics.record(DiagnosticKind::CutRecord, place);
    return index;
}

/// Cuts the time of all files where a part's worth of marks has passed.
void cutParts(BlktraceIndex& index) {
    std::vector<std::uint64_t> times;
    for (const auto& marks : index.marks)
        for (std::size_t i = 1; i < marks.size(); ++i) times.push_back(marks[i].time + 1);
    std::ranges::sort(times);
    index.cuts.assign(1, 0);
    auto wanted = kFirstPartMarks;
    std::size_t since = 0;
    for (const auto time : times) {
        if (++since < wanted || time <= index.cuts.back()) continue;
        index.cuts.push_back(time);
        since = 0;
        wanted = kPartMarks;
    }
}

void join(BlktraceIndex& all, BlktraceIndex one) {
    for (auto& [pid, names] : one.names) {
        auto& list = all.names[pid];
        std::ranges::move(names, std::back_inserter(list));
    }
    std::ranges::move(one.walls, std::back_inserter(all.walls));
    std::ranges::move(one.marks, std::back_inserter(all.marks));
    all.genesis = std::min(all.genesis, one.genesis);
    all.records += one.records;
    all.seen += one.seen;
    all.version8 += one.version8;
    all.swapped += one.swapped;
    all.diagnostics.add(one.diagnostics);
}

/// Files of one run say the same about the wall clock, but for the time between their notes.
void compareRuns(BlktraceIndex& index) {
    constexpr std::int64_t kOtherRun = 2'000'000'000;  // ns: more is no drift of a clock
    if (index.walls.empty()) return;
    const auto zero = [](const BlktraceIndex::Wall& wall) {
        return wall.ns - static_cast<std::int64_t>(wall.time);
    };
    std::uint64_t other = 0;
    for (const auto& wall : index.walls)
        other += std::abs(zero(wall) - zero(index.walls.front())) > kOtherRun;
    if (other > 0) index.diagnostics.record(DiagnosticKind::MixedRuns, other, {});
}

/// One file's records of a stretch of time. A record whose time steps back belongs where the
/// latest time before it does.
class FileSlice {
public:
    FileSlice(const BlktraceSet::Part& file, WalkBuffer& buffer,
              const std::vector<BlktraceIndex::Mark>& marks, std::uint64_t begin, std::uint64_t end)
        : m_base(file.begin),
          m_begin(begin),
          m_end(end),
          m_latest(markBefore(marks, begin).time),
          m_sequences(markBefore(marks, begin).before),
          m_walk(*file.bytes, buffer, markBefore(marks, begin).offset, file.bytes->size(),
                 endAmong(marks, end)) {}
    /// The next record that makes a row; false at the end.
    bool next() {
        while (m_walk.next()) {
            const auto& record = m_walk.record();
            const bool note = record.isNote();
            if (!note && record.time < kTimesEnd) m_latest = std::max(m_latest, record.time);
            if (m_latest >= m_end) return false;
            m_lost = note ? 0 : missingBefore(record, m_sequences);
            if (m_latest >= m_begin && shown(record)) return true;
        }
        return false;
    }
    [[nodiscard]] const BlktraceRecord& record() const { return m_walk.record(); }
    [[nodiscard]] std::string_view payload() const { return m_walk.payload(); }
    [[nodiscard]] std::uint64_t position() const { return m_base + m_walk.position(); }
    [[nodiscard]] std::uint64_t latest() const { return m_latest; }
    [[nodiscard]] std::uint64_t lost() const { return m_lost; }

private:
    /// The last mark before which all is earlier than `begin`.
    static const BlktraceIndex::Mark& markBefore(const std::vector<BlktraceIndex::Mark>& marks,
                                                 std::uint64_t begin) {
        auto found = std::ranges::lower_bound(marks, begin, {}, &BlktraceIndex::Mark::time);
        return found == marks.begin() ? *found : *(found - 1);
    }
    /// The first mark before which the slice ends.
    static std::uint64_t endAmong(const std::vector<BlktraceIndex::Mark>& marks,
                                  std::uint64_t end) {
        const auto found = std::ranges::lower_bound(marks, end, {}, &BlktraceIndex::Mark::time);
        return found == marks.end() ? UINT64_MAX : found->offset;
    }

    std::uint64_t m_base;
    std::uint64_t m_begin;
    std::uint64_t m_end;
    std::uint64_t m_latest;
    std::uint64_t m_lost = 0;
    Sequences m_sequences;
    RecordWalk m_walk;
};

/// Makes the rows of one part after the other.
class PartReader {
public:
    PartReader(const BlktraceIndex& index, const BlktraceSet& set)
        : m_index(index),
          m_set(set),
          m_buffers(set.parts().size()) {}

    model::ParsedPart read(std::size_t number, model::SourceId source) {
        const auto begin = m_index.cuts[number];
        const auto last = number + 1 == m_index.cuts.size();
        const auto end = last ? UINT64_MAX : m_index.cuts[number + 1];
        m_writer.beginPart(source, 0, 1);
        m_source = source;
        forgetChunk();
        // A chunk's positions span 4 GiB: files of larger sets stay apart, the builder merges them.
        if (m_set.size() > UINT32_MAX) addInTurn(begin, end);
        else addMerged(begin, end);
        return m_writer.finishPart(0, last ? m_set.size() : 0);
    }

private:
    /// Index of a task as it was called until then.
    struct Known {
        std::uint64_t until = 0;
        std::uint64_t chunk = 0;  ///< Number of the chunk that it is of; 0: of none.
        std::uint32_t key = 0;    ///< The pid; of idle tasks the CPU.
        std::uint16_t task = model::kNoRow;
    };
    [[nodiscard]] FileSlice sliceOf(std::size_t file, std::uint64_t begin, std::uint64_t end) {
        return {m_set.parts()[file], m_buffers[file], m_index.marks[file], begin, end};
    }
    void addInTurn(std::uint64_t begin, std::uint64_t end) {
        for (std::size_t i = 0; i < m_set.parts().size(); ++i)
            for (auto slice = sliceOf(i, begin, end); slice.next();) add(slice);
    }
    void addMerged(std::uint64_t begin, std::uint64_t end) {
        std::vector<FileSlice> slices;
        slices.reserve(m_set.parts().size());
        using Head = std::pair<std::uint64_t, std::size_t>;  // of equal times the first file's
        std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
        for (std::size_t i = 0; i < m_set.parts().size(); ++i) {
            slices.push_back(sliceOf(i, begin, end));
            if (slices[i].next()) heads.emplace(slices[i].latest(), i);
        }
        while (!heads.empty()) {
            const auto index = heads.top().second;
            heads.pop();
            auto& slice = slices[index];
            const Head limit = heads.empty() ? Head{UINT64_MAX, SIZE_MAX} : heads.top();
            bool more = true;
            while (more && Head{slice.latest(), index} < limit) {
                add(slice);
                more = slice.next();
            }
            if (more) heads.emplace(slice.latest(), index);
        }
    }
    void add(const FileSlice& slice) {
        const auto& record = slice.record();
        const auto position = slice.position();
        if (record.time >= kTimesEnd) {
            diagnose(DiagnosticKind::BadTime, position);
            return;
        }
        const auto now = static_cast<std::int64_t>(record.time);
        if (m_writer.prepare(now, position)) forgetChunk();
        auto cpu = model::kUnknownCpu;
        if (record.cpu < model::kMaxCpus)
            cpu = model::CpuId{static_cast<std::uint16_t>(record.cpu)};
        else diagnose(DiagnosticKind::CpuOutOfRange, position);
        if (slice.lost() > 0) {
            m_writer.addLost(cpu, slice.lost());
            diagnose(DiagnosticKind::LostEvents, position, slice.lost());
        }
        const auto block = blockRecordOf(record, slice.payload());
        const auto task = taskOf(record, cpu);
        if (record.pid > INT32_MAX) diagnose(DiagnosticKind::PidOutOfRange, position);
        auto& name = m_actions[static_cast<std::size_t>(block.action)];
        if (name == model::kNoRow) name = m_writer.name(actionLetters(block.action));
        m_writer.add(now, position, name, cpu, task, model::kNoFlags);
        m_writer.addBlock(block);
    }
    /// Index of the record's task in the chunk.
    std::uint16_t taskOf(const BlktraceRecord& record, model::CpuId cpu) {
        // Who is idle differs from CPU to CPU.
        const auto key = record.pid == 0 ? raw(cpu) : record.pid;
        auto& known = m_tasks[record.pid == 0][key % m_tasks[0].size()];
        if (known.chunk == m_chunk && known.key == key && record.time < known.until)
            return known.task;
        if (record.pid > INT32_MAX) return model::kNoRow;
        known = {.until = UINT64_MAX, .chunk = m_chunk, .key = key};
        std::string_view comm = "<idle>";
        if (record.pid != 0) {
            const auto* const named = m_index.nameAt(record.pid, record.time, known.until);
            comm = named ? std::string_view(named->comm) : std::string_view("<...>");
        }
        return known.task =
                   m_writer.task(model::Tid{static_cast<std::int32_t>(record.pid)}, comm, cpu);
    }
    void forgetChunk() {
        m_actions.fill(model::kNoRow);
        ++m_chunk;
    }
    void diagnose(DiagnosticKind kind, std::uint64_t position, std::uint64_t count = 1) {
        m_writer.diagnostics().record(kind, {m_source, 0, position}, count);
    }

    const BlktraceIndex& m_index;
    const BlktraceSet& m_set;
    std::vector<WalkBuffer> m_buffers;  // of each file
    model::ChunkWriter m_writer;
    model::SourceId m_source{};
    std::array<std::array<Known, 256>, 2> m_tasks{};  // others, idle
    std::uint64_t m_chunk = 0;
    std::array<std::uint16_t, static_cast<std::size_t>(model::BlockAction::Count_)> m_actions{};
};

/// Readers that are at rest: their memory is used again.
class PartReaders {
public:
    PartReaders(const BlktraceIndex& index, const BlktraceSet& set) : m_index(index), m_set(set) {}
    std::unique_ptr<PartReader> take() {
        const std::lock_guard lock(m_mutex);
        if (m_resting.empty()) return std::make_unique<PartReader>(m_index, m_set);
        auto reader = std::move(m_resting.back());
        m_resting.pop_back();
        return reader;
    }
    void give(std::unique_ptr<PartReader> reader) {
        const std::lock_guard lock(m_mutex);
        m_resting.push_back(std::move(reader));
    }

private:
    const BlktraceIndex& m_index;
    const BlktraceSet& m_set;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<PartReader>> m_resting;
};

class BlktraceText final : public model::EventSource {
public:
    BlktraceText(std::shared_ptr<const BlktraceSet> set, std::shared_ptr<const BlktraceIndex> index)
        : m_set(std::move(set)),
          m_index(std::move(index)) {}

    model::Result<model::EventText> eventText(std::uint64_t position) const override {
        std::array<char, 512> usual;  // NOLINT: filled by read
        std::string more;
        auto got = m_set->read(position, usual);
        if (!got) return tl::unexpected(got.error());
        std::string_view bytes(usual.data(), *got);
        const auto record = readBlktraceRecord(bytes);
        if (!record) return model::failure("no blktrace record stands here any more");
        if (record->size() > bytes.size() && *got == usual.size()) {
            more.resize(record->size());
            got = m_set->read(position, more);
            if (!got) return tl::unexpected(got.error());
            bytes = std::string_view(more).substr(0, *got);
        }
        const auto payload = bytes.size() >= record->size()
                                 ? bytes.substr(record->header, record->payload)
                                 : std::string_view{};
        std::uint64_t until = 0;
        const auto* const named = m_index->nameAt(record->pid, record->time, until);
        const std::string_view comm = named              ? std::string_view(named->comm)
                                      : record->pid == 0 ? std::string_view("0")
                                                         : std::string_view("(null)");
        const auto words = blkparseText(*record, payload, comm);
        const auto device = blockRecordOf(*record, payload).device;
        model::EventText text;
        text.line = blkparseHead(*record, payload, m_index->genesis) + words;
        text.args = deviceText(device) + ' ';
        text.args += std::string_view(words).substr(words.find_first_not_of(' '));
        return text;
    }
    model::Result<std::size_t> bytes(std::uint64_t offset, std::span<char> into) const override {
        return m_set->read(offset, into);
    }
    std::uint64_t size() const override { return m_set->size(); }

private:
    std::shared_ptr<const BlktraceSet> m_set;
    std::shared_ptr<const BlktraceIndex> m_index;
};

}  // namespace

BlktraceImport::BlktraceImport(std::shared_ptr<const BlktraceSet> set, model::ThreadPool& pool,
                               const ImportOptions& options)
    : m_set(std::move(set)),
      m_pool(pool),
      m_options(options),
      m_index(std::make_shared<BlktraceIndex>()) {
    const auto& files = m_set->parts();
    std::vector<BlktraceIndex> found(files.size());
    parallelFor(m_pool, files.size(),
                [&](std::size_t i) { found[i] = indexFile(files[i], m_options.stop); });
    for (auto& one : found) join(*m_index, std::move(one));
    for (auto& [pid, names] : m_index->names)
        std::ranges::stable_sort(names, {}, &BlktraceIndex::Named::time);
    compareRuns(*m_index);
    cutParts(*m_index);
    if (m_index->genesis == UINT64_MAX) m_index->genesis = 0;
}

BlktraceImport::~BlktraceImport() = default;

std::shared_ptr<const model::EventSource> BlktraceImport::text() const {
    return std::make_shared<BlktraceText>(m_set, m_index);
}

std::uint64_t BlktraceImport::records() const { return m_index->seen; }

bool BlktraceImport::relative() const { return m_index->records > 0 && m_index->genesis == 0; }

std::string BlktraceImport::why() const {
    std::string words = std::to_string(m_index->records) + " records in " +
                        std::to_string(m_set->parts().size()) +
                        (m_set->parts().size() == 1 ? " file" : " files");
    words += m_index->version8 > 0 ? ", version 8" : ", version 7";
    if (m_index->swapped > 0) words += ", of the other byte order";
    if (relative()) words += ", merged by blkparse -d: times since the first";
    return words;
}

void BlktraceImport::run(model::TraceBuilder& builder, model::SourceId source) {
    if (!m_index->walls.empty() && !relative()) {
        const auto& wall = m_index->walls.front();
        builder.updateSource(source, [&](model::SourceInfo& info) {
            info.epochNs = wall.ns - static_cast<std::int64_t>(wall.time);
        });
    }
    for (const auto& diagnostic : m_index->diagnostics.all())
        builder.diagnose(source, diagnostic.kind,
                         diagnostic.first.empty() ? model::DiagnosticPlace{}
                                                  : diagnostic.first.front(),
                         diagnostic.count);
    std::atomic<std::uint64_t> done{0};
    std::atomic<bool> whole{true};
    PartReaders readers(*m_index, *m_set);
    const auto parts = m_index->cuts.size();
    parallelFor(m_pool, parts, [&](std::size_t number) {
        if (m_options.stop.stop_requested()) whole = false;
        if (!whole) return;
        auto reader = readers.take();
        builder.deliver(source, number, reader->read(number, source));
        readers.give(std::move(reader));
        if (m_options.progress) m_options.progress(m_set->size() * ++done / parts, m_set->size());
        if (m_options.delivered) m_options.delivered();
    });
    if (!whole)
        builder.diagnose(source, DiagnosticKind::PartialLoad,
                         {source, 0, m_set->size() * done / parts});
    builder.endSource(source);
}

}  // namespace kscope::parsers
