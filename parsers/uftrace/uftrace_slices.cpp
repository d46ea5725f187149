// SPDX-License-Identifier: GPL-3.0-or-later
/// Plans slices, reads them, and hands them over in order.
#include "parsers/uftrace/uftrace_slices.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace kscope::parsers {
namespace {

constexpr std::size_t kPlainBytes = 16;
constexpr std::size_t kStride = 4096;       // records between two samples
constexpr std::size_t kSamplesASlice = 14;  // 57 344 records: a chunk has room for 65 535
constexpr std::size_t kLeastRecords = 2 * kStride * kSamplesASlice;
constexpr std::size_t kMostFiles = 64;
/// Calls in a row after which an event begins a chunk of its own, which takes memory for the CPU
/// that calls do not have.
constexpr std::size_t kCallsAlone = 8192;
constexpr std::uint64_t kMostEventBytes = 16u << 20;
constexpr std::int64_t kLatest = std::int64_t{1} << 61;

std::uint64_t wordAt(const char* at) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
}
// Bits of a record's second half: kind (2), more (1), magic (3).
bool isCall(std::uint64_t word) { return (word & 0x3e) == 0x28; }
bool isLoss(std::uint64_t word) { return (word & 0x3f) == 0x2a; }

/// A record's place in time, and above equal ones its file's: a number that sorts. The time counts
/// from the slice's begin.
constexpr unsigned kKeyFileBits = 8;
static_assert(kMostFiles <= 1u << kKeyFileBits);
constexpr std::uint64_t kMostKeyTime = UINT64_MAX >> kKeyFileBits;

/// Keys of records that are all calls in order of time, from `begin` to before `end`. False: they
/// are not so.
bool keysOf(const char* at, std::size_t records, std::uint64_t begin, std::uint64_t end,
            std::size_t file, std::uint64_t* keys) {
    std::uint64_t other = 0;
    auto last = begin;
    for (std::size_t i = 0; i < records; ++i, at += kPlainBytes) {
        const auto time = wordAt(at);
        other |= (wordAt(at + 8) & 0x3e) ^ 0x28;
        other |= time < last ? 1u : 0u;
        last = time;
        keys[i] = (time - begin) << kKeyFileBits | file;
    }
    return other == 0 && last < end && last - begin <= kMostKeyTime;
}

/// Without a branch that the data decides: which file is next is as good as random.
void mergeKeys(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b,
               std::uint64_t* out) {
    const auto* first = a.data();
    const auto* second = b.data();
    const auto* const firstEnd = first + a.size();
    const auto* const secondEnd = second + b.size();
    while (first != firstEnd && second != secondEnd) {
        const auto left = *first;
        const auto right = *second;
        const bool later = right < left;
        *out++ = later ? right : left;
        second += later ? 1 : 0;
        first += later ? 0 : 1;
    }
    out = std::copy(first, firstEnd, out);
    std::copy(second, secondEnd, out);
}

}  // namespace

/// What a slice has of one file.
struct UftraceSlices::Input {
    const UftraceData::RecordFile* file = nullptr;
    std::size_t order = 0;
    UftraceRows::Task* task = nullptr;
    const char* at = nullptr;  ///< User records.
    const char* end = nullptr;
    std::uint64_t position = 0;    ///< Of `at`, in the file.
    std::int64_t last = 0;         ///< No record is earlier.
    const Event* event = nullptr;  ///< Else events.
    const Event* lastEvent = nullptr;
    [[nodiscard]] bool empty() const { return at == end && event == lastEvent; }
    [[nodiscard]] std::int64_t time() const {
        return event != lastEvent ? event->record.time : static_cast<std::int64_t>(wordAt(at));
    }
};

struct UftraceSlices::Worker {
    explicit Worker(const UftraceData& data) : rows(data) {}
    struct Head {
        std::int64_t time;
        std::size_t order;
        std::size_t input;
        friend bool operator<(const Head& a, const Head& b) {
            return a.time != b.time ? a.time < b.time : a.order < b.order;
        }
    };
    UftraceRows rows;
    std::vector<char> bytes;
    std::vector<std::uint64_t> keys, merged;
    std::vector<std::size_t> ends;  // of the sorted stretches in `keys`
    std::vector<Input> inputs;
    std::vector<Head> heads;      // latest first
    bool events = false;          // the chunk has some
    std::size_t callsInARow = 0;  // since the last event

    void cut() {
        rows.cut();
        events = false;
        callsInARow = 0;
    }
    void noteEvent() {
        if (!events && callsInARow >= kCallsAlone) cut();
        events = true;
        callsInARow = 0;
    }
    void noteCall() {
        if (++callsInARow >= kCallsAlone && events) cut();
    }
};

UftraceSlices::UftraceSlices(const UftraceData& data, model::TraceBuilder& builder,
                             model::SourceId source, const ImportOptions& options)
    : m_data(data),
      m_builder(builder),
      m_source(source),
      m_options(options) {}

UftraceSlices::~UftraceSlices() = default;

bool UftraceSlices::takeFiles() {
    using Kind = UftraceData::FileKind;
    std::uint64_t records = 0;
    std::uint64_t eventBytes = 0;
    for (std::size_t order = 0; order < m_data.files.size(); ++order) {
        const auto& file = m_data.files[order];
        if (file.kind == Kind::Kernel) return false;
        if (file.kind == Kind::User) {
            if (m_files.size() == kMostFiles) return false;
            File taken;
            taken.file = &file;
            taken.opened = m_data.directory.file(file.name);
            taken.order = order;
            if (!taken.opened) return false;
            taken.records = std::min(taken.opened->size(), file.size) / kPlainBytes;
            records += taken.records;
            m_files.push_back(std::move(taken));
        } else {
            eventBytes += file.size;
            EventFile& taken = m_eventFiles.emplace_back();
            taken.file = &file;
            taken.order = order;
        }
    }
    return records >= kLeastRecords && eventBytes <= kMostEventBytes;
}

/// False: a record of another kind was met.
bool UftraceSlices::sample(File& file) const {
    char bytes[kPlainBytes];
    for (std::uint64_t record = 0; record < file.records; record += kStride) {
        if (file.opened->read(record * kPlainBytes, bytes) < kPlainBytes) return false;
        const auto word = wordAt(bytes + 8);
        if (!isCall(word) && !isLoss(word)) return false;
        if (wordAt(bytes) > static_cast<std::uint64_t>(kLatest)) return false;
        const auto time = static_cast<std::int64_t>(wordAt(bytes));
        if (!file.samples.empty() && time < file.samples.back()) return false;
        file.samples.push_back(time);
    }
    return true;
}

void UftraceSlices::readEvents(EventFile& into) {
    const auto stream = m_data.open(*into.file, 64 << 10);
    if (!stream) return;
    UftraceRecord record;
    while (stream->next(record)) {
        into.events.push_back({record, std::string(record.comm)});
        if (m_options.stop.stop_requested()) break;
    }
    for (auto& event : into.events) event.record.comm = event.comm;
    into.faults = stream->faults();
}

bool UftraceSlices::plan() {
    if (m_data.info.bigEndian || !takeFiles()) return false;
    std::vector<std::int64_t> samples;
    for (auto& file : m_files) {
        if (!sample(file)) return false;
        samples.insert(samples.end(), file.samples.begin(), file.samples.end());
    }
    for (auto& file : m_eventFiles) readEvents(file);
    std::ranges::sort(samples);
    m_cuts.push_back(INT64_MIN);
    for (std::size_t i = kSamplesASlice; i < samples.size(); i += kSamplesASlice)
        if (samples[i] > m_cuts.back()) m_cuts.push_back(samples[i]);
    for (auto& file : m_files)
        for (const auto cut : m_cuts) file.cuts.push_back(recordAt(file, cut));
    return true;
}

/// The first record that is not earlier, where they are in order.
std::uint64_t UftraceSlices::recordAt(const File& file, std::int64_t time) const {
    const auto sample = std::ranges::lower_bound(file.samples, time);
    if (sample == file.samples.begin()) return 0;
    auto low = static_cast<std::uint64_t>(sample - file.samples.begin() - 1) * kStride;
    auto high = std::min(low + kStride, file.records);
    while (low + 1 < high) {  // the record at `low` is earlier, that at `high` is not
        const auto middle = low + (high - low) / 2;
        char bytes[sizeof time];
        if (file.opened->read(middle * kPlainBytes, bytes) < sizeof time) return high;
        (static_cast<std::int64_t>(wordAt(bytes)) < time ? low : high) = middle;
    }
    return high;
}

void UftraceSlices::run(model::ThreadPool& pool) {
    model::parallelFor(pool, m_cuts.size(), [this](std::size_t slice) { readSlice(slice); });
}

void UftraceSlices::readSlice(std::size_t slice) {
    if (slice > m_failed || m_options.stop.stop_requested()) return;
    std::unique_ptr<Worker> worker;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) {
            worker = std::move(m_idle.back());
            m_idle.pop_back();
        }
    }
    if (!worker) worker = std::make_unique<Worker>(m_data);
    Done done;
    if (fill(*worker, slice, done)) {
        hand(slice, std::move(done));
    } else {
        auto failed = m_failed.load();
        while (slice < failed && !m_failed.compare_exchange_weak(failed, slice)) {
        }
    }
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(worker));
}

/// Delivers what is there without a gap.
void UftraceSlices::hand(std::size_t slice, Done done) {
    const std::lock_guard lock(m_mutex);
    m_waiting.emplace(slice, std::move(done));
    while (!m_waiting.empty() && m_waiting.begin()->first == m_delivered) {
        auto& next = m_waiting.begin()->second;
        m_rows += next.rows;
        for (const auto& [file, lost] : next.lost) m_lost[file] += lost;
        m_builder.deliver(m_source, m_delivered++, std::move(next.part));
        m_waiting.erase(m_waiting.begin());
        if (m_options.delivered) m_options.delivered();
        if (m_options.progress) {
            const auto total = m_data.bytes();
            m_options.progress(std::min(m_rows * kPlainBytes, total), total);
        }
    }
}

bool UftraceSlices::fill(Worker& worker, std::size_t slice, Done& done) const {
    auto& rows = worker.rows;
    rows.forgetTasks();
    worker.events = false;
    worker.callsInARow = 0;
    // The same address may be another library's at another time.
    if (!m_data.tasks.libraries.empty()) rows.forgetFunctions();
    rows.begin(m_source);
    // Who was called how by then, in order of the renames.
    std::vector<const Event*> renames;
    for (const auto& file : m_eventFiles)
        for (const auto& event : file.events) {
            if (event.record.time >= m_cuts[slice]) break;
            if (event.record.kind == UftraceRecordKind::TaskName && event.record.tid > 0)
                renames.push_back(&event);
        }
    std::ranges::stable_sort(renames, {}, [](const Event* event) { return event->record.time; });
    for (const auto* const event : renames) rows.task(event->record.tid).comm = event->comm;
    if (!open(worker, slice) || !merge(worker, slice, done)) {
        (void)rows.finish();
        return false;
    }
    done.part = rows.finish();
    return true;
}

/// What each file has of the slice. False: a file can't be read.
bool UftraceSlices::open(Worker& worker, std::size_t slice) const {
    worker.inputs.clear();
    std::size_t size = 0;
    const auto endIn = [&](const File& file) {
        return slice + 1 < m_cuts.size() ? file.cuts[slice + 1] : file.records;
    };
    for (const auto& file : m_files)
        size += static_cast<std::size_t>(endIn(file) - file.cuts[slice]) * kPlainBytes;
    if (worker.bytes.size() < size) worker.bytes.resize(size);
    char* into = worker.bytes.data();
    for (const auto& file : m_files) {
        const auto bytes = static_cast<std::size_t>(endIn(file) - file.cuts[slice]) * kPlainBytes;
        if (bytes == 0) continue;
        const auto from = file.cuts[slice] * kPlainBytes;
        if (file.opened->read(from, {into, bytes}) < bytes) return false;
        Input input{.file = file.file, .order = file.order};
        input.task = &worker.rows.task(file.file->number);
        input.at = into;
        input.end = into += bytes;
        input.position = from;
        input.last = std::max<std::int64_t>(m_cuts[slice], 0);
        worker.inputs.push_back(input);
    }
    for (const auto& file : m_eventFiles) {
        const auto timeOf = [](const Event& event) { return event.record.time; };
        const auto begin = std::ranges::lower_bound(file.events, m_cuts[slice], {}, timeOf);
        const auto end = slice + 1 < m_cuts.size()
                             ? std::ranges::lower_bound(file.events, endOf(slice), {}, timeOf)
                             : file.events.end();
        if (begin == end) continue;
        Input input{.file = file.file, .order = file.order};
        input.event = &*begin;
        input.lastEvent = input.event + (end - begin);
        worker.inputs.push_back(input);
    }
    return true;
}

bool UftraceSlices::merge(Worker& worker, std::size_t slice, Done& done) const {
    if (mergeCalls(worker, slice, done)) return true;
    auto& heads = worker.heads;
    heads.clear();
    const auto latestFirst = [](const Worker::Head& a, const Worker::Head& b) { return b < a; };
    for (std::size_t i = 0; i < worker.inputs.size(); ++i)
        heads.push_back({worker.inputs[i].time(), worker.inputs[i].order, i});
    std::ranges::sort(heads, latestFirst);
    if (!heads.empty() && heads.back().time < 0) return false;  // above 2^63: none of this kind
    while (!heads.empty()) {
        auto head = heads.back();
        heads.pop_back();
        auto& input = worker.inputs[head.input];
        const auto next = heads.empty() ? Worker::Head{INT64_MAX, SIZE_MAX, 0} : heads.back();
        if (!takeRun(worker, input, next.time, next.order, done)) return false;
        if (input.empty()) {
            if (input.last >= endOf(slice)) return false;  // not in order of time
            continue;
        }
        head.time = input.time();
        if (head < next) return false;  // a record that is none of this kind
        heads.insert(std::ranges::upper_bound(heads, head, latestFirst), head);
    }
    return true;
}

/// The same of nothing but calls of several files: sorted by key, row by row. False: there is
/// something else, nothing was done.
bool UftraceSlices::mergeCalls(Worker& worker, std::size_t slice, Done& done) const {
    auto& inputs = worker.inputs;
    if (inputs.size() < 2 || inputs.size() > kMostFiles) return false;
    std::size_t records = 0;
    auto begin = static_cast<std::uint64_t>(kLatest);
    for (const auto& input : inputs) {
        if (input.at == input.end || input.event != input.lastEvent) return false;
        records += static_cast<std::size_t>(input.end - input.at) / kPlainBytes;
        begin = std::min(begin, wordAt(input.at));
    }
    if (begin < static_cast<std::uint64_t>(std::max<std::int64_t>(m_cuts[slice], 0))) return false;
    std::ranges::sort(inputs, {}, &Input::order);
    const auto end = static_cast<std::uint64_t>(std::min(endOf(slice), kLatest));
    auto& ends = worker.ends;
    worker.keys.resize(records);
    worker.merged.resize(records);
    ends.assign(1, 0);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto count = static_cast<std::size_t>(inputs[i].end - inputs[i].at) / kPlainBytes;
        if (!keysOf(inputs[i].at, count, begin, end, i, worker.keys.data() + ends.back()))
            return false;
        ends.push_back(ends.back() + count);
    }
    while (ends.size() > 2) {
        std::size_t left = 1;
        for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
            const auto last = std::min(i + 2, ends.size() - 1);
            const std::span all(worker.keys);
            mergeKeys(all.subspan(ends[i], ends[i + 1] - ends[i]),
                      all.subspan(ends[i + 1], ends[last] - ends[i + 1]),
                      worker.merged.data() + ends[i]);
            ends[left++] = ends[last];
        }
        ends.resize(left);
        std::swap(worker.keys, worker.merged);
    }
    for (const auto key : worker.keys) {
        auto& input = inputs[key & ((1u << kKeyFileBits) - 1)];
        const auto position = input.file->base + (input.position >> input.file->shift);
        worker.rows.addCall(static_cast<std::int64_t>(begin + (key >> kKeyFileBits)),
                            wordAt(input.at + 8), position, *input.task);
        input.position += kPlainBytes;
        input.at += kPlainBytes;
    }
    worker.callsInARow += records;
    done.rows += records;
    return true;
}

/// Rows of one file up to another one's next record. False: records of another kind.
bool UftraceSlices::takeRun(Worker& worker, Input& input, std::int64_t time, std::size_t order,
                            Done& done) const {
    auto& rows = worker.rows;
    if (input.event != input.lastEvent) {
        do {
            worker.noteEvent();
            rows.add(input.event->record, *input.file);
            ++done.rows;
            input.last = input.event->record.time;
            ++input.event;
        } while (input.event != input.lastEvent &&
                 (input.event->record.time < time ||
                  (input.event->record.time == time && input.order < order)));
        return true;
    }
    const auto shift = input.file->shift;
    const auto base = input.file->base;
    const char* at = input.at;
    const char* const begin = at;
    auto last = input.last;
    const auto limit = time - (input.order < order ? 0 : 1);  // the latest that comes before
    for (; at != input.end; at += kPlainBytes) {
        const auto now = static_cast<std::int64_t>(wordAt(at));
        if (now > limit) break;
        const auto word = wordAt(at + 8);
        if (now < last || now > kLatest) return false;
        last = now;
        const auto position =
            base + ((input.position + static_cast<std::uint64_t>(at - begin)) >> shift);
        if (isCall(word)) {
            worker.noteCall();
            rows.addCall(now, word, position, *input.task);
            continue;
        }
        if (!isLoss(word)) return false;
        UftraceRecord record;
        record.time = now;
        record.address = word >> 16;
        record.position = input.position + static_cast<std::uint64_t>(at - begin);
        record.tid = input.file->number;
        record.depth = static_cast<std::uint32_t>(word >> 6 & 0x3ff);
        record.kind = UftraceRecordKind::Lost;
        if (uftraceLost(record) > kBelievedLost) return false;
        rows.add(record, *input.file);
        done.lost[input.file] += uftraceLost(record);
    }
    if (at == begin) return false;  // a time beyond all that can be
    const auto taken = static_cast<std::uint64_t>(at - begin);
    done.rows += taken / kPlainBytes;
    input.position += taken;
    input.at = at;
    input.last = last;
    return true;
}

UftraceSlices::Rest UftraceSlices::restOf(const UftraceData::RecordFile& file) const {
    for (const auto& known : m_files) {
        if (known.file != &file) continue;
        Rest rest{.at = known.cuts[m_delivered] * kPlainBytes, .after = 0};
        char bytes[sizeof rest.after];
        if (rest.at > 0 && known.opened->read(rest.at - kPlainBytes, bytes) == sizeof bytes)
            rest.after = static_cast<std::int64_t>(wordAt(bytes));
        return rest;
    }
    return {};
}

UftraceFaults UftraceSlices::faultsOf(const UftraceData::RecordFile& file) const {
    for (const auto& known : m_eventFiles)
        if (known.file == &file) return known.faults;
    UftraceFaults faults;
    if (const auto lost = m_lost.find(&file); lost != m_lost.end()) faults.lost = lost->second;
    if (whole() && file.size % kPlainBytes != 0) ++faults.cutRecords;
    return faults;
}

}  // namespace kscope::parsers
