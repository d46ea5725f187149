// SPDX-License-Identifier: GPL-3.0-or-later
/// Two walks over the records: the first learns names, begin and places to cut, the second makes
/// rows.
#include "parsers/block/blktrace_import.h"

#include "model/store/chunk_writer.h"
#include "parsers/block/blktrace_record.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <unordered_map>
#include <utility>

namespace kscope::parsers {

namespace {

using model::DiagnosticKind;

constexpr std::size_t kSetPieceBytes = 1 << 20;
constexpr std::size_t kMostRecord = kBlktraceHeader8 + UINT16_MAX;
constexpr std::uint64_t kSetPartBytes = 3 << 20;  // 65 Ki records of 48 bytes
constexpr std::uint64_t kSetFirstPartBytes = 192 << 10;

/// Walks the records of one file from `begin` to `end` (offsets in the file). What lies between
/// records is skipped up to the next magic.
class RecordWalk {
public:
    RecordWalk(const ByteReader& bytes, std::uint64_t begin, std::uint64_t end)
        : m_bytes(bytes),
          m_next(begin),
          m_end(end),
          m_buffer(kSetPieceBytes + kMostRecord) {}

    /// The next record; false at the end.
    bool next() {
        while (m_next < m_end) {
            const auto view = look(kBlktraceHeader8);
            const auto record = readBlktraceRecord(view);
            if (!record) {
                if (!resync(view)) return false;
                continue;
            }
            const bool whole = look(record->size()).size() >= record->size();
            const bool ends =
                whole && (m_next + record->size() >= m_bytes.size() || magicBehind(record->size()));
            if (!ends && record->payload > 0 && magicBehind(record->header)) {
                m_payload = {};  // A damaged length: the next record stands behind the header.
                take(*record, record->header);
                return true;
            }
            if (!whole) {
                if (!resync(view.substr(0, record->header))) return false;
                continue;
            }
            m_payload = look(record->size()).substr(record->header, record->payload);
            take(*record, record->size());
            return true;
        }
        return false;
    }
    [[nodiscard]] const BlktraceRecord& record() const { return m_record; }
    [[nodiscard]] std::string_view payload() const { return m_payload; }
    [[nodiscard]] std::uint64_t position() const { return m_at; }
    [[nodiscard]] std::uint64_t after() const { return m_next; }
    [[nodiscard]] std::uint64_t skipped() const { return m_skipped; }
    [[nodiscard]] std::uint64_t gaps() const { return m_gaps; }
    [[nodiscard]] std::uint64_t firstGap() const { return m_firstGap; }
    [[nodiscard]] bool cut() const { return m_cut; }
    [[nodiscard]] bool failed() const { return m_failed; }

private:
    void take(const BlktraceRecord& record, std::size_t size) {
        m_record = record;
        m_at = m_next;
        m_next += size;
    }
    /// At least `wanted` bytes from m_next on, fewer at the file's end.
    std::string_view look(std::size_t wanted) {
        if (m_next < m_begin || m_next + wanted > m_begin + m_filled) fill();
        const auto from = static_cast<std::size_t>(m_next - m_begin);
        return std::string_view(m_buffer.data(), m_filled).substr(std::min(from, m_filled));
    }
    [[nodiscard]] bool magicBehind(std::size_t size) {
        const auto view = look(size + 4);
        return view.size() >= size + 4 && isBlktraceMagic(view.substr(size));
    }
    void fill() {
        if (m_begin == m_next && m_filled > 0 && m_filled < m_buffer.size()) return;  // the end
        const auto got = m_bytes.read(m_next, m_buffer);
        m_failed |= !got.has_value();
        m_begin = m_next;
        m_filled = got.value_or(0);
    }
    /// Moves on to the next magic in the file; false: there is none.
    bool resync(std::string_view view) {
        if (m_gaps++ == 0) m_firstGap = m_next;
        const auto from = m_next;
        const bool begins = isBlktraceMagic(view);
        ++m_next;
        while (m_next < m_end) {
            view = look(kSetPieceBytes);
            if (view.size() < 4) break;
            for (std::size_t i = 0; i + 4 <= view.size(); ++i) {
                if (!isBlktraceMagic(view.substr(i, 4))) continue;
                m_next += i;
                m_skipped += m_next - from;
                return m_next < m_end;
            }
            m_next += view.size() - 3;
        }
        m_cut = begins;
        m_skipped += std::max(m_bytes.size(), m_next) - from;
        m_next = m_end;
        return false;
    }

    const ByteReader& m_bytes;
    std::uint64_t m_next;
    std::uint64_t m_end;
    std::vector<char> m_buffer;
    std::uint64_t m_begin = 0;
    std::size_t m_filled = 0;
    BlktraceRecord m_record;
    std::string_view m_payload;
    std::uint64_t m_at = 0;
    std::uint64_t m_skipped = 0;
    std::uint64_t m_gaps = 0;
    std::uint64_t m_firstGap = 0;
    bool m_cut = false;
    bool m_failed = false;
};

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
    struct Cut {
        std::size_t file;
        std::uint64_t begin;
        std::uint64_t end;
        Sequences before;
    };
    /// Names by pid, in order of time.
    std::unordered_map<std::uint32_t, std::vector<Named>> names;
    std::vector<Wall> walls;
    std::vector<Cut> cuts;
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

/// Notes a record's number; how many are missing between it and the one before it.
std::uint64_t missingBefore(const BlktraceRecord& record, Sequences& sequences) {
    const auto found = std::ranges::find(sequences, record.device, &Sequences::value_type::first);
    if (found == sequences.end()) {
        constexpr std::size_t kMostDevices = 1024;  // of a damaged file
        if (sequences.size() < kMostDevices) sequences.emplace_back(record.device, record.sequence);
        return 0;
    }
    const auto before = std::exchange(found->second, record.sequence);
    return record.sequence > before + std::uint64_t{1} ? record.sequence - before - 1 : 0;
}

/// One file's share of the index.
BlktraceIndex indexFile(const BlktraceSet::Part& part, std::size_t file,
                        const std::stop_token& stop) {
    BlktraceIndex index;
    RecordWalk walk(*part.bytes, 0, part.bytes->size());
    std::uint64_t begin = 0;
    auto limit = kSetFirstPartBytes;
    Sequences sequences;
    Sequences before;
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
                if (const auto wall = noteWallNs(record, walk.payload()))
                    index.walls.push_back({record.time, *wall});
        } else {
            ++index.records;
            index.genesis = std::min(index.genesis, record.time);
            (void)missingBefore(record, sequences);
        }
        if (walk.after() - begin < limit) continue;
        index.cuts.push_back({file, begin, walk.after(), std::exchange(before, sequences)});
        begin = walk.after();
        limit = kSetPartBytes;
        if (stop.stop_requested()) break;
    }
    if (walk.after() > begin) index.cuts.push_back({file, begin, walk.after(), before});
    const model::DiagnosticPlace place{{}, 0, part.begin + walk.firstGap()};
    if (walk.failed()) index.diagnostics.record(DiagnosticKind::ReadError, place);
    const auto bad = walk.gaps() - (walk.cut() ? 1 : 0);
    if (bad > 0) index.diagnostics.record(DiagnosticKind::BadRecord, place, bad);
    if (walk.cut()) index.diagnostics.record(DiagnosticKind::CutRecord, place);
    return index;
}

void join(BlktraceIndex& all, BlktraceIndex one) {
    for (auto& [pid, names] : one.names) {
        auto& list = all.names[pid];
        std::ranges::move(names, std::back_inserter(list));
    }
    std::ranges::move(one.walls, std::back_inserter(all.walls));
    std::ranges::move(one.cuts, std::back_inserter(all.cuts));
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

/// Makes the rows of one part.
class PartReader {
public:
    PartReader(const BlktraceIndex& index, const BlktraceSet& set) : m_index(index), m_set(set) {}

    model::ParsedPart read(const BlktraceIndex::Cut& cut, model::SourceId source) {
        const auto& file = m_set.parts()[cut.file];
        const auto begin = file.begin + cut.begin;
        m_writer.beginPart(source, begin, 1);
        m_source = source;
        m_sequences = cut.before;
        RecordWalk walk(*file.bytes, cut.begin, cut.end);
        while (walk.next()) {
            const auto& record = walk.record();
            if (shown(record)) add(record, walk.payload(), file.begin + walk.position());
        }
        return m_writer.finishPart(0, cut.end - cut.begin);
    }

private:
    struct Known {
        std::uint64_t until = 0;  ///< 0: free.
        std::uint32_t pid = 0;
        std::string_view comm;
    };
    void add(const BlktraceRecord& record, std::string_view payload, std::uint64_t position) {
        constexpr std::uint64_t kLatest = std::uint64_t{1} << 61;
        if (record.time >= kLatest) {
            diagnose(DiagnosticKind::BadTime, position);
            return;
        }
        const auto now = static_cast<std::int64_t>(record.time);
        if (m_writer.prepare(now, position)) m_actions.fill(model::kNoRow);
        auto cpu = model::kUnknownCpu;
        if (record.cpu < model::kMaxCpus)
            cpu = model::CpuId{static_cast<std::uint16_t>(record.cpu)};
        else diagnose(DiagnosticKind::CpuOutOfRange, position);
        if (!record.isNote()) noteLost(record, cpu, position);
        const auto block = blockRecordOf(record, payload);
        auto task = model::kNoRow;
        if (record.pid <= INT32_MAX)
            task = m_writer.task(model::Tid{static_cast<std::int32_t>(record.pid)}, commOf(record),
                                 cpu);
        else diagnose(DiagnosticKind::PidOutOfRange, position);
        auto& name = m_actions[static_cast<std::size_t>(block.action)];
        if (name == model::kNoRow) name = m_writer.name(actionLetters(block.action));
        m_writer.add(now, position, name, cpu, task, model::kNoFlags);
        m_writer.addBlock(block);
    }
    std::string_view commOf(const BlktraceRecord& record) {
        if (record.pid == 0) return "<idle>";
        auto& known = m_names[record.pid % m_names.size()];
        if (known.pid != record.pid || record.time >= known.until) {
            const auto* const named = m_index.nameAt(record.pid, record.time, known.until);
            known.pid = record.pid;
            known.comm = named ? std::string_view(named->comm) : std::string_view("<...>");
        }
        return known.comm;
    }
    /// Sequence numbers of a device rise by one in a file; a jump is what the buffers lost.
    void noteLost(const BlktraceRecord& record, model::CpuId cpu, std::uint64_t position) {
        const auto lost = missingBefore(record, m_sequences);
        if (lost == 0) return;
        m_writer.addLost(cpu, lost);
        diagnose(DiagnosticKind::LostEvents, position, lost);
    }
    void diagnose(DiagnosticKind kind, std::uint64_t position, std::uint64_t count = 1) {
        m_writer.diagnostics().record(kind, {m_source, 0, position}, count);
    }

    const BlktraceIndex& m_index;
    const BlktraceSet& m_set;
    model::ChunkWriter m_writer;
    model::SourceId m_source{};
    std::array<Known, 256> m_names{};
    std::array<std::uint16_t, static_cast<std::size_t>(model::BlockAction::Count_)> m_actions{};
    Sequences m_sequences;
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
                [&](std::size_t i) { found[i] = indexFile(files[i], i, m_options.stop); });
    for (auto& one : found) join(*m_index, std::move(one));
    for (auto& [pid, names] : m_index->names)
        std::ranges::stable_sort(names, {}, &BlktraceIndex::Named::time);
    compareRuns(*m_index);
    if (m_index->genesis == UINT64_MAX) m_index->genesis = 0;
}

BlktraceImport::~BlktraceImport() = default;

std::shared_ptr<const model::EventSource> BlktraceImport::text() const {
    return std::make_shared<BlktraceText>(m_set, m_index);
}

std::uint64_t BlktraceImport::records() const { return m_index->seen; }

std::string BlktraceImport::why() const {
    std::string words = std::to_string(m_index->records) + " records in " +
                        std::to_string(m_set->parts().size()) +
                        (m_set->parts().size() == 1 ? " file" : " files");
    words += m_index->version8 > 0 ? ", version 8" : ", version 7";
    if (m_index->swapped > 0) words += ", of the other byte order";
    return words;
}

void BlktraceImport::run(model::TraceBuilder& builder, model::SourceId source) {
    for (const auto& diagnostic : m_index->diagnostics.all())
        builder.diagnose(source, diagnostic.kind,
                         diagnostic.first.empty() ? model::DiagnosticPlace{}
                                                  : diagnostic.first.front(),
                         diagnostic.count);
    std::atomic<std::uint64_t> done{0};
    std::atomic<bool> whole{true};
    parallelFor(m_pool, m_index->cuts.size(), [&](std::size_t number) {
        if (m_options.stop.stop_requested()) whole = false;
        if (!whole) return;
        const auto& cut = m_index->cuts[number];
        PartReader reader(*m_index, *m_set);
        builder.deliver(source, number, reader.read(cut, source));
        if (m_options.progress) m_options.progress(done += cut.end - cut.begin, m_set->size());
        if (m_options.delivered) m_options.delivered();
    });
    if (!whole) builder.diagnose(source, DiagnosticKind::PartialLoad, {source, 0, done.load()});
    builder.endSource(source);
}

}  // namespace kscope::parsers
